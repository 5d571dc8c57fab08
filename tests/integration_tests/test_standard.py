"""LangChain's standard integration tests, every feature on, for one model of each family.

They run on an event loop of its own for each test: a client that shares its connections
across loops fails here.
"""

from __future__ import annotations

import uuid
from typing import Any, Literal

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langchain_tests.integration_tests import ChatModelIntegrationTests

from langchain_cometapi import ChatCometAPI
from tests.integration_tests.samples import WAV_BASE64, serve
from tests.support import merge

pytestmark = [
    pytest.mark.live,
    # The suite sets `stop` and forces tools, whatever the vendor of the model takes.
    pytest.mark.filterwarnings("ignore::langchain_cometapi.CometAPIParameterWarning"),
]

_DETAILS: list[str] = [
    "audio_input",
    "audio_output",
    "reasoning_output",
    "cache_read_input",
    "cache_creation_input",
]


@pytest.fixture(autouse=True)
def _samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Serve the files that the suite downloads."""
    monkeypatch.setenv("LANGCHAIN_TESTS_USER_AGENT", "langchain-cometapi")
    monkeypatch.setattr("langchain_tests.integration_tests.chat_models.httpx.get", serve)


class Standard(ChatModelIntegrationTests):
    """The suite with everything switched on."""

    model_id: str
    override_id: str
    reasoning: dict[str, Any] = {}  # noqa: RUF012 - never changed
    """Request parameters that make the model think."""

    chat_model_class = ChatCometAPI
    enable_vcr_tests = True
    supports_image_inputs = True
    supports_image_urls = True
    supports_pdf_inputs = True
    supports_audio_inputs = True
    supports_image_tool_message = True
    supports_pdf_tool_message = True
    supports_anthropic_inputs = True
    supports_json_mode = True

    @property
    def chat_model_params(self) -> dict[str, Any]:
        return {"model": self.model_id}

    @property
    def model_override_value(self) -> str:
        return self.override_id

    @property
    def supported_usage_metadata_details(self) -> dict[Literal["invoke", "stream"], list[Any]]:
        return {"invoke": _DETAILS, "stream": _DETAILS}

    def _ask(self, content: str | list[Any], *, stream: bool, **kwargs: Any) -> AIMessage:
        model = self.chat_model_class(**{**self.chat_model_params, **kwargs})
        messages = [HumanMessage(content)]
        answer = merge(model.stream(messages)) if stream else model.invoke(messages)
        assert isinstance(answer, AIMessage)
        return answer

    def invoke_with_audio_input(self, *, stream: bool = False) -> AIMessage:
        audio = {"type": "audio", "base64": WAV_BASE64, "mime_type": "audio/wav"}
        return self._ask([{"type": "text", "text": "What is said?"}, audio], stream=stream)

    def invoke_with_audio_output(self, *, stream: bool = False) -> AIMessage:
        audio = {"voice": "alloy", "format": "wav"}
        kwargs = {"modalities": ["text", "audio"], "audio": audio}
        return self._ask("Say hello.", stream=stream, model_kwargs=kwargs)

    def invoke_with_reasoning_output(self, *, stream: bool = False) -> AIMessage:
        return self._ask("What is 17 times 23?", stream=stream, **self.reasoning)

    def invoke_with_cache_creation_input(self, *, stream: bool = False) -> AIMessage:
        return self._ask(self._long_prompt(), stream=stream)

    def invoke_with_cache_read_input(self, *, stream: bool = False) -> AIMessage:
        prompt = self._long_prompt()
        self._ask(prompt, stream=stream)
        return self._ask(prompt, stream=stream)

    @staticmethod
    def _long_prompt() -> str:
        return f"{uuid.uuid4()} " + "Remember this sentence for later. " * 200


class TestGPT(Standard):
    model_id = "gpt-5.4-mini"
    override_id = "gpt-5.4"
    reasoning: dict[str, Any] = {"reasoning_effort": "low"}  # noqa: RUF012 - never changed


class TestClaude(Standard):
    model_id = "claude-sonnet-5-5"
    override_id = "claude-haiku-5-5"

    supports_audio_inputs = False

    @property
    def supported_usage_metadata_details(self) -> dict[Literal["invoke", "stream"], list[Any]]:
        """All but audio, and reasoning, which CometAPI's chat route does not count for Claude."""
        missing = ("audio_input", "reasoning_output")
        details = [detail for detail in _DETAILS if detail not in missing]
        return {"invoke": details, "stream": details}


class TestGemini(Standard):
    model_id = "gemini-3.8-flash"
    override_id = "gemini-3.5-flash"
    reasoning: dict[str, Any] = {"reasoning_effort": "low"}  # noqa: RUF012 - never changed


class TestDeepSeek(Standard):
    """With thinking switched off, where DeepSeek takes a forced tool choice."""

    model_id = "deepseek-v4-flash-vision"  # V4 Pro reads text alone
    override_id = "deepseek-v4-flash"
    reasoning: dict[str, Any] = {"extra_body": None}  # noqa: RUF012 - never changed

    @property
    def chat_model_params(self) -> dict[str, Any]:
        return {"model": self.model_id, "extra_body": {"thinking": {"type": "disabled"}}}


class TestDeepSeekThinking(Standard):
    """As users get it: it thinks and wants its reasoning back, unless a call is forced."""

    model_id = "deepseek-v4-flash-vision"  # V4 Pro reads text alone
    override_id = "deepseek-v4-flash"


class TestGPT6(Standard):
    """On the Responses route, which the catalogue names for it."""

    model_id = "gpt-6-astra"
    override_id = "gpt-5.4-pro"
    reasoning: dict[str, Any] = {  # noqa: RUF012 - never changed
        "reasoning": {"effort": "medium", "summary": "auto"}
    }

    # Audio is of the chat route alone: OpenAI's reference lists text, images and files as the
    # content of an input message, and no `modalities` or `audio` among the parameters.
    supports_audio_inputs = False

    @property
    def supported_usage_metadata_details(self) -> dict[Literal["invoke", "stream"], list[Any]]:
        details = [detail for detail in _DETAILS if not detail.startswith("audio")]
        return {"invoke": details, "stream": details}


class TestGPT6V1(TestGPT6):
    """With the standard blocks of LangChain 1 as content."""

    @property
    def chat_model_params(self) -> dict[str, Any]:
        return {"model": self.model_id, "output_version": "v1"}
