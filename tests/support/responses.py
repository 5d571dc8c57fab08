"""Responses of the Responses route, whole and as the events of a stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.bodies import answer, chunk, completion, stream

if TYPE_CHECKING:
    from langchain_cometapi._client.sdk import httpx

RESPONSE_USAGE = {
    "input_tokens": 3,
    "input_tokens_details": {"cached_tokens": 0},
    "output_tokens": 2,
    "output_tokens_details": {"reasoning_tokens": 0},
    "total_tokens": 5,
}


def text_item(text: str = "Hello") -> dict[str, Any]:
    """An output item with a text."""
    part = {"type": "output_text", "text": text, "annotations": []}
    return {
        "type": "message",
        "id": "msg_1",
        "role": "assistant",
        "status": "completed",
        "content": [part],
    }


def text_event(delta: str) -> dict[str, Any]:
    """A piece of the text of the first output item."""
    where = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    return {"type": "response.output_text.delta", **where, "delta": delta}


def call_item(name: str, arguments: str = "{}", call_id: str = "call_1") -> dict[str, Any]:
    """An output item with a function call."""
    return {
        "type": "function_call",
        "id": f"fc_{call_id}",
        "call_id": call_id,
        "name": name,
        "arguments": arguments,
        "status": "completed",
    }


def whole_response(*items: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A whole response; without items, one that says "Hello"."""
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1,
        "status": "completed",
        "model": "gpt-6-astra-2026-10-01",
        "output": list(items or (text_item(),)),
        "usage": RESPONSE_USAGE,
        **fields,
    }


def response_events(*items: dict[str, Any], **fields: Any) -> list[dict[str, Any]]:
    """The events of a stream of the same response."""
    whole = whole_response(*items, **fields)
    begun = {**whole, "status": "in_progress", "output": [], "usage": None}
    events: list[dict[str, Any]] = [{"type": "response.created", "response": begun}]
    for index, item in enumerate(whole["output"]):
        at = {"output_index": index, "item_id": item["id"]}
        added = {**item, "status": "in_progress"}
        if item["type"] == "message":
            added["content"] = []
        if item["type"] == "function_call":
            added["arguments"] = ""
        events.append({"type": "response.output_item.added", "output_index": index, "item": added})
        if item["type"] == "function_call":
            delta = item["arguments"]
            events.append({"type": "response.function_call_arguments.delta", **at, "delta": delta})
        for number, part in enumerate(item.get("content") or ()):
            where = {**at, "content_index": number}
            name = "refusal" if part["type"] == "refusal" else "text"
            kind = f"response.{part['type']}"
            events += [
                {"type": "response.content_part.added", **where, "part": {**part, name: ""}},
                {"type": f"{kind}.delta", **where, "delta": part[name]},
                {"type": f"{kind}.done", **where, name: part[name]},
                {"type": "response.content_part.done", **where, "part": part},
            ]
        events.append({"type": "response.output_item.done", "output_index": index, "item": item})
    events.append({"type": f"response.{whole['status']}", "response": whole})
    return [{**event, "sequence_number": number} for number, event in enumerate(events)]


def respond(request: httpx.Request, *items: dict[str, Any], **fields: Any) -> httpx.Response:
    """Answer a request of the Responses route with these items, as a stream if it asks for one."""
    if b'"stream":true' in request.content:
        return stream(*response_events(*items, **fields), done=False)
    return answer(whole_response(*items, **fields))


def say_hello(request: httpx.Request) -> httpx.Response:
    """Respond "Hello" to a request of either route, as a stream if it asks for one."""
    if request.url.path.endswith("/responses"):
        return respond(request)
    if b'"stream":true' in request.content:
        return stream(chunk("Hello"), chunk(finish_reason="stop"))
    return answer(completion())
