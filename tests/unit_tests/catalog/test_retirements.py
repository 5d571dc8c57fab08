"""Models that CometAPI has retired: what is known of them, and the warning at construction."""

from __future__ import annotations

import json
import re
import warnings
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi import (
    ChatCometAPI,
    CometAPIEmbeddings,
    CometAPILLM,
    CometAPIRetiredModelWarning,
)
from langchain_cometapi._catalog import retirements
from langchain_cometapi._catalog.retirements import Retirement, get_retirement

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[3]
DATA = json.loads((ROOT / "langchain_cometapi/data/retirements.json").read_text(encoding="utf-8"))
MODELS = [
    partial(kind, api_key="sk-test") for kind in (ChatCometAPI, CometAPILLM, CometAPIEmbeddings)
]


@pytest.mark.parametrize(
    ("model", "on", "replacement"),
    [
        ("gemini-2.5-flash", date(2026, 10, 20), "gemini-3.8-flash"),
        ("google/Gemini-2.5-Pro", date(2026, 10, 20), "gemini-3.8-flash"),
        ("gemini-3.6-flash", None, "gemini-3.8-flash"),
        ("deepseek-reasoner", date(2026, 7, 24), "deepseek-v4-flash"),
        ("claude-sonnet-4-20250514", date(2026, 6, 15), "claude-sonnet-5"),
        ("claude-sonnet-4-20250514-thinking", date(2026, 6, 15), "claude-sonnet-5"),
        ("cometapi-opus-4-20250514", date(2026, 6, 15), "claude-opus-5-5"),
        ("gpt-5-chat-latest", date(2026, 7, 23), "gpt-5.6-sol"),
        ("gpt-5-codex-2025-09-15", date(2026, 7, 23), "gpt-5.6-sol"),
        ("gpt-3.5-turbo-0125", date(2026, 5, 29), None),
        ("glm-4.7-flash", date(2026, 5, 29), None),
        ("kimi-k2-thinking", date(2026, 5, 29), None),
        ("doubao-seed-2-0-mini-260215", None, "doubao-seed-2-1-turbo-260628"),
    ],
)
def test_retirement_of_announced_model_has_day_and_replacement(
    model: str, on: date | None, replacement: str | None
) -> None:
    found = get_retirement(model)
    assert found is not None
    assert (found.id, found.on, found.replacement) == (model, on, replacement)


@pytest.mark.parametrize(
    "model",
    [
        "claude-opus-4-5-20251101-thinking",
        "gemini-2.5-flash-lite",
        "glm-5.2",
        "gpt-5",
        "gpt-5.3-codex",
        "gpt-5.4-mini-2026-03-17",
        "kimi-k2.6",
        "a-model-that-nobody-knows",
    ],
)
def test_retirement_of_served_model_is_none(model: str) -> None:
    assert get_retirement(model) is None


def test_retirement_of_each_entry_is_found_and_its_replacement_is_served() -> None:
    for entry in DATA:
        for pattern in entry["ids"]:
            found = get_retirement(pattern.replace("*", "9"))
            assert found is not None, pattern
            assert found.source, pattern
            assert found.replacement is None or get_retirement(found.replacement) is None


def test_retirement_in_the_future_is_not_over() -> None:
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    planned = Retirement("m-1", tomorrow, "m-2", "")
    assert not planned.is_over
    assert planned.describe() == f"CometAPI will retire `m-1` on {tomorrow}. Use `m-2` instead."


@pytest.mark.parametrize("create", MODELS)
def test_construction_with_retired_model_warns_once_at_the_line_of_the_user(
    create: Callable[..., Any],
) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        create(model="gemini-2.5-flash")
    (warning,) = caught
    assert warning.category is CometAPIRetiredModelWarning
    assert str(warning.message) == (
        "CometAPI retired `gemini-2.5-flash` on 2026-10-20. Use `gemini-3.8-flash` instead."
    )
    assert warning.filename == __file__


@pytest.mark.filterwarnings("error::langchain_cometapi.CometAPIRetiredModelWarning")
@pytest.mark.parametrize("create", MODELS)
def test_construction_where_warnings_are_errors_is_refused(create: Callable[..., Any]) -> None:
    create(model="text-embedding-3-small")
    with pytest.raises(CometAPIRetiredModelWarning, match=r"Use `gpt-5\.6-sol`"):
        create(model="gpt-5-chat-latest")


def test_loop_over_a_retired_model_warns_once_by_the_default_filter() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        for _ in range(3):
            ChatCometAPI(model="deepseek-chat", api_key="sk-test")
    assert len(caught) == 1


def test_copy_or_call_of_a_retired_model_does_not_warn_again() -> None:
    model = ChatCometAPI(model="deepseek-chat", api_key="sk-test")
    llm = CometAPILLM(model="deepseek-chat", api_key="sk-test")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.model_copy(update={"temperature": 1.0}).bind(stop=["x"])
        llm._chat_model()


def test_day_of_an_entry_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    get_retirement("gpt-5.4-mini")
    monkeypatch.setattr(retirements, "files", None)  # a second reading would fail
    assert get_retirement("o1-mini-2024-09-12") is not None


def test_pages_ask_no_retired_model() -> None:
    pages = {*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("examples/**/*.py")}
    assert pages
    for page in pages:
        blocks = page.read_text(encoding="utf-8").split("```")
        text = "".join(block for block in blocks if "CometAPIRetiredModelWarning" not in block)
        asked = re.findall(r'model(?:_name)?="([^"]+)"', text)
        assert [model for model in asked if get_retirement(model)] == [], page
