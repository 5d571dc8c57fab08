"""LLMock, a mock server that knows nothing of this package, in a process of its own."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import pytest

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
        """Where it speaks OpenAI's protocols."""
        return f"{self.root_url}/v1"

    @property
    def anthropic_url(self) -> str:
        """Where it speaks Anthropic's."""
        return f"{self.root_url}/anthropic/v1"

    @property
    def gemini_url(self) -> str:
        """Where it speaks Gemini's."""
        return f"{self.root_url}/gemini/v1"

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


@contextmanager
def run_llmock(log: Path) -> Iterator[LLMock]:
    """Run one on a free port; what it prints goes into a file."""
    executable = shutil.which("llmock")
    if executable is None:
        pytest.fail(
            "llmock is not on the PATH; `make test_llmock` and `make test_native` see to it"
        )
    port = _free_port()
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
