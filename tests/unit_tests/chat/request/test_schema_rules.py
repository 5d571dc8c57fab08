"""Schemas of tools and of a response format on the wire, in the dialect of the vendor."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, Field

from langchain_cometapi.exceptions import CometAPIUnsentRequestError
from tests.support import Gateway, all_ways, ask, record_losses, say_hello
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


@all_ways
@pytest.mark.parametrize("endpoint", ["chat", "responses"])
@pytest.mark.parametrize("schema", [Limited, Options, Owner, Tree])
async def test_strict_format_of_a_class_keeps_to_the_rules(
    way: str, endpoint: str, schema: Any
) -> None:
    served = Gateway(say_hello)
    model = served.model("gpt-5.4-mini", endpoint=endpoint, strict_params=True)
    await ask(model.bind(response_format=format_of(schema)), way)
    sent = find_format(served.bodies[0])
    assert sent["strict"] is True
    assert find_violations(sent["schema"]) == []


def test_recursive_class_keeps_its_recursion() -> None:
    served = Gateway(say_hello)
    served.model("gpt-5.4-mini").bind(response_format=format_of(Tree)).invoke("Hi")
    schema = find_format(served.bodies[0])["schema"]
    assert schema["properties"]["children"]["items"] == {"$ref": "#/$defs/Tree"}
    assert schema["$defs"]["Tree"]["properties"].keys() == {"value", "children"}


def test_lost_keywords_stand_in_the_description() -> None:
    served = Gateway(say_hello)
    model = served.model("gpt-5.4-mini")
    (change,) = model.explain("Hi", response_format=format_of(Limited)).changes
    assert (change.parameter, change.action) == ("response_format", "rewritten")
    assert "`minLength` in the description" in change.reason
    model.invoke("Hi", response_format=format_of(Limited))
    properties = find_format(served.bodies[0])["schema"]["properties"]
    assert properties["code"]["description"] == "A code. minLength: 2."
    assert properties["size"]["description"] == "Default: 3."


@all_ways
@pytest.mark.parametrize("use", ["tools", "response_format"])
async def test_schema_that_strict_mode_does_not_know_goes_without(way: str, use: str) -> None:
    served = Gateway(say_hello)
    model = served.model("gpt-5.4-mini")
    schema = Counts.model_json_schema()
    options: dict[str, dict[str, Any]] = {
        "tools": {"tools": [tool(schema, strict=True)]},
        "response_format": {"response_format": format_of(Counts)},
    }
    parameters = options[use]
    with record_losses() as losses:
        await ask(model, way, **parameters)
    assert "strict" in str(losses[0])
    assert "a free dict" in str(losses[0])
    (body,) = served.bodies
    sent = body["tools"][0]["function"] if use == "tools" else find_format(body)
    assert "strict" not in sent
    assert "additionalProperties" in str(sent)
    strict = served.model("gpt-5.4-mini", strict_params=True)
    with pytest.raises(CometAPIUnsentRequestError, match=r"`strict`: .* a free dict"):
        strict.invoke("Hi", **parameters)


def test_format_for_gemini_has_no_strict() -> None:
    served = Gateway(say_hello)
    model = served.model("gemini-3.8-flash", strict_params=True)  # nothing is lost by that
    model.invoke("Hi", response_format=format_of(Limited))
    assert "strict" not in find_format(served.bodies[0])


UNION: dict[str, Any] = {
    "anyOf": [
        {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
        {"type": "object", "properties": {"b": {"type": "integer"}}, "required": ["b"]},
    ]
}


@pytest.mark.parametrize("model", ["gpt-5.4-mini", "claude-sonnet-5-5", "glm-5.2", "unknown-1"])
def test_tool_with_a_union_at_its_root_is_sent_as_an_object(model: str) -> None:
    served = Gateway(say_hello)
    served.model(model, strict_params=True).invoke("Hi", tools=[tool(UNION)])
    sent = served.bodies[0]["tools"][0]["function"]["parameters"]
    assert sent["type"] == "object"
    assert sent["properties"] == {"a": {"type": "string"}, "b": {"type": "integer"}}
    assert sent["description"] == "One of these sets of properties: a; b."
    assert not sent.keys() & {"anyOf", "required"}


def test_root_that_is_no_object_is_refused_with_what_to_do() -> None:
    served = Gateway(say_hello)
    model = served.model("gpt-5.4-mini")
    array = {"type": "array", "items": {"type": "string"}}
    format_: dict[str, Any] = {"type": "json_schema", "json_schema": {"name": "words"}}
    format_["json_schema"]["schema"] = array
    with pytest.raises(CometAPIUnsentRequestError, match="Put it into a class or an object"):
        model.invoke("Hi", response_format=format_)
    format_["json_schema"] = {
        "name": "words",
        "schema": {"type": "object", "properties": {"words": array}},
    }
    model.invoke("Hi", response_format=format_)
    assert len(served.bodies) == 1


def test_reference_to_nothing_is_refused_with_what_to_do() -> None:
    served = Gateway(say_hello)
    model = served.model("gpt-5.4-mini")
    schema = {
        "type": "object",
        "properties": {"x": {"$ref": "city.json"}},
        "required": ["x"],
        "additionalProperties": False,
    }
    with pytest.raises(CometAPIUnsentRequestError, match=r"'city\.json'.* into its `\$defs`"):
        model.invoke("Hi", tools=[tool(schema, strict=True)])
    advised = {
        **schema,
        "properties": {"x": {"$ref": "#/$defs/city"}},
        "$defs": {"city": {"type": "string"}},
    }
    model.invoke("Hi", tools=[tool(advised, strict=True)])
    assert served.bodies[0]["tools"][0]["function"]["parameters"] == advised


def test_tools_without_strict_are_sent_to_gpt_as_they_are() -> None:
    served = Gateway(say_hello)
    schema = {
        "type": "object",
        "properties": {"x": {"$ref": "#/$defs/Tree"}, "y": {"oneOf": [{"const": 1}]}},
        "x-own": [1],
        "$defs": {**Tree.model_json_schema()["$defs"], "Other": {}},
    }
    served.model("gpt-5.4-mini").invoke("Hi", tools=[tool(schema), tool({}, name="g")])
    first, second = served.bodies[0]["tools"]
    assert first["function"]["parameters"] == schema
    assert second["function"]["parameters"] == {}
