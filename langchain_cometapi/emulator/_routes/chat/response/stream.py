"""A chat completion as server-sent events."""

from __future__ import annotations

import hashlib
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._generation.tokens import CHARS_PER_TOKEN
from langchain_cometapi.emulator._json import to_json
from langchain_cometapi.emulator._routes.chat.response.logprobs import token_logprobs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_cometapi.emulator._routes.chat.response.completion import Choice, Completion


CHUNK_LENGTH = 5 * CHARS_PER_TOKEN
"""Characters of text per chunk."""

_ARGUMENT_DELTAS = 3

_Step = tuple[dict[str, Any], "dict[str, Any] | None", "str | None"]


def events(completion: Completion, *, unfinished: bool = False) -> Iterator[str]:
    """Yield the server-sent events of a completion as text.

    The first is a keep-alive comment, which gateways of this kind send; the last is `[DONE]`.

    Args:
        completion: The completion.
        unfinished: Whether to omit the usage and the chunks with a finish reason.
    """
    yield ": PING\n\n"
    for chunk in chunks(completion):
        if unfinished and not (chunk["choices"] and chunk["choices"][0]["finish_reason"] is None):
            continue
        yield f"data: {to_json(chunk)}\n\n"
    yield "data: [DONE]\n\n"


def chunks(completion: Completion) -> Iterator[dict[str, Any]]:
    """Yield the chunk objects of a completion; several choices take turns.

    Args:
        completion: The completion.
    """
    include_usage = completion.request.include_usage
    head = completion.head("chat.completion.chunk")
    steps = [list(_steps(completion, choice)) for choice in completion.choices]
    number = 0
    for turn in zip_longest(*steps):
        for index, step in enumerate(turn):
            if step is None:
                continue
            delta, logprobs, finish = step
            entry = {"index": index, "delta": delta, "logprobs": logprobs, "finish_reason": finish}
            chunk = {**head, "choices": [entry]}
            if include_usage:
                chunk["usage"] = None
            yield _with_obfuscation(completion, chunk, number)
            number += 1
    if include_usage:
        yield _with_obfuscation(
            completion, {**head, "choices": [], "usage": completion.usage}, number
        )


def _steps(completion: Completion, choice: Choice) -> Iterator[_Step]:
    first: dict[str, Any] = {"role": "assistant", "content": None if choice.calls else ""}
    if completion.request.row.rules.usage_style == "full":
        first["refusal"] = None
    yield first, None, None
    for delta_text in split_text(choice.reasoning or "", CHUNK_LENGTH):
        yield {"reasoning_content": delta_text}, None, None
    for delta_text in split_text(choice.refusal or "", CHUNK_LENGTH):
        yield {"refusal": delta_text}, None, None
    for delta_text in split_text(choice.content or "", CHUNK_LENGTH):
        yield {"content": delta_text}, token_logprobs(completion.request, delta_text), None
    if choice.audio:
        yield {"audio": {"id": choice.audio["id"]}}, None, None
        for delta_text in split_text(choice.audio["transcript"], CHUNK_LENGTH):
            yield {"audio": {"transcript": delta_text}}, None, None
        yield {"audio": {"data": choice.audio["data"]}}, None, None
        yield {"audio": {"expires_at": choice.audio["expires_at"]}}, None, None
    for index, call in enumerate(choice.calls):
        arguments = call["function"]["arguments"]
        opening = {**call, "function": {**call["function"], "arguments": ""}}
        yield {"tool_calls": [{"index": index, **opening}]}, None, None
        for delta_text in split_text(arguments, -(-len(arguments) // _ARGUMENT_DELTAS)):
            yield (
                {"tool_calls": [{"index": index, "function": {"arguments": delta_text}}]},
                None,
                None,
            )
    yield {}, None, choice.finish


def split_text(text: str, size: int) -> list[str]:
    """Return the deltas of a text: whole tokens, and two deltas even of a short text.

    Args:
        text: The text.
        size: Characters per delta.
    """
    if CHARS_PER_TOKEN < len(text) <= size:
        size = CHARS_PER_TOKEN
    return [text[at : at + size] for at in range(0, len(text), size)] if text else []


def _with_obfuscation(completion: Completion, chunk: dict[str, Any], number: int) -> dict[str, Any]:
    if completion.request.row.rules.obfuscation:
        digest = hashlib.sha256(f"{completion.id}:{number}".encode()).hexdigest()
        chunk["obfuscation"] = digest[: 4 + int(digest[-1], 16) // 2]
    return chunk
