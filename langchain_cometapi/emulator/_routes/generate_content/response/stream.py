"""A response in parts."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._generation.tokens import count_tokens
from langchain_cometapi.emulator._json import to_json
from langchain_cometapi.emulator._routes.chat.response.stream import CHUNK_LENGTH, split_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_cometapi.emulator._routes.generate_content.response.content_response import (
        Candidate,
        ContentResponse,
    )

Message = dict[str, Any]


def to_event(part: Message) -> str:
    """Return a part as a server-sent event.

    Args:
        part: The part.
    """
    return f"data: {to_json(part)}\r\n\r\n"


def chunks(response: ContentResponse, *, unfinished: bool = False) -> Iterator[Message]:
    """Yield the parts of a response as JSON, each with the usage so far.

    Args:
        response: The response.
        unfinished: Whether to omit the last part of each candidate.
    """
    if response.feedback is not None:
        yield response.whole()
        return
    text = images = 0
    steps = [list(_steps(candidate)) for candidate in response.candidates]
    for turn in zip_longest(*steps):
        for index, step in enumerate(turn):
            if step is None:
                continue
            part, is_last = step
            candidate = response.candidates[index]
            if is_last and unfinished:
                continue
            text += _tokens(part)
            if "inlineData" in part:
                images += candidate.image_tokens
            yield _chunk(response, index, part, is_last=is_last, tokens=(text, images))


def _chunk(
    response: ContentResponse,
    index: int,
    part: Message,
    *,
    is_last: bool,
    tokens: tuple[int, int],
) -> Message:
    candidate = response.candidates[index]
    one: Message = {"index": index}
    if part:
        one["content"] = {"parts": [part], "role": "model"}
    if is_last:
        one |= {"finishReason": candidate.finish, **candidate.fields}
    usage = response.usage.body(*tokens)
    return {"candidates": [one], "usageMetadata": usage, **response.tail()}


def _steps(candidate: Candidate) -> Iterator[tuple[Message, bool]]:
    """Yield the pieces of a candidate, and whether each is the last.

    The signature of a text comes at its end, in a piece without text.
    """
    pieces: list[Message] = []
    for part in candidate.parts:
        if "text" not in part:
            pieces.append(part)
            continue
        rest = {name: value for name, value in part.items() if name != "text"}
        signature = rest.pop("thoughtSignature", None)
        pieces += [{"text": text, **rest} for text in split_text(part["text"], CHUNK_LENGTH)]
        if signature is not None:
            pieces.append({"text": "", "thoughtSignature": signature})
    if not pieces or pieces[-1].get("text") or "text" not in pieces[-1]:
        pieces.append({"text": ""} if pieces and candidate.finish == "STOP" else {})
    for index, piece in enumerate(pieces):
        yield piece, index == len(pieces) - 1


def count_call(call: Message) -> int:
    """Return the tokens of a function call.

    Args:
        call: The function call.
    """
    return count_tokens(call["name"]) + count_tokens(to_json(call["args"]))


def _tokens(part: Message) -> int:
    """Return the tokens of a piece; those of thoughts are counted at the beginning."""
    if part.get("thought"):
        return 0
    if "functionCall" in part:
        call = part["functionCall"]
        return count_call(call)
    return count_tokens(part.get("text", ""))
