"""Texts, limits, formats, choices, streams."""

from __future__ import annotations

import json
from typing import Any

import pytest

from langchain_cometapi.emulator._generation.facts import read_facts
from langchain_cometapi.emulator._generation.passages import best_passage
from tests.unit_tests.emulator.client import (
    CLAUDE,
    DEEPSEEK,
    GEMINI,
    GPT,
    OLD_GPT,
    Client,
    called,
    deltas,
    joined,
    result,
    tool,
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


def test_the_answer_is_derived_from_the_prompt(client: Client) -> None:
    text = client.message(messages=[user("Good morning, Vietnam")])["content"]
    assert (
        text == f"This is the CometAPI emulator answering as {GPT}: you said: Good morning, Vietnam"
    )


def test_the_answer_names_what_else_was_sent(client: Client) -> None:
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


def test_no_shared_word_means_no_quotation(client: Client) -> None:
    messages = [{"role": "system", "content": README}, user("Who won?")]
    assert "you said: Who won?" in client.message(messages=messages)["content"]
    assert best_passage("Who won?", README) is None


@pytest.mark.parametrize("stop", ["emulator", ["zzz", "emulator"]])
def test_stop(client: Client, stop: Any) -> None:
    choice = client.chat(model=OLD_GPT, stop=stop)["choices"][0]
    assert choice["message"]["content"] == "This is the CometAPI "
    assert choice["finish_reason"] == "stop"
    assert joined(client.chunks(model=OLD_GPT, stop=stop), "content") == "This is the CometAPI "


def test_limits(client: Client) -> None:
    answer = client.chat(max_completion_tokens=3)
    assert answer["choices"][0]["message"]["content"] == "This is the "
    assert answer["choices"][0]["finish_reason"] == "length"
    assert answer["usage"]["completion_tokens"] == 3
    assert client.chat(max_completion_tokens=300)["choices"][0]["finish_reason"] == "stop"
    assert client.chat(model=CLAUDE, max_tokens=1)["choices"][0]["message"]["content"] == "This"


@pytest.mark.parametrize(
    "body", [{"model": DEEPSEEK}, {"model": "gpt-6-astra"}, {"reasoning_effort": "high"}]
)
def test_thoughts_are_paid_first(client: Client, body: dict[str, Any]) -> None:
    answer = client.chat(max_completion_tokens=10, **body)
    assert answer["choices"][0]["message"]["content"] == ""
    assert answer["choices"][0]["finish_reason"] == "length"
    assert answer["usage"]["completion_tokens"] == 10
    assert answer["usage"]["completion_tokens_details"]["reasoning_tokens"] == 10


def test_a_limit_cuts_tool_calls_into_broken_json(client: Client) -> None:
    asked = [tool("magic", value={"type": "string"})]
    body: dict[str, Any] = {"tools": asked, "tool_choice": "required"}
    choice = client.chat(max_completion_tokens=4, **body)["choices"][0]
    assert choice["finish_reason"] == "length"
    with pytest.raises(json.JSONDecodeError):
        json.loads(choice["message"]["tool_calls"][0]["function"]["arguments"])
    assert (
        client.chat(max_completion_tokens=1, **body)["choices"][0]["message"].get("tool_calls")
        is None
    )


def test_several_choices(client: Client) -> None:
    answer = client.chat(n=3)
    texts = [choice["message"]["content"] for choice in answer["choices"]]
    assert [choice["index"] for choice in answer["choices"]] == [0, 1, 2]
    assert len(set(texts)) == 3
    assert answer["usage"]["completion_tokens"] > 3 * 10
    chunks = client.chunks(n=3)
    assert [joined(chunks, "content", index) for index in range(3)] == texts
    # They take turns, as OpenAI's do.
    assert [chunk["choices"][0]["index"] for chunk in chunks[:4]] == [0, 1, 2, 0]


def test_logprobs(client: Client) -> None:
    choice = client.chat(logprobs=True, top_logprobs=2)["choices"][0]
    entries = choice["logprobs"]["content"]
    assert "".join(entry["token"] for entry in entries) == choice["message"]["content"]
    assert all(entry["logprob"] <= 0 and len(entry["top_logprobs"]) == 2 for entry in entries)
    assert bytes(entries[0]["bytes"]).decode() == entries[0]["token"]
    assert client.chat()["choices"][0]["logprobs"] is None
    assert client.chat(logprobs=True)["choices"][0]["logprobs"]["content"][0]["top_logprobs"] == []
    streamed = [
        entry
        for chunk in client.chunks(logprobs=True, top_logprobs=2)
        for part in chunk["choices"]
        for entry in (part["logprobs"] or {"content": []})["content"]
    ]
    assert streamed == entries


def test_the_model_is_echoed_as_its_snapshot(client: Client) -> None:
    assert client.chat()["model"] == "gpt-5.4-mini-2026-03-17"
    assert client.chat(model=CLAUDE)["model"] == CLAUDE
    assert {chunk["model"] for chunk in client.chunks()} == {"gpt-5.4-mini-2026-03-17"}


def test_answers_are_deterministic(client: Client) -> None:
    body: dict[str, Any] = {"model": DEEPSEEK, "tools": [tool("f", a={"type": "string"})]}
    assert client.chat(**body)["choices"] == Client().chat(**body)["choices"]


def test_json_schema(client: Client) -> None:
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


def test_json_object_has_the_keys_that_are_quoted(client: Client) -> None:
    body: dict[str, Any] = {"response_format": {"type": "json_object"}}
    prompt = "Tell me a joke about cats. Return JSON with 'setup' and 'punchline' keys."
    answer = json.loads(client.message(messages=[user(prompt)], **body)["content"])
    assert set(answer) == {"setup", "punchline"}
    answer = json.loads(client.message(messages=[user("Some JSON please")], **body)["content"])
    assert set(answer) == {"answer"}


@pytest.mark.parametrize("modalities", [["text", "audio"], ["audio"]])
def test_spoken_answers(client: Client, modalities: list[str]) -> None:
    answer = client.chat(modalities=modalities, audio={"voice": "alloy", "format": "wav"})
    message = answer["choices"][0]["message"]
    assert message["content"] is None
    assert "CometAPI emulator" in message["audio"]["transcript"]
    assert message["audio"]["data"].startswith("UklGR")
    tokens = answer["usage"]["completion_tokens_details"]["audio_tokens"]
    assert tokens == answer["usage"]["completion_tokens"] > 0
    audio = [
        delta["audio"] for delta in deltas(client.chunks(modalities=modalities)) if "audio" in delta
    ]
    spoken = "".join(part.get("transcript", "") for part in audio)
    assert spoken == message["audio"]["transcript"]
    assert [part["data"] for part in audio if "data" in part] == [message["audio"]["data"]]


def test_stream_of_a_gpt(client: Client) -> None:
    options = {"include_usage": True}
    chunks = client.chunks(stream_options=options)
    first, *middle, finish, usage = chunks
    assert first["choices"][0]["delta"] == {"role": "assistant", "content": "", "refusal": None}
    assert len(middle) > 2
    assert all(chunk["choices"][0]["logprobs"] is None for chunk in [first, *middle, finish])
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    assert (
        len({chunk["id"] for chunk in chunks}) == len({chunk["created"] for chunk in chunks}) == 1
    )
    assert all(chunk["obfuscation"] for chunk in chunks)
    assert finish["choices"][0] == {
        "index": 0,
        "delta": {},
        "logprobs": None,
        "finish_reason": "stop",
    }
    assert [chunk["choices"][0]["finish_reason"] for chunk in middle] == [None] * len(middle)
    assert usage["choices"] == []
    assert usage["usage"] == client.chat()["usage"]
    assert all(chunk["usage"] is None for chunk in chunks[:-1])
    assert joined(chunks, "content") == client.message()["content"]


@pytest.mark.parametrize("body", [{}, {"stream_options": {"include_usage": False}}])
def test_no_usage_unless_asked(client: Client, body: dict[str, Any]) -> None:
    chunks = client.chunks(**body)
    assert all("usage" not in chunk for chunk in chunks)
    assert chunks[-1]["choices"][0]["finish_reason"] == "stop"


def test_only_gpt_obfuscates(client: Client) -> None:
    assert all("obfuscation" not in chunk for chunk in client.chunks(model=GEMINI))


def test_reasoning_is_streamed_before_the_answer(client: Client) -> None:
    fields = [next(iter(delta), "") for delta in deltas(client.chunks(model=DEEPSEEK))]
    assert fields[0] == "role"
    assert fields[-1] == ""
    thinking = fields.count("reasoning_content")
    assert thinking > 2
    assert fields[1 : 1 + thinking] == ["reasoning_content"] * thinking


def test_letters_are_sent_as_themselves(client: Client) -> None:
    text = "\u4f60\u597d \U0001f600 \u2028 end"
    body: dict[str, Any] = {"messages": [user(text)]}
    assert text in client.message(**body)["content"]
    assert text in joined(client.chunks(**body), "content")
    assert "\u4f60\u597d" in client.post(**body).text


def test_facts_of_a_prompt() -> None:
    facts = read_facts(
        "What's up? Book 'The Ritz' in San Francisco, CA for 1,200 dollars, -3.5 or 7."
        ' Ask Ann Lee and "Bob".'
    )
    assert [*facts.numbers] == [1200, -3.5, 7]
    assert [*facts.quoted] == ["The Ritz", "Bob"]
    assert [*facts.names] == ["San Francisco, CA", "Ann Lee"]
    assert [*facts.openings] == []
    assert [*read_facts("Nothing ventured").openings] == ["Nothing"]
