"""Tools bound to a model."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.tools import tool
from pydantic import BaseModel

from tests.support import Gateway, answer, completion

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


class Form(BaseModel):
    """A form."""

    a: int


def bind(model: Any, tools: list[Any]) -> Any:
    return model.bind_tools(tools)


def structure(model: Any, tools: list[Any]) -> Any:
    return model.with_structured_output(Form, method="json_schema", tools=tools).first


@pytest.mark.parametrize("form", [ANTHROPIC, OPENAI, langchain])
@pytest.mark.parametrize("offer", [bind, structure])
def test_cache_control_of_a_tool_is_sent_where_it_is_taken(offer: Any, form: Any) -> None:
    served = Gateway(answer(completion('{"a": 1}')))
    offer(served.model("claude-sonnet-5-5"), [plain, form]).invoke("Hi")
    sent = [one.get("cache_control") for one in served.bodies[0]["tools"]]
    assert sent == [None, CACHE]


@pytest.mark.parametrize("form", [ANTHROPIC, OPENAI, langchain])
@pytest.mark.parametrize("offer", [bind, structure])
def test_cache_control_of_a_tool_that_is_refused_is_explained(offer: Any, form: Any) -> None:
    explained = offer(Gateway().model("gpt-4o-mini"), [plain, form]).explain("Hi")
    assert all("cache_control" not in one for one in explained.body["tools"])
    (change,) = explained.changes
    assert (change.parameter, change.action) == ("cache_control", "left out")
