"""Images, audio, video and files as blocks, however they come."""

from __future__ import annotations

import base64
from itertools import pairwise
from typing import Any

import pytest
from langchain_core.messages import messages_from_dict, messages_to_dict

from langchain_cometapi._content.media_blocks import MarkdownMedia, create_media_block, join_base64
from tests.support import Gateway, amerge, answer, chunk, completion, merge, stream

pytestmark = pytest.mark.filterwarnings("ignore:The method .* is in beta")


def _image(data: str) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{data}"}}


def _block(data: str) -> dict[str, Any]:
    return {"type": "image", "base64": data, "mime_type": "image/png"}


def _plain(blocks: Any) -> list[dict[str, Any]]:
    return [{k: v for k, v in block.items() if k != "index"} for block in blocks]


@pytest.mark.parametrize("version", ["v0", "v1"])
@pytest.mark.parametrize(
    "deltas",
    [
        pytest.param([{"images": [_image("QUFB"), _image("QkJC")]}], id="beside"),
        pytest.param([{"content": [_image("QUFB"), _image("QkJC")]}], id="parts"),
        pytest.param([{"content": [_image("QUFB")]}, {"content": [_image("QkJC")]}], id="chunks"),
    ],
)
async def test_every_image_of_a_stream(deltas: list[dict[str, Any]], version: str) -> None:
    chunks = [chunk("x"), *map(chunk, deltas), chunk(finish_reason="stop")]
    model = Gateway(stream(*chunks)).model(output_version=version)
    messages: list[Any] = [
        merge(model.stream("Hi")),
        await amerge(model.astream("Hi")),
        model.stream_events("Hi", version="v3").output,
        await (await model.astream_events("Hi", version="v3")).output,
    ]
    expected = [{"type": "text", "text": "x"}, _block("QUFB"), _block("QkJC")]
    for message in messages:
        assert _plain(message.content_blocks) == expected


@pytest.mark.parametrize(
    ("item", "kind", "expected"),
    [
        ({"b64_json": "QUFB"}, "image", _block("QUFB")),
        ({"url": "https://u"}, "image", {"type": "image", "url": "https://u"}),
        ("https://u", "image", {"type": "image", "url": "https://u"}),
        (
            {"b64_json": "QUFB", "media_type": "image/webp", "revised_prompt": "a cat"},
            "image",
            {
                "type": "image",
                "base64": "QUFB",
                "mime_type": "image/webp",
                "extras": {"revised_prompt": "a cat"},
            },
        ),
        (
            {"type": "output_image", "image_url": "https://u"},
            None,
            {"type": "image", "url": "https://u"},
        ),
        (
            {"type": "output_audio", "data": "QUFB", "format": "mp3", "transcript": "A"},
            None,
            {
                "type": "audio",
                "base64": "QUFB",
                "mime_type": "audio/mpeg",
                "extras": {"transcript": "A"},
            },
        ),
        (
            {"type": "input_audio", "input_audio": {"data": "QUFB", "format": "flac"}},
            None,
            {"type": "audio", "base64": "QUFB", "mime_type": "audio/flac"},
        ),
        (
            {"type": "video_url", "video_url": {"url": "https://v"}},
            None,
            {"type": "video", "url": "https://v"},
        ),
        (
            {"type": "file", "file": {"filename": "a.csv", "file_data": "QUFB"}},
            None,
            {
                "type": "file",
                "base64": "QUFB",
                "mime_type": "text/csv",
                "extras": {"filename": "a.csv"},
            },
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
    body = {"role": "assistant", "content": "4", **extras}
    chunks = [chunk("4"), chunk(extras), chunk(finish_reason="stop")]
    whole = Gateway(answer(completion(body))).model(output_version=version)
    streamed = Gateway(stream(*chunks)).model(output_version=version)
    messages: list[Any] = [
        whole.invoke("Hi"),
        await whole.ainvoke("Hi"),
        merge(streamed.stream("Hi")),
        await amerge(streamed.astream("Hi")),
    ]
    for message in messages:
        text, *media = _plain(message.content_blocks)
        assert text == {"type": "text", "text": "4"}
        assert media == [
            {"type": "non_standard", "value": {"prompt": "a cat"}},
            {
                "type": "file",
                "base64": "QUFB",
                "mime_type": "application/pdf",
                "extras": {"filename": "a.pdf"},
            },
        ]


@pytest.mark.parametrize("version", ["v0", "v1"])
async def test_audio_is_of_the_format_that_was_asked_for(version: str) -> None:
    asked = {"audio": {"voice": "alloy", "format": "mp3"}}
    body = {"role": "assistant", "content": None, "audio": {"id": "a", "data": "QUI="}}
    # each fragment is padded by itself
    chunks = [
        chunk({"audio": {"id": "a", "data": "QQ=="}}),
        chunk({"audio": {"data": "Qg=="}}),
        chunk(finish_reason="stop"),
    ]
    whole = Gateway(answer(completion(body))).model(output_version=version, model_kwargs=asked)
    streamed = Gateway(stream(*chunks)).model(output_version=version, model_kwargs=asked)
    messages: list[Any] = [
        whole.invoke("Hi"),
        await whole.ainvoke("Hi"),
        merge(streamed.stream("Hi")),
        await amerge(streamed.astream("Hi")),
    ]
    for message in messages:
        for one in (message, *messages_from_dict(messages_to_dict([message]))):
            assert _plain(one.content_blocks) == [
                {"type": "audio", "base64": "QUI=", "mime_type": "audio/mpeg", "id": "a"}
            ]


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
    {**_block("QUFB"), "extras": {"alt": "image"}},
    {"type": "text", "text": " end"},
]


@pytest.mark.parametrize("version", ["v0", "v1"])
async def test_an_image_in_markdown_is_a_block(version: str) -> None:
    model = Gateway(answer(completion(PICTURE))).model(output_version=version)
    for message in (model.invoke("Hi"), await model.ainvoke("Hi")):
        assert message.content_blocks == PICTURE_BLOCKS
        if version == "v0":  # what the model has said stays as it was
            assert message.content == PICTURE


@pytest.mark.parametrize("cut", range(len(PICTURE) + 1))
async def test_an_image_in_markdown_is_streamed(cut: int) -> None:
    chunks = [chunk(PICTURE[:cut]), chunk(PICTURE[cut:]), chunk(finish_reason="stop")]
    gateway = Gateway(stream(*chunks))
    model = gateway.model(output_version="v1")
    messages: list[Any] = [
        merge(model.stream("Hi")),
        await amerge(model.astream("Hi")),
        model.stream_events("Hi", version="v3").output,
    ]
    if cut != PICTURE.index("![") + 1:  # a lone `!` is plain text, which is never held back
        for message in messages:
            assert _plain(message.content_blocks) == PICTURE_BLOCKS
    plain: Any = merge(gateway.model().stream("Hi"))
    assert plain.content == PICTURE
    assert plain.content_blocks == PICTURE_BLOCKS


def test_an_image_in_markdown_within_a_chunk_of_a_plain_stream() -> None:
    chunks = [chunk("A "), chunk(PICTURE), chunk(" B"), chunk(finish_reason="stop")]
    output: Any = Gateway(stream(*chunks)).model().stream_events("Hi", version="v3").output
    assert output.text == "A pic:  end B"
    assert _plain(output.content)[1] == PICTURE_BLOCKS[1]


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
        {"type": "file", "base64": "QkJC", "mime_type": "application/pdf", "extras": {"alt": "b"}},
        {"type": "text", "text": "!"},
    ]
    tokens = [0, 2, 5, 20, 29, 31, 33, 40, 60, len(text)]
    pieces = [text[start:end] for start, end in pairwise(tokens)]
    assert [block for part in _read(pieces) for block in part] == expected
