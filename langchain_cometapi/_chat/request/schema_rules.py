"""Schemas of tools and of the response format in the dialect of the vendor.

Their values keep their form: tools, and the code that passed the format, read them. What
`with_structured_output` reads itself was rewritten when it was bound.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi._chat.request.tool_parameters import with_function
from langchain_cometapi._schemas.rewriting import Use, rewrite_for
from langchain_cometapi._schemas.roots import is_object

if TYPE_CHECKING:
    from langchain_cometapi._context import CallContext


def adapt_schemas(payload: dict[str, Any], context: CallContext) -> None:
    """Rewrite the schemas of tools and of the response format, in place.

    Raises:
        CometAPIUnsentRequestError: If one cannot be sent in any form.
    """
    tools = payload.get("tools") or ()
    adapted = [_adapt_tool(tool, context) for tool in tools]
    if any(new is not old for new, old in zip(adapted, tools, strict=True)):
        payload["tools"] = adapted
    format_: Any = payload.get("response_format")
    inner = format_.get("json_schema") if isinstance(format_, dict) else None
    if isinstance(inner, dict):
        new = _adapt(inner, "schema", "format", context)
        if new is not inner:
            payload["response_format"] = {**format_, "json_schema": new}


def _adapt_tool(tool: Any, context: CallContext) -> Any:
    function = tool.get("function") if isinstance(tool, dict) else None
    if not isinstance(function, dict):
        return tool
    new = _adapt(function, "parameters", "tool", context)
    if new is function:
        return tool
    return with_function({**tool, "function": new})


def _adapt(holder: dict[str, Any], key: str, use: Use, context: CallContext) -> dict[str, Any]:
    """Return a function or a format with its schema rewritten; itself if nothing changes."""
    schema, vendor = holder.get(key), context.vendor
    is_strict = holder.get("strict") is True
    if use == "format" and vendor.strict_formats is False and "strict" in holder:
        holder = {name: value for name, value in holder.items() if name != "strict"}
        context.record_change("strict", "left out", "does not know it in a response format")
    if not isinstance(schema, dict):
        return holder
    is_plain = vendor.schema_dialect is None and (use == "tool" or vendor.format_dialect is None)
    is_sent = use == "format" or (is_object(schema) and (not schema or "type" in schema))
    if is_plain and not is_strict and is_sent:
        return holder
    rewritten = rewrite_for(vendor, schema, use, strict=is_strict, lossless=True)
    name = "tools" if use == "tool" else "response_format"
    if not rewritten.fits:
        holder = {name: value for name, value in holder.items() if name != "strict"}
        reason = f"does not take this schema with it: {rewritten.changes[0]}"
        context.record_change("strict", "dropped", reason)
    if rewritten.schema != schema:
        changes = "; ".join(rewritten.changes[not rewritten.fits :])
        context.record_change(name, "rewritten", f"takes a dialect of JSON Schema: {changes}")
        holder = {**holder, key: rewritten.schema}
    return holder
