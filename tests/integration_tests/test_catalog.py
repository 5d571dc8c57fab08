"""The catalogue over real connections, against the emulator, which has facts of its own."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from langchain_cometapi import catalog
from langchain_cometapi._catalog.cache import get_cache_path, read_cached
from langchain_cometapi.emulator import CometAPIEmulator
from langchain_cometapi.emulator._rules.registry import MODELS
from tests.integration_tests.raw_host import Host, answering

if TYPE_CHECKING:
    from pathlib import Path

LISTED = {row.id: row for row in MODELS.values() if row.listed}

OUR_WORDS = {
    "openai": "chat",
    "openai-response": "responses",
    "anthropic": "messages",
    "gemini": "generate_content",
    "embeddings": "embeddings",
    "image-generation": "images",
}


def test_every_model_of_the_emulator_has_its_card(emulator: CometAPIEmulator) -> None:
    cards = {card.id: card for card in catalog.list_models()}
    assert [card.id for card in cards.values() if card.upcoming] == ["emulator-upcoming"]
    assert cards.keys() - {"emulator-upcoming"} == LISTED.keys()
    for id_, row in LISTED.items():
        card = cards[id_]
        names = row.rules.endpoints if row.chat or row.kind != "text" else ("openai-response",)
        assert set(card.endpoints) == {OUR_WORDS[name] for name in names}, id_
        assert card.type == row.kind, id_
        assert card.provider == row.rules.provider
        assert (card.input_price, card.output_price) == (row.pricing or (None, None))
    assert cards["claude-sonnet-4-6"].context_tokens == 200_000
    assert cards["gpt-5.5"].context_tokens == 1_050_000
    assert cards["claude-sonnet-4-6"].price_ratio == 0.8
    assert str(cards["gemini-4-hydrogen"].published) == "2026-11-13"


def test_many_readings_at_once_are_all_answered(emulator: CometAPIEmulator) -> None:
    async def read() -> list[list[catalog.ModelCard]]:
        return await asyncio.gather(*(catalog.alist_models(refresh=True) for _ in range(20)))

    for cards in asyncio.run(read()):
        assert LISTED.keys() <= {card.id for card in cards}
    assert len(emulator.requests) == 20


def test_copy_answers_when_the_gateway_is_gone() -> None:
    with CometAPIEmulator() as emulator:
        base_url = emulator.base_url
        live = catalog.list_models(base_url=base_url)
    stale = catalog.list_models(base_url=base_url, refresh=True)
    assert [card.id for card in stale] == [card.id for card in live]
    assert {card.source for card in stale} == {"cache"}
    assert catalog.get_model("gpt-5.4-mini", base_url=base_url, refresh=True).source == "cache"


def test_catalogue_is_read_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    body = b'HTTP/1.1 200 OK\r\ncontent-length: 23\r\n\r\n{"data": [{"id": "a"}]}'
    with Host(answering(body)) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        read = [catalog.list_models(base_url="http://gateway.example/v1")]
        read.append(
            asyncio.run(catalog.alist_models(base_url="http://gateway.example/v1", refresh=True))
        )
        assert proxy.wait_for_connections(0)
    assert [card.source for cards in read for card in cards] == ["live", "live"]
    assert [request.line for request in proxy.requests] == [
        "GET http://gateway.example/api/models HTTP/1.1"
    ] * 2
    assert not [request for request in proxy.requests if "authorization" in request.headers]


CROWD = """
import os, sys
from langchain_cometapi import catalog
from langchain_cometapi._catalog.cache import read_cached

base_url, count = sys.argv[1], int(sys.argv[2])
catalog.list_models(base_url=base_url)
closed, opened = os.pipe()
children = []
for _ in range(count):
    child = os.fork()
    if child == 0:
        os.close(opened)
        os.read(closed, 1)  # all of them start when the parent closes its end
        code = 1
        try:
            for _ in range(3):
                cards = catalog.list_models(base_url=base_url, refresh=True)
                cached = read_cached(base_url)
                assert {card.source for card in cards} == {"live"}, cards[0]
                assert cached is not None and len(cached.entries) == len(cards)
            code = 0
        finally:
            os._exit(code)
    children.append(child)
os.close(opened)
failed = [child for child in children if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])]
assert not failed, failed
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="starting as many interpreters takes minutes")
@pytest.mark.parametrize("count", [10, pytest.param(100, marks=pytest.mark.slow)])
def test_processes_that_refresh_the_cache_at_once_leave_it_valid(
    emulator: CometAPIEmulator, tmp_path: Path, count: int
) -> None:
    subprocess.run(
        [sys.executable, "-c", CROWD, emulator.base_url, str(count)], check=True, timeout=100
    )
    cached = read_cached(emulator.base_url)
    assert cached is not None
    assert len(cached.entries) == len(LISTED) + 1
    path = get_cache_path(emulator.base_url)
    assert path is not None
    assert tmp_path in path.parents
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]  # and nothing else
    assert catalog.list_models()[0].source == "cache"
