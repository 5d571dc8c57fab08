"""Drives the emulator's ASGI application without a socket."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx

from langchain_cometapi.emulator import EMULATOR_API_KEY, create_app
from langchain_cometapi.emulator._state import EmulatorState

GPT = "gpt-5.4-mini"
OLD_GPT = "gpt-4o-mini"
CLAUDE = "claude-sonnet-5-5"
GEMINI = "gemini-3.8-flash"
DEEPSEEK = "deepseek-v4-pro"
DEEPSEEK_VISION = "deepseek-v4-flash-vision"
KIMI = "kimi-k2.6"
GLM = "glm-5.3"
GROK = "grok-4.7"
QWEN = "qwen3.8-max"

GOOGLE_DUMMY_SIGNATURE = "skip_thought_signature_validator"
"""What Google documents for tool calls that another model made."""


def user(text: str) -> dict[str, Any]:
    return {"role": "user", "content": text}


def tool(name: str, description: str = "", **properties: Any) -> dict[str, Any]:
    """An OpenAI tool; every property given is required."""
    parameters = {"type": "object", "properties": properties, "required": list(properties)}
    function = {"name": name, "description": description, "parameters": parameters}
    return {"type": "function", "function": function}


def takes(parameters: dict[str, Any]) -> dict[str, Any]:
    """An OpenAI tool with these parameters."""
    return {"type": "function", "function": {"name": "f", "parameters": parameters}}


def format_of(schema: dict[str, Any], name: str = "x") -> dict[str, Any]:
    """A response format with this schema."""
    return {"type": "json_schema", "json_schema": {"name": name, "schema": schema}}


def called(call_id: str = "call_1", name: str = "f", **message: Any) -> dict[str, Any]:
    """An assistant message that calls one tool."""
    function = {"name": name, "arguments": "{}"}
    call = {"id": call_id, "type": "function", "function": function}
    return {"role": "assistant", "content": None, "tool_calls": [call], **message}


def result(call_id: str = "call_1", content: Any = "done") -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": call_id, "content": content}


WEATHER = tool("get_weather", "The weather.", city={"type": "string"})
STOCKS = tool("stock_price", "The price of a stock.", symbol={"type": "string"})
BOTH = user("The weather in Rome, and the stock price of ACME?")
"""Names both tools, for calls in parallel."""


class Client:
    """A client of one emulator of its own."""

    def __init__(self) -> None:
        self.state = EmulatorState()
        self.app = create_app(state=self.state)

    def send(
        self,
        method: str,
        path: str,
        *,
        key: str | None = EMULATOR_API_KEY,
        headers: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> httpx.Response:
        headers = dict(headers or {})
        if key is not None:
            headers["Authorization"] = f"Bearer {key}"

        async def run() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://emulator") as http:
                return await http.request(method, path, headers=headers, **kwargs)

        return asyncio.run(run())

    def post(self, headers: dict[str, str] | None = None, /, **body: Any) -> httpx.Response:
        """Send a request to the route that this client is for."""
        return self.post_chat(headers, **body)

    def post_chat(self, headers: dict[str, str] | None = None, /, **body: Any) -> httpx.Response:
        """Send a chat request; model and message have defaults."""
        body = {"model": GPT, "messages": [user("hello")], **body}
        return self.send("POST", "/v1/chat/completions", headers=headers, json=body)

    def chat(self, **body: Any) -> dict[str, Any]:
        response = self.post(**body)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def message(self, **body: Any) -> dict[str, Any]:
        message: dict[str, Any] = self.chat(**body)["choices"][0]["message"]
        return message

    def arguments(self, schema_tool: dict[str, Any], prompt: str, **body: Any) -> dict[str, Any]:
        """Force a tool call and return its arguments."""
        body = {"tools": [schema_tool], "tool_choice": "required", **body}
        calls = self.message(messages=[user(prompt)], **body)["tool_calls"]
        arguments: dict[str, Any] = json.loads(calls[0]["function"]["arguments"])
        return arguments

    def refusal(self, **body: Any) -> tuple[int, str, str]:
        """Return status, message without the request id, and code of a refused chat request."""
        response = self.post(**body)
        assert response.status_code >= 400, response.text
        error = response.json()["error"]
        request_id = response.headers["X-Cometapi-Request-Id"]
        message, _, tail = error["message"].rpartition(" (request id: ")
        assert tail == f"{request_id})"
        assert error["type"] == "comet_api_error"
        assert isinstance(error["param"], str)
        return response.status_code, message, error["code"]

    def error(self, **body: Any) -> str:
        """Return the words with which a request is refused with the status 400."""
        status, message, _ = self.refusal(**body)
        assert status == 400, message
        return message

    def events(self, **body: Any) -> list[str]:
        response = self.post(stream=True, **body)
        assert response.status_code == 200, response.text
        assert response.headers["content-type"].startswith("text/event-stream")
        return response.text.removesuffix("\n\n").split("\n\n")

    def chunks(self, **body: Any) -> list[dict[str, Any]]:
        first, *data, done = self.events(**body)
        assert first == ": PING"
        assert done == "data: [DONE]"
        return [json.loads(line.removeprefix("data: ")) for line in data]


def deltas(chunks: list[dict[str, Any]], index: int = 0) -> list[dict[str, Any]]:
    """Return one choice's deltas."""
    return [
        choice["delta"]
        for chunk in chunks
        for choice in chunk["choices"]
        if choice["index"] == index
    ]


def joined(chunks: list[dict[str, Any]], field: str, index: int = 0) -> str:
    """Put one choice's field together again."""
    return "".join(delta.get(field) or "" for delta in deltas(chunks, index))


def read_named_events(response: httpx.Response) -> tuple[list[dict[str, Any]], str]:
    """Return the events of two lines at the beginning of a stream, and the rest of its text."""
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("text/event-stream")
    head, _, rest = response.text.partition("\n\n")
    assert head == ": PING"
    events: list[dict[str, Any]] = []
    while "\n\n" in rest:
        event, _, rest = rest.partition("\n\n")
        name, data = event.split("\n")
        events.append(json.loads(data.removeprefix("data: ")))
        assert name == f"event: {events[-1]['type']}"
    return events, rest


def read_chunks(response: httpx.Response) -> tuple[list[dict[str, Any]], str]:
    """Return the chunks at the beginning of a stream, and the rest of its text."""
    head, _, rest = response.text.partition("\n\n")
    assert head == ": PING"
    chunks = []
    while rest.startswith('data: {"id"') and "\n\n" in rest:
        event, _, rest = rest.partition("\n\n")
        chunks.append(json.loads(event.removeprefix("data: ")))
    return chunks, rest
