"""What one response, or its absence, says of proxy, connection, TLS and clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from langchain_cometapi._cli.doctor import network
from langchain_cometapi._cli.doctor.causes import Cause, Proxy
from langchain_cometapi._cli.doctor.network import Probe, find_proxy
from langchain_cometapi._client.http_clients import TransportSettings, build_client
from langchain_cometapi._client.sdk import httpx
from tests.support import Body

URL = "https://gateway.example/v1"
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def statuses(probe: Probe) -> dict[str, str]:
    return {check.name: check.status for check in probe.checks()}


def get_check(probe: Probe, name: str) -> Any:
    return next(check for check in probe.checks() if check.name == name)


def test_good_response_passes_all() -> None:
    probe = Probe(URL, status=200, tls="TLSv1.3", skew=0.4, seconds=0.2)
    assert set(statuses(probe).values()) == {"ok"}
    assert "TLSv1.3" in get_check(probe, "tls").message


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("proxy", ["failed", "skipped", "skipped", "skipped"]),
        ("connection", ["ok", "failed", "skipped", "skipped"]),
        ("tls", ["ok", "ok", "failed", "skipped"]),
    ],
)
def test_what_comes_after_a_failure_is_skipped_with_a_reason(
    where: Any, expected: list[str]
) -> None:
    probe = Probe(URL, cause=Cause(where, "what", "advice"))
    checks = list(probe.checks())
    assert [check.status for check in checks] == expected
    assert all(check.message for check in checks)
    failed = next(check for check in checks if check.status == "failed")
    assert (failed.message, failed.advice) == ("what", "advice")


def test_tls_that_cannot_be_set_up_leaves_the_connection_untried() -> None:
    probe = Probe(URL, cause=Cause("tls", "what", "advice", is_setting=True))
    assert list(statuses(probe).values()) == ["ok", "skipped", "failed", "skipped"]


@pytest.mark.parametrize(
    ("fields", "message", "advice"),
    [
        ({"status": 404, "said": "Invalid URL"}, "404: Invalid URL", "end in its version path"),
        ({"status": 200, "title": "Home"}, 'HTML page ("Home")', "end in its version path"),
        ({"status": 200, "title": ""}, "HTML page with", "end in its version path"),
        ({"status": 301, "location": "https://x/v1"}, "redirects to https://x/v1", "--base-url"),
        ({"status": 503, "said": "busy"}, "status 503: busy", None),
    ],
)
def test_odd_response_is_a_warning_with_advice(
    fields: dict[str, Any], message: str, advice: str | None
) -> None:
    check = get_check(Probe(URL, tls="TLSv1.3", **fields), "connection")
    assert check.status == "warning"
    assert message in check.message
    assert (advice is None) is (check.advice is None)
    assert (advice or "") in (check.advice or "")


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("http://localhost:1/v1", "ok"),
        ("http://127.0.0.2/v1", "ok"),
        ("http://[::1]:1/v1", "ok"),
        ("http://gateway.example/v1", "warning"),
        ("http://10.0.0.1/v1", "warning"),
    ],
)
def test_host_without_tls_is_a_warning_unless_it_is_this_machine(url: str, status: str) -> None:
    assert get_check(Probe(url, status=200), "tls").status == status


@pytest.mark.parametrize(
    ("headers", "skew"),
    [
        ({"date": format_datetime(NOW, usegmt=True)}, 0.0),
        ({"date": format_datetime(NOW - timedelta(hours=1), usegmt=True)}, 3600.0),
        ({"date": format_datetime(NOW - timedelta(hours=1), usegmt=True), "age": "3600"}, 0.0),
        ({"date": "Thu, 26 Nov 2026 12:00:00 -0000"}, 0.0),
        ({"date": "yesterday"}, None),
        ({"date": format_datetime(NOW, usegmt=True), "age": "old"}, None),
        ({}, None),
    ],
)
def test_skew_is_read_from_the_date(headers: dict[str, str], skew: float | None) -> None:
    assert network._read_skew(headers, NOW) == skew


@pytest.mark.parametrize(
    ("skew", "status", "message"),
    [
        (None, "skipped", "no date"),
        (29.0, "ok", "within 29 s"),
        (-29.0, "ok", "within 29 s"),
        (3600.0, "warning", "3600 s ahead of"),
        (-90.0, "warning", "90 s behind"),
    ],
)
def test_clock_warns_beyond_some_seconds(skew: float | None, status: str, message: str) -> None:
    check = get_check(Probe(URL, status=200, skew=skew), "clock")
    assert (check.status, message in check.message) == (status, True)


@pytest.mark.parametrize(
    ("variables", "url", "name", "shown"),
    [
        ({}, URL, None, None),
        ({"HTTPS_PROXY": "http://u:poison@p.example:1"}, URL, "HTTPS_PROXY", "http://p.example:1"),
        ({"ALL_PROXY": "u:poison@p.example:1"}, URL, "ALL_PROXY", "http://p.example:1"),
        ({"http_proxy": "http://p.example:1"}, URL, None, None),
        ({"http_proxy": "http://p.example:1"}, "http://h/v1", "http_proxy", "http://p.example:1"),
        (
            {"HTTPS_PROXY": "http://a.example:1", "https_proxy": "http://b.example:1"},
            URL,
            "https_proxy",
            "http://b.example:1",
        ),
        ({"HTTPS_PROXY": "http://p.example:1", "NO_PROXY": "gateway.example"}, URL, None, None),
    ],
)
def test_proxy_in_effect_is_named_without_its_password(
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    url: str,
    name: str | None,
    shown: str | None,
) -> None:
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)
    with build_client(TransportSettings()) as client:
        proxy = find_proxy(client, url)
    assert proxy == (None if name is None else Proxy(name, str(shown)))
    check = get_check(Probe(url, status=200, proxy=proxy), "proxy")
    assert (check.status, "poison" in str(check.as_dict())) == ("ok", False)
    if name is None and len(variables) == 2:
        assert check.message == "none for this host, though HTTPS_PROXY is set"


def test_body_without_an_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "_MAX_BYTES", 10)
    response = httpx.Response(
        200, stream=Body([b"x" * 11, b"y"]), request=httpx.Request("GET", URL)
    )
    assert network._read_whole(response, float("inf")).content == b"x" * 11
    endless = httpx.Response(200, stream=Body([b"x"]), request=httpx.Request("GET", URL))
    with pytest.raises(httpx.ReadTimeout):
        network._read_whole(endless, 0.0)
