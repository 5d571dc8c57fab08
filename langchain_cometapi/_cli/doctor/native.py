"""The classes of the native routes: what they need, and a call of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import metadata
from typing import TYPE_CHECKING, Any, cast

from langchain_cometapi._cli.doctor.check import Check
from langchain_cometapi._cli.doctor.local import PACKAGE, find_misfits
from langchain_cometapi._vendors.registry import get_vendor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from langchain_cometapi._vendors.base import NativeRoute


@dataclass(frozen=True)
class NativeCheck:
    """The check of a vendor's own route, and of the class that calls it.

    Attributes:
        name: Its name; `--NAME-model` is the option that names its model.
        path: The route, for people.
        row: What the vendor's row says of the class.
        sdk: The vendor's SDK, by its name in the package index.
        arguments: Arguments of the model beside those of all models.
    """

    name: str
    path: str
    row: NativeRoute
    sdk: str
    arguments: Mapping[str, Any] = field(default_factory=dict)

    @property
    def extra(self) -> str:
        """The extra that brings the class."""
        return self.row.extra

    @property
    def option(self) -> str:
        """The option of the command that names its model."""
        return f"--{self.name}-model"

    def find_versions(self) -> dict[str, str] | None:
        """Return the versions of its packages; `None` if one of them is not installed."""
        try:
            names = (self.row.package.replace("_", "-"), self.sdk)
            return {name: metadata.version(name) for name in names}
        except metadata.PackageNotFoundError:
            return None

    def reason_to_skip(self) -> str | None:
        """Return why it cannot be called here; `None` if it can."""
        versions = self.find_versions()
        if versions is None:
            return f"the extra `{self.extra}` is not installed"
        if find_misfits(versions, self.extra):
            return f"the packages of the extra `{self.extra}` do not fit"
        return None

    def load(self) -> Any:
        """Return its class.

        Raises:
            ImportError: If the packages of the extra cannot be used.
        """
        from langchain_cometapi import native

        return getattr(native, self.row.class_name)

    def create(self, model: str, options: Mapping[str, Any]) -> Any:
        """Return a model of its class.

        Args:
            model: The id of the model.
            options: The arguments that all models get.
        """
        return self.load()(model=model, **options, **self.arguments)


def _read_row(model: str) -> NativeRoute:
    return cast("NativeRoute", get_vendor(model).native)


NATIVE_CHECKS = (
    NativeCheck(
        "claude",
        "/v1/messages",
        _read_row("claude-haiku-5-5"),
        "anthropic",
        # The protocol asks for it, and the gateway may reserve what so many tokens would cost.
        {"max_tokens": 100},
    ),
    NativeCheck("gemini", "generateContent", _read_row("gemini-3.8-flash"), "google-genai"),
)


def check_extras() -> Check:
    """Check which classes of native routes can be used; it is no failure to have none."""
    texts, needed, misfits = [], [], []
    details: dict[str, Any] = {}
    for each in NATIVE_CHECKS:
        class_name = each.row.class_name
        versions = details[class_name] = each.find_versions()
        if versions is None:
            texts.append(f"{class_name}: not installed")
            needed.append(each.extra)
            continue
        installed = ", ".join(f"{name} {version}" for name, version in versions.items())
        texts.append(f"{class_name}: {installed}")
        if wrong := find_misfits(versions, each.extra):
            misfits += wrong
            needed.append(each.extra)
    message = "; ".join(texts)
    if misfits:
        message = f"{message}. These do not fit: {'; '.join(dict.fromkeys(misfits))}."
    upgrade = "--upgrade " if misfits else ""
    advice = f'pip install {upgrade}"{PACKAGE}[{",".join(needed)}]"' if needed else None
    return Check("extras", "warning" if misfits else "ok", message, advice, details)
