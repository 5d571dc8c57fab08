"""From the answers of a chat model to those of an LLM: text, and facts beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_core.outputs import Generation, GenerationChunk, LLMResult

from langchain_cometapi._content.reasoning import get_reasoning

if TYPE_CHECKING:
    from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult


class TextReader:
    """Reads the text of a chat stream; what is thought leaves once, with the next facts."""

    __slots__ = ("_refusal", "_thoughts")

    def __init__(self) -> None:
        self._thoughts: list[str] = []
        self._refusal: list[str] = []

    def read(self, chunk: ChatGenerationChunk) -> GenerationChunk | None:
        """Return a chunk of text, or `None` if there is none in it."""
        message: Any = chunk.message
        self._thoughts.append(get_reasoning(message))
        self._refusal.append(message.additional_kwargs.get("refusal") or "")
        info = dict(chunk.generation_info or {})
        if info and (refusal := "".join(self._refusal)):
            info["refusal"] = refusal
            self._refusal.clear()
        if info and (thought := "".join(self._thoughts)):
            info["reasoning"] = thought
            self._thoughts.clear()
        if not info and not message.text:
            return None
        return GenerationChunk(text=message.text, generation_info=info or None)


def join(chunks: list[GenerationChunk]) -> LLMResult:
    """Return the result that the chunks of a stream make."""
    whole = chunks[0]
    for chunk in chunks[1:]:
        whole += chunk
    info = whole.generation_info or {}
    generation = Generation(text=whole.text, generation_info=whole.generation_info)
    output = {"token_usage": info.get("token_usage") or {}, "model_name": info.get("model_name")}
    return LLMResult(generations=[[generation]], llm_output=output)


def to_llm_result(results: list[ChatResult]) -> LLMResult:
    """Return the texts of chat results, a list of them for each prompt."""
    generations = [
        [_to_generation(one, result.llm_output or {}) for one in result.generations]
        for result in results
    ]
    outputs = [result.llm_output or {} for result in results]
    usages = [output["token_usage"] for output in outputs if output.get("token_usage")]
    first = outputs[0] if outputs else {}
    return LLMResult(
        generations=generations,
        llm_output={"token_usage": _sum(usages), "model_name": first.get("model_name")},
    )


def _to_generation(generation: ChatGeneration, output: dict[str, Any]) -> Generation:
    message: Any = generation.message
    info = {**output, **(generation.generation_info or {})}
    if thought := get_reasoning(message):
        info["reasoning"] = thought
    if refusal := message.additional_kwargs.get("refusal"):
        info["refusal"] = refusal
    return Generation(text=message.text, generation_info=info)


def _sum(usages: list[dict[str, Any]]) -> dict[str, Any]:
    """Add up usage, also what is nested in it."""
    total: dict[str, Any] = {}
    for usage in usages:
        for name, value in usage.items():
            if isinstance(value, dict):
                total[name] = _sum([total.get(name) or {}, value])
            elif isinstance(value, (int, float)) and not isinstance(value, bool):
                total[name] = (total.get(name) or 0) + value
    return total
