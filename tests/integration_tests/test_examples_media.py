"""The notebook, and the examples of images, files and MCP tools, each in a process of its own."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
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


@pytest.mark.slow
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


# --- Images, files and tools ---------------------------------------------------------------------


def run_example(name: str, *arguments: str) -> str:
    """Return what an example prints; a warning is an error in it."""
    command = [sys.executable, "-W", "error", str(EXAMPLES / name), *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", timeout=100, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.usefixtures("_no_key")
def test_multimodal_runs_without_a_key_and_saves_an_image(tmp_path: Path) -> None:
    output = tmp_path / "drawn.png"
    printed = run_example("multimodal.py", "--output", str(output))
    assert printed.startswith(NO_KEY)
    assert printed.count("What is in sunset.png? (with 1 image_url)") == 3
    assert printed.count("What is in invoice.pdf? (with 1 file)") == 3
    assert "image_inputs: False\nMessage 0: This model of the family deepseek takes no" in printed
    assert f"['image', 'text']\n{output}, image/png, " in printed
    assert output.read_bytes().startswith(b"\x89PNG\r\n")


@pytest.mark.slow
def test_multimodal_sends_the_file_and_the_image_that_was_drawn(
    emulator: CometAPIEmulator, tmp_path: Path
) -> None:
    output, pdf = tmp_path / "drawn.png", EXAMPLES / "files" / "invoice.pdf"
    run_example("multimodal.py", str(pdf), "--output", str(output))
    *readers, painter, describer = (request.body for request in emulator.requests)
    assert len(readers) == 3
    for body in readers:
        file = body["messages"][0]["content"][1]["file"]
        assert file["filename"] == "invoice.pdf"
        assert file["file_data"].endswith(base64.b64encode(pdf.read_bytes()).decode())
    assert painter["tools"] == [{"type": "image_generation", "size": "1024x1024"}]
    drawn = base64.b64encode(output.read_bytes()).decode()
    image = describer["messages"][0]["content"][1]["image_url"]
    assert image == {"url": f"data:image/png;base64,{drawn}"}


@pytest.mark.slow
@pytest.mark.usefixtures("_no_key")
def test_mcp_tools_are_called_and_their_errors_are_told_to_the_model() -> None:
    pytest.importorskip("langchain_mcp_adapters", reason=IN_EXTRA)
    printed = run_example("mcp_tools.py")
    assert printed.startswith(f"{NO_KEY}\nTools: find_books, count_copies")
    hamsun, vesaas = printed.split("\ngemini-3.8-flash: ")
    assert "> find_books {'author': 'Hamsun'}\n  < success: Hunger; Growth of the Soil" in hamsun
    assert "< success: 3 of 'Hunger'\n  < success: 1 of 'Growth of the Soil'" in hamsun
    assert "< error: Error executing tool count_copies: There is no book 'The Bird'." in vesaas
    assert vesaas.endswith(
        "< success: 0 of 'The Birds'\nIt is called The Birds, and all its copies are out.\n\n"
    )


# --- The native routes ---------------------------------------------------------------------------

NEEDS_ANTHROPIC = "it needs the extra `anthropic`, which `make test` installs"
NEEDS_GOOGLE = "it needs the extra `google`, which `make test` installs"


@pytest.mark.usefixtures("_no_key")
def test_claude_thinks_through_a_tool_loop_reads_its_cache_and_quotes() -> None:
    pytest.importorskip("langchain_anthropic", reason=NEEDS_ANTHROPIC)
    printed = run_example("claude_native.py")
    assert printed.startswith(NO_KEY)
    assert "  thinks: I have to see the request before I can say anything." in printed
    assert "  calls: look_up_request {'request_id': '4711'}" in printed
    counts = re.findall(r"([\d,]+) tokens in, ([\d,]+) to the cache, ([\d,]+) from it", printed)
    totals, written, read = zip(
        *([int(figure.replace(",", "")) for figure in row] for row in counts), strict=True
    )
    assert len(counts) == 3
    assert written[0] > 1024
    assert read == (0, written[0], written[0])
    assert totals[0] > written[0]
    assert "gpt-5.4-mini sums up: The model id had a typing error" in printed
    assert "\ninvoice.pdf\n" in printed
    assert "\n  quotes: " in printed


def test_claude_gets_its_thinking_back_with_a_key(emulator: CometAPIEmulator) -> None:
    pytest.importorskip("langchain_anthropic", reason=NEEDS_ANTHROPIC)
    emulator.clear_scripts()
    page = EXAMPLES / "files" / "mcp_server.py"
    assert run_example("claude_native.py", str(page)).startswith("Asking http")
    claude = [r for r in emulator.requests if r.path == "/v1/messages"]
    assert claude[0].body["system"][0]["cache_control"] == {"type": "ephemeral"}
    assert claude[0].body["output_config"] == {"effort": "low"}
    document = claude[-1].body["messages"][0]["content"][0]
    assert document["citations"] == {"enabled": True}
    assert document["source"]["data"] == page.read_text(encoding="utf-8")
    for request in claude:
        for message in request.body["messages"]:
            if message["role"] == "assistant" and request.body.get("thinking"):
                thought = message["content"][0]
                assert thought["type"] == "thinking"
                assert thought["signature"]


@pytest.mark.usefixtures("_no_key")
def test_gemini_watches_searches_and_draws(tmp_path: Path) -> None:
    pytest.importorskip("langchain_google_genai", reason=NEEDS_GOOGLE)
    output = tmp_path / "drawn.png"
    printed = run_example("gemini_native.py", "--output", str(output))
    assert printed.startswith(f"{NO_KEY}\nA video: sunset.mp4\n  thinks: ")
    assert "\nGoogle Search\n  says: " in printed
    assert "\n  source: " in printed
    assert f"\n  {output}, image/png, " in printed
    assert output.read_bytes().startswith(b"\x89PNG\r\n")


def test_gemini_gets_the_video_and_the_settings_with_a_key(
    emulator: CometAPIEmulator, tmp_path: Path
) -> None:
    pytest.importorskip("langchain_google_genai", reason=NEEDS_GOOGLE)
    clip = EXAMPLES / "files" / "sunset.mp4"
    run_example("gemini_native.py", str(clip), "--output", str(tmp_path / "drawn.png"))
    watch, search, draw = emulator.requests
    video, _ = watch.body["contents"][0]["parts"]
    assert "video/mp4" in video["inlineData"].values()
    in_base64 = video["inlineData"]["data"].translate(str.maketrans("-_", "+/"))
    assert base64.b64decode(in_base64) == clip.read_bytes()
    assert {*watch.body["generationConfig"]["thinkingConfig"].values()} == {True, "LOW"}
    assert [setting["threshold"] for setting in watch.body["safetySettings"]] == ["BLOCK_ONLY_HIGH"]
    assert search.body["tools"] == [{"googleSearch": {}}]
    assert draw.body["generationConfig"]["responseModalities"] == ["TEXT", "IMAGE"]
    assert draw.body["generationConfig"]["imageConfig"] == {"aspectRatio": "16:9"}
