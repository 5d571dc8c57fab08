"""Structured output by every method, whole and streamed."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.exceptions import OutputParserException
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration
from pydantic import BaseModel, Field

from langchain_cometapi import ChatCometAPI
from langchain_cometapi._structured.parsers import StructuredOutputParser
from tests.support import Gateway, answer, chunk, completion, record_losses, stream


class City(BaseModel):
    """A city."""

    name: str
    population: int | None = Field(default=None, description="Number of people")


def get_weather(city: str) -> str:
    """Get the weather in a city."""
    return city


@pytest.mark.parametrize("strict", [None, True, False])
def test_response_format_of_a_pydantic_class_is_strict_by_default(
    gateway: Gateway, strict: bool | None
) -> None:
    gateway.answers = [answer(completion('{"name": "Paris", "population": null}'))]
    model = gateway.model().with_structured_output(City, method="json_schema", strict=strict)
    assert model.invoke("Which city?") == City(name="Paris")
    sent = gateway.bodies[0]["response_format"]["json_schema"]
    assert sent["name"] == "City"
    assert sent["strict"] is (strict is not False)
    assert sent["schema"]["properties"]["name"] == {"type": "string"}
    if strict is not False:
        assert sent["schema"]["additionalProperties"] is False
        assert sent["schema"]["required"] == ["name", "population"]


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "Paris"}',
        '```json\n{"name": "Paris"}\n```',
        'Here it is:\n```\n{"name": "Paris"}\n```\nAnything else?',
        'Here it is: {"name": "Paris"}. Anything else?',
    ],
)
def test_json_in_a_fence_or_a_sentence_is_parsed(gateway: Gateway, text: str) -> None:
    gateway.answers = [answer(completion(text))]
    model = gateway.model().with_structured_output(City, method="json_schema")
    assert model.invoke("Which city?") == City(name="Paris")


_NO_JSON = [
    *('{"name": "Paris"} or {"name": "Rome"}', 'So: {"name": {}', "{}}", "no brackets", "} {"),
    *("[" * 5000 + "]" * 5000, '{"name": ' * 5000 + "1" + "}" * 5000),
]


@pytest.mark.parametrize("text", _NO_JSON)
def test_text_that_is_no_json_or_ambiguous_is_an_error(gateway: Gateway, text: str) -> None:
    model = gateway.model().with_structured_output(City, method="json_schema")
    gateway.answers = [answer(completion(text))]
    with pytest.raises(OutputParserException, match="requested form"):
        model.invoke("Which city?")
    gateway.answers = [stream(chunk(text), chunk(finish_reason="stop"))]
    with pytest.raises(OutputParserException, match="requested form"):
        list(model.stream("Which city?"))


@pytest.mark.parametrize("finish_reason", ["length", "stop"])
async def test_json_that_is_cut_off_is_an_error(gateway: Gateway, finish_reason: str) -> None:
    gateway.answers = [answer(completion('{"name": "Transfer 10', finish_reason))]
    model = gateway.model().with_structured_output(City, method="json_schema")
    with pytest.raises(OutputParserException):
        model.invoke("Which city?")
    with pytest.raises(OutputParserException):
        await model.ainvoke("Which city?")


def test_streamed_json_that_is_cut_off_is_an_error(gateway: Gateway) -> None:
    gateway.answers = [stream(chunk('{"name": "Transfer 10'), chunk(finish_reason="length"))]
    model = gateway.model().with_structured_output(City, method="json_schema")
    with pytest.raises(OutputParserException, match="cut off"):
        list(model.stream("Which city?"))


def test_complete_json_of_a_message_that_was_cut_off_is_an_error() -> None:
    message = AIMessage('{"name": "Paris"}', response_metadata={"finish_reason": "length"})
    with pytest.raises(OutputParserException, match=r"cut off .*length") as raised:
        StructuredOutputParser().parse_result([ChatGeneration(message=message)])
    assert raised.value.llm_output == '{"name": "Paris"}'


def test_json_that_does_not_fit_is_a_parsing_error(gateway: Gateway) -> None:
    gateway.answers = [answer(completion('{"town": "Paris"}'))]
    model = gateway.model().with_structured_output(City, method="json_schema", include_raw=True)
    output: Any = model.invoke("Which city?")
    assert output["parsed"] is None
    assert "does not have the requested form" in str(output["parsing_error"])
    assert output["raw"].text == '{"town": "Paris"}'


@pytest.mark.parametrize("model_id", ["gpt-4o-mini", "deepseek-v4-pro"])
async def test_text_instead_of_a_call_is_an_error(gateway: Gateway, model_id: str) -> None:
    model = gateway.model(model_id)
    structured = model.with_structured_output(City, method="function_calling")
    raw = model.with_structured_output(City, method="function_calling", include_raw=True)
    with record_losses():
        for call in (structured.invoke, lambda prompt: list(structured.stream(prompt))):
            with pytest.raises(OutputParserException, match="text instead of a call") as raised:
                call("Which city?")
            assert raised.value.llm_output == "Hello"
        with pytest.raises(OutputParserException, match="text instead of a call"):
            await structured.ainvoke("Which city?")
        output: Any = await raw.ainvoke("Which city?")
    assert output["raw"].text == "Hello"
    assert output["parsed"] is None
    assert isinstance(output["parsing_error"], OutputParserException)


def test_streamed_call_is_parsed(gateway: Gateway) -> None:
    call = {"index": 0, "id": "call_1", "function": {"name": "City", "arguments": '{"name": '}}
    rest = {"index": 0, "function": {"arguments": '"Paris"}'}}
    deltas = [{"tool_calls": [call]}, {"tool_calls": [rest]}]
    gateway.answers = [stream(*map(chunk, deltas), chunk(finish_reason="tool_calls"))]
    model = gateway.model().with_structured_output(City, method="function_calling")
    assert list(model.stream("Which city?"))[-1] == City(name="Paris")


def test_tools_with_another_method_are_refused() -> None:
    model = ChatCometAPI(model="claude-sonnet-5-5", api_key="sk-test")
    with pytest.raises(ValueError, match='`tools` go with `method="json_schema"`'):
        model.with_structured_output(City, tools=[get_weather])
