"""Models that make images, sound and video, of vendors without chat models of their own here.

Their ids are those that clients of the gateway filter out of its model list
(SillyTavern/SillyTavern#4391, Kilo-Org/kilocode).
"""

from __future__ import annotations

from langchain_cometapi._vendors.base import COMETAPI_DOCS, Vendor

ROWS = (
    Vendor(
        "images",
        r"(flux-|mj_|midjourney|stable-diffusion|imagen-)",
        endpoints=frozenset({"images"}),
        source=COMETAPI_DOCS,
    ),
    Vendor("audio", r"suno_", endpoints=frozenset({"audio"}), source=COMETAPI_DOCS),
    Vendor(
        "video", r"(veo-?\d|kling[-_]|luma_)", endpoints=frozenset({"videos"}), source=COMETAPI_DOCS
    ),
)
