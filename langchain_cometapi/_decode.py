"""From the gateway's JSON to LangChain's messages."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

from langchain_cometapi._extras import TOOL_CALL_EXTRA_CONTENT, Extras
from langchain_cometapi._metadata import (
    PROVIDER,
    _create_usage_metadata,
    describe_response,
    describe_usage,
    read_choice,
    read_identity,
    read_usage,
)
from langchain_cometapi._reasoning import ORIGIN, Origin, ReasoningReader
from langchain_cometapi._think_tags import ThinkTagReader
from langchain_cometapi._tool_calls import read_tool_calls

if TYPE_CHECKING:
    from langchain_core.messages import ToolCallChunk

    from langchain_cometapi._stream import StreamEnd
    from langchain_cometapi._wire import Completion, ResponseInfo


@dataclass(frozen=True)
class AnswerContext:
    """What a model knows about an answer before it comes.

    Attributes:
        model: The model that was asked.
        base_url: Where.
        include_headers: Whether the response's headers go into the metadata.
        think_tags: Whether thoughts come as tags at the head of the content.
    """

    model: str
    base_url: str
    include_headers: bool
    think_tags: bool

    @property
    def origin(self) -> Origin:
        """Family and endpoint of the answer."""
        return Origin.of(self.model, self.base_url)


_STREAMED_EXTRAS = ("reasoning_content", "refusal", "function_call")


def _read_content(content: object) -> str | list[Any]:
    """Return content as text; a list of parts stays one only if a part is no text."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    parts = [part for part in content if isinstance(part, (str, dict))]
    texts = [part if isinstance(part, str) else _read_text_part(part) for part in parts]
    return parts if None in texts else "".join(text for text in texts if text)


def _read_annotations(content: object) -> list[dict[str, Any]]:
    """Return the annotations of text parts, their offsets moved to the joined text."""
    annotations = []
    offset = 0
    for part in content if isinstance(content, list) else ():
        text = part if isinstance(part, str) else ""
        if isinstance(part, dict):
            text = _read_text_part(part) or ""
            found = part.get("annotations")
            annotations += [_shift(one, offset) for one in found or () if isinstance(one, dict)]
        offset += len(text)
    return annotations


def _shift(annotation: dict[str, Any], offset: int) -> dict[str, Any]:
    shifted: dict[str, Any] = {
        name: _shift(value, offset) if isinstance(value, dict) else value
        for name, value in annotation.items()
    }
    for name in ("start_index", "end_index"):
        if isinstance(shifted.get(name), int):
            shifted[name] = shifted[name] + offset
    return shifted


def _read_text_part(part: dict[str, Any]) -> str | None:
    if part.get("type") in ("text", "output_text", None):
        text = part.get("text")
        return text if isinstance(text, str) else ""
    return None


def _convert_delta_to_message_chunk(
    delta: dict[str, Any], tool_call_chunks: list[ToolCallChunk]
) -> AIMessageChunk:
    """Convert a delta, as the stream guard returns it, to a message chunk."""
    return AIMessageChunk(
        content=_read_content(delta.get("content")),
        additional_kwargs={name: delta[name] for name in _STREAMED_EXTRAS if delta.get(name)},
        tool_call_chunks=tool_call_chunks,
        response_metadata={"model_provider": PROVIDER},
    )


def convert_end_to_generation_chunk(
    end: StreamEnd, info: ResponseInfo, context: AnswerContext
) -> ChatGenerationChunk:
    """Convert the end of a stream to its last chunk, which carries all metadata once."""
    warn_if_budget_spent(end.finish_reason, said_something=end.said_something)
    metadata: dict[str, Any] = {
        **end.identity,
        **describe_response(info, include_headers=context.include_headers),
        **describe_usage(end.usage),
        **_mark_origin(end.extras, end.reasoning_field, context),
    }
    if end.finish_reason:
        metadata["finish_reason"] = end.finish_reason
    metadata.setdefault("model_name", context.model)
    if end.tool_call_errors:
        metadata["tool_call_errors"] = end.tool_call_errors
    message = AIMessageChunk(
        content=end.held_text,
        additional_kwargs=(
            {"reasoning_content": end.held_reasoning, **end.extras}
            if end.held_reasoning
            else end.extras
        ),
        tool_call_chunks=end.tool_call_chunks,
        response_metadata={"model_provider": PROVIDER},
        usage_metadata=_create_usage_metadata(end.usage) if end.usage else None,
    )
    return ChatGenerationChunk(message=message, generation_info=metadata)


def _mark_origin(
    extras: dict[str, Any], reasoning_field: str | None, context: AnswerContext
) -> dict[str, Any]:
    """Say where reasoning and signatures came from, should there be any."""
    if not (reasoning_field or TOOL_CALL_EXTRA_CONTENT in extras or "extra_content" in extras):
        return {}
    return {ORIGIN: context.origin.mark(reasoning_field or "")}


def _convert_dict_to_message(
    message: dict[str, Any], finish_reason: str | None, context: AnswerContext
) -> AIMessage:
    """Convert a whole assistant message."""
    tool_calls, invalid_tool_calls, extra_content = read_tool_calls(
        message.get("tool_calls"), finish_reason
    )
    extras = Extras()
    extras.push(message)
    content, reader = _read_content(message.get("content")), ReasoningReader()
    reasoning = reader.read(message)
    if context.think_tags and not reasoning and isinstance(content, str):
        reasoning, content = _part_thought(content)
    kept = {
        "reasoning_content": reasoning,
        "refusal": message.get("refusal"),
        "function_call": message.get("function_call"),
        TOOL_CALL_EXTRA_CONTENT: extra_content,
    }
    kept = {**{name: value for name, value in kept.items() if value}, **extras.fields}
    if annotations := _read_annotations(message.get("content")):
        kept.setdefault("annotations", annotations)
    field = reader.field or ("reasoning_content" if reasoning else None)
    metadata = {"model_provider": PROVIDER, **_mark_origin(kept, field, context)}
    if invalid_tool_calls:
        metadata["tool_call_errors"] = {c["id"]: c["error"] for c in invalid_tool_calls}
    return AIMessage(
        content=content,
        additional_kwargs=kept,
        tool_calls=tool_calls,
        invalid_tool_calls=invalid_tool_calls,
        response_metadata=metadata,
    )


def _part_thought(content: str) -> tuple[str, str]:
    reader = ThinkTagReader()
    first, rest = reader.push(content), reader.close()
    return first[0] + rest[0], first[1] + rest[1]


def create_chat_result(completion: Completion, context: AnswerContext) -> ChatResult:
    """Convert a whole answer, every choice of it."""
    data = completion.data
    choices = [choice for choice in data["choices"] if isinstance(choice, dict)]
    usage = read_usage(data, *choices)
    identity: dict[str, Any] = {}
    read_identity(data, identity)
    identity.setdefault("model_name", context.model)
    llm_output = {
        **identity,
        **describe_response(completion.info, include_headers=context.include_headers),
        **describe_usage(usage),
        "model_provider": PROVIDER,
    }
    generations = []
    for choice in choices:
        finish_reason = choice.get("finish_reason")
        body = choice.get("message")
        message = _convert_dict_to_message(
            body if isinstance(body, dict) else {}, finish_reason, context
        )
        generation_info: dict[str, Any] = {"finish_reason": finish_reason}
        read_choice(choice, generation_info)
        if (logprobs := choice.get("logprobs")) is not None:
            generation_info["logprobs"] = logprobs
        generations.append(ChatGeneration(message=message, generation_info=generation_info))
        said_something = bool(message.content or message.tool_calls or message.invalid_tool_calls)
        warn_if_budget_spent(finish_reason, said_something=said_something)
    first = generations[0].message
    # Once, not for each of `n` choices: sums over messages would count it n times.
    if usage and isinstance(first, AIMessage):
        first.usage_metadata = _create_usage_metadata(usage)
    if len(generations) > 1:  # core copies the output's metadata to a single message only
        first.response_metadata.update(llm_output)
    return ChatResult(generations=generations, llm_output=llm_output)


def warn_if_budget_spent(finish_reason: str | None, *, said_something: bool) -> None:
    """Say why an answer is empty when reasoning has used up the token limit."""
    if finish_reason == "length" and not said_something:
        warnings.warn(
            "The answer is empty: the model spent its whole token limit before it came to "
            "answer (finish_reason 'length'), usually on reasoning. Raise `max_tokens` or "
            "lower `reasoning_effort`.",
            stacklevel=2,
        )
