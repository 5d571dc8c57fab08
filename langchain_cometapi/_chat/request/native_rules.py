"""The rules of a model's row on the native routes, where they hold as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage, ToolMessage

from langchain_cometapi._chat.request.parameters import refuse_losses
from langchain_cometapi._chat.request.refused_parameters import drop_refused
from langchain_cometapi._chat.request.sampling import drop_sampling
from langchain_cometapi.exceptions import CometAPIUnsentRequestError

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

    from langchain_cometapi._context import CallContext
    from langchain_cometapi._vendors.base import Endpoint

_THOUGHTS = frozenset({"thinking", "redacted_thinking"})
_FORCED = frozenset({"any", "tool"})
_OF_CONFIG = {
    "frequency_penalty": "frequency_penalty",
    "presence_penalty": "presence_penalty",
    "logprobs": "response_logprobs",
    "top_logprobs": "logprobs",
}
"""What rows call the parameters of the chat route, and google-genai the same of its own."""


def check_served(context: CallContext, endpoint: Endpoint) -> None:
    """Check that CometAPI serves a model on a native route.

    Raises:
        CometAPIUnsentRequestError: If it is known to serve it on others only.
    """
    served = context.vendor.endpoints
    if served is not None and endpoint not in served:
        others = ", ".join(sorted(served))
        msg = f"CometAPI serves {context.model} by {others}, not by {endpoint}: use `ChatCometAPI`."
        raise CometAPIUnsentRequestError(msg)


def leave_out_cut_calls(messages: list[BaseMessage]) -> list[BaseMessage]:
    """Return the messages without the calls that were cut off, and have no result.

    Vendors refuse a call without its result, and LangChain's classes send it. A message that
    only thinks then is left out whole.
    """
    results = {m.tool_call_id for m in messages if isinstance(m, ToolMessage)}
    kept: list[BaseMessage] = []
    for message in messages:
        invalid = message.invalid_tool_calls if isinstance(message, AIMessage) else []
        cut = {call["id"] for call in invalid} - results
        if not cut:
            kept.append(message)
            continue
        content = message.content
        if isinstance(content, list):
            content = [b for b in content if not (isinstance(b, dict) and b.get("id") in cut)]
        if getattr(message, "tool_calls", None) or any(
            isinstance(b, str) or b.get("type") not in _THOUGHTS for b in content
        ):
            answered = [call for call in invalid if call["id"] in results]
            extras = {k: v for k, v in message.additional_kwargs.items() if k != "function_call"}
            update = {
                "content": content,
                "invalid_tool_calls": answered,
                "additional_kwargs": extras,  # of which Gemini's class would read the call
            }
            kept.append(message.model_copy(update=update))
    return kept


def adapt_messages_request(payload: dict[str, Any], context: CallContext) -> None:
    """Make the parameters of a request to `/v1/messages` fit its model, in place.

    Args:
        payload: The arguments of the SDK; sampling parameters are in its `extra_body`.
        context: The call; what is changed is recorded there.

    Raises:
        CometAPIUnsentRequestError: If the model refuses a parameter.
    """
    check_served(context, "messages")
    _check_tool_choice(payload, context)
    place = payload if "temperature" in payload else dict(payload.get("extra_body") or {})
    drop_sampling(place, context)
    if context.vendor.sampling == "refused" and place.pop("top_k", None) is not None:
        context.record_change("top_k", "dropped", "takes none")
    refuse_losses(context)
    if place is payload or not context.changes:
        return
    payload["extra_body"] = place
    if not place:
        del payload["extra_body"]


def adapt_config(config: Any, context: CallContext) -> None:
    """Make the parameters of a request to `:generateContent` fit its model, in place.

    Args:
        config: The `GenerateContentConfig` of google-genai.
        context: The call; what is changed is recorded there.

    Raises:
        CometAPIUnsentRequestError: If the model refuses a parameter.
    """
    check_served(context, "generate_content")
    passed = {row: getattr(config, name) for row, name in _OF_CONFIG.items()}
    kept = dict(passed)
    drop_refused(kept, context)
    for name in passed.keys() - kept.keys():
        setattr(config, _OF_CONFIG[name], None)
    refuse_losses(context)


def _check_tool_choice(payload: dict[str, Any], context: CallContext) -> None:
    """Refuse a forced tool while the model thinks, which Anthropic answers with an error."""
    thinking, choice = payload.get("thinking"), payload.get("tool_choice")
    thinks = isinstance(thinking, dict) and thinking.get("type") in {"enabled", "adaptive"}
    is_forced = isinstance(choice, dict) and choice.get("type") in _FORCED
    if thinks and is_forced and context.vendor.forced_any_while_thinking is False:
        msg = (
            f"{context.model} takes no forced `tool_choice` while it thinks. Leave `tool_choice` "
            'or `thinking` and `effort` out; for structured output pass `method="json_schema"`.'
        )
        raise CometAPIUnsentRequestError(msg)
