"""Google: Gemini models."""

from __future__ import annotations

from langchain_cometapi.emulator._rules.base import (
    PENALTIES,
    ROLES_WITH_DEVELOPER,
    VIDEO_PARTS,
    FamilyRules,
    ImageTokens,
    ModelRow,
    Refusal,
    SchemaDialect,
    SignatureRules,
    StopRules,
)

_UNKNOWN_NAME = "Invalid JSON payload received. Unknown name \"{keyword}\" at '{numbered_path}':"
# Function declarations are parsed as Google's own message type, which has no other fields
# (router-for-me/CLIProxyAPI#97, zed-industries/zed#44875, pizza-bot-app/pizza-bot#62,
# genspark-ai/genoffice#186).
_GEMINI_DIALECT = SchemaDialect(
    unknown_keywords=frozenset(
        {
            "$ref",
            "$schema",
            "additionalProperties",
            "allOf",
            "const",
            "examples",
            "exclusiveMaximum",
            "exclusiveMinimum",
            "multipleOf",
            "oneOf",
            "propertyNames",
            "uniqueItems",
        }
    ),
    keyword_error=Refusal(f"{_UNKNOWN_NAME} Cannot find field."),
    type_list_error=Refusal(f"{_UNKNOWN_NAME} Proto field is not repeating, cannot start list."),
)
_SIGNATURES = SignatureRules(
    placeholder="skip_thought_signature_validator",
    missing_error=Refusal(
        "Function call is missing a thought_signature in functionCall parts. This is required for"
        " tools to work correctly, and missing thought_signature may lead to degraded model"
        " performance. Additional data, function call `default_api:{name}` , position {index}."
    ),
    invalid_error=Refusal("Thought signature is not valid for the function call {id}."),
)
_GEMINI = FamilyRules(
    "gemini",
    "Google",
    extra_params=frozenset(
        {"extra_body", "google", "safety_settings", "thinking", "thinking_config", "top_k"}
    ),
    roles=ROLES_WITH_DEVELOPER,
    user_parts=VIDEO_PARTS,
    dropped_parts=frozenset({"video_url"}),
    # google-gemini/cookbook#1290, Ikalus1988/MisakaNet#1473.
    refused_params=PENALTIES,
    refused_param_error=Refusal("Penalty is not enabled for this model"),
    # GoogleCloudPlatform/generative-ai#2947, mscraftsman/generative-ai#135.
    logprobs=False,
    logprobs_error=Refusal("Logprobs is not enabled for models/{model}"),
    stop=StopRules(max_used=5),  # cut by the gateway (new-api)
    schema_dialect=_GEMINI_DIALECT,
    signatures=_SIGNATURES,
    usage_style="full",
    image_tokens=ImageTokens(1120, 1120),  # Google, media resolution of Gemini 3
    endpoints=("gemini", "openai"),
)

_EMBEDDINGS = FamilyRules("gemini", "Google", endpoints=("embeddings",))

ROWS = (
    ModelRow(
        "gemini-embedding-001",
        _EMBEDDINGS,
        kind="embedding",
        dimensions=3072,
        max_texts=100,
        too_many_texts_error=Refusal(  # geldata/gel#9032
            "* BatchEmbedContentsRequest.requests: at most 100 requests can be in one batch\n"
        ),
    ),
    ModelRow("gemini-3.1-pro-preview", _GEMINI),
    ModelRow("gemini-3.5-flash", _GEMINI),
    ModelRow("gemini-3.5-flash-lite", _GEMINI),
    ModelRow("gemini-3.8-flash", _GEMINI),
    ModelRow("gemini-4-hydrogen", _GEMINI),
)
