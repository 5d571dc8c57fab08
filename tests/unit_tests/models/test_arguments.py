"""Arguments of a chat model: which are refused, and what those of the connection do."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from langchain_cometapi import ChatCometAPI, CometAPIEmbeddings, CometAPILLM, __version__
from langchain_cometapi._client.sdk import httpx
from tests.support import Gateway, merge, say_hello


@pytest.fixture
def gateway() -> Gateway:
    return Gateway(say_hello)


@pytest.mark.parametrize(
    ("kwargs", "says"),
    [
        ({}, "`model` is required.*api/models lists"),
        ({"model": ""}, "`model` is required"),
        ({"model": "m", "temprature": 1}, "Unknown argument `temprature`. Did you mean `temp"),
        ({"model": "m", "top_k": 1}, "Unknown argument `top_k`.*`extra_body="),
        ({"model": "m", "temperature": "warm"}, "temperature"),
        ({"model": "m", "model_kwargs": {"temperature": 1}}, "Pass temperature as an argument"),
        ({"model": "m", "user": "a", "model_kwargs": {"user": "b"}}, "`user` is given twice"),
        ({"model": "m", "openai_api_key": "sk"}, "`openai_api_key` is OpenAI's. Pass `api_key`"),
        ({"model": "m", "openai_api_base": "x"}, "Pass `base_url`"),
        *(
            ({"model": "m", **place}, f"`{name}` is the input|cannot hold `{name}`")
            for name in ("messages", "input")
            for place in (
                {name: ["Hi"]},
                {"model_kwargs": {name: ["Hi"]}},
                {"extra_body": {name: ["Hi"]}},
            )
        ),
        ({"model": "m", "n": 0}, "`n` must be at least 1"),
        ({"model": "m", "n": 2, "streaming": True}, "`n` must be 1 when streaming"),
        ({"model": "m", "max_retries": -1}, "max_retries"),
        ({"model": "m", "stream_chunk_timeout": -1}, "`stream_chunk_timeout` is negative"),
        ({"model": "m", "stream_truncation": "maybe"}, "stream_truncation"),
        (
            {"model": "m", "openai_proxy": "http://p.example", "http_client": httpx.Client()},
            "`openai_proxy` or an HTTP client",
        ),
    ],
)
def test_argument_that_is_wrong_is_refused(kwargs: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=f"(?s){says}"):
        ChatCometAPI(api_key="sk-test", **kwargs)


def test_headers_of_model_and_call_are_sent(gateway: Gateway) -> None:
    gateway.model(default_headers={"X-Mine": "1"}).invoke("Hi", extra_headers={"X-Call": "2"})
    headers = gateway.requests[0].headers
    assert headers["user-agent"].startswith(f"langchain-cometapi/{__version__} ")
    assert headers["x-mine"] == "1"
    assert headers["x-call"] == "2"
    assert headers["content-type"] == "application/json"
    names = {name for name in headers if name.startswith("x-stainless-")}
    assert names <= {
        "x-stainless-retry-count",
        "x-stainless-read-timeout",
        "x-stainless-async",
    }


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
    assert gateway.requests[0].extensions["timeout"]["read"] == read
    model.stream_chunk_timeout = 6
    merge(model.stream("Hi"))
    assert gateway.requests[1].extensions["timeout"]["read"] == min(read, 6)
    model.stream_chunk_timeout = None
    merge(model.stream("Hi"))
    assert gateway.requests[2].extensions["timeout"]["read"] == read


@pytest.mark.parametrize("value", [5, "ab", ["a"], {1, 2}])
@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (ChatCometAPI, "model_kwargs"),
        (ChatCometAPI, "extra_body"),
        (CometAPILLM, "model_kwargs"),
        (CometAPILLM, "extra_body"),
        (CometAPIEmbeddings, "model_kwargs"),
    ],
)
def test_fields_of_the_request_that_are_no_dict_are_refused(
    kind: Any, name: str, value: Any
) -> None:
    with pytest.raises(ValidationError, match=f"`{name}` is a .*; expected a dict"):
        kind(model="m", api_key="sk-test", **{name: value})
