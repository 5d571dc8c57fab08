"""What each request of a tool loop must say, on either route."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage, ToolMessage

from langchain_cometapi.emulator._routes.responses.response.generate import respond
from tests.integration_tests.tool_loops import MODELS, QUESTION, RESULTS, get_family

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest
    from langchain_core.messages import BaseMessage

    from langchain_cometapi.emulator import CometAPIEmulator, RecordedRequest

Item = dict[str, Any]
Outputs = dict[str, list[Item]]

ON_RESPONSES = {"gpt-6"}
"""Families that are called on the Responses route."""

CALL_IDS = {
    "claude": r"[a-zA-Z0-9_-]+",
    "gpt": r".{,40}",
    "gpt-6": r".{,64}",
    "o-series": r".{,40}",
}
"""What a family wants of the ids of tool calls, if anything."""

_DEMANDS_ALL = {"deepseek"}
_DEMANDS_CALLS = {"kimi", "glm", "mimo"}
_STAND_IN = {"google": {"thought_signature": "skip_thought_signature_validator"}}


def sign(call_id: str) -> str:
    """Return the emulator's signature of a call."""
    return hashlib.sha256(f"cometapi-emulator:{call_id}".encode()).hexdigest()


def get_sent(request: RecordedRequest) -> list[Item]:
    """Return the messages or items of a request."""
    sent: list[Item] = request.body.get("input") or request.body["messages"]
    return sent


def get_result_id(sent: Item) -> str | None:
    """Return the id of the call that a message or an item is the result of, if it is one."""
    is_result = sent.get("type") == "function_call_output"
    id_: str | None = sent["call_id"] if is_result else sent.get("tool_call_id")
    return id_


def get_call_ids(sent: list[Item]) -> list[str]:
    """Return the ids of the calls in messages or items."""
    return [
        call.get("call_id") or call["id"]
        for each in sent
        for call in ([each] if each.get("type") == "function_call" else each.get("tool_calls", ()))
    ]


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


def check_requests(
    emulator: CometAPIEmulator,
    history: list[Any],
    plan: list[str],
    outputs: Outputs,
    *,
    sealed: bool = False,
) -> None:
    """Compare each message and each item of each request with what it must be.

    Args:
        emulator: What the requests went to.
        history: The whole conversation.
        plan: The families that were asked.
        outputs: What the Responses route has answered.
        sealed: Whether it has stored nothing.
    """
    requests = [request.body for request in emulator.requests]
    said = [message for message in history if isinstance(message, AIMessage)]
    assert [body["model"] for body in requests] == [MODELS[family] for family in plan]
    assert [get_family(message) for message in said] == plan
    known: dict[str, dict[str, str]] = {family: {} for family in MODELS}
    for number, (body, asked) in enumerate(zip(requests, plan, strict=True)):
        assert ("input" in body, "messages" in body) == (
            asked in ON_RESPONSES,
            asked not in ON_RESPONSES,
        )
        if asked in ON_RESPONSES:
            ids = check_call_ids(said[:number], body["input"], asked, known[asked])
            before = history[: history.index(said[number])]
            expected = expect_input(before, asked, ids, outputs, sealed=sealed)
            assert bare(body["input"]) == bare(expected)
        else:
            _check_messages(body["messages"], said[:number], asked, known[asked])


def _check_messages(
    sent: list[Item], said: list[AIMessage], asked: str, known: dict[str, str]
) -> None:
    turns = [message for message in sent if message["role"] == "assistant"]
    ids = check_call_ids(said, turns, asked, known)
    assert turns == [expect_turn(message, asked, ids) for message in said]
    assert [message for message in sent if message["role"] == "tool"] == [
        {"role": "tool", "tool_call_id": ids[str(call["id"])], "content": RESULTS[call["name"]]}
        for message in said
        for call in message.tool_calls
    ]
    others = [message for message in sent if message["role"] not in {"assistant", "tool"}]
    questions = sum(not message.tool_calls for message in said) + 1
    assert others == [{"role": "user", "content": QUESTION}] * questions


def restore_reasoning(message: AIMessage) -> AIMessage:
    """Put the reasoning of a message back where the default output version has it."""
    parts = [b["reasoning"] for b in message.content_blocks if b["type"] == "reasoning"]
    extras = {**message.additional_kwargs, "reasoning_content": "".join(parts)}
    return message.model_copy(update={"additional_kwargs": extras})


# -- items of the Responses route ----------------------------------------------------------------


def record_outputs(monkeypatch: pytest.MonkeyPatch) -> Outputs:
    """Return what the emulator answers on the Responses route from now on, by the responses' ids.

    Nothing that the package does can change that.
    """
    outputs: Outputs = {}

    def record(*args: Any) -> Any:
        response = respond(*args)
        outputs[response.id] = response.output
        return response

    monkeypatch.setattr("langchain_cometapi.emulator._server.app.respond", record)
    return outputs


def expect_input(
    history: Sequence[BaseMessage],
    asked: str,
    ids: dict[str, str],
    outputs: Outputs,
    *,
    sealed: bool = False,
) -> list[Item]:
    """Return the items that a family must be sent of a history, see `check_requests`."""
    items: list[Item] = []
    for message in history:
        if isinstance(message, AIMessage) and get_family(message) == asked:
            items += _own_items(outputs[message.response_metadata["id"]], sealed=sealed)
        elif isinstance(message, AIMessage):
            items += _new_items(message, ids)
        elif isinstance(message, ToolMessage):
            id_ = ids[message.tool_call_id]
            output = {"type": "function_call_output", "call_id": id_, "output": message.content}
            items.append(output)
        else:
            items.append({"type": "message", "role": "user", "content": message.content})
    return items


def _own_items(output: list[Item], *, sealed: bool) -> list[Item]:
    """Return the items of a response as they go back; nothing has the ids of messages then."""
    return [
        {k: v for k, v in item.items() if not (sealed and item["type"] == "message" and k == "id")}
        for item in output
    ]


def _new_items(said: AIMessage, ids: dict[str, str]) -> list[Item]:
    """Return the items of what another family has said: its text and its calls, without ids."""
    items: list[Item] = []
    if said.text:
        part = {"type": "output_text", "text": said.text, "annotations": []}
        items.append({"type": "message", "role": "assistant", "content": [part]})
    for call in said.tool_calls:
        function = {"name": call["name"], "arguments": json.dumps(call["args"])}
        items.append({"type": "function_call", "call_id": ids[str(call["id"])], **function})
    return items


def bare(items: list[Item]) -> list[Item]:
    """Return items without what may go back or not."""
    kept = [{k: v for k, v in item.items() if k != "status"} for item in items]
    for item in kept:
        if item.get("type") == "message" and isinstance(item["content"], list):
            item["content"] = [
                {k: v for k, v in part.items() if k != "logprobs"} for part in item["content"]
            ]
    return kept
