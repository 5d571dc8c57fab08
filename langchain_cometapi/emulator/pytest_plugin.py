"""Fixtures for your own tests; pytest loads them only if you ask for them.

Put `pytest_plugins = ["langchain_cometapi.emulator.pytest_plugin"]` into a `conftest.py`, or import
the fixtures you want.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from langchain_cometapi import emulator


@pytest.fixture(scope="session")
def cometapi_emulator() -> Iterator[emulator.CometAPIEmulator]:
    """A running emulator, shared by the whole session."""
    try:
        create = emulator.CometAPIEmulator
    except ModuleNotFoundError as error:
        pytest.fail(str(error), pytrace=False)
    with create() as started:
        yield started


@pytest.fixture
def cometapi_emulator_env(
    cometapi_emulator: emulator.CometAPIEmulator, monkeypatch: pytest.MonkeyPatch
) -> emulator.CometAPIEmulator:
    """The session's emulator, without records and scripts; `COMETAPI_*` variables point to it.

    Faults that the test sets end with it.
    """
    cometapi_emulator.clear()
    cometapi_emulator.clear_scripts()
    monkeypatch.setattr(cometapi_emulator, "fault", cometapi_emulator.fault)
    monkeypatch.setenv("COMETAPI_KEY", cometapi_emulator.api_key)
    monkeypatch.setenv("COMETAPI_BASE_URL", cometapi_emulator.base_url)
    return cometapi_emulator
