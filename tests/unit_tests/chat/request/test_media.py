"""Pictures, audio, video and files in every dialect: the parts that are sent, or a clear error."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from langchain_core.messages import HumanMessage

from tests.support import Gateway, answer, completion

GPT, CLAUDE, GEMINI, KIMI = "gpt-4o-mini", "claude-sonnet-5-5", "gemini-3.8-flash", "kimi-k3"
TEXT_BASE64 = base64.b64encode("Grüße".encode()).decode()


def sent(block: Any, model: str = GPT) -> Any:
    """The content of a message with this block as it stands in the request."""
    gateway = Gateway(answer(completion()))
    gateway.model(model).invoke([HumanMessage([block])])
    return gateway.bodies[0]["messages"][0]["content"]


def assert_refused(block: Any, words: str, model: str = GPT) -> None:
    gateway = Gateway(answer(completion()))
    message = HumanMessage.model_construct(content=["Look:", block])
    with pytest.raises(ValueError, match=words):
        gateway.model(model).invoke(["Hi", message])
    assert gateway.requests == []


def text(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": text, **more}


def file(data: str, filename: str) -> dict[str, Any]:
    return {"type": "file", "file": {"file_data": data, "filename": filename}}


@pytest.mark.parametrize(
    ("filename", "mime_type"),
    [
        ("a.csv", "text/csv"),
        ("a.PNG", "image/png"),
        ("a.pdf", "application/pdf"),
        ("report.final", "application/pdf"),
    ],
)
def test_a_file_is_what_its_name_says(filename: str, mime_type: str) -> None:
    # Core says `application/pdf` of each of them before it comes to us.
    block = file("data:text/csv;base64,AAAA", filename)
    assert sent(block) == [file(f"data:{mime_type};base64,AAAA", filename)]


# -- video ---------------------------------------------------------------------------------------

MP4 = "data:video/mp4;base64,AAAA"
VIDEO: list[tuple[dict[str, Any], str]] = [
    (file(MP4, "v.mp4"), MP4),
    ({"type": "file", "url": "https://x.example/v.mp4"}, "https://x.example/v.mp4"),
    ({"type": "file", "url": "https://x.example/v.webm?a=1"}, "https://x.example/v.webm?a=1"),
    ({"type": "input_file", "file_data": MP4, "filename": "v"}, MP4),
    ({"type": "input_file", "file_url": "https://x.example/v.mov"}, "https://x.example/v.mov"),
    (
        {
            "type": "document",
            "source": {"type": "base64", "media_type": "video/mp4", "data": "AAAA"},
        },
        MP4,
    ),
    ({"type": "image_url", "image_url": {"url": MP4}}, MP4),
    ({"type": "image_url", "image_url": MP4}, MP4),
    ({"type": "input_image", "image_url": MP4}, MP4),
    ({"type": "input_video", "input_video": {"data": "AAAA", "format": "mp4"}}, MP4),
    ({"type": "input_video", "video_url": "https://x.example/v"}, "https://x.example/v"),
    ({"type": "video", "video": {"url": "https://x.example/v"}}, "https://x.example/v"),
    ({"type": "video_url", "video_url": "https://x.example/v"}, "https://x.example/v"),
]


@pytest.mark.parametrize(("block", "url"), VIDEO)
def test_video_in_disguise(block: dict[str, Any], url: str) -> None:
    assert_refused(block, r"Message 1: .* takes no video on CometAPI's chat route", GEMINI)
    assert sent(block, KIMI) == [{"type": "video_url", "video_url": {"url": url}}]


def test_video_by_id() -> None:
    block = {"type": "video", "file_id": "f1"}
    assert_refused(block, "takes no video", GEMINI)
    assert_refused(block, "Video cannot be sent by file id .* Pass its URL", KIMI)


def test_other_media_in_a_file() -> None:
    block = {"type": "file", "base64": "AAAA", "mime_type": "audio/wav"}
    assert_refused(block, "takes no audio", CLAUDE)
    assert_refused({**block, "mime_type": "image/png"}, "takes no images", "o3-mini")


# -- what is taken -------------------------------------------------------------------------------

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
def test_what_is_taken(block: dict[str, Any], parts: list[dict[str, Any]]) -> None:
    assert sent(block, CLAUDE) == parts


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
        ({"type": "image_url", "image_url": {"url": b"x"}}, "'bytes' is no URL. Pass an http"),
        ({"type": "image_url", "image_url": b"x"}, "is no URL. Pass an http"),
        ({"type": "document", "source": {"type": ["base64"]}}, "'document' needs `base64`"),
        ({"type": "text-plain", "base64": "/w=="}, "no UTF-8 text. Pass the text as `text`"),
    ],
)
def test_what_lacks_something(block: Any, words: str) -> None:
    assert_refused(block, f"Message 1(: .*| has .*){words}")


def test_a_text_without_text_is_left_out() -> None:
    assert sent({"type": "text"}) == ""


def test_a_name_that_is_no_text_is_none() -> None:
    block = {"type": "file", "base64": "AAAA", "mime_type": "application/pdf", "filename": b"a"}
    assert sent(block, CLAUDE) == [file("data:application/pdf;base64,AAAA", "file.pdf")]


# -- files of text, where no files are taken -----------------------------------------------------


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
        {
            "type": "document",
            "source": {"type": "base64", "media_type": "text/plain", "data": TEXT_BASE64},
        },
    ],
)
def test_a_file_of_text_goes_as_text(block: dict[str, Any]) -> None:
    assert sent(block, "deepseek-v4-pro") == [text("Grüße")]
    if block["type"] != "text-plain":
        assert sent(block, CLAUDE)[0]["type"] == "file"


@pytest.mark.parametrize(
    ("block", "words"),
    [
        (file("data:application/pdf;base64,AAAA", "a.pdf"), "takes no files .* Send the text"),
        ({"type": "text-plain", "url": "https://a.example/b"}, "takes no files"),
        ({"type": "text-plain", "file_id": "f1"}, "takes no files"),
        ({"type": "file", "base64": "/w==", "mime_type": "text/csv"}, "no UTF-8 text. Pass the"),
        ({"type": "image", "base64": "AAAA", "mime_type": "image/svg+xml"}, "takes no images"),
    ],
)
def test_other_files_are_refused(block: dict[str, Any], words: str) -> None:
    assert_refused(block, f"Message 1: .*{words}", "deepseek-v4-pro")
