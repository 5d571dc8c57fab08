"""The commands as processes: terminals, pipes, signals, encodings and keys."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi.emulator import CometAPIEmulator
from langchain_cometapi.native import choice
from tests.integration_tests.commands import COMMAND, KEY, process_environment, run, start
from tests.integration_tests.raw_host import PATIENCE, Host
from tests.support import chunk, sse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.integration_tests.raw_host import Line

ALL = {
    "doctor": ["doctor", "--timeout", "29"],
    "doctor in JSON": ["doctor", "--json"],
    "models": ["models"],
    "models in JSON": ["models", "--json", "--refresh"],
    "explain": ["explain", "gpt-5-mini", "Hi", "-p", "temperature=0.2"],
    "explain in JSON": ["explain", "gpt-5-mini", "Hi", "--json", "--stream"],
    "ask": ["ask", "deepseek-v4-pro", "Is Paris a city?"],
    "ask an unknown model": ["ask", "no-such-model", "Hi"],
}
# Each is a process that imports all of LangChain.
each_command = pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[pytest.mark.slow] * (n != "ask")) for n in ALL]
)
linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux")


@pytest.fixture
def emulator_env() -> Iterator[dict[str, str | None]]:
    """An environment whose key is the emulator's, and a part of what must not be shown."""
    with CometAPIEmulator(api_key=KEY) as running:
        yield {"COMETAPI_BASE_URL": running.base_url, "COMETAPI_KEY": KEY}


@each_command
def test_no_command_shows_the_key_or_warns(name: str, emulator_env: dict[str, str | None]) -> None:
    """`start` looks for the key, and Python is told that each warning is an error."""
    done = start(*ALL[name], env=emulator_env)
    assert done.returncode == (1 if "unknown" in name else 0)
    if "JSON" in name:
        json.loads(done.stdout)


@pytest.mark.parametrize("name", ALL)
def test_wrong_key_is_not_shown_either(name: str, emulator: CometAPIEmulator) -> None:
    done = run(*ALL[name], env={"COMETAPI_BASE_URL": emulator.base_url, "COMETAPI_KEY": KEY})
    assert done.exit_code == (1 if name.startswith(("doctor", "ask")) else 0)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
@pytest.mark.slow
def test_text_that_a_terminal_cannot_show_is_escaped(
    emulator_env: dict[str, str | None], encoding: str
) -> None:
    env = {**emulator_env, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    text = "Grüße, 中文 🙂"
    shown = text.encode(encoding, "backslashreplace")
    done = start("ask", "gpt-5.4-mini", "-", env=env, input=text.encode())
    assert done.returncode == 0
    assert done.stdout.rstrip().endswith(shown)
    done = start("explain", "gpt-5.4-mini", text, "--json", env=env)
    document = json.loads(done.stdout.decode(encoding))
    assert document["body"]["messages"][0]["content"] == text
    assert start("doctor", env=env).returncode == 0


@linux_only
@each_command
def test_reader_that_goes_away_is_no_error(name: str, emulator_env: dict[str, str | None]) -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        done = start(*ALL[name], env=emulator_env, capture_output=False, stdout=write, stderr=-1)
    finally:
        os.close(write)
    for text in (b"Broken pipe", b"Exception ignored", b"Traceback"):
        assert text not in done.stderr
    assert done.returncode in {0, 1}


@linux_only
@pytest.mark.parametrize("arguments", [["explain", "m"], ["explain", "m", "--json"], ["--help"]])
@pytest.mark.slow
def test_full_disk_is_an_error_in_one_line(arguments: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = start(*arguments, capture_output=False, stdout=full, stderr=-1)
    assert done.returncode == 1
    assert done.stderr == b"Error: The output cannot be written: No space left on device.\n"


@pytest.fixture
def _interruptible() -> Iterator[None]:
    """Let commands end by SIGINT, which the background jobs of some shells ignore."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_interruptible")
def test_interrupt_ends_an_answer_with_what_had_arrived() -> None:
    def talk(line: Line) -> None:
        line.receive()
        body = sse(chunk("Hello"), done=False)
        head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
        line.send(head + body)
        line.drain()

    with (
        Host(talk) as host,
        subprocess.Popen(
            [*COMMAND, "ask", "gpt-5.4-mini", "Hi"],
            env=process_environment({"COMETAPI_BASE_URL": host.url}),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process,
    ):
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.read(5) == b"Hello"
        process.send_signal(signal.SIGINT)
        rest, notes = process.communicate(timeout=PATIENCE)
    assert (process.returncode, rest) == (130, b"\n")
    assert notes == b"Interrupted: this is what had arrived.\n"


def on_terminal(*arguments: str, env: dict[str, str | None], columns: int = 80) -> tuple[int, str]:
    """Return the exit code of a command, and what it writes to a terminal."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    variables: dict[str, Any] = {**env, "TERM": "xterm-256color", "COLUMNS": None}
    written = []
    try:
        done = start(
            *arguments,
            env=variables,
            capture_output=False,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.set_blocking(ours, False)
        while True:
            try:
                written.append(os.read(ours, 65536))
            except BlockingIOError:
                break
    finally:
        os.close(theirs)
        os.close(ours)
    return done.returncode, b"".join(written).decode().replace("\r\n", "\n")


def strip(text: str) -> str:
    return re.sub(r"\x1b\[[\d;]*m", "", text)


@linux_only
@pytest.mark.parametrize("columns", [40, 200])
@pytest.mark.slow
def test_doctor_fits_a_terminal(emulator_env: dict[str, str | None], columns: int) -> None:
    code, shown = on_terminal("doctor", env=emulator_env, columns=columns)
    assert code == 0
    assert "\x1b[32mok" in shown
    lines = strip(shown).splitlines()
    assert max(map(len, lines)) <= columns
    assert "langchain-openai" in "".join(line[21:].strip() for line in lines)
    assert "poison" not in shown


@linux_only
@pytest.mark.slow
def test_reasoning_and_usage_are_dim_on_a_terminal(emulator_env: dict[str, str | None]) -> None:
    code, shown = on_terminal("ask", "deepseek-v4-pro", "Is Paris a city?", env=emulator_env)
    assert code == 0
    dim = "".join(re.findall(r"\x1b\[2m(.*?)\x1b\[0m", shown, re.DOTALL))
    assert "Emulated reasoning" in dim
    assert "tokens in" in dim
    answer = re.sub(r"\x1b\[2m.*?\x1b\[0m", "", shown, flags=re.DOTALL)
    assert answer.strip().startswith("This is the CometAPI emulator answering")


@linux_only
@pytest.mark.parametrize("variable", [None, "NO_COLOR"])
@pytest.mark.slow
def test_explain_is_highlighted_on_a_terminal(variable: str | None) -> None:
    env: dict[str, str | None] = {} if variable is None else {variable: "1"}
    _, shown = on_terminal("explain", "gpt-5-mini", "-p", "temperature=0.2", env=env)
    assert ("\x1b[33mdropped" in shown) is (variable is None)
    body = strip(shown).partition("\n")[2].partition("\n\n")[0]
    assert json.loads(body)["model"] == "gpt-5-mini"


@pytest.mark.slow
def test_answer_and_catalogue_can_be_piped(emulator_env: dict[str, str | None]) -> None:
    asked = start("ask", "gpt-5.4-mini", "-", env=emulator_env, input="Grüße".encode())
    assert asked.stdout.decode().endswith("Grüße\n")
    assert b"tokens in" in asked.stderr
    listed = start("models", "claude", env=emulator_env)
    lines = listed.stdout.decode().splitlines()
    assert lines[0].split()[0] == "model"
    assert lines[1:]
    assert all(line.startswith("claude-") for line in lines[1:])
    assert b"the catalogue of " in listed.stderr


def test_retired_model_is_named_with_its_replacement_which_works() -> None:
    done = run("ask", "--emulator", "deepseek-reasoner", "Hi")
    warning, error = done.stderr.splitlines()
    assert (done.exit_code, done.stdout) == (1, "")
    assert warning.startswith("Warning: CometAPI retired `deepseek-reasoner` on 2026-07-24.")
    assert error.startswith("Error: CometAPIModelNotFoundError: ")
    (replacement,) = re.findall(r"Use `([\w.-]+)` instead", warning)
    assert replacement in error
    done = run("ask", "--emulator", replacement, "Hi")
    assert (done.exit_code, "you said: Hi" in done.stdout) == (0, True)
    done = run("models", "deepseek-reasoner", env={"COMETAPI_CATALOG": "off"})
    assert (done.exit_code, done.stdout) == (1, "")
    assert f"Use `{replacement}` instead" in done.stderr


def test_catalogue_that_cannot_be_read_is_a_line_and_the_snapshot_answers() -> None:
    with Host(lambda line: line.receive()) as host:
        env = {"COMETAPI_BASE_URL": host.url, "COMETAPI_KEY": None}
        done = run("models", "gpt-5.4", env=env)
    assert done.exit_code == 0
    assert "gpt-5.4-mini" in done.stdout
    warning, source = done.stderr.splitlines()
    assert warning.startswith(f"Warning: The catalogue at {host.url}/api/models cannot be read: ")
    assert "the snapshot in this package of 2026-" in source


PACKAGES = {"anthropic": "langchain_anthropic", "google": "langchain_google_genai"}
THINKING = {
    "claude-sonnet-5-5": ('thinking={"type": "adaptive", "display": "summarized"}', "anthropic"),
    "gemini-3.8-flash": ("include_thoughts=true", "google"),
}


@pytest.mark.parametrize("model", THINKING)
def test_native_route_shows_thinking_that_the_chat_route_refuses(model: str) -> None:
    parameter, extra = THINKING[model]
    pytest.importorskip(PACKAGES[extra], reason="`make test` has the extra")
    asking = ["ask", "--emulator", model, "Hi", "--param", parameter]
    done = run(*asking)
    assert (done.exit_code, done.stdout) == (1, "")
    assert f'Pass --native (`pip install "langchain-cometapi[{extra}]"`)' in done.stderr
    done = run(*asking, "--native")
    assert (done.exit_code, "you said: Hi" in done.stdout) == (0, True)
    thinking, usage = done.stderr.strip().split("\n\n")[0], done.stderr.splitlines()[-1]
    assert thinking.startswith("Emulated reasoning of ")
    assert f"{model}, " in usage
    assert "ended by" not in usage


def test_native_route_of_a_model_without_one_is_a_usage_error() -> None:
    done = run("ask", "--emulator", "gpt-6-astra", "Hi", "--native")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "--native: gpt-6-astra is called by `ChatCometAPI` on /v1/responses" in done.stderr


def test_native_route_without_its_extra_names_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(choice, "find_spec", lambda _: None)
    done = run("ask", "--emulator", "claude-sonnet-5-5", "Hi", "--native")
    assert (done.exit_code, done.stdout) == (2, "")
    # With openai 2 it is an upgrade, as the vendors' SDKs need openai 3.
    assert re.search(r'pip install (-U )?"langchain-cometapi\[anthropic\]"', done.stderr)


@pytest.mark.parametrize("stream", [(), ("--stream",)])
@pytest.mark.parametrize(
    ("extra", "model", "path", "streamed"),
    [
        ("anthropic", "claude-sonnet-5-5", "/v1/messages", "/v1/messages"),
        (
            "google",
            "gemini-3.8-flash",
            "/v1beta/models/gemini-3.8-flash:generateContent",
            "/v1beta/models/gemini-3.8-flash:streamGenerateContent?alt=sse",
        ),
    ],
)
def test_request_of_the_native_route_is_explained(
    extra: str, model: str, path: str, streamed: str, stream: tuple[str, ...]
) -> None:
    pytest.importorskip(PACKAGES[extra], reason="`make test` has the extra")
    request = json.loads(run("explain", model, "Hi", "--native", "--json", *stream).stdout)
    assert request["url"] == f"https://api.cometapi.com{streamed if stream else path}"
    assert request["body"].get("stream", False) is (extra == "anthropic" and stream != ())
    assert "Hi" in json.dumps(request["body"])
