"""Models of images, sound and video."""

from __future__ import annotations

from tests.unit_tests.vendors.rules import check_rules

test_rule_holds_on_the_wire = check_rules(
    ("flux-2-pro mj_imagine midjourney stable-diffusion-3.5", "family", "images"),
    ("suno_music", "family", "audio"),
    ("kling_video kling-v2 veo3-pro veo-3.1 luma_video", "family", "video"),
    ("flux-2-pro mj_imagine imagen-4", "endpoints", frozenset({"images"})),
    ("suno_music", "endpoints", frozenset({"audio"})),
    ("kling_video veo3-pro", "endpoints", frozenset({"videos"})),
)
