"""The rules of a model's row on the native routes, where they hold as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi._chat.request.json_values import check_json
from langchain_cometapi._chat.request.parameters import refuse_losses
from langchain_cometapi._chat.request.refused_parameters import drop_refused
from langchain_cometapi._chat.request.sampling import drop_sampling
from langchain_cometapi.exceptions import CometAPIUnsentRequestError

if TYPE_CHECKING:
    from langchain_cometapi._context import CallContext
    from langchain_cometapi._vendors.base import Endpoint

_REASONING_BLOCKS = frozenset({"thinking", "redacted_thinking"})
_UNCHECKED = frozenset(
    {"messages", "system", "tools", "mcp_servers"}
    | {"extra_body", "extra_headers", "extra_query", "timeout"}
)
"""Parameters that are checked elsewhere, or are no fields of the body."""
_FORCED_CHOICES = frozenset({"any", "tool"})
_CONFIG_FIELDS = {
    "frequency_penalty": "frequency_penalty",
    "presence_penalty": "presence_penalty",
    "logprobs": "response_logprobs",
    "top_logprobs": "logprobs",
}
"""Parameters as vendor rows name them -> fields of google-genai's `GenerateContentConfig`."""


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


def adapt_messages_request(payload: dict[str, Any], context: CallContext) -> None:
    """Make the parameters of a request to `/v1/messages` fit its model, in place.

    Args:
        payload: The arguments of the SDK; sampling parameters are in its `extra_body`.
        context: The call; what is changed is recorded there.

    Raises:
        CometAPIUnsentRequestError: If the model refuses a parameter.
    """
    check_served(context, "messages")
    # LangChain's class puts sampling parameters into `extra_body`.
    for name, value in {**payload, **(payload.get("extra_body") or {})}.items():
        if name not in _UNCHECKED:
            check_json(value, f"`{name}`")
    _check_tool_choice(payload, context)
    _drop_thinking_within_tool_loop(payload, context)
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
    passed = {row: getattr(config, name) for row, name in _CONFIG_FIELDS.items()}
    kept = dict(passed)
    drop_refused(kept, context)
    for name in passed.keys() - kept.keys():
        setattr(config, _CONFIG_FIELDS[name], None)
    refuse_losses(context)


def leave_out_cache_control(parameters: dict[str, Any], context: CallContext) -> None:
    """Leave out what Anthropic's middleware sets, also where a fallback replaces the model."""
    if parameters.pop("cache_control", None) is not None:
        context.record_change("cache_control", "left out", "marks nothing for its cache")


def _check_tool_choice(payload: dict[str, Any], context: CallContext) -> None:
    """Refuse a forced tool while the model thinks, which Anthropic answers with an error."""
    thinking, choice = payload.get("thinking"), payload.get("tool_choice")
    thinks = isinstance(thinking, dict) and thinking.get("type") in {"enabled", "adaptive"}
    is_forced = isinstance(choice, dict) and choice.get("type") in _FORCED_CHOICES
    if thinks and is_forced and context.vendor.forced_any_while_thinking is False:
        msg = (
            f"{context.model} takes no forced `tool_choice` while it thinks. Leave `tool_choice` "
            'or `thinking` and `effort` out; for structured output pass `method="json_schema"`.'
        )
        raise CometAPIUnsentRequestError(msg)


def _drop_thinking_within_tool_loop(payload: dict[str, Any], context: CallContext) -> None:
    """Drop a thinking budget if the last tool calls came without thinking.

    That happens within a tool loop that another model began. Bedrock refuses it: "a final
    `assistant` message must start with a thinking block" (anomalyco/opencode#3077), and Anthropic
    itself switches thinking off; adaptive thinking has no such rule (platform.claude.com, adaptive
    thinking; 2026).
    """
    thinking = payload.get("thinking")
    if not isinstance(thinking, dict) or thinking.get("type") != "enabled":
        return
    message, results = ([{}, {}, *payload["messages"]])[-2:]
    if not _has_block(results, "tool_result") or message.get("role") != "assistant":
        return
    content = message["content"]
    first = content[0].get("type") if isinstance(content, list) and content else None
    if first not in _REASONING_BLOCKS:
        del payload["thinking"]
        reason = "takes no thinking budget after tool calls without thinking"
        context.record_change("thinking", "dropped", f"{reason}; the next turn thinks again")


def _has_block(message: dict[str, Any], kind: str) -> bool:
    content = message.get("content")
    return isinstance(content, list) and any(block.get("type") == kind for block in content)
