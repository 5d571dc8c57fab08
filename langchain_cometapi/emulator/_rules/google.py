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
    SignatureRules,
    StopRules,
)
from langchain_cometapi.emulator._rules.schema_dialect import SchemaDialect

_UNKNOWN_NAME = "Invalid JSON payload received. Unknown name \"{keyword}\" at '{numbered_path}':"
# Schemas are parsed as Google's own message type, whose fields its reference lists
# (ai.google.dev/api/caching#Schema); there are no others (router-for-me/CLIProxyAPI#97,
# zed-industries/zed#44875, pizza-bot-app/pizza-bot#62, genspark-ai/genoffice#186).
_GEMINI_DIALECT = SchemaDialect(
    keywords=frozenset(
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
    ),
    keyword_error=Refusal(f"{_UNKNOWN_NAME} Cannot find field."),
    type_list_error=Refusal(f"{_UNKNOWN_NAME} Proto field is not repeating, cannot start list."),
    # anomalyco/opencode#12784, microsoft/azure-devops-mcp#145
    enum_value_error=Refusal("Invalid value at '{field_path}' (TYPE_STRING), {value}"),
    # musistudio/llms#20, decolua/9router#359
    enum_type_error=Refusal(
        "* GenerateContentRequest.{numbered_path}.enum: only allowed for STRING type"
    ),
    items_missing_error=Refusal("* GenerateContentRequest.{numbered_path}.items: missing field."),
    required_error=Refusal("* GenerateContentRequest.{field_path}: property is not defined"),
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
_NO_DATA = Refusal(  # router-for-me/CLIProxyAPI#1292
    "* GenerateContentRequest.contents[{index}].parts[{position}].data: required oneof field"
    " 'data' must have one initialized field"
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
    tool_name="[a-zA-Z_][a-zA-Z0-9_.-]{0,63}",
    tool_name_error=Refusal(  # google-gemini/gemini-cli#2966
        "* GenerateContentRequest.tools[0].function_declarations[{index}].name: Invalid function"
        " name. Must start with a letter or an underscore. Must be alphameric (a-z, A-Z, 0-9),"
        " underscores (_), dots (.) or dashes (-), with a maximum length of 64."
    ),
    empty_text_error=_NO_DATA,
    empty_message_error=_NO_DATA,
    schema_dialect=_GEMINI_DIALECT,
    format_dialect=_GEMINI_DIALECT,
    signatures=_SIGNATURES,
    max_prompt=1_048_576,
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
    # Not announced, but called natively by applications (2026).
    ModelRow("gemini-2.5-flash-lite", _GEMINI, listed=False),
    ModelRow("gemini-3-pro-image", _GEMINI, kind="image", chat=False, listed=False),
    ModelRow("gemini-3.1-flash-image", _GEMINI, kind="image", chat=False, listed=False),
    ModelRow("gemini-3.1-flash-lite", _GEMINI),
    ModelRow("gemini-3.1-pro-preview", _GEMINI),
    ModelRow("gemini-3.5-flash", _GEMINI),
    ModelRow("gemini-3.5-flash-lite", _GEMINI),
    ModelRow("gemini-3.8-flash", _GEMINI),
    ModelRow("gemini-4-hydrogen", _GEMINI),
)
