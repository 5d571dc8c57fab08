"""Google: Gemini."""

from __future__ import annotations

from langchain_cometapi._vendors.base import NativeRoute, SchemaDialect
from tests.unit_tests.vendors.rules import check_rules

FIELDS = (
    "type format title description nullable enum maxItems minItems properties required "
    "minProperties maxProperties minLength maxLength pattern example anyOf propertyOrdering "
    "default items minimum maximum"
)
DIALECT = SchemaDialect(
    inline_refs=True,
    const_as_enum=True,
    one_type=True,
    any_of_only=True,
    lone_any_of=True,
    bare_any_of=True,
    typed=True,
    any_types="text",
    text_enums=True,
    nullable=True,
    closed_objects=True,
    no_tuples=True,
    items_needed=True,
    keywords=frozenset(FIELDS.split()),
)
SIGNATURE = {"google": {"thought_signature": "skip_thought_signature_validator"}}

PARAMETERS = (
    "cached_content generation_config image_config include_thoughts media_resolution"
    " response_mime_type response_modalities response_schema safety_settings speech_config thinking"
    " thinking_budget thinking_config thinking_level"
)
GENERATE_CONTENT = NativeRoute(
    "generate_content",
    "ChatCometAPIGoogle",
    "google",
    "langchain_google_genai",
    "video, thinking config, grounding, image output and safety settings",
    parameters=frozenset(PARAMETERS.split()),
    tools=r"(google_search|google_search_retrieval|google_maps|url_context|code_execution"
    r"|computer_use|file_search|enterprise_web_search)",
    media=frozenset({"video"}),
)

REFUSED = frozenset(
    {"presence_penalty", "frequency_penalty", "logprobs", "top_logprobs", "logit_bias"}
)

test_rule_holds_on_the_wire = check_rules(
    ("gemini-3.8-flash", "empty_messages", False),
    ("gemini-3.8-flash", "tool_names", r"[a-zA-Z_][a-zA-Z0-9_.-]{0,63}"),
    ("gemini-3.8-flash gemini-2.5-pro", "refused_parameters", REFUSED),
    ("gemini-4-hydrogen gemini-3.5-flash google/gemini-3.8-flash", "family", "gemini"),
    ("gemini-3.8-flash", "max_tokens_field", "max_tokens"),
    ("gemini-3.8-flash", "reasoning_replay", "none"),
    ("gemini-3.8-flash", "signed_tool_calls", True),
    ("gemini-3.8-flash", "foreign_extra_content", SIGNATURE),
    ("gemini-3.8-flash", "structured_output", "function_calling"),
    ("gemini-3.8-flash", "strict_tools", False),
    ("gemini-3.8-flash", "strict_formats", False),
    ("gemini-3.8-flash", "json_schema", True),
    ("gemini-3.8-flash", "json_object", True),
    ("gemini-3.8-flash", "schema_dialect", DIALECT),
    ("gemini-3.8-flash", "stop_limit", 5),
    ("gemini-3.8-flash", "images", True),
    ("gemini-3.8-flash", "audio", True),
    ("gemini-3.8-flash", "files", True),
    ("gemini-3.8-flash", "video", False),
    ("gemini-3.8-flash", "tokens_per_image", 1120),
    ("gemini-3.8-flash", "tokenizer", "gemma"),
    ("gemini-3.8-flash", "native", GENERATE_CONTENT),
    ("gemini-3.8-flash", "endpoints", frozenset({"chat", "generate_content"})),
    ("gemini-embedding-001", "endpoints", frozenset({"embeddings"})),
    ("gemini-embedding-001", "max_texts", 100),
)
