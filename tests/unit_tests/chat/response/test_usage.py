"""Token usage at the edges that no recorded shape shows."""

from __future__ import annotations

from typing import Any

import pytest

from langchain_cometapi._chat.response.usage import create_usage_metadata


def test_input_that_is_all_from_the_cache_is_counted_once() -> None:
    details = {"cached_tokens": 100}
    usage = {"prompt_tokens": 100, "completion_tokens": 5, "prompt_tokens_details": details}
    metadata = create_usage_metadata(usage)
    assert (metadata["input_tokens"], metadata["total_tokens"]) == (100, 105)


@pytest.mark.parametrize("value", [True, "7", None, float("inf"), float("nan")], ids=repr)
def test_count_that_is_no_number_is_unknown(value: Any) -> None:
    usage = {"prompt_tokens": 3, "completion_tokens": 2, "reasoning_tokens": value}
    assert create_usage_metadata(usage) == {
        "input_tokens": 3,
        "output_tokens": 2,
        "total_tokens": 5,
    }
