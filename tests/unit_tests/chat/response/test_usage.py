"""Token usage at the edges that no recorded shape shows."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_openai.chat_models.base import _create_usage_metadata

from langchain_cometapi._chat.response.usage import create_usage_metadata


@pytest.mark.parametrize(
    ("usage", "counts"),
    [
        # Reasoning that is counted apart from the output, and within it.
        ({"completion_tokens_details": {"reasoning_tokens": 2}, "total_tokens": 8}, (3, 5, 8)),
        ({"completion_tokens_details": {"reasoning_tokens": 2}, "total_tokens": 6}, (3, 3, 6)),
        # Input that is all from the cache, and input beside what a cache was read or written for.
        ({"prompt_tokens_details": {"cached_tokens": 3}}, (3, 3, 6)),
        ({"cache_read_input_tokens": 7, "cache_creation_input_tokens": 5}, (15, 3, 18)),
    ],
)
def test_tokens_are_counted_once(usage: dict[str, Any], counts: tuple[int, ...]) -> None:
    metadata = create_usage_metadata({"prompt_tokens": 3, "completion_tokens": 3, **usage})
    names = ("input_tokens", "output_tokens", "total_tokens")
    assert tuple(metadata[name] for name in names) == counts  # type: ignore[literal-required]


@pytest.mark.parametrize("value", [10**400, -0.5, None], ids=["huge", "negative", "null"])
def test_count_that_cannot_be_one_is_unknown(value: Any) -> None:
    usage = {"prompt_tokens": value, "completion_tokens": 2, "total_tokens": value}
    assert create_usage_metadata({**usage, "input_tokens": 3, "reasoning_tokens": value}) == {
        "input_tokens": 3,
        "output_tokens": 2,
        "total_tokens": 5,
    }


_TIERED = {
    "prompt_tokens": 100,
    "completion_tokens": 50,
    "total_tokens": 150,
    "prompt_tokens_details": {"cached_tokens": 60, "cache_write_tokens": 5, "audio_tokens": 0},
    "completion_tokens_details": {"reasoning_tokens": 30, "audio_tokens": 0},
}


@pytest.mark.parametrize("tier", ["flex", "priority", "default", None, 7])
@pytest.mark.parametrize("details", [True, False])
def test_details_of_a_service_tier_are_those_of_chat_openai(tier: Any, *, details: bool) -> None:
    usage = _TIERED if details else {k: v for k, v in _TIERED.items() if "details" not in k}
    theirs = {k: v for k, v in _create_usage_metadata(usage, tier).items() if v}
    assert create_usage_metadata(usage, tier) == theirs
