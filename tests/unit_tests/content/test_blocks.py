"""Standard content blocks, whole and streamed, in every order of their kinds."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from langchain_tests.utils.stream_lifecycle import assert_valid_event_stream

from tests.support import Gateway, amerge, answer, chunk, completion, merge, stream

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


def _gateway(order: tuple[str, ...]) -> Gateway:
    deltas = [delta for part in order for delta in PARTS[part]]
    finish = "tool_calls" if "call_0" in order else "stop"
    return Gateway(stream(*map(chunk, deltas), chunk(finish_reason=finish)))


def _expected(order: tuple[str, ...]) -> list[dict[str, Any]]:
    blocks: dict[str, dict[str, Any]] = {
        "text": {"type": "text", "text": "It rains."},
        "reasoning": {"type": "reasoning", "reasoning": "Let me see."},
    }
    for n in (0, 1):
        call = {"type": "tool_call", "name": f"tool_{n}", "args": {"city": str(n)}}
        blocks[f"call_{n}"] = {**call, "id": f"call_{n}"}
    return [blocks[part] for part in order]


def _plain(blocks: Any) -> list[dict[str, Any]]:
    return [{k: v for k, v in block.items() if k != "index"} for block in blocks]


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
async def test_v1_stream_in_every_order(order: tuple[str, ...]) -> None:
    model = _gateway(order).model(output_version="v1")
    for message in (merge(model.stream("Hi")), await amerge(model.astream("Hi"))):
        assert _plain(message.content) == _expected(order)
        assert _plain(message.content_blocks) == _expected(order)
        assert [c["args"] for c in message.tool_calls] == [
            {"city": part[-1]} for part in order if part.startswith("call")
        ]


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
@pytest.mark.parametrize("version", ["v0", "v1"])
@pytest.mark.filterwarnings("ignore:The method .* is in beta")
async def test_events_in_every_order(order: tuple[str, ...], version: str) -> None:
    model = _gateway(order).model(output_version=version)
    events = list(model.stream_events("Hi", version="v3"))
    assert_valid_event_stream(events)
    aevents = [event async for event in await model.astream_events("Hi", version="v3")]
    assert_valid_event_stream(aevents)
    finished = [e["content"] for e in events if e["event"] == "content-block-finish"]
    assert _plain(finished) == _expected(order)


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
async def test_v0_stream_has_the_same_blocks(order: tuple[str, ...]) -> None:
    message = merge(_gateway(order).model().stream("Hi"))
    assert sorted(map(str, message.content_blocks)) == sorted(map(str, _expected(order)))
    assert message.additional_kwargs.get("reasoning_content", "Let me see.") == "Let me see."


async def test_text_after_a_call_is_a_block_of_its_own() -> None:
    deltas = [*TEXT, *_call(0), {"content": "And "}, {"content": "now?"}, *THOUGHT, *TEXT]
    gateway = Gateway(stream(*map(chunk, deltas), chunk(finish_reason="tool_calls")))
    message = merge(gateway.model(output_version="v1").stream("Hi"))
    kinds = [(b["type"], b.get("text") or b.get("reasoning")) for b in message.content]
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
ANNOTATION = {
    "type": "url_citation",
    "url_citation": {
        "url": "https://weather.example",
        "title": "Weather",
        "start_index": 3,
        "end_index": 8,
    },
}
AUDIO = {"id": "audio_1", "data": "UklGRg==", "expires_at": 9, "transcript": "It rains."}


@pytest.mark.parametrize("version", ["v0", "v1"])
@pytest.mark.parametrize("how", ["invoke", "stream"])
async def test_media_and_citations_become_blocks(version: str, how: str) -> None:
    extras = {"images": IMAGES, "annotations": [ANNOTATION], "audio": AUDIO}
    if how == "invoke":
        said = {"role": "assistant", "content": "It rains.", **extras}
        model = Gateway(answer(completion(said))).model(output_version=version)
        messages = [model.invoke("Hi"), await model.ainvoke("Hi")]
    else:
        chunks = [chunk("It "), chunk("rains."), chunk(extras), chunk(finish_reason="stop")]
        model = Gateway(stream(*chunks)).model(output_version=version)
        messages = [merge(model.stream("Hi")), await amerge(model.astream("Hi"))]
    for message in messages:
        assert message.text == "It rains."
        blocks = _plain(message.content_blocks)
        assert blocks[0]["text"] == "It rains."
        assert blocks[0]["annotations"] == [
            {
                "type": "citation",
                "url": "https://weather.example",
                "title": "Weather",
                "start_index": 3,
                "end_index": 8,
            }
        ]
        assert message.text[3:8] == "rains"
        assert blocks[1:] == [
            {"type": "image", "base64": "aW1hZ2U=", "mime_type": "image/png"},
            {"type": "image", "url": "https://pictures.example/1.png"},
            {
                "type": "audio",
                "base64": "UklGRg==",
                "mime_type": "audio/wav",
                "id": "audio_1",
                "extras": {"expires_at": 9, "transcript": "It rains."},
            },
        ]


def test_citations_without_a_place() -> None:
    body = completion("It rains.", citations=["https://weather.example"])
    body["search_results"] = [{"title": "Weather", "url": "https://w.example", "date": "today"}]
    message = Gateway(answer(body)).model().invoke("Hi")
    blocks: Any = message.content_blocks
    assert blocks[0]["annotations"] == [
        {"type": "citation", "url": "https://weather.example"},
        {
            "type": "citation",
            "title": "Weather",
            "url": "https://w.example",
            "extras": {"date": "today"},
        },
    ]


def test_offsets_move_with_joined_parts() -> None:
    parts = [
        {"type": "text", "text": "Today: "},
        {"type": "text", "text": "it rains.", "annotations": [ANNOTATION]},
    ]
    said = {"role": "assistant", "content": parts}
    message = Gateway(answer(completion(said))).model().invoke("Hi")
    citation: Any = message.content_blocks[0]
    place = citation["annotations"][0]
    assert message.text[place["start_index"] : place["end_index"]] == "rains"


def test_invalid_calls_are_blocks_too() -> None:
    call = {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{"}}
    said = {"role": "assistant", "content": None, "tool_calls": [call]}
    message: Any = Gateway(answer(completion(said, "tool_calls"))).model().invoke("Hi")
    (block,) = message.content_blocks
    assert block["type"] == "invalid_tool_call"
    assert json.loads(json.dumps(block)) == block


@pytest.mark.filterwarnings("ignore:The method .* is in beta")
@pytest.mark.parametrize("other", ["call_0", "reasoning"])
async def test_text_that_was_held_back_comes_before_what_follows_it(other: str) -> None:
    deltas: list[dict[str, Any]] = [{"content": "wow!["}, *PARTS[other], {"content": "x ![y"}]
    gateway = Gateway(stream(*map(chunk, deltas), chunk(finish_reason="stop")))
    model = gateway.model(output_version="v1")
    streamed = merge(model.stream("Hi")), await amerge(model.astream("Hi"))
    expected = [
        {"type": "text", "text": "wow!["},
        *_expected((other,)),
        {"type": "text", "text": "x ![y"},
    ]
    for message in (*streamed, model.stream_events("Hi", version="v3").output):
        assert _plain(message.content_blocks) == expected


async def test_text_that_was_held_back_comes_before_a_call_and_a_thought_of_its_own_chunk() -> None:
    call: Any = PARTS["call_0"][0]["tool_calls"][0]
    call = {**call, "function": {"name": "tool_0", "arguments": '{"city": "0"}'}}
    deltas: list[dict[str, Any]] = [
        {"content": "a!["},
        {"reasoning_content": "b", "content": "c![", "tool_calls": [call]},
    ]
    gateway = Gateway(stream(*map(chunk, deltas), chunk(finish_reason="tool_calls")))
    model = gateway.model(output_version="v1")
    for message in (merge(model.stream("Hi")), await amerge(model.astream("Hi"))):
        assert _plain(message.content_blocks) == [
            {"type": "text", "text": "a!["},
            {"type": "reasoning", "reasoning": "b"},
            {"type": "text", "text": "c!["},
            *_expected(("call_0",)),
        ]


@pytest.mark.parametrize("version", ["v0", "v1"])
async def test_markdown_that_is_no_image_parts_no_text(version: str) -> None:
    text = "see ![x and more"
    whole = Gateway(answer(completion(text))).model(output_version=version)
    parts = [chunk("see !["), chunk("x and"), chunk(" more"), chunk(finish_reason="stop")]
    streamed = Gateway(stream(*parts)).model(output_version=version)
    messages = [whole.invoke("Hi"), await whole.ainvoke("Hi")]
    messages += [merge(streamed.stream("Hi")), await amerge(streamed.astream("Hi"))]
    for message in messages:
        assert _plain(message.content_blocks) == [{"type": "text", "text": text}]
