"""The emulated model's text: plain, JSON, and reasoning."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._generation.conversation import (
    last_user_text,
    split_document,
    split_statement,
    stated_schema,
    tool_results,
)
from langchain_cometapi.emulator._generation.facts import read_facts
from langchain_cometapi.emulator._generation.passages import best_passage
from langchain_cometapi.emulator._generation.schema_values import fill_schema
from langchain_cometapi.emulator._json import to_json

if TYPE_CHECKING:
    from langchain_cometapi.emulator._generation.answers import ReadyAnswer
    from langchain_cometapi.emulator._generation.prompt import Prompt

_MAX_ECHO = 400
_MAX_REASONING_ECHO = 80


def emulated_text(request: Prompt, answer: ReadyAnswer | None = None) -> str:
    """Return text in the format that the request asks for.

    Args:
        request: A valid request.
        answer: The answer that is ready for the question; `None` if there is none.
    """
    schema = _wanted_schema(request)
    if schema is not None or request.response_format is not None:
        return _json_text(schema, request)
    opening = f"This is the CometAPI emulator answering as {request.row.id}: "
    results = tool_results(request.turns)
    attached = _attachments(request)
    ready = None if answer is None or attached else answer.write(request)
    if results and ready is not None:
        return ready
    if results:
        returned = "; ".join(f"{name} returned {text[:_MAX_ECHO]}" for name, text in results)
        media = attached if request.messages[-1] is not request.turns[-1] else ""
        return f"{opening}{returned}{media}"
    prompt = last_user_text(request.turns)
    question, document = split_document(request.turns)
    quote = best_passage(question, document) if document else None
    if quote is not None:
        return f"{opening}the document says: {quote}"
    if ready is not None:
        return ready
    return f"{opening}you said: {prompt[:_MAX_ECHO]}{attached}"


def emulated_reasoning(request: Prompt, tools: list[str]) -> str:
    """Return a reasoning text that says that it is emulated.

    Args:
        request: A valid request.
        tools: Names of the tools that the message calls.
    """
    prompt = last_user_text(request.turns)[:_MAX_REASONING_ECHO]
    plan = f"call {', '.join(tools)}" if tools else "answer in text"
    return (
        f"Emulated reasoning of {request.row.id}; no model is thinking."
        f" The prompt begins: {prompt!r}. The plan: {plan}."
    )


def _wanted_schema(request: Prompt) -> dict[str, Any] | None:
    """Return the schema of the text: that of the response format, or one that the prompt states."""
    response_format = request.response_format or {}
    if response_format.get("type") == "json_schema":
        schema: dict[str, Any] = response_format["json_schema"]["schema"]
        return schema
    return stated_schema(request.messages, by_user=bool(response_format))


def _json_text(schema: dict[str, Any] | None, request: Prompt) -> str:
    _, *texts = split_statement(last_user_text(request.turns))
    prompt = " ".join(texts).strip()
    results = [text for _, text in tool_results(request.turns)]
    facts = read_facts("\n".join([prompt, *results]))
    if schema is not None:
        return to_json(fill_schema(schema, facts))
    keys = dict.fromkeys(facts.quoted) or {"answer": None}
    # The quoted words are the keys, so they cannot be values too.
    rest = replace(facts, quoted=())
    any_object = {
        "type": "object",
        "properties": {key: {"type": "string"} for key in keys},
        "required": list(keys),
    }
    return to_json(fill_schema(any_object, rest))


def _attachments(request: Prompt) -> str:
    """Return a list of the newest user message's other parts, except those the gateway drops."""
    content = next(
        (item["content"] for item in reversed(request.messages) if item["role"] == "user"), ""
    )
    if not isinstance(content, list):
        return ""
    dropped = request.row.rules.dropped_parts | {"text"}
    counts = Counter(part["type"] for part in content if part["type"] not in dropped)
    named = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
    return f" (with {named})" if named else ""
