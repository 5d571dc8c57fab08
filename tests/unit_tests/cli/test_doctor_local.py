"""Checks of this machine: versions, key and base URL."""

from __future__ import annotations

from importlib import metadata
from typing import TYPE_CHECKING

import pytest

from langchain_cometapi._cli.doctor.local import check_base_url, check_key, check_versions, find_key
from langchain_cometapi._cli.options import Service
from langchain_cometapi._client.sdk import httpx

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY = "sk-poison-0123456789abcdef"
EMULATOR = Service("http://127.0.0.1:1/v1", "sk-emulator", is_emulator=True)


def set_all(monkeypatch: pytest.MonkeyPatch, variables: Mapping[str, str]) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"COMETAPI_API_KEY": KEY}, "ok: from COMETAPI_API_KEY"),
        ({"COMETAPI_KEY": f" {KEY}\n", "COMETAPI_API_KEY": KEY}, "ok: from COMETAPI_KEY"),
        (
            {"COMETAPI_KEY": KEY, "COMETAPI_API_KEY": f"{KEY}2"},
            "ok: from COMETAPI_KEY; COMETAPI_API_KEY has another one, which is not read",
        ),
        ({"COMETAPI_KEY": " "}, "failed: None of COMETAPI_KEY and COMETAPI_API_KEY is set."),
        (
            {"COMETAPI_KEY": f"export {KEY}"},
            "failed: from COMETAPI_KEY: `api_key` ",
        ),
    ],
)
def test_key_is_named_by_its_origin_and_never_shown(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], says: str
) -> None:
    set_all(monkeypatch, variables)
    check = check_key(Service())
    found = f"{check.status}: {check.message}"
    assert found == says if check.status == "ok" else found.startswith(says)
    assert "poison" not in str(check.as_dict())
    assert (find_key(Service()) is not None) is (check.status == "ok")


def test_key_of_the_emulator_is_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMETAPI_KEY", KEY)
    check = check_key(EMULATOR)
    assert (check.status, check.message) == ("ok", "the emulator's")
    assert find_key(EMULATOR) == "sk-emulator"


def test_advice_for_the_key_of_comet_ml_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMET_API_KEY", KEY)
    check = check_key(Service())
    assert "COMET_API_KEY is set, which belongs to Comet ML and is never read." in check.message
    assert check.advice is not None
    assert check.advice.endswith("If COMET_API_KEY has a CometAPI key, set COMETAPI_KEY to it.")
    monkeypatch.setenv("COMETAPI_KEY", KEY)
    assert check_key(Service()).status == "ok"


@pytest.mark.parametrize(
    ("variables", "service", "url", "origin"),
    [
        ({}, Service(), "https://api.cometapi.com/v1", "the default"),
        (
            {"COMETAPI_API_BASE": "https://h.example"},
            Service(),
            "https://h.example/v1",
            "from COMETAPI_API_BASE, which says https://h.example",
        ),
        (
            {"COMETAPI_BASE_URL": "https://host.example/v2/"},
            Service("https://other.example/v1"),
            "https://other.example/v1",
            "from --base-url",
        ),
        ({"COMETAPI_BASE_URL": "x"}, EMULATOR, "http://127.0.0.1:1/v1", "the emulator's"),
    ],
)
def test_base_url_says_what_was_given_and_what_it_became(
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    service: Service,
    url: str,
    origin: str,
) -> None:
    set_all(monkeypatch, variables)
    check, found = check_base_url(service)
    assert (check.status, check.message, found) == ("ok", f"{url} ({origin})", url)


@pytest.mark.parametrize(
    "given", ["ftp://host", "https://user:poison@host", "https://host?key=poison", "http://h:x"]
)
@pytest.mark.parametrize("origin", ["COMETAPI_BASE_URL", "--base-url"])
def test_unusable_base_url_fails_without_its_password(
    monkeypatch: pytest.MonkeyPatch, given: str, origin: str
) -> None:
    if origin == "COMETAPI_BASE_URL":
        monkeypatch.setenv(origin, given)
    check, url = check_base_url(Service(None if origin == "COMETAPI_BASE_URL" else given))
    assert (check.status, url) == ("failed", None)
    assert check.message.startswith(f"from {origin}: ")
    assert (check.advice is not None) is (origin == "COMETAPI_BASE_URL")  # which can be unset
    assert "poison" not in str(check.as_dict())


def set_version(monkeypatch: pytest.MonkeyPatch, name: str, version: str) -> None:
    real = metadata.version
    monkeypatch.setattr(metadata, "version", lambda each: version if each == name else real(each))


def test_versions_are_those_installed() -> None:
    check = check_versions()
    assert check.status == "ok"
    for name in ("langchain-core", "langchain-openai", "openai"):
        assert f"{name} {metadata.version(name)}" in check.message
        assert check.details[name] == metadata.version(name)
    assert {"python", "langchain-cometapi"} < check.details.keys()


@pytest.mark.parametrize("name", ["langchain-core", "langchain-openai", "openai", httpx.__name__])
def test_version_that_is_too_old_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    set_version(monkeypatch, name, "0.9")
    check = check_versions()
    assert check.status == "failed"
    assert f"These do not fit: {name} 0.9 (needs " in check.message
    assert check.advice == 'pip install --upgrade "langchain-cometapi"'


def test_version_before_a_release_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    set_version(monkeypatch, "langchain-core", "1.99.0rc1")
    assert check_versions().status == "ok"


def test_package_that_runs_from_its_sources_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def requires(_: str) -> list[str]:
        raise metadata.PackageNotFoundError

    monkeypatch.setattr(metadata, "requires", requires)
    assert check_versions().status == "ok"
