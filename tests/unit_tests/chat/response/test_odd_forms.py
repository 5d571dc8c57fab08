"""Responses in another form than was asked for, and text that was cut within a character."""

from __future__ import annotations

import json
from typing import Any

import pytest
from langchain_core.messages import HumanMessage

from langchain_cometapi import CometAPILLM
from langchain_cometapi._client.surrogates import SurrogateJoiner
from langchain_cometapi.exceptions import CometAPIUnexpectedResponseError
from tests.support import Gateway, all_ways, answer, ask, chunk, completion, merge, raw, sse, stream

TEXT = [chunk("Hel"), chunk("lo"), chunk(finish_reason="stop")]


def choices(*deltas: tuple[int, str]) -> list[dict[str, Any]]:
    chunks = [chunk(text) for _, text in deltas]
    for (index, _), one in zip(deltas, chunks, strict=True):
        one["choices"][0]["index"] = index
    return chunks


# -- a stream although none was asked for --------------------------------------------------------


@pytest.mark.parametrize("content_type", ["text/event-stream", "application/json", "text/plain"])
@pytest.mark.parametrize("before", [b"", b"\n\n", b": ping\n\n", b"event: message\n"])
def test_stream_that_was_not_asked_for_is_read(before: bytes, content_type: str) -> None:
    gateway = Gateway(raw(before + sse(*TEXT), content_type=content_type))
    assert gateway.model().invoke("Hi").content == "Hello"
    assert "stream" not in gateway.bodies[0]


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


def test_cut_stream_that_was_not_asked_for_is_read_if_cuts_are_ignored() -> None:
    model = Gateway(raw(sse(*TEXT[:2], done=False))).model(stream_truncation="ignore")
    assert model.invoke("Hi").content == "Hello"


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


def write_events(*events: Any) -> Any:
    """A stream of these events; halves are escaped, as UTF-8 has none."""
    lines = [json.dumps(event).encode() for event in (*events, TEXT[-1])]
    return raw(b"".join(b"data: " + line + b"\n\n" for line in lines))


def cut_stream(field: str, *pieces: bytes) -> Any:
    events = sse(*(chunk({field: f"@{n}"}) for n, _ in enumerate(pieces)), TEXT[-1])
    for number, piece in enumerate(pieces):
        events = events.replace(b'"@%d"' % number, piece)
    return raw(events)


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        (HALVES, EMOJI),
        ([HALVES[0], b'""', HALVES[1]], EMOJI),
        ([HALVES[0], b"null", HALVES[1]], EMOJI),
        ([rb'"\ud83d"', rb'"\ude00\ud83d"', rb'"\ude80"'], "😀🚀"),
        ([b'"a\xed\xa0\xbd"', b'"\xed\xb8\x80b"'], EMOJI),
        ([b'"a\xffb"'], "a\ufffdb"),
        (HALVES[:1], "a\ufffd"),
        (HALVES[1:], "\ufffdb"),
        ([HALVES[0], b'"c"'], "a\ufffdc"),
        ([HALVES[0], HALVES[0], HALVES[1]], "a\ufffda😀b"),
    ],
)
def test_halves_in_two_chunks_are_one_character(pieces: list[bytes], text: str) -> None:
    for field in ("content", "reasoning", "refusal", "a_text_of_the_vendor"):
        message = merge(Gateway(cut_stream(field, *pieces)).model().stream("Hi"))
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
    assert merge(Gateway(write_events(*events)).model().stream("Hi")).content == EMOJI


def test_half_in_arguments_that_are_not_encoded_is_replaced() -> None:
    call = {"index": 0, "id": "c", "function": {"name": "f", "arguments": {"a": "x\ud83d"}}}
    reply = write_events(chunk({"tool_calls": [call]}))
    message = merge(Gateway(reply).model().stream("Hi"))
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
