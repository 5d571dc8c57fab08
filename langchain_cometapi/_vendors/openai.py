"""OpenAI: GPT, the o-series and GPT-OSS."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from langchain_cometapi._vendors.base import COMETAPI_DOCS, Vendor

if TYPE_CHECKING:
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
    json_schema=True,
    json_object=True,
    stop_limit=4,
    cache_control=False,
    images=True,
    files=True,
    audio_ids=True,
    tokens_per_image=765,  # 85 + 170 for each of four tiles
    characters_per_token=4.0,
    source=_REFERENCE,
)
# From GPT-5 on, `stop` is refused whatever the effort (huggingface/smolagents#1671, #1868).
_GPT_5 = replace(
    _GPT,
    sampling="refused",
    stop_limit=0,
    tokens_per_image=630,  # 70 + 140 for each of four tiles
    endpoints=_CHAT_AND_RESPONSES,
)
# Measured for 5.5 and 6: 1.2 tokens for each patch of 32 x 32 (JOHNISKING/image-token-cost).
_GPT_5_4 = replace(
    _GPT_5,
    sampling="effort_none",
    default_effort="none",
    tokens_per_image=1229,
    source=_REFERENCE + "; CometAPI announcement 86",
)
_GPT_4_TURBO = replace(
    _GPT,
    max_tokens_field="max_tokens",
    sampling="free",
    structured_output="function_calling",
    json_schema=False,  # web-infra-dev/midscene#259
)
_O_SERIES = replace(
    _GPT,
    family="o-series",
    sampling="refused",
    parallel_tool_calls=False,  # any value, false as well: run-llama/llama_index#20865
    stop_limit=None,
    audio_ids=None,
    tokens_per_image=675,  # 75 + 150 for each of four tiles
    endpoints=_CHAT_AND_RESPONSES,
)

ROWS = (
    Vendor("gpt-oss", r"gpt-oss", structured_output="function_calling", source=COMETAPI_DOCS),
    replace(_GPT_5, pattern=r"(chat)?gpt-[\d.]+-pro", endpoints=_RESPONSES_ONLY),
    # GPT-6 does not know the effort "none" (genkit-ai/genkit#6303, bolna-ai/bolna#1019).
    replace(_GPT_5_4, pattern=r"(chat)?gpt-6-", sampling="refused", default_effort="medium"),
    replace(_GPT_5_4, pattern=r"(chat)?gpt-(5\.[6-9]|[6-9]|\d\d)", default_effort="medium"),
    # Patches of 32 x 32 again, at 1.62 and 2.46 tokens (OpenAI's guide to images).
    replace(_GPT_5_4, pattern=r"(chat)?gpt-5\.[4-5]-mini", tokens_per_image=1659),
    replace(_GPT_5_4, pattern=r"(chat)?gpt-5\.[4-5]-nano", tokens_per_image=2520),
    replace(_GPT_5_4, pattern=r"(chat)?gpt-5\.[4-5]"),
    # It takes `stop`, and neither tools nor schemas (CopilotKit/CopilotKit#7191).
    replace(
        _GPT_5,
        pattern=r"(chat)?gpt-5(\.\d)?-chat",
        sampling="free",
        structured_output="json_mode",
        json_schema=False,
        stop_limit=4,
    ),
    replace(_GPT_5, pattern=r"(chat)?gpt-5-mini", tokens_per_image=1659),
    replace(_GPT_5, pattern=r"(chat)?gpt-5-nano", tokens_per_image=2520),
    replace(_GPT_5, pattern=r"(chat)?gpt-5"),
    replace(_GPT_4_TURBO, pattern=r"(chatgpt-4o|gpt-4-turbo)"),
    replace(_GPT_4_TURBO, pattern=r"gpt-(3\.5|4(-|$))", images=False, files=False),
    replace(
        _GPT,
        pattern=r"gpt-4o-mini",
        max_tokens_field="max_tokens",
        sampling="free",
        tokens_per_image=25_501,  # the tiles of 4o, at another rate
    ),
    replace(_GPT, max_tokens_field="max_tokens", sampling="free"),
    # dify#18971 for o4-mini, crewAI#2738 for o3; OpenAI's reference names both.
    replace(_O_SERIES, pattern=r"o(3(?!-mini)|4-mini)", stop_limit=0),
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
