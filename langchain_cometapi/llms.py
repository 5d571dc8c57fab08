"""`CometAPILLM`: text in, text out, for every model behind CometAPI."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Self, Unpack

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseLLM, LanguageModelInput
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage
from langchain_core.outputs import ChatResult, GenerationChunk, LLMResult
from pydantic import ConfigDict, Field, model_validator
from typing_extensions import override

from langchain_cometapi._base.arguments import sort_arguments
from langchain_cometapi._base.batches import PromptBatches, call_in_tasks, call_in_threads
from langchain_cometapi._base.call_copies import CallCopies
from langchain_cometapi._base.generation_fields import GenerationFields
from langchain_cometapi._base.other_arguments import UNUSED_BY_LLM, leave_out_unused
from langchain_cometapi._base.retired_models import retirement_known, warn_if_retired
from langchain_cometapi._base.text_results import merge_chunks, to_llm_result, to_text_chunk
from langchain_cometapi._chat.request.other_routes import refuse_legacy_parameters
from langchain_cometapi._client.redaction import digest, hide_values
from langchain_cometapi.chat_models import ChatCometAPI

if TYPE_CHECKING:
    from langchain_cometapi._base.signatures import LLMArguments

_CHAT_FIELDS = {*GenerationFields.model_fields} - {*BaseLLM.model_fields} | {"custom_get_token_ids"}
"""Fields that the chat model gets."""


class CometAPILLM(PromptBatches, CallCopies):
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

    model_config = ConfigDict(defer_build=False)

    system: str | None = None
    """A system message to send before each prompt."""

    max_concurrency: int = Field(default=8, ge=1)
    """Most prompts of one list sent at the same time; that of a config takes precedence."""

    @model_validator(mode="before")
    @classmethod
    def build_extra(cls, values: dict[str, Any]) -> Any:
        """Sort constructor arguments; an unknown one is an error."""
        values = sort_arguments(cls, leave_out_unused(values, UNUSED_BY_LLM, cls.__name__))
        for name in ("model_kwargs", "extra_body"):
            refuse_legacy_parameters(values.get(name) or {})
        return values

    @model_validator(mode="after")
    def validate_environment(self) -> Self:
        """Resolve key and base URL; builds no client. Warns of a retired model."""
        self._resolve_connection()
        self._chat_model()  # raises now what it would raise at the first call
        warn_if_retired(self.model_name)
        return self

    # -- requests -------------------------------------------------------------------------

    def _chat_model(self) -> ChatCometAPI:
        """Return a chat model with the fields as they are now, and the clients of this model."""
        self._client_settings().check()  # else an error of a call would be Pydantic's
        names = _CHAT_FIELDS & {*self.model_fields_set, "model_kwargs"}  # which may grow in place
        with retirement_known():
            model = ChatCometAPI(**{name: getattr(self, name) for name in names})
        model._clients, model._parameter_warnings = self._clients, self._parameter_warnings
        return model

    def _messages(self, prompt: str) -> list[BaseMessage]:
        system = [SystemMessage(self.system)] if self.system else []
        return [*system, HumanMessage(prompt)]

    # -- calls ----------------------------------------------------------------------------

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
        chat_model, parameters = self._chat_model(), {**kwargs, **self._call_parameters}

        def ask(prompt: str) -> ChatResult:
            self._take_turn()
            return chat_model._generate(self._messages(prompt), stop, run_manager, **parameters)

        return to_llm_result(call_in_threads(ask, prompts, limit=self.max_concurrency))

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
        chat_model, parameters = self._chat_model(), {**kwargs, **self._call_parameters}

        async def ask(prompt: str) -> ChatResult:
            await self._atake_turn()
            messages = self._messages(prompt)
            return await chat_model._agenerate(messages, stop, run_manager, **parameters)

        return to_llm_result(await call_in_tasks(ask, prompts, limit=self.max_concurrency))

    @override
    def _stream(
        self,
        prompt: str,
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[GenerationChunk]:
        self._take_turn()
        extras: dict[str, str] = {}
        parameters = {**kwargs, **self._call_parameters, "reports_tokens": False}
        messages = self._messages(prompt)
        for chunk in self._chat_model()._stream(messages, stop, run_manager, **parameters):
            if text := to_text_chunk(chunk, extras):
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
        extras: dict[str, str] = {}
        parameters = {**kwargs, **self._call_parameters, "reports_tokens": False}
        messages = self._messages(prompt)
        async for chunk in self._chat_model()._astream(messages, stop, run_manager, **parameters):
            if text := to_text_chunk(chunk, extras):
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
        model = self._call_parameters.get("model") or self.model_name
        return {
            **self._chat_model()._default_params,
            "endpoint": self._choose_endpoint(model),
            # Core overwrites `stop` with that of the call.
            "default_stop": self.stop,
            "think_tags": self.think_tags,
            "base_url": self.cometapi_api_base,
            "system": self.system,
            **hide_values(self._call_parameters, digest),
        }

    @override
    def get_num_tokens_from_messages(
        self,
        messages: Sequence[BaseMessage] | LanguageModelInput,
        tools: Sequence[Any] | None = None,
        **_: Any,
    ) -> int:
        """Return the tokens of messages; see `ChatCometAPI.get_num_tokens_from_messages`."""
        return self._chat_model().get_num_tokens_from_messages(messages, tools)
