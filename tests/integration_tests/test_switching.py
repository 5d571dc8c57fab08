"""Agents that change the model amid their tool loop, their state in SQLite in between.

The emulator refuses missing and foreign reasoning and signatures, ids of tool calls that a vendor
does not take, and calls without results as the vendors do; beyond that, every message of every
request is compared with what it must be.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.messages import (
    AIMessage,
    HumanMessage,
)

from langchain_cometapi import CometAPIInvalidRequestError
from tests.integration_tests.loop_requests import (
    check_call_ids,
    check_requests,
    expect_turn,
    restore_reasoning,
    sign,
)
from tests.integration_tests.round_trips import ROUND_TRIPS
from tests.integration_tests.tool_loops import (
    MODELS,
    QUESTION,
    build_model,
    get_family,
    run_tools,
    take_turn,
)
from tests.support import SYNC, WAYS, all_ways, ask_sync

if TYPE_CHECKING:
    from pathlib import Path

    from langchain_cometapi.emulator import CometAPIEmulator
    from tests.integration_tests.loop_requests import Outputs
    from tests.integration_tests.tool_loops import Settings

SUMMARY: Settings = {MODELS["gpt-6"]: {"reasoning": {"summary": "auto"}}}
"""Makes GPT-6 show reasoning, too: a text that belongs to nobody else."""

SHOWS_REASONING = {"deepseek", "kimi", "glm", "mimo", "qwen", "grok"}

both_ways = pytest.mark.parametrize("way", SYNC)


# -- changes amid a loop -------------------------------------------------------------------------


def _pairs() -> list[Any]:
    """Every pair of families in every way, one in twelve of them quickly."""
    numbered = itertools.product(enumerate(MODELS), repeat=2)
    return [
        pytest.param(first, second, way, marks=[pytest.mark.slow] * ((i + 4 * j - 3 * k) % 12 > 0))
        for (i, first), (j, second) in numbered
        for k, way in enumerate(WAYS)
    ]


@pytest.mark.parametrize(("first", "second", "way"), _pairs())
async def test_loop_goes_on_between_every_pair_of_families(
    emulator: CometAPIEmulator,
    outputs: Outputs,
    tmp_path: Path,
    *,
    first: str,
    second: str,
    way: str,
) -> None:
    path = tmp_path / "state.sqlite"
    turns = [[first, second], [first, first], [second, second]]
    history: list[Any] = []
    for plan in turns:
        models = [MODELS[family] for family in plan]
        history = await take_turn(path, models, way, own=SUMMARY)
    kinds = [message.type for message in history]
    assert kinds == ["human", "ai", "tool", "tool", "ai"] * 3
    said = [message for message in history if isinstance(message, AIMessage)]
    calls = [(call, message) for message in said for call in message.tool_calls]
    for index, (call, author) in enumerate(calls):
        kimis = call["id"] == f"functions.{call['name']}:{index}"
        assert kimis is (get_family(author) == "kimi")
    for message in said:
        reasoning = message.additional_kwargs.get("reasoning_content", "")
        shown = reasoning.startswith("Emulated reasoning of")
        assert shown is (get_family(message) in SHOWS_REASONING)
        if not message.tool_calls:
            assert "get_weather returned Rain in Paris" in message.text
    check_requests(emulator, history, [family for plan in turns for family in plan], outputs)
    streamed = [bool(request.body.get("stream")) for request in emulator.requests]
    assert streamed == [way.endswith("stream")] * 6


async def test_conversation_goes_on_through_all_families(
    emulator: CometAPIEmulator, outputs: Outputs, tmp_path: Path
) -> None:
    path = tmp_path / "state.sqlite"
    turns = list(itertools.pairwise([*MODELS, *reversed(MODELS)]))
    history: list[Any] = []
    for plan, way in zip(turns, itertools.cycle(WAYS), strict=False):
        models = [MODELS[family] for family in plan]
        history = await take_turn(path, models, way, own=SUMMARY)
    check_requests(emulator, history, [family for plan in turns for family in plan], outputs)


@all_ways
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("deepseek-v4-pro", "deepseek-v4-flash"),
        ("kimi-k2.6", "kimi-k3"),
        ("gemini-3.8-flash", "gemini-3.5-flash"),
    ],
)
async def test_models_of_one_family_know_each_others_reasoning(
    emulator: CometAPIEmulator, tmp_path: Path, first: str, second: str, way: str
) -> None:
    history = await take_turn(tmp_path / "state.sqlite", [first, second], way)
    sent = emulator.requests[1].body["messages"][1]
    if "gemini" in first:
        call, unsigned = sent["tool_calls"]
        assert call["extra_content"]["google"] == {"thought_signature": sign(call["id"])}
        assert "extra_content" not in unsigned
    else:
        assert f"Emulated reasoning of {first};" in sent["reasoning_content"]
        assert sent["reasoning_content"] == history[1].additional_kwargs["reasoning_content"]


@all_ways
@pytest.mark.parametrize("first", ["deepseek", "gemini", "gpt"])
async def test_standard_content_blocks_change_no_request(
    emulator: CometAPIEmulator, tmp_path: Path, first: str, way: str
) -> None:
    plan = [first, "kimi", "gemini", "deepseek", first, first]
    history: list[Any] = []
    for number in range(3):
        models = [MODELS[family] for family in plan[2 * number : 2 * number + 2]]
        history = await take_turn(tmp_path / "state.sqlite", models, way, output_version="v1")
    assert isinstance(history[1].content, list)
    said = [restore_reasoning(message) for message in history if isinstance(message, AIMessage)]
    for number, request in enumerate(emulator.requests):
        turns = [m for m in request.body["messages"] if m["role"] == "assistant"]
        ids = check_call_ids(said[:number], turns, plan[number], {})
        assert turns == [expect_turn(message, plan[number], ids) for message in said[:number]]


@pytest.mark.parametrize("family", ["deepseek", "kimi", "glm", "mimo", "gemini"])
@pytest.mark.parametrize("way", ["invoke", "astream"])
async def test_loop_without_its_reasoning_is_refused(
    emulator: CometAPIEmulator, tmp_path: Path, family: str, way: str
) -> None:
    models = [MODELS[family]] * 2
    with pytest.raises(CometAPIInvalidRequestError, match=r"reasoning_content|thought_signature"):
        await take_turn(tmp_path / "state.sqlite", models, way, replay_reasoning=False)
    assert len(emulator.requests) == 2


# -- what may happen to a history ----------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:The function `loads` is in beta")
@both_ways
@pytest.mark.parametrize("output_version", ["v0", "v1"])
@pytest.mark.parametrize("family", ["deepseek", "kimi", "gemini"])
def test_history_survives_what_stores_and_copies_it(
    emulator: CometAPIEmulator, family: str, output_version: str, way: str
) -> None:
    """The emulator would refuse reasoning or a signature that is changed in any way."""
    model = build_model(MODELS[family], output_version=output_version)
    said = ask_sync(model, way, [HumanMessage(QUESTION)])
    assert len(said.tool_calls) == 2
    expected = expect_turn(restore_reasoning(said), family)
    for name, change in ROUND_TRIPS.items():
        history = change([HumanMessage(QUESTION), said, *run_tools(said)])
        for _ in range(2):  # a second trip may harm what the first has left whole
            emulator.clear()
            assert "Rain" in model.invoke(history).text, name
            assert emulator.requests[0].body["messages"][1] == expected, name
            history = change(history)
