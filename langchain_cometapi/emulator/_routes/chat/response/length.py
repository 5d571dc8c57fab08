"""Answers as long as a request asks for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from langchain_cometapi.emulator._errors import GatewayError
from langchain_cometapi.emulator._generation.tokens import CHARS_PER_TOKEN
from langchain_cometapi.emulator._routes.chat.response.stream import CHUNK

if TYPE_CHECKING:
    from langchain_cometapi.emulator._routes.chat.response.completion import Completion

CHUNKS_HEADER: Final = "X-Emulator-Chunks"
"""The request header that asks for a text of so many chunks."""

_MOST = 100_000


def lengthen(completion: Completion, chunks: str | None) -> Completion:
    """Return a completion whose text is repeated, or cut, to a number of chunks.

    Args:
        completion: The answer; without text, it stays as it is.
        chunks: The number as the header gives it; `None` leaves the answer as it is.

    Raises:
        GatewayError: If it is no number, or too large a one.
    """
    if chunks is None:
        return completion
    if not (chunks.isascii() and chunks.isdecimal() and 1 <= int(chunks) <= _MOST):
        msg = f"{CHUNKS_HEADER} must be a number from 1 to {_MOST}"
        raise GatewayError(400, msg, kind="emulator_error")
    length = int(chunks) * CHUNK
    choices, added = [], 0
    for choice in completion.choices:
        if not choice.content:
            choices.append(choice)
            continue
        text = (choice.content + " ") * (length // len(choice.content) + 1)
        added += length // CHARS_PER_TOKEN - -(-len(choice.content) // CHARS_PER_TOKEN)
        choices.append(replace(choice, content=text[:length]))
    usage = dict(completion.usage)
    if "cost" in usage:
        usage["cost"] = round(usage["cost"] * (1 + added / usage["total_tokens"]), 9)
    for name in ("completion_tokens", "total_tokens"):
        usage[name] += added
    return replace(completion, choices=choices, usage=usage)
