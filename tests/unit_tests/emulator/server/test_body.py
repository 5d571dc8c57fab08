"""Bodies that are too long: read with a bound, and refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from langchain_cometapi.emulator._server import body as _body

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.unit_tests.emulator.client import Client

LIMIT = 1000


@pytest.fixture(autouse=True)
def _short_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_body, "MAX_BODY_BYTES", LIMIT)
    monkeypatch.setattr(_body, "_MAX_DISCARDED_BYTES", 3 * LIMIT)


def test_body_within_the_limit_is_read(client: Client) -> None:
    content = b'{"model": "text-embedding-3-small", "input": "%s"}'
    exact = content % (b"x" * (LIMIT - len(content) + 2))
    assert len(exact) == LIMIT
    assert client.send("POST", "/v1/embeddings", content=exact).status_code == 200


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/embeddings", "/v1/else"])
def test_body_over_the_limit_is_a_413(client: Client, path: str) -> None:
    response = client.send("POST", path, content=b"x" * (LIMIT + 1))
    assert response.status_code == 413
    error = response.json()["error"]
    assert (error["type"], error["code"]) == ("comet_api_error", "request_body_too_large")
    assert f"more than {LIMIT} bytes" in error["message"]
    (recorded,) = client.state.requests()
    assert (recorded.path, recorded.body) == (path, None)


async def test_body_without_end_is_read_up_to_a_bound() -> None:
    sent = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 100
            yield b"x" * 100

    assert await _body.read_body(chunks()) is None
    assert sent == 3 * LIMIT + 100
