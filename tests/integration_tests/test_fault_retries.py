"""What is repeated after a fault, and what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi.exceptions import CometAPIConnectionError, CometAPIError
from tests.integration_tests.faults import (
    ANSWER,
    SILENCE,
    STREAMED,
    WAYS,
    connect,
    wait_for_connections,
)
from tests.support import ask

if TYPE_CHECKING:
    from langchain_cometapi.emulator import CometAPIEmulator


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "faults",
    [
        ["429; retry_after=0.01", "503"],
        ["500", "529"],
        ["reset", "garbage"],
        "502; times=2",
        ["408", "hang"],
    ],
    ids=str,
)
@pytest.mark.usefixtures("_impatient")
async def test_what_may_pass_is_tried_again(
    faulty: CometAPIEmulator, faults: Any, way: str
) -> None:
    async with connect(faulty, max_retries=2, timeout=SILENCE) as model:
        faulty.fault = faults
        assert (await ask(model, way)).text == ANSWER
    assert len(faulty.requests) == 3


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("fault", ["400", "401", "402", "403", "404", "422", "invalid_request"])
@pytest.mark.usefixtures("_impatient")
async def test_what_cannot_pass_is_not_tried_again(
    faulty: CometAPIEmulator, fault: str, way: str
) -> None:
    async with connect(faulty, max_retries=2) as model:
        faulty.fault = fault
        with pytest.raises(CometAPIError):
            await ask(model, way)
    assert len(faulty.requests) == 1


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.usefixtures("_impatient")
async def test_retries_end(faulty: CometAPIEmulator, way: str) -> None:
    async with connect(faulty, max_retries=2) as model:
        faulty.fault = "reset"
        with pytest.raises(CometAPIConnectionError):
            await ask(model, way)
        assert await wait_for_connections(faulty, 0)
    assert len(faulty.requests) == 3


@pytest.mark.parametrize("way", STREAMED)
@pytest.mark.parametrize("fault", ["reset_midway", "half_close", "stall; after=3", "stream_error"])
@pytest.mark.usefixtures("_impatient")
async def test_a_stream_that_has_begun_is_not_tried_again(
    faulty: CometAPIEmulator, fault: str, way: str
) -> None:
    async with connect(faulty, max_retries=2, stream_chunk_timeout=SILENCE) as model:
        faulty.fault = fault
        with pytest.raises(CometAPIError):
            await ask(model, way)
    assert len(faulty.requests) == 1
