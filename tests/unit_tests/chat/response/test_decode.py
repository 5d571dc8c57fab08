"""Whole completions with several choices, and chunks of text."""

from __future__ import annotations

from typing import Any

from langchain_core.messages import AIMessageChunk, HumanMessage

from langchain_cometapi._chat.response.decode import convert_delta_to_message_chunk
from langchain_cometapi._chat.response.message_reader import Delta
from tests.support import Gateway, recorded


def test_text_chunk_equals_one_that_core_validates_and_shares_nothing() -> None:
    chunk, other = (convert_delta_to_message_chunk(Delta("Hi")) for _ in range(2))
    validated = AIMessageChunk(content="Hi", response_metadata={"model_provider": "cometapi"})
    assert (vars(chunk), chunk.model_fields_set) == (vars(validated), validated.model_fields_set)
    for name, value in vars(chunk).items():
        if isinstance(value, (dict, list)):
            assert value is not getattr(other, name), name
            assert value is not getattr(convert_delta_to_message_chunk(Delta("")), name), name


async def test_two_choices_have_usage_and_cost_once() -> None:
    model = Gateway(recorded("chat/two_choices.json", x_request_id="req-1")).model(n=2)
    prompts: Any = [[HumanMessage("Hi")]]
    for result in (model.generate(prompts), await model.agenerate(prompts)):
        messages: Any = [g.message for g in result.generations[0]]  # type: ignore[union-attr]
        first, second = messages
        assert (first.content, second.content) == ("Heads", "Tails")
        assert (first.additional_kwargs, second.additional_kwargs) == (
            {},
            {"reasoning_content": "A coin."},
        )
        usage = {"input_tokens": 9, "output_tokens": 6, "total_tokens": 15}
        assert (first.usage_metadata, second.usage_metadata) == (usage, None)
        same = {
            "id": "chatcmpl-1",
            "model_name": "gpt-5.4-mini-2026-03-17",
            "model_provider": "cometapi",
            "request_id": "req-1",
            "service_tier": "default",
            "provider": "X",
        }
        assert first.response_metadata.pop("token_usage")
        assert first.response_metadata == {**same, "finish_reason": "stop", "cost": 0.001}
        assert second.response_metadata.pop("reasoning_origin")
        assert second.response_metadata == {**same, "finish_reason": "length"}
