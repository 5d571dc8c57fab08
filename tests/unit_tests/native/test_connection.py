"""Key, base URL, isolation, copies and closing of the native classes."""

from __future__ import annotations

import copy
import gzip
import json
import logging
import pickle
from typing import Any

import httpx as other
import pytest
from langchain_core.load import dumpd, dumps, load
from langchain_core.runnables import ConfigurableField
from pydantic import ValidationError

from langchain_cometapi._client.sdk import httpx
from langchain_cometapi._client.shared_clients import PLACEHOLDER_KEY
from langchain_cometapi.exceptions import (
    CometAPIAuthenticationError,
    CometAPIInvalidKeyError,
    CometAPIUnexpectedResponseError,
)
from langchain_cometapi.native import ChatCometAPIAnthropic
from langchain_cometapi.rate_limiters import SharedRateLimiter
from tests.support import KEY
from tests.support.calls import all_ways, ask
from tests.support.environment import POISON
from tests.support.gateway import Body
from tests.support.messages import (
    MODEL,
    MessagesGateway,
    error,
    events,
    message,
    replies,
    write,
)

pytestmark = pytest.mark.native

OVERLOADED = {"type": "error", "error": {"type": "overloaded_error"}}
WHOLE = json.dumps(message()).encode()
CREDENTIALS = ("authorization", "x-api-key", "x-goog-api-key")
POISONED = {
    "ANTHROPIC_API_KEY": f"sk-{POISON}",
    "ANTHROPIC_AUTH_TOKEN": POISON,
    "ANTHROPIC_API_URL": f"https://{POISON}.invalid",
    "ANTHROPIC_BASE_URL": f"https://{POISON}.invalid",
    "ANTHROPIC_PROXY": f"http://{POISON}.invalid:1",
    "ANTHROPIC_CUSTOM_HEADERS": f"X-Custom: {POISON}\nx-api-key: {POISON}",
    "ANTHROPIC_PROFILE": POISON,
    "ANTHROPIC_CONFIG_DIR": f"/{POISON}",
    "ANTHROPIC_WEBHOOK_SIGNING_KEY": f"whsec-{POISON}",
    "ANTHROPIC_MCP_SERVERS": POISON,
    "LANGSMITH_GATEWAY": f"https://{POISON}.invalid",
    "LANGSMITH_GATEWAY_API_KEY": f"lsv2_{POISON}",
}


def credentials(request: httpx.Request) -> dict[str, str]:
    """Return the credentials that a request carries."""
    return {name: request.headers[name] for name in CREDENTIALS if name in request.headers}


@all_ways
async def test_variables_of_anthropic_are_not_read(
    way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in POISONED.items():
        monkeypatch.setenv(name, value)
    gateway = MessagesGateway(replies())
    model = gateway.claude()
    copied = model._client.with_options(timeout=5)

    await ask(model, way)
    copied.messages.create(model=MODEL, max_tokens=1, messages=[])

    for request in gateway.requests:
        assert str(request.url) == "https://api.cometapi.com/v1/messages"
        assert credentials(request) == {"x-api-key": KEY}
        sent = [*request.headers.values(), request.content.decode()]
        assert not [value for value in sent if POISON in value]
        assert not [name for name in request.headers if name.startswith(("x-stainless-os", "x-c"))]
    for client in (model._client, model._async_client, copied):
        assert POISON not in repr(vars(client))
        assert client._tracer is None


@pytest.mark.parametrize(
    ("base_url", "url"),
    [
        (None, "https://api.cometapi.com/v1/messages"),
        ("https://gateway.example", "https://gateway.example/v1/messages"),
        ("https://gateway.example/v1", "https://gateway.example/v1/messages"),
        ("https://gateway.example/v1/messages", "https://gateway.example/v1/messages"),
        ("https://gateway.example/comet/v1/", "https://gateway.example/comet/v1/messages"),
        ("gateway.example", "https://gateway.example/v1/messages"),
    ],
)
def test_base_url_is_that_of_the_chat_model(base_url: str | None, url: str) -> None:
    gateway = MessagesGateway(replies())

    gateway.claude(base_url=base_url).invoke("Hi")

    assert str(gateway.requests[0].url) == url


def test_key_and_base_url_come_from_the_variables_of_cometapi(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COMETAPI_KEY", "sk-of-the-environment")
    monkeypatch.setenv("COMETAPI_BASE_URL", "https://gateway.example/v1")
    gateway = MessagesGateway(replies())

    gateway.claude(api_key=None).invoke("Hi")

    assert credentials(gateway.requests[0]) == {"x-api-key": "sk-of-the-environment"}
    assert gateway.requests[0].url.host == "gateway.example"


def test_model_without_key_is_an_error() -> None:
    with pytest.raises(CometAPIInvalidKeyError, match="COMETAPI_KEY"):
        ChatCometAPIAnthropic(model=MODEL)


@pytest.mark.parametrize("name", ["Authorization", "authorization", "X-Api-Key", "x-goog-api-key"])
def test_credential_of_the_user_is_sent_instead_of_the_key(name: str) -> None:
    gateway = MessagesGateway(replies())

    gateway.claude(default_headers={name: "Basic of-the-user"}).invoke("Hi")

    assert credentials(gateway.requests[0]) == {name.lower(): "Basic of-the-user"}


@all_ways
async def test_callable_key_is_asked_for_each_request_and_after_a_401(way: str) -> None:
    names = ("first-key-000", "second-key-00", "third-key-000")
    keys = iter(names)
    sent: list[dict[str, str]] = []

    def respond(request: httpx.Request) -> httpx.Response:
        sent.append(credentials(request))
        if len(sent) == 2:
            return error(401, {"type": "error", "error": {"type": "authentication_error"}})
        return replies()(request)

    model = MessagesGateway(respond).claude(api_key=lambda: next(keys))

    await ask(model, way)
    await ask(model, way)

    assert sent == [{"x-api-key": name} for name in names]


async def test_failing_callable_raises_its_own_error() -> None:
    async def ask_vault() -> str:
        msg = "the vault is closed"
        raise LookupError(msg)

    model = MessagesGateway(replies()).claude(api_key=ask_vault, max_retries=2)

    with pytest.raises(LookupError, match="the vault is closed"):
        await model.ainvoke("Hi")
    with pytest.raises(CometAPIInvalidKeyError, match="asynchronous"):
        model.invoke("Hi")


def test_refused_key_is_sent_once() -> None:
    gateway = MessagesGateway(error(401, {"error": {"message": "Invalid token"}}))

    with pytest.raises(CometAPIAuthenticationError):
        gateway.claude(max_retries=2).invoke("Hi")

    assert len(gateway.requests) == 1


def test_redirect_is_not_followed() -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(302, headers={"location": "/v2"}))
    client = httpx.Client(transport=transport, follow_redirects=True)
    model = ChatCometAPIAnthropic(model=MODEL, api_key=KEY, http_client=client)

    with pytest.raises(CometAPIUnexpectedResponseError, match="Redirected to /v2"):
        model.invoke("Hi")


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        ({"anthropic_api_key": "sk-x"}, "Pass `api_key`"),
        ({"anthropic_api_url": "https://x.example"}, "Pass `base_url`"),
        ({"anthropic_proxy": "http://x.example"}, "Pass `openai_proxy`"),
        ({"default_request_timeout": 5}, "Pass `timeout`"),
        ({"openai_api_key": "sk-x"}, "Pass `api_key`"),
        ({"temperatur": 0.5}, "Did you mean `temperature`"),
        ({"stream_chunk_timeout": -1}, "pass seconds"),
        ({"base_url": "ftp://x"}, "not an HTTP URL"),
    ],
)
def test_wrong_argument_is_an_error(arguments: dict[str, Any], match: str) -> None:
    with pytest.raises(ValidationError, match=match) as caught:
        ChatCometAPIAnthropic(model=MODEL, api_key=KEY, **arguments)
    assert KEY not in str(caught.value)


def test_parameter_of_a_request_that_is_no_field_is_sent() -> None:
    gateway = MessagesGateway(replies())

    gateway.claude(service_tier="standard_only").invoke("Hi")

    assert gateway.bodies[0]["service_tier"] == "standard_only"


def test_headers_query_timeout_and_retries_are_used() -> None:
    busy = error(529, OVERLOADED, **{"retry-after": "0.001"})
    gateway = MessagesGateway(busy, busy, busy, replies())
    model = gateway.claude(
        timeout=(2.0, 7.0), max_retries=3, default_headers={"X-Mine": "1"}, default_query={"q": "2"}
    )

    model.invoke("Hi")

    assert len(gateway.requests) == 4
    for request in gateway.requests:
        assert (request.headers["x-mine"], request.url.params["q"]) == ("1", "2")
        assert request.extensions["timeout"]["connect"] == 2.0
        assert request.extensions["timeout"]["read"] == 7.0


def test_high_max_tokens_need_no_stream() -> None:
    gateway = MessagesGateway(replies())

    gateway.claude(max_tokens=128_000).invoke("Hi")

    assert gateway.requests[0].extensions["timeout"]["read"] == 600


def test_no_key_in_what_may_be_stored_or_shown() -> None:
    model = MessagesGateway(replies()).claude(default_headers={"X-Secret": "header-secret"})
    model.invoke("Hi")
    bare = model.model_copy(update={"http_client": None, "http_async_client": None})

    shown = [
        repr(model),
        str(model.model_dump()),
        dumps(model),
        str(model._identifying_params),
        str(model._get_invocation_params()),
        repr(vars(model._client)),
    ]

    assert not [text for text in shown if KEY in text]
    assert PLACEHOLDER_KEY not in dumps(model)
    assert b"header-secret" not in dumps(bare).encode()
    assert pickle.loads(pickle.dumps(bare)) == bare  # noqa: S301 - our own bytes


@pytest.mark.filterwarnings("ignore:The function `load` is in beta")
def test_dump_is_loaded_with_the_key_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMETAPI_KEY", "sk-of-the-environment")
    model = ChatCometAPIAnthropic(model=MODEL, api_key=KEY, max_tokens=7)

    loaded = load(
        dumpd(model),
        allowed_objects=[ChatCometAPIAnthropic],
        valid_namespaces=["langchain_cometapi"],
        secrets_from_env=True,
    )

    assert isinstance(loaded, ChatCometAPIAnthropic)
    assert loaded.max_tokens == 7
    key: Any = loaded.cometapi_api_key
    assert key.get_secret_value() == "sk-of-the-environment"


def test_pickle_leaves_the_key_of_the_environment_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMETAPI_KEY", "sk-of-the-environment")

    assert b"sk-of-the-environment" not in pickle.dumps(ChatCometAPIAnthropic(model=MODEL))


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda m: m.model_copy()])
def test_changed_settings_reach_the_next_request(copied: Any) -> None:
    gateway = MessagesGateway(replies())
    model = gateway.claude()
    model.invoke("Hi")
    other = copied(model)

    other.cometapi_api_key = "sk-of-the-copy"
    other.cometapi_api_base = "https://other.example/v1"
    other.invoke("Hi")
    model.invoke("Hi")

    sent = [(r.url.host, credentials(r)["x-api-key"]) for r in gateway.requests]
    own = ("api.cometapi.com", KEY)
    assert sent == [own, ("other.example", "sk-of-the-copy"), own]


def test_configured_model_has_the_connection_of_its_default() -> None:
    gateway = MessagesGateway(replies())
    model = gateway.claude(base_url="https://own.example/v1").configurable_fields(
        model=ConfigurableField(id="model"), thinking=ConfigurableField(id="thinking")
    )

    model.invoke("Hi")
    thinking = {"type": "enabled", "budget_tokens": 1024}
    other = {"model": "claude-haiku-4-5", "thinking": thinking}
    model.with_config(configurable=other).invoke("Hi")

    assert [request.url.host for request in gateway.requests] == ["own.example"] * 2
    assert [credentials(request)["x-api-key"] for request in gateway.requests] == [KEY] * 2
    assert [body["max_tokens"] for body in gateway.bodies] == [128_000, 64_000]
    assert gateway.bodies[1]["thinking"] == thinking


async def test_closed_model_can_be_used_again() -> None:
    gateway = MessagesGateway(replies())
    with gateway.claude() as model:
        model.invoke("Hi")
    async with model:
        await model.ainvoke("Hi")

    model.invoke("Hi")

    assert len(gateway.requests) == 3


def test_rate_limiter_gives_a_token_for_each_attempt() -> None:
    limiter = SharedRateLimiter(requests_per_second=1000, max_bucket_size=100)
    taken: list[bool] = []
    acquire = limiter.acquire

    def count(*, blocking: bool = True) -> bool:
        taken.append(blocking)
        return acquire(blocking=blocking)

    limiter.acquire = count  # type: ignore[method-assign]
    busy = error(529, OVERLOADED, **{"retry-after": "0.001"})
    gateway = MessagesGateway(busy, replies())

    gateway.claude(rate_limiter=limiter, max_retries=1).invoke("Hi")

    assert len(taken) == 2


@all_ways
async def test_logs_have_no_secret(way: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    model = MessagesGateway(replies()).claude(default_headers={"X-Own": "secret-of-the-model"})

    await ask(
        model, way, "Hi", extra_headers={"X-Mine": "secret-of-call"}, extra_query={"k": "secret-q"}
    )

    assert "Request options" in caplog.text
    assert not [s for s in (KEY, "secret-of-", "secret-q") if s in caplog.text]


@all_ways
async def test_compressed_body_is_read(way: str) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        body = write(events()) if b'"stream":true' in request.content else [WHOLE]
        headers = {"content-encoding": "gzip"}
        return httpx.Response(200, headers=headers, stream=Body([gzip.compress(b"".join(body))]))

    assert (await ask(MessagesGateway(respond).claude(), way)).content == "Hello"


def test_advice_for_an_unknown_argument_brings_it_into_the_request() -> None:
    gateway = MessagesGateway(replies())
    with pytest.raises(ValidationError) as caught:
        gateway.claude(new_field=1)
    assert "goes into `extra_body={'new_field': ...}`" in str(caught.value)
    gateway.claude(extra_body={"new_field": 1}).invoke("Hi")
    assert gateway.bodies[0]["new_field"] == 1


def test_client_of_the_other_http_library_is_an_error() -> None:
    with pytest.raises(ValidationError, match=r"must be an `httpx2\.Client`"):
        ChatCometAPIAnthropic(model=MODEL, api_key=KEY, http_client=other.Client())


def test_message_is_that_of_the_vendor_behind_the_gateway() -> None:
    gateway = MessagesGateway(httpx.Response(200, json=message(), headers={"request-id": "req_1"}))

    answer = gateway.claude().invoke("Hi")

    assert answer.response_metadata["model_provider"] == "anthropic"
    assert answer.response_metadata["gateway"] == "cometapi"
    assert answer.response_metadata["request_id"] == "req_1"
