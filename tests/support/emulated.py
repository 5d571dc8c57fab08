"""The emulator without a socket: models whose requests go straight into its application."""

from __future__ import annotations

import asyncio
from typing import Any

from langchain_cometapi import ChatCometAPI
from langchain_cometapi._client.sdk import httpx
from langchain_cometapi.emulator import EMULATOR_API_KEY, create_app
from langchain_cometapi.emulator._state import EmulatorState

PROMPT = "Ann is 33 and lives in Bath since 2024-05-01."
"""What the emulator takes its structured outputs from."""


class EmulatedGateway:
    """An emulator of its own, with the requests that it received.

    Attributes:
        state: The emulator's memory.
    """

    def __init__(self) -> None:
        self.state = EmulatorState()
        self._transport = httpx.ASGITransport(app=create_app(state=self.state))
        self._loop = asyncio.new_event_loop()
        self._client = httpx.Client(transport=httpx.MockTransport(self._respond))
        self._async_client = httpx.AsyncClient(transport=self._transport)

    @property
    def bodies(self) -> list[Any]:
        """The JSON bodies of the requests."""
        return [request.body for request in self.state.requests()]

    def clear(self) -> None:
        """Forget the requests."""
        self.state.clear_requests()

    def model(self, model: str, **kwargs: Any) -> ChatCometAPI:
        """Return a model that talks to this emulator, sync and async."""
        return ChatCometAPI(
            model=model,
            api_key=EMULATOR_API_KEY,
            base_url="http://emulator/v1",
            max_retries=0,
            http_client=self._client,
            http_async_client=self._async_client,
            **kwargs,
        )

    def run(self, coroutine: Any) -> Any:
        """Run a coroutine, without the cost of a loop of its own."""
        return self._loop.run_until_complete(coroutine)

    def close(self) -> None:
        """Close the loop."""
        self._loop.close()

    def _respond(self, request: httpx.Request) -> httpx.Response:
        async def respond() -> httpx.Response:
            response = await self._transport.handle_async_request(request)
            content = await response.aread()
            return httpx.Response(response.status_code, headers=response.headers, content=content)

        response: httpx.Response = self.run(respond())
        return response
