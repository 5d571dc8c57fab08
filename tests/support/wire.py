"""The shapes of responses in `tests/wire`, and what each of them must become.

A shape is two files: the body that the gateway sends (`chat/normal.json`, `stream/normal.sse`),
and what must come of it (`normal.expected.json`). The folder says which route is called, and
whether the model streams. What must come of a body has these fields:

- `shape`: what is peculiar to the body, for `docs/wire-shapes.md`.
- `message` or `error`: what must come of it, all of it: a field that is not there must be empty.
  The error of an invalid tool call is that in `response_metadata["tool_call_errors"]`.
- `warnings`: the warnings that must be raised.
- `streamed`: the same three, where a body that is no stream replies to a stream request and
  something else must come of it.
- `status` and `headers` of the response, 200 and none by default.
- `ways`: the ways of calling it is tested in, by default all four.

A text that ends in `...` is the beginning of what must come. Of the blocks of the Responses route,
the indices are left out: streamed ones have them, whole ones do not.
"""

from __future__ import annotations

import json
import warnings
from typing import TYPE_CHECKING, Any

from langchain_cometapi.exceptions import CometAPIError, CometAPIStreamError
from tests.support.bodies import FIXTURES, fixture_names, recorded
from tests.support.calls import ask
from tests.support.gateway import KEY, Gateway
from tests.support.ids import normal_id

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

FOLDERS = {
    "chat": ("gpt-5.4-mini", False),
    "stream": ("gpt-5.4-mini", True),
    "responses": ("gpt-6-astra", False),
    "responses_stream": ("gpt-6-astra", True),
}
"""The model that is called for the bodies of a folder, and whether it streams."""

SHAPES = [f"{folder}/{name}" for folder in FOLDERS for name in fixture_names(folder)]
"""The paths of all bodies."""

_RESPONSE_FIELDS = ("code", "type", "param", "request_id", "retry_after", "is_retryable")


def read_expected(path: str) -> dict[str, Any]:
    """What must come of a body."""
    expected: dict[str, Any] = json.loads(
        (FIXTURES / path).with_suffix(".expected.json").read_text(encoding="utf-8")
    )
    return expected


async def read_outcome(path: str, way: str) -> dict[str, Any]:
    """What comes of a body in one way of calling, in the form of its `expected.json`."""
    expected = read_expected(path)
    response = recorded(path, expected.get("status", 200), **expected.get("headers", {}))
    gateway = Gateway(response)
    name, streams = FOLDERS[path.partition("/")[0]]
    # `streaming=False` would keep `stream` from streaming.
    model = gateway.model(name, **({"streaming": True} if streams else {}))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            outcome: dict[str, Any] = {"message": describe_message(await ask(model, way))}
        except CometAPIError as error:
            outcome = {"error": describe_error(error, name)}
    assert len(gateway.requests) == 1
    if caught:
        outcome["warnings"] = [str(warning.message) for warning in caught]
    return outcome


def describe_message(message: AIMessage) -> dict[str, Any]:
    """The fields of a message that are not empty, and its content."""
    metadata = dict(message.response_metadata)
    assert metadata.pop("model_provider") == "cometapi"
    assert bool(metadata.pop("token_usage", None)) is (message.usage_metadata is not None)
    errors = metadata.pop("tool_call_errors", {})
    invalid = []
    for call in message.invalid_tool_calls:
        reason = errors.pop(call["id"], call["error"])
        assert call["error"] in (None, reason)  # core knows no reason in a stream
        named = {"name": call["name"], "args": call["args"], "id": normal_id(call["id"])}
        invalid.append({**named, "error": reason})
    assert errors == {}
    described = {
        "tool_calls": [
            {"name": call["name"], "args": call["args"], "id": normal_id(call["id"])}
            for call in message.tool_calls
        ],
        "invalid_tool_calls": invalid,
        "additional_kwargs": message.additional_kwargs,
        "usage_metadata": message.usage_metadata,
        "response_metadata": metadata,
        "name": message.name,
    }
    if (id_ := message.id or "").startswith(("resp_", "msg_")):
        described["id"] = id_
    return {"content": _drop_indices(message.content), **{k: v for k, v in described.items() if v}}


def _drop_indices(content: str | list[Any]) -> str | list[Any]:
    """Content without the numbers by which streamed blocks of the Responses route are merged."""
    if isinstance(content, str):
        return content
    blocks = [
        {k: v for k, v in block.items() if k != "index" or not isinstance(v, int)}
        for block in content
    ]
    for block in blocks:
        for field in ("summary", "content") if block.get("type") == "reasoning" else ():
            if field in block:
                block[field] = _drop_indices(block[field])
        if "call_id" in block:
            block["call_id"] = normal_id(block["call_id"])
    return blocks


def describe_error(error: CometAPIError, model: str) -> dict[str, Any]:
    """The class, the text and the fields of an error of a model that are not empty."""
    kind, is_stream_error = type(error), False
    if kind.__bases__[0] is CometAPIStreamError and len(kind.__bases__) > 1:
        kind, is_stream_error = kind.__bases__[1], True
    text = str(error)
    assert KEY not in text
    assert text.endswith(f"[request id: {error.request_id}]") is bool(error.request_id)
    assert error.model == model
    path = "responses" if model == FOLDERS["responses"][0] else "chat/completions"
    assert error.url == f"https://api.cometapi.com/v1/{path}"
    partial = error.partial_message
    described = {
        "is_stream_error": is_stream_error,
        **{name: getattr(error, name) for name in _RESPONSE_FIELDS},
        "partial_message": None if partial is None else describe_message(partial),
    }
    kept = {name: value for name, value in described.items() if value}
    return {"class": kind.__name__, "text": text, "status_code": error.status_code, **kept}


def shorten(actual: Any, expected: Any) -> Any:
    """What came, with texts as short as those expected that end in `...` and begin the same."""
    if isinstance(actual, dict) and isinstance(expected, dict):
        return {name: shorten(value, expected.get(name)) for name, value in actual.items()}
    if isinstance(actual, list) and isinstance(expected, list) and len(actual) == len(expected):
        return [shorten(*pair) for pair in zip(actual, expected, strict=True)]
    if isinstance(actual, str) and isinstance(expected, str) and expected.endswith("..."):
        return expected if actual.startswith(expected.removesuffix("...")) else actual
    return actual
