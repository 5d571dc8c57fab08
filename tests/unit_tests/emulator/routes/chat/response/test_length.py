"""Texts as long as a request asks for."""

from __future__ import annotations

import pytest

from langchain_cometapi.emulator._routes.chat.response.length import CHUNKS_HEADER
from tests.unit_tests.emulator.client import DEEPSEEK_VISION, Client, deltas, joined, read_chunks


def test_chunks_header_sets_the_number_of_chunks(client: Client) -> None:
    chunks, _ = read_chunks(client.post({CHUNKS_HEADER: "500"}, stream=True))
    assert sum(bool(delta.get("content")) for delta in deltas(chunks)) == 500
    answer = client.post({CHUNKS_HEADER: "500"}).json()
    assert answer["choices"][0]["message"]["content"] == joined(chunks, "content")
    usage = answer["usage"]
    assert usage["completion_tokens"] == 2500
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    for wrong in ("0", "many", "100001"):
        assert client.post({CHUNKS_HEADER: wrong}).status_code == 400


def test_longer_text_costs_more(client: Client) -> None:
    usage = client.post({CHUNKS_HEADER: "9"}, model=DEEPSEEK_VISION).json()["usage"]
    assert usage["cost"] == pytest.approx(usage["total_tokens"] / 1e6)
