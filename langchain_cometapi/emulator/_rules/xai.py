"""xAI: Grok models."""

from __future__ import annotations

from langchain_cometapi.emulator._rules.base import (
    ROLES_WITH_DEVELOPER,
    FamilyRules,
    ModelRow,
    Refusal,
    StopRules,
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
    reasoning_text=True,
    usage_style="full",
)

ROWS = (
    ModelRow("grok-4.3", _GROK),
    ModelRow("grok-4.5", _GROK),
    ModelRow("grok-4.7", _GROK),
)
