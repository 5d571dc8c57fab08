"""Input items by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.unit_tests.emulator.refusals import accepts, refuses
from tests.unit_tests.emulator.responses_client import MIMO, called, returned, said

if TYPE_CHECKING:
    from tests.unit_tests.emulator.responses_client import ResponsesClient

IMAGE = {"type": "input_image", "image_url": "https://a.example/b.png"}
URL_CITATION = {
    "type": "url_citation",
    "url": "https://a.example",
    "title": "A",
    "start_index": 0,
    "end_index": 1,
}


def items(*given: Any) -> dict[str, Any]:
    return {"input": [said("Hi"), *given]}


def content(*parts: Any, role: str = "user") -> dict[str, Any]:
    return items({"role": role, "content": list(parts)})


def output_text(**fields: Any) -> dict[str, Any]:
    return {"type": "output_text", "text": "Hi", **fields}


test_item_is_refused = refuses(
    ("no object", items("Hi"), "expected an object, but got a string"),
    ("no type", items({"id": "x"}), "Missing required parameter: 'input[1].type'"),
    ("unknown type", items({"type": "tool_call"}), "Invalid value: 'tool_call'. Supported values"),
    ("unknown role", items({"role": "tool", "content": "Hi"}), "Invalid value: 'tool'"),
    ("no content", items({"role": "user"}), "Missing required parameter: 'input[1].content'"),
    (
        "name of a message",
        items({"role": "user", "content": "Hi", "name": "Ann"}),
        "Unknown parameter: 'input[1].name'",
    ),
    (
        "tool calls of the chat route",
        items({"role": "assistant", "content": "", "tool_calls": []}),
        "Unknown parameter: 'input[1].tool_calls'",
    ),
    ("part of the chat route", content({"type": "text", "text": "Hi"}), "'input_text'"),
    ("part without a text", content({"type": "input_text"}), "'input[1].content[0].text'"),
    (
        "mark of Anthropic",
        content({"type": "input_text", "text": "Hi", "cache_control": {}}),
        "Unknown parameter: 'input[1].content[0].cache_control'",
    ),
    (
        "image of the chat route",
        content({"type": "input_image", "image_url": {"url": "https://a.example"}}),
        "'input[1].content[0].image_url': expected an image URL, but got an object",
    ),
    ("image without a source", content({"type": "input_image"}), "content[0].image_url'"),
    ("image that is no URL", content({**IMAGE, "image_url": "b.png"}), "Expected a valid URL"),
    ("unknown detail", content({**IMAGE, "detail": "fine"}), "Invalid value: 'fine'"),
    ("file without a source", content({"type": "input_file", "filename": "a"}), "file_id"),
    (
        "input of an assistant",
        content({"type": "input_text", "text": "Hi"}, role="assistant"),
        "Supported values are: 'output_text', 'refusal'",
    ),
    ("output of a user", content(output_text()), "Invalid value: 'output_text'"),
    (
        "annotation with a field of langchain-core",
        content(output_text(annotations=[{**URL_CITATION, "index": 0}]), role="assistant"),
        "Unknown parameter: 'input[1].content[0].annotations[0].index'",
    ),
    (
        "place that is true",
        content(output_text(annotations=[{**URL_CITATION, "start_index": True}]), role="assistant"),
        "annotations[0].start_index': expected an integer, but got a boolean",
    ),
    (
        "annotation of no known type",
        content(output_text(annotations=[{"type": "citation"}]), role="assistant"),
        "Invalid value: 'citation'",
    ),
    ("call without a name", items({"type": "function_call", "call_id": "a"}), "[1].name'"),
    ("arguments that are no text", items(called(arguments={})), "expected a string"),
    ("name of no function", items(called(name="a b"), returned()), "does not match pattern"),
    ("index of a stream", items(called(index=0)), "Unknown parameter: 'input[1].index'"),
    ("empty call id", items(called(""), returned("")), "empty string"),
    ("long call id", items(called("a" * 65)), "maximum length 64, but got a string with length 65"),
    ("output without one", items(called(), {**returned(), "output": None}), "[2].output'"),
    (
        "text part of the chat route in an output",
        items(called(), returned(output=[{"type": "text", "text": "Hi"}])),
        "Invalid value: 'text'",
    ),
    ("id of another kind", items(called(id="call_1"), returned()), "begins with 'fc'"),
    ("id of LangChain", items({**said("Hi", "assistant"), "id": "lc_1"}), "begins with 'msg'"),
    ("empty id", items({"type": "reasoning", "id": "", "summary": []}), "begins with 'rs'"),
    ("id with a space", items(called(id="fc 1"), returned()), "letters, numbers, underscores"),
    ("reasoning without a summary", items({"type": "reasoning", "id": "rs_1"}), "[1].summary'"),
    (
        "status of reasoning",
        items({"type": "reasoning", "id": "rs_1", "summary": [], "status": None}),
        "Unknown parameter: 'input[1].status'",
    ),
    (
        "part of a summary with an index",
        items({"type": "reasoning", "summary": [{"type": "summary_text", "text": "", "index": 0}]}),
        "Unknown parameter: 'input[1].summary[0].index'",
    ),
    (
        "text of reasoning",
        items({"type": "reasoning", "summary": [], "content": [{"type": "reasoning_text"}]}),
        "'input[1].content[0].text'",
    ),
    (
        "content of reasoning",
        items(
            {
                "type": "reasoning",
                "summary": [],
                "content": [{"type": "reasoning_text", "text": "Hm"}],
            }
        ),
        "array too long. Expected an array with maximum length 0",
    ),
    ("no input", {"input": []}, "empty array"),
    ("input of another type", {"input": 3}, "expected one of a string or array of input items"),
)

test_item_is_accepted = accepts(
    ("message without a type", items({"role": "user", "content": "Hi"})),
    ("roles of instructions", items(said("Hi", "system"), said("Hi", "developer"))),
    ("image and file", content(IMAGE, {"type": "input_file", "file_url": "https://a.example"})),
    ("image by id", content({"type": "input_image", "file_id": "file-1", "detail": "low"})),
    ("mark of OpenAI", content({**IMAGE, "prompt_cache_breakpoint": {"mode": "explicit"}})),
    ("answer", content(output_text(annotations=[URL_CITATION]), role="assistant")),
    ("answer as text", items({"role": "assistant", "content": "Hi", "phase": "commentary"})),
    ("refusal", content({"type": "refusal", "refusal": "No."}, role="assistant")),
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
    (
        "content of reasoning of an open model",
        {
            "model": MIMO,
            **items(
                {
                    "type": "reasoning",
                    "summary": [],
                    "content": [{"type": "reasoning_text", "text": "Hm"}],
                },
                said("Hi", "assistant"),
            ),
        },
    ),
)


@pytest.mark.parametrize(
    ("body", "param"),
    [
        (items({"type": "x"}), "input[1].type"),
        (content({"type": "text"}), "input[1].content[0].type"),
        (items(called("a" * 65)), "input[1].call_id"),
        (items(called(id="x")), "input[1].id"),
        (items({"role": "user"}), "input[1].content"),
    ],
)
def test_refusal_names_the_place(client: ResponsesClient, body: dict[str, Any], param: str) -> None:
    assert client.param(**body) == param
