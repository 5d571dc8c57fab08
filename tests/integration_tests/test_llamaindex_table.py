"""Each row of the tables in docs/llamaindex.md runs, and is what the row says."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi import ChatCometAPI, CometAPILLM
from tests.integration_tests.test_readme import examples

if TYPE_CHECKING:
    from langchain_cometapi.emulator import CometAPIEmulator

PAGE = Path(__file__).resolve().parents[2] / "docs" / "llamaindex.md"
TEXT = PAGE.read_text(encoding="utf-8")
(SETUP,) = examples(PAGE, TEXT)

# What LlamaIndex's class has, of which each must have a row.
THEIRS = (
    *(".complete(", ".acomplete(", ".stream_complete(", ".astream_complete("),
    *(".chat(", ".achat(", ".stream_chat(", ".astream_chat(", ".chat_with_tools("),
    *("model=", "temperature=", "max_tokens=", "additional_kwargs=", "max_retries="),
    *("context_window=", "api_base=", "api_key=", "COMETAPI_API_BASE", "COMETAPI_API_KEY"),
)


def rows(heading: str) -> list[tuple[str, str, str]]:
    section = TEXT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    cells = [[cell.strip().strip("`") for cell in line.strip("|").split(" | ")] for line in lines]
    return [(theirs, ours, result) for theirs, ours, result in cells]


CALLS, SETTINGS = rows("Calls"), rows("Settings")


@pytest.fixture(autouse=True)
def _their_variables(emulator: CometAPIEmulator, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COMETAPI_KEY", "COMETAPI_BASE_URL"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("COMETAPI_API_KEY", emulator.api_key)
    monkeypatch.setenv("COMETAPI_API_BASE", emulator.base_url)


async def run(code: str) -> tuple[Any, dict[str, Any]]:
    """Return what a cell is worth, and the names of the example above it."""
    namespace: dict[str, Any] = {"__name__": "example"}
    exec(compile(SETUP.code, SETUP.name, "exec", dont_inherit=True), namespace)  # noqa: S102 - ours
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    value = eval(compile(code, PAGE.name, "eval", flags, dont_inherit=True), namespace)  # noqa: S307 - ours
    return (await value if inspect.isawaitable(value) else value), namespace


async def check(code: str, result: str) -> Any:
    value, namespace = await run(code)
    expected = eval(result, namespace)  # noqa: S307 - ours
    if isinstance(expected, type):
        assert isinstance(value, expected)
    else:
        assert value == expected
    return value


def _text(value: Any) -> str:
    return "".join(value) if isinstance(value, list) else str(getattr(value, "content", value))


@pytest.mark.parametrize(("theirs", "ours", "result"), CALLS, ids=[row[0] for row in CALLS])
async def test_call_of_a_row_is_what_the_row_says(
    emulator: CometAPIEmulator, theirs: str, ours: str, result: str
) -> None:
    value = await check(ours, result)
    (request,) = emulator.requests
    assert request.body["model"] == "gpt-5.4-mini"
    assert bool(request.body.get("stream")) is ("stream" in theirs)
    assert request.body.get("max_completion_tokens") == (99 if "99" in theirs else None)
    if "usage" in theirs:
        assert value["total_tokens"] > 0
    elif result in ("str", "list", "AIMessage"):
        assert _text(value).endswith("you said: Hi")


@pytest.mark.parametrize(("theirs", "ours", "result"), SETTINGS, ids=[row[0] for row in SETTINGS])
async def test_setting_of_a_row_is_what_the_row_says(
    emulator: CometAPIEmulator, theirs: str, ours: str, result: str
) -> None:
    assert theirs
    await check(ours, result)
    assert emulator.requests == []


def test_every_name_of_theirs_has_a_row() -> None:
    told = "\n".join(theirs for theirs, _, _ in (*CALLS, *SETTINGS))
    assert [name for name in THEIRS if name not in told] == []


async def test_their_variables_and_context_window_are_enough(emulator: CometAPIEmulator) -> None:
    chat = ChatCometAPI(model="gpt-5.4-mini", profile={"max_input_tokens": 4096})
    assert (await chat.ainvoke("Hi")).text.endswith("you said: Hi")
    assert CometAPILLM(model="gpt-5.4-mini").invoke("Hi").endswith("you said: Hi")
    assert [request.headers["authorization"] for request in emulator.requests] == [
        f"Bearer {emulator.api_key}"
    ] * 2
