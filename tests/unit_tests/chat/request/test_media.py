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

from tests.unit_tests.chat.request.histories import (
    CACHE,
    CALLS,
    CLAUDE,
    DEEPSEEK,
    GEMINI,
    GPT,
    KIMI,
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
MP4, URL = "data:video/mp4;base64,AAAA", "https://x.example/v.mp4"
OF_PNG = {"base64": "AAAA", "mime_type": "image/png"}
OF_PDF = {"base64": "AAAA", "mime_type": "application/pdf"}


def image(url: str, **more: Any) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": url, **more}}


def video(url: str) -> dict[str, Any]:
    return {"type": "video_url", "video_url": {"url": url}}


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


# -- files -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filename", "mime_type"),
    [
        ("a.csv", "text/csv"),
        ("a.PNG", "image/png"),
        ("a.pdf", "application/pdf"),
        ("report.final", "application/pdf"),
    ],
)
def test_file_with_a_wrong_mime_type_gets_that_of_its_name(filename: str, mime_type: str) -> None:
    # Core says `application/pdf` of each of them before it comes to us.
    block = file("data:text/csv;base64,AAAA", filename)
    assert sent_content(block) == [file(f"data:{mime_type};base64,AAAA", filename)]


def test_file_name_of_a_wrong_type_is_ignored() -> None:
    block = {"type": "file", **OF_PDF, "filename": b"a"}
    assert sent_content(block, CLAUDE) == [file(PDF, "file.pdf")]


def test_file_with_audio_or_an_image_is_refused_where_these_are() -> None:
    block = {"type": "file", "base64": "AAAA", "mime_type": "audio/wav"}
    assert_refused(block, "takes no audio", CLAUDE)
    assert_refused({**block, "mime_type": "image/png"}, "takes no images", "o3-mini")


@pytest.mark.parametrize(
    "block",
    [
        {"type": "text-plain", "base64": TEXT_BASE64, "mime_type": "text/plain"},
        {"type": "text-plain", "url": f"data:text/plain;base64,{TEXT_BASE64}"},
        {"type": "file", "base64": TEXT_BASE64, "mime_type": "text/csv"},
        {"type": "file", "base64": TEXT_BASE64, "mime_type": "application/json"},
        {"type": "file", "base64": TEXT_BASE64, "mime_type": "Application/LD+JSON; charset=utf-8"},
        {"type": "media", "data": "Grüße".encode(), "mime_type": "text/plain"},
        {"type": "input_file", "file_data": f"data:text/plain;base64,{TEXT_BASE64}"},
        {"type": "file", "url": "data:text/plain,Gr%C3%BC%C3%9Fe"},
        file(f"data:text/markdown;base64,{TEXT_BASE64}", "a.md"),
        {"type": "document", **source("base64", "text/plain", data=TEXT_BASE64)},
    ],
)
def test_text_file_where_files_are_refused_is_sent_as_text(block: dict[str, Any]) -> None:
    assert sent_content(block, DEEPSEEK) == [text("Grüße")]
    if block["type"] != "text-plain":
        assert sent_content(block, CLAUDE)[0]["type"] == "file"


@pytest.mark.parametrize(
    ("block", "words"),
    [
        (file(PDF, "a.pdf"), "takes no files .* Send the text"),
        ({"type": "text-plain", "url": "https://a.example/b"}, "takes no files"),
        ({"type": "text-plain", "file_id": "f1"}, "takes no files"),
        ({"type": "file", "base64": "/w==", "mime_type": "text/csv"}, "not UTF-8 text. Pass the"),
        ({"type": "image", "base64": "AAAA", "mime_type": "image/svg+xml"}, "takes no images"),
    ],
)
def test_file_of_another_kind_where_files_are_refused_is_refused(
    block: dict[str, Any], words: str
) -> None:
    assert_refused(block, f"Message 1: .*{words}", DEEPSEEK)


# -- video -------------------------------------------------------------------------------------


VIDEO: list[tuple[dict[str, Any], str]] = [
    (file(MP4, "v.mp4"), MP4),
    ({"type": "file", "url": URL}, URL),
    ({"type": "file", "url": "https://x.example/v.webm?a=1"}, "https://x.example/v.webm?a=1"),
    ({"type": "file", "mime_type": "video/mp4", "base64": "AAAA"}, MP4),
    ({"type": "input_file", "file_data": MP4, "filename": "v"}, MP4),
    ({"type": "input_file", "file_url": "https://x.example/v.mov"}, "https://x.example/v.mov"),
    ({"type": "document", **source("base64", "video/mp4", data="AAAA")}, MP4),
    ({"type": "media", "mime_type": "video/mp4", "data": "AAAA"}, MP4),
    ({"type": "image_url", "image_url": {"url": MP4}}, MP4),
    ({"type": "image_url", "image_url": MP4}, MP4),
    ({"type": "input_image", "image_url": MP4}, MP4),
    ({"type": "input_video", "input_video": {"data": "AAAA", "format": "mp4"}}, MP4),
    ({"type": "input_video", "video_url": URL}, URL),
    ({"type": "video", "url": URL}, URL),
    ({"type": "video", "base64": "AAAA", "mime_type": "video/mp4"}, MP4),
    ({"type": "video", "video": {"url": URL}}, URL),
    ({"type": "video_url", "video_url": URL}, URL),
    ({"type": "non_standard", "value": {"type": "video_url", "video_url": {"url": URL}}}, URL),
]


@pytest.mark.parametrize(("block", "url"), VIDEO)
def test_video_in_a_block_of_any_kind_is_found(block: dict[str, Any], url: str) -> None:
    assert_refused(block, r"Message 1: .* takes no video on CometAPI's chat route", GEMINI)
    assert sent_content(block, KIMI) == [video(url)]


def test_video_by_file_id_is_refused() -> None:
    block = {"type": "video", "file_id": "f1"}
    assert_refused(block, "takes no video", GEMINI)
    assert_refused(block, "Video cannot be sent by file id .* Pass its URL", KIMI)


# -- families ----------------------------------------------------------------------------------


# The parts that a family refuses, or that CometAPI drops for it.
REFUSED = {
    CLAUDE: ("input_audio",),
    DEEPSEEK: ("image_url", "input_audio", "file", "video_url"),
    GEMINI: ("video_url",),
}

# Families whose tool results are text alone.
TEXT_RESULTS = {GPT, VISION, DEEPSEEK}


@pytest.mark.parametrize("model", [GPT, CLAUDE, GEMINI, DEEPSEEK, VISION, UNKNOWN])
@pytest.mark.parametrize(
    "part",
    [image(PNG), audio("wav"), file(PDF, "a.pdf"), video(URL), text("x"), {"type": "custom"}],
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
    if model in TEXT_RESULTS and part["type"] not in ("text", "custom"):
        says = text("From the result of get_weather (call call_1):")
        assert after == [{"role": "user", "content": [says, part]}]
        expected = [text("Look:")]
    else:
        assert after == []
    if model in (DEEPSEEK, VISION) and all(one["type"] == "text" for one in expected):
        expected = "\n".join(one["text"] for one in expected)  # a result is a string there
    assert tool == {"role": "tool", "tool_call_id": "call_1", "content": expected}
