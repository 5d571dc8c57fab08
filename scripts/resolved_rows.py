"""Write `tests/unit_tests/vendors/resolved_rows.txt`: the whole row of every known model id.

    python -m scripts.resolved_rows [MODEL_ID...]

Model ids that are passed are added to those of the file; to remove one, delete its lines. A line
is a model id, a field of its row and the field's value; fields that are `None`, and those inside of
a field that have their default, are left out. So the diff of the file says which models a change
touches, and how.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from langchain_cometapi._vendors.registry import get_vendor

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "tests" / "unit_tests" / "vendors" / "resolved_rows.txt"

_NO_FACTS = {"source"}


def render(model_ids: Iterable[str]) -> str:
    """Return the text of the file.

    Args:
        model_ids: The model ids, in any order.
    """
    rows = ("".join(f"{id_} {fact}\n" for fact in _facts(id_)) for id_ in sorted(set(model_ids)))
    return "\n".join(rows)


def read_model_ids(text: str) -> set[str]:
    """Return the model ids of the file.

    Args:
        text: The text of the file.
    """
    return {line.split()[0] for line in text.splitlines() if line.strip()}


def _facts(model_id: str) -> Iterator[str]:
    vendor = get_vendor(model_id)
    for field in fields(vendor):
        value = getattr(vendor, field.name)
        if value is None or field.name in _NO_FACTS:
            continue
        if is_dataclass(value):
            for inner in fields(value):
                own = getattr(value, inner.name)
                if own != inner.default:
                    yield f"{field.name}.{inner.name} = {_show(own)}"
        else:
            yield f"{field.name} = {_show(value)}"


def _show(value: object) -> str:
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or "none"
    return repr(dict(value) if isinstance(value, Mapping) else value)


def main() -> int:
    """Write the file."""
    known = read_model_ids(FILE.read_text(encoding="utf-8")) if FILE.exists() else set()
    FILE.write_text(render(known | set(sys.argv[1:])), encoding="utf-8")
    print(f"wrote {FILE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
