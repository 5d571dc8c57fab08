"""10,000 documents through `CometAPIEmbeddings` and `OpenAIEmbeddings`, on the same server.

    make bench

Each run is a process of its own, and so is the server: the emulator, which computes its vectors
and is most of the time there, and one that has its answers ready, at once or after half a second,
as a service would. Only the ratios mean something.
"""

from __future__ import annotations

import asyncio
import base64
import json
import multiprocessing
import statistics
import struct
import time
from dataclasses import dataclass
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

MODEL = "text-embedding-3-small"
DOCUMENTS = 10_000
REPEATS = 3
KINDS = ("CometAPIEmbeddings", "CometAPIEmbeddings, base64", "OpenAIEmbeddings")


@dataclass(frozen=True)
class Case:
    """A server, the numbers of a vector, and how the documents are embedded."""

    server: str
    dimensions: int
    delay: float = 0.0
    asynchronous: bool = False

    @property
    def name(self) -> str:
        waits = f", {self.delay} s per answer" if self.delay else ""
        return f"{self.server}, {'async' if self.asynchronous else 'sync'}{waits}"


CASES = (
    Case("emulator", 256),
    Case("ready answers", 1536),
    Case("ready answers", 1536, asynchronous=True),
    Case("ready answers", 1536, 0.5),
    Case("ready answers", 1536, 0.5, asynchronous=True),
)


# -- servers ------------------------------------------------------------------------------------


@lru_cache
def _answer(number: int, size: int, encoding: str) -> bytes:
    numbers = struct.unpack(
        f"<{size}f", struct.pack(f"<{size}f", *(1 / (n + 3) for n in range(size)))
    )
    packed = base64.b64encode(struct.pack(f"<{size}f", *numbers)).decode()
    vector: Any = packed if encoding == "base64" else list(numbers)
    data = [{"object": "embedding", "index": n, "embedding": vector} for n in range(number)]
    usage = {"prompt_tokens": number, "total_tokens": number}
    return json.dumps({"object": "list", "data": data, "model": MODEL, "usage": usage}).encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Ready

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.count += 1
        encoding = body.get("encoding_format", "float")
        content = _answer(len(body["input"]), body["dimensions"], encoding)
        time.sleep(self.server.delay)
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        pass


class _Ready(ThreadingHTTPServer):
    daemon_threads = True
    delay = 0.0
    count = 0


def _serve_ready(pipe: Connection) -> None:
    with _Ready(("127.0.0.1", 0), _Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        pipe.send((f"http://127.0.0.1:{server.server_port}/v1", "sk-bench"))
        while (delay := pipe.recv()) is not None:  # a run begins
            server.delay, server.count = delay, 0
            pipe.recv()  # and ends
            pipe.send(server.count)
        server.shutdown()


def _serve_emulator(pipe: Connection) -> None:
    from langchain_cometapi.emulator import CometAPIEmulator

    with CometAPIEmulator() as emulator:
        pipe.send((emulator.base_url, emulator.api_key))
        while pipe.recv() is not None:
            emulator.clear()
            pipe.recv()
            pipe.send(len(emulator.requests))


# -- one run ------------------------------------------------------------------------------------


def _memory(field: str) -> float:
    """Return a figure of this process in MB (Linux)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = [line for line in status.splitlines() if line.startswith(field)]
    return int(line.split()[1]) / 1024


def _build(kind: str, case: Case, base_url: str, key: str) -> Any:
    options: dict[str, Any] = {"model": MODEL, "base_url": base_url, "api_key": key}
    options["dimensions"] = case.dimensions
    if kind == "OpenAIEmbeddings":
        from langchain_openai import OpenAIEmbeddings

        return OpenAIEmbeddings(check_embedding_ctx_length=False, **options)
    from langchain_cometapi import CometAPIEmbeddings

    return CometAPIEmbeddings(
        encoding_format="base64" if kind.endswith("base64") else None, **options
    )


def _run(pipe: Connection, kind: str, case: Case, base_url: str, key: str) -> None:
    model = _build(kind, case, base_url, key)
    model.embed_documents(["Warm up."])
    texts = [f"Document {n}: rivers carry water from the mountains." for n in range(DOCUMENTS)]
    pipe.send("ready")
    pipe.recv()
    before, start = _memory("VmRSS"), time.perf_counter()
    if case.asynchronous:
        vectors = asyncio.run(model.aembed_documents(texts))
    else:
        vectors = model.embed_documents(texts)
    seconds = time.perf_counter() - start
    assert len(vectors) == DOCUMENTS
    assert {len(vector) for vector in vectors} == {case.dimensions}
    pipe.send((seconds, _memory("VmHWM") - before))


def _measure(server: Connection, kind: str, case: Case, address: tuple[str, str]) -> list[float]:
    """Return seconds, megabytes and requests of one run."""
    context = multiprocessing.get_context("spawn")
    pipe, theirs = context.Pipe()
    process = context.Process(target=_run, args=(theirs, kind, case, *address))
    process.start()
    theirs.close()
    pipe.recv()
    server.send(case.delay)
    pipe.send("go")
    seconds, megabytes = pipe.recv()
    process.join()
    server.send("done")
    return [seconds, megabytes, server.recv()]


def _compare(case: Case) -> None:
    context = multiprocessing.get_context("spawn")
    server, theirs = context.Pipe()
    serve = _serve_emulator if case.server == "emulator" else _serve_ready
    process = context.Process(target=serve, args=(theirs,))
    process.start()
    address = server.recv()
    runs: dict[str, list[list[float]]] = {kind: [] for kind in KINDS}
    for _ in range(REPEATS):
        for kind in KINDS:
            runs[kind].append(_measure(server, kind, case, address))
    server.send(None)
    process.join()
    medians = {
        kind: [statistics.median(figures) for figures in zip(*taken, strict=True)]
        for kind, taken in runs.items()
    }
    peer = medians["OpenAIEmbeddings"]
    for kind, (seconds, megabytes, requests) in medians.items():
        ratios = [f"{own / other:.2f}" for own, other in zip(medians[kind], peer, strict=True)]
        shown = f"{seconds:.2f} s | {megabytes:.0f} MB | {requests:.0f}"
        print(f"| {case.name} | {kind} | {shown} | {' | '.join(ratios)} |", flush=True)


def main() -> None:
    """Measure every case, the models in turn, and print medians and ratios."""
    heads = ["case", "model", "time", "peak memory", "requests", "time ratio", "memory ratio"]
    print(f"| {' | '.join([*heads, 'request ratio'])} |")
    print(f"|{' --- |' * 8}")
    for case in CASES:
        _compare(case)


if __name__ == "__main__":
    main()
