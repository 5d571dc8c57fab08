"""A callable key: asked for each request, and again when the gateway answers 401."""

from __future__ import annotations

import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from langchain_cometapi import CometAPIAuthenticationError
from tests.support import ASYNC, KEY, WAYS, Gateway, amerge, answer, ask, chunk, completion, stream


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
    """Return a gateway that takes one key, and the list of the keys it was sent."""
    sent: list[str] = []

    def respond(request: Any) -> Any:
        sent.append(request.headers["authorization"].removeprefix("Bearer "))
        if sent[-1] != valid:
            return answer({"error": {"message": "invalid token", "code": None}}, 401)
        if b'"stream":true' in request.content:
            return stream(chunk("Hello"), chunk(finish_reason="stop"))
        return answer(completion())

    return Gateway(respond), sent


@pytest.mark.parametrize("extra", [{}, {"extra_headers": {"X-Mine": "1"}}])
@pytest.mark.parametrize("awaited", [False, True])
async def test_an_expired_key_is_asked_for_again(extra: dict[str, Any], awaited: bool) -> None:
    for how in ASYNC if awaited else WAYS:
        (gateway, sent), keys = _strict("sk-new"), Keys("sk-old", "sk-new")
        model = gateway.model(api_key=keys.later if awaited else keys)
        assert (await ask(model, how, **extra)).text == "Hello"
        assert sent == ["sk-old", "sk-new"]
        assert (await ask(model, how, **extra)).text == "Hello"
        assert (keys.asked, len(gateway.requests)) == (3, 3)
        assert all(
            r.headers.get("x-mine") == extra.get("extra_headers", {}).get("X-Mine")
            for r in gateway.requests
        )


async def test_once_and_no_more() -> None:
    (gateway, sent), keys = _strict("sk-new"), Keys("sk-old")
    model = gateway.model(api_key=keys, max_retries=2)
    with pytest.raises(CometAPIAuthenticationError):
        model.invoke("Hi")
    assert sent == ["sk-old", "sk-old"]
    with pytest.raises(CometAPIAuthenticationError):
        await amerge(model.astream("Hi"))
    assert sent == ["sk-old"] * 4


def test_a_text_is_not_asked_again() -> None:
    gateway, sent = _strict("sk-new")
    with pytest.raises(CometAPIAuthenticationError):
        gateway.model(api_key=KEY).invoke("Hi")
    assert sent == [KEY]


async def test_a_header_of_the_users_is_not_replaced() -> None:
    gateway, sent = _strict("sk-new")
    model = gateway.model(
        api_key=Keys("sk-old", "sk-new"), default_headers={"Authorization": "Bearer mine"}
    )
    with pytest.raises(CometAPIAuthenticationError):
        model.invoke("Hi")
    with pytest.raises(CometAPIAuthenticationError):
        await model.ainvoke("Hi")
    assert sent == ["mine", "mine"]


def test_key_of_a_request_is_its_own_with_many_threads() -> None:
    """The SDK keeps the last key it was given; a request of another tenant must not send it."""
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


@pytest.mark.parametrize("way", WAYS)
async def test_key_callable_that_fails_raises_its_own_error_at_once(way: str) -> None:
    def fail() -> str:
        msg = "vault"
        raise KeyError(msg)

    gateway, _ = _strict("sk-new")
    model = gateway.model(api_key=fail, max_retries=2)
    with pytest.raises(KeyError, match="vault"):
        await ask(model, way)
    assert gateway.requests == []
