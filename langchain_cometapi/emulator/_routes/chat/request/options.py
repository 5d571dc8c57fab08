"""Checks of OpenAI's options: service tier, prediction and prompt cache."""

from __future__ import annotations

from typing import Any, Final

from langchain_cometapi.emulator._errors import invalid_value, missing_parameter, wrong_type
from langchain_cometapi.emulator._generation.conversation import joined_text

# OpenAI's API reference, chat completions; 2026-11.
_TIERS = frozenset({"auto", "default", "fast", "flex", "priority", "scale"})
_SERVED_TIERS: Final = {"fast": "priority", "flex": "flex", "priority": "priority"}
_CACHE_OPTIONS = {"mode": frozenset({"explicit", "implicit"}), "ttl": frozenset({"30m"})}


def read_service_tier(parameters: dict[str, Any]) -> str:
    """Return the tier that a response names; that of a request which asks for none is "default".

    Args:
        parameters: The body without its nulls.

    Raises:
        GatewayError: If there is no such tier.
    """
    tier = parameters.get("service_tier", "auto")
    if not isinstance(tier, str):
        raise wrong_type(tier, "a string", "service_tier")
    if tier not in _TIERS:
        raise invalid_value(tier, _TIERS, "service_tier")
    return _SERVED_TIERS.get(tier, "default")


def read_prediction(parameters: dict[str, Any]) -> str | None:
    """Return the text that a request predicts.

    Args:
        parameters: The body without its nulls.

    Raises:
        GatewayError: If the prediction has another form than OpenAI's.
    """
    prediction = parameters.get("prediction")
    if prediction is None:
        return None
    if not isinstance(prediction, dict):
        raise wrong_type(prediction, "an object", "prediction")
    if prediction.get("type") != "content":
        raise invalid_value(prediction.get("type"), {"content"})
    content = prediction.get("content")
    if isinstance(content, list):
        for index, part in enumerate(content):
            _check_text_part(part, f"prediction.content[{index}]")
        return joined_text(content)
    if content is None:
        raise missing_parameter(path="prediction", name="content")
    if not isinstance(content, str):
        raise wrong_type(content, "one of a string or array of objects", "prediction.content")
    return content


def _check_text_part(part: Any, path: str) -> None:
    if not isinstance(part, dict):
        raise wrong_type(part, "an object", path)
    if part.get("type") != "text":
        raise invalid_value(part.get("type"), {"text"})
    if not isinstance(part.get("text"), str):
        raise missing_parameter(path, "text")


def reads_cache_implicitly(parameters: dict[str, Any]) -> bool:
    """Return whether a long prompt is cached without a mark.

    OpenAI documents `prompt_cache_options` for GPT-5.6 and later. What earlier models say to it is
    not known, so that they take it, too.

    Args:
        parameters: The body without its nulls.

    Raises:
        GatewayError: If there is no such option.
    """
    options = parameters.get("prompt_cache_options", {})
    if not isinstance(options, dict):
        raise wrong_type(options, "an object", "prompt_cache_options")
    for name, value in options.items():
        if name not in _CACHE_OPTIONS:
            raise invalid_value(name, _CACHE_OPTIONS)
        if not isinstance(value, str) or value not in _CACHE_OPTIONS[name]:
            raise invalid_value(value, _CACHE_OPTIONS[name])
    return options.get("mode") != "explicit"
