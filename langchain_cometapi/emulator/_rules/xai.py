"""xAI: Grok models."""

from __future__ import annotations

from dataclasses import replace

from langchain_cometapi.emulator._rules.base import (
    PENALTIES,
    ROLES_WITH_DEVELOPER,
    FamilyRules,
    ImageTokens,
    ModelRow,
    Refusal,
    StopRules,
)
from langchain_cometapi.emulator._rules.schema_dialect import SchemaDialect

# docs.x.ai, structured outputs (also of tools): "non-circular references only"; get-bb/bb#1612.
# Other keywords are taken, of which some are not enforced. The wording is the emulator's own.
_DIALECT = SchemaDialect(
    recursion_error=Refusal("Invalid schema: circular references are not supported: {ref}")
)
_GROK = FamilyRules(
    "grok",
    "xAI",
    extra_params=frozenset({"deferred", "search_parameters"}),
    roles=ROLES_WITH_DEVELOPER,
    named_roles=frozenset({"user"}),
    name_error=Refusal("Only messages of role 'user' can have a name."),  # BerriAI/litellm#9720
    # CherryHQ/cherry-studio#4967
    empty_message_error=Refusal(
        "An empty {role} message was provided. Every {role} message needs at least one non-empty"
        " content element."
    ),
    stop=StopRules(  # BerriAI/litellm#12635
        error=Refusal("Argument not supported on this model: stop")
    ),
    # Also with 0, and also of models that do not reason (miaoxworld/NativeTavern#83).
    refused_params=PENALTIES,
    refused_param_error=Refusal("Model {model} does not support parameter {camel_name}."),
    refuses_defaults=True,
    schema_dialect=_DIALECT,
    format_dialect=_DIALECT,
    reasoning_text=True,
    usage_style="full",
    max_prompt=500_000,
    image_tokens=ImageTokens(1792, 1792),  # docs.x.ai, image understanding
)
# mnfst/modelparams.dev#20, by requests to xAI; neavo/LinguaGacha#771; chenyme/grok2api#814.
_GROK_4_20 = replace(_GROK, refused_params=PENALTIES | {"reasoning_effort"}, max_prompt=1_000_000)

ROWS = (
    ModelRow(
        "grok-4.20-0309-non-reasoning",
        replace(_GROK_4_20, stop=StopRules(max_count=4), reasoning_text=False),
    ),
    ModelRow("grok-4.20-0309-reasoning", _GROK_4_20),
    ModelRow("grok-4.3", replace(_GROK, max_prompt=1_000_000)),
    ModelRow("grok-4.5", _GROK),
    ModelRow("grok-4.7", _GROK),
)
