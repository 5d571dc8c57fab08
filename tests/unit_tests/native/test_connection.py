"""Key, base URL, arguments, copies, repeats and closing of the native classes."""

from __future__ import annotations

import copy
import gzip
import json
import logging
from typing import TYPE_CHECKING, Any

import httpx as other
import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.load import dumps
from langchain_core.runnables import ConfigurableField
from pydantic import ValidationError

from langchain_cometapi import CostCallbackHandler
from langchain_cometapi._client.sdk import httpx
from langchain_cometapi.exceptions import CometAPIInvalidKeyError, CometAPIUnexpectedResponseError
from langchain_cometapi.rate_limiters import SharedRateLimiter
from tests.support import KEY, POISON, POISONED, Gateway, all_ways, answer, ask, poison_native
from tests.support.native import (
    CLAUDE,
    GEMINI,
    TEXT,
    each_protocol,
    encode,
    stream,
)

if TYPE_CHECKING:
    from tests.support.native import Protocol

pytestmark = [
    pytest.mark.native,
    pytest.mark.filterwarnings("ignore:Received unexpected tool content block"),  # no tool is bound
]

CREDENTIALS = ("authorization", "x-api-key", "x-goog-api-key")


def credentials(request: httpx.Request) -> dict[str, str]:
    """Return the credentials that a request carries."""
    return {name: request.headers[name] for name in CREDENTIALS if name in request.headers}


# -- key and base URL ----------------------------------------------------------------------------


@each_protocol
@all_ways
async def test_variables_of_other_products_are_not_read(
    protocol: Protocol,
    way: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    for name, value in {**POISONED, **poison_native()}.items():
        monkeypatch.setenv(name, value)
    gateway = Gateway(protocol.respond)
    model = protocol.make(gateway)
    assert (await ask(model, way)).text == TEXT
    [request] = gateway.requests
    assert str(request.url).partition("?")[0] == f"https://api.cometapi.com{protocol.path_of(way)}"
    assert credentials(request) == {protocol.key_header: KEY}
    assert not [name for name in request.headers if name.startswith(("x-stainless-os", "x-c"))]
    shown = f"{request.url}{request.headers.raw}{request.content!r}{model!r}{dumps(model)}"
    assert POISON not in shown + caplog.text
    assert KEY not in caplog.text


def test_clients_of_anthropic_have_nothing_of_its_variables(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in poison_native().items():
        monkeypatch.setenv(name, value)
    gateway = Gateway(CLAUDE.respond)
    model = CLAUDE.make(gateway)
    copied = model._client.with_options(timeout=5)
    copied.messages.create(model=CLAUDE.model, max_tokens=1, messages=[])
    assert credentials(gateway.requests[0]) == {CLAUDE.key_header: KEY}
    for client in (model._client, model._async_client, copied):
        assert POISON not in repr(vars(client))
        assert client._tracer is None


@each_protocol
@pytest.mark.parametrize(
    ("base_url", "root"),
    [
        (None, "https://api.cometapi.com"),
        ("https://host.example", "https://host.example"),
        ("https://host.example/v1", "https://host.example"),
        ("https://host.example/v1beta", "https://host.example"),
        ("https://host.example/v1/messages", "https://host.example"),
        ("http://host.example:81/proxy/v1/", "http://host.example:81/proxy"),
        ("https://host.example/proxy", "https://host.example/proxy"),
        ("host.example", "https://host.example"),
    ],
)
def test_base_url_is_that_of_the_chat_model(
    protocol: Protocol, base_url: str | None, root: str
) -> None:
    gateway = Gateway(protocol.respond)
    protocol.make(gateway, base_url=base_url).invoke("Hi")
    assert str(gateway.requests[0].url) == root + protocol.path


@each_protocol
def test_key_and_base_url_come_from_the_variables_of_cometapi(
    protocol: Protocol, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-of-another")
    monkeypatch.setenv("GOOGLE_API_KEY", "sk-of-another")
    with pytest.raises(CometAPIInvalidKeyError, match="COMETAPI_KEY or COMETAPI_API_KEY"):
        protocol.kind(model=protocol.model)
    monkeypatch.setenv("COMETAPI_KEY", "sk-of-the-environment")
    monkeypatch.setenv("COMETAPI_BASE_URL", "https://gateway.example/v1")
    gateway = Gateway(protocol.respond)
    protocol.make(gateway, api_key=None).invoke("Hi")
    assert credentials(gateway.requests[0]) == {protocol.key_header: "sk-of-the-environment"}
    assert gateway.requests[0].url.host == "gateway.example"


@each_protocol
@pytest.mark.parametrize("name", ["Authorization", "authorization", "X-Api-Key", "x-goog-api-key"])
def test_credential_of_the_user_is_sent_instead_of_the_key(protocol: Protocol, name: str) -> None:
    gateway = Gateway(protocol.respond)
    protocol.make(gateway, default_headers={name: "Basic of-the-user"}).invoke("Hi")
    assert credentials(gateway.requests[0]) == {name.lower(): "Basic of-the-user"}


@each_protocol
@all_ways
async def test_callable_key_is_asked_for_each_request_and_after_a_401(
    protocol: Protocol, way: str
) -> None:
    names = ("first-key-000", "second-key-00", "third-key-000")
    keys = iter(names)
    sent: list[dict[str, str]] = []

    def respond(request: httpx.Request) -> httpx.Response:
        sent.append(credentials(request))
        if len(sent) == 2:
            return answer(protocol.error(401, "Expired."), 401)
        return protocol.respond(request)

    model = protocol.make(Gateway(respond), api_key=lambda: next(keys))
    await ask(model, way)
    await ask(model, way)
    assert sent == [{protocol.key_header: name} for name in names]


@each_protocol
async def test_failing_callable_raises_its_own_error(protocol: Protocol) -> None:
    async def ask_vault() -> str:
        msg = "the vault is closed"
        raise LookupError(msg)

    model = protocol.make(Gateway(protocol.respond), api_key=ask_vault, max_retries=2)
    with pytest.raises(LookupError, match="the vault is closed"):
        await model.ainvoke("Hi")
    with pytest.raises(CometAPIInvalidKeyError, match="asynchronous"):
        model.invoke("Hi")


@each_protocol
def test_redirect_is_not_followed(protocol: Protocol) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(302, headers={"location": "/v2"}))
    client = httpx.Client(transport=transport, follow_redirects=True)
    model = protocol.kind(model=protocol.model, api_key=KEY, http_client=client)
    with pytest.raises(CometAPIUnexpectedResponseError, match="Redirected to /v2"):
        model.invoke("Hi")


# -- arguments -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("protocol", "arguments", "words"),
    [
        (CLAUDE, {"anthropic_api_key": "sk-x"}, "Pass `api_key`"),
        (CLAUDE, {"anthropic_api_url": "https://x.example"}, "Pass `base_url`"),
        (CLAUDE, {"anthropic_proxy": "http://x.example"}, "Pass `openai_proxy`"),
        (CLAUDE, {"default_request_timeout": 5}, "Pass `timeout`"),
        (CLAUDE, {"openai_api_key": "sk-x"}, "Pass `api_key`"),
        (CLAUDE, {"temperatur": 0.5}, "Did you mean `temperature`"),
        (CLAUDE, {"stream_chunk_timeout": -1}, "pass seconds"),
        (CLAUDE, {"base_url": "ftp://x"}, "not an HTTP URL"),
        (CLAUDE, {"http_client": other.Client()}, "must be an `httpx2.Client`"),
        (GEMINI, {"google_api_key": "key"}, "Pass `api_key`"),
        (GEMINI, {"vertexai": True}, "Pass `api_key`"),
        (GEMINI, {"project": "mine"}, "Pass `api_key`"),
        (GEMINI, {"credentials": object()}, "Pass `api_key`"),
        (GEMINI, {"client_options": {"api_endpoint": "https://x.example"}}, "Pass `base_url`"),
        (GEMINI, {"additional_headers": {"a": "b"}}, "Pass `default_headers`"),
        (GEMINI, {"retries": 3}, "`max_retries`"),
        (GEMINI, {"temprature": 1}, "Did you mean `temperature`"),
        (GEMINI, {"client": object()}, "`http_client="),
    ],
)
def test_wrong_argument_is_an_error_that_names_the_right_one(
    protocol: Protocol, arguments: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        protocol.kind(model=protocol.model, api_key=KEY, **arguments)
    assert words in str(caught.value)
    assert f"`{next(iter(arguments))}`" in str(caught.value)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    ("protocol", "words", "advised"),
    [
        (
            CLAUDE,
            "goes into `extra_body={'new_field': ...}`",
            {"extra_body": {"new_field": 1}},
        ),
        (
            GEMINI,
            "goes into `http_options={'extra_body': {'new_field': ...}}`",
            {"http_options": {"extra_body": {"new_field": 1}}},
        ),
    ],
)
def test_advice_for_an_unknown_argument_brings_it_into_the_request(
    protocol: Protocol, words: str, advised: dict[str, Any]
) -> None:
    gateway = Gateway(protocol.respond)
    with pytest.raises(ValidationError) as caught:
        protocol.make(gateway, new_field=1)
    assert words in str(caught.value)
    protocol.make(gateway, **advised).invoke("Hi")
    assert gateway.bodies[0]["new_field"] == 1


@each_protocol
@all_ways
async def test_headers_query_and_timeout_are_used(protocol: Protocol, way: str) -> None:
    gateway = Gateway(protocol.respond)
    model = protocol.make(
        gateway, timeout=(2.0, 7.0), default_headers={"X-Mine": "1"}, default_query={"q": "2"}
    )
    await ask(model, way)
    [request] = gateway.requests
    assert (request.headers["x-mine"], request.url.params["q"]) == ("1", "2")
    limits = request.extensions["timeout"]
    assert (limits["connect"], limits["read"]) == (2, 7)


# -- repeats -------------------------------------------------------------------------------------


class Limiter(SharedRateLimiter):
    taken = 0

    def acquire(self, *, blocking: bool = True) -> bool:
        self.taken += 1
        return super().acquire(blocking=blocking)

    async def aacquire(self, *, blocking: bool = True) -> bool:
        self.taken += 1
        return await super().aacquire(blocking=blocking)


class Repeats(BaseCallbackHandler):
    def __init__(self) -> None:
        self.seen: list[str] = []

    def on_retry(self, retry_state: Any, **_: Any) -> None:
        self.seen.append(str(retry_state.outcome.exception()))


@each_protocol
@all_ways
async def test_each_repeat_is_told_counted_and_takes_a_token(protocol: Protocol, way: str) -> None:
    busy = answer(protocol.error(529, "Busy."), 529, retry_after_ms="1")
    gateway = Gateway(busy, busy, protocol.respond)
    limiter = Limiter(requests_per_second=1000, max_bucket_size=100)
    repeats, costs = Repeats(), CostCallbackHandler()
    model = protocol.make(gateway, rate_limiter=limiter, max_retries=2)
    message = await ask(model, way, config={"callbacks": [repeats, costs]})
    assert message.text == TEXT
    sent = [credentials(request) for request in gateway.requests]
    assert sent == [{protocol.key_header: KEY}] * 3
    assert limiter.taken == 3
    assert ["Busy" in said for said in repeats.seen] == [True] * 2
    assert message.response_metadata["retries"] == 2
    assert (costs.total.retries, costs.total.requests) == (2, 1)


# -- copies, streams and closing -----------------------------------------------------------------


@each_protocol
@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda m: m.model_copy(deep=True)])
def test_changed_settings_of_a_copy_are_its_own(protocol: Protocol, copied: Any) -> None:
    gateway = Gateway(protocol.respond)
    model = protocol.make(gateway, temperature=None)
    model.invoke("Hi")
    changed = copied(model)
    assert changed == model
    changed.cometapi_api_key = "sk-of-the-copy"
    changed.cometapi_api_base = "https://other.example/v1"
    changed.invoke("Hi")
    model.invoke("Hi")
    sent = [(r.url.host, credentials(r)[protocol.key_header]) for r in gateway.requests]
    own = ("api.cometapi.com", KEY)
    assert sent == [own, ("other.example", "sk-of-the-copy"), own]


def test_configured_model_has_the_connection_of_its_default() -> None:
    gateway = Gateway(CLAUDE.respond)
    model = CLAUDE.make(gateway, base_url="https://own.example/v1").configurable_fields(
        model=ConfigurableField(id="model"), thinking=ConfigurableField(id="thinking")
    )
    thinking = {"type": "enabled", "budget_tokens": 1024}
    model.with_config(configurable={"model": "claude-haiku-4-5", "thinking": thinking}).invoke("Hi")
    [request], [body] = gateway.requests, gateway.bodies
    assert (request.url.host, credentials(request)) == ("own.example", {CLAUDE.key_header: KEY})
    assert (body["max_tokens"], body["thinking"]) == (64_000, thinking)


@each_protocol
@pytest.mark.parametrize("way", ["stream", "astream"])
async def test_stream_that_is_left_closes_its_response(protocol: Protocol, way: str) -> None:
    response = stream(*map(encode, protocol.events()))
    body: Any = response.stream
    model = protocol.make(Gateway(response))
    if way == "stream":
        chunks = model.stream("Hi")
        next(chunks)
        chunks.close()
    else:
        chunks = model.astream("Hi")
        await anext(chunks)
        await chunks.aclose()
    assert body.closed


@each_protocol
async def test_closed_model_can_be_used_again(protocol: Protocol) -> None:
    gateway = Gateway(protocol.respond)
    with protocol.make(gateway) as model:
        model.invoke("Hi")
    async with model:
        await model.ainvoke("Hi")
    model.invoke("Hi")
    assert len(gateway.requests) == 3


@each_protocol
@all_ways
async def test_compressed_body_is_read(protocol: Protocol, way: str) -> None:
    pieces = [json.dumps(protocol.body()).encode()]
    if "stream" in way:
        pieces = list(map(encode, protocol.events()))
    response = stream(gzip.compress(b"".join(pieces)), **{"content-encoding": "gzip"})
    if "stream" not in way:
        response.headers["content-type"] = "application/json"
    assert (await ask(protocol.make(Gateway(response)), way)).text == TEXT
