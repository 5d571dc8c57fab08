"""Each fault, each way of calling: a typed error, and no connection left behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from langchain_cometapi.emulator import FAULTS, CometAPIEmulator
from langchain_cometapi.exceptions import (
    CometAPIAuthenticationError,
    CometAPIConnectionError,
    CometAPIContentFilterError,
    CometAPIContextOverflowError,
    CometAPIError,
    CometAPIInsufficientBalanceError,
    CometAPIInvalidRequestError,
    CometAPIModelNotFoundError,
    CometAPIOverloadedError,
    CometAPIPermissionDeniedError,
    CometAPIRateLimitError,
    CometAPIServerError,
    CometAPIStreamError,
    CometAPIStreamTruncatedError,
    CometAPITimeoutError,
    CometAPIUnexpectedResponseError,
)
from tests.integration_tests.faults import (
    ANSWER,
    BRIEFLY,
    PARTIAL,
    PATIENCE,
    SILENCE,
    STREAMED,
    WAYS,
    WHOLE,
    check_recovery,
    connect,
    wait_for_connections,
)
from tests.support import ask


@dataclass(frozen=True)
class Case:
    fault: str
    kind: type[CometAPIError]
    ways: tuple[str, ...] = WAYS
    in_stream: bool = False
    """Whether it is a `CometAPIStreamError` too."""
    partial: str | None = None
    """The text of `partial_message`, or `None` if there must be none."""
    kept: bool = True
    """Whether the connection may serve the next request."""
    retry_after: float | None = None

    def __str__(self) -> str:
        return f"{self.fault}-{self.ways[0]}"


def broken(fault: str, partial: str | None = "") -> list[Case]:
    """A connection that breaks after the status: it takes a stream's caller some text."""
    return [
        Case(fault, CometAPIConnectionError, WHOLE, kept=False),
        Case(fault, CometAPIStreamTruncatedError, STREAMED, partial=partial, kept=False),
    ]


REFUSALS = {
    "400": CometAPIInvalidRequestError,
    "401": CometAPIAuthenticationError,
    "402": CometAPIInsufficientBalanceError,
    "403": CometAPIPermissionDeniedError,
    "404": CometAPIModelNotFoundError,
    "408": CometAPITimeoutError,
    "413": CometAPIInvalidRequestError,
    "422": CometAPIInvalidRequestError,
    "429": CometAPIRateLimitError,
    "500": CometAPIServerError,
    "502": CometAPIServerError,
    "503": CometAPIOverloadedError,
    "504": CometAPIServerError,
    "invalid_request": CometAPIInvalidRequestError,
    "bedrock": CometAPIInvalidRequestError,
    "bedrock; status=429": CometAPIRateLimitError,
    "balance": CometAPIInsufficientBalanceError,
    "overflow": CometAPIContextOverflowError,
    "filter": CometAPIContentFilterError,
    "html; status=403": CometAPIPermissionDeniedError,
    "html; status=413": CometAPIInvalidRequestError,
    "html; status=524": CometAPIServerError,
}
"""Errors of a status: a stream is not even begun."""

CASES = [
    *(Case(fault, kind, ("invoke", "astream")) for fault, kind in REFUSALS.items()),
    Case("429; retry_after=7.5", CometAPIRateLimitError, retry_after=7.5),
    Case("529; retry_after=1", CometAPIOverloadedError, retry_after=1),
    Case("quota", CometAPIRateLimitError, retry_after=34),
    Case("html", CometAPIUnexpectedResponseError, WHOLE),
    Case("html", CometAPIUnexpectedResponseError, STREAMED, partial=""),
    Case("empty", CometAPIUnexpectedResponseError, WHOLE),
    Case("empty", CometAPIUnexpectedResponseError, STREAMED, partial=""),
    Case("cut", CometAPIUnexpectedResponseError, WHOLE),
    Case("cut", CometAPIStreamTruncatedError, STREAMED, partial=PARTIAL),
    Case("cut; after=0", CometAPIStreamTruncatedError, STREAMED, partial=""),
    Case("choices_null", CometAPIUnexpectedResponseError, WHOLE),
    Case("choices_null", CometAPIStreamTruncatedError, STREAMED, partial=""),
    Case("error_200", CometAPIOverloadedError, WHOLE),
    Case("error_200", CometAPIOverloadedError, STREAMED, in_stream=True, partial=""),
    Case("stream_error", CometAPIOverloadedError, WHOLE),
    # What follows the error may come with it: then the body is read to its end.
    Case("stream_error", CometAPIOverloadedError, STREAMED, in_stream=True, partial=PARTIAL),
    Case("no_finish", CometAPIStreamTruncatedError, STREAMED, partial=ANSWER),
    Case("reset", CometAPIConnectionError, kept=False),
    *broken("reset_midway; after=0"),
    *broken("reset_midway", PARTIAL),
    *broken("half_close; after=0"),
    *broken("half_close", PARTIAL),
    Case("garbage", CometAPIConnectionError, kept=False),
    Case("hang", CometAPITimeoutError, kept=False),
    Case("delay; seconds=60", CometAPITimeoutError, ("invoke",), kept=False),
    Case("stall", CometAPITimeoutError, WHOLE, kept=False),
    Case("stall", CometAPITimeoutError, STREAMED, partial="", kept=False),
    Case("stall; after=3", CometAPITimeoutError, STREAMED, partial=PARTIAL, kept=False),
    Case("keep_alive", CometAPITimeoutError, STREAMED, partial="", kept=False),
    Case("keep_alive; after=3", CometAPITimeoutError, STREAMED, partial=PARTIAL, kept=False),
]


@pytest.mark.parametrize(
    ("case", "way"), [(case, way) for case in CASES for way in case.ways], ids=str
)
@pytest.mark.usefixtures("carrier")
async def test_fault_is_a_typed_error_and_leaves_no_connection(
    faulty: CometAPIEmulator, case: Case, way: str
) -> None:
    seconds = PATIENCE
    if case.kind is CometAPITimeoutError:
        seconds = BRIEFLY if case.partial is None else SILENCE
    async with connect(faulty, timeout=seconds, stream_chunk_timeout=seconds) as model:
        faulty.fault = case.fault
        with pytest.raises(CometAPIError) as caught:
            await ask(model, way)
        error = caught.value
        if case.in_stream:
            assert type(error).__bases__ == (CometAPIStreamError, case.kind)
        else:
            assert type(error) is case.kind
        assert error.retry_after == case.retry_after
        partial = error.partial_message
        assert (None if partial is None else partial.text) == case.partial
        assert len(faulty.requests) == 1
        # An error may be held for long, and must not hold the connection.
        assert await wait_for_connections(faulty, int(case.kept))
        await check_recovery(model, faulty, way)
        assert await wait_for_connections(faulty, 1)
    assert len(faulty.requests) == 2


@pytest.mark.parametrize(
    ("faults", "succeeds", "way"),
    [
        *((["reset", "garbage"], True, way) for way in WAYS),
        *(("reset", False, way) for way in WAYS),
        (["429; retry_after=0.01", "503"], True, "stream"),
        ("502; times=2", True, "ainvoke"),
        (["408", "hang"], True, "invoke"),
    ],
    ids=str,
)
@pytest.mark.usefixtures("_impatient")
async def test_what_may_pass_is_tried_again(
    faulty: CometAPIEmulator, faults: Any, succeeds: bool, way: str
) -> None:
    """`tests/unit_tests/client/test_retries.py` has what is not."""
    async with connect(faulty, max_retries=2, timeout=SILENCE) as model:
        faulty.fault = faults
        if succeeds:
            assert (await ask(model, way)).text == ANSWER
        else:
            with pytest.raises(CometAPIConnectionError):
                await ask(model, way)
            assert await wait_for_connections(faulty, 0)
    assert len(faulty.requests) == 3


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("fault", ["delay; seconds=0.2", "drip; seconds=0.002; size=7"])
@pytest.mark.usefixtures("carrier")
async def test_slow_response_is_whole(faulty: CometAPIEmulator, fault: str, way: str) -> None:
    async with connect(faulty) as model:
        faulty.fault = fault
        message = await ask(model, way)
        assert message.text == ANSWER
        assert message.response_metadata["finish_reason"] == "stop"
        assert message.usage_metadata is not None
        await check_recovery(model, faulty, way)
        assert faulty.open_connections == 1


def test_cases_have_every_fault() -> None:
    tried = {case.fault.partition(";")[0] for case in CASES} | {"drip", "none"}
    tried |= {"failed", "refusal"}  # the one is of the Responses route, the other is no failure
    assert set(FAULTS) <= tried
