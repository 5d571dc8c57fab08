"""Citations of every form and place, and where in the text they stand."""

from __future__ import annotations

from typing import Any

import pytest

from langchain_cometapi._content.citations import create_citation
from tests.support import Gateway, amerge, answer, chunk, completion, merge, stream

IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,QUFB"}}
CALL = {"tool_calls": [{"index": 0, "id": "c0", "function": {"name": "f", "arguments": "{}"}}]}

pytestmark = pytest.mark.filterwarnings("ignore:The method .* is in beta")


def _annotation(start: int, end: int, url: str = "https://w") -> dict[str, Any]:
    place = {"url": url, "title": "W", "start_index": start, "end_index": end}
    return {"type": "url_citation", "url_citation": place}


def _citation(start: int, end: int, url: str = "https://w") -> dict[str, Any]:
    return {"type": "citation", "url": url, "title": "W", "start_index": start, "end_index": end}


async def _whole(said: dict[str, Any], top: dict[str, Any], **kwargs: Any) -> list[list[Any]]:
    """The blocks of an answer that comes whole, each way."""
    model = Gateway(answer(completion({"role": "assistant", **said}, **top))).model(**kwargs)
    messages: list[Any] = [model.invoke("Hi"), await model.ainvoke("Hi")]
    return [message.content_blocks for message in messages]


async def _streamed(*chunks: dict[str, Any], events: bool = True, **kwargs: Any) -> list[list[Any]]:
    """The blocks of an answer that is streamed, each way."""
    model = Gateway(stream(*chunks, chunk(finish_reason="stop"))).model(**kwargs)
    messages: list[Any] = [merge(model.stream("Hi")), await amerge(model.astream("Hi"))]
    if events:
        messages.append(model.stream_events("Hi", version="v3").output)
        messages.append(await (await model.astream_events("Hi", version="v3")).output)
    return [message.content_blocks for message in messages]


def _cited(blocks: list[Any]) -> list[tuple[str, list[Any]]]:
    return [(b["text"], b.get("annotations", [])) for b in blocks if b["type"] == "text"]


@pytest.mark.parametrize("version", ["v0", "v1"])
@pytest.mark.parametrize("place", ["answer", "message", "choice"])
async def test_sources_beside_the_text_are_cited(version: str, place: str) -> None:
    sources = {
        "citations": ["https://a", "https://b"],
        "search_results": [{"url": "https://b", "title": "B", "date": "today"}],
    }
    whole = completion({"role": "assistant", "content": "It"})
    last = chunk({}, "stop")
    if place == "answer":
        whole |= sources
        last |= sources
    elif place == "message":
        whole["choices"][0]["message"] |= sources
        last["choices"][0]["delta"] = sources
    else:
        whole["choices"][0] |= sources
        last["choices"][0] |= sources
    model = Gateway(answer(whole)).model(output_version=version)
    found: list[Any] = [model.invoke("Hi"), await model.ainvoke("Hi")]
    every = [one.content_blocks for one in found]
    every += await _streamed(chunk("It"), last, output_version=version)
    expected = [
        {"type": "citation", "url": "https://a"},
        {"type": "citation", "url": "https://b", "title": "B", "extras": {"date": "today"}},
    ]
    for blocks in every:
        assert _cited(blocks) == [("It", expected)]


@pytest.mark.parametrize("version", ["v0", "v1"])
async def test_parts_are_cited_where_they_stand(version: str) -> None:
    parts = [
        {"type": "text", "text": "It rains", "annotations": [_annotation(3, 8)]},
        IMAGE,
        {"type": "text", "text": "and snows", "annotations": [_annotation(4, 9, "https://s")]},
    ]
    every = await _whole({"content": parts}, {}, output_version=version)
    every += await _streamed(chunk({"content": parts}), events=False, output_version=version)
    if version == "v1":
        every += (await _streamed(chunk({"content": parts}), output_version=version))[2:]
    for blocks in every:
        assert [block["type"] for block in blocks] == ["text", "image", "text"]
        assert _cited(blocks) == [
            ("It rains", [_citation(3, 8)]),
            ("and snows", [_citation(4, 9, "https://s")]),
        ]


async def test_citations_find_the_text_before_a_call() -> None:
    annotations = [_annotation(3, 8), _annotation(13, 16), _annotation(6, 12)]
    chunks = [
        chunk("It "),
        chunk("rains."),
        chunk(CALL),
        chunk("And now?"),
        chunk({"annotations": annotations}),
    ]
    every = await _streamed(*chunks, output_version="v1")
    for blocks in every:
        assert [block["type"] for block in blocks] == ["text", "tool_call", "text"]
        # the last is about more than one text: it stands where it starts
        assert _cited(blocks) == [
            ("It rains.", [_citation(3, 8), _citation(6, 9)]),
            ("And now?", [_citation(4, 7)]),
        ]


async def test_citations_of_the_chunk_that_ends_the_text() -> None:
    chunks = [chunk({"content": "It rains", "annotations": [_annotation(3, 8)]})]
    for version in ("v0", "v1"):
        for blocks in await _streamed(*chunks, output_version=version):
            assert _cited(blocks) == [("It rains", [_citation(3, 8)])]


@pytest.mark.parametrize("version", ["v0", "v1"])
async def test_offsets_move_past_a_thought_in_tags(version: str) -> None:
    text = "<think>why</think>\n\nIt rains"
    start = text.index("rains")
    # the second can only count from the head of the answer
    annotations = [_annotation(start, len(text)), _annotation(3, 8, "https://a")]
    said = {"content": text, "annotations": annotations}
    kwargs: dict[str, Any] = {"model": "minimax-m2", "output_version": version}
    every = await _whole(said, {}, **kwargs)
    pieces = [chunk(text[:9]), chunk(text[9:20]), chunk(text[20:])]
    every += await _streamed(*pieces, chunk({"annotations": annotations}), **kwargs)
    every += await _streamed(chunk(said), **kwargs)
    for blocks in every:
        assert _cited(blocks) == [
            ("It rains", [_citation(3, 8), _citation(3, 8, "https://a")]),
        ]


async def test_offsets_stay_where_there_was_no_thought() -> None:
    said = {"content": "<th", "annotations": [_annotation(0, 3)]}  # held back until the end
    every = await _whole(said, {}, model="minimax-m2")
    every += await _streamed(chunk(said), model="minimax-m2")
    for blocks in every:
        assert _cited(blocks) == [("<th", [_citation(0, 3)])]


async def test_citations_without_text() -> None:
    sources = {"citations": ["https://a"]}
    every = await _whole({"content": None}, sources)
    for version in ("v0", "v1"):
        every += await _streamed(
            {**chunk({"role": "assistant"}), **sources}, output_version=version
        )
    for blocks in every:
        assert _cited(blocks) == [("", [{"type": "citation", "url": "https://a"}])]


async def test_offsets_move_past_an_image_in_markdown() -> None:
    image = "![a cat](data:image/png;base64,QUFB)"
    text = f"Look: {image} a cat"
    annotation = _annotation(text.index("a cat", 12), len(text))
    said = {"content": text, "annotations": [annotation]}
    every = await _whole(said, {})
    pieces = ["Look", ": ![", "a cat](da", "ta:image/png;base64,", "QUFB", ") a", " cat"]
    assert "".join(pieces) == text
    chunks = [*map(chunk, pieces), chunk(said | {"content": ""})]
    every += await _streamed(*chunks, output_version="v1")
    for blocks in every:
        assert _cited(blocks) == [("Look: ", []), (" a cat", [_citation(1, 6)])]


async def test_citations_do_not_change_what_they_are_made_of() -> None:
    said = {"content": "It rains", "annotations": [_annotation(3, 8)], "citations": ["https://w"]}
    model = Gateway(answer(completion({"role": "assistant", **said}))).model()
    message = model.invoke("Hi")
    blocks: Any = message.content_blocks
    assert _cited(blocks) == [("It rains", [_citation(3, 8)])]
    assert message.content_blocks == blocks
    assert message.additional_kwargs["annotations"] == said["annotations"]


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        pytest.param(
            {"type": "file_citation", "file_id": "f1", "index": 7},
            {"type": "citation", "extras": {"file_id": "f1", "index": 7}},
            id="file-without-name",
        ),
        pytest.param(
            {"type": "file_citation", "file_id": "f1", "filename": "a.pdf"},
            {"type": "citation", "title": "a.pdf", "extras": {"file_id": "f1"}},
            id="file",
        ),
        pytest.param(
            {
                "type": "char_location",
                "cited_text": "It rained.",
                "document_index": 0,
                "document_title": "Diary",
                "start_char_index": 5,
                "end_char_index": 15,
            },
            {
                "type": "citation",
                "cited_text": "It rained.",
                "title": "Diary",
                "extras": {"document_index": 0, "start_char_index": 5, "end_char_index": 15},
            },
            id="anthropic",
        ),
        pytest.param(
            {
                "type": "url_citation",
                "id": "x",
                "url_citation": {"url": "https://w", "title": None},
            },
            {"type": "citation", "url": "https://w", "extras": {"id": "x"}},
            id="beside-the-nested",
        ),
        pytest.param(
            {"url": "https://w", "title": "W", "filename": "w.html"},
            {
                "type": "citation",
                "url": "https://w",
                "title": "W",
                "extras": {"filename": "w.html"},
            },
            id="two-titles",
        ),
        pytest.param(
            {"type": "file_path", "file_id": "f1"},
            {
                "type": "non_standard_annotation",
                "value": {"type": "file_path", "file_id": "f1"},
            },
            id="no-citation",
        ),
        pytest.param(3, {"type": "non_standard_annotation", "value": {"value": 3}}, id="no-object"),
        pytest.param(_citation(1, 2), _citation(1, 2), id="standard"),
    ],
)
def test_annotations_of_every_form(annotation: Any, expected: dict[str, Any]) -> None:
    assert create_citation(annotation) == expected


def test_events_of_a_plain_stream_cite_parts_in_all_of_the_text() -> None:
    parts = [
        {"type": "text", "text": "It rains", "annotations": [_annotation(3, 8)]},
        IMAGE,
        {"type": "text", "text": " and snows", "annotations": [_annotation(5, 10, "https://s")]},
    ]
    chunks = [chunk({"content": parts[:2]}), chunk({"content": parts[2:]}), chunk({}, "stop")]
    output: Any = Gateway(stream(*chunks)).model().stream_events("Hi", version="v3").output
    # a chunk does not know the others: there is one block of text
    cited = [_citation(3, 8), _citation(13, 18, "https://s")]
    assert _cited(output.content) == [("It rains and snows", cited)]
