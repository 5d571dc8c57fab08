"""LangChain's standard integration tests, every feature on, for Claude over its own protocol."""

from __future__ import annotations

import uuid
from typing import Any, Literal

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langchain_tests.integration_tests import ChatModelIntegrationTests

from langchain_cometapi.native import ChatCometAPIAnthropic
from tests.support import ask_sync

pytestmark = pytest.mark.native

# The suite forces tools whatever a model takes; `ChatAnthropic` leaves that out with a warning.
_NOT_FORCED = "ignore:(tool_choice is forced but|You are attempting to use structured output)"

_DETAILS: list[Any] = ["cache_read_input", "cache_creation_input", "reasoning_output"]


class Standard(ChatModelIntegrationTests):
    """The suite with everything switched on that `ChatAnthropic` switches on, and reasoning."""

    model_id = "claude-haiku-5-5"
    override_id = "claude-opus-5"
    thinking: dict[str, Any] = {"type": "adaptive"}  # noqa: RUF012 - never changed

    chat_model_class = ChatCometAPIAnthropic
    supports_image_inputs = True
    supports_image_urls = True
    supports_pdf_inputs = True
    supports_image_tool_message = True
    supports_pdf_tool_message = True
    supports_anthropic_inputs = True

    @property
    def chat_model_params(self) -> dict[str, Any]:
        # The limit of the profile may change, and a cassette has the whole request.
        return {"model": self.model_id, "max_tokens": 4096}

    @property
    def model_override_value(self) -> str:
        return self.override_id

    @property
    def supported_usage_metadata_details(self) -> dict[Literal["invoke", "stream"], list[Any]]:
        return {"invoke": _DETAILS, "stream": _DETAILS}

    def _ask(self, content: str | list[Any], *, stream: bool, **kwargs: Any) -> AIMessage:
        model = self.chat_model_class(**{**self.chat_model_params, **kwargs})
        answer = ask_sync(model, "stream" if stream else "invoke", [HumanMessage(content)])
        assert isinstance(answer, AIMessage)
        return answer

    def invoke_with_reasoning_output(self, *, stream: bool = False) -> AIMessage:
        return self._ask("What is 17 times 23?", stream=stream, thinking=self.thinking)

    def invoke_with_cache_creation_input(self, *, stream: bool = False) -> AIMessage:
        return self._ask(_long_prompt(), stream=stream)

    def invoke_with_cache_read_input(self, *, stream: bool = False) -> AIMessage:
        prompt = _long_prompt()
        self._ask(prompt, stream=stream)
        return self._ask(prompt, stream=stream)


def _long_prompt() -> list[Any]:
    """A prompt that is worth a cache, and new to it."""
    text = f"{uuid.uuid4()} " + "Remember this sentence for later. " * 1500
    return [{"type": "text", "text": text, "cache_control": {"type": "ephemeral"}}]


class TestClaudeHaiku(Standard):
    """It thinks as much as it finds right, and takes a forced tool."""

    enable_vcr_tests = True


class TestOpus(Standard):
    model_id = "claude-opus-4-8"
    override_id = "claude-sonnet-4-6"


class TestHaiku45(Standard):
    """It thinks within a budget."""

    model_id = "claude-haiku-4-5"
    override_id = "claude-opus-4-8"
    thinking: dict[str, Any] = {  # noqa: RUF012 - never changed
        "type": "enabled",
        "budget_tokens": 1024,
    }


@pytest.mark.filterwarnings(_NOT_FORCED)
class TestThinking(Standard):
    """A model that is told to think: it is given back what it thought, and takes no forced tool."""

    has_tool_choice = False

    @property
    def chat_model_params(self) -> dict[str, Any]:
        return {**super().chat_model_params, "thinking": self.thinking}


class TestV1(Standard):
    """With the standard blocks of LangChain 1 as content."""

    @property
    def chat_model_params(self) -> dict[str, Any]:
        return {**super().chat_model_params, "output_version": "v1"}
