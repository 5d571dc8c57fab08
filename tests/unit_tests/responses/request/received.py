"""Responses of the Responses route, the messages that they become, and what goes back of them."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from tests.support import Gateway, answer, ask, merge, stream

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

    from langchain_cometapi._client.sdk import httpx

MODEL, OTHER = "gpt-6-astra", "claude-sonnet-5-5"
HI, NEXT = HumanMessage("Hi"), HumanMessage("And now?")

Item = dict[str, Any]

REASONING: Item = {
    "type": "reasoning",
    "id": "rs_1",
    "summary": [
        {"type": "summary_text", "text": "Think."},
        {"type": "summary_text", "text": "Stop."},
    ],
    "encrypted_content": "c2VjcmV0",
}
TEXT: Item = {
    "type": "message",
    "id": "msg_1",
    "role": "assistant",
    "phase": "final_answer",
    "content": [
        {
            "type": "output_text",
            "text": "Hello",
            "annotations": [
                {"type": "file_citation", "file_id": "f", "filename": "a.txt", "index": 3},
                {
                    "type": "url_citation",
                    "url": "https://a.example",
                    "title": "A",
                    "start_index": 0,
                    "end_index": 5,
                },
            ],
        },
        {"type": "refusal", "refusal": "No."},
    ],
}
CALL: Item = {
    "type": "function_call",
    "id": "fc_1",
    "call_id": "call_1",
    "name": "get_weather",
    "arguments": '{"city":"Paris"}',
    "status": "completed",
}
SECOND_CALL: Item = {**CALL, "id": "fc_2", "call_id": "call_2"}
CUSTOM_CALL: Item = {
    "type": "custom_tool_call",
    "id": "ctc_1",
    "call_id": "call_3",
    "name": "run",
    "input": "print(1)",
}
BUILT_IN: list[Item] = [
    {
        "type": "web_search_call",
        "id": "ws_1",
        "status": "completed",
        "action": {"type": "search", "query": "x"},
    },
    {
        "type": "file_search_call",
        "id": "fs_1",
        "status": "completed",
        "queries": ["q"],
        "results": [{"file_id": "f", "text": "t"}],
    },
    {
        "type": "code_interpreter_call",
        "id": "ci_1",
        "status": "completed",
        "code": "1 + 1",
        "container_id": "cntr_1",
        "outputs": [{"type": "logs", "logs": "2"}],
    },
    {
        "type": "mcp_call",
        "id": "mcp_1",
        "name": "add",
        "server_label": "calc",
        "arguments": '{"a":1}',
        "output": "2",
    },
    {"type": "mcp_list_tools", "id": "mcpl_1", "server_label": "calc", "tools": [{"name": "add"}]},
    {
        "type": "mcp_approval_request",
        "id": "mcpr_1",
        "name": "add",
        "server_label": "calc",
        "arguments": "{}",
    },
    {"type": "compaction", "id": "cmp_1", "encrypted_content": "eA=="},
    {"type": "item_of_the_future", "id": "new_1", "what": {"ever": 1}},
]
COMPUTER_CALL: Item = {
    "type": "computer_call",
    "id": "cu_1",
    "call_id": "call_4",
    "action": {"type": "screenshot"},
    "pending_safety_checks": [{"id": "sc_1", "code": "c", "message": "m"}],
    "status": "completed",
}


def response(*output: Item, **fields: Any) -> dict[str, Any]:
    """A whole response with these items."""
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1,
        "model": "gpt-6-astra-2026-05-01",
        "status": "completed",
        "output": list(output),
        "usage": {"input_tokens": 3, "output_tokens": 2, "total_tokens": 5},
        **fields,
    }


def streamed(*output: Item) -> httpx.Response:
    """An answer that streams these items."""
    events: list[dict[str, Any]] = [
        {"type": "response.created", "response": response(status="in_progress")},
    ]
    for index, item in enumerate(output):
        if item["type"] == "reasoning":
            begun = {**item, "summary": []}
            added = {"type": "response.output_item.added", "output_index": index, "item": begun}
            events.append(added)
            events += [
                {
                    "type": "response.reasoning_summary_text.delta",
                    "item_id": item.get("id"),
                    "output_index": index,
                    "summary_index": number,
                    "delta": part["text"],
                }
                for number, part in enumerate(item["summary"])
            ]
        if item["type"] == "message":
            begun = {**item, "content": [], "status": "in_progress"}
            added = {"type": "response.output_item.added", "output_index": index, "item": begun}
            events.append(added)
        events.append({"type": "response.output_item.done", "output_index": index, "item": item})
    whole = {"type": "response.completed", "response": response(*output)}
    return stream(*events, whole, done=False)


def say(request: httpx.Request) -> httpx.Response:
    """Respond to a request of this route, as a stream if it asks for one."""
    if b'"stream":true' in request.content:
        return streamed(TEXT)
    return answer(response(TEXT))


def receive(*output: Item, way: str = "invoke", model: str = MODEL, **settings: Any) -> AIMessage:
    """Return the message of a response with these items, whole or as a stream."""
    reply = streamed(*output) if way == "stream" else answer(response(*output))
    asked = Gateway(reply).model(model, endpoint="responses", **settings)
    message: AIMessage = merge(asked.stream("Hi")) if way == "stream" else asked.invoke("Hi")
    return message


async def body_of(
    history: list[BaseMessage], way: str = "invoke", model: str = MODEL, **settings: Any
) -> dict[str, Any]:
    """Return the body that the server gets; the history must stay as it was."""
    before = copy.deepcopy(history)
    gateway = Gateway(say)
    await ask(gateway.model(model, endpoint="responses", **settings), way, history)
    assert history == before
    return gateway.bodies[0]


def items_of(history: list[BaseMessage], model: str = MODEL, **settings: Any) -> list[Item]:
    """Return the input items of a request, without those of the users."""
    asked = Gateway(say).model(model, endpoint="responses", **settings)
    return [item for item in asked.explain(history).body["input"] if item.get("role") != "user"]


def result(id_: str = "call_1", content: Any = "Rain", **fields: Any) -> ToolMessage:
    return ToolMessage(content, tool_call_id=id_, **fields)


def bare(item: Item, *names: str) -> Item:
    """Return an item without some fields."""
    return {name: value for name, value in item.items() if name not in names}
