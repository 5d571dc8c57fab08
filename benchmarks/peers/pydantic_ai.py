"""pydantic-ai's model of OpenAI, called directly, without an agent."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic_ai import ModelMessage, ModelRequest, ModelResponse, TextPart, ToolDefinition, direct
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

from benchmarks.canned import MODEL, Request
from benchmarks.clients import KEY, Client


def _message(role: str, text: str) -> ModelMessage:
    if role == "ai":
        return ModelResponse([TextPart(text)])
    return ModelRequest.user_text_prompt(text)


def _tool(name: str, description: str, parameters: dict[str, Any]) -> ToolDefinition:
    return ToolDefinition(name=name, description=description, parameters_json_schema=parameters)


@cache
def _arguments(request: Request) -> dict[str, Any]:
    tools = [_tool(**tool["function"]) for tool in request.tools]
    return {
        "messages": [_message(message.type, message.text) for message in request.messages],
        "model_request_parameters": ModelRequestParameters(function_tools=tools),
    }


class PydanticAI(Client):
    """Direct calls. There are no batches: the base class makes them of calls."""

    def __init__(self, url: str) -> None:
        provider = OpenAIProvider(base_url=url, api_key=KEY)
        self._model = OpenAIChatModel(MODEL, provider=provider)

    def invoke(self, request: Request) -> None:
        direct.model_request_sync(self._model, **_arguments(request))

    async def ainvoke(self, request: Request) -> None:
        await direct.model_request(self._model, **_arguments(request))

    def stream(self, request: Request) -> int:
        with direct.model_request_stream_sync(self._model, **_arguments(request)) as events:
            return sum(1 for _ in events)

    async def astream(self, request: Request) -> int:
        pieces = 0
        async with direct.model_request_stream(self._model, **_arguments(request)) as events:
            async for _ in events:
                pieces += 1
        return pieces
