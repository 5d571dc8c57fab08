"""Token usage at the edges that no recorded shape shows."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_openai.chat_models.base import _create_usage_metadata

from langchain_cometapi._chat.response.usage import create_usage_metadata


def test_input_that_is_all_from_the_cache_is_counted_once() -> None:
    details = {"cached_tokens": 100}
    usage = {"prompt_tokens": 100, "completion_tokens": 5, "prompt_tokens_details": details}
    metadata = create_usage_metadata(usage)
    assert (metadata["input_tokens"], metadata["total_tokens"]) == (100, 105)


def test_reasoning_that_is_counted_apart_is_output() -> None:
    details = {"reasoning_tokens": 2}
    usage = {"prompt_tokens": 3, "completion_tokens": 3, "completion_tokens_details": details}
    apart = create_usage_metadata({**usage, "total_tokens": 8})
    assert (apart["input_tokens"], apart["output_tokens"], apart["total_tokens"]) == (3, 5, 8)
    within = create_usage_metadata({**usage, "total_tokens": 6})
    assert (within["input_tokens"], within["output_tokens"], within["total_tokens"]) == (3, 3, 6)


def test_tokens_read_from_a_cache_and_written_to_it_are_added_up() -> None:
    usage = {"cache_read_input_tokens": 7, "cache_creation_input_tokens": 5, "output_tokens": 1}
    assert create_usage_metadata({**usage, "input_tokens": 3})["input_tokens"] == 15


@pytest.mark.parametrize("value", [True, "7", None, float("inf"), float("nan")], ids=repr)
def test_count_that_is_no_number_is_unknown(value: Any) -> None:
    usage = {"prompt_tokens": 3, "completion_tokens": 2, "reasoning_tokens": value}
    assert create_usage_metadata(usage) == {
        "input_tokens": 3,
        "output_tokens": 2,
        "total_tokens": 5,
    }


@pytest.mark.parametrize("value", [10**400, -3, -0.5, 1e300, [], {}], ids=["huge", *"-.e[{"])
def test_count_that_cannot_be_one_is_unknown(value: Any) -> None:
    usage = {"prompt_tokens": value, "completion_tokens": 2, "total_tokens": value}
    assert create_usage_metadata({**usage, "input_tokens": 3}) == {
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


@pytest.mark.parametrize("tier", ["flex", "priority", "default", "auto", None, 7])
@pytest.mark.parametrize("details", [True, False])
def test_details_of_a_service_tier_are_those_of_chat_openai(tier: Any, *, details: bool) -> None:
    usage = _TIERED if details else {k: v for k, v in _TIERED.items() if "details" not in k}
    theirs = {k: v for k, v in _create_usage_metadata(usage, tier).items() if v}
    assert create_usage_metadata(usage, tier) == theirs
