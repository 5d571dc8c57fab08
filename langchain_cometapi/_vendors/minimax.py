"""MiniMax."""

from __future__ import annotations

from dataclasses import replace

from langchain_cometapi._vendors.base import Vendor

_MINIMAX = Vendor(
    "minimax",
    r"(minimax|abab)",
    max_choices=1,
    think_tags=True,
    structured_output="function_calling",
    empty_messages=False,  # "chat content is empty (2013)": earendil-works/pi#3365
    source="MiniMax API docs, OpenAI compatibility; M2 guide, interleaved thinking; 2026-11",
)

ROWS = (
    # M2 takes text only and ignores response formats (MiniMax-AI/MiniMax-M2.5#4, openclaw#64644).
    replace(
        _MINIMAX,
        pattern=r"minimax-m2",
        json_schema=False,
        json_object=False,
        images=False,
        video=False,
    ),
    replace(_MINIMAX, pattern=r"minimax-m3", images=True, video=True),
    _MINIMAX,
)
