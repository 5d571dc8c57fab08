"""Replies of either route, whole or as a stream, by what is in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.support.bodies import USAGE_CHUNK, answer, chunk, completion, stream
from tests.support.gateway import Gateway
from tests.support.responses import call_item, respond, text_item

if TYPE_CHECKING:
    from langchain_cometapi._client.sdk import httpx


@dataclass(frozen=True)
class Call:
    """A tool call.

    Attributes:
        arguments: Its arguments, as text.
        name: The tool.
        id: Its id.
    """

    arguments: str
    name: str = "City"
    id: str = "call_1"


def serve(*parts: str | Call, **fields: Any) -> Gateway:
    """Return a gateway whose models reply with these texts and tool calls, whatever is asked."""
    return Gateway(lambda request: reply(request, *parts, **fields))


def reply(request: httpx.Request, *parts: str | Call, finish_reason: str = "stop") -> Any:
    """Answer a request of either route with texts and tool calls.

    Args:
        request: The request, which says whether to stream.
        *parts: The texts and calls of the message.
        finish_reason: Of the chat route; the Responses route completes.
    """
    if request.url.path.endswith("/responses"):
        items = [
            text_item(part)
            if isinstance(part, str)
            else call_item(part.name, part.arguments, part.id)
            for part in parts
        ]
        return respond(request, *(items or [text_item("")]))
    calls = [
        {
            "index": index,
            "id": part.id,
            "type": "function",
            "function": {"name": part.name, "arguments": part.arguments},
        }
        for index, part in enumerate(part for part in parts if isinstance(part, Call))
    ]
    text = "".join(part for part in parts if isinstance(part, str))
    message = {"content": text or None, **({"tool_calls": calls} if calls else {})}
    if b'"stream":true' in request.content:
        half = len(text) // 2
        deltas: list[Any] = [text[:half], text[half:]] if text else []
        deltas += [{"tool_calls": [piece]} for call in calls for piece in _split(call)]
        chunks = [chunk(delta) for delta in deltas]
        return stream(*chunks, chunk(finish_reason=finish_reason), USAGE_CHUNK)
    return answer(completion({"role": "assistant", **message}, finish_reason))


def _split(call: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a call in the two pieces that a stream brings."""
    function = call["function"]
    half = len(function["arguments"]) // 2
    first, second = function["arguments"][:half], function["arguments"][half:]
    rest = {"index": call["index"], "function": {"arguments": second}}
    return [{**call, "function": {**function, "arguments": first}}, rest]
