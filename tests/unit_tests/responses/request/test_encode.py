"""Requests that go on from a response that the server has, and the ids of calls in any request."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import AIMessage, SystemMessage

from langchain_cometapi import CometAPIUnsentRequestError
from tests.support import Gateway, all_ways, ask
from tests.unit_tests.responses.request.received import (
    CALL,
    COMPUTER_CALL,
    CUSTOM_CALL,
    HI,
    MODEL,
    NEXT,
    TEXT,
    receive,
    result,
    say,
)

OUTPUT = {"type": "function_call_output", "call_id": "call_1", "output": "Rain"}


CONTINUED: Any = {"use_previous_response_id": True}


def continue_from(history: list[Any], **parameters: Any) -> dict[str, Any]:
    """Return the body of a request that goes on from the last response of a history."""
    return Gateway(say).model(MODEL, **CONTINUED).explain(history, **parameters).body


@all_ways
@pytest.mark.parametrize(("settings", "call"), [(CONTINUED, {}), ({}, CONTINUED)])
async def test_only_what_follows_the_last_response_is_sent(
    way: str, settings: dict[str, Any], call: dict[str, Any]
) -> None:
    gateway = Gateway(say)
    for output_version in (None, "v0", "v1"):
        made = receive(CALL, output_version=output_version)
        history = [SystemMessage("S"), HI, made, result(), NEXT]
        await ask(gateway.model(MODEL, **settings), way, history, **call)
    message = {"type": "message", "role": "user", "content": "And now?"}
    for body in gateway.bodies:
        assert body["previous_response_id"] == "resp_1"
        assert body["input"] == [OUTPUT, message]
        assert "use_previous_response_id" not in body


def test_answer_of_another_model_after_the_response_is_sent_too() -> None:
    body = continue_from([HI, receive(TEXT), NEXT, AIMessage("Other"), NEXT])
    assert body["previous_response_id"] == "resp_1"
    assert [item["role"] for item in body["input"]] == ["user", "assistant", "user"]


@pytest.mark.parametrize(
    "history",
    [
        [HI],
        [HI, receive(TEXT, base_url="https://other.example/v1"), NEXT],
        [HI, AIMessage("A", response_metadata={"id": "resp_9"}), NEXT],
        [HI, receive(TEXT, store=False), NEXT],
        [HI, receive(TEXT)],  # nothing new to ask
    ],
)
def test_history_without_a_response_of_this_server_is_sent_whole(history: list[Any]) -> None:
    body = continue_from(history)
    assert "previous_response_id" not in body
    assert len(body["input"]) == len(history)


def test_results_of_calls_that_the_server_has_keep_their_form() -> None:
    made = receive(COMPUTER_CALL, CUSTOM_CALL)
    url = "data:image/png;base64,aW1n"
    body = continue_from([HI, made, result("call_4", url), result("call_3", "1")])
    kinds = [item["type"] for item in body["input"]]
    assert kinds == ["computer_call_output", "custom_tool_call_output"]


@all_ways
@pytest.mark.parametrize(
    "parameters", [{"previous_response_id": "resp_1"}, {"conversation": {"id": "conv_1"}}]
)
async def test_result_of_a_call_on_the_server_is_taken_with_its_id_alone(
    way: str, parameters: dict[str, Any]
) -> None:
    gateway = Gateway(say)
    await ask(gateway.model(MODEL), way, [result()], **parameters)
    assert gateway.bodies[0]["input"] == [OUTPUT]
    with pytest.raises(CometAPIUnsentRequestError, match="no assistant message before it"):
        await ask(gateway.model(MODEL), way, [result()])


def test_id_by_hand_is_not_replaced() -> None:
    body = continue_from([HI, receive(TEXT), NEXT], previous_response_id="resp_by_hand")
    assert body["previous_response_id"] == "resp_by_hand"


# -- ids of calls --------------------------------------------------------------------------------


def _take_turn(id_: str) -> list[Any]:
    """A question, and the call and its result that have this id."""
    call = {"name": "get_weather", "args": {}, "id": id_}
    return [HI, AIMessage("", tool_calls=[call]), result(id_)]


def _list_ids(items: list[dict[str, Any]], kind: str) -> list[str]:
    return [item["call_id"] for item in items if item.get("type") == kind]


@pytest.mark.parametrize("id_", ["call_1", "functions.get_weather:0", "t" * 64])
def test_id_that_comes_again_is_another_one_with_its_result(id_: str) -> None:
    """Counted anew in each turn, as Kimi's are once the turns before are trimmed away."""
    history = [*_take_turn(id_), receive(TEXT), *_take_turn(id_), *_take_turn(id_)]
    whole = Gateway(say).model(MODEL).explain(history).body
    ids = _list_ids(whole["input"], "function_call")
    assert ids[0] == id_
    assert len(set(ids)) == len(ids) == 3
    assert all(len(each) <= 64 for each in ids)
    assert _list_ids(whole["input"], "function_call_output") == ids
    for kind in ("function_call", "function_call_output"):
        assert _list_ids(continue_from(history)["input"], kind) == ids[1:]


@pytest.mark.parametrize(("length", "is_kept"), [(41, True), (64, True), (65, False)])
def test_id_is_kept_up_to_the_length_that_the_route_takes(length: int, is_kept: bool) -> None:
    id_ = "t" * length
    own = {**CALL, "call_id": id_}
    for turn in (_take_turn(id_), [HI, receive(own), result(id_)]):
        body = Gateway(say).model(MODEL).explain(turn).body
        (sent,) = _list_ids(body["input"], "function_call")
        assert _list_ids(body["input"], "function_call_output") == [sent]
        assert (sent == id_) is is_kept
        assert len(sent) <= 64
