"""LangChain's messages of whole responses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from langchain_core.messages import AIMessage, message_chunk_to_message
from langchain_core.outputs import ChatGeneration, ChatResult

from langchain_cometapi._content.limits import warn_if_limit_spent
from langchain_cometapi._content.origin import PROVIDER
from langchain_cometapi._responses.response.converter import ChunkConverter
from langchain_cometapi._responses.response.items import Block, read_list, read_str
from langchain_cometapi._responses.response.metadata import (
    create_usage,
    describe,
    read_finish_reason,
)
from langchain_cometapi._responses.response.output_reader import OutputReader
from langchain_cometapi._responses.response.v0_content import V0Converter
from langchain_cometapi._responses.response.whole_calls import read_calls, set_call_ids

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk

    from langchain_cometapi._client.responses import JSONResponse
    from langchain_cometapi._context import CallContext

_PROVIDER_METADATA = {"model_provider": PROVIDER}


def create_chat_result(response: JSONResponse, context: CallContext) -> ChatResult:
    """Return the message of a whole response.

    Args:
        response: The response; some hosts send a stream in its place.
        context: The call.

    Raises:
        CometAPIError: If a stream is cut off or carries an error.
    """
    if response.events:
        return _create_result_of_events(response, context)
    data = response.data
    output = read_list(data.get("output"))
    reader = OutputReader(context.tool_names)
    blocks = [_without_index(block) for block in reader.read_output(output).content]
    finish_reason = read_finish_reason(data, has_calls=bool(reader.calls))
    calls, invalid_calls, ids = read_calls(output, finish_reason, context.tool_names)
    set_call_ids(blocks, ids)
    errors = {call["id"] or "": call["error"] or "" for call in invalid_calls}
    described = describe(data, reader, response.info, context, errors)
    warn_if_limit_spent(finish_reason, is_empty=reader.is_empty)
    content: list[Any] = blocks
    extras: dict[str, Any] = {}
    id_: str | None = read_str(data.get("id")) or None
    if context.output_version == "v0":
        converter = V0Converter()
        content, extras = converter.convert(blocks)
        id_ = converter.message_id
    message = AIMessage(
        content=content,
        id=id_,
        additional_kwargs=extras,
        tool_calls=calls,
        invalid_tool_calls=invalid_calls,
        usage_metadata=create_usage(data),
        response_metadata={**_PROVIDER_METADATA, **described},
    )
    generation = ChatGeneration(message=message, generation_info={"finish_reason": finish_reason})
    return ChatResult(generations=[generation], llm_output=_describe_output(message))


def _create_result_of_events(response: JSONResponse, context: CallContext) -> ChatResult:
    """Return the message whose events came in place of a response."""
    converter = ChunkConverter(response.failure, context)
    converted = [chunk for event in response.events if (chunk := converter.convert(event))]
    end = converter.convert_end(response.info)
    first, *rest = [chunk.message for chunk in (*converted, end)]
    message = message_chunk_to_message(cast("AIMessageChunk", first + rest))
    errors = message.response_metadata.get("tool_call_errors", {})
    for call in cast("AIMessage", message).invalid_tool_calls:
        call["error"] = errors.get(call["id"])
    generation = ChatGeneration(message=message, generation_info=end.generation_info)
    return ChatResult(generations=[generation], llm_output=_describe_output(message))


def _describe_output(message: Any) -> dict[str, Any]:
    """Return the metadata of a message, with the parts of its usage by LangChain's names too.

    Tracers that look into `llm_output` know these, and OpenAI's names of the chat route.
    """
    metadata = message.response_metadata
    if not (usage := metadata.get("token_usage")) or not message.usage_metadata:
        return dict(metadata)
    return {**metadata, "token_usage": {**usage, **message.usage_metadata}}


def _without_index(block: Block) -> Block:
    """Return a block without the numbers by which pieces of a stream are put together."""
    bare = {name: value for name, value in block.items() if name != "index"}
    for name in ("summary", "content"):
        if block["type"] == "reasoning" and name in bare:
            bare[name] = [{k: v for k, v in part.items() if k != "index"} for part in bare[name]]
    return bare
