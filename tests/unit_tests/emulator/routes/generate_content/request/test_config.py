"""The generation config and the safety settings."""

from __future__ import annotations

from typing import Any

import pytest

from langchain_cometapi.emulator._rules.google_native import GEMINI_RULES
from tests.unit_tests.emulator.generate_content_client import (
    JSON,
    NEWEST,
    OLDER,
    PICTURES,
    PRO,
    GenerateContentClient,
    config,
)
from tests.unit_tests.emulator.refusals import accepts, refuses

HARASSMENT = "HARM_CATEGORY_HARASSMENT"
SCHEMA = {"type": "OBJECT", "properties": {"a": {"type": "STRING"}}}


def picture(**fields: Any) -> dict[str, Any]:
    return {"model": PICTURES, **config(imageConfig=fields)}


def thinking(model: str, **fields: Any) -> dict[str, Any]:
    return {"model": model, **config(thinkingConfig=fields)}


def safety(*settings: Any) -> dict[str, Any]:
    return {"safetySettings": [*settings]}


def setting(category: str = HARASSMENT, threshold: str = "BLOCK_NONE") -> dict[str, str]:
    return {"category": category, "threshold": threshold}


test_config_is_refused = refuses(
    (config(temperature=2.1), "temperature must be in the range [0.0, 2.0]"),
    (config(temperature=-0.1), "temperature must be in the range"),
    (config(topP=1.1), "top_p must be in the range [0.0, 1.0]"),
    (config(topK=0), "top_k must be positive"),
    (config(maxOutputTokens=0), "max_output_tokens must be positive"),
    (config(maxOutputTokens=65_537), "65537 but the supported range is from 1"),
    ({"model": PICTURES, **config(maxOutputTokens=32_769)}, "to 32769 (exclusive)"),
    (config(stopSequences=[*"abcdef"]), "stop sequences must be at most 5, but is 6."),
    (config(stopSequences=["a", ""]), "stop_sequences[1]: must not be empty."),
    (config(candidateCount=2), "Multiple candidates is not enabled for this model"),
    (config(candidateCount=0), "candidate_count must be positive"),
    ({"model": OLDER, **config(candidateCount=9)}, "is from 1 to 8."),
    (config(presencePenalty=0.1), "Penalty is not enabled for this model"),
    (config(frequencyPenalty=0.1), "Penalty is not enabled for this model"),
    (config(responseLogprobs=True), "Logprobs is not enabled for models/gemini-3.8"),
    (config(logprobs=1), "Logprobs is not enabled"),
    (config(responseModalities=["TEXT", "IMAGE"]), "modalities: text,image (it supports text)"),
    ({"model": PICTURES, **config(responseModalities=["AUDIO"])}, "(it supports text,image)"),
    (config(speechConfig={"languageCode": "en-US"}), "Speech config is not enabled"),
    (config(imageConfig={"aspectRatio": "1:1"}), "Image config is not"),
    (picture(aspectRatio="7:1"), "image_config.aspect_ratio must be one of the following: 16:9,"),
    (picture(imageSize="9K"), "image_size must be one of"),
    (config(responseMimeType="text/html"), "allowed mimetypes are application/"),
    (config(responseSchema=SCHEMA), "response_schema: only allowed when"),
    (config(responseJsonSchema={}), "response_json_schema: only allowed when"),
    (config(**JSON, responseSchema=SCHEMA, responseJsonSchema={}), "must not both be set"),
    (safety(setting("HARM_CATEGORY_TOXICITY")), "HarmCategory), "),
    (safety(setting(threshold="BLOCK_ALL")), "SafetySetting.HarmBlockThreshold"),
    (safety({"threshold": "OFF"}), "safety_settings[0].category"),
    (safety(setting(), setting(threshold="OFF")), "[1]: Duplicate safety setting for category"),
)

test_config_is_accepted = accepts(
    ("all sampling", config(temperature=2, topP=1, topK=64, seed=-1)),
    ("defaults of penalties", config(presencePenalty=0, frequencyPenalty=0)),
    ("all tokens", config(maxOutputTokens=65_536)),
    ("five stops", config(stopSequences=[*"12345"])),
    ("eight candidates", {"model": OLDER, **config(candidateCount=8)}),
    ("text", config(responseModalities=["TEXT"], responseMimeType="text/plain")),
    ("resolution", config(mediaResolution="MEDIA_RESOLUTION_LOW")),
    ("pictures", picture(aspectRatio="16:9", imageSize="2K")),
    ("safety", safety(setting(), setting("HARM_CATEGORY_HATE_SPEECH", "BLOCK_ONLY_HIGH"))),
)

NOT_THINKING = "include_thoughts is only enabled when thinking is enabled."
OTHER_LEVEL = "Please retry with other thinking level."
test_thinking_is_refused = refuses(
    (thinking(PRO, thinkingLevel="LOW", thinkingBudget=128), "You can only set only one of"),
    (thinking(OLDER, thinkingLevel="LOW"), "Thinking level is not"),
    (thinking(PRO, thinkingLevel="MINIMAL"), "MINIMAL is not supported for this model."),
    (thinking(PRO, thinkingLevel="XHIGH"), OTHER_LEVEL),
    (thinking(PRO, thinkingLevel="MAX"), "ThinkingConfig.ThinkingLevel"),
    (thinking(PRO, thinkingBudget=0), "This model only works in thinking mode."),
    (thinking(OLDER, thinkingBudget=511), "choose a value between 512 and 24576."),
    (thinking(OLDER, thinkingBudget=24_577), "The thinking budget 24577 is invalid."),
    (thinking(PRO, thinkingBudget=-2), "The thinking budget -2 is invalid."),
    (thinking(NEWEST, thinkingBudget=128), "Thinking budget is not supported"),
    (thinking(NEWEST, thinkingBudget=0), "Thinking budget is not supported"),
    (thinking(OLDER, includeThoughts=True), NOT_THINKING),
    (thinking(OLDER, includeThoughts=True, thinkingBudget=0), NOT_THINKING),
)


@pytest.mark.parametrize("model", GEMINI_RULES)
def test_levels_of_each_model_are_accepted_and_others_refused(
    client: GenerateContentClient, model: str
) -> None:
    rules = GEMINI_RULES[model]
    for level in ("MINIMAL", "LOW", "MEDIUM", "HIGH", "XHIGH"):
        status = client.post(**thinking(model, thinkingLevel=level)).status_code
        assert (status == 200) is (level in rules.levels)


@pytest.mark.parametrize(
    ("model", "fields", "tokens"),
    [
        ("gemini-3.8-flash", {}, 32),
        ("gemini-3.8-flash", {"thinkingLevel": "low"}, 16),
        ("gemini-3.8-flash", {"thinkingBudget": 0}, 0),
        ("gemini-3.8-flash", {"thinkingBudget": -1}, 32),
        (PRO, {}, 64),
        (PRO, {"thinkingLevel": "THINKING_LEVEL_UNSPECIFIED"}, 64),
        (PRO, {"thinkingBudget": 10}, 10),
        (OLDER, {}, 0),
        (OLDER, {"thinkingBudget": -1}, 32),
        (OLDER, {"thinkingBudget": 512}, 32),
        ("gemini-3.5-flash-lite", {}, 0),
        (NEWEST, {"thinkingLevel": "HIGH"}, 64),
    ],
)
def test_thinking_costs_tokens(
    client: GenerateContentClient, model: str, fields: dict[str, Any], tokens: int
) -> None:
    usage = client.generate(**thinking(model, **fields))["usageMetadata"]
    assert usage.get("thoughtsTokenCount", 0) == tokens
    assert usage["totalTokenCount"] == (
        usage["promptTokenCount"] + usage["candidatesTokenCount"] + tokens
    )
