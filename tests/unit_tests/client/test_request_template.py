"""A request after the first is what the SDK would build."""

from __future__ import annotations

from typing import Any

import pytest

from langchain_cometapi import ChatCometAPI
from langchain_cometapi._client.clients import _Isolated
from tests.support import WAYS, Gateway, answer, ask, say_hello

OPTIONS: list[dict[str, Any]] = [
    {},
    {"timeout": 7},
    {"timeout": (1, 2)},
    {"default_headers": {"X-Mine": "1", "Authorization": "Bearer mine"}},
    {"default_query": {"a": "1", "b": [1, 2]}, "organization": "org"},
    {"base_url": "http://localhost:8080/v1", "max_retries": 5},
]


def _built(client: Any, calls: list[dict[str, Any]]) -> list[Any]:
    """Return the requests of some calls as they would be sent."""
    sent: list[Any] = []

    def keep(request: Any, **_: Any) -> Any:
        sent.append(request)
        raise KeyboardInterrupt  # nothing catches it on its way out

    client._client.send = keep
    for call in calls:
        with pytest.raises(KeyboardInterrupt):
            client.post("/chat/completions", cast_to=dict, **call)
    return sent


def _seen(request: Any) -> dict[str, Any]:
    return {
        "method": request.method,
        "url": str(request.url),
        "headers": sorted((name.lower(), value) for name, value in request.headers.raw),
        "content": request.content,
        "timeout": request.extensions["timeout"],
    }


@pytest.mark.parametrize("options", OPTIONS)
def test_request_from_a_template_equals_the_sdks(
    options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def client() -> Any:
        return ChatCometAPI(model="m", api_key="sk-test", **options).root_client

    calls: list[dict[str, Any]] = [
        {"content": b"{}"},
        {"content": b'{"a": 1}'},
        {"content": b"{}", "stream": True, "options": {"timeout": 3}},
        {"content": b"{}", "options": {"timeout": None}},
        {"content": b"{}", "options": {"params": {"trace": "1"}}},
        {"content": b"{}", "options": {"headers": {"X-Call": "1"}}},
        {"body": {"a": 1}},
        {"content": b"{}"},
    ]
    quick = [_seen(request) for request in _built(client(), calls)]
    monkeypatch.delattr(_Isolated, "_build_request")
    assert quick == [_seen(request) for request in _built(client(), calls)]


async def test_requests_sent_past_the_sdks_credentials_equal_the_sdks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def send() -> list[dict[str, Any]]:
        busy = answer({"error": {"message": "Busy"}}, status=503, retry_after_ms="1")
        gateway = Gateway(*(busy, say_hello) * 4)
        for way in WAYS:
            assert (await ask(gateway.model(max_retries=1), way)).content == "Hello"
        return [_seen(request) for request in gateway.requests]

    direct = await send()
    assert len(direct) == 8
    monkeypatch.delattr(_Isolated, "_send_request")
    assert direct == await send()
