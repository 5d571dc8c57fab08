"""A picture for models and tools that draw."""

from __future__ import annotations

import base64
from typing import Final

PNG: Final = base64.b64encode(
    bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
        "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
    )
).decode()
"""One transparent pixel, in base64."""
