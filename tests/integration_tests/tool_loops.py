"""Tool loops of agents that change the model, and what each request of them must say."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Annotated, Any

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage
from langchain_core.runnables import RunnableLambda
from langchain_core.tools import tool
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.prebuilt import ToolNode
from typing_extensions import TypedDict

from langchain_cometapi import ChatCometAPI

if TYPE_CHECKING:
    from pathlib import Path

    from langchain_core.runnables import RunnableConfig

    from langchain_cometapi.emulator import CometAPIEmulator

MODELS = {
    "gpt": "gpt-5.4-mini",
    "o-series": "o4-mini",
    "claude": "claude-sonnet-5-5",
    "gemini": "gemini-3.8-flash",
    "deepseek": "deepseek-v4-pro",
    "kimi": "kimi-k3",
    "glm": "glm-5.2",
    "mimo": "mimo-v2.6-pro",
    "qwen": "qwen3.8-max",
    "grok": "grok-4.7",
}
CALL_IDS = {"claude": r"[a-zA-Z0-9_-]+", "gpt": r".{,40}", "o-series": r".{,40}"}
"""What a family wants of the ids of tool calls, if anything."""

_DEMANDS_ALL = {"deepseek"}
_DEMANDS_CALLS = {"kimi", "glm", "mimo"}
_STAND_IN = {"google": {"thought_signature": "skip_thought_signature_validator"}}
_SQLITE: RunnableConfig = {"configurable": {"thread_id": "1"}}


@tool
def get_weather(city: str) -> str:
    """Get the weather in a city."""
    return f"Rain in {city}"


# Kimi makes ids of the names of tools; this is one that OpenAI finds too long then.
@tool
def get_population_of_city_and_suburbs(city: str) -> str:
    """Get the population of a city."""
    return f"{city} has 2 million"


TOOLS = [get_weather, get_population_of_city_and_suburbs]
RESULTS = {
    "get_weather": "Rain in Paris",
    "get_population_of_city_and_suburbs": "Paris has 2 million",
}
QUESTION = "What are the weather and the population of Paris?"
"""Makes a model call both tools."""


# -- the loop ------------------------------------------------------------------------------------


class State(TypedDict):
    messages: Annotated[list[AnyMessage], add_messages]
    plan: list[str]
    """The models to ask next."""


def _build_graph(**settings: Any) -> Any:
    def choose(state: State) -> Any:
        return ChatCometAPI(model=state["plan"][0], **settings).bind_tools(TOOLS)

    def ask(state: State) -> Any:
        answer = choose(state).invoke(state["messages"])
        return {"messages": [answer], "plan": state["plan"][1:]}

    async def aask(state: State) -> Any:
        answer = await choose(state).ainvoke(state["messages"])
        return {"messages": [answer], "plan": state["plan"][1:]}

    def after_model(state: State) -> str:
        last = state["messages"][-1]
        return "tools" if isinstance(last, AIMessage) and last.tool_calls else END

    builder: Any = StateGraph(State)
    builder.add_node("model", RunnableLambda(ask, aask))
    builder.add_node("tools", ToolNode(TOOLS))
    builder.add_edge(START, "model")
    builder.add_conditional_edges("model", after_model, ["tools", END])
    builder.add_edge("tools", "model")
    return builder


def _run(path: Path, given: Any, *, stream: bool, **settings: Any) -> Any:
    """Go on to the next tool call or to the end, from the file and back into it."""
    with SqliteSaver.from_conn_string(str(path)) as saver:
        saver.conn.execute("PRAGMA synchronous = OFF")  # no power cut to fear
        graph = _build_graph(**settings).compile(saver, interrupt_before=["tools"])
        if stream:
            assert list(graph.stream(given, _SQLITE, stream_mode="messages"))
        else:
            graph.invoke(given, _SQLITE)
        return graph.get_state(_SQLITE)


async def _arun(path: Path, given: Any, *, stream: bool, **settings: Any) -> Any:
    async with AsyncSqliteSaver.from_conn_string(str(path)) as saver:
        await saver.conn.execute("PRAGMA synchronous = OFF")
        graph = _build_graph(**settings).compile(saver, interrupt_before=["tools"])
        if stream:
            chunks = graph.astream(given, _SQLITE, stream_mode="messages")
            assert [chunk async for chunk in chunks]
        else:
            await graph.ainvoke(given, _SQLITE)
        return await graph.aget_state(_SQLITE)


async def take_turn(path: Path, plan: list[str], way: str, **settings: Any) -> list[Any]:
    """Ask once and follow the tool loop to its end; every step opens the file anew.

    Returns the whole conversation. The plan has the models to ask.
    """
    given: Any = {"messages": [HumanMessage(QUESTION)], "plan": plan}
    while True:
        if way.startswith("a"):
            state = await _arun(path, given, stream=way == "astream", **settings)
        else:
            state = _run(path, given, stream=way == "stream", **settings)
        if not state.next:
            history: list[Any] = state.values["messages"]
            return history
        given = None


# -- what must be sent ---------------------------------------------------------------------------


def get_family(message: AIMessage) -> str:
    name = message.response_metadata["model_name"]
    return next(family for family, model in MODELS.items() if name.startswith(model))


def sign(call_id: str) -> str:
    """Return the emulator's signature of a call."""
    return hashlib.sha256(f"cometapi-emulator:{call_id}".encode()).hexdigest()


def get_call_ids(messages: list[dict[str, Any]]) -> list[str]:
    return [call["id"] for message in messages for call in message.get("tool_calls", ())]


def check_call_ids(
    said: list[AIMessage], turns: list[dict[str, Any]], asked: str, known: dict[str, str]
) -> dict[str, str]:
    """Check the ids sent to a family, and return them by the ones they stand for.

    An id that the family takes stays; another is the same one in every request.
    """
    own = [str(call["id"]) for message in said for call in message.tool_calls]
    sent = get_call_ids(turns)
    assert len(own) == len(set(own)) == len(sent) == len(set(sent))
    pattern = CALL_IDS.get(asked, r".*")
    assert [id_ for id_ in sent if not re.fullmatch(pattern, id_)] == []
    ids = dict(zip(own, sent, strict=True))
    assert [id_ for id_ in own if re.fullmatch(pattern, id_) and ids[id_] != id_] == []
    assert {id_: ids[id_] for id_ in known} == known
    known.update(ids)
    return ids


def expect_turn(said: AIMessage, asked: str, ids: dict[str, str] | None = None) -> dict[str, Any]:
    """Return what a family must be sent of a message, with these ids for its own."""
    author = get_family(said)
    body: dict[str, Any] = {"role": "assistant", "content": said.text or None}
    if said.tool_calls:
        body["tool_calls"] = [
            {
                "type": "function",
                "id": ids[str(call["id"])] if ids else call["id"],
                "function": {"name": call["name"], "arguments": json.dumps(call["args"])},
            }
            for call in said.tool_calls
        ]
        if asked == "gemini":  # Google signs the first of calls in parallel
            first = body["tool_calls"][0]
            signed = {"google": {"thought_signature": sign(first["id"])}}
            first["extra_content"] = signed if author == "gemini" else _STAND_IN
    if asked in _DEMANDS_ALL or (asked in _DEMANDS_CALLS and said.tool_calls):
        own = said.additional_kwargs["reasoning_content"] if author == asked else " "
        body["reasoning_content"] = own
    return body


def check_requests(emulator: CometAPIEmulator, history: list[Any], plan: list[str]) -> None:
    """Compare each message of each request with what it must be."""
    requests = [request.body for request in emulator.requests]
    said = [message for message in history if isinstance(message, AIMessage)]
    assert [body["model"] for body in requests] == [MODELS[family] for family in plan]
    assert [get_family(message) for message in said] == plan
    known: dict[str, dict[str, str]] = {family: {} for family in MODELS}
    for number, (body, asked) in enumerate(zip(requests, plan, strict=True)):
        sent = body["messages"]
        turns = [message for message in sent if message["role"] == "assistant"]
        ids = check_call_ids(said[:number], turns, asked, known[asked])
        assert turns == [expect_turn(message, asked, ids) for message in said[:number]]
        assert [message for message in sent if message["role"] == "tool"] == [
            {"role": "tool", "tool_call_id": ids[str(call["id"])], "content": RESULTS[call["name"]]}
            for message in said[:number]
            for call in message.tool_calls
        ]
        others = [message for message in sent if message["role"] not in {"assistant", "tool"}]
        questions = sum(not message.tool_calls for message in said[:number]) + 1
        assert others == [{"role": "user", "content": QUESTION}] * questions


def restore_reasoning(message: AIMessage) -> AIMessage:
    """Put the reasoning of a message back where the default output version has it."""
    parts = [b["reasoning"] for b in message.content_blocks if b["type"] == "reasoning"]
    extras = {**message.additional_kwargs, "reasoning_content": "".join(parts)}
    return message.model_copy(update={"additional_kwargs": extras})
