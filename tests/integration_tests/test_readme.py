"""Every Python example of the documents runs, and prints what the document says."""

from __future__ import annotations

import ast
import asyncio
import contextlib
import inspect
import io
import os
import re
import subprocess
import sys
import tomllib
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import langchain_cometapi
from langchain_cometapi import ChatCometAPI
from langchain_cometapi._credentials import API_KEY_VARIABLES, BASE_URL_VARIABLES, DEFAULT_BASE_URL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_cometapi.emulator import CometAPIEmulator

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
URLS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]
SITE = URLS["Documentation"]
REPOSITORY = f"{URLS['Source']}/"

# A fenced block, what an HTML comment right above says of it, and the output right below.
_BLOCK = re.compile(
    r"(?:^<!-- (?P<note>[^\n]+) -->\n\n?)?"
    r"^```(?P<language>\w*)\n(?P<code>.*?)^```\n"
    r"(?:\n```text\n(?P<output>.*?)^```\n)?",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Example:
    """A Python example of a document."""

    path: Path
    line: int
    code: str
    note: str
    output: str | None

    @property
    def name(self) -> str:
        return f"{self.path.name}:{self.line}"


def examples(path: Path, text: str) -> Iterator[Example]:
    for match in _BLOCK.finditer(text):
        language, code = match["language"], match["code"]
        if language == "diff":
            added = [line[1:] for line in code.splitlines() if line.startswith("+")]
            code = "\n".join(added) + "\n"
        if language == "python" or (language == "diff" and "import " in code):
            line = text.count("\n", 0, match.start("code")) + 1
            yield Example(path, line, code, match["note"] or "", match["output"])


EXTRAS = {
    "ChatCometAPIAnthropic": "langchain_anthropic",
    "ChatCometAPIGoogle": "langchain_google_genai",
}
"""What examples of the native classes need, which is not in every environment."""


def skip_without_extras(example: Example) -> None:
    for name, module in EXTRAS.items():
        if name in example.code or name in (example.output or ""):
            pytest.importorskip(module, reason=f"`make test` has the extra of {name}")


def run(code: str, name: str) -> str:
    """Run code as a script of its own, or as a notebook's cell if it awaits."""
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    compiled = compile(code, name, "exec", flags=flags, dont_inherit=True)
    namespace: dict[str, Any] = {"__name__": "example"}
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        if compiled.co_flags & inspect.CO_COROUTINE:
            asyncio.run(eval(compiled, namespace))  # noqa: S307 - our own documents
        else:
            exec(compiled, namespace)  # noqa: S102 - our own documents
    return printed.getvalue()


FOUND = [
    example
    for path in DOCUMENTS
    for example in examples(path, path.read_text(encoding="utf-8"))
    if not example.note.startswith("skip: ")
]
SCRIPTS = [example for example in FOUND if example.note != "pytest"]
TEST_FILES = [example for example in FOUND if example.note == "pytest"]


@pytest.mark.parametrize("example", SCRIPTS, ids=lambda example: example.name)
def test_example_prints_what_the_document_says(
    emulator: CometAPIEmulator, example: Example
) -> None:
    skip_without_extras(example)
    with warnings.catch_warnings():
        if "langchain_core.load" in example.code:
            warnings.filterwarnings("ignore", "The function `load` is in beta")
        printed = run(example.code, example.name)
    if example.output is not None:
        assert printed == example.output


@pytest.mark.parametrize("example", TEST_FILES, ids=lambda example: example.name)
def test_example_of_a_test_passes(tmp_path: Path, example: Example) -> None:
    (tmp_path / "test_example.py").write_text(example.code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-W", "error", "-q"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^[1-9]\d* passed", done.stdout, re.MULTILINE), done.stdout


def test_every_kind_of_example_is_found() -> None:
    text = (
        "<!-- skip: the old way -->\n```python\nold()\n```\n\n"
        "```python\nprint(await one())\n```\n\n```text\n1\n```\n\n"
        "```bash\nls\n```\n\n<!-- pytest -->\n\n```python\ndef test(): ...\n```\n\n"
        "Unrelated.\n\n```text\nnothing\n```\n\n```diff\n-import old\n+import new\n```\n"
    )
    found = [(e.line, e.code, e.note, e.output) for e in examples(Path("x.md"), text)]
    assert found == [
        (3, "old()\n", "skip: the old way", None),
        (7, "print(await one())\n", "", "1\n"),
        (21, "def test(): ...\n", "pytest", None),
        (31, "import new\n", "", None),
    ]


def test_documents_have_examples_with_outputs() -> None:
    own = [example for example in FOUND if example.path.name == "README.md"]
    assert len(own) >= 3
    assert sum(example.output is not None for example in FOUND) >= 40
    assert TEST_FILES


def test_a_block_is_left_out_only_with_a_reason() -> None:
    for path in DOCUMENTS:
        for example in examples(path, path.read_text(encoding="utf-8")):
            assert re.fullmatch(r"|pytest|skip: \w.+", example.note), (example.name, example.note)


def test_readme_opens_with_the_two_commands() -> None:
    blocks = list(_BLOCK.finditer(README))
    commands = [line.split("#")[0].strip() for line in blocks[0]["code"].splitlines()]
    assert commands == ["make demo", "make test"]
    opening = README[: blocks[0].start()].split("\n\n")
    assert len(opening) == 3, "a title, one paragraph, then the commands"
    assert len(re.findall(r"[.!?](?:\s|$)", opening[1])) == 2, "two sentences"
    assert blocks[1]["language"] == "diff"


def test_readme_is_short_enough_to_be_read() -> None:
    assert len(README.splitlines()) <= 250


def test_readme_links_lead_somewhere_on_a_package_page_too() -> None:
    """There is no folder beside it there."""
    links = re.findall(r"\]\(([^)\s]+)\)", README)
    assert all(link.startswith("https://") for link in links)
    pages = {path.stem for path in (ROOT / "docs").glob("*.md")}
    for link in links:
        if link.startswith(SITE):
            name = link.removeprefix(SITE).partition("#")[0].rstrip("/")
            assert name in pages or (ROOT / "docs" / name).is_file(), link
        if link.startswith(REPOSITORY):
            assert (
                ROOT / re.sub(r"^(?:blob|tree)/main/", "", link.removeprefix(REPOSITORY))
            ).exists()


def test_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z0-9_]+):", makefile, flags=re.MULTILINE))
    for path in DOCUMENTS:
        code = re.findall(r"`{1,3}[^`]+`{1,3}", path.read_text(encoding="utf-8"))
        named = {
            name for text in code for name in re.findall(r"(?:^|[`\n])make ([a-z0-9_]+)", text)
        }
        assert named <= targets, path.name
        assert named or path.name != "README.md"


def test_links_lead_to_files() -> None:
    for path in [*DOCUMENTS, ROOT / "CONTRIBUTING.md"]:
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8")):
            assert "://" in target or (path.parent / target).exists(), (path.name, target)


def table(heading: str, page: str = "README.md") -> list[list[str]]:
    text = (ROOT / page).read_text(encoding="utf-8")
    section = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows]


def test_variables_are_those_that_are_read() -> None:
    names = [row[0].strip("`") for row in table("Key and base URL")]
    assert tuple(names) == (*API_KEY_VARIABLES, *BASE_URL_VARIABLES)
    assert DEFAULT_BASE_URL in README


def test_defaults_are_those_of_the_fields() -> None:
    by_name = {field.alias or name: field for name, field in ChatCometAPI.model_fields.items()}
    rows = table("Configuration", "docs/chat.md")
    assert len(rows) >= 8
    for name, default, meaning in rows:
        field = {**ChatCometAPI.model_fields, **by_name}[name.strip("`")]
        if default != "required":
            assert ast.literal_eval(default.strip("`")) == field.default, name
        assert ("left out of dumps" in meaning) is (field.exclude is True), name


def test_every_error_is_listed() -> None:
    listed = {row[0].strip("`") for row in table("Classes", "docs/errors.md")}
    exported = {name for name in langchain_cometapi.__all__ if name.endswith("Error")}
    assert listed | {"CometAPIError"} == exported


def test_no_release_is_claimed() -> None:
    assert not re.search(r"pip install (?:-U )?['\"]?langchain-cometapi", README)
