"""Tools that OpenAI runs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit_tests.emulator.responses_client import ResponsesClient, said

SEARCH = {"type": "web_search"}
FILES = {"type": "file_search", "vector_store_ids": ["vs_1"]}
CODE = {"type": "code_interpreter", "container": {"type": "auto"}}
IMAGES = {"type": "image_generation", "size": "auto"}
SERVER = {"type": "mcp", "server_label": "docs", "require_approval": "never"}
COMPUTER = {"type": "computer_use_preview", "environment": "browser"}

CASES = [
    (SEARCH, "Search the news", ["web_search_call"], ["in_progress", "searching", "completed"]),
    (FILES, "In which file?", ["file_search_call"], ["in_progress", "searching", "completed"]),
    (CODE, "Compute it", ["code_interpreter_call"], ["in_progress", "interpreting", "completed"]),
    (
        IMAGES,
        "Draw a cat",
        ["image_generation_call"],
        ["in_progress", "generating", "partial_image", "completed"],
    ),
    (SERVER, "Ask by MCP", ["mcp_list_tools", "mcp_call"], ["in_progress", "completed"]),
]


@pytest.mark.parametrize(("tool", "prompt", "items", "events"), CASES)
def test_tool_is_shown_before_the_message(
    client: ResponsesClient, tool: Any, prompt: str, items: list[str], events: list[str]
) -> None:
    streamed = client.stream(input=prompt, tools=[tool])
    output = streamed[-1]["response"]["output"]
    assert [item["type"] for item in output] == [*items, "message"]
    for kind in items:
        names = [event["type"] for event in streamed if f".{kind}." in event["type"]]
        assert names == [f"response.{kind}.{name}" for name in events]
    # What was shown can be sent back.
    client.respond(input=[said(prompt), *output, said("Hi")], tools=[tool])


@pytest.mark.parametrize(("tool", "prompt"), [case[:2] for case in CASES])
@pytest.mark.parametrize("body", [{"input": "Hello"}, {"tool_choice": "none"}])
def test_tool_is_not_used_without_reason(
    client: ResponsesClient, tool: Any, prompt: str, body: dict[str, Any]
) -> None:
    (message,) = client.output(**{"input": prompt, "tools": [tool], **body})
    assert message["type"] == "message"


@pytest.mark.parametrize("choice", [SEARCH, "required"])
def test_tool_is_used_where_it_is_asked_for(client: ResponsesClient, choice: Any) -> None:
    output = client.output(input="Hello", tools=[SEARCH], tool_choice=choice)
    assert output[0]["type"] == "web_search_call"


def test_text_cites_its_source(client: ResponsesClient) -> None:
    body: dict[str, Any] = {"input": "Search the web", "tools": [SEARCH]}
    events = client.stream(**body, include=["web_search_call.action.sources"])
    search, message = events[-1]["response"]["output"]
    part = message["content"][0]
    (annotation,) = part["annotations"]
    url = search["action"]["sources"][0]["url"]
    place = {"start_index": 0, "end_index": len(part["text"])}
    page = {"type": "url_citation", "url": url, "title": "A page of the emulator"}
    assert annotation == {**page, **place}
    added = [event for event in events if event["type"].endswith("annotation.added")]
    assert [event["annotation"] for event in added] == part["annotations"]
    assert "sources" not in client.output(**body)[0]["action"]


@pytest.mark.parametrize(
    ("tool", "prompt", "field", "include"),
    [
        (FILES, "Which file?", "results", "file_search_call.results"),
        (CODE, "Compute it", "outputs", "code_interpreter_call.outputs"),
    ],
)
def test_results_come_if_included(
    client: ResponsesClient, tool: Any, prompt: str, field: str, include: str
) -> None:
    assert client.output(input=prompt, tools=[tool])[0][field] is None
    assert client.output(input=prompt, tools=[tool], include=[include])[0][field]


@pytest.mark.parametrize("approve", [True, False])
def test_server_is_asked_after_approval(client: ResponsesClient, approve: bool) -> None:
    tool = {**SERVER, "require_approval": "always"}
    first = client.respond(input="Ask by MCP", tools=[tool])
    tools, request = first["output"]
    assert (tools["type"], request["type"]) == ("mcp_list_tools", "mcp_approval_request")
    asked = {"approval_request_id": request["id"]}
    answer = {"type": "mcp_approval_response", **asked, "approve": approve}
    output = client.output(input=[answer], tools=[tool], previous_response_id=first["id"])
    calls = [item for item in output if item["type"] == "mcp_call"]
    assert [call["approval_request_id"] for call in calls] == [request["id"]] * approve
    assert output[-1]["type"] == "message"


def test_computer_waits_for_the_client(client: ResponsesClient) -> None:
    first = client.respond(input="Click", tools=[COMPUTER])
    (call,) = first["output"]
    assert (call["type"], call["action"]) == ("computer_call", {"type": "screenshot"})
    picture = {"type": "computer_screenshot", "image_url": "data:image/png;base64,AA=="}
    screen = {"type": "computer_call_output", "call_id": call["call_id"], "output": picture}
    output = client.output(input=[screen], tools=[COMPUTER], previous_response_id=first["id"])
    assert [item["type"] for item in output] == ["message"]
