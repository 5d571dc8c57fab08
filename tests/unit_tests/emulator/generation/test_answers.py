"""The answers that are ready, and the questions that get them."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

import langchain_cometapi.emulator
from langchain_cometapi.emulator._generation.answers import OPENING
from tests.unit_tests.emulator.client import (
    CLAUDE,
    DEEPSEEK,
    GEMINI,
    GPT,
    KIMI,
    Client,
    joined,
    result,
    tool,
    user,
)
from tests.unit_tests.emulator.responses_client import ResponsesClient, said

FILE = Path(langchain_cometapi.emulator.__file__).parent / "_generation" / "answers.toml"
ENTRIES = tomllib.loads(FILE.read_text(encoding="utf-8"))["answer"]
STRING: dict[str, Any] = {"type": "string"}
WEATHER = tool("get_weather", "Get the weather in a city.", city=STRING)
HOURS = tool("find_hours", "Find the opening hours of a place.", place=STRING)
CONVERT = tool("convert", "Convert money.", amount={"type": "number"}, to_currency=STRING)
TOOLS = [CONVERT, WEATHER, HOURS]
PLAN = user("Plan a day in Oslo for two.")


def back(message: dict[str, Any]) -> dict[str, Any]:
    """Return what goes back of a message with tool calls."""
    kept = ("role", "content", "reasoning_content", "tool_calls")
    return {key: message[key] for key in kept if key in message}


def calls_of(message: dict[str, Any]) -> dict[str, Any]:
    calls = [call["function"] for call in message.get("tool_calls", ())]
    return {call["name"]: json.loads(call["arguments"]) for call in calls}


@pytest.mark.parametrize(
    ("model", "question", "says"),
    [
        (GPT, "Why is the sky blue?", "Violet scatters"),
        (CLAUDE, "the sky is BLUE, why", "Violet scatters"),
        (GEMINI, "Plan a day in Oslo", "sauna boat"),
    ],
)
def test_question_of_the_file_gets_its_answer(
    client: Client, model: str, question: str, says: str
) -> None:
    text = client.message(model=model, messages=[user(question)])["content"]
    assert text.startswith(OPENING)
    assert text.count("emulator") == 1
    assert says in text
    assert "{" not in text
    chunks = client.chunks(model=model, messages=[user(question)])
    assert joined(chunks, "content") == text


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["words"])
def test_each_answer_of_the_file_can_be_had(client: Client, entry: dict[str, Any]) -> None:
    messages = [user(f"Please, {entry['words']}?")]
    if "earlier" in entry:
        messages = [user(entry["earlier"]), {"role": "assistant", "content": "Yes."}, *messages]
    message = client.message(model=KIMI, messages=messages)
    assert message["reasoning_content"] == entry["reasoning"]
    last = entry["text"].splitlines()[-1].rpartition("}")[2]
    assert message["content"].endswith(last.rpartition(". ")[2])


@pytest.mark.parametrize(
    "question", ["Is the sky blue?", "Why?", "Why is the sky blue? " * 20, "Oslo"]
)
def test_other_prompts_are_repeated(client: Client, question: str) -> None:
    assert "you said: " in client.message(messages=[user(question)])["content"]


def test_responses_route_gives_the_same_answer() -> None:
    assert "Violet scatters" in ResponsesClient().text(input="Why is the sky blue?")
    items = [said("Plan a day in Oslo"), said("A plan.", "assistant"), said("If it rains?")]
    assert "National Museum" in ResponsesClient().text(input=items)


def test_reasoning_is_about_the_question(client: Client) -> None:
    sky = client.message(model=KIMI, messages=[user("Why is the sky blue?")])
    assert "Rayleigh" in sky["reasoning_content"]
    plan = client.message(model=DEEPSEEK, messages=[PLAN], tools=TOOLS)
    assert "There are tools for both" in plan["reasoning_content"]
    results = [result(call["id"], "sun") for call in plan["tool_calls"]]
    done = client.message(model=DEEPSEEK, messages=[PLAN, back(plan), *results], tools=TOOLS)
    assert "end at the water" in done["reasoning_content"]


@pytest.mark.parametrize(("tools", "missing"), [(TOOLS, ()), ([WEATHER], ("Munch Museum: ",))])
@pytest.mark.parametrize("model", [GPT, DEEPSEEK])
def test_tools_are_called_and_their_results_used(
    client: Client, model: str, tools: list[dict[str, Any]], missing: tuple[str, ...]
) -> None:
    asked = client.message(model=model, messages=[PLAN], tools=tools)
    wanted = {"get_weather": {"city": "Oslo"}, "find_hours": {"place": "Munch Museum"}}
    offered = {one["function"]["name"] for one in tools}
    assert calls_of(asked) == {name: args for name, args in wanted.items() if name in offered}
    given = {"get_weather": "sun, 20 degrees.", "find_hours": "10 to 18"}
    results = [result(one["id"], given[one["function"]["name"]]) for one in asked["tool_calls"]]
    text = client.message(model=model, messages=[PLAN, back(asked), *results], tools=tools)[
        "content"
    ]
    assert "The weather in Oslo: sun, 20 degrees." in text
    assert ("The Munch Museum: 10 to 18." in text) is not bool(missing)
    assert "sauna boat" in text


def test_calls_of_an_answer_obey_the_request(client: Client) -> None:
    def calls(**body: Any) -> list[str]:
        return list(calls_of(client.message(messages=[PLAN], tools=TOOLS, **body)))

    assert calls(parallel_tool_calls=False) == ["get_weather"]
    assert calls(tool_choice="none") == []
    forced = {"type": "function", "function": {"name": "convert"}}
    assert calls(tool_choice=forced) == ["convert"]
    assert len(calls(tool_choice="required")) == 1


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (tool("plan_trip", "Plan by weather and hours."), ["get_weather", "find_hours"]),
        (tool("weather_now", "Look outside."), ["weather_now", "find_hours"]),
    ],
)
def test_name_of_a_tool_says_more_than_its_description(
    client: Client, first: dict[str, Any], expected: list[str]
) -> None:
    asked = client.message(messages=[PLAN], tools=[first, *TOOLS])
    assert list(calls_of(asked)) == expected


def test_tool_is_known_by_its_description(client: Client) -> None:
    outside = tool("look_outside", "Get the weather in a city.", city=STRING)
    asked = client.message(messages=[PLAN], tools=[outside])
    assert calls_of(asked) == {"look_outside": {"city": "Oslo"}}
    messages = [PLAN, back(asked), result(asked["tool_calls"][0]["id"], "fog")]
    text = client.message(messages=messages, tools=[outside])["content"]
    assert "The weather in Oslo: fog." in text


def test_results_that_the_answer_does_not_know_are_repeated(client: Client) -> None:
    other = tool("oslo_map", "A map of Oslo.", city=STRING)
    asked = client.message(messages=[PLAN], tools=[other])
    messages = [PLAN, back(asked), result(asked["tool_calls"][0]["id"], "a map")]
    text = client.message(messages=messages, tools=[other])["content"]
    assert "oslo_map returned a map" in text


def test_follow_up_is_answered_in_its_conversation_alone(client: Client) -> None:
    rain = user("And if it rains?")
    assert "you said" in client.message(messages=[rain])["content"]
    history = [PLAN, {"role": "assistant", "content": "A plan."}]
    assert "National Museum" in client.message(messages=[*history, rain])["content"]
    euros = user("What does it cost in euros?")
    asked = client.message(messages=[*history, euros], tools=TOOLS)
    assert calls_of(asked) == {"convert": {"amount": 2200, "to_currency": "EUR"}}


def test_format_and_attachments_come_first(client: Client) -> None:
    question = 'Why is the sky blue? Answer as JSON with "reason".'
    body = {"messages": [user(question)], "response_format": {"type": "json_object"}}
    assert list(json.loads(client.message(**body)["content"])) == ["reason"]
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,eA=="}}
    parts = [{"type": "text", "text": "Why is the sky blue?"}, image]
    text = client.message(messages=[{"role": "user", "content": parts}])["content"]
    assert text.endswith("you said: Why is the sky blue? (with 1 image_url)")


def test_document_comes_first(client: Client) -> None:
    document = {"role": "system", "content": "The sky of Mars is butterscotch. " * 10}
    text = client.message(messages=[document, user("Why is the sky blue?")])["content"]
    assert "the document says: The sky of Mars" in text
