"""Tests of the native classes, which need the extras `anthropic` and `google`."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

# Environments without the extras cannot import them; `make test_native` has both.
collect_ignore_glob = [] if find_spec("langchain_anthropic") else ["test_*.py"]


@pytest.fixture(autouse=True)
def _repeat_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the SDKs repeat a request without a wait."""
    monkeypatch.setattr("anthropic._base_client.INITIAL_RETRY_DELAY", 0.0001)
