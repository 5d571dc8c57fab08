"""What an error says to do about a model that is not served and about a refused key."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi import ChatCometAPI, CometAPIEmbeddings, CometAPILLM
from langchain_cometapi._catalog.cache import CachedCatalog, write_cached
from langchain_cometapi._credentials import DEFAULT_BASE_URL, resolve_api_key
from langchain_cometapi.exceptions import (
    CometAPIAuthenticationError,
    CometAPIError,
    CometAPIInvalidKeyError,
    CometAPIInvalidRequestError,
    CometAPIModelNotFoundError,
)
from tests.support import (
    EMBEDDING_WAYS,
    WAYS,
    Gateway,
    answer,
    ask,
    ask_and_fail,
    embed_query,
    say_hello,
    stream,
)
from tests.unit_tests.models.embeddings_gateway import embed

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_cometapi._client.sdk import httpx

pytestmark = pytest.mark.filterwarnings("ignore::langchain_cometapi.CometAPIRetiredModelWarning")

SERVED = {
    "gpt-5.4-mini": "text",
    "gpt-5.4-pro": "text",
    "claude-sonnet-4-6": "text",
    "claude-haiku-5-5": "text",
    "deepseek-v4-flash": "text",
    "gemini-3.8-flash": "text",
    "text-embedding-3-small": "embedding",
}

KINDS: dict[str, tuple[Any, dict[str, Any]]] = {
    "chat": (ChatCometAPI, {"endpoint": "chat"}),
    "responses": (ChatCometAPI, {"endpoint": "responses"}),
    "llm": (CometAPILLM, {}),
    "embeddings": (CometAPIEmbeddings, {}),
}
each_call = pytest.mark.parametrize(
    ("kind", "way"),
    [
        *(("chat", way) for way in WAYS),
        *((kind, way) for kind in ("responses", "llm") for way in ("invoke", "astream")),
        *(("embeddings", way) for way in EMBEDDING_WAYS),
    ],
)


async def call(kind: str, gateway: Gateway, model_id: str, way: str = "invoke") -> Any:
    class_, fields = KINDS[kind]
    model = gateway.make(class_, model=model_id, **fields)
    return await (embed_query if kind == "embeddings" else ask)(model, way, "Hi")


@pytest.fixture(autouse=True)
def _known() -> None:
    entries = [{"id": id_, "model_type": kind} for id_, kind in SERVED.items()]
    write_cached(DEFAULT_BASE_URL, CachedCatalog(entries, datetime(2026, 11, 20, tzinfo=UTC)))


def not_served(status: int = 503, **error: Any) -> httpx.Response:
    default = {
        "message": "no available channel for group default and model (distributor)",
        "type": "comet_api_error",
        "code": "model_not_found",
    }
    return answer({"error": {**default, **error}}, status)


def serving(refusal: Callable[[], httpx.Response]) -> Gateway:
    """Return a gateway that serves the known models, and refuses others."""

    def respond(request: httpx.Request) -> httpx.Response:
        if json.loads(request.content)["model"] not in SERVED:
            return refusal()
        return embed(request) if request.url.path.endswith("/embeddings") else say_hello(request)

    return Gateway(respond)


REFUSALS = [
    not_served,
    lambda: not_served(404),
    lambda: answer({"error": {"message": "Not found the model x or Permission denied"}}, 400),
]


def first_advised(error: CometAPIError) -> str:
    """Return the first id that the advice of an error names."""
    found = re.search(r"(?:The nearest ids: |Use |use )`([^`]+)`", str(error))
    assert found is not None, str(error)
    return found[1]


@each_call
@pytest.mark.parametrize("refusal", REFUSALS)
async def test_unknown_model_names_ids_that_are_served(
    kind: str, way: str, refusal: Callable[[], httpx.Response]
) -> None:
    asked, nearest = "openai/GPT-5-4-mini", "gpt-5.4-mini"
    if kind == "embeddings":
        asked, nearest = "Text_Embedding_3_smal", "text-embedding-3-small"
    gateway = serving(refusal)
    with pytest.raises(CometAPIModelNotFoundError) as caught:
        await call(kind, gateway, asked, way)
    assert not caught.value.is_retryable
    assert len(gateway.requests) == 1
    assert first_advised(caught.value) == nearest
    assert "https://api.cometapi.com/api/models lists what is served now" in str(caught.value)
    assert await call(kind, gateway, nearest, way)


@pytest.mark.parametrize("kind", KINDS)
async def test_ids_of_another_type_are_not_named(kind: str) -> None:
    """The advice for a route is a model of that route."""
    asked = "gpt-5.4-min" if kind == "embeddings" else "text-embed-3-small"
    with pytest.raises(CometAPIModelNotFoundError) as caught:
        await call(kind, serving(not_served), asked, "sync" if kind == "embeddings" else "invoke")
    assert "nearest" not in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "asked", "replacement"),
    [
        ("llm", "deepseek/DeepSeek-Reasoner", "deepseek-v4-flash"),
        ("chat", "gemini-3.6-flash", "gemini-3.8-flash"),
    ],
)
async def test_retired_model_names_its_replacement_first(
    kind: str, asked: str, replacement: str
) -> None:
    gateway = serving(not_served)
    with pytest.raises(CometAPIModelNotFoundError, match=f"retired `{asked}`") as caught:
        await call(kind, gateway, asked)
    assert first_advised(caught.value) == replacement
    assert await call(kind, gateway, replacement)


async def test_retirement_is_named_with_any_400() -> None:
    """Some vendors refuse a retired model without saying so: the class stays that of the body."""
    gateway = serving(lambda: answer({"error": {"message": "该请求无效"}}, 400))
    error = await ask_and_fail(gateway, model="deepseek-chat")
    assert type(error) is CometAPIInvalidRequestError
    assert first_advised(error) == "deepseek-v4-flash"
    error = await ask_and_fail(gateway, model="an-unknown-model")
    assert str(error) == "HTTP 400: 该请求无效 (model an-unknown-model)."


async def test_model_that_is_listed_may_have_no_channel() -> None:
    error = await ask_and_fail(Gateway(not_served()))
    assert "The catalogue of 2026-11-20 lists this id" in str(error)
    assert first_advised(error) == "gpt-5.4-pro"


async def test_copy_of_the_host_that_was_called_is_looked_at_first() -> None:
    url = "https://a.example/v1"
    write_cached(url, CachedCatalog([{"id": "wonder-3.5-mini"}], datetime.now(UTC)))
    fields = {"model": "wonder-mini", "base_url": url}
    for endpoint in ("chat", "responses"):
        error = await ask_and_fail(Gateway(not_served()), **fields, endpoint=endpoint)
        assert first_advised(error) == "wonder-3.5-mini"


async def test_unknown_model_inside_of_a_stream_names_ids() -> None:
    gateway = Gateway(stream({"error": {"message": "Model Not Exist", "code": "x"}}))
    error = await ask_and_fail(gateway, "stream", model="claude-sonnet-4.6")
    assert isinstance(error, CometAPIModelNotFoundError)
    assert first_advised(error) == "claude-sonnet-4-6"


async def test_unknown_model_without_a_like_is_told_where_the_list_is() -> None:
    error = await ask_and_fail(Gateway(not_served()), model="zzz")
    assert str(error).endswith("/api/models lists what is served now.")


# -- a refused key ---------------------------------------------------------------------------------


def refuse_key() -> httpx.Response:
    message = "Invalid token (request id: 2026)"
    return answer({"error": {"message": message, "type": "comet_api_error", "code": ""}}, 401)


@each_call
async def test_refused_key_may_be_right(kind: str, way: str) -> None:
    """It may be the key of the gateway's channel: then another model answers with the user's."""
    gateway = serving(refuse_key)
    with pytest.raises(CometAPIAuthenticationError) as caught:
        await call(kind, gateway, "broken-channel", way)
    assert "If other models answer with this key" in str(caught.value)
    assert "COMET_API_KEY" not in str(caught.value)
    other = "text-embedding-3-small" if kind == "embeddings" else "gpt-5.4-mini"
    assert await call(kind, gateway, other, way)


async def test_refused_key_mentions_the_variable_of_comet_ml_if_only_that_is_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COMET_API_KEY", "secret-of-comet-ml")
    error = await ask_and_fail(Gateway(refuse_key()))
    assert "COMET_API_KEY is set, but is not read" in str(error)
    assert "secret-of-comet-ml" not in repr(vars(error))
    monkeypatch.setenv("COMETAPI_KEY", "sk-0123456789")
    error = await ask_and_fail(Gateway(refuse_key()))
    assert "COMET_API_KEY is set" not in str(error)


@pytest.mark.parametrize("kind", [ChatCometAPI, CometAPIEmbeddings, CometAPILLM])
def test_missing_key_mentions_the_variable_of_comet_ml(
    kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMET_API_KEY", "secret-of-comet-ml")
    with pytest.raises(CometAPIInvalidKeyError, match="set COMETAPI_KEY to that") as caught:
        kind(model="gpt-5.4-mini")
    assert "secret-of-comet-ml" not in str(caught.value)
    monkeypatch.setenv("COMETAPI_KEY", "sk-0123456789")
    assert kind(model="gpt-5.4-mini")


def test_missing_key_mentions_no_variable_that_is_not_set() -> None:
    with pytest.raises(CometAPIInvalidKeyError) as caught:
        resolve_api_key(None)
    assert "COMET_API_KEY" not in str(caught.value)
