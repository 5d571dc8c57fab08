"""What `docs/emulator.md` lists as refused is refused, row by row, in the words of the vendor."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi.emulator._rules.google import ROWS as GEMINI_ROWS
from tests.unit_tests.emulator.client import (
    CLAUDE,
    GEMINI,
    GPT,
    KIMI,
    called,
    format_of,
    result,
    takes,
    tool,
    user,
)
from tests.unit_tests.emulator.page import find_examples, rows

if TYPE_CHECKING:
    from tests.unit_tests.emulator.client import Client

DEEPSEEK, GLM, GROK, QWEN = "deepseek-v4-flash", "glm-5.3", "grok-4.5", "qwen3.7-plus"
O3, GPT_5, OPUS, ASTRA = "o3", "gpt-5-mini", "claude-opus-5", "gpt-6-astra"
GROK_4 = "grok-4.20-0309-reasoning"
TEXT_ONLY_DEEPSEEK, TEXT_ONLY_GLM, KIMI_CODE = "deepseek-v4-pro", "glm-5.2", "kimi-k2.7-code"
F = tool("f", x={"type": "string"})
TEXT = {"type": "text", "text": "What is this?"}
IMAGE = {"type": "image_url", "image_url": {"url": "https://a.example/b.png"}}
VIDEO = {"type": "video_url", "video_url": {"url": "https://a.example/b.mp4"}}
SAID = {"role": "assistant", "content": "Hi"}
TWICE = {**called(), "tool_calls": called()["tool_calls"] * 2}
FORCED = {"tools": [F], "tool_choice": "required"}
OPEN = {"type": "object", "properties": {"x": {"type": "string"}}}
OFF = {"thinking": {"type": "disabled"}}
JSON_MODE = {"response_format": {"type": "json_object"}}
SCHEMA_MODE = {"response_format": format_of(OPEN)}

UNSUPPORTED = "unsupported_parameter: Unsupported parameter: '{}' is not supported with this model."
VALUE = "unsupported_value: Unsupported value: '{}' does not support {}"
NO_TOOLS = (
    "Function tools with reasoning_effort are not supported for {} in /v1/chat/completions. To use"
    " function tools, use /v1/responses or set reasoning_effort to 'none'."
)
TOO_MANY = "array_above_max_length: Invalid 'stop': array too long. Expected an array with maximum"
TOO_LONG = (
    "string_above_max_length: Invalid '{}': string too long. Expected a string with maximum length"
    " 32, but got a string with length 33 instead."
)
ALIBABA = "<400> InternalError.Algo.InvalidParameter"
GROK_REFUSES = "Model {} does not support parameter {}."
NO_JSON_WORD = "'messages' must contain the word 'json' in some form, to use 'response_format' of"
DEEPSEEK_PART = "messages[{}]: unknown variant `{}`, expected `text`"
GLM_PART = "1210: messages.content.type 参数非法\N{FULLWIDTH COMMA}取值范围 ['text']"
NO_REASONING = "The reasoning_content in the thinking mode must be passed back to the API."


def history(*messages: Any) -> dict[str, Any]:
    return {"messages": [user("Hi"), *messages]}


def turn(call_id: str, **fields: Any) -> list[dict[str, Any]]:
    return [called(call_id, **fields), result(call_id)]


def shown(part: dict[str, Any]) -> dict[str, Any]:
    return history({"role": "user", "content": [TEXT, part]})


def returned(*parts: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return history(called(**fields), result(content=[*parts]))


def with_property(schema: dict[str, Any]) -> dict[str, Any]:
    return {"tools": [takes({"type": "object", "properties": {"x": schema}})]}


STRICT = {"tools": [takes(OPEN)]}
STRICT["tools"][0]["function"]["strict"] = True

EXAMPLES: dict[str, list[tuple[str, str, dict[str, Any]]]] = {
    "tool calls not all answered": [
        ("did not have response messages: call_1", GPT, history(called())),
        ("a response to a preceeding message", GPT, history(called(), result(), result())),
    ],
    "one id for two calls of a message": [
        ("Duplicate value for 'tool_call_id'", GPT, history(TWICE, result(), result()))
    ],
    "a prompt of more tokens": [
        ("exceeds the context", "gpt-4o-mini", {"messages": [user("word" * 128_000)]}),
        ("too long", "claude-haiku-4-5", {"messages": [user("word" * 200_000)]}),
    ],
    "one id for two calls of a conversation": [
        ("ids must be unique", CLAUDE, history(*turn("a"), user("Hi"), *turn("a")))
    ],
    "tool call ids, in calls and in results, that do not match": [
        ("String should match pattern", CLAUDE, history(*turn("a:b")))
    ],
    "tool call ids, in calls and in results, of more than 40": [
        ("string_above_max_length", GPT, history(*turn("a" * 41)))
    ],
    "any content part but text in a": [
        (
            "invalid_value: Invalid 'messages[2]'. Image URLs are only allowed",
            GPT,
            returned(TEXT, IMAGE),
        ),
        (
            "invalid_value: Invalid value: 'video_url'. Supported values are: 'text'.",
            "o4-mini",
            returned(VIDEO),
        ),
    ],
    "assistant messages with tool calls but": [
        (NO_REASONING, DEEPSEEK, history(*turn("a:0", content=""))),
        (NO_REASONING, GLM, history(*turn("a:0", content=""))),
        ("tool call message at index 1", KIMI, history(*turn("a:0", content=""))),
    ],
    "any other assistant message": [(NO_REASONING, DEEPSEEK, history(SAID, user("Hi")))],
    "after the newest user message": [("missing a thought_signature", GEMINI, history(*turn("a")))],
    "a forced `tool_choice`": [
        ("Thinking mode does not support this", DEEPSEEK, FORCED),
        ("being set to required or object in thinking mode", QWEN, FORCED),
        ("tool_choice 'required' is incompatible", "kimi-k2.6", FORCED),
        ("Thinking may not be", CLAUDE, {"reasoning_effort": "high", **FORCED}),
    ],
    "function tools, unless the effort": [
        (NO_TOOLS.format(GPT), GPT, {"reasoning_effort": "low", "tools": [F]}),
        (NO_TOOLS.format("gpt-5.5"), "gpt-5.5", {"reasoning_effort": "low", "tools": [F]}),
        (NO_TOOLS.format("gpt-5.6-sol"), "gpt-5.6-sol", {"tools": [F]}),
    ],
    "`parallel_tool_calls`, with any value": [
        (UNSUPPORTED.format("parallel_tool_calls"), O3, {"parallel_tool_calls": True}),
        (
            UNSUPPORTED.format("parallel_tool_calls"),
            "o4-mini",
            {"parallel_tool_calls": False, "tools": [F]},
        ),
    ],
    "`parallel_tool_calls` without tools": [
        ("only allowed when 'tools' are specified", GPT, {"parallel_tool_calls": True})
    ],
    "schemas of `strict: true`": [("'additionalProperties' is required", GPT, STRICT)],
    "tools, strict or not": [
        ("not have 'oneOf'/'anyOf'", GPT, {"tools": [takes({**OPEN, "anyOf": [OPEN]})]}),
        ("array schema missing items", GPT, with_property({"type": "array"})),
    ],
    "tools of `strict: true`": [("property `x` must be in `required`", DEEPSEEK, STRICT)],
    "tools with `anyOf`": [
        ("support oneOf, allOf", CLAUDE, {"tools": [takes({**OPEN, "anyOf": [OPEN]})]}),
        ("JSON schema is invalid", CLAUDE, with_property({"type": "str"})),
    ],
    "schemas of `response_format` with": [("must be explicitly set to false", CLAUDE, SCHEMA_MODE)],
    "a schema of a tool or of `response_format` that": [
        ("circular references", GROK, with_property({"$ref": "#"}))
    ],
    "JSON as `response_format` while": [
        (
            f"invalid_parameter_error: {ALIBABA}: Json mode response is not supported when",
            QWEN,
            {"messages": [user("as JSON")], **mode},
        )
        for mode in (SCHEMA_MODE, JSON_MODE)
    ],
    "a `temperature` or `top_p` other than 1": [
        (VALUE.format("temperature", 0.5), GPT_5, {"temperature": 0.5}),
        *(
            (VALUE.format("top_p", 0.5), opus, {"top_p": 0.5})
            for opus in ("claude-opus-4-7", OPUS, "claude-opus-5-5")
        ),
        (VALUE.format("temperature", 0), "gpt-5.1", {"temperature": 0, "reasoning_effort": "low"}),
        (VALUE.format("temperature", 0), "gpt-5.5", {"temperature": 0}),
        (VALUE.format("temperature", 0), "gpt-6-sol", {"temperature": 0}),
    ],
    "`temperature` and `top_p` together": [
        ("cannot both be specified", CLAUDE, {"temperature": 0.5, "top_p": 0.5})
    ],
    "`max_tokens` instead of": [
        (UNSUPPORTED.format("max_tokens"), model, {"max_tokens": 9}) for model in (GPT, "gpt-5.2")
    ],
    "a `reasoning_effort` that": [
        (VALUE.format("reasoning_effort", f"'{effort}'"), model, {"reasoning_effort": effort})
        for model, effort in (
            (GPT, "minimal"),
            (O3, "none"),
            (O3, "minimal"),
            ("gpt-5.1", "xhigh"),
            ("gpt-5.2", "minimal"),
            ("gpt-6-sol", "minimal"),
        )
    ],
    "`stop` | o3": [
        (UNSUPPORTED.format("stop"), O3, {"stop": "x"}),
        (UNSUPPORTED.format("stop"), "gpt-5.2", {"stop": ["x"]}),
    ],
    "`stop` | Grok": [
        ("Argument not supported on this model: stop", model, {"stop": ["x"]})
        for model in (GROK, GROK_4)
    ],
    "`presence_penalty`": [
        (UNSUPPORTED.format("presence_penalty"), GPT, {"presence_penalty": 0.5}),
        (UNSUPPORTED.format("frequency_penalty"), "gpt-5.2", {"frequency_penalty": -1}),
        (GROK_REFUSES.format(GROK, "frequencyPenalty"), GROK, {"frequency_penalty": 0}),
        (GROK_REFUSES.format(GROK, "presencePenalty"), GROK, {"presence_penalty": 1}),
        ("Penalty is not enabled for this model", GEMINI, {"presence_penalty": 0.5}),
        ("invalid frequency_penalty: only 0 is allowed", KIMI, {"frequency_penalty": 1}),
    ],
    "`logit_bias`": [(UNSUPPORTED.format("logit_bias"), O3, {"logit_bias": {"1": 1}})],
    "`logprobs`": [
        (f"Logprobs is not enabled for models/{GEMINI}", GEMINI, {"logprobs": True}),
        *(
            (UNSUPPORTED.format("logprobs"), model, {"logprobs": True, **more})
            for model, more in (
                (CLAUDE, {}),
                (GPT_5, {}),
                ("gpt-5.1", {"reasoning_effort": "low"}),
                ("gpt-5.6-sol", {}),
            )
        ),
    ],
    "`reasoning_effort` | Grok": [
        (GROK_REFUSES.format(model, "reasoningEffort"), model, {"reasoning_effort": "low"})
        for model in (GROK_4, "grok-4.20-0309-non-reasoning")
    ],
    "`n` above 1": [
        ("unsupported_value: Invalid 'n': this model only supports n = 1", model, {"n": 2})
        for model in (CLAUDE, DEEPSEEK, KIMI)
    ],
    "more than 4 stop sequences": [
        (f"{TOO_MANY} length 4, but", model, {"stop": ["a"] * 5})
        for model in ("gpt-4o-mini", "grok-4.20-0309-non-reasoning")
    ],
    "more than 1 stop sequence": [("1214: stop:最大只能有1个停止词", GLM, {"stop": ["a", "b"]})],
    "more than 5 stop sequences": [
        (f"{TOO_MANY} length 5, but", KIMI, {"stop": ["a"] * 6}),
        *(
            (TOO_LONG.format(path), KIMI, {"stop": stop})
            for path, stop in (("stop", "a" * 33), ("stop[1]", ["a", "词" * 11]))
        ),
    ],
    "more than 16 stop sequences": [(f"{TOO_MANY} length 16, but", DEEPSEEK, {"stop": ["a"] * 17})],
    "`response_format` with a schema": [
        ("This response_format type is unavailable now", DEEPSEEK, SCHEMA_MODE)
    ],
    "JSON mode without the word": [
        (NO_JSON_WORD, GPT, JSON_MODE),
        (
            f"invalid_parameter_error: {ALIBABA}: {NO_JSON_WORD}",
            QWEN,
            {"enable_thinking": False, **JSON_MODE},
        ),
        ("Prompt must contain the word 'json' in some", DEEPSEEK, JSON_MODE),
    ],
    "any content part but text | deepseek": [
        (DEEPSEEK_PART.format(1, "video_url"), TEXT_ONLY_DEEPSEEK, shown(VIDEO)),
        (
            DEEPSEEK_PART.format(2, "image_url"),
            TEXT_ONLY_DEEPSEEK,
            returned(IMAGE, reasoning_content=" "),
        ),
    ],
    "any content part but text | glm": [
        (GLM_PART, TEXT_ONLY_GLM, shown(VIDEO)),
        (GLM_PART, TEXT_ONLY_GLM, returned(IMAGE, reasoning_content=" ")),
    ],
    "a `temperature` other than 1, or 0.6": [
        (f"invalid {words} is allowed for this model", KIMI, body)
        for words, body in (
            ("temperature: only 1", {"temperature": 0.6}),
            ("temperature: only 0.6", {"temperature": 1, **OFF}),
            ("top_p: only 0.95", {"top_p": 1}),
            ("top_p: only 0.95", {"top_p": 1, **OFF}),
        )
    ],
    "`thinking` of another type": [
        ("invalid thinking: only type=enabled is allowed", KIMI_CODE, OFF)
    ],
    'the efforts "none" and "minimal"': [
        (words, ASTRA, body)
        for words, body in (
            (VALUE.format("reasoning_effort", "'none'"), {"reasoning_effort": "none"}),
            (VALUE.format("reasoning_effort", "'minimal'"), {"reasoning_effort": "minimal"}),
            (VALUE.format("temperature", 0.5), {"temperature": 0.5}),
            (UNSUPPORTED.format("logprobs"), {"logprobs": True}),
            (NO_TOOLS.format(ASTRA), {"tools": [F]}),
            (NO_TOOLS.format(ASTRA), {"tools": [F], "reasoning_effort": "xhigh"}),
        )
    ],
    "in schemas of tools": [
        (f'Unknown name "{word}"', GEMINI, with_property({"type": "string", word: {}}))
        for word in ("const", "not")
    ],
    "in such schemas": [
        (words, GEMINI, with_property(schema))
        for words, schema in (
            ("Proto field is not repeating", {"type": ["string", "null"]}),
            ("(TYPE_STRING), 1", {"type": "integer", "enum": [1]}),
            ("items: missing field", {"type": "array"}),
            ("property is not defined", {"type": "object", "required": ["y"]}),
        )
    ],
    "a schema, of a tool or of `response_format`, without": [
        (words, KIMI, with_property(schema))
        for words, schema in (
            ("when using anyOf, type", {"type": "string", "anyOf": [{"type": "string"}]}),
            ("type is not defined", {"enum": ["a"]}),
        )
    ],
    "more than 2048 texts": [
        ("'$.input' is invalid", "text-embedding-3-small", {"input": ["a"] * 2049})
    ],
    "more than 100, more than 10": [
        ("at most 100 requests", "gemini-embedding-001", {"input": ["a"] * 101}),
        (
            f"InvalidParameter: {ALIBABA}: Value error, batch size is invalid",
            "text-embedding-v4",
            {"input": ["a"] * 11},
        ),
    ],
    "`dimensions`": [("specifying", "text-embedding-ada-002", {"input": "a", "dimensions": 3})],
    "tool parameters that are not": [
        ('is required and must be "object"', KIMI, {"tools": [takes({})]})
    ],
}
"""Requests that break each rule, by its row's start: words of the refusal, model and fields."""


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[:40])
def test_what_the_page_lists_is_refused(client: Client, row: str) -> None:
    examples = find_examples(row, EXAMPLES)
    assert examples, "add a request that breaks this rule to EXAMPLES"
    for words, model, body in examples:
        if "input" in body:
            response = client.send("POST", "/v1/embeddings", json={"model": model, **body})
        else:
            response = client.post(model=model, **body)
        assert response.status_code == 400, body
        error = response.json()
        error = error.get("error", error)
        assert words in f"{error.get('code')}: {error['message']}"


def test_examples_are_of_rows_that_the_page_has() -> None:
    assert [start for start in EXAMPLES if not any(row.startswith(start) for row in rows())] == []


def test_schema_keywords_that_gemini_takes_are_those_of_the_page() -> None:
    (row,) = (row for row in rows() if row.startswith("in schemas of tools"))
    named = set(re.findall(r"`(\w+)`", row.partition("every keyword but")[2].partition(" | ")[0]))
    assert {each.rules.schema_dialect.keywords for each in GEMINI_ROWS if each.kind == "text"} == {
        frozenset(named)
    }
