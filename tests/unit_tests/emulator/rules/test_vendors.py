"""What vendors take though others refuse it, and bill; `test_page.py` has what each refuses."""

from __future__ import annotations

from typing import Any

import pytest

from langchain_cometapi.emulator._rules.registry import MODELS
from tests.unit_tests.emulator.client import (
    CLAUDE,
    DEEPSEEK,
    DEEPSEEK_VISION,
    GEMINI,
    GLM,
    GPT,
    GROK,
    KIMI,
    OLD_GPT,
    QWEN,
    Client,
    called,
    format_of,
    result,
    tool,
    user,
)

F = tool("f")
OFF = {"type": "disabled"}
ON = {"type": "enabled"}
O3, ASTRA, KIMI_3, KIMI_CODE = "o3", "gpt-6-astra", "kimi-k3", "kimi-k2.7-code"
TEXT = {"type": "text", "text": "what is this"}
URL = "data:image/png;base64,AAAA"
IMAGE = {"type": "image_url", "image_url": {"url": URL}}
VIDEO = {"type": "video_url", "video_url": {"url": "https://example.com/a.mp4"}}
FILE = {"type": "file", "file": {"file_data": "data:application/pdf;base64,AA"}}
SCHEMA = {"response_format": format_of({"type": "string"})}
JSON_OBJECT = {"response_format": {"type": "json_object"}}
SAID_JSON = {**JSON_OBJECT, "messages": [user("as JSON")]}


def shown(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"messages": [user("hello"), {"role": "user", "content": [TEXT, *parts]}]}


def returned(*parts: dict[str, Any]) -> dict[str, Any]:
    """A conversation whose last message is a tool result of text and such parts."""
    return {"messages": [user("hello"), called(), result(content=[TEXT, *parts])]}


ACCEPTED: list[tuple[str, dict[str, Any]]] = [
    *((model, shown(IMAGE)) for model in (OLD_GPT, GPT, DEEPSEEK_VISION, "deepseek-v4-flash", GLM)),
    ("glm-5.3-flashx", shown(IMAGE)),
    (GLM, shown(VIDEO)),
    *((model, shown()) for model in (DEEPSEEK, "glm-5.2")),
    (OLD_GPT, returned()),
    *((model, returned(IMAGE, FILE)) for model in (CLAUDE, GROK)),
    (O3, {"messages": [{"role": "developer", "content": "x"}]}),
    (O3, {"tools": [F], "reasoning_effort": "high"}),
    ("gpt-5-mini", {"tools": [F], "parallel_tool_calls": False, "reasoning_effort": "minimal"}),
    *((model, {"stop": None}) for model in (GPT, GROK)),
    (OLD_GPT, {"stop": list("abcd")}),
    ("glm-5.2", {"stop": ["a"]}),
    *((KIMI, {"stop": stop}) for stop in (["x" * 32] * 5, "词" * 10)),
    (DEEPSEEK, {"stop": ["x"] * 16}),
    ("grok-4.20-0309-non-reasoning", {"stop": ["END"]}),
    *(
        (model, {"stop": ["x" * 100] * 40})
        for model in (CLAUDE, GEMINI, QWEN, "mimo-v2.6-pro", "doubao-seed-2.0-lite")
    ),
    *((model, SAID_JSON) for model in (GPT, DEEPSEEK, "deepseek-v4-flash")),
    (QWEN, {**SAID_JSON, "enable_thinking": False}),
    *((model, JSON_OBJECT) for model in (CLAUDE, GEMINI, KIMI, GLM, GROK, "mimo-v2.6-pro")),
    *((model, SCHEMA) for model in (GPT, CLAUDE, GEMINI, KIMI, "glm-5.2", GROK)),
    (QWEN, {**SCHEMA, "enable_thinking": False}),
    *((model, {"presence_penalty": 0}) for model in (GPT, GEMINI, KIMI)),
    *(
        (model, {"temperature": 0.5, "top_p": 0.5, "logprobs": True, **more})
        for model in ("gpt-5.1", "gpt-5.2", "gpt-5.4")
        for more in ({}, {"reasoning_effort": "none"})
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
    ("gpt-5.5", {"tools": [F]}),
    *((model, {"tools": [F], "reasoning_effort": "high"}) for model in ("gpt-5.1", "gpt-5.2")),
    ("gpt-5.2", {"reasoning_effort": "xhigh"}),
    *(
        (ASTRA, {"reasoning_effort": effort, "temperature": 1})
        for effort in ("low", "medium", "high", "xhigh")
    ),
    *((model, {"temperature": 1, "top_p": 0.95, "thinking": ON}) for model in (KIMI, KIMI_CODE)),
    *((model, {"temperature": 0.6, "thinking": OFF}) for model in (KIMI, KIMI_3)),
    *((KIMI_CODE, {"thinking": value}) for value in (ON, {}, None)),
]


@pytest.mark.parametrize(("model", "body"), ACCEPTED)
def test_request_that_its_vendor_takes_is_answered(
    client: Client, model: str, body: dict[str, Any]
) -> None:
    client.chat(model=model, **body)


def test_all_gpts_that_reason_refuse_stop() -> None:
    gpts = [row for row in MODELS.values() if row.rules.name == "gpt" and row.kind == "text"]
    refusing = {row.id for row in gpts if row.rules.stop.error is not None}
    assert refusing == {row.id for row in gpts} - {OLD_GPT, "gpt-4.1-nano"}


def test_stop_sequences_that_count_are_those_that_the_vendor_keeps(client: Client) -> None:
    cut = "This is the CometAPI "
    unused = [f"%{number}" for number in range(15)]
    for model in (CLAUDE, DEEPSEEK):
        assert client.message(model=model, stop=[*unused, "emulator"])["content"] == cut
    whole = client.message(model=GEMINI)["content"]
    assert client.message(model=GEMINI, stop=[*unused[:5], "emulator"])["content"] == whole
    assert client.message(model=GEMINI, stop=[*unused[:4], "emulator"])["content"] == cut


def test_stop_with_a_lone_surrogate_is_counted(client: Client) -> None:
    body = b'{"model": "kimi-k2.6", "messages": [{"role": "user", "content": "x"}], "stop": "%s"}'
    for times, status in ((32, 200), (33, 400)):
        content = body % (b"\\ud800" * times)  # replaced by a question mark
        response = client.send("POST", "/v1/chat/completions", content=content)
        assert response.status_code == status


@pytest.mark.parametrize(
    ("model", "low", "high"),
    [
        (OLD_GPT, 2833, 25_501),
        ("gpt-4.1-nano", 2520, 2520),
        ("gpt-5-mini", 1659, 1659),
        ("gpt-5.1", 70, 630),
        ("gpt-5.4", 1229, 1229),
        (O3, 75, 675),
        (CLAUDE, 1369, 1369),
        (GEMINI, 1120, 1120),
        (GROK, 1792, 1792),
        (DEEPSEEK_VISION, 384, 384),
        (KIMI, 1000, 1000),
    ],
)
def test_image_costs_what_its_vendor_says(client: Client, model: str, low: int, high: int) -> None:
    def count(*parts: dict[str, Any]) -> int:
        tokens: int = client.chat(model=model, **shown(*parts))["usage"]["prompt_tokens"]
        return tokens

    low_image = {"type": "image_url", "image_url": {"url": URL, "detail": "low"}}
    assert count(low_image) - count() == low
    assert count(IMAGE) - count() == high
