"""Another floor: an HTTP client and a JSON parser in Rust, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jiter import from_json
from pydantic_core import to_json
from pyreqwest.client import ClientBuilder, SyncClientBuilder

from benchmarks.clients import KEY, Client, parse_events

if TYPE_CHECKING:
    from benchmarks.canned import Request

_HEADERS = {"authorization": f"Bearer {KEY}", "content-type": "application/json"}


class Pyreqwest(Client):
    def __init__(self, url: str) -> None:
        self._url = f"{url}/chat/completions"
        self._sync = SyncClientBuilder().default_headers(_HEADERS).error_for_status().build()
        self._async = ClientBuilder().default_headers(_HEADERS).error_for_status().build()

    def invoke(self, request: Request) -> None:
        sent = self._sync.post(self._url).body_bytes(to_json(request.body)).build().send()
        from_json(bytes(sent.bytes()))

    async def ainvoke(self, request: Request) -> None:
        sent = await self._async.post(self._url).body_bytes(to_json(request.body)).build().send()
        from_json(bytes(await sent.bytes()))

    def stream(self, request: Request) -> int:
        body = to_json({**request.body, "stream": True})
        pieces, rest = 0, b""
        with self._sync.post(self._url).body_bytes(body).build_streamed() as response:
            while data := response.body_reader.read_chunk():
                found, rest = parse_events(rest + bytes(data), from_json)
                pieces += found
        return pieces

    async def astream(self, request: Request) -> int:
        body = to_json({**request.body, "stream": True})
        pieces, rest = 0, b""
        async with self._async.post(self._url).body_bytes(body).build_streamed() as response:
            while data := await response.body_reader.read_chunk():
                found, rest = parse_events(rest + bytes(data), from_json)
                pieces += found
        return pieces
