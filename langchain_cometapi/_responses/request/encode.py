"""The body of a request to the Responses route, from LangChain's messages and parameters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from langchain_cometapi._chat.request import encode as chat
from langchain_cometapi._chat.request.validation import check_endpoint
from langchain_cometapi._responses.request.input_items import convert_message
from langchain_cometapi._responses.request.parameters import rename, take_own

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langchain_core.messages import BaseMessage

    from langchain_cometapi._context import CallContext


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
    check_endpoint(context.model, context.vendor, "responses")
    parameters = dict(parameters)
    own = take_own(parameters)
    # The rules of the chat route hold, but for what this route takes and that one does not.
    vendor = replace(context.vendor, endpoints=None, tool_media=None)
    payload = chat.encode_request(messages, parameters, replace(context, vendor=vendor))
    rename(payload, own, context.model)
    encoded = payload.pop("messages")
    payload["input"] = [item for message in encoded for item in convert_message(message)]
    return payload
