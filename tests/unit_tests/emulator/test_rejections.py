"""What the vendors refuse, and the neighbouring requests they accept."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit_tests.emulator.client import (
    CLAUDE,
    DEEPSEEK,
    DEEPSEEK_VISION,
    GEMINI,
    GPT,
    OLD_GPT,
    Client,
    called,
    result,
    tool,
    user,
)

IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
AUDIO = {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}
FILE = {
    "type": "file",
    "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,AA"},
}
VIDEO = {"type": "video_url", "video_url": {"url": "https://example.com/a.mp4"}}
F = tool("f")
OBJECT: dict[str, Any] = {"type": "object", "properties": {"a": {"type": "string"}}}


def schema(**holder: Any) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": holder}


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("unknown parameter", {"foo": 1}, "Unrecognized request argument supplied: foo"),
    ("another vendor's parameter", {"enable_thinking": True}, "supplied: enable_thinking"),
    ("anthropic_beta in the body", {"model": CLAUDE, "anthropic_beta": "x"}, "anthropic_beta"),
    ("max_tokens", {"max_tokens": 5}, "Use 'max_completion_tokens' instead."),
    (
        "both limits",
        {"model": OLD_GPT, "max_tokens": 5, "max_completion_tokens": 5},
        "at the same time",
    ),
    ("limit below one", {"max_completion_tokens": 0}, "integer below minimum value"),
    ("limit as text", {"max_completion_tokens": "5"}, "expected an integer, but got a string"),
    ("temperature too high", {"temperature": 2.5}, "decimal above maximum value"),
    ("temperature as text", {"temperature": "0"}, "expected a decimal, but got a string"),
    ("temperature as boolean", {"temperature": True}, "but got a boolean"),
    (
        "temperature while thinking",
        {"temperature": 0, "reasoning_effort": "low"},
        "'temperature' does not support 0 with this model",
    ),
    ("temperature, old GPT-5", {"model": "gpt-5-mini", "temperature": 0}, "'temperature'"),
    ("temperature, new Opus", {"model": "claude-opus-5-5", "temperature": 0.2}, "'temperature'"),
    (
        "both samplings, Claude",
        {"model": CLAUDE, "temperature": 0.2, "top_p": 0.9},
        "cannot both be specified",
    ),
    ("effort unknown", {"reasoning_effort": "huge"}, "Supported values are: 'high', 'low'"),
    ("effort, old GPT", {"model": OLD_GPT, "reasoning_effort": "low"}, "reasoning_effort"),
    ("effort as number", {"reasoning_effort": 3}, "expected a string"),
    ("n, Claude", {"model": CLAUDE, "n": 2}, "n = 1"),
    ("n too high", {"n": 129}, "integer above maximum value"),
    ("logprobs, Claude", {"model": CLAUDE, "logprobs": True}, "'logprobs' is not supported"),
    ("logprobs while thinking", {"logprobs": True, "reasoning_effort": "low"}, "'logprobs'"),
    ("top_logprobs alone", {"top_logprobs": 2}, "only allowed when 'logprobs' is enabled"),
    ("top_logprobs too high", {"logprobs": True, "top_logprobs": 21}, "above maximum"),
    (
        "five stops",
        {"model": OLD_GPT, "stop": ["a", "b", "c", "d", "e"]},
        "maximum length 4, but got an array with length 5",
    ),
    ("stop as number", {"model": OLD_GPT, "stop": 1}, "'stop': expected a string or"),
    ("stop item", {"model": OLD_GPT, "stop": [1]}, "'stop[0]'"),
    ("stream as text", {"stream": "yes"}, "expected a boolean"),
    ("stream options, no stream", {"stream_options": {"include_usage": True}}, "'stream_options'"),
    ("stream options as list", {"stream": True, "stream_options": [1]}, "expected an object"),
    (
        "stream option unknown",
        {"stream": True, "stream_options": {"foo": True}},
        "Unknown parameter: 'stream_options.foo'",
    ),
    (
        "stream option as text",
        {"stream": True, "stream_options": {"include_usage": "yes"}},
        "'stream_options.include_usage'",
    ),
    ("modality unknown", {"modalities": ["smell"]}, "Invalid value: 'smell'"),
    ("modalities as text", {"modalities": "audio"}, "expected an array"),
    ("metadata as list", {"metadata": []}, "expected an object, but got an array"),
    ("tools empty", {"tools": []}, "Invalid 'tools': empty array"),
    ("tools as object", {"tools": {}}, "'tools'"),
    ("tool as text", {"tools": ["f"]}, "'tools[0]'"),
    ("tool type", {"tools": [{"type": "web_search"}]}, "Invalid value: 'web_search'"),
    ("tool without function", {"tools": [{"type": "function"}]}, "'tools[0].function'"),
    ("tool without name", {"tools": [{"type": "function", "function": {}}]}, ".function.name'"),
    ("tool name", {"tools": [tool("not good")]}, "string does not match pattern"),
    ("tool names twice", {"tools": [F, F]}, "unique"),
    (
        "tool parameters",
        {"tools": [{"type": "function", "function": {"name": "f", "parameters": 3}}]},
        "'tools[0].function.parameters'",
    ),
    (
        "tool schema no object",
        {
            "tools": [
                {"type": "function", "function": {"name": "f", "parameters": {"type": "string"}}}
            ]
        },
        "Invalid schema for function 'f'",
    ),
    (
        "tool strict schema",
        {
            "tools": [
                {
                    "type": "function",
                    "function": {"name": "f", "strict": True, "parameters": OBJECT},
                }
            ]
        },
        "'additionalProperties' is required to be supplied and to be false",
    ),
    ("parallel calls without tools", {"parallel_tool_calls": False}, "'parallel_tool_calls'"),
    (
        "schema malformed",
        {"response_format": schema(name="x", schema={"type": "object", "properties": [1]})},
        "Invalid schema",
    ),
    ("choice without tools", {"tool_choice": "auto"}, "only allowed when 'tools'"),
    ("choice any", {"tools": [F], "tool_choice": "any"}, "Invalid value: 'any'"),
    (
        "choice of an absent tool",
        {"tools": [F], "tool_choice": {"type": "function", "function": {"name": "g"}}},
        "no function named 'g'",
    ),
    ("choice malformed", {"tools": [F], "tool_choice": {"type": "tool"}}, "'tool_choice'"),
    ("tools while thinking", {"tools": [F], "reasoning_effort": "low"}, "use /v1/responses"),
    ("tools, thinks by default", {"model": "gpt-6-astra", "tools": [F]}, "for gpt-6-astra in"),
    ("format as text", {"response_format": "json"}, "'response_format'"),
    ("format unknown", {"response_format": {"type": "xml"}}, "Invalid value: 'xml'"),
    ("schema without name", {"response_format": schema(schema=OBJECT)}, "json_schema.name'"),
    ("schema without schema", {"response_format": schema(name="x")}, "json_schema.schema'"),
    ("no json_schema", {"response_format": {"type": "json_schema"}}, "json_schema.name'"),
    ("schema as list", {"response_format": schema(name="x", schema=[])}, "expected an object"),
    (
        "strict, open object",
        {"response_format": schema(name="x", schema=OBJECT, strict=True)},
        "'additionalProperties' is required",
    ),
    (
        "strict, optional field",
        {
            "response_format": schema(
                name="x", schema={**OBJECT, "additionalProperties": False}, strict=True
            )
        },
        "Missing 'a'",
    ),
    (
        "strict, nested",
        {
            "response_format": schema(
                name="x",
                strict=True,
                schema={
                    "type": "object",
                    "properties": {"a": {"type": "array", "items": OBJECT}},
                    "required": ["a"],
                    "additionalProperties": False,
                },
            )
        },
        "context=('properties', 'a', 'items')",
    ),
    ("json mode without the word", {"response_format": {"type": "json_object"}}, "'json'"),
    ("no messages", {"messages": []}, "Invalid 'messages': empty array"),
    ("message as text", {"messages": ["hi"]}, "'messages[0]'"),
    ("no role", {"messages": [{"content": "x"}]}, "'messages[0].role'"),
    ("unknown role", {"messages": [{"role": "human", "content": "x"}]}, "Invalid value: 'human'"),
    (
        "developer role, DeepSeek",
        {"model": DEEPSEEK, "messages": [{"role": "developer", "content": "x"}]},
        "Invalid value: 'developer'",
    ),
    (
        "unknown message field, GPT",
        {"messages": [{"role": "assistant", "content": "x", "reasoning_content": "y"}]},
        "Unknown parameter: 'messages[0].reasoning_content'",
    ),
    ("name with a blank", {"messages": [{**user("x"), "name": "a b"}]}, "'messages[0].name'"),
    ("no content", {"messages": [{"role": "user"}]}, "expected a string, got null"),
    ("content as number", {"messages": [{"role": "user", "content": 3}]}, "array of objects"),
    ("content empty", {"messages": [{"role": "user", "content": []}]}, "empty array"),
    ("part as text", {"messages": [{"role": "user", "content": ["x"]}]}, ".content[0]'"),
    ("part without type", {"messages": [{"role": "user", "content": [{}]}]}, ".content[0].type'"),
    (
        "part of LangChain's own",
        {"messages": [{"role": "user", "content": [{"type": "image", "url": "x"}]}]},
        "Invalid value: 'image'",
    ),
    (
        "Anthropic tool_use part",
        {
            "model": CLAUDE,
            "messages": [
                {"role": "assistant", "content": [{"type": "tool_use", "id": "1", "name": "f"}]}
            ],
        },
        "Invalid value: 'tool_use'",
    ),
    ("video, GPT", {"messages": [{"role": "user", "content": [VIDEO]}]}, "'video_url'"),
    ("image, system", {"messages": [{"role": "system", "content": [IMAGE]}]}, "'image_url'"),
    (
        "text part without text",
        {"messages": [{"role": "user", "content": [{"type": "text"}]}]},
        ".content[0].text'",
    ),
    (
        "image part flat",
        {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": "x"}]}]},
        ".image_url'",
    ),
    (
        "image part no URL",
        {
            "messages": [
                {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "AAAA"}}]}
            ]
        },
        "Expected a valid URL",
    ),
    (
        "audio part without format",
        {
            "messages": [
                {
                    "role": "user",
                    "content": [{"type": "input_audio", "input_audio": {"data": "AAAA"}}],
                }
            ]
        },
        ".input_audio.format'",
    ),
    (
        "file part empty",
        {"messages": [{"role": "user", "content": [{"type": "file", "file": {}}]}]},
        ".file.file_data'",
    ),
    ("assistant without content", {"messages": [{"role": "assistant"}]}, "got null"),
    (
        "assistant with no calls",
        {"messages": [{"role": "assistant", "content": "", "tool_calls": []}]},
        "Invalid 'messages[0].tool_calls': empty array",
    ),
    (
        "call as text",
        {"messages": [{"role": "assistant", "tool_calls": ["x"]}]},
        "'messages[0].tool_calls[0]'",
    ),
    (
        "call type",
        {"messages": [{"role": "assistant", "tool_calls": [{"id": "1"}]}]},
        "Supported values are: 'function'",
    ),
    (
        "call without function",
        {"messages": [{"role": "assistant", "tool_calls": [{"id": "1", "type": "function"}]}]},
        ".tool_calls[0].function'",
    ),
    (
        "call with parsed arguments",
        {
            "messages": [
                {
                    "role": "assistant",
                    "tool_calls": [
                        {"id": "1", "type": "function", "function": {"name": "f", "arguments": {}}}
                    ],
                }
            ]
        },
        "expected a string, but got an object",
    ),
    (
        "call without id",
        {"messages": [called(None), result()]},  # type: ignore[arg-type]
        ".tool_calls[0].id'",
    ),
    (
        "call ids twice",
        {
            "messages": [
                user("x"),
                called(tool_calls=called()["tool_calls"] * 2),
                result(),
            ]
        },
        "Duplicate value for 'tool_call_id' of 'call_1'",
    ),
    ("tool first", {"messages": [result()]}, "a response to a preceeding message"),
    (
        "tool after system",
        {"messages": [{"role": "system", "content": "x"}, result()]},
        "a response to a preceeding message",
    ),
    (
        "tool without id",
        {"messages": [user("x"), called(), {"role": "tool", "content": "x"}]},
        "'messages[2].tool_call_id'",
    ),
    (
        "tool with another id",
        {"messages": [user("x"), called("a"), result("b")]},
        "a response to a preceeding message",
    ),
    (
        "tool answered twice",
        {"messages": [user("x"), called(), result(), result()]},
        "a response to a preceeding message",
    ),
    (
        "tool after the next turn",
        {"messages": [user("x"), called(), result(), user("y"), result()]},
        "a response to a preceeding message",
    ),
    (
        "call unanswered at the end",
        {"messages": [user("x"), called("abc")]},
        "did not have response messages: abc",
    ),
    (
        "call unanswered before the user",
        {"messages": [user("x"), called("abc"), user("y")]},
        "did not have response messages: abc",
    ),
    (
        "call unanswered before the assistant",
        {"messages": [user("x"), called("abc"), {"role": "assistant", "content": "y"}]},
        "did not have response messages: abc",
    ),
]


@pytest.mark.parametrize(
    ("body", "words"), [row[1:] for row in REFUSED], ids=[r[0] for r in REFUSED]
)
def test_refused(client: Client, body: dict[str, Any], words: str) -> None:
    status, message, _ = client.refusal(**body)
    assert status == 400
    assert words in message


def everything_in(role: str) -> list[dict[str, Any]]:
    content = [{"type": "text", "text": "x", "cache_control": {"type": "ephemeral"}}]
    if role == "tool":
        turn = called()
        signature = {"google": {"thought_signature": "skip_thought_signature_validator"}}
        turn["tool_calls"][0]["extra_content"] = signature
        return [user("x"), turn, result(content=[*content, IMAGE, FILE])]
    return [{"role": "user", "content": [*content, IMAGE, FILE, AUDIO]}]


BOTH_ROLES = ["user", "tool"]
ACCEPTED: list[tuple[str, dict[str, Any]]] = [
    ("OpenAI's parameters", {"seed": 1, "user": "me", "store": False, "service_tier": "auto"}),
    ("nulls", {"temperature": None, "tools": None, "stop": None, "stream_options": None}),
    ("max_tokens, Claude", {"model": CLAUDE, "max_tokens": 5}),
    ("max_tokens, old GPT", {"model": OLD_GPT, "max_tokens": 5, "temperature": 0}),
    ("default temperature", {"temperature": 1, "reasoning_effort": "low"}),
    ("temperature without effort", {"temperature": 0}),
    ("temperature, Claude", {"model": CLAUDE, "temperature": 0.2}),
    ("temperature, Gemini", {"model": GEMINI, "temperature": 0.2, "top_p": 0.5}),
    ("tools, effort none", {"model": "gpt-6.1-sol", "tools": [F], "reasoning_effort": "none"}),
    ("thinking, Gemini", {"model": GEMINI, "thinking": {"type": "enabled"}}),
    ("thinking, Claude", {"model": CLAUDE, "thinking": {"type": "disabled"}}),
    ("tool_stream, GLM", {"model": "glm-5.3", "tool_stream": True}),
    ("four stops", {"model": OLD_GPT, "stop": ["a", "b", "c", "d"]}),
    ("developer", {"messages": [{"role": "developer", "content": "x"}, user("y")]}),
    ("same role twice", {"messages": [user("x"), user("y")]}),
    ("name", {"messages": [{**user("x"), "name": "example_user"}]}),
    ("assistant last", {"messages": [user("x"), {"role": "assistant", "content": "y"}]}),
    ("tool without parameters", {"tools": [{"type": "function", "function": {"name": "f"}}]}),
    ("open schema, not strict", {"response_format": schema(name="x", schema=OBJECT)}),
    (
        "open schema, strict, not GPT",
        {"model": CLAUDE, "response_format": schema(name="x", schema=OBJECT, strict=True)},
    ),
    ("text format", {"response_format": {"type": "text"}}),
    ("video, Kimi", {"model": "kimi-k3", "messages": [{"role": "user", "content": [VIDEO]}]}),
    *(
        (f"every part in {role}, {model}", {"model": model, "messages": everything_in(role)})
        for model, roles in ((GPT, ["user"]), (CLAUDE, BOTH_ROLES), (GEMINI, BOTH_ROLES))
        for role in roles
    ),
    ("every part, DeepSeek", {"model": DEEPSEEK_VISION, "messages": everything_in("user")}),
]


@pytest.mark.parametrize("body", [row[1] for row in ACCEPTED], ids=[row[0] for row in ACCEPTED])
def test_accepted(client: Client, body: dict[str, Any]) -> None:
    assert client.post(**body).status_code == 200


def test_gemini_drops_video_silently(client: Client) -> None:
    text = {"type": "text", "text": "what is this"}
    with_video = client.chat(model=GEMINI, messages=[{"role": "user", "content": [text, VIDEO]}])
    without = client.chat(model=GEMINI, messages=[{"role": "user", "content": [text]}])
    assert with_video["usage"] == without["usage"]
    assert with_video["choices"] == without["choices"]
