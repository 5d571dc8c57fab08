"""Tools and their choice, which the Responses route has without the level `function`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_KINDS = ("function", "custom")


def flatten_tools(payload: dict[str, Any]) -> None:
    """Give tools and their choice the form of the Responses route, in place."""
    if tools := payload.get("tools"):
        payload["tools"] = [_flatten(tool) for tool in tools]
    choice = payload.get("tool_choice")
    if not isinstance(choice, dict):
        return
    if isinstance(allowed := choice.get("allowed_tools"), dict):
        tools = [_flatten(tool) for tool in allowed.get("tools") or ()]
        payload["tool_choice"] = {"type": "allowed_tools", **allowed, "tools": tools}
    else:
        payload["tool_choice"] = _flatten(choice)


def list_custom_tools(payload: dict[str, Any]) -> Iterator[str]:
    """Yield the names of the custom tools of a payload, in the form of this route."""
    for tool in payload.get("tools") or ():
        if isinstance(tool, dict) and tool.get("type") == "custom":
            yield str(tool.get("name"))


def _flatten(tool: Any) -> Any:
    kind = tool.get("type") if isinstance(tool, dict) else None
    if kind not in _KINDS or not isinstance(inner := tool.get(kind), dict):
        return tool
    if kind == "custom" and isinstance(format_ := inner.get("format"), dict):
        inner = {**inner, "format": _flatten_grammar(format_)}
    return {"type": kind, **inner, **{k: v for k, v in tool.items() if k != kind}}


def _flatten_grammar(format_: dict[str, Any]) -> dict[str, Any]:
    """Return the format of a custom tool, whose grammar has a level of its own on chat."""
    grammar = format_.get("grammar")
    return {"type": "grammar", **grammar} if isinstance(grammar, dict) else format_
