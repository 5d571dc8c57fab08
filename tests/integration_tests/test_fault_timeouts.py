"""Hosts that are silent: at first, amid a response, or between two events."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi._client.sdk import httpx
from langchain_cometapi.exceptions import CometAPITimeoutError
from tests.integration_tests.faults import (
    ANSWER,
    BRIEFLY,
    PARTIAL,
    PROMPTLY,
    SILENCE,
    STREAMED,
    WAYS,
    check_recovery,
    connect,
    wait_for_connections,
)
from tests.support import ask

if TYPE_CHECKING:
    from langchain_cometapi.emulator import CometAPIEmulator


def is_prompt(since: float, limit: float) -> bool:
    return limit * 0.9 <= time.monotonic() - since < PROMPTLY


@pytest.mark.parametrize(
    ("limit", "fault", "way"),
    [
        *((BRIEFLY, fault, way) for fault in ("hang", "stall") for way in WAYS),
        (httpx.Timeout(60, read=BRIEFLY), "hang", "invoke"),
        ((60, BRIEFLY, 60, 60), "hang", "ainvoke"),
    ],
    ids=str,
)
async def test_timeout_of_the_model_ends_a_silence(
    faulty: CometAPIEmulator, limit: Any, fault: str, way: str
) -> None:
    async with connect(faulty, timeout=limit) as model:
        faulty.fault = fault
        before = time.monotonic()
        with pytest.raises(CometAPITimeoutError):
            await ask(model, way)
        assert is_prompt(before, BRIEFLY)
        assert await wait_for_connections(faulty, 0)


@pytest.mark.parametrize("way", WAYS)
async def test_timeout_of_a_call_ends_a_silence(faulty: CometAPIEmulator, way: str) -> None:
    async with connect(faulty) as model:
        faulty.fault = "hang"
        bound: Any = model.bind(timeout=BRIEFLY)
        before = time.monotonic()
        with pytest.raises(CometAPITimeoutError):
            await ask(bound, way)
        assert is_prompt(before, BRIEFLY)


@pytest.mark.parametrize("way", STREAMED)
@pytest.mark.parametrize("fault", ["stall; after=3", "keep_alive; after=3; seconds=0.02"])
async def test_silence_amid_a_stream_is_a_timeout_with_the_partial_message(
    faulty: CometAPIEmulator, fault: str, way: str
) -> None:
    async with connect(faulty, stream_chunk_timeout=SILENCE) as model:
        faulty.fault = fault
        before = time.monotonic()
        with pytest.raises(CometAPITimeoutError, match="No content in the stream for 1 s") as e:
            await ask(model, way)
        assert is_prompt(before, SILENCE)
        assert e.value.partial_message is not None
        assert e.value.partial_message.text == PARTIAL
        assert await wait_for_connections(faulty, 0)


@pytest.mark.parametrize("way", STREAMED)
@pytest.mark.parametrize("limit", [0.1, None])
async def test_pieces_of_an_event_are_no_content(
    faulty: CometAPIEmulator, limit: float | None, way: str
) -> None:
    """Without a limit the same stream is read to its end."""
    async with connect(faulty, stream_chunk_timeout=limit, max_tokens=1) as model:
        faulty.fault = "drip; size=60; seconds=0.05"  # an event takes a quarter of a second
        if limit is None:
            assert (await ask(model, way)).text == ANSWER[:4]
        else:
            with pytest.raises(CometAPITimeoutError, match="No content"):
                await ask(model, way)


@pytest.mark.parametrize("fault", ["keep_alive; after=3; seconds=0.02", "stall; after=3"])
async def test_stream_without_a_limit_waits(faulty: CometAPIEmulator, fault: str) -> None:
    async with connect(faulty, stream_chunk_timeout=None) as model:
        faulty.fault = fault
        with pytest.raises(TimeoutError):  # ours, not the model's
            await asyncio.wait_for(ask(model, "astream"), SILENCE)
        assert await wait_for_connections(faulty, 0)
        await check_recovery(model, faulty, "astream")
