"""Whole completions: several choices, and structured output."""

from __future__ import annotations

from typing import Any, cast

import pytest
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage

from langchain_cometapi._chat.response.decode import convert_delta_to_message_chunk
from langchain_cometapi._chat.response.message_reader import Delta
from tests.support import Gateway, recorded

WAYS = ("invoke", "ainvoke")
JOKE = {
    "title": "Joke",
    "description": "A joke.",
    "type": "object",
    "properties": {"setup": {"type": "string"}, "punchline": {"type": "string"}},
    "required": ["setup", "punchline"],
}


def test_text_chunk_equals_one_that_core_validates_and_shares_nothing() -> None:
    chunk, other = (convert_delta_to_message_chunk(Delta("Hi")) for _ in range(2))
    validated = AIMessageChunk(content="Hi", response_metadata={"model_provider": "cometapi"})
    assert (vars(chunk), chunk.model_fields_set) == (vars(validated), validated.model_fields_set)
    for name, value in vars(chunk).items():
        if isinstance(value, (dict, list)):
            assert value is not getattr(other, name), name
            assert value is not getattr(convert_delta_to_message_chunk(Delta("")), name), name


async def ask_for_two(way: str) -> list[AIMessage]:
    """The messages of a completion with two choices."""
    model = Gateway(recorded("chat/two_choices.json", x_request_id="req-1")).model(n=2)
    batch: Any = [[HumanMessage("Hi")]]
    result = model.generate(batch) if way == "invoke" else await model.agenerate(batch)
    return [cast("AIMessage", cast("Any", choice).message) for choice in result.generations[0]]


@pytest.mark.parametrize("way", WAYS)
async def test_two_choices_count_usage_once(way: str) -> None:
    first, second = await ask_for_two(way)
    assert (first.content, second.content) == ("Heads", "Tails")
    assert first.additional_kwargs == {}
    assert second.additional_kwargs == {"reasoning_content": "A coin."}
    assert first.usage_metadata == {"input_tokens": 9, "output_tokens": 6, "total_tokens": 15}
    assert second.usage_metadata is None
    assert first.response_metadata["finish_reason"] == "stop"
    assert second.response_metadata["finish_reason"] == "length"


@pytest.mark.parametrize("way", WAYS)
async def test_two_choices_have_the_cost_once(way: str) -> None:
    first, second = await ask_for_two(way)
    assert first.response_metadata["cost"] == 0.001
    assert first.response_metadata["id"] == "chatcmpl-1"
    assert first.response_metadata["model_name"] == "gpt-5.4-mini-2026-03-17"
    assert first.response_metadata["request_id"] == "req-1"
    assert "cost" not in second.response_metadata
    assert "token_usage" not in second.response_metadata


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("method", ["json_schema", "json_mode"])
@pytest.mark.parametrize("name", ["structured_plain.json", "structured_fenced.json"])
async def test_structured_output_is_parsed_with_and_without_a_fence(
    name: str, method: Any, way: str
) -> None:
    model = Gateway(recorded(f"chat/{name}")).model()
    structured = model.with_structured_output(JOKE, method=method)
    joke = structured.invoke("Hi") if way == "invoke" else await structured.ainvoke("Hi")
    assert joke == {"setup": "Why?", "punchline": "Because."}
