"""`CometAPILLM`: text in, text out, for every model behind CometAPI."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, CancelledError, wait
from copy import copy
from typing import TYPE_CHECKING, Any, Literal, Self

from langchain_core.language_models import BaseLLM, LangSmithParams, LanguageModelInput
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage
from langchain_core.rate_limiters import BaseRateLimiter
from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.runnables.config import ContextThreadPoolExecutor
from pydantic import ConfigDict, Field, PrivateAttr, model_validator
from typing_extensions import override

from langchain_cometapi._arguments import sort_arguments
from langchain_cometapi._base import Connected
from langchain_cometapi._batch import AsyncBatches
from langchain_cometapi._content.origin import PROVIDER
from langchain_cometapi._llm_answers import TextReader, join, to_llm_result
from langchain_cometapi.chat_models import ChatCometAPI

if TYPE_CHECKING:
    from langchain_core.callbacks import (
        AsyncCallbackManagerForLLMRun,
        CallbackManagerForLLMRun,
    )
    from langchain_core.outputs import ChatResult, GenerationChunk, LLMResult

# What the legacy completions route had, and a conversation has not.
_WITHOUT_TWIN = ("best_of", "echo", "suffix")

# Arguments of `generate` that are no parameters of a request.
_CALL_OPTIONS = frozenset({"callbacks", "tags", "metadata", "run_name", "run_id"})


# Parameters of a call that may hold secrets: traces and the cache see digests of them alone.
_SECRET = ("extra_headers", "extra_query")

# Fields that a call may set for itself, beside the parameters of its request.
_OF_A_CALL = ("system", "max_concurrency", "streaming")


class _Made:
    """The chat model and the fields it was made of; copies and pickles start without."""

    __slots__ = ("last",)

    def __init__(self) -> None:
        self.last: tuple[dict[str, Any], ChatCometAPI] | None = None

    def __reduce__(self) -> tuple[type[_Made], tuple[()]]:
        return _Made, ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Made)

    __hash__ = None  # type: ignore[assignment]


class CometAPILLM(AsyncBatches, Connected, BaseLLM):
    """Text in, text out, over the chat route of [CometAPI](https://www.cometapi.com).

    Each prompt is one user message to the same model that `ChatCometAPI` asks, with the same keys,
    errors, retries, guards and vendor rules. What a model thinks stays out of the text; it is in
    `generation_info["reasoning"]`.

    ```python
    from langchain_cometapi import CometAPILLM

    llm = CometAPILLM(model="gpt-5.4-mini", system="Answer in one word.")
    llm.invoke("The capital of France?")
    llm.batch(["One question", "Another"])
    for text in llm.stream("Tell me a story"):
        print(text, end="")
    ```

    Nothing that is not set is sent. `best_of`, `suffix` and `echo` have no meaning on the chat
    route and are an error.
    """

    model_config = ConfigDict(populate_by_name=True)

    model_name: str = Field(default="", alias="model")
    """Id of the model; required."""

    system: str | None = None
    """A system message to go before each prompt."""

    max_concurrency: int = Field(default=8, ge=1)
    """Most prompts of one list that are asked at the same time; a config's own counts first."""

    rate_limiter: BaseRateLimiter | None = Field(default=None, exclude=True)
    """Limits how often the model is asked; a list of prompts takes one turn for each."""

    # The rest is the chat model's: see `ChatCometAPI` for what each means.

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
    store: bool | None = None
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

    _made: _Made = PrivateAttr(default_factory=_Made)

    _of_call: dict[str, Any] = PrivateAttr(default_factory=dict)
    """The parameters of a call, on a copy made for it: core's cache asks the fields alone."""

    _beside: dict[str, Any] = PrivateAttr(default_factory=dict)
    """Those of them that core must not see."""

    @model_validator(mode="before")
    @classmethod
    def build_extra(cls, values: dict[str, Any]) -> Any:
        """Sort constructor arguments; an unknown one is an error."""
        for given in (values, values.get("model_kwargs"), values.get("extra_body")):
            _refuse(given or {})
        return sort_arguments(cls, values)

    @model_validator(mode="after")
    def validate_environment(self) -> Self:
        """Resolve key and base URL; builds no client."""
        self._resolve_connection()
        self._chat_model()  # what it refuses is refused now
        return self

    # -- the chat model behind it ---------------------------------------------------------

    def _chat_model(self) -> ChatCometAPI:
        """Return the chat model of the fields as they are now."""
        fields = {name: getattr(self, name) for name in _CHAT_FIELDS}
        last = self._made.last
        if last is None or last[0] != fields:
            # Copies, so that a change within a dict or a list is seen, too.
            kept = {k: copy(v) if isinstance(v, (dict, list)) else v for k, v in fields.items()}
            model = ChatCometAPI(**{_ALIASES[name]: kept[name] for name in kept})
            if last is not None:
                model._clients = last[1]._clients  # which let go what no longer fits
            last = self._made.last = kept, model
        return last[1]

    @override
    def __copy__(self) -> Self:
        copied = super().__copy__()
        copied._made = _Made()
        return copied

    def _messages(self, prompt: str) -> list[BaseMessage]:
        before = [SystemMessage(self.system)] if self.system else []
        return [*before, HumanMessage(prompt)]

    @override
    def close(self) -> None:
        """Close the connections of synchronous calls; see `ChatCometAPI.close`."""
        if self._made.last is not None:
            self._made.last[1].close()

    @override
    async def aclose(self) -> None:
        """Close the connections of this event loop; see `ChatCometAPI.aclose`."""
        if self._made.last is not None:
            await self._made.last[1].aclose()

    # -- whole answers --------------------------------------------------------------------

    @override
    def generate(
        self, prompts: list[str], stop: list[str] | None = None, *args: Any, **kwargs: Any
    ) -> LLMResult:
        """Ask for each prompt; see `BaseLLM.generate`."""
        twin, kwargs = self._for_call(kwargs)
        return BaseLLM.generate(twin, prompts, stop, *args, **kwargs)

    @override
    async def agenerate(
        self, prompts: list[str], stop: list[str] | None = None, *args: Any, **kwargs: Any
    ) -> LLMResult:
        """Ask for each prompt; see `BaseLLM.agenerate`."""
        twin, kwargs = self._for_call(kwargs)
        return await BaseLLM.agenerate(twin, prompts, stop, *args, **kwargs)

    def _for_call(self, kwargs: dict[str, Any]) -> tuple[CometAPILLM, dict[str, Any]]:
        """Return the model of a call, and the arguments that core may see."""
        parameters = {k: v for k, v in kwargs.items() if k not in _CALL_OPTIONS}
        _refuse(parameters)
        if not parameters:
            return self, kwargs
        own = {name: parameters.pop(name) for name in _OF_A_CALL if name in parameters}
        twin = self.model_copy(update=own)
        if "streaming" not in own:
            twin._made = self._made
        twin._beside = {k: v for k, v in parameters.items() if k in _SECRET and v}
        hidden = {k: {name: _hide(v[name]) for name in v} for k, v in twin._beside.items()}
        twin._of_call = {**parameters, **hidden}
        return twin, {k: v for k, v in kwargs.items() if k not in {*twin._beside, *own}}

    @override
    def _generate(
        self,
        prompts: list[str],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> LLMResult:
        if self.streaming and len(prompts) == 1:
            return join([*self._stream(prompts[0], stop, run_manager, **kwargs)])
        whole = {**kwargs, **self._beside, "stream": False}

        def ask(prompt: str) -> ChatResult:
            self._take_turn()
            return self._chat_model()._generate(self._messages(prompt), stop, **whole)

        if len(prompts) <= 1:
            return to_llm_result([*map(ask, prompts)])
        failed = threading.Event()

        def ask_unless_failed(prompt: str) -> ChatResult:
            """Start nothing after a failure, before this thread has heard of it either."""
            if failed.is_set():
                raise CancelledError
            try:
                return ask(prompt)
            except BaseException:
                failed.set()
                raise

        with ContextThreadPoolExecutor(min(self.max_concurrency, len(prompts))) as executor:
            futures = [executor.submit(ask_unless_failed, prompt) for prompt in prompts]
            try:
                wait(futures, return_when=FIRST_EXCEPTION)
                for future in futures:
                    if future.done():
                        future.result()
                return to_llm_result([future.result() for future in futures])
            finally:
                for future in futures:  # after a failure, the others need not start
                    future.cancel()

    @override
    async def _agenerate(
        self,
        prompts: list[str],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> LLMResult:
        if self.streaming and len(prompts) == 1:
            return join([c async for c in self._astream(prompts[0], stop, run_manager, **kwargs)])
        whole = {**kwargs, **self._beside, "stream": False}
        free = asyncio.Semaphore(self.max_concurrency)

        async def ask(prompt: str) -> ChatResult:
            async with free:
                await self._atake_turn()
                return await self._chat_model()._agenerate(self._messages(prompt), stop, **whole)

        tasks = [asyncio.ensure_future(ask(prompt)) for prompt in prompts]
        try:
            return to_llm_result(await asyncio.gather(*tasks))
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _take_turn(self) -> None:
        if self.rate_limiter:
            self.rate_limiter.acquire(blocking=True)

    async def _atake_turn(self) -> None:
        if self.rate_limiter:
            await self.rate_limiter.aacquire(blocking=True)

    # -- streams --------------------------------------------------------------------------

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
        twin, kwargs = self._for_call(kwargs)
        return BaseLLM.stream(twin, input, config, stop=stop, **kwargs)

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
        twin, kwargs = self._for_call(kwargs)
        return BaseLLM.astream(twin, input, config, stop=stop, **kwargs)

    @override
    def _stream(
        self,
        prompt: str,
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[GenerationChunk]:
        self._take_turn()
        reader = TextReader()
        kwargs = {**kwargs, **self._beside}
        for chunk in self._chat_model()._stream(self._messages(prompt), stop, **kwargs):
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
        reader = TextReader()
        kwargs = {**kwargs, **self._beside}
        async for chunk in self._chat_model()._astream(self._messages(prompt), stop, **kwargs):
            if (text := reader.read(chunk)) is None:
                continue
            if run_manager:
                await run_manager.on_llm_new_token(text.text, chunk=text)
            yield text

    # -- many prompts ---------------------------------------------------------------------

    # Core's LLMs send a batch as one call, so that one failure is everybody's and callbacks are
    # the first one's alone. As a runnable, each prompt is a call of its own.

    @override
    def batch(
        self,
        inputs: list[LanguageModelInput],
        config: RunnableConfig | list[RunnableConfig] | None = None,
        *,
        return_exceptions: bool = False,
        **kwargs: Any,
    ) -> list[str]:
        """Ask for each input; see `Runnable.batch`."""
        configs = self._batch_configs(config, len(inputs))
        return Runnable.batch(self, inputs, configs, return_exceptions=return_exceptions, **kwargs)

    @override
    def batch_as_completed(
        self,
        inputs: Sequence[LanguageModelInput],
        config: RunnableConfig | Sequence[RunnableConfig] | None = None,
        *,
        return_exceptions: bool = False,
        **kwargs: Any,
    ) -> Iterator[tuple[int, Any]]:
        """Yield results as they come; see `Runnable.batch_as_completed`."""
        options: Any = {"return_exceptions": return_exceptions, **kwargs}
        configs = self._batch_configs(config, len(inputs))
        yield from Runnable.batch_as_completed(self, inputs, configs, **options)

    @override
    def _batch_configs(
        self, config: RunnableConfig | Sequence[RunnableConfig] | None, number: int
    ) -> list[RunnableConfig]:
        configs = super()._batch_configs(config, number)
        for one in configs:
            if one.get("max_concurrency") is None:
                one["max_concurrency"] = self.max_concurrency
        return configs

    # -- what LangChain asks about a model ------------------------------------------------

    @property
    @override
    def _llm_type(self) -> str:
        return "cometapi-llm"

    @property
    @override
    def _identifying_params(self) -> dict[str, Any]:
        """Return what tells two models apart, for traces and the cache; no secret is in it."""
        defaults = self._chat_model()._default_params
        return {
            # Core puts the stop of a call under its name, and forgets the field's.
            **{k: v for k, v in defaults.items() if k != "stop"},
            "default_stop": self.stop,
            "think_tags": self.think_tags,
            "base_url": self.cometapi_api_base,
            "system": self.system,
            **self._of_call,
        }

    @override
    def _get_ls_params(self, stop: list[str] | None = None, **kwargs: Any) -> LangSmithParams:
        own = [self.stop] if isinstance(self.stop, str) else self.stop
        params = super()._get_ls_params(stop=stop or own, **kwargs)
        params["ls_provider"] = PROVIDER
        return params

    @classmethod
    @override
    def is_lc_serializable(cls) -> bool:
        """Return that it is, as the chat model is."""
        return True

    @classmethod
    @override
    def get_lc_namespace(cls) -> list[str]:
        """Return where `langchain_core.load` finds the class."""
        return ["langchain_cometapi", "llms"]

    @property
    @override
    def lc_secrets(self) -> dict[str, str]:
        """Return the secrets and the variables they are loaded from."""
        return {"cometapi_api_key": "COMETAPI_KEY"}

    @override
    def get_num_tokens(self, text: str) -> int:
        """Estimate the tokens of a text; downloads nothing."""
        if self.custom_get_token_ids is not None:
            return super().get_num_tokens(text)
        return self._chat_model().get_num_tokens(text)

    @override
    def get_token_ids(self, text: str) -> list[int]:
        """Return token ids by `custom_get_token_ids`.

        Raises:
            NotImplementedError: If that is not set: each vendor has a tokenizer of its own, and
                none is downloaded.
        """
        if self.custom_get_token_ids is None:
            msg = "Set `custom_get_token_ids`; `get_num_tokens` estimates without it."
            raise NotImplementedError(msg)
        return self.custom_get_token_ids(text)


_CHAT_FIELDS = tuple(
    name
    for name in CometAPILLM.model_fields
    if name in ChatCometAPI.model_fields and name not in BaseLLM.model_fields
)
_ALIASES = {name: ChatCometAPI.model_fields[name].alias or name for name in _CHAT_FIELDS}


def _hide(value: object) -> str:
    """Return what tells a secret from another, and nothing else of it."""
    return f"**REDACTED** {hashlib.blake2b(repr(value).encode(), digest_size=8).hexdigest()}"


def _refuse(parameters: Mapping[str, Any]) -> None:
    for name in _WITHOUT_TWIN:
        if parameters.get(name) is not None:
            msg = f"`{name}` belongs to the legacy completions route; the chat route has no twin."
            if name == "best_of":
                msg += " Ask for `n` answers and choose among them."
            raise ValueError(msg)
