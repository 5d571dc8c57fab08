"""What `docs/emulator.md` lists as refused is refused, row by row."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi.emulator._rules.google import ROWS as GEMINI_ROWS
from tests.unit_tests.emulator import responses_client as responses
from tests.unit_tests.emulator.client import (
    CLAUDE,
    GEMINI,
    GPT,
    KIMI,
    called,
    format_of,
    result,
    tool,
    user,
)
from tests.unit_tests.emulator.page import find_examples, rows

if TYPE_CHECKING:
    from tests.unit_tests.emulator.client import Client

DEEPSEEK, GLM, GROK, QWEN = "deepseek-v4-flash", "glm-5.3", "grok-4.5", "qwen3.7-plus"
F = tool("f", x={"type": "string"})
IMAGE = {"type": "image_url", "image_url": {"url": "https://a.example/b.png"}}
FORCED = {"tools": [F], "tool_choice": "required"}
ASKED = [user("Hi"), called()]
OPEN = {"type": "object", "properties": {"x": {"type": "string"}}}


def history(*messages: Any) -> dict[str, Any]:
    return {"messages": [user("Hi"), *messages]}


def turn(call_id: str, **fields: Any) -> list[dict[str, Any]]:
    return [called(call_id, **fields), result(call_id)]


def parameters(schema: Any) -> dict[str, Any]:
    function = {"name": "f", "description": "", "parameters": schema}
    return {"tools": [{"type": "function", "function": function}]}


def with_property(schema: dict[str, Any]) -> dict[str, Any]:
    return parameters({"type": "object", "properties": {"x": schema}})


STRICT = parameters(OPEN)
STRICT["tools"][0]["function"]["strict"] = True

EXAMPLES: dict[str, list[dict[str, Any]]] = {
    "tool calls not all answered": [history(called()), history(called(), result(), result())],
    "one id for two calls of a message": [
        history({**called(), "tool_calls": called()["tool_calls"] * 2}, result(), result())
    ],
    "a prompt of more tokens than the context": [
        {"model": "gpt-4o-mini", "messages": [user("word" * 128_000)]},
        {"model": "claude-haiku-4-5", "messages": [user("word" * 200_000)]},
    ],
    "one id for two calls of a conversation": [
        {"model": CLAUDE, **history(*turn("a"), user("Hi"), *turn("a"))}
    ],
    "tool call ids, in calls and in results, that do not match": [
        {"model": CLAUDE, **history(*turn("a:b"))}
    ],
    "tool call ids, in calls and in results, of more than 40": [history(*turn("a" * 41))],
    'any content part but text in a message of role "tool"': [
        history(called(), result(content=[IMAGE]))
    ],
    "assistant messages with tool calls but without": [
        {"model": model, **history(*turn("a:0", content=""))} for model in (DEEPSEEK, KIMI, GLM)
    ],
    "any other assistant message without": [
        {"model": DEEPSEEK, **history({"role": "assistant", "content": "Hi"}, user("Hi"))}
    ],
    "after the newest user message": [{"model": GEMINI, **history(*turn("a"))}],
    "a forced `tool_choice` while thinking": [
        *({"model": model, **FORCED} for model in (DEEPSEEK, QWEN, "kimi-k2.6")),
        {"model": CLAUDE, "reasoning_effort": "high", **FORCED},
    ],
    "function tools, unless the effort": [{"reasoning_effort": "low", "tools": [F]}],
    "`parallel_tool_calls`, with any value": [
        {"model": "o3", "parallel_tool_calls": False, "tools": [F]}
    ],
    "`parallel_tool_calls` without tools": [{"parallel_tool_calls": True}],
    "schemas of `strict: true`": [STRICT],
    "tools, strict or not": [
        parameters({**OPEN, "anyOf": [OPEN]}),
        with_property({"type": "array"}),
    ],
    "tools of `strict: true`": [{"model": DEEPSEEK, **STRICT}],
    "tools with `anyOf`": [
        {"model": CLAUDE, **parameters({**OPEN, "anyOf": [OPEN]})},
        {"model": CLAUDE, **with_property({"type": "array", "items": [OPEN]})},
    ],
    "schemas of `response_format` with": [{"model": CLAUDE, "response_format": format_of(OPEN)}],
    "a schema of a tool or of `response_format` that": [
        {"model": GROK, **with_property({"$ref": "#"})}
    ],
    "JSON as `response_format` while": [
        {"model": QWEN, "response_format": format_of(OPEN)},
        {"model": QWEN, "response_format": {"type": "json_object"}, "messages": [user("JSON")]},
    ],
    "a `temperature` or `top_p` other than 1": [
        {"model": "gpt-5-mini", "temperature": 0.5},
        {"model": "claude-opus-5", "top_p": 0.5},
        {"model": "gpt-5.1", "reasoning_effort": "low", "temperature": 0.5},
    ],
    "`temperature` and `top_p` together": [{"model": CLAUDE, "temperature": 0.5, "top_p": 0.5}],
    "`max_tokens` instead of": [{"max_tokens": 9}],
    "a `reasoning_effort` that": [{"reasoning_effort": "minimal"}],
    "`stop` | o3": [{"model": "o3", "stop": "x"}, {"stop": "x"}],
    "`stop` | Grok": [{"model": GROK, "stop": "x"}],
    "`presence_penalty`": [{"presence_penalty": 1}, {"model": GROK, "frequency_penalty": 1}],
    "`logit_bias`": [{"logit_bias": {"1": 1}}],
    "`logprobs`": [{"model": CLAUDE, "logprobs": True}, {"model": "gpt-5-mini", "logprobs": True}],
    "`reasoning_effort` | Grok": [{"model": "grok-4.20-0309-reasoning", "reasoning_effort": "low"}],
    "`n` above 1": [{"model": CLAUDE, "n": 2}, {"model": DEEPSEEK, "n": 2}],
    "more than 4 stop sequences": [{"model": "gpt-4o-mini", "stop": ["a"] * 5}],
    "more than 1 stop sequence": [{"model": GLM, "stop": ["a", "b"]}],
    "more than 5 stop sequences": [
        {"model": KIMI, "stop": ["a"] * 6},
        {"model": KIMI, "stop": "a" * 33},
    ],
    "more than 16 stop sequences": [{"model": DEEPSEEK, "stop": ["a"] * 17}],
    "`response_format` with a schema": [
        {
            "model": DEEPSEEK,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "s", "schema": OPEN},
            },
        }
    ],
    "JSON mode without the word": [
        {"model": model, "response_format": {"type": "json_object"}, **more}
        for model, more in ((GPT, {}), (QWEN, {"enable_thinking": False}), (DEEPSEEK, {}))
    ],
    "any content part but text | deepseek": [
        {"model": "deepseek-v4-pro", "messages": [{"role": "user", "content": [IMAGE]}]}
    ],
    "any content part but text | glm": [
        {"model": "glm-5.2", "messages": [{"role": "user", "content": [IMAGE]}]}
    ],
    "a `temperature` other than 1, or 0.6": [
        {"model": KIMI, "temperature": 0.5},
        {"model": KIMI, "top_p": 0.5},
    ],
    "`thinking` of another type": [{"model": "kimi-k2.7-code", "thinking": {"type": "disabled"}}],
    'the efforts "none" and "minimal"': [
        {"model": "gpt-6-astra", **body}
        for body in ({"reasoning_effort": "none"}, {"temperature": 0.5}, {"tools": [F]})
    ],
    "in schemas of tools": [
        {"model": GEMINI, **with_property({"type": "string", keyword: value})}
        for keyword, value in {"const": "a", "$id": "a", "patternProperties": {}, "not": {}}.items()
    ],
    "in such schemas": [
        {"model": GEMINI, **with_property(schema)}
        for schema in (
            {"type": ["string", "null"]},
            {"type": "integer", "enum": [1]},
            {"type": "array"},
            {"type": "object", "properties": {}, "required": ["y"]},
        )
    ],
    "a schema, of a tool or of `response_format`, without": [
        {"model": KIMI, **with_property({"type": "string", "anyOf": [{"type": "string"}]})},
        {"model": KIMI, **with_property({"enum": ["a"]})},
    ],
    "more than 2048 texts": [{"model": "text-embedding-3-small", "input": ["a"] * 2049}],
    "more than 100, more than 10": [
        {"model": "gemini-embedding-001", "input": ["a"] * 101},
        {"model": "text-embedding-v4", "input": ["a"] * 11},
    ],
    "`dimensions`": [{"model": "text-embedding-ada-002", "input": "a", "dimensions": 3}],
    "tool parameters that are not": [{"model": KIMI, **parameters({})}],
}
"""Requests that break each rule, by the beginning of its row."""

THINKING: dict[str, Any] = {"model": responses.THINKER}
REASONING: dict[str, Any] = {"type": "reasoning", "summary": []}


def items(*given: Any, **fields: Any) -> dict[str, Any]:
    return {"input": [responses.said("Hi"), *given], **fields}


RESPONSES_EXAMPLES: dict[str, list[dict[str, Any]]] = {
    "parameters of the chat route": [{"stop": "x"}, {"max_tokens": 99}],
    "`stream_options.include_usage`": [{"stream": True, "stream_options": {"include_usage": True}}],
    "`max_output_tokens` below 16": [{"max_output_tokens": 15}],
    "`temperature` and `top_p`": [{**THINKING, "temperature": 0}, {**THINKING, "top_p": 0.5}],
    "an effort that": [{**THINKING, "reasoning": {"effort": "none"}}],
    "encrypted reasoning of a model": [
        {"model": "gpt-4o-mini", "include": ["reasoning.encrypted_content"]}
    ],
    "tools and a `tool_choice`": [
        {"tools": [F]},
        {
            "tools": [responses.function("f")],
            "tool_choice": {"type": "function", "function": {"name": "f"}},
        },
    ],
    "content parts": [items({"role": "user", "content": [{"type": "text", "text": "Hi"}]})],
    "unknown fields": [
        items({**responses.said("Hi"), "name": "Ann"}),
        items({**REASONING, "status": None}, responses.said("Hi", "assistant")),
    ],
    "ids that do not": [items({**responses.said("Hi", "assistant"), "id": "run-1"})],
    "a `call_id` of more": [items(responses.called("a" * 65), responses.returned("a" * 65))],
    "`content` of reasoning": [
        items(
            {**REASONING, "content": [{"type": "reasoning_text", "text": "Hm"}]},
            responses.said("Hi", "assistant"),
        )
    ],
    "encrypted reasoning that": [
        items({**REASONING, "encrypted_content": "gAAAA"}, responses.said("Hi", "assistant"))
    ],
    "reasoning to a model": [
        items(REASONING, responses.said("Hi", "assistant"), model="gpt-4o-mini")
    ],
    "reasoning without": [items(REASONING), items(REASONING, responses.said("Hi"))],
    "one item twice": [items(*[{**responses.said("Hi", "assistant"), "id": "msg_1"}] * 2)],
    "a call without": [items(responses.called())],
    "an output without": [items(responses.returned())],
    "a second output": [items(*[responses.called(), responses.returned()] * 2)],
    "a `previous_response_id`": [{"previous_response_id": "resp_1"}],
    "`background` and": [{"background": True}, {"conversation": "conv_1"}],
}
"""The same for the Responses route; what it takes two requests to break, its tests try."""

TWO_REQUESTS = ("a stored message or call", "the id of reasoning that was not stored")


RESPONSES_ROWS = rows("## The Responses route", "| refused on")


@pytest.mark.parametrize("row", RESPONSES_ROWS, ids=lambda row: row[:40])
def test_what_the_page_lists_of_the_responses_route_is_refused(row: str) -> None:
    examples = find_examples(row, RESPONSES_EXAMPLES)
    assert examples or row.startswith(TWO_REQUESTS)
    for body in examples:
        assert responses.ResponsesClient().post(**body).status_code == 400, body


def test_examples_of_the_responses_route_are_of_rows_that_the_page_has() -> None:
    starts = [*RESPONSES_EXAMPLES, *TWO_REQUESTS]
    assert len(RESPONSES_ROWS) == len(starts)
    assert all(any(row.startswith(start) for row in RESPONSES_ROWS) for start in starts)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[:40])
def test_what_the_page_lists_is_refused(client: Client, row: str) -> None:
    examples = find_examples(row, EXAMPLES)
    assert examples, "add a request that breaks this rule to EXAMPLES"
    for body in examples:
        if "input" in body:
            status = client.send("POST", "/v1/embeddings", json=body).status_code
        else:
            status = client.post(**body).status_code
        assert status == 400, body


def test_examples_are_of_rows_that_the_page_has() -> None:
    assert [start for start in EXAMPLES if not any(row.startswith(start) for row in rows())] == []


def test_schema_keywords_that_gemini_takes_are_those_of_the_page() -> None:
    (row,) = (row for row in rows() if row.startswith("in schemas of tools"))
    named = set(re.findall(r"`(\w+)`", row.partition("every keyword but")[2].partition(" | ")[0]))
    assert {each.rules.schema_dialect.keywords for each in GEMINI_ROWS if each.kind == "text"} == {
        frozenset(named)
    }
