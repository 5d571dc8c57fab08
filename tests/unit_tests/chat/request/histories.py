"""Histories of messages, and what is sent of them."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    HumanMessage,
    ToolMessage,
)

from tests.support import Gateway, answer, completion

GPT, CLAUDE, GEMINI = "gpt-5.4-mini", "claude-sonnet-5-5", "gemini-3.8-flash"
DEEPSEEK, KIMI, GROK = "deepseek-v4-pro", "kimi-k3", "grok-4.7"
UNKNOWN = "some-new-thing"
VISION = "deepseek-v4-flash-vision"

PLACEHOLDER = {"google": {"thought_signature": "skip_thought_signature_validator"}}
"""What Gemini takes for the signature of a call that another family made."""

CACHE = {"type": "ephemeral", "ttl": "1h"}


def sent(model: str, history: list[BaseMessage], **settings: Any) -> list[dict[str, Any]]:
    """The messages as they stand in the request's body; the history must stay as it was."""
    before = copy.deepcopy(history)
    gateway = Gateway(answer(completion()))
    gateway.model(model, **settings).invoke(history)
    assert history == before
    messages: list[dict[str, Any]] = gateway.bodies[0]["messages"]
    return messages


def explain_changes(model: str, history: list[Any], **kwargs: Any) -> list[tuple[str, str, str]]:
    """Return what is changed in a request; nothing of it may count as a loss."""
    asked: Any = Gateway(answer(completion())).model(model, strict_params=True)
    found = asked.explain(history, **kwargs).changes
    return [(change.parameter, change.action, change.reason) for change in found]


def ids(messages: list[dict[str, Any]]) -> tuple[list[str], list[str]]:
    """The ids of the calls, and those of the results."""
    calls = [call["id"] for message in messages for call in message.get("tool_calls", ())]
    return calls, [m["tool_call_id"] for m in messages if m["role"] == "tool"]


def call(id_: str = "call_1", arguments: str = '{"city": "Paris"}', **more: Any) -> dict[str, Any]:
    function = {"name": "get_weather", "arguments": arguments}
    return {"type": "function", "id": id_, "function": function, **more}


def turn_with_calls(*ids: str | None, name: str = "f") -> AIMessage:
    return AIMessage("", tool_calls=[{"name": name, "args": {}, "id": id_} for id_ in ids])


def result(id_: str, content: Any = "Rain") -> ToolMessage:
    return ToolMessage(content, tool_call_id=id_)


def text(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": text, **more}


CALLS: list[Any] = [
    {"name": "get_weather", "args": {"city": "Paris"}, "id": "call_1", "type": "tool_call"},
    {"name": "get_weather", "args": {"city": "Köln"}, "id": "call_2", "type": "tool_call"},
]


FOREIGN = {
    "anthropic": AIMessage(
        [
            {"type": "thinking", "thinking": "Hmm.", "signature": "c2ln"},
            {"type": "redacted_thinking", "data": "eHh4"},
            {"type": "text", "text": "Let me look.", "citations": []},
            {"type": "tool_use", "id": "call_1", "name": "get_weather", "input": {"city": "Paris"}},
            {"type": "tool_use", "id": "call_2", "name": "get_weather", "input": {"city": "Köln"}},
        ],
        tool_calls=CALLS,
        response_metadata={"model_provider": "anthropic", "model_name": "claude-sonnet-5-5"},
    ),
    "responses": AIMessage(
        [
            {
                "type": "reasoning",
                "id": "rs_1",
                "summary": [{"type": "summary_text", "text": "Hmm."}],
                "encrypted_content": "gAAA",
            },
            {"type": "web_search_call", "id": "ws_1", "status": "completed"},
            {"type": "text", "text": "Let me look.", "annotations": [], "id": "msg_1"},
            {
                "type": "function_call",
                "id": "fc_1",
                "call_id": "call_1",
                "name": "get_weather",
                "arguments": '{"city": "Paris"}',
            },
        ],
        tool_calls=CALLS,
        id="resp_1",
        response_metadata={"model_provider": "openai", "id": "resp_1"},
    ),
    "chat_deepseek": AIMessage(
        "Let me look.",
        additional_kwargs={"reasoning_content": "Hmm.", "refusal": None},
        tool_calls=CALLS,
        response_metadata={"model_provider": "deepseek", "model_name": "deepseek-v4-pro"},
    ),
    "gemini": AIMessage(
        "Let me look.",
        additional_kwargs={
            "__gemini_function_call_thought_signatures__": {"call_1": "c2ln"},
            "function_call": {"name": "get_weather", "arguments": "{}"},
        },
        tool_calls=CALLS,
        response_metadata={"model_provider": "google_genai"},
    ),
    "v1": AIMessage(
        [
            {"type": "reasoning", "reasoning": "Hmm.", "extras": {"signature": "c2ln"}},
            {"type": "server_tool_call", "id": "ws_1", "name": "web_search", "args": {"q": "x"}},
            {"type": "server_tool_result", "tool_call_id": "ws_1", "status": "success"},
            {"type": "non_standard", "value": {"type": "mcp_list_tools", "tools": []}},
            {"type": "text", "text": "Let me look.", "annotations": []},
            *CALLS,
        ],
        tool_calls=CALLS,
        response_metadata={"model_provider": "anthropic", "output_version": "v1"},
    ),
    "streamed": AIMessageChunk(
        content=[
            {"type": "thinking", "thinking": "Hmm.", "index": 0},
            {"type": "text", "text": "Let me"},
        ],
        tool_call_chunks=[
            {"name": c["name"], "args": json.dumps(c["args"]), "id": c["id"], "index": n}
            for n, c in enumerate(CALLS)
        ],
        response_metadata={"model_provider": "anthropic"},
    )
    + AIMessageChunk(content=[{"type": "text", "text": " look."}], chunk_position="last"),
}
"""Assistant messages of other packages: the same text and calls, as each has them."""


# -- single blocks -----------------------------------------------------------------------------

GPT_4O = "gpt-4o-mini"


def sent_content(block: Any, model: str = GPT_4O) -> Any:
    """The content of a message with this block as it stands in the request."""
    gateway = Gateway(answer(completion()))
    gateway.model(model).invoke([HumanMessage([block])])
    return gateway.bodies[0]["messages"][0]["content"]


def assert_refused(block: Any, words: str, model: str = GPT_4O) -> None:
    gateway = Gateway(answer(completion()))
    message = HumanMessage.model_construct(content=["Look:", block])
    with pytest.raises(ValueError, match=words):
        gateway.model(model).invoke(["Hi", message])
    assert gateway.requests == []


def file(data: str, filename: str) -> dict[str, Any]:
    return {"type": "file", "file": {"file_data": data, "filename": filename}}


def assert_media_refused(model: str, history: list[BaseMessage]) -> None:
    words = r"takes no (images|audio|files|video) on CometAPI's chat route.*\. (Ask|Send|Use) "
    with pytest.raises(ValueError, match=words):
        sent(model, history)
