"""A response in parts."""

from __future__ import annotations

from typing import Any

import pytest

from langchain_cometapi.emulator._routes.chat.response.length import CHUNKS_HEADER
from tests.unit_tests.emulator.generate_content_client import BODIES as FORMS
from tests.unit_tests.emulator.generate_content_client import (
    OLDER,
    GenerateContentClient,
    config,
    said,
)

BODIES: dict[str, dict[str, Any]] = {
    **FORMS,
    "short text": config(stopSequences=[" is"]),
    "limit": config(maxOutputTokens=40),
    "limit of thoughts": config(maxOutputTokens=4),
    "long": {"contents": [said("Why is the sky blue?")]},
}


def joined(chunks: list[dict[str, Any]], index: int = 0) -> list[dict[str, Any]]:
    """Put the parts of one candidate together again."""
    parts: list[dict[str, Any]] = []
    for chunk in chunks:
        for candidate in chunk["candidates"]:
            if candidate["index"] != index or "content" not in candidate:
                continue
            (part,) = candidate["content"]["parts"]
            before = parts[-1] if parts else {}
            same = "text" in before and before.get("thought") == part.get("thought")
            if "text" in part and same:
                parts[-1] = {**before, **part, "text": before["text"] + part["text"]}
            else:
                parts.append(part)
    return [part for part in parts if part != {"text": ""}]


def without_ids(value: Any) -> Any:
    """Leave out what is new in each response."""
    if isinstance(value, list):
        return [without_ids(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: "..." if key in ("id", "responseId", "thoughtSignature") else without_ids(item)
        for key, item in value.items()
    }


@pytest.mark.parametrize("name", BODIES)
def test_parts_add_up_to_the_whole(client: GenerateContentClient, name: str) -> None:
    whole = client.generate(**BODIES[name])
    chunks = client.stream(**BODIES[name])
    *before, last = chunks
    assert [one for chunk in before for one in chunk["candidates"] if "finishReason" in one] == []
    (candidate,) = whole["candidates"]
    expected = candidate.get("content", {}).get("parts", [])
    assert without_ids(joined(chunks)) == without_ids(expected)
    ending = {**last["candidates"][0]}
    ending.pop("content", None)
    candidate.pop("content", None)
    assert ending == candidate
    assert last["usageMetadata"] == whole["usageMetadata"]
    assert {chunk["responseId"] for chunk in chunks} == {last["responseId"]}
    assert {chunk["modelVersion"] for chunk in chunks} == {whole["modelVersion"]}


@pytest.mark.parametrize("name", BODIES)
def test_each_part_has_the_usage_so_far(client: GenerateContentClient, name: str) -> None:
    usages = [chunk["usageMetadata"] for chunk in client.stream(**BODIES[name])]
    for count in ("promptTokenCount", "thoughtsTokenCount"):
        assert len({usage.get(count) for usage in usages}) == 1
    counts = [usage.get("candidatesTokenCount", 0) for usage in usages]
    assert counts == sorted(counts)
    for usage, count in zip(usages, counts, strict=True):
        rest = usage["totalTokenCount"] - usage["promptTokenCount"]
        assert rest == count + usage.get("thoughtsTokenCount", 0) + usage.get(
            "toolUsePromptTokenCount", 0
        )


def test_signature_of_a_text_comes_without_text(client: GenerateContentClient) -> None:
    last = client.stream()[-1]["candidates"][0]["content"]["parts"][0]
    assert last["text"] == ""
    assert last["thoughtSignature"]


def test_candidates_take_turns(client: GenerateContentClient) -> None:
    body = {"model": OLDER, **config(candidateCount=2)}
    chunks = client.stream(**body)
    assert [chunk["candidates"][0]["index"] for chunk in chunks[:4]] == [0, 1, 0, 1]
    whole = client.generate(**body)
    for index, candidate in enumerate(whole["candidates"]):
        assert joined(chunks, index) == candidate["content"]["parts"]
    assert chunks[-1]["usageMetadata"] == whole["usageMetadata"]


def test_header_sets_the_number_of_parts(client: GenerateContentClient) -> None:
    assert len(client.stream({CHUNKS_HEADER: "300"})) == 301


def test_stream_without_events_is_an_array(client: GenerateContentClient) -> None:
    response = client.post(method="streamGenerateContent")
    assert response.headers["content-type"] == "application/json"
    assert without_ids(response.json()) == without_ids(client.stream())
