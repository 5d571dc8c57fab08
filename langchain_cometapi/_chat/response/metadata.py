"""`response_metadata`: what a response says about itself, and about each message in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi._chat.response.costs import COST, COST_DETAILS, describe_cost
from langchain_cometapi._content.merging import is_empty, update_value
from langchain_cometapi._content.origin import ORIGIN
from langchain_cometapi._content.reasoning import is_bound

if TYPE_CHECKING:
    from langchain_cometapi._chat.response.message_reader import MessageEnd
    from langchain_cometapi._client.responses import ResponseInfo
    from langchain_cometapi._context import CallContext

# Field of a completion or a chunk -> key in `response_metadata`; LangChain's names.
_IDENTITY = (
    ("model", "model_name"),
    ("id", "id"),
    ("system_fingerprint", "system_fingerprint"),
    ("service_tier", "service_tier"),
)

# Read elsewhere, or without a meaning outside of the response.
_ENVELOPE = frozenset({"object", "created", "choices", "usage", "obfuscation", "error"})
_NAMED = frozenset(field for field, _ in _IDENTITY)
_KEYS = frozenset(key for _, key in _IDENTITY)
_CHOICE = frozenset({"index", "delta", "message", "finish_reason", "logprobs", "usage", "error"})
_USUAL = _NAMED | _ENVELOPE


def read_identity(data: dict[str, Any], known: dict[str, Any]) -> None:
    """Add what identifies a response to what is known; the first value of each wins.

    Fields that a gateway adds are kept under their own names; `build_fields` returns them whole.
    """
    for field, key in _IDENTITY:
        if key not in known and isinstance(value := data.get(field), str) and value:
            known[key] = value
    if not data.keys() <= _USUAL:
        _read_unknown(data, _USUAL, known)


def read_choice(choice: dict[str, Any], known: dict[str, Any]) -> None:
    """Add the fields that a gateway adds to a choice to what is known."""
    if not choice.keys() <= _CHOICE:
        _read_unknown(choice, _CHOICE, known)


def _read_unknown(data: dict[str, Any], read: frozenset[str], known: dict[str, Any]) -> None:
    for name, value in data.items():
        if name in read or is_empty(value) or (name in _KEYS and name in known):
            continue  # the identity of a response does not change
        known[name] = update_value(known.get(name), value)


def read_usage(*sources: object) -> dict[str, Any] | None:
    """Return the usage of the first source that has any: a completion, a chunk, a choice."""
    for source in sources:
        usage = source.get("usage") if isinstance(source, dict) else None
        if usage and isinstance(usage, dict):
            return usage
    return None


USAGE_KEYS = ("token_usage", COST, COST_DETAILS)
"""What only one message of a response may have: sums over messages would count it again."""


def describe_response(
    identity: dict[str, Any],
    usage: dict[str, Any] | None,
    info: ResponseInfo,
    context: CallContext,
) -> dict[str, Any]:
    """Return what `response_metadata` says of the response.

    Args:
        identity: What `read_identity` has found.
        usage: Its token usage; the cost in USD may be a part of it.
        info: Its request id, retries and headers.
        context: The call.
    """
    described = {"model_name": context.model, **identity}
    described.pop(COST, None)  # as it came: it may be a text, or in another currency
    described.pop(COST_DETAILS, None)
    if info.request_id:
        described["request_id"] = info.request_id
    if info.retries:
        described["retries"] = info.retries
    if context.include_response_headers:
        described["headers"] = dict(info.headers)
    if usage:
        described["token_usage"] = usage
    described |= describe_cost(usage, identity)
    return described


def describe_message(end: MessageEnd, context: CallContext) -> dict[str, Any]:
    """Return what `response_metadata` says of one message.

    That is where its reasoning and signatures are from, and which tool calls must not run.
    """
    described: dict[str, Any] = {}
    if end.reasoning_field or is_bound(end.extras):
        described[ORIGIN] = context.origin.mark(end.reasoning_field or "", end.reasoning_length)
    if end.tool_call_errors:
        described["tool_call_errors"] = end.tool_call_errors
    return described
