"""Hypothesis strategies of JSON schemas that have values."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.support.schema_instances import LEAVES, Schema, nest


@st.composite
def _bounds(draw: st.DrawFn, names: tuple[str, str], low: int, high: int) -> Schema:
    ends = sorted(draw(st.lists(st.integers(low, high), min_size=2, max_size=2)))
    drawn = draw(st.sets(st.sampled_from(names)))
    return {name: end for name, end in zip(names, ends, strict=True) if name in drawn}


@st.composite
def _numbers(draw: st.DrawFn) -> Schema:
    kind = draw(st.sampled_from(["integer", "number"]))
    schema: Schema = {"type": kind, **draw(_bounds(("minimum", "maximum"), -50, 50))}
    if "minimum" not in schema and draw(st.booleans()):
        schema["exclusiveMinimum"] = schema.get("maximum", 10) - draw(st.integers(2, 9))
    if len(schema) == 1 and draw(st.booleans()):
        schema["multipleOf"] = draw(st.sampled_from([1, 2, 7, 0.5, 0.25]))
    return schema


_LENGTHS = _bounds(("minLength", "maxLength"), 0, 30).map(lambda ends: {"type": "string", **ends})

SCHEMAS = nest(LEAVES | _numbers() | _LENGTHS)
"""Schemas of any structure; each has a value."""
