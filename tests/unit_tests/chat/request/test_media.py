"""Images, audio, video and files in every dialect: the parts that are sent, or a clear error."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from langchain_core.messages import (
    AIMessage,
    HumanMessage,
    ToolMessage,
)

from tests.support import Gateway, answer, completion
from tests.unit_tests.chat.request.histories import (
    CALLS,
    CLAUDE,
    DEEPSEEK,
    GPT,
    UNKNOWN,
    VISION,
    assert_media_refused,
    assert_refused,
    file,
    sent,
    sent_content,
    text,
)

TEXT_BASE64 = base64.b64encode("Grüße".encode()).decode()

# -- dialects ----------------------------------------------------------------------------------


PNG = "data:image/png;base64,AAAA"
TAKEN: list[tuple[dict[str, Any], list[dict[str, Any]]]] = [
    (
        {"type": "image_url", "image_url": "https://x.example/a.png"},
        [{"type": "image_url", "image_url": {"url": "https://x.example/a.png"}}],
    ),
    (
        {"type": "image_url", "image_url": {"url": PNG}, "min_pixels": 4},
        [{"type": "image_url", "image_url": {"url": PNG}, "min_pixels": 4}],
    ),
    (
        {"type": "image", "url": "https://x.example/a.png", "extras": {"detail": "low"}},
        [{"type": "image_url", "image_url": {"url": "https://x.example/a.png", "detail": "low"}}],
    ),
    (
        {"type": "input_image", "image_url": PNG, "detail": "low"},
        [{"type": "image_url", "image_url": {"url": PNG, "detail": "low"}}],
    ),
    (
        {"type": "media", "mime_type": "image/png", "data": b"\0\0\0"},
        [{"type": "image_url", "image_url": {"url": PNG}}],
    ),
    (
        {"type": "media", "mime_type": "application/pdf", "file_uri": "https://x.example/a"},
        [file("https://x.example/a", "file.pdf")],
    ),
    *(
        (block, [{"type": "file", "file": {"file_id": "f1"}}])
        for block in (
            {"type": "image", "file_id": "f1"},
            {"type": "image", "source_type": "id", "id": "f1"},
            {"type": "image", "source": {"type": "file", "file_id": "f1"}},
            {"type": "file", "source_type": "id", "id": "f1"},
            {"type": "input_image", "file_id": "f1"},
            {"type": "input_file", "file_id": "f1"},
            {"type": "text-plain", "file_id": "f1"},
            {"type": "text-plain", "file_id": "f1", "base64": TEXT_BASE64},
            {"type": "image_url", "image_url": {"file_id": "f1"}},
        )
    ),
    (
        {"type": "input_file", "file_data": "data:application/pdf;base64,AAAA", "filename": "b"},
        [file("data:application/pdf;base64,AAAA", "b")],
    ),
    ({"text": "hi"}, [text("hi")]),
    (
        {
            "type": "document",
            "title": "bill.pdf",
            "source": {"type": "base64", "media_type": "application/pdf", "data": "AAAA"},
        },
        [file("data:application/pdf;base64,AAAA", "bill.pdf")],
    ),
    (
        {"type": "document", "source": {"type": "content", "content": "Rain"}},
        [text("Rain")],
    ),
    (
        {
            "type": "document",
            "title": "Weather",
            "source": {"type": "content", "content": [text("Rain"), text("Sun")]},
            "cache_control": {"type": "ephemeral"},
        },
        [text("Weather"), text("Rain"), text("Sun", cache_control={"type": "ephemeral"})],
    ),
    (
        {
            "type": "search_result",
            "source": "https://x.example",
            "title": "Weather",
            "content": [text("Rain")],
            "citations": {"enabled": True},
        },
        [text("Weather\nhttps://x.example"), text("Rain")],
    ),
    ({"type": "text-plain", "base64": TEXT_BASE64, "mime_type": "text/plain"}, [text("Grüße")]),
    (
        {"type": "text-plain", "url": "https://x.example/a.txt", "mime_type": "text/plain"},
        [file("https://x.example/a.txt", "file.txt")],
    ),
]


@pytest.mark.parametrize(("block", "parts"), TAKEN)
def test_block_of_any_dialect_is_sent_as_parts(
    block: dict[str, Any], parts: list[dict[str, Any]]
) -> None:
    assert sent_content(block, CLAUDE) == parts


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ({"a": 1}, "A content block has no `type`, only: a"),
        ({"type": 5}, "A content block has no `type`"),
        ({"type": "audio", "base64": "AA"}, "Audio cannot be sent without its type"),
        ({"type": "audio", "file_id": "f1"}, "Audio cannot be sent by file id .* Pass its content"),
        ({"type": "image", "source": {"data": "AA"}}, "'image' with base64 needs `mime_type`"),
        ({"type": "input_file", "filename": "x"}, "'input_file' needs `base64`, `url` or"),
        ({"type": "input_image"}, "'input_image' needs"),
        ({"type": "video", "video": {}}, "'video' needs `base64` or `url`"),
        ({"type": "video_url", "video_url": {"url": b"x"}}, "'video_url' needs `base64` or"),
        ({"type": "image_url", "image_url": {"url": b"x"}}, "'bytes' is not a URL. Pass an http"),
        ({"type": "image_url", "image_url": b"x"}, "is not a URL. Pass an http"),
        ({"type": "document", "source": {"type": ["base64"]}}, "'document' needs `base64`"),
        ({"type": "text-plain", "base64": "/w=="}, "not UTF-8 text. Pass the text as `text`"),
    ],
)
def test_block_without_what_it_needs_is_refused(block: Any, words: str) -> None:
    assert_refused(block, f"Message 1(: .*| has .*){words}")


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ({"type": "audio", "url": "https://a.example/b.wav"}, "Audio cannot be sent by URL"),
        ({"type": "image", "source": {"type": "base64"}}, "needs `base64`, `url` or `file_id`"),
        ({"type": "image_url", "image_url": {"url": "/pictures/a.png"}}, "is not a URL"),
        (7, "A content block is a int"),
    ],
)
def test_block_that_cannot_be_sent_is_refused_before(block: Any, words: str) -> None:
    gateway = Gateway(answer(completion()))
    message = HumanMessage.model_construct(content=[block])
    with pytest.raises(ValueError, match=words):
        gateway.model().invoke([message])
    assert gateway.requests == []


def test_text_block_without_text_is_left_out() -> None:
    assert sent_content({"type": "text"}) == ""


# -- families ----------------------------------------------------------------------------------


PDF = "data:application/pdf;base64,AAAA"
FILE = {"type": "file", "file": {"file_data": PDF, "filename": "file.pdf"}}
PDF_URL = "https://a.example/b.pdf"
MEDIA: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        "image URL",
        {"type": "image", "url": "https://a.example/b.png"},
        {"type": "image_url", "image_url": {"url": "https://a.example/b.png"}},
    ),
    (
        "image",
        {"type": "image", "base64": "AAAA", "mime_type": "image/png"},
        {"type": "image_url", "image_url": {"url": PNG}},
    ),
    (
        "image, old block",
        {"type": "image", "source_type": "base64", "data": "AAAA", "mime_type": "image/png"},
        {"type": "image_url", "image_url": {"url": PNG}},
    ),
    (
        "image of OpenAI",
        {"type": "image_url", "image_url": {"url": PNG, "detail": "low"}},
        {"type": "image_url", "image_url": {"url": PNG, "detail": "low"}},
    ),
    (
        "image of Anthropic",
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}},
        {"type": "image_url", "image_url": {"url": PNG}},
    ),
    (
        "image URL of Anthropic",
        {"type": "image", "source": {"type": "url", "url": "https://a.example/b.png"}},
        {"type": "image_url", "image_url": {"url": "https://a.example/b.png"}},
    ),
    ("PDF", {"type": "file", "base64": "AAAA", "mime_type": "application/pdf"}, FILE),
    (
        "PDF with a name",
        {
            "type": "file",
            "base64": "AAAA",
            "mime_type": "application/pdf",
            "extras": {"filename": "bill.pdf"},
        },
        {"type": "file", "file": {"file_data": PDF, "filename": "bill.pdf"}},
    ),
    (
        "PDF URL",
        {"type": "file", "url": PDF_URL, "mime_type": "application/pdf"},
        {"type": "file", "file": {"file_data": PDF_URL, "filename": "file.pdf"}},
    ),
    (
        "file id",
        {"type": "file", "file_id": "file-1"},
        {"type": "file", "file": {"file_id": "file-1"}},
    ),
    (
        "PDF of Anthropic",
        {
            "type": "document",
            "source": {"type": "base64", "media_type": "application/pdf", "data": "AAAA"},
        },
        FILE,
    ),
    (
        "text document of Anthropic",
        {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "x"}},
        {"type": "text", "text": "x"},
    ),
    (
        "audio",
        {"type": "audio", "base64": "AAAA", "mime_type": "audio/wav"},
        {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}},
    ),
    (
        "MP3",
        {"type": "audio", "base64": "AAAA", "mime_type": "audio/mpeg"},
        {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "mp3"}},
    ),
    ("text of Responses", {"type": "input_text", "text": "x"}, {"type": "text", "text": "x"}),
    ("a text file", {"type": "text-plain", "text": "x"}, {"type": "text", "text": "x"}),
    ("reasoning", {"type": "thinking", "thinking": "Hmm."}, {}),
    ("of another provider", {"type": "custom", "x": 1}, {"type": "custom", "x": 1}),
]


# The parts that a family refuses, or that CometAPI drops for it.
REFUSED = {CLAUDE: ("input_audio",), DEEPSEEK: ("image_url", "input_audio", "file", "video_url")}

# Families whose tool results are text alone.
TEXT_RESULTS = {GPT, VISION, DEEPSEEK}
MEDIA_PARTS = {"image_url", "input_audio", "file"}


@pytest.mark.parametrize("model", [GPT, CLAUDE, DEEPSEEK, VISION, UNKNOWN])
@pytest.mark.parametrize(("name", "block", "part"), MEDIA, ids=[name for name, _, _ in MEDIA])
def test_media_of_users_and_tools_are_sent_or_refused(
    model: str, name: str, block: dict[str, Any], part: dict[str, Any]
) -> None:
    content: list[Any] = ["Look:", block]
    history = [
        HumanMessage(content),
        AIMessage("", tool_calls=CALLS[:1]),
        ToolMessage(content, tool_call_id="call_1"),
    ]
    if part and part["type"] in REFUSED.get(model, ()):
        assert_media_refused(model, history)
        return
    user, _, tool, *after = sent(model, history)
    look = {"type": "text", "text": "Look:"}
    expected = [look, *([part] if part else [])]
    assert user == {"role": "user", "content": expected}
    if model in TEXT_RESULTS and part and part["type"] in MEDIA_PARTS:
        says = {"type": "text", "text": "From the result of get_weather (call call_1):"}
        assert after == [{"role": "user", "content": [says, part]}]
        expected = [look]
    else:
        assert after == []
    joined: str | None = None
    if model in (DEEPSEEK, VISION) and all(one["type"] == "text" for one in expected):
        joined = "\n".join(one["text"] for one in expected)  # a result is a string there
    assert tool == {"role": "tool", "tool_call_id": "call_1", "content": joined or expected}
