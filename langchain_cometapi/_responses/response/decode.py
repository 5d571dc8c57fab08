"""LangChain's messages of whole responses, and the chunks of streamed ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage, AIMessageChunk, message_chunk_to_message
from langchain_core.messages.block_translators import get_translator
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.outputs.chat_generation import merge_chat_generation_chunks

from langchain_cometapi._chat.response.renamed_calls import restore_names
from langchain_cometapi._chat.response.tool_calls import read_tool_calls
from langchain_cometapi._chat.response.usage import create_usage_metadata
from langchain_cometapi._content.limits import warn_if_limit_spent
from langchain_cometapi._content.origin import PROVIDER
from langchain_cometapi._responses.response.items import CALL_TYPES, Block, read_list, read_str
from langchain_cometapi._responses.response.metadata import describe
from langchain_cometapi._responses.response.output_reader import OutputDelta, OutputReader
from langchain_cometapi._responses.response.stream import ResponseGuard
from langchain_cometapi._responses.response.v0_content import V0Converter

if TYPE_CHECKING:
    from langchain_core.messages.ai import UsageMetadata

    from langchain_cometapi._client.errors import Failure
    from langchain_cometapi._client.responses import JSONResponse, ResponseInfo
    from langchain_cometapi._context import CallContext
    from langchain_cometapi.exceptions import CometAPIError

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
    finish_reason = "length" if data.get("status") == "incomplete" else "tool_calls"
    calls, invalid_calls, _ = read_tool_calls(_list_calls(output), finish_reason)
    errors = {call["id"] or "": call["error"] or "" for call in invalid_calls}
    if context.tool_names:
        restore_names((*calls, *invalid_calls), context.tool_names)
    described = describe(data, reader, response.info, context, errors)
    warn_if_limit_spent(described["finish_reason"], is_empty=reader.is_empty)
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
        usage_metadata=_create_usage(data),
        response_metadata={**_PROVIDER_METADATA, **described},
    )
    generation = ChatGeneration(
        message=message, generation_info={"finish_reason": described["finish_reason"]}
    )
    return ChatResult(generations=[generation], llm_output={**_PROVIDER_METADATA, **described})


def _create_result_of_events(response: JSONResponse, context: CallContext) -> ChatResult:
    """Return the message whose events came in place of a response."""
    converter = ChunkConverter(response.failure, context)
    converted = [chunk for event in response.events if (chunk := converter.convert(event))]
    merged = merge_chat_generation_chunks([*converted, converter.convert_end(response.info)])
    message = message_chunk_to_message(merged.message) if merged else AIMessage("")
    return ChatResult(generations=[ChatGeneration(message=message)])


def _without_index(block: Block) -> Block:
    """Return a block without the numbers by which pieces of a stream are put together."""
    bare = {name: value for name, value in block.items() if name != "index"}
    for name in ("summary", "content"):
        if block["type"] == "reasoning" and name in bare:
            bare[name] = [{k: v for k, v in part.items() if k != "index"} for part in bare[name]]
    return bare


def _list_calls(output: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the calls of tools of the user's, in the form of the chat route."""
    calls = []
    for item in output:
        if item.get("type") not in CALL_TYPES:
            continue
        named = {"name": item.get("name")}
        call: dict[str, Any] = {"id": item.get("call_id")}
        if item["type"] == "function_call":
            call |= {"type": "function", "function": named | {"arguments": item.get("arguments")}}
        else:
            call |= {"type": "custom", "custom": named | {"input": item.get("input")}}
        calls.append(call)
    return calls


def _create_usage(response: dict[str, Any]) -> UsageMetadata | None:
    usage = response.get("usage")
    if not isinstance(usage, dict) or not usage:
        return None
    return create_usage_metadata(usage, response.get("service_tier"))


class ChunkConverter:
    """Converts the events of one stream of the Responses route, sync or async."""

    def __init__(self, failure: Failure, context: CallContext) -> None:
        """Start a stream.

        Args:
            failure: Builds the errors of the request.
            context: The call.
        """
        self._guard = ResponseGuard(failure, context.stream_truncation, context.tool_names)
        self._context = context
        self._v0 = V0Converter() if context.output_version == "v0" else None
        self._has_id = False

    def convert(self, event: dict[str, Any]) -> ChatGenerationChunk | None:
        """Return the chunk of an event, or `None` if it adds nothing to the message.

        Raises:
            CometAPIError: If the event carries an error.
        """
        delta = self._guard.push(event)
        id_ = self._take_id(delta)
        if not (delta.content or delta.tool_call_chunks or id_):
            return None
        return ChatGenerationChunk(message=self._create_chunk(delta, id_, dict(_PROVIDER_METADATA)))

    def _take_id(self, delta: OutputDelta) -> str | None:
        """Return the id of the message, once."""
        if self._has_id:
            return None
        id_ = delta.message_id if self._v0 else read_str(self._guard.response.get("id"))
        self._has_id = bool(id_)
        return id_ or None

    def _create_chunk(
        self, delta: OutputDelta, id_: str | None, metadata: dict[str, Any], **fields: Any
    ) -> AIMessageChunk:
        content: list[Any] = delta.content
        extras: dict[str, Any] = {}
        if self._v0 is not None:
            content, extras = self._v0.convert(delta.content)
        message = AIMessageChunk(
            content=content,
            id=id_,
            additional_kwargs=extras,
            tool_call_chunks=delta.tool_call_chunks,
            response_metadata=metadata,
            **fields,
        )
        if self._context.output_version == "v1":
            translators = get_translator("openai") or {}
            message.content = translators["translate_content_chunk"](message)  # type: ignore[assignment]
            message.response_metadata["output_version"] = "v1"
        return message

    def convert_end(self, info: ResponseInfo) -> ChatGenerationChunk:
        """Return the last chunk, which carries all metadata once.

        Args:
            info: The headers of the response.

        Raises:
            CometAPIStreamTruncatedError: If the stream has stopped before the response had ended.
        """
        end = self._guard.close()
        described = describe(end.response, self._guard.reader, info, self._context, end.errors)
        warn_if_limit_spent(described["finish_reason"], is_empty=self._guard.reader.is_empty)
        message = self._create_chunk(
            end.delta,
            self._take_id(end.delta),
            {**_PROVIDER_METADATA, **described},
            usage_metadata=_create_usage(end.response),
        )
        return ChatGenerationChunk(message=message, generation_info=described)

    def raise_unless_finished(self, error: CometAPIError) -> None:
        """Raise an error of the connection or the reader, unless the response has ended.

        Raises:
            CometAPIError: The same, with what has come of the message so far.
        """
        self._guard.raise_unless_finished(error)
