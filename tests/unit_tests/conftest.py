"""Unit tests see no environment of the machine's owner, and open no socket."""

from __future__ import annotations

import os
from itertools import count
from typing import TYPE_CHECKING, Any

import platformdirs
import pytest
from hypothesis import settings

from tests.support import Gateway, say_hello
from tests.support.catalogue import replace_network

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# The same examples in each run: `--hypothesis-profile=default` draws others.
settings.load_profile("ci")

# Failures of the shared checks show the values that they compare.
pytest.register_assert_rewrite(
    "tests.unit_tests.emulator.refusals",
    "tests.unit_tests.vendors.calls",
    "tests.unit_tests.vendors.checks",
    "tests.unit_tests.vendors.parameter_checks",
    "tests.unit_tests.vendors.rules",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse names with addresses, which differ in each process that shares the tests."""
    if named := [item.nodeid for item in items if " at 0x" in item.nodeid]:
        msg = f"Give these tests other ids: {named[:3]}"
        raise pytest.UsageError(msg)


_cache_numbers = count()

_FOREIGN = (
    "ANTHROPIC_",
    "COMET",
    "GEMINI_",
    "GOOGLE_",
    "LANGCHAIN_",
    "LANGSMITH_",
    "LC_",
    "OPENAI_",
)


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(_FOREIGN) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def _cache_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("caches")


@pytest.fixture(autouse=True)
def cache_directory(_cache_root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test a cache directory of its own, which does not exist."""
    path = _cache_root / str(next(_cache_numbers))
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda *_, **__: path)
    return path


@pytest.fixture
def gateway() -> Gateway:
    """Return a gateway that says `Hello`, whole or as a stream."""
    return Gateway(say_hello)


@pytest.fixture(params=["gpt-5.4-mini", "gpt-6-astra"])
def _each_route(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a test on the chat route and on the Responses route, each called by its model."""
    monkeypatch.setattr(Gateway, "default_model", request.param)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that the SDK would have slept; nothing waits."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr("openai._base_client.time.sleep", slept.append)
    monkeypatch.setattr("openai._base_client.anyio.sleep", sleep)
    return slept


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Gateway]:
    """Return what puts a gateway in the place of the network."""

    def serve(*answers: Any) -> Gateway:
        gateway = Gateway(*answers)
        replace_network(monkeypatch, gateway)
        return gateway

    return serve
