"""Which tools are called, and with what: arguments from the prompt, valid for their schema."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit_tests.emulator import responses_client
from tests.unit_tests.emulator.client import (
    CLAUDE,
    DEEPSEEK,
    GPT,
    Client,
    called,
    deltas,
    result,
    tool,
    user,
)

STRING: dict[str, Any] = {"type": "string"}
INTEGER: dict[str, Any] = {"type": "integer"}
MAGIC = tool(
    "magic_function",
    "Apply a magic function to an input.",
    input={"type": "integer", "exclusiveMinimum": -1000, "exclusiveMaximum": 1000},
)
WEATHER = tool("get_weather", "Get the weather at a location.", location=STRING)
STOCKS = tool("stock_price", "Current price of a share.", symbol=STRING)
ONE = {"type": "function", "function": {"name": "stock_price"}}
BOTH = "The weather in Rome, and the stock price of ACME?"


def names(client: Client, prompt: str, **body: Any) -> list[str]:
    body = {"tools": [MAGIC, WEATHER, STOCKS], **body}
    calls = client.message(messages=[user(prompt)], **body).get("tool_calls", [])
    return [call["function"]["name"] for call in calls]


def test_forced_tool_is_called(client: Client) -> None:
    prompt = "What is the value of magic_function(3)? Use the tool."
    answer = client.chat(tools=[MAGIC], tool_choice="required", messages=[user(prompt)])
    choice = answer["choices"][0]
    assert choice["finish_reason"] == "tool_calls"
    assert choice["message"]["content"] is None
    (call,) = choice["message"]["tool_calls"]
    assert call["type"] == "function"
    assert call["function"] == {"name": "magic_function", "arguments": '{"input":3}'}


@pytest.mark.parametrize(
    ("prompt", "body", "expected"),
    [
        ("What is the weather in Rome?", {}, ["get_weather"]),
        ("What is the weather in Rome?", {"tool_choice": "none"}, []),
        ("Call magic_function with 2", {"tool_choice": "auto"}, ["magic_function"]),
        ("Hello there", {}, []),
        ("Which share has the best current price?", {}, ["stock_price"]),
        (BOTH, {"model": "mimo-v2.6-pro"}, ["get_weather", "stock_price"]),
        (BOTH, {"parallel_tool_calls": False}, ["stock_price"]),
        (BOTH, {"tool_choice": "required"}, ["stock_price"]),
        ("Hello!", {"tool_choice": "required"}, ["magic_function"]),
        (BOTH, {"model": CLAUDE, "tool_choice": ONE}, ["stock_price"]),
        ("Hello!", {"tool_choice": ONE}, ["stock_price"]),
    ],
)
def test_tools_are_called_that_the_prompt_or_the_choice_names(
    client: Client, prompt: str, body: dict[str, Any], expected: list[str]
) -> None:
    assert names(client, prompt, **body) == expected


@pytest.mark.parametrize("choice", ["required", {"type": "function", "name": "stock_price"}])
def test_forced_choice_of_the_responses_route_calls_one_tool(choice: Any) -> None:
    tools = [responses_client.WEATHER, responses_client.STOCKS]

    def count(**fields: Any) -> int:
        output = responses_client.ResponsesClient().output(input=BOTH, tools=tools, **fields)
        return sum(item["type"] == "function_call" for item in output)

    assert (count(), count(tool_choice=choice)) == (2, 1)


def test_later_question_can_call_again(client: Client) -> None:
    history = [
        user("The weather in Rome?"),
        called(name="get_weather"),
        result(),
        {"role": "assistant", "content": "sunny"},
        user("And the weather in Oslo?"),
    ]
    (call,) = client.message(messages=history, tools=[WEATHER])["tool_calls"]
    assert json.loads(call["function"]["arguments"]) == {"location": "Oslo"}


@pytest.mark.parametrize(("model", "content"), [(GPT, None), (DEEPSEEK, "")])
def test_content_next_to_tool_calls(client: Client, model: str, content: str | None) -> None:
    message = client.message(model=model, tools=[WEATHER], messages=[user("The weather in Rome?")])
    assert message["tool_calls"]
    assert message["content"] == content


def test_streamed_calls_come_in_fragments(client: Client) -> None:
    prompt = [user("The weather in New York, and the stock price of ACME Corporation?")]
    body: dict[str, Any] = {"tools": [WEATHER, STOCKS], "messages": prompt}
    chunks = client.chunks(**body)
    parts = [part for delta in deltas(chunks) for part in delta.get("tool_calls", ())]
    whole = client.message(**body)["tool_calls"]
    for index, expected in enumerate(whole):
        opening, *fragments = [part for part in parts if part["index"] == index]
        assert opening["id"]
        assert opening["type"] == "function"
        assert opening["function"] == {"name": expected["function"]["name"], "arguments": ""}
        assert len(fragments) > 1
        assert all(part.keys() == {"index", "function"} for part in fragments)
        sent = "".join(part["function"]["arguments"] for part in fragments)
        assert sent == expected["function"]["arguments"]
    assert chunks[-1]["choices"][0]["finish_reason"] == "tool_calls"


@pytest.mark.parametrize(
    "function",
    [
        {"name": "now"},
        *({"name": "now", "parameters": given} for given in ({}, {"type": "object"})),
    ],
)
def test_tool_without_arguments_gets_an_empty_object(
    client: Client, function: dict[str, Any]
) -> None:
    asked = {"type": "function", "function": function}
    assert client.arguments(asked, "What is now(7)? It is 'late'.") == {}


@pytest.mark.parametrize(
    ("prompt", "properties", "expected"),
    [
        ("Add 2 and 3", {"a": INTEGER, "b": INTEGER}, {"a": 2, "b": 3}),
        ("b is 5, a = 4", {"a": INTEGER, "b": INTEGER}, {"a": 4, "b": 5}),
        ("Weather in San Francisco, CA?", {"location": STRING}, {"location": "San Francisco, CA"}),
        ("From Paris to Rome", {"a": STRING, "b": STRING}, {"a": "Paris", "b": "Rome"}),
        ("Add a customer named '\u4f60\u597d' (Hello)", {"who": STRING}, {"who": "\u4f60\u597d"}),
        (
            "Pay 9.75 for 2",
            {"count": INTEGER, "price": {"type": "number"}},
            {"count": 2, "price": 9.75},
        ),
        ("Take 50 or 7", {"x": {"type": "integer", "maximum": 10}}, {"x": 7}),
        ("Take 5 or 7", {"x": {"type": "integer", "exclusiveMinimum": 5}}, {"x": 7}),
        ("Take 5 or 8", {"x": {"type": "integer", "multipleOf": 4}}, {"x": 8}),
        ("Nothing", {"x": {"type": "integer", "minimum": 3}}, {"x": 3}),
        ("Nothing", {"x": {"type": "integer", "exclusiveMaximum": -3}}, {"x": -4}),
        ("Nothing", {"x": {"type": "number", "exclusiveMinimum": 0, "maximum": 0.4}}, {"x": 0.2}),
        ("Nothing", {"x": {"type": "integer", "default": 12}}, {"x": 12}),
        ("Nothing", {"x": {"type": "string", "default": "d"}}, {"x": "d"}),
        ("Nothing", {"x": {"const": "c"}}, {"x": "c"}),
        ("In fahrenheit", {"unit": {"enum": ["celsius", "fahrenheit"]}}, {"unit": "fahrenheit"}),
        ("It is hot", {"unit": {"enum": ["celsius", "fahrenheit"]}}, {"unit": "celsius"}),
        ("Sum 1, 2 and 3", {"xs": {"type": "array", "items": INTEGER}}, {"xs": [1, 2, 3]}),
        ("Sum 1, 2", {"xs": {"type": "array", "items": INTEGER, "maxItems": 1}}, {"xs": [1]}),
        ("Tag 'a' and 'b'", {"xs": {"type": "array", "items": STRING}}, {"xs": ["a", "b"]}),
        ("Be verbose", {"verbose": {"type": "boolean"}}, {"verbose": True}),
        ("Be not verbose", {"verbose": {"type": "boolean"}}, {"verbose": False}),
        ("Go", {"verbose": {"type": "boolean", "default": True}}, {"verbose": True}),
        ("verbose = false", {"verbose": {"type": "boolean"}}, {"verbose": False}),
        ("On 2026-11-24", {"day": {"type": "string", "format": "date"}}, {"day": "2026-11-24"}),
        ("To a@b.org", {"to": {"type": "string", "format": "email"}}, {"to": "a@b.org"}),
        ("Get AB-12", {"id": {"type": "string", "pattern": r"^[A-Z]+-\d+$"}}, {"id": "AB-12"}),
        ("how tall is it", {"query": STRING}, {"query": "how tall is it"}),
        ("Ask Ann", {"x": {"anyOf": [STRING, {"type": "null"}]}}, {"x": "Ann"}),
        ("Take 4", {"x": {"anyOf": [STRING, INTEGER]}}, {"x": 4}),
        ("Ask Ann", {"x": {"type": ["null", "string"]}}, {"x": "Ann"}),
        (
            "a joke, no punchline",
            {"punchline": {"anyOf": [STRING, {"type": "null"}], "default": None}},
            {"punchline": None},
        ),
        (
            "Ann is 7",
            {"who": {"type": "object", "properties": {"n": STRING}, "required": ["n"]}},
            {"who": {"n": "Ann"}},
        ),
        ("Nothing", {"x": {"allOf": [{"type": "integer"}, {"minimum": 2}]}}, {"x": 2}),
    ],
)
def test_arguments_are_found_in_the_prompt(
    client: Client, prompt: str, properties: dict[str, Any], expected: dict[str, Any]
) -> None:
    arguments = client.arguments(tool("f", **properties), prompt)
    assert json.dumps(arguments) == json.dumps(expected)


def test_optional_fields_are_filled_only_if_mentioned(client: Client) -> None:
    asked = tool("f", a=INTEGER)
    asked["function"]["parameters"]["properties"]["limit"] = INTEGER
    assert client.arguments(asked, "Take 1 and 2") == {"a": 1}
    assert client.arguments(asked, "Take 1 with limit 2") == {"a": 1, "limit": 2}
    assert client.arguments(asked, "Take 1 without limit, 2") == {"a": 1}
