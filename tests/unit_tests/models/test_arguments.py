"""Arguments of the three models that are refused; `test_advice.py` has those with an advice."""

from __future__ import annotations

import traceback
from typing import Any

import pytest
from pydantic import ValidationError

from langchain_cometapi import ChatCometAPI, CometAPIEmbeddings, CometAPILLM
from langchain_cometapi._client.sdk import httpx
from tests.support import EMBEDDING_WAYS, Gateway, all_ways, ask, embed_query, merge
from tests.unit_tests.models.embeddings_gateway import embed, make

KINDS = [ChatCometAPI, CometAPILLM, CometAPIEmbeddings]
SECRET = "sk-very-secret-4711"


@pytest.mark.parametrize(
    ("kinds", "wrong", "says"),
    [
        (KINDS, {"model": ""}, "`model` is required"),
        (KINDS, {"temprature": 1}, "Unknown argument `temprature`"),
        (KINDS, {"max_retries": -1}, "greater than or equal to 0"),
        (KINDS, {"base_url": " "}, "`base_url` is blank"),
        (KINDS, {"model_kwargs": {"model": "x"}}, "Pass model as an argument, not in `model_kw"),
        (KINDS[:2], {"messages": ["Hi"]}, "`messages` is the input of a call"),
        (KINDS[:2], {"input": ["Hi"]}, "`input` is the input of a call"),
        (KINDS, {"model_kwargs": {"messages": ["Hi"]}}, "`model_kwargs` cannot hold `messages`"),
        (KINDS, {"model_kwargs": {"input": ["Hi"]}}, "`model_kwargs` cannot hold `input`"),
        *(
            (KINDS, {"model_kwargs": value}, "`model_kwargs` is a .*; expected a dict")
            for value in (5, ["a"])
        ),
        (KINDS[:2], {"extra_body": "ab"}, "`extra_body` is a str; expected a dict"),
        (KINDS[:2], {"extra_body": {"input": ["Hi"]}}, "`extra_body` cannot hold `input`"),
        (KINDS[:2], {"extra_body": {"model": "x"}}, "Pass model as an argument, not in `extra_b"),
        (KINDS[:2], {"user": "a", "model_kwargs": {"user": "b"}}, "`user` is given twice"),
        (KINDS[:2], {"temperature": "warm"}, "temperature\n.* valid number"),
        (KINDS[:2], {"n": 0}, "`n` must be at least 1"),
        (KINDS[:2], {"n": 2, "streaming": True}, "`n` must be 1 when streaming"),
        (KINDS[:2], {"stream_chunk_timeout": -1}, "`stream_chunk_timeout` is negative"),
        (KINDS[:2], {"stream_truncation": "maybe"}, "'error', 'warn' or 'ignore'"),
        (KINDS[1:], {"max_concurrency": 0}, "greater than or equal to 1"),
        (KINDS[2:], {"dimensions": 0}, "greater than or equal to 1"),
        (KINDS[2:], {"chunk_size": 0}, "greater than or equal to 1"),
        (KINDS[2:], {"chunk_size": 4096}, "less than or equal to 2048"),
        (KINDS[2:], {"encoding_format": "int8"}, "'float' or 'base64'"),
        (KINDS[2:], {"model_kwargs": {"dimensions": 3}}, "Pass dimensions as an argument"),
        (KINDS[2:], {"model_kwargs": {"extra_body": {"model": "x"}}}, "not in `extra_body`"),
    ],
)
def test_argument_that_is_wrong_is_refused_without_showing_the_key(
    kinds: list[Any], wrong: dict[str, Any], says: str
) -> None:
    for kind in kinds:
        with pytest.raises(ValidationError, match=says) as raised:
            kind(**{"model": "m", "api_key": SECRET, **wrong})
        assert SECRET not in "".join(traceback.format_exception(raised.value))


@all_ways
@pytest.mark.parametrize("kind", [ChatCometAPI, CometAPILLM])
async def test_model_id_of_a_request_in_another_place_is_refused(
    gateway: Gateway, kind: Any, way: str
) -> None:
    other: Any = {"model": "other"}
    assigned = [gateway.make(kind, model="gpt-5.4-mini") for _ in range(2)]
    assigned[0].model_kwargs = assigned[1].extra_body = other
    for model in assigned:
        with pytest.raises(ValueError, match="Pass model as an argument"):
            await ask(model, way)
    with pytest.raises(ValueError, match="Pass model as an argument, not in `extra_body`"):
        await ask(gateway.make(kind, model="gpt-5.4-mini"), way, extra_body=other)
    assert gateway.requests == []


@pytest.mark.parametrize("way", EMBEDDING_WAYS)
async def test_model_id_of_embeddings_in_another_place_is_refused(way: str) -> None:
    gateway = Gateway(embed)
    model = make(gateway)
    with pytest.raises(ValueError, match="not in `extra_body`"):
        await embed_query(model, way, "Hi", extra_body={"model": "other"})
    model.model_kwargs["model"] = "other"
    with pytest.raises(ValueError, match="not in `model_kwargs`"):
        await embed_query(model, way, "Hi")
    assert gateway.requests == []


@pytest.mark.parametrize("model_id", ["gpt-6-astra", "gpt-5.4-mini"])
def test_metadata_of_a_request_goes_into_model_kwargs(gateway: Gateway, model_id: str) -> None:
    model = gateway.model(
        model_id, metadata={"of": "a trace"}, model_kwargs={"metadata": {"a": "b"}}
    )
    model.invoke("Hi")
    assert gateway.bodies[0]["metadata"] == {"a": "b"}
    assert (model.metadata or {})["of"] == "a trace"


@pytest.mark.parametrize(
    ("timeout", "read"),
    [(None, 600), (5, 5), ((1, 7), 7), (httpx.Timeout(9, read=8), 8)],
)
def test_timeout_of_any_form_is_that_of_the_request(
    gateway: Gateway, timeout: Any, read: float
) -> None:
    model = gateway.model(timeout=timeout)
    model.http_client = httpx.Client(transport=httpx.MockTransport(gateway), timeout=600)
    model.invoke("Hi")
    model.stream_chunk_timeout = 6
    merge(model.stream("Hi"))
    model.stream_chunk_timeout = None
    merge(model.stream("Hi"))
    sent = [request.extensions["timeout"]["read"] for request in gateway.requests]
    assert sent == [read, min(read, 6), read]
