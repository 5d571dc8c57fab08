"""ByteDance: Doubao and Seed."""

from __future__ import annotations

from dataclasses import replace

from langchain_cometapi._vendors.base import COMETAPI_DOCS, Vendor

_DOUBAO = Vendor(
    "doubao",
    r"(doubao|seed-)",
    developer_role=False,
    structured_output="function_calling",
    json_schema=True,
    json_object=True,
    images=True,
    video=True,
    source=COMETAPI_DOCS + "; anomalyco/models.dev#5772",
)

ROWS = (
    Vendor(
        "doubao-images",
        r"doubao-seedream",
        endpoints=frozenset({"images"}),
        source=COMETAPI_DOCS,
    ),
    Vendor(
        "doubao-video",
        r"doubao-seedance",
        endpoints=frozenset({"videos"}),
        source=COMETAPI_DOCS,
    ),
    replace(_DOUBAO, pattern=r"doubao-seed-2-0-code", json_schema=False, json_object=False),
    _DOUBAO,
)
