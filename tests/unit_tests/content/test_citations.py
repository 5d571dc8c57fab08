"""Citations of every form and place, and where in the text they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi._content.citations import create_citation
from tests.readers import image, read_events, read_stream, read_whole
from tests.support import Gateway, answer, chunk, completion

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

IMAGE = image("QUFB")
CALL = {"tool_calls": [{"index": 0, "id": "c0", "function": {"name": "f", "arguments": "{}"}}]}

pytestmark = pytest.mark.filterwarnings("ignore:The method .* is in beta")


def _annotation(start: int, end: int, url: str = "https://w") -> dict[str, Any]:
    place = {"url": url, "title": "W", "start_index": start, "end_index": end}
    return {"type": "url_citation", "url_citation": place}


def _citation(start: int, end: int, url: str = "https://w") -> dict[str, Any]:
    return {"type": "citation", "url": url, "title": "W", "start_index": start, "end_index": end}


async def _read_streams(*deltas: Any, **kwargs: Any) -> list[AIMessage]:
    """The messages of deltas or chunks in each way of streaming."""
    return [await read_stream(*deltas, **kwargs), *await read_events(*deltas, **kwargs)]


def _cited(message: AIMessage) -> list[tuple[str, list[Any]]]:
    blocks: Any = message.content_blocks
    return [(b["text"], b.get("annotations", [])) for b in blocks if b["type"] == "text"]


def _kinds(message: AIMessage) -> list[str]:
    return [block["type"] for block in message.content_blocks]


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
    every = [model.invoke("Hi"), *await _read_streams("It", last, output_version=version)]
    expected = [
        {"type": "citation", "url": "https://a"},
        {"type": "citation", "url": "https://b", "title": "B", "extras": {"date": "today"}},
    ]
    for message in every:
        assert _cited(message) == [("It", expected)]


@pytest.mark.parametrize("version", ["v0", "v1"])
async def test_parts_are_cited_where_they_stand(version: str) -> None:
    parts = [
        {"type": "text", "text": "It rains", "annotations": [_annotation(3, 8)]},
        IMAGE,
        {"type": "text", "text": "and snows", "annotations": [_annotation(4, 9, "https://s")]},
    ]
    every = await read_whole({"content": parts}, output_version=version)
    every.append(await read_stream({"content": parts}, output_version=version))
    if version == "v1":
        every += await read_events({"content": parts}, output_version=version)
    for message in every:
        assert _kinds(message) == ["text", "image", "text"]
        assert _cited(message) == [
            ("It rains", [_citation(3, 8)]),
            ("and snows", [_citation(4, 9, "https://s")]),
        ]


async def test_citations_find_the_text_before_a_call() -> None:
    annotations = [_annotation(3, 8), _annotation(13, 16), _annotation(6, 12)]
    deltas = ["It ", "rains.", CALL, "And now?", {"annotations": annotations}]
    for message in await _read_streams(*deltas, output_version="v1"):
        assert _kinds(message) == ["text", "tool_call", "text"]
        # the last is about more than one text: it stands where it starts
        assert _cited(message) == [
            ("It rains.", [_citation(3, 8), _citation(6, 9)]),
            ("And now?", [_citation(4, 7)]),
        ]


async def test_citations_of_the_chunk_that_ends_the_text() -> None:
    said = {"content": "It rains", "annotations": [_annotation(3, 8)]}
    for version in ("v0", "v1"):
        for message in await _read_streams(said, output_version=version):
            assert _cited(message) == [("It rains", [_citation(3, 8)])]


@pytest.mark.parametrize("version", ["v0", "v1"])
async def test_offsets_move_past_a_thought_in_tags(version: str) -> None:
    text = "<think>why</think>\n\nIt rains"
    start = text.index("rains")
    # the second can only count from the head of the answer
    annotations = [_annotation(start, len(text)), _annotation(3, 8, "https://a")]
    said = {"content": text, "annotations": annotations}
    kwargs: dict[str, Any] = {"model": "minimax-m2", "output_version": version}
    every = await read_whole(said, **kwargs)
    pieces = [text[:9], text[9:20], text[20:], {"annotations": annotations}]
    every += await _read_streams(*pieces, **kwargs)
    every += await _read_streams(said, **kwargs)
    for message in every:
        assert _cited(message) == [("It rains", [_citation(3, 8), _citation(3, 8, "https://a")])]


async def test_offsets_stay_where_there_was_no_thought() -> None:
    said = {"content": "<th", "annotations": [_annotation(0, 3)]}  # held back until the end
    every = await read_whole(said, model="minimax-m2")
    for message in (*every, *await _read_streams(said, model="minimax-m2")):
        assert _cited(message) == [("<th", [_citation(0, 3)])]


async def test_citations_without_text() -> None:
    sources = {"citations": ["https://a"]}
    every = await read_whole({"content": None, **sources})
    for version in ("v0", "v1"):
        last = {**chunk({"role": "assistant"}), **sources}
        every += await _read_streams(last, output_version=version)
    for message in every:
        assert _cited(message) == [("", [{"type": "citation", "url": "https://a"}])]


async def test_offsets_move_past_an_image_in_markdown() -> None:
    image = "![a cat](data:image/png;base64,QUFB)"
    text = f"Look: {image} a cat"
    annotation = _annotation(text.index("a cat", 12), len(text))
    said = {"content": text, "annotations": [annotation]}
    every = await read_whole(said)
    pieces = ["Look", ": ![", "a cat](da", "ta:image/png;base64,", "QUFB", ") a", " cat"]
    assert "".join(pieces) == text
    every += await _read_streams(*pieces, said | {"content": ""}, output_version="v1")
    for message in every:
        assert _cited(message) == [("Look: ", []), (" a cat", [_citation(1, 6)])]


async def test_citations_do_not_change_what_they_are_made_of() -> None:
    said = {"content": "It rains", "annotations": [_annotation(3, 8)], "citations": ["https://w"]}
    model = Gateway(answer(completion({"role": "assistant", **said}))).model()
    message = model.invoke("Hi")
    assert _cited(message) == _cited(message) == [("It rains", [_citation(3, 8)])]
    assert message.additional_kwargs["annotations"] == said["annotations"]


UNTITLED = {"url": "https://w", "title": None}
FILE_PATH = {"type": "file_path", "file_id": "f1"}
QUOTE = {"cited_text": "It rained."}
QUOTE_PLACE = {"document_index": 0, "start_char_index": 5, "end_char_index": 15}


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (
            {"type": "file_citation", "file_id": "f1", "index": 7},
            {"extras": {"file_id": "f1", "index": 7}},
        ),
        (
            {"type": "file_citation", "file_id": "f1", "filename": "a.pdf"},
            {"title": "a.pdf", "extras": {"file_id": "f1"}},
        ),
        (
            {"type": "char_location", **QUOTE, "document_title": "Diary", **QUOTE_PLACE},
            {**QUOTE, "title": "Diary", "extras": QUOTE_PLACE},
        ),
        (
            {"type": "url_citation", "id": "x", "url_citation": UNTITLED},
            {"url": "https://w", "extras": {"id": "x"}},
        ),
        (
            {"url": "https://w", "title": "W", "filename": "w.html"},
            {"url": "https://w", "title": "W", "extras": {"filename": "w.html"}},
        ),
        (FILE_PATH, {"type": "non_standard_annotation", "value": FILE_PATH}),
        (3, {"type": "non_standard_annotation", "value": {"value": 3}}),
        (_citation(1, 2), _citation(1, 2)),
    ],
    ids=repr,
)
def test_annotations_of_every_form(annotation: Any, expected: dict[str, Any]) -> None:
    assert create_citation(annotation) == {"type": "citation", **expected}


async def test_events_of_a_plain_stream_cite_parts_in_all_of_the_text() -> None:
    parts = [
        {"type": "text", "text": "It rains", "annotations": [_annotation(3, 8)]},
        IMAGE,
        {"type": "text", "text": " and snows", "annotations": [_annotation(5, 10, "https://s")]},
    ]
    # a chunk does not know the others: there is one block of text
    cited = [_citation(3, 8), _citation(13, 18, "https://s")]
    for message in await read_events({"content": parts[:2]}, {"content": parts[2:]}):
        assert _cited(message) == [("It rains and snows", cited)]
