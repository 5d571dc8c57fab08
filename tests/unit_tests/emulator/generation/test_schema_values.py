"""Values for JSON schemas."""

from __future__ import annotations

from typing import Any

import jsonschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from langchain_cometapi.emulator._generation.facts import read_facts
from langchain_cometapi.emulator._generation.schema_values import fill_schema
from tests.unit_tests.emulator.generation.schemas import SCHEMAS


def test_bounds_as_pydantic_1_writes_them_are_kept() -> None:
    schema = {"type": "integer", "minimum": 5, "exclusiveMinimum": True, "maximum": 6}
    assert fill_schema(schema, read_facts("Take 5")) == 6


def test_enum_arrays_take_the_options_in_the_prompt() -> None:
    schema = {"type": "array", "items": {"enum": ["red", "green", "blue"]}}
    assert fill_schema(schema, read_facts("green and red")) == ["red", "green"]


PROMPTS = [
    "Nothing",
    "Ann is 33 and lives in Oslo since 2024-05-01; name, age, tags and kind, please.",
    'No tags. The name is "Bo", kind = other, when: 2026-02-30',
]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SCHEMAS, st.sampled_from(PROMPTS))
def test_value_is_valid_for_its_schema(schema: dict[str, Any], prompt: str) -> None:
    validator = jsonschema.Draft202012Validator(
        _without_google(schema), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    value = fill_schema(schema, read_facts(prompt))
    assert [error.message for error in validator.iter_errors(value)] == []


def _without_google(schema: Any) -> Any:
    """A schema in which `nullable` is said in the words of the draft."""
    if isinstance(schema, list):
        return [_without_google(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("nullable") is True:
        return {"type": [schema["type"], "null"]}
    return {key: _without_google(value) for key, value in schema.items()}
