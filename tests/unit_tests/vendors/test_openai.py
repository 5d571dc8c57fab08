"""OpenAI: GPT, the o-series and GPT-OSS."""

from __future__ import annotations

from langchain_cometapi._vendors.registry import SchemaDialect
from tests.support import City, Gateway, answer, completion
from tests.unit_tests.vendors.calls import CITY_CALL, CITY_CHOICE, assert_inferred_choice
from tests.unit_tests.vendors.rules import check_rules

PENALTIES = frozenset({"presence_penalty", "frequency_penalty"})
LOGPROBS = frozenset({"logprobs", "top_logprobs"})
EFFORT = frozenset({"reasoning_effort"})
GPT_5 = PENALTIES | {"logit_bias"}

test_rule_holds_on_the_wire = check_rules(
    ("gpt-5.4-mini o3", "empty_messages", True),
    ("gpt-5 gpt-5-mini gpt-5-chat-latest openai/gpt-5.4", "family", "gpt"),
    ("gpt-oss-120b", "family", "gpt-oss"),
    ("o1 o1-mini o3", "family", "o-series"),
    ("gpt-5.6-sol gpt-6-astra GPT-10 gpt-5.4-pro gpt-5.5-pro", "endpoint", "responses"),
    ("gpt-5.5 gpt-5.4-mini", "endpoint", None),
    ("gpt-5 gpt-5.4-mini", "max_tokens_field", "max_completion_tokens"),
    ("gpt-3.5-turbo gpt-4o", "max_tokens_field", "max_tokens"),
    ("gpt-4o-mini gpt-4.1-nano gpt-5-chat-latest", "sampling", "free"),
    ("gpt-5 gpt-5-mini gpt-6-astra gpt-5.4-pro", "sampling", "refused"),
    ("gpt-5.1 gpt-5.2-2025-12-11 gpt-5.4 gpt-5.5 GPT-5.5 gpt-5.6-sol", "sampling", "effort_none"),
    ("gpt-5.5-instant", "sampling", None),
    ("gpt-5.1 gpt-5.4", "default_effort", "none"),
    ("gpt-5.5 gpt-5.6-sol", "default_effort", "medium"),
    ("gpt-5 gpt-5-mini", "refused_parameters", GPT_5 | LOGPROBS),
    ("gpt-5.1 gpt-5.4-mini GPT-5.6-Sol", "refused_parameters", GPT_5),
    ("o1 o3", "refused_parameters", GPT_5 | LOGPROBS),
    ("gpt-4o gpt-4o-mini", "refused_parameters", EFFORT),
    ("gpt-5-chat-latest gpt-5.5-instant", "refused_parameters", None),
    ("gpt-5.1 gpt-5.4-mini", "refused_while_reasoning", LOGPROBS),
    ("gpt-5 gpt-6-astra", "refused_while_reasoning", None),
    ("gpt-5.4-mini o3", "developer_role", True),
    ("gpt-5.4-mini o3", "reasoning_replay", "none"),
    ("gpt-4.1 gpt-4o-mini", "reasoning_items", False),
    ("gpt-5-mini gpt-5.4-mini", "reasoning_items", None),
    ("gpt-5.4-mini gpt-4o gpt-5.5-pro gpt-5-pro", "structured_output", "json_schema"),
    ("gpt-5.4-pro gpt-5.2-pro", "structured_output", "function_calling"),
    ("gpt-5-chat-latest", "structured_output", "json_mode"),
    ("o1-mini", "structured_output", "prompt"),
    ("gpt-oss-120b gpt-4-turbo", "structured_output", "function_calling"),
    ("gpt-5.4-mini gpt-4o", "tool_call_ids", r".{1,40}"),
    ("gpt-5.4-mini o3", "tool_media", False),
    ("gpt-5.4-mini gpt-4o", "parallel_tool_calls", True),
    ("o1 o3", "parallel_tool_calls", False),
    ("gpt-5.4-mini gpt-4o", "strict_tools", True),
    ("gpt-4o gpt-4.1-nano", "json_schema", True),
    ("gpt-3.5-turbo gpt-4-turbo gpt-5-chat-latest o1-mini gpt-5.2-pro", "json_schema", False),
    ("gpt-3.5-turbo gpt-5.4-mini", "json_object", True),
    ("o1-mini", "json_object", False),
    ("gpt-5.4-mini", "schema_dialect", SchemaDialect(items_needed=True)),
    ("gpt-5.4-mini", "format_dialect", SchemaDialect(object_root=True)),
    ("gpt-5 gpt-5-mini", "stop_limit", 0),
    ("gpt-4o gpt-4o-mini", "stop_limit", 4),
    ("o1 o3-mini", "stop_limit", None),
    ("gpt-5.4-mini o3", "cache_control", False),
    ("gpt-4o gpt-4-turbo", "images", True),
    ("gpt-3.5-turbo o1-mini", "images", False),
    ("gpt-5.4-mini", "files", True),
    ("gpt-3.5-turbo", "files", False),
    ("gpt-4o gpt-5.4-mini", "audio_ids", True),
    ("o3", "audio_ids", None),
    ("gpt-4o", "tokens_per_image", 765),
    ("gpt-4o-mini GPT-4o-mini-2024-07-18", "tokens_per_image", 25_501),
    ("gpt-4.1-mini", "tokens_per_image", 1659),
    ("gpt-4.1-nano", "tokens_per_image", 2520),
    ("o4-mini", "tokens_per_image", 1762),
    ("gpt-4o", "tokens_per_low_image", 85),
    ("gpt-4o-mini", "tokens_per_low_image", 2833),
    ("gpt-5 gpt-5.1", "tokens_per_low_image", 70),
    ("o1 o3", "tokens_per_low_image", 75),
    ("gpt-5-mini gpt-5.4", "tokens_per_low_image", None),
    ("gpt-5", "tokens_per_image", 630),
    ("gpt-5-mini gpt-5.4-mini", "tokens_per_image", 1659),
    ("gpt-5-nano gpt-5.4-nano", "tokens_per_image", 2520),
    ("gpt-5.5 gpt-5.6-sol", "tokens_per_image", 1229),
    ("o1 o3", "tokens_per_image", 675),
    ("gpt-4o gpt-5.4-mini", "tokenizer", "o200k"),
    ("gpt-3.5-turbo gpt-4-0613 gpt-4-turbo", "tokenizer", "cl100k"),
    ("gpt-4o gpt-5.4-mini", "tiktoken_encoding", "o200k_base"),
    ("gpt-oss-120b", "tiktoken_encoding", "o200k_harmony"),
    ("gpt-3.5-turbo gpt-4-turbo", "tiktoken_encoding", "cl100k_base"),
    ("gpt-5.4-pro gpt-5.5-pro", "endpoints", frozenset({"responses"})),
    ("gpt-5.4-mini gpt-5.6-sol", "endpoints", frozenset({"chat", "responses"})),
    ("gpt-4o", "endpoints", None),
    ("openai/Text-Embedding-3-Large", "endpoints", frozenset({"embeddings"})),
    ("gpt-image-2 dall-e-3 chatgpt-image-latest", "endpoints", frozenset({"images"})),
    ("whisper-1 tts-1-hd gpt-4o-mini-tts", "endpoints", frozenset({"audio"})),
    ("sora-2-pro", "endpoints", frozenset({"videos"})),
)


def test_structured_output_of_gpt_names_its_tool() -> None:
    assert_inferred_choice("gpt-4o", CITY_CHOICE)


def test_structured_output_of_o3_sends_no_parallel_tool_calls() -> None:
    served = Gateway(answer(completion(CITY_CALL)))
    model = served.model("o3", strict_params=True)
    structured = model.with_structured_output(City, method="function_calling")
    assert structured.invoke("Hi") == City(name="Oslo")
    assert "parallel_tool_calls" not in served.bodies[0]
