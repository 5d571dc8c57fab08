"""What the three models share: key, base URL, settings, retries, copies and closing."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any
from unittest import mock

import openai
import pytest
from pydantic import ValidationError

from langchain_cometapi import (
    ChatCometAPI,
    CometAPIAuthenticationError,
    CometAPIEmbeddings,
    CometAPIError,
    CometAPIInvalidKeyError,
    CometAPILLM,
    CometAPIRateLimitError,
    CometAPITimeoutError,
    __version__,
)
from langchain_cometapi._client.clients import ClientCache
from langchain_cometapi._client.sdk import httpx
from langchain_cometapi.emulator import pytest_plugin
from tests.support import (
    KEY,
    POISON,
    POISONED,
    WAYS,
    Gateway,
    answer,
    ask,
    say_hello,
)

if TYPE_CHECKING:
    from collections.abc import Callable

MODEL = "some-model"
KINDS = (ChatCometAPI, CometAPILLM, CometAPIEmbeddings)
EMBEDDING_CALLS = ("embed_documents", "embed_query", "aembed_documents", "aembed_query")
OUTPUTS = ("Hello", [1.0, 2.0], [[1.0, 2.0]])

each_kind = pytest.mark.parametrize("kind", KINDS)
each_call = pytest.mark.parametrize(
    ("kind", "way"),
    [
        *((kind, way) for kind in (ChatCometAPI, CometAPILLM) for way in WAYS),
        *((CometAPIEmbeddings, way) for way in EMBEDDING_CALLS),
    ],
)


def respond(request: httpx.Request) -> httpx.Response:
    if not request.url.path.endswith("/embeddings"):
        return say_hello(request)
    number = len(json.loads(request.content)["input"])
    return answer({"data": [{"index": n, "embedding": [1, 2]} for n in range(number)]})


def make(gateway: Gateway, kind: Callable[..., Any], **kwargs: Any) -> Any:
    return gateway.make(kind, **{"model": MODEL, **kwargs})


async def call(model: Any, way: str, **kwargs: Any) -> Any:
    """Return the text or the vectors of a call."""
    if way in WAYS:
        output = await ask(model, way, **kwargs)
        return getattr(output, "text", output)
    output = getattr(model, way)(["Hi"] if "documents" in way else "Hi", **kwargs)
    return await output if way.startswith("a") else output


async def check(model: Any, way: str, **kwargs: Any) -> None:
    assert await call(model, way, **kwargs) in OUTPUTS


# -- key, base URL and settings ------------------------------------------------------------------


@each_call
async def test_environment_of_other_products_reaches_no_request(
    kind: Any, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in POISONED.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(CometAPIInvalidKeyError, match="COMETAPI_KEY or COMETAPI_API_KEY"):
        kind(model=MODEL)
    gateway = Gateway(respond)
    monkeypatch.setenv("COMETAPI_API_KEY", "sk-second")
    monkeypatch.setenv("COMETAPI_API_BASE", "https://second.example/v1")
    await check(make(gateway, kind, api_key=None), way)
    monkeypatch.setenv("COMETAPI_KEY", "sk-first")
    monkeypatch.setenv("COMETAPI_BASE_URL", "https://first.example/v1")
    model = make(gateway, kind, api_key=None)
    await check(model, way)
    for request, name in zip(gateway.requests, ("second", "first"), strict=True):
        assert request.headers["authorization"] == f"Bearer sk-{name}"
        assert request.url.host == f"{name}.example"
        assert not [header for header in request.headers if header.startswith("openai-")]
        wire = repr(request.headers.raw) + str(request.url) + request.content.decode()
        assert POISON not in wire
    assert POISON not in repr(model)


CONSTRUCTORS: dict[str, Callable[[Any, dict[str, Any]], Any]] = {
    "called": lambda kind, arguments: kind(**arguments),
    "validated": lambda kind, arguments: kind.model_validate(arguments),
    "validated JSON": lambda kind, arguments: kind.model_validate_json(json.dumps(arguments)),
}


@each_kind
@pytest.mark.parametrize("how", CONSTRUCTORS)
@pytest.mark.parametrize("key", [None, "", "sk two", "schl\u00fcssel", 5, ["sk-1"]], ids=repr)
def test_key_that_is_missing_or_none_is_an_error_of_the_tree(kind: Any, how: str, key: Any) -> None:
    arguments = {"model": MODEL} if key is None else {"model": MODEL, "api_key": key}
    with pytest.raises(CometAPIInvalidKeyError, match="key") as raised:
        CONSTRUCTORS[how](kind, arguments)
    assert isinstance(raised.value, CometAPIAuthenticationError)
    assert isinstance(raised.value, ValueError)
    assert isinstance(raised.value, openai.OpenAIError)
    assert raised.value.__context__ is None
    assert not raised.value.is_retryable


async def _return_nothing_later() -> Any:
    return None


@each_call
@pytest.mark.parametrize("key", [None, lambda: None, _return_nothing_later, lambda: "a b"])
async def test_key_that_is_taken_away_or_not_returned_is_an_error_of_the_tree(
    kind: Any, way: str, key: Any
) -> None:
    gateway = Gateway(respond)
    model = make(gateway, kind)
    model.cometapi_api_key = key
    with pytest.raises(CometAPIInvalidKeyError, match="`api_key`"):
        await call(model, way)
    assert gateway.requests == []


_REPLACEMENTS: dict[str, Callable[[Any, str], object]] = {
    "assigned": lambda model, name: setattr(model, name, object()),
    "patched": lambda model, name: mock.patch.object(model, name).start(),
    "copied": lambda model, name: model.model_copy(update={name: object()}),
    "passed": lambda model, name: type(model)(model=MODEL, **{name: object()}),
}


@each_kind
@pytest.mark.parametrize("name", ["client", "async_client", "root_client", "root_async_client"])
@pytest.mark.parametrize("how", _REPLACEMENTS)
def test_replacing_a_client_names_the_way_that_works(kind: Any, name: str, how: str) -> None:
    with pytest.raises((AttributeError, ValueError), match=f"`{name}` cannot") as raised:
        _REPLACEMENTS[how](kind(model=MODEL, api_key=KEY), name)
    advice, library = str(raised.value), httpx.__name__
    # The other tests here follow this advice.
    assert f"`http_client={library}.Client(transport={library}.MockTransport(...))`" in advice
    assert hasattr(pytest_plugin, "cometapi_emulator_env")
    assert "`cometapi_emulator_env`" in advice


@each_call
async def test_connection_settings_are_sent(kind: Any, way: str) -> None:
    gateway = Gateway(respond)
    model = make(
        gateway,
        kind,
        base_url="https://gateway.example/v1",
        timeout=(3, 7),
        default_headers={"X-Mine": "1"},
        default_query={"q": "2"},
        organization="org-1",
    )
    await check(model, way, extra_headers={"X-Call": "3"}, extra_query={"r": "4"})
    (request,) = gateway.requests
    assert request.url.host == "gateway.example"
    assert dict(request.url.params) == {"q": "2", "r": "4"}
    assert (request.headers["x-mine"], request.headers["x-call"]) == ("1", "3")
    assert request.headers["openai-organization"] == "org-1"
    assert request.headers["user-agent"].startswith(f"langchain-cometapi/{__version__} ")
    assert request.headers["content-type"] == "application/json"
    of_the_sdk = {name for name in request.headers if name.startswith("x-stainless-")}
    assert of_the_sdk <= {
        f"x-stainless-{name}" for name in ("async", "read-timeout", "retry-count")
    }
    assert request.extensions["timeout"]["read"] == 7
    assert not gateway.bodies[0].keys() & {"extra_headers", "extra_query", "default_headers"}


@each_kind
@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize("timeout", ["timeout", "request_timeout"])
def test_connection_field_by_each_of_its_names_is_used(kind: Any, long: bool, timeout: str) -> None:
    key, base = ("cometapi_api_key", "cometapi_api_base") if long else ("api_key", "base_url")
    fields: dict[str, Any] = {key: KEY, base: "https://x.example/v1", timeout: 3}
    client = kind(model=MODEL, **fields)._root_client()
    assert (client.api_key, client.base_url.host, client.timeout) == (KEY, "x.example", 3)


@each_kind
def test_proxy_is_used_and_refused_beside_a_client_of_the_users(kind: Any) -> None:
    proxy: Any = {"model": MODEL, "api_key": KEY, "openai_proxy": "http://proxy.example:1"}
    assert kind(**proxy)._client_settings().transport.proxy == "http://proxy.example:1"
    with httpx.Client() as client, pytest.raises(ValidationError, match="not both"):
        kind(**proxy, http_client=client)


@each_call
async def test_key_callable_is_called_again_after_a_401(kind: Any, way: str) -> None:
    asked: list[int] = []

    def key() -> str:
        asked.append(1)
        return "sk-old" if len(asked) == 1 else "sk-new"

    async def later() -> str:
        return key()

    def strict(request: httpx.Request) -> httpx.Response:
        if request.headers["authorization"] != "Bearer sk-new":
            return answer({"error": {"message": "invalid token", "code": None}}, 401)
        return respond(request)

    for function in (key, later) if way.startswith("a") else (key,):
        asked.clear()
        gateway = Gateway(strict)
        model = make(gateway, kind, api_key=function)
        await check(model, way)
        await check(model, way)
        assert (len(asked), len(gateway.requests)) == (3, 3)


# -- failures ------------------------------------------------------------------------------------


@each_call
async def test_failed_request_is_repeated_as_often_as_set(kind: Any, way: str) -> None:
    broken = answer({"error": {"message": "down", "code": "x"}}, 500, retry_after_ms="1")
    gateway = Gateway(broken, broken, respond)
    await check(make(gateway, kind, max_retries=2), way)
    assert len(gateway.requests) == 3
    gateway = Gateway(broken)
    with pytest.raises(CometAPIError):
        await call(make(gateway, kind, max_retries=1), way)
    assert len(gateway.requests) == 2


@each_call
async def test_failure_is_a_typed_error(kind: Any, way: str) -> None:
    with pytest.raises(CometAPITimeoutError):
        await call(make(Gateway(httpx.ReadTimeout("too slow")), kind), way)
    refused = answer({"error": {"message": "no", "code": "rate_limit"}}, 429)
    with pytest.raises(CometAPIRateLimitError) as raised:
        await call(make(Gateway(refused), kind), way)
    route = "embeddings" if kind is CometAPIEmbeddings else "chat/completions"
    assert raised.value.url == f"https://api.cometapi.com/v1/{route}"
    assert (raised.value.status_code, raised.value.model) == (429, MODEL)


# -- copies and closing --------------------------------------------------------------------------


@each_call
@pytest.mark.parametrize(
    "duplicate",
    [
        copy.copy,
        copy.deepcopy,
        lambda model: model.model_copy(deep=True),
        lambda model: model.model_copy(update={"max_retries": 0}, deep=True),
    ],
)
async def test_copy_works_and_changes_alone(kind: Any, way: str, duplicate: Any) -> None:
    gateway = Gateway(respond)
    model = make(gateway, kind)
    for _ in range(2):  # before and after the first call of the model
        twin = duplicate(model)
        assert twin == model
        await check(twin, way)
        twin.default_headers = {"X-Twin": "1"}
        await check(twin, way)
        await check(model, way)
    assert [request.headers.get("x-twin") for request in gateway.requests] == [None, "1", None] * 2


@each_call
async def test_client_of_the_users_stays_open_after_closing(kind: Any, way: str) -> None:
    model = make(Gateway(respond), kind)
    async with model:
        with model:
            await check(model, way)
    assert not model.http_client.is_closed
    assert not model.http_async_client.is_closed
    await check(model, way)


@each_kind
async def test_closing_closes_the_clients(kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[str] = []

    async def aclose(_: object) -> None:
        closed.append("async")

    monkeypatch.setattr(ClientCache, "close", lambda _: closed.append("sync"))
    monkeypatch.setattr(ClientCache, "aclose", aclose)
    model = kind(model=MODEL, api_key=KEY)
    with model:
        pass
    async with model:
        pass
    model.close()
    await model.aclose()
    assert closed == ["sync", "async", "sync"] * 2
