"""Meta: Llama."""

from __future__ import annotations

from dataclasses import replace

from langchain_cometapi._vendors.base import COMETAPI_DOCS, Vendor

_LLAMA = Vendor(
    "llama", r"(meta-)?llama", structured_output="function_calling", source=COMETAPI_DOCS
)

ROWS = (
    replace(_LLAMA, pattern=r"(meta-)?llama-?4", images=True),
    _LLAMA,
)
