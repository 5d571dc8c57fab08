"""Texts derived from the prompt: plain and JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from langchain_cometapi.emulator._generation.passages import best_passage
from tests.unit_tests.emulator.client import GPT, Client, called, joined, result, user

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


def test_text_is_derived_from_the_prompt(client: Client) -> None:
    text = client.message(messages=[user("Good morning, Vietnam")])["content"]
    assert (
        text == f"This is the CometAPI emulator answering as {GPT}: you said: Good morning, Vietnam"
    )


def test_text_names_the_other_parts_of_the_message(client: Client) -> None:
    image = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
    content = [{"type": "text", "text": "look"}, image, image]
    text = client.message(messages=[{"role": "user", "content": content}])["content"]
    assert text.endswith("you said: look (with 2 image_url)")


def test_tool_results_are_summed_up(client: Client) -> None:
    history = [
        user("x"),
        called("a", "add"),
        result("a", "3"),
        called("b", "sub"),
        result("b", "1"),
    ]
    assert client.message(messages=history)["content"].endswith(": sub returned 1")
    history = [user("x"), called("a", "add"), result("a", [{"type": "text", "text": "7"}])]
    assert client.message(messages=history)["content"].endswith(": add returned 7")


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("How do I install Gizmo?", "pip install gizmo"),
        ("Which licence does it have?", "free software under the MIT licence."),
        ("How are sheep counted?", "- Sheep are counted with `count_sheep()`."),
        ("Does it run on Python 3.10?", "It runs on every Python since 3.10, on each of the three"),
        ("What about goats?", "- Goats are ignored."),
    ],
)
@pytest.mark.parametrize("form", ["system", "question last", "question first", "earlier message"])
def test_questions_about_a_document_are_answered_from_it(
    client: Client, question: str, quote: str, form: str
) -> None:
    messages = {
        "system": [{"role": "system", "content": README}, user(question)],
        "question last": [user(f"{README}\n\n{question}")],
        "question first": [user(f"{question}\n\n{README}")],
        "earlier message": [user(README), user(question)],
    }[form]
    text = client.message(messages=messages)["content"]
    assert "the document says: " in text
    assert quote in text


def test_no_quotation_without_a_shared_word(client: Client) -> None:
    messages = [{"role": "system", "content": README}, user("Who won?")]
    assert "you said: Who won?" in client.message(messages=messages)["content"]
    assert best_passage("Who won?", README) is None


def test_json_schema_is_filled_from_the_prompt(client: Client) -> None:
    schema = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
        "required": ["name", "age"],
    }
    response_format = {"type": "json_schema", "json_schema": {"name": "person", "schema": schema}}
    body: dict[str, Any] = {
        "messages": [user("Describe Ada Lovelace, who is 36.")],
        "response_format": response_format,
    }
    text = client.message(**body)["content"]
    assert json.loads(text) == {"name": "Ada Lovelace", "age": 36}
    assert joined(client.chunks(**body), "content") == text


def test_json_schema_after_a_tool_result_uses_it(client: Client) -> None:
    schema = {"type": "object", "properties": {"sum": {"type": "integer"}}, "required": ["sum"]}
    text = client.message(
        messages=[user("Add them"), called(), result(content="42")],
        response_format={"type": "json_schema", "json_schema": {"name": "x", "schema": schema}},
    )["content"]
    assert json.loads(text) == {"sum": 42}


@pytest.mark.parametrize("body", [{}, {"response_format": {"type": "json_object"}}])
def test_schema_that_a_system_message_states_is_kept_to(
    client: Client, body: dict[str, Any]
) -> None:
    schema = {"type": "object", "properties": {"sum": {"type": "integer"}}, "required": ["sum"]}
    system = {"role": "system", "content": f"JSON Schema: {json.dumps(schema)} Be brief."}
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
