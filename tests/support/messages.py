"""Bodies of `/v1/messages`, whole and as a stream, as Anthropic documents them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from langchain_cometapi._client.sdk import httpx
from tests.support.gateway import Body, Gateway

if TYPE_CHECKING:
    from collections.abc import Callable

MODEL = "claude-sonnet-5-5"
REQUEST_ID = "req-20261126-1"
USAGE = {
    "input_tokens": 3,
    "output_tokens": 5,
    "cache_read_input_tokens": 40,
    "cache_creation_input_tokens": 7,
}


def text(content: str = "Hello") -> dict[str, Any]:
    """Return a block of text."""
    return {"type": "text", "text": content}


def tool_use(arguments: dict[str, Any] | None = None, id_: str = "toolu_1") -> dict[str, Any]:
    """Return a block that calls a tool."""
    return {"type": "tool_use", "id": id_, "name": "city", "input": arguments or {}}


def message(
    *blocks: dict[str, Any], stop_reason: str | None = "end_turn", **fields: Any
) -> dict[str, Any]:
    """Return a whole message."""
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": MODEL,
        "content": list(blocks or [text()]),
        "stop_reason": stop_reason,
        "stop_sequence": None,
        "usage": USAGE,
        **fields,
    }


def events(
    *blocks: dict[str, Any],
    stop_reason: str = "end_turn",
    arguments: str | None = None,
    **fields: Any,
) -> list[dict[str, Any]]:
    """Return the events of a message.

    As in Anthropic's reference, the end of the stream tells of output tokens alone.

    Args:
        *blocks: Its content.
        stop_reason: Why the model stopped.
        arguments: The JSON of the arguments of its calls, where it is not that of the block.
        **fields: Other fields of the message.
    """
    begun = message(stop_reason=None, **fields) | {"content": []}
    usage = begun["usage"]
    begun["usage"] = {**usage, "output_tokens": 1}
    ended = {name: usage[name] for name in usage if name.startswith("output_tokens")}
    listed: list[dict[str, Any]] = [
        {"type": "message_start", "message": begun},
        {"type": "ping"},
    ]
    for index, block in enumerate(blocks or [text()]):
        start, *deltas = _split(block, arguments)
        listed.append({"type": "content_block_start", "index": index, "content_block": start})
        listed += [{"type": "content_block_delta", "index": index, "delta": d} for d in deltas]
        listed.append({"type": "content_block_stop", "index": index})
    delta = {"stop_reason": stop_reason, "stop_sequence": None}
    listed.append({"type": "message_delta", "delta": delta, "usage": ended})
    return [*listed, {"type": "message_stop"}]


def _split(block: dict[str, Any], arguments: str | None) -> list[dict[str, Any]]:
    match block["type"]:
        case "text":
            half = len(block["text"]) // 2
            halves = (block["text"][:half], block["text"][half:])
            return [block | {"text": ""}, *({"type": "text_delta", "text": t} for t in halves)]
        case "thinking":
            return [
                block | {"thinking": "", "signature": ""},
                {"type": "thinking_delta", "thinking": block["thinking"]},
                {"type": "signature_delta", "signature": block["signature"]},
            ]
        case "tool_use":
            written = json.dumps(block["input"]) if arguments is None else arguments
            pieces = ("", written[:3], written[3:])
            deltas = [{"type": "input_json_delta", "partial_json": part} for part in pieces]
            return [block | {"input": {}}, *deltas]
    return [block]


def write(listed: list[dict[str, Any]]) -> list[bytes]:
    """Return the bytes of each event."""
    return [f"event: {e['type']}\ndata: {json.dumps(e)}\n\n".encode() for e in listed]


def stream(*pieces: bytes | Exception) -> httpx.Response:
    """Return a response whose body comes in pieces."""
    headers = {"content-type": "text/event-stream", "x-cometapi-request-id": REQUEST_ID}
    return httpx.Response(200, headers=headers, stream=Body(pieces))


def error(status: int, body: Any, **headers: str) -> httpx.Response:
    """Return an error response; a text is one of HTML."""
    headers = {"x-cometapi-request-id": REQUEST_ID, **headers}
    if isinstance(body, str):
        return httpx.Response(status, headers={"content-type": "text/html", **headers}, text=body)
    return httpx.Response(status, headers=headers, json=body)


class MessagesGateway(Gateway):
    """A gateway that answers requests of the class for Claude."""

    default_model = MODEL

    def claude(self, model: str = MODEL, **kwargs: Any) -> Any:
        """Return a model that talks to this gateway, sync and async."""
        from langchain_cometapi.native import ChatCometAPIAnthropic

        return self.make(ChatCometAPIAnthropic, model=model, **kwargs)


def replies(*blocks: dict[str, Any], **options: Any) -> Callable[[httpx.Request], httpx.Response]:
    """Return what answers a request with a message, streamed if it asks for a stream."""

    def respond(request: httpx.Request) -> httpx.Response:
        if json.loads(request.content).get("stream"):
            return stream(*write(events(*blocks, **options)))
        options.pop("arguments", None)
        headers = {"x-cometapi-request-id": REQUEST_ID}
        return httpx.Response(200, headers=headers, json=message(*blocks, **options))

    return respond
