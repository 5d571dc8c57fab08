"""Whatever a gateway sends: a message or a `CometAPIError`, nothing else.

Every fixture is mutated a fixed number of times with a fixed seed: fields dropped, repeated,
truncated and retyped, events dropped, repeated and swapped, bytes cut and overwritten.
"""

from __future__ import annotations

import copy
import json
import pickle
import random
import warnings
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.messages import AIMessage

from langchain_cometapi.exceptions import CometAPIError
from tests.support import Gateway, fixture, fixture_names, merge, raw

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_cometapi import ChatCometAPI
    from langchain_cometapi._client.sdk import httpx

CASES = 10
ODD_VALUES: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    7,
    10**30,
    1.5,
    float("inf"),
    float("nan"),
    "",
    "x",
    "null",
    "error",
    "{}",
    "\ud83d",
    "\x00",
    [],
    [None],
    ["x"],
    [1, [2]],
    [{}],
    {},
    {"a": 1},
    {"error": "x"},
    {"text": 5, "type": "text"},
]


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container and key inside a JSON value."""
    found: list[tuple[Any, Any]] = []
    keys = list(value) if isinstance(value, dict) else range(len(value))
    for key in keys:
        found.append((value, key))
        if isinstance(value[key], dict | list):
            found += places(value[key])
    return found


def mutate(value: Any, rng: random.Random) -> Any:
    """Do something to one field, however deep."""
    value = copy.deepcopy(value)
    if not isinstance(value, dict | list) or not (found := places(value)):
        return rng.choice(ODD_VALUES)
    container, key = rng.choice(found)
    inner = container[key]
    action = rng.choice(["drop", "repeat", "truncate", "retype", "retype"])
    if action == "drop":
        del container[key]
    elif action == "repeat" and isinstance(container, list):
        container.insert(key, copy.deepcopy(inner))
    elif action == "repeat":
        container[key] = [inner, inner]
    elif action == "truncate" and isinstance(inner, str | list):
        container[key] = inner[: rng.randint(0, len(inner))]
    else:
        container[key] = copy.deepcopy(rng.choice(ODD_VALUES))
    return value


def mutate_bytes(body: bytes, rng: random.Random) -> bytes:
    """Cut the body short, or write over some of it."""
    position = rng.randint(0, len(body))
    if rng.random() < 0.5:
        return body[:position]
    noise = rng.choice([b"\x00", b"\xff\xfe", b"\n\n", b"}", b'"', b"data: ", b"<html>", b"\r"])
    return body[:position] + noise + body[position + rng.randint(0, 3) :]


def mutate_json(text: bytes, rng: random.Random, times: int) -> bytes:
    """Mutate JSON so often, or the bytes of what is none."""
    try:
        value = json.loads(text)
    except ValueError:
        return mutate_bytes(text, rng)
    for _ in range(times):
        value = mutate(value, rng)
    return json.dumps(value).encode()


def mutate_stream(body: bytes, rng: random.Random, times: int) -> bytes:
    events = body.split(b"\n\n")
    for _ in range(times):
        number = rng.randrange(len(events))
        match rng.choice(["drop", "repeat", "swap", "mutate", "mutate", "mutate", "mutate"]):
            case "drop":
                events[number] = b""
            case "repeat":
                events.insert(number, events[number])
            case "swap":
                other = rng.randrange(len(events))
                events[number], events[other] = events[other], events[number]
            case _:
                head, data = events[number][:6], events[number][6:]
                events[number] = head + mutate_json(data, rng, 1)
    return b"\n\n".join(events)


def invoke(model: ChatCometAPI) -> AIMessage:
    return model.invoke("Hi")


def stream(model: ChatCometAPI) -> AIMessage:
    merged: AIMessage = merge(model.stream("Hi"))
    return merged


def check_message(message: AIMessage) -> None:
    """Check what every message must hold, whatever it was made of."""
    assert isinstance(message, AIMessage)
    assert isinstance(message.text, str)
    for call in message.tool_calls:
        assert call["name"]
        assert call["id"]
        assert isinstance(call["args"], dict)
    ids = [call["id"] for call in (*message.tool_calls, *message.invalid_tool_calls)]
    assert all(ids)
    usage = message.usage_metadata
    if usage is not None:
        counts = (usage["input_tokens"], usage["output_tokens"], usage["total_tokens"])
        assert all(type(count) is int for count in counts)
        assert counts[2] == counts[0] + counts[1] or counts[:2] == (0, 0)
    message.model_dump()


def check_error(error: CometAPIError) -> None:
    """Check that an error can be shown, and handed to another process."""
    assert "gpt-5.4-mini" in str(error)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301 - our own bytes
    assert error.partial_message is None or error.partial_message.tool_calls == []


def run(body: bytes, content_type: str, ask: Callable[[ChatCometAPI], AIMessage]) -> str:
    """Ask a gateway that answers with this body; return what came of it."""

    def answer(_: httpx.Request) -> httpx.Response:
        return raw(body, content_type=content_type)

    try:
        message = ask(Gateway(answer).model())
    except CometAPIError as error:
        check_error(error)
        return "error"
    check_message(message)
    return "message"


def fuzz(name: str, ask: Callable[[ChatCometAPI], AIMessage]) -> set[str]:
    """Mutate a fixture, each in its own way; return what came of it."""
    body, is_stream = fixture(name), name.endswith(".sse")
    content_type = "text/event-stream" if is_stream else "application/json"
    outcomes = set()
    for case in range(CASES):
        rng = random.Random(f"{name} {case}")  # noqa: S311 - the same in every run
        times = rng.randint(1, 3)
        odd = mutate_stream(body, rng, times) if is_stream else mutate_json(body, rng, times)
        odd = mutate_bytes(odd, rng) if rng.random() < 0.1 else odd
        try:
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", "The message is empty", UserWarning)
                outcomes.add(run(odd, content_type, ask))
        except Exception as error:
            error.add_note(f"The body was {odd!r}")
            raise
    return outcomes


ANSWERS = sorted(f"chat/{name}" for name in fixture_names("chat") if not name.endswith(".sse"))
STREAMS = sorted(f"stream/{name}" for name in fixture_names("stream"))


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("ask", [invoke, stream], ids=["invoke", "stream"])
def test_mutated_answer_is_a_message_or_a_typed_error(
    name: str, ask: Callable[[ChatCometAPI], AIMessage]
) -> None:
    assert fuzz(name, ask)


@pytest.mark.parametrize("name", STREAMS)
def test_mutated_stream_is_a_message_or_a_typed_error(name: str) -> None:
    assert fuzz(name, stream)


def test_both_outcomes_occur() -> None:
    """Mutations that only ever break, or never do, would prove little."""
    answers, streams = fuzz("chat/normal.json", invoke), fuzz("stream/normal.sse", stream)
    assert answers == streams == {"message", "error"}
