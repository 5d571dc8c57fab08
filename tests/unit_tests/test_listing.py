"""The rows for LangChain's list of integrations say what the package says of itself."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # comes with langchain-core

import langchain_cometapi
from langchain_cometapi import ChatCometAPI

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def read_rows() -> dict[str, list[dict[str, Any]]]:
    page = (ROOT / "docs" / "listing.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    rows: dict[str, list[dict[str, Any]]] = yaml.safe_load(block)["python"]
    return rows


@pytest.mark.parametrize("section", ["chat", "embeddings"])
def test_row_names_a_class_the_package_and_a_page(section: str) -> None:
    (row,) = read_rows()[section]
    assert row["name"] in langchain_cometapi.__all__
    assert row["pypi"] == PROJECT["name"]
    site, page = PROJECT["urls"]["Documentation"], row["docs_url"]
    assert page.startswith(site)
    assert (ROOT / "docs" / f"{page.removeprefix(site).strip('/') or 'index'}.md").is_file()


def test_flags_of_the_row_are_those_of_a_profile() -> None:
    (row,) = read_rows()["chat"]
    profile: Any = ChatCometAPI(model="gpt-5.4-mini", api_key="sk-test").profile
    assert {
        "stream": "_stream" in vars(ChatCometAPI),
        "tool_calling": profile["tool_calling"],
        "structured_output": profile["structured_output"],
        "multimodal": profile["image_inputs"],
    }.items() <= row.items()
