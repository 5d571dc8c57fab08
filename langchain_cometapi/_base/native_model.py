"""The calls of the native classes: LangChain's own class builds and reads them, guarded here."""

from __future__ import annotations

import asyncio
import math
from abc import abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, TypeVar

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import LanguageModelInput, ModelProfile
from langchain_core.language_models._utils import _normalize_messages
from langchain_core.messages import AIMessage, BaseMessage, convert_to_messages
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_core.prompt_values import PromptValue
from langchain_core.runnables import Runnable
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import ValidationError
from typing_extensions import override

from langchain_cometapi._base.native_fields import GATEWAY, NativeFields
from langchain_cometapi._base.run_events import begin_request, find_run_manager, report_cancelled
from langchain_cometapi._base.token_counts import count
from langchain_cometapi._chat.binding import ModelBinding
from langchain_cometapi._chat.request.encode import RequestExplanation
from langchain_cometapi._chat.response.cut_calls import StreamedMessage, spoil_last_call
from langchain_cometapi._chat.response.invalid_blocks import show_invalid_calls
from langchain_cometapi._client.errors import find_cause, get_request_id
from langchain_cometapi._client.native_calls import NativeCall
from langchain_cometapi._client.route import Route
from langchain_cometapi._client.sdk import timeout_errors
from langchain_cometapi._client.shared_clients import AttemptError
from langchain_cometapi._content.origin import PROVIDER
from langchain_cometapi._content.tokens import choose_counter
from langchain_cometapi._context import CallContext
from langchain_cometapi._structured.whole_output import guard_output
from langchain_cometapi._vendors.registry import get_vendor
from langchain_cometapi.exceptions import (
    CometAPIError,
    CometAPIUnexpectedResponseError,
    CometAPIUnsentRequestError,
    add_classes,
)

T = TypeVar("T")

_FIRST_ERROR = 300

_UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What the SDK and LangChain's class raise for an invalid request or response."""

for _provider in ("anthropic", "google_genai"):
    show_invalid_calls(_provider)


def _describe_wrong(error: Exception) -> str:
    """Return why a request cannot be written, without what it holds."""
    if not isinstance(error, ValidationError):
        return repr(error) if isinstance(error, LookupError) else str(error)
    wrong = error.errors(include_url=False, include_input=False)
    return "; ".join(f"`{'.'.join(map(str, one['loc']))}`: {one['msg']}" for one in wrong)


class NativeBinding(ModelBinding):  # type: ignore[no-redef]
    """A native model with tools and parameters bound to it."""

    @property
    @override
    def profile(self) -> ModelProfile | None:
        """The profile of the model that is asked, which may be a bound one."""
        model: Any = self.bound
        asked = self.kwargs.get("model") or model.model
        other = model if asked == model.model else model.model_copy(update={"model": asked})
        profile: ModelProfile | None = other.profile
        return profile


class NativeModel(NativeFields):
    """The calls of a native class, in front of those of LangChain's own class."""

    _route: ClassVar[Route]
    _sdk_errors: ClassVar[tuple[type[Exception], ...]]
    """The base classes of what the SDK and LangChain's class raise."""

    _error_classes: ClassVar[Mapping[type[CometAPIError], tuple[type[Exception], ...]]]
    """What our errors are in the SDK and in LangChain's package: of the first that fits."""

    # -- calls ----------------------------------------------------------------------------

    @override
    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        call = self._begin(run_manager, kwargs)
        parent = self._get_parent(kwargs)
        result = self._run(call, partial(parent._generate, messages, stop, run_manager, **kwargs))
        return self._finish(result, call)

    @override
    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        call = self._begin(run_manager, kwargs)
        parent = self._get_parent(kwargs)
        generate = partial(parent._agenerate, messages, stop, run_manager, **kwargs)
        try:
            result = await self._arun(call, generate)
        except asyncio.CancelledError:
            report_cancelled(run_manager)
            raise
        return self._finish(result, call)

    @override
    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        call = self._begin(run_manager or find_run_manager(), kwargs)
        parent = self._get_parent(kwargs)
        chunks = parent._stream(messages, stop, None, **kwargs)
        streamed = StreamedMessage()
        try:
            chunk: Any = True
            while chunk is not None:
                chunk = self._run(call, partial(next, chunks, None), streamed)
                for read in self._read_chunk(chunk, call, streamed):
                    if run_manager:
                        run_manager.on_llm_new_token(read.text, chunk=read)
                    yield read
        finally:
            chunks.close()
            if call.body is not None:
                call.body.close()

    @override
    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        call = self._begin(run_manager or find_run_manager(), kwargs)
        parent = self._get_parent(kwargs)
        chunks = parent._astream(messages, stop, None, **kwargs)
        streamed = StreamedMessage()
        try:
            chunk: Any = True
            while chunk is not None:
                chunk = await self._arun(call, partial(anext, chunks, None), streamed)
                for read in self._read_chunk(chunk, call, streamed):
                    if run_manager:
                        await run_manager.on_llm_new_token(read.text, chunk=read)
                    yield read
        finally:
            await chunks.aclose()
            if call.body is not None:
                await call.body.aclose()

    def _get_parent(self, kwargs: dict[str, Any]) -> Any:
        """Return LangChain's own class, for a call with these parameters."""
        del kwargs
        return super()

    @override
    def bind(self, **kwargs: Any) -> NativeBinding:
        """Return the model with parameters bound; its `explain` applies them too."""
        return NativeBinding(bound=self, kwargs=kwargs)

    def explain(
        self, messages: LanguageModelInput, *, stop: list[str] | None = None, **kwargs: Any
    ) -> RequestExplanation:
        """Return the request that `invoke` would send, and send nothing; see `ChatCometAPI`.

        Args:
            messages: The input of `invoke`.
            stop: Stop sequences.
            **kwargs: Further parameters of the call; with `stream=True`, that of a stream.

        Returns:
            Method, URL and JSON body, without the key, and what the rules of the model changed.

        Raises:
            CometAPIUnsentRequestError: If something cannot be sent to this model.
        """
        # Core does the same to the messages and parameters of every call.
        history = _normalize_messages(self._convert_input(messages).to_messages())
        kwargs.pop("ls_structured_output_format", None)
        if not kwargs.get("stream"):
            kwargs.pop("stream", None)
        call = NativeCall(kwargs.get("model") or self._model_id, self._route)
        return self._run(call, partial(self._write, history, stop, kwargs))

    @abstractmethod
    def _write(
        self, messages: list[BaseMessage], stop: list[str] | None, kwargs: dict[str, Any]
    ) -> RequestExplanation:
        """Return the request of a call with these parameters."""

    def get_num_tokens(self, text: str) -> int:
        """Return the tokens of a text as `ChatCometAPI` does: CometAPI does not count them."""
        model: Any = self
        counter = choose_counter(get_vendor(self._model_id), model.custom_get_token_ids)
        return math.ceil(counter.count(text))

    def get_num_tokens_from_messages(
        self,
        messages: Sequence[BaseMessage] | LanguageModelInput,
        tools: Sequence[Any] | None = None,
        **_: Any,
    ) -> int:
        """Return the tokens of messages and tools as `ChatCometAPI` does; nothing is sent.

        Args:
            messages: Messages in any form that `invoke` takes.
            tools: Tools in any form that `bind_tools` takes.
        """
        model: Any = self
        if isinstance(messages, str | PromptValue):
            messages = model._convert_input(messages).to_messages()
        context = CallContext.create(self._model_id, str(self.cometapi_api_base), endpoint="chat")
        counter = choose_counter(context.vendor, model.custom_get_token_ids)
        sent = [convert_to_openai_tool(tool) for tool in tools or ()]
        return count(convert_to_messages(messages), sent, context, counter).scale(1)

    def _begin(self, run_manager: Any, kwargs: Mapping[str, Any]) -> NativeCall:
        """Ask the handlers of the run if it may send a request, and begin a call."""
        model = kwargs.get("model") or self._model_id
        events = begin_request(run_manager, model)
        return NativeCall(model, self._route, self.stream_chunk_timeout, events)

    def _run(
        self, call: NativeCall, step: Callable[[], T], streamed: StreamedMessage | None = None
    ) -> T:
        """Return what a step of the call returns.

        Raises:
            CometAPIError: For each error of the SDK.
        """
        tokens = call.enter()
        try:
            return step()
        except self._get_caught() as error:
            failed = self._translate(error, call, streamed)
        finally:
            call.leave(tokens)
        raise failed  # here, so that it has no context: the SDK's error quotes the request

    async def _arun(
        self,
        call: NativeCall,
        step: Callable[[], Awaitable[T]],
        streamed: StreamedMessage | None = None,
    ) -> T:
        """Return what a step of the call returns; see `_run`."""
        tokens = call.enter()
        try:
            return await step()
        except self._get_caught() as error:
            failed = self._translate(error, call, streamed)
        finally:
            call.leave(tokens)
        raise failed

    def _get_caught(self) -> tuple[type[Exception], ...]:
        return (CometAPIError, AttemptError, *_UNREADABLE, *self._sdk_errors)

    # -- structured output ----------------------------------------------------------------

    def with_structured_output(
        self, schema: Any, *args: Any, include_raw: bool = False, **kwargs: Any
    ) -> Runnable[Any, Any]:
        """Return a model whose output has the form of a schema; see that of LangChain's class.

        The runnable raises a `CometAPIStructuredOutputError` for an output that was cut off, where
        that of LangChain's class returns what there is of it.
        """
        structured = super().with_structured_output(schema, *args, **kwargs)
        return guard_output(structured, include_raw=include_raw)

    # -- errors ---------------------------------------------------------------------------

    def _translate(
        self, error: Exception, call: NativeCall, streamed: StreamedMessage | None
    ) -> BaseException:
        """Return the exception to raise: ours, and the vendor's as well."""
        built = error.cause if isinstance(error, AttemptError) else error
        if not isinstance(built, CometAPIError):
            if built is not error or self._is_of_attempt(error, call):
                return built  # of the user's `api_key` callable or HTTP client, or of a handler
            built = self._build_error(error, call)
        built.model = built.model or call.model
        if streamed is not None and call.body is not None and built.partial_message is None:
            built.partial_message = streamed.get_partial(self._describe(call))
        kinds = next(c for kind, c in self._error_classes.items() if isinstance(built, kind))
        add_classes(built, *kinds, *self._more_classes(error))
        return built

    def _is_of_attempt(self, error: Exception, call: NativeCall) -> bool:
        """Whether an error is not the SDK's, and comes while a request is being sent."""
        is_open = call.failure.request is not None and call.failure.response is None
        return is_open and not isinstance(error, self._sdk_errors)

    def _more_classes(self, error: Exception) -> tuple[type[Exception], ...]:
        """Return further classes of the SDK for what it has raised; none by default."""
        del error
        return ()

    def _build_error(self, error: Exception, call: NativeCall) -> CometAPIError:
        failure = call.failure
        if failure.request is None:
            return failure.build(CometAPIUnsentRequestError, _describe_wrong(error))
        if failure.response is not None and failure.response.status_code >= _FIRST_ERROR:
            return failure.from_response()
        if failure.response is None and (cause := find_cause(error, self._sdk_errors)) is not None:
            built = failure.from_no_response(cause, timed_out=isinstance(cause, timeout_errors()))
            built.__cause__ = cause
            return built
        return failure.build(
            CometAPIUnexpectedResponseError,
            f"The SDK cannot read the response: {_describe_wrong(error)}",
        )

    # -- messages -------------------------------------------------------------------------

    def _describe(self, call: NativeCall) -> dict[str, Any]:
        """Return what `response_metadata` says of the gateway and the request."""
        described: dict[str, Any] = {GATEWAY: PROVIDER}
        if call.failure.response is not None:
            request_id = get_request_id(call.failure.response.headers)
            described |= {"request_id": request_id} if request_id else {}
        return described | ({"retries": call.attempts - 1} if call.attempts > 1 else {})

    def _finish(self, result: ChatResult, call: NativeCall) -> ChatResult:
        """Complete the messages of a whole response."""
        for generation in result.generations:
            message = generation.message
            self._complete(message, partial(getattr, message, "text"))
            message.response_metadata.update(self._describe(call))
            if not message.response_metadata.get("model_name"):  # a host may not repeat it
                message.response_metadata["model_name"] = call.model
            metadata = {**(result.llm_output or {}), **(generation.generation_info or {})}
            if isinstance(message, AIMessage):
                spoil_last_call(message, self._stop_reason(metadata | message.response_metadata))
        return result

    def _read_chunk(
        self, chunk: ChatGenerationChunk | None, call: NativeCall, streamed: StreamedMessage
    ) -> list[ChatGenerationChunk]:
        """Return the chunks that come next, of which the last has what is known of the message.

        Args:
            chunk: What the parent has read; `None` at the end.
            call: The call.
            streamed: The message so far.
        """
        read, streamed.buffered = streamed.buffered, []
        if chunk is None:
            return read
        message: Any = chunk.message
        reason = self._stop_reason({**(chunk.generation_info or {}), **message.response_metadata})
        if streamed.is_new and not (message.content or message.tool_call_chunks or reason):
            streamed.buffered = [chunk]  # until the form of the content is known
        streamed.push(message)
        self._complete(message, streamed.get_text)
        if reason and not streamed.is_closed:
            added = streamed.close(message, reason)
            read += [ChatGenerationChunk(message=before) for before in added]
            message.response_metadata.update(self._describe(call))
            if not streamed.names_model:
                message.response_metadata["model_name"] = call.model
        return read if streamed.buffered else [*read, chunk]

    def _complete(self, message: BaseMessage, get_text: Callable[[], str]) -> None:
        """Complete a message or a chunk of it, in place; nothing by default.

        Args:
            message: The message.
            get_text: Returns its text so far.
        """

    @staticmethod
    def _stop_reason(metadata: Mapping[str, Any]) -> Any:
        """Return why the model stopped."""
        return metadata.get("stop_reason") or metadata.get("finish_reason")
