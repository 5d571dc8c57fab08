"""The parts of a response, and how it ends."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from langchain_cometapi.emulator import Reply
from langchain_cometapi.emulator._routes.chat.response.length import CHUNKS_HEADER
from tests.unit_tests.emulator.generate_content_client import (
    CALLS,
    FLASH,
    JSON,
    OLDER,
    PICTURES,
    THOUGHTS,
    TOOLS,
    GenerateContentClient,
    config,
    said,
)

ENUM = {"type": "STRING", "enum": ["red", "blue"]}


def test_text_is_that_of_the_chat_route(client: GenerateContentClient) -> None:
    answer = client.generate(contents=[said("Why is the sky blue?")])
    messages = [{"role": "user", "content": "Why is the sky blue?"}]
    chat = client.post_chat(model=FLASH, messages=messages).json()
    (candidate,) = answer["candidates"]
    assert candidate["content"]["role"] == "model"
    assert candidate["content"]["parts"][0]["text"] == chat["choices"][0]["message"]["content"]
    assert (candidate["finishReason"], candidate["index"]) == ("STOP", 0)
    assert answer["responseId"]


def test_thoughts_come_first_if_they_are_asked_for(client: GenerateContentClient) -> None:
    thought, answer = client.parts(**THOUGHTS)
    assert thought["thought"] is True
    assert thought["text"].startswith("Emulated reasoning of gemini-3.8-flash")
    assert "thoughtSignature" not in thought
    assert base64.b64decode(answer["thoughtSignature"])
    assert [list(part) for part in client.parts()] == [["text", "thoughtSignature"]]


def test_model_that_does_not_think_signs_nothing(client: GenerateContentClient) -> None:
    assert [list(part) for part in client.parts(model=OLDER)] == [["text"]]
    for part in client.parts(model=OLDER, **CALLS):
        assert list(part) == ["functionCall"]
    budget = config(thinkingConfig={"thinkingBudget": 512})
    assert "thoughtSignature" in client.parts(model=OLDER, **budget)[0]


def test_functions_are_called_with_objects(client: GenerateContentClient) -> None:
    candidate = client.candidate(**CALLS)
    calls = [part["functionCall"] for part in candidate["content"]["parts"]]
    made = [(call["name"], list(call["args"])) for call in calls]
    assert made == [("get_weather", ["city"]), ("stock_price", ["symbol"])]
    assert len({call["id"] for call in calls}) == 2
    assert candidate["finishReason"] == "STOP"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({**JSON, "responseSchema": ENUM}, '"red"'),
        ({"responseMimeType": "text/x.enum", "responseSchema": ENUM}, "red"),
        ({**JSON, "responseJsonSchema": {"const": 3}}, "3"),
    ],
)
def test_text_has_the_format_that_is_asked_for(
    client: GenerateContentClient, fields: dict[str, Any], expected: str
) -> None:
    assert client.text(**config(**fields)) == expected


def test_json_without_a_schema_is_an_object(client: GenerateContentClient) -> None:
    assert isinstance(json.loads(client.text(**config(**JSON))), dict)


@pytest.mark.parametrize(
    ("limit", "text", "thoughts"), [(10, None, 10), (32, None, 32), (36, "This is the Come", 32)]
)
def test_limit_includes_thoughts(
    client: GenerateContentClient, limit: int, text: str | None, thoughts: int
) -> None:
    answer = client.generate(**config(maxOutputTokens=limit))
    (candidate,) = answer["candidates"]
    assert candidate["finishReason"] == "MAX_TOKENS"
    assert candidate.get("content", {}).get("parts") == (text and [{"text": text}])
    assert answer["usageMetadata"]["thoughtsTokenCount"] == thoughts


@pytest.mark.parametrize(("limit", "count"), [(33, 0), (41, 1), (48, 2)])
def test_call_that_does_not_fit_is_left_out(
    client: GenerateContentClient, limit: int, count: int
) -> None:
    candidate = client.candidate(**CALLS, **config(maxOutputTokens=limit))
    assert len(candidate.get("content", {}).get("parts", [])) == count
    assert candidate["finishReason"] == ("STOP" if count == 2 else "MAX_TOKENS")


def test_stop_sequence_ends_the_text(client: GenerateContentClient) -> None:
    candidate = client.candidate(**config(stopSequences=["answering", "emulator"]))
    assert candidate["content"]["parts"][0]["text"] == "This is the CometAPI "
    assert candidate["finishReason"] == "STOP"


def test_candidates_have_texts_of_their_own(client: GenerateContentClient) -> None:
    answer = client.generate(model=OLDER, **config(candidateCount=2))
    assert [candidate["index"] for candidate in answer["candidates"]] == [0, 1]
    texts = [candidate["content"]["parts"][0]["text"] for candidate in answer["candidates"]]
    assert texts[1] == f"{texts[0]} (candidate 2)"


@pytest.mark.parametrize(
    ("outputs", "kinds"),
    [
        (None, ["text", "inlineData"]),
        (["TEXT", "IMAGE"], ["text", "inlineData"]),
        (["IMAGE"], ["inlineData"]),
        (["TEXT"], ["text"]),
    ],
)
def test_pictures_come_inline(
    client: GenerateContentClient, outputs: list[str] | None, kinds: list[str]
) -> None:
    answer = client.generate(model=PICTURES, **config(responseModalities=outputs))
    parts = answer["candidates"][0]["content"]["parts"]
    assert [next(iter(part)) for part in parts] == kinds
    details = answer["usageMetadata"].get("candidatesTokensDetails", [])
    assert details == [{"modality": "IMAGE", "tokenCount": 1120}] * ("inlineData" in kinds)
    if details:
        assert base64.b64decode(parts[-1]["inlineData"]["data"]).startswith(b"\x89PNG")


def test_header_sets_the_length(client: GenerateContentClient) -> None:
    body = client.post({CHUNKS_HEADER: "30"}).json()
    assert len(body["candidates"][0]["content"]["parts"][0]["text"]) == 600
    assert body["usageMetadata"]["candidatesTokenCount"] == 150


def test_script_says_what_comes(client: GenerateContentClient) -> None:
    call = {"name": "get_weather", "args": {"city": "Oslo"}}
    broken = {"name": "get_weather", "args": '{"city": "Os'}
    steps = [
        Reply("Let me see.", tool_calls=[call]),
        Reply("Rain.", reasoning="I looked."),
        Reply(tool_calls=[broken]),
    ]
    client.state.scripts.add(steps, None, None)
    text, calling = client.parts(tools=TOOLS)
    assert text == {"text": "Let me see."}
    assert calling["functionCall"]["args"] == {"city": "Oslo"}
    assert "thoughtSignature" in calling
    thought, answer = client.parts(**THOUGHTS)
    assert (thought["text"], answer["text"]) == ("I looked.", "Rain.")
    candidate = client.candidate(tools=TOOLS)
    assert candidate["finishReason"] == "MALFORMED_FUNCTION_CALL"
    assert '{"city": "Os' in candidate["finishMessage"]
    assert "content" not in candidate
    response = client.post()
    assert (response.status_code, response.json()["error"]["type"]) == (400, "emulator_error")
