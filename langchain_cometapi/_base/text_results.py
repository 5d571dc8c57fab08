"""Text and metadata of an LLM, from the messages of a chat model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_core.outputs import Generation, GenerationChunk, LLMResult

from langchain_cometapi._content.reasoning import get_reasoning

if TYPE_CHECKING:
    from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult


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
        return GenerationChunk(text=chunk.message.text, generation_info=info)


def merge_chunks(chunks: list[GenerationChunk]) -> LLMResult:
    """Return the result that the chunks of one stream add up to."""
    merged = chunks[0]
    for chunk in chunks[1:]:
        merged += chunk
    info = merged.generation_info or {}
    generation = Generation(text=merged.text, generation_info=merged.generation_info)
    output = {"token_usage": info.get("token_usage") or {}, "model_name": info.get("model_name")}
    return LLMResult(generations=[[generation]], llm_output=output)


def to_llm_result(results: list[ChatResult]) -> LLMResult:
    """Return the texts of chat results, a list of them for each prompt, and their usage in all."""
    outputs = [result.llm_output or {} for result in results]
    return LLMResult(
        generations=[
            [_to_generation(generation, output) for generation in result.generations]
            for result, output in zip(results, outputs, strict=True)
        ],
        llm_output={
            "token_usage": _add_up([output.get("token_usage") or {} for output in outputs]),
            "model_name": outputs[0].get("model_name") if outputs else None,
        },
    )


def _to_generation(generation: ChatGeneration, output: dict[str, Any]) -> Generation:
    info = {
        **output,
        **(generation.generation_info or {}),
        **_read_extras(generation.message),
    }
    return Generation(text=generation.message.text, generation_info=info)


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
        for name, value in usage.items():
            if isinstance(value, dict):
                total[name] = _add_up([total.get(name) or {}, value])
            elif isinstance(value, (int, float)) and not isinstance(value, bool):
                total[name] = (total.get(name) or 0) + value
    return total
