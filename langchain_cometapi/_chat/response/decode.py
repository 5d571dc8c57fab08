"""From the gateway's JSON to LangChain's messages."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

from langchain_cometapi._chat.response.message_reader import AnswerReader
from langchain_cometapi._chat.response.metadata import (
    _create_usage_metadata,
    describe_response,
    describe_usage,
    read_choice,
    read_identity,
    read_usage,
)
from langchain_cometapi._chat.response.tool_calls import read_tool_calls
from langchain_cometapi._content.extras import PASSED_ON
from langchain_cometapi._content.origin import ORIGIN, PROVIDER
from langchain_cometapi._content.reasoning import is_bound

if TYPE_CHECKING:
    from langchain_core.messages import ToolCallChunk

    from langchain_cometapi._chat.response.stream import StreamEnd
    from langchain_cometapi._client.responses import JSONResponse, ResponseInfo
    from langchain_cometapi._context import CallContext


_STREAMED_EXTRAS = frozenset({"reasoning_content", *PASSED_ON})
_PLAIN_METADATA = {"model_provider": PROVIDER}


def _convert_delta_to_message_chunk(
    delta: dict[str, Any], tool_call_chunks: list[ToolCallChunk]
) -> AIMessageChunk:
    """Convert a delta, as the stream guard returns it, to a message chunk."""
    content = delta.get("content") or ""
    extras = {name: delta[name] for name in delta if name in _STREAMED_EXTRAS and delta[name]}
    if not extras and not tool_call_chunks:  # nearly all chunks; empty arguments cost, too
        return AIMessageChunk(content=content, response_metadata=_PLAIN_METADATA)
    return AIMessageChunk(
        content=content,
        additional_kwargs=extras,
        tool_call_chunks=tool_call_chunks,
        response_metadata=_PLAIN_METADATA,
    )


def convert_end_to_generation_chunk(
    end: StreamEnd, info: ResponseInfo, context: CallContext
) -> ChatGenerationChunk:
    """Convert the end of a stream to its last chunk, which carries all metadata once."""
    warn_if_budget_spent(end.finish_reason, said_something=end.said_something)
    metadata: dict[str, Any] = {
        **end.identity,
        **describe_response(info, include_headers=context.include_response_headers),
        **describe_usage(end.usage),
        **_mark_origin(end.extras, end.reasoning_field, end.reasoning_length, context),
    }
    if end.finish_reason:
        metadata["finish_reason"] = end.finish_reason
    metadata.setdefault("model_name", context.model)
    if end.logprobs is not None:
        metadata["logprobs"] = end.logprobs
    if end.tool_call_errors:
        metadata["tool_call_errors"] = end.tool_call_errors
    extras = _name_audio_format(context, end.extras)
    message = AIMessageChunk(
        content=end.held_text,
        additional_kwargs=(
            {"reasoning_content": end.held_reasoning, **extras} if end.held_reasoning else extras
        ),
        tool_call_chunks=end.tool_call_chunks,
        # The same as the generation's: blocks are made of the message alone, before core joins
        # the two, and citations of the whole answer are among it.
        response_metadata={"model_provider": PROVIDER, **metadata},
        usage_metadata=_create_usage_metadata(end.usage) if end.usage else None,
    )
    return ChatGenerationChunk(message=message, generation_info=metadata)


def _name_audio_format(context: CallContext, extras: dict[str, Any]) -> dict[str, Any]:
    """Return extra fields with the format of audio, so that a stored message can be played."""
    audio, asked = extras.get("audio"), context.audio
    if not isinstance(audio, dict) or not isinstance(asked, dict) or not asked.get("format"):
        return extras
    return {**extras, "audio": {"format": asked["format"], **audio}}


def _mark_origin(
    extras: dict[str, Any],
    reasoning_field: str | None,
    reasoning_length: int,
    context: CallContext,
) -> dict[str, Any]:
    """Say where reasoning and signatures came from, should there be any."""
    if not (reasoning_field or is_bound(extras)):
        return {}
    return {ORIGIN: context.origin.mark(reasoning_field or "", reasoning_length)}


def _convert_dict_to_message(
    message: dict[str, Any], finish_reason: str | None, context: CallContext
) -> AIMessage:
    """Convert a whole assistant message."""
    tool_calls, invalid_tool_calls, call_extras = read_tool_calls(
        message.get("tool_calls"), finish_reason
    )
    reader = AnswerReader(think_tags=context.think_tags)
    said = reader.read(message)
    _, held = reader.close()
    content = said.get("content") or ""
    if held:
        content = [*content, held] if isinstance(content, list) else content + held
    reasoning = reader.reasoning
    kept = {
        "reasoning_content": reasoning.text,
        **{name: said.get(name) for name in PASSED_ON},
    }
    kept = {name: value for name, value in kept.items() if value}
    kept = _name_audio_format(context, {**kept, **reader.extras, **call_extras})
    metadata = {
        "model_provider": PROVIDER,
        **_mark_origin(kept, reasoning.field, len(reasoning.text), context),
    }
    if invalid_tool_calls:
        metadata["tool_call_errors"] = {c["id"]: c["error"] for c in invalid_tool_calls}
    return AIMessage(
        content=content,
        additional_kwargs=kept,
        tool_calls=tool_calls,
        invalid_tool_calls=invalid_tool_calls,
        response_metadata=metadata,
    )


def create_chat_result(completion: JSONResponse, context: CallContext) -> ChatResult:
    """Convert a whole answer, every choice of it."""
    data = completion.data
    choices = [choice for choice in data["choices"] if isinstance(choice, dict)]
    usage = read_usage(data, *choices)
    identity: dict[str, Any] = {}
    read_identity(data, identity)
    identity.setdefault("model_name", context.model)
    llm_output = {
        **identity,
        **describe_response(completion.info, include_headers=context.include_response_headers),
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
        # Blocks are made of the message alone, before core gives it what follows here.
        message.response_metadata = {**generation_info, **message.response_metadata}
        generations.append(ChatGeneration(message=message, generation_info=generation_info))
        said_something = bool(message.content or message.tool_calls or message.invalid_tool_calls)
        warn_if_budget_spent(finish_reason, said_something=said_something)
    first = generations[0].message
    # Once, not for each of `n` choices: sums over messages would count it n times.
    if usage and isinstance(first, AIMessage):
        first.usage_metadata = _create_usage_metadata(usage)
    shared = {k: v for k, v in llm_output.items() if k not in ("token_usage", "cost")}
    for generation in generations:
        facts = llm_output if generation.message is first else shared
        metadata = generation.message.response_metadata
        generation.message.response_metadata = {**facts, **metadata}
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
