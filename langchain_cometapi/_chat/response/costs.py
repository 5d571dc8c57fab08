"""What a response costs, in USD, where the gateway says it.

CometAPI sends `usage.cost` for some models, and documents neither it nor its parts. The other
names are those of gateways and vendors whose responses may be passed on: OpenRouter
(`cost_details`, `upstream_inference_...`), LLM Gateway (`cost_usd_...`), Perplexity (`cost` is an
object) and xAI (`cost_in_usd_ticks`).
"""

from __future__ import annotations

import re
from typing import Any, TypeAlias

from langchain_cometapi._json import read_number

Costs: TypeAlias = dict[str, float]

COST, COST_DETAILS = "cost", "cost_details"
"""The keys in `response_metadata`."""

_MAX_USD = 1e6
"""No response costs more; a larger number is in another unit, or a mistake."""

_NUMBER = re.compile(r"\s*\d+(\.\d*)?([eE][+-]?\d{1,3})?\s*")

_TOTALS = ("cost", "total_cost", "cost_usd", "total_cost_usd", "cost_usd_total")

_TICKS, _TICKS_PER_USD = "cost_in_usd_ticks", 1e10  # docs.x.ai, cost tracking; 2026

_UPSTREAM = "upstream_"

# Each part and its names, in the order of preference.
_PARTS: dict[str, tuple[str, ...]] = {
    "input": (
        "input_cost",
        "prompt_cost",
        "input_tokens_cost",
        "prompt_tokens_cost",
        "cost_usd_input",
        "upstream_inference_input_cost",
        "upstream_inference_prompt_cost",
    ),
    "cached_input": (
        "cached_input_cost",
        "cache_read_cost",
        "cache_read_input_cost",
        "cached_tokens_cost",
        "cost_usd_cached_input",
    ),
    "cache_creation": (
        "cache_creation_cost",
        "cache_write_cost",
        "cache_creation_input_cost",
        "cache_write_input_cost",
        "cost_usd_cache_write",
    ),
    "output": (
        "output_cost",
        "completion_cost",
        "completions_cost",
        "output_tokens_cost",
        "completion_tokens_cost",
        "cost_usd_output",
        "upstream_inference_output_cost",
        "upstream_inference_completions_cost",
    ),
    "request": ("request_cost", "cost_usd_request"),
}

# Inside of an object that is about costs alone, the name of a part needs no suffix.
_BARE_TOTALS = ("total",)
_BARE_PARTS: dict[str, tuple[str, ...]] = {
    "input": ("input", "prompt"),
    "cached_input": ("cached_input", "cache_read"),
    "cache_creation": ("cache_creation", "cache_write"),
    "output": ("output", "completion"),
    "request": ("request",),
}
_OBJECTS = ("cost", "cost_details", "cost_breakdown")


def describe_cost(usage: dict[str, Any] | None, response: dict[str, Any]) -> dict[str, Any]:
    """Return `cost` and `cost_details` of `response_metadata`, as far as they are known.

    A sum is not made where it could count something twice: it is unknown whether the cost of the
    input has that of the cached input in it.

    Args:
        usage: The usage of the response.
        response: Its other fields.
    """
    sources = [source for source in (usage, response) if source and _has_cost(source)]
    if not sources:
        return {}
    total: float | None = None
    parts: Costs = {}
    for source in sources:
        if not _is_usd(source):
            continue
        is_byok = source.get("is_byok") is True  # what the vendor charges is on another bill then
        found = _read_totals(source, _TOTALS)
        ticks = read_number(source.get(_TICKS))
        if found is None and ticks is not None:
            found = _read_usd(ticks / _TICKS_PER_USD)
        inner = [o for o in map(source.get, _OBJECTS) if isinstance(o, dict) and _is_usd(o)]
        for costs in inner:
            if found is None:
                found = _read_totals(costs, _TOTALS + _BARE_TOTALS)
            _add_parts(parts, costs, _PARTS, is_byok=is_byok)
            _add_parts(parts, costs, _BARE_PARTS, is_byok=is_byok)
        _add_parts(parts, source, _PARTS, is_byok=is_byok)
        total = found if total is None else total
    if total is None and "input" in parts and "output" in parts and "cached_input" not in parts:
        total = _read_usd(sum(parts.values()))
    described: dict[str, Any] = {}
    if total is not None:
        described[COST] = total
    if parts:
        described[COST_DETAILS] = {name: parts[name] for name in _PARTS if name in parts}
    return described


def _has_cost(source: dict[str, Any]) -> bool:
    return any("cost" in name for name in source)


def _is_usd(source: dict[str, Any]) -> bool:
    currency = source.get("currency")
    return not isinstance(currency, str) or currency.upper() in {"USD", "$"}


def _read_totals(costs: dict[str, Any], names: tuple[str, ...]) -> float | None:
    amounts = (_read_usd(costs.get(name)) for name in names)
    return next((usd for usd in amounts if usd is not None), None)


def _add_parts(
    parts: Costs, costs: dict[str, Any], names: dict[str, tuple[str, ...]], *, is_byok: bool
) -> None:
    """Add the parts that are not known yet."""
    for part, spellings in names.items():
        for name in spellings:
            if part in parts or (is_byok and name.startswith(_UPSTREAM)):
                continue
            if (usd := _read_usd(costs.get(name))) is not None:
                parts[part] = usd


def _read_usd(value: object) -> float | None:
    """Return a number, or a text that is one, as an amount; `None` if it cannot be one."""
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        value = float(value)
    number = read_number(value)
    return float(number) if number is not None and 0 <= number <= _MAX_USD else None


def add_up_costs(outputs: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the sums of the costs of several responses.

    A sum is left out unless each of them has a cost: it would pass for the cost of all.
    """
    summed: dict[str, Any] = {}
    if outputs and all(COST in output for output in outputs):
        summed[COST] = sum(output[COST] for output in outputs)
        details = [output.get(COST_DETAILS) or {} for output in outputs]
        names = [name for name in _PARTS if all(name in costs for costs in details)]
        if names:
            summed[COST_DETAILS] = {name: sum(c[name] for c in details) for name in names}
    return summed


def add_up_outputs(outputs: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the `llm_output` of several responses: their usage and their costs in all.

    Args:
        outputs: What the metadata say of each response.
    """
    return {
        "token_usage": _add_up([output.get("token_usage") or {} for output in outputs]),
        "model_name": outputs[0].get("model_name") if outputs else None,
        **add_up_costs(outputs),
    }


def _add_up(usages: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the sums of all numbers, nested ones too."""
    total: dict[str, Any] = {}
    for name in dict.fromkeys(name for usage in usages for name in usage):
        values = [usage[name] for usage in usages if name in usage]
        if details := [value for value in values if isinstance(value, dict)]:
            total[name] = _add_up(details)
        elif numbers := [n for value in values if (n := read_number(value)) is not None]:
            total[name] = sum(numbers)
    return total
