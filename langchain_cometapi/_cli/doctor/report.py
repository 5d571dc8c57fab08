"""Shows the outcomes of checks, each as soon as it is there."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from langchain_cometapi._cli.output import (
    create_console,
    is_terminal,
    make_printable,
    print_text,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langchain_cometapi._cli.doctor.check import Check

_STYLES = {"ok": "green", "warning": "yellow", "failed": "bold red", "skipped": "dim"}
LABELS = {
    "base_url": "base URL",
    "claude": "Claude",
    "gemini": "Gemini",
    "tls": "TLS",
    "tool_call": "tool call",
}
_STATUS_WIDTH = max(map(len, _STYLES))
_NAME_WIDTH = len("connection")


class Report:
    """Prints checks one below the other: wrapped on a terminal, as whole lines elsewhere."""

    def __init__(self) -> None:
        """Print to the standard output."""
        self._console = create_console()
        self._wraps = is_terminal(sys.stdout)

    def print(self, check: Check) -> None:
        """Print a check."""
        name = LABELS.get(check.name, check.name)
        self._print_row(check.status, name, Text(make_printable(check.message)))
        if check.advice is not None:
            self._print_row("", "", Text(f"-> {make_printable(check.advice)}", style="bold"))

    def print_end(self, checks: Sequence[Check]) -> None:
        """Print how many checks ended how."""
        counts: Counter[str] = Counter(check.status for check in checks)
        words = [f"{number} {status}" for status in _STYLES if (number := counts[status])]
        style = _STYLES["failed" if counts["failed"] else "warning" if counts["warning"] else "ok"]
        print_text(self._console, "")
        print_text(self._console, Text(", ".join(words), style=style))

    def _print_row(self, status: str, name: str, message: Text) -> None:
        if not self._wraps:
            line = Text.assemble(
                (status.ljust(_STATUS_WIDTH + 2), _STYLES.get(status, "")),
                name.ljust(_NAME_WIDTH + 2),
                message,
            )
            print_text(self._console, line)
            return
        row = Table.grid(padding=(0, 2, 0, 0))
        row.add_column(width=_STATUS_WIDTH)
        row.add_column(width=_NAME_WIDTH)
        row.add_column(overflow="fold")
        row.add_row(Text(status, style=_STYLES.get(status, "")), name, message)
        self._console.print(row)
