"""Tools that OpenAI runs: which of them a response uses, and what it shows of that."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from langchain_cometapi.emulator._generation.conversation import last_user_text
from langchain_cometapi.emulator._generation.images import PNG
from langchain_cometapi.emulator._generation.words import content_stems
from langchain_cometapi.emulator._json import to_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_cometapi.emulator._routes.responses.request.responses_request import (
        ResponsesRequest,
    )
    from langchain_cometapi.emulator._state import EmulatorState

Item = dict[str, Any]

_Event = tuple[str, dict[str, Any]]

SOURCE_URL = "https://example.com/emulated"
SOURCE_TITLE = "A page of the emulator"
SOURCE_FILE = {"file_id": "file-emulator", "filename": "emulated.txt"}

_WORDS = {
    "web_search": "search web internet news latest online",
    "file_search": "file document knowledge",
    "code_interpreter": "code python calculate compute plot",
    "image_generation": "image picture draw paint",
    "mcp": "mcp",
    "computer": "computer screenshot click browser",
}
_STEMS = {name: content_stems(text) for name, text in _WORDS.items()}


@dataclass
class BuiltInUse:
    """What a response shows of the tools that OpenAI has run for it.

    Attributes:
        items: The output items, before the message.
        citation: The annotation of the text, without its place; `None` for none.
        ends: Whether the response has no message, because the client must act first.
    """

    items: list[Item] = field(default_factory=list)
    citation: dict[str, Any] | None = None
    ends: bool = False


def use_built_in(request: ResponsesRequest, state: EmulatorState) -> BuiltInUse:
    """Return what a response shows of the tools that OpenAI runs.

    Args:
        request: A valid request that calls no function.
        state: The emulator's memory; it numbers the items.
    """
    use = BuiltInUse()
    answered = request.items[-1]["type"] == "mcp_approval_response"
    for tool in request.tool_set.built_in:
        kind = _kind(tool["type"])
        chosen = request.tool_set.chosen_built_in
        wanted = chosen == tool["type"] or (kind == "mcp" and answered)
        if chosen is None and _last_is_user(request):
            wanted |= _is_wanted(kind, request)
        if wanted and kind in _MAKERS:
            _MAKERS[kind](request, tool, state, use)
    return use


def _kind(tool_type: str) -> str:
    for kind in _WORDS:
        if tool_type.startswith(kind):
            return kind
    return tool_type


def _last_is_user(request: ResponsesRequest) -> bool:
    return bool(request.turns) and request.turns[-1]["role"] == "user"


def _is_wanted(kind: str, request: ResponsesRequest) -> bool:
    """Return whether the newest user message has words of a tool, or any tool is required."""
    if request.tool_choice == "none":
        return False
    stems = _STEMS.get(kind, set()) & content_stems(last_user_text(request.turns))
    return bool(stems) or request.tool_choice == "required"


def _search_web(request: ResponsesRequest, _: Item, state: EmulatorState, use: BuiltInUse) -> None:
    action: Item = {"type": "search", "query": last_user_text(request.turns)}
    if "web_search_call.action.sources" in request.include:
        action["sources"] = [{"type": "url", "url": SOURCE_URL}]
    use.items.append(
        {
            "id": _item_id("ws", state),
            "type": "web_search_call",
            "status": "completed",
            "action": action,
        }
    )
    use.citation = {"type": "url_citation", "title": SOURCE_TITLE, "url": SOURCE_URL}


def _search_files(
    request: ResponsesRequest, _: Item, state: EmulatorState, use: BuiltInUse
) -> None:
    query = last_user_text(request.turns)
    results = [{**SOURCE_FILE, "attributes": {}, "score": 0.9, "text": f"Emulated: {query}"}]
    use.items.append(
        {
            "id": _item_id("fs", state),
            "type": "file_search_call",
            "status": "completed",
            "queries": [query],
            "results": results if "file_search_call.results" in request.include else None,
        }
    )
    use.citation = {"type": "file_citation", **SOURCE_FILE}


def _run_code(request: ResponsesRequest, _: Item, state: EmulatorState, use: BuiltInUse) -> None:
    code = f"print({last_user_text(request.turns)!r})"
    outputs = [{"type": "logs", "logs": f"{last_user_text(request.turns)}\n"}]
    use.items.append(
        {
            "id": _item_id("ci", state),
            "type": "code_interpreter_call",
            "status": "completed",
            "code": code,
            "container_id": "cntr_emulator",
            "outputs": outputs if "code_interpreter_call.outputs" in request.include else None,
        }
    )


def _draw(request: ResponsesRequest, tool: Item, state: EmulatorState, use: BuiltInUse) -> None:
    use.items.append(
        {
            "id": _item_id("ig", state),
            "type": "image_generation_call",
            "status": "completed",
            "background": tool.get("background", "opaque"),
            "output_format": tool.get("output_format", "png"),
            "quality": tool.get("quality", "medium"),
            "result": PNG,
            "revised_prompt": last_user_text(request.turns),
            "size": tool.get("size", "1024x1024"),
        }
    )


def _ask_server(
    request: ResponsesRequest, tool: Item, state: EmulatorState, use: BuiltInUse
) -> None:
    label = tool["server_label"]
    listed = any(
        item["type"] == "mcp_list_tools" and item["server_label"] == label for item in request.items
    )
    schema = {"type": "object", "properties": {"query": {"type": "string"}}}
    if not listed:
        use.items.append(
            {
                "id": _item_id("mcpl", state),
                "type": "mcp_list_tools",
                "server_label": label,
                "tools": [
                    {
                        "annotations": None,
                        "description": "Emulated.",
                        "input_schema": schema,
                        "name": "emulated_tool",
                    }
                ],
            }
        )
    last = request.items[-1]
    answered = last["type"] == "mcp_approval_response"
    if answered and not last["approve"]:
        return
    call = {
        "arguments": to_json({"query": last_user_text(request.turns)}),
        "name": "emulated_tool",
        "server_label": label,
    }
    if not answered and tool.get("require_approval") != "never":
        request_id = _item_id("mcpr", state)
        use.items.append({"id": request_id, "type": "mcp_approval_request", **call})
        use.ends = True
        return
    use.items.append(
        {
            "id": _item_id("mcp", state),
            "type": "mcp_call",
            "status": "completed",
            "approval_request_id": last["approval_request_id"] if answered else None,
            **call,
            "error": None,
            "output": "emulated output",
        }
    )


def _use_computer(_: ResponsesRequest, __: Item, state: EmulatorState, use: BuiltInUse) -> None:
    use.items.append(
        {
            "id": _item_id("cu", state),
            "type": "computer_call",
            "status": "completed",
            "action": {"type": "screenshot"},
            "call_id": f"call_emulator{state.next_serial():08d}",
            "pending_safety_checks": [],
        }
    )
    use.ends = True


_MAKERS = {
    "web_search": _search_web,
    "file_search": _search_files,
    "code_interpreter": _run_code,
    "image_generation": _draw,
    "mcp": _ask_server,
    "computer": _use_computer,
}


def _item_id(prefix: str, state: EmulatorState) -> str:
    return f"{prefix}_emulator{state.next_serial():08d}"


_EVENTS = {
    "web_search_call": (("in_progress", "searching"), ("completed",)),
    "file_search_call": (("in_progress", "searching"), ("completed",)),
    "code_interpreter_call": (("in_progress",), ("interpreting", "completed")),
    "image_generation_call": (("in_progress", "generating"), ("completed",)),
    "mcp_list_tools": (("in_progress",), ("completed",)),
    "mcp_call": (("in_progress",), ("completed",)),
}


def built_in_events(
    item: Item, place: dict[str, Any], when: Literal["before", "after"]
) -> Iterator[_Event]:
    """Yield the events of an item besides those that all items have.

    Args:
        item: The item.
        place: Its id and its index.
        when: Before or after the arguments of a call.
    """
    kind = item["type"]
    before, after = _EVENTS.get(kind, ((), ()))
    for name in before if when == "before" else after:
        yield f"response.{kind}.{name}", dict(place)
        if name == "in_progress" and kind == "code_interpreter_call":
            yield f"response.{kind}_code.delta", {**place, "delta": item["code"]}
            yield f"response.{kind}_code.done", {**place, "code": item["code"]}
        if name == "generating":
            shown = ("background", "output_format", "quality", "size")
            fields = {"partial_image_b64": item["result"], "partial_image_index": 0}
            fields |= {field: item[field] for field in shown}
            yield f"response.{kind}.partial_image", {**place, **fields}
