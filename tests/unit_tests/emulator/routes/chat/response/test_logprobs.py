"""Log probabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.unit_tests.emulator.client import Client


def test_logprobs_are_those_of_the_tokens_sent(client: Client) -> None:
    choice = client.chat(logprobs=True, top_logprobs=2)["choices"][0]
    entries = choice["logprobs"]["content"]
    assert "".join(entry["token"] for entry in entries) == choice["message"]["content"]
    assert all(entry["logprob"] <= 0 and len(entry["top_logprobs"]) == 2 for entry in entries)
    assert bytes(entries[0]["bytes"]).decode() == entries[0]["token"]
    assert client.chat()["choices"][0]["logprobs"] is None
    assert client.chat(logprobs=True)["choices"][0]["logprobs"]["content"][0]["top_logprobs"] == []
    streamed = [
        entry
        for chunk in client.chunks(logprobs=True, top_logprobs=2)
        for part in chunk["choices"]
        for entry in (part["logprobs"] or {"content": []})["content"]
    ]
    assert streamed == entries
