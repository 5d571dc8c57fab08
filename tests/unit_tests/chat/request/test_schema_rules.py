"""Schemas of tools and of a response format on the wire, in the dialect of the vendor."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, Field

from langchain_cometapi._chat.request.response_format import create_response_format
from langchain_cometapi.exceptions import CometAPIUnsentRequestError
from tests.support import Gateway, all_ways, ask, record_losses
from tests.support.openai_strict import find_violations
from tests.support.schemas_catalog import Counts, Options, Owner, Tree


class Limited(BaseModel):
    """Bounds that strict mode does not know."""

    code: str = Field(min_length=2, description="A code.")
    size: int = 3


def tool(schema: dict[str, Any], **fields: Any) -> dict[str, Any]:
    function = {"name": "f", "description": "F.", "parameters": schema, **fields}
    return {"type": "function", "function": function}


def format_of(schema: type[BaseModel]) -> dict[str, Any]:
    inner = {"name": "f", "schema": schema.model_json_schema(), "strict": True}
    return {"type": "json_schema", "json_schema": inner}


def find_format(body: dict[str, Any]) -> dict[str, Any]:
    """Return the format of a request on either route."""
    format_: dict[str, Any] = body["text"]["format"] if "text" in body else body["response_format"]
    inner: dict[str, Any] = format_.get("json_schema", format_)
    return inner


@pytest.mark.parametrize("endpoint", ["chat", "responses"])
@pytest.mark.parametrize("schema", [Limited, Options, Owner, Tree])
def test_strict_format_of_a_class_keeps_to_the_rules(
    gateway: Gateway, endpoint: str, schema: Any
) -> None:
    model = gateway.model("gpt-5.4-mini", endpoint=endpoint, strict_params=True)
    model.bind(response_format=format_of(schema)).invoke("Hi")
    sent = find_format(gateway.bodies[0])
    assert sent["strict"] is True
    assert find_violations(sent["schema"]) == []


@pytest.mark.parametrize(
    ("schema", "strict", "sent"),
    [
        (Limited, None, True),
        (Limited, False, False),
        (Limited.model_json_schema(), None, False),
        (Limited.model_json_schema(), True, True),
    ],
)
def test_format_of_a_class_alone_is_strict_by_default(
    schema: Any, strict: bool | None, sent: bool
) -> None:
    format_ = create_response_format(schema, strict=strict)
    assert bool(format_["json_schema"]["strict"]) is sent


def test_recursive_class_keeps_its_recursion(gateway: Gateway) -> None:
    gateway.model("gpt-5.4-mini").bind(response_format=format_of(Tree)).invoke("Hi")
    schema = find_format(gateway.bodies[0])["schema"]
    assert schema["properties"]["children"]["items"] == {"$ref": "#/$defs/Tree"}
    assert schema["$defs"]["Tree"]["properties"].keys() == {"value", "children"}


def test_lost_keywords_stand_in_the_description(gateway: Gateway) -> None:
    model = gateway.model("gpt-5.4-mini")
    (change,) = model.explain("Hi", response_format=format_of(Limited)).changes
    assert (change.parameter, change.action) == ("response_format", "rewritten")
    assert "`minLength` in the description" in change.reason
    model.invoke("Hi", response_format=format_of(Limited))
    properties = find_format(gateway.bodies[0])["schema"]["properties"]
    assert properties["code"]["description"] == "A code. minLength: 2."
    assert properties["size"]["description"] == "Default: 3."


@all_ways
@pytest.mark.parametrize("use", ["tools", "response_format"])
async def test_schema_that_strict_mode_does_not_know_goes_without(
    gateway: Gateway, way: str, use: str
) -> None:
    model = gateway.model("gpt-5.4-mini")
    parameters: dict[str, Any] = {"response_format": format_of(Counts)}
    if use == "tools":
        parameters = {"tools": [tool(Counts.model_json_schema(), strict=True)]}
    with record_losses() as losses:
        await ask(model, way, **parameters)
    assert "strict" in str(losses[0])
    assert "a free dict" in str(losses[0])
    (body,) = gateway.bodies
    sent = body["tools"][0]["function"] if use == "tools" else find_format(body)
    assert "strict" not in sent
    assert "additionalProperties" in str(sent)
    strict = gateway.model("gpt-5.4-mini", strict_params=True)
    with pytest.raises(CometAPIUnsentRequestError, match=r"`strict`: .* a free dict"):
        strict.invoke("Hi", **parameters)


def test_format_for_gemini_has_no_strict(gateway: Gateway) -> None:
    model = gateway.model("gemini-3.8-flash", strict_params=True)  # nothing is lost by that
    model.invoke("Hi", response_format=format_of(Limited))
    assert "strict" not in find_format(gateway.bodies[0])


UNION: dict[str, Any] = {
    "anyOf": [
        {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
        {"type": "object", "properties": {"b": {"type": "integer"}}, "required": ["b"]},
    ]
}


@pytest.mark.parametrize("model", ["gpt-5.4-mini", "claude-sonnet-5-5", "glm-5.2", "unknown-1"])
def test_tool_with_a_union_at_its_root_is_sent_as_an_object(gateway: Gateway, model: str) -> None:
    gateway.model(model, strict_params=True).invoke("Hi", tools=[tool(UNION)])
    sent = gateway.bodies[0]["tools"][0]["function"]["parameters"]
    assert sent["type"] == "object"
    assert sent["properties"] == {"a": {"type": "string"}, "b": {"type": "integer"}}
    assert sent["description"] == "One of these sets of properties: a; b."
    assert not sent.keys() & {"anyOf", "required"}


def test_root_that_is_no_object_is_refused_with_what_to_do(gateway: Gateway) -> None:
    model = gateway.model("gpt-5.4-mini")
    array = {"type": "array", "items": {"type": "string"}}
    wrong, advised = (
        {"type": "json_schema", "json_schema": {"name": "words", "schema": schema}}
        for schema in (array, {"type": "object", "properties": {"words": array}})
    )
    with pytest.raises(CometAPIUnsentRequestError, match="Put it into a class or an object"):
        model.invoke("Hi", response_format=wrong)
    model.invoke("Hi", response_format=advised)
    assert len(gateway.bodies) == 1


def test_reference_to_nothing_is_refused_with_what_to_do(gateway: Gateway) -> None:
    model = gateway.model("gpt-5.4-mini")
    schema = {
        "type": "object",
        "properties": {"x": {"$ref": "city.json"}},
        "required": ["x"],
        "additionalProperties": False,
    }
    with pytest.raises(CometAPIUnsentRequestError, match=r"'city\.json'.* into its `\$defs`"):
        model.invoke("Hi", tools=[tool(schema, strict=True)])
    reference, defs = {"$ref": "#/$defs/city"}, {"city": {"type": "string"}}
    advised = {**schema, "properties": {"x": reference}, "$defs": defs}
    model.invoke("Hi", tools=[tool(advised, strict=True)])
    assert gateway.bodies[0]["tools"][0]["function"]["parameters"] == advised


def test_tools_without_strict_are_sent_to_gpt_as_they_are(gateway: Gateway) -> None:
    schema = {
        "type": "object",
        "properties": {"x": {"$ref": "#/$defs/Tree"}, "y": {"oneOf": [{"const": 1}]}},
        "x-own": [1],
        "$defs": {**Tree.model_json_schema()["$defs"], "Other": {}},
    }
    gateway.model("gpt-5.4-mini").invoke("Hi", tools=[tool(schema), tool({}, name="g")])
    first, second = gateway.bodies[0]["tools"]
    assert first["function"]["parameters"] == schema
    assert second["function"]["parameters"] == {}
