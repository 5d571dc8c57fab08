"""The lowest versions this package promises to work with.

Usage:
    python scripts/floors.py                   print `name==floor` per runtime dependency
    python scripts/floors.py constraints.txt   print these constraints, with the floors in place
    python scripts/floors.py --check           fail unless the environment holds the floors

Runtime dependencies are those of the package and of its extras `cli` and `emulator`. Needs
`packaging`.
"""

from __future__ import annotations

import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

# Tests need it, and what is pinned is newer than the floors take: pip finds the last that fits.
_UNPINNED = {"langchain"}
_PYPROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"


def floors() -> dict[str, str]:
    """Give the floor of each direct runtime dependency, by normalized name."""
    project = tomllib.loads(_PYPROJECT.read_text(encoding="utf-8"))["project"]
    lines = [*project["dependencies"]]
    for extra in ("cli", "emulator"):
        lines += project["optional-dependencies"][extra]
    found: dict[str, str] = {}
    for requirement in map(Requirement, lines):
        lowest = [spec.version for spec in requirement.specifier if spec.operator == ">="]
        if len(lowest) != 1:
            msg = f"`{requirement}` in pyproject.toml needs exactly one `>=`: that is its floor."
            raise SystemExit(msg)
        found[canonicalize_name(requirement.name)] = lowest[0]
    return found


def with_floors(constraints: str) -> str:
    """Replace the pins of direct runtime dependencies by their floors."""
    lowest = floors()
    replaced = lowest.keys() | _UNPINNED
    kept = [
        line
        for line in constraints.splitlines()
        if not line or line.startswith("#") or _name(line) not in replaced
    ]
    return "\n".join([*kept, *(f"{name}=={floor}" for name, floor in lowest.items())])


def check() -> list[str]:
    """List each dependency whose installed version is not its floor."""
    return [
        f"{name}: {version(name)} is installed, the floor is {floor}"
        for name, floor in floors().items()
        if version(name) != floor
    ]


def _name(line: str) -> str:
    return canonicalize_name(Requirement(line).name)


def main(arguments: list[str]) -> None:
    """Run the command line."""
    if arguments == ["--check"]:
        if problems := check():
            raise SystemExit("\n".join(problems))
        print("At the floors:", ", ".join(f"{name} {low}" for name, low in floors().items()))
    elif len(arguments) == 1 and not arguments[0].startswith("-"):
        print(with_floors(Path(arguments[0]).read_text(encoding="utf-8")))
    elif not arguments:
        print("\n".join(f"{name}=={floor}" for name, floor in floors().items()))
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
