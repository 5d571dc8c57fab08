"""What a request sends back: reasoning, what it led to, and references."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit_tests.emulator.responses_client import (
    BOTH,
    STOCKS,
    THINKER,
    WEATHER,
    ResponsesClient,
    returned,
    said,
)

TOOLS: dict[str, Any] = {"model": THINKER, "tools": [WEATHER, STOCKS]}
SEALED: dict[str, Any] = {"store": False, "include": ["reasoning.encrypted_content"]}

Items = list[dict[str, Any]]


def history(output: Items) -> dict[str, Any]:
    """Return a request that answers the calls of an output."""
    outputs = [returned(item["call_id"]) for item in output if item["type"] == "function_call"]
    return {**TOOLS, "input": [said(BOTH), *output, *outputs]}


def without_reasoning(output: Items) -> Items:
    return [item for item in output if item["type"] != "reasoning"]


def without_ids(output: Items) -> Items:
    return [{key: value for key, value in item.items() if key != "id"} for item in output]


@pytest.mark.parametrize("store", [True, False])
def test_whole_output_is_taken_back(client: ResponsesClient, store: bool) -> None:
    extra = {} if store else SEALED
    output = client.output(**TOOLS, input=BOTH, **extra)
    assert [item["type"] for item in output] == ["reasoning", "function_call", "function_call"]
    assert "returned done" in client.text(**history(output), **extra)


@pytest.mark.parametrize("extra", [{}, {"store": False}])
def test_reasoning_is_refused_by_a_model_that_does_not_reason(
    client: ResponsesClient, extra: dict[str, Any]
) -> None:
    output = client.output(**TOOLS, input=BOTH, include=SEALED["include"])
    extra = {"model": "gpt-4.1-nano", **extra}
    assert "only be provided to a reasoning" in client.error(**{**history(output), **extra})
    rest = without_reasoning(without_ids(output))
    assert "returned done" in client.text(**{**history(rest), **extra})


def test_output_is_taken_back_in_parts(client: ResponsesClient) -> None:
    output = client.output(**TOOLS, input=BOTH, **SEALED)
    for part in (without_reasoning(output), without_ids(output)):
        client.respond(**history(part), **SEALED)
    stored = client.output(**TOOLS, input=BOTH)
    client.respond(**history(without_ids(without_reasoning(stored))))


@pytest.mark.parametrize(("kind", "prompt"), [("function_call", BOTH), ("message", "Hi")])
def test_stored_item_needs_its_reasoning(client: ResponsesClient, kind: str, prompt: str) -> None:
    reasoning, *rest = client.output(**TOOLS, input=prompt)
    assert rest[0]["type"] == kind
    assert client.error(**history(rest)) == (
        f"Item '{rest[0]['id']}' of type '{kind}' was provided without its required 'reasoning'"
        f" item: '{reasoning['id']}'."
    )
    assert client.param(**history(rest)) == "input"


@pytest.mark.parametrize("store", [True, False])
def test_reasoning_needs_what_it_led_to(client: ResponsesClient, store: bool) -> None:
    extra = {} if store else SEALED
    reasoning, *_ = client.output(**TOOLS, input=BOTH, **extra)
    for rest in ([], [said("Hi")]):
        assert client.error(**{**history([reasoning, *rest]), **extra}) == (
            f"Item '{reasoning['id']}' of type 'reasoning' was provided without its required"
            " following item."
        )


def test_stored_reasoning_needs_the_very_item(client: ResponsesClient) -> None:
    reasoning, call, other = client.output(**TOOLS, input=BOTH)
    for rest in ([*without_ids([call]), other], [other]):
        assert "required following item" in client.error(**history([reasoning, *rest]))


def test_reasoning_that_was_not_stored_is_not_found(client: ResponsesClient) -> None:
    output = client.output(**TOOLS, input=BOTH, store=False)
    status, message, _ = client.refusal(**history(output), store=False)
    assert status == 404
    assert message == (
        f"Item with id '{output[0]['id']}' not found. Items are not persisted when `store` is set"
        " to false. Try again with `store` set to true, or remove this item from your input."
    )
    words = f"Item with id '{output[0]['id']}' not found."
    assert client.refusal(**history(output))[:2] == (404, words)


@pytest.mark.parametrize("content", ["gAAAAAforeign==", "x", "gAAAAAemulatorAAAA", "gAAAAA\xe9"])
def test_foreign_encrypted_content_is_refused(client: ResponsesClient, content: str) -> None:
    output = client.output(**TOOLS, input=BOTH, **SEALED)
    output[0]["encrypted_content"] = content
    status, message, code = client.refusal(**history(output), **SEALED)
    assert (status, code) == (400, "invalid_encrypted_content")
    assert message.startswith(f"The encrypted content {content[:3]}...")


def test_item_stands_once(client: ResponsesClient) -> None:
    first = client.respond(input="Hi")
    (message,) = first["output"]
    for body in (
        {"input": [message, message, said("Hi")]},
        {"input": [message, said("Hi")], "previous_response_id": first["id"]},
    ):
        expected = f"Duplicate item found with id {message['id']}. Remove duplicate items from"
        assert client.error(**body).startswith(expected)


def test_reference_stands_for_a_stored_item(client: ResponsesClient) -> None:
    output = client.output(**TOOLS, input=BOTH)
    references = [{"type": "item_reference", "id": item["id"]} for item in output]
    outputs = [returned(item["call_id"]) for item in output[1:]]
    text = client.text(**TOOLS, input=[said(BOTH), *references, *outputs])
    assert "get_weather returned done; stock_price returned done" in text
    unknown = [said(BOTH), {"type": "item_reference", "id": "msg_0"}]
    assert client.refusal(input=unknown)[:2] == (404, "Item with id 'msg_0' not found.")
    image = [said(BOTH), {"type": "image_generation_call", "id": "ig_0"}]
    assert client.refusal(input=image)[0] == 404
