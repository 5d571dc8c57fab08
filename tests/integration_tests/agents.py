"""What agents and structured models of every family are asked, and how an agent is run."""

from __future__ import annotations

from typing import Any

from langchain_core.tools import tool
from pydantic import BaseModel, field_validator

from tests.support import ask

MODELS = [
    *("gpt-5.4-mini", "gpt-5.5", "gpt-6-astra", "gpt-4o-mini", "claude-sonnet-5-5"),
    *("claude-haiku-4-5", "gemini-3.8-flash", "deepseek-v4-pro", "qwen3.8-max", "kimi-k2.6"),
    *("kimi-k2.7-code", "kimi-k3", "glm-5.3", "grok-4.7", "mimo-v2.6-pro"),
    "doubao-seed-2.0-lite",
]
PROMPT = "Oslo has 717710 inhabitants. What is the weather in Oslo?"


class City(BaseModel):
    """A city and its inhabitants."""

    name: str
    inhabitants: int


OSLO = City(name="Oslo", inhabitants=717710)


@tool
def get_weather(city: str) -> str:
    """Get the weather in a city."""
    return f"4 degrees in {city}"


def refuse_first(names: list[str]) -> type[BaseModel]:
    """Return a class whose first instance is refused; it records the names that it is asked for."""

    class Picky(BaseModel):
        """A city that is refused at first."""

        name: str

        @field_validator("name")
        @classmethod
        def _refuse_once(cls, name: str) -> str:
            names.append(name)
            if len(names) == 1:
                msg = "write it again"
                raise ValueError(msg)
            return name

    return Picky


async def run_agent(agent: Any, way: str, messages: Any = PROMPT) -> dict[str, Any]:
    """Return the last state of an agent; its model streams where the agent does."""
    asked = {"messages": messages if isinstance(messages, list) else [("user", messages)]}
    options: dict[str, Any] = {"config": {"recursion_limit": 12}}
    if "stream" not in way:
        state = await ask(agent, way, asked, **options)
    else:
        _, state = await ask(agent, way, asked, stream_mode=["messages", "values"], **options)
    result: dict[str, Any] = state
    return result
