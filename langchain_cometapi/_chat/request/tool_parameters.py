"""`tools`, `tool_choice` and `parallel_tool_calls` by the rules of the vendor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi.exceptions import CometAPIUnsentRequestError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from langchain_cometapi._context import Action, CallContext
    from langchain_cometapi._vendors.registry import Vendor

_TOOL_CHOICES = {"auto": "auto", "none": "none", "any": "required", "required": "required"}


def with_function(tool: dict[str, Any], *, without: str = "", **fields: Any) -> dict[str, Any]:
    """Return a tool with other fields in its function.

    Args:
        tool: The tool; it is not changed.
        without: A field that is left out.
        **fields: The fields to set.
    """
    function = {name: value for name, value in tool["function"].items() if name != without}
    return {**tool, "function": {**function, **fields}}


def normalize_tool_choice(payload: dict[str, Any]) -> None:
    """Rewrite a tool choice in Anthropic's form, or as LangChain's `any`, in OpenAI's form."""
    choice = payload.get("tool_choice")
    kind = choice.get("type") if isinstance(choice, dict) else choice
    if kind == "tool" and isinstance(choice, dict):
        payload["tool_choice"] = {"type": "function", "function": {"name": choice.get("name")}}
    elif isinstance(kind, str) and kind in _TOOL_CHOICES:
        payload["tool_choice"] = _TOOL_CHOICES[kind]


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
    # Beside a response format, LangChain's agents set it, and only so that OpenAI takes the format.
    action: Action = "left out" if payload.get("response_format") else "dropped"
    context.record_change("strict", action, "does not keep to it in tools")


def _has_strict(tool: Any) -> bool:
    function = tool.get("function") if isinstance(tool, dict) else None
    return isinstance(function, dict) and "strict" in function


def leave_out_cache_control(payload: dict[str, Any], context: CallContext) -> None:
    """Leave `cache_control` out of the request and its tools where it is an error.

    That of content blocks is left out where messages are converted.
    """
    if context.vendor.cache_control is not False:
        return
    has_any = payload.pop("cache_control", None) is not None
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


def relax_tool_choice(
    payload: dict[str, Any], context: CallContext, inferred: Mapping[str, Any]
) -> None:
    """Replace a forced tool choice where a thinking model refuses it.

    Raises:
        CometAPIUnsentRequestError: If the user has named a tool.
    """
    vendor, choice = context.vendor, payload.get("tool_choice")
    names_tool = isinstance(choice, dict) and choice.get("type") == "function"
    refuses_any = vendor.forced_any_while_thinking is False
    refuses_one = vendor.forced_one_while_thinking is False
    is_refused = (names_tool and refuses_one) or (choice == "required" and refuses_any)
    if not is_refused or _is_thinking_off(payload, vendor):
        return
    is_inferred = choice == inferred.get("tool_choice")
    if names_tool and is_inferred and not refuses_any:
        payload["tool_choice"] = "required"  # there is one tool: it is the same choice
        context.record_change("tool_choice", "rewritten", "takes no name while it thinks")
        return
    advice = ""
    if vendor.thinking_off:
        advice = f"; to force one, switch thinking off: `extra_body={dict(vendor.thinking_off)}`"
    if names_tool and not is_inferred:
        msg = f"{context.model} refuses a tool choice that names a tool while it thinks{advice}."
        raise CometAPIUnsentRequestError(msg)
    payload["tool_choice"] = "auto"
    reason = f"refuses a forced tool choice while it thinks{advice}"
    context.record_change("tool_choice", "replaced", reason)


def _is_thinking_off(payload: dict[str, Any], vendor: Vendor) -> bool:
    body = {**payload, **(payload.get("extra_body") or {})}
    if body.get("reasoning_effort") == "none":
        return True
    off = vendor.thinking_off or {}
    return bool(off) and all(body.get(name) == value for name, value in off.items())
