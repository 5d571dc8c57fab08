"""Schemas of tools and of response formats against the vendors' own subsets of JSON Schema."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit_tests.emulator.client import (
    CLAUDE,
    DEEPSEEK,
    GEMINI,
    GLM,
    GPT,
    GROK,
    KIMI,
    QWEN,
    Client,
    format_of,
    takes,
    tool,
)
from tests.unit_tests.emulator.nested import NESTED, STRING

NULL = {"type": "null"}
PATHS = {
    (GEMINI, "tool"): "tools[0].function_declarations[0].parameters",
    (GEMINI, "format"): "generation_config.response_schema",
    (KIMI, "tool"): "tools.function.parameters",
    (KIMI, "format"): "response_format.json_schema.schema",
    (CLAUDE, "tool"): "tools.0.custom.input_schema",
    (CLAUDE, "format"): "output_config.format.schema",
}
"""What a vendor calls the parameter that has the schema."""


def send(kind: str, schema: dict[str, Any]) -> dict[str, Any]:
    """The fields of a request that has a schema: in a tool, strict or not, or as a format."""
    if kind == "format":
        return {"response_format": format_of(schema)}
    offered = takes(schema)
    if kind == "strict":
        offered["function"]["strict"] = True
    return {"tools": [offered]}


def of(schema: Any, **fields: Any) -> dict[str, Any]:
    """An object with one property."""
    return {"type": "object", "properties": {"a": schema}, **fields}


def closed(schema: Any, **fields: Any) -> dict[str, Any]:
    return of(schema, additionalProperties=False, **fields)


def strict(schema: Any) -> dict[str, Any]:
    return closed(schema, required=["a"])


UNKNOWN = "Invalid JSON payload received. Unknown name \"{}\" at '{}': Cannot find field."
LIST = (
    "Invalid JSON payload received. Unknown name \"type\" at '{1}': Proto field is not repeating,"
    " cannot start list."
)
FLAVOR = "{{}} is not a valid moonshot flavored json schema, details: <At path '{}': {}"
NO_TYPE = "type is not defined"
ANY_OF = "when using anyOf, type should be defined in anyOf items instead of the parent schema"
REF = "when using $ref, type should be defined in the referenced schema instead of the parent"
REF_PATH = "references must start with #/$defs/"
ENUM = "enum value (1) does not match any type in [string]"
FREE = {"type": "object", "additionalProperties": {"minimum": 1}}
DRAFT = "{}: JSON schema is invalid. It must match JSON Schema draft 2020-12"
DEEPSEEK_WORDS = "Invalid tool parameters schema : "

# Where it is refused, the schema, and words of the refusal; `{}` is the path of the parameter.
GEMINI_REFUSES: list[tuple[str, dict[str, Any], str]] = [
    (
        "tool format",
        of({"enum": [1]}),
        "value at '{}.properties[0].value.enum[0]' (TYPE_STRING), 1",
    ),
    ("tool format", of({"type": "string", "enum": ["a", None]}), "enum[1]' (TYPE_STRING), null"),
    ("tool format", of({"type": "integer", "enum": ["1"]}), "enum: only allowed for STRING type"),
    ("tool format", of({"enum": ["a"]}), "{}.properties[0].value.enum: only allowed for STRING"),
    ("tool format", of({"type": "ARRAY", "items": {}}), "{}.properties[0].value.items: missing"),
    ("tool format", of(STRING, required=["z"]), "{}.required[0]: property is not defined"),
    ("tool format", of(STRING, patternProperties={}), UNKNOWN.format("patternProperties", "{}")),
    ("tool", {"type": ["object"]}, LIST.format("", "{}")),
]
KIMI_REFUSES: list[tuple[str, dict[str, Any], str]] = [
    *(
        ("tool", schema, '{}.type is required and must be "object"')
        for schema in ({}, {"anyOf": [{"type": "object"}]}, {"type": "string"})
    ),
    *(
        ("tool format", {"type": "object", **schema}, FLAVOR.format(where, flaw))
        for schema, where, flaw in (
            ({"anyOf": [{"type": "object"}]}, "root", ANY_OF),
            (of({"type": ["string", "null"], "anyOf": [STRING]}), "properties.a", ANY_OF),
            (of({}), "properties.a", NO_TYPE),
            (of({"const": 1}), "properties.a", NO_TYPE),
            (of({"oneOf": [STRING]}), "properties.a", NO_TYPE),
            (of(FREE), "properties.a.additionalProperties", NO_TYPE),
            (of({"$ref": "#/$defs/A"}, **{"$defs": {"A": {"title": "A"}}}), "$defs.A", NO_TYPE),
            (of({"type": "string", "$ref": "#"}), "properties.a", f"{REF} schema"),
            (of({"$ref": "#/definitions/A"}, definitions={"A": STRING}), "properties.a", REF_PATH),
            (of({"$ref": "#/$defs/B"}), "properties.a.$ref", "$defs not found for reference"),
            (of(STRING, required=["b"]), "required", "required property 'b' is not defined in"),
            (of({"type": "string", "enum": ["x", 1]}), "properties.a.enum", ENUM),
        )
    ),
]
CLAUDE_REFUSES: list[tuple[str, dict[str, Any], str]] = [
    ("tool", {"type": "object", "allOf": []}, "{}: input_schema does not support oneOf, allOf, or"),
    ("tool", {"properties": {"a": STRING}}, "{}.type: Field required"),
    ("tool", of("string"), DRAFT),
    ("tool", of({"type": "str"}), DRAFT),
    ("tool", of({"type": "array", "items": [STRING]}), DRAFT),
    ("tool", of({"type": "integer", "minimum": 1, "exclusiveMinimum": True}), DRAFT),
    ("tool", of({"type": "object", "required": "a"}), DRAFT),
    *(
        ("format", closed(schema), words)
        for schema, words in (
            (
                {"type": "object"},
                "{}: For 'object' type, 'additionalProperties' must be explicitly",
            ),
            (
                {"type": "object", "additionalProperties": True},
                "'additionalProperties: true' is not supported",
            ),
            (
                {"type": "integer", "minimum": 1, "maximum": 2},
                "{}: For 'integer' type, properties maximum, minimum are not supported",
            ),
            ({"type": "number", "multipleOf": 2}, "'number' type, property 'multipleOf' is not"),
            (
                {"type": ["string", "null"], "minLength": 2},
                "'string' type, property 'minLength' is",
            ),
            (
                {"type": "array", "items": STRING, "maxItems": 2},
                "'array' type, property 'maxItems'",
            ),
            (
                {"type": "array", "items": STRING, "minItems": 2},
                "'minItems' values other than 0 or 1",
            ),
            ({"type": "string", "format": "binary"}, "{}: String format 'binary' is not supported"),
            ({"oneOf": [STRING]}, "{}: Schema type 'oneOf' is not supported"),
            ({"description": "anything"}, "{}: Schema must have a 'type'"),
            ({"type": "array", "items": closed({"const": 1})}, "{}: Schema must have a 'type'"),
        )
    ),
]
DEEPSEEK_REFUSES: list[tuple[str, dict[str, Any], str]] = [
    ("strict", schema, DEEPSEEK_WORDS + words)
    for schema, words in (
        ({"type": "object", "properties": {}}, "`additionalProperties` must be false"),
        (closed(STRING), "property `a` must be in `required`"),
        (strict({"const": 1}), "one of `type`, `anyOf`, `$ref` field is required"),
        (strict({"anyOf": [STRING, {"$ref": "#"}]}), "field `anyOf`: missing field `type`"),
        (strict({"type": "string", "minLength": 1}), "property 'minLength' is not supported"),
        (strict({"type": "array", "items": STRING, "minItems": 1}), "property 'minItems' is not"),
    )
]
REFUSED = [
    pytest.param(model, *case, id=f"{model}-{number}")
    for model, cases in (
        (GEMINI, GEMINI_REFUSES),
        (KIMI, KIMI_REFUSES),
        (CLAUDE, CLAUDE_REFUSES),
        (DEEPSEEK, DEEPSEEK_REFUSES),
    )
    for number, case in enumerate(cases)
]


@pytest.mark.parametrize(("model", "kinds", "schema", "words"), REFUSED)
def test_schema_outside_the_dialect_is_refused(
    client: Client, model: str, kinds: str, schema: dict[str, Any], words: str
) -> None:
    for kind in kinds.split():
        status, message, code = client.refusal(model=model, **send(kind, schema))
        assert (status, code) == (400, "invalid_request_error")
        assert words.format(PATHS.get((model, kind))) in message
    if "tool" not in kinds:
        client.chat(model=model, **send("tool", schema))


@pytest.mark.parametrize("place", NESTED)
@pytest.mark.parametrize(
    ("model", "flaw", "words"),
    [
        (GEMINI, {"type": "integer", "const": 1}, UNKNOWN),
        (GEMINI, {"type": ["string", "null"]}, LIST),
        ("kimi-k3", {"enum": ["a"]}, FLAVOR),
    ],
)
def test_refusal_says_where_the_flaw_stands(
    client: Client, place: str, model: str, flaw: dict[str, Any], words: str
) -> None:
    build, googles, moonshots = NESTED[place]
    expected = words.format("const", PATHS[GEMINI, "tool"] + googles)
    if words == FLAVOR:
        expected = words.format(moonshots, NO_TYPE).format(PATHS[KIMI, "tool"]) + ">"
    refusal = client.refusal(model=model, tools=[tool("f", **build(flaw))])
    assert refusal == (400, expected, "invalid_request_error")


@pytest.mark.parametrize(
    ("model", "path"),
    [
        (GEMINI, "tools[0].function_declarations[1].parameters.properties[0].value"),
        (CLAUDE, "tools.1.custom.input_schema"),
    ],
)
def test_refusal_names_the_tool_and_the_first_flaw(client: Client, model: str, path: str) -> None:
    bad = tool("g", x={"type": "str", "const": 1, "multipleOf": 2}, y={"examples": []})
    _, message, _ = client.refusal(model=model, tools=[tool("f"), bad])
    words = UNKNOWN.format("const", path) if model == GEMINI else DRAFT.format(path)
    assert message.startswith(words)


KEYWORDS: dict[str, Any] = {
    "$ref": "#/$defs/a",
    "additionalProperties": False,
    "const": "x",
    "multipleOf": 2,
    "oneOf": [STRING],
}
ALL = {
    "a": {"type": "string", "anyOf": [STRING]},
    "b": {"enum": ["a"]},
    "c": {"type": ["string", "null"]},
    **{f"the {keyword}": {keyword: value} for keyword, value in KEYWORDS.items()},
}
CLAUDES = {
    "a": {"type": "array", "items": STRING, "minItems": 1},
    "b": {"type": "string", "format": "uri", "pattern": "^h"},
    "c": {"type": ["integer", "null"], "enum": [1, None]},
    "d": {"const": "x", "type": "string"},
    "e": {"anyOf": [STRING, {"type": "object", "additionalProperties": False}]},
    "f": {"allOf": [STRING], "type": "string"},
}
DEEPSEEKS = {
    "a": {"type": "string", "enum": ["x"]},
    "b": {"anyOf": [STRING, NULL]},
    "c": {"type": "array", "items": {"$ref": "#/$defs/C"}},
    "d": {"type": "integer", "minimum": 1, "multipleOf": 2},
}
CLOSED = {"type": "object", "additionalProperties": False}
DEEP: dict[str, Any] = STRING
for _ in range(150):
    DEEP = of(DEEP)

ACCEPTED: list[tuple[str, str, dict[str, Any]]] = [
    *((model, "tool", {**of(NULL), "properties": ALL}) for model in (GPT, CLAUDE, DEEPSEEK)),
    *((model, "tool", {**of(NULL), "properties": ALL}) for model in (GLM, QWEN, GROK)),
    *((model, "tool", DEEP) for model in (GEMINI, KIMI, CLAUDE, GROK)),
    # What only looks like a keyword.
    (GEMINI, "tool", {"type": "object", "properties": dict.fromkeys((*KEYWORDS, "type"), STRING)}),
    (GEMINI, "tool", of(of(STRING, properties={"const": STRING, "type": STRING}))),
    (GEMINI, "tool", of({"type": "string", "enum": ["const", "$ref", "oneOf"]})),
    (GEMINI, "tool", of({"type": "object", "default": {"const": 1, "type": ["x"], "$ref": "y"}})),
    (GEMINI, "tool", of({"type": "string", "anyOf": [STRING, NULL]})),
    (GEMINI, "tool", of({"type": "array", "items": STRING, "minItems": 1, "maxItems": 3})),
    (KIMI, "tool", of({"anyOf": [{"type": "string", "enum": ["a"]}, NULL], "default": None})),
    (KIMI, "tool", of(of(STRING, properties=dict.fromkeys(("anyOf", "type", "enum"), STRING)))),
    (KIMI, "tool", of({"type": "object", "default": {"enum": ["a"], "anyOf": [], "type": "b"}})),
    (KIMI, "tool", of({"type": "object", "additionalProperties": {}})),
    (KIMI, "tool", of({"$ref": "#", "description": "the same again"})),
    (KIMI, "tool", of({"type": ["string", "null"]})),
    (KIMI, "tool", of({"type": "integer", "exclusiveMinimum": 0, "multipleOf": 2, "const": 4})),
    *((KIMI, "format", schema) for schema in ({}, STRING, {"anyOf": [STRING]})),
    (CLAUDE, "format", {**CLOSED, "properties": CLAUDES}),
    (
        DEEPSEEK,
        "strict",
        {**CLOSED, "properties": DEEPSEEKS, "required": [*DEEPSEEKS], "$defs": {"C": STRING}},
    ),
]


@pytest.mark.parametrize(("model", "kind", "schema"), ACCEPTED)
def test_schema_of_the_dialect_is_accepted(
    client: Client, model: str, kind: str, schema: dict[str, Any]
) -> None:
    client.chat(model=model, **send(kind, schema))


def test_tool_without_parameters_is_accepted(client: Client) -> None:
    client.chat(model=KIMI, tools=[{"type": "function", "function": {"name": "f"}}])


@pytest.mark.parametrize("model", [GEMINI, KIMI, CLAUDE, GROK, GPT, DEEPSEEK])
def test_odd_schemas_get_a_response(client: Client, model: str) -> None:
    odd: dict[str, Any] = {"properties": [1], "items": [STRING], "anyOf": "x", "required": 3}
    for schema in (odd, {"properties": {"a": None, "b": True, "c": {"items": 3}}}, {"enum": 3}):
        for kind in ("tool", "strict"):
            assert client.post(model=model, **send(kind, of(schema))).status_code in (200, 400)


NODE = strict({"anyOf": [{"$ref": "#/$defs/Leaf"}, NULL]})
RECURSIVE: list[dict[str, Any]] = [
    closed({"type": "array", "items": {"$ref": "#"}}),
    closed(
        {"$ref": "#/$defs/Leaf"},
        **{"$defs": {"Leaf": {"anyOf": [{"$ref": "#/$defs/Node"}, STRING]}, "Node": NODE}},
    ),
]
TWICE = {
    **CLOSED,
    "properties": {"a": {"$ref": "#/$defs/A"}, "b": {"$ref": "#/$defs/A"}},
    "$defs": {"A": {"anyOf": [{"$ref": "#/$defs/B"}, NULL]}, "B": STRING},
}


@pytest.mark.parametrize("schema", RECURSIVE)
def test_recursion_is_refused_where_references_must_not_be_circular(
    client: Client, schema: dict[str, Any]
) -> None:
    for kind in ("tool", "format"):
        _, message, _ = client.refusal(model=GROK, **send(kind, schema))
        assert message.startswith("Invalid schema: circular references are not supported: #")
    client.chat(model=CLAUDE, **send("tool", schema))
    _, message, _ = client.refusal(model=CLAUDE, **send("format", schema))
    assert "Recursive schemas are not supported" in message


@pytest.mark.parametrize("model", [GROK, CLAUDE])
@pytest.mark.parametrize("kind", ["tool", "format"])
def test_reference_that_is_used_twice_is_no_recursion(
    client: Client, model: str, kind: str
) -> None:
    client.chat(model=model, **send(kind, TWICE))


def test_name_of_a_response_format_with_a_blank_is_refused(client: Client) -> None:
    body = {"response_format": format_of({"type": "object"}, name="a b")}
    _, message, _ = client.refusal(model=GPT, **body)
    assert "'response_format.json_schema.name'" in message
