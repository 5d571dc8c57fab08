"""Alibaba: Qwen."""

from __future__ import annotations

from tests.unit_tests.vendors.rules import check_rules

test_rule_holds_on_the_wire = check_rules(
    ("qwen4-max-preview qwen3.8-flash", "family", "qwen"),
    ("qwen3.8-max", "developer_role", False),
    ("qwen3.8-max", "forced_any_while_thinking", False),
    ("qwen3-coder-plus", "forced_any_while_thinking", None),
    ("qwen3.8-max", "forced_one_while_thinking", False),
    ("qwen3-coder-plus", "forced_one_while_thinking", None),
    ("qwen3.8-max qwq-plus", "json_while_thinking", False),
    ("qwen3-coder-plus", "json_while_thinking", None),
    ("qwen3.8-max", "thinking_off", {"enable_thinking": False}),
    ("qwq-plus", "thinking_off", None),
    ("qwq-plus", "forced_any_while_thinking", False),
    ("qwen3.8-max qwen3-coder-plus", "structured_output", "function_calling"),
    ("qwq-plus", "structured_output", "prompt"),
    ("qwq-plus", "json_object", False),
    ("qwen3.8-max", "parallel_tool_calls", True),
    ("qwen3.8-max", "json_object", True),
    ("qwen3.8-max qwen3-coder-plus", "tokenizer", "qwen"),
    ("qwen4-max-preview", "endpoints", frozenset({"chat"})),
    ("qwen3.8-flash", "endpoints", None),
    ("text-embedding-v4 text-embedding-v1", "endpoints", frozenset({"embeddings"})),
    ("text-embedding-v3", "max_texts", 10),
    ("text-embedding-v1 text-embedding-v2", "max_texts", 25),
)
