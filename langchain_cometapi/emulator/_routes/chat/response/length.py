"""Texts as long as a request asks for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from langchain_cometapi.emulator._errors import GatewayError
from langchain_cometapi.emulator._generation.tokens import CHARS_PER_TOKEN
from langchain_cometapi.emulator._routes.chat.response.stream import CHUNK_LENGTH

if TYPE_CHECKING:
    from langchain_cometapi.emulator._routes.chat.response.completion import Completion

CHUNKS_HEADER: Final = "X-Emulator-Chunks"
"""The request header that sets the number of chunks of a text."""

_MAX_CHUNKS = 100_000


def read_length(chunks: str | None) -> int | None:
    """Return the length of a text that a request asks for, or `None` for its own.

    Args:
        chunks: The value of the header, or `None`.

    Raises:
        GatewayError: If the header is not a number, or too large.
    """
    if chunks is None:
        return None
    if not (chunks.isascii() and chunks.isdecimal() and 1 <= int(chunks) <= _MAX_CHUNKS):
        msg = f"{CHUNKS_HEADER} must be a number from 1 to {_MAX_CHUNKS}"
        raise GatewayError(400, msg, kind="emulator_error")
    return int(chunks) * CHUNK_LENGTH


def stretch(text: str, length: int) -> str:
    """Return a text repeated, or cut, to a length.

    Args:
        text: The text; an empty one stays empty.
        length: The length.
    """
    return ((text + " ") * (length // len(text) + 1))[:length] if text else text


def lengthen(completion: Completion, length: int | None) -> Completion:
    """Return a completion with its text repeated, or cut, to a length.

    Args:
        completion: The completion; choices without text are not changed.
        length: The length; `None` changes nothing.
    """
    if length is None:
        return completion
    choices, added = [], 0
    for choice in completion.choices:
        if not choice.content:
            choices.append(choice)
            continue
        added += length // CHARS_PER_TOKEN - -(-len(choice.content) // CHARS_PER_TOKEN)
        choices.append(replace(choice, content=stretch(choice.content, length)))
    usage = dict(completion.usage)
    if "cost" in usage:
        usage["cost"] = round(usage["cost"] * (1 + added / usage["total_tokens"]), 9)
    for name in ("completion_tokens", "total_tokens"):
        usage[name] += added
    return replace(completion, choices=choices, usage=usage)
