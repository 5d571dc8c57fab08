"""LlamaIndex's own integration of CometAPI."""

from __future__ import annotations

from functools import cache
from typing import Any

from llama_index.core.llms import ChatMessage
from llama_index.llms.cometapi import CometAPI

from benchmarks.canned import MODEL, Request
from benchmarks.clients import KEY, Client

_ROLES = {"human": "user", "ai": "assistant"}


@cache
def _arguments(request: Request) -> dict[str, Any]:
    messages = [ChatMessage(m.text, role=_ROLES[m.type]) for m in request.messages]
    return {"messages": messages} | ({"tools": request.tools} if request.tools else {})


class LlamaIndex(Client):
    """Chat calls. There are no batches: the base class makes them of calls."""

    def __init__(self, url: str) -> None:
        self._model = CometAPI(model=MODEL, api_key=KEY, api_base=url)

    def invoke(self, request: Request) -> None:
        self._model.chat(**_arguments(request))

    async def ainvoke(self, request: Request) -> None:
        await self._model.achat(**_arguments(request))

    def stream(self, request: Request) -> int:
        return sum(1 for _ in self._model.stream_chat(**_arguments(request)))

    async def astream(self, request: Request) -> int:
        pieces = 0
        async for _ in await self._model.astream_chat(**_arguments(request)):
            pieces += 1
        return pieces
