"""What `docs/emulator.md` lists as refused on the other routes is refused, row by row."""

from __future__ import annotations

from typing import Any

import pytest

from langchain_cometapi.emulator._routes.messages.signatures import sign
from tests.unit_tests.emulator import responses_client as responses
from tests.unit_tests.emulator.client import tool as chat_tool
from tests.unit_tests.emulator.generate_content_client import (
    WEATHER as GOOGLE_WEATHER,
)
from tests.unit_tests.emulator.generate_content_client import (
    GenerateContentClient,
    functions,
    media,
    model,
    user,
)
from tests.unit_tests.emulator.generate_content_client import called as calls
from tests.unit_tests.emulator.generate_content_client import returned as returns
from tests.unit_tests.emulator.generate_content_client import said as says
from tests.unit_tests.emulator.messages_client import (
    BUDGET,
    HOUR,
    LOOP,
    MARK,
    MIDDLE,
    OLD,
    OPUS,
    SONNET,
    WEATHER,
    MessagesClient,
    called,
    returned,
    said,
    text,
    tool,
)
from tests.unit_tests.emulator.page import find_examples, rows
from tests.unit_tests.emulator.responses_client import ResponsesClient

Body = dict[str, Any]

ANY = {"tools": [WEATHER], "tool_choice": {"type": "any"}}
OPEN = {"type": "object", "properties": {"x": {"type": "string"}}}
CLOSED = {"type": "object", "properties": {}, "additionalProperties": False}
DOCUMENT = {
    "type": "document",
    "source": {"type": "text", "media_type": "text/plain", "data": "The sky is blue."},
    "citations": {"enabled": True},
}
MARKED = text("a", cache_control=MARK)
SEARCH = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}}
FOUND = {"type": "web_search_result", "encrypted_content": "a", "title": "a", "url": "a"}


def turns(*given: Body, **fields: Any) -> Body:
    return {"messages": [said("Hi"), *given], **fields}


def answered(*blocks: Body, **fields: Any) -> Body:
    return turns(said([*blocks], "assistant"), said("So?"), **fields)


def thought(**changes: Any) -> Body:
    signed = {"type": "thinking", "thinking": "Hm.", "signature": sign(OPUS, "Hm.")}
    return {**signed, **changes}


def formatted(schema: Body) -> Body:
    return {"output_config": {"format": {"type": "json_schema", "schema": schema}}}


def image(media_type: str, data: str) -> Body:
    source = {"type": "base64", "media_type": media_type, "data": data}
    return {"messages": [said([{"type": "image", "source": source}])]}


MESSAGES: dict[str, list[Body]] = {
    "a request without `anthropic-version`": [
        {"headers": {"anthropic-version": "1"}},
        {"headers": {"anthropic-beta": "tools"}},
    ],
    "unknown fields, `anthropic_beta`": [{"anthropic_beta": ["a"]}, {"temperature": None}],
    "`mcp_servers`": [
        {"mcp_servers": []},
        {"context_management": {}},
        {"output_config": {"task_budget": {}}},
    ],
    "`max_tokens` above": [{"max_tokens": 128_001}],
    "another `temperature`": [{"temperature": 0}, {"top_p": 0.5}, {"top_k": 1}],
    "`temperature` and `top_p` together": [
        {"model": OLD, "temperature": 0.5, "top_p": 0.5},
        {"model": OLD, "thinking": BUDGET, "temperature": 0.5},
    ],
    "an effort": [{"model": OLD, "output_config": {"effort": "max"}}],
    "`budget_tokens` below": [
        {"model": OLD, "thinking": {**BUDGET, "budget_tokens": 1023}},
        {"model": OLD, "thinking": BUDGET, "max_tokens": 1024},
    ],
    "kinds of thinking": [
        {"thinking": BUDGET},
        {"model": OLD, "thinking": {"type": "adaptive"}},
        {"model": SONNET, "thinking": {"type": "disabled"}},
    ],
    "`budget_tokens` with adaptive": [{"thinking": {"type": "adaptive", "budget_tokens": 2000}}],
    "a forced `tool_choice` with": [{"thinking": {"type": "adaptive"}, **ANY}],
    "a forced `tool_choice` to": [{"model": "claude-opus-5-5", **ANY}, {"model": SONNET, **ANY}],
    "thinking whose": [answered(thought(signature="a"), text("Hi"))],
    "thinking that was": [answered(thought(thinking="Ha."), text("Hi"))],
    "thinking at the end": [answered(thought())],
    "a turn with calls": [{"model": OLD, "thinking": BUDGET, "messages": LOOP}],
    "a conversation that": [{"messages": [said("Hi", "assistant")]}],
    'the role "system"': [turns(said("a", "system"), model=MIDDLE), turns(said("a", "tool"))],
    "empty messages": [{"messages": [said("")]}, {"messages": [said(" ")]}],
    "an answer that": [turns(said("Well", "assistant"))],
    "one that ends": [turns(said("Well ", "assistant"), model=OLD)],
    "a call without": [answered(called())],
    "a result without": [turns(said([returned()]))],
    "one id for": [answered(called("a:0")), answered(called(), called())],
    "results of searches": [
        answered(
            SEARCH,
            {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": [FOUND]},
        )
    ],
    "tools of the chat route": [
        {"tools": given}
        for given in ([chat_tool("f")], [{"name": "f"}], [WEATHER] * 2, [tool("f" * 129)])
    ],
    "schemas that the chat route": [
        {"tools": [{"name": "f", "input_schema": {**OPEN, "anyOf": []}}]},
        {"tools": [{"name": "f", "input_schema": OPEN, "strict": True}]},
        formatted(OPEN),
    ],
    "citations together": [
        {"messages": [said([DOCUMENT])], **formatted(CLOSED)},
        {"messages": [said([DOCUMENT, {**DOCUMENT, "citations": None}])]},
    ],
    "images that are": [image("image/png", "/9j/4AAQ"), image("image/bmp", "AAAA")],
    "more than 4 marks": [
        {"system": [MARKED] * 5},
        answered(thought(cache_control=MARK), text("Hi")),
    ],
    "a mark of an hour": [{"system": [MARKED, text("a", cache_control=HOUR)]}],
    "a mark of the whole": [{"messages": [said([MARKED])], "cache_control": HOUR}],
    "a prompt of more": [{"model": "claude-haiku-4-5", "messages": [said("word" * 200_000)]}],
}
"""Requests that break each rule of the Messages route, by the beginning of its row."""


def config(**fields: Any) -> Body:
    return {"generationConfig": fields}


CONTENT: dict[str, list[Body]] = {
    "unknown fields and": [{"messages": []}, config(topK="a")],
    "two keys": [{"headers": {"Authorization": "Bearer a"}}],
    "contents without": [{"contents": []}, {"contents": [{"parts": [{}]}]}],
    "function responses": [{"contents": [user(returns())]}],
    "a function call": [
        {"contents": [says("Hi"), model(call), user(returns())]}
        for call in (calls(), calls(thoughtSignature="AAAA"))
    ],
    "`thinkingLevel` together": [
        config(thinkingConfig={"thinkingLevel": "LOW", "thinkingBudget": 9}),
        config(thinkingConfig={"thinkingLevel": "MINIMAL"}),
    ],
    "function declarations": [{"tools": [{"googleSearch": {}}, *functions(GOOGLE_WEATHER)]}],
    "more than one candidate": [
        config(candidateCount=2),
        config(presencePenalty=1),
        config(responseLogprobs=True),
    ],
    "more than 5 stop": [config(stopSequences=[*"abcdef"])],
    "media types": [{"contents": [user(media("image/tiff"))]}],
    "unknown safety": [{"safetySettings": [{"category": "A", "threshold": "OFF"}]}],
    "a schema without": [config(responseSchema={"type": "OBJECT"})],
}
"""The same for generateContent."""

THINKING: Body = {"model": responses.THINKER}
REASONING: Body = {"type": "reasoning", "summary": []}
ANSWER = responses.said("Hi", "assistant")
NAMED = {"type": "function", "function": {"name": "f"}}


def items(*given: Any, **fields: Any) -> Body:
    return {"input": [responses.said("Hi"), *given], **fields}


RESPONSES: dict[str, list[Body]] = {
    "parameters of the chat route": [{"stop": "x"}, {"max_tokens": 99}],
    "`stream_options.include_usage`": [{"stream": True, "stream_options": {"include_usage": True}}],
    "`max_output_tokens` below 16": [{"max_output_tokens": 15}],
    "`temperature` and `top_p`": [{**THINKING, "temperature": 0}, {**THINKING, "top_p": 0.5}],
    "an effort that": [{**THINKING, "reasoning": {"effort": "none"}}],
    "encrypted reasoning of a model": [
        {"model": "gpt-4o-mini", "include": ["reasoning.encrypted_content"]}
    ],
    "tools and a `tool_choice`": [
        {"tools": [chat_tool("f")]},
        {"tools": [responses.function("f")], "tool_choice": NAMED},
    ],
    "content parts": [items({"role": "user", "content": [{"type": "text", "text": "Hi"}]})],
    "unknown fields": [
        items({**responses.said("Hi"), "name": "Ann"}),
        items({**REASONING, "status": None}, ANSWER),
    ],
    "ids that do not": [items({**ANSWER, "id": "run-1"})],
    "a `call_id` of more": [items(responses.called("a" * 65), responses.returned("a" * 65))],
    "`content` of reasoning": [
        items({**REASONING, "content": [{"type": "reasoning_text", "text": "Hm"}]}, ANSWER)
    ],
    "encrypted reasoning that": [items({**REASONING, "encrypted_content": "gAAAA"}, ANSWER)],
    "reasoning to a model": [items(REASONING, ANSWER, model="gpt-4o-mini")],
    "a stored message or call": [],  # it takes two requests, as in its own tests
    "the id of reasoning that was not stored": [],
    "reasoning without": [items(REASONING), items(REASONING, responses.said("Hi"))],
    "one item twice": [items(*[{**ANSWER, "id": "msg_1"}] * 2)],
    "a call without": [items(responses.called())],
    "an output without": [items(responses.returned())],
    "a second output": [items(*[responses.called(), responses.returned()] * 2)],
    "a `previous_response_id`": [{"previous_response_id": "resp_1"}],
    "`background` and": [{"background": True}, {"conversation": "conv_1"}],
}
"""The same for the Responses route."""

TABLES: dict[str, tuple[list[str], dict[str, list[Body]], Any]] = {
    "messages": (rows("## The Messages route", "| refused on"), MESSAGES, MessagesClient),
    "generateContent": (rows("## generateContent", "| refused by"), CONTENT, GenerateContentClient),
    "responses": (rows("## The Responses route", "| refused on"), RESPONSES, ResponsesClient),
}


@pytest.mark.parametrize(
    ("route", "row"),
    [
        pytest.param(route, row, id=f"{route}-{row[:40]}")
        for route, (table, _, _) in TABLES.items()
        for row in table
    ],
)
def test_what_the_page_lists_of_another_route_is_refused(route: str, row: str) -> None:
    _, examples, client = TABLES[route]
    bodies = find_examples(row, examples)
    assert any(row.startswith(start) for start in examples), "add a request that breaks this rule"
    for body in bodies:
        fields = {name: value for name, value in body.items() if name != "headers"}
        response = client().post(body.get("headers"), **fields)
        assert response.status_code == 400, response.text


@pytest.mark.parametrize("route", TABLES)
def test_examples_of_another_route_are_of_rows_that_the_page_has(route: str) -> None:
    table, examples, _ = TABLES[route]
    assert [start for start in examples if not any(row.startswith(start) for row in table)] == []
