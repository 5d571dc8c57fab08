"""`doctor` finds each kind of trouble, names it in one row, and its advice works."""

from __future__ import annotations

import json
import re
import socket
import threading
from importlib import metadata
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import trustme

from langchain_cometapi import emulator as emulator_module
from langchain_cometapi._cli.doctor.native import NativeCheck
from langchain_cometapi.emulator import RATE_LIMITED_API_KEY, CometAPIEmulator
from langchain_cometapi.emulator._errors import GatewayError
from langchain_cometapi.emulator._server.app import _Gateway
from tests.integration_tests.commands import CHECKS, KEY, diagnose, run
from tests.integration_tests.raw_host import Host, Line, answering
from tests.integration_tests.routes import RESPONSE, forward, identify, pass_on, refuse
from tests.support.environment import POISONED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NATIVE = {"claude": "langchain_anthropic", "gemini": "langchain_google_genai"}
INSTALLED = [name for name, module in NATIVE.items() if find_spec(module)]
CALLS = ("chat", "stream", "tool_call", "embedding", *NATIVE)
"""All calls; those of `NATIVE` are skipped without their extra, which `make test` has."""
MADE = [name for name in CALLS if name not in NATIVE or name in INSTALLED]
WELL = [name for name in CHECKS if name not in CALLS or name in MADE]
NATIVE_PATHS = {
    "claude": "/v1/messages",
    "gemini": "/v1beta/models/gemini-3.8-flash:generateContent",
}
WAYS = ("proxy", "connection", "tls", "clock")


@pytest.fixture
def host(emulator: CometAPIEmulator) -> Iterator[CometAPIEmulator]:
    """The emulator, without faults before and after."""
    emulator.fault = None
    yield emulator
    emulator.fault = None


def variables(emulator: CometAPIEmulator, **others: str | None) -> dict[str, str | None]:
    """Return an environment in which all is well."""
    return {
        "COMETAPI_KEY": emulator.api_key,
        "COMETAPI_BASE_URL": emulator.base_url,
        **others,
    }


def examine(
    host: CometAPIEmulator, *arguments: str, **others: str | None
) -> tuple[int, dict[str, Any]]:
    """Return the exit code and the checks, in an environment in which nothing else is wrong."""
    return diagnose(*arguments, env=variables(host, **others))


def get_statuses(checks: dict[str, dict[str, Any]], *names: str) -> set[str]:
    return {checks[name]["status"] for name in names}


def closed_port() -> int:
    """Return a port on which nothing listens."""
    with Host(lambda _: None) as host:
        return host.port


def test_all_is_well_with_times_and_tokens(host: CometAPIEmulator) -> None:
    code, checks = examine(host, **POISONED)
    assert (code, get_statuses(checks, *WELL)) == (0, {"ok"})
    for name in ("chat", "stream", "tool_call", *INSTALLED):
        details = checks[name]["details"]
        assert details["model"].startswith(name if name in NATIVE else "gpt-5.4-mini-2026-03-17")
        assert details["seconds"] > 0
        assert details["input_tokens"] > 0
        assert details["output_tokens"] > 0
        assert details["request_id"]
        assert f"{details['output_tokens']} out" in checks[name]["message"]
    assert checks["stream"]["details"]["first_token_seconds"] > 0
    assert "first token after" in checks["stream"]["message"]
    assert checks["embedding"]["details"]["dimensions"] == 1536
    native = [NATIVE_PATHS[name] for name in INSTALLED]
    assert [request.path for request in host.requests] == [
        "/v1/models",
        "/api/models",
        *["/v1/chat/completions"] * 3,
        "/v1/embeddings",
        *native,
    ]
    for request in host.requests:  # a native route has a header of the vendor's for the key
        is_signed = request.path not in ("/api/models", *native)
        assert ("authorization" in request.headers) is is_signed


def test_cost_is_shown_where_the_gateway_says_it(host: CometAPIEmulator) -> None:
    _, checks = examine(host, "--model", "deepseek-v4-flash-vision")
    assert checks["chat"]["details"]["cost_usd"] > 0
    assert "$0.0" in checks["chat"]["message"]


@pytest.mark.parametrize("model", ["claude-opus-5-5", "gpt-6.1-sol", "gemini-3.8-flash", "glm-5.3"])
def test_models_of_each_route_and_family_pass(host: CometAPIEmulator, model: str) -> None:
    code, checks = examine(host, "--model", model)
    assert (code, get_statuses(checks, *MADE)) == (0, {"ok"})


def test_emulator_needs_no_key_no_network_and_no_proxy() -> None:
    nowhere = f"http://127.0.0.1:{closed_port()}"
    names = ("COMETAPI_BASE_URL", "HTTP_PROXY", "ALL_PROXY")
    code, checks = diagnose(
        "--emulator", env={"COMETAPI_KEY": None, **dict.fromkeys(names, nowhere)}
    )
    assert (code, get_statuses(checks, *WELL)) == (0, {"ok"})


# -- the key ----------------------------------------------------------------------------------


@pytest.mark.parametrize("variable", ["COMETAPI_KEY", "COMETAPI_API_KEY"])
def test_wrong_key_fails_once_and_the_rest_is_skipped(
    host: CometAPIEmulator, variable: str
) -> None:
    code, checks = diagnose(env={**variables(host, COMETAPI_KEY=None), variable: KEY})
    assert code == 1
    assert checks["key"]["status"] == "failed"
    assert f"from {variable}: the host does not accept it. HTTP 401" in checks["key"]["message"]
    assert f"Correct {variable}; create keys at https://" in checks["key"]["advice"]
    assert checks["chat"]["details"]["error"] == "CometAPIAuthenticationError"
    assert get_statuses(checks, *CALLS[1:]) == {"skipped"}
    assert get_statuses(checks, "connection", "catalogue") == {"ok"}
    code, _ = examine(host)
    assert code == 0


def test_missing_key_names_the_variable_to_set(host: CometAPIEmulator) -> None:
    code, checks = examine(host, COMETAPI_KEY=None, COMET_API_KEY=KEY)
    assert (code, checks["key"]["status"]) == (1, "failed")
    assert "Set COMETAPI_KEY" in checks["key"]["advice"]
    assert {checks[name]["message"] for name in CALLS} == {"there is no key"}
    assert get_statuses(checks, "connection", "catalogue") == {"ok"}
    assert all(KEY not in str(request.headers) for request in host.requests)


def test_401_of_one_model_says_that_another_may_answer(host: CometAPIEmulator) -> None:
    host.fault = ["401", None]
    code, checks = examine(host)
    assert code == 1
    assert get_statuses(checks, "key", "embedding") == {"ok"}
    assert "channel for this model is broken" in checks["chat"]["message"]
    assert "accepts the key for its list of models" in checks["chat"]["advice"]
    assert "--model" in checks["chat"]["advice"]
    assert get_statuses(checks, "stream", "tool_call") == {"skipped"}
    code, _ = examine(host, "--model", "claude-opus-5-5")
    assert code == 0


# -- the way ----------------------------------------------------------------------------------


def check_way(env: dict[str, str | None], name: str, *words: str) -> None:
    """Check that one row about the way failed, and all that needs it is skipped."""
    code, checks = diagnose("--timeout", "0.8", env=env)
    assert code == 1
    (failed,) = [check for check in checks.values() if check["status"] == "failed"]
    assert failed["name"] == name
    for word in words:
        assert word in f"{failed['message']} {failed['advice']}"
    later = WAYS[WAYS.index(name) + 1 :]
    assert get_statuses(checks, *later, "catalogue", *CALLS) == {"skipped"}
    assert failed["advice"]


def test_host_that_cannot_be_reached_is_named(host: CometAPIEmulator) -> None:
    url = "http://no-such-host.invalid/v1"
    words = ("no-such-host.invalid was not found", "COMETAPI_BASE_URL")
    check_way(variables(host, COMETAPI_BASE_URL=url), "connection", *words)
    url = f"http://127.0.0.1:{closed_port()}/v1"
    check_way(variables(host, COMETAPI_BASE_URL=url), "connection", "refuses", "COMETAPI_BASE_URL")
    code, _ = examine(host, "--base-url", host.base_url, COMETAPI_BASE_URL=url)
    assert code == 0


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n"])
def test_host_that_hangs_is_named(answer: bytes) -> None:
    def hang(line: Line) -> None:
        line.receive()
        line.send(answer)
        line.drain()

    with Host(hang) as silent:
        env: dict[str, str | None] = {"COMETAPI_BASE_URL": f"{silent.url}/v1"}
        check_way(env, "connection", "no complete response in 0.8 s", "--timeout")


def test_proxy_that_refuses_is_named_and_its_advice_works(host: CometAPIEmulator) -> None:
    with Host(refuse) as proxy:
        url = f"http://user:poison@127.0.0.1:{proxy.port}"
        env = variables(host, HTTP_PROXY=url)
        check_way(env, "proxy", "407", f"127.0.0.1:{proxy.port}", "HTTP_PROXY")
        env = variables(host, COMETAPI_BASE_URL="https://localhost/v1", HTTPS_PROXY=url)
        check_way(env, "proxy", "407", "user and password into HTTPS_PROXY")
        code, checks = examine(host, HTTP_PROXY=url, NO_PROXY="127.0.0.1")
        assert code == 0
        assert checks["proxy"]["message"] == "none for this host, though HTTP_PROXY is set"


def test_proxy_that_does_not_exist_is_named_and_its_advice_works(host: CometAPIEmulator) -> None:
    for name in (f"127.0.0.1:{closed_port()}", "no-such-host.invalid:3128"):
        env = variables(host, HTTP_PROXY=f"http://user:poison@{name}")
        check_way(env, "proxy", name, "Correct or unset HTTP_PROXY")
    env = variables(host, ALL_PROXY="gopher://user:poison@x")
    check_way(env, "proxy", "`ALL_PROXY` is not the URL of a proxy")
    with Host(forward) as proxy:
        code, checks = examine(host, HTTP_PROXY=f"http://user:poison@127.0.0.1:{proxy.port}")
        assert code == 0
        assert checks["proxy"]["message"] == f"http://127.0.0.1:{proxy.port} (from HTTP_PROXY)"


@pytest.fixture
def tls(host: CometAPIEmulator, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The URL of the emulator behind TLS, and the certificate of its authority: nobody knows it."""
    authority = trustme.CA()

    def relay(line: Line) -> None:
        with socket.create_connection(("127.0.0.1", urlsplit(host.base_url).port or 0)) as onward:
            back = threading.Thread(target=pass_on, args=(onward, line.socket))
            back.start()
            pass_on(line.socket, onward)
            back.join()

    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    with Host(relay, tls=identify(authority)) as running:
        yield f"{running.url}/v1", str(path)


def test_self_signed_host_is_named_and_its_advice_works(
    host: CometAPIEmulator, tls: tuple[str, str]
) -> None:
    url, path = tls
    env = variables(host, COMETAPI_BASE_URL=url)
    check_way(env, "tls", "does not trust the certificate", "SSL_CERT_FILE")
    code, checks = examine(host, COMETAPI_BASE_URL=url, SSL_CERT_FILE=path)
    assert (code, get_statuses(checks, *WELL)) == (0, {"ok"})
    assert re.fullmatch(
        r"verified by the certificates of SSL_CERT_FILE, TLSv1\.[23]", checks["tls"]["message"]
    )


def test_certificate_of_another_host_and_a_missing_file_are_named(
    host: CometAPIEmulator, tls: tuple[str, str]
) -> None:
    url, path = tls
    other = url.replace("localhost", "127.0.0.1")
    env = variables(host, COMETAPI_BASE_URL=other, SSL_CERT_FILE=path)
    check_way(env, "tls", "of another host", "--base-url")
    code, checks = examine(host, COMETAPI_BASE_URL=other, SSL_CERT_FILE=f"{path}.none")
    assert (code, checks["tls"]["status"]) == (1, "failed")
    assert checks["connection"]["status"] == "skipped"
    assert "SSL_CERT_FILE" in checks["tls"]["message"]


def test_http_and_https_taken_for_each_other_are_named(
    host: CometAPIEmulator, tls: tuple[str, str]
) -> None:
    env = variables(host, COMETAPI_BASE_URL=tls[0].replace("https", "http"))
    check_way(env, "connection", "closed the connection", "https in place of http")
    env = variables(host, COMETAPI_BASE_URL=host.base_url.replace("http", "https"))
    check_way(env, "tls", "no TLS connection", "http in place of https")


# -- the path ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "words"), [("/wrong", "HTML page"), ("/v1/wrong", "404")], ids=["page", "404"]
)
def test_wrong_path_is_named_and_its_advice_works(
    host: CometAPIEmulator, path: str, words: str
) -> None:
    url = f"{host.root_url}{path}"
    code, checks = examine(host, COMETAPI_BASE_URL=url)
    assert (code, checks["connection"]["status"]) == (1, "warning")
    assert words in checks["connection"]["message"]
    advice = "Does --base-url (or COMETAPI_BASE_URL) end in its version path, `/v1`?"
    assert checks["connection"]["advice"] == advice
    assert advice in checks["chat"]["message"]
    assert checks["chat"]["advice"] is None
    assert get_statuses(checks, *CALLS[1:]) == {"skipped"}
    code, _ = examine(host, "--base-url", f"{host.root_url}/v1", COMETAPI_BASE_URL=url)
    assert code == 0


def test_redirect_is_named_and_not_followed() -> None:
    moved = (
        b"HTTP/1.1 301 Moved\r\nlocation: https://user:poison@elsewhere.example/v1?k=poison\r\n"
        b"date: Thu, 26 Nov 2020 12:00:00 GMT\r\ncontent-length: 0\r\n\r\n"
    )
    with Host(answering(moved)) as host:
        code, checks = diagnose(env={"COMETAPI_BASE_URL": f"{host.url}/v1"})
    assert code == 1
    message = checks["connection"]["message"]
    assert "redirects to https://elsewhere.example/v1, which is never followed" in message
    assert checks["chat"]["status"] == "failed"
    assert get_statuses(checks, *CALLS[1:]) == {"skipped"}
    assert checks["clock"]["status"] == "warning"
    assert "Set the clock" in checks["clock"]["advice"]


# -- the models -------------------------------------------------------------------------------


def test_rate_limit_says_to_wait(host: CometAPIEmulator) -> None:
    code, checks = examine(host, COMETAPI_KEY=RATE_LIMITED_API_KEY)
    assert code == 1
    assert checks["chat"]["details"]["error"] == "CometAPIRateLimitError"
    assert checks["chat"]["advice"] == "Wait a while and try again."
    assert get_statuses(checks, "stream", "tool_call") == {"skipped"}
    host.fault = "429; retry_after=7"
    _, checks = examine(host)
    assert checks["chat"]["advice"] == "Wait 7 s and try again."
    assert checks["chat"]["details"]["retry_after"] == 7
    chats = [request for request in host.requests if request.path.endswith("/completions")]
    assert len(chats) == 2  # one of each run: it reports the first failure, and repeats nothing


FAULTS: list[tuple[Any, int, str, str, str, tuple[str, ...]]] = [
    ("balance", 1, "chat", "failed", "Top up the account", CALLS[1:]),
    ([None, "reset_midway", None], 1, "stream", "failed", "StreamTruncated", ()),
    ([None, None, "refusal"], 0, "tool_call", "warning", "--model", ()),
]
"""Faults, the exit code, a check with its status and words of it, and the checks it spares."""


@pytest.mark.parametrize(
    ("fault", "code", "name", "status", "words", "skipped"),
    FAULTS,
    ids=["balance", "stream", "refusal"],
)
def test_fault_of_a_call_is_named_once(
    host: CometAPIEmulator,
    *,
    fault: Any,
    code: int,
    name: str,
    status: str,
    words: str,
    skipped: tuple[str, ...],
) -> None:
    host.fault = fault
    found, checks = examine(host)
    assert (found, checks[name]["status"]) == (code, status)
    assert words in str(checks[name])
    for other in {*MADE} - {name}:
        assert checks[other]["status"] == ("skipped" if other in skipped else "ok")


@pytest.mark.parametrize("fault", ["hang", "keep_alive"])
def test_model_that_hangs_fails_each_check_in_time(host: CometAPIEmulator, fault: str) -> None:
    host.fault = fault
    code, checks = examine(host, "--timeout", "0.4")
    assert code == 1
    assert get_statuses(checks, "chat", "stream", "tool_call") == {"failed"}
    assert "within 0.4 s" in checks["stream"]["message"]
    assert "--timeout" in checks["stream"]["advice"]
    assert checks["embedding"]["status"] == "ok"


@pytest.mark.parametrize(
    ("option", "check"),
    [
        ("--model", "chat"),
        ("--embedding-model", "embedding"),
        *((f"--{name}-model", name) for name in INSTALLED),
    ],
)
def test_unknown_model_is_named_with_its_option(
    host: CometAPIEmulator, option: str, check: str
) -> None:
    model = {"claude": "claude-sonnet-5-6", "gemini": "gemini-3.9-flash"}.get(check, "gpt-5.4-minj")
    code, checks = examine(host, option, model)
    assert code == 1
    assert checks[check]["details"]["error"] == "CometAPIModelNotFoundError"
    assert option in checks[check]["advice"]
    assert checks["embedding" if check == "chat" else "tool_call"]["status"] == "ok"


def test_catalogue_is_read_whole_though_a_copy_is_there(host: CometAPIEmulator) -> None:
    assert run("models", env=variables(host)).exit_code == 0
    code, checks = examine(host)
    assert (code, checks["catalogue"]["status"]) == (0, "ok")
    assert "cannot be read" not in checks["catalogue"]["message"]


def test_catalogue_that_cannot_be_read_is_a_warning(host: CometAPIEmulator) -> None:
    with Host(answering(RESPONSE % (200, b"text/html", 6, b"") + b"<html>")) as odd:
        _, checks = diagnose(env={"COMETAPI_BASE_URL": f"{odd.url}/v1"})
    assert checks["catalogue"]["status"] == "warning"
    assert "/api/models cannot be read: " in checks["catalogue"]["message"]
    assert "COMETAPI_CATALOG=off" in checks["catalogue"]["advice"]
    _, checks = examine(host, COMETAPI_CATALOG="off")
    assert checks["catalogue"]["status"] == "skipped"


# -- the native routes ------------------------------------------------------------------------


@pytest.mark.parametrize("name", INSTALLED)
def test_native_route_that_fails_says_what_to_do(host: CometAPIEmulator, name: str) -> None:
    host.fault = [*[None] * (3 + INSTALLED.index(name)), "503"]
    code, checks = examine(host)
    assert code == 1
    assert [check["name"] for check in checks.values() if check["status"] == "failed"] == [name]
    assert checks[name]["details"]["error"] == "CometAPIOverloadedError"
    assert f"try another model with --{name}-model" in checks[name]["advice"]


@pytest.mark.skipif("claude" not in INSTALLED, reason="it needs the extra `anthropic`")
def test_host_without_the_native_route_is_named(
    host: CometAPIEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse_path(*_: Any) -> None:
        raise GatewayError(404, "Invalid URL (POST /v1/messages)")

    monkeypatch.setattr(_Gateway, "_message", refuse_path)
    code, checks = examine(host)
    assert (code, checks["claude"]["status"], checks["chat"]["status"]) == (1, "failed", "ok")
    assert "404" in checks["claude"]["message"]
    assert "ChatCometAPI asks the same model there" in checks["claude"]["advice"]


@pytest.mark.parametrize("name", INSTALLED)
def test_packages_that_do_not_fit_are_a_line_of_the_class(
    host: CometAPIEmulator, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    advice = "`ChatCometAPI...` needs openai 3: pip install -U openai"

    def refuse(self: NativeCheck, *_: Any) -> None:
        if self.name == name:
            raise ImportError(advice)

    monkeypatch.setattr(NativeCheck, "create", refuse)
    monkeypatch.setattr(NativeCheck, "reason_to_skip", lambda self: self.name != name and "-")
    code, checks = examine(host)
    assert (code, checks[name]["status"], checks[name]["message"]) == (1, "failed", advice)


@pytest.mark.parametrize(
    ("name", "extra"), [("claude", "anthropic"), ("gemini", "google")], ids=["claude", "gemini"]
)
def test_missing_extra_is_no_failure_and_says_what_to_install(
    host: CometAPIEmulator, monkeypatch: pytest.MonkeyPatch, name: str, extra: str
) -> None:
    def find(package: str) -> str:
        if extra in package:
            raise metadata.PackageNotFoundError
        return version(package)

    version = metadata.version
    monkeypatch.setattr(metadata, "version", find)
    code, checks = examine(host)
    assert (code, checks[name]["status"]) == (0, "skipped")
    assert checks[name]["message"] == f"the extra `{extra}` is not installed"
    assert checks["extras"]["status"] == "ok"
    assert re.fullmatch(
        rf'pip install "langchain-cometapi\[.*{extra}.*\]"', checks["extras"]["advice"]
    )


# -- the output -------------------------------------------------------------------------------


def test_text_has_a_row_for_each_check_and_its_advice(host: CometAPIEmulator) -> None:
    done = run("doctor", env=variables(host, COMETAPI_KEY=KEY))
    assert (done.exit_code, done.stderr) == (1, "")
    rows = done.stdout.splitlines()
    named = [row for row in rows[:-1] if row and row[0] != " "]
    statuses = ["ok"] * 7 + ["failed", "ok", "failed"] + ["skipped"] * 5
    assert [row[:9].rstrip() for row in named] == statuses
    assert all(row[8] == " " != row[9] for row in named)
    assert rows[-1] == "8 ok, 2 failed, 5 skipped"
    advice = [row.split("-> ")[1] for row in rows if row.lstrip().startswith("-> ")]
    assert any(text.startswith("Correct COMETAPI_KEY") for text in advice)


@pytest.mark.parametrize(
    ("env", "has_colours"),
    [({}, False), ({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)],
    ids=["pipe", "forced", "refused"],
)
def test_colours_are_for_terminals(env: dict[str, str], has_colours: bool) -> None:
    done = run("doctor", "--emulator", env={**env, "TERM": "xterm"})
    assert ("\x1b[32m" in done.stdout) is has_colours
    document = run("doctor", "--emulator", "--json", env={**env, "TERM": "xterm"}).stdout
    assert "\x1b" not in document
    assert json.loads(document)["ok"]


def test_emulator_and_base_url_exclude_each_other() -> None:
    done = run("doctor", "--emulator", "--base-url", "http://localhost")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "exclude each other" in done.stderr


def test_missing_extra_of_the_emulator_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(emulator_module._LAZY, "CometAPIEmulator", "uvicorn.no_such_module")
    monkeypatch.delitem(vars(emulator_module), "CometAPIEmulator", raising=False)
    done = run("doctor", "--emulator")
    assert (done.exit_code, done.stdout) == (2, "")
    assert 'pip install "langchain-cometapi[emulator]"' in done.stderr
