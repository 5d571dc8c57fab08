"""Check the documents' examples as a user's type checker does.

    python -m scripts.typed_examples

Each Python block of `README.md` and `docs/` becomes a file; blocks with a `skip` comment are left
out. They, `examples/` and `tests/typing` are checked by mypy, strictly, with Pydantic's plugin and
without it, and by pyright.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
CALLS = ROOT / "tests" / "typing"
EXAMPLES = ROOT / "examples"
_OWN_ENVIRONMENT = {"ray_batch.py"}  # what it imports is in .venv-ray alone

_BLOCK = re.compile(
    r"(?:^<!-- (?P<note>[^\n]+) -->\n\n?)?^```python\n(?P<code>.*?)^```\n", re.MULTILINE | re.DOTALL
)

_UNTYPED = "[mypy-tqdm.*]\nignore_missing_imports = True\n"
MYPY = {
    "mypy": f"[mypy]\nstrict = True\n{_UNTYPED}",
    "mypy with Pydantic's plugin": f"[mypy]\nstrict = True\nplugins = pydantic.mypy\n{_UNTYPED}",
}
"""Names of checks, and the configuration of each."""

PYRIGHT = {
    "typeCheckingMode": "standard",
    "reportUnnecessaryTypeIgnoreComment": True,
    "enableTypeIgnoreComments": False,  # they are mypy's
    "extraPaths": [str(ROOT)],
}


def write_examples(folder: Path) -> int:
    """Write each example into a file, named after its document and line; return their number."""
    number = 0
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        for match in _BLOCK.finditer(text):
            if (match["note"] or "").startswith("skip"):
                continue
            number += 1
            line = text.count("\n", 0, match.start("code")) + 1
            name = re.sub(r"\W", "_", document.stem.lower())
            (folder / f"{name}_line_{line}.py").write_text(match["code"], encoding="utf-8")
    scripts = [path for path in EXAMPLES.rglob("*.py") if path.name not in _OWN_ENVIRONMENT]
    for file in [*CALLS.glob("*.py"), *scripts]:
        (folder / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    return number


def check(name: str, command: list[str], folder: Path) -> bool:
    """Run a type checker in a folder; print what it says if it complains."""
    # What the package itself imports is not the checker's to judge.
    environment = {**os.environ, "MYPYPATH": str(ROOT), "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        print(f"{name}:\n{done.stdout}{done.stderr}", file=sys.stderr)
    else:
        print(f"{name}: {done.stdout.strip().splitlines()[-1]}")
    return done.returncode == 0


def main() -> int:
    """Check everything; return 1 if a checker complains."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        number = write_examples(folder)
        print(f"{number} examples of {len(DOCUMENTS)} documents")
        (folder / "pyrightconfig.json").write_text(json.dumps(PYRIGHT), encoding="utf-8")
        files = sorted(path.name for path in folder.glob("*.py"))
        results = []
        for index, (check_name, configuration) in enumerate(MYPY.items()):
            (folder / "mypy.ini").write_text(configuration, encoding="utf-8")
            cache = ROOT / ".mypy_cache" / f"examples-{index}"
            options = ["--follow-imports=silent", f"--cache-dir={cache}"]
            results.append(check(check_name, ["mypy", *options, *files], folder))
        results.append(check("pyright", ["pyright", "--pythonpath", sys.executable, "."], folder))
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
