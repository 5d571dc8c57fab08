"""The path of the route: which model, and whether the response is streamed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from langchain_cometapi.emulator._routes.generate_content.errors import refuse

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "/v1beta/models/"

_PATH = re.compile(re.escape(PREFIX) + r"(?P<model>[^/:]+):(?P<method>\w+)")
_STREAM = "streamGenerateContent"


class Target(NamedTuple):
    """What a request is for.

    Attributes:
        model: The model's id.
        stream: Whether the response comes in parts.
        as_array: Whether these parts are a JSON array rather than events.
    """

    model: str
    stream: bool
    as_array: bool


def read_target(path: str, query: Mapping[str, str]) -> Target:
    """Return what a request is for.

    Args:
        path: The path.
        query: The parameters of the query.

    Raises:
        PassedOnError: If there is no such method.
    """
    found = _PATH.fullmatch(path)
    if found is None or found["method"] not in ("generateContent", _STREAM):
        refuse(f"Method not found: {path}", 404)
    stream = found["method"] == _STREAM
    form = query.get("alt", "json")
    if form not in ("json", "sse"):
        msg = f"Invalid value for alt: {form}"
        refuse(msg)
    return Target(found["model"], stream, stream and form != "sse")
