"""Where key and base URL come from."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from langchain_cometapi import ChatCometAPI, CometAPIInvalidKeyError
from langchain_cometapi._credentials import resolve_api_key, resolve_base_url

BOM = "\ufeff"


def _secret(model: ChatCometAPI) -> str:
    assert isinstance(model.cometapi_api_key, SecretStr)
    return model.cometapi_api_key.get_secret_value()


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"COMETAPI_KEY": "first", "COMETAPI_API_KEY": "second"}, "first"),
        ({"COMETAPI_API_KEY": "second"}, "second"),
        ({"COMETAPI_KEY": "", "COMETAPI_API_KEY": "second"}, "second"),
        ({"COMETAPI_KEY": f" {BOM} \t", "COMETAPI_API_KEY": "second"}, "second"),
        ({"COMETAPI_KEY": f"{BOM} first \r\n"}, "first"),
    ],
)
def test_key_is_read_from_the_environment_in_order(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert _secret(ChatCometAPI(model="m")) == expected


def test_explicit_key_wins_and_is_stripped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMETAPI_KEY", "from-env")
    assert _secret(ChatCometAPI(model="m", api_key=f"{BOM} mine\n")) == "mine"
    assert _secret(ChatCometAPI(model="m", cometapi_api_key=SecretStr("mine"))) == "mine"


@pytest.mark.parametrize("blank", ["", "  ", BOM, SecretStr("\n")])
def test_explicit_blank_key_is_an_error(
    monkeypatch: pytest.MonkeyPatch, blank: str | SecretStr
) -> None:
    monkeypatch.setenv("COMETAPI_KEY", "from-env")
    with pytest.raises(CometAPIInvalidKeyError, match="`api_key` is blank"):
        ChatCometAPI(model="m", api_key=blank)


def test_comet_ml_key_is_never_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMET_API_KEY", "comet-ml")
    with pytest.raises(CometAPIInvalidKeyError, match=r"No CometAPI key.*www\.cometapi\.com"):
        resolve_api_key(None)


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, "https://api.cometapi.com/v1"),
        ({"COMETAPI_BASE_URL": "https://a.example/v1"}, "https://a.example/v1"),
        (
            {"COMETAPI_BASE_URL": "https://a.example/v1", "COMETAPI_API_BASE": "https://b.example"},
            "https://a.example/v1",
        ),
        ({"COMETAPI_API_BASE": "https://b.example"}, "https://b.example/v1"),
        ({"COMETAPI_BASE_URL": " "}, "https://api.cometapi.com/v1"),
    ],
)
def test_base_url_is_read_from_the_environment_in_order(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert ChatCometAPI(model="m", api_key="k").cometapi_api_base == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://api.cometapi.com", "https://api.cometapi.com/v1"),
        ("https://api.cometapi.com/", "https://api.cometapi.com/v1"),
        ("https://api.cometapi.com/v1/", "https://api.cometapi.com/v1"),
        (f"{BOM} https://api.cometapi.com/v1\n", "https://api.cometapi.com/v1"),
        ("api.cometapi.com", "https://api.cometapi.com/v1"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/v1"),
        ("http://[::1]:8000/", "http://[::1]:8000/v1"),
        ("https://proxy.example/comet/v2", "https://proxy.example/comet/v2"),
        ("https://api.cometapi.com/v1/chat/completions", "https://api.cometapi.com/v1"),
    ],
)
def test_base_url_with_a_usual_mistake_is_repaired(url: str, expected: str) -> None:
    assert resolve_base_url(url) == expected
    model = ChatCometAPI(model="m", api_key="k", base_url=url)
    assert str(model.root_client.base_url) == f"{expected}/"


@pytest.mark.parametrize(
    "bad", ["", " ", "ftp://a.example/v1", "https://", "https://a.example/v1?token=x"]
)
def test_base_url_that_is_unusable_is_refused(monkeypatch: pytest.MonkeyPatch, bad: str) -> None:
    monkeypatch.setenv("COMETAPI_BASE_URL", "https://a.example/v1")
    with pytest.raises(ValueError, match="`base_url`"):
        ChatCometAPI(model="m", api_key="k", base_url=bad)


@pytest.mark.parametrize("key", ["sk-two words", "sk-line\nbreak", "sk-\u00dc", "sk-tab\there"])
def test_key_that_fits_no_header_is_not_quoted(key: str) -> None:
    with pytest.raises(CometAPIInvalidKeyError, match="no key") as raised:
        ChatCometAPI(model="m", api_key=key)
    assert "sk-" not in str(raised.value)
    with pytest.raises(CometAPIInvalidKeyError, match="no key") as raised_later:
        ChatCometAPI(model="m", api_key=lambda: key).invoke("Hi")
    assert "sk-" not in str(raised_later.value)
