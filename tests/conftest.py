"""No test sees the vocabularies of the machine, or what models have reported in another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from langchain_cometapi._content.reported_tokens import forget_reports

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _count_tokens_afresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", "")  # none
    forget_reports()
    yield
    forget_reports()
