"""Who reaches a running emulator, and with how much."""

from __future__ import annotations

import socket
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from langchain_cometapi import ChatCometAPI, CometAPIInvalidRequestError
from langchain_cometapi.emulator import CometAPIEmulator
from langchain_cometapi.emulator import __main__ as command_line
from langchain_cometapi.emulator._server import body

OTHER = {"Host": "attacker.example"}


def read_catalogue(emulator: CometAPIEmulator, **kwargs: Any) -> int:
    return httpx.get(f"{emulator.root_url}/api/models", **kwargs).status_code


def test_running_emulator_knows_the_names_of_this_machine_alone(emulator: CometAPIEmulator) -> None:
    port = emulator.root_url.rpartition(":")[2]
    assert read_catalogue(emulator, headers={"Host": f"localhost:{port}"}) == 200
    assert read_catalogue(emulator, headers=OTHER) == 403


@pytest.mark.parametrize("names", [["attacker.example"], ["*"]])
def test_running_emulator_knows_the_hosts_that_are_allowed(names: list[str]) -> None:
    with CometAPIEmulator(allowed_hosts=names) as emulator:
        assert read_catalogue(emulator, headers=OTHER) == 200
        assert read_catalogue(emulator) == 200


def test_allowed_hosts_of_the_command_line_are_those_of_the_emulator(
    emulator: CometAPIEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = emulator.root_url.rpartition(":")[2]  # so that the command ends by itself
    passed: dict[str, Any] = {}

    def create(**kwargs: Any) -> CometAPIEmulator:
        passed.update(kwargs)
        return CometAPIEmulator(**kwargs)

    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.setattr("langchain_cometapi.emulator._server.server.CometAPIEmulator", create)
    with pytest.raises(SystemExit):
        command_line.main(["--port", taken, "--allowed-host", "one", "--allowed-host", "two"])
    assert passed["allowed_hosts"] == ["one", "two"]


def test_request_that_is_too_large_is_refused_with_a_response(
    emulator: CometAPIEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client is still sending then."""
    monkeypatch.setattr(body, "MAX_BODY_BYTES", 1_000_000)
    model = ChatCometAPI(model="gpt-5.4-mini", max_retries=0)
    with pytest.raises(CometAPIInvalidRequestError, match="request body too large") as raised:
        model.invoke("x" * 10_000_000)
    assert raised.value.status_code == 413
    assert emulator.requests[-1].body is None
    assert model.invoke("Hi").text


def test_client_that_leaves_amid_its_request_is_no_fault_of_the_emulator(
    emulator: CometAPIEmulator, caplog: pytest.LogCaptureFixture
) -> None:
    url = urlsplit(emulator.base_url)
    head = f"POST {url.path}/chat/completions HTTP/1.1\r\nHost: {url.netloc}\r\n"
    with socket.create_connection((url.hostname or "", url.port or 0)) as connection:
        connection.sendall(f"{head}Content-Length: 100\r\n\r\n{{".encode())
    assert read_catalogue(emulator) == 200
    assert "Exception in ASGI application" not in caplog.text
