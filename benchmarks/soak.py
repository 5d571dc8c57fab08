"""10,000 calls in one process: what is open, and how large it is, every 1,000 of them.

    make soak

It fails if descriptors, connections, tasks, event loops or threads are more than after warm-up,
the memory by more than `GROWTH` MB, or if anything was collected that nobody had closed. `--peer`
measures `ChatOpenAI` instead, and only reports; `--aiohttp` sends asynchronous calls over aiohttp.
The server is canned, in a process of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import itertools
import multiprocessing
import os
import sys
import threading
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_openai import ChatOpenAI

from benchmarks.canned import ANSWER, MODEL, events, text_deltas
from langchain_cometapi import ChatCometAPI

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

CALLS = 10_000
EVERY = 1_000
WARM_UP = 2_000
HALF = 50
GROWTH = 4.0

_STREAMED = b"".join(events(text_deltas(20)))
_FAILED = b'{"error":{"message":"internal server error","type":"new_api_error"}}'
_ESTABLISHED, _CLOSE_WAIT = "01", "08"


# -- the server ---------------------------------------------------------------------------------


def _response(status: str, kind: str, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


_numbers = itertools.count()


async def _serve_connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer requests; of each 21 one with an error, one with half an answer, one not at all."""
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
            streamed = b'"stream":true' in await reader.readexactly(int(length))
            answer = (
                _response("200 OK", "text/event-stream", _STREAMED)
                if streamed
                else _response("200 OK", "application/json", ANSWER)
            )
            match next(_numbers) % 21:
                case 5:
                    answer = _response("500 Internal Server Error", "application/json", _FAILED)
                case 10:
                    writer.write(answer[: len(answer) // 2])
                    return
                case 15:
                    return
            writer.write(answer)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


def _serve(port: Connection) -> None:
    async def run() -> None:
        server = await asyncio.start_server(_serve_connection, "127.0.0.1", 0, backlog=128)
        port.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


# -- the calls ----------------------------------------------------------------------------------


def _call(model: Any, number: int) -> None:
    if number % 2:
        model.invoke("Hi")
        return
    for seen, _ in enumerate(model.stream("Hi")):
        if number % 8 == 0 and seen == 3:
            break


async def _acall(model: Any, number: int) -> None:
    if number % 2:
        await model.ainvoke("Hi")
        return
    seen = 0
    async for _ in model.astream("Hi"):
        seen += 1
        if number % 8 == 0 and seen == 3:
            break


async def _acalls(model: Any, numbers: range, errors: Counter[str]) -> None:
    """Make calls, five at a time."""
    for start in numbers[::5]:
        five = (_acall(model, number) for number in range(start, start + 5))
        for result in await asyncio.gather(*five, return_exceptions=True):
            if isinstance(result, Exception):
                errors[type(result).__name__] += 1


def _calls(make: Any, first: int, errors: Counter[str]) -> None:
    """Make `HALF` synchronous calls and as many on an event loop of their own, a model each."""
    model = make()
    for number in range(first, first + HALF):
        try:
            _call(model, number)
        except Exception as error:  # noqa: BLE001 - many calls, any error of the peer's
            errors[type(error).__name__] += 1
    asyncio.run(_acalls(make(), range(first + HALF, first + 2 * HALF), errors))


# -- what is open -------------------------------------------------------------------------------


def _connections(port: int) -> int:
    """Count this machine's ends of connections to the server that nobody has closed."""
    rows = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    remote = f"{port:04X}"
    states = (_ESTABLISHED, _CLOSE_WAIT)
    return sum(row[2].endswith(f":{remote}") and row[3] in states for row in rows)


_unclosed = 0


def _count_unclosed(*_: Any, **__: Any) -> None:
    global _unclosed  # noqa: PLW0603 - a hook of the interpreter
    _unclosed += 1


def _sample(port: int) -> dict[str, float]:
    gc.collect()
    kinds = Counter(
        name
        for kind, name in ((asyncio.Task, "tasks"), (asyncio.AbstractEventLoop, "loops"))
        for thing in gc.get_objects()
        if isinstance(thing, kind)
    )
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return {
        "descriptors": len(list(Path("/proc/self/fd").iterdir())),
        "connections": _connections(port),
        "tasks": kinds["tasks"],
        "event loops": kinds["loops"],
        "threads": threading.active_count(),
        "not closed": _unclosed,
        "RSS, MB": pages * os.sysconf("SC_PAGE_SIZE") / 2**20,
    }


def _run(make: Any, port: int) -> tuple[list[dict[str, float]], Counter[str]]:
    samples = [_sample(port)]
    errors: Counter[str] = Counter()
    print("| calls | failed |", *(f"{name} |" for name in samples[0]))
    print("| ---: " * (len(samples[0]) + 2) + "|")
    for done in range(0, CALLS + 1, 2 * HALF):
        if done % EVERY == 0:
            samples[done // EVERY :] = [_sample(port)]
            values = (
                f"{value:.1f} |" if value % 1 else f"{value:.0f} |"
                for value in samples[-1].values()
            )
            print(f"| {done:,} | {errors.total()} |", *values, flush=True)
        if done < CALLS:
            _calls(make, done, errors)
    return samples, errors


def _growth(samples: list[dict[str, float]]) -> list[str]:
    """Say what is more at any time after warm-up than it was by then."""
    warm = WARM_UP // EVERY
    before, after = samples[: warm + 1], samples[warm + 1 :]
    grown = []
    for name in samples[0]:
        more = max(s[name] for s in after) - max(s[name] for s in before)
        if name == "not closed":
            more = samples[-1][name]
        if more > (GROWTH if name.startswith("RSS") else 0):
            grown.append(f"{name} grew by {more:.1f}")
    return grown


def main() -> int:
    """Soak one of the two, print a table, and say what has grown."""
    parser = argparse.ArgumentParser(description="10,000 calls, and what they leave behind")
    parser.add_argument("--peer", action="store_true", help="measure ChatOpenAI")
    parser.add_argument("--aiohttp", action="store_true", help="asynchronous calls over aiohttp")
    arguments = parser.parse_args()
    peer: bool = arguments.peer
    options: dict[str, Any] = {"http_transport": "aiohttp"} if arguments.aiohttp else {}
    warnings.simplefilter("always", ResourceWarning)
    warnings.showwarning = _count_unclosed
    kind: Any = ChatOpenAI if peer else ChatCometAPI
    ours, theirs = multiprocessing.Pipe(duplex=False)
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs,))
    server.start()
    try:
        port = ours.recv()
        url = f"http://127.0.0.1:{port}/v1"
        start = time.monotonic()
        samples, errors = _run(
            lambda: kind(model=MODEL, base_url=url, api_key="sk-soak", max_retries=0, **options),
            port,
        )
        seconds = time.monotonic() - start
    finally:
        server.terminate()
        server.join()
    failed = ", ".join(f"{count} {name}" for name, count in sorted(errors.items()))
    print(f"\n{kind.__name__}: {CALLS:,} calls in {seconds:.0f} s. Failed: {failed}.")
    grown = _growth(samples)
    print("Grown after warm-up: " + ("; ".join(grown) or "nothing") + ".")
    return int(bool(grown) and not peer)


if __name__ == "__main__":
    sys.exit(main())
