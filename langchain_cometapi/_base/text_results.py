"""Text and metadata of an LLM, from the messages of a chat model.

A generation has a message too, as that of a chat model does: LangChain's
`get_usage_metadata_callback` and LangSmith read token usage from messages alone.
"""

from __future__ import annotations

from typing import Any, TypeVar

from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.outputs import (
    ChatGeneration,
    ChatGenerationChunk,
    ChatResult,
    GenerationChunk,
    LLMResult,
)

from langchain_cometapi._chat.response.costs import add_up_outputs
from langchain_cometapi._content.reasoning import get_reasoning

M = TypeVar("M", bound=AIMessage)

_MESSAGE_METADATA = ("model_name", "model_provider")
"""What of the metadata the message has; all of them are in `generation_info`."""


class TextStreamEnd(ChatGenerationChunk, GenerationChunk):  # type: ignore[misc]
    """The last chunk of a text stream, the one with the message that has the token usage.

    The chunks before it are plain text, because adding up messages costs four times as much. Text
    and this chunk add up to one that has the message.
    """

    def __radd__(self, other: Any) -> ChatGenerationChunk:
        """Return text with this end."""
        if type(other) is not GenerationChunk:
            return NotImplemented
        message = self.message.model_copy(update={"content": other.text + self.text})
        return ChatGenerationChunk(message=message, generation_info=self.generation_info)


def to_text_chunk(chunk: ChatGenerationChunk, extras: dict[str, str]) -> GenerationChunk | None:
    """Return a chunk of a chat stream as one of text, or `None` if it is neither text nor the end.

    Args:
        chunk: The chunk.
        extras: Reasoning and refusal of the stream so far. They grow here until the last chunk,
            so that a caller gets no empty text for each delta of them.
    """
    for name, delta in _read_extras(chunk.message).items():
        extras[name] = extras.get(name, "") + delta
    if chunk.generation_info is None:
        return GenerationChunk(text=text) if (text := chunk.message.text) else None
    message = _keep_text(chunk.message, AIMessageChunk)
    return TextStreamEnd(message=message, generation_info={**chunk.generation_info, **extras})


def merge_chunks(chunks: list[GenerationChunk]) -> LLMResult:
    """Return the result that the chunks of one stream add up to."""
    *texts, end = chunks
    whole: Any = GenerationChunk(text="".join(chunk.text for chunk in texts)) + end
    return to_llm_result([ChatResult(generations=[whole], llm_output=whole.generation_info)])


def to_llm_result(results: list[ChatResult]) -> LLMResult:
    """Return the texts of chat results, a list of them for each prompt, and their usage in all."""
    outputs = [result.llm_output or {} for result in results]
    texts = [
        [_to_generation(generation, output) for generation in result.generations]
        for result, output in zip(results, outputs, strict=True)
    ]
    return LLMResult(generations=texts, llm_output=add_up_outputs(outputs))


def _to_generation(generation: ChatGeneration, output: dict[str, Any]) -> ChatGeneration:
    info = {**output, **(generation.generation_info or {}), **_read_extras(generation.message)}
    return ChatGeneration(message=_keep_text(generation.message, AIMessage), generation_info=info)


def _keep_text(message: Any, kind: type[M]) -> M:
    """Return a message of a class, with nothing but the text, usage and model of another."""
    metadata = {k: v for k, v in message.response_metadata.items() if k in _MESSAGE_METADATA}
    usage = message.usage_metadata
    return kind(content=message.text, usage_metadata=usage, response_metadata=metadata)


def _read_extras(message: Any) -> dict[str, str]:
    """Return the refusal and the reasoning of a message, without what is empty."""
    extras = {
        "refusal": message.additional_kwargs.get("refusal"),
        "reasoning": get_reasoning(message),
    }
    return {name: text for name, text in extras.items() if text}
