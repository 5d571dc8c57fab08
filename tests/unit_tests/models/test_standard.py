"""LangChain's standard unit tests, for one chat model of each family, and for embeddings."""

from __future__ import annotations

from typing import Any

from langchain_tests.unit_tests import EmbeddingsUnitTests

from langchain_cometapi import ChatCometAPI, CometAPIEmbeddings
from tests.support.standard import ENVIRONMENT, READ, StandardUnitTests, check_features


class _Standard(StandardUnitTests):
    chat_model_class = ChatCometAPI


class TestGPT(_Standard):
    model_id = "gpt-5.4-mini"


class TestGPT6(_Standard):
    model_id = "gpt-6-astra"


class TestGPTPro(_Standard):
    model_id = "gpt-5.4-pro"


class TestClaude(_Standard):
    model_id = "claude-sonnet-5-5"


class TestGemini(_Standard):
    model_id = "gemini-3.8-flash"


class TestDeepSeek(_Standard):
    model_id = "deepseek-v4-pro"


def test_standard_suite_of_chat_models_finds_every_feature() -> None:
    check_features(TestGPT())


class TestEmbeddings(EmbeddingsUnitTests):
    embeddings_class = CometAPIEmbeddings

    @property
    def embedding_model_params(self) -> dict[str, Any]:
        return {"model": "text-embedding-3-small", "api_key": "sk-test"}

    @property
    def init_from_env_params(self) -> tuple[dict[str, str], dict[str, Any], dict[str, Any]]:
        return ENVIRONMENT, {"model": "text-embedding-3-small"}, READ
