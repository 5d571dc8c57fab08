"""LangChain's standard unit tests, for Gemini over its own protocol."""

from __future__ import annotations

import pytest

from langchain_cometapi.native import ChatCometAPIGoogle
from tests.support.standard import StandardUnitTests, check_features

pytestmark = pytest.mark.native


class _Standard(StandardUnitTests):
    """With everything on that `ChatGoogleGenerativeAI` switches on in its own suites."""

    chat_model_class = ChatCometAPIGoogle
    supports_image_inputs = True
    supports_image_urls = True
    supports_pdf_inputs = True
    supports_image_tool_message = True
    supports_pdf_tool_message = True
    supports_audio_inputs = True
    supports_video_inputs = True
    supports_json_mode = True


class TestFlash(_Standard):
    model_id = "gemini-3.8-flash"


class TestPro(_Standard):
    model_id = "gemini-3.1-pro-preview"


class TestFlash25(_Standard):
    model_id = "gemini-2.5-flash"


class TestUnknownModel(_Standard):
    """A model this package has no facts about."""

    model_id = "gemini-nobody-has-heard-of"


def test_standard_suite_finds_every_feature() -> None:
    check_features(TestFlash())
