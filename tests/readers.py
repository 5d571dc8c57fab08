"""Messages of the deltas or the whole message that a gateway sends, read in every way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support import Gateway, amerge, answer, chunk, completion, merge, stream

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage


def _stream_by(deltas: Any, model: str, **settings: Any) -> Any:
    """A model whose gateway streams these deltas or chunks."""
    chunks = [d if isinstance(d, dict) and "choices" in d else chunk(d) for d in deltas]
    gateway = Gateway(stream(*chunks, chunk(finish_reason="stop")))
    return gateway.model(model, endpoint="chat", **settings)


async def read_stream(*deltas: Any, model: str = "gpt-5.4-mini", **settings: Any) -> AIMessage:
    """The message of these deltas or chunks, by `stream` and `astream`, which must agree."""
    asked = _stream_by(deltas, model, **settings)
    message: AIMessage = merge(asked.stream("Hi"))
    other = await amerge(asked.astream("Hi"))
    assert _without_id(message) == _without_id(other)
    return message


async def read_events(
    *deltas: Any, model: str = "gpt-5.4-mini", **settings: Any
) -> list[AIMessage]:
    """The messages of these deltas or chunks by both streams of events, which are in beta."""
    asked = _stream_by(deltas, model, **settings)
    streamed = await asked.astream_events("Hi", version="v3")
    return [asked.stream_events("Hi", version="v3").output, await streamed.output]


async def read_whole(
    fields: dict[str, Any], model: str = "gpt-5.4-mini", **settings: Any
) -> list[AIMessage]:
    """The messages of a whole message in all four ways: it may reply to a stream request, too."""
    body = completion({"role": "assistant", "content": "4", **fields})
    asked = Gateway(answer(body)).model(model, endpoint="chat", **settings)
    messages = [asked.invoke("Hi"), await asked.ainvoke("Hi")]
    return [*messages, merge(asked.stream("Hi")), await amerge(asked.astream("Hi"))]


def _without_id(message: AIMessage) -> dict[str, Any]:
    """A message without the id of the run."""
    return {k: v for k, v in message.model_dump().items() if k != "id"}


def without_index(blocks: Any) -> list[dict[str, Any]]:
    """Content blocks without the numbers by which chunks are merged."""
    return [{k: v for k, v in block.items() if k != "index"} for block in blocks]


def chunk_with(delta: Any, **fields: Any) -> dict[str, Any]:
    """A chunk whose choice has more fields."""
    whole = chunk(delta)
    whole["choices"][0] |= fields
    return whole


def image(data: str) -> dict[str, Any]:
    """A content part that is an image."""
    return {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{data}"}}


def signed(signature: str) -> dict[str, Any]:
    """Gemini's signature of a tool call, as `extra_content`."""
    return {"google": {"thought_signature": signature}}
