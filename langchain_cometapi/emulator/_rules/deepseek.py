"""DeepSeek models."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from langchain_cometapi.emulator._rules.base import (
    REASONING_CONTENT_MISSING,
    TEXT_PARTS,
    FamilyRules,
    ImageTokens,
    ModelRow,
    Refusal,
    StopRules,
)
from langchain_cometapi.emulator._rules.schema_dialect import SchemaDialect

_FORCED_CHOICE = Refusal("Thinking mode does not support this tool_choice")


def _invalid_schema(flaw: str) -> Refusal:
    return Refusal(f"Invalid tool parameters schema : {flaw}")


# DeepSeek's guide to tool calls, strict mode. Whether CometAPI's route has it is not known; a
# schema within its rules works either way. Wordings of types: can1357/oh-my-pi#2270; the emulator's
# own for the rest.
_STRICT = SchemaDialect(
    open_object_error=_invalid_schema("`additionalProperties` must be false"),
    optional_error=_invalid_schema("property `{name}` must be in `required`"),
    constraints=MappingProxyType(
        {
            "array": frozenset({"maxItems", "minItems"}),
            "string": frozenset({"maxLength", "minLength"}),
        }
    ),
    constraint_error=_invalid_schema("{properties} not supported"),
    type_missing_error=_invalid_schema("one of `type`, `anyOf`, `$ref` field is required"),
    option_type_error=_invalid_schema("field `anyOf`: missing field `type`"),
)
_DEEPSEEK = FamilyRules(
    "deepseek",
    "DeepSeek",
    extra_params=frozenset({"thinking", "top_k"}),
    string_roles=frozenset({"system", "assistant", "tool"}),
    string_error=Refusal(  # n8n-io/n8n#14574, BerriAI/litellm#6642
        "Failed to deserialize the JSON body into the target type: {message}: invalid type:"
        " sequence, expected a string"
    ),
    stop=StopRules(max_count=16),
    strict_dialect=_STRICT,
    json_schema_error=Refusal("This response_format type is unavailable now"),  # browser-use#215
    json_word_error=Refusal(  # vercel/ai#7913
        "Prompt must contain the word 'json' in some form to use 'response_format' of type"
        " 'json_object'."
    ),
    multiple_choices=False,
    reasoning_text=True,
    reasoning_missing_error=Refusal(REASONING_CONTENT_MISSING),
    reasoning_turns="all",  # openclaw/openclaw#73417
    required_choice_error=_FORCED_CHOICE,
    named_choice_error=_FORCED_CHOICE,
    content_with_tool_calls="",
    max_prompt=1_000_000,
)
_TEXT_ONLY = replace(
    _DEEPSEEK,
    user_parts=TEXT_PARTS,
    part_error=Refusal(  # rikkahub/rikkahub#1433
        "Failed to deserialize the JSON body into the target type: {message}: unknown variant"
        " `{kind}`, expected `text`"
    ),
)

ROWS = (
    # It thinks only if it is asked to (DeepSeek API docs, thinking mode of V3.2).
    ModelRow(
        "deepseek-v3.2",
        replace(
            _TEXT_ONLY,
            thinks_if_asked=True,
            reasoning_text=False,
            reasoning_missing_error=None,
            max_prompt=131_072,
        ),
        context=131_072,
        max_output=8192,
    ),
    ModelRow("deepseek-v4-flash", _DEEPSEEK),
    ModelRow(
        "deepseek-v4-flash-vision",
        replace(_DEEPSEEK, image_tokens=ImageTokens(384, 384)),  # DeepSeek API docs, vision
        reports_cost=True,
    ),
    ModelRow("deepseek-v4-pro", _TEXT_ONLY, pricing=(0.416, 0.832)),
)
