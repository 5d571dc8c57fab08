"""The `Host` of a request: this machine's names, and those that the user allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from langchain_cometapi.emulator import create_app
from langchain_cometapi.emulator._server.hosts import allowed_names

if TYPE_CHECKING:
    from tests.unit_tests.emulator.client import Client


def status(client: Client, host: str, *allowed: str) -> int:
    client.app = create_app(state=client.state, allowed_hosts=allowed)
    return client.send("GET", "/api/models", headers={"Host": host}).status_code


@pytest.mark.parametrize(
    "host",
    ["LOCALHOST:8765", "api.localhost", "localhost.", "127.1.2.3", "[::1]:80"],
)
def test_names_of_this_machine_are_accepted(client: Client, host: str) -> None:
    assert status(client, host) == 200


@pytest.mark.parametrize(
    "host",
    ["localhost.evil.example", "127.0.0.1.nip.io", "10.0.0.1:80", "[::2]", "[::1", ""],
)
def test_other_hosts_are_refused_unless_allowed(client: Client, host: str) -> None:
    assert status(client, host) == 403
    assert client.state.requests() == []
    assert status(client, host, "*") == 200


@pytest.mark.parametrize("host", ["emulator", "Emulator:8765", "emulator."])
def test_allowed_host_is_accepted(client: Client, host: str) -> None:
    assert status(client, host, "emulator") == 200


def test_refusal_says_how_to_allow_the_host(client: Client) -> None:
    client.app = create_app(allowed_hosts=())
    message = client.send("GET", "/v1/models", headers={"Host": "proxy"}).json()["error"]["message"]
    assert "'proxy'" in message
    assert "CometAPIEmulator(allowed_hosts=[...])" in message
    assert "--allowed-host" in message


@pytest.mark.parametrize("host", ["0.0.0.0", "::", ""])  # noqa: S104 - the point of the test
def test_address_that_stands_for_all_allows_none(host: str) -> None:
    assert allowed_names(host, ["Box."]) == {"box"}
    assert allowed_names("192.168.1.2", []) == {"192.168.1.2"}
