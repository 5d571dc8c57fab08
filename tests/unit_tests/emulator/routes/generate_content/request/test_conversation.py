"""What a response is generated from."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit_tests.emulator.generate_content_client import (
    BODIES,
    BOTH,
    CALLS,
    SIGNED,
    GenerateContentClient,
    loop,
    media,
    model,
    returned,
    said,
    user,
)


@pytest.mark.parametrize(
    ("response", "text"),
    [
        ({"output": "rain"}, "f returned rain"),
        ({"result": 3}, "f returned 3"),
        ({"output": {"a": 1}}, 'f returned {"a":1}'),
        ({"a": 1, "b": 2}, 'f returned {"a":1,"b":2}'),
        ({}, "f returned {}"),
    ],
)
def test_result_of_a_function_is_used(
    client: GenerateContentClient, response: Any, text: str
) -> None:
    assert client.text(contents=loop(SIGNED, response=response)).endswith(text)


def test_results_belong_to_the_calls_of_their_ids(client: GenerateContentClient) -> None:
    calls = client.parts(**CALLS)
    first, second = (part["functionCall"]["id"] for part in calls)
    results = user(
        returned("stock_price", {"output": "3"}, id=second),
        returned("get_weather", {"output": "rain"}, id=first),
    )
    text = client.text(contents=[BOTH, model(*calls), results])
    assert text.endswith("stock_price returned 3; get_weather returned rain")


def test_media_are_named(client: GenerateContentClient) -> None:
    types = ["image/png", "image/png", "video/mp4", "audio/mp3", "application/pdf"]
    parts = [{"text": "What?"}, *map(media, types)]
    expected = "What? (with 1 file, 2 image_url, 1 input_audio, 1 video_url)"
    assert client.text(contents=[user(*parts)]).endswith(expected)


def test_media_of_a_result_are_named(client: GenerateContentClient) -> None:
    turns = loop(SIGNED, parts=[media("image/png")])
    usage = client.generate(contents=turns)["usageMetadata"]
    assert {"modality": "IMAGE", "tokenCount": 1120} in usage["promptTokensDetails"]


def test_instruction_is_part_of_the_prompt(client: GenerateContentClient) -> None:
    document = "Llamas live in Peru. " * 12 + "The password of the gate is xyzzy."
    instruction = {"parts": [{"text": document}]}
    text = client.text(systemInstruction=instruction, contents=[said("The password of the gate?")])
    assert text.endswith("the document says: The password of the gate is xyzzy.")


def test_thoughts_that_come_back_are_no_text(client: GenerateContentClient) -> None:
    thought = {"text": "hidden " * 50, "thought": True}
    with_thought = [said("Hi"), model(thought, {"text": "Hello"}), said("Bye")]
    without = [said("Hi"), model({"text": "Hello"}), said("Bye")]
    usage = [client.generate(contents=turns)["usageMetadata"] for turns in (with_thought, without)]
    assert usage[0]["promptTokenCount"] == usage[1]["promptTokenCount"]


@pytest.mark.parametrize("form", BODIES)
@pytest.mark.parametrize("streamed", [False, True])
def test_what_the_route_sends_it_takes_back(
    client: GenerateContentClient, form: str, streamed: bool
) -> None:
    body: dict[str, Any] = {"contents": [said("hello")], **BODIES[form]}
    if streamed:
        chunks = [chunk["candidates"][0] for chunk in client.stream(**body)]
        pieces = [part for one in chunks for part in one.get("content", {}).get("parts", ())]
        parts = [part for part in pieces if part != {"text": ""}]
    else:
        parts = client.parts(**body)
    calls = [part["functionCall"] for part in parts if "functionCall" in part]
    results = [returned(call["name"], id=call["id"]) for call in calls]
    following = user(*results) if results else said("Thanks")
    body["contents"] = [*body["contents"], model(*parts), following]
    assert client.generate(**body)["candidates"][0]["finishReason"] == "STOP"
