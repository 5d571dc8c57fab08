"""What the package promises to its installer: imports, version, clean files."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from langchain_cometapi._version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "langchain_cometapi"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

# langchain-core and langchain-openai bring these by their own contract: their public classes are
# made of them. typing-extensions is asked for by langchain-core and pydantic alike, anyio by the
# SDK and its HTTP library.
TRANSITIVE = {
    "tiktoken",
    "anyio",
    "httpcore",
    "httpcore2",
    "httpx",
    "httpx2",
    "openai",
    "pydantic",
    "pydantic-core",
    "tenacity",
    "typing-extensions",
}

# Used where they are there.
OPTIONAL = {
    "aiohttp_transport.py": {"aiohttp"},
    "prices.py": {"genai-prices"},
    "vectors.py": {"numpy"},
    "embeddings.py": {"tqdm"},
    "repair.py": {"json-repair"},
}

MODULES = sorted(PACKAGE.rglob("*.py"))


def names(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(line).name) for line in requirements}


def foreign_imports(source: str) -> Iterator[str]:
    """Give the top-level names a module imports, the package itself and stdlib left out."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = ["." * node.level + (node.module or "")]
        else:
            continue
        for module in modules:
            top = module.split(".")[0] or module
            if top != PACKAGE.name and top not in sys.stdlib_module_names:
                yield top


distributions_of = cache(packages_distributions)  # it reads what every package here consists of


def undeclared(source: str, declared: set[str]) -> set[str]:
    distributions = distributions_of()
    return {
        module
        for module in foreign_imports(source)
        if not declared & {canonicalize_name(name) for name in distributions.get(module, [module])}
    }


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_are_declared(path: Path) -> None:
    declared = names(PROJECT["dependencies"]) | TRANSITIVE
    if path.parent.name != "emulator":
        declared |= OPTIONAL.get(path.name, set())
    if path.is_relative_to(PACKAGE / "emulator"):
        declared |= names(PROJECT["optional-dependencies"]["emulator"])
    if path.is_relative_to(PACKAGE / "_cli"):
        declared |= names(PROJECT["optional-dependencies"]["cli"])
    for extra in ("anthropic", "google"):
        if path in {PACKAGE / f"native/{extra}.py", PACKAGE / f"_client/{extra}_clients.py"}:
            # By its own name where the extra is not installed.
            declared |= names(PROJECT["optional-dependencies"][extra]) | {extra}
    if path == PACKAGE / "emulator" / "pytest_plugin.py":
        declared |= {"pytest"}  # nothing but pytest loads it
    assert undeclared(path.read_text(encoding="utf-8"), declared) == set()


def test_demo_needs_the_extra_of_the_emulator_alone() -> None:
    declared = names(PROJECT["dependencies"]) | TRANSITIVE
    declared |= names(PROJECT["optional-dependencies"]["emulator"]) | {"-service"}
    for name in ("quickstart.py", "_service.py"):  # the second stands beside the first
        source = (ROOT / "examples" / name).read_text(encoding="utf-8")
        assert undeclared(source, declared) == set()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import json, os.path", set()),
        ("from langchain_openai.chat_models import base", set()),
        ("from langchain_cometapi import chat_models", set()),
        ("def lazily():\n    import tiktoken", {"tiktoken"}),
        ("import a_package_nobody_has", {"a_package_nobody_has"}),
        ("from . import chat_models", {"."}),
    ],
)
def test_undeclared_imports_are_seen(source: str, expected: set[str]) -> None:
    assert undeclared(source, names(PROJECT["dependencies"])) == expected


def test_package_has_modules() -> None:
    assert PACKAGE / "_version.py" in MODULES


def test_version_is_the_newest_of_the_changelog() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (.*)$", changelog, flags=re.MULTILINE)
    released = [heading for heading in headings if heading != "[Unreleased]"]
    if released:
        assert re.fullmatch(rf"\[{re.escape(__version__)}\] - \d{{4}}-\d\d-\d\d", released[0])
    else:
        assert headings == ["[Unreleased]"]


def test_constraints_are_plain_pins_of_every_direct_dependency() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    for pin in pins:
        assert re.fullmatch(r'[\w.-]+==[\w.]+(; python_version (<|>=) "3\.\d+")?', pin), pin
    extras = PROJECT["optional-dependencies"].values()
    direct = names([*PROJECT["dependencies"], *(line for extra in extras for line in extra)])
    assert direct - {PROJECT["name"]} <= names(pins)


# The parts are joined here, so that this file does not hold what it looks for.
REGISTRIES = ("py" + r"pi\.org", "python" + r"hosted\.org", "np" + r"mjs\.", "crat" + r"es\.io")
MACHINES = ("/" + r"root/", "/" + r"home/\w", "/" + r"Users/\w", "/" + r"work/\w")
PATH_STARTS = r"(?<![\w.~*})-])"  # what may stand before the slash of a URL's or relative path


def forbidden() -> re.Pattern[str]:
    # A clone in the root directory, or a user without a home, leaves nothing to look for.
    here = [re.escape(f"{path}/") for path in (ROOT, Path.home()) if path != Path(path.anchor)]
    paths = "|".join([*MACHINES, *here])
    return re.compile("|".join([*REGISTRIES, f"{PATH_STARTS}(?:{paths})"]), flags=re.IGNORECASE)


@pytest.mark.parametrize(
    "text",
    [
        "https://py" + "pi.org/simple",
        "https://files.python" + "hosted.org/x.whl",
        "registry.np" + "mjs.com",
        "cd /ro" + "ot/x",
        "'/ho" + "me/somebody'",
        f"{ROOT}/README.md",
    ],
)
def test_forbidden_text_is_seen(text: str) -> None:
    assert forbidden().search(text)


@pytest.mark.parametrize(
    "text", ["https://example.com/ro" + "ot/x", "src/wo" + "rk/x", "/homepage"]
)
def test_ordinary_text_is_allowed(text: str) -> None:
    assert not forbidden().search(text)


@pytest.mark.skipif(
    not (ROOT / ".git").exists() or shutil.which("git") is None, reason="not a git checkout"
)
def test_no_file_names_a_registry_or_a_machine() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout.split("\0")
    paths = [ROOT / name for name in listed if name and (ROOT / name).is_file()]
    assert ROOT / "pyproject.toml" in paths
    pattern = forbidden()
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in paths
        if (match := pattern.search(path.read_text(encoding="utf-8", errors="ignore")))
    ]
    assert found == []
