"""Replies of either route, whole or as a stream, by what is in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.support.bodies import USAGE_CHUNK, answer, chunk, completion, stream
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
        deltas += [{"tool_calls": [call]} for call in calls]
        chunks = [chunk(delta) for delta in deltas]
        return stream(*chunks, chunk(finish_reason=finish_reason), USAGE_CHUNK)
    return answer(completion({"role": "assistant", **message}, finish_reason))
