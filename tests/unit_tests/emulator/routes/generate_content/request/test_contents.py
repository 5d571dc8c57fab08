"""Roles, parts and media."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit_tests.emulator.generate_content_client import (
    PICTURES,
    SIGNED,
    GenerateContentClient,
    called,
    loop,
    media,
    model,
    returned,
    said,
    user,
)
from tests.unit_tests.emulator.refusals import accepts, refuses

VIDEO: dict[str, Any] = media("video/mp4")
FAST = {"videoMetadata": {"fps": 1}}


def contents(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"contents": [user(*parts)]}


def file(uri: str, **fields: Any) -> dict[str, Any]:
    return {"fileData": {"fileUri": uri, **fields}}


def video(**metadata: Any) -> dict[str, Any]:
    return contents({**VIDEO, "videoMetadata": metadata})


test_contents_are_refused = refuses(
    ({"contents": []}, "contents is not specified"),
    ({"contents": None}, "contents is not specified"),
    ({"contents": [said("a", "assistant")]}, "Please use a valid role: user, model."),
    ({"contents": [said("a", "system")]}, "Please use a valid role: user, model."),
    ({"contents": [{"role": "user"}]}, "contents[0].parts: contents.parts must not be"),
    (contents({"text": "a"}, {}), "* GenerateContentRequest.contents[0].parts[1].data: required"),
    (contents({"text": ""}), "contents[0].parts[0].data: required oneof field"),
    (contents({"thought": True}), "required oneof field 'data'"),
    (contents(called()), "functionCall is not valid in a turn of the user"),
    ({"contents": [said("a"), model(returned())]}, "Please ensure that function response"),
    ({"contents": [said("a"), model(called(""))]}, "Name cannot be empty."),
    ({"contents": [said("a"), model(called("a b"))]}, "Invalid function name."),
    (
        {"contents": [said("a"), model(called()), user({"functionResponse": {"name": "f"}})]},
        "parts[0].function_response.response: Response must be set.",
    ),
    (contents(media("image/tiff")), "Unsupported MIME type: image/tiff"),
    (contents(media("application/msword")), "Unsupported MIME type"),
    (contents({"inlineData": {"data": "AAAA"}}), "MIME type must be set."),
    (contents({"inlineData": {"mimeType": "image/png"}}), "Data cannot be empty."),
    (contents({"fileData": {"mimeType": "image/png"}}), "File URI must be set."),
    (contents(file("ftp://a/b", mimeType="image/png")), "unsupported file uri"),
    ({"model": PICTURES, **contents(media("audio/wav"))}, "Audio input modality is not enabled"),
    (
        {"model": "gemini-3-pro-image", "contents": loop(SIGNED, parts=[VIDEO])},
        "Video input modality",
    ),
    (video(startOffset="5"), "start_offset' (type.googleapis.com/google.protobuf.Duration)"),
    (video(endOffset="1:00"), "end_offset'"),
    (video(fps=25), "video_metadata.fps: must be in (0.0, 24.0]"),
    (contents({**media("image/png"), **FAST}), "video_metadata: only allowed for video"),
    (contents({"text": "a", "videoMetadata": {}}), "only allowed for video"),
    ({"systemInstruction": user({"text": ""})}, "system_instruction.parts[0].data: required oneof"),
    ({"systemInstruction": {}}, "system_instruction.parts: required"),
    ({"systemInstruction": user(media("image/png"))}, "text parts only"),
    (contents(media("image/png", "A" * 28_000_000)), "Request payload size exceeds"),
)

test_contents_are_accepted = accepts(
    ("no role", {"contents": [{"parts": [{"text": "a"}]}]}),
    ("several turns of one role", {"contents": [said("a"), said("b"), said("c")]}),
    ("answer first", {"contents": [said("a", "model"), said("b")]}),
    ("parameters of a media type", contents(media("text/plain; charset=utf-8"))),
    ("upper case", contents(media("IMAGE/PNG"))),
    ("all modalities", contents(*map(media, ["image/webp", "audio/mp3", "application/pdf"]))),
    ("video", video(startOffset="1.5s", endOffset="10s", fps=0.5)),
    ("video by URI", contents({**file("https://www.youtube.com/watch?v=a"), **FAST})),
    ("file by URI", contents(file("https://a.example/b.pdf", mimeType="application/pdf"))),
    ("bucket", contents(file("gs://a/b.png", mimeType="image/png"))),
    ("large", contents(media("image/png", "A" * 24_000_000))),
    ("instruction", {"systemInstruction": {"parts": [{"text": "Be brief."}]}}),
)


@pytest.mark.parametrize(
    "uri", ["files/abc-1", "https://generativelanguage.googleapis.com/v1beta/files/abc-1"]
)
def test_file_that_was_uploaded_elsewhere_is_refused(
    client: GenerateContentClient, uri: str
) -> None:
    status, message, name = client.refusal(**contents(file(uri, mimeType="video/mp4")))
    assert (status, name) == (403, "PERMISSION_DENIED")
    assert "the File abc-1 or it may not exist" in message
