"""Standard content blocks, whole and streamed, in every order of their kinds."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from langchain_tests.utils.stream_lifecycle import assert_valid_event_stream

from tests.readers import read_events, read_stream, read_whole, without_index
from tests.support import Gateway, chunk, stream

TEXT = [{"content": "It "}, {"content": "rains."}]
THOUGHT = [{"reasoning_content": "Let me "}, {"reasoning_content": "see."}]


def _call(index: int) -> list[dict[str, Any]]:
    def fragment(**fields: Any) -> dict[str, Any]:
        return {"tool_calls": [{"index": index, **fields}]}

    return [
        fragment(id=f"call_{index}", function={"name": f"tool_{index}", "arguments": ""}),
        fragment(function={"arguments": '{"city": '}),
        fragment(function={"arguments": f'"{index}"}}'}),
    ]


PARTS = {"text": TEXT, "reasoning": THOUGHT, "call_0": _call(0), "call_1": _call(1)}
ORDERS = [
    order
    for length in (2, 3, 4)
    for order in itertools.permutations(PARTS, length)
    # a second call has the second index
    if "call_1" not in order
    or ("call_0" in order and order.index("call_0") < order.index("call_1"))
]


def _deltas(order: tuple[str, ...]) -> list[dict[str, Any]]:
    return [delta for part in order for delta in PARTS[part]]


def _expected(order: tuple[str, ...]) -> list[dict[str, Any]]:
    blocks: dict[str, dict[str, Any]] = {
        "text": {"type": "text", "text": "It rains."},
        "reasoning": {"type": "reasoning", "reasoning": "Let me see."},
    }
    for n in (0, 1):
        call = {"type": "tool_call", "name": f"tool_{n}", "args": {"city": str(n)}}
        blocks[f"call_{n}"] = {**call, "id": f"call_{n}"}
    return [blocks[part] for part in order]


in_every_order = pytest.mark.parametrize("order", ORDERS, ids="-".join)


@in_every_order
async def test_v1_stream_in_every_order(order: tuple[str, ...]) -> None:
    message = await read_stream(*_deltas(order), output_version="v1")
    assert without_index(message.content) == _expected(order)
    assert without_index(message.content_blocks) == _expected(order)
    cities = [{"city": part[-1]} for part in order if part.startswith("call")]
    assert [call["args"] for call in message.tool_calls] == cities


@in_every_order
@pytest.mark.parametrize("version", ["v0", "v1"])
@pytest.mark.filterwarnings("ignore:The method .* is in beta")
async def test_events_in_every_order(order: tuple[str, ...], version: str) -> None:
    gateway = Gateway(stream(*map(chunk, _deltas(order)), chunk(finish_reason="stop")))
    model = gateway.model(output_version=version)
    events = list(model.stream_events("Hi", version="v3"))
    assert_valid_event_stream(events)
    aevents = [event async for event in await model.astream_events("Hi", version="v3")]
    assert_valid_event_stream(aevents)
    finished = [e["content"] for e in events if e["event"] == "content-block-finish"]
    assert without_index(finished) == _expected(order)


@in_every_order
async def test_v0_stream_has_the_same_blocks(order: tuple[str, ...]) -> None:
    message = await read_stream(*_deltas(order))
    assert sorted(map(str, message.content_blocks)) == sorted(map(str, _expected(order)))
    assert message.additional_kwargs.get("reasoning_content", "Let me see.") == "Let me see."


async def test_text_after_a_call_is_a_block_of_its_own() -> None:
    deltas = [*TEXT, *_call(0), "And ", "now?", *THOUGHT, *TEXT]
    message = await read_stream(*deltas, output_version="v1")
    blocks: Any = message.content
    kinds = [(b["type"], b.get("text") or b.get("reasoning")) for b in blocks]
    assert kinds == [
        ("text", "It rains."),
        ("tool_call", None),
        ("text", "And now?"),
        ("reasoning", "Let me see."),
        ("text", "It rains."),
    ]


IMAGES = [
    {"type": "image_url", "image_url": {"url": "data:image/png;base64,aW1hZ2U="}},
    {"type": "image_url", "image_url": {"url": "https://pictures.example/1.png"}},
]
PLACE = {"url": "https://w.example", "title": "Weather", "start_index": 3, "end_index": 8}
ANNOTATION = {"type": "url_citation", "url_citation": PLACE}
AUDIO = {"id": "audio_1", "data": "UklGRg==", "expires_at": 9, "transcript": "It rains."}


@pytest.mark.parametrize("version", ["v0", "v1"])
async def test_media_and_citations_become_blocks(version: str) -> None:
    extras = {"images": IMAGES, "annotations": [ANNOTATION], "audio": AUDIO}
    messages = await read_whole({"content": "It rains.", **extras}, output_version=version)
    messages.append(await read_stream("It ", "rains.", extras, output_version=version))
    audio = {"type": "audio", "base64": "UklGRg==", "mime_type": "audio/wav", "id": "audio_1"}
    for message in messages:
        assert message.text == "It rains."
        assert without_index(message.content_blocks) == [
            {"type": "text", "text": "It rains.", "annotations": [{"type": "citation", **PLACE}]},
            {"type": "image", "base64": "aW1hZ2U=", "mime_type": "image/png"},
            {"type": "image", "url": "https://pictures.example/1.png"},
            {**audio, "extras": {"expires_at": 9, "transcript": "It rains."}},
        ]


async def test_offsets_move_with_joined_parts() -> None:
    parts = [
        {"type": "text", "text": "Today: "},
        {"type": "text", "text": "it rains.", "annotations": [ANNOTATION]},
    ]
    for message in await read_whole({"content": parts}):
        citation: Any = message.content_blocks[0]
        place = citation["annotations"][0]
        assert message.text[place["start_index"] : place["end_index"]] == "rains"


async def test_invalid_calls_are_blocks_too() -> None:
    call = {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{"}}
    for message in await read_whole({"content": None, "tool_calls": [call]}):
        (block,) = message.content_blocks
        assert block["type"] == "invalid_tool_call"
        assert json.loads(json.dumps(block)) == block


@pytest.mark.filterwarnings("ignore:The method .* is in beta")
@pytest.mark.parametrize("other", ["call_0", "reasoning"])
async def test_text_that_was_held_back_comes_before_what_follows_it(other: str) -> None:
    deltas = ["wow![", *PARTS[other], "x ![y"]
    messages = await read_events(*deltas, output_version="v1")
    messages.append(await read_stream(*deltas, output_version="v1"))
    for message in messages:
        before, *between, after = without_index(message.content_blocks)
        assert before == {"type": "text", "text": "wow!["}
        assert between == _expected((other,))
        assert after == {"type": "text", "text": "x ![y"}


async def test_text_that_was_held_back_comes_before_a_call_and_a_thought_of_its_own_chunk() -> None:
    call: Any = PARTS["call_0"][0]["tool_calls"][0]
    call = {**call, "function": {"name": "tool_0", "arguments": '{"city": "0"}'}}
    last = {"reasoning_content": "b", "content": "c![", "tool_calls": [call]}
    message = await read_stream("a![", last, output_version="v1")
    assert without_index(message.content_blocks) == [
        {"type": "text", "text": "a!["},
        {"type": "reasoning", "reasoning": "b"},
        {"type": "text", "text": "c!["},
        *_expected(("call_0",)),
    ]


@pytest.mark.parametrize("version", ["v0", "v1"])
async def test_markdown_that_is_no_image_parts_no_text(version: str) -> None:
    text = "see ![x and more"
    messages = await read_whole({"content": text}, output_version=version)
    messages.append(await read_stream("see ![", "x and", " more", output_version=version))
    for message in messages:
        assert without_index(message.content_blocks) == [{"type": "text", "text": text}]
