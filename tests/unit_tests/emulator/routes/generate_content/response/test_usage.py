"""Token usage."""

from __future__ import annotations

import pytest

from tests.unit_tests.emulator.generate_content_client import (
    GenerateContentClient,
    media,
    said,
    user,
)

LONG = {"parts": [{"text": "word " * 2000}]}


def test_counts_of_zero_are_left_out(client: GenerateContentClient) -> None:
    config = {"thinkingConfig": {"thinkingBudget": 0}}
    usage = client.generate(generationConfig=config)["usageMetadata"]
    assert usage.keys() == {
        "promptTokenCount",
        "candidatesTokenCount",
        "totalTokenCount",
        "promptTokensDetails",
    }


def test_prompt_is_counted_by_modality(client: GenerateContentClient) -> None:
    types = ["image/png", "image/png", "video/mp4", "audio/mp3", "application/pdf"]
    parts = [{"text": "What is that?"}, *map(media, types)]
    usage = client.generate(contents=[user(*parts)])["usageMetadata"]
    details = {entry["modality"]: entry["tokenCount"] for entry in usage["promptTokensDetails"]}
    assert details == {"TEXT": 7, "IMAGE": 2240, "AUDIO": 50, "VIDEO": 200, "DOCUMENT": 200}
    assert usage["promptTokenCount"] == sum(details.values())


@pytest.mark.parametrize("streamed", [False, True])
def test_prefix_of_a_long_prompt_is_read_from_the_cache(
    client: GenerateContentClient, streamed: bool
) -> None:
    usages = []
    for question in ("One?", "Two?"):
        body = {"systemInstruction": LONG, "contents": [said(question)]}
        answer = client.stream(**body)[-1] if streamed else client.generate(**body)
        usages.append(answer["usageMetadata"])
    first, second = usages
    assert "cachedContentTokenCount" not in first
    cached = second["cachedContentTokenCount"]
    assert 2500 <= cached < second["promptTokenCount"]
    assert second["cacheTokensDetails"] == [{"modality": "TEXT", "tokenCount": cached}]
    other = client.generate(
        model="gemini-3.5-flash", systemInstruction=LONG, contents=[said("One?")]
    )
    assert "cachedContentTokenCount" not in other["usageMetadata"]


def test_short_prompt_is_not_cached(client: GenerateContentClient) -> None:
    for _ in range(2):
        assert "cachedContentTokenCount" not in client.generate()["usageMetadata"]
