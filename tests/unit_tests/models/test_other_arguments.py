"""Arguments of langchain-openai's classes: passed on, left out with a warning, or refused."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from langchain_openai import OpenAI, OpenAIEmbeddings
from pydantic import ValidationError

from langchain_cometapi import (
    ChatCometAPI,
    CometAPIEmbeddings,
    CometAPILLM,
    CometAPIParameterWarning,
)
from langchain_cometapi._base.other_arguments import MOOT_FOR_EMBEDDINGS, MOOT_FOR_LLM
from tests.support import (
    EMBEDDING_WAYS,
    KEY,
    WAYS,
    Gateway,
    answer,
    ask,
    completion,
    embed_query,
    say_hello,
)
from tests.unit_tests.models.embeddings_gateway import embed, make

KINDS = [ChatCometAPI, CometAPILLM, CometAPIEmbeddings]
MODEL: dict[str, Any] = {"model": "text-embedding-3-small", "api_key": KEY}

REFUSED = {
    "openai_api_key": "Pass `api_key`",
    "openai_api_base": "Pass `base_url`",
    "client": ".",
    "async_client": ".",
    "best_of": "`best_of` belongs to the legacy completions route",
}
"""Fields of langchain-openai's classes that are an error here, and what that says."""


@pytest.mark.parametrize(
    ("theirs", "ours", "moot"),
    [
        (OpenAIEmbeddings, CometAPIEmbeddings, MOOT_FOR_EMBEDDINGS),
        (OpenAI, CometAPILLM, MOOT_FOR_LLM),
    ],
)
def test_every_field_of_the_other_class_is_known_here(theirs: Any, ours: Any, moot: Any) -> None:
    known = {*ours.model_fields, *(field.alias for field in ours.model_fields.values())}
    for name, field in theirs.model_fields.items():
        if name not in {*known, *moot, "headers"}:
            with pytest.raises(ValidationError, match=REFUSED[name]):
                ours(model="m", api_key=KEY, **{name: "x"})
        if field.alias is not None:
            assert field.alias in {*known, *moot}


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"check_embedding_ctx_length": True, "embedding_ctx_length": 8191}, "never split"),
        ({"tiktoken_enabled": False, "tiktoken_model_name": "gpt-4o"}, "never as tokens"),
        ({"allowed_special": "all", "disallowed_special": ()}, "never as tokens"),
        ({"retry_min_seconds": 4, "retry_max_seconds": 20}, "`max_retries` their number"),
        ({"deployment": "text-embedding-3-small"}, "`model` names the model"),
        ({"openai_api_version": "2024-10-21", "openai_api_type": "open_ai"}, "one version"),
        ({"api_version": "2024-10-21"}, "part of `base_url`"),
    ],
)
def test_moot_argument_of_embeddings_is_left_out_with_one_warning(
    values: dict[str, Any], reason: str
) -> None:
    with pytest.warns(CometAPIParameterWarning, match=reason) as caught:
        model = CometAPIEmbeddings(**MODEL, **values)
    (warning,) = caught
    assert warning.filename == __file__
    assert all(f"`{name}`" in str(warning.message) for name in values)
    assert model == CometAPIEmbeddings(**MODEL)


@pytest.mark.parametrize(
    "values", [{"batch_size": 20}, {"tiktoken_model_name": "x"}, {"disallowed_special": "all"}]
)
def test_moot_argument_of_the_llm_is_left_out_with_one_warning(values: dict[str, Any]) -> None:
    with pytest.warns(
        CometAPIParameterWarning, match=f"CometAPILLM .*`{next(iter(values))}`"
    ) as caught:
        CometAPILLM(model="m", api_key=KEY, **values)
    assert len(caught) == 1


@pytest.mark.parametrize(
    "values",
    [
        {"check_embedding_ctx_length": False},
        {"deployment": None, "openai_api_type": None, "headers": None, "skip_empty": False},
        {"show_progress_bar": False, "organization": None},
    ],
)
def test_what_is_so_already_is_no_reason_to_warn(values: dict[str, Any]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert CometAPIEmbeddings(**MODEL, **values) == CometAPIEmbeddings(**MODEL)


@pytest.mark.parametrize("way", EMBEDDING_WAYS)
async def test_arguments_with_an_equal_reach_the_request(way: str) -> None:
    gateway = Gateway(embed)
    model = make(gateway, headers={"X-Mine": "1"}, organization="org-1", model_kwargs={"user": "u"})
    await embed_query(model, way, "Hi")
    (request,) = gateway.requests
    assert request.headers["x-mine"] == "1"
    assert request.headers["openai-organization"] == "org-1"
    assert gateway.bodies[0]["user"] == "u"


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"headers": {"a": "b"}, "default_headers": {"a": "b"}}, "not both"),
        ({"openai_api_type": "azure_ad"}, "AzureOpenAIEmbeddings"),
        ({"openai_api_key": "sk"}, "Pass `api_key`"),
        ({"openai_api_base": "https://a.example"}, "Pass `base_url`"),
        ({"model_kwargs": {"input": "x"}}, "cannot hold `input`"),
        ({"model_kwargs": {"dimensions": 3}}, "Pass dimensions as an argument"),
    ],
)
def test_argument_that_would_change_something_is_refused(values: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        CometAPIEmbeddings(**MODEL, **values)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", ["model_kwargs", "extra_body"])
def test_model_id_in_another_place_is_refused(kind: Any, place: str) -> None:
    other: dict[str, Any] = {place: {"model": "other"}}
    if kind is CometAPIEmbeddings and place == "extra_body":
        other = {"model_kwargs": other}
    with pytest.raises(ValidationError, match=f"Pass model as an argument, not in `{place}`"):
        kind(model="m", api_key=KEY, **other)


@pytest.mark.parametrize("place", ["model_kwargs", "extra_body"])
@pytest.mark.parametrize("kind", [ChatCometAPI, CometAPILLM])
@pytest.mark.parametrize("way", WAYS)
async def test_model_id_that_is_set_later_in_another_place_is_refused(
    kind: Any, place: str, way: str
) -> None:
    gateway = Gateway(answer(completion()))
    model = gateway.make(kind, model="gpt-5.4-mini")
    setattr(model, place, {"model": "other"})
    with pytest.raises(ValueError, match="Pass model as an argument"):
        await ask(model, way)
    assert gateway.requests == []


@pytest.mark.parametrize("way", WAYS)
async def test_model_id_in_the_extra_body_of_a_call_is_refused(way: str) -> None:
    gateway = Gateway(answer(completion()))
    with pytest.raises(ValueError, match="Pass model as an argument, not in `extra_body`"):
        await ask(gateway.model(), way, extra_body={"model": "other"})
    assert gateway.requests == []


@pytest.mark.parametrize("way", EMBEDDING_WAYS)
async def test_model_id_of_embeddings_has_one_place(way: str) -> None:
    gateway = Gateway(embed)
    model = make(gateway)
    await embed_query(model, way, "Hi", model="text-embedding-3-large")
    assert gateway.bodies[0]["model"] == "text-embedding-3-large"
    with pytest.raises(ValueError, match="not in `extra_body`"):
        await embed_query(model, way, "Hi", extra_body={"model": "other"})
    model.model_kwargs["model"] = "other"
    with pytest.raises(ValueError, match="not in `model_kwargs`"):
        await embed_query(model, way, "Hi")
    assert len(gateway.requests) == 1


@pytest.mark.parametrize("model_id", ["gpt-6-astra", "gpt-5.4-mini"])
@pytest.mark.parametrize("way", WAYS)
async def test_metadata_of_a_request_goes_into_model_kwargs(model_id: str, way: str) -> None:
    gateway = Gateway(say_hello)
    model = gateway.model(
        model_id, metadata={"of": "a trace"}, model_kwargs={"metadata": {"a": "b"}}
    )
    await ask(model, way)
    assert gateway.bodies[0]["metadata"] == {"a": "b"}
    assert (model.metadata or {})["of"] == "a trace"
