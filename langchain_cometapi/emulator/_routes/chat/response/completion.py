"""Chat completions: what is answered, cut to the limits the request sets."""

from __future__ import annotations

import base64
import hashlib
import struct
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._names import SYSTEM_FINGERPRINT
from langchain_cometapi.emulator._routes.chat.response.text import text_answer, thought
from langchain_cometapi.emulator._routes.chat.response.tool_calls import choose_tools, make_calls
from langchain_cometapi.emulator._routes.chat.response.usage import (
    CHARS_PER_TOKEN,
    CompletionCount,
    count_prompt,
    count_tokens,
    hidden_reasoning_tokens,
    usage_object,
)

if TYPE_CHECKING:
    from langchain_cometapi.emulator._routes.chat.request.chat_request import ChatRequest
    from langchain_cometapi.emulator._state import EmulatorState

_AUDIO_LIFETIME = 3600
_SAMPLE_RATE = 8000
_SILENCE = 800
_RUNNERS_UP = 20


@dataclass(frozen=True)
class Choice:
    """One answer.

    Attributes:
        reasoning: Reasoning text, if this model shows any.
        content: The text, or what stands in its place next to tool calls.
        calls: OpenAI-shaped tool calls.
        audio: OpenAI's audio object, if speech was asked for.
        finish: The `finish_reason`.
        tokens: What it cost.
    """

    reasoning: str | None
    content: str | None
    calls: list[dict[str, Any]]
    audio: dict[str, Any] | None
    finish: str
    tokens: CompletionCount


@dataclass(frozen=True)
class Completion:
    """A whole answer, to be sent at once or in chunks.

    Attributes:
        request: The request answered.
        id: The completion's id.
        created: Unix time.
        choices: The answers.
        usage: The usage object.
    """

    request: ChatRequest
    id: str
    created: int
    choices: list[Choice]
    usage: dict[str, Any]

    def head(self, kind: str) -> dict[str, Any]:
        """Return the fields that an answer and each of its chunks begin with.

        Args:
            kind: The `object` value.
        """
        head: dict[str, Any] = {
            "id": self.id,
            "object": kind,
            "created": self.created,
            "model": self.request.row.served_name,
            "system_fingerprint": SYSTEM_FINGERPRINT,
        }
        if self.request.row.rules.usage_style == "full":
            head["service_tier"] = "default"
        return head

    def body(self) -> dict[str, Any]:
        """Return the JSON body of an answer that is not streamed."""
        return {
            **self.head("chat.completion"),
            "choices": [
                {
                    "index": index,
                    "message": self._message(choice),
                    "logprobs": token_logprobs(self.request, choice.content),
                    "finish_reason": choice.finish,
                }
                for index, choice in enumerate(self.choices)
            ],
            "usage": self.usage,
        }

    def _message(self, choice: Choice) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": choice.content}
        if self.request.row.rules.usage_style == "full":
            message["refusal"] = None
            message["annotations"] = []
        if choice.reasoning is not None:
            message["reasoning_content"] = choice.reasoning
        if choice.calls:
            message["tool_calls"] = choice.calls
        if choice.audio:
            message["audio"] = choice.audio
        return message


def complete(request: ChatRequest, state: EmulatorState) -> Completion:
    """Answer a valid chat request.

    Args:
        request: The request.
        state: The emulator's memory.
    """
    prompt = count_prompt(request, state)
    choices = [_choose(request, state, index) for index in range(request.choices)]
    answer = CompletionCount(
        total=sum(choice.tokens.total for choice in choices),
        reasoning=sum(choice.tokens.reasoning for choice in choices),
        audio=sum(choice.tokens.audio for choice in choices),
    )
    return Completion(
        request=request,
        id=f"chatcmpl-emulator{state.next_serial():08d}",
        created=int(time.time()),
        choices=choices,
        usage=usage_object(request.row, prompt, answer),
    )


class _Budget:
    """Characters left to write under `max_completion_tokens`."""

    def __init__(self, tokens: int | None) -> None:
        self._left = None if tokens is None else tokens * CHARS_PER_TOKEN
        self.exceeded = False

    def spend(self, tokens: int) -> None:
        """Pay for something without text."""
        self.cut(" " * (tokens * CHARS_PER_TOKEN))

    def cut(self, text: str) -> str:
        """Return as much of a text as is left to write."""
        if self._left is None:
            return text
        if len(text) > self._left:
            self.exceeded = True
        text = text[: self._left]
        # Whole tokens are charged, as they are counted.
        self._left -= min(self._left, count_tokens(text) * CHARS_PER_TOKEN)
        return text


def _choose(request: ChatRequest, state: EmulatorState, index: int) -> Choice:
    rules = request.row.rules
    tools = choose_tools(request)
    budget = _Budget(request.limit)
    hidden = hidden_reasoning_tokens(request)
    if request.limit is not None:
        hidden = min(hidden, request.limit)
    budget.spend(hidden)
    reasoning = None
    if request.thinking:
        reasoning = budget.cut(thought(request, [tool["name"] for tool in tools]))
        state.issue_reasoning(rules.name, reasoning)
    calls = _cut_calls(make_calls(request, tools, state), budget)
    text = ""
    if not tools:
        text = text_answer(request)
        if index and request.response_format is None:
            text = f"{text} (choice {index + 1})"
        text = budget.cut(_until_stop(text, request.stop))
    spoken = request.audio and not tools and request.response_format is None
    audio_tokens = count_tokens(text) if spoken else 0
    reasoning_tokens = hidden + count_tokens(reasoning or "")
    content: str | None = text
    if tools:
        content = rules.empty_tool_content
    elif spoken:
        content = None
    call_tokens = sum(
        count_tokens(call["function"]["name"]) + count_tokens(call["function"]["arguments"])
        for call in calls
    )
    finish = "tool_calls" if tools else "stop"
    return Choice(
        reasoning=reasoning,
        content=content,
        calls=calls,
        audio=_audio(text, state) if spoken else None,
        finish="length" if budget.exceeded else finish,
        tokens=CompletionCount(
            total=reasoning_tokens + call_tokens + count_tokens(text),
            reasoning=reasoning_tokens,
            audio=audio_tokens,
        ),
    )


def _cut_calls(calls: list[dict[str, Any]], budget: _Budget) -> list[dict[str, Any]]:
    """Cut tool calls to the budget; like the real thing, this leaves broken JSON behind."""
    kept = []
    for call in calls:
        function = call["function"]
        if budget.cut(function["name"]) != function["name"]:
            break
        arguments = budget.cut(function["arguments"])
        kept.append({**call, "function": {**function, "arguments": arguments}})
    return kept


def _until_stop(text: str, stops: tuple[str, ...]) -> str:
    ends = [text.find(stop) for stop in stops if stop]
    return text[: min((end for end in ends if end >= 0), default=len(text))]


def _audio(transcript: str, state: EmulatorState) -> dict[str, Any]:
    """Return OpenAI's audio object around a tenth of a second of silence."""
    samples = bytes(_SILENCE * 2)
    header = struct.pack(
        "<4sI8sIHHIIHH4sI",
        b"RIFF",
        36 + len(samples),
        b"WAVEfmt ",
        16,
        1,
        1,
        _SAMPLE_RATE,
        _SAMPLE_RATE * 2,
        2,
        16,
        b"data",
        len(samples),
    )
    return {
        "id": f"audio_emulator{state.next_serial():08d}",
        "data": base64.b64encode(header + samples).decode(),
        "expires_at": int(time.time()) + _AUDIO_LIFETIME,
        "transcript": transcript,
    }


def token_logprobs(request: ChatRequest, text: str | None) -> dict[str, Any] | None:
    """Return deterministic log probabilities for a text, if the request wants any.

    Args:
        request: A valid request.
        text: The text, or a piece of it that begins at a token.
    """
    if request.logprobs is None or not text:
        return None
    tokens = [text[at : at + CHARS_PER_TOKEN] for at in range(0, len(text), CHARS_PER_TOKEN)]
    return {"content": [_token(token, request.logprobs) for token in tokens], "refusal": None}


def _token(token: str, runners_up: int) -> dict[str, Any]:
    first = -hashlib.sha256(token.encode()).digest()[0] / 1000
    rivals = [token, *(f"{token[:-1]}{rank}" for rank in range(1, _RUNNERS_UP))]
    entry = _logprob(token, first)
    entry["top_logprobs"] = [
        _logprob(rival, first - rank) for rank, rival in enumerate(rivals[:runners_up])
    ]
    return entry


def _logprob(token: str, value: float) -> dict[str, Any]:
    return {"token": token, "logprob": value, "bytes": list(token.encode())}
