"""Images, audio and files in every dialect: the parts that are sent, or a clear error."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from langchain_core.messages import (
    AIMessage,
    HumanMessage,
    ToolMessage,
)

from tests.unit_tests.chat.request.histories import (
    CACHE,
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


PNG, PNG_URL = "data:image/png;base64,AAAA", "https://x.example/a.png"
PDF, PDF_URL = "data:application/pdf;base64,AAAA", "https://x.example/a.pdf"
OF_PNG = {"base64": "AAAA", "mime_type": "image/png"}
OF_PDF = {"base64": "AAAA", "mime_type": "application/pdf"}


def image(url: str, **more: Any) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": url, **more}}


def source(kind: str, media_type: str = "", **of: Any) -> dict[str, Any]:
    """The source of a block of Anthropic."""
    return {"source": {"type": kind, **({"media_type": media_type} if media_type else {}), **of}}


def audio(format_: str) -> dict[str, Any]:
    return {"type": "input_audio", "input_audio": {"data": "AAAA", "format": format_}}


TAKEN: list[tuple[dict[str, Any], list[dict[str, Any]]]] = [
    # of OpenAI
    ({"type": "image_url", "image_url": PNG_URL}, [image(PNG_URL)]),
    (image(PNG, detail="low"), [image(PNG, detail="low")]),
    ({**image(PNG), "min_pixels": 4}, [{**image(PNG), "min_pixels": 4}]),
    ({"type": "input_image", "image_url": PNG, "detail": "low"}, [image(PNG, detail="low")]),
    ({"type": "input_file", "file_data": PDF, "filename": "b"}, [file(PDF, "b")]),
    ({"type": "input_text", "text": "x"}, [text("x")]),
    # of LangChain
    ({"type": "image", "url": PNG_URL}, [image(PNG_URL)]),
    (
        {"type": "image", "url": PNG_URL, "extras": {"detail": "low"}},
        [image(PNG_URL, detail="low")],
    ),
    ({"type": "image", **OF_PNG}, [image(PNG)]),
    (
        {"type": "image", "source_type": "base64", "data": "AAAA", "mime_type": "image/png"},
        [image(PNG)],
    ),
    ({"type": "file", **OF_PDF}, [file(PDF, "file.pdf")]),
    ({"type": "file", **OF_PDF, "extras": {"filename": "b.pdf"}}, [file(PDF, "b.pdf")]),
    (
        {"type": "file", "url": PDF_URL, "mime_type": "application/pdf"},
        [file(PDF_URL, "file.pdf")],
    ),
    ({"type": "audio", "base64": "AAAA", "mime_type": "audio/wav"}, [audio("wav")]),
    ({"type": "audio", "base64": "AAAA", "mime_type": "audio/mpeg"}, [audio("mp3")]),
    ({"type": "text-plain", "text": "x"}, [text("x")]),
    ({"type": "text-plain", "base64": TEXT_BASE64, "mime_type": "text/plain"}, [text("Grüße")]),
    (
        {"type": "text-plain", "url": "https://x.example/a.txt", "mime_type": "text/plain"},
        [file("https://x.example/a.txt", "file.txt")],
    ),
    # of Google
    ({"type": "media", "mime_type": "image/png", "data": b"\0\0\0"}, [image(PNG)]),
    (
        {"type": "media", "mime_type": "application/pdf", "file_uri": PDF_URL},
        [file(PDF_URL, "file.pdf")],
    ),
    # of Anthropic
    ({"type": "image", **source("base64", "image/png", data="AAAA")}, [image(PNG)]),
    ({"type": "image", **source("url", url=PNG_URL)}, [image(PNG_URL)]),
    (
        {
            "type": "document",
            "title": "bill.pdf",
            **source("base64", "application/pdf", data="AAAA"),
        },
        [file(PDF, "bill.pdf")],
    ),
    ({"type": "document", **source("text", "text/plain", data="x")}, [text("x")]),
    ({"type": "document", **source("content", content="Rain")}, [text("Rain")]),
    (
        {
            "type": "document",
            "title": "Weather",
            **source("content", content=[text("Rain"), text("Sun")]),
            "cache_control": CACHE,
        },
        [text("Weather"), text("Rain"), text("Sun", cache_control=CACHE)],
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
    ({"type": "thinking", "thinking": "Hmm."}, []),
    # of others
    ({"text": "hi"}, [text("hi")]),
    ({"type": "custom", "x": 1}, [{"type": "custom", "x": 1}]),
    # by an id
    *(
        (block, [{"type": "file", "file": {"file_id": "f1"}}])
        for block in (
            {"type": "file", "file_id": "f1"},
            {"type": "image", "file_id": "f1"},
            {"type": "image", "source_type": "id", "id": "f1"},
            {"type": "image", **source("file", file_id="f1")},
            {"type": "file", "source_type": "id", "id": "f1"},
            {"type": "input_image", "file_id": "f1"},
            {"type": "input_file", "file_id": "f1"},
            {"type": "text-plain", "file_id": "f1", "base64": TEXT_BASE64},
            {"type": "image_url", "image_url": {"file_id": "f1"}},
        )
    ),
]


@pytest.mark.parametrize(("block", "parts"), TAKEN)
def test_block_of_any_dialect_is_sent_as_parts(
    block: dict[str, Any], parts: list[dict[str, Any]]
) -> None:
    (message,) = sent(UNKNOWN, [HumanMessage(["Look:", block])])
    assert message["content"] == [text("Look:"), *parts]


@pytest.mark.parametrize(
    ("block", "words"),
    [
        (7, "A content block is a int"),
        ({"a": 1}, "A content block has no `type`, only: a"),
        ({"type": 5}, "A content block has no `type`"),
        ({"type": "audio", "base64": "AA"}, "Audio cannot be sent without its type"),
        ({"type": "audio", "file_id": "f1"}, "Audio cannot be sent by file id .* Pass its content"),
        ({"type": "audio", "url": "https://a.example/b.wav"}, "Audio cannot be sent by URL"),
        ({"type": "image", "source": {"data": "AA"}}, "'image' with base64 needs `mime_type`"),
        ({"type": "image", "source": {"type": "base64"}}, "needs `base64`, `url` or `file_id`"),
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
    assert_refused(block, f"Message 1(: .*| has .*)?{words}")


def test_text_block_without_text_is_left_out() -> None:
    assert sent_content({"type": "text"}) == ""


# -- families ----------------------------------------------------------------------------------


# The parts that a family refuses, or that CometAPI drops for it.
REFUSED = {CLAUDE: ("input_audio",), DEEPSEEK: ("image_url", "input_audio", "file")}

# Families whose tool results are text alone.
TEXT_RESULTS = {GPT, VISION, DEEPSEEK}


@pytest.mark.parametrize("model", [GPT, CLAUDE, DEEPSEEK, VISION, UNKNOWN])
@pytest.mark.parametrize(
    "part", [image(PNG), audio("wav"), file(PDF, "a.pdf"), text("x"), {"type": "custom", "x": 1}]
)
def test_media_of_users_and_tools_are_sent_or_refused(model: str, part: dict[str, Any]) -> None:
    content: list[Any] = ["Look:", part]
    history = [
        HumanMessage(content),
        AIMessage("", tool_calls=CALLS[:1]),
        ToolMessage(content, tool_call_id="call_1"),
    ]
    if part["type"] in REFUSED.get(model, ()):
        assert_media_refused(model, history)
        return
    user, _, tool, *after = sent(model, history)
    expected: Any = [text("Look:"), part]
    assert user == {"role": "user", "content": expected}
    if model in TEXT_RESULTS and part["type"] in ("image_url", "input_audio", "file"):
        says = text("From the result of get_weather (call call_1):")
        assert after == [{"role": "user", "content": [says, part]}]
        expected = [text("Look:")]
    else:
        assert after == []
    if model in (DEEPSEEK, VISION) and all(one["type"] == "text" for one in expected):
        expected = "\n".join(one["text"] for one in expected)  # a result is a string there
    assert tool == {"role": "tool", "tool_call_id": "call_1", "content": expected}
