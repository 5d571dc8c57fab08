"""What a response costs by the prices of its model: an estimate, never a bill."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from langchain_cometapi._catalog.card import ModelCard
from langchain_cometapi._catalog.known import get_known
from langchain_cometapi._catalog.names import spellings
from langchain_cometapi._json import read_count, read_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from decimal import Decimal

    from langchain_core.messages import BaseMessage
    from langchain_core.messages.ai import UsageMetadata

Prices: TypeAlias = Literal["auto", "catalogue", "genai-prices"] | ModelCard

_SOURCES = ("auto", "catalogue", "genai-prices")

_CARD_PRICES = ("input_price", "cached_input_price", "output_price", "request_price", "price_ratio")

_MISSING = (
    'Prices of genai-prices need that package: `pip install "langchain-cometapi[prices]"`. '
    'The catalogue, `prices="catalogue"`, needs none.'
)
_MILLION = 1e6

# The dearest that a vendor charges for writing to its cache, as a multiple of its input price:
# Anthropic, for an hour (platform.claude.com, pricing; 2026-11). The catalogue has no such price.
_MAX_CACHE_CREATION = 2.0

_CACHE_READ = "cache_read"
_CACHE_CREATION = ("cache_creation", "ephemeral_5m_input_tokens", "ephemeral_1h_input_tokens")
_TIERS = ("flex", "priority")

_GOOGLE = frozenset({"google_genai", "google_vertexai"})
_GENERATED = frozenset({"image", "image_url", "audio", "video", "media"})
_OUTPUT_APART = ("image", "video")
"""Tokens of output that have prices of their own, which neither source tells; input has not."""


@dataclass(frozen=True)
class CostEstimate:
    """What a response costs by the prices of its model: an estimate, not what is charged.

    All amounts are in USD. Reasoning is a part of the output.

    Attributes:
        amount: All of it. Where the price of tokens that were read from or written to the
            vendor's cache is not known, it is the most that they can cost: the price of other
            input for a read, and twice that for a write.
        minimum: The same with the least that those tokens can cost: nothing for a read, the price
            of other input for a write. Equal to `amount` if all prices are known.
        input: The part for input that has nothing to do with the vendor's cache.
        cached_input: The part for input that was read from the cache.
        cache_creation: The part for input that was written to the cache.
        output: The part for output.
        request: The part that each request costs, of models that cost by the request.
        model: The id that the prices are filed under.
        price_source: Where the prices are from: `catalogue (snapshot)`, with the `source` of the
            card, or `genai-prices` and its version.
        price_date: The day when the catalogue was read; `None` if it is not known. The version of
            genai-prices tells its age.
        price_ratio: What the catalogue states as the share of these prices that is charged, or
            `None` if it states none.
        ratio_applied: Whether the amounts were multiplied by it.
        is_estimate: Always true; a cost that the gateway reports is in `response_metadata["cost"]`.
    """

    amount: float
    minimum: float
    input: float
    cached_input: float
    cache_creation: float
    output: float
    request: float
    model: str
    price_source: str
    price_date: date | None = None
    price_ratio: float | None = None
    ratio_applied: bool = False
    is_estimate: Literal[True] = True


_PARTS = ("input", "cached_input", "cache_creation", "output", "request")


@dataclass(frozen=True)
class _Tokens:
    """Token counts, none of which contains another."""

    input: int
    cached: int
    written: int
    output: int
    input_audio: int
    output_audio: int
    output_apart: int
    tier: str | None

    @property
    def all_input(self) -> int:
        return self.input + self.cached + self.written


def estimate_cost(
    message: BaseMessage | None = None,
    *,
    usage_metadata: UsageMetadata | None = None,
    model: str | None = None,
    prices: Prices = "auto",
    apply_ratio: bool = False,
) -> CostEstimate | None:
    """Return what a response costs by the prices of its model, or `None` if they are not known.

    No request is sent. For what the gateway has charged, see `response_metadata["cost"]` first.
    What a vendor charges for searches and other tools of its own, apart from tokens, is not in it.

    ```python
    from langchain_cometapi import catalog

    estimate = catalog.estimate_cost(message)
    if estimate is not None:
        print(f"about {estimate.amount:.6f} USD by {estimate.price_source}")
    ```

    Args:
        message: The response. Its prices are those of the model that has answered, which may be a
            dated snapshot of the one that was asked.
        usage_metadata: The token usage, in place of that of a message.
        model: The id of the model; with a message, it is used where the prices of the one that
            has answered are not known.
        prices: Where prices are taken from: the cached catalogue or its snapshot, `genai-prices`
            (extra `prices`; the data of the installed version, which is not updated), or a card,
            such as a fresh one of `get_model`. `"auto"` asks the catalogue, then genai-prices if
            that is installed.
        apply_ratio: Whether to multiply the amounts by the `price_ratio` of the catalogue. It is
            not documented whether CometAPI's prices hold before or after it. Where no ratio is
            known, `ratio_applied` is false.

    Returns:
        The estimate. `None` if the message has no usage, or if a price is not known that some of
        the tokens need, such as that of audio, of generated images, or of the service tier
        `priority` in the catalogue, which has one price for all tokens. A response of LangChain's
        own cache costs nothing.

    Raises:
        ValueError: If there is neither a message nor a model, or `prices` is none of these, or a
            card with a price that is not a number from 0 on.
        ImportError: If `prices` is `"genai-prices"`, which is not installed.
    """
    usage: Mapping[str, Any] | None = usage_metadata
    names = [model] if model else []
    if message is not None:
        usage = usage or getattr(message, "usage_metadata", None)
        metadata = message.response_metadata
        served = metadata.get("model_name") or metadata.get("model")
        names = [*([served] if isinstance(served, str) else []), *names]
    elif not names:
        msg = "Pass a message, or `usage_metadata` and `model`."
        raise ValueError(msg)
    _check_prices(prices)
    if not usage or not names:
        return None
    if usage.get("total_cost") == 0:  # by which LangChain marks a response of its cache
        return _add_up([0.0] * 5, 0.0, names[0], "LangChain's cache")
    if any(read_count(usage.get(name)) is None for name in ("input_tokens", "output_tokens")):
        return None
    tokens = _read_tokens(usage)
    is_apart = tokens.output_apart or (message is not None and _has_generated_media(message))
    estimate = None if is_apart else _estimate(tokens, names, prices)
    return _apply_ratio(estimate) if apply_ratio and estimate is not None else estimate


def _has_generated_media(message: BaseMessage) -> bool:
    """Whether a message has media whose tokens no count tells apart.

    `ChatGoogleGenerativeAI` counts them so: they are among the tokens of text.
    """
    if message.response_metadata.get("model_provider") not in _GOOGLE:
        return False
    content = message.content if isinstance(message.content, list) else ()
    kinds = {block.get("type") for block in content if isinstance(block, dict)}
    return bool(kinds & _GENERATED) or "audio" in message.additional_kwargs


def _check_prices(prices: Prices) -> None:
    """Check a source of prices, and the prices of a card: with `nan`, no sum reaches a limit.

    Raises:
        ValueError: If the source is unknown, or a price is not a number from 0 on.
    """
    if not isinstance(prices, ModelCard):
        if prices not in _SOURCES:
            msg = f"`prices` must be one of {', '.join(_SOURCES)}, or a ModelCard, not {prices!r}."
            raise ValueError(msg)
        return
    for name in _CARD_PRICES:
        price = getattr(prices, name)
        if price is not None and ((number := read_number(price)) is None or number < 0):
            msg = f"`{name}` of the card must be a number from 0 on, or `None`, not {price!r}."
            raise ValueError(msg)


def _estimate(tokens: _Tokens, names: list[str], prices: Prices) -> CostEstimate | None:
    """Return the estimate by the first source that has all prices, with the ratio of its card."""
    cards = [prices] if isinstance(prices, ModelCard) else _find_cards(names)
    if prices != "genai-prices":
        for card in cards:
            if (estimate := _estimate_by_card(tokens, card)) is not None:
                return replace(estimate, price_ratio=card.price_ratio)
    if prices not in ("auto", "genai-prices"):
        return None
    estimate = _estimate_by_genai_prices(tokens, names, is_required=prices != "auto")
    ratios = (card.price_ratio for card in cards if card.price_ratio is not None)
    return None if estimate is None else replace(estimate, price_ratio=next(ratios, None))


def _read_tokens(usage: Mapping[str, Any]) -> _Tokens:
    details = usage.get("input_token_details") or {}
    of_input = {name: read_count(count) or 0 for name, count in details.items()}
    details = usage.get("output_token_details") or {}
    of_output = {name: read_count(count) or 0 for name, count in details.items()}
    total = read_count(usage.get("input_tokens")) or 0
    tier = next((tier for tier in _TIERS if tier in of_input or tier in of_output), None)
    prefix = f"{tier}_" if tier else ""
    cached = of_input.get(_CACHE_READ, 0) + (of_input.get(prefix + _CACHE_READ, 0) if tier else 0)
    written = sum(of_input.get(name, 0) for name in _CACHE_CREATION)
    written += of_input.get(f"{prefix}{_CACHE_CREATION[0]}", 0) if tier else 0
    cached = min(cached, total)
    written = min(written, total - cached)
    return _Tokens(
        input=total - cached - written,
        cached=cached,
        written=written,
        output=read_count(usage.get("output_tokens")) or 0,
        input_audio=of_input.get("audio", 0),
        output_audio=of_output.get("audio", 0),
        output_apart=sum(of_output.get(name, 0) for name in _OUTPUT_APART),
        tier=tier,
    )


def _find_cards(names: Iterable[str]) -> list[ModelCard]:
    """Return the cards of the first id that is known, in any spelling, and of the next ones."""
    spelled = [name for model in names for name in (model, *spellings(model))]
    cards = (get_known(name) for name in dict.fromkeys(spelled))
    return [card for card in cards if card is not None]


def _estimate_by_card(tokens: _Tokens, card: ModelCard) -> CostEstimate | None:
    if tokens.input_audio or tokens.output_audio or tokens.tier == "priority":
        return None
    request = card.request_price
    price, out = card.input_price, card.output_price
    if price is None and out is None and request is not None:
        price = out = 0.0  # this model costs by the request
    if (price is None and tokens.all_input) or (out is None and tokens.output):
        return None
    if price is None and out is None:
        return None
    price, out = price or 0.0, out or 0.0
    cached = price if card.cached_input_price is None else card.cached_input_price
    parts = [
        tokens.input * price / _MILLION,
        tokens.cached * cached / _MILLION,
        tokens.written * price * _MAX_CACHE_CREATION / _MILLION,
        tokens.output * out / _MILLION,
        request or 0.0,
    ]
    unknown = tokens.written * price * (_MAX_CACHE_CREATION - 1) / _MILLION
    if card.cached_input_price is None:
        unknown += parts[1]
    day = None if card.read_at is None else card.read_at.date()
    return _add_up(parts, unknown, card.id, f"catalogue ({card.source})", day)


def _add_up(
    parts: list[float], unknown: float, model: str, source: str, day: date | None = None
) -> CostEstimate:
    """Return the estimate of its parts.

    Args:
        parts: What `_PARTS` names.
        unknown: How much of them may not be charged.
        model: The id that the prices are filed under.
        source: Where they are from.
        day: When they were read.
    """
    amount = sum(parts)
    named: dict[str, Any] = dict(zip(_PARTS, parts, strict=True))
    return CostEstimate(
        amount=amount,
        minimum=max(0.0, amount - unknown),
        **named,
        model=model,
        price_source=source,
        price_date=day,
    )


def _estimate_by_genai_prices(
    tokens: _Tokens, names: Iterable[str], *, is_required: bool
) -> CostEstimate | None:
    try:
        import genai_prices  # here, because it is an extra, and a megabyte of data
    except ImportError:
        if is_required:
            raise ImportError(_MISSING) from None
        return None
    counts: dict[str, int] = {"input_tokens": tokens.all_input, "output_tokens": tokens.output}
    audio = {"input_audio": tokens.input_audio, "output_audio": tokens.output_audio}
    counts |= {f"{kind}_tokens": count for kind, count in audio.items() if count}
    cache = {"cache_read_tokens": tokens.cached, "cache_write_tokens": tokens.written}
    context = {"service_tier": tokens.tier} if tokens.tier else None
    for name in dict.fromkeys(name for model in names for name in (model, *spellings(model))):

        def calculate(**more: int) -> Any:
            usage = genai_prices.Usage(**counts, **{k: n for k, n in more.items() if n})
            return genai_prices.calc_price(usage, name, price_context=context)  # noqa: B023

        try:
            whole = calculate(**cache)
        except LookupError:
            continue
        except ValueError:  # counts that contradict each other
            return None
        priced = {kind for kind in audio if getattr(whole.model_price, f"{kind}_mtok", None)}
        if any(count and kind not in priced for kind, count in audio.items()):
            return None  # it was counted as text, which may be cheaper
        # The price of a token may depend on the size of the prompt, so the parts are what each
        # of the counts adds to the price of the same prompt without it.
        plain = calculate().input_price if any(cache.values()) else whole.input_price
        split = [
            _split(calculate(**{key: count}).input_price, plain, count, tokens.all_input)
            if count
            else 0.0
            for key, count in cache.items()
        ]
        output = float(whole.output_price)
        request = float(whole.total_price - whole.input_price - whole.output_price)
        parts = [float(whole.input_price) - sum(split), *split, output, max(0.0, request)]
        updated = whole.auto_update_timestamp
        return _add_up(
            parts,
            0.0,
            f"{whole.provider.id}/{whole.model.id}",
            f"genai-prices {genai_prices.__version__}",
            None if updated is None else updated.date(),
        )
    return None


def _split(with_cache: Decimal, plain: Decimal, count: int, total: int) -> float:
    """Return the part of a price of input that so many tokens of the cache have.

    Args:
        with_cache: The price of the input.
        plain: Its price if none of its tokens had to do with the cache.
        count: How many of the tokens have.
        total: How many tokens there are.
    """
    return float(with_cache - plain * (total - count) / total)


def _apply_ratio(estimate: CostEstimate) -> CostEstimate:
    ratio = estimate.price_ratio
    if ratio is None:
        return estimate
    amounts: dict[str, Any] = {
        name: getattr(estimate, name) * ratio for name in ("amount", "minimum", *_PARTS)
    }
    return replace(estimate, **amounts, ratio_applied=True)
