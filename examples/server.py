"""Tokens over server-sent events: `python examples/server.py`, with FastAPI.

It serves the application, asks it once, and then leaves in the middle of a second answer: the
request to CometAPI ends with the client.
To serve it yourself: `fastapi run examples/server.py`.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel

from langchain_cometapi import ChatCometAPI, CometAPIError

from _service import choose_service

app = FastAPI()


class Question(BaseModel):
    text: str
    model: str = "claude-sonnet-5-5"


@app.post("/ask", response_class=EventSourceResponse)
async def ask(question: Question) -> AsyncIterator[ServerSentEvent]:
    tokens: Any = ChatCometAPI(model=question.model).astream(question.text)
    finished = False
    try:
        # A client that leaves ends this function here, and `aclosing` the request to CometAPI.
        async with aclosing(tokens):
            async for chunk in tokens:
                if chunk.text:
                    yield ServerSentEvent(event="token", data=chunk.text)
                if chunk.usage_metadata:
                    yield ServerSentEvent(event="usage", data=chunk.usage_metadata)
        finished = True
    except CometAPIError as error:
        # The status is sent already, so an error is an event.
        yield ServerSentEvent(event="error", data=type(error).__name__)
        finished = True
    finally:
        if not finished:
            print("\n[server] The client has left, and the request to CometAPI is closed.")


@asynccontextmanager
async def serve() -> AsyncIterator[str]:
    """Serve the application on a free port; yield its URL."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


async def read(client: httpx.AsyncClient, question: dict[str, Any], most: int) -> None:
    """Print an answer as it comes; leave after `most` pieces of text."""
    async with client.stream("POST", "/ask", json=question) as response:
        event = ""
        async for line in response.aiter_lines():
            name, _, value = line.partition(": ")
            if name == "event":
                event = value
            elif name == "data" and event == "token":
                print(json.loads(value), end="", flush=True)
                most -= 1
            elif name == "data":
                print(f"\n[{event}] {value}")
            if most == 0:
                return


async def main_async() -> None:
    async with serve() as url, httpx.AsyncClient(base_url=url, timeout=60) as client:
        question = {"text": "Why is the sky blue?"}
        await read(client, question, most=-1)
        print("\nOnce more, leaving after ten events:")
        await read(client, question, most=10)


def main() -> None:
    choose_service(OFFLINE)
    asyncio.run(main_async())


# The emulator has the answer; here it sends it as slowly as a model writes.
OFFLINE: dict[str, list[dict[str, Any]]] = {
    "claude-sonnet-5-5": [{"fault": "drip; seconds=0.02; size=250"}] * 2
}


if __name__ == "__main__":
    main()
