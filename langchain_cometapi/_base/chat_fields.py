"""The fields that `ChatCometAPI` alone has, and what LangChain asks about a chat model.

`chat_requests.py` builds its requests, `chat_models.py` sends them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Literal, Self

from langchain_core.language_models import LanguageModelInput, ModelProfile
from langchain_core.messages import BaseMessage, convert_to_messages
from langchain_core.prompt_values import PromptValue
from langchain_core.tools import BaseTool
from langchain_openai.chat_models.base import BaseChatOpenAI
from pydantic import Field, field_validator, model_validator
from typing_extensions import override

from langchain_cometapi._base.arguments import sort_arguments
from langchain_cometapi._base.generation_fields import GenerationFields
from langchain_cometapi._base.profiles import ProfileOnRead
from langchain_cometapi._base.retired_models import warn_if_retired
from langchain_cometapi._base.token_counts import count
from langchain_cometapi._chat.request.other_routes import (
    RESPONSES_ONLY,
    RESPONSES_OUTPUT,
    check_output_version,
    refuse_other_routes,
)
from langchain_cometapi._chat.response.costs import add_up_outputs
from langchain_cometapi._client.redaction import hide_values
from langchain_cometapi._content.tokens import choose_counter
from langchain_cometapi._context import CallContext
from langchain_cometapi._credentials import output_version_from_env
from langchain_cometapi._vendors.registry import get_vendor

N_WHEN_STREAMING = "`n` must be 1 when streaming: a LangChain stream carries one message."

# The fields for the Responses route alone.
_OF_RESPONSES = sorted(RESPONSES_ONLY.keys() & BaseChatOpenAI.model_fields.keys())


class ChatFields(GenerationFields, ProfileOnRead, BaseChatOpenAI):
    """The fields of `ChatCometAPI`; those of `CometAPILLM` too are in `GenerationFields`."""

    replay_reasoning: Literal["auto"] | bool = "auto"
    """Whether reasoning in the history is sent back to the model it came from.

    `"auto"` follows the rule of the model's family: DeepSeek and Kimi refuse a tool loop without
    it, Gemini one without its signatures, others do not want it. `True` sends it wherever it fits
    the model, `False` never.
    """

    output_version: str | None = Field(default_factory=output_version_from_env)
    """`"v1"` for LangChain's standard content blocks in `content`; see `LC_OUTPUT_VERSION`."""

    # OpenAI's own settings are not used. The base class reads these names; `sort_arguments`
    # refuses a value and names the right argument.
    openai_api_key: None = Field(default=None, exclude=True, repr=False)
    openai_api_base: None = Field(default=None, exclude=True, repr=False)

    # Not fields but properties of `GenerationFields`, so that no copy, pickle or assignment
    # leaves a stale client behind.
    client: ClassVar[Any]  # type: ignore[misc]
    async_client: ClassVar[Any]  # type: ignore[misc]
    root_client: ClassVar[Any]  # type: ignore[misc]
    root_async_client: ClassVar[Any]  # type: ignore[misc]

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
        """Keep the temperature as it is; the base class changes it by the model's name."""
        return values

    @field_validator("stream_chunk_timeout", mode="after")
    @classmethod
    @override
    def _validate_stream_chunk_timeout(cls, value: float | None) -> float | None:
        if value is not None and not 0 <= value < math.inf:
            what = "negative" if value < 0 else value
            msg = f"`stream_chunk_timeout` is {what}; pass seconds, or `None` for no limit."
            raise ValueError(msg)
        return value or None

    @field_validator("output_version", mode="after")
    @classmethod
    def _check_output_version(cls, value: str | None) -> str | None:
        if value not in {None, "v0", "v1", RESPONSES_OUTPUT}:
            msg = f'`output_version` is {value!r}; pass "v0", "v1" or {RESPONSES_OUTPUT!r}.'
            raise ValueError(msg)
        return value

    @model_validator(mode="after")
    @override
    def validate_environment(self) -> Self:
        """Resolve key and base URL from arguments and `COMETAPI_*`; builds no client.

        Warns of a model that CometAPI has retired.
        """
        if self._choose_endpoint(self.model_name) == "chat":
            vendor = get_vendor(self.model_name)
            check_output_version(self.output_version, self.model_name, vendor)
            passed = ((name, getattr(self, name)) for name in _OF_RESPONSES)
            fields = {name: value for name, value in passed if value not in (None, False)}
            refuse_other_routes({**self.model_kwargs, **fields}, self.model_name, vendor)
        if self.n is not None and self.n < 1:
            msg = "`n` must be at least 1."
            raise ValueError(msg)
        if self.n is not None and self.n > 1 and self.streaming:
            msg = N_WHEN_STREAMING
            raise ValueError(msg)
        self._resolve_connection()
        warn_if_retired(self.model_name)
        return self

    # The base class's writes the route of the first model into the field, where it would also hold
    # for another model of a call, as in `bind(model=...)`.
    @model_validator(mode="after")
    @override
    def _infer_use_responses_api(self) -> Self:
        """Leave `use_responses_api` as it is."""
        return self

    # -- what LangChain asks about a model ---------------------------------------------------

    @property
    def _llm_type(self) -> str:
        return "cometapi-chat"

    @override
    def _get_invocation_params(
        self, stop: list[str] | None = None, **kwargs: Any
    ) -> dict[str, Any]:
        """Return what traces show, without headers and query parameters: they may hold a key."""
        shown = hide_values(super()._get_invocation_params(stop=stop, **kwargs))
        shown["model_name"] = shown["model"]  # by both names that of the call: tracers read either
        return shown

    @override
    def _combine_llm_outputs(self, llm_outputs: list[dict[str, Any] | None]) -> dict[str, Any]:
        """Return the usage and the cost of several responses in all.

        The base class warns of numbers that are no whole ones, as costs are.
        """
        combined = add_up_outputs([output or {} for output in llm_outputs])
        fingerprints = (output.get("system_fingerprint") for output in llm_outputs if output)
        fingerprint = next((value for value in fingerprints if value), None)
        named = {"system_fingerprint": fingerprint} if fingerprint else {}
        return {**combined, "model_name": self.model_name, **named}

    @override
    def _resolve_model_profile(self) -> ModelProfile | None:
        """Return the profile of the model on the route of its calls, as they are now."""
        return self._find_profile(self.model_name)

    def _find_profile(self, model: str) -> ModelProfile | None:
        return self._find_profile_on(model, self._choose_endpoint(model))

    # Core resolves the type hints of `ModelProfile` for each model, which is nearly half of the
    # time of building one (2026-11: 57 us with it, 30 us without).
    @model_validator(mode="after")
    @override
    def _check_profile_keys(self) -> Self:
        """Check the keys of a profile that the user has passed; those of ours are known."""
        if "profile" in self.__dict__:
            check: Any = getattr(super(), "_check_profile_keys", None)
            if check is not None:
                check()
        return self

    @override
    def get_num_tokens_from_messages(
        self,
        messages: Sequence[BaseMessage] | LanguageModelInput,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool] | None = None,
        **_: Any,
    ) -> int:
        """Return the tokens of messages and tools, counted as `get_num_tokens` counts texts.

        What is sent counts: reasoning only where it goes back to the model, images by the model's
        row, each other medium like an image, tools by their schemas.

        Args:
            messages: Messages in any form that `invoke` takes.
            tools: Tools in any form that `bind_tools` takes.
        """
        if isinstance(messages, str | PromptValue):
            messages = self._convert_input(messages).to_messages()
        context = CallContext.create(
            self.model_name,
            str(self.cometapi_api_base),
            replay_reasoning=self.replay_reasoning,
            endpoint=self._choose_endpoint(self.model_name),
            store=self.store,
        )
        counter = choose_counter(context.vendor, self.custom_get_token_ids)
        bound: Any = self.bind_tools(tools) if tools else None
        sent = bound.kwargs["tools"] if tools else ()
        counted = count(convert_to_messages(messages), sent, context, counter)
        return counted.scale(self._get_token_factor(counter))
