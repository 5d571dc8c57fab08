"""Fixtures for your own tests; nothing here is loaded unless you ask for it.

Ask in a `conftest.py` with `pytest_plugins = ["langchain_cometapi.emulator.pytest_plugin"]`, or
import the fixtures you want.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from langchain_cometapi.emulator._server.server import CometAPIEmulator

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def cometapi_emulator() -> Iterator[CometAPIEmulator]:
    """One running emulator for the whole session."""
    with CometAPIEmulator() as emulator:
        yield emulator


@pytest.fixture
def cometapi_emulator_env(
    cometapi_emulator: CometAPIEmulator, monkeypatch: pytest.MonkeyPatch
) -> CometAPIEmulator:
    """The session's emulator with an empty record, and `COMETAPI_*` pointing at it."""
    cometapi_emulator.clear()
    monkeypatch.setenv("COMETAPI_KEY", cometapi_emulator.api_key)
    monkeypatch.setenv("COMETAPI_BASE_URL", cometapi_emulator.base_url)
    return cometapi_emulator
