"""LangChain's standard integration tests, every feature on, for Gemini over its own protocol."""

from __future__ import annotations

import uuid
from typing import Any, Literal

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langchain_tests.integration_tests import ChatModelIntegrationTests

from langchain_cometapi.native import ChatCometAPIGoogle
from tests.support import ask_sync

pytestmark = pytest.mark.native

# `ChatGoogleGenerativeAI` has no field for the others.
_DETAILS: list[Any] = ["cache_read_input", "reasoning_output"]


class Standard(ChatModelIntegrationTests):
    """The suite with everything on that `ChatGoogleGenerativeAI` switches on, and usage details."""

    model_id = "gemini-3.8-flash"
    override_id = "gemini-3.5-flash"

    chat_model_class = ChatCometAPIGoogle
    supports_image_inputs = True
    supports_image_urls = True
    supports_pdf_inputs = True
    supports_audio_inputs = True
    supports_video_inputs = True
    supports_image_tool_message = True
    supports_pdf_tool_message = True
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
        answer = ask_sync(model, "stream" if stream else "invoke", [HumanMessage(content)])
        assert isinstance(answer, AIMessage)
        return answer

    def invoke_with_reasoning_output(self, *, stream: bool = False) -> AIMessage:
        return self._ask("What is 17 times 23?", stream=stream, thinking_level="high")

    def invoke_with_cache_read_input(self, *, stream: bool = False) -> AIMessage:
        prompt = f"{uuid.uuid4()} " + "Remember this sentence for later. " * 1500
        self._ask(prompt, stream=stream)
        return self._ask(prompt, stream=stream)


class TestGeminiFlash(Standard):
    """The newest."""

    enable_vcr_tests = True


class TestPro(Standard):
    model_id = "gemini-3.1-pro-preview"
    override_id = "gemini-3.8-flash"


class TestHydrogen(Standard):
    model_id = "gemini-4-hydrogen"
    override_id = "gemini-3.5-flash-lite"


class TestFunctionCalling(Standard):
    """Structured output by a forced tool, in place of a schema that the answer must follow."""

    @property
    def structured_output_kwargs(self) -> dict[str, Any]:
        return {"method": "function_calling"}


class TestThoughts(Standard):
    """It says what it thinks."""

    @property
    def chat_model_params(self) -> dict[str, Any]:
        return {"model": self.model_id, "include_thoughts": True}


class TestV1(Standard):
    """With the standard blocks of LangChain 1 as content."""

    @property
    def chat_model_params(self) -> dict[str, Any]:
        return {"model": self.model_id, "output_version": "v1"}
