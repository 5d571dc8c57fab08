"""The body of a request to the Responses route, from LangChain's messages and parameters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage

from langchain_cometapi._chat.request.blocks import list_item_calls
from langchain_cometapi._chat.request.json_values import check_json_fast
from langchain_cometapi._chat.request.messages import convert_each
from langchain_cometapi._chat.request.names import rename_tools
from langchain_cometapi._chat.request.other_routes import refuse_background, translate_equals
from langchain_cometapi._chat.request.parameters import INFERRED, STATEMENT, apply_rules
from langchain_cometapi._chat.request.response_format import add_statement, create_response_format
from langchain_cometapi._chat.request.texts import adapt_texts
from langchain_cometapi._chat.request.tool_forms import nest_tools
from langchain_cometapi._chat.request.tool_parameters import leave_out_empty_lists
from langchain_cometapi._chat.request.tool_rounds import adapt_tool_rounds
from langchain_cometapi._chat.request.validation import check_endpoint, check_messages
from langchain_cometapi._responses.request.input_items import ItemConverter
from langchain_cometapi._responses.request.parameters import rename
from langchain_cometapi._responses.request.tools import list_custom_tools

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from langchain_core.messages import BaseMessage

    from langchain_cometapi._context import CallContext

_STORED = ("previous_response_id", "conversation")
"""Parameters that name a history on the server."""

_CALL_IDS = r".{1,64}"
"""What the route wants of the ids of calls (decolua/9router#393, AnswerDotAI/fastllm#45).

Each must be another one in the whole input (NousResearch/hermes-agent#102629): a second output for
an id is refused.
"""


def encode_request(
    messages: Sequence[BaseMessage], parameters: dict[str, Any], context: CallContext
) -> dict[str, Any]:
    """Return the payload of a request; what the vendor's rules changed is in the context.

    The messages and parameters are encoded in the words of the chat route first, whose rules hold
    here too, and then renamed.

    Args:
        messages: The history.
        parameters: The parameters, of the model and of the call.
        context: The call.

    Raises:
        CometAPIUnsentRequestError: If something cannot be sent to this model.
    """
    check_endpoint(context.model, context.vendor, "responses")
    payload = dict(parameters)
    inferred = payload.pop(INFERRED, {})
    if not payload.get("stream"):  # false is the default
        payload.pop("stream", None)
    refuse_background(payload)
    history = messages
    if payload.pop("use_previous_response_id", None):
        messages, id_ = _cut_stored(history, context)
        if id_ is not None and not any(payload.get(name) for name in _STORED):
            payload["previous_response_id"] = id_
    own_names = translate_equals(payload)
    nest_tools(payload)
    leave_out_empty_lists(payload)
    if (schema := payload.get("response_format")) is not None:
        payload["response_format"] = create_response_format(schema)
    for name in ("tools", "response_format"):
        check_json_fast(payload.get(name), f"`{name}`")
    # The limit has one name for all, results take media, and messages have no names.
    vendor = replace(
        context.vendor,
        max_tokens_field=None,
        named_roles=frozenset(),
        tool_call_ids=_CALL_IDS,
        tool_media=None,
        unique_tool_call_ids=True,
    )
    context = replace(context, endpoint="responses", vendor=vendor)
    apply_rules(payload, context, inferred)
    pairs = list(convert_each(add_statement(messages, inferred.get(STATEMENT)), context))
    encoded = [body for _, body in pairs]
    is_continued = any(payload.get(name) for name in _STORED)
    item_calls = _list_item_calls(messages)
    check_messages(encoded, lambda id_: is_continued or id_ in item_calls)
    rename_tools(payload, encoded, context)
    originals = {id(body): message for message, body in pairs}
    stored = history[: len(history) - len(messages)]
    encoded = adapt_texts(adapt_tool_rounds(encoded, vendor, _list_call_ids(stored)), context)
    rename(payload, own_names, context)
    converter = ItemConverter(context, list_custom_tools(payload), is_continued=is_continued)
    for message in stored:
        converter.note(message)
    payload["input"] = [
        item for body in encoded for item in converter.convert(originals[id(body)], body)
    ]
    return payload


def _list_call_ids(messages: Sequence[BaseMessage]) -> Iterator[str]:
    for message in messages:
        if isinstance(message, AIMessage):
            yield from (call["id"] for call in message.tool_calls if call["id"])


def _list_item_calls(messages: Sequence[BaseMessage]) -> set[str]:
    """Return the ids of calls of built-in tools, which are not among LangChain's tool calls."""
    return {
        id_
        for message in messages
        if isinstance(message, AIMessage)
        for id_ in list_item_calls(message)
    }


def _cut_stored(
    messages: Sequence[BaseMessage], context: CallContext
) -> tuple[Sequence[BaseMessage], str | None]:
    """Return the messages after the last response that the server has, and its id.

    All messages, and no id, where there is no such response or nothing after it.
    """
    for number in range(len(messages) - 1, -1, -1):
        message = messages[number]
        if not isinstance(message, AIMessage) or not context.origin.has_stored(message):
            continue
        id_ = message.response_metadata.get("id")
        if isinstance(id_, str) and id_.startswith("resp_"):
            after = messages[number + 1 :]
            return (after, id_) if after else (messages, None)
    return messages, None
