"""`ChatCometAPI`: every model behind CometAPI as a LangChain chat model."""

from __future__ import annotations

from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Iterator,
    Sequence,
)
from typing import Any, Literal, cast

from langchain_core.callbacks import (
    AsyncCallbackManagerForLLMRun,
    CallbackManagerForLLMRun,
)
from langchain_core.language_models import LanguageModelInput
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from typing_extensions import override

from langchain_cometapi._base.batches import AsyncBatches
from langchain_cometapi._base.chat_requests import ChatRequests
from langchain_cometapi._chat.binding import ModelBinding
from langchain_cometapi._chat.request.stream_options import StreamOptions
from langchain_cometapi._chat.response.decode import (
    convert_delta_to_message_chunk,
    convert_end_to_generation_chunk,
    create_chat_result,
)
from langchain_cometapi._chat.response.stream import StreamEnd, StreamGuard
from langchain_cometapi._chat.structured import (
    bind_function_calling,
    bind_json_mode,
    bind_json_schema,
)
from langchain_cometapi._client.responses import ResponseInfo
from langchain_cometapi._client.streams import AsyncChunkStream, ChunkStream
from langchain_cometapi._content import blocks as _blocks
from langchain_cometapi._context import CallContext
from langchain_cometapi._vendors.registry import get_vendor
from langchain_cometapi.exceptions import CometAPIError, CometAPIUnsentRequestError

_blocks.register()

StructuredOutputMethod = Literal["function_calling", "json_mode", "json_schema"]


class ChatCometAPI(AsyncBatches, ChatRequests):
    """Chat model for every text model behind [CometAPI](https://www.cometapi.com).

    ???+ info "Setup"

        Install the package and set the environment variable `COMETAPI_KEY`.

        ```bash
        export COMETAPI_KEY="your-api-key"
        ```

    ???+ info "Instantiate"

        ```python
        from langchain_cometapi import ChatCometAPI

        model = ChatCometAPI(model="claude-sonnet-5-5")
        ```

        It takes the arguments of `ChatOpenAI`. Parameters that are not set are not sent:
        there is no default temperature and no default token limit.

    ??? info "Invoke, stream, batch, async"

        ```python
        model.invoke("Why is the sky blue?")
        for chunk in model.stream("Why is the sky blue?"):
            print(chunk.text, end="")
        model.batch(["One question", "Another"])
        await model.ainvoke("Why is the sky blue?")
        ```

    ??? info "Tools and structured output"

        ```python
        model.bind_tools([get_weather]).invoke("What is the weather in Paris?").tool_calls
        model.with_structured_output(Joke).invoke("Tell me a joke")
        ```

    ??? info "Load a serialized model"

        `langchain_core.load` needs the class and the package named as trusted:

        ```python
        from langchain_core.load import dumpd, load

        load(
            dumpd(model),
            allowed_objects=[ChatCometAPI],
            valid_namespaces=["langchain_cometapi"],
            secrets_from_env=True,
        )
        ```

        A dump refers to `COMETAPI_KEY` and never contains the key; default headers and proxies,
        which may hold secrets, are left out.

    Every error is a `langchain_cometapi.exceptions.CometAPIError`.
    """

    # -- calls ----------------------------------------------------------------------------

    @override
    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        if self._use_responses_api({**kwargs, **self.model_kwargs}):
            return super()._generate(messages, stop, run_manager, **kwargs)
        payload, context = self._encode_invoke(messages, stop, kwargs)
        completion = self._sync_completions().post(payload)
        return create_chat_result(completion, context)

    @override
    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        if self._use_responses_api({**kwargs, **self.model_kwargs}):
            return await super()._agenerate(messages, stop, run_manager, **kwargs)
        payload, context = self._encode_invoke(messages, stop, kwargs)
        completion = await self._async_completions().post(payload)
        return create_chat_result(completion, context)

    @override
    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        *,
        stream_usage: bool | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        if self._use_responses_api({**kwargs, **self.model_kwargs}):
            yield from self._stream_responses(messages, stop, run_manager, **kwargs)
            return
        payload, context, options = self._encode_stream(messages, stop, stream_usage, kwargs)
        self._warn(context)
        with self._open_stream(payload, options) as stream:
            guard, blocks = self._guard(stream, context), self._block_indexer()
            try:
                for event in stream:
                    chunk = self._convert_event(guard, event, blocks)
                    if chunk is None:
                        continue
                    if run_manager:
                        run_manager.on_llm_new_token(chunk.text, chunk=chunk)
                    yield chunk
            except CometAPIError as error:
                guard.raise_unless_finished(error)
            yield self._convert_end(guard.close(), stream.info, context, blocks)

    @override
    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        *,
        stream_usage: bool | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        if self._use_responses_api({**kwargs, **self.model_kwargs}):
            async for chunk in self._astream_responses(messages, stop, run_manager, **kwargs):
                yield chunk
            return
        payload, context, options = self._encode_stream(messages, stop, stream_usage, kwargs)
        self._warn(context)
        async with await self._aopen_stream(payload, options) as stream:
            guard, blocks = self._guard(stream, context), self._block_indexer()
            try:
                async for event in stream:
                    converted = self._convert_event(guard, event, blocks)
                    if converted is None:
                        continue
                    if run_manager:
                        await run_manager.on_llm_new_token(converted.text, chunk=converted)
                    yield converted
            except CometAPIError as error:
                guard.raise_unless_finished(error)
            yield self._convert_end(guard.close(), stream.info, context, blocks)

    def _guard(self, stream: ChunkStream | AsyncChunkStream, context: CallContext) -> StreamGuard:
        return StreamGuard(
            stream.failure,
            self.stream_truncation,
            think_tags=context.think_tags,
            tool_names=context.tool_names,
        )

    def _open_stream(self, payload: dict[str, Any], options: StreamOptions) -> ChunkStream:
        post: Callable[..., ChunkStream] = self._sync_completions().post
        try:
            return post(options.apply(payload))
        except CometAPIError as error:
            if not options.drop_if_refused(error):
                raise
        return post(options.apply(payload))

    async def _aopen_stream(
        self, payload: dict[str, Any], options: StreamOptions
    ) -> AsyncChunkStream:
        post: Callable[..., Awaitable[AsyncChunkStream]] = self._async_completions().post
        try:
            return await post(options.apply(payload))
        except CometAPIError as error:
            if not options.drop_if_refused(error):
                raise
        return await post(options.apply(payload))

    # -- responses ------------------------------------------------------------------------

    def _block_indexer(self) -> _blocks.BlockIndexer | None:
        return _blocks.BlockIndexer() if self.output_version == "v1" else None

    @staticmethod
    def _convert_event(
        guard: StreamGuard, event: dict[str, Any], blocks: _blocks.BlockIndexer | None
    ) -> ChatGenerationChunk | None:
        delta = guard.push(event)
        if delta is None:
            return None
        message = convert_delta_to_message_chunk(delta)
        if blocks is not None:
            blocks.convert(message)
        return ChatGenerationChunk(message=message)

    def _convert_end(
        self,
        end: StreamEnd,
        info: ResponseInfo,
        context: CallContext,
        blocks: _blocks.BlockIndexer | None,
    ) -> ChatGenerationChunk:
        chunk = convert_end_to_generation_chunk(end, info, context)
        if blocks is not None:
            blocks.convert_end(cast("AIMessageChunk", chunk.message))
        return chunk

    # -- binding --------------------------------------------------------------------------

    @override
    def bind(self, **kwargs: Any) -> ModelBinding:
        """Return the model with parameters bound; its `explain` applies them too."""
        return ModelBinding(bound=self, kwargs=kwargs)

    @override
    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> ModelBinding:
        """Return the model with tools bound; see `ChatOpenAI.bind_tools` for the arguments."""
        bound: Any = super().bind_tools(tools, **kwargs)
        return self.bind(**bound.kwargs)

    # -- structured output ----------------------------------------------------------------

    @override
    def with_structured_output(
        self,
        schema: dict[str, Any] | type | None = None,
        *,
        method: StructuredOutputMethod | None = None,
        include_raw: bool = False,
        strict: bool | None = None,
        tools: list[Any] | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, Any]:
        """Return a model whose output has the form of a schema.

        Args:
            schema: A Pydantic class, a `TypedDict`, a JSON schema or an OpenAI function
                schema.
            method: `"function_calling"`, `"json_schema"` or `"json_mode"`; by default the
                one that suits the model's family.
            include_raw: Return a dict of `raw` (the message), `parsed` and `parsing_error`
                instead of the parsed output alone; then no parsing error is raised.
            strict: Whether the vendor has to enforce the schema.
            tools: Tools that the model may call instead (`"json_schema"` only).
            **kwargs: Further parameters of the request.

        Returns:
            A runnable that returns an instance of a Pydantic class, else a dict.

        Raises:
            CometAPIUnsentRequestError: If the arguments do not go together.
        """
        vendor = get_vendor(kwargs.get("model") or self.model_name)
        method = method or vendor.structured_output or "function_calling"
        if method == "json_schema" and schema is not None:
            return bind_json_schema(
                self, schema, include_raw=include_raw, strict=strict, tools=tools, **kwargs
            )
        if tools:
            msg = f'`tools` go with `method="json_schema"`, not with {method!r}.'
            raise CometAPIUnsentRequestError(msg)
        if method == "json_mode" and strict is None:
            return bind_json_mode(self, schema, include_raw=include_raw, **kwargs)
        if method == "function_calling" and schema is not None:
            return bind_function_calling(
                self,
                schema,
                tool_choice=kwargs.pop("tool_choice", None),
                include_raw=include_raw,
                strict=strict,
                disabled=self._filter_disabled_params,
                **kwargs,
            )
        return super().with_structured_output(
            schema, method=method, include_raw=include_raw, strict=strict, **kwargs
        )
