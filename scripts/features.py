"""Write the table of features in `README.md` and `docs/features.md`, from tests that pass.

    python -m scripts.features

Each claim of `features.toml` names the tests that prove it. They are run here, and the tables are
written only if every one has passed; else the command says which has not. A test checks that the
tables are as this module writes them, and that each named test exists and is part of `make test`.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
LIST = ROOT / "scripts" / "features.toml"
PAGE = ROOT / "docs" / "features.md"
SITE = "https://cometapi-dev.github.io/langchain-cometapi/"
BLOB = "https://github.com/cometapi-dev/langchain-cometapi/blob/main/"
TABLE = re.compile(
    r"(?<=<!-- features: python -m scripts.features -->\n).*?(?=<!-- /features -->)", re.DOTALL
)


@dataclass(frozen=True)
class Feature:
    """A claim, the page that describes it, and the tests that prove it (`file::function`)."""

    name: str
    claim: str
    page: str
    tests: tuple[str, ...]


def read_features() -> list[Feature]:
    """Return the claims of `features.toml`, in its order."""
    rows = tomllib.loads(LIST.read_text(encoding="utf-8"))["feature"]
    return [Feature(**{**row, "tests": tuple(row["tests"])}) for row in rows]


FEATURES = read_features()

_ABOUT = """\
# Features and their tests

What the package promises, and the tests that prove it. This page and the table of the README are
generated: `python -m scripts.features` runs the tests, and writes them only if all pass.

| feature | what it means | tests |
| --- | --- | --- |
"""


def render_table() -> str:
    """Return the table of the README."""
    rows = ["| feature | what it means |", "| --- | --- |"]
    rows += [f"| [{each.name}]({SITE}{each.page}/) | {each.claim} |" for each in FEATURES]
    return "\n".join(rows) + "\n"


def render_page() -> str:
    """Return the page with the tests of each claim."""
    rows = []
    for each in FEATURES:
        links = []
        for test in each.tests:
            path, _, name = test.partition("::")
            links.append(f"[`{name}`]({BLOB}{path})")
        rows.append(f"| [{each.name}]({each.page}.md) | {each.claim} | {'<br>'.join(links)} |\n")
    return _ABOUT + "".join(rows)


def run_tests() -> dict[str, set[str]]:
    """Run the tests of all claims; return the outcomes of each: `passed`, `failed`, `skipped`."""
    tests = sorted({test for each in FEATURES for test in each.tests})
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        command += ["--allow-hosts=127.0.0.1,::1,localhost", "--allow-unix-socket"]
        subprocess.run(
            [*command, f"--junitxml={report}", *tests], cwd=ROOT, check=False, stdout=sys.stderr
        )
        # pytest has just written it
        return read_outcomes(ET.parse(report).iter("testcase"))  # noqa: S314


def read_outcomes(cases: Iterable[ET.Element]) -> dict[str, set[str]]:
    """Return the outcomes of each test in a report of pytest's, the parameters left out."""
    outcomes: dict[str, set[str]] = {}
    for case in cases:
        path = f"{case.get('classname', '').replace('.', '/')}.py"
        name = case.get("name", "").partition("[")[0]
        outcomes.setdefault(f"{path}::{name}", set()).add(_read_outcome(case))
    return outcomes


def _read_outcome(case: ET.Element) -> str:
    kinds = {child.tag for child in case} & {"failure", "error", "skipped"}
    return "passed" if not kinds else "skipped" if kinds == {"skipped"} else "failed"


def find_unproved(outcomes: dict[str, set[str]]) -> list[str]:
    """Return the tests that did not pass, or did not run."""
    return [
        f"{each.name}: {test}: {', '.join(sorted(outcomes.get(test, set()))) or 'not run'}"
        for each in FEATURES
        for test in each.tests
        if outcomes.get(test) != {"passed"}
    ]


def main() -> int:
    """Run the tests, write both tables; return 1 if a claim is not proved."""
    if unproved := find_unproved(run_tests()):
        print("\n".join(["Claims without a proof:", *unproved]), file=sys.stderr)
        return 1
    text = README.read_text(encoding="utf-8")
    README.write_text(TABLE.sub(lambda _: render_table(), text), encoding="utf-8")
    PAGE.write_text(render_page(), encoding="utf-8")
    print(f"{len(FEATURES)} features, all proved")
    return 0


if __name__ == "__main__":
    sys.exit(main())
