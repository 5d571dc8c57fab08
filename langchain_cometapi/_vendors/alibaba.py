"""Alibaba: Qwen."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from langchain_cometapi._vendors.base import CHAT_ONLY, COMETAPI_DOCS, EMBEDDINGS_ONLY, Vendor

_QWEN = Vendor(
    "qwen",
    r"(qwen|qwq|qvq)",
    developer_role=False,
    forced_any_while_thinking=False,
    forced_one_while_thinking=False,
    json_while_thinking=False,  # presenton/presenton#184
    thinking_off=MappingProxyType({"enable_thinking": False}),
    structured_output="function_calling",
    parallel_tool_calls=True,
    json_object=True,
    tokenizer="qwen",
    source=COMETAPI_DOCS + "; Model Studio docs, JSON mode and error codes",
)

_EMBEDDINGS = Vendor(
    "qwen",
    r"(text-embedding-v\d|qwen[\w.-]*embedding)",
    max_texts=10,  # memodb-io/memobase#142, HKUDS/LightRAG#1742
    endpoints=EMBEDDINGS_ONLY,
    source="Errors of Model Studio's embeddings, seen in public; 2026-11",
)

ROWS = (
    # langchain4j/langchain4j#1140
    replace(_EMBEDDINGS, pattern=r"text-embedding-v[12]", max_texts=25),
    _EMBEDDINGS,
    replace(_QWEN, pattern=r"(qwen4-max|qwen3\.8-max)", endpoints=CHAT_ONLY),
    # These always reason, and then there is no JSON mode.
    replace(
        _QWEN,
        pattern=r"(qwq|qvq|qwen.*-thinking)",
        thinking_off=None,
        structured_output="prompt",
        json_object=False,
    ),
    # These do not reason, so they take any tool choice, and JSON.
    replace(
        _QWEN,
        pattern=r"qwen.*(coder|instruct)",
        forced_any_while_thinking=None,
        forced_one_while_thinking=None,
        json_while_thinking=None,
    ),
    _QWEN,
)
