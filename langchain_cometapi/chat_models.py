"""`ChatCometAPI`: every model behind CometAPI as a LangChain chat model."""

from __future__ import annotations

import asyncio
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Iterator,
    Sequence,
)
from inspect import signature
from typing import TYPE_CHECKING, Any, Unpack, get_args

from langchain_core.callbacks import (
    AsyncCallbackManagerForLLMRun,
    CallbackManagerForLLMRun,
)
from langchain_core.language_models import LanguageModelInput
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_core.runnables import ConfigurableField, Runnable
from pydantic import ConfigDict
from typing_extensions import override

from langchain_cometapi._base.batches import AsyncBatches
from langchain_cometapi._base.chat_requests import ChatCall, ChatRequests
from langchain_cometapi._base.routes import StreamConverter
from langchain_cometapi._base.run_events import report_cancelled
from langchain_cometapi._base.token_counts import learn_from
from langchain_cometapi._chat.binding import (
    ConfigurableModel,
    ConfigurableModels,
    ModelBinding,
    hide_tools,
    keep_cache_control,
    keep_tools,
    restore_tools,
)
from langchain_cometapi._chat.request.native_features import refuse_native_features
from langchain_cometapi._chat.tool_schemas import is_format_lost
from langchain_cometapi._client.streams import AsyncChunkStream, ChunkStream
from langchain_cometapi._content import blocks as _blocks
from langchain_cometapi._structured.methods import Method, OutputRequest
from langchain_cometapi._structured.model import StructuredModel
from langchain_cometapi._structured.parsed_class import ParsedConverter, add_parsed
from langchain_cometapi._structured.repair import check_installed
from langchain_cometapi._vendors.registry import get_vendor
from langchain_cometapi.exceptions import CometAPIError, CometAPIUnsentRequestError

if TYPE_CHECKING:
    from langchain_cometapi._base.signatures import ChatArguments

_blocks.register()

_METHODS = get_args(Method)


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

    if TYPE_CHECKING:

        def __init__(self, **kwargs: Unpack[ChatArguments]) -> None: ...

    model_config = ConfigDict(defer_build=False)

    # -- calls ----------------------------------------------------------------------------

    @override
    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        call = self._prepare_invoke(messages, stop, kwargs, run_manager)
        response = self._resource(call).post(call.payload)
        result = call.route.create_result(response, call.context)
        learn_from(result.generations[0].message, call.context)
        return add_parsed(result, call.context)

    @override
    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        call = self._prepare_invoke(messages, stop, kwargs, run_manager)
        route, context = call.route, call.context
        sent = self._async_resource(call).post(call.payload)
        del call  # the payload need not wait for the response: see `AsyncResource.post`
        try:
            response = await sent
        except asyncio.CancelledError:
            report_cancelled(run_manager)
            raise
        result = route.create_result(response, context)
        learn_from(result.generations[0].message, context)
        return add_parsed(result, context)

    @override
    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        *,
        stream_usage: bool | None = None,
        reports_tokens: bool = True,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        call = self._prepare_stream(messages, stop, stream_usage, kwargs, run_manager)
        tokens_to = run_manager if reports_tokens else None  # an LLM reports its own
        with self._open_stream(call) as stream:
            converter = self._converter(stream, call)
            try:
                for event in stream:
                    chunk = converter.convert(event)
                    if chunk is None:
                        continue
                    if tokens_to:
                        tokens_to.on_llm_new_token(chunk.text, chunk=chunk)
                    yield chunk
            except CometAPIError as error:
                converter.raise_unless_finished(error)
            end = converter.convert_end(stream.info)
            learn_from(end.message, call.context)
            yield end

    @override
    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        *,
        stream_usage: bool | None = None,
        reports_tokens: bool = True,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        call = self._prepare_stream(messages, stop, stream_usage, kwargs, run_manager)
        tokens_to = run_manager if reports_tokens else None  # an LLM reports its own
        async with await self._aopen_stream(call) as stream:
            converter = self._converter(stream, call)
            try:
                async for event in stream:
                    converted = converter.convert(event)
                    if converted is None:
                        continue
                    if tokens_to:
                        await tokens_to.on_llm_new_token(converted.text, chunk=converted)
                    yield converted
            except CometAPIError as error:
                converter.raise_unless_finished(error)
            end = converter.convert_end(stream.info)
            learn_from(end.message, call.context)
            yield end

    def _converter(self, stream: ChunkStream | AsyncChunkStream, call: ChatCall) -> StreamConverter:
        converter = call.route.converter(stream.failure, call.context)
        if call.context.schema_class is None:
            return converter
        return ParsedConverter(converter, call.context.schema_class)

    def _open_stream(self, call: ChatCall) -> ChunkStream:
        post: Callable[..., ChunkStream] = self._resource(call).post
        try:
            return post(call.sent_payload())
        except CometAPIError as error:
            if not call.drop_options_if_refused(error):
                raise
            if call.events is not None:
                call.events.report(error, 0.0)
        self._take_turn()
        return post(call.sent_payload())

    async def _aopen_stream(self, call: ChatCall) -> AsyncChunkStream:
        post: Callable[..., Awaitable[AsyncChunkStream]] = self._async_resource(call).post
        try:
            return await post(call.sent_payload())
        except CometAPIError as error:
            if not call.drop_options_if_refused(error):
                raise
            if call.events is not None:
                await call.events.report(error, 0.0)
        await self._atake_turn()
        return await post(call.sent_payload())

    # -- binding --------------------------------------------------------------------------

    @override
    def bind(self, **kwargs: Any) -> ModelBinding:
        """Return the model with parameters bound; its `explain` applies them too."""
        return ModelBinding(bound=self, kwargs=kwargs)

    @override
    def configurable_fields(self, **kwargs: Any) -> ConfigurableModel:
        """Return the model with fields that a config may set; its `profile` follows them."""
        configured: Any = super().configurable_fields(**kwargs)
        return ConfigurableModel(default=configured.default, fields=configured.fields)

    @override
    def configurable_alternatives(
        self, which: ConfigurableField, **kwargs: Any
    ) -> ConfigurableModels:
        """Return the model, and others that a config may choose; its `profile` is the chosen's."""
        configured: Any = super().configurable_alternatives(which, **kwargs)
        names = type(configured).model_fields
        return ConfigurableModels(**{name: getattr(configured, name) for name in names})

    @override
    def bind_tools(
        self,
        tools: Sequence[Any],
        *,
        tool_choice: dict[str, Any] | str | bool | None = None,
        strict: bool | None = None,
        response_format: Any = None,
        **kwargs: Any,
    ) -> ModelBinding:
        """Return the model with tools bound; see `ChatOpenAI.bind_tools` for the arguments."""
        rest: dict[str, Any] = {}
        model = kwargs.get("model") or self.model_name
        endpoint = self._choose_endpoint(model)
        if endpoint == "chat":  # before the base class makes functions of them
            refuse_native_features({"tools": tools}, model, get_vendor(model))
        # With a format, the base class makes tools strict, which only the chat route demands.
        is_raw = endpoint == "responses" and strict is None
        if response_format and strict is None and not is_raw:
            strict = True
        if response_format is not None and (is_raw or is_format_lost(response_format)):
            rest["response_format"] = response_format
            response_format = None
        kept = keep_tools(tools, strict=strict)
        bound: Any = super().bind_tools(
            hide_tools(tools, kept),
            tool_choice=tool_choice,
            strict=strict,
            response_format=response_format,
            **kwargs,
        )
        parameters = restore_tools(tools, kept, bound.kwargs)
        converted = keep_cache_control(tools, parameters.get("tools"))
        return self.bind(**{**parameters, **rest, "tools": converted})

    # -- structured output ----------------------------------------------------------------

    @override
    def with_structured_output(
        self,
        schema: dict[str, Any] | type | None = None,
        *,
        method: Method | None = None,
        include_raw: bool = False,
        strict: bool | None = None,
        tools: list[Any] | None = None,
        repair: bool = False,
        max_repairs: int = 0,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, Any]:
        """Return a model whose output has the form of a schema.

        Args:
            schema: A Pydantic class, a `TypedDict`, a dataclass, a JSON schema or an OpenAI
                function schema.
            method: `"function_calling"`, `"json_schema"` or `"json_mode"`; by default one
                that the model can keep, by the rules of its family, the route and its profile.
                `"json_mode"` leaves it to you to describe the form in the prompt; where it is
                the default, the schema is stated there.
            include_raw: Return a dict of `raw` (the message), `parsed` and `parsing_error`
                instead of the parsed output alone; then no parsing error is raised.
            strict: Whether the vendor has to enforce the schema.
            tools: Tools that the model may call instead (`"json_schema"` only).
            repair: Whether broken JSON is repaired by `json-repair` (extra `repair`), where
                nothing else in the message is the output. An output that was cut off is an
                error all the same.
            max_repairs: How often the model is asked again, with its output and what is wrong
                with it. Each attempt is a run of its own in traces; the `usage_metadata` of
                `raw` is that of all of them, and `response_metadata["attempts"]` their number.
                Refusals, and outputs that were filtered or cut off, are not repaired. A stream
                is that of the last attempt.
            **kwargs: Further parameters of the request.

        Returns:
            A runnable that returns an instance of a Pydantic class or a dataclass, else a dict.
            The output is validated against the schema as you wrote it, also where another one
            is sent because the vendor does not know all of JSON Schema. A call with
            `model=...` is right for that model.

        Raises:
            CometAPIUnsentRequestError: If the arguments do not go together.
            ImportError: If `repair` is asked for without its extra.

        The runnable raises a `CometAPIStructuredOutputError` for a message without such an
        output, a `CometAPIRefusalError` for a refusal and a `CometAPIOutputFilteredError` where a
        filter stopped the model, all with the message as `raw_message`.
        """
        needs_base = method not in (None, *_METHODS) or (schema is None and method != "json_mode")
        if needs_base or (method == "json_mode" and strict is not None):
            # It raises LangChain's own errors.
            method = method or "function_calling"
            return super().with_structured_output(
                schema, method=method, include_raw=include_raw, strict=strict, **kwargs
            )
        if max_repairs < 0:
            msg = f"`max_repairs` is {max_repairs}; pass the number of further attempts, or 0."
            raise CometAPIUnsentRequestError(msg)
        if repair:
            check_installed()
        request = OutputRequest(
            schema=schema,
            method=method,
            include_raw=include_raw,
            strict=strict,
            tools=tools,
            repair=repair,
            max_repairs=max_repairs,
            parameters=kwargs,
        )
        return StructuredModel.create(self, request)


# Core asks for their signature in each call, which Python builds each time (2026-11: 7 us of 420).
for _name in ("_generate", "_agenerate"):
    _method: Any = getattr(ChatCometAPI, _name)
    _method.__signature__ = signature(_method)
