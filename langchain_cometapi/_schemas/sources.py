"""The JSON schema of whatever LangChain takes for a schema, with its recursions.

`convert_to_openai_function` opens all references, so that a recursive class loses what is inside of
it, and makes a class of Pydantic 1 of a `TypedDict`, which knows no `NotRequired`.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_core.utils.function_calling import convert_to_openai_function
from langchain_core.utils.pydantic import is_basemodel_subclass
from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema
from typing_extensions import is_typeddict

from langchain_cometapi._schemas.keywords import drop_infinite_defaults, without
from langchain_cometapi._schemas.typed_dicts import adapt_typed_dict

if TYPE_CHECKING:
    from pydantic_core import core_schema

    from langchain_cometapi._schemas.merge import JSONSchema


@dataclass(frozen=True)
class SchemaSource:
    """A schema with what goes beside it.

    Attributes:
        name: Its name.
        description: What it is, or an empty text.
        schema: The JSON schema.
        strict: Whether it says itself that the vendor must enforce it.
    """

    name: str
    description: str
    schema: JSONSchema
    strict: bool | None = None


def is_pydantic_class(schema: object) -> bool:
    """Return whether a schema is a Pydantic class, of either major version."""
    return isinstance(schema, type) and is_basemodel_subclass(schema)


def read_schema(schema: Any) -> SchemaSource:
    """Return the JSON schema of a class, of a dict in one of the forms of LangChain, or a tool.

    Args:
        schema: A class of Pydantic 2 or 1, a `TypedDict`, a dataclass, a function, a tool, or a
            dict: a JSON schema with a title, or a function or a tool of OpenAI, Anthropic or
            Bedrock.

    Raises:
        ValueError: If it is nothing of that.
    """
    if isinstance(schema, dict):
        return _read_dict(schema)
    if is_pydantic_class(schema):
        return _read_class(schema, schema)
    if is_typeddict(schema):
        return _read_class(schema, adapt_typed_dict(schema))
    if isinstance(schema, type) and dataclasses.is_dataclass(schema):
        return _read_class(schema, schema)
    return _read_function(convert_to_openai_function(schema))


def _read_class(own: Any, source: Any) -> SchemaSource:
    if hasattr(source, "parse_obj") and not hasattr(source, "model_json_schema"):  # Pydantic 1
        found = source.schema()
    else:
        found = TypeAdapter(source).json_schema(schema_generator=_Generator)
    found = drop_infinite_defaults(found)
    opened = _find_root(found)
    name = str(found.get("title") or opened.get("title") or own.__name__)
    text = str(found.get("description") or opened.get("description") or "")
    return SchemaSource(name, text, strip_titles(without(found, "description")))


class _Generator(GenerateJsonSchema):
    """Writes schemas as Pydantic does, with the names of dicts."""

    def dict_schema(self, schema: core_schema.DictSchema) -> JSONSchema:
        """Return the schema of a dict, also of one whose keys are numbers."""
        written = super().dict_schema(schema)
        keys: Any = schema.get("keys_schema") or {}
        if (names := _KEYS.get(keys.get("type"))) is not None:
            written.setdefault("propertyNames", names)
        if keys.get("type") == "enum":
            written["propertyNames"] = {"enum": [str(one.value) for one in keys["members"]]}
        return written


_KEYS = {
    "int": {"pattern": r"^-?\d+$"},
    "float": {"pattern": r"^-?\d+(\.\d+)?$"},
    "decimal": {"pattern": r"^-?\d+(\.\d+)?$"},
    "bool": {"enum": ["true", "false"]},
}


def _find_root(schema: JSONSchema) -> JSONSchema:
    """Return the definition that the root of a recursive class leads to."""
    reference = schema.get("$ref")
    listed = schema.get("allOf")
    if isinstance(listed, list) and len(listed) == 1:
        reference = listed[0].get("$ref", reference)
    name = str(reference).rpartition("/")[2]
    for keyword in ("$defs", "definitions"):
        found = schema.get(keyword, {}).get(name)
        if isinstance(found, dict):
            return found
    return schema


def _read_dict(schema: dict[str, Any]) -> SchemaSource:
    if isinstance(inner := schema.get("json_schema"), dict) or (
        schema.get("type") == "function" and isinstance(inner := schema.get("function"), dict)
    ):
        schema = inner
    if "name" in schema and isinstance(inner := schema.get("schema"), dict):
        description = str(schema.get("description") or "")
        return SchemaSource(str(schema["name"]), description, inner, schema.get("strict"))
    if "title" in schema and "name" not in schema:
        title, text = str(schema["title"]), str(schema.get("description") or "")
        found = without(schema, "title", "description", "strict")
        strict = schema.get("strict")
        return SchemaSource(title, text, found, strict if isinstance(strict, bool) else None)
    return _read_function(convert_to_openai_function(schema))


def _read_function(function: dict[str, Any]) -> SchemaSource:
    parameters = function.get("parameters")
    return SchemaSource(
        name=function["name"],
        description=str(function.get("description") or ""),
        schema=parameters if isinstance(parameters, dict) else {"type": "object", "properties": {}},
        strict=function.get("strict"),
    )


def strip_titles(schema: Any) -> Any:
    """Return a schema without the titles that Pydantic makes of names."""
    if isinstance(schema, list):
        return [strip_titles(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    stripped = {}
    for name, value in schema.items():
        if name in _NAMED and isinstance(value, dict):
            stripped[name] = {key: strip_titles(one) for key, one in value.items()}
        elif name in _VALUES:
            stripped[name] = value
        elif name != "title" or not isinstance(value, str):
            stripped[name] = strip_titles(value)
    return stripped


_NAMED = frozenset({"properties", "$defs", "definitions", "patternProperties"})
_VALUES = frozenset(
    {"enum", "const", "default", "examples", "example", "required", "discriminator"}
)
