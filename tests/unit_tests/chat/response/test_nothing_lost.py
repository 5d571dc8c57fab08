"""Every leaf of an answer is found in the message, but for the omissions written down here."""

from __future__ import annotations

import json
import warnings
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.messages import HumanMessage

from tests.support import Gateway, fixture, fixture_names, merge, recorded
from tests.support.wire import read_expected

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_core.messages import AIMessage

# What may be left out anywhere: the envelope, which says nothing about the answer.
ENVELOPE = {"object", "created", "index", "role", "obfuscation"}
# Pairs of key and value that the message says by its own form.
IMPLIED = {("type", "function"), ("type", "text"), ("type", "output_text")}

# What is left out of single fixtures, and why.
NO_ARGUMENTS = {("arguments", "null"), ("arguments", "nu"), ("arguments", "ll")}
OMITTED: dict[str, set[tuple[str, Any]]] = {
    # `null` as arguments means that there are none: the call has `{}`.
    "tool_arguments_null_text.json": {("arguments", "null")},
    "tool_arguments_null_text.sse": NO_ARGUMENTS,
    "tool_arguments_null_split.sse": NO_ARGUMENTS,
    # The first of each wins: what a gateway says after its first finish reason is not the answer.
    "finish_twice.sse": {
        ("id", "chatcmpl-2"),
        ("model", "other-model"),
        ("finish_reason", "length"),
    },
    # A finish reason that is none.
    "finish_null_text.sse": {("finish_reason", "null")},
    # Fragments that are no objects.
    "tool_malformed_fragment.sse": {("tool_calls", "x"), ("tool_calls", "?")},
    # A LangChain stream carries one answer; `n` is refused when streaming.
    "two_choices.sse": {("content", "Tails"), ("finish_reason", "length")},
    # Each usage contains those before it; the last counts.
    "usage_cumulative.sse": {
        *(("completion_tokens", count) for count in (1, 2)),
        *(("total_tokens", count) for count in (11, 12)),
        *(("cost", cost) for cost in (0.0001, 0.0002)),
    },
}


# Texts that are read as others: half a character, a mark, an object that was encoded or doubled.
REWRITTEN = (
    "surrogates",
    "thought_google",
    "tool_arguments_encoded",
    "tool_arguments_placeholder",
    "tool_arguments_twice",
)


def is_success(path: str) -> bool:
    """Whether a body becomes a message that says all of it in its own words."""
    folder, name = path.split("/")
    is_usual = name.endswith({"chat": ".json", "stream": ".sse"}[folder])
    return is_usual and not name.startswith(REWRITTEN) and "message" in read_expected(path)


PATHS = [f"{folder}/{name}" for folder in ("chat", "stream") for name in fixture_names(folder)]
SUCCESSES = sorted(path for path in PATHS if is_success(path))


def leaves(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """The strings, numbers and booleans of a JSON value, each with the key it stands at."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in ENVELOPE:
                yield from leaves(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, key)
    elif value not in (None, "") and (key, value) not in IMPLIED:
        yield key, value


def everything(message: AIMessage) -> list[Any]:
    """What a message says, with the leaves of JSON that stands in its strings."""
    return [value for _, value in leaves(message.model_dump())]


def is_found(value: Any, said: list[Any]) -> bool:
    if not isinstance(value, str):
        return any(type(one) is type(value) and one == value for one in said)
    strings = [one for one in said if isinstance(one, str)]
    if any(value in one for one in strings):
        return True
    try:
        inner = json.loads(value)  # the arguments of a tool call
    except ValueError:
        return False
    return all(is_found(leaf, said) for _, leaf in leaves(inner)) and isinstance(inner, dict)


def find_lost(body: Any, name: str, messages: list[AIMessage]) -> set[tuple[str, Any]]:
    """The leaves of a JSON value that are in none of these messages."""
    said = [value for message in messages for value in everything(message)]
    return {leaf for leaf in leaves(body, name) if not is_found(leaf[1], said)}


def ask(path: str, output_version: str = "v0") -> list[AIMessage]:
    model = Gateway(recorded(path)).model(stream_truncation="ignore", output_version=output_version)
    with warnings.catch_warnings():  # an empty answer warns: not what this is about
        warnings.simplefilter("ignore", UserWarning)
        if path.endswith(".sse"):
            return [merge(model.stream("Hi"))]
        result = model.generate([[HumanMessage("Hi")]])
    return [generation.message for generation in result.generations[0]]  # type: ignore[union-attr,misc]


@pytest.mark.parametrize("output_version", ["v0", "v1"])
@pytest.mark.parametrize("path", SUCCESSES)
def test_all_of_a_body_is_in_the_message(path: str, output_version: str) -> None:
    messages, name = ask(path, output_version), path.partition("/")[2]
    events = [fixture(path)]
    if path.endswith(".sse"):
        lines = fixture(path).splitlines()
        events = [line.removeprefix(b"data:") for line in lines if line.startswith(b"data: {")]
    found: set[tuple[str, Any]] = set()
    for event in events:
        found |= find_lost(json.loads(event), name, messages)
    # A fragment may be found by chance: every omission that is written down must be one of these.
    assert found - OMITTED.get(name, set()) == set()
    assert bool(found) is (name in OMITTED)


def test_what_is_missing_is_seen() -> None:
    (message,) = ask("chat/annotations.json")
    body = json.loads(fixture("chat/annotations.json"))
    body["choices"][0]["message"] |= {"new": [{"deep": "gone"}], "flag": True, "number": 10.5}
    gone = {("deep", "gone"), ("flag", True), ("number", 10.5)}
    assert find_lost(body, "", [message]) == gone
    message.additional_kwargs.clear()
    assert {"url", "title"} <= {key for key, _ in find_lost(body, "", [message])}


def test_no_fixture_is_forgotten() -> None:
    assert OMITTED.keys() <= {path.partition("/")[2] for path in SUCCESSES}
    assert len(SUCCESSES) > 75
