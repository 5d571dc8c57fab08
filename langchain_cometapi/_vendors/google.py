"""Google: Gemini."""

from __future__ import annotations

from types import MappingProxyType

from langchain_cometapi._vendors.base import (
    COMETAPI_DOCS,
    EMBEDDINGS_ONLY,
    LOGPROBS,
    PENALTIES,
    NativeRoute,
    SchemaDialect,
    Vendor,
)

SIGNATURE_STAND_INS = ("skip_thought_signature_validator", "context_engineering_is_the_way_to_go")
"""What Google documents as the signature of a call of another model: texts, no base64."""

# The fields of `Schema` in Google's reference (ai.google.dev/api/caching#Schema), 2026-11; any
# other is an error (router-for-me/CLIProxyAPI#97, zed-industries/zed#44875). There, `enum` is a
# list of texts and for `STRING` alone (anomalyco/opencode#12784, diegosouzapw/OmniRoute#760), and
# arrays need `items` (cline/cline#7339).
_SCHEMA_FIELDS = frozenset(
    {
        "anyOf",
        "default",
        "description",
        "enum",
        "example",
        "format",
        "items",
        "maxItems",
        "maxLength",
        "maxProperties",
        "maximum",
        "minItems",
        "minLength",
        "minProperties",
        "minimum",
        "nullable",
        "pattern",
        "properties",
        "propertyOrdering",
        "required",
        "title",
        "type",
    }
)

# What Google's reference of `generateContent` has and OpenAI's route has not (2026-11). On chat,
# the gateway drops video (tong-io/tongflow-router-cometapi), and `thinking` has no effect.
_GENERATE_CONTENT = NativeRoute(
    "generate_content",
    "ChatCometAPIGoogle",
    "google",
    "langchain_google_genai",
    "video, thinking config, grounding, image output and safety settings",
    parameters=frozenset(
        {
            "cached_content",
            "generation_config",
            "image_config",
            "include_thoughts",
            "media_resolution",
            "response_mime_type",
            "response_modalities",
            "response_schema",
            "safety_settings",
            "speech_config",
            "thinking",
            "thinking_budget",
            "thinking_config",
            "thinking_level",
        }
    ),
    tools=r"(google_search|google_search_retrieval|google_maps|url_context|code_execution"
    r"|computer_use|file_search|enterprise_web_search)",
    media=frozenset({"video"}),
)

ROWS = (
    Vendor(
        "gemini",
        r"(gemini-embedding|text-embedding-00\d|text-multilingual-embedding|embedding-001)",
        max_texts=100,  # StarTrail-org/LEANN#214, geldata/gel#9032
        endpoints=EMBEDDINGS_ONLY,
        source="Errors of Google's embeddings, seen in public; 2026-11",
    ),
    Vendor(
        "gemini",
        r"gemini",
        max_tokens_field="max_tokens",
        # google-gemini/cookbook#1290 and Ikalus1988/MisakaNet#1473 for penalties of 2.5 to 3.8;
        # GoogleCloudPlatform/generative-ai#2947 and mscraftsman/generative-ai#135 for logprobs;
        # googleapis/python-aiplatform#3272: there is no `logit_bias`.
        refused_parameters=PENALTIES | LOGPROBS | {"logit_bias"},
        reasoning_replay="none",
        signed_tool_calls=True,
        foreign_extra_content=MappingProxyType(
            {"google": {"thought_signature": SIGNATURE_STAND_INS[0]}}
        ),
        structured_output="function_calling",
        empty_messages=False,  # CherryHQ/cherry-studio#16196, router-for-me/CLIProxyAPI#1292
        # kaitranntt/ccs#25; older messages do not name the colon (google-gemini/gemini-cli#2966).
        tool_names=r"[a-zA-Z_][a-zA-Z0-9_.-]{0,63}",
        json_schema=True,
        json_object=True,
        strict_tools=False,  # a field of `Schema` it is not, nor of a function declaration
        strict_formats=False,
        schema_dialect=SchemaDialect(
            inline_refs=True,
            const_as_enum=True,
            one_type=True,
            any_of_only=True,
            # Vertex AI: "When using any_of, it must be the only field set" (google/adk-python#2472,
            # googleapis/python-genai#1205).
            lone_any_of=True,
            bare_any_of=True,
            typed=True,
            any_types="text",
            text_enums=True,
            nullable=True,
            closed_objects=True,
            no_tuples=True,
            items_needed=True,
            keywords=_SCHEMA_FIELDS,
        ),
        stop_limit=5,
        images=True,
        audio=True,
        files=True,
        video=False,  # dropped on the chat route (tong-io/tongflow-router-cometapi)
        tokens_per_image=1120,
        # google-genai counts the tokens of Gemini with the vocabulary of Gemma 3.
        tokenizer="gemma",
        endpoints=frozenset({"chat", "generate_content"}),
        native=_GENERATE_CONTENT,
        source=COMETAPI_DOCS + "; Google's guides to thought signatures, tokens and media, 2026",
    ),
)
