"""One tool call, or one fragment of a streamed one, as the gateway sends it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from langchain_cometapi._content.extras import TOOL_CALL_EXTRA_CONTENT, TOOL_CALL_EXTRAS
from langchain_cometapi._content.merging import is_empty

_CALL_FIELDS = {"index", "id", "type", "function", "custom", "extra_content"}
_FUNCTION_FIELDS = {"name", "arguments"}
_CUSTOM_FIELDS = {"name", "input"}


@dataclass(slots=True)
class WireCall:
    """The fields of a tool call or a fragment of one.

    Attributes:
        id: Its id, `None` if there is none.
        name: The name of the tool, or a fragment of it.
        arguments: Its arguments; the input of a custom tool.
        extra_content: The vendor's own object, such as Gemini's signature.
        extras: Every other field that is not standard.
        is_custom: Whether its input is free text, not JSON.
    """

    id: str | None
    name: str | None
    arguments: Any
    extra_content: Any
    extras: dict[str, Any]
    is_custom: bool

    @property
    def opens(self) -> bool:
        """Whether there is more than extra fields, so that LangChain gets the call."""
        return bool(self.id or self.name or self.arguments)


def list_calls(calls: object) -> list[Any]:
    """Return tool calls as a list; some hosts send a single call without one."""
    if isinstance(calls, dict) and ("function" in calls or "custom" in calls):
        return [calls]
    return calls if isinstance(calls, list) else []


def read_call(call: object) -> WireCall:
    """Return the fields of a tool call; all of them are empty if it is not an object."""
    call = call if isinstance(call, dict) else {}
    custom = call.get("custom")
    is_custom = isinstance(custom, dict)
    inner = custom if is_custom else call.get("function")
    inner = inner if isinstance(inner, dict) else {}
    extras = _find_extras(call, _CALL_FIELDS)
    standard = _CUSTOM_FIELDS if is_custom else _FUNCTION_FIELDS
    if inner_extras := _find_extras(inner, standard):
        extras["custom" if is_custom else "function"] = inner_extras
    if call.get("type") not in (None, "", "function"):
        extras["type"] = call["type"]
    return WireCall(
        _get_text(call, "id"),
        _get_text(inner, "name"),
        inner.get("input" if is_custom else "arguments"),
        call.get("extra_content"),
        extras,
        is_custom,
    )


def read_fragment(fragment: dict[str, Any]) -> WireCall:
    """Return the fields of a fragment, its arguments as text: some hosts do not encode them."""
    call = read_call(fragment)
    if call.arguments is not None and not isinstance(call.arguments, str):
        call.arguments = json.dumps(call.arguments)
    return call


def _find_extras(fields: dict[str, Any], standard: set[str]) -> dict[str, Any]:
    return {k: v for k, v in fields.items() if k not in standard and not is_empty(v)}


def _get_text(fields: dict[str, Any], name: str) -> str | None:
    value = fields.get(name)
    return value if isinstance(value, str) and value else None


def name_call_extras(extra_content: dict[str, Any], extras: dict[str, Any]) -> dict[str, Any]:
    """Return the extra fields of all calls, by call id, under their keys in `additional_kwargs`."""
    named = {TOOL_CALL_EXTRA_CONTENT: extra_content, TOOL_CALL_EXTRAS: extras}
    return {key: by_id for key, by_id in named.items() if by_id}
