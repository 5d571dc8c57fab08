"""Parameters in the words of the Responses route, from those of the chat route."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi._chat.request.other_routes import EQUALS, TOKEN_LIMITS
from langchain_cometapi._responses.request.tools import flatten_tools
from langchain_cometapi.exceptions import CometAPIUnsentRequestError

if TYPE_CHECKING:
    from collections.abc import Collection

    from langchain_cometapi._context import CallContext

# Parameter of the chat route alone -> the values that ask for what happens anyway.
_CHAT_ONLY: dict[str, tuple[Any, ...]] = {
    "audio": (),
    "frequency_penalty": (0,),
    "logit_bias": ({},),
    "modalities": (["text"], ("text",)),
    "n": (1,),
    "prediction": (),
    "presence_penalty": (0,),
    "seed": (),
    "stop": (),
    "web_search_options": (),
}

_ADVICE = {
    "n": "call the model several times, for example with `batch`",
    "web_search_options": 'bind the tool `{"type": "web_search"}`',
}

_LOGPROBS = "message.output_text.logprobs"
"""What `include` has for `logprobs=True`."""


def rename(payload: dict[str, Any], own_names: Collection[str], context: CallContext) -> None:
    """Give the parameters of a payload the names of the Responses route, in place.

    Args:
        payload: The payload, in the words of the chat route.
        own_names: The parameters that the user has passed under the names of this route.
        context: The call; other names than the user's are recorded there.

    Raises:
        CometAPIUnsentRequestError: If the chat route alone knows one of them.
    """
    _refuse_chat_only(payload, context)
    for name in TOKEN_LIMITS:
        if (limit := payload.pop(name, None)) is not None:
            payload["max_output_tokens"] = limit
            if "max_output_tokens" not in own_names:
                context.record_change(name, "renamed", "takes it as `max_output_tokens`")
    for outer, fields in EQUALS.items():
        inner = dict(payload.get(outer) or {})
        for field, name in fields.items():
            if (value := payload.pop(name, None)) is not None:
                # Its form alone is another; `explain()` lists what has another name.
                inner[field] = _flatten_format(value) if field == "format" else value
        if inner:
            payload[outer] = inner
    _rename_logprobs(payload, context)
    _leave_out_usage(payload, context)
    flatten_tools(payload)


def _leave_out_usage(payload: dict[str, Any], context: CallContext) -> None:
    """Leave out the request for usage, which comes with every response."""
    options = payload.pop("stream_options", None) or {}
    rest = {name: value for name, value in options.items() if name != "include_usage"}
    if rest:
        payload["stream_options"] = rest
    if len(rest) < len(options):
        context.record_change("stream_options", "left out", "sends usage in any case")


def _refuse_chat_only(payload: dict[str, Any], context: CallContext) -> None:
    for name, neutral in _CHAT_ONLY.items():
        if name not in payload:
            continue
        if payload[name] is None:
            del payload[name]
        elif payload[name] in neutral:
            del payload[name]
            context.record_change(name, "left out", "does so anyway on the Responses route")
        else:
            raise CometAPIUnsentRequestError(_describe(name, context))


def _describe(name: str, context: CallContext) -> str:
    endpoints = context.vendor.endpoints
    ways = ["leave it out"]
    if name in _ADVICE:
        ways.insert(0, _ADVICE[name])
    msg = f"`{name}` belongs to the chat route, and {context.model} is called on Responses"
    if endpoints is None or "chat" in endpoints:
        ways.insert(0, 'pass `endpoint="chat"` to `ChatCometAPI`')
    else:
        msg += ", the only route that it has"
    advice = " or ".join(ways)
    return f"{msg}. {advice[0].upper()}{advice[1:]}."


def _rename_logprobs(payload: dict[str, Any], context: CallContext) -> None:
    """Ask for the probabilities of tokens with `include`, as the number alone gives none."""
    wanted = payload.pop("logprobs", None)
    if not wanted and not (wanted is None and payload.get("top_logprobs")):
        return
    include = list(payload.get("include") or ())
    if _LOGPROBS not in include:
        payload["include"] = [*include, _LOGPROBS]
        name = "logprobs" if wanted else "top_logprobs"
        context.record_change(name, "renamed", f"takes it as `include=[{_LOGPROBS!r}]`")


def _flatten_format(response_format: Any) -> Any:
    """Return a `response_format` as a `text.format`."""
    if not isinstance(response_format, dict):
        return response_format
    inner = response_format.get("json_schema")
    if not isinstance(inner, dict):
        return response_format
    return {"type": "json_schema", **inner}
