"""Alibaba: Qwen."""

from __future__ import annotations

from tests.unit_tests.vendors.rules import check_rules

test_rule_holds_on_the_wire = check_rules(
    ("qwen4-max-preview qwen3.8-max qwen3.8-flash qwen3.7-plus qwen3.7-max", "family", "qwen"),
    ("qwen3.8-max", "developer_role", False),
    ("qwen3.8-max", "forced_any_while_thinking", False),
    ("qwen3-coder-plus", "forced_any_while_thinking", None),
    ("qwen3.8-max", "forced_one_while_thinking", False),
    ("qwen3-coder-plus qwen3-max-instruct", "forced_one_while_thinking", None),
    ("qwen3.8-max qwq-plus", "json_while_thinking", False),
    ("qwen3-coder-plus qwen3-max-instruct", "json_while_thinking", None),
    ("qwen3.8-max", "thinking_off", {"enable_thinking": False}),
    ("qwq-plus qvq-max qwen3-235b-a22b-thinking-2507", "thinking_off", None),
    ("qwq-plus qwen3-235b-a22b-thinking-2507", "forced_any_while_thinking", False),
    ("qwen3.8-max qwen3-coder-plus", "structured_output", "function_calling"),
    ("qwq-plus qvq-max qwen3-235b-a22b-thinking-2507", "structured_output", "prompt"),
    ("qwq-plus", "json_object", False),
    ("qwen3.8-max", "tool_media", None),
    ("qwen3.8-max", "parallel_tool_calls", True),
    ("qwen3.8-max", "strict_tools", None),
    ("qwen3.8-max", "json_schema", None),
    ("qwen3.8-max", "json_object", True),
    ("qwen3.8-max", "stop_limit", None),
    ("qwen3.8-max", "images", None),
    ("qwen3.8-max", "files", None),
    ("qwen3.8-max", "video", None),
    ("qwen3.8-max", "tokens_per_image", None),
    ("qwen3.8-max qwen3-coder-plus", "tokenizer", "qwen"),
    ("qwen4-max-preview qwen3.8-max", "endpoints", frozenset({"chat"})),
    ("qwen3.8-flash", "endpoints", None),
    (
        "text-embedding-v4 text-embedding-v1 qwen3-embedding-8b",
        "endpoints",
        frozenset({"embeddings"}),
    ),
    ("text-embedding-v3 text-embedding-v4 qwen3-embedding-8b", "max_texts", 10),
    ("text-embedding-v1 text-embedding-v2", "max_texts", 25),
)
