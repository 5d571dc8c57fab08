"""Input items by themselves."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit_tests.emulator.refusals import accepts, refuses
from tests.unit_tests.emulator.responses_client import (
    MIMO,
    REASONING,
    ResponsesClient,
    called,
    returned,
    said,
)

IMAGE = {"type": "input_image", "image_url": "https://a.example/b.png"}
TEXT = {"type": "input_text", "text": "Hi"}
PLACE = {"start_index": 0, "end_index": 1}
CITATION = {"type": "url_citation", "url": "https://a.example", "title": "A", **PLACE}
BARE = {"type": "reasoning", "summary": []}


def items(*given: Any) -> dict[str, Any]:
    return {"input": [said("Hi"), *given]}


def content(*parts: Any, role: str = "user") -> dict[str, Any]:
    return items({"role": role, "content": list(parts)})


def answer(*parts: Any) -> dict[str, Any]:
    return content(*parts, role="assistant")


def cited(*annotations: Any) -> dict[str, Any]:
    return answer({"type": "output_text", "text": "Hi", "annotations": list(annotations)})


test_item_is_refused = refuses(
    (items("Hi"), "expected an object, but got a string"),
    (items({"id": "x"}), "Missing required parameter: 'input[1].type'"),
    (items({"type": "tool_call"}), "Invalid value: 'tool_call'. Supported values"),
    (items({"role": "tool", "content": "Hi"}), "Invalid value: 'tool'"),
    (items({"role": "user"}), "Missing required parameter: 'input[1].content'"),
    (items({"role": "user", "content": "Hi", "name": "Ann"}), "Unknown parameter: 'input[1].name'"),
    ({"input": []}, "empty array"),
    ({"input": 3}, "expected one of a string or array of input items"),
    # parts
    (content({"type": "text", "text": "Hi"}), "'input_text'"),
    (content({"type": "input_text"}), "'input[1].content[0].text'"),
    (content({**TEXT, "cache_control": {}}), "'input[1].content[0].cache_control'"),
    (content({**IMAGE, "image_url": {"url": "x"}}), "expected an image URL, but got an object"),
    (content({"type": "input_image"}), "content[0].image_url'"),
    (content({**IMAGE, "image_url": "b.png"}), "Expected a valid URL"),
    (content({**IMAGE, "detail": "fine"}), "Invalid value: 'fine'"),
    (content({"type": "input_file", "filename": "a"}), "file_id"),
    (content({"type": "output_text", "text": "Hi"}), "Invalid value: 'output_text'"),
    (answer(TEXT), "Supported values are: 'output_text', 'refusal'"),
    (cited({**CITATION, "index": 0}), "'input[1].content[0].annotations[0].index'"),
    (cited({**CITATION, "start_index": True}), "expected an integer, but got a boolean"),
    (cited({"type": "citation"}), "Invalid value: 'citation'"),
    # calls and outputs
    (items({"type": "function_call", "call_id": "a"}), "[1].name'"),
    (items(called(arguments={})), "expected a string"),
    (items(called(name="a b"), returned()), "does not match pattern"),
    (items(called(index=0)), "Unknown parameter: 'input[1].index'"),
    (items(called(""), returned("")), "empty string"),
    (items(called("a" * 65)), "maximum length 64, but got a string with length 65"),
    (items(called(), {**returned(), "output": None}), "[2].output'"),
    (items(called(), returned(output=[{"type": "text", "text": "Hi"}])), "Invalid value: 'text'"),
    # ids
    (items(called(id="call_1"), returned()), "begins with 'fc'"),
    (items({**said("Hi", "assistant"), "id": "lc_1"}), "begins with 'msg'"),
    (items({**BARE, "id": ""}), "begins with 'rs'"),
    (items(called(id="fc 1"), returned()), "letters, numbers, underscores"),
    # reasoning
    (items({"type": "reasoning", "id": "rs_1"}), "[1].summary'"),
    (items({**BARE, "status": None}), "Unknown parameter: 'input[1].status'"),
    (
        items({**BARE, "summary": [{"type": "summary_text", "text": "", "index": 0}]}),
        "Unknown parameter: 'input[1].summary[0].index'",
    ),
    (items({**BARE, "content": [{"type": "reasoning_text"}]}), "'input[1].content[0].text'"),
    (items(REASONING), "array too long. Expected an array with maximum length 0"),
)

test_item_is_accepted = accepts(
    ("message without a type", items({"role": "user", "content": "Hi"})),
    ("roles of instructions", items(said("Hi", "system"), said("Hi", "developer"))),
    ("image and file", content(IMAGE, {"type": "input_file", "file_url": "https://a.example"})),
    ("image by id", content({"type": "input_image", "file_id": "file-1", "detail": "low"})),
    ("mark of OpenAI", content({**IMAGE, "prompt_cache_breakpoint": {"mode": "explicit"}})),
    ("answer", cited(CITATION)),
    ("answer as text", items({"role": "assistant", "content": "Hi", "phase": "commentary"})),
    ("refusal", answer({"type": "refusal", "refusal": "No."})),
    ("call with an id", items(called(id="fc_1", status="completed"), returned())),
    ("longest call id", items(called("a" * 64), returned("a" * 64))),
    ("output of parts", items(called(), returned(output=[IMAGE]))),
    (
        "custom tool",
        items(
            {"type": "custom_tool_call", "call_id": "a", "name": "f", "input": "x"},
            {"type": "custom_tool_call_output", "call_id": "a", "output": "y"},
        ),
    ),
    (
        "items of tools that OpenAI runs",
        items(
            {"type": "web_search_call", "id": "ws_1", "status": "completed", "action": {}},
            {"type": "file_search_call", "id": "fs_1", "queries": [], "status": "completed"},
            {"type": "code_interpreter_call", "id": "ci_1", "container_id": "c", "code": ""},
            {"type": "image_generation_call", "id": "ig_1", "result": "aa"},
            {"type": "mcp_list_tools", "id": "mcpl_1", "server_label": "a", "tools": []},
            {"type": "mcp_approval_response", "approval_request_id": "mcpr_1", "approve": True},
        ),
    ),
    ("text of reasoning", {"model": MIMO, **items(REASONING, said("Hi", "assistant"))}),
)


@pytest.mark.parametrize(
    ("body", "param"),
    [
        (items({"type": "x"}), "input[1].type"),
        (content({"type": "text"}), "input[1].content[0].type"),
        (items(called("a" * 65)), "input[1].call_id"),
        (items(called(id="x")), "input[1].id"),
    ],
)
def test_refusal_names_the_place(client: ResponsesClient, body: dict[str, Any], param: str) -> None:
    assert client.param(**body) == param
