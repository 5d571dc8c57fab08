"""Streams of the Responses route that break, in ways that no body in `tests/wire` can show."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from langchain_tests.utils.stream_lifecycle import assert_valid_event_stream

from langchain_cometapi import CometAPIError
from langchain_cometapi._client.sdk import httpx
from tests.support import (
    FIXTURES,
    Body,
    Gateway,
    all_ways,
    ask,
    ask_sync,
    fixture,
    merge,
    raw,
    recorded,
    response_events,
    sse,
    text_event,
    text_item,
)
from tests.support.wire import describe_error, describe_message, read_expected, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

FIELDS: dict[str, Any] = {"model": "gpt-6-astra", "streaming": True}
CREATED, *_ = response_events()
HEL = sse(text_event("Hel"), done=False)
STREAMS = sorted(path.name for path in FIXTURES.glob("responses_stream/*.sse"))
UNENDED = ("cut_event.sse", "nothing.sse")
"""Bodies that end amid an event, which the pieces below would mend."""


def _reply(*pieces: bytes | Exception) -> httpx.Response:
    return raw(pieces, content_type="text/event-stream")


async def test_cancelled_stream_closes_its_response() -> None:
    begun = asyncio.Event()

    class Endless(Body):
        async def __aiter__(self) -> Any:
            yield HEL
            begun.set()
            await asyncio.Event().wait()

    body = Endless([])
    response = httpx.Response(200, headers={"content-type": "text/event-stream"}, stream=body)
    gateway = Gateway(lambda _: response)
    task = asyncio.create_task(ask(gateway.model(**FIELDS), "astream"))
    await asyncio.wait_for(begun.wait(), 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert body.closed


# -- however it arrives -------------------------------------------------------------------------


def _cuts(body: bytes) -> Iterator[list[bytes]]:
    """The body event by event, in pieces of some bytes, and cut within each line."""
    yield [part + b"\n\n" for part in body.split(b"\n\n") if part]
    yield [body[n : n + 7] for n in range(0, len(body), 7)]


@pytest.mark.parametrize("name", [name for name in STREAMS if name not in UNENDED])
def test_outcome_is_the_same_however_the_bytes_arrive(name: str) -> None:
    path = f"responses_stream/{name}"
    expected = read_expected(path)
    for pieces in _cuts(fixture(path)):
        try:
            message = ask_sync(Gateway(_reply(*pieces)).model(**FIELDS), "stream")
            outcome: dict[str, Any] = {"message": describe_message(message)}
        except CometAPIError as error:
            outcome = {"error": describe_error(error, "gpt-6-astra")}
        wanted = {key: expected[key] for key in ("message", "error") if key in expected}
        assert shorten(outcome, wanted) == wanted


@pytest.mark.parametrize("output_version", [None, "v0", "v1"])
@pytest.mark.parametrize("name", STREAMS)
def test_stream_that_stops_at_any_event_is_an_error_with_calls_that_cannot_run(
    name: str, output_version: str | None
) -> None:
    """Each event may be the last, be lost or come twice: no internal error, and no cut call.

    Lost and repeated events are the work of the reader, which the forms of the output share.
    """
    pieces = [part + b"\n\n" for part in fixture(f"responses_stream/{name}").split(b"\n\n") if part]
    gateway = Gateway()
    model = gateway.model(**FIELDS, output_version=output_version)
    for place, piece in enumerate(pieces):
        before, after = pieces[:place], pieces[place + 1 :]
        lost, twice = [*before, *after], [*before, piece, piece, *after]
        for changed in [before] if output_version else [before, lost, twice]:
            gateway.answers = [_reply(*changed)]
            try:
                message = merge(model.stream("Hi"))
            except CometAPIError as error:
                partial = error.partial_message
                assert partial is not None
                assert partial.tool_calls == []
            else:
                assert message.content_blocks is not None
                ids = [call["id"] for call in message.tool_calls]
                assert all(ids)
                assert len(set(ids)) == len(ids)
                assert not any(str(call["args"]).endswith("/ol'}") for call in message.tool_calls)


@pytest.mark.parametrize("output_version", [None, "v0", "v1"])
@pytest.mark.parametrize(
    "name", [name for name in STREAMS if "message" in read_expected(f"responses_stream/{name}")]
)
@pytest.mark.filterwarnings("ignore:The method .* is in beta")
def test_events_of_langchain_are_valid_and_have_the_same_calls(
    name: str, output_version: str | None
) -> None:
    expected = read_expected(f"responses_stream/{name}")["message"]
    gateway = Gateway(recorded(f"responses_stream/{name}"))
    model = gateway.model(**FIELDS, output_version=output_version)
    assert_valid_event_stream(list(model.stream_events("Hi", version="v3")))
    output = model.stream_events("Hi", version="v3").output
    calls = [(call["name"], call["args"]) for call in output.tool_calls]
    # Calls of custom tools are `non_standard` blocks, as with `ChatOpenAI`.
    assert calls == [
        (call["name"], call["args"])
        for call in expected.get("tool_calls", ())
        if "__arg1" not in call["args"]
    ]
    texts = [block for block in expected["content"] if block["type"] == "text"]
    assert output.text == "".join(block["text"] for block in texts)


@all_ways
async def test_lost_piece_of_text_is_logged(way: str, caplog: pytest.LogCaptureFixture) -> None:
    whole = response_events(text_item("Hello world"))
    lost = [event for event in whole if not event["type"].endswith("text.delta")]
    place = next(n for n, event in enumerate(lost) if event["type"].endswith("text.done"))
    pieces = [text_event("Hel"), text_event("world")]
    for events, logs in ((whole, 0), ([*lost[:place], *pieces, *lost[place:]], 1)):
        caplog.clear()
        await ask(Gateway(_reply(sse(*events, done=False))).model(**FIELDS), way)
        assert ["is lost" in record.message for record in caplog.records] == [True] * logs


@pytest.mark.parametrize("way", ["stream", "astream"])
@pytest.mark.parametrize("lost", ["output_item.added", "output_text.done", "nothing"])
async def test_id_of_a_message_in_the_form_v0_needs_no_certain_event(lost: str, way: str) -> None:
    events = [event for event in response_events() if not event["type"].endswith(lost)]
    gateway = Gateway(_reply(sse(*events, done=False)))
    assert (await ask(gateway.model(**FIELDS, output_version="v0"), way)).id == "msg_1"
