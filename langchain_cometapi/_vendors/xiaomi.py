"""Xiaomi: MiMo."""

from __future__ import annotations

from dataclasses import replace

from langchain_cometapi._vendors.base import (
    BLANK_REASONING,
    COMETAPI_DOCS,
    THINKING_DISABLED,
    Vendor,
)

_MIMO = Vendor(
    "mimo",
    r"mimo",
    max_tokens_field="max_tokens",
    developer_role=False,
    reasoning_replay="tool_calls",
    foreign_reasoning=BLANK_REASONING,
    thinking_off=THINKING_DISABLED,
    structured_output="function_calling",
    endpoints=frozenset({"chat", "responses", "messages"}),
    source=COMETAPI_DOCS + "; CometAPI announcement 141",
)

ROWS = (
    # theopenco/llmgateway#4173; of the others it is not known.
    replace(_MIMO, pattern=r"mimo-v2\.6-flash", json_schema=True, json_object=True, images=True),
    _MIMO,
)
