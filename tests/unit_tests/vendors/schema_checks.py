"""Checks of the fields of `Vendor` about JSON schemas."""

from __future__ import annotations

from typing import Any

from langchain_cometapi._vendors.registry import SchemaDialect, get_vendor
from tests.support.openai_strict import find_violations
from tests.unit_tests.vendors.calls import get_body
from tests.unit_tests.vendors.check_table import check

_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "const": {"type": "integer", "const": 1},
        "list": {"type": ["string", "null"], "maxLength": 3},
        "one": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
        "enum": {"enum": ["a"]},
        "ref": {"$ref": "#/$defs/City"},
        "any": {},
        "array": {"type": "array"},
        "tuple": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}]},
    },
    "$defs": {"City": {"type": "string"}},
}


async def _get_tool_schema(model_id: str, schema: dict[str, Any], **fields: Any) -> dict[str, Any]:
    function = {"name": "f", "description": "F.", "parameters": schema, **fields}
    body = await get_body(model_id, tools=[{"type": "function", "function": function}])
    sent: dict[str, Any] = body["tools"][0]["function"]
    return sent


async def _get_format(model_id: str, schema: dict[str, Any], **fields: Any) -> dict[str, Any]:
    inner = {"name": "f", "schema": schema, **fields}
    format_ = {"type": "json_schema", "json_schema": inner}
    body = await get_body(model_id, response_format=format_)
    sent: dict[str, Any] = body["response_format"]["json_schema"]
    return sent


def _assert_in_dialect(sent: dict[str, Any], dialect: SchemaDialect) -> None:
    assert dialect.keywords is None or sent.keys() <= dialect.keywords | {"$defs"}
    properties = sent["properties"]
    assert ("$ref" not in properties["ref"]) is dialect.inline_refs
    assert ("const" not in properties["const"]) is dialect.const_as_enum
    assert isinstance(properties["list"].get("type"), list) is not dialect.one_type
    assert ("nullable" in properties["list"]) is dialect.nullable
    assert ("oneOf" not in properties["one"]) is dialect.any_of_only
    assert ("type" in properties["enum"]) is dialect.typed
    assert (properties["any"] != {}) is (dialect.any_types == "list")
    assert ("items" in properties["array"]) is dialect.items_needed
    assert ("prefixItems" not in properties["tuple"]) is dialect.no_tuples


@check("schema_dialect")
async def _(model_id: str, value: SchemaDialect | None) -> None:
    schema = {**_SCHEMA, "not": {}, "$id": "a", "patternProperties": {}, "x-own": True}
    del schema["not"]  # at the root it is refused everywhere
    sent = (await _get_tool_schema(model_id, schema))["parameters"]
    assert value is not None or sent == schema
    _assert_in_dialect(sent, value or SchemaDialect())


@check("format_dialect")
async def _(model_id: str, value: SchemaDialect | None) -> None:
    vendor = get_vendor(model_id)
    if vendor.json_schema is False:
        return
    dialect = value or vendor.schema_dialect or SchemaDialect()
    _assert_in_dialect((await _get_format(model_id, _SCHEMA))["schema"], dialect)
    union = {"anyOf": [_SCHEMA, {"type": "object", "properties": {}}], "$defs": _SCHEMA["$defs"]}
    sent = (await _get_format(model_id, union))["schema"]
    assert ("anyOf" not in sent) is dialect.object_root


_STRICT: dict[str, Any] = {
    "type": "object",
    "properties": {"a": {"type": "string", "format": "uri"}, "b": {"oneOf": [{"const": 1}]}},
}


@check("strict_dialect")
async def _(model_id: str, value: SchemaDialect | None) -> None:
    vendor = get_vendor(model_id)
    if vendor.strict_tools is not False:
        sent = await _get_tool_schema(model_id, _STRICT, strict=True)
        assert sent["strict"] is True
        assert find_violations(sent["parameters"]) == []
        is_enum = "enum" in sent["parameters"]["properties"]["b"]
        assert is_enum is (value is None or value.typed)
    elif vendor.json_schema is not False and vendor.strict_formats is not False:
        sent = await _get_format(model_id, _STRICT, strict=True)
        assert find_violations(sent["schema"]) == []


@check("strict_formats")
async def _(model_id: str, value: bool | None) -> None:
    if get_vendor(model_id).json_schema is not False:
        sent = await _get_format(model_id, _STRICT, strict=True)
        assert ("strict" in sent) is (value is not False)
