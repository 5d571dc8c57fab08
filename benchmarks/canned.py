"""What the clients of a benchmark send, and the bytes they get back."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    HumanMessage,
    convert_to_openai_messages,
)

MODEL = "gpt-5.4-mini"
USAGE = {"prompt_tokens": 9, "completion_tokens": 500, "total_tokens": 509}

CALLS = 5  # in a stream that thinks first and calls tools then
THOUGHTS = 0.4  # how much of such a stream is thinking


# -- answers ------------------------------------------------------------------------------------

_HEAD = {"id": "chatcmpl-1", "created": 1, "model": MODEL, "system_fingerprint": "fp"}


def _completion(message: dict[str, Any], finish_reason: str) -> bytes:
    choice = {"index": 0, "message": message, "finish_reason": finish_reason}
    kind = {"object": "chat.completion"}
    return json.dumps({**_HEAD, **kind, "choices": [choice], "usage": USAGE}).encode()


ANSWER = _completion({"role": "assistant", "content": "Hello", "refusal": None}, "stop")


def _response(text: str) -> dict[str, Any]:
    """A whole response of the Responses route, which repeats its request as OpenAI's do."""
    part = {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
    message = {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed"}
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1,
        "status": "completed",
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "max_output_tokens": None,
        "model": MODEL,
        "output": [{**message, "content": [part]}] if text else [],
        "parallel_tool_calls": True,
        "previous_response_id": None,
        "reasoning": {"effort": "none", "summary": None},
        "store": True,
        "temperature": 1.0,
        "text": {"format": {"type": "text"}, "verbosity": "medium"},
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "truncation": "disabled",
        "usage": {
            "input_tokens": 9,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": 500,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": 509,
        },
        "user": None,
        "metadata": {},
    }


RESPONSE = json.dumps(_response("Hello")).encode()


Delta = dict[str, Any]


def text_deltas(chunks: int) -> list[Delta]:
    """An answer of that many pieces of text."""
    return [{"content": f"token {n} "} for n in range(chunks)]


def tool_deltas(chunks: int) -> list[Delta]:
    """An answer that thinks, and then calls tools: so many pieces in all."""
    thoughts = int(chunks * THOUGHTS)
    deltas: list[Delta] = [{"reasoning_content": f"thought {n} "} for n in range(thoughts)]
    pieces = (chunks - thoughts) // CALLS
    for call in range(CALLS):
        function = {"name": f"tool_{call}", "arguments": '{"field_0": "'}
        opening = {"index": call, "id": f"call_{call}", "type": "function", "function": function}
        deltas.append({"tool_calls": [opening]})
        for n in range(pieces - 1):
            arguments = '"}' if n == pieces - 2 else f"word {n} "
            deltas.append({"tool_calls": [{"index": call, "function": {"arguments": arguments}}]})
    return deltas


DELTAS = {"text": text_deltas, "tools": tool_deltas, "paced": text_deltas}


def _event(choices: list[dict[str, Any]], **more: Any) -> bytes:
    chunk = {**_HEAD, "object": "chat.completion.chunk", "choices": choices, **more}
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


def _event_of(delta: Delta, finish_reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
    return _event([choice], obfuscation="aB3")


def events(deltas: list[Delta]) -> list[bytes]:
    """The events of a stream, to its end."""
    last = _event_of({}, "tool_calls" if "tool_calls" in deltas[-1] else "stop")
    return [*map(_event_of, deltas), last, _event([], usage=USAGE), b"data: [DONE]\n\n"]


def response_events(chunks: int) -> list[bytes]:
    """The events of the Responses route for an answer of that many pieces of text."""
    pieces = [delta["content"] for delta in text_deltas(chunks)]
    whole = _response("".join(pieces))
    [item] = whole["output"]
    [part] = item["content"]
    begun = {**_response(""), "status": "in_progress", "usage": None}
    where = {"item_id": item["id"], "output_index": 0, "content_index": 0}
    opened = {**item, "status": "in_progress", "content": []}
    found: list[dict[str, Any]] = [
        {"type": "response.created", "response": begun},
        {"type": "response.in_progress", "response": begun},
        {"type": "response.output_item.added", "output_index": 0, "item": opened},
        {"type": "response.content_part.added", **where, "part": {**part, "text": ""}},
    ]
    found += [
        {"type": "response.output_text.delta", **where, "delta": piece, "logprobs": []}
        for piece in pieces
    ]
    found += [
        {"type": "response.output_text.done", **where, "text": part["text"], "logprobs": []},
        {"type": "response.content_part.done", **where, "part": part},
        {"type": "response.output_item.done", "output_index": 0, "item": item},
        {"type": "response.completed", "response": whole},
    ]
    return [
        f"event: {event['type']}\ndata: {json.dumps({**event, 'sequence_number': n})}\n\n".encode()
        for n, event in enumerate(found)
    ]


# -- requests -----------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Request:
    """A question to a LangChain model, and the body that a bare client sends for it."""

    messages: list[BaseMessage]
    tools: list[dict[str, Any]]
    body: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        body = {"model": MODEL, "messages": convert_to_openai_messages(self.messages)}
        object.__setattr__(self, "body", {**body, "tools": self.tools} if self.tools else body)


def request(messages: int = 1, tools: int = 0) -> Request:
    """A conversation that ends with a question, and tools with eight fields each."""
    turns: list[BaseMessage] = [
        HumanMessage(f"Message {n}. " * 20) if n % 2 else AIMessage(f"Message {n}. " * 20)
        for n in range(messages - 1)
    ]
    fields = {f"field_{n}": {"type": "string", "description": "A field."} for n in range(8)}
    parameters = {"type": "object", "properties": fields, "required": ["field_0"]}
    functions = [
        {"name": f"tool_{n}", "description": "A tool.", "parameters": parameters}
        for n in range(tools)
    ]
    return Request(
        [*turns, HumanMessage("Hi")], [{"type": "function", "function": f} for f in functions]
    )


HI = request()
