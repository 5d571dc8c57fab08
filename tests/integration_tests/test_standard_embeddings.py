"""LangChain's standard integration tests of embeddings, for every model and encoding."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_tests.integration_tests import EmbeddingsIntegrationTests

from langchain_cometapi import CometAPIEmbeddings

pytestmark = pytest.mark.live


class Standard(EmbeddingsIntegrationTests):
    """The suite for one model."""

    embeddings_class = CometAPIEmbeddings
    model_id = "text-embedding-3-small"
    fields: dict[str, Any] = {}  # noqa: RUF012 - never changed

    @property
    def embedding_model_params(self) -> dict[str, Any]:
        return {"model": self.model_id, **self.fields}


class TestSmall(Standard):
    model_id = "text-embedding-3-small"


class TestLarge(Standard):
    model_id = "text-embedding-3-large"
    fields: dict[str, Any] = {"dimensions": 256}  # noqa: RUF012 - never changed


class TestBase64(Standard):
    fields: dict[str, Any] = {"encoding_format": "base64"}  # noqa: RUF012 - never changed


class TestAda(Standard):
    model_id = "text-embedding-ada-002"
