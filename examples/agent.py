"""An agent with all that one needs in production: `python examples/agent.py`.

Three tools, one of which waits for your approval; tokens and tool calls printed as they come; an
object as the result; and a history that is summarized before it grows too long.
"""

from __future__ import annotations

import sys
from typing import Any

from langchain.agents import create_agent
from langchain.agents.middleware import (
    AgentMiddleware,
    HumanInTheLoopMiddleware,
    ModelCallLimitMiddleware,
    SummarizationMiddleware,
)
from langchain_core.messages import AIMessageChunk, HumanMessage, ToolMessage
from langchain_core.runnables import RunnableConfig
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.types import Command
from pydantic import BaseModel, Field

from langchain_cometapi import ChatCometAPI

from _service import call, choose_service


@tool
def get_weather(city: str) -> str:
    """Get the weather in a city."""
    return f"{city}: 9 degrees, rain until 17:00, then clear"


@tool
def find_restaurants(city: str, food: str) -> str:
    """Find restaurants in a city that serve some kind of food."""
    return f"{food} in {city}: Bryggeloftet (free 18:00, 20:00), Enhjorningen (full)"


@tool
def book_table(restaurant: str, time: str, guests: int) -> str:
    """Book a table. A booking can not be cancelled."""
    return f"{restaurant}, {time}, {guests} guests: booked as B-2041"


class Evening(BaseModel):
    """What the user gets in the end."""

    summary: str = Field(description="the evening in one sentence")
    restaurant: str
    time: str = Field(description="HH:MM")
    booking: str | None = Field(description="the number of the booking, if there is one")


def make_agent() -> Any:
    middleware: list[AgentMiddleware[Any, Any, Any]] = [
        HumanInTheLoopMiddleware(interrupt_on={"book_table": True}),
        # The fraction is of what fits into a request of this model, as its profile says. It takes a
        # while to get there; the second limit is low, so that you see it happen.
        SummarizationMiddleware(
            ChatCometAPI(model="gemini-3.8-flash"),
            trigger=[("fraction", 0.8), ("messages", 7)],
            keep=("messages", 3),
        ),
        ModelCallLimitMiddleware(thread_limit=12, exit_behavior="error"),  # no endless loop
    ]
    return create_agent(
        ChatCometAPI(model="claude-sonnet-5-5"),
        [get_weather, find_restaurants, book_table],
        # The model's profile decides how: a schema in the request, or a tool call.
        response_format=Evening,
        middleware=middleware,
        checkpointer=InMemorySaver(serde=JsonPlusSerializer(allowed_msgpack_modules=[Evening])),
    )


def run(agent: Any, request: Any, config: RunnableConfig) -> Any:
    """Run the agent until it ends; ask a human wherever it waits for one."""
    while True:
        print_stream(agent.stream(request, config, stream_mode="messages"))
        state = agent.get_state(config)
        if not state.interrupts:
            return state.values
        decisions = []
        for action in state.interrupts[0].value["action_requests"]:
            print(f"\n? {action['name']} {action['args']}")
            decisions.append({"type": "approve"} if approved() else {"type": "reject"})
        request = Command(resume={"decisions": decisions})


def approved() -> bool:
    if sys.stdin.isatty():
        return input("  Allow it? [y/n] ").strip().lower() == "y"
    print("  Allowed, because nobody is at the terminal.")
    return True


def print_stream(stream: Any) -> None:
    for message, metadata in stream:
        if isinstance(message, ToolMessage):
            print(f"\n< {message.text}", end="")
        elif isinstance(message, AIMessageChunk) and metadata["langgraph_node"] == "model":
            print(message.text, end="", flush=True)
            for call in message.tool_call_chunks:
                name = f"\n> {call['name']} " if call["name"] else ""
                print(name + (call["args"] or ""), end="", flush=True)
    print()


def main() -> None:
    choose_service(OFFLINE)
    agent = make_agent()
    config: RunnableConfig = {"configurable": {"thread_id": "bergen"}}
    for question in (
        "I am in Bergen tonight. How is the weather, and where can two of us eat fish?",
        "Book it for 20:00.",
    ):
        print(f"You: {question}")
        state = run(agent, {"messages": [HumanMessage(question)]}, config)
        print(f"= {state['structured_response']!r}\n")
    kinds = [
        message.additional_kwargs.get("lc_source", message.type) for message in state["messages"]
    ]
    print("The history at the end:", ", ".join(kinds))


TABLE = {"restaurant": "Bryggeloftet", "time": "20:00"}
OFFLINE: dict[str, list[dict[str, Any]]] = {  # what the emulator replies in place of the models
    "claude-sonnet-5-5": [
        {
            "text": "I look up both at once.",
            "tool_calls": [
                call("get_weather", city="Bergen"),
                call("find_restaurants", city="Bergen", food="fish"),
            ],
        },
        {"tool_calls": [call("Evening", summary="Fish, after the rain.", **TABLE, booking=None)]},
        {"tool_calls": [call("book_table", **TABLE, guests=2)]},
        {"tool_calls": [call("Evening", summary="A table for two.", **TABLE, booking="B-2041")]},
    ],
    "gemini-3.8-flash": [
        {"text": "Two people are in Bergen. Rain until 17:00. Bryggeloftet has fish and a table."}
    ],
}


if __name__ == "__main__":
    main()
