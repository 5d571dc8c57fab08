"""Parameters in the words of the chat route, which the vendors' rules know, and back again."""

from __future__ import annotations

from typing import Any

from langchain_cometapi.exceptions import CometAPIUnsentRequestError

_CHAT_ONLY = (
    "audio",
    "frequency_penalty",
    "function_call",
    "functions",
    "logit_bias",
    "logprobs",
    "modalities",
    "n",
    "prediction",
    "presence_penalty",
    "seed",
    "stop",
    "web_search_options",
)
_RENAMED = ("reasoning", "text", "max_output_tokens")
_OWN = (
    "context_management",
    "conversation",
    "include",
    "instructions",
    "max_tool_calls",
    "previous_response_id",
    "prompt",
    "truncation",
)
"""Parameters of this route alone that are sent as they are."""


def take_own(parameters: dict[str, Any]) -> dict[str, Any]:
    """Take out what the chat route has under another name or not at all.

    Args:
        parameters: The parameters; changed in place to those of the chat route.

    Returns:
        What the chat route has no word for, such as `include`, or `summary` of `reasoning`.

    Raises:
        CometAPIUnsentRequestError: If one of them cannot be sent.
    """
    if parameters.pop("background", None):
        # No document of CometAPI's and no report says that responses can be fetched later.
        msg = "`background` is not known to work on CometAPI; call `ainvoke` in a task instead."
        raise CometAPIUnsentRequestError(msg)
    renamed = {name: parameters.pop(name, None) for name in _RENAMED}
    own = {name: value for name in _OWN if (value := parameters.pop(name, None)) is not None}
    for name in ("reasoning", "text"):
        if (value := renamed[name]) is not None and not isinstance(value, dict):
            msg = f"`{name}` is a {type(value).__name__}; expected a dict."
            raise CometAPIUnsentRequestError(msg)
    reasoning, text = dict(renamed["reasoning"] or {}), dict(renamed["text"] or {})
    if "effort" in reasoning:
        parameters["reasoning_effort"] = reasoning.pop("effort")
    if "verbosity" in text:
        parameters["verbosity"] = text.pop("verbosity")
    if (limit := renamed["max_output_tokens"]) is not None:
        parameters["max_tokens"] = limit
    own |= {name: value for name, value in (("reasoning", reasoning), ("text", text)) if value}
    return own


def rename(payload: dict[str, Any], own: dict[str, Any], model: str) -> None:
    """Give the parameters of a payload the names of the Responses route, in place.

    Args:
        payload: The payload, in the words of the chat route.
        own: What `take_own` has returned.
        model: The id of the model.

    Raises:
        CometAPIUnsentRequestError: If the chat route alone knows one of them.
    """
    if wrong := [name for name in _CHAT_ONLY if payload.get(name) is not None]:
        names = ", ".join(f"`{name}`" for name in wrong)
        msg = f"The Responses route does not know {names}, only the chat route does ({model} is "
        raise CometAPIUnsentRequestError(msg + 'called there with `endpoint="chat"`).')
    for limit in ("max_tokens", "max_completion_tokens"):
        if limit in payload:
            payload["max_output_tokens"] = payload.pop(limit)
    payload |= own
    reasoning, text = dict(own.get("reasoning") or {}), dict(own.get("text") or {})
    if (effort := payload.pop("reasoning_effort", None)) is not None:
        reasoning["effort"] = effort
    if (verbosity := payload.pop("verbosity", None)) is not None:
        text["verbosity"] = verbosity
    if response_format := payload.pop("response_format", None):
        text["format"] = _flatten(response_format, "json_schema")
    payload |= {name: value for name, value in (("reasoning", reasoning), ("text", text)) if value}
    if tools := payload.get("tools"):
        payload["tools"] = [_flatten(tool, "function") for tool in tools]
    if isinstance(payload.get("tool_choice"), dict):
        payload["tool_choice"] = _flatten(payload["tool_choice"], "function")
    payload.pop("stream_options", None)


def _flatten(value: Any, key: str) -> Any:
    """Return an object without the level that the chat route has in it."""
    if not isinstance(value, dict) or not isinstance(value.get(key), dict):
        return value
    return {"type": value["type"], **value[key], **{k: v for k, v in value.items() if k != key}}
