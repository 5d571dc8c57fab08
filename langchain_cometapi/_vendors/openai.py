"""OpenAI: GPT, the o-series and GPT-OSS."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from langchain_cometapi._vendors.base import (
    COMETAPI_DOCS,
    EMBEDDINGS_ONLY,
    LOGPROBS,
    PENALTIES,
    SchemaDialect,
    Vendor,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from langchain_cometapi._vendors.base import Endpoint

_REFERENCE = "OpenAI API reference, chat completions and model pages; 2026-11"
_CHAT_AND_RESPONSES: frozenset[Endpoint] = frozenset({"chat", "responses"})
_RESPONSES_ONLY: frozenset[Endpoint] = frozenset({"responses"})

_GPT = Vendor(
    "gpt",
    r"(chat)?gpt-",
    max_tokens_field="max_completion_tokens",
    developer_role=True,
    reasoning_replay="none",
    structured_output="json_schema",
    empty_messages=True,
    tool_call_ids=r".{1,40}",  # microsoft/autogen#6377, agno-agi/agno#5382
    tool_media=False,  # OpenHands/OpenHands#7700
    parallel_tool_calls=True,
    strict_tools=True,
    # mark3labs/mcphost#35, sigoden/aichat#1049
    schema_dialect=SchemaDialect(items_needed=True),
    # "schema must be a JSON Schema of 'type: \"object\"'", also without `strict`.
    format_dialect=SchemaDialect(object_root=True),
    json_schema=True,
    json_object=True,
    stop_limit=4,
    cache_control=False,
    images=True,
    files=True,
    audio_ids=True,
    # OpenAI's guide to images and vision, costs: a base, which is all of an image of low detail,
    # and tokens for each tile of 512 pixels. This one: 85 + 4 x 170.
    tokens_per_image=765,
    tokens_per_low_image=85,
    # OpenAI names it for GPT-4o to GPT-5 (tiktoken 0.14); of later models nothing else is known.
    tokenizer="o200k",
    tiktoken_encoding="o200k_base",
    source=_REFERENCE,
)
# What GPT-5 and later refuse at every effort: nextai-translator/nextai-translator#1781 and
# oracle/ai-optimizer#240 for the penalties; BerriAI/litellm#21576 and #39631 for the rest.
_REFUSED_BY_GPT_5 = PENALTIES | {"logit_bias"}
# From GPT-5 on, `stop` is refused whatever the effort (huggingface/smolagents#1671, #1868).
_GPT_5 = replace(
    _GPT,
    sampling="refused",
    refused_parameters=_REFUSED_BY_GPT_5 | LOGPROBS,
    stop_limit=0,
    tokens_per_image=630,  # 70 + 4 x 140
    tokens_per_low_image=70,
    endpoints=_CHAT_AND_RESPONSES,
)
# Which efforts there are: the profiles of langchain-openai 1.7.4 and of models.dev (2026-07). What
# is taken at which: measured for 5.1, 5.2, 5.4 (default "none") and 5.5, 5.6 (default "medium") in
# UKGovernmentBEIS/inspect_ai#5242; BerriAI/litellm#38593 agrees. The profiles' `temperature: False`
# of 5.5 and later is that of the default effort.
_GPT_5_1 = replace(
    _GPT_5,
    sampling="effort_none",
    default_effort="none",
    refused_parameters=_REFUSED_BY_GPT_5,
    refused_while_reasoning=LOGPROBS,
)
# Measured for 5.5 and 6: 1.2 tokens for each patch of 32 x 32 (JOHNISKING/image-token-cost).
_GPT_5_4 = replace(
    _GPT_5_1,
    tokens_per_image=1229,
    tokens_per_low_image=None,
    source=_REFERENCE + "; CometAPI announcement 86",
)
_GPT_5_5 = replace(_GPT_5_4, default_effort="medium")
# They refuse function tools while they reason on the chat route (OpenAI's page of gpt-6.1-terra;
# promptfoo's notes on CometAPI for GPT-6).
_GPT_5_6 = replace(_GPT_5_5, endpoint="responses")
_CODEX = replace(_GPT_5, endpoints=_RESPONSES_ONLY, endpoint="responses")
# They may think for many minutes before their first header; OpenAI's guide to deep research passes
# this limit to its own client (2026-11).
_LONG = 3600.0
_PRO = replace(_CODEX, response_timeout=_LONG)
# Models that do not reason know no effort (CometAPI's cross-provider notes), and refuse the
# reasoning of others (openai/openai-agents-python#569).
_GPT_4 = replace(
    _GPT,
    max_tokens_field="max_tokens",
    sampling="free",
    refused_parameters=frozenset({"reasoning_effort"}),
    reasoning_items=False,
)
_GPT_4_TURBO = replace(
    _GPT_4,
    structured_output="function_calling",
    json_schema=False,  # web-infra-dev/midscene#259
)
_CL100K: Mapping[str, Any] = {"tokenizer": "cl100k", "tiktoken_encoding": "cl100k_base"}
_O_SERIES = replace(
    _GPT,
    family="o-series",
    sampling="refused",
    # OpenAI's guide to reasoning, limitations; Azure OpenAI, reasoning models.
    refused_parameters=PENALTIES | LOGPROBS | {"logit_bias"},
    parallel_tool_calls=False,  # any value, false as well: run-llama/llama_index#20865
    stop_limit=None,
    audio_ids=None,
    tokens_per_image=675,  # 75 + 4 x 150
    tokens_per_low_image=75,
    endpoints=_CHAT_AND_RESPONSES,
)

ROWS = (
    # By their names: no chat route serves these.
    Vendor(
        "openai-embeddings",
        r"text-embedding-(3|ada)",
        endpoints=EMBEDDINGS_ONLY,
        source=_REFERENCE,
    ),
    Vendor(
        "openai-images",
        r"(chatgpt-image|gpt-image|dall-e)",
        endpoints=frozenset({"images"}),
        source=_REFERENCE,
    ),
    Vendor(
        "openai-audio",
        r"(whisper|tts-1|gpt-4o(-mini)?-(tts|transcribe))",
        endpoints=frozenset({"audio"}),
        source=_REFERENCE,
    ),
    Vendor("openai-video", r"sora-", endpoints=frozenset({"videos"}), source=_REFERENCE),
    Vendor(
        "gpt-oss",
        r"gpt-oss",
        structured_output="function_calling",
        tokenizer="o200k",
        tiktoken_encoding="o200k_harmony",
        source=COMETAPI_DOCS + "; tiktoken 0.14",
    ),
    # OpenAI's model pages: structured outputs are not supported. Of other Pro models they are.
    replace(
        _PRO,
        pattern=r"(chat)?gpt-5\.[24]-pro",
        structured_output="function_calling",
        json_schema=False,
    ),
    replace(_PRO, pattern=r"(chat)?gpt-[\d.]+-pro"),
    # CometAPI documentation, chat: Codex models are called on the Responses route.
    replace(_CODEX, pattern=r"((chat)?gpt-[\d.]+-codex|codex-)"),
    # They do not reason; they take `stop`, and neither tools nor schemas
    # (CopilotKit/CopilotKit#7191).
    replace(
        _GPT_5,
        pattern=r"(chat)?gpt-[\d.]+-chat",
        sampling="free",
        refused_parameters=None,
        reasoning_items=False,
        structured_output="json_mode",
        json_schema=False,
        stop_limit=4,
    ),
    # It does not know the effort "none" (bolna-ai/bolna#1019, langchain-ai/langchain#40330); Sol
    # and Luna do (onyx-dot-app/onyx#15008, and the profiles).
    replace(
        _GPT_5_6,
        pattern=r"(chat)?gpt-6-astra",
        sampling="refused",
        refused_parameters=_GPT_5.refused_parameters,
        refused_while_reasoning=None,
    ),
    # models.dev (2026-07): it takes a temperature; of the rest nothing is known.
    replace(
        _GPT_5_5,
        pattern=r"(chat)?gpt-[\d.]+-instant",
        sampling=None,
        refused_parameters=None,
        refused_while_reasoning=None,
    ),
    replace(_GPT_5_5, pattern=r"(chat)?gpt-5\.5"),
    replace(_GPT_5_6, pattern=r"(chat)?gpt-(5\.[6-9]|[6-9]|\d\d)"),
    # Patches of 32 x 32 again, at 1.62 and 2.46 tokens (OpenAI's guide to images).
    replace(_GPT_5_4, pattern=r"(chat)?gpt-5\.4-mini", tokens_per_image=1659),
    replace(_GPT_5_4, pattern=r"(chat)?gpt-5\.4-nano", tokens_per_image=2520),
    replace(_GPT_5_4, pattern=r"(chat)?gpt-5\.4"),
    # Without the Codex models: the two profiles disagree about them.
    replace(_GPT_5_1, pattern=r"(chat)?gpt-5\.[12](-\d|$)"),
    replace(
        _GPT_5,
        pattern=r"(chat)?gpt-5-mini",
        tokens_per_image=1659,
        tokens_per_low_image=None,
    ),
    replace(
        _GPT_5,
        pattern=r"(chat)?gpt-5-nano",
        tokens_per_image=2520,
        tokens_per_low_image=None,
    ),
    replace(_GPT_5, pattern=r"(chat)?gpt-5"),
    replace(_GPT_4_TURBO, pattern=r"chatgpt-4o"),
    replace(_GPT_4_TURBO, pattern=r"gpt-4-turbo", **_CL100K),
    replace(_GPT_4_TURBO, pattern=r"gpt-(3\.5|4(-|$))", images=False, files=False, **_CL100K),
    # Its images cost what those of 4o do, so they have more of its cheaper tokens: 2833 + 4 x 5667.
    replace(
        _GPT_4,
        pattern=r"gpt-4o-mini",
        tokens_per_image=25_501,
        tokens_per_low_image=2833,
    ),
    replace(_GPT_4, pattern=r"gpt-4\.1-mini", tokens_per_image=1659, tokens_per_low_image=None),
    replace(_GPT_4, pattern=r"gpt-4\.1-nano", tokens_per_image=2520, tokens_per_low_image=None),
    replace(_GPT_4, pattern=r"gpt-4(o|\.1)"),
    replace(_GPT, max_tokens_field="max_tokens", sampling="free"),
    replace(
        _O_SERIES,
        pattern=r"o\d(-mini)?-(pro|deep-research)",
        endpoints=_RESPONSES_ONLY,
        endpoint="responses",
        response_timeout=_LONG,
    ),
    # dify#18971 for o4-mini, crewAI#2738 for o3; OpenAI's reference names both.
    replace(_O_SERIES, pattern=r"o3(?!-mini)", stop_limit=0),
    replace(
        _O_SERIES,
        pattern=r"o4-mini",
        stop_limit=0,
        tokens_per_image=1762,  # 1.72 for each patch
        tokens_per_low_image=None,
    ),
    # OpenAI's table of the first o-models: no images, and o1-mini has neither schemas nor tools.
    replace(
        _O_SERIES,
        pattern=r"o1-mini",
        structured_output="prompt",
        images=False,
        json_schema=False,
        json_object=False,
    ),
    replace(_O_SERIES, pattern=r"o3-mini", images=False),
    replace(_O_SERIES, pattern=r"o\d"),
)
