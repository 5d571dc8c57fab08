"""The route `POST /v1/messages/count_tokens`, which no document of CometAPI names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._routes.messages.request.fields import refuse
from langchain_cometapi.emulator._routes.messages.request.messages_request import (
    read_messages_request,
)
from langchain_cometapi.emulator._rules.messages import MESSAGES_RULES
from langchain_cometapi.emulator._rules.registry import find_model

if TYPE_CHECKING:
    from collections.abc import Mapping

# The types of Anthropic's SDK (2.14): what only shapes the answer is not taken.
_NOT_TAKEN = (
    *("container", "diagnostics", "inference_geo", "max_tokens", "metadata", "service_tier"),
    *("stop_sequences", "stream", "temperature", "top_k", "top_p"),
)


def count_prompt_tokens(body: Any, headers: Mapping[str, str]) -> dict[str, Any]:
    """Return the body that states the tokens of a prompt.

    Args:
        body: The parsed JSON body.
        headers: The headers, with lower-case names.

    Raises:
        GatewayError: As for a request that is to be answered.
    """
    row = find_model(body)
    for name in _NOT_TAKEN:
        if name in body:
            refuse(name, "Extra inputs are not permitted")
    rules = MESSAGES_RULES.get(row.id)
    limit = 0 if rules is None else rules.max_output
    request = read_messages_request({**body, "max_tokens": limit}, headers)
    return {"input_tokens": sum(segment.tokens for segment in request.segments)}
