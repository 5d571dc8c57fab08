"""The emulator as a server: starting, stopping, recording, and the command line."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from langchain_cometapi import (
    ChatCometAPI,
    CometAPIConnectionError,
    CometAPIContextOverflowError,
    CometAPIInsufficientBalanceError,
)
from langchain_cometapi.emulator import CometAPIEmulator

if TYPE_CHECKING:
    from collections.abc import Callable

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[2]
QUESTION = {
    "model": "gpt-5.4",
    "messages": [{"role": "user", "content": "x" * 400}],
    "stream": True,
}


def get_models(emulator: CometAPIEmulator, **kwargs: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {emulator.api_key}"}
    return httpx.get(f"{emulator.base_url}/models", headers=headers, **kwargs)


def named_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "cometapi-emulator"]


def test_context_manager_starts_and_stops_the_emulator() -> None:
    before = len(named_threads())
    with CometAPIEmulator() as emulator:
        assert emulator.base_url == f"{emulator.root_url}/v1"
        assert emulator.root_url.startswith("http://127.0.0.1:")
        assert len(named_threads()) == before + 1
        assert get_models(emulator).status_code == 200
    assert len(named_threads()) == before
    with pytest.raises(RuntimeError, match="not running"):
        _ = emulator.base_url


def test_emulator_can_be_started_and_stopped_again() -> None:
    emulator = CometAPIEmulator()
    for _ in range(2):
        assert emulator.start() is emulator
        assert get_models(emulator).status_code == 200
        with pytest.raises(RuntimeError, match="already running"):
            emulator.start()
        emulator.stop()
        emulator.stop()
    assert len(emulator.requests) == 2


def test_two_emulators_answer_side_by_side() -> None:
    with CometAPIEmulator() as one, CometAPIEmulator(api_key="sk-another-key-1") as other:
        assert one.base_url != other.base_url
        assert get_models(one).status_code == get_models(other).status_code == 200
        assert len(one.requests) == len(other.requests) == 1


def test_requests_are_recorded() -> None:
    with CometAPIEmulator() as emulator:
        get_models(emulator, params={"page": "1"})
        (request,) = emulator.requests
        assert (request.method, request.path, request.query) == ("GET", "/v1/models", {"page": "1"})
        assert request.headers["authorization"] == f"Bearer {emulator.api_key}"
        emulator.clear()
        assert emulator.requests == []


def test_a_taken_port_is_an_error_and_leaves_nothing_behind() -> None:
    with CometAPIEmulator() as emulator:
        port = int(emulator.root_url.rpartition(":")[2])
        before = len(named_threads())
        with pytest.raises(OSError, match="in use"):
            CometAPIEmulator(port=port).start()
        assert len(named_threads()) == before


def read_half_a_stream(emulator: CometAPIEmulator) -> httpx.Response:
    body = {**QUESTION, "n": 64}
    headers = {"Authorization": f"Bearer {emulator.api_key}"}
    client = httpx.Client(base_url=emulator.base_url, headers=headers)
    request = client.build_request("POST", "/chat/completions", json=body)
    response = client.send(request, stream=True)
    next(response.iter_raw(64))
    return response


def send_half_a_request(emulator: CometAPIEmulator) -> socket.socket:
    host, port = emulator.root_url.removeprefix("http://").split(":")
    connection = socket.create_connection((host, int(port)))
    connection.sendall(
        b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"
    )
    return connection


def keep_alive(emulator: CometAPIEmulator) -> httpx.Client:
    client = httpx.Client()
    client.get(f"{emulator.root_url}/api/models")
    return client


@pytest.mark.parametrize("hold", [read_half_a_stream, send_half_a_request, keep_alive])
@pytest.mark.filterwarnings("error")
def test_stop_with_open_connections_is_prompt(hold: Callable[[CometAPIEmulator], Any]) -> None:
    emulator = CometAPIEmulator().start()
    held = hold(emulator)
    before = time.monotonic()
    emulator.stop()
    assert time.monotonic() - before < 5
    held.close()


def test_stream_is_readable_by_a_plain_http_client(emulator: CometAPIEmulator) -> None:
    url, headers = emulator.base_url, {"Authorization": f"Bearer {emulator.api_key}"}
    with httpx.stream(
        "POST", f"{url}/chat/completions", json=QUESTION, headers=headers
    ) as response:
        lines = list(response.iter_lines())
    assert lines[0] == ": PING"
    assert lines[-2] == "data: [DONE]"
    assert response.headers.get_list("server") == ["cometapi-emulator"]


# -- the command line ----------------------------------------------------------------------------


def start_command(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "langchain_cometapi.emulator", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONWARNINGS": "error"},
        cwd=ROOT,
    )


def read_banner(process: subprocess.Popen[str]) -> tuple[str, str, str]:
    """Return what a command prints when it listens, and the base URL and key in it."""
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(5)]
    base_url, key = (line.rpartition(" ")[2].strip() for line in lines[1:3])
    return "".join(lines), base_url, key


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_command_line_ends_cleanly(number: int) -> None:
    process = start_command("--port", "0")
    text, base_url, key = read_banner(process)
    assert "emulator" in text.splitlines()[0]
    assert f"COMETAPI_KEY={key} COMETAPI_BASE_URL={base_url}" in text
    headers = {"Authorization": f"Bearer {key}"}
    assert httpx.get(f"{base_url}/models", headers=headers).status_code == 200
    process.send_signal(number)
    _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (0, "")


def test_command_line_switches_faults_on() -> None:
    process = start_command("--port", "0", "--fault", "402", "--fault", "reset")
    try:
        _, base_url, key = read_banner(process)
        model = ChatCometAPI(model="gpt-5.4-mini", base_url=base_url, api_key=key, max_retries=0)
        with pytest.raises(CometAPIInsufficientBalanceError):
            model.invoke("Hi")
        with pytest.raises(CometAPIConnectionError):
            model.invoke("Hi")
        assert model.invoke("Hi", extra_headers={"Connection": "close"}).text
    finally:
        process.terminate()
        output = process.communicate(timeout=20)
    assert output == ("", "")


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["--port", "{port}"], 1, "cannot listen on 127.0.0.1:{port}"),
        (["--fault", "sulk"], 2, "unknown fault 'sulk'"),
    ],
    ids=["taken port", "unknown fault"],
)
def test_command_line_names_what_is_wrong(
    emulator: CometAPIEmulator, arguments: list[str], status: int, says: str
) -> None:
    port = emulator.root_url.rpartition(":")[2]
    process = start_command(*(argument.format(port=port) for argument in arguments))
    _, errors = process.communicate(timeout=60)
    assert process.returncode == status
    assert says.format(port=port) in errors
    assert "Traceback" not in errors


def test_pytest_plugin_has_a_clear_emulator_for_each_test(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeconftest('pytest_plugins = ["langchain_cometapi.emulator.pytest_plugin"]')
    pytester.makepyfile(
        """
        import os
        import urllib.request

        def test_one(cometapi_emulator):
            urllib.request.urlopen(f"{cometapi_emulator.root_url}/api/models").close()
            assert len(cometapi_emulator.requests) == 1

        def test_two(cometapi_emulator_env, cometapi_emulator):
            assert cometapi_emulator_env is cometapi_emulator
            assert cometapi_emulator.requests == []
            assert os.environ["COMETAPI_BASE_URL"] == cometapi_emulator.base_url
            assert os.environ["COMETAPI_KEY"] == cometapi_emulator.api_key
            cometapi_emulator.fault = "429"

        def test_three(cometapi_emulator_env):
            assert cometapi_emulator_env.fault is None
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-W", "error")
    result.assert_outcomes(passed=3)


@pytest.mark.parametrize(
    ("model", "endpoint"),
    [("gpt-4o-mini", "chat"), ("gpt-4o-mini", "responses"), ("deepseek-v3.2", "chat")],
)
def test_prompt_beyond_the_context_is_an_error_of_its_own(
    emulator: CometAPIEmulator, model: str, endpoint: Any
) -> None:
    """The profile of a model and the emulator state its context, each for itself."""
    chat = ChatCometAPI(model=model, endpoint=endpoint)
    most = (chat.profile or {})["max_input_tokens"]
    with pytest.raises(CometAPIContextOverflowError):
        chat.invoke("word" * most)
    assert len(emulator.requests) == 1
    # What the error advises: a shorter prompt.
    assert chat.invoke("word" * (most // 2)).text
