"""Write `docs/errors.md`: the error bodies that are known, and what becomes of each.

    python -m scripts.error_bodies

The bodies are in `tests/errors`, a file for each kind. A row has the vendor or gateway it is from,
its HTTP status, the body, its source, and the error that it must give; `by_status` says that the
body decides nothing. A test sends each of them, whole and in a stream, and checks that the tables
are as this module writes them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "tests" / "errors"
PAGE = ROOT / "docs" / "errors.md"

TITLES = {
    "balance": "No balance, no quota left",
    "rate_limit": "Too many requests",
    "overflow": "More than the context",
    "filter": "Content filters",
    "model": "Unknown models",
    "key": "Keys and permissions",
    "busy": "Busy and broken",
    "request": "Invalid requests, some of them with words of the kinds above",
    "page": "Pages of proxies and firewalls",
}
"""The tables of the page, by file."""

_SHOWN = 170
START = "<!-- generated -->\n"
"""The line of the page below which the tables stand."""


def read_tables() -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each file in `tests/errors`, by the file's name."""
    return {
        name: json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")) for name in TITLES
    }


def render() -> str:
    """Return the page."""
    about, start, _ = PAGE.read_text(encoding="utf-8").partition(START)
    lines = [(about + start).rstrip()]
    for name, rows in read_tables().items():
        lines += ["", f"### {TITLES[name]}", ""]
        lines.append("| from | status | body | class | `is_retryable` | `retry_after` | source |")
        lines.append("| --- | --- | --- | --- | --- | --- | --- |")
        lines += [_render_row(row) for row in rows]
    return "\n".join(lines) + "\n"


def _render_row(row: dict[str, Any]) -> str:
    body = row["body"]
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    text = " ".join(text.split()).replace("`", "'").replace("|", "\\|")
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
    wait = row.get("retry_after")
    cells = (
        row["vendor"],
        str(row["status"]),
        f"`{shown}`",
        f"`{row['class']}`",
        "yes" if row["is_retryable"] else "no",
        "" if wait is None else f"{wait:g}",
        row["source"].replace("`", "'").replace("|", "\\|"),
    )
    return f"| {' | '.join(cells)} |"


def main() -> int:
    """Write the page."""
    PAGE.write_text(render(), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
