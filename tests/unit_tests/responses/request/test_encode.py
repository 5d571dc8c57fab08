"""Requests that go on from a response that the server has, and the ids of calls in any request."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

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


@all_ways
@pytest.mark.parametrize("output_version", [None, "v0", "v1"])
@pytest.mark.parametrize("in_call", [False, True])
async def test_only_what_follows_the_last_response_is_sent(
    way: str, output_version: str | None, in_call: bool
) -> None:
    made = receive(CALL, output_version=output_version)
    gateway = Gateway(say)
    settings: Any = {} if in_call else {"use_previous_response_id": True}
    call: Any = {"use_previous_response_id": True} if in_call else {}
    model = gateway.model(MODEL, **settings)
    await ask(model, way, [SystemMessage("S"), HI, made, result(), NEXT], **call)
    (body,) = gateway.bodies
    assert body["previous_response_id"] == "resp_1"
    assert body["input"] == [OUTPUT, {"type": "message", "role": "user", "content": "And now?"}]
    assert "use_previous_response_id" not in body


def test_answer_of_another_model_after_the_response_is_sent_too() -> None:
    history = [HI, receive(TEXT), NEXT, AIMessage("Other"), NEXT]
    body = Gateway(say).model(MODEL, use_previous_response_id=True).explain(history).body
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
    body = Gateway(say).model(MODEL, use_previous_response_id=True).explain(history).body
    assert "previous_response_id" not in body
    assert len(body["input"]) == len(history)


def test_results_of_calls_that_the_server_has_keep_their_form() -> None:
    made = receive(COMPUTER_CALL, CUSTOM_CALL)
    url = "data:image/png;base64,aW1n"
    history = [HI, made, result("call_4", url), result("call_3", "1")]
    body = Gateway(say).model(MODEL, use_previous_response_id=True).explain(history).body
    assert [item["type"] for item in body["input"]] == [
        "computer_call_output",
        "custom_tool_call_output",
    ]


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
    history = [HI, receive(TEXT), HumanMessage("Go on")]
    model = Gateway(say).model(MODEL, use_previous_response_id=True)
    body = model.explain(history, previous_response_id="resp_by_hand").body
    assert body["previous_response_id"] == "resp_by_hand"


# -- ids of calls --------------------------------------------------------------------------------


def _take_turn(id_: str) -> list[Any]:
    """A question, and the call and its result that have this id."""
    call = {"name": "get_weather", "args": {}, "id": id_}
    return [HI, AIMessage("", tool_calls=[call]), result(id_)]


def _list_ids(items: list[dict[str, Any]], kind: str) -> list[str]:
    return [item["call_id"] for item in items if item.get("type") == kind]


@all_ways
@pytest.mark.parametrize("id_", ["call_1", "functions.get_weather:0", "t" * 64])
@pytest.mark.parametrize("is_continued", [False, True])
async def test_id_that_comes_again_is_another_one_with_its_result(
    way: str, id_: str, is_continued: bool
) -> None:
    """Counted anew in each turn, as Kimi's are once the turns before are trimmed away."""
    made = receive(TEXT)
    history = [*_take_turn(id_), made, *_take_turn(id_), *_take_turn(id_)]
    gateway = Gateway(say)
    await ask(gateway.model(MODEL), way, history)
    model = gateway.model(MODEL, use_previous_response_id=is_continued)
    await ask(model, way, history)
    whole, body = gateway.bodies
    ids = _list_ids(whole["input"], "function_call")
    assert ids[0] == id_
    assert len(set(ids)) == len(ids) == 3
    assert all(len(each) <= 64 for each in ids)
    assert _list_ids(whole["input"], "function_call_output") == ids
    for kind in ("function_call", "function_call_output"):
        assert _list_ids(body["input"], kind) == (ids[1:] if is_continued else ids)


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
