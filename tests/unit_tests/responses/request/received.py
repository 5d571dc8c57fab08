"""Responses of the Responses route, the messages that they become, and what goes back of them."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from tests.support import Gateway, answer, ask, merge, stream, whole_response
from tests.unit_tests.responses.items import ITEMS, Item, list_events

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

    from langchain_cometapi._client.sdk import httpx

MODEL, OTHER = "gpt-6-astra", "claude-sonnet-5-5"
HI, NEXT = HumanMessage("Hi"), HumanMessage("And now?")

REASONING, TEXT, CALL = ITEMS["reasoning"], ITEMS["message"], ITEMS["function_call"]
SECOND_CALL: Item = {**CALL, "id": "fc_2", "call_id": "call_2"}
CUSTOM_CALL, COMPUTER_CALL = ITEMS["custom_tool_call"], ITEMS["computer_call"]
SEARCH, APPROVAL_REQUEST = ITEMS["web_search_call"], ITEMS["mcp_approval_request"]
BUILT_IN: list[Item] = [
    SEARCH,
    ITEMS["file_search_call"],
    ITEMS["code_interpreter_call"],
    ITEMS["mcp_call"],
    ITEMS["mcp_list_tools"],
    APPROVAL_REQUEST,
    ITEMS["compaction"],
    ITEMS["item_of_the_future"],
]


def streamed(*output: Item) -> httpx.Response:
    """An answer that streams these items."""
    return stream(*list_events(whole_response(output=list(output))), done=False)


def say(request: httpx.Request) -> httpx.Response:
    """Respond to a request of this route, as a stream if it asks for one."""
    if b'"stream":true' in request.content:
        return streamed(TEXT)
    return answer(whole_response(TEXT))


def receive(*output: Item, way: str = "invoke", model: str = MODEL, **settings: Any) -> AIMessage:
    """Return the message of a response with these items, whole or as a stream."""
    reply = streamed(*output) if way == "stream" else answer(whole_response(output=list(output)))
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
