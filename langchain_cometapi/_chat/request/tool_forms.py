"""Tools and their choice in the form of the chat route, whichever form they were passed in."""

from __future__ import annotations

from typing import Any

from langchain_core.utils.function_calling import convert_to_openai_tool

_KINDS = ("function", "custom")

# Fields next to `function`, in the form of the Responses route too.
_OUTER = ("type", "cache_control", "defer_loading")


def nest_tools(parameters: dict[str, Any]) -> None:
    """Give tools and their choice the form of the chat route, in place.

    The Responses route has them without the level `function`, Anthropic and LangChain's functions
    without a type.
    """
    if isinstance(tools := parameters.get("tools"), (list, tuple)):
        parameters["tools"] = [_nest_tool(tool) for tool in tools]
    choice = parameters.get("tool_choice")
    if not isinstance(choice, dict):
        return
    if choice.get("type") == "allowed_tools" and isinstance(choice.get("tools"), list):
        allowed = {name: value for name, value in choice.items() if name != "type"}
        allowed["tools"] = [nest_tool(tool) for tool in choice["tools"]]
        parameters["tool_choice"] = {"type": "allowed_tools", "allowed_tools": allowed}
    else:
        parameters["tool_choice"] = nest_tool(choice)


def _nest_tool(tool: Any) -> Any:
    if isinstance(tool, dict) and "type" not in tool and isinstance(tool.get("name"), str):
        return convert_to_openai_tool(tool)
    return nest_tool(tool)


def nest_tool(tool: Any) -> Any:
    """Return a tool, or the choice of one, in the form of the chat route."""
    kind = tool.get("type") if isinstance(tool, dict) else None
    if kind not in _KINDS or kind in tool or "name" not in tool:
        return tool
    inner = {name: value for name, value in tool.items() if name not in _OUTER}
    if kind == "custom" and isinstance(format_ := inner.get("format"), dict):
        inner["format"] = _nest_grammar(format_)
    return {**{name: tool[name] for name in _OUTER if name in tool}, kind: inner}


def _nest_grammar(format_: dict[str, Any]) -> dict[str, Any]:
    """Return the format of a custom tool, whose grammar has a level of its own on chat."""
    if format_.get("type") != "grammar" or "grammar" in format_:
        return format_
    grammar = {name: value for name, value in format_.items() if name != "type"}
    return {"type": "grammar", "grammar": grammar}
