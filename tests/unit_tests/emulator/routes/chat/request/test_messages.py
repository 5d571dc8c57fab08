"""Messages that are refused or accepted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit_tests.emulator.client import (
    CLAUDE,
    DEEPSEEK,
    DEEPSEEK_VISION,
    GEMINI,
    GPT,
    Client,
    called,
    result,
    user,
)

IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}


AUDIO = {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}


FILE = {
    "type": "file",
    "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,AA"},
}


VIDEO = {"type": "video_url", "video_url": {"url": "https://example.com/a.mp4"}}


def everything_in(role: str) -> list[dict[str, Any]]:
    content = [{"type": "text", "text": "x", "cache_control": {"type": "ephemeral"}}]
    if role == "tool":
        turn = called()
        signature = {"google": {"thought_signature": "skip_thought_signature_validator"}}
        turn["tool_calls"][0]["extra_content"] = signature
        return [user("x"), turn, result(content=[*content, IMAGE, FILE])]
    return [{"role": "user", "content": [*content, IMAGE, FILE, AUDIO]}]


BOTH_ROLES = ["user", "tool"]


REFUSED: list[tuple[str, dict[str, Any], str]] = [
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


ACCEPTED: list[tuple[str, dict[str, Any]]] = [
    ("developer", {"messages": [{"role": "developer", "content": "x"}, user("y")]}),
    ("same role twice", {"messages": [user("x"), user("y")]}),
    ("name", {"messages": [{**user("x"), "name": "example_user"}]}),
    ("assistant last", {"messages": [user("x"), {"role": "assistant", "content": "y"}]}),
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
