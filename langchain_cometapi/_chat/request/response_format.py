"""The `response_format` of a request, and a schema in its prompt where there is none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from langchain_core.messages import SystemMessage

from langchain_cometapi._schemas.sources import is_pydantic_class, read_schema
from langchain_cometapi.exceptions import CometAPIUnsentRequestError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langchain_core.messages import BaseMessage

    from langchain_cometapi._context import CallContext
    from langchain_cometapi._vendors.registry import Vendor


_FORMATS = ("json_object", "json_schema", "text")


def find_class(schema: object) -> Any:
    """Return a schema that is a Pydantic class, and `None` for any other."""
    return schema if is_pydantic_class(schema) else None


def create_response_format(schema: Any, *, strict: bool | None = None) -> dict[str, Any]:
    """Return the `response_format` for a schema.

    Args:
        schema: A Pydantic class, a `TypedDict`, a function or JSON schema, or a ready
            response format, which is returned as it is.
        strict: Whether the vendor must enforce the schema. `None` means yes for a
            Pydantic class, as in `ChatOpenAI`, and the schema's own `strict` otherwise.

    Raises:
        CometAPIUnsentRequestError: If `strict` contradicts the schema's own.
    """
    if isinstance(schema, dict) and schema.get("type") in _FORMATS:
        if "json_schema" not in schema:
            return schema
        inner = schema["json_schema"]
    elif isinstance(schema, dict) and "name" in schema and "schema" in schema:
        inner = schema
    else:
        source = read_schema(schema)
        if strict is None:
            strict = is_pydantic_class(schema) if source.strict is None else source.strict
        inner = {
            "name": source.name,
            "strict": strict,
            "schema": source.schema,
        }
        if source.description:
            inner["description"] = source.description
        return {"type": "json_schema", "json_schema": inner}
    if strict is not None and inner.get("strict", strict) is not strict:
        msg = (
            f"`strict={strict}` contradicts the schema, which says "
            f"`strict={inner['strict']}`. Say it in one place only."
        )
        raise CometAPIUnsentRequestError(msg)
    if strict is not None:
        inner = {**inner, "strict": strict}
    return {"type": "json_schema", "json_schema": inner}


def check_response_format(response_format: Any, context: CallContext) -> None:
    """Refuse a format that the model does not know: without it, the output has any other form.

    Raises:
        CometAPIUnsentRequestError: If the model does not know it.
    """
    vendor = context.vendor
    kind = response_format.get("type") if isinstance(response_format, dict) else None
    is_known = {"json_schema": vendor.json_schema, "json_object": vendor.json_object}
    if is_known.get(str(kind)) is not False:
        return
    msg = (
        f"{context.model} takes no `response_format` of the type {kind!r}. Use "
        f"{advise_structured_output(vendor)}."
    )
    raise CometAPIUnsentRequestError(msg)


def advise_structured_output(vendor: Vendor) -> str:
    """Return the ways to structured output that the models of a row can go."""
    strategies = {"json_schema": "ProviderStrategy", "function_calling": "ToolStrategy"}
    advice = "`with_structured_output(schema)` without a `method`"
    if strategy := strategies.get(vendor.structured_output or "function_calling"):
        advice += f", or in `create_agent` `response_format={strategy}(schema)`"
    return advice


def state_schema(schema: Any) -> str:
    """Return a sentence that asks for JSON of a schema, for models without a parameter for it.

    It has the word "JSON", which some vendors demand with `{"type": "json_object"}`.
    """
    inner = create_response_format(schema)["json_schema"]
    description = f" ({inner['description']})" if inner.get("description") else ""
    text = json.dumps(inner["schema"], ensure_ascii=False)
    return (
        "Answer with one JSON object and nothing else, without Markdown. It is "
        f"{inner['name']!r}{description} and must be valid against this JSON Schema:\n{text}"
    )


def add_statement(messages: Sequence[BaseMessage], statement: str | None) -> Sequence[BaseMessage]:
    """Return messages with a statement at the end of the system message, or as a new one."""
    if not statement:
        return messages
    first = messages[0] if messages else None
    if not isinstance(first, SystemMessage):
        return [SystemMessage(statement), *messages]
    content: Any = first.content
    if isinstance(content, str):
        content = f"{content}\n\n{statement}" if content else statement
    else:
        content = [*content, {"type": "text", "text": statement}]
    return [first.model_copy(update={"content": content}), *messages[1:]]
