"""`tools` and what goes with them by the rules of the vendor; `tool_choice.py` has the choice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi._vendors.registry import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from langchain_cometapi._context import Action, CallContext

# A list, and what is an error without it.
_EMPTY_MEANS_NONE = {
    "stop": (),
    "tools": ("tool_choice", "parallel_tool_calls"),
    "functions": ("function_call",),
    "modalities": (),
}


def get_function(tool: object) -> dict[str, Any]:
    """Return the part of a tool that has its name: a function's, or that of a custom tool."""
    if not isinstance(tool, dict):
        return {}
    inner = tool.get("function") or tool.get("custom")
    return inner if isinstance(inner, dict) else {}


def with_function(tool: dict[str, Any], *, without: str = "", **fields: Any) -> dict[str, Any]:
    """Return a tool with other fields in its function.

    Args:
        tool: The tool; it is not changed.
        without: A field that is left out.
        **fields: The fields to set.
    """
    function = {name: value for name, value in tool["function"].items() if name != without}
    return {**tool, "function": {**function, **fields}}


def leave_out_empty_lists(parameters: dict[str, Any]) -> None:
    """Leave out empty lists, which vendors refuse, and the parameters that need their items."""
    for name, dependent in _EMPTY_MEANS_NONE.items():
        if name in parameters and not parameters[name]:
            for left_out in (name, *dependent):
                parameters.pop(left_out, None)


def drop_parallel_tool_calls(
    payload: dict[str, Any], context: CallContext, inferred: Mapping[str, Any]
) -> None:
    """Drop `parallel_tool_calls` where it is an error; only the user's own is a loss."""
    if context.vendor.parallel_tool_calls is not False or "parallel_tool_calls" not in payload:
        return
    if inferred.get("parallel_tool_calls") is not payload.pop("parallel_tool_calls"):
        context.record_change("parallel_tool_calls", "dropped", "refuses it")


def drop_strict(payload: dict[str, Any], context: CallContext) -> None:
    """Drop `strict` from tools where the model does not keep to it."""
    tools = payload.get("tools") or ()
    if context.vendor.strict_tools is not False or not any(map(_has_strict, tools)):
        return
    payload["tools"] = [
        with_function(tool, without="strict") if _has_strict(tool) else tool for tool in tools
    ]
    # LangChain's agents set it with a response format, only so that OpenAI takes the format.
    action: Action = "left out" if payload.get("response_format") else "dropped"
    context.record_change("strict", action, "does not keep to it in tools")


def _has_strict(tool: Any) -> bool:
    function = tool.get("function") if isinstance(tool, dict) else None
    return isinstance(function, dict) and "strict" in function


def leave_out_cache_control(payload: dict[str, Any], context: CallContext) -> None:
    """Leave `cache_control` out of the request and its tools where it is an error.

    That of content blocks is left out where messages are converted. As a parameter, Anthropic's own
    route has it alone: `AnthropicPromptCachingMiddleware` sets it, also where another middleware
    replaces the model afterwards.
    """
    vendor = context.vendor
    if vendor.cache_control is True or vendor is UNKNOWN:
        return
    has_any = payload.pop("cache_control", None) is not None
    if vendor.cache_control is None:  # not known of blocks and tools
        if has_any:
            context.record_change("cache_control", "left out", "takes it in blocks alone")
        return
    tools = payload.get("tools") or ()
    if any(isinstance(tool, dict) and "cache_control" in tool for tool in tools):
        payload["tools"] = [_without_cache_control(tool) for tool in tools]
        has_any = True
    if has_any:
        context.record_change("cache_control", "left out", "refuses it")


def _without_cache_control(tool: Any) -> Any:
    if not isinstance(tool, dict):
        return tool
    return {key: value for key, value in tool.items() if key != "cache_control"}
