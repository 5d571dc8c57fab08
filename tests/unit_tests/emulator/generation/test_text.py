"""Texts derived from the prompt: plain and JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from langchain_cometapi.emulator._generation.passages import best_passage
from tests.unit_tests.emulator.client import (
    GPT,
    Client,
    called,
    format_of,
    joined,
    result,
    user,
)

README = """# Gizmo

Gizmo is a small library for counting sheep. It runs on every Python since 3.10, on each of the
three big systems.

## Install

```bash
pip install gizmo
```

## Licence

Gizmo is free software under the MIT licence. Contributions are welcome!

- Sheep are counted with `count_sheep()`.
- Goats are ignored.
"""


DOCUMENT = {"role": "system", "content": README}
SHEEP = "How are sheep counted?"
SUM = {"type": "object", "properties": {"sum": {"type": "integer"}}, "required": ["sum"]}
CALLED = [called("a", "add"), result("a", "3"), called("b", "sub"), result("b", "1")]
LISTED = [called("a", "add"), result("a", [{"type": "text", "text": "7"}])]
IMAGE = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
SHOWN = [{"type": "text", "text": "look"}, IMAGE, IMAGE]


@pytest.mark.parametrize(
    ("messages", "text"),
    [
        ([user("Good morning, Vietnam")], "you said: Good morning, Vietnam"),
        ([{"role": "user", "content": SHOWN}], "you said: look (with 2 image_url)"),
        ([user("x"), *CALLED], "sub returned 1"),
        ([user("x"), *LISTED], "add returned 7"),
    ],
)
def test_text_is_derived_from_the_prompt_or_the_last_results(
    client: Client, messages: list[dict[str, Any]], text: str
) -> None:
    opening = f"This is the CometAPI emulator answering as {GPT}: "
    assert client.message(messages=messages)["content"] == opening + text


@pytest.mark.parametrize(
    ("messages", "quote"),
    [
        ([DOCUMENT, user("How do I install Gizmo?")], "pip install gizmo"),
        ([DOCUMENT, user("Which licence does it have?")], "free software under the MIT licence."),
        ([DOCUMENT, user("Does it run on Python 3.10?")], "It runs on every Python since 3.10, on"),
        ([user(f"{README}\n\n{SHEEP}")], "- Sheep are counted with `count_sheep()`."),
        ([user(f"Which?\n\n{README}\n\n{SHEEP}")], "- Sheep are counted with `count_sheep()`."),
        ([user(f"{SHEEP}\n\n{README}")], "- Sheep are counted with `count_sheep()`."),
        ([user(README), user("What about goats?")], "- Goats are ignored."),
    ],
)
def test_question_about_a_document_is_answered_from_it(
    client: Client, messages: list[dict[str, Any]], quote: str
) -> None:
    text = client.message(messages=messages)["content"]
    assert "the document says: " in text
    assert quote in text


def test_no_quotation_without_a_shared_word(client: Client) -> None:
    messages = [DOCUMENT, user("Who won?")]
    assert "you said: Who won?" in client.message(messages=messages)["content"]
    assert best_passage("Who won?", README) is None


def test_json_schema_is_filled_from_the_prompt(client: Client) -> None:
    schema = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
        "required": ["name", "age"],
    }
    prompt = user("Describe Ada Lovelace, who is 36.")
    body: dict[str, Any] = {"messages": [prompt], "response_format": format_of(schema)}
    text = client.message(**body)["content"]
    assert json.loads(text) == {"name": "Ada Lovelace", "age": 36}
    assert joined(client.chunks(**body), "content") == text


def test_json_schema_after_a_tool_result_uses_it(client: Client) -> None:
    messages = [user("Add them"), called(), result(content="42")]
    text = client.message(messages=messages, response_format=format_of(SUM))["content"]
    assert json.loads(text) == {"sum": 42}


@pytest.mark.parametrize("body", [{}, {"response_format": {"type": "json_object"}}])
def test_schema_that_a_system_message_states_is_kept_to(
    client: Client, body: dict[str, Any]
) -> None:
    system = {"role": "system", "content": f"JSON Schema: {json.dumps(SUM)} Be brief."}
    text = client.message(messages=[system, user("It is 42.")], **body)["content"]
    assert json.loads(text) == {"sum": 42}
    for words in ("JSON Schema: {broken", "JSON Schema, please", "A schema: {}"):
        system = {"role": "system", "content": words}
        text = client.message(messages=[system, user("It is 42.")])["content"]
        assert text.endswith("you said: It is 42.")


def test_json_object_has_the_keys_that_are_quoted(client: Client) -> None:
    body: dict[str, Any] = {"response_format": {"type": "json_object"}}
    prompt = "Tell me a joke about cats. Return JSON with 'setup' and 'punchline' keys."
    answer = json.loads(client.message(messages=[user(prompt)], **body)["content"])
    assert set(answer) == {"setup", "punchline"}
    answer = json.loads(client.message(messages=[user("Some JSON please")], **body)["content"])
    assert set(answer) == {"answer"}
