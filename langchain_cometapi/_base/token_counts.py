"""Counts the tokens of requests, and learns from what is reported of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage

from langchain_cometapi._base.routes import ROUTES
from langchain_cometapi._chat.request.parameters import INFERRED, STATEMENT
from langchain_cometapi._chat.request.response_format import add_statement
from langchain_cometapi._chat.tokens import TokenCount, count_request
from langchain_cometapi._content.reported_tokens import add_report, is_estimate_due
from langchain_cometapi._content.tokens import create_estimator

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from langchain_core.messages import BaseMessage

    from langchain_cometapi._content.tokens import TextCounter
    from langchain_cometapi._context import CallContext

# Parameters that add to the input what the messages do not have, or take it away.
_INPUTS = frozenset(
    {
        "context_management",
        "conversation",
        "mcp_servers",
        "plugins",
        "prediction",
        "previous_response_id",
        "prompt",
        "response_format",
        "truncation",
        "web_search_options",
    }
)

# Ends of the names of input tokens that came from a cache, or not from text.
_NOT_TEXT = ("audio", "cache_read", "cache_creation")


def count(
    messages: Sequence[BaseMessage],
    tools: Iterable[dict[str, Any]],
    context: CallContext,
    counter: TextCounter,
) -> TokenCount:
    """Return the tokens of messages and tools on the route of a call.

    Args:
        messages: The messages.
        tools: The tools as they are sent.
        context: The call.
        counter: Counts the texts.
    """
    read = ROUTES[context.endpoint].read_message
    return count_request(messages, tools, context, counter, read)


def add_estimate(
    context: CallContext,
    messages: Sequence[BaseMessage],
    payload: dict[str, Any],
    parameters: dict[str, Any],
) -> CallContext:
    """Return the context of a call that is about to be sent, with an estimate if one is due.

    Args:
        context: The call.
        messages: Its messages.
        payload: Its payload.
        parameters: The parameters of the call, which may have a statement of a schema.
    """
    if not is_estimate_due(context.base_url, context.model):
        return context
    tools = payload.get("tools") or ()
    extra_body = payload.get("extra_body") or {}
    is_plain = (
        not _INPUTS & payload.keys()
        and not _INPUTS & extra_body.keys()
        and "format" not in (payload.get("text") or ())  # the Responses route has it there
        and payload.get("n") in (None, 1)
        and all(isinstance(tool, dict) and tool.get("type") == "function" for tool in tools)
    )
    if not is_plain:
        return context
    as_sent = replace(context, endpoint="responses" if "input" in payload else "chat", changes=[])
    stated = add_statement(messages, (parameters.get(INFERRED) or {}).get(STATEMENT))
    counted = count(stated, tools, as_sent, create_estimator(context.vendor))
    return context if counted.media else replace(context, estimated_tokens=counted.text)


def learn_from(message: BaseMessage, context: CallContext) -> None:
    """Compare the usage of a whole message with the estimate of its request, if there is one.

    What was read from a cache or written to one is input in some dialects and comes on top of it
    in others, so such a usage says nothing.

    Args:
        message: The message, or the last chunk of one.
        context: The call.
    """
    estimated = context.estimated_tokens
    if estimated is None or not isinstance(message, AIMessage):
        return
    usage = message.usage_metadata
    if not usage or not message.response_metadata.get("finish_reason"):
        return
    details = usage.get("input_token_details") or {}
    if any(n for name, n in details.items() if name.endswith(_NOT_TEXT) and n):
        return
    if usage["input_tokens"] > 0:
        add_report(
            context.base_url, context.model, estimated=estimated, reported=usage["input_tokens"]
        )
