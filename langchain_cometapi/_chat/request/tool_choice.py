"""`tool_choice` in OpenAI's form, and reasoning, which some vendors refuse beside a forced choice.

Some refuse it beside a `response_format` of JSON, too.

A forced choice is never relaxed to "auto": the caller counts on a tool call, and LangChain's agents
repeat the request, up to their limit, until there is one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from langchain_cometapi._chat.request.native_features import REASONING_FIELDS, asks_for_reasoning
from langchain_cometapi._chat.request.response_format import advise_structured_output
from langchain_cometapi._chat.request.tool_parameters import get_function
from langchain_cometapi.exceptions import CometAPIUnsentRequestError

if TYPE_CHECKING:
    from langchain_cometapi._context import CallContext
    from langchain_cometapi._vendors.registry import Vendor

_TOOL_CHOICES = {"auto": "auto", "none": "none", "any": "required", "required": "required"}


def normalize_tool_choice(payload: dict[str, Any]) -> None:
    """Rewrite a tool choice in OpenAI's form: Anthropic's, the name alone, LangChain's `any`."""
    choice = payload.get("tool_choice")
    kind = choice.get("type") if isinstance(choice, dict) else choice
    if kind == "tool" and isinstance(choice, dict):
        payload["tool_choice"] = {"type": "function", "function": {"name": choice.get("name")}}
    elif isinstance(kind, str) and kind in _TOOL_CHOICES:
        payload["tool_choice"] = _TOOL_CHOICES[kind]
    elif isinstance(choice, str):
        for tool in payload.get("tools") or ():
            if get_function(tool).get("name") == choice:
                kind = "function" if tool.get("function") else "custom"
                payload["tool_choice"] = {"type": kind, kind: {"name": choice}}


def keep_forced_choice(payload: dict[str, Any], context: CallContext) -> None:
    """Switch reasoning off for a call that forces a tool, where the model refuses both at once.

    Raises:
        CometAPIUnsentRequestError: If it is not known how to.
    """
    vendor, forced = context.vendor, _read_forced(payload.get("tool_choice"))
    if forced is None or not _is_thinking(payload, vendor):
        return
    takes_any = vendor.forced_any_while_thinking is not False
    takes_one = vendor.forced_one_while_thinking is not False
    if takes_one if forced == "one" else takes_any:
        return
    if forced == "one" and takes_any and _send_one_tool(payload):
        context.record_change("tool_choice", "rewritten", "takes no name while it thinks")
    elif vendor.thinking_off is None:
        raise CometAPIUnsentRequestError(_explain_refusal(context, forced))
    else:
        _switch_thinking_off(payload, context, "takes no forced tool choice")


def keep_json_output(payload: dict[str, Any], context: CallContext) -> None:
    """Switch reasoning off for a call that asks for JSON, where the model refuses both at once.

    Raises:
        CometAPIUnsentRequestError: If it is not known how to.
    """
    vendor, response_format = context.vendor, payload.get("response_format")
    kind = response_format.get("type") if isinstance(response_format, dict) else None
    is_json = kind in {"json_object", "json_schema"}
    if vendor.json_while_thinking is not False or not is_json or not _is_thinking(payload, vendor):
        return
    if vendor.thinking_off is None:
        msg = (
            f"{context.model} takes no `response_format` of JSON while it thinks, and its thinking "
            f"cannot be switched off. Use {advise_structured_output(vendor)}."
        )
        raise CometAPIUnsentRequestError(msg)
    _switch_thinking_off(payload, context, "takes no `response_format` of JSON")


def _read_forced(choice: Any) -> Literal["any", "one"] | None:
    if choice == "required":
        return "any"
    if not isinstance(choice, dict):
        return None
    if choice.get("type") in {"function", "custom"}:
        return "one"
    allowed = choice.get("allowed_tools")
    is_required = isinstance(allowed, dict) and allowed.get("mode") == "required"
    return "any" if is_required else None


def _is_thinking(payload: dict[str, Any], vendor: Vendor) -> bool:
    """Return whether the model will reason, as far as the request and its row say."""
    body = {**payload, **(payload.get("extra_body") or {})}
    if body.get("reasoning_effort") == "none":
        return False
    off = vendor.thinking_off
    if off is None:
        return True
    if off:
        return not all(_is_same(body.get(name), value) for name, value in off.items())
    return any(asks_for_reasoning(body.get(name)) for name in REASONING_FIELDS)


def _is_same(value: Any, off: Any) -> bool:
    if isinstance(value, dict) and isinstance(off, dict):
        return off.items() <= value.items()
    return bool(value == off)


def _send_one_tool(payload: dict[str, Any]) -> bool:
    """Send the tool that is named and no other, with `required`, which is the same choice."""
    name = get_function(payload["tool_choice"]).get("name")
    named = [t for t in payload.get("tools") or () if get_function(t).get("name") == name]
    if not named:
        return False
    payload["tools"] = named
    payload["tool_choice"] = "required"
    return True


def _switch_thinking_off(payload: dict[str, Any], context: CallContext, why: str) -> None:
    off = context.vendor.thinking_off or {}
    extra_body = dict(payload.get("extra_body") or {})
    passed = [
        name
        for name in REASONING_FIELDS
        if (payload.pop(name, None), extra_body.pop(name, None)) != (None, None)
    ]
    if payload.get("extra_body"):
        payload["extra_body"] = extra_body
    payload.update({name: dict(v) if isinstance(v, dict) else v for name, v in off.items()})
    reason = f"{why} while it thinks, so its thinking is off for this call"
    if off:
        reason += f"; pass `extra_body={dict(off)}` to say so yourself"
    for name in off:
        # A loss is reported only where the user set the parameter.
        context.record_change(name, "replaced" if name in passed else "added", reason)
    for name in passed:
        if name not in off:
            context.record_change(name, "dropped", reason)


def _explain_refusal(context: CallContext, forced: str) -> str:
    what = "that names a tool" if forced == "one" else "that forces a call"
    return (
        f"{context.model} refuses a tool choice {what} while it thinks, and its thinking cannot be "
        'switched off. Leave `tool_choice` at "auto"; for structured output, use '
        f"{advise_structured_output(context.vendor)}."
    )
