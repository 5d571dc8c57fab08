"""A model that cloudpickle carried into another process answers there: what Dask and Spark do."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi import ChatCometAPI
from tests.integration_tests.test_readme import ROOT, examples

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from langchain_cometapi.emulator import CometAPIEmulator

pytestmark = pytest.mark.ray

SENTENCE = "Oslo is a city with 717710 inhabitants."
LOAD_AND_CALL = """
import pickle, sys

with open(sys.argv[1], "rb") as file:
    print(pickle.load(file).invoke(sys.argv[2]))
"""


def get_weather(city: str) -> str:
    """Get the weather in a city."""
    return f"rain in {city}"


CITY = {
    "title": "City",
    "description": "A city and how many people live there.",
    "type": "object",
    "properties": {"name": {"type": "string"}, "inhabitants": {"type": "integer"}},
    "required": ["name", "inhabitants"],
    "additionalProperties": False,
}

FORMS: dict[str, tuple[Callable[[ChatCometAPI], Any], str]] = {
    "model": (lambda model: model, "you said: Oslo"),
    "tools": (lambda model: model.bind_tools([get_weather], tool_choice="any"), "get_weather"),
    "structured": (lambda model: model.with_structured_output(CITY), "717710"),
    "retry": (lambda model: model.with_retry(), "you said: Oslo"),
    "chain": (lambda model: model | (lambda answer: f"<{answer.text}>"), "<This is"),
}


def run(*command: str | Path) -> str:
    done = subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("called_before", [False, True], ids=["fresh", "called"])
@pytest.mark.parametrize("form", FORMS)
def test_model_answers_after_cloudpickle(
    emulator: CometAPIEmulator, tmp_path: Path, form: str, called_before: bool
) -> None:
    import cloudpickle

    make, says = FORMS[form]
    made = make(ChatCometAPI(model="gpt-5.4-mini"))
    if called_before:
        made.invoke(SENTENCE)
    path = tmp_path / "pickle"
    path.write_bytes(cloudpickle.dumps(made))
    emulator.clear()
    assert says in run("-c", LOAD_AND_CALL, path, SENTENCE)
    assert len(emulator.requests) == 1


def test_explicit_key_travels_in_the_pickle(
    emulator: CometAPIEmulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import cloudpickle

    model = ChatCometAPI(model="gpt-5.4-mini", api_key=emulator.api_key, base_url=emulator.base_url)
    path = tmp_path / "pickle"
    path.write_bytes(cloudpickle.dumps(model))
    monkeypatch.delenv("COMETAPI_KEY")
    monkeypatch.delenv("COMETAPI_BASE_URL")
    assert "you said: Oslo" in run("-c", LOAD_AND_CALL, path, SENTENCE)


def test_example_of_dask_answers_each_prompt(emulator: CometAPIEmulator, tmp_path: Path) -> None:
    document = ROOT / "docs" / "scaling.md"
    found = examples(document, document.read_text(encoding="utf-8"))
    script = tmp_path / "script.py"
    (code,) = [example.code for example in found if "import dask" in example.code]
    script.write_text(code, encoding="utf-8")
    lines = run(script).splitlines()
    facts = [f"Name a fact about the number {number}." for number in range(8)]
    assert [line.partition("you said: ")[2] for line in lines] == facts
    asked = [request.body["messages"][0]["content"] for request in emulator.requests]
    assert sorted(asked) == facts
