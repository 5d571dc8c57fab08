"""xAI: Grok."""

from __future__ import annotations

from dataclasses import replace

from langchain_cometapi._vendors.base import COMETAPI_DOCS, Vendor

_GROK = Vendor(
    "grok",
    r"grok",
    structured_output="function_calling",
    empty_messages=False,  # CherryHQ/cherry-studio#4967, BoltAI/BoltAI#235
    # BerriAI/litellm#9720, pipecat-ai/pipecat#2274: "Only messages of role 'user' can have a name."
    named_roles=frozenset({"user"}),
    parallel_tool_calls=True,
    strict_tools=True,
    json_schema=True,
    json_object=True,
    source=COMETAPI_DOCS + "; docs.x.ai, structured outputs and reasoning",
)

ROWS = (
    # BerriAI/litellm#12635, mnfst/modelparams.dev#330, and docs.x.ai of reasoning models.
    replace(
        _GROK,
        pattern=r"grok-([4-9]|\d\d)",
        stop_limit=0,
        images=True,
        tokens_per_image=1792,
    ),
    _GROK,
)
