"""Streams of the native protocols that end too early, wherever that is: never a whole message."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core import exceptions as core

from langchain_cometapi._client.sdk import httpx
from langchain_cometapi.exceptions import (
    CometAPIError,
    CometAPIStreamTruncatedError,
    CometAPIUnexpectedResponseError,
)
from tests.support import Gateway, all_ways, ask, raw
from tests.support.native import CALL, CALL_ID, CLAUDE, TEXT, TOOL, each_protocol, encode, stream

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

    from tests.support.native import Protocol

pytestmark = pytest.mark.native

BROKEN = httpx.RemoteProtocolError("peer closed connection")
each_end = pytest.mark.parametrize("end", [[], [BROKEN]], ids=["ends", "breaks"])
streamed = pytest.mark.parametrize("way", ["stream", "astream"])


def make(protocol: Protocol, gateway: Gateway) -> Any:
    return protocol.make(gateway).bind_tools([TOOL])


def check_partial(error: CometAPIError, *, empty: bool | None) -> AIMessage | None:
    """It is of the class of an empty body, of a stream that has begun, or of either."""
    kinds: dict[bool | None, type[CometAPIError] | tuple[type[CometAPIError], ...]] = {
        True: CometAPIUnexpectedResponseError,
        False: CometAPIStreamTruncatedError,
        None: (CometAPIUnexpectedResponseError, CometAPIStreamTruncatedError),
    }
    assert isinstance(error, kinds[empty])
    assert empty is not False or isinstance(error, core.ModelConnectionError)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301 - our own bytes
    partial = error.partial_message
    if partial is not None:
        assert partial.tool_calls == []
        assert not [block for block in partial.content_blocks if block["type"] == "tool_call"]
    return partial


@each_protocol
@each_end
@streamed
async def test_stream_cut_after_any_event_is_an_error_with_what_had_arrived(
    protocol: Protocol, end: list[Exception], way: str
) -> None:
    events = [encode(event) for event in protocol.events()]
    texts = []
    for number in range(len(events)):
        gateway = Gateway(stream(*events[:number], *end, **{"x-cometapi-request-id": "req-1"}))
        with pytest.raises(CometAPIError) as caught:
            await ask(make(protocol, gateway), way)
        partial = check_partial(caught.value, empty=not number and not end)
        texts.append("" if partial is None else str(partial.text))
        assert len(gateway.requests) == 1
    assert texts == sorted(texts, key=len)
    assert (texts[0], texts[-1]) == ("", TEXT)
    assert partial is not None
    assert [call["name"] for call in partial.invalid_tool_calls] == [CALL["name"]]
    assert partial.response_metadata["request_id"] == "req-1"


@each_protocol
@streamed
async def test_stream_cut_after_any_byte_is_an_error(protocol: Protocol, way: str) -> None:
    body = b"".join(encode(event) for event in protocol.events())
    needed = len(body) - 2  # the last event counts with its line or with the blank one after it
    first = len(encode(protocol.events()[0])) - 2  # before it, no stream has begun
    model = make(protocol, Gateway(*(stream(body[:size]) for size in range(needed))))
    for size in range(needed):
        with pytest.raises(CometAPIError) as caught:
            await ask(model, way)
        check_partial(caught.value, empty=None if size < first else False)


@each_protocol
@all_ways
@pytest.mark.parametrize("size", [1, 7])
async def test_whole_stream_is_the_same_however_the_bytes_arrive(
    protocol: Protocol, size: int, way: str
) -> None:
    if "stream" in way:
        body = b"".join(encode(event) for event in protocol.events())
        answer = stream(*(body[at : at + size] for at in range(0, len(body), size)))
    else:
        answer = httpx.Response(200, json=protocol.body())
    message = await ask(make(protocol, Gateway(answer)), way)
    assert message.text == TEXT
    [call] = message.tool_calls
    assert (call["name"], call["args"]) == (CALL["name"], CALL["args"])
    if protocol is CLAUDE:
        assert call["id"] == CALL_ID
    assert message.invalid_tool_calls == []
    usage = message.usage_metadata
    assert (usage["input_tokens"], usage["output_tokens"]) == (12, 34)


@each_protocol
@all_ways
async def test_call_of_a_model_that_ran_out_of_tokens_is_never_run(
    protocol: Protocol, way: str
) -> None:
    gateway = Gateway(lambda request: protocol.respond(request, "length"))
    message = await ask(make(protocol, gateway), way)
    assert message.text == TEXT
    assert message.tool_calls == []
    [call] = message.invalid_tool_calls
    assert call["name"] == CALL["name"]
    assert "was cut off" in message.response_metadata["tool_call_errors"][call["id"]]


@each_protocol
@streamed
async def test_events_after_a_connection_that_breaks_at_the_end_are_whole(
    protocol: Protocol, way: str
) -> None:
    answer = stream(*map(encode, protocol.events()), BROKEN)
    message = await ask(make(protocol, Gateway(answer)), way)
    assert message.text == TEXT
    assert len(message.tool_calls) == 1


@each_protocol
@pytest.mark.parametrize("way", ["invoke", "ainvoke"])
async def test_whole_response_that_is_cut_is_an_error(protocol: Protocol, way: str) -> None:
    body = httpx.Response(200, json=protocol.body()).content
    for size in (0, 1, len(body) // 2, len(body) - 1):
        for end in ([], [BROKEN]):
            answer = raw([body[:size], *end])
            with pytest.raises(Exception) as caught:  # noqa: PT011 - its class is checked below
                await ask(make(protocol, Gateway(answer)), way)
            assert type(caught.value).__module__.startswith("langchain_cometapi"), caught.value


@each_protocol
@all_ways
async def test_host_that_names_no_model_is_taken_to_have_served_the_one_it_was_asked_for(
    protocol: Protocol, way: str
) -> None:
    def hide(event: dict[str, Any]) -> dict[str, Any]:
        event.pop("modelVersion", None)
        for message in (event, event.get("message", {})):
            if "model" in message:
                message["model"] = ""
        return event

    if "stream" in way:
        answer = stream(*(encode(hide(event)) for event in protocol.events()))
    else:
        answer = httpx.Response(200, json=hide(protocol.body()))
    message = await ask(make(protocol, Gateway(answer)), way)
    assert message.response_metadata["model_name"] == protocol.model


@each_protocol
@streamed
async def test_comments_blanks_and_names_of_events_are_no_part_of_a_stream(
    protocol: Protocol, way: str
) -> None:
    pieces = [encode(event).split(b"data: ")[1] for event in protocol.events()]
    answer = stream(*(b": ping\n\ndata:" + piece for piece in pieces))
    message = await ask(make(protocol, Gateway(answer)), way)
    assert (message.text, len(message.tool_calls)) == (TEXT, 1)
