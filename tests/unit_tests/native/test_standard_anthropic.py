"""LangChain's standard unit tests, for Claude over its own protocol."""

from __future__ import annotations

import pytest

from langchain_cometapi.native import ChatCometAPIAnthropic
from tests.support.standard import StandardUnitTests, check_features

pytestmark = [
    pytest.mark.native,
    # Said by `ChatAnthropic`, which has no such method of its own, and takes a schema instead.
    pytest.mark.filterwarnings("ignore:Unrecognized structured output method 'json_mode'"),
]


class _Standard(StandardUnitTests):
    """With everything on that `ChatAnthropic` switches on in the suites of its repository."""

    chat_model_class = ChatCometAPIAnthropic
    supports_image_inputs = True
    supports_image_urls = True
    supports_pdf_inputs = True
    supports_image_tool_message = True
    supports_pdf_tool_message = True
    supports_anthropic_inputs = True


class TestHaiku(_Standard):
    model_id = "claude-haiku-5-5"


class TestHaiku45(_Standard):
    model_id = "claude-haiku-4-5"


@pytest.mark.filterwarnings("ignore:You are attempting to use structured output via forced tool")
class TestSonnet(_Standard):
    """It always thinks: a forced tool is not taken, of which `ChatAnthropic` warns."""

    model_id = "claude-sonnet-5-5"


class TestUnknownModel(_Standard):
    """A model this package has no facts about."""

    model_id = "claude-nobody-has-heard-of"


def test_standard_suite_finds_every_feature() -> None:
    check_features(TestHaiku())
