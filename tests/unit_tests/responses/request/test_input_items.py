"""Messages of users, systems and tools, and answers of other models, as input items."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import (
    AIMessage,
    ChatMessage,
    FunctionMessage,
    HumanMessage,
    SystemMessage,
)

from langchain_cometapi import CometAPIParameterWarning, CometAPIUnsentRequestError
from tests.support import Gateway
from tests.unit_tests.chat.request.histories import FOREIGN
from tests.unit_tests.responses.request.received import (
    APPROVAL_REQUEST,
    COMPUTER_CALL,
    CUSTOM_CALL,
    HI,
    MODEL,
    NEXT,
    REASONING,
    TEXT,
    body_of,
    items_of,
    receive,
    result,
    say,
)

IMAGE = "data:image/png;base64,aW1n"
PDF = "data:application/pdf;base64,cGRm"


def text(text: str) -> dict[str, Any]:
    return {"type": "input_text", "text": text}


# -- content -------------------------------------------------------------------------------------

URL = "https://a.example/a.pdf"
SOURCE = {"type": "text", "data": "All", "media_type": "text/plain"}
BREAKPOINT = {"prompt_cache_breakpoint": {"mode": "explicit"}}
PNG = {"type": "input_image", "image_url": IMAGE}
STORED = {"type": "input_image", "file_id": "file-1"}
FILE = {"type": "input_file", "file_data": PDF, "filename": "a.pdf"}
CONTENT: list[tuple[Any, Any]] = [
    ("Hi", "Hi"),
    ([{"type": "text", "text": "a"}, "b"], [text("a"), text("b")]),
    (
        [{"type": "image_url", "image_url": {"url": IMAGE, "detail": "low"}}],
        [{**PNG, "detail": "low"}],
    ),
    ([{"type": "image_url", "image_url": IMAGE}], [PNG]),
    ([{"type": "image", "base64": "aW1n", "mime_type": "image/png"}], [PNG]),
    (
        [{"type": "image", "source": {"type": "url", "url": URL}}],
        [{"type": "input_image", "image_url": URL}],
    ),
    ([{"type": "image", "file_id": "file-1"}], [STORED]),
    (
        [{"type": "file", "base64": "cGRm", "mime_type": "application/pdf", "filename": "a.pdf"}],
        [FILE],
    ),
    ([{"type": "file", "file_id": "file-1"}], [{"type": "input_file", "file_id": "file-1"}]),
    ([{"type": "file", "url": URL}], [{"type": "input_file", "file_url": URL}]),
    ([{"type": "document", "source": SOURCE}], [text("All")]),
    ([{"type": "text", "text": "a", **BREAKPOINT}], [{**text("a"), **BREAKPOINT}]),
    *(
        ([part], [part])
        for part in (text("a"), PNG, {**STORED, "detail": "high"}, FILE)  # of this route already
    ),
]


@pytest.mark.parametrize(("content", "sent"), CONTENT)
async def test_content_of_any_dialect_is_sent_as_parts_of_this_route(
    content: Any, sent: Any
) -> None:
    history = [
        SystemMessage(content),
        HumanMessage(content),
        AIMessage("", tool_calls=[{"name": "f", "args": {}, "id": "call_1"}]),
        result(content=content),
    ]
    system, user, call, output = (await body_of(history))["input"]
    assert system == {"type": "message", "role": "system", "content": sent}
    assert user == {"type": "message", "role": "user", "content": sent}
    assert call == {"type": "function_call", "call_id": "call_1", "name": "f", "arguments": "{}"}
    assert output == {"type": "function_call_output", "call_id": "call_1", "output": sent}


def test_role_of_developers_is_sent() -> None:
    first = SystemMessage("A", additional_kwargs={"__openai_role__": "developer"})
    sent = items_of([first, ChatMessage(content="B", role="developer"), HI])
    assert [item["role"] for item in sent] == ["developer", "developer"]


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ({"type": "video", "url": URL}, "Video cannot.*frames as images"),
        ({"type": "audio", "url": "data:audio/wav;base64,YQ=="}, "Audio cannot.*Send a transcript"),
    ],
)
def test_medium_that_the_route_does_not_have_is_refused_and_the_advice_works(
    block: dict[str, Any], words: str
) -> None:
    with pytest.raises(CometAPIUnsentRequestError, match=f'{words}.* with `endpoint="chat"`'):
        items_of([HumanMessage([block])], model="some-new-thing")
    asked = Gateway(say).model("some-new-thing", endpoint="chat")
    assert asked.explain([HumanMessage([block])]).body["messages"][0]["content"]


def test_medium_that_the_model_does_not_take_is_refused_with_the_name_of_the_route() -> None:
    for block in (PNG, STORED):
        with pytest.raises(CometAPIUnsentRequestError, match="on CometAPI's Responses route"):
            items_of([HumanMessage([block])], model="o3-mini")


def test_name_of_an_author_is_left_out_and_listed() -> None:
    asked = Gateway(say).model(MODEL, strict_params=True)
    explained = asked.explain([HumanMessage("Hi", name="ann")])
    assert explained.body["input"] == [{"type": "message", "role": "user", "content": "Hi"}]
    (change,) = explained.changes
    assert (change.parameter, change.action) == ("name", "left out")


def test_items_in_a_message_of_the_user_stand_beside_it() -> None:
    patch = {"type": "apply_patch_call_output", "call_id": "c", "status": "completed"}
    reference = {"type": "item_reference", "id": "msg_9"}
    body: list[Any] = [patch, text("Hi"), {"type": "non_standard", "value": reference}]
    explained = Gateway(say).model(MODEL).explain([HumanMessage(body)])
    message = {"type": "message", "role": "user", "content": [text("Hi")]}
    assert explained.body["input"] == [patch, reference, message]


# -- answers of other models ---------------------------------------------------------------------


@pytest.mark.parametrize("family", FOREIGN)
def test_answer_of_another_provider_goes_as_text_and_calls(family: str) -> None:
    message = FOREIGN[family]
    results = [result(str(call["id"])) for call in message.tool_calls]
    sent = items_of([HI, message, *results, NEXT])
    texts = ["message"] if message.text else []
    calls = ["function_call"] * len(results)
    outputs = ["function_call_output"] * len(results)
    assert [item["type"] for item in sent] == [*texts, *calls, *outputs]
    assert all("id" not in item for item in sent)
    if texts:
        (part,) = sent[0]["content"]
        assert part == {"type": "output_text", "text": message.text, "annotations": []}


def test_transcript_of_audio_goes_as_text() -> None:
    message = AIMessage("", additional_kwargs={"audio": {"id": "a", "transcript": "Hello"}})
    (sent,) = items_of([HI, message, NEXT])
    assert sent["content"][0]["text"] == "Hello"


def test_call_in_the_older_form_has_an_id_for_its_result() -> None:
    call = {"name": "f", "arguments": '{"a":1}'}
    history: Any = [
        HI,
        AIMessage("", additional_kwargs={"function_call": call}),
        FunctionMessage(content="1", name="f"),
        AIMessage("", additional_kwargs={"function_call": call}),
        FunctionMessage(content="2", name="f"),
        NEXT,
    ]
    first, one, second, two = items_of(history)
    assert first == {"type": "function_call", "call_id": first["call_id"], **call}
    assert one == {"type": "function_call_output", "call_id": first["call_id"], "output": "1"}
    assert two["call_id"] == second["call_id"] != first["call_id"]
    with pytest.raises(CometAPIUnsentRequestError, match="follows no call of it"):
        items_of([HI, FunctionMessage(content="1", name="f")])


# -- custom tools --------------------------------------------------------------------------------


def test_call_of_a_custom_tool_by_another_model_goes_as_one_where_the_tool_is_there() -> None:
    call: Any = {"name": "run", "args": {"__arg1": "print(1)"}, "id": "call_3"}
    history = [HI, AIMessage("", tool_calls=[call]), result("call_3", "1"), NEXT]
    asked = Gateway(say).model(MODEL)
    tool = {"type": "custom", "name": "run", "description": "Runs code."}
    sent = asked.explain(history, tools=[tool]).body["input"][1:3]
    assert sent == [
        {"type": "custom_tool_call", "call_id": "call_3", "name": "run", "input": "print(1)"},
        {"type": "custom_tool_call_output", "call_id": "call_3", "output": "1"},
    ]
    kinds = [item["type"] for item in items_of(history)]
    assert kinds == ["function_call", "function_call_output"]


OUTPUT = {"type": "custom_tool_call_output", "output": "1"}


@pytest.mark.parametrize("content", ["1", [OUTPUT], [{"type": "non_standard", "value": OUTPUT}]])
def test_result_of_a_custom_tool_goes_as_the_output_of_one(content: Any) -> None:
    made = receive(CUSTOM_CALL)
    call, output = items_of([HI, made, result("call_3", content), NEXT])
    assert call == CUSTOM_CALL
    assert output == {**OUTPUT, "call_id": "call_3"}


# -- what cannot go ------------------------------------------------------------------------------


def test_approval_of_a_request_that_is_not_sent_is_dropped_with_a_warning() -> None:
    made = receive(APPROVAL_REQUEST, base_url="https://other.example/v1")
    approval = {"type": "mcp_approval_response", "approval_request_id": "mcpr_1", "approve": True}
    history = [HI, made, HumanMessage([approval, {"type": "text", "text": "Yes"}])]
    gateway = Gateway(say)
    with pytest.warns(CometAPIParameterWarning, match="approval without its request"):
        gateway.model(MODEL).invoke(history)
    said = [item["content"] for item in gateway.bodies[0]["input"]]
    assert said == ["Hi", [text("Yes")]]
    continued = gateway.model(MODEL).explain(history[2:], previous_response_id="resp_1")
    assert continued.body["input"][0] == approval


def test_results_of_calls_that_stay_behind_stay_behind_with_a_warning() -> None:
    made = receive(REASONING, COMPUTER_CALL, TEXT, base_url="https://other.example/v1")
    history = [HI, made, result("call_4", IMAGE), NEXT]
    gateway = Gateway(say)
    with pytest.warns(CometAPIParameterWarning, match="calls of built-in tools of another model"):
        gateway.model(MODEL).invoke(history)
    assert [item["type"] for item in gateway.bodies[0]["input"]] == ["message"] * 3


def test_computer_without_a_screenshot_is_refused() -> None:
    made = receive(COMPUTER_CALL)
    with pytest.raises(CometAPIUnsentRequestError, match="has no screenshot"):
        items_of([HI, made, result("call_4", [{"type": "text", "text": "x"}]), NEXT])
