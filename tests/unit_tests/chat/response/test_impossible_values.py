"""Values that no reader expects: none of them raises an internal error, in any form of call."""

from __future__ import annotations

import json
from typing import Any

import pytest
from langchain_core.load import dumpd
from langchain_core.messages import ToolMessage

from langchain_cometapi.exceptions import CometAPIError, CometAPIUnexpectedResponseError
from tests.support import SYNC, Gateway, answer, ask_sync, chunk, completion, stream

# Media in a history are left out with a warning, which is not what is tested here.
pytestmark = pytest.mark.filterwarnings("ignore:`messages` was dropped")

FIELDS = (
    "content",
    "reasoning",
    "reasoning_content",
    "reasoning_details",
    "thinking_blocks",
    "annotations",
    "audio",
    "images",
    "refusal",
    "function_call",
    "tool_calls",
    "extra_content",
    "name",
    "role",
    "a_field_of_the_vendor",
)
PLACES = (
    *(f"message {field}" for field in FIELDS),
    *(f"choice {field}" for field in ("finish_reason", "logprobs", "index", "error", "usage")),
    *(f"body {field}" for field in ("id", "model", "usage", "service_tier", "choices", "created")),
    "arguments arguments",
    "arguments name",
    "arguments id",
    "arguments index",
)


def deep(levels: int, kind: str) -> Any:
    text = "[" * levels + "]" * levels if kind == "list" else '{"a":' * levels + "1" + "}" * levels
    return json.loads(text)


def put(place: str, value: Any, *, streamed: bool) -> Any:
    """An answer with this value at a place."""
    where, field = place.split()
    message: dict[str, Any] = {"role": "assistant", "content": "Hello"}
    if where == "message":
        message[field] = value
    if where == "arguments":
        function = {"name": "get", "arguments": "{}"}
        call = {"index": 0, "id": "a", "type": "function", "function": function}
        (call if field in call else function)[field] = value
        message["tool_calls"] = [call]
    bodies = [chunk(message), chunk(message)] if streamed else [completion(message)]
    for body in bodies:
        if where == "choice":
            body["choices"][0][field] = value
        if where == "body":
            body[field] = value
    return stream(*bodies, chunk(finish_reason="stop")) if streamed else answer(bodies[0])


def outcome(place: str, value: Any, way: str, version: str) -> CometAPIError | None:
    """The error that comes of it; a message can be shown, dumped and sent again."""
    model = Gateway(put(place, value, streamed="stream" in way)).model(output_version=version)
    try:
        message = ask_sync(model, way)
    except CometAPIError as error:
        return error
    assert isinstance(message.content_blocks, list)
    assert dumpd(message)
    assert message.model_dump_json()
    calls = [*message.tool_calls, *message.invalid_tool_calls]
    results = [ToolMessage("1", tool_call_id=call["id"]) for call in calls]
    history = [("human", "Hi"), message, *results, ("human", "?")]
    Gateway(answer(completion())).model().invoke(history)
    return None


@pytest.mark.parametrize("way", SYNC)
@pytest.mark.parametrize("place", PLACES)
def test_impossible_value_raises_no_internal_error(place: str, way: str) -> None:
    for value in (10**400, -1, 1.5, True, "9" * 50, [], {}, [None], {"a": None}, ["x"]):
        outcome(place, value, way, "v1")


@pytest.mark.parametrize("way", SYNC)
@pytest.mark.parametrize("kind", ["list", "object"])
@pytest.mark.parametrize("place", PLACES)
def test_value_nested_too_deeply_is_a_typed_error(place: str, kind: str, way: str) -> None:
    error = outcome(place, deep(900, kind), way, "v0")
    assert isinstance(error, CometAPIUnexpectedResponseError)


@pytest.mark.parametrize("way", SYNC)
@pytest.mark.parametrize("kind", ["list", "object"])
@pytest.mark.parametrize("place", PLACES)
def test_value_nested_less_deeply_is_read(place: str, kind: str, way: str) -> None:
    error = outcome(place, deep(150, kind), way, "v1")
    assert error is None or place in {"choice error", "body choices"}
