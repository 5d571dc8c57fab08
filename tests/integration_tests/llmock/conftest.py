"""The same service for these tests: LLMock, which knows nothing of this package.

`make test_llmock` puts its executable on the PATH.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi._credentials import API_KEY_VARIABLES, BASE_URL_VARIABLES
from tests.integration_tests.llmock.server import LLMock, run_llmock
from tests.integration_tests.samples import serve

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def llmock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LLMock]:
    """One mock for the whole run."""
    with run_llmock(tmp_path_factory.mktemp("llmock") / "log") as running:
        yield running


@pytest.fixture(autouse=True)
def _service(llmock: LLMock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point `COMETAPI_*` at the mock, where the other tests point it at the emulator."""
    for name in (*API_KEY_VARIABLES, *BASE_URL_VARIABLES):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COMETAPI_KEY", "sk-llmock")
    monkeypatch.setenv("COMETAPI_BASE_URL", llmock.base_url)
    llmock.reset()


@pytest.fixture(scope="session")
def vcr_config() -> dict[str, Any]:
    """Neither play cassettes, which hold the emulator's answers, nor record any."""
    return {"ignore_localhost": True, "record_mode": "none"}


@pytest.fixture(autouse=True)
def _samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Serve the files that the suite downloads."""
    monkeypatch.setenv("LANGCHAIN_TESTS_USER_AGENT", "langchain-cometapi")
    monkeypatch.setattr("langchain_tests.integration_tests.chat_models.httpx.get", serve)
