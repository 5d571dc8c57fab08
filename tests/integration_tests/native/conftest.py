"""Tests of the native classes, which need the extras `anthropic` and `google`."""

from __future__ import annotations

from importlib.util import find_spec
from types import SimpleNamespace
from typing import Any

import pytest

from tests.integration_tests.samples import serve

# Environments without the extras cannot import them; `make test_native` has both.
collect_ignore_glob = [] if find_spec("langchain_anthropic") else ["*test_*.py"]


def _serve_requests(url: str) -> Any:
    """Answer from memory as `requests` does."""
    return SimpleNamespace(ok=True, content=serve(url).content)


@pytest.fixture(autouse=True)
def _samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Serve the files that the standard suite downloads, and `ChatGoogleGenerativeAI` again."""
    monkeypatch.setenv("LANGCHAIN_TESTS_USER_AGENT", "langchain-cometapi")
    monkeypatch.setattr("langchain_tests.integration_tests.chat_models.httpx.get", serve)
    monkeypatch.setattr("langchain_google_genai._image_utils.requests.get", _serve_requests)
