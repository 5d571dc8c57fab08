"""Outputs of a schema that was rewritten come in the form of the user's own schema."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest
from pydantic import SecretStr

from langchain_cometapi import ChatCometAPI
from tests.support import Gateway, ask, record_losses
from tests.support import schemas_catalog as catalog
from tests.support.replies import Call, serve

# What the model writes for the schema that it is sent, and what comes of it. Models of the families
# whose dialects differ most: GPT with `strict`, Gemini, and Claude, which knows free dicts.
_CASES: dict[str, tuple[Any, Any, Any]] = {
    "free dict": (
        catalog.Counts,
        {"counts": [{"key": "a", "value": 1}], "people": None, "nested": None, "by_number": None},
        {"counts": {"a": 1}},
    ),
    "tuples": (
        catalog.Tuples,
        {"point": [1, 2], "pair": {"item_1": "a", "item_2": 0.5}, "many": None, "points": None},
        {"point": [1, 2], "pair": ["a", 0.5]},
    ),
    "optional": (
        catalog.Options,
        {"label": None, "size": None, "tags": None, "required_but_nullable": None},
        {"required_but_nullable": None},
    ),
    "list as root": (catalog.NumberList, {"value": [1, 2]}, [1, 2]),
    "dict as root": (catalog.Scores, {"value": [{"key": "a", "value": 0.5}]}, {"a": 0.5}),
    "text as root": (catalog.Answer, {"value": "yes"}, "yes"),
    "any": (
        catalog.Anything,
        {"payload": '{"a": [1]}', "extra": None, "items": ["[1, 2]", "text", 3]},
        {"payload": {"a": [1]}, "items": [[1, 2], "text", 3]},
    ),
    "recursive": (
        catalog.Tree,
        {"value": 1, "children": [{"value": 2, "children": None}]},
        {"value": 1, "children": [{"value": 2}]},
    ),
    "array of a JSON schema": (catalog.ARRAY_ROOT, {"value": ["a"]}, ["a"]),
}


def _load(schema: Any, value: Any) -> Any:
    (named,) = (one for one in catalog.CATALOG if one.schema is schema)
    return named.load(value)


def _drop_nulls(written: Any) -> Any:
    if isinstance(written, list):
        return [_drop_nulls(one) for one in written]
    if not isinstance(written, dict):
        return written
    kept = {k: v for k, v in written.items() if v is not None or k == "required_but_nullable"}
    return {name: _drop_nulls(one) for name, one in kept.items()}


def _serve(value: Any, *, by_call: bool = False) -> Gateway:
    text = json.dumps(value)
    return serve(Call(text, name="x") if by_call else text)


@pytest.mark.parametrize("method", ["json_schema", "function_calling"])
@pytest.mark.parametrize("model_id", ["gpt-5.4-mini", "gpt-6-astra", "gemini-3.8-flash"])
@pytest.mark.parametrize("case", _CASES)
@pytest.mark.parametrize("way", ["invoke", "astream"])
async def test_output_has_the_form_of_the_users_schema(
    case: str, model_id: str, method: Any, way: str
) -> None:
    schema, written, value = _CASES[case]
    if "gemini" in model_id:  # whose optional properties may be missing, and are not null
        written = _drop_nulls(written)
    expected = _load(schema, value)
    for sent in (written, value):  # a model may also write what the user's own schema says
        gateway = _serve(sent, by_call=method == "function_calling" and isinstance(sent, dict))
        structured = gateway.model(model_id).with_structured_output(
            schema, method=method, strict=True if model_id.startswith("gpt") else None
        )
        with record_losses():
            output = await ask(structured, way)
        assert output == expected
        assert type(output) is type(expected)


def test_call_with_another_model_reads_its_dialect() -> None:
    _, written, value = _CASES["free dict"]
    structured = _serve(written).model().with_structured_output(catalog.Counts)
    assert structured.invoke("Hi") == _load(catalog.Counts, value)
    plain = _serve({"counts": {"a": 1}}, by_call=True).model()
    other = plain.with_structured_output(catalog.Counts).bind(model="claude-sonnet-5-5")
    assert other.invoke("Hi") == _load(catalog.Counts, value)


@pytest.mark.parametrize("method", ["json_schema", "function_calling"])
def test_explanation_says_what_was_rewritten(method: Any) -> None:
    model = _serve({}).model()
    structured: Any = model.with_structured_output(catalog.Counts, method=method, strict=True)
    explained = structured.first.explain("Hi")
    (change,) = (one for one in explained.changes if one.action == "rewritten")
    assert change.parameter == ("response_format" if method == "json_schema" else "tools")
    assert "free dicts as lists of pairs" in change.reason
    assert "changes" not in explained.body


def test_schema_is_stated_with_an_object_as_its_root() -> None:
    gateway = _serve({"value": [1, 2]})
    structured = gateway.model("glm-5.3").with_structured_output(catalog.NumberList)
    assert structured.invoke("Hi") == catalog.NumberList([1, 2])
    assert '\\"value\\"' in json.dumps(gateway.bodies[0]["messages"])


def test_stream_of_a_dict_grows_in_the_form_of_the_users_schema() -> None:
    schema = {
        "title": "counts",
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "counts": {"type": "object", "additionalProperties": {"type": "integer"}},
        },
        "required": ["name", "counts"],
    }
    written = {"name": "a", "counts": [{"key": "x", "value": 1}, {"key": "y", "value": 2}]}
    gateway = _serve(written)
    structured = gateway.model().with_structured_output(schema, strict=True)
    *others, last = structured.stream("Hi")
    assert last == {"name": "a", "counts": {"x": 1, "y": 2}}
    assert others
    assert all(isinstance(one.get("counts", {}), dict) for one in others)


def test_structured_model_can_be_pickled_with_its_dialect() -> None:
    model = ChatCometAPI(model="gpt-5.4-mini", api_key=SecretStr("sk-test"))
    bound = model.with_structured_output(catalog.Counts)
    again = pickle.loads(pickle.dumps(bound))  # noqa: S301 - our own
    assert again.last.parse('{"counts": [{"key": "a", "value": 1}]}') == _load(
        catalog.Counts, {"counts": {"a": 1}}
    )
