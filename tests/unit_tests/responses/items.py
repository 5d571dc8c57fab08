"""Items of the Responses route, one of each kind, and the events that stream them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Item = dict[str, Any]

ITEMS: dict[str, Item] = json.loads(
    Path(__file__).with_name("items.json").read_text(encoding="utf-8")
)
"""An item of each type that langchain-openai knows, and one of a type that nobody knows yet."""


def bare(item: Item, *names: str) -> Item:
    """Return an item without some fields."""
    return {name: value for name, value in item.items() if name not in names}


def list_events(response: Item) -> list[Item]:
    """Return the events of a whole response, as OpenAI sends them."""
    begun = {**response, "status": "in_progress", "output": [], "usage": None}
    events = [_event("created", response=begun), _event("in_progress", response=begun)]
    for place, item in enumerate(response["output"]):
        events += _stream_item(item, {"item_id": item.get("id"), "output_index": place})
    events.append(_event("completed", response=response))
    return [{**event, "sequence_number": number} for number, event in enumerate(events)]


def _event(kind: str, **fields: Any) -> Item:
    return {"type": f"response.{kind}", **fields}


def _stream_item(item: Item, where: Item) -> Iterator[Item]:
    place, kind = where["output_index"], item["type"]
    begun = bare(item, "encrypted_content")
    emptied = {"content": [], "summary": [], "arguments": "", "input": ""}
    begun |= {k: v for k, v in emptied.items() if isinstance(item.get(k), type(v))}
    if "status" in begun:
        begun["status"] = "in_progress"
    yield _event("output_item.added", output_index=place, item=begun)
    if kind == "message":
        for number, part in enumerate(item["content"]):
            yield from _stream_part(part, {**where, "content_index": number})
    elif kind == "reasoning":
        yield from _stream_reasoning(item, where)
    elif kind == "function_call":
        name = {"name": item["name"]}
        yield from _stream_text("function_call_arguments", "arguments", item, where, **name)
    elif kind == "custom_tool_call":
        yield from _stream_text("custom_tool_call_input", "input", item, where)
    elif kind == "image_generation_call":
        partial = {"partial_image_index": 0, "partial_image_b64": "QQ=="}
        yield _event("image_generation_call.partial_image", **where, **partial)
    yield _event("output_item.done", output_index=place, item=item)


def _stream_text(kind: str, field: str, item: Item, where: Item, **at_end: Any) -> Iterator[Item]:
    """Yield a text in two pieces, and whole."""
    text = item[field]
    for piece in (text[: len(text) // 2], text[len(text) // 2 :]):
        yield _event(f"{kind}.delta", **where, delta=piece)
    yield _event(f"{kind}.done", **where, **at_end, **{field: text})


def _stream_part(part: Item, where: Item) -> Iterator[Item]:
    name = "refusal" if "refusal" in part else "text"
    empty = {**part, name: "", **({"annotations": []} if "annotations" in part else {})}
    yield _event("content_part.added", **where, part=empty)
    *deltas, done = _stream_text(part["type"], name, part, where)
    yield from deltas
    for number, annotation in enumerate(part.get("annotations", ())):
        at = {**where, "annotation_index": number}
        yield _event("output_text.annotation.added", **at, annotation=annotation)
    yield done
    yield _event("content_part.done", **where, part=part)


def _stream_reasoning(item: Item, where: Item) -> Iterator[Item]:
    for number, part in enumerate(item["summary"]):
        at = {**where, "summary_index": number}
        yield _event("reasoning_summary_part.added", **at, part={**part, "text": ""})
        yield from _stream_text("reasoning_summary_text", "text", part, at)
        yield _event("reasoning_summary_part.done", **at, part=part)
    for number, part in enumerate(item.get("content", ())):
        yield from _stream_text("reasoning_text", "text", part, {**where, "content_index": number})
