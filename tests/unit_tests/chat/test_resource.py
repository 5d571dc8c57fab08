"""The chat route: which chunk has content, and what `model.client` returns."""

from __future__ import annotations

from typing import Any

import pytest

from langchain_cometapi._chat.resource import has_content
from tests.support import USAGE_CHUNK, Gateway, chunk


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (chunk("Hi"), True),
        (chunk({"reasoning_content": "Hmm."}), True),
        (chunk({"tool_calls": [{"index": 0}]}), True),
        (chunk(None, "stop"), True),
        ({"choices": [{"message": {"content": "Hi"}}]}, True),
        ({"choices": [{"delta": {}}, {"delta": {"content": "Hi"}}]}, True),
        ({"choices": ["text"]}, True),
        (USAGE_CHUNK, True),
        (chunk(), False),
        (chunk(""), False),
        (chunk({"role": "assistant", "content": None}), False),
        ({"choices": [{"delta": "text"}]}, False),
        ({"choices": None}, False),
        ({"choices": [], "usage": None}, False),
        ({}, False),
    ],
    ids=repr,
)
def test_chunk_has_content_unless_it_is_a_heartbeat(
    event: dict[str, Any], *, expected: bool
) -> None:
    assert has_content(event) is expected


async def test_client_of_a_model_returns_what_the_gateway_sent(gateway: Gateway) -> None:
    model, body = gateway.model("gpt-5.4-mini"), {"messages": [], "model": "gpt-5.4-mini"}
    whole = [model.client.create(**body), await model.async_client.create(**body)]
    assert [r.data["choices"][0]["message"]["content"] for r in whole] == ["Hello", "Hello"]

    with model.client.create(**body, stream=True) as stream:
        events = list(stream)
    async with await model.async_client.create(**body, stream=True) as astream:
        assert [event async for event in astream] == events
    assert events[0]["choices"][0]["delta"]["content"] == "Hello"
