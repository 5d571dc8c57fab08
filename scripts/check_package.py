"""Checks a built wheel and sdist: what is in them, and that the installed wheel works.

python scripts/check_package.py dist .venv-package/bin/python
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "langchain_cometapi"

_USE = """
import importlib.metadata, pathlib, sys
import langchain_cometapi
from langchain_cometapi import ChatCometAPI, CometAPIEmbeddings, CometAPILLM, catalog
from langchain_cometapi.emulator import CometAPIEmulator

where = pathlib.Path(langchain_cometapi.__file__)
assert where.is_relative_to(sys.prefix), f"{where} is not what was installed"
assert importlib.metadata.version("langchain-cometapi") == langchain_cometapi.__version__
assert (where.parent / "py.typed").exists()
assert catalog.get_model("claude-sonnet-5-5").id == "claude-sonnet-5-5"
with CometAPIEmulator() as emulator:
    where = {"base_url": emulator.base_url, "api_key": emulator.api_key}
    model = ChatCometAPI(model="gpt-5.4-mini", **where)
    assert model.profile
    assert "you said: Hi" in model.invoke("Hi").text
    assert "".join(chunk.text for chunk in model.stream("Hi"))
    assert CometAPILLM(model="glm-5.3", **where).invoke("Hi")
    assert CometAPIEmbeddings(model="text-embedding-3-small", **where).embed_query("Hi")
print(langchain_cometapi.__version__)
"""


def tracked(*folders: str) -> set[str]:
    """Return the files of these folders that belong to the project."""
    command = ["git", "ls-files", "-z", "--", *folders]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    return {name for name in listed.stdout.split("\0") if name}


def check_wheel(path: Path) -> None:
    """Check that a wheel has the package, all of it, and nothing else."""
    with zipfile.ZipFile(path) as wheel:
        names = {name for name in wheel.namelist() if not name.endswith("/")}
    metadata = {name for name in names if PurePosixPath(name).parts[0].endswith(".dist-info")}
    differing = (names - metadata) ^ tracked(PACKAGE)
    if differing:
        sys.exit(f"{path.name} and the checkout differ in {sorted(differing)}")
    if not any(name.endswith("licenses/LICENSE") for name in metadata):
        sys.exit(f"{path.name} has no licence")


def check_sdist(path: Path) -> None:
    """Check that an sdist has what is needed to build and to test the package."""
    with tarfile.open(path) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    needed = tracked(PACKAGE, "tests", "examples", "docs", "scripts") | {
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "CHANGELOG.md",
        "Makefile",
        "constraints.txt",
    }
    if missing := needed - names:
        sys.exit(f"{path.name} lacks {sorted(missing)}")


def use_wheel(path: Path, python: str) -> None:
    """Install a wheel into a fresh environment, and use it."""
    pip = ["-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
    with tempfile.TemporaryDirectory() as folder:
        environment = Path(folder) / "environment"
        subprocess.run([python, "-m", "venv", environment], check=True)
        fresh = str(environment / "bin" / "python")
        constraints = ["--constraint", str(ROOT / "constraints.txt")]
        subprocess.run([fresh, *pip, *constraints, f"{path}[emulator]"], check=True)
        script = Path(folder) / "use.py"
        script.write_text(_USE, encoding="utf-8")
        subprocess.run([fresh, "-W", "error", script], check=True, cwd=folder)


def main(folder: str, python: str) -> None:
    """Check the wheel and the sdist in a folder."""
    wheel, sdist = (list(Path(folder).resolve().glob(end)) for end in ("*.whl", "*.tar.gz"))
    if len(wheel) != 1 or len(sdist) != 1:
        sys.exit(f"{folder} must have one wheel and one sdist")
    check_wheel(wheel[0])
    check_sdist(sdist[0])
    use_wheel(wheel[0], python)
    print(f"{wheel[0].name} and {sdist[0].name} are complete; the wheel works")


if __name__ == "__main__":
    main(*sys.argv[1:])
