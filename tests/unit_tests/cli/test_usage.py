"""What a message took and cost, in words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from langchain_core.messages import AIMessage

from langchain_cometapi import catalog
from langchain_cometapi._cli.usage import describe_usage, format_cost
from langchain_cometapi.catalog import CostEstimate


@pytest.mark.parametrize(
    ("cost", "text"),
    [
        (0.0, "$0"),
        (0.000000012, "$0.000000012"),
        (0.00012345, "$0.00012"),
        (0.000084759, "$0.000085"),
        (0.0099, "$0.0099"),
        (0.01, "$0.0100"),
        (12.345678, "$12.3457"),
    ],
)
def test_cost_has_two_significant_digits_and_no_exponent(cost: float, text: str) -> None:
    assert format_cost(cost) == text


def create(**metadata: Any) -> AIMessage:
    usage: Any = {"input_tokens": 1000, "output_tokens": 500, "total_tokens": 1500}
    return AIMessage("Hi", usage_metadata=usage, response_metadata=metadata)


def test_cost_that_the_gateway_says_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog, "estimate_cost", lambda *_, **__: pytest.fail("not asked"))
    message = create(cost=0.00012, model_name="m-1", finish_reason="stop")
    assert describe_usage(message, 1.26, "m") == "m-1, 1.3 s, 1000 tokens in, 500 out, $0.00012"


def test_cost_that_is_estimated_is_said_to_be_one_with_source_and_date(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    def estimate_cost(message: AIMessage, *, model: str) -> CostEstimate:
        asked.append((message.text, model))
        zero: dict[str, Any] = dict.fromkeys(
            ("input", "cached_input", "cache_creation", "output", "request"), 0.0
        )
        return CostEstimate(
            amount=0.0015,
            minimum=0.0015,
            model="m",
            price_source="catalogue (snapshot)",
            price_date=date(2026, 11, 25),
            **zero,
        )

    monkeypatch.setattr(catalog, "estimate_cost", estimate_cost)
    line = describe_usage(create(), 1, "m")
    estimated = "about $0.0015 by the prices of catalogue (snapshot) of 2026-11-25"
    assert line == f"m, 1.0 s, 1000 tokens in, 500 out, {estimated}"
    assert asked == [("Hi", "m")]


def test_unknown_cost_and_tokens_are_not_zero() -> None:
    line = describe_usage(AIMessage("Hi", response_metadata={"finish_reason": "length"}), 1, "m")
    assert line == "m, 1.0 s, tokens unknown, ended by length"


@pytest.mark.parametrize(
    ("metadata", "ending"),
    [
        ({"finish_reason": "STOP"}, ""),
        ({"stop_reason": "end_turn"}, ""),
        ({"stop_reason": "max_tokens"}, ", ended by max_tokens"),
        ({"finish_reason": "MAX_TOKENS"}, ", ended by MAX_TOKENS"),
    ],
)
def test_native_reason_to_finish_is_named_where_something_is_missing(
    metadata: dict[str, Any], ending: str
) -> None:
    line = describe_usage(AIMessage("Hi", response_metadata=metadata), 1, "m")
    assert line == f"m, 1.0 s, tokens unknown{ending}"
