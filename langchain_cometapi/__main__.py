"""The command line: `python -m langchain_cometapi`, and the script `langchain-cometapi`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_EXTRA = frozenset({"click", "rich"})


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: Command line arguments; `sys.argv` by default.

    Returns:
        The exit code: 0, or 1 if the command failed, or 2 if the command line is wrong or the extra
        `cli` is not installed.
    """
    try:
        from langchain_cometapi._cli.app import run
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in _EXTRA:
            raise
        sys.stderr.write(
            f"The command line needs {missing}, which is not installed: "
            'pip install "langchain-cometapi[cli]"\n'
        )
        return 2
    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
