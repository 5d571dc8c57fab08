"""Agents that change between `ChatCometAPI` and the native classes amid their tool loop.

The emulator refuses on each route what its vendor does: reasoning without a signature of its own,
calls without results, ids that come twice or have wrong characters, blocks of other vendors.
"""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from langchain_cometapi import (
    CometAPIParameterWarning,
    CometAPIUnsentRequestError,
)
from langchain_cometapi.native import ChatCometAPIAnthropic, ChatCometAPIGoogle
from tests.integration_tests.loop_requests import get_call_ids, get_result_id, get_sent
from tests.integration_tests.round_trips import ROUND_TRIPS
from tests.integration_tests.tool_loops import (
    MODELS,
    QUESTION,
    build_model,
    run_tools,
    take_turn,
)
from tests.support import SYNC, WAYS, all_ways, ask_sync

if TYPE_CHECKING:
    from pathlib import Path

    from langchain_cometapi.emulator import CometAPIEmulator, RecordedRequest
    from tests.integration_tests.tool_loops import Settings

pytestmark = pytest.mark.native

NATIVE: Settings = {
    "native claude": {
        "kind": ChatCometAPIAnthropic,
        "model": "claude-sonnet-5-5",
        "max_tokens": 4000,
        "thinking": {"type": "adaptive", "display": "summarized"},
    },
    "native gemini": {
        "kind": ChatCometAPIGoogle,
        "model": "gemini-3.8-flash",
        "include_thoughts": True,
    },
}
BUDGET: dict[str, Any] = {
    "kind": ChatCometAPIAnthropic,
    "model": "claude-sonnet-4-6",
    "max_tokens": 4000,
    "thinking": {"type": "enabled", "budget_tokens": 2000},
}
NAMES = {**MODELS, **{name: name for name in NATIVE}}


def _pairs() -> list[Any]:
    """Every pair with a native class in it, each in one of the ways of calling."""
    pairs = [pair for pair in itertools.product(NAMES, repeat=2) if NATIVE.keys() & {*pair}]
    return [(*pair, way) for pair, way in zip(pairs, itertools.cycle(WAYS), strict=False)]


def _is_native(request: RecordedRequest) -> bool:
    return request.path == "/v1/messages" or _is_gemini(request)


def _is_gemini(request: RecordedRequest) -> bool:
    return request.path.startswith("/v1beta/")


def _is_stream(request: RecordedRequest) -> bool:
    return bool(request.body.get("stream")) or ":stream" in request.path


async def _run(
    path: Path, turns: list[list[str]], way: str, own: Settings | None = None, **settings: Any
) -> list[Any]:
    history: list[Any] = []
    for plan in turns:
        names = [NAMES.get(name, name) for name in plan]
        history = await take_turn(path, names, way, own={**NATIVE, **(own or {})}, **settings)
    return history


def _read_calls(request: RecordedRequest) -> tuple[list[Any], list[Any]]:
    """Return the calls and the results of a request: their ids, of Gemini their names."""
    body = request.body
    if _is_gemini(request):
        parts = [part for content in body["contents"] for part in content["parts"]]
        kinds: Any = ("functionCall", "functionResponse")
        found = [[part[kind]["name"] for part in parts if kind in part] for kind in kinds]
        return found[0], found[1]
    sent = get_sent(request)
    if not _is_native(request):
        return get_call_ids(sent), [id_ for each in sent if (id_ := get_result_id(each))]
    blocks = [b for m in sent if isinstance(m["content"], list) for b in m["content"]]
    calls = [block["id"] for block in blocks if block["type"] == "tool_use"]
    return calls, [b["tool_use_id"] for b in blocks if b["type"] == "tool_result"]


def _check(emulator: CometAPIEmulator, history: list[Any], asked: list[str]) -> None:
    """Check that each request has all texts, calls and results, and its own reasoning alone."""
    said = [message for message in history if isinstance(message, AIMessage)]
    for message in said:
        if not message.tool_calls:
            assert "get_weather returned Rain in Paris" in message.text
    for number, (name, request) in enumerate(zip(asked, emulator.requests, strict=True)):
        assert _is_native(request) is (name in NATIVE)
        before = said[:number]
        sent = json.dumps(request.body)
        assert [
            message.text for message in before if json.dumps(message.text)[1:-1] not in sent
        ] == []
        calls, results = _read_calls(request)
        assert len(calls) == sum(len(message.tool_calls) for message in before)
        assert calls == results
        own = [m for other, m in zip(asked, before, strict=False) if other == name]
        if _is_gemini(request):
            has_own_loop = bool(before) and before[-1] in own and bool(before[-1].tool_calls)
            assert ("skip_thought_signature" in sent) is (
                bool(before) and bool(before[-1].tool_calls) and not has_own_loop
            )
            # LangChain's class leaves these out, as they have no signature of their own.
            own = [m for m in own if m.response_metadata.get("output_version") != "v1"]
        if name in NATIVE:
            assert sent.count("Emulated reasoning of") == len(own)
            assert sent.count(f"Emulated reasoning of {NATIVE[name]['model']}") == len(own)


@pytest.mark.parametrize(("first", "second", "way"), _pairs())
async def test_loop_goes_on_between_a_native_class_and_every_family(
    emulator: CometAPIEmulator, tmp_path: Path, *, first: str, second: str, way: str
) -> None:
    turns = [[first, second], [first, first], [second, second]]
    history = await _run(tmp_path / "state.sqlite", turns, way)
    assert [message.type for message in history] == ["human", "ai", "tool", "tool", "ai"] * 3
    _check(emulator, history, [name for plan in turns for name in plan])
    assert [_is_stream(request) for request in emulator.requests] == [way.endswith("stream")] * 6


PLAN = ["deepseek", "native claude", "gpt-6", "kimi", "native claude", "native claude"]
PLAN += ["native gemini", "gpt-6", "native gemini", "native gemini", "native claude", "claude"]
PLAN += ["gemini", "native gemini"]
"""Native classes before, amid and after the others, two for each turn."""


@all_ways
@pytest.mark.parametrize("version", ["v0", "v1", "responses/v1"])
async def test_every_form_of_the_content_goes_over(
    emulator: CometAPIEmulator, tmp_path: Path, *, version: str, way: str
) -> None:
    turns = [PLAN[number : number + 2] for number in range(0, len(PLAN), 2)]
    of_responses: Settings = {
        MODELS["gpt-6"]: {"reasoning": {"summary": "auto"}, "output_version": version}
    }
    others = {} if version == "responses/v1" else {"output_version": version}
    history = await _run(tmp_path / "state.sqlite", turns, way, of_responses, **others)
    _check(emulator, history, PLAN)


@pytest.mark.filterwarnings("ignore:The function `loads` is in beta")
@pytest.mark.parametrize("way", SYNC)
@pytest.mark.parametrize("version", ["v0", "v1"])
@pytest.mark.parametrize("name", NATIVE)
def test_history_survives_what_stores_and_copies_it(
    emulator: CometAPIEmulator, name: str, version: str, way: str
) -> None:
    """The emulator would refuse a signature that is changed in any way."""
    model = build_model(name, **NATIVE[name], output_version=version)
    said = ask_sync(model, way, [HumanMessage(QUESTION)])
    assert len(said.tool_calls) == 2
    history = [HumanMessage(QUESTION), said, *run_tools(said)]
    others = [build_model(MODELS[family]) for family in ("deepseek", "gpt-6", "gemini")]
    for trip, change in ROUND_TRIPS.items():
        changed = change(change(history))  # a second trip may harm what the first has left whole
        for asked in (model, *others):
            emulator.clear()
            assert "Rain" in asked.invoke(changed).text, trip
            sent = json.dumps(emulator.requests[0].body)
            thoughts = sent.count(f"Emulated reasoning of {NATIVE[name]['model']}")
            is_kept = asked is model and (name, version) != ("native gemini", "v1")
            assert thoughts == is_kept, trip


@all_ways
async def test_thinking_budget_rests_amid_the_loop_of_another_model(
    emulator: CometAPIEmulator, tmp_path: Path, way: str
) -> None:
    own = {"budget": BUDGET}
    path = tmp_path / "state.sqlite"
    with pytest.warns(CometAPIParameterWarning, match="after tool calls without"):
        await _run(path, [["deepseek", "budget"]], way, own)
    history = await _run(path, [["budget", "budget"]], way, own)
    thinking = [request.body.get("thinking") for request in emulator.requests]
    assert thinking == [None, None, BUDGET["thinking"], BUDGET["thinking"]]
    assert "get_weather returned Rain in Paris" in history[-1].text


def test_thinking_budget_amid_the_loop_of_another_model_may_be_an_error(
    emulator: CometAPIEmulator,
) -> None:
    said = build_model(MODELS["deepseek"]).invoke([HumanMessage(QUESTION)])
    history = [HumanMessage(QUESTION), said, *run_tools(said)]
    strict = build_model("budget", **BUDGET, strict_params=True)
    with pytest.raises(CometAPIUnsentRequestError, match="`thinking`: claude-sonnet-4-6 takes no"):
        strict.invoke(history)
    assert len(emulator.requests) == 1


PICTURE: dict[str, Any] = {
    "type": "image_url",
    "image_url": {"url": "data:image/png;base64,UElDVFVSRQ=="},
}
PICTURES: list[dict[str, Any]] = [
    PICTURE,
    {"type": "image", "base64": "UElDVFVSRQ==", "mime_type": "image/png"},
    {
        "type": "image",
        "source": {"type": "base64", "media_type": "image/png", "data": "UElDVFVSRQ=="},
    },
    {"type": "media", "mime_type": "image/png", "data": "UElDVFVSRQ=="},
]
"""The same picture as OpenAI, LangChain, Anthropic and Google write it."""


@pytest.mark.parametrize("way", SYNC)
@pytest.mark.parametrize("asked", [*NATIVE, "gpt", "gpt-6", "claude", "gemini", "grok"])
@pytest.mark.parametrize("author", [*NATIVE, "kimi"])
def test_pictures_of_every_dialect_reach_every_family(
    emulator: CometAPIEmulator, *, author: str, asked: str, way: str
) -> None:
    """In questions and in the results of tools, whichever class has called these."""
    models = {name: build_model(NAMES[name], **NATIVE.get(name, {})) for name in (author, asked)}
    said = ask_sync(models[author], way, [HumanMessage(QUESTION)])
    for picture in PICTURES:
        seen: list[Any] = [{"type": "text", "text": "Rain"}, picture]
        results = [ToolMessage(seen, tool_call_id=call["id"]) for call in said.tool_calls]
        history = [HumanMessage(QUESTION), said, *results, HumanMessage(["Like this?", picture])]
        assert ask_sync(models[asked], way, history).text
        sent = json.dumps(emulator.requests[-1].body)
        assert sent.count("UElDVFVSRQ==") == 3
        assert sent.count("image/png") == 3
