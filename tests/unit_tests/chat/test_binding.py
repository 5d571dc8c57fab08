"""Tools bound to a model."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.tools import tool

from tests.support import City, Gateway

CACHE = {"type": "ephemeral"}
SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}}

ANTHROPIC = {"name": "g", "description": "G.", "input_schema": SCHEMA, "cache_control": CACHE}
OPENAI = {
    "type": "function",
    "function": {"name": "h", "description": "H.", "parameters": SCHEMA},
    "cache_control": CACHE,
}


@tool(extras={"cache_control": CACHE})
def langchain(a: int) -> int:
    """Return a number."""
    return a


@tool
def plain(a: int) -> int:
    """Return a number."""
    return a


def bind(model: Any, tools: list[Any]) -> Any:
    return model.bind_tools(tools)


def structure(model: Any, tools: list[Any]) -> Any:
    return model.with_structured_output(City, method="json_schema", tools=tools).first


@pytest.mark.parametrize("form", [ANTHROPIC, OPENAI, langchain])
@pytest.mark.parametrize("offer", [bind, structure])
def test_cache_control_of_a_tool_is_sent_where_it_is_taken(offer: Any, form: Any) -> None:
    for model_id, cache, lost in (
        ("claude-sonnet-5-5", CACHE, []),
        ("gpt-4o-mini", None, [("cache_control", "left out")]),
    ):
        explained = offer(Gateway().model(model_id), [plain, form]).explain("Hi")
        assert [one.get("cache_control") for one in explained.body["tools"]] == [None, cache]
        assert [(one.parameter, one.action) for one in explained.changes] == lost
