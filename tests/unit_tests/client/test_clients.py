"""Nothing of OpenAI's or LangSmith's environment reaches the wire or reroutes it."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.messages import AIMessage

from langchain_cometapi import ChatCometAPI
from langchain_cometapi._client.sdk import httpx
from tests.support import KEY, POISON, POISONED, WAYS, Gateway, ask, say_hello

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def gateway() -> Gateway:
    return Gateway(say_hello)


@pytest.fixture(autouse=True)
def _poison(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in POISONED.items():
        monkeypatch.setenv(name, value)


def _assert_clean(gateway: Gateway, key: str = KEY, path: str = "/v1/chat/completions") -> None:
    assert gateway.requests
    for request in gateway.requests:
        wire = b"\n".join(
            [
                str(request.url).encode(),
                *(name + b": " + value for name, value in request.headers.raw),
                request.content,
            ]
        )
        assert POISON.encode() not in wire
        assert request.headers["authorization"] == f"Bearer {key}"
        assert request.url.path == path
        assert request.url.host == "api.cometapi.com"
        assert not {name for name in request.headers if name.startswith("openai-")}


async def _use(model: Any) -> None:
    for way in WAYS:
        assert (await ask(model, way)).text == "Hello"


async def test_model_sends_nothing_of_the_environment(gateway: Gateway) -> None:
    await _use(gateway.model())
    _assert_clean(gateway)


async def test_bound_model_sends_nothing_of_the_environment(gateway: Gateway) -> None:
    def add(a: int, b: int) -> int:
        """Add two numbers."""
        return a + b

    await _use(gateway.model().bind(seed=1))
    await _use(gateway.model().bind_tools([add]))
    _assert_clean(gateway)


@pytest.mark.parametrize(
    "derive",
    [
        pytest.param(lambda client: client.with_options(max_retries=0), id="with_options"),
        pytest.param(lambda client: client.copy(), id="copy"),
    ],
)
async def test_derived_sdk_client_sends_nothing_of_the_environment(
    gateway: Gateway, derive: Callable[[Any], Any]
) -> None:
    model = gateway.model()
    call: dict[str, Any] = {
        "body": {"model": "m", "messages": []},
        "cast_to": httpx.Response,
    }
    derive(model.root_client).post("/chat/completions", **call)
    await derive(model.root_async_client).post("/chat/completions", **call)
    _assert_clean(gateway)


async def test_callable_key_is_not_replaced_by_the_environment(gateway: Gateway) -> None:
    async def ask() -> str:
        return KEY

    await _use(gateway.model(api_key=lambda: KEY))
    model = gateway.model(api_key=ask)
    assert (await model.ainvoke("Hi")).text == "Hello"
    _assert_clean(gateway)
    with pytest.raises(ValueError, match="asynchronous callable"):
        model.invoke("Hi")


async def test_pickled_model_sends_nothing_of_the_environment(gateway: Gateway) -> None:
    plain = ChatCometAPI(model="gpt-5.4-mini", api_key=KEY)
    plain.root_client.copy()  # the clients exist, and stay behind
    restored = pickle.loads(pickle.dumps(plain))  # noqa: S301 - our own bytes
    transport = httpx.MockTransport(gateway)
    restored.http_client = httpx.Client(transport=transport)
    restored.http_async_client = httpx.AsyncClient(transport=transport)
    await _use(restored)
    _assert_clean(gateway)


def test_fields_hold_nothing_of_the_environment() -> None:
    model = ChatCometAPI(model="gpt-5.4-mini", api_key=KEY)
    assert POISON not in repr(model)
    assert model.openai_organization is None
    assert model.openai_proxy is None
    assert model.cometapi_api_base == "https://api.cometapi.com/v1"
    assert model.stream_chunk_timeout == 600
    assert model.use_responses_api is None
    assert model.endpoint == "auto"
    assert model.output_version is None


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("gpt-5.1-codex", "/v1/responses"),
        ("gpt-5.4-pro", "/v1/responses"),
        ("gpt-5.6-sol", "/v1/responses"),
        ("gpt-6-astra", "/v1/responses"),
        ("gpt-5.4", "/v1/chat/completions"),
        ("grok-4.5", "/v1/chat/completions"),
        ("some-new-thing", "/v1/chat/completions"),
    ],
)
async def test_row_of_a_model_alone_chooses_the_route(
    gateway: Gateway, name: str, path: str
) -> None:
    def look_up(topic: str) -> str:
        """Look up a topic."""
        return topic

    await _use(gateway.model(name))
    await _use(gateway.model(name).bind_tools([look_up]))
    await _use(gateway.model(name, reasoning_effort="low"))
    _assert_clean(gateway, path=path)


def test_missing_key_is_not_replaced_by_the_environment() -> None:
    with pytest.raises(ValueError, match="COMETAPI_KEY or COMETAPI_API_KEY") as raised:
        ChatCometAPI(model="gpt-5.4-mini")
    assert "https://www.cometapi.com" in str(raised.value)
    assert POISON not in str(raised.value)


def test_history_of_another_provider_is_sent_as_text(gateway: Gateway) -> None:
    foreign = AIMessage("Hi", response_metadata={"model_provider": "openai", "id": "resp_1"})
    gateway.model().invoke(["Hello", foreign, "And?"])
    _assert_clean(gateway)
    assert [message["role"] for message in gateway.bodies[0]["messages"]] == [
        "user",
        "assistant",
        "user",
    ]
