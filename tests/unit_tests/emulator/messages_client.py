"""Drives the emulator's Messages route without a socket."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator import EMULATOR_API_KEY
from tests.unit_tests.emulator.client import Client, read_named_events

if TYPE_CHECKING:
    import httpx

OPUS = "claude-opus-5"
SONNET = "claude-sonnet-5-5"
OLD = "claude-opus-4-5-20251101"
"""A model with thinking of a budget."""

MIDDLE = "claude-sonnet-4-6"
"""A model with both kinds of thinking."""

VERSION = {"anthropic-version": "2023-06-01"}
BUDGET = {"type": "enabled", "budget_tokens": 1024}
MARK = {"type": "ephemeral"}
HOUR = {"type": "ephemeral", "ttl": "1h"}

ABSENT = object()
"""In place of a field that a request has by default."""

Body = dict[str, Any]


def said(content: Any, role: str = "user") -> Body:
    return {"role": role, "content": content}


def text(words: str, **fields: Any) -> Body:
    return {"type": "text", "text": words, **fields}


def tool(name: str, description: str = "", **properties: Any) -> Body:
    """A tool; every property given is required."""
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    return {"name": name, "description": description, "input_schema": schema}


def called(call_id: str = "toolu_1", name: str = "f", **given: Any) -> Body:
    return {"type": "tool_use", "id": call_id, "name": name, "input": given}


def returned(call_id: str = "toolu_1", content: Any = "done", **fields: Any) -> Body:
    return {"type": "tool_result", "tool_use_id": call_id, "content": content, **fields}


def document(source: Body, **fields: Any) -> Body:
    return {"type": "document", "source": source, **fields}


def plain(words: str) -> Body:
    """The source of a document of plain text."""
    return {"type": "text", "media_type": "text/plain", "data": words}


CITED = {"citations": {"enabled": True}}
WEATHER = tool("get_weather", "The weather.", city={"type": "string"})
STOCKS = tool("stock_price", "The price of a stock.", symbol={"type": "string"})
BOTH = "The weather in Rome, and the stock price of ACME?"
"""Names both tools, for calls in parallel."""

LOOP = [said("Hi"), said([called()], "assistant"), said([returned()])]
"""A conversation whose last call has returned."""


class MessagesClient(Client):
    """A client of the Messages route of one emulator of its own."""

    def post(self, headers: dict[str, str] | None = None, /, **body: Any) -> httpx.Response:
        """Send a request; model, limit and messages have defaults."""
        body = {"model": OPUS, "max_tokens": 4096, "messages": [said("hello")], **body}
        body = {name: value for name, value in body.items() if value is not ABSENT}
        sent = {"x-api-key": EMULATOR_API_KEY, **VERSION, **(headers or {})}
        return self.send("POST", "/v1/messages", key=None, headers=sent, json=body)

    def message(self, headers: dict[str, str] | None = None, /, **body: Any) -> Body:
        response = self.post(headers, **body)
        assert response.status_code == 200, response.text
        answer: Body = response.json()
        return answer

    def error(self, headers: dict[str, str] | None = None, /, **body: Any) -> str:
        """Return the message of a 400 in Anthropic's form."""
        response = self.post(headers, **body)
        assert response.status_code == 400, response.text
        return read_error(response, "invalid_request_error")

    def stream(self, headers: dict[str, str] | None = None, /, **body: Any) -> list[Body]:
        """Return the events of a stream that is whole."""
        events, rest = read_named_events(self.post(headers, **{"stream": True, **body}))
        assert rest == ""
        return events


def read_error(response: httpx.Response, kind: str) -> str:
    """Return the message of an error in Anthropic's form."""
    body = response.json()
    assert body.keys() == {"type", "error", "request_id"}
    assert (body["type"], body["error"]["type"]) == ("error", kind)
    own = response.headers["X-Cometapi-Request-Id"]
    assert body["request_id"].startswith("req_")
    assert body["request_id"] != own
    message: str = body["error"]["message"]
    assert own not in message
    return message


def joined(events: list[Body]) -> Body:
    """Put a message together again from its events, as Anthropic's SDK does."""
    message: Body = {}
    inputs: dict[int, str] = {}
    for event in events:
        kind = event["type"]
        if kind == "message_start":
            message = event["message"]
        elif kind == "content_block_start":
            assert event["index"] == len(message["content"])
            message["content"].append(event["content_block"])
        elif kind == "content_block_delta":
            assert event["index"] == len(message["content"]) - 1
            _add(message["content"][-1], event["delta"], inputs, event["index"])
        elif kind == "message_delta":
            message |= event["delta"]
            message["usage"] |= event["usage"]
    for index, given in inputs.items():
        message["content"][index]["input"] = json.loads(given)
    return message


def _add(block: Body, delta: Body, inputs: dict[int, str], index: int) -> None:
    match delta["type"]:
        case "input_json_delta":
            inputs[index] = inputs.get(index, "") + delta["partial_json"]
        case "citations_delta":
            block["citations"].append(delta["citation"])
        case "signature_delta":
            block["signature"] = delta["signature"]
        case "text_delta" | "thinking_delta" as kind:
            field = kind.removesuffix("_delta")
            block[field] += delta[field]
