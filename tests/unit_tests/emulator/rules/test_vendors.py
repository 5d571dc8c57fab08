"""What single vendors and models refuse, word for word, and what their neighbours accept."""

from __future__ import annotations

from typing import Any

import pytest

from langchain_cometapi.emulator._rules.registry import MODELS
from tests.unit_tests.emulator.client import (
    CLAUDE,
    DEEPSEEK,
    DEEPSEEK_VISION,
    GEMINI,
    GPT,
    KIMI,
    OLD_GPT,
    Client,
    called,
    result,
    tool,
    user,
)

F = tool("f")
OFF = {"type": "disabled"}
ON = {"type": "enabled"}
PLAIN = "invalid_request_error"
UNSUPPORTED = "Unsupported parameter: '{}' is not supported with this model."
GROK_STOP = "Argument not supported on this model: stop"
DEEPSEEK_PART = (
    "Failed to deserialize the JSON body into the target type: messages[1]: unknown variant"
    " `{}`, expected `text`"
)
GLM_PART = "messages.content.type 参数非法\N{FULLWIDTH COMMA}取值范围 ['text']"
KIMI_TEMPERATURE = "invalid temperature: only {} is allowed for this model"
KIMI_TOP_P = "invalid top_p: only 0.95 is allowed for this model"
WORD = (
    "'messages' must contain the word 'json' in some form, to use 'response_format' of type"
    " 'json_object'."
)
DEEPSEEK_WORD = (
    "Prompt must contain the word 'json' in some form to use 'response_format' of type"
    " 'json_object'."
)
TOO_LONG = (
    "Invalid '{}': string too long. Expected a string with maximum length 32, but got a string"
    " with length {} instead."
)
TOOL_IMAGE = (
    "Invalid 'messages[3]'. Image URLs are only allowed for messages with role 'user', but this"
    " message with role 'tool' contains an image URL."
)
TOOL_PART = "Invalid value: '{}'. Supported values are: 'text'."
NO_TOOLS = (
    "Function tools with reasoning_effort are not supported for {} in /v1/chat/completions. To use"
    " function tools, use /v1/responses or set reasoning_effort to 'none'."
)

PARTS: dict[str, dict[str, Any]] = {
    "image_url": {"url": "data:image/png;base64,AAAA"},
    "video_url": {"url": "https://example.com/a.mp4"},
    "input_audio": {"data": "AAAA", "format": "wav"},
    "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,AA"},
}
O_SERIES = ["o3", "o4-mini"]
THINKING_GPTS = [
    *O_SERIES,
    "gpt-5-mini",
    "gpt-5.4",
    "gpt-5.4-mini",
    "gpt-5.4-nano",
    "gpt-5.5",
    "gpt-5.6",
    "gpt-5.6-sol",
    "gpt-6-astra",
    "gpt-6-sol",
    "gpt-6.1-sol",
]
ALWAYS_THINKING_GPTS = ["gpt-6-astra"]
THINKER_EFFORTS = ["low", "medium", "high", "xhigh"]
KIMIS = ["kimi-k2.6", "kimi-k2.7-code", "kimi-k3"]
BIASES = {"presence_penalty": 0.5, "frequency_penalty": -1, "logit_bias": {"1": 5}}
OLD_GROKS = ["grok-4.20-0309-reasoning", "grok-4.20-0309-non-reasoning"]
GROKS = ["grok-4.3", "grok-4.5", "grok-4.7"]


def part(kind: str) -> list[dict[str, Any]]:
    """A conversation whose second message has such a part."""
    content = [{"type": "text", "text": "what is this"}, {"type": kind, kind: PARTS[kind]}]
    return [user("hello"), {"role": "user", "content": content}]


def seen_by_a_tool(kind: str) -> list[dict[str, Any]]:
    turn = called(reasoning_content=" ")
    return [turn, result(content=[{"type": kind, kind: PARTS[kind]}])]


def result_with(*kinds: str) -> list[dict[str, Any]]:
    """A conversation whose last message is a tool result of text and such parts."""
    parts = [{"type": "text", "text": "x"}, *({"type": kind, kind: PARTS[kind]} for kind in kinds)]
    return [user("hello"), user("hello"), called(), result(content=parts)]


JSON_SCHEMA = {
    "type": "json_schema",
    "json_schema": {"name": "x", "schema": {"type": "string"}},
}
JSON_OBJECT = {"type": "json_object"}
UNTHINKING: dict[str, Any] = {"enable_thinking": False}

JSON_THINKING = (
    "<400> InternalError.Algo.InvalidParameter: Json mode response is not supported when"
    " enable_thinking is true"
)

Refused = tuple[str, dict[str, Any], str, str]


def refused_by_a_thinker(model: str) -> list[Refused]:
    """What is refused by a GPT that cannot but think."""
    none = "'reasoning_effort' does not support 'none'"
    return [
        (model, {"reasoning_effort": "none"}, none, ""),
        (model, {"reasoning_effort": "minimal"}, "does not support 'minimal'", ""),
        (model, {"temperature": 0.5}, "'temperature' does not support 0.5", ""),
        (model, {"temperature": 0, "reasoning_effort": "low"}, "'temperature' does not", ""),
        (model, {"logprobs": True}, UNSUPPORTED.format("logprobs"), "unsupported_parameter"),
        (model, {"tools": [F]}, NO_TOOLS.format(model), PLAIN),
        *(
            (model, {"tools": [F], "reasoning_effort": value}, NO_TOOLS.format(model), PLAIN)
            for value in THINKER_EFFORTS
        ),
        (model, {"tools": [F], "reasoning_effort": "none"}, none, ""),
    ]


REFUSED: list[Refused] = [
    *(
        (model, {"parallel_tool_calls": value, **more}, UNSUPPORTED.format(name), code)
        for model in O_SERIES
        for value in (True, False)
        for more in ({}, {"tools": [F]})
        for name, code in [("parallel_tool_calls", "unsupported_parameter")]
    ),
    *(("o3", {"reasoning_effort": value}, f"'{value}'", "") for value in ("none", "minimal")),
    *(
        (model, {"stop": stop}, UNSUPPORTED.format("stop"), "unsupported_parameter")
        for model in THINKING_GPTS
        for stop in ("END", ["END"])
    ),
    *((model, {"stop": ["END"]}, GROK_STOP, PLAIN) for model in GROKS),
    ("glm-5.2", {"stop": ["a", "b"]}, "stop:最大只能有1个停止词", "1214"),
    (KIMI, {"stop": list("abcdef")}, "maximum length 5, but", "array_above_max_length"),
    (KIMI, {"stop": "x" * 33}, TOO_LONG.format("stop", 33), "string_above_max_length"),
    (KIMI, {"stop": ["x", "词" * 11]}, TOO_LONG.format("stop[1]", 33), "string_above_max_length"),
    (DEEPSEEK, {"stop": ["x"] * 17}, "maximum length 16, but", "array_above_max_length"),
    (CLAUDE, {"stop": 1}, "'stop': expected a string or", "invalid_type"),
    *(
        (
            model,
            {"response_format": JSON_SCHEMA},
            "This response_format type is unavailable now",
            PLAIN,
        )
        for model in (DEEPSEEK, "deepseek-v4-flash", DEEPSEEK_VISION)
    ),
    (GPT, {"response_format": JSON_OBJECT}, WORD, PLAIN),
    (
        "qwen3.8-max",
        {"response_format": JSON_OBJECT, **UNTHINKING},
        f"<400> InternalError.Algo.InvalidParameter: {WORD}",
        "invalid_parameter_error",
    ),
    *(
        (
            "qwen3.8-max",
            {"response_format": response_format, "messages": [user("as JSON")]},
            JSON_THINKING,
            "invalid_parameter_error",
        )
        for response_format in (JSON_OBJECT, JSON_SCHEMA)
    ),
    (
        DEEPSEEK,
        {"response_format": JSON_OBJECT},
        DEEPSEEK_WORD,
        PLAIN,
    ),
    *((DEEPSEEK, {"messages": part(kind)}, DEEPSEEK_PART.format(kind), PLAIN) for kind in PARTS),
    (DEEPSEEK, {"messages": seen_by_a_tool("image_url")}, DEEPSEEK_PART.format("image_url"), PLAIN),
    *(("glm-5.2", {"messages": part(kind)}, GLM_PART, "1210") for kind in PARTS),
    ("glm-5.2", {"messages": seen_by_a_tool("image_url")}, GLM_PART, "1210"),
    *(
        (model, {"temperature": value, **more}, KIMI_TEMPERATURE.format(1), PLAIN)
        for model in KIMIS
        for value in (0, 0.6)
        for more in ({}, {"thinking": ON})
    ),
    *(
        (model, {"temperature": value, "thinking": OFF}, KIMI_TEMPERATURE.format(0.6), PLAIN)
        for model in ("kimi-k2.6", "kimi-k3")
        for value in (0, 1)
    ),
    *((model, {"top_p": value}, KIMI_TOP_P, PLAIN) for model in KIMIS for value in (0.5, 1)),
    (KIMI, {"top_p": 1, "thinking": OFF}, KIMI_TOP_P, PLAIN),
    (
        "kimi-k2.7-code",
        {"thinking": OFF},
        "invalid thinking: only type=enabled is allowed for this model",
        PLAIN,
    ),
    *(
        (model, {name: value}, UNSUPPORTED.format(name), "unsupported_parameter")
        for model in [*THINKING_GPTS, "gpt-5.1", "gpt-5.2"]
        for name, value in BIASES.items()
    ),
    *(
        (model, {name: value}, f"Model {model} does not support parameter {camel}.", PLAIN)
        for model in [*GROKS, *OLD_GROKS]
        for name, camel in (
            ("presence_penalty", "presencePenalty"),
            ("frequency_penalty", "frequencyPenalty"),
        )
        for value in (0, 0.5)
    ),
    *(
        (model, {"reasoning_effort": "low"}, "does not support parameter reasoningEffort", PLAIN)
        for model in OLD_GROKS
    ),
    ("grok-4.20-0309-reasoning", {"stop": ["END"]}, GROK_STOP, PLAIN),
    (GEMINI, {"presence_penalty": 0.5}, "Penalty is not enabled for this model", PLAIN),
    (GEMINI, {"logprobs": True}, f"Logprobs is not enabled for models/{GEMINI}", PLAIN),
    *(
        (model, {"frequency_penalty": 1}, "invalid frequency_penalty: only 0 is allowed", PLAIN)
        for model in KIMIS
    ),
    *((model, {"n": 2}, "this model only supports n = 1", "unsupported_value") for model in KIMIS),
    *(
        (model, {name: value}, f"Unsupported value: '{name}'", "")
        for model in ("gpt-5.5", "gpt-5.6-sol", "gpt-6-sol")
        for name, value in (("temperature", 0.5), ("top_p", 0.5))
    ),
    *(
        (model, {"logprobs": True}, UNSUPPORTED.format("logprobs"), "unsupported_parameter")
        for model in ("gpt-5.5", "gpt-5.6-sol", "gpt-6-sol")
    ),
    *(row for model in ALWAYS_THINKING_GPTS for row in refused_by_a_thinker(model)),
    *(
        (model, {"messages": result_with("image_url")}, TOOL_IMAGE, "invalid_value")
        for model in (OLD_GPT, "gpt-4.1-nano", *THINKING_GPTS)
    ),
    *(
        (model, {"messages": result_with(kind)}, TOOL_PART.format(kind), "invalid_value")
        for model in (OLD_GPT, GPT, *O_SERIES)
        for kind in ("input_audio", "file", "video_url")
    ),
]


@pytest.mark.parametrize(("model", "body", "words", "code"), REFUSED)
def test_refused(client: Client, model: str, body: dict[str, Any], words: str, code: str) -> None:
    status, message, sent_code = client.refusal(model=model, **body)
    assert status == 400
    assert words in message
    assert sent_code == (code or "unsupported_value")


def said_json() -> dict[str, Any]:
    return {"response_format": JSON_OBJECT, "messages": [user("as JSON")]}


ACCEPTED: list[tuple[str, dict[str, Any]]] = [
    *((model, {"messages": result_with()}) for model in (OLD_GPT, *THINKING_GPTS)),
    *((model, {"messages": part("image_url")}) for model in (OLD_GPT, *THINKING_GPTS)),
    *((model, {"messages": result_with("image_url", "file")}) for model in (CLAUDE, "grok-4.7")),
    *((model, {"messages": [{"role": "developer", "content": "x"}]}) for model in O_SERIES),
    *((model, {"tools": [F]}) for model in O_SERIES),
    *(("o3", {"reasoning_effort": value}) for value in ("low", "medium", "high")),
    ("gpt-5-mini", {"tools": [F], "parallel_tool_calls": False}),
    *((model, {"stop": None}) for model in [*THINKING_GPTS, *GROKS]),
    *((model, {"stop": list("abcd")}) for model in (OLD_GPT, "gpt-4.1-nano")),
    *(("glm-5.2", {"stop": stop}) for stop in ("a", ["a"])),
    *((KIMI, {"stop": stop}) for stop in ("x" * 32, ["x" * 32] * 5, "词" * 10)),
    (DEEPSEEK, {"stop": ["x"] * 16}),
    *(
        (model, {"stop": ["x" * 100] * 40})
        for model in (CLAUDE, GEMINI, "qwen3.8-max", "mimo-v2.6-pro", "doubao-seed-2.0-lite")
    ),
    *((model, said_json()) for model in (GPT, DEEPSEEK, "deepseek-v4-flash")),
    ("qwen3.8-max", said_json() | UNTHINKING),
    *(
        (model, {"response_format": JSON_OBJECT})
        for model in (CLAUDE, GEMINI, KIMI, "glm-5.3", "grok-4.7", "mimo-v2.6-pro")
    ),
    *(
        (model, {"response_format": JSON_SCHEMA})
        for model in (GPT, CLAUDE, GEMINI, KIMI, "glm-5.2", "grok-4.7")
    ),
    ("qwen3.8-max", {"response_format": JSON_SCHEMA, **UNTHINKING}),
    *(
        (model, {"messages": part("image_url")})
        for model in (DEEPSEEK_VISION, "deepseek-v4-flash", "glm-5.3", "glm-5.3-flashx")
    ),
    ("glm-5.3", {"messages": part("video_url")}),
    *(
        (model, {"messages": [{"role": "user", "content": part("file")[1]["content"][:1]}]})
        for model in (DEEPSEEK, "glm-5.2")
    ),
    ("grok-4.20-0309-non-reasoning", {"stop": ["END"]}),
    *((model, {"presence_penalty": 0}) for model in ("gpt-5.4-mini", GEMINI, *KIMIS)),
    *(
        (model, {"temperature": 0.5, "top_p": 0.5, "logprobs": True})
        for model in ("gpt-5.1", "gpt-5.2", "gpt-5.4")
    ),
    ("gpt-5.5", {"tools": [F]}),
    *((model, {"tools": [F], "reasoning_effort": "low"}) for model in ("gpt-5.1", "gpt-5.2")),
    *((model, {"temperature": 1, "top_p": 0.95}) for model in KIMIS),
    *((model, {"temperature": 1, "thinking": ON}) for model in KIMIS),
    *((model, {"temperature": 0.6, "thinking": OFF}) for model in ("kimi-k2.6", "kimi-k3")),
    *((model, {"thinking": OFF}) for model in ("kimi-k2.6", "kimi-k3")),
    *(("kimi-k2.7-code", {"thinking": value}) for value in (ON, {}, None)),
    *(
        (model, {"reasoning_effort": value, "temperature": 1})
        for model in ALWAYS_THINKING_GPTS
        for value in THINKER_EFFORTS
    ),
    *(
        (model, {"reasoning_effort": "none", "temperature": 0.5, "tools": [F]})
        for model in (
            "gpt-5.5",
            "gpt-5.6",
            "gpt-5.6-luna",
            "gpt-5.6-sol",
            "gpt-6-sol",
            "gpt-6.1-sol",
        )
    ),
]


@pytest.mark.parametrize(("model", "body"), ACCEPTED)
def test_accepted(client: Client, model: str, body: dict[str, Any]) -> None:
    response = client.post(model=model, **body)
    assert response.status_code == 200, response.text


def test_every_thinking_gpt_refuses_stop() -> None:
    gpts = [row for row in MODELS.values() if row.rules.name == "gpt" and row.kind == "text"]
    refusing = {row.id for row in gpts if row.rules.stop.error is not None}
    assert refusing == {row.id for row in gpts} - {OLD_GPT, "gpt-4.1-nano"}
    assert refusing >= set(THINKING_GPTS)


def test_gemini_keeps_five_stops(client: Client) -> None:
    unused = ["%1", "%2", "%3", "%4", "%5"]
    whole = client.message(model=GEMINI)["content"]
    assert client.message(model=GEMINI, stop=[*unused, "emulator"])["content"] == whole
    cut = client.message(model=GEMINI, stop=[*unused[1:], "emulator"])["content"]
    assert cut == "This is the CometAPI "


def test_other_vendors_keep_every_stop(client: Client) -> None:
    stops = [*(f"%{number}" for number in range(15)), "emulator"]
    for model in (CLAUDE, DEEPSEEK):
        assert client.message(model=model, stop=stops)["content"] == "This is the CometAPI "


def test_stop_with_a_lone_surrogate_is_counted(client: Client) -> None:
    body = b'{"model": "kimi-k2.6", "messages": [{"role": "user", "content": "x"}], "stop": "%s"}'
    for times, status in ((32, 200), (33, 400)):
        content = body % (b"\\ud800" * times)  # replaced by a question mark
        response = client.send("POST", "/v1/chat/completions", content=content)
        assert response.status_code == status
