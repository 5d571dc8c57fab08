"""Finish reasons of all vendors, and what each means for the message."""

from __future__ import annotations

from enum import Enum


class Finish(Enum):
    """What a finish reason means for the message."""

    NORMAL = "normal"
    """The message is whole."""
    LENGTH = "length"
    """It was cut off by a limit of tokens."""
    FILTER = "filter"
    """It was cut off or withheld by a filter."""
    REFUSAL = "refusal"
    """The model declined to answer."""
    BROKEN = "broken"
    """The host stopped it in the middle."""
    ERROR = "error"
    """There is an error instead of the rest."""
    UNKNOWN = "unknown"
    """No reason, or one that is not listed."""


# Compared in lower case, with `_` for `-` and space, and without a prefix such as `FINISH_REASON_`.
# CometAPI hands on the words of many of its channels (facts of 2026-11); sources: the vendors' API
# references of 2026-11 and, marked (r), public bug reports.
_WORDS = {
    Finish.NORMAL: (
        # OpenAI, and most others
        "stop tool_calls function_call "
        # Anthropic, Bedrock
        "end_turn stop_sequence tool_use pause_turn "
        # Cohere
        "complete tool_call "
        # hosts of open models: TGI, llama.cpp, TensorRT-LLM (r)
        "eos eos_token stop_word stop_words end_id end stop_token stop_str end_of_turn end_of_text "
        "endoftext eot eot_token finish stopped "
        # ERNIE; hosts that name the end of the stream (r)
        "normal completed finished done success "
        # YandexGPT, after its prefix
        "final"
    ),
    Finish.LENGTH: (
        "length "
        # Anthropic, Gemini; OpenAI's Responses API; MiniMax
        "max_tokens max_token max_output_tokens max_output max_completion_tokens "
        # Mistral
        "model_length "
        # Anthropic, GLM
        "model_context_window_exceeded context_window_exceeded context_length_exceeded "
        # Cohere; Grok's gRPC names; TGI, llama.cpp (r)
        "error_limit max_len max_context max_length limit token_limit max_new_tokens "
        "length_limit output_limit max_seq_len maximum_tokens max_tokens_reached "
        "max_tokens_exceeded token_limit_reached token_limit_exceeded context_length "
        "max_context_length maxtokens truncated truncated_final"
    ),
    Finish.FILTER: (
        # OpenAI, Azure, Qwen, Kimi; Bedrock
        "content_filter content_filtered guardrail_intervened "
        # GLM, Hunyuan
        "sensitive "
        # Gemini
        "safety recitation blocklist prohibited_content spii image_safety image_recitation "
        "image_prohibited_content model_armor "
        # Cohere, and others (r)
        "error_toxic content_policy_violation content_policy filtered moderation blocked "
        "content_blocked policy_violation risk high_risk unsafe flagged safety_filter "
        "content_moderation data_inspection_failed blacklist"  # the last one: GigaChat
    ),
    Finish.REFUSAL: "refusal refused",  # Anthropic
    Finish.BROKEN: (
        # GLM; DeepSeek; vLLM and SGLang
        "network_error insufficient_system_resource abort aborted "
        # Gemini
        "other language malformed_function_call malformed_response unexpected_tool_call "
        "too_many_tool_calls missing_thought_signature no_image image_other "
        # OpenAI's Responses API, where it gives no reason
        "incomplete "
        # Bedrock; Cohere; Grok
        "malformed_model_output malformed_tool_use user_cancel time_limit timeout cancelled "
        "canceled interrupted repetition"
    ),
    Finish.ERROR: "error internal_error server_error upstream_error failed",
}
_MEANINGS = {word: finish for finish, words in _WORDS.items() for word in words.split()}
_PREFIXES = (
    "finish_reason_",
    "finishreason.",
    "stop_reason_",
    "stop_reason.",
    "alternative_status_",  # YandexGPT
    "blocked_reason_",
    "block_reason_",
    "reason_",
)


def read_finish_reason(reason: object) -> Finish:
    """Return what a finish reason means."""
    if not isinstance(reason, str):
        return Finish.UNKNOWN
    known = _MEANINGS.get(reason)
    if known is not None:
        return known
    word = reason.strip().lower().replace("-", "_").replace(" ", "_")
    for prefix in _PREFIXES:
        word = word.removeprefix(prefix)
    return _MEANINGS.get(word) or _MEANINGS.get(_split_camel_case(reason)) or Finish.UNKNOWN


def _split_camel_case(reason: str) -> str:
    """Return `maxTokens` as `max_tokens`."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in reason.strip()).lstrip("_")


def is_cut(reason: object) -> bool:
    """Whether a message with this reason may lack its end."""
    return read_finish_reason(reason) in (
        Finish.LENGTH,
        Finish.FILTER,
        Finish.REFUSAL,
        Finish.BROKEN,
    )
