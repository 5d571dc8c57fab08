"""Content of the Responses route in any `output_version`, as blocks of `responses/v1`.

These blocks are the items of a response, but for its messages, whose parts stand side by side.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from langchain_core.messages import AIMessage

Block = dict[str, Any]

_CALL_IDS = "__openai_function_call_ids__"  # LangChain's name in `output_version="v0"`
_V0_FIELDS = ("reasoning", "tool_outputs", "refusal", _CALL_IDS)
_STATUSES = {"success": "completed", "error": "failed"}


def read_blocks(message: AIMessage) -> Iterator[Block]:
    """Yield the blocks of a message; none of them is the message's own to be changed.

    Args:
        message: The message, whose content is a list.
    """
    blocks = [{"type": "text", "text": b} if isinstance(b, str) else b for b in message.content]
    says_v1 = message.response_metadata.get("output_version") == "v1"
    has_v0 = any(name in message.additional_kwargs for name in _V0_FIELDS)
    # `astream_events(version="v3")` adds the content of v1 to what a model of v0 has sent.
    if has_v0 and not (says_v1 and any(map(_is_v1, blocks))):
        yield from _read_v0(message, blocks)
    elif says_v1 or any(map(_is_v1, blocks)):
        ids = message.additional_kwargs.get(_CALL_IDS) or {}
        for block in _read_v1(blocks):
            item_id = ids.get(block.get("call_id"))
            yield {**block, "id": item_id} if item_id and "id" not in block else block
    else:
        for block in blocks:
            yield _without_index(block)


def _without_index(block: Block) -> Block:
    """Return a copy without the numbers by which the pieces of a stream were put together."""
    bare = {name: value for name, value in block.items() if name != "index"}
    for name in ("summary", "content"):
        parts = bare.get(name)
        if isinstance(parts, list) and any(isinstance(p, dict) and "index" in p for p in parts):
            bare[name] = [{k: v for k, v in part.items() if k != "index"} for part in parts]
    return bare


# -- v0 ------------------------------------------------------------------------------------------


def _read_v0(message: AIMessage, blocks: list[Block]) -> Iterator[Block]:
    """Yield the blocks of a message of `output_version="v0"`, in the order of a usual response."""
    extras = message.additional_kwargs
    if isinstance(reasoning := extras.get("reasoning"), dict):
        yield _without_index({"type": "reasoning", "summary": [], **reasoning})
    for item in extras.get("tool_outputs") or ():
        yield _without_index(item)
    id_ = message.id if (message.id or "").startswith("msg_") else None
    for block in blocks:
        bare = _without_index(block)
        yield {**bare, "id": id_} if id_ and bare.get("type") == "text" else bare
    if refusal := extras.get("refusal"):
        yield {"type": "refusal", "refusal": refusal} | ({"id": id_} if id_ else {})
    ids = extras.get(_CALL_IDS) or {}
    for call in message.tool_calls:
        if item_id := ids.get(call["id"]):
            yield {"type": "function_call", "call_id": call["id"], "id": item_id}


# -- v1 ------------------------------------------------------------------------------------------


def _is_v1(block: Block) -> bool:
    kind = block.get("type")
    return kind in ("tool_call", "server_tool_call", "non_standard") or (
        kind == "reasoning" and "summary" not in block
    )


def _read_v1(blocks: list[Block]) -> Iterator[Block]:
    results = {b.get("tool_call_id"): b for b in blocks if b.get("type") == "server_tool_result"}
    last: Block = {}
    for block in blocks:
        kind = block.get("type")
        if kind == "reasoning" and "summary" not in block:
            part = {"type": "summary_text", "text": block.get("reasoning")}
            summary = [part] if "reasoning" in block else []
            is_next = summary and block.get("id") == last.get("id")
            if is_next and last.get("type") == "reasoning":
                last["summary"] += summary
                continue
            read: Block | None = {**_open_extras(block, "reasoning"), "summary": summary}
        else:
            converter = _CONVERTERS.get(str(kind))
            read = _without_index(block) if converter is None else converter(block, results)
        if last:
            yield last
        last = read or {}
    if last:
        yield last


def _open_extras(block: Block, *without: str) -> Block:
    """Return a block with the fields of its `extras`, and without some others."""
    left_out = {"extras", "index", *without}
    extras = block.get("extras")
    return {
        **{name: value for name, value in block.items() if name not in left_out},
        **(extras if isinstance(extras, dict) else {}),
    }


def _read_text(block: Block, _: dict[Any, Block]) -> Block:
    text = _open_extras(block)
    if annotations := text.get("annotations"):
        text["annotations"] = [_read_annotation(annotation) for annotation in annotations]
    return text


def _read_annotation(annotation: dict[str, Any]) -> dict[str, Any]:
    if annotation.get("type") == "non_standard_annotation":
        value = annotation.get("value")
        return value if isinstance(value, dict) else annotation
    if annotation.get("type") != "citation":
        return annotation
    fields = _open_extras(annotation, "type", "cited_text", "id")
    if "url" in fields:
        return {"type": "url_citation", **fields}
    if "title" in fields:
        fields["filename"] = fields.pop("title")
    return {"type": "file_citation", **fields}


def _read_call(block: Block, _: dict[Any, Block]) -> Block:
    extras = _open_extras(block, "type", "args", "name", "id", "error")
    if "item_id" in extras:
        extras["id"] = extras.pop("item_id")
    return {"type": "function_call", **extras, "call_id": block.get("id")}


def _read_image(block: Block, _: dict[Any, Block]) -> Block | None:
    if not str(block.get("id")).startswith("ig_"):
        return None
    fields = _open_extras(block, "type", "base64", "mime_type")
    return {"type": "image_generation_call", **fields, "result": block.get("base64")}


def _read_other(block: Block, _: dict[Any, Block]) -> Block | None:
    value = block.get("value")
    return _without_index(value) if isinstance(value, dict) else None


def _read_server_call(block: Block, results: dict[Any, Block]) -> Block | None:
    """Return the item of a call of a built-in tool, which has its result too."""
    name, result = block.get("name"), results.get(block.get("id"), {})
    args, output = block.get("args") or {}, result.get("output")
    item = _open_extras(block, "type", "name", "args")
    extras = result.get("extras") or {}
    status = result.get("status") or extras.get("status")
    if name not in ("remote_mcp", "mcp_list_tools") and isinstance(status, str):
        item.setdefault("status", _STATUSES.get(status, status))
    if error := extras.get("error"):
        item["error"] = error
    match name:
        case "web_search":
            kind, fields = "web_search_call", {"action": args} if args else {}
        case "file_search":
            kind, fields = "file_search_call", {"queries": args.get("queries") or []}
            fields["results"] = output
        case "code_interpreter":
            kind, fields = "code_interpreter_call", {**args, "outputs": output}
        case "tool_search":
            kind, fields = "tool_search_call", {"arguments": args}
        case "mcp_list_tools":
            kind, fields = "mcp_list_tools", {"tools": output or []}
        case "remote_mcp":
            kind, fields = "mcp_call", {"name": item.pop("tool_name", None), "output": output}
            written = json.dumps(args, ensure_ascii=False, separators=(",", ":"))
            item.setdefault("arguments", written)
        case _:
            return None
    return {"type": kind, **item, **fields}


def _read_server_result(block: Block, _: dict[Any, Block]) -> Block | None:
    """Return the item of a result that is an item of its own: that of a search for tools."""
    extras = block.get("extras") or {}
    output = block.get("output")
    if extras.get("name") != "tool_search" or not isinstance(output, dict):
        return None
    item = {k: v for k, v in extras.items() if k != "name"}
    status = block.get("status")
    if isinstance(status, str):
        item["status"] = _STATUSES.get(status, status)
    tools = output.get("tools") or []
    return {"type": "tool_search_output", "id": block.get("tool_call_id"), **item, "tools": tools}


_CONVERTERS: dict[str, Callable[[Block, dict[Any, Block]], Block | None]] = {
    "text": _read_text,
    "refusal": _read_text,
    "tool_call": _read_call,
    "invalid_tool_call": _read_call,
    "image": _read_image,
    "non_standard": _read_other,
    "server_tool_call": _read_server_call,
    "server_tool_result": _read_server_result,
}
