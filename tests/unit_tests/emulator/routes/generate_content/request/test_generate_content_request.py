"""What concerns a request as a whole."""

from __future__ import annotations

import pytest

from langchain_cometapi.emulator._rules.google_native import GEMINI_RULES
from langchain_cometapi.emulator._rules.registry import MODELS
from tests.unit_tests.emulator.generate_content_client import (
    FLASH,
    NEWEST,
    PICTURES,
    GenerateContentClient,
    said,
)


def test_prompt_may_fill_the_context_and_not_exceed_it(client: GenerateContentClient) -> None:
    text = "a" * (131_072 - 3) * 4
    answer = client.generate(model=PICTURES, contents=[said(text)])
    assert answer["usageMetadata"]["promptTokenCount"] == 131_072
    words = "The input token count (131073) exceeds the maximum number of tokens allowed (131072)."
    assert client.error(model=PICTURES, contents=[said(text + "a")]) == words


def test_models_of_text_take_as_long_prompts_as_on_the_chat_route() -> None:
    text_models = [model for model in GEMINI_RULES if MODELS[model].kind == "text"]
    assert FLASH in text_models
    for model in text_models:
        assert GEMINI_RULES[model].max_prompt == MODELS[model].rules.max_prompt, model


@pytest.mark.parametrize(
    ("model", "name", "status", "words"),
    [
        (FLASH, "cachedContents/a", 403, "CachedContent not found (or permission denied)"),
        (FLASH, "a", 400, "Invalid cached content name: a"),
        (NEWEST, "cachedContents/a", 400, "Explicit caching is not supported for this model."),
    ],
)
def test_caches_are_unknown(
    client: GenerateContentClient, model: str, name: str, status: int, words: str
) -> None:
    given = client.refusal(model=model, cachedContent=name)
    assert given[0] == status
    assert words in given[1]


@pytest.mark.parametrize(("name", "status"), [(f"models/{FLASH}", 200), (NEWEST, 400)])
def test_model_of_the_body_is_that_of_the_path(
    client: GenerateContentClient, name: str, status: int
) -> None:
    body = {"model": name, "contents": [said("hello")]}
    path = f"/v1beta/models/{FLASH}:generateContent"
    assert client.send("POST", path, json=body).status_code == status
