"""Messages that are refused or accepted."""

from __future__ import annotations

from typing import Any

from tests.unit_tests.emulator.client import (
    CLAUDE,
    DEEPSEEK,
    DEEPSEEK_VISION,
    GEMINI,
    GOOGLE_DUMMY_SIGNATURE,
    GPT,
    Client,
    called,
    result,
    user,
)
from tests.unit_tests.emulator.refusals import accepts, refuses

IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
AUDIO = {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}
FILE = {
    "type": "file",
    "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,AA"},
}
VIDEO = {"type": "video_url", "video_url": {"url": "https://example.com/a.mp4"}}


def sent(*messages: Any, **body: Any) -> dict[str, Any]:
    return {"messages": list(messages), **body}


def shown(*parts: Any, role: str = "user", **body: Any) -> dict[str, Any]:
    """A request of one message, whose content is these parts."""
    return sent({"role": role, "content": list(parts)}, **body)


def said(**message: Any) -> dict[str, Any]:
    """A request of one assistant message."""
    return sent({"role": "assistant", **message})


def everything_in(role: str, model: str) -> dict[str, Any]:
    """A request with every kind of part that a role may have."""
    text = {"type": "text", "text": "x", "cache_control": {"type": "ephemeral"}}
    if role == "user":
        return shown(text, IMAGE, FILE, AUDIO, model=model)
    turn = called()
    signature = {"google": {"thought_signature": GOOGLE_DUMMY_SIGNATURE}}
    turn["tool_calls"][0]["extra_content"] = signature
    return sent(user("x"), turn, result(content=[text, IMAGE, FILE]), model=model)


NO_CALL = "a response to a preceeding message"
CALL = called()["tool_calls"][0]
PARSED = {"id": "1", "type": "function", "function": {"name": "f", "arguments": {}}}

test_request_is_refused = refuses(
    (sent(), "Invalid 'messages': empty array"),
    (sent("hi"), "'messages[0]'"),
    (sent({"content": "x"}), "'messages[0].role'"),
    (sent({"role": "human", "content": "x"}), "Invalid value: 'human'"),
    (sent({"role": "developer", "content": "x"}, model=DEEPSEEK), "Invalid value: 'developer'"),
    (said(content="x", reasoning_content="y"), "parameter: 'messages[0].reasoning_content'"),
    (sent({**user("x"), "name": "a b"}), "'messages[0].name'"),
    (sent({"role": "user"}), "expected a string, got null"),
    (sent({"role": "user", "content": 3}), "array of objects"),
    (shown(), "empty array"),
    (shown("x"), ".content[0]'"),
    (shown({}), ".content[0].type'"),
    (shown({"type": "image", "url": "x"}), "Invalid value: 'image'"),
    (shown({"type": "tool_use"}, role="assistant", model=CLAUDE), "Invalid value: 'tool_use'"),
    (shown(VIDEO), "'video_url'"),
    (shown(IMAGE, role="system"), "'image_url'"),
    (shown({"type": "text"}), ".content[0].text'"),
    (shown({"type": "image_url", "image_url": "x"}), ".image_url'"),
    (shown({"type": "image_url", "image_url": {"url": "AAAA"}}), "Expected a valid URL"),
    (shown({"type": "input_audio", "input_audio": {"data": "AAAA"}}), ".input_audio.format'"),
    (shown({"type": "file", "file": {}}), ".file.file_data'"),
    (said(), "got null"),
    (said(content="", tool_calls=[]), "Invalid 'messages[0].tool_calls': empty array"),
    (said(tool_calls=["x"]), "'messages[0].tool_calls[0]'"),
    (said(tool_calls=[{"id": "1"}]), "Supported values are: 'function'"),
    (said(tool_calls=[{"id": "1", "type": "function"}]), ".tool_calls[0].function'"),
    (said(tool_calls=[PARSED]), "expected a string, but got an object"),
    (said(tool_calls=[{**CALL, "id": None}]), ".tool_calls[0].id'"),
    (sent(result()), NO_CALL),
    (sent({"role": "system", "content": "x"}, result()), NO_CALL),
    (sent(user("x"), called(), {"role": "tool", "content": "x"}), "'messages[2].tool_call_id'"),
    (sent(user("x"), called("a"), result("b")), NO_CALL),
)

test_request_is_accepted = accepts(
    ("developer", sent({"role": "developer", "content": "x"}, user("y"))),
    ("same role twice", sent(user("x"), user("y"))),
    ("name", sent({**user("x"), "name": "example_user"})),
    ("assistant last", sent(user("x"), {"role": "assistant", "content": "y"})),
    ("video, Kimi", shown(VIDEO, model="kimi-k3")),
    *(
        (f"every part in {role}, {model}", everything_in(role, model))
        for role, models in (("user", (GPT, CLAUDE, GEMINI)), ("tool", (CLAUDE, GEMINI)))
        for model in models
    ),
    ("every part, DeepSeek", everything_in("user", DEEPSEEK_VISION)),
)


def test_gemini_drops_video_silently(client: Client) -> None:
    text = {"type": "text", "text": "what is this"}
    with_video = client.chat(**shown(text, VIDEO, model=GEMINI))
    without = client.chat(**shown(text, model=GEMINI))
    assert with_video["usage"] == without["usage"]
    assert with_video["choices"] == without["choices"]
