"""Agents that change the model amid their tool loop, their state in SQLite in between.

The emulator refuses missing and foreign reasoning and signatures, ids of tool calls that a vendor
does not take, and calls without results as the vendors do; beyond that, every assistant turn of
every request is compared with what it must be.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import pickle
import re
from typing import TYPE_CHECKING, Annotated, Any

import pytest
from langchain_core.load import dumps, loads
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    AnyMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
    message_chunk_to_message,
    messages_from_dict,
    messages_to_dict,
    trim_messages,
)
from langchain_core.tools import tool
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.prebuilt import ToolNode
from typing_extensions import TypedDict

from langchain_cometapi import ChatCometAPI, CometAPIInvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Callable
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
THINKS_ALOUD = {"deepseek", "kimi", "glm", "mimo", "qwen", "grok"}
DEMANDS_ALL = {"deepseek"}
DEMANDS_CALLS = {"kimi", "glm", "mimo"}
CALL_IDS = {"claude": r"[a-zA-Z0-9_-]+", "gpt": r".{,40}", "o-series": r".{,40}"}
"""What a family wants of the ids of tool calls, if anything."""

WAYS = ["invoke", "stream", "ainvoke", "astream"]
SQLITE_CONFIG: RunnableConfig = {"configurable": {"thread_id": "1"}}
STAND_IN = {"google": {"thought_signature": "skip_thought_signature_validator"}}


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


class State(TypedDict):
    messages: Annotated[list[AnyMessage], add_messages]
    plan: list[str]
    """The models to ask next."""


def _model(state: State, **settings: Any) -> Any:
    return ChatCometAPI(model=state["plan"][0], **settings).bind_tools(TOOLS)


def _builder(**settings: Any) -> StateGraph[State]:
    def ask(state: State) -> Any:
        answer = _model(state, **settings).invoke(state["messages"])
        return {"messages": [answer], "plan": state["plan"][1:]}

    return _connect(StateGraph(State).add_node("model", ask))


def _async_builder(**settings: Any) -> StateGraph[State]:
    async def ask(state: State) -> Any:
        answer = await _model(state, **settings).ainvoke(state["messages"])
        return {"messages": [answer], "plan": state["plan"][1:]}

    return _connect(StateGraph(State).add_node("model", ask))


def _connect(builder: Any) -> StateGraph[State]:
    def after_model(state: State) -> str:
        last = state["messages"][-1]
        return "tools" if isinstance(last, AIMessage) and last.tool_calls else END

    builder.add_node("tools", ToolNode(TOOLS))
    builder.add_edge(START, "model")
    builder.add_conditional_edges("model", after_model, ["tools", END])
    builder.add_edge("tools", "model")
    return builder  # type: ignore[no-any-return]


def _run(path: Path, given: Any, *, stream: bool, **settings: Any) -> Any:
    """Go on to the next tool call or to the end, from the file and back into it."""
    with SqliteSaver.from_conn_string(str(path)) as saver:
        saver.conn.execute("PRAGMA synchronous = OFF")  # no power cut to fear
        graph: Any = _builder(**settings).compile(saver, interrupt_before=["tools"])
        if stream:
            assert list(graph.stream(given, SQLITE_CONFIG, stream_mode="messages"))
        else:
            graph.invoke(given, SQLITE_CONFIG)
        return graph.get_state(SQLITE_CONFIG)


async def _arun(path: Path, given: Any, *, stream: bool, **settings: Any) -> Any:
    async with AsyncSqliteSaver.from_conn_string(str(path)) as saver:
        await saver.conn.execute("PRAGMA synchronous = OFF")
        graph: Any = _async_builder(**settings).compile(saver, interrupt_before=["tools"])
        if stream:
            chunks = graph.astream(given, SQLITE_CONFIG, stream_mode="messages")
            assert [chunk async for chunk in chunks]
        else:
            await graph.ainvoke(given, SQLITE_CONFIG)
        return await graph.aget_state(SQLITE_CONFIG)


async def _turn(path: Path, number: int, plan: list[str], way: str, **settings: Any) -> Any:
    """Ask once and follow the tool loop to its end; every step opens the file anew."""
    question = f"Question {number}: what are the weather and the population of Paris?"
    given: Any = {"messages": [HumanMessage(question)], "plan": plan}
    while True:
        if way.startswith("a"):
            state = await _arun(path, given, stream=way == "astream", **settings)
        else:
            state = _run(path, given, stream=way == "stream", **settings)
        if not state.next:
            return state.values["messages"]
        given = None


# -- what must have been sent ----------------------------------------------------------------


def _family(message: AIMessage) -> str:
    name = message.response_metadata["model_name"]
    return next(family for family, model in MODELS.items() if name.startswith(model))


def _ids(turns: list[dict[str, Any]]) -> list[str]:
    return [call["id"] for turn in turns for call in turn.get("tool_calls", ())]


def _sent_ids(
    said: list[AIMessage], turns: list[dict[str, Any]], asked: str, known: dict[str, str]
) -> dict[str, str]:
    """Check the ids sent to a family, and return them by the ones they stand for.

    An id that the family takes stays; another is the same one in every request.
    """
    own = [str(call["id"]) for message in said for call in message.tool_calls]
    sent = _ids(turns)
    assert len(own) == len(set(own)) == len(sent) == len(set(sent))
    pattern = CALL_IDS.get(asked, r".*")
    assert [id_ for id_ in sent if not re.fullmatch(pattern, id_)] == []
    ids = dict(zip(own, sent, strict=True))
    assert [id_ for id_ in own if re.fullmatch(pattern, id_) and ids[id_] != id_] == []
    assert {id_: ids[id_] for id_ in known} == known
    known.update(ids)
    return ids


def _expected(said: AIMessage, asked: str, ids: dict[str, str] | None = None) -> dict[str, Any]:
    """What a family must be sent of what a message says, with these ids for its own."""
    author = _family(said)
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
            signed = {"google": {"thought_signature": _signature(first["id"])}}
            first["extra_content"] = signed if author == "gemini" else STAND_IN
    if asked in DEMANDS_ALL or (asked in DEMANDS_CALLS and said.tool_calls):
        own = said.additional_kwargs["reasoning_content"] if author == asked else " "
        body["reasoning_content"] = own
    return body


def _signature(call_id: str) -> str:
    """The emulator's signature of a call."""
    return hashlib.sha256(f"cometapi-emulator:{call_id}".encode()).hexdigest()


def _check_requests(emulator: CometAPIEmulator, history: list[Any], plan: list[str]) -> None:
    """Compare every assistant turn of every request with what it must be."""
    requests = [request.body for request in emulator.requests]
    said = [message for message in history if isinstance(message, AIMessage)]
    assert [body["model"] for body in requests] == [MODELS[family] for family in plan]
    assert [_family(message) for message in said] == plan
    known: dict[str, dict[str, str]] = {family: {} for family in MODELS}
    for number, (body, asked) in enumerate(zip(requests, plan, strict=True)):
        turns = [message for message in body["messages"] if message["role"] == "assistant"]
        ids = _sent_ids(said[:number], turns, asked, known[asked])
        assert turns == [_expected(message, asked, ids) for message in said[:number]]
        assert _answers(body["messages"]) == [
            (ids[str(call["id"])], results[call["name"]])
            for message in said[:number]
            for call in message.tool_calls
        ]
        assert {role: keys for role, keys in _keys(body["messages"]) if role != "assistant"} == (
            {"user": {"role", "content"}, "tool": {"role", "content", "tool_call_id"}}
            if number
            else {"user": {"role", "content"}}
        )


results = {
    "get_weather": "Rain in Paris",
    "get_population_of_city_and_suburbs": "Paris has 2 million",
}


def _answers(messages: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(m["tool_call_id"], m["content"]) for m in messages if m["role"] == "tool"]


def _keys(messages: list[dict[str, Any]]) -> list[tuple[str, set[str]]]:
    return [(message["role"], set(message)) for message in messages]


# -- tests -----------------------------------------------------------------------------------


def _pairs() -> list[Any]:
    """Every pair of families in every way: in one of them quickly."""
    numbered = itertools.product(enumerate(MODELS), repeat=2)
    return [
        pytest.param(first, second, way, marks=[pytest.mark.slow] * ((i + j - k) % len(WAYS) > 0))
        for (i, first), (j, second) in numbered
        for k, way in enumerate(WAYS)
    ]


@pytest.mark.parametrize(("first", "second", "way"), _pairs())
async def test_every_pair_of_families(
    emulator: CometAPIEmulator, tmp_path: Path, first: str, second: str, way: str
) -> None:
    path = tmp_path / "state.sqlite"
    turns = [[first, second], [first, first], [second, second]]
    history: list[Any] = []
    for number, plan in enumerate(turns):
        history = await _turn(path, number, [MODELS[family] for family in plan], way)
    kinds = [message.type for message in history]
    assert kinds == ["human", "ai", "tool", "tool", "ai"] * 3
    calls = [
        call for message in history if isinstance(message, AIMessage) for call in message.tool_calls
    ]
    authors = [family for plan in turns for family in (plan[0], plan[0])]
    for index, (call, author) in enumerate(zip(calls, authors, strict=True)):
        kimis = call["id"] == f"functions.{call['name']}:{index}"
        assert kimis is (author == "kimi")
    for message in history:
        if isinstance(message, AIMessage):
            thought = message.additional_kwargs.get("reasoning_content", "")
            assert thought.startswith("Emulated reasoning of") is (_family(message) in THINKS_ALOUD)
            if not message.tool_calls:
                assert "get_weather returned Rain in Paris" in message.text
    _check_requests(emulator, history, [family for plan in turns for family in plan])
    streamed = [bool(request.body.get("stream")) for request in emulator.requests]
    assert streamed == [way.endswith("stream")] * 6


async def test_all_families_in_one_conversation(emulator: CometAPIEmulator, tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    families = [*MODELS, *reversed(MODELS)]
    turns = [list(pair) for pair in itertools.pairwise(families)]
    history: list[Any] = []
    for number, (plan, way) in enumerate(zip(turns, itertools.cycle(WAYS), strict=False)):
        history = await _turn(path, number, [MODELS[family] for family in plan], way)
    _check_requests(emulator, history, [family for plan in turns for family in plan])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("deepseek-v4-pro", "deepseek-v4-flash"),
        ("kimi-k2.6", "kimi-k3"),
        ("gemini-3.8-flash", "gemini-3.5-flash"),
    ],
)
async def test_models_of_one_family_know_each_others_thoughts(
    emulator: CometAPIEmulator, tmp_path: Path, first: str, second: str, way: str
) -> None:
    history = await _turn(tmp_path / "state.sqlite", 1, [first, second], way)
    sent = emulator.requests[1].body["messages"][1]
    if "gemini" in first:
        call, unsigned = sent["tool_calls"]
        assert call["extra_content"]["google"] == {"thought_signature": _signature(call["id"])}
        assert "extra_content" not in unsigned
    else:
        assert f"Emulated reasoning of {first};" in sent["reasoning_content"]
        assert sent["reasoning_content"] == history[1].additional_kwargs["reasoning_content"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("first", ["deepseek", "gemini", "gpt"])
async def test_standard_content_blocks_change_nothing(
    emulator: CometAPIEmulator, tmp_path: Path, first: str, way: str
) -> None:
    plan = [first, "kimi", "gemini", "deepseek", first, first]
    history: list[Any] = []
    for number in range(3):
        models = [MODELS[family] for family in plan[2 * number : 2 * number + 2]]
        history = await _turn(tmp_path / "state.sqlite", number, models, way, output_version="v1")
    assert isinstance(history[1].content, list)
    said = [message for message in history if isinstance(message, AIMessage)]
    for number, request in enumerate(emulator.requests):
        turns = [m for m in request.body["messages"] if m["role"] == "assistant"]
        ids = _sent_ids(said[:number], turns, plan[number], {})
        assert turns == [_expected(_with_thought(m), plan[number], ids) for m in said[:number]]


def _with_thought(message: AIMessage) -> AIMessage:
    """Put the thought back where the default output version has it."""
    thoughts = [b["reasoning"] for b in message.content_blocks if b["type"] == "reasoning"]
    extras = {**message.additional_kwargs, "reasoning_content": "".join(thoughts)}
    return message.model_copy(update={"additional_kwargs": extras})


@pytest.mark.parametrize("family", ["deepseek", "kimi", "glm", "mimo", "gemini"])
@pytest.mark.parametrize("way", ["invoke", "astream"])
async def test_the_emulator_refuses_a_loop_without(
    emulator: CometAPIEmulator, tmp_path: Path, family: str, way: str
) -> None:
    models = [MODELS[family]] * 2
    with pytest.raises(CometAPIInvalidRequestError, match=r"reasoning_content|thought_signature"):
        await _turn(tmp_path / "state.sqlite", 1, models, way, replay_reasoning=False)
    assert len(emulator.requests) == 2


def _say(model: Any, history: list[Any], way: str) -> str:
    """Return what a model says to a history."""
    chunks = [model.invoke(history)] if way == "invoke" else model.stream(history)
    return "".join(chunk.text for chunk in chunks)


@pytest.mark.parametrize("way", ["invoke", "stream"])
@pytest.mark.parametrize("asked", MODELS)
def test_ids_that_come_again(emulator: CometAPIEmulator, asked: str, way: str) -> None:
    """Kimi counts anew once the turns before are trimmed away."""
    kimi = ChatCometAPI(model=MODELS["kimi"]).bind_tools(TOOLS)
    history: list[Any] = []
    for number in range(2):
        question = HumanMessage(f"Question {number}: the weather and the population of Paris?")
        said = kimi.invoke([question])
        answers = [ToolMessage(results[c["name"]], tool_call_id=c["id"]) for c in said.tool_calls]
        history += [question, said, *answers]
    own = [c["id"] for m in history if isinstance(m, AIMessage) for c in m.tool_calls]
    assert own[:2] == own[2:] == [f"functions.{t.name}:{i}" for i, t in enumerate(TOOLS)]
    model = ChatCometAPI(model=MODELS[asked]).bind_tools(TOOLS)
    for _ in range(2):
        assert "get_weather returned Rain in Paris" in _say(model, history, way)
    first, again = [request.body["messages"] for request in emulator.requests[-2:]]
    assert first == again
    sent = _ids(first)
    assert [m["tool_call_id"] for m in first if m["role"] == "tool"] == sent
    assert len(set(sent)) == (4 if asked == "claude" else 2)
    assert [id_ for id_ in sent if not re.fullmatch(CALL_IDS.get(asked, ".*"), id_)] == []


PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
SEES = {**MODELS, "deepseek": "deepseek-v4-flash-vision", "glm": "glm-5.3"}
TEXT_RESULTS = {"gpt", "o-series", "deepseek"}
"""Families whose tool results are text alone."""


@pytest.mark.parametrize("way", ["invoke", "stream"])
@pytest.mark.parametrize("asked", SEES)
def test_pictures_in_results(emulator: CometAPIEmulator, asked: str, way: str) -> None:
    question = HumanMessage("What are the weather and the population of Paris?")
    said = ChatCometAPI(model=MODELS["kimi"]).bind_tools(TOOLS).invoke([question])
    seen: list[Any] = [{"type": "text", "text": "Rain"}, PICTURE]
    answers = [ToolMessage(seen, tool_call_id=call["id"]) for call in said.tool_calls]
    model = ChatCometAPI(model=SEES[asked]).bind_tools(TOOLS)
    history = [question, said, *answers, HumanMessage("Well?")]
    assert _say(model, history, way)
    messages = emulator.requests[-1].body["messages"]
    assert json.dumps(messages).count("data:image/png;base64,AAAA") == 2
    results_sent = [message for message in messages if message["role"] == "tool"]
    assert len(results_sent) == 2
    assert (PICTURE in results_sent[0]["content"]) is (asked not in TEXT_RESULTS)


# -- what may happen to a history ----------------------------------------------------------------


def _trim(history: list[Any]) -> list[Any]:
    older = [SystemMessage("Rules"), HumanMessage("Old"), AIMessage("Older"), *history]
    trimmed = trim_messages(
        older, max_tokens=len(history) + 1, token_counter=len, include_system=True, start_on="human"
    )
    assert len(trimmed) == len(history) + 1
    return trimmed[1:]


def _load(history: list[Any]) -> list[Any]:
    allowed: list[Any] = [HumanMessage, AIMessage, AIMessageChunk, ToolMessage]
    return [loads(dumps(message), allowed_objects=allowed) for message in history]


def _checkpoint(history: list[Any]) -> list[Any]:
    serde = JsonPlusSerializer()
    restored: list[Any] = serde.loads_typed(serde.dumps_typed(history))
    return restored


ROUND_TRIPS: dict[str, Callable[[list[Any]], list[Any]]] = {
    "dumps": _load,
    "dict": lambda history: messages_from_dict(messages_to_dict(history)),
    "json": lambda history: messages_from_dict(json.loads(json.dumps(messages_to_dict(history)))),
    "pickle": lambda history: pickle.loads(pickle.dumps(history)),  # noqa: S301 - our own
    "checkpoint": _checkpoint,
    "deep copy": lambda history: [message.model_copy(deep=True) for message in history],
    "trim": _trim,
    "add_messages": lambda history: list(add_messages([], list(history))),
    "whole": lambda history: [message_chunk_to_message(message) for message in history],
}


@pytest.mark.filterwarnings("ignore:The function `loads` is in beta")
@pytest.mark.parametrize("way", ["invoke", "stream"])
@pytest.mark.parametrize("output_version", ["v0", "v1"])
@pytest.mark.parametrize("family", ["deepseek", "kimi", "gemini"])
def test_round_trips(
    emulator: CometAPIEmulator, family: str, output_version: str, way: str
) -> None:
    """The emulator would refuse a thought or a signature that is changed in any way."""
    model = ChatCometAPI(model=MODELS[family], output_version=output_version).bind_tools(TOOLS)
    question = HumanMessage("What are the weather and the population of Paris?")
    said: Any = model.invoke([question]) if way == "invoke" else None
    for part in model.stream([question]) if way == "stream" else ():
        said = part if said is None else said + part
    assert len(said.tool_calls) == 2
    results = [ToolMessage("Rain", tool_call_id=call["id"]) for call in said.tool_calls]
    expected = _expected(_with_thought(said), family)
    for name, change in ROUND_TRIPS.items():
        history = change([question, said, *results])
        for _ in range(2):  # a second trip may harm what the first has left whole
            emulator.clear()
            assert "Rain" in model.invoke(history).text, name
            assert emulator.requests[0].body["messages"][1] == expected, name
            history = change(history)
