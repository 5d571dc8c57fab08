"""The classes of the native routes: what they need, and a call of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import metadata
from typing import TYPE_CHECKING, Any

from langchain_cometapi._cli.doctor.check import Check
from langchain_cometapi._cli.doctor.local import PACKAGE, find_misfits

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class NativeRoute:
    """A route of a vendor's own protocol, and the class that calls it.

    Attributes:
        name: The name of the check that calls it.
        path: The route, for people.
        class_name: The class.
        extra: The extra that it needs.
        packages: What the extra installs.
        option: The option of the command that names the model.
        arguments: Arguments of the model beside those of all models.
    """

    name: str
    path: str
    class_name: str
    extra: str
    packages: tuple[str, ...]
    option: str
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def find_versions(self) -> dict[str, str] | None:
        """Return the versions of its packages; `None` if one of them is not installed."""
        try:
            return {name: metadata.version(name) for name in self.packages}
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

    def create(self, model: str, options: Mapping[str, Any]) -> Any:
        """Return a model of its class.

        Args:
            model: The id of the model.
            options: The arguments that all models get.

        Raises:
            ImportError: If the packages of the extra cannot be used.
        """
        from langchain_cometapi import native

        kind = getattr(native, self.class_name)
        return kind(model=model, **options, **self.arguments)


MESSAGES = NativeRoute(
    "claude",
    "/v1/messages",
    "ChatCometAPIAnthropic",
    "anthropic",
    ("langchain-anthropic", "anthropic"),
    "--claude-model",
    # The protocol asks for a limit, and the gateway may reserve what it would cost.
    {"max_tokens": 100},
)
GENERATE_CONTENT = NativeRoute(
    "gemini",
    "generateContent",
    "ChatCometAPIGoogle",
    "google",
    ("langchain-google-genai", "google-genai"),
    "--gemini-model",
)
NATIVE_ROUTES = (MESSAGES, GENERATE_CONTENT)


def check_extras() -> Check:
    """Check which classes of native routes can be used; it is no failure to have none."""
    texts, needed, misfits = [], [], []
    details: dict[str, Any] = {}
    for route in NATIVE_ROUTES:
        versions = details[route.class_name] = route.find_versions()
        if versions is None:
            texts.append(f"{route.class_name}: not installed")
            needed.append(route.extra)
            continue
        installed = ", ".join(f"{name} {version}" for name, version in versions.items())
        texts.append(f"{route.class_name}: {installed}")
        if wrong := find_misfits(versions, route.extra):
            misfits += wrong
            needed.append(route.extra)
    message = "; ".join(texts)
    if misfits:
        message = f"{message}. These do not fit: {'; '.join(dict.fromkeys(misfits))}."
    upgrade = "--upgrade " if misfits else ""
    advice = f'pip install {upgrade}"{PACKAGE}[{",".join(needed)}]"' if needed else None
    return Check("extras", "warning" if misfits else "ok", message, advice, details)
