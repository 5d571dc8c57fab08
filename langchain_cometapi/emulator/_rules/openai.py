"""OpenAI: GPT and o models, images, embeddings."""

from __future__ import annotations

import math
from dataclasses import replace

from langchain_cometapi.emulator._rules.base import (
    JSON_WORD_MISSING,
    PENALTIES,
    ROLES_WITH_DEVELOPER,
    TEXT_PARTS,
    CallIdRules,
    FamilyRules,
    ImageTokens,
    ModelRow,
    Refusal,
    StopRules,
)

_EFFORTS_54 = frozenset({"none", "low", "medium", "high", "xhigh"})


def _patches(rate: float) -> ImageTokens:
    """Return the tokens of a model that bills an image by its patches of 32 x 32 pixels."""
    tokens = math.ceil(1024 * rate)
    return ImageTokens(tokens, tokens)


_GPT_CLASSIC = FamilyRules(
    "gpt",
    "OpenAI",
    roles=ROLES_WITH_DEVELOPER,
    strict_fields=True,
    strict_schemas=True,
    tool_parts=TEXT_PARTS,
    tool_image_error=Refusal(  # OpenHands/OpenHands#7700
        "Invalid '{message}'. Image URLs are only allowed for messages with role 'user', but this"
        " message with role 'tool' contains an image URL.",
        "invalid_value",
    ),
    stop=StopRules(max_count=4),
    max_prompt=128_000,
    efforts=frozenset(),
    call_ids=CallIdRules(max_length=40),  # microsoft/autogen#6377, vercel/ai#5171
    json_word_error=Refusal(JSON_WORD_MISSING),
    obfuscation=True,
    usage_style="full",
    responses_route=True,  # OpenAI's guide to migration: every model that the chat route serves
    # OpenAI's guide to images and vision, costs: 85 and 170 for each tile of 512 pixels.
    image_tokens=ImageTokens(85, 85 + 4 * 170),
)
_GPT_5_MINI = replace(
    _GPT_CLASSIC,
    max_tokens=False,
    max_prompt=272_000,
    # huggingface/smolagents#1671 and #1868, bolna-ai/bolna#1019, langgenius/dify#18971.
    stop=StopRules(
        error=Refusal(
            "Unsupported parameter: 'stop' is not supported with this model.",
            "unsupported_parameter",
        )
    ),
    sampling="refused",
    # BerriAI/litellm#21576, nextai-translator/nextai-translator#1781, oracle/ai-optimizer#240.
    refused_params=PENALTIES | {"logit_bias"},
    efforts=frozenset({"minimal", "low", "medium", "high"}),
    default_effort="medium",
    logprobs=False,
    image_tokens=_patches(1.62),
    endpoints=("openai", "openai-response"),
)
_O_SERIES = replace(
    _GPT_5_MINI,
    image_tokens=ImageTokens(75, 75 + 4 * 150),
    max_prompt=200_000,
    efforts=frozenset({"low", "medium", "high"}),
    parallel_tool_calls=False,  # run-llama/llama_index#20865
)
# Sampling and log probabilities as in GPT-5.4, but with function tools whatever the effort
# (OpenAI's guides to GPT-5.1 and GPT-5.2).
_GPT_5_1 = replace(
    _GPT_5_MINI,
    sampling="effort_none_only",
    efforts=frozenset({"none", "low", "medium", "high"}),
    default_effort="none",
    logprobs=True,
    image_tokens=ImageTokens(70, 70 + 4 * 140),
)
_GPT_5_2 = replace(_GPT_5_1, efforts=_EFFORTS_54)
_GPT_5_4 = replace(
    _GPT_5_MINI,
    sampling="effort_none_only",
    max_prompt=1_050_000,
    efforts=_EFFORTS_54,
    default_effort="none",
    tools_with_effort_error=Refusal(
        "Function tools with reasoning_effort are not supported for {model} in"
        " /v1/chat/completions. To use function tools, use /v1/responses or set"
        " reasoning_effort to 'none'."
    ),
    logprobs=True,
    phases=True,  # OpenAI's reference of output messages: "gpt-5.3-codex and beyond"
    image_tokens=_patches(1.2),  # JOHNISKING/image-token-cost
)
# They always reason (CometAPI's announcement 86; OpenAI's model pages).
_PRO = replace(
    _GPT_5_4,
    sampling="refused",
    efforts=frozenset({"medium", "high", "xhigh"}),
    default_effort="medium",
    logprobs=False,
)
# "Structured outputs: not supported" (OpenAI's model pages of GPT-5.2 Pro and GPT-5.4 Pro; the
# wording of the error is that of other models that do not).
_PRO_5 = replace(
    _PRO,
    json_schema_error=Refusal(
        "Invalid parameter: 'text.format' of type 'json_schema' is not supported with this model."
    ),
)
_CODEX = replace(_PRO, efforts=frozenset({"low", "medium", "high", "xhigh"}), max_prompt=400_000)
# Reasoning is on by default from 5.5 on (UKGovernmentBEIS/inspect_ai#5242, by requests to OpenAI).
# What happens to function tools at the default effort of 5.5 is not known.
_GPT_5_5 = replace(_GPT_5_4, default_effort="medium", tools_with_default_effort=True)
# From 5.6 on, they are refused at the default effort, too (BerriAI/litellm#34569).
_GPT_6 = replace(_GPT_5_4, efforts=_EFFORTS_54 | {"minimal", "max"}, default_effort="medium")
# The efforts of the profiles of langchain-openai 1.7.4.
_GPT_6_SOL = replace(_GPT_6, efforts=_EFFORTS_54 | {"max"})
# Reasoning cannot be switched off, so that tools and temperatures are always refused
# (genkit-ai/genkit#6303, bolna-ai/bolna#1019).
_GPT_6_ALWAYS_REASONING = replace(
    _GPT_6,
    sampling="refused",
    efforts=frozenset({"low", "medium", "high", "xhigh"}),
    responses_efforts=frozenset({"max"}),  # BerriAI/litellm-docs#1173, by requests to OpenAI
    logprobs=False,
)
_EMBEDDINGS = FamilyRules("gpt", "OpenAI", endpoints=("embeddings",))
_IMAGES = FamilyRules("gpt", "OpenAI", endpoints=("image-generation",))

ROWS = (
    # Snapshot dates: documented for gpt-5.4-mini and gpt-4.1-nano; the announcement's date or the
    # emulator's own choice for the rest, because only the form matters to a client.
    ModelRow(
        "gpt-4.1-nano",
        replace(_GPT_CLASSIC, image_tokens=_patches(2.46), max_prompt=1_047_576),
        "2025-04-14",
    ),
    ModelRow(
        "gpt-4o-mini",
        replace(_GPT_CLASSIC, image_tokens=ImageTokens(2833, 2833 + 4 * 5667)),
        "2024-07-18",
    ),
    ModelRow("o3", _O_SERIES, "2025-04-16"),
    ModelRow("o4-mini", replace(_O_SERIES, image_tokens=_patches(1.72)), "2025-04-16"),
    ModelRow("gpt-5-mini", _GPT_5_MINI, "2025-08-07"),
    ModelRow("gpt-5.1", _GPT_5_1, "2025-11-13"),
    ModelRow("gpt-5.2", _GPT_5_2, "2025-12-11"),
    ModelRow(
        "gpt-5.2-pro", replace(_PRO_5, phases=False, max_prompt=272_000), "2025-12-11", chat=False
    ),
    ModelRow("gpt-5.3-codex", _CODEX, chat=False),
    ModelRow("gpt-5.4", _GPT_5_4, "2026-03-05"),
    ModelRow(
        "gpt-5.4-mini",
        replace(_GPT_5_4, image_tokens=_patches(1.62), max_prompt=400_000),
        "2026-03-17",
        context="400K",
        max_output="128K",
    ),
    ModelRow(
        "gpt-5.4-nano",
        replace(_GPT_5_4, image_tokens=_patches(2.46), max_prompt=400_000),
        "2026-03-17",
    ),
    ModelRow("gpt-5.4-pro", _PRO_5, "2026-03-05", chat=False),
    ModelRow("gpt-5.5", _GPT_5_5, "2026-05-12", context=1_050_000, max_output=128_000),
    ModelRow("gpt-5.5-pro", _PRO, "2026-05-12", chat=False),
    ModelRow("gpt-5.6", _GPT_6, "2026-07-09"),
    ModelRow("gpt-5.6-luna", _GPT_6, "2026-07-09"),
    ModelRow("gpt-5.6-sol", _GPT_6, "2026-07-09"),
    ModelRow("gpt-5.6-terra", _GPT_6, "2026-07-09"),
    ModelRow("gpt-6-astra", _GPT_6_ALWAYS_REASONING, "2026-09-05"),
    ModelRow("gpt-6-luna", _GPT_6_SOL, "2026-09-22"),
    # It names the effort "none" itself: onyx-dot-app/onyx#15008.
    ModelRow("gpt-6-sol", _GPT_6_SOL, "2026-09-22"),
    ModelRow("gpt-6.1-sol", _GPT_6, "2026-09-30"),
    ModelRow("gpt-image-2", _IMAGES, kind="image", chat=False, pricing=(4, 24)),
    ModelRow("text-embedding-3-small", _EMBEDDINGS, kind="embedding", dimensions=1536),
    ModelRow("text-embedding-3-large", _EMBEDDINGS, kind="embedding", dimensions=3072),
    ModelRow(
        "text-embedding-ada-002",
        _EMBEDDINGS,
        kind="embedding",
        dimensions=1536,
        accepts_dimensions=False,
    ),
)
