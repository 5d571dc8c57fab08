"""What hosts send with the text, in the odd forms they send it: kept whole, once, in its place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from langchain_core.messages import HumanMessage, ToolMessage

from tests.readers import chunk_with, image, read_stream, read_whole, signed
from tests.support import Gateway, answer, chunk, completion, merge, stream


def call(**fields: Any) -> dict[str, Any]:
    return {"tool_calls": [{"index": 0, **fields}]}


def citation(start: int, end: int) -> dict[str, Any]:
    place = {"url": "https://w.example", "title": "W", "start_index": start, "end_index": end}
    return {"type": "url_citation", "url_citation": place}


FUNCTION = {"name": "f", "arguments": "{}"}
PING = {"name": "f", "args": {}, "id": "c0", "type": "tool_call"}


# -- tool calls --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"google": {}}, signed("B"), signed("B")),
        ({"vertex": {"a": 1}}, signed("B"), {"vertex": {"a": 1}, **signed("B")}),
        (None, signed("B"), signed("B")),
    ],
    ids=["filled", "two keys", "late"],
)
async def test_extra_content_in_fragments_is_one(before: Any, after: Any, expected: Any) -> None:
    opening = {"id": "c0", "function": FUNCTION}
    for first, second in (
        ({**opening, "extra_content": before}, {"extra_content": after}),
        ({"extra_content": after}, {**opening, "extra_content": before}),
    ):
        message = await read_stream(call(**first), call(**second))
        assert message.tool_calls == [PING]
        assert message.invalid_tool_calls == []
        assert message.additional_kwargs == {"tool_call_extra_content": {"c0": expected}}


async def test_unknown_fields_of_calls_are_kept_by_call_id() -> None:
    raw = {
        "id": "c0",
        "type": "function",
        "function": {**FUNCTION, "x": 1},
        "thought_signature": "T",
        "provider_specific_fields": {"a": 1},
    }
    kept = {"thought_signature": "T", "provider_specific_fields": {"a": 1}, "function": {"x": 1}}
    messages = [
        *await read_whole({"tool_calls": [raw]}),
        await read_stream({"tool_calls": [raw]}, "4"),
    ]
    for message in messages:
        assert message.tool_calls == [PING]
        assert message.additional_kwargs == {"tool_call_extras": {"c0": kept}}


async def test_custom_calls_are_calls_with_free_text() -> None:
    raw = {"id": "c0", "type": "custom", "custom": {"name": "f", "input": 'say "é"\n'}}
    rest = call(custom={"input": "twice"})
    for text, messages in {
        'say "é"\n': await read_whole({"tool_calls": [raw]}),
        'say "é"\ntwice': [await read_stream({"tool_calls": [{"index": 0, **raw}]}, rest)],
    }.items():
        for message in messages:
            assert message.tool_calls == [{**PING, "args": {"__arg1": text}}]
            assert message.additional_kwargs == {"tool_call_extras": {"c0": {"type": "custom"}}}


def test_a_custom_call_that_was_cut_off_does_not_run() -> None:
    raw = {"id": "c0", "type": "custom", "custom": {"name": "f", "input": "rm -r /tmp/"}}
    body = completion({"role": "assistant", "content": None, "tool_calls": [raw]}, "length")
    parts = stream(chunk({"tool_calls": [raw]}), chunk(finish_reason="length"))
    for reply in (answer(body), parts):
        message = merge(Gateway(reply).model().stream("Hi"))
        assert message.tool_calls == []
        assert message.response_metadata["tool_call_errors"]["c0"].startswith("cut off")


# -- extra fields and metadata ------------------------------------------------------------------


async def test_metadata_of_all_chunks_are_joined_and_change_no_identity() -> None:
    def filtered(**found: bool) -> dict[str, Any]:
        return {"content_filter_results": {name: {"on": on} for name, on in found.items()}}

    message = await read_stream(
        {**chunk_with("a", **filtered(hate=False)), "citations": ["u"], "p": "abc"},
        {**chunk_with("b", **filtered(self=True)), "citations": ["u", "v"], "p": "defg"},
        {**chunk_with("c", **filtered(hate=True)), "id": "other", "model_name": "other"},
    )
    assert message.response_metadata == {
        "citations": ["u", "v"],
        **filtered(hate=True, self=True),
        "p": "defg",  # padding of every chunk is kept once
        "id": "chatcmpl-1",
        "model_name": "gpt-5.4-mini-2026-03-17",
        "model_provider": "cometapi",
        "finish_reason": "stop",
    }


async def test_text_that_looked_like_an_image_comes_before_the_part_after_it() -> None:
    deltas = ("See ![a", {"content": [image("QUFB")]}, "4")
    message = await read_stream(*deltas, output_version="v1")
    blocks: Any = message.content
    assert [block.get("text", block["type"]) for block in blocks] == ["See ![a", "image", "4"]


IMAGES = [{**image("QUFB"), "index": 0}, {**image("QkJC"), "index": 0}]
CITED = {"type": "text", "text": "It rains", "annotations": [citation(3, 8)]}


@pytest.mark.parametrize(
    ("deltas", "extras"),
    [
        ([{"mood": "x", "tone": "a"}, {"mood": "x", "tone": "b"}], {"mood": "x", "tone": "ab"}),
        (
            [{"annotations": [citation(0, 1)]}, {"annotations": [citation(0, 1), citation(1, 2)]}],
            {"annotations": [citation(0, 1), citation(1, 2)]},
        ),
        ([{"images": IMAGES[:1]}, {"images": IMAGES[1:]}], {"images": IMAGES}),
        (
            ["<think>Hmm.", {"content": [{"type": "text", "text": "</think>"}, CITED]}],
            {"reasoning_content": "Hmm.", "annotations": [citation(3, 8)]},
        ),
    ],
    ids=["texts", "annotations", "images", "annotations after tags"],
)
async def test_extra_fields_of_all_chunks_are_joined(
    deltas: list[Any], extras: dict[str, Any]
) -> None:
    message = await read_stream(*deltas, think_tags=True)
    assert message.additional_kwargs == extras


async def test_annotations_of_text_parts_count_in_the_whole_text() -> None:
    part = {**CITED, "citations": ["c"], "thought_signature": "T"}
    message = await read_stream("Now: ", {"content": [part]})
    assert message.content == "Now: It rains"
    assert message.text[8:13] == "rains"
    assert message.additional_kwargs == {
        "annotations": [citation(8, 13)],
        "citations": ["c"],
        "thought_signature": "T",
    }
    for whole in await read_whole({"content": [part], "annotations": [citation(0, 2)]}):
        assert whole.content == "It rains"
        assert whole.additional_kwargs["annotations"] == [citation(3, 8), citation(0, 2)]
        assert whole.additional_kwargs["citations"] == ["c"]


async def test_content_without_types_or_a_list_is_read() -> None:
    bare = {"image_url": image("QUFB")["image_url"]}
    for message in await read_whole({"content": [bare]}):
        assert message.content == [image("QUFB")]
    for message in await read_whole({"content": {"type": "text", "text": "Hi"}}):
        assert message.content == "Hi"


@pytest.mark.filterwarnings("ignore:The method .* is in beta")
async def test_logprobs_of_all_chunks_are_joined() -> None:
    def part(delta: Any, token: str) -> dict[str, Any]:
        return chunk_with(delta, logprobs={"content": [{"token": token, "logprob": -1.0}]})

    chunks = [part("a", "a"), part("a", "a"), part({}, "")]
    tokens = [{"token": token, "logprob": -1.0} for token in ("a", "a", "")]
    message = await read_stream(*chunks)
    assert message.response_metadata["logprobs"] == {"content": tokens}
    model = Gateway(stream(*chunks, chunk(finish_reason="stop"))).model()
    output = model.stream_events("Hi", version="v3").output
    assert output.response_metadata["logprobs"] == {"content": tokens}


# -- whole messages that close a stream --------------------------------------------------------


def closing(delta: Any = None, **fields: Any) -> dict[str, Any]:
    return chunk_with(delta, message={"role": "assistant", "content": "4", **fields})


async def test_closing_message_adds_what_the_deltas_left_out() -> None:
    fields = {"annotations": [citation(0, 1)], "images": [image("QUFB")]}
    last = closing(reasoning="why", **fields)
    for deltas in (("4", last), (closing("4", reasoning="why", **fields),), (last,)):
        message = await read_stream(*deltas)
        assert message.content == "4"
        assert message.additional_kwargs == {"reasoning_content": "why", **fields}


async def test_closing_message_repeats_nothing() -> None:
    made = {"id": "c0", "function": FUNCTION}
    detail = {"type": "reasoning.text", "index": 0}
    parts: list[Any] = [{"reasoning_details": [{**detail, "text": text}]} for text in ("wh", "y")]
    parts += [{"audio": {"id": "a", "data": data}} for data in ("QQ==", "QkE=")]
    extras = {
        "reasoning_content": "why",
        "reasoning_details": [{**detail, "text": "why", "signature": "S"}],
        "audio": {"id": "a", "data": "QUJB"},
    }
    cited = {"type": "text", "text": "4", "annotations": [citation(0, 1)]}
    calls = [{**made, "extra_content": signed("S")}]
    whole: Any = {"content": [cited], "tool_calls": calls, **extras}
    delta = {"tool_calls": [made]}
    for end in ([delta, closing({"reasoning_content": ""}, **whole)], [closing(delta, **whole)]):
        message = await read_stream(*parts, "4", *end)
        assert message.content == "4"
        assert message.tool_calls == [PING]
        assert message.additional_kwargs == {
            **extras,
            "annotations": [citation(0, 1)],
            "tool_call_extra_content": {"c0": signed("S")},
        }


@pytest.mark.parametrize(
    "said",
    [
        {"reasoning_details": [{"type": "reasoning.text", "text": "aba", "index": 0}]},
        {"thinking": "aba"},
        {"thinking": {"thinking": "aba", "signature": "S"}},
        {"thinking_blocks": [{"type": "thinking", "thinking": "aba", "signature": "S"}]},
        {"reasoning": "aba"},
        {"refusal": "nono"},
        {"audio": {"id": "a", "data": "QUJB", "transcript": "aba"}},
        {"function_call": {"name": "f", "arguments": "{}"}},
        {"commentary": "aba"},
        {"images": [image("QUFB")]},
        {"annotations": [citation(0, 1)]},
    ],
    ids=lambda said: next(iter(said)),
)
@pytest.mark.parametrize("version", ["v0", "v1"])
async def test_closing_message_doubles_nothing(said: dict[str, Any], version: str) -> None:
    alone = await read_stream(said, "4", output_version=version)
    assert alone.additional_kwargs
    for deltas in ([said, closing(**said)], [said, closing("4", **said)], [said, "4", closing()]):
        message = await read_stream(*deltas, output_version=version)
        assert message.additional_kwargs == alone.additional_kwargs
        assert message.text == "4"


# -- calls of one id ---------------------------------------------------------------------------


def numbered(number: int, **fields: Any) -> dict[str, Any]:
    arguments = json.dumps({"c": number})
    return {"id": "get", "function": {"name": "get", "arguments": arguments}, **fields}


async def test_calls_of_one_id_are_two_calls_with_their_own_signatures() -> None:
    model = "gemini-3-pro-preview"
    raw = [numbered(1, extra_content=signed("S")), numbered(2, extra_content=signed("T"))]
    placed = [{"index": index, **one} for index, one in enumerate(raw)]
    messages = await read_whole({"content": None, "tool_calls": raw}, model=model)
    messages.append(await read_stream(*({"tool_calls": [one]} for one in placed), model=model))
    messages.append(await read_stream({"tool_calls": placed}, model=model))
    messages.append(await read_stream(*({"tool_calls": [one]} for one in raw), model=model))
    bare = [{k: v for k, v in one.items() if k != "extra_content"} for one in placed]
    messages.append(await read_stream({"tool_calls": bare}, closing(tool_calls=raw), model=model))
    for message in messages:
        assert message.invalid_tool_calls == []
        first, second = message.tool_calls
        assert (first["args"], second["args"]) == ({"c": 1}, {"c": 2})
        assert first["id"] == "get"
        assert second["id"] not in ("get", None)
        assert second["id"] == messages[0].tool_calls[1]["id"]
        results = [ToolMessage(str(c["args"]["c"]), tool_call_id=c["id"]) for c in (second, first)]
        again = Gateway(answer(completion())).model(model)
        _, said, *answers = again.explain([HumanMessage("Hi"), message, *results]).body["messages"]
        assert [c["extra_content"] for c in said["tool_calls"]] == [signed("S"), signed("T")]
        ids = [c["id"] for c in said["tool_calls"]]
        assert {one["tool_call_id"]: one["content"] for one in answers} == {
            ids[0]: "1",
            ids[1]: "2",
        }
