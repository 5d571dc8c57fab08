"""Reasoning and signatures of earlier turns, sent back to the model they came from.

Reasoning of another family, or of the same one at another endpoint, is not sent: signatures bind,
and a family reads its own reasoning only. Where the field is demanded all the same, the vendor's
row has a placeholder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi._chat.request.blocks import is_type
from langchain_cometapi._content.extras import (
    REASONING_CONTENT_PARTS,
    TOOL_CALL_EXTRA_CONTENT,
    TOOL_CALL_EXTRAS,
)
from langchain_cometapi._content.origin import ORIGIN, PROVIDER, Origin
from langchain_cometapi._content.reasoning import (
    SIGNED_FORMS,
    TEXT_FIELDS,
    get_reasoning,
    read_text,
)
from langchain_cometapi._vendors.registry import get_vendor

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

    from langchain_cometapi._context import CallContext
    from langchain_cometapi._vendors.registry import Vendor

# Blocks of reasoning: LangChain's, Anthropic's and Bedrock's.
_BLOCKS = ("reasoning", "thinking", "reasoning_content")

_STANDARD_CALL_FIELDS = ("type", "function", "custom")


def replay_reasoning(message: AIMessage, body: dict[str, Any], context: CallContext) -> None:
    """Add to an encoded assistant turn the reasoning and the signatures that go back.

    Args:
        message: The turn as LangChain has it.
        body: The turn as it is sent; changed in place.
        context: The call.
    """
    if context.replay_reasoning is False:
        return
    vendor = context.vendor
    if (
        ORIGIN not in message.response_metadata
        and context.replay_reasoning == "auto"
        and vendor.reasoning_replay in (None, "none")
        and not vendor.signed_tool_calls
    ):
        return  # there is nothing to send back, and nothing has to be
    calls = body.get("tool_calls") or []
    body.update(create_reasoning_fields(message, context, has_calls=bool(calls)))
    if context.origin.fits(message):
        if context.replay_reasoning is True:
            _restore_call_extras(message, calls)
        if calls or context.replay_reasoning is True or vendor.signed_tool_calls:
            _restore_signatures(message, body, vendor)
    if calls and vendor.signed_tool_calls:
        _sign_first_call(body, vendor)


def create_reasoning_fields(
    message: AIMessage, context: CallContext, *, has_calls: bool
) -> dict[str, Any]:
    """Return the fields of an assistant turn that take its reasoning back to the model.

    Args:
        message: The turn.
        context: The call.
        has_calls: Whether the turn is sent with tool calls.
    """
    if context.replay_reasoning is False:
        return {}
    vendor = context.vendor
    is_own = context.origin.fits(message)
    fields: dict[str, Any] = {}
    if context.replay_reasoning is True:
        fields = _original_fields(message) if is_own else _unmarked_fields(message, context)
    if vendor.reasoning_replay == "all" or (vendor.reasoning_replay == "tool_calls" and has_calls):
        reasoning = get_reasoning(message) if is_own else fields.get("reasoning_content")
        fields["reasoning_content"] = reasoning or vendor.foreign_reasoning
    return fields


def _unmarked_fields(message: AIMessage, context: CallContext) -> dict[str, Any]:
    """Return reasoning that has no recorded origin, if the user wants it sent.

    The user has put it into the history, or another package has, such as `langchain-deepseek`.
    """
    metadata = message.response_metadata
    if ORIGIN in metadata or not (reasoning := _find_reasoning(message)):
        return {}
    name, provider = metadata.get("model_name"), metadata.get("model_provider")
    family = context.origin.family
    if name and isinstance(name, str):
        is_foreign = Origin.create(name, get_vendor(name), context.base_url).family != family
    else:
        is_foreign = bool(provider) and provider not in (PROVIDER, family)
    if is_foreign:
        return {}
    if context.vendor.reasoning_replay == "none":
        context.record_change("reasoning_content", "left out", "reads no reasoning of the history")
        return {}
    return {"reasoning_content": reasoning}


def _find_reasoning(message: AIMessage) -> str:
    """Return the reasoning of a message, also in blocks of another dialect."""
    if (reasoning := get_reasoning(message)) or isinstance(message.content, str):
        return reasoning
    return "".join(read_text(block) for block in message.content if is_type(block, *_BLOCKS))


def _original_fields(message: AIMessage) -> dict[str, Any]:
    """Return the reasoning in every field that it came in."""
    extras = message.additional_kwargs
    fields: dict[str, Any] = {}
    field = message.response_metadata[ORIGIN].get("field")
    if field in TEXT_FIELDS and (text := get_reasoning(message)):
        fields[field] = text
    for name in SIGNED_FORMS:
        value = extras.get(name)
        if value and not isinstance(value, str) and not _is_item(value):
            fields[name] = value
    if parts := extras.get(REASONING_CONTENT_PARTS):
        fields["reasoning_content"] = parts
    if signature := extras.get("signature"):
        fields["signature"] = signature
    return fields


def _restore_call_extras(message: AIMessage, calls: list[dict[str, Any]]) -> None:
    extras_by_id = _as_dict(message.additional_kwargs.get(TOOL_CALL_EXTRAS))
    for call in calls:
        extras = _as_dict(extras_by_id.get(call["id"]))
        call.update({k: v for k, v in extras.items() if k not in _STANDARD_CALL_FIELDS})


def _restore_signatures(message: AIMessage, body: dict[str, Any], vendor: Vendor) -> None:
    extras = message.additional_kwargs
    extra_by_id = _as_dict(extras.get(TOOL_CALL_EXTRA_CONTENT))
    for call in body.get("tool_calls") or ():
        if extra := extra_by_id.get(call["id"]):
            call["extra_content"] = extra
    if extra := extras.get("extra_content"):
        body["extra_content"] = extra
    if vendor.signed_tool_calls and _is_encrypted(details := extras.get("reasoning_details")):
        body["reasoning_details"] = details  # OpenRouter's form of the same signatures


def _is_item(value: object) -> bool:
    """Return whether reasoning is an item of the Responses route, in `output_version="v0"`."""
    return isinstance(value, dict) and "summary" in value


def _as_dict(value: object) -> dict[str, Any]:
    """Return a captured field; nothing if the user has put a value of another type there."""
    return value if isinstance(value, dict) else {}


def _is_encrypted(details: object) -> bool:
    return isinstance(details, list) and any(
        isinstance(item, dict) and item.get("type") == "reasoning.encrypted" for item in details
    )


def _sign_first_call(body: dict[str, Any], vendor: Vendor) -> None:
    """Add the vendor's placeholder for a signature where another family made the call."""
    first, placeholder = body["tool_calls"][0], vendor.foreign_extra_content
    if placeholder and "extra_content" not in first and "reasoning_details" not in body:
        first["extra_content"] = dict(placeholder)
