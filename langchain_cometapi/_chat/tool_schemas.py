"""Tools whose schema LangChain's conversion would lose or fail on, in OpenAI's form.

`convert_to_openai_tool` opens all references, so that a recursion ends in `{}`; it fails on
`Required` and `ReadOnly` in a `TypedDict`, on a property that is called `$ref`, on a list of types,
and with `strict` on a function without parameters.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from typing_extensions import is_typeddict

from langchain_cometapi._schemas.keywords import drop_infinite_defaults
from langchain_cometapi._schemas.references import References, find_recursive
from langchain_cometapi._schemas.sources import SchemaSource, is_pydantic_class, read_schema


def convert_tool(tool: Any, *, strict: bool | None = None) -> dict[str, Any]:
    """Return a tool in OpenAI's form, with all of its schema.

    Args:
        tool: A tool in any form that LangChain takes.
        strict: Whether the vendor must enforce its schema.
    """
    own = create_own_tool(tool, strict=strict)
    converted = convert_to_openai_tool(tool, strict=strict) if own is None else own
    return converted if isinstance(tool, dict) else drop_infinite_defaults(converted)


def create_own_tool(tool: Any, *, strict: bool | None = None) -> dict[str, Any] | None:
    """Return a tool in OpenAI's form, or `None` where LangChain's conversion keeps its schema."""
    source = _read_tool(tool, strict=strict)
    if source is None:
        return None
    own = source.strict if strict is None else strict
    function: dict[str, Any] = {"name": source.name, "parameters": source.schema}
    if source.description:
        function["description"] = source.description
    if own is not None:
        function["strict"] = own
    return {"type": "function", "function": function}


def is_format_lost(response_format: Any) -> bool:
    """Return whether LangChain's conversion of a ready response format loses or refuses it."""
    inner = response_format.get("json_schema") if isinstance(response_format, dict) else None
    schema = inner.get("schema") if isinstance(inner, dict) else None
    return isinstance(schema, dict) and ("title" not in schema or _is_lost(schema))


def _read_tool(tool: Any, *, strict: bool | None) -> SchemaSource | None:
    if is_typeddict(tool):
        return read_schema(tool)
    if isinstance(tool, dict):
        return _read_dict(tool, strict=strict)
    if isinstance(tool, BaseTool):
        schema: Any = tool.tool_call_schema
        if not _is_lost(_get_json_schema(schema)):
            return None
        source = read_schema({"title": tool.name, **schema} if isinstance(schema, dict) else schema)
        return dataclasses.replace(source, name=tool.name, description=tool.description)
    if is_pydantic_class(tool) or (isinstance(tool, type) and dataclasses.is_dataclass(tool)):
        source = read_schema(tool)
        return source if _is_lost(source.schema) else None
    return None


def _get_json_schema(schema: Any) -> Any:
    """Return the schema of a tool, which core keeps: agents bind the same tools at each step."""
    if isinstance(schema, dict):
        return schema
    is_old = not hasattr(schema, "model_json_schema")  # Pydantic 1
    return schema.schema() if is_old else schema.model_json_schema()


def _read_dict(tool: Mapping[str, Any], *, strict: bool | None) -> SchemaSource | None:
    is_function = "name" in tool and tool.keys() <= {"name", "description", "strict", "parameters"}
    if is_function:
        is_lost = strict is True and "parameters" not in tool
    else:
        is_schema = "title" in tool and not {"name", "function", "input_schema"} & tool.keys()
        has_root = isinstance(tool.get("type"), str) and ("properties" in tool or not strict)
        is_lost = is_schema and (not has_root or _is_lost(tool))
    return read_schema(dict(tool)) if is_lost else None


def _is_lost(schema: Any) -> bool:
    """Return whether a schema is recursive, or has a property that is called as a reference is."""
    pending = [schema]
    while pending:
        node = pending.pop()
        if isinstance(node, Mapping):
            if "$ref" in node and not isinstance(node["$ref"], str):
                return True
            pending += node.values()
        elif isinstance(node, list):
            pending += node
    return find_recursive(schema, References(schema))
