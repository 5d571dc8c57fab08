"""The tool calls of a message, streamed and whole: which of them may run."""

from __future__ import annotations

from typing import Any

import pytest

from langchain_cometapi._chat.response.tool_calls import read_tool_calls
from tests.tool_call_fragments import ABSENT, fragment, merge_fragments, read_calls


def read_both(
    *calls: dict[str, Any], finish_reason: str | None = "tool_calls"
) -> tuple[list[str | None], dict[str, str]]:
    """The ids of the valid calls, and why the others are none: alike, streamed and whole."""
    message, errors = merge_fragments(list(calls), finish_reason=finish_reason)
    valid, invalid, *_ = read_tool_calls(list(calls), finish_reason)
    ids = [call["id"] for call in message.tool_calls]
    assert ids == [call["id"] for call in valid]
    assert [call["id"] for call in message.invalid_tool_calls] == list(errors)
    assert {str(call["id"]): call["error"] for call in invalid} == errors
    assert [call["name"] for call in message.invalid_tool_calls] == [c["name"] for c in invalid]
    return ids, errors


@pytest.mark.parametrize("arguments", [ABSENT, None], ids=["absent", "null"])
def test_call_without_arguments_has_none(arguments: Any) -> None:
    call = fragment(0, "a", "ping", arguments)
    assert read_calls([call]) == [("ping", {}, "a")]
    assert read_both(call) == (["a"], {})


def test_arguments_that_end_anywhere_make_an_invalid_call() -> None:
    """However far the model came: never a call, always an invalid one with a reason."""
    text = '{"city": "Paris \\"x\\"", "days": [1, {"a": null}], "deep": {"b": true, "c": "]}"}}'
    for length in range(1, len(text)):
        call = fragment(0, "a", "get", text[:length])
        message, errors = merge_fragments([call], finish_reason="length")
        assert message.tool_calls == [], text[:length]
        (invalid,) = message.invalid_tool_calls
        assert (invalid["name"], invalid["id"]) == ("get", "a")
        assert (invalid["args"] or "").startswith(text[:length])
        assert errors["a"].startswith("cut off by the token limit (finish_reason 'length'): ")


@pytest.mark.parametrize("finish_reason", ["tool_calls", "stop", "length", None])
def test_broken_arguments_make_one_invalid_call(finish_reason: str | None) -> None:
    calls = (fragment(0, "a", "get", '{"a": 1'), fragment(1, "b", "ping", "{}"))
    ids, errors = read_both(*calls, finish_reason=finish_reason)
    assert ids == ["b"]
    assert errors.keys() == {"a"}


@pytest.mark.parametrize("value", [True, ["a"]], ids=repr)
def test_arguments_of_another_type_make_an_invalid_call(value: object) -> None:
    reason = f"the arguments are not a JSON object but {type(value).__name__}"
    assert read_both(fragment(0, "a", "get", value)) == ([], {"a": reason})


def test_call_cut_off_before_its_arguments_is_invalid() -> None:
    calls = (fragment(0, "a", "ping", ""), fragment(1, "b", "ping", ""))
    ids, errors = read_both(*calls, finish_reason="length")
    assert ids == ["a"]  # a call before the last is whole
    assert errors["b"].startswith("cut off by the token limit")


def test_call_without_a_name_is_invalid() -> None:
    nameless = fragment(0, "a", arguments="{}")
    assert read_both(nameless) == ([], {"a": "the call names no tool"})
