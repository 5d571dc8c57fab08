"""Which classes of native routes can be used."""

from __future__ import annotations

from importlib import metadata

import pytest

from langchain_cometapi._cli.doctor.native import NATIVE_CHECKS, check_extras

EXTRAS = {
    "ChatCometAPIAnthropic": ("langchain-anthropic", "anthropic"),
    "ChatCometAPIGoogle": ("langchain-google-genai", "google-genai"),
}


@pytest.fixture
def versions(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The versions of packages that are said to be installed; `""` for one that is not."""
    chosen = {"langchain-anthropic": "1.7.10", "anthropic": "2.14.0"}
    chosen |= {"langchain-google-genai": "4.4.3", "google-genai": "3.6.1", "openai": "3.57.0"}
    real = metadata.version

    def find(name: str) -> str:
        version = chosen.get(name) if name in chosen else real(name)
        if not version:
            raise metadata.PackageNotFoundError
        return version

    monkeypatch.setattr(metadata, "version", find)
    return chosen


def test_extras_are_named_with_their_versions(versions: dict[str, str]) -> None:
    check = check_extras()
    assert (check.status, check.advice) == ("ok", None)
    for name, packages in EXTRAS.items():
        assert check.details[name] == {package: versions[package] for package in packages}
        assert ", ".join(f"{package} {versions[package]}" for package in packages) in check.message


@pytest.mark.parametrize(
    ("missing", "advice"),
    [
        (["anthropic"], "anthropic"),
        (["langchain-google-genai"], "google"),
        (["langchain-anthropic", "google-genai"], "anthropic,google"),
    ],
)
def test_missing_extras_are_no_warning_and_one_command_installs_them(
    versions: dict[str, str], missing: list[str], advice: str
) -> None:
    versions.update(dict.fromkeys(missing, ""))
    check = check_extras()
    assert (check.status, check.advice) == ("ok", f'pip install "langchain-cometapi[{advice}]"')
    for name, packages in EXTRAS.items():
        is_missing = bool({*packages} & {*missing})
        assert (f"{name}: not installed" in check.message) is is_missing
        assert (check.details[name] is None) is is_missing


@pytest.mark.parametrize(
    ("package", "extra"),
    [("langchain-anthropic", "anthropic"), ("google-genai", "google"), ("openai", "anthropic")],
)
def test_extra_whose_packages_are_too_old_is_a_warning(
    versions: dict[str, str], package: str, extra: str
) -> None:
    versions[package] = "0.9"
    check = check_extras()
    assert check.status == "warning"
    assert f"These do not fit: {package} 0.9 (needs " in check.message
    assert check.advice is not None
    assert check.advice.startswith('pip install --upgrade "langchain-cometapi[')
    (found,) = (each for each in NATIVE_CHECKS if each.extra == extra)
    assert found.reason_to_skip() == f"the packages of the extra `{extra}` do not fit"
