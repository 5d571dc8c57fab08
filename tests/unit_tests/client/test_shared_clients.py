"""A callable key is asked for each request, and again when the gateway answers 401."""

from __future__ import annotations

import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from langchain_cometapi import CometAPIAuthenticationError
from tests.support import KEY, WAYS, Gateway, all_ways, answer, ask, completion, say_hello


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
async def test_key_that_is_refused_is_asked_for_once_more(way: str) -> None:
    gateway, sent = _strict("sk-new")
    model = gateway.model(api_key=Keys("sk-old"), max_retries=2)
    with pytest.raises(CometAPIAuthenticationError):
        await ask(model, way)
    assert sent == ["sk-old", "sk-old"]


@all_ways
async def test_key_that_is_text_is_sent_once(way: str) -> None:
    gateway, sent = _strict("sk-new")
    with pytest.raises(CometAPIAuthenticationError):
        await ask(gateway.model(api_key=KEY), way)
    assert sent == [KEY]


@all_ways
async def test_header_of_the_users_is_not_replaced_by_a_key(way: str) -> None:
    gateway, sent = _strict("sk-new")
    model = gateway.model(
        api_key=Keys("sk-old", "sk-new"), default_headers={"Authorization": "Bearer mine"}
    )
    with pytest.raises(CometAPIAuthenticationError):
        await ask(model, way)
    assert sent == ["mine"]


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
async def test_key_callable_that_fails_raises_its_own_error_at_once(way: str) -> None:
    def fail() -> str:
        msg = "vault"
        raise KeyError(msg)

    gateway, _ = _strict("sk-new")
    model = gateway.model(api_key=fail, max_retries=2)
    with pytest.raises(KeyError, match="vault"):
        await ask(model, way)
    assert gateway.requests == []
