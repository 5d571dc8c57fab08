"""Agents on the emulator: they end, whatever their tools return."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from langchain.agents import create_agent
from langchain_core.messages import HumanMessage
from langchain_core.tools import tool

from langchain_cometapi import ChatCometAPI

if TYPE_CHECKING:
    from langchain_cometapi.emulator import CometAPIEmulator

SEEING = (
    "gpt-5.4-mini",
    "o4-mini",
    "claude-sonnet-5-5",
    "gemini-3.8-flash",
    "deepseek-v4-flash-vision",
    "kimi-k3",
    "grok-4.5",
    "qwen3.7-plus",
    "mimo-v2.6-pro",
)
"""A model of each family that reads images."""

PIXEL = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
"""A GIF of one pixel."""


@tool
def picture(subject: str) -> list[dict[str, Any]]:
    """Draw a picture of a subject."""
    return [
        {"type": "text", "text": f"A picture of {subject}:"},
        {"type": "image", "base64": PIXEL, "mime_type": "image/gif"},
    ]


@pytest.mark.parametrize("model_id", SEEING)
async def test_agent_ends_when_a_tool_returned_an_image(
    emulator: CometAPIEmulator, model_id: str
) -> None:
    agent: Any = create_agent(ChatCometAPI(model=model_id), [picture])
    question = {"messages": [HumanMessage("Draw a picture of a cat.")]}
    limit: Any = {"recursion_limit": 6}
    for state in (agent.invoke(question, limit), await agent.ainvoke(question, limit)):
        assert [message.type for message in state["messages"]] == ["human", "ai", "tool", "ai"]
        assert "picture returned" in state["messages"][-1].text
