"""The registry: every row is sound, every known model id gets the row it had."""

from __future__ import annotations

import pkgutil
import re
from dataclasses import fields
from importlib import import_module
from typing import Any

import pytest

from langchain_cometapi import _vendors
from langchain_cometapi._vendors.registry import UNKNOWN, VENDORS, Vendor, get_vendor
from scripts import resolved_rows
from tests.unit_tests.vendors.checks import CHECKS

MODULES: dict[str, Any] = {
    name: import_module(f"{_vendors.__name__}.{name}")
    for _, name, _ in pkgutil.iter_modules(_vendors.__path__)
    if name not in {"base", "registry", "token_weights"}
}
RESOLVED = resolved_rows.FILE.read_text(encoding="utf-8")
MODEL_IDS = sorted(resolved_rows.read_model_ids(RESOLVED))


def matches(row: Vendor, model_id: str) -> bool:
    return bool(re.match(row.pattern, model_id.lower().rpartition("/")[2]))


def test_resolved_rows_after_a_change_are_those_of_the_file() -> None:
    resolved = resolved_rows.render(MODEL_IDS)
    before, after = set(RESOLVED.splitlines()), set(resolved.splitlines())
    lines = [f"- {line}" for line in before - after] + [f"+ {line}" for line in after - before]
    if resolved != RESOLVED:
        changed = "\n".join(sorted(lines, key=lambda line: line[2:]))
        pytest.fail(
            "The rows of these models have changed. If that is what you want, write the file "
            f"anew with `python -m scripts.resolved_rows`, and commit it.\n\n{changed}",
            pytrace=False,
        )


def test_resolved_rows_name_the_models_of_each_row() -> None:
    resolved = {get_vendor(model_id).pattern for model_id in MODEL_IDS}
    without = [row.pattern for row in VENDORS if row.pattern not in resolved]
    assert without == [], "add a model id of each: `python -m scripts.resolved_rows MODEL_ID`"


def test_registry_has_the_rows_of_every_module_in_their_order() -> None:
    for module in MODULES.values():
        start = VENDORS.index(module.ROWS[0])
        assert VENDORS[start : start + len(module.ROWS)] == module.ROWS
    assert len(VENDORS) == sum(len(module.ROWS) for module in MODULES.values())


def test_model_ids_are_matched_by_one_vendor_at_most() -> None:
    for model_id in MODEL_IDS:
        vendors = [
            name
            for name, module in MODULES.items()
            if any(matches(row, model_id) for row in module.ROWS)
        ]
        assert len(vendors) == (get_vendor(model_id) is not UNKNOWN), (model_id, vendors)


def test_rows_are_sound() -> None:
    assert len({row.pattern for row in VENDORS}) == len(VENDORS)
    for row in VENDORS:
        assert re.search(r"; 20\d\d-\d\d|, 20\d\d", row.source), row.pattern
        needs_reasoning = row.reasoning_replay in {"all", "tool_calls"}
        assert (row.foreign_reasoning is not None) is needs_reasoning, row.pattern
        assert re.fullmatch(row.tool_call_ids or ".*", "call_" + 24 * "0"), row.pattern


def test_method_of_structured_output_can_be_kept() -> None:
    for row in VENDORS:
        can_force = row.forced_any_while_thinking is not False or row.thinking_off is not None
        can_keep = {
            "function_calling": can_force,
            "json_schema": row.json_schema is True,
            "json_mode": row.json_object is True,
            "prompt": True,
        }
        assert can_keep[row.structured_output or "function_calling"], row.pattern


def test_fields_are_all_documented() -> None:
    documented = re.findall(r"^        (\w+): ", Vendor.__doc__ or "", re.MULTILINE)
    assert documented == [field.name for field in fields(Vendor)]


def test_fields_have_a_check_on_the_wire() -> None:
    assert CHECKS.keys() == {field.name for field in fields(Vendor)} - {"pattern", "source"}


@pytest.mark.parametrize("model_id", ["openai/gpt-5.4", "GPT-5.4", "a/b/gpt-5.4"])
def test_model_id_with_a_prefix_or_in_capitals_has_the_same_row(model_id: str) -> None:
    assert get_vendor(model_id) is get_vendor("gpt-5.4")


@pytest.mark.parametrize("model_id", ["my-gpt-5.4", "not-claude-opus-5", "gpt-5.4/other", ""])
def test_model_id_that_does_not_start_as_a_family_does_is_unknown(model_id: str) -> None:
    assert get_vendor(model_id) is UNKNOWN
