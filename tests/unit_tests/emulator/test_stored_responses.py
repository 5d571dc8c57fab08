"""What the Responses route keeps, and for how long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator import _stored_responses
from langchain_cometapi.emulator._stored_responses import StoredResponses

if TYPE_CHECKING:
    import pytest


def output(name: str) -> list[dict[str, Any]]:
    kinds = ("reasoning", "function_call", "function_call")
    return [{"id": f"{name}_{index}", "type": kind} for index, kind in enumerate(kinds)]


def test_items_know_what_they_belong_to() -> None:
    responses = StoredResponses()
    responses.add("resp_1", [{"type": "message"}], output("a"))
    reasoning, call, other = (responses.item(f"a_{index}") for index in range(3))
    assert reasoning is not None
    assert call is not None
    assert other is not None
    assert (reasoning.reasoning_id, reasoning.following_id) == (None, "a_1")
    assert call.reasoning_id == other.reasoning_id == "a_0"
    assert responses.history("resp_1") == [{"type": "message"}, *output("a")]


def test_oldest_responses_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_stored_responses, "_MAX_RESPONSES", 2)
    responses = StoredResponses()
    for name in "abc":
        responses.add(f"resp_{name}", [], output(name))
    assert responses.history("resp_a") is None
    assert responses.item("a_0") is None
    assert responses.history("resp_b")
    assert responses.item("c_0")
