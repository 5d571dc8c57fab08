"""LangChain's standard integration tests of Claude's own protocol against LLMock.

The emulator and this package share their authors' understanding of the protocol; LLMock does
not.
"""

from __future__ import annotations

from typing import Any, Literal

import pytest

from tests.integration_tests.native.test_standard_anthropic import Standard

pytestmark = pytest.mark.native

ADDRESS = "anthropic_url"


class OnLLMock(Standard):
    """Everything on but what this server never sends."""

    @property
    def supported_usage_metadata_details(self) -> dict[Literal["invoke", "stream"], list[Any]]:
        """None: LLMock counts tokens and breaks no count down."""
        return {"invoke": [], "stream": []}


class TestClaude(OnLLMock):
    """A model of the catalogue."""


class TestUnknownModel(OnLLMock):
    """A model this package has no facts about."""

    model_id = "claude-nobody-has-heard-of"
    override_id = "claude-another-one"
