"""Nothing of OpenAI's or LangSmith's environment reaches the wire or reroutes it."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from langchain_cometapi import ChatCometAPI
from langchain_cometapi._client.sdk import httpx
from tests.support import KEY, POISON, POISONED, WAYS, Gateway, ask, get_weather


@pytest.fixture(autouse=True)
def _poison(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in POISONED.items():
        monkeypatch.setenv(name, value)


def _assert_clean(gateway: Gateway, key: str = KEY, path: str = "/v1/chat/completions") -> None:
    assert gateway.requests
    for request in gateway.requests:
        wire = repr(request.headers.raw) + str(request.url) + request.content.decode()
        assert POISON not in wire
        assert request.headers["authorization"] == f"Bearer {key}"
        assert request.url.path == path
        assert request.url.host == "api.cometapi.com"
        assert not {name for name in request.headers if name.startswith("openai-")}


async def _use(model: Any) -> None:
    for way in WAYS:
        assert (await ask(model, way)).text == "Hello"


@pytest.mark.parametrize(
    ("name", "path"),
    [("gpt-5.4", "/v1/chat/completions"), ("gpt-6-astra", "/v1/responses")],
)
async def test_model_sends_nothing_of_the_environment_on_the_route_of_its_row(
    gateway: Gateway, name: str, path: str
) -> None:
    await _use(gateway.model(name))
    await _use(gateway.model(name).bind_tools([get_weather]))
    _assert_clean(gateway, path=path)


@pytest.mark.parametrize("derive", ["with_options", "copy"])
async def test_derived_sdk_client_sends_nothing_of_the_environment(
    gateway: Gateway, derive: str
) -> None:
    model = gateway.model()
    call: dict[str, Any] = {"body": {"model": "m", "messages": []}, "cast_to": httpx.Response}
    getattr(model.root_client, derive)(max_retries=0).post("/chat/completions", **call)
    aclient = getattr(model.root_async_client, derive)(max_retries=0)
    await aclient.post("/chat/completions", **call)
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
