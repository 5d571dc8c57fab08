"""The tree of exceptions is the one that its module draws, and crosses processes."""

from __future__ import annotations

import builtins
import copy
import pickle
import re
from typing import Any

import openai
import pytest
from langchain_core import exceptions as core

from langchain_cometapi import exceptions
from langchain_cometapi._client.sdk import httpx
from langchain_cometapi.exceptions import (
    CometAPIConnectionError,
    CometAPIError,
    CometAPIOverloadedError,
    CometAPIRateLimitError,
    CometAPIServerError,
    CometAPIStreamError,
    CometAPIStreamTruncatedError,
    CometAPITimeoutError,
    CometAPIUnexpectedResponseError,
    stream_variant,
)
from tests.support import Answer, Gateway, ask_and_fail, recorded

KINDS: list[type[CometAPIError]] = [
    value
    for value in vars(exceptions).values()
    if isinstance(value, type) and issubclass(value, CometAPIError)
]
RETRYABLE = {
    CometAPIConnectionError,
    CometAPIOverloadedError,
    CometAPIRateLimitError,
    CometAPIServerError,
    CometAPIStreamTruncatedError,
    CometAPITimeoutError,
    CometAPIUnexpectedResponseError,
}
_LINE = re.compile(r"(?P<bars>[│├└─ ]*)(?P<name>CometAPI\w+) *(?P<bases>[\w., ]*)")


def _find_class(name: str) -> Any:
    """Return a class of the SDK, of core or of ours; the newest of core's has a substitute."""
    substitutes = {"ModelRefusalError": core.ModelError}
    modules = (openai, core, exceptions, builtins)
    found = (getattr(module, name) for module in modules if hasattr(module, name))
    return next(found, substitutes.get(name))


def _read_drawing() -> dict[str, list[Any]]:
    """Return the classes that the docstring draws, and their bases."""
    _, drawing, _ = str(exceptions.__doc__).split("```")
    tree: dict[str, list[Any]] = {}
    path: list[Any] = []
    for line in drawing.splitlines()[1:]:
        match = _LINE.match(line)
        assert match is not None, line
        del path[len(match["bars"]) // 4 :]
        names = re.findall(r"\w*(?:Error|Exception)", match["bases"])
        tree[match["name"]] = [*path[-1:], *map(_find_class, names)]
        path.append(getattr(exceptions, match["name"]))
    return tree


def test_tree_is_the_one_of_the_docstring() -> None:
    assert _read_drawing() == {kind.__name__: [*kind.__bases__] for kind in KINDS}


def test_retryable_kinds_are_those_that_may_succeed_later() -> None:
    assert {kind for kind in KINDS if kind("text").is_retryable} == RETRYABLE


@pytest.mark.parametrize("kind", KINDS)
def test_attributes_that_are_not_set_are_none(kind: type[CometAPIError]) -> None:
    error = kind("What happened.")
    assert str(error) == "What happened."
    names = ("status_code", "code", "type", "param", "request_id", "retry_after", "model", "url")
    assert {getattr(error, name) for name in (*names, "body", "partial_message")} == {None}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not CometAPIStreamError])
def test_stream_variant_is_both(kind: type[CometAPIError]) -> None:
    variant = stream_variant(kind)
    assert variant.__bases__ == (CometAPIStreamError, kind)
    assert variant("text").is_retryable is kind("text").is_retryable
    assert stream_variant(kind) is variant


# -- pickles and copies ----------------------------------------------------------------------------


FAILURES: list[tuple[Answer, str]] = [
    (recorded("chat/error_429.json", 429, x_request_id="r", retry_after="3"), "invoke"),
    (recorded("chat/error_524.html", 524), "invoke"),
    (recorded("chat/cut.txt"), "invoke"),
    (httpx.ConnectError("refused"), "invoke"),
    (recorded("stream/error_tool_call.sse"), "stream"),
    (recorded("stream/no_finish_tool_call.sse"), "stream"),
]


@pytest.mark.parametrize(("failure", "way"), FAILURES)
async def test_pickle_and_copy_are_of_the_same_kind_and_content(failure: Answer, way: str) -> None:
    error = await ask_and_fail(Gateway(failure), way)
    kept = {**vars(error), "is_retryable": error.is_retryable, "request": None, "response": None}
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        restored = pickle.loads(pickle.dumps(error, protocol))  # noqa: S301 - our own bytes
        assert (type(restored), str(restored)) == (type(error), str(error))
        assert vars(restored) == kept  # all but the objects of the HTTP library
    for copied in (copy.copy(error), copy.deepcopy(error)):
        assert (type(copied), str(copied)) == (type(error), str(error))
        assert copied.partial_message == error.partial_message
