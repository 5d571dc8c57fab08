"""The same service for these tests: LLMock, which knows nothing of this package.

`make test_llmock` puts its executable on the PATH.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from langchain_cometapi._credentials import API_KEY_VARIABLES, BASE_URL_VARIABLES
from tests.integration_tests.samples import serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOST = "127.0.0.1"
_START_SECONDS = 60
_POLL_SECONDS = 0.05


@dataclass(frozen=True)
class LLMock:
    """A running mock and its control API."""

    root_url: str

    @property
    def base_url(self) -> str:
        return f"{self.root_url}/v1"

    def reset(self) -> None:
        """Forget what was scripted and recorded."""
        self._control("reset", {})

    def script(self, *behaviors: dict[str, Any]) -> None:
        """Queue what the next requests are answered with."""
        self._control("scenario", {"behaviors": behaviors})

    def _control(self, action: str, body: dict[str, Any]) -> None:
        url = f"{self.root_url}/_llmock/{action}"
        httpx.post(url, json=body, trust_env=False).raise_for_status()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True


def _wait_until_it_listens(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not _listens(port):
        if process.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"llmock does not listen on port {port}:\n{log.read_text('utf-8')}")
        time.sleep(_POLL_SECONDS)


@pytest.fixture(scope="session")
def llmock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LLMock]:
    """One mock for the whole run."""
    executable = shutil.which("llmock")
    if executable is None:
        pytest.fail("llmock is not on the PATH; `make test_llmock` sees to that")
    port = _free_port()
    log = tmp_path_factory.mktemp("llmock") / "log"
    command = [executable, "serve", "-h", HOST, "-p", str(port), "--log-level", "warning"]
    with (
        log.open("wb") as output,
        subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT) as process,
    ):
        try:
            _wait_until_it_listens(process, port, log)
            yield LLMock(f"http://{HOST}:{port}")
        finally:
            process.terminate()


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
