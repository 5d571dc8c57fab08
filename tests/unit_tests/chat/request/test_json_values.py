"""Values that JSON does not have are refused before anything is sent, and named."""

from __future__ import annotations

import datetime as dt
import math
import uuid
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from pydantic import BaseModel

from langchain_cometapi._chat.request.json_values import check_json, find_no_json
from tests.unit_tests.vendors.calls import assert_refused, gateway, get_body


class Color(Enum):
    RED = "red"


class Point(BaseModel):
    x: int


UNSENDABLE: list[tuple[Any, str, Any]] = [
    (Decimal("1.5"), "a Decimal", float),
    (dt.date(2026, 1, 1), "a date", dt.date.isoformat),
    (dt.time(1), "a time", dt.time.isoformat),
    (uuid.UUID(int=1), "a UUID", str),
    (Path("a"), "a .*Path", str),
    (Color.RED, "a Color", lambda value: value.value),
    ({1}, "a set", list),
    (frozenset("a"), "a frozenset", list),
    (b"a", "a bytes", bytes.decode),
    (Point(x=1), "a Point", lambda value: value.model_dump(mode="json")),
    (math.nan, "nan", lambda _: None),
    (-math.inf, "-inf", lambda _: None),
    (object(), "a object", lambda _: "text"),
]
"""A value, what the error calls it, and what follows the error's advice."""


def in_arguments(value: Any) -> tuple[list[Any], dict[str, Any]]:
    calls = [{"name": "buy", "args": {"items": [{"price": value}]}, "id": "call_1"}]
    return ["Hi", AIMessage("", tool_calls=calls), ToolMessage("Ok", tool_call_id="call_1")], {}


def in_block(value: Any) -> tuple[list[Any], dict[str, Any]]:
    return ["Hi", HumanMessage([{"type": "custom", "items": [{"price": value}]}])], {}


def in_tool(value: Any) -> tuple[list[Any], dict[str, Any]]:
    schema = {"type": "object", "properties": {"n": {"type": "number", "default": value}}}
    return ["Hi"], {
        "tools": [{"type": "function", "function": {"name": "f", "parameters": schema}}]
    }


IN_BLOCK = (in_block, r"Message 1: In a content block of .* block\['items'\]\[0\]\['price'\] is {}")
CASES = [
    *((*IN_BLOCK, *one) for one in UNSENDABLE),
    (
        in_arguments,
        r"Message 1: In the tool call 'buy', args\['items'\]\[0\]\['price'\] is {}",
        *UNSENDABLE[0],
    ),
    (in_tool, r"`tools`\[0\].*\['n'\]\['default'\] is {}", *UNSENDABLE[0]),
]


@pytest.mark.parametrize(("place", "words", "value", "what", "follow"), CASES)
async def test_value_that_json_does_not_have_is_refused_and_the_advice_helps(
    place: Any, words: str, value: Any, what: str, follow: Any
) -> None:
    messages, parameters = place(value)
    words = words.format(what) + ", which JSON does not have. Pass "
    await assert_refused("gpt-4o-mini", words, messages, **parameters)
    messages, parameters = place(follow(value))
    await get_body("gpt-4o-mini", messages, **parameters)


def test_json_value_is_taken() -> None:
    value = ["a", 1, 1.5, True, None, [], {}, {"a": [1, (2, {"b": None})], 3: "c"}, 10**400]
    assert find_no_json(value) is None


def test_key_that_is_no_text_is_found() -> None:
    for key, what in ((Decimal(1), "a Decimal"), (("x", 1), "a tuple"), (b"a", "a bytes")):
        words = rf"`a`\['b'\], a key of it, is {what}, which JSON does not have\. Pass text\."
        with pytest.raises(ValueError, match=words):
            check_json({"b": {key: 2}}, "`a`")


def test_value_inside_of_itself_is_found() -> None:
    value: dict[str, Any] = {}
    value["again"] = [value, value]
    with pytest.raises(ValueError, match="is nested in itself, which cannot be sent"):
        check_json(value, "`a`")


# -- deep nesting --------------------------------------------------------------------------------


def nested(depth: int, value: Any = 1) -> dict[str, Any]:
    for _ in range(depth):
        value = {"a": value}
    inner: dict[str, Any] = value
    return inner


def test_deep_value_is_looked_through() -> None:
    assert find_no_json(nested(20_000)) is None
    path, found = find_no_json(nested(2000, Decimal(1))) or ("", None)
    assert found == Decimal(1)
    assert len(path) < 100


@pytest.mark.parametrize(
    "message",
    [
        AIMessage("", tool_calls=[{"name": "f", "args": nested(900), "id": "call_1"}]),
        AIMessage("", invalid_tool_calls=[{"name": "f", "args": '{"a":' * 900, "id": "call_1"}]),
        AIMessage("", additional_kwargs={"annotations": nested(900), "reasoning": nested(900)}),
        HumanMessage([{"type": "custom", "x": nested(200)}]),
        HumanMessage("Hi", additional_kwargs=nested(900)),
    ],
)
@pytest.mark.parametrize("model_id", ["gpt-5.4-mini", "deepseek-v4-pro", "gemini-3.8-flash"])
def test_message_nested_deep_is_sent(model_id: str, message: Any) -> None:
    history = ["Hi", message]
    if isinstance(message, AIMessage) and (message.tool_calls or message.invalid_tool_calls):
        history.append(ToolMessage("Ok", tool_call_id="call_1"))
    gateway().model(model_id).invoke(history)


def results_in_results(depth: int) -> list[Any]:
    block: dict[str, Any] = {"type": "text", "text": "Hi"}
    for _ in range(depth):
        block = {"type": "tool_result", "tool_use_id": "call_1", "content": [block]}
    return [block]


@pytest.mark.parametrize(
    "message",
    [
        AIMessage("", tool_calls=[{"name": "f", "args": nested(5000), "id": "call_1"}]),
        AIMessage(results_in_results(5000)),
    ],
)
async def test_message_nested_too_deep_is_refused(message: Any) -> None:
    await assert_refused("gpt-5.4-mini", "Message 1.* nested too deeply", ["Hi", message])


def refuse(words: str, model_id: str, prompt: Any, **parameters: Any) -> None:
    served = gateway()
    with pytest.raises(ValueError, match=words):
        served.model(model_id).invoke(prompt, **parameters)
    assert served.requests == []


def test_block_nested_too_deep_is_refused() -> None:
    prompt = [HumanMessage([{"type": "custom", "x": nested(900)}])]
    refuse("cannot be sent as JSON: it is nested too deeply", "gpt-5.4-mini", prompt)


@pytest.mark.parametrize("model_id", ["gpt-4o-mini", "gemini-3.8-flash", "kimi-k3"])
def test_schema_nested_too_deep_is_refused(model_id: str) -> None:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(5000):
        schema = {"type": "array", "items": schema}
    function = {"name": "f", "parameters": {"type": "object", "properties": {"a": schema}}}
    refuse("nested too deeply", model_id, "Hi", tools=[{"type": "function", "function": function}])
