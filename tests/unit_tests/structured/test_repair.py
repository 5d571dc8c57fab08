"""`repair=True`: broken JSON is repaired, and only then, and only where the model has finished."""

from __future__ import annotations

import importlib.util
from typing import Any

import pytest
from pydantic import BaseModel

from langchain_cometapi.exceptions import CometAPIStructuredOutputError
from tests.support import all_ways, ask
from tests.support.replies import Call, serve

METHODS = ("json_schema", "json_mode", "function_calling")
BROKEN = {
    "no closing brackets": '{"name": "Oslo", "tags": ["north"',
    "single quotes": "{'name': 'Oslo', 'tags': ['north']}",
    "names without quotes": '{name: "Oslo", tags: ["north"]}',
    "comma at the end": '{"name": "Oslo", "tags": ["north",],}',
    "comments": '{"name": "Oslo", // the city\n"tags": ["north"]}',
    "in a fence": '```json\n{"name": "Oslo", "tags": ["north"],}\n```',
    "in a sentence": 'Here it is:\n{"name": "Oslo", "tags": ["north"],}',
}


class City(BaseModel):
    """A city."""

    name: str
    tags: list[str]


def _write(method: str, text: str) -> str | Call:
    return Call(text) if method == "function_calling" else text


@pytest.mark.usefixtures("_each_route")
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
@all_ways
async def test_broken_json_is_repaired_where_it_is_asked_for(
    text: str, method: Any, way: str
) -> None:
    model = serve(_write(method, text)).model()
    with pytest.raises(CometAPIStructuredOutputError):
        await ask(model.with_structured_output(City, method=method), way, "JSON, please")
    repaired = model.with_structured_output(City, method=method, repair=True)
    assert await ask(repaired, way, "JSON, please") == City(name="Oslo", tags=["north"])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("reason", ["length", "content_filter"])
@all_ways
async def test_output_that_was_cut_off_is_not_repaired(reason: str, method: Any, way: str) -> None:
    gateway = serve(_write(method, BROKEN["no closing brackets"]), finish_reason=reason)
    structured = gateway.model().with_structured_output(City, method=method, repair=True)
    with pytest.raises(Exception, match="cut off"):
        await ask(structured, way, "JSON, please")


@pytest.mark.parametrize("text", ["Oslo is nice.", "", "{}", '{"name": "Oslo"', "I use {braces}."])
def test_repaired_output_must_fit_too(text: str) -> None:
    structured = serve(text).model().with_structured_output(City, repair=True)
    with pytest.raises(CometAPIStructuredOutputError):
        structured.invoke("Hi")


def test_output_that_fits_is_not_repaired(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("json_repair.loads", None)  # a call would fail
    model = serve('{"name": "Oslo", "tags": []}').model()
    structured = model.with_structured_output(City, repair=True)
    assert structured.invoke("Hi") == City(name="Oslo", tags=[])


def test_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    model = serve("{}").model()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr("langchain_cometapi._structured.repair.find_spec", lambda name: None)
    with pytest.raises(ImportError, match=r"pip install 'langchain-cometapi\[repair\]'"):
        model.with_structured_output(City, repair=True)
    assert model.with_structured_output(City) is not None
