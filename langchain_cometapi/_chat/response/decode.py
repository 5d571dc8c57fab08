"""LangChain's messages of what the readers have read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from langchain_core.messages import AIMessage, AIMessageChunk, message_chunk_to_message
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

from langchain_cometapi._chat.response.message_reader import Delta, MessageReader
from langchain_cometapi._chat.response.metadata import (
    USAGE_KEYS,
    describe_message,
    describe_response,
    read_choice,
    read_identity,
    read_usage,
)
from langchain_cometapi._chat.response.renamed_calls import restore_names
from langchain_cometapi._chat.response.stream import StreamGuard
from langchain_cometapi._chat.response.tool_calls import read_tool_calls
from langchain_cometapi._chat.response.usage import create_usage_metadata
from langchain_cometapi._content.limits import warn_if_limit_spent
from langchain_cometapi._content.origin import PROVIDER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langchain_core.messages.ai import UsageMetadata

    from langchain_cometapi._chat.response.stream import StreamEnd
    from langchain_cometapi._client.responses import JSONResponse, ResponseInfo
    from langchain_cometapi._client.route import JSON
    from langchain_cometapi._context import CallContext, Truncation

_PROVIDER_METADATA = {"model_provider": PROVIDER}
_TEXT_CHUNK = AIMessageChunk(content="", response_metadata=_PROVIDER_METADATA)
_MUTABLE_FIELDS = [
    (name, type(value))
    for name, value in vars(_TEXT_CHUNK).items()
    if isinstance(value, (dict, list)) and not value
]


def _create_text_chunk(text: str) -> AIMessageChunk:
    """Return a message chunk of text alone: nearly all chunks are.

    It is a copy of one that core has validated: all of a streamed chunk costs a tenth less then
    (CPU, 2026-11: 17.3 us with it, 19.2 us without).
    """
    chunk = _TEXT_CHUNK.__copy__()
    fields = chunk.__dict__
    for name, empty in _MUTABLE_FIELDS:
        fields[name] = empty()
    fields["response_metadata"] = _PROVIDER_METADATA.copy()
    fields["content"] = text
    return chunk


def convert_delta_to_message_chunk(delta: Delta) -> AIMessageChunk:
    """Return a delta as a message chunk."""
    content = delta.content
    if isinstance(content, str) and not (delta.reasoning or delta.fields or delta.tool_call_chunks):
        return _create_text_chunk(content)
    return AIMessageChunk(
        content=delta.content,
        additional_kwargs=_create_extras(delta.reasoning, delta.fields),
        tool_call_chunks=list(delta.tool_call_chunks),
        response_metadata=_PROVIDER_METADATA,
    )


def _create_extras(reasoning: str, *fields: dict[str, Any] | None) -> dict[str, Any]:
    """Return `additional_kwargs` of reasoning and other fields."""
    extras = {"reasoning_content": reasoning} if reasoning else {}
    for more in fields:
        extras |= more or {}
    return extras


def convert_end_to_generation_chunk(
    end: StreamEnd, info: ResponseInfo, context: CallContext
) -> ChatGenerationChunk:
    """Return the end of a stream as its last chunk, which carries all metadata once."""
    warn_if_limit_spent(end.finish_reason, is_empty=end.message.is_empty)
    metadata = {
        **describe_response(end.identity, end.usage, info, context),
        **describe_message(end.message, context),
    }
    if end.finish_reason:
        metadata["finish_reason"] = end.finish_reason
    if end.logprobs is not None:
        metadata["logprobs"] = end.logprobs
    buffered = end.message.buffered
    name = end.message.extras.get("name")
    message = AIMessageChunk(
        content=buffered.content,
        # It stays in the extra fields, too: core drops the name where it joins chunks.
        name=name if isinstance(name, str) else None,
        additional_kwargs=_create_extras(
            buffered.reasoning, _name_audio_format(end.message.extras, context)
        ),
        tool_call_chunks=list(buffered.tool_call_chunks),
        # The same as the generation's: blocks are made of the message alone, before core joins
        # the two, and citations of the whole response are in it.
        response_metadata={**_PROVIDER_METADATA, **metadata},
        usage_metadata=_create_usage(end.usage, metadata),
    )
    return ChatGenerationChunk(message=message, generation_info=metadata)


def _create_usage(usage: dict[str, Any] | None, described: dict[str, Any]) -> UsageMetadata | None:
    return create_usage_metadata(usage, described.get("service_tier")) if usage else None


def create_chat_result(response: JSONResponse, context: CallContext) -> ChatResult:
    """Return a whole completion, every choice of it.

    Args:
        response: The completion; some hosts send a stream, or a chunk of one, in its place.
        context: The call.

    Raises:
        CometAPIError: If a stream is cut off or carries an error.
    """
    data = response.data
    if response.events:
        return _create_result_of_events(
            response, response.events, context, context.stream_truncation
        )
    if any(
        isinstance(c, dict) and c.get("delta") and not c.get("message") for c in data["choices"]
    ):
        return _create_result_of_events(response, (data,), context, "ignore")
    choices = [choice for choice in data["choices"] if isinstance(choice, dict)]
    usage = read_usage(data, *choices)
    identity: dict[str, Any] = {}
    read_identity(data, identity)
    described = {
        **_PROVIDER_METADATA,
        **describe_response(identity, usage, response.info, context),
    }
    without_usage = {k: v for k, v in described.items() if k not in USAGE_KEYS}
    first, *others = choices
    generations = [_create_generation(first, described, context)]
    generations += [_create_generation(choice, without_usage, context) for choice in others]
    message = generations[0].message
    if usage and isinstance(message, AIMessage):
        message.usage_metadata = _create_usage(usage, described)
    return ChatResult(generations=generations, llm_output=described)


def _create_result_of_events(
    response: JSONResponse, events: Sequence[JSON], context: CallContext, truncation: Truncation
) -> ChatResult:
    """Return the completion whose events came in place of it."""
    indices: list[object] = []
    for event in events:
        choices = event.get("choices")
        for choice in choices if isinstance(choices, list) else ():
            if isinstance(choice, dict) and choice.get("index") not in indices:
                indices.append(choice.get("index"))
    generations: list[ChatGeneration] = []
    output: dict[str, Any] = {}
    for index in indices or [None]:
        guard = StreamGuard(
            response.failure,
            truncation,
            think_tags=context.think_tags,
            tool_names=context.tool_names,
            choice_index=index,
        )
        deltas = [delta for event in events if (delta := guard.push(event)) is not None]
        end = guard.close()
        if generations:
            end.usage = None
            for key in USAGE_KEYS:
                end.identity.pop(key, None)
        else:
            output = describe_response(end.identity, end.usage, response.info, context)
        chunk = convert_end_to_generation_chunk(end, response.info, context)
        first, *rest = [*map(convert_delta_to_message_chunk, deltas), chunk.message]
        message = message_chunk_to_message(cast("AIMessageChunk", first + rest))
        message.name = message.additional_kwargs.pop("name", None)
        for call in cast("AIMessage", message).invalid_tool_calls:
            call["error"] = end.message.tool_call_errors.get(call["id"] or "")
        generations.append(ChatGeneration(message=message, generation_info=chunk.generation_info))
    return ChatResult(generations=generations, llm_output={**_PROVIDER_METADATA, **output})


def _create_generation(
    choice: dict[str, Any], described: dict[str, Any], context: CallContext
) -> ChatGeneration:
    """Return one choice of a completion.

    Args:
        choice: The choice.
        described: What the metadata say of the response.
        context: The call.
    """
    finish_reason = choice.get("finish_reason")
    generation_info: dict[str, Any] = {"finish_reason": finish_reason}
    read_choice(choice, generation_info)
    if (logprobs := choice.get("logprobs")) is not None:
        generation_info["logprobs"] = logprobs
    raw = choice.get("message")
    if isinstance(raw, str):
        raw = {"content": raw}
    message = _create_message(raw if isinstance(raw, dict) else {}, finish_reason, context)
    # Blocks are made of the message alone, so it has all metadata itself.
    message.response_metadata = {**described, **generation_info, **message.response_metadata}
    return ChatGeneration(message=message, generation_info=generation_info)


def _create_message(
    raw: dict[str, Any], finish_reason: str | None, context: CallContext
) -> AIMessage:
    """Return a whole assistant message, with the metadata that are its own."""
    tool_calls, invalid_tool_calls, call_extras = read_tool_calls(
        raw.get("tool_calls"), finish_reason
    )
    if context.tool_names:
        restore_names((*tool_calls, *invalid_tool_calls), context.tool_names)
    reader = MessageReader(think_tags=context.think_tags)
    read = reader.read({name: value for name, value in raw.items() if name != "tool_calls"})
    end = reader.close(finish_reason)
    end.extras |= call_extras
    end.tool_call_errors = {call["id"] or "": call["error"] or "" for call in invalid_tool_calls}
    content = read.content
    if rest := end.buffered.content:
        content = [*content, rest] if isinstance(content, list) else f"{content}{rest}"
    warn_if_limit_spent(finish_reason, is_empty=end.is_empty and not raw.get("tool_calls"))
    name = end.extras.pop("name", None)
    return AIMessage(
        content=content,
        name=name if isinstance(name, str) else None,
        additional_kwargs=_create_extras(
            reader.reasoning.text, read.fields, _name_audio_format(end.extras, context)
        ),
        tool_calls=tool_calls,
        invalid_tool_calls=invalid_tool_calls,
        response_metadata={**_PROVIDER_METADATA, **describe_message(end, context)},
    )


def _name_audio_format(extras: dict[str, Any], context: CallContext) -> dict[str, Any]:
    """Return extra fields with the format of audio, so that a stored message can be played."""
    audio, requested = extras.get("audio"), context.audio
    if not isinstance(audio, dict) or not isinstance(requested, dict):
        return extras
    if not (audio_format := requested.get("format")):
        return extras
    return {**extras, "audio": {"format": audio_format, **audio}}
