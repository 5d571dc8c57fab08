"""What the tests of faults share: an emulator to break, and models that ask it."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_cometapi import ChatCometAPI
from langchain_cometapi._client import pools as _pools
from langchain_cometapi._client.http_clients import PoolClient, TransportSettings
from langchain_cometapi.emulator._routes.chat.response.length import CHUNKS_HEADER
from tests.support import ask

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from langchain_cometapi.emulator import CometAPIEmulator

ROOT = Path(__file__).parents[2]
MODEL = "gpt-5.4-mini"
WHOLE = ("invoke", "ainvoke")
STREAMED = ("stream", "astream")
WAYS = (*WHOLE, *STREAMED)

ANSWER = f"This is the CometAPI emulator answering as {MODEL}: you said: Hi"
PARTIAL = ANSWER[:40]
LONG = {CHUNKS_HEADER: "8000"}
"""A stream that is far from its end when it is left."""

SILENCE = 1.0
"""Seconds: long enough for a busy machine to answer in."""
BRIEFLY = 0.4
"""Seconds: enough where nothing has to come in them."""
PATIENCE = 60.0
PROMPTLY = 20.0
"""Seconds within which an error must come that is due after `SILENCE` or `BRIEFLY`."""


@asynccontextmanager
async def connect(emulator: CometAPIEmulator, **kwargs: Any) -> AsyncIterator[ChatCometAPI]:
    """A model with pools of its own, like those that others share, which are closed at the end."""
    settings = TransportSettings()
    make = vars(_pools)["build_async_client"]  # as the fixture `carrier` has it
    with PoolClient(settings) as http_client:
        async with make(settings) as http_async_client:
            yield build(
                emulator, http_client=http_client, http_async_client=http_async_client, **kwargs
            )


def build(emulator: CometAPIEmulator, **kwargs: Any) -> ChatCometAPI:
    """A model that sends through the pools all models share."""
    kwargs.setdefault("max_retries", 0)
    return ChatCometAPI(model=MODEL, base_url=emulator.base_url, api_key=emulator.api_key, **kwargs)


async def wait_for_connections(emulator: CometAPIEmulator, number: int) -> bool:
    """Wait without blocking the loop, whose turn it may be to close them."""
    return await asyncio.to_thread(emulator.wait_for_connections, number)


async def check_recovery(model: ChatCometAPI, emulator: CometAPIEmulator, way: str) -> None:
    emulator.fault = None
    model.request_timeout = model.stream_chunk_timeout = PATIENCE  # the machine may be busy
    assert (await ask(model, way)).text == ANSWER
