"""Tool loops of agents that change the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolMessage
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

MODELS = {
    "gpt": "gpt-5.4-mini",
    "gpt-6": "gpt-6-astra",
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
Settings = dict[str, dict[str, Any]]
"""The settings of single models, by their ids."""

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


def get_family(message: AIMessage) -> str:
    name = message.response_metadata["model_name"]
    return next(family for family, model in MODELS.items() if name.startswith(model))


def build_model(name: str, *, kind: Any = ChatCometAPI, model: str = "", **settings: Any) -> Any:
    """Return a model with the tools.

    Args:
        name: Its id, or what a plan calls it.
        kind: Its class.
        model: Its id, where a plan has another name for it.
        **settings: Arguments of the class.
    """
    return kind(model=model or name, **settings).bind_tools(TOOLS)


def run_tools(said: AIMessage) -> list[ToolMessage]:
    return [ToolMessage(RESULTS[c["name"]], tool_call_id=c["id"]) for c in said.tool_calls]


# -- the loop ------------------------------------------------------------------------------------


class State(TypedDict):
    messages: Annotated[list[AnyMessage], add_messages]
    plan: list[str]
    """The models to ask next."""


def _build_graph(own: Settings | None = None, **settings: Any) -> Any:
    def choose(state: State) -> Any:
        model = state["plan"][0]
        chosen = {**settings, **(own or {}).get(model, {})}
        return build_model(model, **chosen)

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

    Returns the whole conversation. The plan has the models to ask; `own` among the settings has
    those of single models.
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
