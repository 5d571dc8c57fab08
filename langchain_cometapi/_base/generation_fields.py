"""What `ChatCometAPI` and `CometAPILLM` share: fields, route, clients and tokens."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal, Self

from langchain_core.language_models import BaseLanguageModel, LangSmithParams
from langchain_core.rate_limiters import BaseRateLimiter
from pydantic import ConfigDict, Field, PrivateAttr, model_validator
from typing_extensions import override

from langchain_cometapi._base.connection import Connected
from langchain_cometapi._chat.request.parameter_warnings import ParameterWarnings
from langchain_cometapi._chat.resource import AsyncCompletions, Completions
from langchain_cometapi._content.origin import PROVIDER
from langchain_cometapi._content.reported_tokens import get_factor
from langchain_cometapi._content.tokens import TextCounter, choose_counter, read_token_ids
from langchain_cometapi._vendors.registry import get_vendor
from langchain_cometapi._version import __version__
from langchain_cometapi.exceptions import CometAPIUnsentRequestError


class GenerationFields(Connected, BaseLanguageModel):  # type: ignore[type-arg]
    """The fields of a model that generates text, before LangChain's own class of such models."""

    # Pydantic's validators take 5 ms a class, and are built for the classes of models alone, which
    # say `defer_build=False`: for one between, none is ever used.
    model_config = ConfigDict(populate_by_name=True, defer_build=True)

    # Required: `sort_arguments` raises a clearer error than a field without a default would,
    # which would also hide the alias from type checkers.
    model_name: str = Field(default="", alias="model")
    """Id of the model, as the catalogue at https://api.cometapi.com/api/models lists it."""

    temperature: float | None = None
    """Sampling temperature."""

    top_p: float | None = None
    """Share of the probability that tokens are drawn from."""

    max_tokens: int | None = Field(default=None, alias="max_completion_tokens")
    """Most tokens to generate, sent under the name that the model's family takes."""

    n: int | None = None
    """How many responses to generate for each input; 1 when streaming."""

    stop: list[str] | str | None = Field(default=None, alias="stop_sequences")
    """Sequences that end the response."""

    seed: int | None = None
    """Seed of the sampling."""

    presence_penalty: float | None = None
    """Penalty for tokens that have occurred."""

    frequency_penalty: float | None = None
    """Penalty for tokens, by how often they have occurred."""

    logit_bias: dict[int, int] | None = None
    """What to add to the logits of tokens, by their ids."""

    logprobs: bool | None = None
    """Whether to return the log probabilities of the output's tokens."""

    top_logprobs: int | None = None
    """How many of the most likely tokens to return for each place, with `logprobs`."""

    reasoning_effort: str | None = None
    """How much to reason, for example `"low"`."""

    verbosity: str | None = None
    """How long responses are, for example `"low"`."""

    service_tier: str | None = None
    """The vendor's tier of latency and price, for example `"flex"`."""

    prompt_cache_options: dict[str, Any] | None = None
    """Options of OpenAI's cache of prompts."""

    store: bool | None = None
    """Whether the vendor may store the response."""

    context_management: list[dict[str, Any]] | None = None
    """How the vendor shortens a long history; Responses route alone."""

    include: list[str] | None = None
    """What else to return, for example `"reasoning.encrypted_content"`; Responses route alone."""

    reasoning: dict[str, Any] | None = None
    """Settings of reasoning, with `effort` and `summary`; Responses route."""

    truncation: str | None = None
    """`"auto"` lets the vendor drop input that does not fit; Responses route alone."""

    endpoint: Literal["auto", "chat", "responses"] = "auto"
    """The route of all calls: `/v1/chat/completions` or `/v1/responses`.

    `"auto"` takes the one that the row of the model names, whatever the parameters, so that a
    conversation keeps one form: `"responses"` for GPT-5.6 and later, Pro and Codex models,
    `"chat"` for all others.
    """

    use_responses_api: bool | None = None
    """`True` and `False` mean `endpoint="responses"` and `"chat"`, as in `ChatOpenAI`."""

    extra_body: Mapping[str, Any] | None = None
    """Fields of the JSON body that are no parameters of OpenAI's."""

    model_kwargs: dict[str, Any] = Field(default_factory=dict)
    """Parameters of requests that are no fields of the model."""

    streaming: bool = False
    """Whether `invoke` streams, too."""

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

    include_response_headers: bool = False
    """Whether the headers of a response are in the metadata."""

    disabled_params: dict[str, Any] | None = None
    """Parameters that LangChain's methods do not set by themselves; see `ChatOpenAI`."""

    openai_organization: str | None = Field(default=None, alias="organization")
    """Organization at OpenAI, sent as a header."""

    rate_limiter: BaseRateLimiter | None = Field(default=None, exclude=True)
    """Limits how often requests are sent; each prompt of a list is one request."""

    _parameter_warnings: ParameterWarnings = PrivateAttr(default_factory=ParameterWarnings)

    @model_validator(mode="after")
    def _set_cometapi_version(self) -> Self:
        """Add this package to the versions that LangSmith shows."""
        self._add_version("langchain-cometapi", __version__)
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

    @property
    def client(self) -> Completions:
        """The chat route, for synchronous calls."""
        return Completions(self._root_client(), self.stream_chunk_timeout)

    @property
    def async_client(self) -> AsyncCompletions:
        """The chat route, for asynchronous calls."""
        return AsyncCompletions(self._root_async_client(), self.stream_chunk_timeout)

    def _take_turn(self) -> None:
        """Wait until the rate limiter lets the next request pass."""
        if self.rate_limiter:
            self.rate_limiter.acquire(blocking=True)

    async def _atake_turn(self) -> None:
        if self.rate_limiter:
            await self.rate_limiter.aacquire(blocking=True)

    # -- what LangChain asks about a model ---------------------------------------------------

    @override
    def _get_ls_params(self, stop: list[str] | None = None, **kwargs: Any) -> LangSmithParams:
        default = [self.stop] if isinstance(self.stop, str) else self.stop
        params = super()._get_ls_params(stop=stop or default, **kwargs)
        params["ls_provider"] = PROVIDER
        return params

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
