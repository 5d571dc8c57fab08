"""Tools that Google runs."""

from __future__ import annotations

import pytest

from tests.unit_tests.emulator.generate_content_client import (
    BOTH,
    SEARCH,
    SHOWN_SEARCH,
    THOUGHTS,
    GenerateContentClient,
    said,
)

TEXTS = ["Who won?", "Wer hat in Zürich gewonnen? 😀 Und wo?", "a"]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("thoughts", [False, True])
def test_search_supports_the_text_by_bytes(
    client: GenerateContentClient, text: str, thoughts: bool
) -> None:
    shown = THOUGHTS if thoughts else {}
    candidate = client.candidate(contents=[said(text)], tools=[SEARCH], **shown)
    grounding = candidate["groundingMetadata"]
    assert grounding["webSearchQueries"] == [text]
    assert grounding["groundingChunks"][0]["web"]["uri"].startswith("https://")
    assert grounding["searchEntryPoint"]["renderedContent"]
    assert grounding["groundingSupports"]
    for support in grounding["groundingSupports"]:
        segment = support["segment"]
        part = candidate["content"]["parts"][segment.get("partIndex", 0)]
        assert "thought" not in part
        raw = part["text"].encode()[segment.get("startIndex", 0) : segment["endIndex"]]
        assert raw.decode() == segment["text"]
        assert support["groundingChunkIndices"] == [0]


def test_segments_cover_the_whole_text(client: GenerateContentClient) -> None:
    candidate = client.candidate(contents=[said(TEXTS[1])], tools=[SEARCH])
    supports = candidate["groundingMetadata"]["groundingSupports"]
    text = candidate["content"]["parts"][0]["text"]
    assert supports[-1]["segment"]["endIndex"] == len(text.encode())
    assert len(supports) > 1


def test_nothing_is_searched_without_the_tool(client: GenerateContentClient) -> None:
    assert client.candidate().keys() == {"content", "finishReason", "index"}


def test_search_is_shown_to_those_who_ask(client: GenerateContentClient) -> None:
    call, response, text = client.parts(**SHOWN_SEARCH)
    assert call["toolCall"]["toolType"] == "GOOGLE_SEARCH_WEB"
    assert call["toolCall"]["args"] == {"queries": ["hello"]}
    assert response["toolResponse"]["id"] == call["toolCall"]["id"]
    assert text["text"]
    candidate = client.candidate(contents=[BOTH], **SHOWN_SEARCH)
    assert [next(iter(part)) for part in candidate["content"]["parts"]] == ["functionCall"]
    assert "groundingMetadata" not in candidate


def test_pages_of_the_prompt_are_read(client: GenerateContentClient) -> None:
    prompt = said("Compare https://a.example/x and https://b.example/y.")
    answer = client.generate(contents=[prompt], tools=[{"urlContext": {}}])
    entries = answer["candidates"][0]["urlContextMetadata"]["urlMetadata"]
    urls = [entry["retrievedUrl"] for entry in entries]
    assert urls == ["https://a.example/x", "https://b.example/y."]
    usage = answer["usageMetadata"]
    assert usage["toolUsePromptTokenCount"] == 100
    assert usage["totalTokenCount"] == sum(
        usage[f"{name}TokenCount"] for name in ("prompt", "candidates", "thoughts", "toolUsePrompt")
    )


@pytest.mark.parametrize(("prompt", "count"), [("compute 3*3", 3), ("hello", 1)])
def test_code_is_run_if_the_prompt_has_words_of_it(
    client: GenerateContentClient, prompt: str, count: int
) -> None:
    parts = client.parts(contents=[said(prompt)], tools=[{"codeExecution": {}}])
    assert len(parts) == count
    if count > 1:
        code, result, _ = parts
        assert code["executableCode"]["language"] == "PYTHON"
        assert "compute 3*3" in code["executableCode"]["code"]
        assert result["codeExecutionResult"]["outcome"] == "OUTCOME_OK"


def test_text_from_a_source_is_cited(client: GenerateContentClient) -> None:
    candidate = client.candidate(contents=[said("Recite a poem")])
    (source,) = candidate["citationMetadata"]["citationSources"]
    text = candidate["content"]["parts"][0]["text"]
    assert (source["startIndex"], source["endIndex"]) == (0, len(text.encode()))
