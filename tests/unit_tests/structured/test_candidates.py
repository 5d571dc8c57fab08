"""The output is found in whatever form a model has written it, on both routes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import BaseModel, RootModel

from langchain_cometapi._structured.candidates import find_start
from langchain_cometapi.exceptions import CometAPIStructuredOutputError
from tests.support import (
    Gateway,
    all_ways,
    ask,
    chunk,
    stream,
    text_event,
    text_item,
    whole_response,
)
from tests.support.replies import Call, serve

pytestmark = pytest.mark.usefixtures("_each_route")

OSLO = '{"name": "Oslo", "tags": ["north"]}'
WRITTEN_CALL = '{"name": "City", "arguments": %s}'


class City(BaseModel):
    """A city."""

    name: str
    tags: list[str] = []


class Cities(RootModel[list[City]]):
    """Cities."""


_TEXTS = {
    "alone": OSLO,
    "spaces": f"\n  {OSLO}\n",
    "fence": f"```json\n{OSLO}\n```",
    "fence without a language": f"```\n{OSLO}\n```",
    "fence in capitals": f"```JSON\n{OSLO}\n```",
    "fence on one line": f"```json {OSLO}```",
    "fence that is open": f"```json\n{OSLO}",
    "fence in sentences": f"Here it is:\n```json\n{OSLO}\n```\nAnything else?",
    "fence after another one": f"```python\nx = 1\n```\nSo:\n```json\n{OSLO}\n```",
    "sentence": f"Here it is: {OSLO}. Anything else?",
    "sentence with brackets": f"I looked [1] for {{cities}} as asked: {OSLO}",
    "reasoning": f"<think>It is {{...}}, or {WRITTEN_CALL}?</think>\n{OSLO}",
    "reasoning with a draft": f'<think>{{"name": "Rome"}}</think>{OSLO}',
    "reasoning without its start": f'Perhaps {{"name": "Rome"}}.</think>\n\n{OSLO}',
    "reasoning, fence, sentence": f"<thinking>Hm.</thinking>So:\n```json\n{OSLO}\n```\nDone.",
    "twice the same": f"{OSLO}\n{OSLO}",
    "another value, which does not fit": f'Not {{"town": 1}} but {OSLO}',
    "encoded twice": json.dumps(OSLO),
    "encoded three times": json.dumps(json.dumps(OSLO)),
    "a list of one": f"[{OSLO}]",
    "list as text": json.dumps({"name": "Oslo", "tags": '["north"]'}),
    "line break in a text": OSLO.replace("north", "no\nrth"),
    "under the name of the schema": f'{{"City": {OSLO}}}',
    "call": WRITTEN_CALL % OSLO,
    "call with parameters": f'{{"name": "City", "parameters": {OSLO}}}',
    "call with input": f'{{"type": "tool_use", "id": "1", "name": "City", "input": {OSLO}}}',
    "call with a text": WRITTEN_CALL % json.dumps(OSLO),
    "call of a function": f'{{"type": "function", "function": {WRITTEN_CALL % OSLO}}}',
    "call of another name": f'{{"name": "get_city", "arguments": {OSLO}}}',
    "call in a fence": f"```json\n{WRITTEN_CALL % OSLO}\n```",
    "call in a tag": f"<tool_call>\n{WRITTEN_CALL % OSLO}\n</tool_call>",
}


def _check(city: Any) -> None:
    assert (city.name, [tag.replace("\n", "") for tag in city.tags]) == ("Oslo", ["north"])


@pytest.mark.parametrize("method", ["json_schema", "json_mode", "function_calling"])
@pytest.mark.parametrize("text", _TEXTS.values(), ids=_TEXTS)
async def test_output_in_a_text_is_found(text: str, method: Any) -> None:
    gateway = serve(text)
    structured = gateway.model().with_structured_output(City, method=method)
    for way in ("invoke", "stream", "astream"):
        _check(await ask(structured, way, "JSON, please"))


_CALLS = {
    "plain": Call(OSLO),
    "encoded twice": Call(json.dumps(OSLO)),
    "written in a call": Call(WRITTEN_CALL % OSLO),
    "under the name of the schema": Call(f'{{"City": {OSLO}}}'),
    "under `arguments`": Call(f'{{"name": "City", "arguments": {json.dumps(OSLO)}}}'),
    "list as text": Call(json.dumps({"name": "Oslo", "tags": '["north"]'})),
    "of another name": Call(OSLO, name="functions.City"),
    "of the language model's own tool": Call(OSLO, name="json"),
}


@pytest.mark.parametrize("method", ["json_schema", "json_mode", "function_calling"])
@pytest.mark.parametrize("call", _CALLS.values(), ids=_CALLS)
@all_ways
async def test_output_in_a_call_is_found(call: Call, method: Any, way: str) -> None:
    structured = serve(call).model().with_structured_output(City, method=method)
    _check(await ask(structured, way, "JSON, please"))


@all_ways
async def test_call_of_the_schema_comes_before_others(way: str) -> None:
    gateway = serve(Call('{"name": "Rome"}', "other", "call_1"), Call(OSLO, id="call_2"))
    structured = gateway.model().with_structured_output(City, method="function_calling")
    _check(await ask(structured, way))


_NOT_CLEAR = {
    "two that fit": f'{OSLO} or {{"name": "Rome"}}',
    "two fences that fit": f'```json\n{OSLO}\n```\n```json\n{{"name": "Rome"}}\n```',
    "inside of a broken one": f'{{"cities": [{OSLO}, {{"name": ',
    "inside of a broken list": f'[{OSLO}, {{"name": ',
    "in reasoning alone": f"<think>{OSLO}</think>I will not say.",
    "brackets": "[" * 5000,
    "objects without an end": '{"a":' * 5000,
    "brackets that are closed": "[" * 5000 + "]" * 5000,
    "objects that are closed": '{"name": ' * 5000 + "1" + "}" * 5000,
    "brackets in a wrong order": "} {",
    "an end too many": "{}}",
    "a value that is none": 'So: {"name": {}',
    "braces in words": "{x} " * 5000,
}


@pytest.mark.parametrize("method", ["json_schema", "function_calling"])
@pytest.mark.parametrize("text", _NOT_CLEAR.values(), ids=_NOT_CLEAR)
async def test_output_that_is_not_clear_is_an_error(text: str, method: Any) -> None:
    structured = serve(text).model().with_structured_output(City, method=method)
    for way in ("invoke", "stream"):
        with pytest.raises(CometAPIStructuredOutputError, match="requested form"):
            await ask(structured, way)


def test_list_is_found_where_the_schema_is_one() -> None:
    structured = serve(f"I found [1] city: [{OSLO}]").model()
    output: Any = structured.with_structured_output(Cities, method="json_mode").invoke("JSON")
    _check(output.root[0])


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("", ""),
        ("So", ""),
        ("So: {", "{"),
        ('So: {"na', '{"na'),
        ("I use {braces}", ""),
        ('<think>{"name": 1}', ""),
        ('<think>{"name": 1}</think>So: {"a', '{"a'),
        ('So:\n```json\n{"a', '```json\n{"a'),
        ('[{"a', '[{"a'),
        ("[1, 2", "[1, 2"),
    ],
)
def test_json_that_has_begun_is_found_behind_a_sentence(text: str, start: str) -> None:
    assert find_start(text) == start


def test_stream_grows_from_where_its_json_begins() -> None:
    text = f"<think>Hm.</think>\nHere it is:\n```json\n{OSLO}\n```"
    schema = {**City.model_json_schema(), "title": "City"}
    pieces = [*text[:60], text[60:]]

    def respond(request: Any) -> Any:
        if request.url.path.endswith("/responses"):
            whole = whole_response(text_item(text))
            end = {"type": "response.completed", "response": whole}
            return stream(*map(text_event, pieces), end, done=False)
        return stream(*map(chunk, pieces), chunk(finish_reason="stop"))

    structured = Gateway(respond).model().with_structured_output(schema, method="json_schema")
    outputs = list(structured.stream("Hi"))
    assert outputs[-1] == {"name": "Oslo", "tags": ["north"]}
    assert {"name": "O"} in outputs
    assert all(output.keys() <= {"name", "tags"} for output in outputs)
