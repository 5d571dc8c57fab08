"""Blocks of the Responses route that core's translation to standard blocks does not take."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from tests.support import Gateway, all_ways, ask, respond, text_item
from tests.unit_tests.responses.items import ITEMS

KINDS = ("web_search_call", "reasoning", "custom_tool_call")
CITATION = {"type": "url_citation", "start_index": 0, "end_index": 5, "title": "Rain"}
TEXT = text_item()
TEXT["content"][0]["annotations"] = [CITATION]


@all_ways
@pytest.mark.parametrize("output_version", ["v0", "responses/v1", "v1"])
@pytest.mark.parametrize(
    "odd", [{"id": "x"}, {"id": None}, {"id": {}}, {"id": [["x"]]}, {"id": "x", "status": ["done"]}]
)
async def test_odd_items_have_standard_blocks_and_are_sent_back(
    odd: dict[str, Any], output_version: str, way: str
) -> None:
    odd_items = [{**ITEMS[kind], **odd} for kind in KINDS]
    gateway = Gateway(lambda request: respond(request, *odd_items, TEXT))
    model = gateway.model(model="gpt-6-astra", output_version=output_version)
    message = await ask(model, way)
    blocks: Any = message.content_blocks
    text = next(block for block in blocks if block["type"] == "text")
    assert text["text"] == "Hello"
    assert text["annotations"][0]["title"] == "Rain"
    assert len(blocks) > 1
    assert isinstance(message, AIMessage)
    result = ToolMessage("2", tool_call_id="call_3")
    model.invoke([HumanMessage("Hi"), message, result])
    texts = [part for item in gateway.bodies[-1]["input"] for part in item.get("content") or ()]
    assert any(isinstance(part, dict) and part.get("text") == "Hello" for part in texts)
