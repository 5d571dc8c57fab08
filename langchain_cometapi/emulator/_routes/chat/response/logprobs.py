"""Log probabilities, derived from the text alone."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._generation.tokens import CHARS_PER_TOKEN

if TYPE_CHECKING:
    from langchain_cometapi.emulator._routes.chat.request.chat_request import ChatRequest

_MAX_ALTERNATIVES = 20


def token_logprobs(request: ChatRequest, text: str | None) -> dict[str, Any] | None:
    """Return deterministic log probabilities for a text, or `None` if not requested.

    Args:
        request: A valid request.
        text: The text, or a part of it that begins at a token.
    """
    if request.logprobs is None or not text:
        return None
    return {"content": list_logprobs(text, request.logprobs), "refusal": None}


def list_logprobs(text: str, alternatives: int) -> list[dict[str, Any]]:
    """Return deterministic log probabilities of the tokens of a text.

    Args:
        text: The text.
        alternatives: How many alternatives each token has.
    """
    tokens = [text[at : at + CHARS_PER_TOKEN] for at in range(0, len(text), CHARS_PER_TOKEN)]
    return [_token(token, alternatives) for token in tokens]


def _token(token: str, alternatives: int) -> dict[str, Any]:
    first = -hashlib.sha256(token.encode()).digest()[0] / 1000
    candidates = [token, *(f"{token[:-1]}{rank}" for rank in range(1, _MAX_ALTERNATIVES))]
    entry = _logprob(token, first)
    entry["top_logprobs"] = [
        _logprob(candidate, first - rank)
        for rank, candidate in enumerate(candidates[:alternatives])
    ]
    return entry


def _logprob(token: str, value: float) -> dict[str, Any]:
    return {"token": token, "logprob": value, "bytes": list(token.encode())}
