"""`ChatCometAPI`: every model behind CometAPI as a LangChain chat model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, cast

from langchain_core.language_models._utils import _normalize_messages
from langchain_core.outputs import ChatGenerationChunk
from typing_extensions import override

from langchain_cometapi._batch import AsyncBatches
from langchain_cometapi._chat.binding import ModelBinding
from langchain_cometapi._chat.request.encode import RequestExplanation, encode_request
from langchain_cometapi._chat.request.parameters import INFERRED, TOKEN_LIMITS, warn
from langchain_cometapi._chat.request.stream_options import StreamOptions
from langchain_cometapi._chat.request.validation import check_endpoint
from langchain_cometapi._chat.response.decode import (
    convert_delta_to_message_chunk,
    convert_end_to_generation_chunk,
    create_chat_result,
)
from langchain_cometapi._chat.response.stream import StreamGuard
from langchain_cometapi._chat.structured import (
    bind_function_calling,
    bind_json_mode,
    bind_json_schema,
)
from langchain_cometapi._chat_base import N_WHEN_STREAMING, CometAPIChatBase
from langchain_cometapi._client.resources import describe_query, request_body
from langchain_cometapi._content import blocks as _blocks
from langchain_cometapi._context import CallContext, Change
from langchain_cometapi._vendors.registry import get_vendor
from langchain_cometapi.exceptions import CometAPIError

if TYPE_CHECKING:
    from collections.abc import (
        AsyncIterator,
        Awaitable,
        Callable,
        Iterator,
        Sequence,
    )

    from langchain_core.callbacks import (
        AsyncCallbackManagerForLLMRun,
        CallbackManagerForLLMRun,
    )
    from langchain_core.language_models import LanguageModelInput
    from langchain_core.messages import AIMessageChunk, BaseMessage
    from langchain_core.outputs import ChatResult
    from langchain_core.runnables import Runnable

    from langchain_cometapi._chat.response.stream import StreamEnd
    from langchain_cometapi._client.responses import ResponseInfo
    from langchain_cometapi._client.streams import AsyncChunkStream, ChunkStream

_blocks.register()

StructuredOutputMethod = Literal["function_calling", "json_mode", "json_schema"]


class ChatCometAPI(AsyncBatches, CometAPIChatBase):
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

        It takes what `ChatOpenAI` takes. Nothing that is not set is sent: no default
        temperature, no default token limit.

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

        The class is outside of the list that `langchain_core.load` trusts by itself:

        ```python
        from langchain_core.load import dumpd, load

        load(
            dumpd(model),
            allowed_objects=[ChatCometAPI],
            valid_namespaces=["langchain_cometapi"],
            secrets_from_env=True,
        )
        ```

        The key is written as a reference to `COMETAPI_KEY`, never as itself; default headers
        and proxies, which may hold secrets, are left out.

    Every error is a `langchain_cometapi.exceptions.CometAPIError`.
    """

    @override
    def _use_responses_api(self, payload: dict[str, Any]) -> bool:
        """Return the switch: neither the model's name nor a parameter decides."""
        return self.use_responses_api is True

    # -- requests -------------------------------------------------------------------------

    @override
    def _get_request_payload(
        self,
        input_: LanguageModelInput,
        *,
        stop: list[str] | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        parameters = self._get_parameters(stop, kwargs)
        if self._use_responses_api(parameters):
            model = parameters["model"]
            check_endpoint(model, get_vendor(model), "responses")
            kwargs.pop(INFERRED, None)
            responses: dict[str, Any] = super()._get_request_payload(input_, stop=stop, **kwargs)
            return responses
        messages = self._convert_input(input_).to_messages()
        payload, context = self._encode(messages, stop, kwargs)
        warn(context.changes, context.model)
        return payload

    def _encode(
        self, messages: list[BaseMessage], stop: list[str] | None, kwargs: dict[str, Any]
    ) -> tuple[dict[str, Any], CallContext]:
        parameters = self._get_parameters(stop, kwargs)
        context = CallContext.create(
            parameters["model"],
            str(self.cometapi_api_base),
            think_tags=self.think_tags,
            replay_reasoning=self.replay_reasoning,
            strict_params=self.strict_params,
            include_response_headers=self.include_response_headers,
            audio=parameters.get("audio"),
        )
        return encode_request(messages, parameters, context), context

    def _get_parameters(self, stop: list[str] | None, kwargs: dict[str, Any]) -> dict[str, Any]:
        given = kwargs if stop is None else {**kwargs, "stop": stop}
        if given.get("model", "") is None:
            given = {name: value for name, value in given.items() if name != "model"}
        defaults = self._default_params
        if any(given.get(name) is not None for name in TOKEN_LIMITS):
            # The limit of a call stands for that of the model, whatever each is called.
            defaults = {k: v for k, v in defaults.items() if k not in TOKEN_LIMITS}
        return {**defaults, **given}

    def explain(
        self,
        messages: LanguageModelInput,
        *,
        stop: list[str] | None = None,
        stream: bool | None = None,
        **kwargs: Any,
    ) -> RequestExplanation:
        """Return the request that `invoke` would send, and send nothing.

        A model with tools or parameters bound to it explains them too, and of a model
        `with_structured_output` the first step does: `structured.first.explain(...)`.

        Args:
            messages: What would be passed to `invoke`.
            stop: Stop sequences.
            stream: Whether to explain what `stream` would send.
            **kwargs: Further parameters of the call.

        Returns:
            Method, URL and JSON body, and what was renamed, dropped or replaced by the rules of
            the model's vendor, and why. The key is not in it.

        Raises:
            ValueError: If something cannot be sent to this model.
        """
        # Core does this to the messages and parameters of every call, and an explanation must
        # not differ.
        history = _normalize_messages(self._convert_input(messages).to_messages())
        kwargs.pop("ls_structured_output_format", None)
        stream_usage = kwargs.pop("stream_usage", None)
        stream = (self.streaming if stream is None else stream) and self._may_stream(kwargs)
        if self._use_responses_api(self._get_parameters(stop, {**kwargs})):
            payload = self._get_request_payload(history, stop=stop, **kwargs, stream=stream)
            return self._describe_request("/responses", payload, [])
        if stream:
            payload, context, options = self._encode_stream(history, stop, stream_usage, kwargs)
            payload = options.apply(payload)
        else:
            payload, context = self._encode(history, stop, {**kwargs, "stream": False})
        return self._describe_request("/chat/completions", payload, context.changes)

    def _may_stream(self, kwargs: dict[str, Any]) -> bool:
        if self.disable_streaming == "tool_calling":
            return not kwargs.get("tools")
        return not self.disable_streaming

    def _describe_request(
        self, path: str, payload: dict[str, Any], changes: Sequence[Change]
    ) -> RequestExplanation:
        query = {**(self.default_query or {}), **(payload.get("extra_query") or {})}
        url = f"{self.cometapi_api_base}{path}{describe_query(query)}"
        return RequestExplanation("POST", url, request_body(payload), tuple(changes))

    def _encode_invoke(
        self, messages: list[BaseMessage], stop: list[str] | None, kwargs: dict[str, Any]
    ) -> tuple[dict[str, Any], CallContext]:
        # `streaming` may be on where core has decided not to stream.
        rest = {name: value for name, value in kwargs.items() if name != "stream_usage"}
        payload, context = self._encode(messages, stop, {**rest, "stream": False})
        warn(context.changes, context.model)
        return payload, context

    def _encode_stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None,
        stream_usage: bool | None,
        kwargs: dict[str, Any],
    ) -> tuple[dict[str, Any], CallContext, StreamOptions]:
        kwargs = {**kwargs, "stream": True}
        wanted = self._should_stream_usage(stream_usage, **kwargs)
        payload, context = self._encode(messages, stop, kwargs)
        if (payload.get("n") or 1) > 1:
            raise ValueError(N_WHEN_STREAMING)
        return payload, context, StreamOptions(payload, context.base_url, wanted=wanted)

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
        completion = self._sync_completions().create(**payload)
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
        completion = await self._async_completions().create(**payload)
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
        warn(context.changes, context.model)
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
        warn(context.changes, context.model)
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
        return StreamGuard(stream.failure, self.stream_truncation, think_tags=context.think_tags)

    def _open_stream(self, payload: dict[str, Any], options: StreamOptions) -> ChunkStream:
        create: Callable[..., ChunkStream] = self._sync_completions().create
        try:
            return create(**options.apply(payload))
        except CometAPIError as error:
            if not options.drop_if_refused(error):
                raise
        return create(**options.apply(payload))

    async def _aopen_stream(
        self, payload: dict[str, Any], options: StreamOptions
    ) -> AsyncChunkStream:
        create: Callable[..., Awaitable[AsyncChunkStream]] = self._async_completions().create
        try:
            return await create(**options.apply(payload))
        except CometAPIError as error:
            if not options.drop_if_refused(error):
                raise
        return await create(**options.apply(payload))

    # -- answers --------------------------------------------------------------------------

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
        """Bind parameters to the model; the binding's `explain` knows them."""
        return ModelBinding(bound=self, kwargs=kwargs)

    @override
    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> ModelBinding:
        """Bind tools to the model; see `ChatOpenAI.bind_tools` for what it takes."""
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
        """Return a model whose answers have the form of a schema.

        Args:
            schema: A Pydantic class, a `TypedDict`, a JSON schema or an OpenAI function
                schema.
            method: `"function_calling"`, `"json_schema"` or `"json_mode"`; by default the
                one that suits the model's family.
            include_raw: Return a dict of `raw` (the message), `parsed` and `parsing_error`
                instead of the parsed answer alone; nothing is raised then.
            strict: Whether the vendor shall enforce the schema.
            tools: Tools the model may call instead of answering (`"json_schema"` only).
            **kwargs: Further parameters of the request.

        Returns:
            A runnable that returns an instance of a Pydantic class, else a dict.

        Raises:
            ValueError: If the arguments do not go together.
        """
        vendor = get_vendor(kwargs.get("model") or self.model_name)
        method = method or vendor.structured_output or "function_calling"
        if method == "json_schema" and schema is not None:
            return bind_json_schema(
                self, schema, include_raw=include_raw, strict=strict, tools=tools, **kwargs
            )
        if tools:
            msg = f'`tools` go with `method="json_schema"`, not with {method!r}.'
            raise ValueError(msg)
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
