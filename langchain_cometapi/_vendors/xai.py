"""xAI: Grok."""

from __future__ import annotations

from dataclasses import replace

from langchain_cometapi._vendors.base import (
    COMETAPI_DOCS,
    PENALTIES,
    STRICT,
    SchemaDialect,
    Vendor,
)

# docs.x.ai, structured outputs, JSON Schema support (2026-11), which holds for tools, too: `oneOf`
# is `anyOf`, `allOf` has one schema, references lead to no circle, and objects are closed unless
# `additionalProperties` is true. Of schemas in that keyword, and of tuples, it says nothing.
_DIALECT = SchemaDialect(
    object_root=True,
    acyclic_refs=True,
    any_of_only=True,
    lone_any_of=True,
    closed_objects=True,
    no_tuples=True,
)

_GROK = Vendor(
    "grok",
    r"grok",
    # Of any Grok since 3, with any value, 0 as well: miaoxworld/NativeTavern#83,
    # lobehub/lobehub#13332, n8n-io/n8n#14581.
    refused_parameters=PENALTIES,
    structured_output="function_calling",
    empty_messages=False,  # CherryHQ/cherry-studio#4967, BoltAI/BoltAI#235
    # BerriAI/litellm#9720, pipecat-ai/pipecat#2274: "Only messages of role 'user' can have a name."
    named_roles=frozenset({"user"}),
    parallel_tool_calls=True,
    strict_tools=True,
    schema_dialect=_DIALECT,
    strict_dialect=replace(STRICT, acyclic_refs=True),
    json_schema=True,
    json_object=True,
    source=COMETAPI_DOCS + "; docs.x.ai, structured outputs and reasoning",
)

_GROK_4 = replace(
    _GROK,
    stop_limit=0,  # docs.x.ai, reasoning; BerriAI/litellm#12635, BerriAI/litellm-docs#817
    images=True,
    tokens_per_image=1792,
)

_WITHOUT_EFFORT = PENALTIES | {"reasoning_effort"}

ROWS = (
    # Measured for mnfst/modelparams.dev#20 and #330: `stop` is taken, penalties and efforts are not
    # (neavo/LinguaGacha#771).
    replace(
        _GROK_4,
        pattern=r"grok-.*non-reasoning",
        stop_limit=4,
        refused_parameters=_WITHOUT_EFFORT,
    ),
    # docs.x.ai, reasoning; chenyme/grok2api#814, charmbracelet/crush#2362.
    replace(
        _GROK_4,
        pattern=r"grok-4(\.20|\.1|-1|-fast|-0709|-latest|$)",
        refused_parameters=_WITHOUT_EFFORT,
    ),
    replace(_GROK_4, pattern=r"grok-([4-9]|\d\d)"),
    # huggingface/smolagents#1766 for the model that reasons.
    replace(_GROK, pattern=r"grok-3-mini", stop_limit=0),
    _GROK,
)
