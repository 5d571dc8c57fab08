"""Text and metadata of an LLM, from the messages of a chat model.

A generation has a message too, as that of a chat model does: LangChain's
`get_usage_metadata_callback` and LangSmith read token usage from messages alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.outputs import (
    ChatGeneration,
    ChatGenerationChunk,
    Generation,
    GenerationChunk,
    LLMResult,
)

from langchain_cometapi._chat.response.costs import add_up_costs
from langchain_cometapi._content.reasoning import get_reasoning

if TYPE_CHECKING:
    from langchain_core.outputs import ChatResult

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
        return ChatGenerationChunk(
            message=self.message.model_copy(update={"content": other.text + self.text}),
            generation_info={**(other.generation_info or {}), **(self.generation_info or {})},
        )


class TextStreamReader:
    """Turns the chunks of a chat stream into chunks of text.

    Reasoning and refusals are buffered for the last chunk, the one with metadata, so that a
    caller gets no empty text for each delta of them.
    """

    __slots__ = ("_buffered",)

    def __init__(self) -> None:
        self._buffered = {"refusal": "", "reasoning": ""}

    def read(self, chunk: ChatGenerationChunk) -> GenerationChunk | None:
        """Return a chunk of text, or `None` if there is neither text nor metadata in it."""
        for name, delta in _read_extras(chunk.message).items():
            self._buffered[name] += delta
        if not chunk.generation_info:
            return GenerationChunk(text=chunk.message.text) if chunk.message.text else None
        extras = {name: text for name, text in self._buffered.items() if text}
        info = {**chunk.generation_info, **extras}
        message = AIMessageChunk(**_describe_message(chunk.message))
        return TextStreamEnd(message=message, generation_info=info)


def merge_chunks(chunks: list[GenerationChunk]) -> LLMResult:
    """Return the result that the chunks of one stream add up to."""
    merged: Any = chunks[0]
    for chunk in chunks[1:]:
        merged += chunk
    info = merged.generation_info or {}
    generation: Generation = merged
    if isinstance(merged, ChatGenerationChunk):
        message = AIMessage(**_describe_message(merged.message))
        generation = ChatGeneration(message=message, generation_info=info)
    return LLMResult(generations=[[generation]], llm_output=describe_outputs([info]))


def to_llm_result(results: list[ChatResult]) -> LLMResult:
    """Return the texts of chat results, a list of them for each prompt, and their usage in all."""
    outputs = [result.llm_output or {} for result in results]
    return LLMResult(
        generations=[
            [_to_generation(generation, output) for generation in result.generations]
            for result, output in zip(results, outputs, strict=True)
        ],
        llm_output=describe_outputs(outputs),
    )


def describe_outputs(outputs: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the `llm_output` of several responses: their usage and their costs in all.

    Args:
        outputs: What the metadata say of each response.
    """
    return {
        "token_usage": _add_up([output.get("token_usage") or {} for output in outputs]),
        "model_name": outputs[0].get("model_name") if outputs else None,
        **add_up_costs(outputs),
    }


def _to_generation(generation: ChatGeneration, output: dict[str, Any]) -> ChatGeneration:
    info = {
        **output,
        **(generation.generation_info or {}),
        **_read_extras(generation.message),
    }
    message = AIMessage(**_describe_message(generation.message))
    return ChatGeneration(message=message, generation_info=info)


def _describe_message(message: Any) -> dict[str, Any]:
    """Return the fields of a message with the text, usage and model of another."""
    metadata = message.response_metadata
    return {
        "content": message.text,
        "usage_metadata": message.usage_metadata,
        "response_metadata": {
            name: metadata[name] for name in _MESSAGE_METADATA if name in metadata
        },
    }


def _read_extras(message: Any) -> dict[str, str]:
    """Return the refusal and the reasoning of a message, without what is empty."""
    extras = {
        "refusal": message.additional_kwargs.get("refusal"),
        "reasoning": get_reasoning(message),
    }
    return {name: text for name, text in extras.items() if text}


def _add_up(usages: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the sums of all numbers, nested ones too."""
    total: dict[str, Any] = {}
    for usage in usages:
        _add(total, usage)
    return total


def _add(total: dict[str, Any], usage: dict[str, Any]) -> None:
    for name, value in usage.items():
        known, kind = total.get(name), type(value)  # of JSON, so never of a subclass
        if kind is dict:
            if type(known) is not dict:
                known = total[name] = {}
            _add(known, value)
        elif (kind is int or kind is float) and type(known) is not dict:
            total[name] = value if known is None else known + value
