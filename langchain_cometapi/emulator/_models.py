"""What the emulated gateway knows about each model: frozen rows, no code.

A `FamilyRules` row says what one vendor family accepts, refuses and sends; a `ModelRow` says which
family a model id belongs to and what differs for that id alone. Everything else in the emulator
asks these rows and never looks at a model's name.

Where CometAPI's documents or a vendor's own error messages state a rule, the row enforces it.
Where nothing is known, the row accepts: the emulator shall not invent rejections.

Deliberately independent of the client half of this package: a mistake there must not be able to
repeat itself here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

NO_STREAM_OPTIONS_MODEL = "emulator-no-stream-options"
"""A model id that answers 400 to any request with `stream_options`."""

RATE_LIMITED_MODEL = "emulator-rate-limited"
"""A model id that always answers 429."""

Sampling = Literal["free", "one_of", "refused", "effort_none_only"]
UsageStyle = Literal["full", "claude", "plain"]

_OPENAI_PARAMS = frozenset(
    {
        "audio",
        "frequency_penalty",
        "logit_bias",
        "logprobs",
        "max_completion_tokens",
        "max_tokens",
        "messages",
        "metadata",
        "modalities",
        "model",
        "n",
        "parallel_tool_calls",
        "prediction",
        "presence_penalty",
        "prompt_cache_key",
        "prompt_cache_retention",
        "reasoning_effort",
        "response_format",
        "safety_identifier",
        "seed",
        "service_tier",
        "stop",
        "store",
        "stream",
        "stream_options",
        "temperature",
        "tool_choice",
        "tools",
        "top_logprobs",
        "top_p",
        "user",
        "verbosity",
        "web_search_options",
    }
)

_BASE_PARTS = frozenset({"text", "image_url", "input_audio", "file"})
_VIDEO_PARTS = _BASE_PARTS | {"video_url"}
_ROLES = frozenset({"system", "user", "assistant", "tool"})

_DEEPSEEK_REPLAY = "The reasoning_content in the thinking mode must be passed back to the API."
_KIMI_REPLAY = (
    "thinking is enabled but reasoning_content is missing in assistant tool call message"
    " at index {index}"
)
_DEEPSEEK_FORCED = "Thinking mode does not support this tool_choice"
_QWEN_FORCED = (
    "<400> InternalError.Algo.InvalidParameter: The tool_choice parameter does not support being"
    " set to required or object in thinking mode"
)


@dataclass(frozen=True)
class FamilyRules:
    """The server-side rules of one vendor family on the chat route.

    Attributes:
        name: Family name; reasoning text is only valid within its own family.
        provider: The vendor, as the public catalogue spells it.
        extra_params: Top-level parameters accepted beyond OpenAI's.
        roles: Message roles the vendor knows.
        user_parts: Content part types of user and tool messages.
        dropped_parts: Accepted part types that the gateway silently drops.
        strict_fields: Whether unknown keys of a message are refused.
        strict_schemas: Whether `strict: true` schemas are checked as OpenAI does.
        max_tokens: Whether the old `max_tokens` parameter is accepted.
        sampling: What becomes of `temperature` and `top_p`.
        efforts: Values of `reasoning_effort`; empty if the parameter is refused, `None` if any.
        default_effort: The effort in force when the request names none.
        tools_need_no_effort: Function tools are refused on this route unless the effort is "none".
        logprobs: Whether log probabilities can be asked for.
        many_choices: Whether `n` may exceed 1.
        reasoning_text: Whether thoughts come back as `reasoning_content`.
        replay_error: The 400 for an assistant tool-call turn without its reasoning, if demanded.
        forced_any_error: The 400 for `tool_choice: "required"` while thinking, if refused.
        forced_one_error: The 400 for a `tool_choice` that names a tool while thinking, if refused.
        thinks_with_tools_anyway: `thinking: disabled` is ignored when tools are present.
        signs_tool_calls: Whether tool calls carry a Google thought signature.
        obfuscation: Whether stream chunks carry OpenAI's `obfuscation` padding.
        usage_style: The shape of the `usage` object.
        empty_tool_content: `content` next to tool calls: `None` or an empty string.
        endpoints: `supported_endpoint_types` in the model lists.
    """

    name: str
    provider: str
    extra_params: frozenset[str] = frozenset()
    roles: frozenset[str] = _ROLES
    user_parts: frozenset[str] = _BASE_PARTS
    dropped_parts: frozenset[str] = frozenset()
    strict_fields: bool = False
    strict_schemas: bool = False
    max_tokens: bool = True
    sampling: Sampling = "free"
    efforts: frozenset[str] | None = None
    default_effort: str | None = None
    tools_need_no_effort: bool = False
    logprobs: bool = True
    many_choices: bool = True
    reasoning_text: bool = False
    replay_error: str | None = None
    forced_any_error: str | None = None
    forced_one_error: str | None = None
    thinks_with_tools_anyway: bool = False
    signs_tool_calls: bool = False
    obfuscation: bool = False
    usage_style: UsageStyle = "plain"
    empty_tool_content: str | None = None
    endpoints: tuple[str, ...] = ("openai",)

    @property
    def params(self) -> frozenset[str]:
        """Every top-level parameter this family accepts."""
        return _OPENAI_PARAMS | self.extra_params


@dataclass(frozen=True)
class ModelRow:
    """One model id the emulator serves.

    Attributes:
        id: The id a request names.
        rules: The family's rules, with this id's own differences applied.
        snapshot: Date appended to the id in answers, as GPT models do; `None` echoes the id.
        kind: What the model is for.
        chat: Whether the chat route serves it (Pro models are Responses-only).
        stream_options: Whether `stream_options` is accepted.
        rate_limited: Whether every request is answered with 429.
        reports_cost: Whether `usage.cost` is sent.
        dimensions: Vector size of an embedding model.
        shortens: Whether an embedding model accepts `dimensions`.
        pricing: Input and output price in the public catalogue, where documented.
        context: `context_length` in the public catalogue, in any of its documented spellings.
        max_output: `max_completion_tokens` in the public catalogue.
        listed: Whether the model lists name it.
    """

    id: str
    rules: FamilyRules
    snapshot: str | None = None
    kind: Literal["text", "image", "embedding"] = "text"
    chat: bool = True
    stream_options: bool = True
    rate_limited: bool = False
    reports_cost: bool = False
    dimensions: int = 0
    shortens: bool = True
    pricing: tuple[float, float] | None = None
    context: str | int | None = None
    max_output: str | int | None = None
    listed: bool = True

    @property
    def served_name(self) -> str:
        """The `model` value of an answer: the dated snapshot where there is one."""
        return f"{self.id}-{self.snapshot}" if self.snapshot else self.id


_GPT_ROLES = _ROLES | {"developer"}
_EFFORTS_54 = frozenset({"none", "low", "medium", "high", "xhigh"})

_GPT_CLASSIC = FamilyRules(
    "gpt",
    "OpenAI",
    roles=_GPT_ROLES,
    strict_fields=True,
    strict_schemas=True,
    efforts=frozenset(),
    obfuscation=True,
    usage_style="full",
)
_GPT_5_MINI = replace(
    _GPT_CLASSIC,
    max_tokens=False,
    sampling="refused",
    efforts=frozenset({"minimal", "low", "medium", "high"}),
    default_effort="medium",
    logprobs=False,
    endpoints=("openai", "openai-response"),
)
_GPT_5_4 = replace(
    _GPT_5_MINI,
    sampling="effort_none_only",
    efforts=_EFFORTS_54,
    default_effort="none",
    tools_need_no_effort=True,
    logprobs=True,
)
# These think by default, and OpenAI refuses function tools on the chat route while they do.
_GPT_6 = replace(_GPT_5_4, efforts=_EFFORTS_54 | {"minimal", "max"}, default_effort="medium")
_CLAUDE_4 = FamilyRules(
    "claude",
    "Anthropic",
    extra_params=frozenset({"thinking", "top_k"}),
    roles=_GPT_ROLES,
    sampling="one_of",
    logprobs=False,
    many_choices=False,
    usage_style="claude",
    endpoints=("anthropic", "openai"),
)
_CLAUDE = replace(_CLAUDE_4, sampling="refused")
_GEMINI = FamilyRules(
    "gemini",
    "Google",
    extra_params=frozenset(
        {"extra_body", "google", "safety_settings", "thinking", "thinking_config", "top_k"}
    ),
    roles=_GPT_ROLES,
    user_parts=_VIDEO_PARTS,
    dropped_parts=frozenset({"video_url"}),
    signs_tool_calls=True,
    usage_style="full",
    endpoints=("gemini", "openai"),
)
_DEEPSEEK = FamilyRules(
    "deepseek",
    "DeepSeek",
    extra_params=frozenset({"thinking", "top_k"}),
    many_choices=False,
    reasoning_text=True,
    replay_error=_DEEPSEEK_REPLAY,
    forced_any_error=_DEEPSEEK_FORCED,
    forced_one_error=_DEEPSEEK_FORCED,
    empty_tool_content="",
)
_KIMI_NAMED = "tool_choice 'specified' is incompatible with thinking enabled"
_KIMI = FamilyRules(
    "kimi",
    "Moonshot",
    extra_params=frozenset({"thinking"}),
    user_parts=_VIDEO_PARTS,
    reasoning_text=True,
    replay_error=_KIMI_REPLAY,
    forced_any_error="tool_choice 'required' is incompatible with thinking enabled",
    forced_one_error=_KIMI_NAMED,
    empty_tool_content="",
)
# K3 takes `required` while thinking; only a named function is refused.
_KIMI_3 = replace(_KIMI, forced_any_error=None)
_GLM = FamilyRules(
    "glm",
    "Zhipu AI",
    extra_params=frozenset({"do_sample", "request_id", "thinking", "tool_stream", "user_id"}),
    user_parts=_VIDEO_PARTS,
    reasoning_text=True,
    replay_error=_DEEPSEEK_REPLAY,
    thinks_with_tools_anyway=True,
    empty_tool_content="",
)
_MIMO = FamilyRules(
    "mimo",
    "Xiaomi",
    extra_params=frozenset({"thinking"}),
    user_parts=_VIDEO_PARTS,
    reasoning_text=True,
    replay_error=_DEEPSEEK_REPLAY,
    empty_tool_content="",
    endpoints=("openai", "openai-response", "anthropic"),
)
_QWEN = FamilyRules(
    "qwen",
    "Alibaba",
    extra_params=frozenset(
        {"enable_search", "enable_thinking", "repetition_penalty", "thinking_budget", "top_k"}
    ),
    user_parts=_VIDEO_PARTS,
    reasoning_text=True,
    forced_any_error=_QWEN_FORCED,
    forced_one_error=_QWEN_FORCED,
    empty_tool_content="",
)
_GROK = FamilyRules(
    "grok",
    "xAI",
    extra_params=frozenset({"deferred", "search_parameters"}),
    roles=_GPT_ROLES,
    reasoning_text=True,
    usage_style="full",
)
_DOUBAO = FamilyRules(
    "doubao", "ByteDance", extra_params=frozenset({"thinking"}), user_parts=_VIDEO_PARTS
)
_OPENAI_OTHER = FamilyRules("gpt", "OpenAI", endpoints=("embeddings",))
_OPENAI_IMAGE = FamilyRules("gpt", "OpenAI", endpoints=("image-generation",))
_EMULATOR = FamilyRules("emulator", "CometAPI emulator")

_ROWS: tuple[ModelRow, ...] = (
    # Snapshot dates: documented for gpt-5.4-mini and gpt-4.1-nano; the announcement's date or the
    # emulator's own choice for the rest, because only the form matters to a client.
    ModelRow("gpt-4.1-nano", _GPT_CLASSIC, "2025-04-14"),
    ModelRow("gpt-4o-mini", _GPT_CLASSIC, "2024-07-18"),
    ModelRow("gpt-5-mini", _GPT_5_MINI, "2025-08-07"),
    ModelRow("gpt-5.4", _GPT_5_4, "2026-03-05"),
    ModelRow("gpt-5.4-mini", _GPT_5_4, "2026-03-17", context="400K", max_output="128K"),
    ModelRow("gpt-5.4-nano", _GPT_5_4, "2026-03-17"),
    ModelRow("gpt-5.4-pro", _GPT_5_4, "2026-03-05", chat=False),
    ModelRow("gpt-5.5", _GPT_5_4, "2026-05-12", context=1_050_000, max_output=128_000),
    ModelRow("gpt-5.5-pro", _GPT_5_4, "2026-05-12", chat=False),
    ModelRow("gpt-5.6", _GPT_6, "2026-07-09"),
    ModelRow("gpt-5.6-luna", _GPT_6, "2026-07-09"),
    ModelRow("gpt-5.6-sol", _GPT_6, "2026-07-09"),
    ModelRow("gpt-5.6-terra", _GPT_6, "2026-07-09"),
    ModelRow("gpt-6-astra", _GPT_6, "2026-09-05"),
    ModelRow("gpt-6-sol", _GPT_6, "2026-09-05"),
    ModelRow("gpt-6.1-sol", _GPT_6, "2026-09-30"),
    ModelRow("claude-haiku-4-5", _CLAUDE_4),
    ModelRow("claude-sonnet-4-6", _CLAUDE_4, pricing=(3, 15), context="200K", max_output="64K"),
    ModelRow("claude-opus-4-7", _CLAUDE),
    ModelRow("claude-opus-4-8", _CLAUDE),
    ModelRow("claude-fable-5", _CLAUDE_4),
    ModelRow("claude-sonnet-5", _CLAUDE_4),
    ModelRow("claude-opus-5", _CLAUDE),
    ModelRow("claude-opus-5-5", _CLAUDE),
    ModelRow("claude-sonnet-5-5", _CLAUDE_4),
    ModelRow("claude-haiku-5-5", _CLAUDE_4, context="1M", max_output="128K"),
    ModelRow("gemini-3.1-pro-preview", _GEMINI),
    ModelRow("gemini-3.5-flash", _GEMINI),
    ModelRow("gemini-3.5-flash-lite", _GEMINI),
    ModelRow("gemini-3.8-flash", _GEMINI),
    ModelRow("gemini-4-hydrogen", _GEMINI),
    ModelRow("deepseek-v4-flash", _DEEPSEEK),
    ModelRow("deepseek-v4-flash-vision", _DEEPSEEK, reports_cost=True),
    ModelRow("deepseek-v4-pro", _DEEPSEEK, pricing=(0.416, 0.832)),
    ModelRow("grok-4.3", _GROK),
    ModelRow("grok-4.5", _GROK),
    ModelRow("grok-4.7", _GROK),
    ModelRow("qwen3.7-max", _QWEN),
    ModelRow("qwen3.7-plus", _QWEN),
    ModelRow("qwen3.8-flash", _QWEN),
    ModelRow("qwen3.8-max", _QWEN),
    ModelRow("qwen4-max-preview", _QWEN),
    ModelRow("glm-5.2", _GLM, context="1M", max_output="128K"),
    ModelRow("glm-5.3", _GLM),
    ModelRow("glm-5.3-flashx", _GLM),
    ModelRow("kimi-k2.6", _KIMI),
    ModelRow("kimi-k2.7-code", _KIMI),
    ModelRow("kimi-k3", _KIMI_3),
    ModelRow("mimo-v2.6-flash", _MIMO),
    ModelRow("mimo-v2.6-pro", _MIMO),
    ModelRow("mimo-v2.6-pro-ultraspeed", _MIMO),
    ModelRow("doubao-seed-2.0-lite", _DOUBAO),
    ModelRow("gpt-image-2", _OPENAI_IMAGE, kind="image", chat=False, pricing=(4, 24)),
    ModelRow("text-embedding-3-small", _OPENAI_OTHER, kind="embedding", dimensions=1536),
    ModelRow("text-embedding-3-large", _OPENAI_OTHER, kind="embedding", dimensions=3072),
    ModelRow(
        "text-embedding-ada-002", _OPENAI_OTHER, kind="embedding", dimensions=1536, shortens=False
    ),
    ModelRow(NO_STREAM_OPTIONS_MODEL, _EMULATOR, stream_options=False, listed=False),
    ModelRow(RATE_LIMITED_MODEL, _EMULATOR, rate_limited=True, listed=False),
)

MODELS: Mapping[str, ModelRow] = MappingProxyType({row.id: row for row in _ROWS})
"""Every model the emulator serves, by id."""
