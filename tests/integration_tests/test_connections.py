"""Connections after `[DONE]`: used again where the body ends, given up where it does not."""

from __future__ import annotations

import asyncio

import pytest

from langchain_cometapi import ChatCometAPI
from tests.integration_tests.callers import ASYNC, aask, ask
from tests.integration_tests.raw_host import Host, answering

_EVENTS = (
    b'data: {"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]}\n\n'
    b"data: [DONE]\n\n"
)
_ANSWER = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
    + f"{len(_EVENTS):x}\r\n".encode()
    + _EVENTS
    + b"\r\n"
)


@pytest.mark.parametrize(
    ("end", "connections"), [(b"0\r\n\r\n", 1), (b"", 2)], ids=["ends", "stays open"]
)
@pytest.mark.parametrize("way", ["stream", "astream"])
@pytest.mark.usefixtures("carrier")
def test_streams_in_a_row(end: bytes, connections: int, way: str) -> None:
    async def aask_twice() -> list[str]:
        return [await aask(model, way), await aask(model, way)]

    with Host(answering(_ANSWER + end)) as host:
        # A read timeout far beyond pytest's own: waiting for it fails the test.
        model = ChatCometAPI(model="m", base_url=f"{host.url}/v1", max_retries=0, timeout=600)
        answers = asyncio.run(aask_twice()) if way in ASYNC else [ask(model, way) for _ in range(2)]
        assert answers == ["Hi", "Hi"]
        assert host.accepted == connections
        model.close()
