"""Outputs of `ChatCometAPIGoogle`: structured ones, and citations."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from pydantic import BaseModel

from langchain_cometapi.exceptions import CometAPIStructuredOutputError
from langchain_cometapi.native import ChatCometAPIGoogle
from tests.support import Gateway, all_ways, ask
from tests.unit_tests.native.gemini_gateway import MODEL, make, reply, whole

pytestmark = pytest.mark.native


class Weather(BaseModel):
    """The weather."""

    city: str
    celsius: int


@pytest.mark.parametrize(
    ("method", "schema"),
    [
        ("json_schema", Weather),
        ("function_calling", Weather),
        ("json_schema", Weather.model_json_schema()),
    ],
    ids=["json_schema", "function_calling", "json_schema of a dict"],
)
@all_ways
async def test_structured_output_is_of_the_form_of_its_schema(
    way: str, method: Any, schema: Any
) -> None:
    arguments = {"city": "Oslo", "celsius": 3}
    text = {"text": '{"city": "Oslo", "celsius": 3}'}
    call = {"functionCall": {"name": "Weather", "args": arguments}}
    gateway = Gateway(reply(text if method == "json_schema" else call))
    output = Weather(**arguments) if schema is Weather else arguments
    model = make(gateway).with_structured_output(schema, method=method)
    raw_model = make(gateway).with_structured_output(schema, method=method, include_raw=True)
    assert raw_model.invoke("Hi")["parsed"] == output
    gateway.requests.clear()
    assert await ask(model, way) == output
    [body] = gateway.bodies
    if method == "json_schema":
        assert body["generationConfig"]["responseMimeType"] == "application/json"
    else:
        wanted = body["toolConfig"]["functionCallingConfig"]["allowedFunctionNames"]
        assert wanted == ["Weather"]


CUT = {
    "json_schema": {"text": '{"celsius": 3, "city": "Os'},
    "function_calling": {"functionCall": {"name": "Weather", "args": {"city": "Os"}}},
}


@pytest.mark.parametrize("method", CUT)
@all_ways
async def test_structured_output_that_was_cut_is_an_error(way: str, method: Any) -> None:
    gateway = Gateway(reply(CUT[method], finish="MAX_TOKENS"))
    model = make(gateway).with_structured_output(Weather, method=method)
    with pytest.raises(CometAPIStructuredOutputError, match="token limit") as caught:
        await ask(model, way)
    assert caught.value.raw_message is not None


@pytest.mark.parametrize("method", CUT)
@whole
async def test_raw_output_has_the_error_of_one_that_was_cut(way: str, method: Any) -> None:
    gateway = Gateway(reply(CUT[method], finish="MAX_TOKENS"))
    model = make(gateway).with_structured_output(Weather, method=method, include_raw=True)
    output = await ask(model, way)
    assert output["raw"].response_metadata["finish_reason"] == "MAX_TOKENS"
    assert output["parsed"] is None
    assert isinstance(output["parsing_error"], CometAPIStructuredOutputError)


@pytest.mark.parametrize("method", CUT)
def test_model_with_structured_output_is_pickled(method: Any) -> None:
    model = ChatCometAPIGoogle(model=MODEL, api_key="sk-1")
    structured = model.with_structured_output(Weather, method=method)
    again = pickle.loads(pickle.dumps(structured))  # noqa: S301 - our own bytes
    assert again.get_output_jsonschema() == structured.get_output_jsonschema()


SENTENCES = ("Grüße aus Köln.", "Es regnet. 🌧", "Sehr.")
THOUGHT = {"text": "Hm, schön.", "thought": True}


def ground(*, per_part: bool) -> dict[str, Any]:
    """The grounding of the sentences, in bytes as Google counts them."""
    supports = []
    for sentence in SENTENCES:
        text = f" {sentence}" if per_part else " ".join(SENTENCES)
        first = len(text[: text.index(sentence)].encode())
        last = first + len(sentence.encode())
        segment = {"startIndex": first, "endIndex": last, "text": sentence}
        segment = {name: value for name, value in segment.items() if value != 0}  # as JSON has it
        supports.append({"segment": segment, "groundingChunkIndices": [0]})
    chunks = [{"web": {"uri": "https://a.example", "title": "A"}}]
    return {"groundingChunks": chunks, "groundingSupports": supports}


@pytest.mark.parametrize("output_version", ["v0", "v1"])
@pytest.mark.parametrize("per_part", [False, True])
@all_ways
async def test_citations_count_characters(way: str, per_part: Any, output_version: Any) -> None:
    first, *rest = SENTENCES
    parts = [THOUGHT, {"text": first}, *({"text": f" {sentence}"} for sentence in rest)]
    gateway = Gateway(reply(*parts, groundingMetadata=ground(per_part=per_part)))
    message = await ask(make(gateway, output_version=output_version), way)
    [citations] = [b["annotations"] for b in message.content_blocks if b.get("annotations")]
    quoted = [message.text[one["start_index"] : one["end_index"]] for one in citations]
    assert quoted == [one["cited_text"] for one in citations] == list(SENTENCES)
