"""A response as server-sent events, in OpenAI's order; no `[DONE]` follows the last."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._generation.tokens import count_tokens
from langchain_cometapi.emulator._routes.chat.response.stream import CHUNK_LENGTH, split_text
from langchain_cometapi.emulator._routes.responses.response.built_in import built_in_events
from langchain_cometapi.emulator._routes.responses.response.numbering import Numbering

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_cometapi.emulator._routes.responses.response.model_response import ModelResponse

_Event = tuple[str, dict[str, Any]]

_ARGUMENT_DELTAS = 3
_CALL_FIELDS = {
    "function_call": ("arguments", "response.function_call_arguments"),
    "custom_tool_call": ("input", "response.custom_tool_call_input"),
    "mcp_call": ("arguments", "response.mcp_call_arguments"),
}
_EMPTY: dict[str, Any] = {
    "code": "",
    "content": [],
    "output": None,
    "outputs": None,
    "result": None,
    "results": None,
    "status": "in_progress",
    "summary": [],
}
"""Fields of an item when it is added."""


def events(response: ModelResponse, *, unfinished: bool = False) -> Iterator[str]:
    """Yield the server-sent events of a response as text.

    The first is a keep-alive comment, which gateways of this kind send.

    Args:
        response: The response.
        unfinished: Whether to omit the last event.
    """
    yield ": PING\n\n"
    numbering = Numbering()
    for kind, fields in _events(response, unfinished=unfinished):
        yield numbering.event(kind, **fields)


def first_events(response: ModelResponse, after: int) -> tuple[list[str], str]:
    """Return the events up to a number of deltas, and the one after them.

    Args:
        response: The response.
        after: How many deltas; 0 for no event at all.
    """
    comment, *rest = events(response)
    if not after:
        return [], rest[0]
    deltas = 0
    for index, event in enumerate(rest[:-1]):
        deltas += _is_delta(event)
        if deltas == after:
            return [comment, *rest[: index + 1]], rest[index + 1]
    return [comment, *rest[:-1]], rest[-1]


def _is_delta(event: str) -> bool:
    return event.partition("\n")[0].endswith(".delta")


def _events(response: ModelResponse, *, unfinished: bool) -> Iterator[_Event]:
    head = response.head()
    yield "response.created", {"response": head}
    yield "response.in_progress", {"response": head}
    for index, item in enumerate(response.output):
        for number, (kind, fields) in enumerate(_item_events(index, item)):
            if kind.endswith(".delta") and response.request.obfuscation:
                fields["obfuscation"] = _padding(f"{item['id']}:{number}")
            yield kind, fields
    if not unfinished:
        body = response.body()
        yield f"response.{body['status']}", {"response": body}


def _padding(key: str) -> str:
    digest = hashlib.sha256(key.encode()).hexdigest()
    return digest[: 4 + int(digest[-1], 16) // 2]


def _item_events(index: int, item: dict[str, Any]) -> Iterator[_Event]:
    yield "response.output_item.added", {"output_index": index, "item": _opening(item)}
    place = {"item_id": item["id"], "output_index": index}
    kind = item["type"]
    if kind == "reasoning":
        yield from _reasoning_events(item, place)
    elif kind == "message":
        yield from _message_events(item, place)
    else:
        yield from built_in_events(item, place, "before")
        if kind in _CALL_FIELDS:
            field, name = _CALL_FIELDS[kind]
            text = item[field]
            for delta in split_text(text, -(-len(text) // _ARGUMENT_DELTAS)):
                yield f"{name}.delta", {**place, "delta": delta}
            yield f"{name}.done", {**place, field: text}
        yield from built_in_events(item, place, "after")
    yield "response.output_item.done", {"output_index": index, "item": item}


def _opening(item: dict[str, Any]) -> dict[str, Any]:
    """Return an item as it is when it is added."""
    emptied = {field: value for field, value in _EMPTY.items() if field in item}
    if item["type"] in _CALL_FIELDS:
        emptied[_CALL_FIELDS[item["type"]][0]] = ""
    return {**item, **emptied}


def _reasoning_events(item: dict[str, Any], place: dict[str, Any]) -> Iterator[_Event]:
    for index, part in enumerate(item["summary"]):
        where = {**place, "summary_index": index}
        opening = {**part, "text": ""}
        yield "response.reasoning_summary_part.added", {**where, "part": opening}
        name = "response.reasoning_summary_text"
        for delta in split_text(part["text"], CHUNK_LENGTH):
            yield f"{name}.delta", {**where, "delta": delta}
        yield f"{name}.done", {**where, "text": part["text"]}
        yield "response.reasoning_summary_part.done", {**where, "part": part}
    for index, part in enumerate(item.get("content") or ()):
        where = {**place, "content_index": index}
        yield "response.content_part.added", {**where, "part": {**part, "text": ""}}
        for delta in split_text(part["text"], CHUNK_LENGTH):
            yield "response.reasoning_text.delta", {**where, "delta": delta}
        yield "response.reasoning_text.done", {**where, "text": part["text"]}
        yield "response.content_part.done", {**where, "part": part}


def _message_events(item: dict[str, Any], place: dict[str, Any]) -> Iterator[_Event]:
    for index, part in enumerate(item["content"]):
        where = {**place, "content_index": index}
        if part["type"] == "refusal":
            yield from _refusal_events(part, where)
            continue
        opening = {**part, "text": "", "annotations": [], "logprobs": []}
        yield "response.content_part.added", {**where, "part": opening}
        logprobs, at = part["logprobs"], 0
        for delta in split_text(part["text"], CHUNK_LENGTH):
            count = count_tokens(delta) if logprobs else 0
            fields = {"delta": delta, "logprobs": logprobs[at : at + count]}
            yield "response.output_text.delta", {**where, **fields}
            at += count
        for number, annotation in enumerate(part["annotations"]):
            fields = {"annotation_index": number, "annotation": annotation}
            yield "response.output_text.annotation.added", {**where, **fields}
        fields = {"text": part["text"], "logprobs": logprobs}
        yield "response.output_text.done", {**where, **fields}
        yield "response.content_part.done", {**where, "part": part}


def _refusal_events(part: dict[str, Any], where: dict[str, Any]) -> Iterator[_Event]:
    yield "response.content_part.added", {**where, "part": {**part, "refusal": ""}}
    for delta in split_text(part["refusal"], CHUNK_LENGTH):
        yield "response.refusal.delta", {**where, "delta": delta}
    yield "response.refusal.done", {**where, "refusal": part["refusal"]}
    yield "response.content_part.done", {**where, "part": part}
