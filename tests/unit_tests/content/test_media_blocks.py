"""Images, audio, video and files as blocks, however they come."""

from __future__ import annotations

import base64
from itertools import pairwise
from typing import Any

import pytest
from langchain_core.messages import messages_from_dict, messages_to_dict

from langchain_cometapi._content.media_blocks import MarkdownMedia, create_media_block, join_base64
from tests.readers import image, read_events, read_stream, read_whole, without_index

pytestmark = pytest.mark.filterwarnings("ignore:The method .* is in beta")


def _block(data: str, kind: str = "image", **fields: Any) -> dict[str, Any]:
    return {"type": kind, "base64": data, "mime_type": "image/png", **fields}


A, B = image("QUFB"), image("QkJC")
BY_URL = {"type": "image", "url": "https://u"}


@pytest.mark.parametrize("version", ["v0", "v1"])
@pytest.mark.parametrize(
    "deltas",
    [[{"images": [A, B]}], [{"content": [A, B]}], [{"content": [A]}, {"content": [B]}]],
    ids=["beside", "parts", "chunks"],
)
async def test_every_image_of_a_stream(deltas: list[dict[str, Any]], version: str) -> None:
    messages = await read_events("x", *deltas, output_version=version)
    messages.append(await read_stream("x", *deltas, output_version=version))
    expected = [{"type": "text", "text": "x"}, _block("QUFB"), _block("QkJC")]
    for message in messages:
        assert without_index(message.content_blocks) == expected


@pytest.mark.parametrize(
    ("item", "kind", "expected"),
    [
        ({"b64_json": "QUFB"}, "image", _block("QUFB")),
        ({"url": "https://u"}, "image", BY_URL),
        ("https://u", "image", BY_URL),
        (
            {"b64_json": "QUFB", "media_type": "image/webp", "revised_prompt": "a cat"},
            "image",
            _block("QUFB", mime_type="image/webp", extras={"revised_prompt": "a cat"}),
        ),
        ({"type": "output_image", "image_url": "https://u"}, None, BY_URL),
        (
            {"type": "output_audio", "data": "QUFB", "format": "mp3", "transcript": "A"},
            None,
            _block("QUFB", "audio", mime_type="audio/mpeg", extras={"transcript": "A"}),
        ),
        (
            {"type": "input_audio", "input_audio": {"data": "QUFB", "format": "flac"}},
            None,
            _block("QUFB", "audio", mime_type="audio/flac"),
        ),
        (
            {"type": "video_url", "video_url": {"url": "https://u"}},
            None,
            {**BY_URL, "type": "video"},
        ),
        (
            {"type": "file", "file": {"filename": "a.csv", "file_data": "QUFB"}},
            None,
            _block("QUFB", "file", mime_type="text/csv", extras={"filename": "a.csv"}),
        ),
        ({"type": "file", "file": {"file_id": "f"}}, None, {"type": "file", "file_id": "f"}),
        # core knows these
        (_block("QUFB"), None, None),
        ({"type": "image", "source": {"type": "url", "url": "https://u"}}, None, None),
        ({"type": "chart", "url": "https://u"}, None, None),
        # nothing to show
        ({"type": "image_url", "image_url": {"url": 3}}, None, None),
    ],
)
def test_media_of_every_form(item: Any, kind: str | None, expected: dict[str, Any] | None) -> None:
    assert create_media_block(item, kind) == expected


@pytest.mark.parametrize("version", ["v0", "v1"])
async def test_files_and_what_is_no_medium(version: str) -> None:
    url = "data:application/pdf;base64,QUFB"
    extras = {
        "files": [{"type": "file", "file": {"filename": "a.pdf", "file_data": url}}],
        "images": [{"prompt": "a cat"}],
    }
    messages = await read_whole(extras, output_version=version)
    messages.append(await read_stream("4", extras, output_version=version))
    for message in messages:
        assert without_index(message.content_blocks) == [
            {"type": "text", "text": "4"},
            {"type": "non_standard", "value": {"prompt": "a cat"}},
            _block("QUFB", "file", mime_type="application/pdf", extras={"filename": "a.pdf"}),
        ]


@pytest.mark.parametrize("version", ["v0", "v1"])
async def test_audio_is_of_the_format_that_was_asked_for(version: str) -> None:
    asked = {"audio": {"voice": "alloy", "format": "mp3"}}
    settings: dict[str, Any] = {"output_version": version, "model_kwargs": asked}
    audio = {"id": "a", "data": "QUI="}
    messages = await read_whole({"content": None, "audio": audio}, **settings)
    # each fragment is padded by itself
    fragments = [{"audio": {"id": "a", "data": "QQ=="}}, {"audio": {"data": "Qg=="}}]
    messages.append(await read_stream(*fragments, **settings))
    expected = _block("QUI=", "audio", mime_type="audio/mpeg", id="a")
    for message in messages:
        for one in (message, *messages_from_dict(messages_to_dict([message]))):
            assert without_index(one.content_blocks) == [expected]


def test_base64_in_pieces() -> None:
    pieces = [b"A", b"bc", b"def", b"", b"gh"]
    whole = base64.b64encode(b"".join(pieces)).decode()
    assert join_base64("".join(base64.b64encode(piece).decode() for piece in pieces)) == whole
    assert join_base64(whole) == whole
    assert join_base64("A=B") == "A=B"  # no base64: it stays as it came


# -- Markdown ------------------------------------------------------------------------------------

PICTURE = "pic: ![image](data:image/png;base64,QUFB) end"
PICTURE_BLOCKS = [
    {"type": "text", "text": "pic: "},
    _block("QUFB", extras={"alt": "image"}),
    {"type": "text", "text": " end"},
]


@pytest.mark.parametrize("version", ["v0", "v1"])
async def test_an_image_in_markdown_is_a_block(version: str) -> None:
    for message in await read_whole({"content": PICTURE}, output_version=version):
        assert without_index(message.content_blocks) == PICTURE_BLOCKS
        if version == "v0":  # what the model has said stays as it was
            assert message.content == PICTURE


@pytest.mark.parametrize("cut", range(len(PICTURE) + 1))
async def test_an_image_in_markdown_is_streamed(cut: int) -> None:
    pieces = (PICTURE[:cut], PICTURE[cut:])
    if cut != PICTURE.index("![") + 1:  # a lone `!` is plain text, which is never held back
        streamed = await read_stream(*pieces, output_version="v1")
        for message in (streamed, *await read_events(*pieces, output_version="v1")):
            assert without_index(message.content_blocks) == PICTURE_BLOCKS
    plain = await read_stream(*pieces)
    assert plain.content == PICTURE
    assert plain.content_blocks == PICTURE_BLOCKS


async def test_an_image_in_markdown_within_a_chunk_of_a_plain_stream() -> None:
    for output in await read_events("A ", PICTURE, " B"):
        assert output.text == "A pic:  end B"
        assert without_index(output.content)[1] == PICTURE_BLOCKS[1]


def _read(pieces: list[str]) -> list[list[dict[str, Any]]]:
    reader = MarkdownMedia()
    read = [[block for block, _ in reader.push(piece)] for piece in pieces]
    return [*read, [block for block, _ in reader.close()]]


@pytest.mark.parametrize(
    "text",
    [
        "Hello! [a](b)",
        "An ![image](https://u) by URL",
        "![not closed](data:image/png;base64,QUFB",
        "![no base64](data:image/svg+xml,<svg/>)",
        "![nothing",
        "![a] b",
        "![line\nend](data:image/png;base64,QUFB)",
        "![](data:image/png;base64,)",
        "![a](dada:b)",
        "![![![",
        "!" * 9 + "[" * 9,
        "![" + "long " * 99,
    ],
)
def test_other_markdown_stays_text(text: str) -> None:
    for size in (1, 2, 3, len(text)):
        pieces = [text[n : n + size] for n in range(0, len(text), size)]
        blocks = [block for part in _read(pieces) for block in part]
        assert {block["type"] for block in blocks} == {"text"}
        assert "".join(block["text"] for block in blocks) == text


def test_only_what_may_be_an_image_is_held_back() -> None:
    def texts(*pieces: str) -> list[str]:
        return ["".join(block.get("text", "") for block in part) for part in _read(list(pieces))]

    assert texts("Hello!", " You") == ["Hello!", " You", ""]
    assert texts("a ![b", "] c") == ["a ", "![b] c", ""]
    assert texts("a ![b](http", "s://u)") == ["a ![b](http", "s://u)", ""]
    assert texts("a ![b](da", "tes)") == ["a ", "![b](dates)", ""]
    assert texts("a ![b](data:", "x)", "d") == ["a ", "![b](data:x)", "d", ""]
    assert texts("x ![", "b") == ["x ", "", "![b"]
    assert texts("![" + "b" * 150, "b" * 150, "c") == ["", "![" + "b" * 300, "c", ""]


def test_two_images_in_markdown_cut_anywhere() -> None:
    text = "![](data:image/png;base64,QUFB)![b](data:application/pdf;base64,QkJC)!"
    expected = [
        _block("QUFB"),
        _block("QkJC", "file", mime_type="application/pdf", extras={"alt": "b"}),
        {"type": "text", "text": "!"},
    ]
    tokens = [0, 2, 5, 20, 29, 31, 33, 40, 60, len(text)]
    pieces = [text[start:end] for start, end in pairwise(tokens)]
    assert [block for part in _read(pieces) for block in part] == expected
