"""A callable key is asked for each request, and again when the gateway answers 401."""

from __future__ import annotations

import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi import (
    ChatCometAPI,
    CometAPIAuthenticationError,
    CometAPIConnectionError,
    CometAPIInvalidKeyError,
)
from langchain_cometapi._client.sdk import httpx, openai
from tests.support import (
    KEY,
    WAYS,
    Body,
    Gateway,
    all_ways,
    answer,
    ask,
    ask_and_fail,
    completion,
    say_hello,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Keys:
    """Hands out keys in turn; the last one repeats."""

    def __init__(self, *keys: str) -> None:
        self.keys = list(keys)
        self.asked = 0

    def __call__(self) -> str:
        self.asked += 1
        return self.keys.pop(0) if len(self.keys) > 1 else self.keys[0]

    async def later(self) -> str:
        return self()


def _strict(valid: str) -> tuple[Gateway, list[str]]:
    """Return a gateway that accepts one key, and the list of the keys it received."""
    sent: list[str] = []

    def respond(request: Any) -> Any:
        sent.append(request.headers["authorization"].removeprefix("Bearer "))
        if sent[-1] != valid:
            return answer({"error": {"message": "invalid token", "code": None}}, 401)
        return say_hello(request)

    return Gateway(respond), sent


@pytest.mark.parametrize("extra", [{}, {"extra_headers": {"X-Mine": "1"}}])
@pytest.mark.parametrize(
    ("way", "is_async_key"),
    [*((way, False) for way in WAYS), ("ainvoke", True), ("astream", True)],
)
async def test_key_that_expired_is_asked_for_again(
    way: str, is_async_key: bool, extra: dict[str, Any]
) -> None:
    (gateway, sent), keys = _strict("sk-new"), Keys("sk-old", "sk-new")
    model = gateway.model(api_key=keys.later if is_async_key else keys)
    assert (await ask(model, way, **extra)).text == "Hello"
    assert sent == ["sk-old", "sk-new"]
    assert (await ask(model, way, **extra)).text == "Hello"
    assert (keys.asked, len(gateway.requests)) == (3, 3)
    header = extra.get("extra_headers", {}).get("X-Mine")
    assert [request.headers.get("x-mine") for request in gateway.requests] == [header] * 3


@all_ways
@pytest.mark.parametrize(("key", "keys"), [(Keys("sk-old"), ["sk-old", "sk-old"]), (KEY, [KEY])])
async def test_key_that_is_refused_is_asked_for_once_more_unless_it_is_text(
    key: Any, keys: list[str], way: str
) -> None:
    gateway, sent = _strict("sk-new")
    error = await ask_and_fail(gateway, way, api_key=key, max_retries=2)
    assert isinstance(error, CometAPIAuthenticationError)
    assert sent == keys


@all_ways
@pytest.mark.parametrize("key", [KEY, Keys("sk-old", "sk-new")], ids=["text", "callable"])
@pytest.mark.parametrize("name", ["Authorization", "authorization"])
@pytest.mark.parametrize("where", ["default_headers", "extra_headers"])
async def test_header_of_the_users_is_not_replaced_by_a_key(
    where: str, name: str, key: Any, way: str
) -> None:
    gateway, sent = _strict("sk-new")
    headers: dict[str, Any] = {where: {name: "Bearer mine"}}
    model = gateway.model(api_key=key, **headers if where == "default_headers" else {})
    with pytest.raises(CometAPIAuthenticationError):
        await ask(model, way, **headers if where == "extra_headers" else {})
    assert sent == ["mine"]


BODY: Any = {"model": "m", "messages": []}


async def test_copy_with_another_http_client_asks_for_the_key() -> None:
    (gateway, sent), keys = _strict("sk-new"), Keys("sk-old", "sk-new")
    model = gateway.model(api_key=keys)
    transport = httpx.MockTransport(gateway)
    client = model.root_client.with_options(http_client=httpx.Client(transport=transport))
    client.chat.completions.create(**BODY)
    aclient = model.root_async_client.copy(http_client=httpx.AsyncClient(transport=transport))
    await aclient.chat.completions.create(**BODY)
    assert sent == ["sk-old", "sk-new", "sk-new"]


@pytest.mark.parametrize("first", [KEY, Keys("sk-model")], ids=["text", "callable"])
@pytest.mark.parametrize("own_http_client", [False, True])
async def test_callable_key_of_a_copy_is_asked_as_that_of_a_model_is(
    first: Any, own_http_client: bool
) -> None:
    gateway, sent = _strict("sk-new")
    model = gateway.model(api_key=first)
    transport = httpx.MockTransport(gateway)
    more: dict[str, Any] = {}
    amore: dict[str, Any] = {}
    if own_http_client:
        more = {"http_client": httpx.Client(transport=transport)}
        amore = {"http_client": httpx.AsyncClient(transport=transport)}
    keys = [Keys("sk-old", "sk-new") for _ in range(3)]
    client = model.root_client.with_options(api_key=keys[0], **more)
    client.chat.completions.create(**BODY)
    for key in (keys[1], keys[2].later):
        aclient = model.root_async_client.with_options(api_key=key, **amore)
        await aclient.chat.completions.create(**BODY)
    assert sent == ["sk-old", "sk-new"] * 3
    with pytest.raises(CometAPIInvalidKeyError, match="asynchronous callable"):
        model.root_client.with_options(api_key=keys[2].later)


class _Wire(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Uses a body up, as a connection does, and answers 401."""

    def __init__(self) -> None:
        self.received: list[bytes] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.SyncByteStream)
        self.received.append(b"".join(request.stream))
        return answer({}, 401)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.AsyncByteStream)
        self.received.append(b"".join([piece async for piece in request.stream]))
        return answer({}, 401)


async def _pieces() -> AsyncIterator[bytes]:
    yield b"a"
    yield b"b"


async def test_body_that_is_used_up_is_not_sent_again_after_a_401() -> None:
    """The SDK's error for the 401 is raised, and not one about a body that was read."""
    wire = _Wire()
    model = ChatCometAPI(
        model="m",
        api_key=Keys("sk-old"),
        http_client=httpx.Client(transport=wire),
        http_async_client=httpx.AsyncClient(transport=wire),
    )
    with pytest.raises(openai.AuthenticationError):
        model.root_client.post("/files", cast_to=object, content=iter([b"a", b"b"]))
    with pytest.raises(openai.AuthenticationError):
        await model.root_async_client.post("/files", cast_to=object, content=_pieces())
    assert wire.received == [b"ab"] * 2
    with pytest.raises(CometAPIAuthenticationError):
        await ask(model, "ainvoke")
    assert len(wire.received) == 4


def test_websocket_of_the_sdk_is_signed_with_a_key_or_refused() -> None:
    """It takes the public `auth_headers` of its client, and sends nothing through our clients."""
    model = Gateway(answer({})).model(api_key=Keys("sk-called"))
    assert model.root_client.auth_headers == {"Authorization": "Bearer sk-called"}
    client = model.root_async_client
    with pytest.raises(openai.OpenAIError, match=r"with_options\(api_key=...\)"):
        _ = client.auth_headers
    for other in (model.root_client, client):
        headers = other.with_options(api_key="sk-mine").auth_headers
        assert headers == {"Authorization": "Bearer sk-mine"}


@pytest.mark.parametrize("name", ["Authorization", "authorization"])
async def test_header_of_a_request_of_the_users_own_is_sent_alone(name: str) -> None:
    gateway, sent = _strict("mine")
    model = gateway.model(api_key=Keys("sk-old"))
    headers = {name: "Bearer mine"}
    model.root_client.chat.completions.create(**BODY, extra_headers=headers)
    await model.root_async_client.chat.completions.create(**BODY, extra_headers=headers)
    assert sent == ["mine"] * 2


def test_key_of_a_request_is_its_own_with_many_threads() -> None:
    """The SDK keeps the last key it was passed; a request of another tenant must not send it."""
    current = threading.local()

    def current_key() -> str:
        return f"sk-{current.name}"

    def respond(request: Any) -> Any:
        text = json.loads(request.content)["messages"][0]["content"]
        assert request.headers["authorization"] == f"Bearer sk-{text}"
        return answer(completion(text))

    model = Gateway(respond).model(api_key=current_key)

    def call(number: int) -> str:
        current.name = str(number)
        return model.invoke(str(number)).text

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(16) as pool:
            assert list(pool.map(call, range(300))) == [str(number) for number in range(300)]
    finally:
        sys.setswitchinterval(interval)


@all_ways
@pytest.mark.parametrize("status", [401, 500])
async def test_error_response_that_breaks_is_closed(status: int, way: str) -> None:
    """Else its lease of the pool would never end."""
    body = Body([b"{", httpx.ReadError("reset")])
    error = await ask_and_fail(Gateway(httpx.Response(status, stream=body)), way)
    assert isinstance(error, CometAPIConnectionError)
    assert body.closed


@all_ways
async def test_key_callable_that_fails_raises_its_own_error_at_once(way: str) -> None:
    def fail() -> str:
        msg = "vault"
        raise KeyError(msg)

    gateway, _ = _strict("sk-new")
    model = gateway.model(api_key=fail, max_retries=2)
    with pytest.raises(KeyError, match="vault"):
        await ask(model, way)
    assert gateway.requests == []
