"""Drives the emulator's route `generateContent` without a socket."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator import EMULATOR_API_KEY
from tests.unit_tests.emulator.client import Client

if TYPE_CHECKING:
    import httpx

FLASH = "gemini-3.8-flash"
PRO = "gemini-3.1-pro-preview"
NEWEST = "gemini-4-hydrogen"
OLDER = "gemini-2.5-flash-lite"
PICTURES = "gemini-3.1-flash-image"

Body = dict[str, Any]


def said(text: str, role: str = "user") -> Body:
    return {"role": role, "parts": [{"text": text}]}


def called(name: str = "f", **part: Any) -> Body:
    """A part that calls a function."""
    return {"functionCall": {"name": name, "args": {}}, **part}


def returned(name: str = "f", response: Any = None, **fields: Any) -> Body:
    """A part with what a function returned."""
    response = {"output": "done"} if response is None else response
    return {"functionResponse": {"name": name, "response": response, **fields}}


def model(*parts: Body) -> Body:
    return {"role": "model", "parts": list(parts)}


def user(*parts: Body) -> Body:
    return {"role": "user", "parts": list(parts)}


def functions(*declarations: Body) -> list[Body]:
    return [{"functionDeclarations": list(declarations)}]


def function(name: str, description: str = "", **properties: Any) -> Body:
    """A declaration; every property given is required."""
    schema = {"type": "OBJECT", "properties": properties, "required": list(properties)}
    return {"name": name, "description": description, "parameters": schema}


def calling(mode: str, *allowed: str) -> Body:
    """How functions may be called."""
    config: Body = {"mode": mode}
    if allowed:
        config["allowedFunctionNames"] = [*allowed]
    return {"toolConfig": {"functionCallingConfig": config}}


def config(**fields: Any) -> Body:
    return {"generationConfig": fields}


def media(mime_type: str, data: str = "AAAA") -> Body:
    return {"inlineData": {"mimeType": mime_type, "data": data}}


WEATHER = function("get_weather", "The weather.", city={"type": "STRING"})
STOCKS = function("stock_price", "The price of a stock.", symbol={"type": "STRING"})
BOTH = said("The weather in Rome, and the stock price of ACME?")
"""Names both functions, for calls in parallel."""

TOOLS = functions(WEATHER, STOCKS)
CALLS: Body = {"contents": [BOTH], "tools": TOOLS}
THOUGHTS = config(thinkingConfig={"includeThoughts": True})
SEARCH: Body = {"googleSearch": {}}
SHOWN_SEARCH: Body = {
    "tools": [SEARCH, *functions(WEATHER)],
    "toolConfig": {"includeServerSideToolInvocations": True},
}
CODE: Body = {"contents": [said("compute 3*3")], "tools": [{"codeExecution": {}}]}
JSON: Body = {"responseMimeType": "application/json"}
BODIES: dict[str, Body] = {
    "text": {},
    "no thinking": {"model": OLDER},
    "thoughts": THOUGHTS,
    "calls": CALLS,
    "thoughts and calls": {**CALLS, **THOUGHTS},
    "picture": {"model": PICTURES, "contents": [said("Draw a cat")]},
    "picture alone": {"model": "gemini-3-pro-image", **config(responseModalities=["IMAGE"])},
    "search": {"tools": [SEARCH]},
    "search that is shown": SHOWN_SEARCH,
    "code": CODE,
}
"""Requests for each form of a response."""

SIGNED = called(thoughtSignature="skip_thought_signature_validator")
"""A call that needs no signature of its own."""


def loop(*parts: Body, **result: Any) -> list[Body]:
    """Turns with these parts, which call `f`, and with its result."""
    return [said("Hi"), model(*parts), user(returned(**result))]


class GenerateContentClient(Client):
    """A client of this route of one emulator of its own."""

    def post(
        self,
        headers: dict[str, str] | None = None,
        /,
        *,
        model: str = FLASH,
        method: str = "generateContent",
        **body: Any,
    ) -> httpx.Response:
        """Send a request; model and contents have defaults."""
        body = {"contents": [said("hello")], **body}
        headers = {"x-goog-api-key": EMULATOR_API_KEY, **(headers or {})}
        path = f"/v1beta/models/{model}:{method}"
        return self.send("POST", path, key=None, headers=headers, json=body)

    def generate(self, **body: Any) -> Body:
        response = self.post(**body)
        assert response.status_code == 200, response.text
        answer: Body = response.json()
        return answer

    def candidate(self, **body: Any) -> Body:
        candidate: Body = self.generate(**body)["candidates"][0]
        return candidate

    def parts(self, **body: Any) -> list[Body]:
        parts: list[Body] = self.candidate(**body)["content"]["parts"]
        return parts

    def text(self, **body: Any) -> str:
        return "".join(part.get("text", "") for part in self.parts(**body))

    def refusal(self, **body: Any) -> tuple[int, str, str]:
        """Return the status, the message and Google's name of the status of a refused request."""
        response = self.post(**body)
        assert response.status_code >= 400, response.text
        error = response.json()["error"]
        assert error["code"] == response.status_code
        return response.status_code, error["message"], error["status"]

    def stream(self, headers: dict[str, str] | None = None, /, **body: Any) -> list[Body]:
        """Return the parts of a stream that is whole."""
        response = self.post(headers, method="streamGenerateContent?alt=sse", **body)
        parts, rest = read_parts(response)
        assert rest == ""
        return parts


def read_parts(response: httpx.Response) -> tuple[list[Body], str]:
    """Return the parts at the beginning of a stream, and the rest of its text."""
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("text/event-stream")
    rest = response.text
    parts: list[Body] = []
    while "\r\n\r\n" in rest:
        event, _, rest = rest.partition("\r\n\r\n")
        parts.append(json.loads(event.removeprefix("data: ")))
    return parts, rest
