"""Every model that the emulator serves, by id."""

from __future__ import annotations

from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._errors import GatewayError, rate_limited, unreadable, vendor_error
from langchain_cometapi.emulator._rules import (
    anthropic,
    bytedance,
    deepseek,
    emulated,
    google,
    moonshot,
    openai,
    qwen,
    xai,
    xiaomi,
    zhipu,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from langchain_cometapi.emulator._rules.base import ModelRow

_VENDORS = (
    openai,
    anthropic,
    google,
    deepseek,
    xai,
    qwen,
    zhipu,
    moonshot,
    xiaomi,
    bytedance,
    emulated,
)

MODELS: Mapping[str, ModelRow] = MappingProxyType(
    {row.id: row for row in chain.from_iterable(vendor.ROWS for vendor in _VENDORS)}
)
"""Every model that the emulator serves, by id."""


def find_model(body: Any) -> ModelRow:
    """Return the row of the model that a request names.

    Args:
        body: The parsed request body.

    Raises:
        GatewayError: If the body is not an object, its model is missing or unknown, or is the one
            that is always rate limited or the one that is retired.
    """
    if not isinstance(body, dict):
        msg = "the request body must be a JSON object"
        raise unreadable(msg)
    model = body.get("model")
    if model is None or model == "":
        msg = "model name is required"
        raise GatewayError(400, msg)
    if not isinstance(model, str):
        msg = "field model must be a string"
        raise unreadable(msg)
    if model == emulated.RETIRED_MODEL:
        # The status was seen at CometAPI, for claude-haiku-4-5; the words are Model Studio's.
        msg = f"model {model} is not supported."
        raise vendor_error(msg, "invalid_parameter_error")
    row = MODELS.get(model)
    if row is None:
        msg = f"no available channel for group default and model {model} (distributor)"
        raise GatewayError(503, msg, code="model_not_found")
    if row.rate_limited:
        raise rate_limited()
    return row
