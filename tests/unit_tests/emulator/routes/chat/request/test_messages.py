"""Messages that are refused or accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.unit_tests.emulator.client import (
    CLAUDE,
    DEEPSEEK,
    DEEPSEEK_VISION,
    GEMINI,
    GOOGLE_DUMMY_SIGNATURE,
    GPT,
    called,
    result,
    user,
)
from tests.unit_tests.emulator.refusals import accepts, refuses

if TYPE_CHECKING:
    from tests.unit_tests.emulator.client import Client

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
PARSED = {"id": "1", "type": "function", "function": {"name": "f", "arguments": {}}}

test_request_is_refused = refuses(
    ("no messages", sent(), "Invalid 'messages': empty array"),
    ("message as text", sent("hi"), "'messages[0]'"),
    ("no role", sent({"content": "x"}), "'messages[0].role'"),
    ("unknown role", sent({"role": "human", "content": "x"}), "Invalid value: 'human'"),
    (
        "developer role, DeepSeek",
        sent({"role": "developer", "content": "x"}, model=DEEPSEEK),
        "Invalid value: 'developer'",
    ),
    (
        "unknown message field, GPT",
        said(content="x", reasoning_content="y"),
        "Unknown parameter: 'messages[0].reasoning_content'",
    ),
    ("name with a blank", sent({**user("x"), "name": "a b"}), "'messages[0].name'"),
    ("no content", sent({"role": "user"}), "expected a string, got null"),
    ("content as number", sent({"role": "user", "content": 3}), "array of objects"),
    ("content empty", shown(), "empty array"),
    ("part as text", shown("x"), ".content[0]'"),
    ("part without type", shown({}), ".content[0].type'"),
    ("part of LangChain's own", shown({"type": "image", "url": "x"}), "Invalid value: 'image'"),
    (
        "Anthropic tool_use part",
        shown({"type": "tool_use", "id": "1", "name": "f"}, role="assistant", model=CLAUDE),
        "Invalid value: 'tool_use'",
    ),
    ("video, GPT", shown(VIDEO), "'video_url'"),
    ("image, system", shown(IMAGE, role="system"), "'image_url'"),
    ("text part without text", shown({"type": "text"}), ".content[0].text'"),
    ("image part flat", shown({"type": "image_url", "image_url": "x"}), ".image_url'"),
    (
        "image part no URL",
        shown({"type": "image_url", "image_url": {"url": "AAAA"}}),
        "Expected a valid URL",
    ),
    (
        "audio part without format",
        shown({"type": "input_audio", "input_audio": {"data": "AAAA"}}),
        ".input_audio.format'",
    ),
    ("file part empty", shown({"type": "file", "file": {}}), ".file.file_data'"),
    ("assistant without content", said(), "got null"),
    (
        "assistant with no calls",
        said(content="", tool_calls=[]),
        "Invalid 'messages[0].tool_calls': empty array",
    ),
    ("call as text", said(tool_calls=["x"]), "'messages[0].tool_calls[0]'"),
    ("call type", said(tool_calls=[{"id": "1"}]), "Supported values are: 'function'"),
    (
        "call without function",
        said(tool_calls=[{"id": "1", "type": "function"}]),
        ".tool_calls[0].function'",
    ),
    (
        "call with parsed arguments",
        said(tool_calls=[PARSED]),
        "expected a string, but got an object",
    ),
    (
        "call without id",
        sent(called(None), result()),  # type: ignore[arg-type]
        ".tool_calls[0].id'",
    ),
    ("tool first", sent(result()), NO_CALL),
    ("tool after system", sent({"role": "system", "content": "x"}, result()), NO_CALL),
    (
        "tool without id",
        sent(user("x"), called(), {"role": "tool", "content": "x"}),
        "'messages[2].tool_call_id'",
    ),
    ("tool with another id", sent(user("x"), called("a"), result("b")), NO_CALL),
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
    with_video = client.chat(model=GEMINI, messages=[{"role": "user", "content": [text, VIDEO]}])
    without = client.chat(model=GEMINI, messages=[{"role": "user", "content": [text]}])
    assert with_video["usage"] == without["usage"]
    assert with_video["choices"] == without["choices"]
