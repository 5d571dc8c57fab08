"""The check of the documentation site finds what is broken. No browser here: `make check_site`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts import check_site


def build(folder: Path, link: str) -> Path:
    """Write a site of two pages and a picture; the second page has the link."""
    (folder / "chat").mkdir()
    (folder / "picture.svg").write_text("<svg/>", encoding="utf-8")
    (folder / "index.html").write_text('<h1 id="start">Home</h1>', encoding="utf-8")
    (folder / "chat" / "index.html").write_text(
        f'<h2 id="batch">Batch</h2><a href="{link}">x</a>', encoding="utf-8"
    )
    return folder


@pytest.mark.parametrize(
    "link",
    [
        "#batch",
        "..",
        "../#start",
        "../picture.svg",
        "../chat/#batch",
        check_site.SITE,
        f"{check_site.SITE}chat/#batch",
        f"{check_site.SITE}picture.svg",
        "https://example.com/nowhere",
        "mailto:a@example.com",
    ],
)
def test_link_that_leads_somewhere_is_fine(tmp_path: Path, link: str) -> None:
    assert check_site.find_broken_links(build(tmp_path, link)) == []


@pytest.mark.parametrize(
    "link",
    [
        "#nowhere",
        "../#nowhere",
        "../picture.png",
        "../llm/",
        "../chat.md",
        f"{check_site.SITE}llm/",
        f"{check_site.SITE}chat/#nowhere",
    ],
)
def test_link_that_leads_nowhere_is_found(tmp_path: Path, link: str) -> None:
    assert check_site.find_broken_links(build(tmp_path, link)) == [f"chat/: link to {link}"]


def test_each_page_of_the_documentation_is_in_the_navigation() -> None:
    root = Path(__file__).resolve().parents[2]
    listed = re.findall(
        r"^ +- .+: ([\w-]+\.md)$", (root / "mkdocs.yml").read_text("utf-8"), re.MULTILINE
    )
    assert sorted(listed) == sorted(path.name for path in (root / "docs").glob("*.md"))


def test_all_pages_are_looked_at(tmp_path: Path) -> None:
    assert check_site.find_pages(build(tmp_path, "..")) == ["chat/", ""]
