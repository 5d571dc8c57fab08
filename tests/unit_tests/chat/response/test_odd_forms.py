"""Responses in another form than was asked for, and text that was cut within a character."""

from __future__ import annotations

import json
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from langchain_cometapi import CometAPILLM
from langchain_cometapi._client.surrogates import SurrogateJoiner
from langchain_cometapi.exceptions import (
    CometAPIRateLimitError,
    CometAPIStreamTruncatedError,
    CometAPIUnexpectedResponseError,
)
from tests.support import Gateway, all_ways, answer, ask, chunk, completion, merge, raw, sse, stream

TEXT = [chunk("Hel"), chunk("lo"), chunk(finish_reason="stop")]


def choices(*deltas: tuple[int, str]) -> list[dict[str, Any]]:
    chunks = [chunk(text) for _, text in deltas]
    for (index, _), one in zip(deltas, chunks, strict=True):
        one["choices"][0]["index"] = index
    return chunks


# -- a stream although none was asked for --------------------------------------------------------


@pytest.mark.parametrize("way", ["invoke", "ainvoke"])
@pytest.mark.parametrize("content_type", ["text/event-stream", "application/json", "text/plain"])
@pytest.mark.parametrize("before", [b"", b"\n\n", b": ping\n\n", b"event: message\n"])
async def test_stream_that_was_not_asked_for_is_read(
    before: bytes, content_type: str, way: str
) -> None:
    gateway = Gateway(raw(before + sse(*TEXT), content_type=content_type))
    message = await ask(gateway.model(), way)
    assert isinstance(message, AIMessage)
    assert message.content == "Hello"
    assert message.response_metadata["finish_reason"] == "stop"
    assert gateway.bodies[0].get("stream") in (None, False)


def test_every_choice_of_a_stream_that_was_not_asked_for_is_read() -> None:
    chunks = choices((0, "He"), (1, "Good "), (0, "llo"), (1, "day"))
    ends = choices((1, ""), (0, ""))
    for end in ends:
        end["choices"][0]["finish_reason"] = "stop"
    usage = {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}
    last = {**chunk(), "choices": [], "usage": usage}
    model = Gateway(raw(sse(*chunks, *ends, last))).model(n=2)
    generations = model.generate([[HumanMessage("Hi")]]).generations[0]
    assert [one.text for one in generations] == ["Hello", "Good day"]
    messages: list[Any] = [one.message for one in generations]  # type: ignore[union-attr]
    assert [m.usage_metadata and m.usage_metadata["total_tokens"] for m in messages] == [3, None]


@pytest.mark.parametrize("way", ["invoke", "ainvoke"])
async def test_cut_stream_that_was_not_asked_for_obeys_the_setting(way: str) -> None:
    body = sse(*TEXT[:2], done=False)
    with pytest.raises(CometAPIStreamTruncatedError, match="stream_truncation") as caught:
        await ask(Gateway(raw(body)).model(), way)
    assert caught.value.partial_message is not None
    assert caught.value.partial_message.content == "Hello"
    model = Gateway(raw(body)).model(stream_truncation="ignore")
    assert (await ask(model, way)).content == "Hello"


@all_ways
async def test_error_in_a_stream_that_was_not_asked_for_is_raised(way: str) -> None:
    error = {"error": {"message": "Slow down", "code": "rate_limit_exceeded"}}
    for chunks in ([error], [*TEXT[:1], error]):
        gateway = Gateway(raw(sse(*chunks), content_type="text/event-stream"))
        with pytest.raises(CometAPIRateLimitError, match="Slow down"):
            await ask(gateway.model(max_retries=0), way)


@all_ways
@pytest.mark.parametrize("place", ["delta", "message"])
async def test_text_in_place_of_a_message_is_its_content(place: str, way: str) -> None:
    body = {"choices": [{"index": 0, place: "Hello", "finish_reason": "stop"}]}
    reply = stream(body) if "stream" in way else answer(body)
    assert (await ask(Gateway(reply).model(), way)).content == "Hello"


@all_ways
async def test_end_of_a_stream_after_a_whole_answer_does_no_harm(way: str) -> None:
    body = json.dumps(completion()).encode() + b"\n\ndata: [DONE]\n\n"
    assert (await ask(Gateway(raw(body)).model(), way)).content == "Hello"


@pytest.mark.parametrize("body", [b"data", b"data: ", b"data: text\n\n", b"Hello", b"<p>data:</p>"])
def test_body_that_is_no_stream_is_still_refused(body: bytes) -> None:
    with pytest.raises(CometAPIUnexpectedResponseError):
        Gateway(raw(body)).model().invoke("Hi")


# -- half a surrogate pair -----------------------------------------------------------------------

EMOJI = "a😀b"
HALVES = [rb'"a\ud83d"', rb'"\ude00b"']


def cut_stream(field: str, *pieces: bytes) -> Any:
    bodies = [json.dumps(chunk({field: "@"})).encode().replace(b'"@"', p) for p in pieces]
    end = json.dumps(chunk(finish_reason="stop")).encode()
    return raw(b"".join(b"data: " + body + b"\n\n" for body in [*bodies, end, b"[DONE]"]))


@pytest.mark.parametrize("way", ["stream", "astream"])
@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        (HALVES, EMOJI),
        ([HALVES[0], b'""', HALVES[1]], EMOJI),
        ([HALVES[0], b"null", HALVES[1]], EMOJI),
        ([rb'"\ud83d"', rb'"\ude00\ud83d"', rb'"\ude80"'], "😀🚀"),
        ([b'"a\xed\xa0\xbd"', b'"\xed\xb8\x80b"'], EMOJI),
        (HALVES[:1], "a\ufffd"),
        (HALVES[1:], "\ufffdb"),
        ([HALVES[0], b'"c"'], "a\ufffdc"),
        ([HALVES[0], HALVES[0], HALVES[1]], "a\ufffda😀b"),
    ],
)
async def test_halves_in_two_chunks_are_one_character(
    pieces: list[bytes], text: str, way: str
) -> None:
    for field in ("content", "reasoning_content", "reasoning", "refusal", "a_text_of_the_vendor"):
        message = await ask(Gateway(cut_stream(field, *pieces)).model(), way)
        key = "reasoning_content" if field == "reasoning" else field
        found = message.content if field == "content" else message.additional_kwargs[key]
        assert found == text, field


def _choice(place: str, **fields: Any) -> dict[str, Any]:
    return {"choices": [{place: fields}]}


_TEXT_PART = {"type": "text", "text": "a\ud83d"}
_REST_PART = {"type": "text", "text": "\ude00b"}


@pytest.mark.parametrize(
    "events",
    [
        [_choice("delta", content=[_TEXT_PART, _REST_PART])],
        [_choice("delta", content=[_TEXT_PART]), _choice("delta", content=[_REST_PART])],
        [_choice("delta", content=["a\ud83d"]), _choice("delta", content=["\ude00b"])],
        [_choice("message", content="a\ud83d"), _choice("message", content="\ude00b")],
        [
            {"choices": [{"delta": {"content": "a\ud83d"}}]},
            {"choices": [{"index": 0, "delta": {"content": "\ude00b"}}]},
        ],
    ],
    ids=["two parts", "parts", "texts", "messages", "an index that comes late"],
)
def test_halves_in_other_forms_of_content_are_one_character(events: list[Any]) -> None:
    lines = [b"data: %s\n\n" % json.dumps(event).encode() for event in (*events, TEXT[-1])]
    assert merge(Gateway(raw(b"".join(lines))).model().stream("Hi")).content == EMOJI


def test_half_in_arguments_that_are_not_encoded_is_replaced() -> None:
    call = {"index": 0, "id": "c", "function": {"name": "f", "arguments": {"a": "x\ud83d"}}}
    end = chunk(finish_reason="tool_calls")
    events = (chunk({"tool_calls": [call]}), end)
    lines = [b"data: %s\n\n" % json.dumps(event).encode() for event in events]
    message = merge(Gateway(raw(b"".join(lines))).model().stream("Hi"))
    assert message.tool_calls[0]["args"] == {"a": "x\ufffd"}


def test_half_in_an_event_of_responses_does_not_go_to_another_item() -> None:
    joiner = SurrogateJoiner()
    places = [{"type": kind, "output_index": n} for n, kind in enumerate(("text", "arguments"))]
    said = [
        joiner.push({**places[place], "delta": text})["delta"]
        for place, text in ((0, "a\ud83d"), (1, "{}"), (0, "\ude00b"), (1, "\ud83d"))
    ]
    assert said == ["a", "{}", "😀b", ""]
    assert joiner.close() == [{**places[1], "delta": "\ufffd"}]


def test_halves_in_the_stream_of_an_llm_are_one_character() -> None:
    llm = Gateway(cut_stream("content", *HALVES)).make(CometAPILLM, model="gpt-5.4-mini")
    assert "".join(llm.stream("Hi")) == EMOJI


@all_ways
async def test_history_of_our_own_answers_can_be_sent(way: str) -> None:
    call = {
        "index": 0,
        "id": "c\ud83d",
        "type": "function",
        "function": {"name": "say", "arguments": '{"a": "\\ud83d", "b": "\ude00"}'},
    }
    said = {
        "role": "assistant",
        "content": "a\ud83d",
        "reasoning_content": "\ude00",
        "tool_calls": [call],
        "mood": "\ud83d",
    }
    if "stream" in way:
        body = [chunk(said), chunk(finish_reason="tool_calls")]
        reply: Any = raw(b"".join(b"data: %s\n\n" % json.dumps(c).encode() for c in body))
    else:
        reply = raw(json.dumps(completion(said, "tool_calls")).encode())
    message = await ask(Gateway(reply).model("deepseek-v4"), way)
    assert message.tool_calls[0]["args"] == {"a": "\ufffd", "b": "\ufffd"}
    history = [
        HumanMessage("Hi \ud83d"),  # from elsewhere
        message,
        ToolMessage("\ude00", tool_call_id=message.tool_calls[0]["id"]),
    ]
    again = Gateway(stream(*TEXT) if "stream" in way else answer(completion()))
    await ask(again.model("gpt-5.4-mini"), way, history)
    sent = again.bodies[0]["messages"]
    assert sent[0]["content"] == "Hi \ufffd"
    assert sent[1]["content"] == "a\ufffd"
    assert sent[2]["content"] == "\ufffd"
    assert sent[1]["tool_calls"][0]["id"] == sent[2]["tool_call_id"]


@all_ways
async def test_arguments_with_a_number_that_json_lacks_can_be_sent_back(way: str) -> None:
    function = {"name": "say", "arguments": '{"a":NaN}'}
    said = {"tool_calls": [{"index": 0, "id": "c", "type": "function", "function": function}]}
    is_stream = "stream" in way
    end = chunk(finish_reason="tool_calls")
    reply = stream(chunk(said), end) if is_stream else answer(completion(said, "tool_calls"))
    message = await ask(Gateway(reply).model(), way)
    assert message.tool_calls == []
    again = Gateway(stream(*TEXT) if is_stream else answer(completion()))
    await ask(
        again.model(), way, [HumanMessage("Hi"), message, ToolMessage("no", tool_call_id="c")]
    )
    arguments = again.bodies[0]["messages"][1]["tool_calls"][0]["function"]["arguments"]
    assert "NaN" in json.loads(arguments)["invalid_arguments"]
