"""Threads of GPT-6 on the Responses route: its items in every form, stored and sealed.

What must be sent comes from the emulator's own record of what it has answered, so that no form of
a message can hide what it has lost.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage

from tests.integration_tests.loop_requests import (
    bare,
    check_requests,
    expect_input,
    restore_reasoning,
)
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
    from collections.abc import Iterable
    from pathlib import Path

    from langchain_cometapi.emulator import CometAPIEmulator
    from tests.integration_tests.loop_requests import Outputs

GPT_6 = MODELS["gpt-6"]
STORED: dict[str, Any] = {"reasoning": {"summary": "auto"}}
SEALED: dict[str, Any] = {**STORED, "store": False, "include": ["reasoning.encrypted_content"]}
CONTINUED: dict[str, Any] = {**STORED, "use_previous_response_id": True}
MODES = {"stored": STORED, "sealed": SEALED, "continued": CONTINUED}
VERSIONS = (None, "v0", "responses/v1", "v1")
PLAN = [
    "gpt-6",
    "kimi",
    "gpt-6",
    "gpt-6",
    "claude",
    "gpt-6",
    "gemini",
    "deepseek",
    "gpt-6",
    "gpt-6",
]
"""The families that are asked, two for each turn: GPT-6 before, amid and after the others."""


def _choose(quickly: int, *axes: Iterable[Any]) -> list[Any]:
    """Every combination, one of so many of them quickly: each value is in one of those."""
    return [
        pytest.param(*(v for _, v in each), marks=[pytest.mark.slow] * (number % quickly > 0))
        for each in product(*(list(enumerate(axis)) for axis in axes))
        for number in [sum(index for index, _ in each)]
    ]


async def _run(path: Path, way: str, own: dict[str, Any], **settings: Any) -> list[Any]:
    """Run the plan; what GPT-6 alone is set to is its own."""
    history: list[Any] = []
    for number in range(0, len(PLAN), 2):
        models = [MODELS[family] for family in PLAN[number : number + 2]]
        history = await take_turn(path, models, way, own={GPT_6: own}, **settings)
    return history


@pytest.mark.parametrize(("version", "sealed", "way"), _choose(4, VERSIONS, (False, True), WAYS))
async def test_items_go_back_whole_in_every_form(
    emulator: CometAPIEmulator,
    outputs: Outputs,
    tmp_path: Path,
    *,
    version: str | None,
    sealed: bool,
    way: str,
) -> None:
    own = {**(SEALED if sealed else STORED), "output_version": version}
    others = {"output_version": version} if version in ("v0", "v1") else {}
    history = await _run(tmp_path / "state.sqlite", way, own, **others)
    if version == "v1":
        history = [restore_reasoning(m) if isinstance(m, AIMessage) else m for m in history]
    check_requests(emulator, history, PLAN, outputs, sealed=sealed)
    encrypted = ["encrypted_content" in items[0] for items in outputs.values()]
    assert encrypted == [sealed] * PLAN.count("gpt-6")


@all_ways
async def test_thread_goes_on_from_the_last_response_of_its_own(
    emulator: CometAPIEmulator, outputs: Outputs, tmp_path: Path, way: str
) -> None:
    history = await _run(tmp_path / "state.sqlite", way, CONTINUED)
    said = [number for number, m in enumerate(history) if isinstance(m, AIMessage)]
    last: int | None = None
    for end, family, request in zip(said, PLAN, emulator.requests, strict=True):
        if family != "gpt-6":
            assert "previous_response_id" not in request.body
            continue
        id_ = None if last is None else history[last].response_metadata["id"]
        assert request.body.get("previous_response_id") == id_
        start = 0 if last is None else last + 1
        ids = {c["id"]: c["id"] for n in said for c in history[n].tool_calls}
        expected = expect_input(history[start:end], family, ids, outputs)
        assert bare(request.body["input"]) == bare(expected)
        last = end


@all_ways
async def test_thread_goes_on_whether_its_responses_are_stored_or_not(
    emulator: CometAPIEmulator, outputs: Outputs, tmp_path: Path, way: str
) -> None:
    """The emulator refuses ids that it has not, and its own items without their reasoning."""
    path = tmp_path / "state.sqlite"
    settings = [STORED, SEALED, STORED, {**STORED, "store": False}, STORED, SEALED]
    for own in settings:
        history = await take_turn(path, [GPT_6, GPT_6], way, own={GPT_6: own})
        assert "get_weather returned Rain in Paris" in history[-1].text
    for request in emulator.requests:
        kinds = [item["type"] for item in request.body["input"]]
        assert kinds.count("function_call") == kinds.count("function_call_output")
    sent = emulator.requests[-1].body["input"]
    reasoning = [item for item in sent if item["type"] == "reasoning"]
    readable = [items[0] for items in outputs.values() if "encrypted_content" in items[0]]
    # What is stored is not looked up with `store=False`.
    assert reasoning == readable[: len(reasoning)]
    assert len(reasoning) == len(readable) - 1


@pytest.mark.filterwarnings("ignore:The function `loads` is in beta")
@pytest.mark.parametrize(("version", "mode", "way"), _choose(2, VERSIONS, MODES, SYNC))
def test_items_survive_what_stores_and_copies_a_history(
    emulator: CometAPIEmulator,
    outputs: Outputs,
    *,
    version: str | None,
    mode: str,
    way: str,
) -> None:
    model = build_model(GPT_6, output_version=version, **MODES[mode])
    said = ask_sync(model, way, [HumanMessage(QUESTION)])
    assert len(said.tool_calls) == 2
    made = [HumanMessage(QUESTION), said, *run_tools(said)]
    ids = {call["id"]: call["id"] for call in said.tool_calls}
    sent = made[2:] if mode == "continued" else made
    expected = bare(expect_input(sent, "gpt-6", ids, outputs, sealed=mode == "sealed"))
    id_ = said.response_metadata["id"] if mode == "continued" else None
    for name, change in ROUND_TRIPS.items():
        history = change(made)
        for _ in range(2):  # a second trip may harm what the first has left whole
            emulator.clear()
            assert "Rain" in model.invoke(history).text, name
            body = emulator.requests[0].body
            assert (bare(body["input"]), body.get("previous_response_id")) == (expected, id_), name
            history = change(history)
