"""Items go back to the model family and host they came from, and with all that they need."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, filter_messages, trim_messages

from tests.support import Gateway
from tests.unit_tests.responses.items import ITEMS, bare
from tests.unit_tests.responses.request.received import (
    APPROVAL_REQUEST,
    BUILT_IN,
    CALL,
    COMPUTER_CALL,
    CUSTOM_CALL,
    HI,
    MODEL,
    NEXT,
    REASONING,
    SEARCH,
    SECOND_CALL,
    TEXT,
    items_of,
    receive,
    result,
    streamed,
)

ALL = [REASONING, *BUILT_IN, TEXT, CALL, CUSTOM_CALL]
IMAGE = ITEMS["image_generation_call"]
OUTPUTS = [
    {"type": "function_call_output", "call_id": "call_1", "output": "Rain"},
    {"type": "custom_tool_call_output", "call_id": "call_3", "output": "1"},
]

each_reception = pytest.mark.parametrize("received", ["invoke", "stream"])


def explain(history: list[Any], model: str = MODEL, **parameters: Any) -> Any:
    return Gateway().model(model, endpoint="responses").explain(history, **parameters)


@each_reception
@pytest.mark.parametrize("output_version", [None, "responses/v1", "v1"])
def test_items_go_back_as_they_were_received(received: str, output_version: str | None) -> None:
    made = receive(*ALL, way=received, output_version=output_version)
    order = {item["id"]: number for number, item in enumerate(ALL)}
    *sent, output, custom_output = items_of([HI, made, result(), result("call_3", "1"), NEXT])
    if output_version == "v1":  # whole messages have calls last there, and without some fields
        sent.sort(key=lambda item: order.get(item.get("id", "fc_1"), 99))
        assert sent[-2].items() >= bare(CALL, "id", "status").items()
        call = sent[-2]
        assert [bare(item, "status") for item in sent if item is not call] == [
            bare(item, "status") for item in ALL if item is not CALL
        ]
    else:
        assert sent == ALL
    assert [output, custom_output] == OUTPUTS


@each_reception
def test_items_of_version_0_go_back_in_the_order_of_a_response(received: str) -> None:
    built_in = [item for item in BUILT_IN if item["type"] != "compaction"]
    made = receive(REASONING, *built_in, TEXT, CALL, way=received, output_version="v0")
    sent = items_of([HI, made, result(), NEXT])[:-1]
    by_id = {item["id"]: item for item in sent}
    assert sent[0] == REASONING
    assert by_id["msg_1"] == TEXT
    assert by_id["fc_1"] == bare(CALL, "status")
    assert [by_id[item["id"]] for item in built_in] == built_in
    assert sent[-1]["type"] in ("function_call", "item_of_the_future")


@pytest.mark.filterwarnings("ignore:The method .* is in beta")
async def test_items_of_version_0_go_back_from_a_stream_of_events() -> None:
    """`version="v3"` has the content of v1, next to the fields of v0."""
    built_in = [i for i in BUILT_IN if i["type"] in ("web_search_call", "code_interpreter_call")]
    items = [REASONING, *built_in, TEXT, CALL]
    gateway = Gateway(streamed(*items))
    model = gateway.model(MODEL, endpoint="responses", output_version="v0")
    events: Any = await model.astream_events("Hi", version="v3")
    async for _ in events:
        pass
    made = await events.output
    assert made.additional_kwargs["reasoning"]
    sent = items_of([HI, made, result(), NEXT])[:-1]
    assert bare(sent[0], "summary") == bare(REASONING, "summary")  # v3 joins the parts of it
    assert [item["type"] for item in sent] == [item["type"] for item in items]
    assert sent[-1]["id"] == CALL["id"]


# -- by `store` ----------------------------------------------------------------------------------


PLAIN = bare(REASONING, "encrypted_content")
UNSTORED_TEXT = bare(TEXT, "id")
NEW = [UNSTORED_TEXT, bare(CALL, "id")]


@pytest.mark.parametrize(
    ("received", "settings", "sent"),
    [
        (
            [{**REASONING, "status": "completed"}, *BUILT_IN, TEXT, CALL],
            {"store": False},
            [REASONING, *BUILT_IN, UNSTORED_TEXT, CALL],
        ),
        ([PLAIN, SEARCH, TEXT, CALL], {"store": False}, NEW),
        ([PLAIN, SEARCH, TEXT, CALL], {"store": True}, [PLAIN, SEARCH, TEXT, CALL]),
        ([REASONING, SEARCH, TEXT, CALL], {"replay_reasoning": False}, NEW),
        ([REASONING, UNSTORED_TEXT], {"store": False}, [REASONING, UNSTORED_TEXT]),
        ([REASONING, UNSTORED_TEXT], {}, [UNSTORED_TEXT]),
    ],
)
def test_reasoning_goes_by_store_and_setting_with_the_items_that_need_it(
    received: list[Any], settings: dict[str, Any], sent: list[Any]
) -> None:
    outputs = OUTPUTS[:1] if CALL in received else []
    history = [HI, receive(*received), *[result() for _ in outputs], NEXT]
    assert items_of(history, **settings) == [*sent, *outputs]


@each_reception
def test_response_that_was_not_stored_goes_back_without_what_the_server_would_look_up(
    received: str,
) -> None:
    made = receive(PLAIN, CALL, way=received, store=False)
    assert items_of([HI, made, result(), NEXT])[:-1] == [bare(CALL, "id")]
    encrypted = receive(REASONING, TEXT, way=received, extra_body={"store": False})
    assert items_of([HI, encrypted, NEXT]) == [REASONING, bare(TEXT, "id")]


@each_reception
@pytest.mark.parametrize("output_version", [None, "v0", "v1"])
def test_reasoning_without_a_summary_goes_back(received: str, output_version: str | None) -> None:
    plain = {"type": "reasoning", "id": "rs_1", "summary": []}
    made = receive(plain, TEXT, way=received, output_version=output_version)
    sent = items_of([HI, made, NEXT])
    assert [item["id"] for item in sent] == ["rs_1", "msg_1"]
    assert sent[0] == plain


@each_reception
@pytest.mark.parametrize("output_version", [None, "responses/v1", "v1", "v0"])
def test_image_goes_back_by_its_id_where_it_is_stored_else_whole(
    received: str, output_version: str | None
) -> None:
    made = receive(IMAGE, TEXT, way=received, output_version=output_version)
    stored, whole = explain([HI, made, NEXT]), explain([HI, made, NEXT], store=False)
    assert stored.body["input"][1] == bare(IMAGE, "result", "status")
    assert whole.body["input"][1].items() >= bare(IMAGE, "status").items()
    assert stored.changes == whole.changes == ()


@pytest.mark.parametrize("output_version", [None, "v1", "v0"])
def test_image_that_cannot_go_back_is_a_change(output_version: str | None) -> None:
    unknown = receive(bare(IMAGE, "result"), TEXT, output_version=output_version)
    request = explain([HI, unknown, NEXT], store=False)
    assert request.body["input"][1] == bare(TEXT, "id")
    (change,) = request.changes
    assert (change.parameter, change.action) == ("messages", "dropped")
    assert "a generated image of the history, which was not stored" in change.reason


@pytest.mark.parametrize("output_version", [None, "v1"])
@pytest.mark.parametrize("model", ["some-new-thing", "o4-mini"])
def test_image_of_another_model_stays_behind_with_a_change(
    model: str, output_version: str | None
) -> None:
    made = receive(IMAGE, TEXT, output_version=output_version)
    request = explain([HI, made, NEXT], model)
    assert [item["type"] for item in request.body["input"]] == ["message"] * 3
    (change,) = request.changes
    assert "the images and other media in them are left out" in change.reason


def test_image_that_the_user_has_added_stays_behind_with_a_change() -> None:
    made = receive(IMAGE, TEXT)
    added: Any = {"type": "image", "base64": "AAAA", "mime_type": "image/png"}
    made.content = [*made.content, added]
    request = explain([HI, made, NEXT])
    assert request.body["input"][1] == bare(IMAGE, "result", "status")
    (change,) = request.changes
    assert "the images and other media in them are left out" in change.reason


def test_sources_of_a_search_stay_behind() -> None:
    action = {**SEARCH["action"], "sources": [{"url": "https://a.example"}]}
    made = receive({**SEARCH, "action": action}, TEXT)
    assert items_of([HI, made, NEXT]) == [SEARCH, TEXT]


# -- by origin -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made_at", "sent_to"),
    [
        ({}, {"model": "some-new-thing"}),
        ({}, {"model": "o4-mini"}),
        ({}, {"base_url": "https://other.example/v1"}),
        ({"base_url": "https://other.example/v1"}, {}),
    ],
)
@pytest.mark.parametrize("output_version", [None, "v0", "v1"])
def test_items_of_another_origin_go_as_plain_text_and_calls(
    made_at: dict[str, Any], sent_to: dict[str, Any], output_version: str | None
) -> None:
    made = receive(REASONING, *BUILT_IN, TEXT, CALL, output_version=output_version, **made_at)
    text, call, output = items_of([HI, made, result(), NEXT], **sent_to)
    said = "".join(part["text"] for part in text["content"])
    assert said == ("Hello" if output_version == "v0" else "HelloNo.")
    assert "id" not in text
    assert call == bare({**CALL, "arguments": '{"city": "Paris"}'}, "id", "status")
    assert output == OUTPUTS[0]


def test_message_of_langchain_openai_goes_without_items_and_ids() -> None:
    content: list[Any] = [
        REASONING,
        {"type": "text", "text": "Hello", "id": "msg_1", "annotations": []},
        CALL,
    ]
    calls: Any = [{"name": "get_weather", "args": {"city": "Paris"}, "id": "call_1"}]
    metadata = {"model_provider": "openai", "id": "resp_1", "model_name": "gpt-6-astra"}
    made = AIMessage(content, tool_calls=calls, response_metadata=metadata)
    sent = items_of([HI, made, result(), NEXT])
    assert [item["type"] for item in sent] == ["message", "function_call", "function_call_output"]
    assert all("id" not in item for item in sent)


# -- of a history that was changed ---------------------------------------------------------------


@pytest.mark.parametrize("store", [None, False])
@each_reception
def test_model_that_does_not_reason_gets_the_rest_as_new(received: str, store: Any) -> None:
    made = receive(REASONING, CALL, way=received)
    history = [HI, made, result(), receive(TEXT, way=received), NEXT]
    sent = items_of(history, "gpt-4.1", store=store)
    text = TEXT if store is None else bare(TEXT, "id")
    assert [sent[0], sent[2]] == [bare(CALL, "id"), text]
    assert items_of(history, "gpt-5-mini", store=store)[0] == REASONING


@pytest.mark.parametrize("store", [None, False])
def test_call_that_was_taken_out_takes_its_reasoning_along(store: bool | None) -> None:
    made = receive(REASONING, CALL, SECOND_CALL)
    made.tool_calls = made.tool_calls[1:]
    sent = items_of([HI, made, result("call_2"), NEXT], store=store)
    assert sent[0] == bare(SECOND_CALL, "id")
    assert len(sent) == 2


LATER = {**REASONING, "id": "rs_2"}


@pytest.mark.parametrize(
    ("received", "calls", "sent"),
    [
        ([REASONING, CALL, SECOND_CALL], 1, [REASONING, CALL]),
        ([REASONING, TEXT, LATER, CALL], 0, [REASONING, TEXT]),
        ([REASONING, LATER, CALL], 1, [REASONING, LATER, CALL]),
        ([REASONING, LATER, CALL], 0, []),
        ([REASONING], 0, []),
    ],
)
def test_reasoning_goes_with_what_is_left_after_it(
    received: list[Any], calls: int, sent: list[Any]
) -> None:
    made = receive(*received)
    made.tool_calls = made.tool_calls[:calls]
    results = [result()] * calls
    assert items_of([HI, made, *results, NEXT]) == [*sent, *OUTPUTS[:calls]]


def test_edited_call_goes_as_a_new_one_with_the_arguments_of_the_user() -> None:
    made = receive(REASONING, CALL, CUSTOM_CALL)
    made.tool_calls[0]["args"] = {"city": "Rome"}
    made.tool_calls[1]["args"] = {"__arg1": "print(2)"}
    sent = items_of([HI, made, result(), result("call_3", "2"), NEXT])[:-2]
    assert sent == [
        bare({**CALL, "arguments": '{"city": "Rome"}'}, "id"),
        bare({**CUSTOM_CALL, "input": "print(2)"}, "id"),
    ]


def test_call_that_the_user_has_added_goes_last() -> None:
    made = receive(REASONING, CALL)
    made.tool_calls.append({"name": "f", "args": {}, "id": "call_9", "type": "tool_call"})
    sent = items_of([HI, made, result(), result("call_9"), NEXT])[:-2]
    new = {"type": "function_call", "call_id": "call_9", "name": "f", "arguments": "{}"}
    assert sent == [REASONING, CALL, new]


def test_text_in_place_of_the_content_goes_alone() -> None:
    made = receive(REASONING, TEXT).model_copy(update={"content": "Redacted"})
    (sent,) = items_of([HI, made, NEXT])
    assert (sent["content"][0]["text"], "id" in sent) == ("Redacted", False)


@pytest.mark.parametrize("store", [None, False])
@pytest.mark.parametrize("output_version", [None, "v0", "v1"])
def test_message_that_comes_again_goes_as_a_new_one(output_version: str | None, store: Any) -> None:
    """As graphs that hand a history to one another may have it; an item is taken once only."""
    made = receive(REASONING, SEARCH, TEXT, CALL, output_version=output_version)
    sent = items_of([HI, made, result(), NEXT, made, result(), NEXT], store=store)
    ids = [item["id"] for item in sent if "id" in item]
    assert len(set(ids)) == len(ids)
    end = sent.index(OUTPUTS[0]) + 1
    first, again = sent[:end], sent[end:]
    assert first[0]["type"] == "reasoning"
    assert [bare(item, "call_id") for item in again] == [
        bare(TEXT, "id"),
        bare(first[-2], "id", "call_id"),
        bare(OUTPUTS[0], "call_id"),
    ]
    assert again[1]["call_id"] == again[2]["call_id"] != "call_1"


def test_trimmed_and_filtered_histories_go_without_orphans() -> None:
    first, second = receive(REASONING, CALL), receive(LATER, TEXT)
    history = [HI, first, result(), second, NEXT]
    trimmed = trim_messages(
        history, max_tokens=3, token_counter=len, strategy="last", start_on="ai"
    )
    assert [item.get("id") for item in items_of(trimmed)] == ["rs_2", "msg_1"]
    filtered = filter_messages(history, exclude_tool_calls=True)
    assert [item.get("id") for item in items_of(filtered)] == ["rs_2", "msg_1"]


# -- calls that the user answers -----------------------------------------------------------------


@pytest.mark.parametrize("output_version", [None, "v0", "v1"])
def test_screenshot_goes_back_as_the_output_of_the_computer(output_version: str | None) -> None:
    made = receive(REASONING, COMPUTER_CALL, output_version=output_version)
    url = "data:image/png;base64,aW1n"
    more = {"acknowledged_safety_checks": COMPUTER_CALL["pending_safety_checks"]}
    image = {"type": "input_image", "image_url": url}
    item: Any = {"type": "computer_call_output", "call_id": "call_4", "output": image}
    for content, extras in (
        ([image], more),
        ([{"type": "image", "base64": "aW1n", "mime_type": "image/png"}], more),
        (url, {"type": "computer_call_output", **more}),
        ([item], more),
        ([{"type": "non_standard", "value": item}], more),
    ):
        message = result("call_4", content, additional_kwargs=extras)
        sent = items_of([HI, made, message, NEXT])
        assert sent == [REASONING, COMPUTER_CALL, {**item, **more}]


def test_call_of_a_computer_keeps_its_place_without_its_reasoning() -> None:
    made = receive(PLAIN, COMPUTER_CALL)
    message = result("call_4", "https://a.example/s.png")
    sent = items_of([HI, made, message, NEXT], store=False)
    assert [item["type"] for item in sent] == ["computer_call", "computer_call_output"]


SHELL_OUTPUT = {"stdout": "ls", "stderr": "", "outcome": {"type": "exit", "exit_code": 0}}


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("apply_patch_call", {"call_id": "call_5", "status": "completed", "output": "ls"}),
        ("local_shell_call", {"id": "call_5", "output": "ls"}),
        ("shell_call", {"call_id": "call_5", "output": [SHELL_OUTPUT]}),
    ],
)
def test_result_of_a_shell_or_a_patch_has_the_form_of_its_call(
    kind: str, fields: dict[str, Any]
) -> None:
    call = {"type": kind, "id": "item_1", "call_id": "call_5", "action": {}}
    output = {"type": f"{kind}_output", **fields}
    made = receive(call)
    assert items_of([HI, made, result("call_5", "ls"), NEXT]) == [call, output]
    whole = result("call_5", [{**output, "status": "completed"}])
    assert items_of([HI, made, whole, NEXT])[1]["status"] == "completed"


def test_approval_follows_its_request() -> None:
    approval = {"type": "mcp_approval_response", "approval_request_id": "mcpr_1", "approve": True}
    made, answer = receive(REASONING, APPROVAL_REQUEST), HumanMessage([approval])
    assert items_of([HI, made, answer]) == [REASONING, APPROVAL_REQUEST, approval]
