"""`CometAPILLM`: text in, text out, for every model behind CometAPI."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Self, Unpack

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseLLM, LangSmithParams, LanguageModelInput
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage
from langchain_core.outputs import ChatResult, GenerationChunk, LLMResult
from langchain_core.rate_limiters import BaseRateLimiter
from langchain_core.runnables import RunnableConfig
from langchain_core.runnables.config import ContextThreadPoolExecutor
from pydantic import ConfigDict, Field, PrivateAttr, model_validator
from typing_extensions import override

from langchain_cometapi._base.arguments import sort_arguments
from langchain_cometapi._base.batches import PromptBatches, call_each, collect
from langchain_cometapi._base.connection import Connected
from langchain_cometapi._base.other_arguments import MOOT_FOR_LLM, leave_out_moot
from langchain_cometapi._base.retired_models import retirement_known, warn_if_retired
from langchain_cometapi._base.text_results import TextStreamReader, merge_chunks, to_llm_result
from langchain_cometapi._chat.request.other_routes import refuse_legacy_parameters
from langchain_cometapi._chat.request.parameter_warnings import ParameterWarnings
from langchain_cometapi._chat.resource import AsyncCompletions, Completions
from langchain_cometapi._client.redaction import SECRET_PARAMETERS, digest, hide_values
from langchain_cometapi._content.origin import PROVIDER
from langchain_cometapi._version import __version__
from langchain_cometapi.chat_models import ChatCometAPI

if TYPE_CHECKING:
    from langchain_cometapi._base.signatures import LLMArguments

_CORE_ARGUMENTS = frozenset({"callbacks", "tags", "metadata", "run_name", "run_id"})
"""Arguments of `generate` that are not parameters of a request."""

_CALL_FIELDS = ("system", "max_concurrency", "streaming")
"""Fields of the model that a call may set, and that are not parameters of a request."""

_CHUNK_TIMEOUT = "stream_chunk_timeout"


class CometAPILLM(PromptBatches, Connected, BaseLLM):
    """Text in, text out, of every text model behind [CometAPI](https://www.cometapi.com).

    Each prompt is one user message to the same model that `ChatCometAPI` asks, with the same keys,
    errors, retries, guards and vendor rules. Reasoning is not part of the text; it is in
    `generation_info["reasoning"]`.

    ```python
    from langchain_cometapi import CometAPILLM

    llm = CometAPILLM(model="gpt-5.4-mini", system="Answer in one word.")
    llm.invoke("The capital of France?")
    llm.batch(["One question", "Another"])
    for text in llm.stream("Tell me a story"):
        print(text, end="")
    ```

    Parameters that are not set are not sent. `best_of`, `suffix` and `echo` have no meaning on
    the routes of chat models and are an error.
    """

    if TYPE_CHECKING:

        def __init__(self, **kwargs: Unpack[LLMArguments]) -> None: ...

    model_config = ConfigDict(populate_by_name=True)

    model_name: str = Field(default="", alias="model")
    """Id of the model; required."""

    system: str | None = None
    """A system message to send before each prompt."""

    max_concurrency: int = Field(default=8, ge=1)
    """Most prompts of one list sent at the same time; that of a config takes precedence."""

    rate_limiter: BaseRateLimiter | None = Field(default=None, exclude=True)
    """Limits how often requests are sent; each prompt of a list is one request."""

    # The rest are the fields of `ChatCometAPI`, which documents them.
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = Field(default=None, alias="max_completion_tokens")
    n: int | None = None
    stop: list[str] | str | None = Field(default=None, alias="stop_sequences")
    seed: int | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    logit_bias: dict[int, int] | None = None
    logprobs: bool | None = None
    top_logprobs: int | None = None
    reasoning_effort: str | None = None
    verbosity: str | None = None
    service_tier: str | None = None
    prompt_cache_options: dict[str, Any] | None = None
    store: bool | None = None
    context_management: list[dict[str, Any]] | None = None
    include: list[str] | None = None
    reasoning: dict[str, Any] | None = None
    truncation: str | None = None
    endpoint: Literal["auto", "chat", "responses"] = "auto"
    use_responses_api: bool | None = None
    extra_body: Mapping[str, Any] | None = None
    model_kwargs: dict[str, Any] = Field(default_factory=dict)
    streaming: bool = False
    stream_usage: bool | None = True
    stream_chunk_timeout: float | None = 600.0
    stream_truncation: Literal["error", "warn", "ignore"] = "error"
    strict_params: bool = False
    think_tags: bool | None = None
    include_response_headers: bool = False
    disabled_params: dict[str, Any] | None = None
    openai_organization: str | None = Field(default=None, alias="organization")

    _parameter_warnings: ParameterWarnings = PrivateAttr(default_factory=ParameterWarnings)

    _call_parameters: dict[str, Any] = PrivateAttr(default_factory=dict)
    """The parameters of one call, on the copy of the model that makes it."""

    @model_validator(mode="before")
    @classmethod
    def build_extra(cls, values: dict[str, Any]) -> Any:
        """Sort constructor arguments; an unknown one is an error."""
        for parameters in (values, values.get("model_kwargs"), values.get("extra_body")):
            if isinstance(parameters, Mapping):
                refuse_legacy_parameters(parameters)
        return sort_arguments(cls, leave_out_moot(values, MOOT_FOR_LLM, cls.__name__))

    @model_validator(mode="after")
    def validate_environment(self) -> Self:
        """Resolve key and base URL; builds no client. Warns of a retired model."""
        self._resolve_connection()
        self._chat_model()  # raises now what it would raise at the first call
        warn_if_retired(self.model_name)
        return self

    @model_validator(mode="after")
    def _set_cometapi_version(self) -> Self:
        """Add this package to the versions that LangSmith shows."""
        self._add_version("langchain-cometapi", __version__)
        return self

    # -- requests -------------------------------------------------------------------------

    def _chat_model(self) -> ChatCometAPI:
        """Return a chat model with the fields as they are now, and the clients of this model."""
        self._client_settings().check()  # else an error of a call would be Pydantic's
        fields = {name: getattr(self, name) for name in _CHAT_FIELDS}
        if _CHUNK_TIMEOUT not in self.model_fields_set:
            del fields[_CHUNK_TIMEOUT]  # a model's row may have a longer one than the default
        with retirement_known():
            model = ChatCometAPI(**fields)
        model._clients = self._clients
        model._parameter_warnings = self._parameter_warnings
        return model

    @property
    def client(self) -> Completions:
        """The chat route, for synchronous calls."""
        return self._chat_model()._sync_completions()

    @property
    def async_client(self) -> AsyncCompletions:
        """The chat route, for asynchronous calls."""
        return self._chat_model()._async_completions()

    def _messages(self, prompt: str) -> list[BaseMessage]:
        system = [SystemMessage(self.system)] if self.system else []
        return [*system, HumanMessage(prompt)]

    def _for_call(self, kwargs: dict[str, Any]) -> tuple[CometAPILLM, dict[str, Any]]:
        """Return the model that makes a call, and the arguments that core may see.

        Core's cache and traces know a model by `_identifying_params` alone, so a call with
        parameters is made by a copy with them.
        """
        parameters = {k: v for k, v in kwargs.items() if k not in _CORE_ARGUMENTS}
        refuse_legacy_parameters(parameters)
        if not parameters:
            return self, kwargs
        fields = {name: parameters.pop(name) for name in _CALL_FIELDS if name in parameters}
        copied = self.model_copy(update=fields)
        copied._clients = self._clients
        copied._call_parameters = parameters
        hidden = {*SECRET_PARAMETERS, *fields}
        return copied, {k: v for k, v in kwargs.items() if k not in hidden}

    def _take_turn(self) -> None:
        if self.rate_limiter:
            self.rate_limiter.acquire(blocking=True)

    async def _atake_turn(self) -> None:
        if self.rate_limiter:
            await self.rate_limiter.aacquire(blocking=True)

    # -- generate -------------------------------------------------------------------------

    @override
    def generate(
        self, prompts: list[str], stop: list[str] | None = None, *args: Any, **kwargs: Any
    ) -> LLMResult:
        """Return the texts for each prompt; see `BaseLLM.generate`."""
        model, kwargs = self._for_call(kwargs)
        return BaseLLM.generate(model, prompts, stop, *args, **kwargs)

    @override
    async def agenerate(
        self, prompts: list[str], stop: list[str] | None = None, *args: Any, **kwargs: Any
    ) -> LLMResult:
        """Return the texts for each prompt; see `BaseLLM.agenerate`."""
        model, kwargs = self._for_call(kwargs)
        return await BaseLLM.agenerate(model, prompts, stop, *args, **kwargs)

    @override
    def _generate(
        self,
        prompts: list[str],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> LLMResult:
        if self.streaming and len(prompts) == 1:
            return merge_chunks([*self._stream(prompts[0], stop, run_manager, **kwargs)])
        chat_model = self._chat_model()
        parameters = {**kwargs, **self._call_parameters, "stream": False}
        failures: list[BaseException] = []

        def ask(prompt: str) -> ChatResult:
            if failures:  # prompts that wait are not sent after a failure
                raise failures[0]
            try:
                self._take_turn()
                return chat_model._generate(self._messages(prompt), stop, run_manager, **parameters)
            except BaseException as error:
                failures.append(error)
                raise

        if len(prompts) <= 1:
            return to_llm_result([ask(prompt) for prompt in prompts])
        with ContextThreadPoolExecutor(min(self.max_concurrency, len(prompts))) as executor:
            return to_llm_result([*executor.map(ask, prompts)])

    @override
    async def _agenerate(
        self,
        prompts: list[str],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> LLMResult:
        if self.streaming and len(prompts) == 1:
            chunks = self._astream(prompts[0], stop, run_manager, **kwargs)
            return merge_chunks([chunk async for chunk in chunks])
        chat_model = self._chat_model()
        parameters = {**kwargs, **self._call_parameters, "stream": False}

        async def ask(prompt: str) -> ChatResult:
            await self._atake_turn()
            return await chat_model._agenerate(
                self._messages(prompt), stop, run_manager, **parameters
            )

        results = call_each(ask, prompts, limit=self.max_concurrency)
        return to_llm_result(await collect(results, len(prompts)))

    # -- stream ---------------------------------------------------------------------------

    @override
    def stream(
        self,
        input: LanguageModelInput,
        config: RunnableConfig | None = None,
        *,
        stop: list[str] | None = None,
        **kwargs: Any,
    ) -> Iterator[str]:
        """Yield the text as it comes; see `Runnable.stream`."""
        model, kwargs = self._for_call(kwargs)
        return BaseLLM.stream(model, input, config, stop=stop, **kwargs)

    @override
    def astream(
        self,
        input: LanguageModelInput,
        config: RunnableConfig | None = None,
        *,
        stop: list[str] | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[str]:
        """Yield the text as it comes; see `Runnable.astream`."""
        model, kwargs = self._for_call(kwargs)
        return BaseLLM.astream(model, input, config, stop=stop, **kwargs)

    @override
    def _stream(
        self,
        prompt: str,
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[GenerationChunk]:
        self._take_turn()
        reader = TextStreamReader()
        parameters = {**kwargs, **self._call_parameters, "reports_tokens": False}
        messages = self._messages(prompt)
        for chunk in self._chat_model()._stream(messages, stop, run_manager, **parameters):
            if (text := reader.read(chunk)) is None:
                continue
            if run_manager:
                run_manager.on_llm_new_token(text.text, chunk=text)
            yield text

    @override
    async def _astream(
        self,
        prompt: str,
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[GenerationChunk]:
        await self._atake_turn()
        reader = TextStreamReader()
        parameters = {**kwargs, **self._call_parameters, "reports_tokens": False}
        messages = self._messages(prompt)
        async for chunk in self._chat_model()._astream(messages, stop, run_manager, **parameters):
            if (text := reader.read(chunk)) is None:
                continue
            if run_manager:
                await run_manager.on_llm_new_token(text.text, chunk=text)
            yield text

    # -- what LangChain asks about a model ------------------------------------------------

    @property
    @override
    def _llm_type(self) -> str:
        return "cometapi-llm"

    @property
    @override
    def _identifying_params(self) -> dict[str, Any]:
        """Return what the response depends on, for traces and the cache; no secret is in it."""
        chat_model = self._chat_model()
        return {
            **chat_model._default_params,
            "endpoint": chat_model._choose_endpoint(
                self._call_parameters.get("model") or self.model_name
            ),
            # Core overwrites `stop` with that of the call.
            "default_stop": self.stop,
            "think_tags": self.think_tags,
            "base_url": self.cometapi_api_base,
            "system": self.system,
            **hide_values(self._call_parameters, digest),
        }

    @override
    def _get_ls_params(self, stop: list[str] | None = None, **kwargs: Any) -> LangSmithParams:
        default = [self.stop] if isinstance(self.stop, str) else self.stop
        params = super()._get_ls_params(stop=stop or default, **kwargs)
        params["ls_provider"] = PROVIDER
        return params

    @override
    def get_num_tokens(self, text: str) -> int:
        """Return the tokens of a text; see `ChatCometAPI.get_num_tokens`."""
        return self._token_counter().get_num_tokens(text)

    @override
    def get_num_tokens_from_messages(
        self,
        messages: Sequence[BaseMessage] | LanguageModelInput,
        tools: Sequence[Any] | None = None,
        **_: Any,
    ) -> int:
        """Return the tokens of messages; see `ChatCometAPI.get_num_tokens_from_messages`."""
        return self._token_counter().get_num_tokens_from_messages(messages, tools)

    @override
    def get_token_ids(self, text: str) -> list[int]:
        """Return the ids of a text's tokens; see `ChatCometAPI.get_token_ids`.

        Raises:
            NotImplementedError: If there is no tokenizer for them.
        """
        return self._token_counter().get_token_ids(text)

    def _token_counter(self) -> ChatCometAPI:
        update = {"custom_get_token_ids": self.custom_get_token_ids}
        return self._chat_model().model_copy(update=update)


_CHAT_FIELDS = tuple(
    name
    for name in CometAPILLM.model_fields
    if name in ChatCometAPI.model_fields and name not in BaseLLM.model_fields
)
