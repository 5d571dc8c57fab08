"""Write `docs/differences.md`: where our classes differ from those of langchain-openai.

python -m scripts.differences
"""

from __future__ import annotations

import sys

from scripts.differences.page import PAGE, render


def main() -> int:
    """Write the page."""
    PAGE.write_text(render(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
