"""Drives the emulator's Responses route without a socket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.unit_tests.emulator.client import Client, read_named_events

if TYPE_CHECKING:
    import httpx

GPT = "gpt-5.4"
THINKER = "gpt-6-astra"
MIMO = "mimo-v2.6-pro"

Body = dict[str, Any]


def said(text: str, role: str = "user") -> Body:
    kind = "output_text" if role == "assistant" else "input_text"
    return {"type": "message", "role": role, "content": [{"type": kind, "text": text}]}


def function(name: str, description: str = "", **properties: Any) -> Body:
    """A function tool; every property given is required."""
    parameters = {"type": "object", "properties": properties, "required": list(properties)}
    return {
        "type": "function",
        "name": name,
        "description": description,
        "parameters": parameters,
    }


def called(call_id: str = "call_1", name: str = "f", **fields: Any) -> Body:
    return {"type": "function_call", "call_id": call_id, "name": name, "arguments": "{}", **fields}


def returned(call_id: str = "call_1", output: Any = "done", **fields: Any) -> Body:
    return {"type": "function_call_output", "call_id": call_id, "output": output, **fields}


REASONING = {
    "type": "reasoning",
    "summary": [],
    "content": [{"type": "reasoning_text", "text": "Hm"}],
}
"""A reasoning item of an open model, which has a text."""

WEATHER = function("get_weather", "The weather.", city={"type": "string"})
STOCKS = function("stock_price", "The price of a stock.", symbol={"type": "string"})
BOTH = "The weather in Rome, and the stock price of ACME?"
"""Names both tools, for calls in parallel."""


class ResponsesClient(Client):
    """A client of the Responses route of one emulator of its own."""

    def post(self, headers: dict[str, str] | None = None, /, **body: Any) -> httpx.Response:
        """Send a request; model and input have defaults."""
        body = {"model": GPT, "input": "hello", **body}
        return self.send("POST", "/v1/responses", headers=headers, json=body)

    def respond(self, **body: Any) -> Body:
        response = self.post(**body)
        assert response.status_code == 200, response.text
        answer: Body = response.json()
        return answer

    def output(self, **body: Any) -> list[Body]:
        output: list[Body] = self.respond(**body)["output"]
        return output

    def text(self, **body: Any) -> str:
        text: str = self.output(**body)[-1]["content"][0]["text"]
        return text

    def param(self, **body: Any) -> str:
        """Return the `param` of a refusal."""
        param: str = self.post(**body).json()["error"]["param"]
        return param

    def stream(self, headers: dict[str, str] | None = None, /, **body: Any) -> list[Body]:
        """Return the events of a stream that is whole."""
        events, rest = read_events(self.post(headers, stream=True, **body))
        assert rest == ""
        return events


def read_events(response: httpx.Response) -> tuple[list[Body], str]:
    """Return the numbered events at the beginning of a stream, and the rest of its text."""
    events, rest = read_named_events(response)
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    return events, rest
