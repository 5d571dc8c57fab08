"""No test sees the vocabularies of the machine, or what models have reported in another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from langchain_cometapi._content.reported_tokens import forget_reports

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out folders whose tests the markers leave out anyway: to import them takes seconds."""
    is_asked_for = any("native" in argument for argument in config.args)
    is_left_out = "not native" in config.option.markexpr and not is_asked_for
    return True if is_left_out and collection_path.name == "native" else None


@pytest.fixture(autouse=True)
def _count_tokens_afresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", "")  # none
    forget_reports()
    yield
    forget_reports()
