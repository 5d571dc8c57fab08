"""Arguments of langchain-openai's classes: passed on, left out with a warning, or refused."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from langchain_openai import OpenAI, OpenAIEmbeddings
from pydantic import ValidationError

from langchain_cometapi import CometAPIEmbeddings, CometAPILLM, CometAPIParameterWarning
from langchain_cometapi._base.other_arguments import UNUSED_BY_EMBEDDINGS, UNUSED_BY_LLM
from tests.support import KEY, Gateway
from tests.unit_tests.models.embeddings_gateway import embed, make

MODEL: dict[str, Any] = {"model": "text-embedding-3-small", "api_key": KEY}

REFUSED = {
    "openai_api_key": "Pass `api_key`",
    "openai_api_base": "Pass `base_url`",
    "client": ".",
    "async_client": ".",
    "best_of": "`best_of` belongs to the legacy completions route",
}
"""Fields of langchain-openai's classes that are an error here, and what that says."""


@pytest.mark.parametrize(
    ("theirs", "ours", "unused"),
    [
        (OpenAIEmbeddings, CometAPIEmbeddings, UNUSED_BY_EMBEDDINGS),
        (OpenAI, CometAPILLM, UNUSED_BY_LLM),
    ],
)
def test_every_field_of_the_other_class_is_known_here(theirs: Any, ours: Any, unused: Any) -> None:
    known = {*ours.model_fields, *(field.alias for field in ours.model_fields.values())}
    for name, field in theirs.model_fields.items():
        if name not in {*known, *unused, "headers"}:
            with pytest.raises(ValidationError, match=REFUSED[name]):
                ours(model="m", api_key=KEY, **{name: "x"})
        if field.alias is not None:
            assert field.alias in {*known, *unused}


@pytest.mark.parametrize(
    ("kind", "values", "reason"),
    [
        (
            CometAPIEmbeddings,
            {"check_embedding_ctx_length": True, "embedding_ctx_length": 8191},
            "never split",
        ),
        (CometAPIEmbeddings, {"tiktoken_enabled": False, "allowed_special": "all"}, "as tokens"),
        (CometAPIEmbeddings, {"retry_min_seconds": 4, "retry_max_seconds": 20}, "`max_retries`"),
        (CometAPIEmbeddings, {"api_version": "2024-10-21"}, "part of `base_url`"),
        (CometAPIEmbeddings, {"deployment": "text-embedding-3-small"}, "`model` names the model"),
        (
            CometAPIEmbeddings,
            {"openai_api_version": "2024-10-21", "openai_api_type": "open_ai"},
            "one version",
        ),
        (CometAPILLM, {"batch_size": 20}, "each prompt is a request"),
        (CometAPILLM, {"disallowed_special": "all"}, "tokens are estimated"),
    ],
)
def test_moot_argument_is_left_out_with_one_warning(
    kind: Any, values: dict[str, Any], reason: str
) -> None:
    with pytest.warns(CometAPIParameterWarning, match=f"^{kind.__name__} .*{reason}") as caught:
        model = kind(**MODEL, **values)
    (warning,) = caught
    assert warning.filename == __file__
    assert all(f"`{name}`" in str(warning.message) for name in values)
    assert model == kind(**MODEL)


@pytest.mark.parametrize(
    "values",
    [
        {"check_embedding_ctx_length": False},
        {"deployment": None, "openai_api_type": None, "headers": None, "skip_empty": False},
        {"show_progress_bar": False, "organization": None},
    ],
)
def test_what_is_so_already_is_no_reason_to_warn(values: dict[str, Any]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert CometAPIEmbeddings(**MODEL, **values) == CometAPIEmbeddings(**MODEL)


def test_headers_of_embeddings_reach_the_request() -> None:
    gateway = Gateway(embed)
    make(gateway, headers={"X-Mine": "1"}).embed_query("Hi")
    assert gateway.requests[0].headers["x-mine"] == "1"


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"headers": {"a": "b"}, "default_headers": {"a": "b"}}, "not both"),
        ({"openai_api_type": "azure_ad"}, "AzureOpenAIEmbeddings"),
    ],
)
def test_argument_that_would_change_something_is_refused(values: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        CometAPIEmbeddings(**MODEL, **values)
