"""The profiles that LangChain's partner packages publish, read without importing the packages."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

FIRST_PARTY = (
    "langchain-openai",
    "langchain-anthropic",
    "langchain-google-genai",
    "langchain-deepseek",
    "langchain-xai",
)
GATEWAYS = ("langchain-openrouter",)
"""Packages whose ids have the vendor before the model: `moonshotai/kimi-k3`."""

VENDORS = frozenset(
    {
        "anthropic",
        "bytedance-seed",
        "deepseek",
        "google",
        "meta-llama",
        "minimax",
        "moonshotai",
        "openai",
        "qwen",
        "x-ai",
        "xiaomi",
        "z-ai",
    }
)
"""Of these, the makers of models that CometAPI serves; others have models of the same names."""

_FILE = "data/_profiles.py"
_NAME = "_PROFILES"


@dataclass(frozen=True)
class Partner:
    """What one package knows.

    Attributes:
        name: The distribution.
        version: Its version.
        profiles: The profiles by the package's own ids.
        is_gateway: Whether the ids have the vendor before the model.
    """

    name: str
    version: str
    profiles: Mapping[str, Mapping[str, Any]]
    is_gateway: bool = False


def read_partners() -> list[Partner]:
    """Return what the installed packages know, the one that decides first.

    Raises:
        SystemExit: If a package is missing, or has no such data.
    """
    return [
        Partner(name, version(name), _read(name), name in GATEWAYS)
        for name in (*FIRST_PARTY, *GATEWAYS)
    ]


def _read(name: str) -> dict[str, dict[str, Any]]:
    spec = find_spec(name.replace("-", "_"))
    if spec is None or spec.origin is None:
        msg = f"{name} is not installed: run `make refresh_catalog`."
        raise SystemExit(msg)
    return parse_profiles((Path(spec.origin).parent / _FILE).read_text(encoding="utf-8"))


def parse_profiles(source: str) -> dict[str, dict[str, Any]]:
    """Return the profiles in the text of a package's `data/_profiles.py`.

    Raises:
        SystemExit: If there are none.
    """
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(target, ast.Name) and target.id == _NAME for target in targets):
                profiles: dict[str, dict[str, Any]] = ast.literal_eval(node.value)
                return profiles
    msg = f"{_FILE} has no `{_NAME}`."
    raise SystemExit(msg)
