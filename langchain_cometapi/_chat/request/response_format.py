"""The `response_format` of a request."""

from __future__ import annotations

from typing import Any

from langchain_core.utils.function_calling import convert_to_openai_function
from langchain_core.utils.pydantic import is_basemodel_subclass

from langchain_cometapi.exceptions import CometAPIUnsentRequestError


def is_pydantic_class(schema: object) -> bool:
    """Return whether a schema is a Pydantic class, of either major version."""
    return isinstance(schema, type) and is_basemodel_subclass(schema)


def create_response_format(schema: Any, *, strict: bool | None = None) -> dict[str, Any]:
    """Return the `response_format` for a schema.

    Args:
        schema: A Pydantic class, a `TypedDict`, a function or JSON schema, or a ready
            response format, which is returned as it is.
        strict: Whether the vendor shall enforce the schema. `None` means yes for a
            Pydantic class, as in `ChatOpenAI`, and the schema's own `strict` otherwise.

    Raises:
        CometAPIUnsentRequestError: If `strict` contradicts the schema's own.
    """
    if isinstance(schema, dict) and schema.get("type") in {"json_object", "json_schema", "text"}:
        if "json_schema" not in schema:
            return schema
        inner = schema["json_schema"]
    elif isinstance(schema, dict) and "name" in schema and "schema" in schema:
        inner = schema
    else:
        if strict is None:
            own = schema.get("strict") if isinstance(schema, dict) else None
            strict = own if isinstance(own, bool) else is_pydantic_class(schema)
        function = convert_to_openai_function(schema, strict=strict)
        function["schema"] = function.pop("parameters")
        return {"type": "json_schema", "json_schema": function}
    if strict is not None and inner.get("strict", strict) is not strict:
        msg = (
            f"`strict={strict}` contradicts the schema, which says "
            f"`strict={inner['strict']}`. Say it in one place only."
        )
        raise CometAPIUnsentRequestError(msg)
    if strict is not None:
        inner = {**inner, "strict": strict}
    return {"type": "json_schema", "json_schema": inner}
