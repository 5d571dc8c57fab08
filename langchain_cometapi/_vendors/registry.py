"""The rows of all vendors, and the row of a model id.

Code asks the row and never looks at the name of a model.
"""

from __future__ import annotations

import re
from functools import lru_cache

from langchain_cometapi._vendors import (
    alibaba,
    anthropic,
    bytedance,
    deepseek,
    google,
    media,
    meta,
    minimax,
    moonshot,
    openai,
    xai,
    xiaomi,
    zhipu,
)
from langchain_cometapi._vendors.base import Endpoint, SchemaDialect, Vendor

__all__ = ["UNKNOWN", "VENDORS", "Endpoint", "SchemaDialect", "Vendor", "get_vendor"]

# The order of the vendors does not matter, because no two of them match the same id. Within a
# vendor the first row that matches wins.
VENDORS: tuple[Vendor, ...] = (
    *openai.ROWS,
    *anthropic.ROWS,
    *google.ROWS,
    *deepseek.ROWS,
    *moonshot.ROWS,
    *zhipu.ROWS,
    *xiaomi.ROWS,
    *xai.ROWS,
    *alibaba.ROWS,
    *minimax.ROWS,
    *bytedance.ROWS,
    *meta.ROWS,
    *media.ROWS,
)

UNKNOWN = Vendor("unknown", r"", structured_output="function_calling")


@lru_cache(maxsize=1024)
def get_vendor(model: str) -> Vendor:
    """Return the row of a model id, or `UNKNOWN`.

    Args:
        model: The id, in any case, with or without a prefix such as `openai/`.
    """
    name = model.lower().rpartition("/")[2]
    return next((row for row in VENDORS if re.match(row.pattern, name)), UNKNOWN)
