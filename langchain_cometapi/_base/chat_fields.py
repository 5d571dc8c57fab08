"""The fields of `ChatCometAPI`, and what LangChain asks about a model.

`chat_requests.py` builds its requests, `chat_models.py` sends them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from langchain_core.language_models import LangSmithParams, LanguageModelInput, ModelProfile
from langchain_core.messages import BaseMessage, convert_to_messages
from langchain_core.prompt_values import PromptValue
from langchain_core.tools import BaseTool
from langchain_openai.chat_models.base import BaseChatOpenAI
from pydantic import Field, PrivateAttr, field_validator, model_validator
from typing_extensions import override

from langchain_cometapi._base.arguments import sort_arguments
from langchain_cometapi._base.connection import Connected
from langchain_cometapi._base.profiles import ShownProfiles
from langchain_cometapi._base.retired_models import warn_if_retired
from langchain_cometapi._base.text_results import describe_outputs
from langchain_cometapi._base.token_counts import count
from langchain_cometapi._catalog.profiles import get_profile
from langchain_cometapi._chat.request.other_routes import (
    RESPONSES_ONLY,
    RESPONSES_OUTPUT,
    check_output_version,
    refuse_other_routes,
)
from langchain_cometapi._chat.request.parameter_warnings import ParameterWarnings
from langchain_cometapi._chat.resource import AsyncCompletions, Completions
from langchain_cometapi._client.redaction import hide_values
from langchain_cometapi._content.origin import PROVIDER
from langchain_cometapi._content.reported_tokens import get_factor
from langchain_cometapi._content.tokens import TextCounter, choose_counter, read_token_ids
from langchain_cometapi._context import CallContext
from langchain_cometapi._credentials import output_version_from_env
from langchain_cometapi._vendors.registry import get_vendor
from langchain_cometapi._version import __version__
from langchain_cometapi.exceptions import CometAPIUnsentRequestError

N_WHEN_STREAMING = "`n` must be 1 when streaming: a LangChain stream carries one message."

# The fields for the Responses route alone.
_OF_RESPONSES = sorted(RESPONSES_ONLY.keys() & BaseChatOpenAI.model_fields.keys())


class ChatFields(Connected, BaseChatOpenAI):
    """The fields of `ChatCometAPI`."""

    # Required: `sort_arguments` raises a clearer error than a field without a default would,
    # which would also hide the alias from type checkers.
    model_name: str = Field(default="", alias="model")
    """Id of the model, as the catalogue at https://api.cometapi.com/api/models lists it."""

    max_tokens: int | None = Field(default=None, alias="max_completion_tokens")
    """Most tokens to generate, sent under the name that the model's family takes."""

    stream_usage: bool | None = True
    """Whether streams ask for token usage; if a model refuses that, the request is sent without."""

    stream_chunk_timeout: float | None = 600.0
    """Seconds a stream may go without content; `None` or 0 for any time.

    For synchronous and asynchronous streams. Keep-alive comments do not count as content. The
    default leaves a model minutes of silent reasoning.
    """

    stream_truncation: Literal["error", "warn", "ignore"] = "error"
    """What to do when a stream ends without a finish reason.

    An error by default, because the message may be cut off; `"warn"` or `"ignore"` for a host
    that never sends one.
    """

    replay_reasoning: Literal["auto"] | bool = "auto"
    """Whether reasoning in the history is sent back to the model it came from.

    `"auto"` follows the rule of the model's family: DeepSeek and Kimi refuse a tool loop without
    it, Gemini one without its signatures, others do not want it. `True` sends it wherever it fits
    the model, `False` never.
    """

    strict_params: bool = False
    """Whether a parameter that the model's family refuses is an error.

    Otherwise it is dropped with one `CometAPIParameterWarning`; `explain()` shows what would be
    dropped.
    """

    think_tags: bool | None = None
    """Whether `<think>...</think>` at the head of the content is reasoning.

    Content before a lone `</think>` is reasoning, too, as chat templates write the opening tag
    into the prompt. So text of a stream waits for its end, or for a tag, unless reasoning has come
    in a field of its own. By default for the families that are known to write it so.
    """

    output_version: str | None = Field(default_factory=output_version_from_env)
    """`"v1"` for LangChain's standard content blocks in `content`; see `LC_OUTPUT_VERSION`."""

    endpoint: Literal["auto", "chat", "responses"] = "auto"
    """The route of all calls: `/v1/chat/completions` or `/v1/responses`.

    `"auto"` takes the one that the row of the model names, whatever the parameters, so that a
    conversation keeps one form: `"responses"` for GPT-5.6 and later, Pro and Codex models,
    `"chat"` for all others.
    """

    use_responses_api: bool | None = None
    """`True` and `False` mean `endpoint="responses"` and `"chat"`, as in `ChatOpenAI`."""

    # OpenAI's own settings are not used. The base class reads these names; `sort_arguments`
    # refuses a value and names the right argument.
    openai_api_key: None = Field(default=None, exclude=True, repr=False)
    openai_api_base: None = Field(default=None, exclude=True, repr=False)

    # Not fields but properties (set below the class), so that no copy, pickle or assignment
    # leaves a stale client behind.
    client: ClassVar[Any]  # type: ignore[misc]
    async_client: ClassVar[Any]  # type: ignore[misc]
    root_client: ClassVar[Any]  # type: ignore[misc]
    root_async_client: ClassVar[Any]  # type: ignore[misc]

    _parameter_warnings: ParameterWarnings = PrivateAttr(default_factory=ParameterWarnings)

    _profiles: ShownProfiles = PrivateAttr(default_factory=ShownProfiles)

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

    @model_validator(mode="after")
    def _set_cometapi_version(self) -> Self:
        """Add this package to the versions that LangSmith shows."""
        self._add_version("langchain-cometapi", __version__)
        return self

    # The base class's writes the route of the first model into the field, where it would also hold
    # for another model of a call, as in `bind(model=...)`.
    @model_validator(mode="after")
    @override
    def _infer_use_responses_api(self) -> Self:
        """Leave `use_responses_api` as it is."""
        return self

    def _choose_endpoint(self, model: str) -> Literal["chat", "responses"]:
        """Return the route of the calls to a model.

        Raises:
            CometAPIUnsentRequestError: If the fields contradict each other, or name no route.
        """
        endpoint = self.endpoint
        # Checked here, because copies and assignments are not validated.
        if endpoint not in {"auto", "chat", "responses"}:
            msg = f'`endpoint` is {endpoint!r}; pass "auto", "chat" or "responses".'
            raise CometAPIUnsentRequestError(msg)
        if self.use_responses_api is not None:
            wanted: Literal["chat", "responses"] = "responses" if self.use_responses_api else "chat"
            if endpoint not in {"auto", wanted}:
                msg = (
                    f"`use_responses_api={self.use_responses_api}` and `endpoint={endpoint!r}` "
                    "contradict each other; pass one of the two."
                )
                raise CometAPIUnsentRequestError(msg)
            return wanted
        return endpoint if endpoint != "auto" else get_vendor(model).endpoint or "chat"

    # -- clients --------------------------------------------------------------------------

    def _sync_completions(self) -> Completions:
        return Completions(self._root_client(), self.stream_chunk_timeout)

    def _async_completions(self) -> AsyncCompletions:
        return AsyncCompletions(self._root_async_client(), self.stream_chunk_timeout)

    # -- what LangChain asks about a model ---------------------------------------------------

    @property
    def _llm_type(self) -> str:
        return "cometapi-chat"

    @override
    def _get_ls_params(self, stop: list[str] | None = None, **kwargs: Any) -> LangSmithParams:
        params = super()._get_ls_params(stop=stop, **kwargs)
        params["ls_provider"] = PROVIDER
        return params

    @override
    def _get_invocation_params(
        self, stop: list[str] | None = None, **kwargs: Any
    ) -> dict[str, Any]:
        """Return what traces show, without headers and query parameters: they may hold a key."""
        shown = hide_values(super()._get_invocation_params(stop=stop, **kwargs))
        shown["model_name"] = shown["model"]  # by both names that of the call: tracers read either
        return shown

    # Core stores the profile at construction. There it would stay when the model or the route is
    # assigned, and go into the next model that `configurable_fields` builds. So nothing is stored,
    # unless the user has passed one, and `__getattr__` answers: it costs nothing until it is read.
    @model_validator(mode="after")
    @override
    def _set_model_profile(self) -> Self:
        """Leave the profile to be found when it is read."""
        if self.__dict__.get("profile") is None:
            self.__dict__.pop("profile", None)
        return self

    if not TYPE_CHECKING:  # else any attribute would pass for one

        def __getattr__(self, name: str) -> Any:
            """Return the profile where the user has passed none; it is that of model and route."""
            if name == "profile":
                return self._resolve_model_profile()
            return super().__getattr__(name)

    @override
    def _combine_llm_outputs(self, llm_outputs: list[dict[str, Any] | None]) -> dict[str, Any]:
        """Return the usage and the cost of several responses in all.

        The base class warns of numbers that are no whole ones, as costs are.
        """
        combined = describe_outputs([output or {} for output in llm_outputs])
        fingerprints = (output.get("system_fingerprint") for output in llm_outputs if output)
        fingerprint = next((value for value in fingerprints if value), None)
        named = {"system_fingerprint": fingerprint} if fingerprint else {}
        return {**combined, "model_name": self.model_name, **named}

    @override
    def _resolve_model_profile(self) -> ModelProfile | None:
        """Return the profile of the model on the route of its calls, as they are now."""
        return self._find_profile(self.model_name)

    def _find_profile(self, model: str) -> ModelProfile | None:
        key = (model, self._choose_endpoint(model))
        profile: ModelProfile | None = self._profiles.get(key)
        if profile is None and (profile := get_profile(*key)) is not None:
            self._profiles[key] = profile
        return profile

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
    def get_num_tokens(self, text: str) -> int:
        """Return the tokens of a text; nothing is downloaded.

        They are counted by `custom_get_token_ids`, else by tiktoken where the family is OpenAI's
        and the vocabulary is on this machine; else they are estimated, and the estimate is
        corrected by the usage that the model has reported in this process.
        """
        counter = choose_counter(get_vendor(self.model_name), self.custom_get_token_ids)
        return math.ceil(counter.count(text) * self._get_token_factor(counter))

    def _get_token_factor(self, counter: TextCounter) -> float:
        if not counter.is_estimate:
            return 1.0
        return get_factor(str(self.cometapi_api_base), self.model_name)

    @override
    def get_token_ids(self, text: str) -> list[int]:
        """Return the ids of a text's tokens; nothing is downloaded.

        They come from `custom_get_token_ids`, else from tiktoken where the family is OpenAI's and
        the vocabulary is on this machine.

        Raises:
            NotImplementedError: If there is neither.
        """
        return read_token_ids(text, get_vendor(self.model_name), self.custom_get_token_ids)

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


ChatFields.client = property(lambda self: self._sync_completions())
ChatFields.async_client = property(lambda self: self._async_completions())
ChatFields.root_client = property(lambda self: self._root_client())
ChatFields.root_async_client = property(lambda self: self._root_async_client())
