"""The constructors' arguments, for type checkers.

A checker reads the fields of a Pydantic model as those of a dataclass: each under its alias alone,
and a key as a `SecretStr` alone. The constructors take both names, and a key in clear. A test
compares these with the fields.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Literal, TypedDict

from langchain_core.caches import BaseCache
from langchain_core.callbacks import BaseCallbackHandler, BaseCallbackManager
from langchain_core.language_models import ModelProfile
from langchain_core.rate_limiters import BaseRateLimiter
from pydantic import SecretStr

Key = str | SecretStr | Callable[[], str] | Callable[[], Awaitable[str]] | None


class ConnectionArguments(TypedDict, total=False):
    """Arguments of all models."""

    api_key: Key
    cometapi_api_key: Key
    base_url: str | None
    cometapi_api_base: str | None
    timeout: float | tuple[float, float] | Any | None
    request_timeout: float | tuple[float, float] | Any | None
    max_retries: int | None
    default_headers: Mapping[str, str] | None
    default_query: Mapping[str, object] | None
    openai_proxy: str | None
    organization: str | None
    openai_organization: str | None
    http_client: Any | None
    http_async_client: Any | None
    http_socket_options: Sequence[tuple[int, int, int]] | None
    http_transport: Literal["httpx", "aiohttp"]
    model: str
    model_kwargs: dict[str, Any]


class GenerationArguments(ConnectionArguments, total=False):
    """Arguments of `ChatCometAPI` and `CometAPILLM`."""

    model_name: str
    temperature: float | None
    top_p: float | None
    max_tokens: int | None
    max_completion_tokens: int | None
    n: int | None
    stop: list[str] | str | None
    stop_sequences: list[str] | str | None
    seed: int | None
    presence_penalty: float | None
    frequency_penalty: float | None
    logit_bias: dict[int, int] | None
    logprobs: bool | None
    top_logprobs: int | None
    reasoning_effort: str | None
    verbosity: str | None
    context_management: list[dict[str, Any]] | None
    include: list[str] | None
    reasoning: dict[str, Any] | None
    truncation: str | None
    service_tier: str | None
    prompt_cache_options: dict[str, Any] | None
    store: bool | None
    use_responses_api: bool | None
    endpoint: Literal["auto", "chat", "responses"]
    extra_body: Mapping[str, Any] | None
    streaming: bool
    stream_usage: bool | None
    stream_chunk_timeout: float | None
    stream_truncation: Literal["error", "warn", "ignore"]
    strict_params: bool
    think_tags: bool | None
    include_response_headers: bool
    disabled_params: dict[str, Any] | None
    # LangChain's own.
    name: str | None
    cache: BaseCache | bool | None
    verbose: bool
    callbacks: list[BaseCallbackHandler] | BaseCallbackManager | None
    tags: list[str] | None
    metadata: dict[str, Any] | None
    custom_get_token_ids: Callable[[str], list[int]] | None
    rate_limiter: BaseRateLimiter | None
    # Parameters of a request that are not fields; they go into `model_kwargs`.
    audio: dict[str, Any] | None
    modalities: list[str] | None
    parallel_tool_calls: bool | None
    prediction: dict[str, Any] | None
    prompt_cache_key: str | None
    prompt_cache_retention: str | None
    response_format: Any
    safety_identifier: str | None
    tool_choice: Any
    tools: list[Any] | None
    user: str | None
    web_search_options: dict[str, Any] | None


class ChatArguments(GenerationArguments, total=False):
    """Arguments of `ChatCometAPI`."""

    disable_streaming: bool | Literal["tool_calling"]
    output_version: str | None
    profile: ModelProfile | None
    replay_reasoning: Literal["auto"] | bool
    tiktoken_model_name: str | None
    use_previous_response_id: bool


class LLMArguments(GenerationArguments, total=False):
    """Arguments of `CometAPILLM`."""

    system: str | None
    max_concurrency: int
    # Left out with a warning: see `other_arguments.py`.
    batch_size: int
    tiktoken_model_name: str | None
    allowed_special: Any
    disallowed_special: Any


class EmbeddingsArguments(ConnectionArguments, total=False):
    """Arguments of `CometAPIEmbeddings`."""

    dimensions: int | None
    chunk_size: int
    max_concurrency: int
    encoding_format: Literal["float", "base64"] | None
    query_instruction: str
    embed_instruction: str
    skip_empty: bool
    show_progress_bar: bool
    # Another name of `default_headers`.
    headers: Mapping[str, str] | None
    # Left out with a warning: see `other_arguments.py`.
    allowed_special: Any
    api_version: str | None
    check_embedding_ctx_length: bool
    deployment: str | None
    disallowed_special: Any
    embedding_ctx_length: int
    openai_api_type: str | None
    openai_api_version: str | None
    retry_max_seconds: int
    retry_min_seconds: int
    tiktoken_enabled: bool
    tiktoken_model_name: str | None
