"""Where requests go: variables of others, proxies, event loops, threads; counted by the server."""

from __future__ import annotations

import asyncio
import pickle
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi import ChatCometAPI, CometAPIConnectionError
from langchain_cometapi._client.sdk import httpx
from tests.support import POISON, POISONED, amerge, merge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_cometapi.emulator import CometAPIEmulator

MODEL = "gpt-5.4-mini"


class _Proxy(ThreadingHTTPServer):
    """A forwarding proxy for plain HTTP that keeps the requests it forwarded."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _ProxyHandler)
        self.forwarded: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _ProxyHandler(BaseHTTPRequestHandler):
    server: _Proxy

    def do_POST(self) -> None:
        self.server.forwarded.append(self.path)
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {k: v for k, v in self.headers.items() if not k.lower().startswith("proxy")}
        with httpx.Client(trust_env=False) as client:
            answer = client.post(self.path, content=body, headers=headers)
        self.send_response(answer.status_code)
        self.send_header("content-type", answer.headers["content-type"])
        self.send_header("content-length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, *_: Any) -> None:
        """Be quiet."""


@pytest.fixture
def proxy() -> Iterator[_Proxy]:
    with _Proxy() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def dead_url() -> str:
    """A loopback address where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


async def _use(model: Any) -> None:
    assert model.invoke("Hi").text
    assert merge(model.stream("Hi")).text
    assert (await model.ainvoke("Hi")).text
    assert (await amerge(model.astream("Hi"))).text


async def test_poisoned_environment(
    emulator: CometAPIEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in POISONED.items():
        monkeypatch.setenv(name, value)
    model = ChatCometAPI(model=MODEL, max_retries=0)
    await _use(model)
    await _use(model.bind(seed=1))
    await _use(pickle.loads(pickle.dumps(model)))  # noqa: S301 - our own bytes
    assert len(emulator.requests) == 12
    for request in emulator.requests:
        assert POISON not in repr(request)
        assert request.headers["authorization"] == f"Bearer {emulator.api_key}"
        assert request.path == "/v1/chat/completions"


async def test_environment_proxy_and_its_exceptions(
    emulator: CometAPIEmulator,
    proxy: _Proxy,
    dead_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = ChatCometAPI(model=MODEL, max_retries=0)
    await _use(model)
    assert not proxy.forwarded
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    await _use(model)
    assert proxy.forwarded == [f"{emulator.base_url}/chat/completions"] * 4
    monkeypatch.setenv("HTTP_PROXY", dead_url)
    with pytest.raises(CometAPIConnectionError):
        model.invoke("Hi")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    await _use(model)
    assert len(emulator.requests) == 12


async def test_explicit_proxy(emulator: CometAPIEmulator, proxy: _Proxy) -> None:
    await _use(ChatCometAPI(model=MODEL, openai_proxy=proxy.url))
    assert len(proxy.forwarded) == len(emulator.requests) == 4


def test_successive_event_loops(emulator: CometAPIEmulator) -> None:
    shared = ChatCometAPI(model=MODEL, max_retries=0)

    async def ask(model: ChatCometAPI) -> None:
        assert (await model.ainvoke("Hi")).text
        assert (await amerge(model.astream("Hi"))).text

    for _ in range(3):
        asyncio.run(ask(shared))
        asyncio.run(ask(ChatCometAPI(model=MODEL, max_retries=0)))
    assert len(emulator.requests) == 12


def test_threads_with_a_loop_each(emulator: CometAPIEmulator) -> None:
    model = ChatCometAPI(model=MODEL, max_retries=0)

    async def ask() -> list[str]:
        answers = await asyncio.gather(*(model.ainvoke(f"Question {n}") for n in range(3)))
        return [answer.text for answer in answers]

    with ThreadPoolExecutor(4) as threads:
        results = list(threads.map(lambda _: asyncio.run(ask()), range(8)))
    assert all(f"Question {n}" in text for result in results for n, text in enumerate(result))
    assert len(emulator.requests) == 24


async def test_a_synchronous_call_inside_a_running_loop(emulator: CometAPIEmulator) -> None:
    model = ChatCometAPI(model=MODEL, max_retries=0)
    assert (await model.ainvoke("Hi")).text
    assert model.invoke("Hi").text
    assert len(emulator.requests) == 2


def test_batches_keep_their_order(emulator: CometAPIEmulator) -> None:
    model = ChatCometAPI(model=MODEL, max_retries=0)
    questions = [f"Question {n}" for n in range(20)]
    assert all(
        question in answer.text
        for question, answer in zip(questions, model.batch(list(questions)), strict=True)
    )
    answers = asyncio.run(model.abatch(list(questions), config={"max_concurrency": 5}))
    assert all(q in a.text for q, a in zip(questions, answers, strict=True))
    assert len(emulator.requests) == 40
