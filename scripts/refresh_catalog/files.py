"""The files of `langchain_cometapi/data`: a line for each model, so that a diff can be read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def read_json(path: Path) -> dict[str, Any] | None:
    """Return the content of a file; None if there is no such file."""
    if not path.exists():
        return None
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def write_lines(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON, each member of the lists and objects in it on a line of its own."""
    parts = [f"{json.dumps(name)}: {_dump(value)}" for name, value in content.items()]
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")


def _dump(value: object) -> str:
    if isinstance(value, list):
        return "[\n" + ",\n".join(map(_compact, value)) + "\n]"
    if isinstance(value, dict):
        lines = (f"{json.dumps(name)}: {_compact(member)}" for name, member in value.items())
        return "{\n" + ",\n".join(lines) + "\n}"
    return _compact(value)


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def describe_difference(before: Mapping[str, Any] | None, ids: set[str]) -> str:
    """Return how many ids there are, and which came and went.

    Args:
        before: The content so far.
        ids: The ids as they are now.
    """
    content = before or {}
    old = set(content.get("profiles", ())) | {
        entry["id"] for entry in content.get("data", content.get("models", ()))
    }
    changes = [f"+ {id_}" for id_ in sorted(ids - old)] + [f"- {id_}" for id_ in sorted(old - ids)]
    return "\n  ".join([f"{len(ids)} ids, {len(changes)} added or removed", *changes])
