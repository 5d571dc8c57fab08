"""A gateway that states usage and cost, for the tests of `CostCallbackHandler`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi import CometAPILLM
from langchain_cometapi.catalog import ModelCard
from tests.support import USAGE_CHUNK, Gateway, answer, chunk, completion, respond, stream
from tests.support.responses import RESPONSE_USAGE

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_cometapi._client.sdk import httpx

CARD = ModelCard(id="any", input_price=1.0, cached_input_price=0.1, output_price=10.0)
"""Of a model whose 3 and 2 tokens of `USAGE` cost 0.000023 USD."""

USAGE: dict[str, Any] = dict(USAGE_CHUNK["usage"])  # type: ignore[arg-type]
DETAILS = {
    "prompt_tokens": 100,
    "completion_tokens": 20,
    "total_tokens": 120,
    "prompt_tokens_details": {"cached_tokens": 40, "cache_write_tokens": 30},
    "completion_tokens_details": {"reasoning_tokens": 15},
}


def reply(**usage: Any) -> Callable[[httpx.Request], httpx.Response]:
    """Reply with this usage on whichever route is called, whole or streamed."""
    usage = {**USAGE, **usage}

    def respond_to(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/responses"):
            return respond(request, usage={**RESPONSE_USAGE, **usage})
        if b'"stream":true' in request.content:
            return stream(chunk("Hel"), chunk("lo", "stop"), {**USAGE_CHUNK, "usage": usage})
        return answer(completion(usage=usage))

    return respond_to


def make(gateway: Gateway, kind: str, **fields: Any) -> Any:
    """A chat model of either route, or an LLM."""
    if kind == "llm":
        return gateway.make(CometAPILLM, model="gpt-5.4-mini", **fields)
    return gateway.model(kind, **fields)


every_kind = pytest.mark.parametrize("kind", ["gpt-5.4-mini", "gpt-6-astra", "llm"])
