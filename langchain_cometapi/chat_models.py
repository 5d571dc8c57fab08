"""`ChatCometAPI`: every model behind CometAPI as a LangChain chat model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast

from langchain_core.messages.utils import count_tokens_approximately
from langchain_core.outputs import ChatGenerationChunk
from langchain_core.utils.function_calling import convert_to_openai_tool
from langchain_openai.chat_models.base import BaseChatOpenAI
from pydantic import ConfigDict, Field, PrivateAttr, SecretStr, field_validator, model_validator
from typing_extensions import override

from langchain_cometapi import _blocks
from langchain_cometapi._arguments import sort_arguments
from langchain_cometapi._client import (
    AsyncClient,
    Client,
    ClientCache,
    ClientSettings,
    Transport,
    async_completions,
    completions,
)
from langchain_cometapi._config import (
    output_version_from_env,
    resolve_api_key,
    resolve_base_url,
)
from langchain_cometapi._decode import (
    AnswerContext,
    _convert_delta_to_message_chunk,
    convert_end_to_generation_chunk,
    create_chat_result,
)
from langchain_cometapi._encode import EncodingOptions, RequestExplanation, encode_request
from langchain_cometapi._metadata import PROVIDER
from langchain_cometapi._parameters import warn
from langchain_cometapi._stream import StreamGuard
from langchain_cometapi._stream_options import StreamOptions
from langchain_cometapi._structured import bind_function_calling, bind_json_schema
from langchain_cometapi._vendors import get_vendor
from langchain_cometapi._version import __version__
from langchain_cometapi._wire import request_body
from langchain_cometapi.exceptions import CometAPIError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence

    from langchain_core.callbacks import (
        AsyncCallbackManagerForLLMRun,
        CallbackManagerForLLMRun,
    )
    from langchain_core.language_models import LangSmithParams, LanguageModelInput
    from langchain_core.messages import AIMessageChunk, BaseMessage
    from langchain_core.outputs import ChatResult
    from langchain_core.runnables import Runnable
    from langchain_core.tools import BaseTool
    from typing_extensions import Self

    from langchain_cometapi._stream import StreamEnd
    from langchain_cometapi._wire import (
        AsyncChunkStream,
        AsyncCompletions,
        ChunkStream,
        Completion,
        Completions,
        ResponseInfo,
    )

_blocks.register()

StructuredOutputMethod = Literal["function_calling", "json_mode", "json_schema"]


class ChatCometAPI(BaseChatOpenAI):
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

    model_config = ConfigDict(hide_input_in_errors=True)  # the input holds the key

    # Required: `sort_arguments` says so, in better words than a field without a default would
    # and without hiding the alias from type checkers.
    model_name: str = Field(default="", alias="model")
    """Id of the model, as the catalogue at https://api.cometapi.com/api/models lists it."""

    cometapi_api_key: SecretStr | Callable[[], str] | Callable[[], Any] | None = Field(
        default=None, alias="api_key"
    )
    """The key: text, or a synchronous or asynchronous callable that returns it.

    Read from `COMETAPI_KEY`, then `COMETAPI_API_KEY`, if not given.
    """

    cometapi_api_base: str | None = Field(default=None, alias="base_url")
    """Base URL with its version path.

    Read from `COMETAPI_BASE_URL`, then `COMETAPI_API_BASE`, if not given; else
    `https://api.cometapi.com/v1`.
    """

    max_tokens: int | None = Field(default=None, alias="max_completion_tokens")
    """Most tokens to generate, sent under the name the model's family takes it by."""

    max_retries: int | None = Field(default=None, ge=0)
    """Times to repeat a request that failed before its first chunk; the SDK's 2 if `None`."""

    stream_usage: bool | None = True
    """Whether streams ask for token usage. A model that refuses is asked without."""

    stream_chunk_timeout: float | None = 600.0
    """Seconds a stream may go without content; `None` or 0 for any time.

    Holds for synchronous and asynchronous streams. Keep-alive comments are no content. The
    default lets a model think in silence for minutes.
    """

    stream_truncation: Literal["error", "warn", "ignore"] = "error"
    """What to do when a stream ends without a finish reason.

    An error by default, because the answer may be cut off; `"warn"` or `"ignore"` for a host
    that never sends one.
    """

    replay_reasoning: Literal["auto"] | bool = "auto"
    """Whether what a model thought goes back to it with the history.

    `"auto"` by the rule of the model's family: DeepSeek and Kimi refuse a tool loop without it,
    Gemini one without its signatures, others do not want it. `True` sends it wherever it fits
    the model, `False` never.
    """

    strict_params: bool = False
    """Whether a parameter that the model's family refuses is an error.

    It is dropped with one warning otherwise; `explain()` shows what would be.
    """

    think_tags: bool | None = None
    """Whether `<think>...</think>` at the head of the content is reasoning.

    By default for the families that are known to write it.
    """

    output_version: str | None = Field(default_factory=output_version_from_env)
    """`"v1"` for LangChain's standard content blocks in `content`; `LC_OUTPUT_VERSION` counts."""

    default_headers: Mapping[str, str] | None = Field(default=None, exclude=True, repr=False)
    """Headers for every request. Not serialized: they may hold secrets."""

    default_query: Mapping[str, object] | None = Field(default=None, exclude=True, repr=False)
    """Query parameters for every request. Not serialized: they may hold secrets."""

    use_responses_api: bool | None = False
    """Whether to use `/v1/responses`, which GPT-6 needs for tools and Pro models for all.

    Only ever by this switch, never by the name of a model.
    """

    openai_proxy: str | None = Field(default=None, exclude=True, repr=False)
    """URL of a proxy for this model; `HTTPS_PROXY` and its kin count without it."""

    # OpenAI's own settings have no say here. The names stay because the base class asks for
    # them; whoever passes one is told the right name.
    openai_api_key: None = Field(default=None, exclude=True, repr=False)
    openai_api_base: None = Field(default=None, exclude=True, repr=False)

    # Not fields but properties, so that no copy, pickle or assignment can leave a stale
    # client behind: see below the class.
    client: ClassVar[Any]  # type: ignore[misc]
    async_client: ClassVar[Any]  # type: ignore[misc]
    root_client: ClassVar[Any]  # type: ignore[misc]
    root_async_client: ClassVar[Any]  # type: ignore[misc]

    _clients: ClientCache = PrivateAttr(default_factory=ClientCache)

    # -- construction ---------------------------------------------------------------------

    @model_validator(mode="before")
    @classmethod
    @override
    def build_extra(cls, values: dict[str, Any]) -> Any:
        """Sort constructor arguments; an unknown one is an error, not a warning."""
        return sort_arguments(cls, values)

    @model_validator(mode="before")
    @classmethod
    @override
    def validate_temperature(cls, values: dict[str, Any]) -> Any:
        """Keep the temperature as it is; the base class rewrites it by the model's name."""
        return values

    @field_validator("stream_chunk_timeout", mode="after")
    @classmethod
    @override
    def _validate_stream_chunk_timeout(cls, value: float | None) -> float | None:
        if value is not None and value < 0:
            msg = "`stream_chunk_timeout` is negative; pass seconds, or `None` for no limit."
            raise ValueError(msg)
        return value or None

    @model_validator(mode="after")
    @override
    def validate_environment(self) -> Self:
        """Resolve key and base URL from arguments and `COMETAPI_*`; builds no client."""
        if self.n is not None and self.n < 1:
            msg = "`n` must be at least 1."
            raise ValueError(msg)
        if self.n is not None and self.n > 1 and self.streaming:
            msg = _N_WHEN_STREAMING
            raise ValueError(msg)
        if self.openai_proxy and (self.http_client or self.http_async_client):
            msg = "Pass `openai_proxy` or an HTTP client of your own, not both."
            raise ValueError(msg)
        self.cometapi_api_key = resolve_api_key(self.cometapi_api_key)
        self.cometapi_api_base = resolve_base_url(self.cometapi_api_base)
        return self

    @model_validator(mode="after")
    def _set_cometapi_version(self) -> Self:
        """Add this package to the versions LangSmith shows."""
        self._add_version("langchain-cometapi", __version__)
        return self

    # -- clients --------------------------------------------------------------------------

    def _client_settings(self) -> ClientSettings:
        """Collect what the clients depend on, from the fields as they are now."""
        return ClientSettings(
            api_key=resolve_api_key(self.cometapi_api_key),
            base_url=resolve_base_url(self.cometapi_api_base),
            timeout=self.request_timeout,
            max_retries=self.max_retries,
            default_headers=dict(self.default_headers) if self.default_headers else None,
            default_query=dict(self.default_query) if self.default_query else None,
            organization=self.openai_organization,
            transport=Transport(
                proxy=self.openai_proxy,
                socket_options=tuple(self.http_socket_options or ()) or None,
            ),
            http_client=self.http_client,
            http_async_client=self.http_async_client,
        )

    def _sync_completions(self) -> Completions:
        return completions(self._root_client(), self.stream_chunk_timeout)

    def _async_completions(self) -> AsyncCompletions:
        return async_completions(self._root_async_client(), self.stream_chunk_timeout)

    def _root_client(self) -> Client:
        return self._clients.get(self._client_settings())

    def _root_async_client(self) -> AsyncClient:
        return self._clients.get_async(self._client_settings())

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
            responses: dict[str, Any] = super()._get_request_payload(input_, stop=stop, **kwargs)
            return responses
        messages = self._convert_input(input_).to_messages()
        payload, changes = encode_request(messages, parameters, self._encoding_options())
        warn(changes, payload["model"])
        return payload

    def _get_parameters(self, stop: list[str] | None, kwargs: dict[str, Any]) -> dict[str, Any]:
        given = kwargs if stop is None else {**kwargs, "stop": stop}
        return {**self._default_params, **given}

    def _encoding_options(self) -> EncodingOptions:
        return EncodingOptions(
            base_url=str(self.cometapi_api_base),
            replay_reasoning=self.replay_reasoning,
            strict_params=self.strict_params,
        )

    def explain(
        self,
        messages: LanguageModelInput,
        *,
        stop: list[str] | None = None,
        **kwargs: Any,
    ) -> RequestExplanation:
        """Return the request that `invoke` would send, and send nothing.

        Args:
            messages: What would be passed to `invoke`.
            stop: Stop sequences.
            **kwargs: Further parameters of the call.

        Returns:
            Method, URL and JSON body, and what was renamed, dropped or replaced by the rules of
            the model's vendor, and why. The key is not in it.

        Raises:
            ValueError: If something cannot be sent to this model.
        """
        history = self._convert_input(messages).to_messages()
        parameters = self._get_parameters(stop, kwargs)
        payload, changes = encode_request(history, parameters, self._encoding_options())
        url = f"{self.cometapi_api_base}/chat/completions"
        return RequestExplanation("POST", url, request_body(payload), tuple(changes))

    def _get_stream_payload(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None,
        stream_usage: bool | None,
        kwargs: dict[str, Any],
    ) -> tuple[dict[str, Any], StreamOptions]:
        kwargs["stream"] = True
        wanted = self._should_stream_usage(stream_usage, **kwargs)
        payload = self._get_request_payload(messages, stop=stop, **kwargs)
        if (payload.get("n") or 1) > 1:
            raise ValueError(_N_WHEN_STREAMING)
        return payload, StreamOptions(payload, str(self.cometapi_api_base), wanted=wanted)

    @override
    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        payload = self._get_request_payload(messages, stop=stop, **kwargs)
        if self._use_responses_api(payload):
            return super()._generate(messages, stop, run_manager, **kwargs)
        completion = self._sync_completions().create(**payload)
        return self._convert_completion(completion, payload)

    @override
    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        payload = self._get_request_payload(messages, stop=stop, **kwargs)
        if self._use_responses_api(payload):
            return await super()._agenerate(messages, stop, run_manager, **kwargs)
        completion = await self._async_completions().create(**payload)
        return self._convert_completion(completion, payload)

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
        payload, options = self._get_stream_payload(messages, stop, stream_usage, kwargs)
        with self._open_stream(payload, options) as stream:
            guard, blocks = self._guard(stream, payload), self._block_indexer()
            try:
                for event in stream:
                    chunk = self._convert_event(guard, event, blocks)
                    if chunk is None:
                        continue
                    if run_manager:
                        run_manager.on_llm_new_token(chunk.text, chunk=chunk)
                    yield chunk
            except CometAPIError as error:
                guard.settle(error)
            yield self._convert_end(guard.close(), stream.info, payload, blocks)

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
        payload, options = self._get_stream_payload(messages, stop, stream_usage, kwargs)
        async with await self._aopen_stream(payload, options) as stream:
            guard, blocks = self._guard(stream, payload), self._block_indexer()
            try:
                async for event in stream:
                    converted = self._convert_event(guard, event, blocks)
                    if converted is None:
                        continue
                    if run_manager:
                        await run_manager.on_llm_new_token(converted.text, chunk=converted)
                    yield converted
            except CometAPIError as error:
                guard.settle(error)
            yield self._convert_end(guard.close(), stream.info, payload, blocks)

    def _guard(
        self, stream: ChunkStream | AsyncChunkStream, payload: dict[str, Any]
    ) -> StreamGuard:
        return StreamGuard(
            stream.failure, self.stream_truncation, think_tags=self._reads_think_tags(payload)
        )

    def _open_stream(self, payload: dict[str, Any], options: StreamOptions) -> ChunkStream:
        create: Callable[..., ChunkStream] = self._sync_completions().create
        try:
            return create(**options.apply(payload))
        except CometAPIError as error:
            if not options.blamed_by(error):
                raise
        return create(**options.apply(payload))

    async def _aopen_stream(
        self, payload: dict[str, Any], options: StreamOptions
    ) -> AsyncChunkStream:
        create: Callable[..., Awaitable[AsyncChunkStream]] = self._async_completions().create
        try:
            return await create(**options.apply(payload))
        except CometAPIError as error:
            if not options.blamed_by(error):
                raise
        return await create(**options.apply(payload))

    # -- answers --------------------------------------------------------------------------

    def _convert_completion(self, completion: Completion, payload: dict[str, Any]) -> ChatResult:
        return create_chat_result(completion, self._answer_context(payload))

    def _block_indexer(self) -> _blocks.BlockIndexer | None:
        return _blocks.BlockIndexer() if self.output_version == "v1" else None

    @staticmethod
    def _convert_event(
        guard: StreamGuard, event: dict[str, Any], blocks: _blocks.BlockIndexer | None
    ) -> ChatGenerationChunk | None:
        pushed = guard.push(event)
        if pushed is None:
            return None
        delta, tool_call_chunks = pushed
        message = _convert_delta_to_message_chunk(delta, tool_call_chunks)
        if blocks is not None:
            blocks.convert(message)
        logprobs = delta.get("logprobs")
        return ChatGenerationChunk(
            message=message, generation_info={"logprobs": logprobs} if logprobs else None
        )

    def _convert_end(
        self,
        end: StreamEnd,
        info: ResponseInfo,
        payload: dict[str, Any],
        blocks: _blocks.BlockIndexer | None,
    ) -> ChatGenerationChunk:
        chunk = convert_end_to_generation_chunk(end, info, self._answer_context(payload))
        if blocks is not None:
            blocks.convert(cast("AIMessageChunk", chunk.message))
        return chunk

    def _answer_context(self, payload: dict[str, Any]) -> AnswerContext:
        return AnswerContext(
            model=payload["model"],
            base_url=str(self.cometapi_api_base),
            include_headers=self.include_response_headers,
            think_tags=self._reads_think_tags(payload),
        )

    def _reads_think_tags(self, payload: dict[str, Any]) -> bool:
        asked = self.think_tags
        return bool(get_vendor(payload["model"]).think_tags) if asked is None else asked

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
        vendor = get_vendor(self.model_name)
        method = method or vendor.structured_output or "function_calling"
        if method == "json_schema" and schema is not None:
            return bind_json_schema(
                self, schema, include_raw=include_raw, strict=strict, tools=tools, **kwargs
            )
        if method == "function_calling" and schema is not None:
            tool_choice = kwargs.pop("tool_choice", None)
            if tool_choice is None and vendor.forced_one_while_thinking is False:
                # There is one tool: any is the same choice, and auto is what is left then.
                tool_choice = "auto" if vendor.forced_any_while_thinking is False else "any"
            return bind_function_calling(
                self,
                schema,
                tool_choice=tool_choice,
                include_raw=include_raw,
                strict=strict,
                **self._filter_disabled_params(**kwargs),
            )
        return super().with_structured_output(
            schema, method=method, include_raw=include_raw, strict=strict, tools=tools, **kwargs
        )

    # -- what LangChain asks about a model ---------------------------------------------------

    @property
    def _llm_type(self) -> str:
        return "cometapi-chat"

    @classmethod
    @override
    def is_lc_serializable(cls) -> bool:
        """Return that it is, so that LangChain's cache tells base URLs apart."""
        return True

    @classmethod
    @override
    def get_lc_namespace(cls) -> list[str]:
        """Return where `langchain_core.load` finds the class."""
        return ["langchain_cometapi", "chat_models"]

    @property
    @override
    def lc_secrets(self) -> dict[str, str]:
        """Return the secrets and the variables they are loaded from."""
        return {"cometapi_api_key": "COMETAPI_KEY"}

    @override
    def _get_ls_params(self, stop: list[str] | None = None, **kwargs: Any) -> LangSmithParams:
        params = super()._get_ls_params(stop=stop, **kwargs)
        params["ls_provider"] = PROVIDER
        return params

    @override
    def _get_invocation_params(
        self, stop: list[str] | None = None, **kwargs: Any
    ) -> dict[str, Any]:
        """Return what traces show: never a header or a query a key might stand in."""
        params: dict[str, Any] = super()._get_invocation_params(stop=stop, **kwargs)
        for name in ("extra_headers", "extra_query"):
            if params.get(name):
                params[name] = dict.fromkeys(params[name], "**REDACTED**")
        return params

    @override
    def _resolve_model_profile(self) -> None:
        """Return no profile: the base class would give that of OpenAI's model of this name."""
        return

    @override
    def get_num_tokens(self, text: str) -> int:
        """Estimate the tokens of a text; downloads nothing and works for every model."""
        if self.custom_get_token_ids is not None:
            return len(self.custom_get_token_ids(text))
        return -(-len(text) // _CHARACTERS_PER_TOKEN)

    @override
    def get_num_tokens_from_messages(
        self,
        messages: Sequence[BaseMessage],
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool] | None = None,
        **_: Any,
    ) -> int:
        """Estimate the tokens of messages and tools; downloads nothing, works for all."""
        if self.custom_get_token_ids is not None:
            return sum(len(self.custom_get_token_ids(message.text)) for message in messages)
        estimate = count_tokens_approximately(messages)
        schemas = (str(convert_to_openai_tool(tool)) for tool in tools or ())
        return estimate + sum(self.get_num_tokens(schema) for schema in schemas)


_CHARACTERS_PER_TOKEN = 4
_N_WHEN_STREAMING = "`n` must be 1 when streaming: a LangChain stream carries one answer."

ChatCometAPI.client = property(lambda self: self._sync_completions())
ChatCometAPI.async_client = property(lambda self: self._async_completions())
ChatCometAPI.root_client = property(lambda self: self._root_client())
ChatCometAPI.root_async_client = property(lambda self: self._root_async_client())
