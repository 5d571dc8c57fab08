"""The notebook, and the examples of images, files and MCP tools, each in a process of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi._credentials import API_KEY_VARIABLES, BASE_URL_VARIABLES

if TYPE_CHECKING:
    from langchain_cometapi.emulator import CometAPIEmulator

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
NOTEBOOK = EXAMPLES / "tour.ipynb"
NO_KEY = "Asking a local emulator, because COMETAPI_KEY is not set: no model runs.\n"
IN_EXTRA = "it is in the extra `examples`, which `make test` installs"


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))  # where a kernel keeps its history


@pytest.fixture
def _no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*API_KEY_VARIABLES, *BASE_URL_VARIABLES):
        monkeypatch.delenv(name, raising=False)


def asked(emulator: CometAPIEmulator) -> list[str]:
    """Return the models of the requests."""
    return [str(request.body["model"]) for request in emulator.requests if request.body]


# --- The notebook --------------------------------------------------------------------------------


def run_notebook() -> dict[str, str]:
    """Return what each cell of the notebook shows, by the id of the cell."""
    nbformat = pytest.importorskip("nbformat", reason=IN_EXTRA)
    nbclient = pytest.importorskip("nbclient", reason=IN_EXTRA)
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    # A cell that raises ends the test.
    nbclient.NotebookClient(
        notebook, timeout=60, resources={"metadata": {"path": str(EXAMPLES)}}
    ).execute()
    return {cell.id: "".join(map(_text, cell.get("outputs", []))) for cell in notebook.cells}


def _text(output: Any) -> str:
    assert output.get("name") != "stderr", output["text"]
    data = output.get("data", {})
    return str(output.get("text") or data.get("text/markdown") or data["text/plain"])


@pytest.mark.usefixtures("_no_key")
def test_notebook_runs_without_a_key_and_shows_each_part() -> None:
    shown = run_notebook()
    assert shown["setup"] == f"{NO_KEY}\n"
    reasoning, answer = shown["stream"].split("\ntext: ")
    assert reasoning.startswith("\nreasoning: The question")
    assert "Sunlight is a mix of all colours" in answer
    assert "claude-sonnet-5-5: [CometAPI emulator] Then swap the morning" in shown["thread"]
    assert "188.03 EUR" in shown["thread"]  # the result of a tool
    assert "| claude-sonnet-5-5 | 1 |" in shown["cost"]
    assert shown["many"].count("so ice is 9 percent lighter") == 4
    assert shown["structured"].startswith("Trip(city='Oslo', days=")
    assert shown["explain"].startswith("temperature dropped: ")
    assert "'model': 'gpt-6-sol'" in shown["explain"]
    assert "A rainbow needs the sun" in shown["cut"]
    assert "CometAPIStreamTruncatedError: The stream ended before" in shown["cut"]


def test_notebook_asks_the_service_with_a_key(emulator: CometAPIEmulator) -> None:
    shown = run_notebook()
    assert shown["setup"] == f"Asking {emulator.base_url}.\n\n"
    thread = {"gpt-6-sol", "claude-sonnet-5-5", "deepseek-v4-pro", "gemini-3.8-flash"}
    assert set(asked(emulator)) == thread | {"gpt-5.4-mini", "qwen3.8-max"}
    last = next(r.body for r in reversed(emulator.requests) if "a friend" in json.dumps(r.body))
    assert "188.03 EUR" in json.dumps(last)  # of the turn before, at another vendor


def test_notebook_in_the_repository_has_no_outputs() -> None:
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert len(cells) > 5
    for cell in cells:
        assert cell["outputs"] == [], cell["id"]
        assert cell["execution_count"] is None, cell["id"]
        assert cell["metadata"] == {}, cell["id"]
    # The version of whoever saved it last would be a change in each commit.
    assert notebook["metadata"].keys() == {"kernelspec", "language_info"}
    assert notebook["metadata"]["language_info"] == {"name": "python"}
