"""Files and video, which blocks of other kinds may hold: what is sent, or a clear error."""

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
    CALLS,
    CLAUDE,
    DEEPSEEK,
    GEMINI,
    GPT,
    KIMI,
    UNKNOWN,
    assert_media_refused,
    assert_refused,
    file,
    sent,
    sent_content,
    text,
)

TEXT_BASE64 = base64.b64encode("Grüße".encode()).decode()

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
    block = {"type": "file", "base64": "AAAA", "mime_type": "application/pdf", "filename": b"a"}
    assert sent_content(block, CLAUDE) == [file("data:application/pdf;base64,AAAA", "file.pdf")]


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
        {
            "type": "document",
            "source": {"type": "base64", "media_type": "text/plain", "data": TEXT_BASE64},
        },
    ],
)
def test_text_file_where_files_are_refused_is_sent_as_text(block: dict[str, Any]) -> None:
    assert sent_content(block, "deepseek-v4-pro") == [text("Grüße")]
    if block["type"] != "text-plain":
        assert sent_content(block, CLAUDE)[0]["type"] == "file"


@pytest.mark.parametrize(
    ("block", "words"),
    [
        (file("data:application/pdf;base64,AAAA", "a.pdf"), "takes no files .* Send the text"),
        ({"type": "text-plain", "url": "https://a.example/b"}, "takes no files"),
        ({"type": "text-plain", "file_id": "f1"}, "takes no files"),
        ({"type": "file", "base64": "/w==", "mime_type": "text/csv"}, "not UTF-8 text. Pass the"),
        ({"type": "image", "base64": "AAAA", "mime_type": "image/svg+xml"}, "takes no images"),
    ],
)
def test_file_of_another_kind_where_files_are_refused_is_refused(
    block: dict[str, Any], words: str
) -> None:
    assert_refused(block, f"Message 1: .*{words}", "deepseek-v4-pro")


# -- video -------------------------------------------------------------------------------------


MP4 = "data:video/mp4;base64,AAAA"
URL = "https://x.example/v.mp4"
VIDEO: list[tuple[dict[str, Any], str]] = [
    (file(MP4, "v.mp4"), MP4),
    ({"type": "file", "url": URL}, URL),
    ({"type": "file", "url": "https://x.example/v.webm?a=1"}, "https://x.example/v.webm?a=1"),
    ({"type": "file", "mime_type": "video/mp4", "base64": "AAAA"}, MP4),
    ({"type": "input_file", "file_data": MP4, "filename": "v"}, MP4),
    ({"type": "input_file", "file_url": "https://x.example/v.mov"}, "https://x.example/v.mov"),
    (
        {
            "type": "document",
            "source": {"type": "base64", "media_type": "video/mp4", "data": "AAAA"},
        },
        MP4,
    ),
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
    assert sent_content(block, KIMI) == [{"type": "video_url", "video_url": {"url": url}}]


@pytest.mark.parametrize("model", [KIMI, GPT, UNKNOWN, GEMINI, DEEPSEEK])
def test_video_of_a_tool_is_sent_where_it_is_taken(model: str) -> None:
    part = {"type": "video_url", "video_url": {"url": URL}}
    history = [
        HumanMessage("Hi"),
        AIMessage("", tool_calls=CALLS[:1]),
        ToolMessage([part], tool_call_id="call_1"),
    ]
    if model in (GEMINI, DEEPSEEK):
        assert_media_refused(model, history)
    else:
        assert sent(model, history)[-1]["content"][-1] == part


def test_video_by_file_id_is_refused() -> None:
    block = {"type": "video", "file_id": "f1"}
    assert_refused(block, "takes no video", GEMINI)
    assert_refused(block, "Video cannot be sent by file id .* Pass its URL", KIMI)
