"""LangChain's standard integration tests against LLMock, a server that is not ours.

The emulator and this package share their authors' understanding of the protocol; LLMock does
not. It makes tool arguments that fit the schema but not the question, so a few answers are
scripted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import pytest

from tests.integration_tests.llmock.scripts import SCRIPTS
from tests.integration_tests.test_standard import Standard

if TYPE_CHECKING:
    from tests.integration_tests.llmock.server import LLMock

pytestmark = [
    pytest.mark.llmock,
    # `test_stream_time` measures nothing when it has no cassette; it still streams.
    pytest.mark.filterwarnings("ignore:Benchmark fixture was not used"),
    # The suite sets `stop` whatever the vendor of the model takes.
    pytest.mark.filterwarnings("ignore::langchain_cometapi.CometAPIParameterWarning"),
]


@pytest.fixture(autouse=True)
def _scripted(_service: None, llmock: LLMock, request: pytest.FixtureRequest) -> None:
    if behaviors := SCRIPTS.get(request.function.__name__):
        llmock.script(*behaviors)


class OnLLMock(Standard):
    """Everything on but what this server never sends."""

    @property
    def supported_usage_metadata_details(self) -> dict[Literal["invoke", "stream"], list[Any]]:
        """None: LLMock counts tokens and breaks no count down."""
        return {"invoke": [], "stream": []}


class TestGPT(OnLLMock):
    """Structured output by JSON schema, `max_completion_tokens`."""

    model_id = "gpt-5.4-mini"
    override_id = "gpt-5.4"


class TestGPT6(OnLLMock):
    """The Responses route."""

    model_id = "gpt-6-astra"
    override_id = "gpt-5.4-pro"
    supports_audio_inputs = False


class TestClaude(OnLLMock):
    """Structured output by a forced tool call, `max_tokens`."""

    model_id = "claude-sonnet-5-5"
    override_id = "claude-haiku-5-5"
    supports_audio_inputs = False


class TestDeepSeek(OnLLMock):
    """With thinking switched off: a model that thinks takes no forced tool choice."""

    model_id = "deepseek-v4-flash-vision"  # V4 Pro reads text alone
    override_id = "deepseek-v4-flash"

    @property
    def chat_model_params(self) -> dict[str, Any]:
        return {"model": self.model_id, "extra_body": {"thinking": {"type": "disabled"}}}


class TestUnknownModel(OnLLMock):
    """A model this package has no facts about."""

    model_id = "a-model-nobody-has-heard-of"
    override_id = "vendor/another-one"
