"""The body of a chat completion request, from LangChain's messages and parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_cometapi._chat.request.json_values import check_json_fast
from langchain_cometapi._chat.request.messages import convert_messages
from langchain_cometapi._chat.request.names import rename_tools
from langchain_cometapi._chat.request.other_routes import translate_equals
from langchain_cometapi._chat.request.parameters import INFERRED, STATEMENT, apply_rules
from langchain_cometapi._chat.request.response_format import (
    add_statement,
    create_response_format,
)
from langchain_cometapi._chat.request.texts import adapt_texts
from langchain_cometapi._chat.request.tool_forms import nest_tools
from langchain_cometapi._chat.request.tool_parameters import leave_out_empty_lists
from langchain_cometapi._chat.request.tool_rounds import adapt_tool_rounds
from langchain_cometapi._chat.request.validation import check_endpoint, check_messages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langchain_core.messages import BaseMessage

    from langchain_cometapi._context import CallContext, Change


@dataclass(frozen=True)
class RequestExplanation:
    """A request that was not sent.

    Attributes:
        method: The HTTP method.
        url: Where it would go.
        body: The JSON body, without any key.
        changes: What the rules of the model's vendor changed in it, and why.
    """

    method: str
    url: str
    body: dict[str, Any]
    changes: tuple[Change, ...]


def encode_request(
    messages: Sequence[BaseMessage], parameters: dict[str, Any], context: CallContext
) -> dict[str, Any]:
    """Return the payload of a request; what the vendor's rules changed is in the context.

    Args:
        messages: The history.
        parameters: The parameters, of the model and of the call.
        context: The call.

    Raises:
        CometAPIUnsentRequestError: If something cannot be sent to this model.
    """
    payload = dict(parameters)
    inferred = payload.pop(INFERRED, {})
    if not payload.get("stream"):  # false is the default
        payload.pop("stream", None)
    for name, own_name in translate_equals(payload).items():
        context.record_change(name, "renamed", f"takes it as `{own_name}`")
    nest_tools(payload)
    leave_out_empty_lists(payload)
    if (schema := payload.get("response_format")) is not None:
        payload["response_format"] = create_response_format(schema)
    check_endpoint(context.model, context.vendor, "chat")
    for name in ("tools", "response_format"):
        if name in payload:
            check_json_fast(payload[name], f"`{name}`")
    apply_rules(payload, context, inferred)
    encoded = convert_messages(add_statement(messages, inferred.get(STATEMENT)), context)
    check_messages(encoded)
    rename_tools(payload, encoded, context)
    encoded = adapt_tool_rounds(encoded, context.vendor)
    payload["messages"] = adapt_texts(encoded, context)
    return payload
