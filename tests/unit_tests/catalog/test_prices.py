"""What a response costs by the prices of its model."""

from __future__ import annotations

import dataclasses
import sys
from datetime import UTC, date, datetime
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage

from langchain_cometapi import CostCallbackHandler
from langchain_cometapi._catalog import prices as module
from langchain_cometapi.catalog import CostEstimate, ModelCard, estimate_cost

CARD = ModelCard(
    id="glm-5.3",
    input_price=2.0,
    cached_input_price=0.5,
    output_price=10.0,
    price_ratio=0.8,
    source="cache",
    read_at=datetime(2026, 11, 25, 13, tzinfo=UTC),
)

WITHOUT_CACHED = dataclasses.replace(CARD, cached_input_price=None)

FLEX = {"flex_cache_read": 400, "flex": 600}


def usage(
    inputs: int = 1000, outputs: int = 100, *, read: int = 0, written: int = 0, **details: Any
) -> Any:
    """Usage as LangChain has it; details by the name of the dict they are in."""
    of_input = {"cache_read": read, "cache_creation": written, **details.get("input", {})}
    return {
        "input_tokens": inputs,
        "output_tokens": outputs,
        "total_tokens": inputs + outputs,
        "input_token_details": {name: n for name, n in of_input.items() if n},
        "output_token_details": details.get("output", {}),
    }


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> dict[str, ModelCard]:
    """The cards that are known, which a test may add to; genai-prices is not there."""
    cards = {CARD.id: CARD}
    monkeypatch.setattr(module, "get_known", cards.get)
    monkeypatch.setitem(sys.modules, "genai_prices", None)
    return cards


def message(model: str | None = "glm-5.3", usage_metadata: Any = None) -> AIMessage:
    metadata = {} if model is None else {"model_name": model}
    counts = usage() if usage_metadata is None else usage_metadata
    return AIMessage("Hi", usage_metadata=counts, response_metadata=metadata)


def estimate(**arguments: Any) -> CostEstimate:
    found = estimate_cost(**arguments)
    assert found is not None
    return found


def test_estimate_says_where_it_is_from() -> None:
    assert estimate_cost(message()) == CostEstimate(
        amount=0.003,
        minimum=0.003,
        input=0.002,
        cached_input=0,
        cache_creation=0,
        output=0.001,
        request=0,
        model="glm-5.3",
        price_source="catalogue (cache)",
        price_date=date(2026, 11, 25),
        price_ratio=0.8,
        ratio_applied=False,
        is_estimate=True,
    )
    with pytest.raises(dataclasses.FrozenInstanceError):
        estimate(message=message()).amount = 0  # type: ignore[misc]


def test_usage_and_model_are_as_good_as_a_message() -> None:
    assert estimate_cost(usage_metadata=usage(), model="glm-5.3") == estimate_cost(message())


def test_ratio_is_applied_only_if_asked_for() -> None:
    plain = estimate(message=message())
    applied = estimate(message=message(), apply_ratio=True)
    assert applied.ratio_applied
    for name in ("amount", "minimum", "input", "output"):
        assert getattr(applied, name) == pytest.approx(getattr(plain, name) * 0.8)
    without = dataclasses.replace(CARD, price_ratio=None)
    unknown = estimate(message=message(), prices=without, apply_ratio=True)
    assert unknown.amount == plain.amount
    assert (unknown.ratio_applied, unknown.price_ratio) == (False, None)


def test_ratio_is_that_of_the_card_with_the_prices(known: dict[str, ModelCard]) -> None:
    known["unpriced"] = ModelCard(id="unpriced", price_ratio=0.1)
    found = estimate(message=message("unpriced"), model="glm-5.3", apply_ratio=True)
    assert (found.model, found.price_ratio) == ("glm-5.3", 0.8)
    assert found.amount == pytest.approx(0.8 * estimate(message=message()).amount)


@pytest.mark.parametrize(
    ("card", "counts", "parts"),
    [
        # amount, minimum, input, cached input, cache creation, output; in 1e-6 USD
        (CARD, usage(read=400), (2400, 2400, 1200, 200, 0, 1000)),
        (WITHOUT_CACHED, usage(read=400), (3000, 2200, 1200, 800, 0, 1000)),
        (CARD, usage(written=300), (3600, 3000, 1400, 0, 1200, 1000)),
        (WITHOUT_CACHED, usage(read=400, written=300), (3600, 2200, 600, 800, 1200, 1000)),
        # Counted as they are, whatever the host says of its cache.
        (CARD, usage(read=4000, written=300), (1500, 1500, 0, 500, 0, 1000)),
        # As langchain-anthropic names them, and as tiers are named.
        (
            CARD,
            usage(input={"ephemeral_5m_input_tokens": 100, "ephemeral_1h_input_tokens": 200}),
            (3600, 3000, 1400, 0, 1200, 1000),
        ),
        (CARD, usage(input=FLEX), (2400, 2400, 1200, 200, 0, 1000)),
        # Reasoning is a part of the output.
        (CARD, usage(output={"reasoning": 90}), (3000, 3000, 2000, 0, 0, 1000)),
        (CARD, usage(0, 0), (0, 0, 0, 0, 0, 0)),
    ],
)
def test_parts_add_up_and_unknown_prices_are_bounds(
    card: ModelCard, counts: Any, parts: tuple[float, ...]
) -> None:
    found = estimate(usage_metadata=counts, model="m", prices=card)
    names = ("amount", "minimum", "input", "cached_input", "cache_creation", "output")
    assert tuple(getattr(found, name) * 1e6 for name in names) == pytest.approx(parts)
    assert found.amount == pytest.approx(
        found.input + found.cached_input + found.cache_creation + found.output + found.request
    )


@pytest.mark.parametrize(
    ("card", "counts"),
    [
        (ModelCard(id="m"), usage()),
        (ModelCard(id="m", input_price=1.0), usage()),
        (ModelCard(id="m", output_price=1.0), usage()),
        (ModelCard(id="m", second_price=1.0), usage()),
        (CARD, usage(input={"audio": 5})),
        (CARD, usage(output={"audio": 5})),
        (CARD, usage(output={"image": 5})),
        (CARD, usage(input={"priority": 5})),
    ],
)
def test_price_that_is_not_known_is_none_and_not_nothing(card: ModelCard, counts: Any) -> None:
    assert estimate_cost(usage_metadata=counts, model="m", prices=card) is None


@pytest.mark.parametrize(
    ("card", "counts", "amount", "request_price"),
    [
        (ModelCard(id="m", input_price=2.0), usage(1000, 0), 0.002, 0),
        (ModelCard(id="m", request_price=0.05), usage(), 0.05, 0.05),
        (dataclasses.replace(CARD, request_price=0.05), usage(), 0.053, 0.05),
    ],
)
def test_price_is_asked_only_of_what_there_is(
    card: ModelCard, counts: Any, amount: float, request_price: float
) -> None:
    found = estimate(usage_metadata=counts, model="m", prices=card)
    assert found.amount == pytest.approx(amount)
    assert found.request == request_price


@pytest.mark.parametrize(
    ("served", "asked", "priced"),
    [
        ("glm-5.3", None, "glm-5.3"),
        ("glm-5.3-2026-10-01", None, "glm-5.3"),
        ("glm-5.3-20261001", "other", "glm-5.3"),
        ("z-ai/glm-5.3", None, "glm-5.3"),
        ("GLM-5.3-thinking", None, "glm-5.3"),
        ("a-channel-of-its-own", "glm-5.3", "glm-5.3"),
        (None, "glm-5.3", "glm-5.3"),
        ("unpriced", "glm-5.3", "glm-5.3"),
        ("dated-2026-10-01", "glm-5.3", "dated-2026-10-01"),
    ],
)
def test_prices_are_those_of_the_model_that_answered_else_of_the_one_that_was_asked(
    served: str | None, asked: str | None, priced: str, known: dict[str, ModelCard]
) -> None:
    known["unpriced"] = ModelCard(id="unpriced")
    known["dated"] = dataclasses.replace(CARD, id="dated")
    known["dated-2026-10-01"] = dataclasses.replace(CARD, id="dated-2026-10-01")
    assert estimate(message=message(served), model=asked).model == priced


def test_nothing_to_estimate_is_none() -> None:
    assert estimate_cost(AIMessage("Hi", response_metadata={"model_name": "glm-5.3"})) is None
    assert estimate_cost(HumanMessage("Hi")) is None
    assert estimate_cost(message(None)) is None
    assert estimate_cost(message("nobody-knows-me")) is None
    assert estimate_cost(usage_metadata=None, model="glm-5.3") is None


@pytest.mark.parametrize(
    ("name", "count"), [("input_tokens", None), ("output_tokens", -1), ("input_tokens", "7")]
)
def test_usage_without_a_valid_count_has_no_estimate(name: str, count: Any) -> None:
    counts: Any = {**usage(), name: count}
    assert estimate_cost(usage_metadata=counts, model="glm-5.3") is None


def test_response_of_langchains_cache_costs_nothing() -> None:
    found = estimate(message=message(usage_metadata={**usage(), "total_cost": 0}))
    assert (found.amount, found.price_source) == (0, "LangChain's cache")


def test_argument_that_makes_no_sense_is_an_error() -> None:
    with pytest.raises(ValueError, match="Pass a message, or `usage_metadata` and `model`"):
        estimate_cost(usage_metadata=usage())
    with pytest.raises(ValueError, match="`prices` must be one of auto, catalogue, genai-prices"):
        estimate_cost(message(), prices="openrouter")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "price"),
    [
        ("input_price", float("nan")),
        ("cached_input_price", float("inf")),
        ("output_price", -1),
        ("request_price", "3"),
        ("price_ratio", True),
    ],
)
def test_card_with_an_invalid_price_is_an_error(name: str, price: Any) -> None:
    """A sum of `nan` reaches no limit, so that a handler would refuse nothing."""
    card = dataclasses.replace(CARD, **{name: price})
    with pytest.raises(ValueError, match=f"`{name}` of the card must be a number from 0 on"):
        estimate_cost(message(), prices=card)
    with pytest.raises(ValueError, match=name):
        CostCallbackHandler(max_usd=1, prices=card)


def test_catalogue_alone_is_asked_if_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "genai_prices")
    assert estimate_cost(message("claude-opus-5-5"), prices="catalogue") is None


# -- genai-prices ----------------------------------------------------------------------------------


def test_extra_that_is_missing_is_named_if_its_prices_are_asked_for() -> None:
    with pytest.raises(ImportError, match=r'pip install "langchain-cometapi\[prices\]"'):
        estimate_cost(message(), prices="genai-prices")
    assert estimate_cost(message("claude-opus-5-5")) is None


@pytest.fixture
def genai(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The package of the extra, of which only some environments of the tests have a copy."""
    monkeypatch.delitem(sys.modules, "genai_prices")
    return pytest.importorskip("genai_prices", reason="needs the extra `prices`")


@pytest.mark.parametrize(
    ("model", "counts"),
    [
        ("claude-opus-5-5", usage()),
        ("claude-opus-5-5", usage(read=400)),
        ("claude-opus-5-5-20261001", usage(read=400, written=300)),
        ("gpt-5.4-mini-2026-03-17", usage(read=400, output={"reasoning": 90})),
        ("gpt-6-astra", usage(600_000, read=300_000, written=100_000)),  # a price for long prompts
        ("gpt-5.4-mini", usage(input=FLEX)),
        ("gpt-5.4-mini", usage(input={"priority_cache_read": 400, "priority": 600})),
        ("deepseek/deepseek-v4-pro", usage()),
    ],
)
def test_parts_of_genai_prices_add_up_to_its_total(genai: Any, model: str, counts: Any) -> None:
    details = counts["input_token_details"]
    tier = next((name for name in ("flex", "priority") if name in details), None)
    read = details.get("cache_read") or details.get(f"{tier}_cache_read") or 0
    total = genai.calc_price(
        genai.Usage(
            input_tokens=counts["input_tokens"],
            cache_read_tokens=read,
            cache_write_tokens=details.get("cache_creation", 0),
            output_tokens=counts["output_tokens"],
        ),
        model.rpartition("/")[2],
        price_context={"service_tier": tier} if tier else None,
    )
    found = estimate(message=message(model, counts))
    assert found.amount == pytest.approx(float(total.total_price))
    assert found.minimum == found.amount
    assert found.amount == pytest.approx(
        found.input + found.cached_input + found.cache_creation + found.output
    )
    assert (found.cached_input > 0) is (read > 0)
    assert found.cached_input < found.input or not read
    assert found.output == pytest.approx(float(total.output_price))
    assert found.price_source == f"genai-prices {genai.__version__}"
    assert found.model == f"{total.provider.id}/{total.model.id}"


def test_genai_prices_are_asked_after_the_catalogue_or_alone(genai: Any) -> None:
    assert estimate(message=message()).price_source == "catalogue (cache)"
    alone = estimate(message=message(), prices="genai-prices")
    assert alone.price_source == f"genai-prices {genai.__version__}"
    assert alone.price_ratio == 0.8  # of the catalogue
    ratio = estimate(message=message(), prices="genai-prices", apply_ratio=True)
    assert ratio.amount == pytest.approx(alone.amount * 0.8)
    assert estimate_cost(message("nobody-knows-me"), prices="genai-prices") is None


@pytest.mark.usefixtures("genai")
def test_audio_has_a_price_of_its_own_or_none_at_genai_prices() -> None:
    model, audio = "gemini-2.5-flash", usage(1000, 0, input={"audio": 1000})
    text = estimate(message=message(model, usage(1000, 0)))
    assert estimate(message=message(model, audio)).amount > text.amount
    assert estimate_cost(message("claude-opus-5-5", audio)) is None
    assert estimate_cost(message(model, usage(100, 0, input={"audio": 900}))) is None
    assert estimate_cost(message(model, usage(output={"audio": 5}))) is None
    assert estimate_cost(message(model, usage(output={"image": 5}))) is None


@pytest.mark.parametrize(
    ("content", "extras", "is_known"),
    [
        ([{"type": "text", "text": "Hi"}], {}, True),
        ([{"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}], {}, False),
        ("", {"audio": b"RIFF"}, False),
    ],
)
def test_media_that_gemini_counts_as_text_have_no_price(
    content: Any, extras: dict[str, Any], *, is_known: bool
) -> None:
    metadata = {"model_provider": "google_genai", "model_name": "glm-5.3"}
    made = AIMessage(
        content,
        additional_kwargs=extras,
        usage_metadata=usage(output={"reasoning": 40}),
        response_metadata=metadata,
    )
    assert (estimate_cost(made) is not None) is is_known
