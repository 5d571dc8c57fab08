"""What a broken gateway does to a caller, on a real socket: typed errors, and nothing leaks."""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openai
import pytest

from langchain_cometapi import ChatCometAPI
from langchain_cometapi._client import pools as _pools
from langchain_cometapi._client.http_clients import PoolClient, TransportSettings
from langchain_cometapi._client.sdk import httpx
from langchain_cometapi.emulator import FAULT_HEADER, FAULTS, CometAPIEmulator, Fault
from langchain_cometapi.emulator._length import CHUNKS_HEADER
from langchain_cometapi.exceptions import (
    CometAPIAuthenticationError,
    CometAPIConnectionError,
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
from tests.support import ask, merge

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator


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


@pytest.fixture(scope="module")
def running(quick_collections: None) -> Iterator[CometAPIEmulator]:
    with CometAPIEmulator() as emulator:
        yield emulator


@pytest.fixture
def faulty(running: CometAPIEmulator) -> Iterator[CometAPIEmulator]:
    """An emulator with no fault yet and no connection; none may be left behind."""
    running.fault = None
    running.clear()
    assert running.open_connections == 0
    yield running
    assert running.wait_for_connections(0), "a connection was left open"
    gc.collect()  # a warning about anything not closed is an error


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


# -- each fault, each way ---------------------------------------------------------------------


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


CASES = [
    Case("400", CometAPIInvalidRequestError),
    Case("401", CometAPIAuthenticationError),
    Case("402", CometAPIInsufficientBalanceError),
    Case("403", CometAPIPermissionDeniedError),
    Case("404", CometAPIModelNotFoundError),
    Case("408", CometAPITimeoutError),
    Case("413", CometAPIInvalidRequestError),
    Case("422", CometAPIInvalidRequestError),
    Case("429", CometAPIRateLimitError),
    Case("429; retry_after=7.5", CometAPIRateLimitError, retry_after=7.5),
    Case("500", CometAPIServerError),
    Case("502", CometAPIServerError),
    Case("503", CometAPIOverloadedError),
    Case("504", CometAPIServerError),
    Case("529; retry_after=1", CometAPIOverloadedError, retry_after=1),
    Case("invalid_request", CometAPIInvalidRequestError),
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
    Case("error_200; status=429", CometAPIRateLimitError, WHOLE),
    Case("stream_error", CometAPIOverloadedError, WHOLE),
    # What follows the error may come with it: then the body is read to its end.
    Case("stream_error", CometAPIOverloadedError, STREAMED, in_stream=True, partial=PARTIAL),
    Case(
        "stream_error; status=429; after=0",
        CometAPIRateLimitError,
        STREAMED,
        in_stream=True,
        partial="",
    ),
    Case("no_finish", CometAPIStreamTruncatedError, STREAMED, partial=ANSWER),
    Case("reset", CometAPIConnectionError, kept=False),
    *broken("reset_midway; after=0"),
    *broken("reset_midway", PARTIAL),
    *broken("half_close; after=0"),
    *broken("half_close", PARTIAL),
    Case("garbage", CometAPIConnectionError, kept=False),
    Case("hang", CometAPITimeoutError, kept=False),
    Case("delay; seconds=60", CometAPITimeoutError, kept=False),
    Case("stall", CometAPITimeoutError, WHOLE, kept=False),
    Case("stall; after=3", CometAPITimeoutError, WHOLE, kept=False),
    Case("stall", CometAPITimeoutError, STREAMED, partial="", kept=False),
    Case("stall; after=3", CometAPITimeoutError, STREAMED, partial=PARTIAL, kept=False),
    Case("keep_alive", CometAPITimeoutError, STREAMED, partial="", kept=False),
    Case("keep_alive; after=3", CometAPITimeoutError, STREAMED, partial=PARTIAL, kept=False),
]


@pytest.mark.parametrize(
    ("case", "way"), [(case, way) for case in CASES for way in case.ways], ids=str
)
@pytest.mark.usefixtures("carrier")
async def test_error(faulty: CometAPIEmulator, case: Case, way: str) -> None:
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


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("fault", ["delay; seconds=0.2", "drip; seconds=0.002; size=7", "none"])
@pytest.mark.usefixtures("carrier")
async def test_slow_answers_are_whole(faulty: CometAPIEmulator, fault: str, way: str) -> None:
    async with connect(faulty) as model:
        faulty.fault = fault
        message = await ask(model, way)
        assert message.text == ANSWER
        assert message.response_metadata["finish_reason"] == "stop"
        assert message.usage_metadata is not None
        await check_recovery(model, faulty, way)
        assert faulty.open_connections == 1


@pytest.mark.parametrize("way", WHOLE)
async def test_a_whole_answer_needs_no_finish_reason(faulty: CometAPIEmulator, way: str) -> None:
    async with connect(faulty) as model:
        faulty.fault = "no_finish"
        message = await ask(model, way)
        assert message.text == ANSWER
        assert message.response_metadata.get("finish_reason") is None


def test_every_fault_is_tried() -> None:
    tried = {case.fault.partition(";")[0] for case in CASES} | {"drip", "none"}
    assert set(FAULTS) <= tried


# -- retries ------------------------------------------------------------------------------------


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK waits half a second and more before it tries again."""
    monkeypatch.setattr(openai._base_client, "INITIAL_RETRY_DELAY", 0.001)
    monkeypatch.setattr(openai._base_client, "MAX_RETRY_DELAY", 0.001)


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


# -- timeouts -----------------------------------------------------------------------------------


def is_prompt(since: float, limit: float) -> bool:
    return limit * 0.9 <= time.monotonic() - since < PROMPTLY


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("fault", ["hang", "stall"])
@pytest.mark.parametrize(
    "limit", [BRIEFLY, httpx.Timeout(60, read=BRIEFLY), (60, BRIEFLY, 60, 60)], ids=str
)
async def test_timeout(faulty: CometAPIEmulator, limit: Any, fault: str, way: str) -> None:
    async with connect(faulty, timeout=limit) as model:
        faulty.fault = fault
        before = time.monotonic()
        with pytest.raises(CometAPITimeoutError):
            await ask(model, way)
        assert is_prompt(before, BRIEFLY)
        assert await wait_for_connections(faulty, 0)


@pytest.mark.parametrize("way", WAYS)
async def test_timeout_of_one_call(faulty: CometAPIEmulator, way: str) -> None:
    async with connect(faulty) as model:
        faulty.fault = "hang"
        bound: Any = model.bind(timeout=BRIEFLY)
        before = time.monotonic()
        with pytest.raises(CometAPITimeoutError):
            await ask(bound, way)
        assert is_prompt(before, BRIEFLY)


@pytest.mark.parametrize("way", STREAMED)
@pytest.mark.parametrize("fault", ["stall; after=3", "keep_alive; after=3; seconds=0.02"])
async def test_silence_amid_a_stream(faulty: CometAPIEmulator, fault: str, way: str) -> None:
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


@pytest.mark.parametrize("way", STREAMED)
async def test_content_ends_a_silence(faulty: CometAPIEmulator, way: str) -> None:
    """The limit is for each silence, not for the stream."""
    limit = 1.0
    async with connect(faulty, stream_chunk_timeout=limit) as model:
        faulty.fault = "drip; size=200; seconds=0.15"  # an event takes up to 0.3 s
        before = time.monotonic()
        assert (await ask(model, way)).text == ANSWER
        assert time.monotonic() - before > limit


@pytest.mark.parametrize("fault", ["keep_alive; after=3; seconds=0.02", "stall; after=3"])
async def test_no_limit_to_silence(faulty: CometAPIEmulator, fault: str) -> None:
    async with connect(faulty, stream_chunk_timeout=None) as model:
        faulty.fault = fault
        with pytest.raises(TimeoutError):  # ours, not the model's
            await asyncio.wait_for(ask(model, "astream"), SILENCE)
        assert await wait_for_connections(faulty, 0)
        await check_recovery(model, faulty, "astream")


# -- leaving early ------------------------------------------------------------------------------


def leave_by_break(model: ChatCometAPI) -> None:
    for _ in model.stream("Hi"):
        break


def leave_by_close(model: ChatCometAPI) -> None:
    stream = model.stream("Hi")
    next(stream)
    close: Callable[[], None] = stream.close  # type: ignore[attr-defined] # it is a generator
    close()


def leave_by_error(model: ChatCometAPI) -> None:
    def fail() -> None:
        for _ in model.stream("Hi"):
            raise KeyError

    with pytest.raises(KeyError):
        fail()


async def aleave_by_break(model: ChatCometAPI) -> None:
    async for _ in model.astream("Hi"):
        break


async def aleave_by_aclose(model: ChatCometAPI) -> None:
    stream = model.astream("Hi")
    await stream.__anext__()
    aclose: Callable[[], Awaitable[None]] = stream.aclose  # type: ignore[attr-defined]
    await aclose()


async def aleave_by_error(model: ChatCometAPI) -> None:
    async def fail() -> None:
        async for _ in model.astream("Hi"):
            raise KeyError

    with pytest.raises(KeyError):
        await fail()


async def aleave_by_cancelling(model: ChatCometAPI) -> None:
    begun = asyncio.Event()

    async def read() -> None:
        async for _ in model.astream("Hi"):
            begun.set()

    task = asyncio.create_task(read())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def aleave_by_timeout(model: ChatCometAPI) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(ask(model, "astream"), 0.1)  # before it can have ended


LEAVE = [leave_by_break, leave_by_close, leave_by_error]
ALEAVE = [
    aleave_by_break,
    aleave_by_aclose,
    aleave_by_error,
    aleave_by_cancelling,
    aleave_by_timeout,
]
UNFINISHED = [None, "stall; after=3", "keep_alive; after=3"]
"""Faults, under which nobody is about to end the stream."""


@pytest.mark.parametrize("fault", UNFINISHED)
@pytest.mark.parametrize("leave", LEAVE)
def test_leaving_a_stream(
    faulty: CometAPIEmulator, leave: Callable[[ChatCometAPI], None], fault: str | None
) -> None:
    """With the pool of the process: what was left is closed, not kept."""
    model = build(faulty, default_headers=LONG)
    faulty.fault = fault
    leave(model)
    assert faulty.wait_for_connections(0)
    faulty.fault = None
    leave(model)
    assert faulty.wait_for_connections(0)
    assert len(faulty.requests) == 2


@pytest.mark.parametrize("fault", UNFINISHED)
@pytest.mark.parametrize("leave", ALEAVE)
@pytest.mark.usefixtures("carrier")
def test_leaving_an_asynchronous_stream(
    faulty: CometAPIEmulator, leave: Callable[[ChatCometAPI], Awaitable[None]], fault: str | None
) -> None:
    model = build(faulty, default_headers=LONG)

    async def use() -> None:
        faulty.fault = fault
        await leave(model)
        assert await wait_for_connections(faulty, 0)
        faulty.fault = None
        answer = await model.ainvoke("Hi", extra_headers={CHUNKS_HEADER: "1"})
        assert answer.text == ANSWER[:20]
        assert faulty.open_connections == 1

    asyncio.run(use())  # the end of the loop closes its pool
    assert faulty.wait_for_connections(0)
    assert len(faulty.requests) == 2


@pytest.mark.parametrize("fault", ["hang", "stall"])
@pytest.mark.usefixtures("carrier")
async def test_cancelling_a_call(faulty: CometAPIEmulator, fault: str) -> None:
    async with connect(faulty) as model:
        faulty.fault = fault
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(model.ainvoke("Hi"), BRIEFLY)
        assert await wait_for_connections(faulty, 0)
        await check_recovery(model, faulty, "ainvoke")


@pytest.mark.usefixtures("carrier")
async def test_cancelling_one_of_many(faulty: CometAPIEmulator) -> None:
    async with connect(faulty) as model:
        faulty.fault = ["hang; times=3"]
        tasks = [asyncio.create_task(model.ainvoke("Hi")) for _ in range(6)]
        done, pending = await asyncio.wait(tasks, timeout=1)
        assert (len(done), len(pending)) == (3, 3)
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        assert {task.result().text for task in done} == {ANSWER}
        assert await wait_for_connections(faulty, 3)


@pytest.mark.parametrize("way", STREAMED)
@pytest.mark.usefixtures("carrier")
async def test_a_stream_read_to_its_end_keeps_its_connection(
    faulty: CometAPIEmulator, way: str
) -> None:
    async with connect(faulty) as model:
        for _ in range(3):
            await ask(model, way)
            assert faulty.open_connections == 1


async def test_long_streams(faulty: CometAPIEmulator) -> None:
    async with connect(faulty, default_headers={CHUNKS_HEADER: "1000"}) as model:
        for chunks in (list(model.stream("Hi")), [chunk async for chunk in model.astream("Hi")]):
            assert sum(bool(chunk.text) for chunk in chunks) == 1000
            assert merge(chunks).usage_metadata["output_tokens"] == 5000


# -- the switches themselves --------------------------------------------------------------------


async def test_faults_by_header(faulty: CometAPIEmulator) -> None:
    async with connect(faulty, default_headers={FAULT_HEADER: "stream_error; after=2"}) as model:
        with pytest.raises(CometAPIOverloadedError) as caught:
            list(model.stream("Hi"))
        assert caught.value.partial_message is not None
        assert caught.value.partial_message.text == ANSWER[:20]
        with pytest.raises(CometAPIRateLimitError):
            model.invoke("Hi", extra_headers={FAULT_HEADER: "429"})
        assert model.invoke("Hi", extra_headers={FAULT_HEADER: "none"}).text == ANSWER
        with pytest.raises(CometAPIConnectionError):
            await model.ainvoke("Hi", extra_headers={FAULT_HEADER: "reset"})


async def test_a_share_of_the_requests(faulty: CometAPIEmulator) -> None:
    faulty.fault = fault = Fault("429", rate=0.5, seed=1)
    assert faulty.fault is fault
    async with connect(faulty) as model:
        answers = await model.abatch(["Hi"] * 40, return_exceptions=True)
    failed = sum(isinstance(answer, CometAPIRateLimitError) for answer in answers)
    assert 8 < failed < 32
    assert failed == sum(isinstance(answer, CometAPIError) for answer in answers)


def test_fault_from_the_start() -> None:
    with CometAPIEmulator(fault=["reset"]) as emulator:
        model = build(emulator)
        with pytest.raises(CometAPIConnectionError):
            model.invoke("Hi")
        assert model.invoke("Hi", extra_headers={"Connection": "close"}).text == ANSWER
        assert emulator.wait_for_connections(0)
    with pytest.raises(ValueError, match="'sulk' is no fault"):
        CometAPIEmulator(fault="sulk")


def test_waiting_for_connections_has_an_end(faulty: CometAPIEmulator) -> None:
    with httpx.Client() as client:
        client.get(f"{faulty.root_url}/api/models")
        assert faulty.open_connections == 1
        assert not faulty.wait_for_connections(0, timeout=0.01)
        assert faulty.wait_for_connections(1, timeout=0.01)


@pytest.mark.parametrize(
    "fault", ["hang", "delay; seconds=60", "stall", "keep_alive", "drip; seconds=60", "half_close"]
)
def test_a_fault_does_not_delay_the_end(fault: str, capfd: pytest.CaptureFixture[str]) -> None:
    emulator = CometAPIEmulator(fault=fault).start()
    body = {"model": MODEL, "messages": [{"role": "user", "content": "Hi"}], "stream": True}
    headers = {"Authorization": f"Bearer {emulator.api_key}"}
    with httpx.Client(base_url=emulator.base_url, headers=headers, timeout=60) as client:
        request = client.build_request("POST", "/chat/completions", json=body)
        if fault.startswith(("hang", "delay")):
            with pytest.raises(httpx.ReadTimeout):
                client.post("/chat/completions", json=body, timeout=0.1)
        else:
            client.send(request, stream=True)
        before = time.monotonic()
        emulator.stop()
        assert time.monotonic() - before < PROMPTLY
    assert emulator.open_connections == 0
    assert capfd.readouterr() == ("", "")


def run_command(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "langchain_cometapi.emulator", "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONWARNINGS": "error"},
        cwd=ROOT,
    )


def test_command_line() -> None:
    process = run_command("--fault", "402", "--fault", "reset")
    assert process.stdout is not None
    try:
        base_url = [process.stdout.readline() for _ in range(5)][1].rpartition(" ")[2].strip()
        model = ChatCometAPI(model=MODEL, base_url=base_url, max_retries=0)
        with pytest.raises(CometAPIInsufficientBalanceError):
            model.invoke("Hi")
        with pytest.raises(CometAPIConnectionError):
            model.invoke("Hi")
        assert model.invoke("Hi", extra_headers={"Connection": "close"}).text == ANSWER
    finally:
        process.terminate()
        output = process.communicate(timeout=20)
    assert output == ("", "")


def test_command_line_names_a_wrong_fault() -> None:
    process = run_command("--fault", "sulk")
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "'sulk' is no fault of the emulator" in errors
