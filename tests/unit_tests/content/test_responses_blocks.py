"""Blocks of the Responses route that core's translation to standard blocks does not take."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from tests.support import Gateway, all_ways, ask, respond, text_item

SEARCH = {"type": "web_search_call", "status": "completed", "action": {"query": "rain"}}
CITATION = {"type": "url_citation", "start_index": 0, "end_index": 5, "title": "Rain"}


CALL = {"type": "custom_tool_call", "call_id": "call_1", "name": "run", "input": "1"}
REASONING = {"type": "reasoning", "summary": [], "encrypted_content": "x"}


def _cite() -> dict[str, Any]:
    item = text_item()
    item["content"][0]["annotations"] = [CITATION]
    return item


@all_ways
@pytest.mark.parametrize("output_version", ["v0", "responses/v1", "v1"])
@pytest.mark.parametrize(
    "odd", [{"id": "x"}, {"id": None}, {"id": {}}, {"id": [["x"]]}, {"id": "x", "status": ["done"]}]
)
async def test_odd_items_have_standard_blocks_and_are_sent_back(
    odd: dict[str, Any], output_version: str, way: str
) -> None:
    odd_items = [{**item, "id": "ws_1", **odd} for item in (SEARCH, REASONING, CALL)]
    gateway = Gateway(lambda request: respond(request, *odd_items, _cite()))
    model = gateway.model(model="gpt-6-astra", output_version=output_version)
    message = await ask(model, way)
    blocks: Any = message.content_blocks
    text = next(block for block in blocks if block["type"] == "text")
    assert text["text"] == "Hello"
    assert text["annotations"][0]["title"] == "Rain"
    assert len(blocks) > 1
    assert isinstance(message, AIMessage)
    result = ToolMessage("2", tool_call_id="call_1")
    model.invoke([HumanMessage("Hi"), message, result])
    texts = [part for item in gateway.bodies[-1]["input"] for part in item.get("content") or ()]
    assert any(isinstance(part, dict) and part.get("text") == "Hello" for part in texts)
