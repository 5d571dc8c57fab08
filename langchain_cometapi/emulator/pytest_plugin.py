"""Fixtures for your own tests; pytest loads them only if you ask for them.

Put `pytest_plugins = ["langchain_cometapi.emulator.pytest_plugin"]` into a `conftest.py`, or import
the fixtures you want.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from langchain_cometapi.emulator._server.server import CometAPIEmulator


@pytest.fixture(scope="session")
def cometapi_emulator() -> Iterator[CometAPIEmulator]:
    """A running emulator, shared by the whole session."""
    with CometAPIEmulator() as emulator:
        yield emulator


@pytest.fixture
def cometapi_emulator_env(
    cometapi_emulator: CometAPIEmulator, monkeypatch: pytest.MonkeyPatch
) -> CometAPIEmulator:
    """The session's emulator with an empty record; `COMETAPI_*` variables point to it."""
    cometapi_emulator.clear()
    monkeypatch.setenv("COMETAPI_KEY", cometapi_emulator.api_key)
    monkeypatch.setenv("COMETAPI_BASE_URL", cometapi_emulator.base_url)
    return cometapi_emulator
