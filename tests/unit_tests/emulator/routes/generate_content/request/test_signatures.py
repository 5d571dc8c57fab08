"""Thought signatures that come back."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from langchain_cometapi.emulator._rules.google_native import DUMMY_SIGNATURES
from tests.unit_tests.emulator.client import called as chat_called
from tests.unit_tests.emulator.client import result as chat_result
from tests.unit_tests.emulator.client import tool as chat_tool
from tests.unit_tests.emulator.client import user as chat_user
from tests.unit_tests.emulator.generate_content_client import (
    BOTH,
    CALLS,
    FLASH,
    OLDER,
    GenerateContentClient,
    called,
    functions,
    loop,
    model,
    returned,
    said,
    user,
)

RESULTS = user(returned("get_weather"), returned("stock_price"))
MISSING = "Function call is missing a thought_signature in functionCall parts."

Parts = list[dict[str, Any]]


def step(client: GenerateContentClient) -> Parts:
    """Return parts with two calls, the first of them signed."""
    return client.parts(**CALLS)


def without(parts: Parts, *names: str) -> Parts:
    bare = [{key: value for key, value in part.items() if key not in names} for part in parts]
    for part in bare:
        if "id" in names:
            call = part["functionCall"]
            part["functionCall"] = {key: call[key] for key in call if key != "id"}
    return bare


def test_first_of_parallel_calls_is_signed_alone(client: GenerateContentClient) -> None:
    first, second = step(client)
    assert base64.b64decode(first["thoughtSignature"])
    assert "thoughtSignature" not in second


@pytest.mark.parametrize("removed", [(), ("id",)])
def test_signature_that_comes_back_is_accepted(
    client: GenerateContentClient, removed: tuple[str, ...]
) -> None:
    calls = model(*without(step(client), *removed))
    assert client.text(contents=[BOTH, calls, RESULTS]).count("returned done") == 2


def test_missing_signature_of_the_current_turn_is_refused(client: GenerateContentClient) -> None:
    calls = model(*without(step(client), "thoughtSignature"))
    status, message, name = client.refusal(contents=[BOTH, calls, RESULTS])
    assert (status, name) == (400, "INVALID_ARGUMENT")
    assert message.startswith(MISSING)
    assert "`default_api:get_weather` , position 1" in message
    # It is not needed of an earlier turn.
    client.generate(contents=[BOTH, calls, RESULTS, said("Fine.", "model"), said("Thanks")])


def test_missing_signature_of_a_later_step_is_refused(client: GenerateContentClient) -> None:
    steps = [model(*step(client)), RESULTS, *loop(called())[1:]]
    assert client.error(contents=[BOTH, *steps]).startswith(MISSING)


def test_models_before_gemini_3_need_no_signature(client: GenerateContentClient) -> None:
    client.generate(model=OLDER, contents=loop(called()))


@pytest.mark.parametrize("model_id", [FLASH, OLDER])
@pytest.mark.parametrize("signature", ["AAAA", "c2lnbmF0dXJl"])
def test_signature_that_was_not_issued_is_refused(
    client: GenerateContentClient, model_id: str, signature: str
) -> None:
    signed = {"thoughtSignature": signature}
    for turns in (loop(called(**signed)), [said("Hi"), model({"text": "a", **signed})]):
        message = client.error(model=model_id, contents=turns)
        assert message == "Thought signature is not valid."


def test_signature_of_another_call_is_refused(client: GenerateContentClient) -> None:
    first, other = step(client), step(client)
    first[0]["thoughtSignature"] = other[0]["thoughtSignature"]
    assert "not valid" in client.error(contents=[BOTH, model(*first), RESULTS])


@pytest.mark.parametrize("dummy", sorted(DUMMY_SIGNATURES))
def test_dummy_signature_is_accepted(client: GenerateContentClient, dummy: str) -> None:
    for signature in (dummy, base64.b64encode(dummy.encode()).decode()):
        client.generate(contents=loop(called(thoughtSignature=signature)))


def test_signature_may_be_in_the_other_alphabet(client: GenerateContentClient) -> None:
    raw = base64.b64decode(client.state.issue_signature("x"))
    given = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    part = {"text": "", "thoughtSignature": given}
    client.generate(contents=[said("Hi"), model({"text": "Hello"}, part), said("Bye")])


def test_signature_is_valid_on_both_routes(client: GenerateContentClient) -> None:
    asked = [chat_user("f")]
    chat = client.post_chat(model=FLASH, messages=asked, tools=[chat_tool("f")]).json()
    (call,) = chat["choices"][0]["message"]["tool_calls"]
    signature = call["extra_content"]["google"]["thought_signature"]
    client.generate(contents=loop(called(thoughtSignature=signature)))

    (part,) = client.parts(contents=[said("f")], tools=functions({"name": "f"}))
    message = chat_called(part["functionCall"]["id"])
    google = {"thought_signature": part["thoughtSignature"]}
    message["tool_calls"][0]["extra_content"] = {"google": google}
    messages = [*asked, message, chat_result(part["functionCall"]["id"])]
    response = client.post_chat(model=FLASH, messages=messages)
    assert response.status_code == 200, response.text
