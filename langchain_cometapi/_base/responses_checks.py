"""Checks of requests to `/v1/responses`, before langchain-openai or the SDK fails on them."""

from __future__ import annotations

import inspect
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage

from langchain_cometapi._chat.request.json_values import check_json_fast, write_arguments
from langchain_cometapi._chat.request.other_routes import refuse_functions
from langchain_cometapi.exceptions import CometAPIUnsentRequestError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from langchain_core.messages import BaseMessage

    from langchain_cometapi._vendors.registry import Vendor


def check_values(messages: Sequence[BaseMessage], parameters: Mapping[str, Any]) -> None:
    """Check that the arguments of tool calls, the tools and their schemas are JSON.

    Args:
        messages: The history.
        parameters: The parameters of the request.

    Raises:
        CometAPIUnsentRequestError: If a value is not; the error says where it is.
    """
    for name in ("tools", "response_format"):
        check_json_fast(parameters.get(name), f"`{name}`")
    for number, message in enumerate(messages):
        for call in message.tool_calls if isinstance(message, AIMessage) else ():
            try:
                write_arguments(call["args"], call["name"])
            except CometAPIUnsentRequestError as error:
                msg = f"Message {number}: {error}"
                raise CometAPIUnsentRequestError(msg) from None


def check_names(payload: Mapping[str, Any], model: str, vendor: Vendor) -> None:
    """Check that the SDK knows the parameters of a request.

    Args:
        payload: The request.
        model: The id of the model.
        vendor: Its row.

    Raises:
        CometAPIUnsentRequestError: If it does not know one; the message says what to do.
    """
    refuse_functions(payload)
    if unknown := [name for name in payload if name not in _list_parameters()]:
        advice = "Leave it out"
        if vendor.endpoints is None or "chat" in vendor.endpoints:
            advice += ", or pass `use_responses_api=False`"
        msg = f"`{unknown[0]}` is no parameter of the Responses route, where {model} is called. "
        msg += f"{advice}. A field that the vendor documents goes into `extra_body`."
        raise CometAPIUnsentRequestError(msg)


@lru_cache(maxsize=1)
def _list_parameters() -> frozenset[str]:
    from openai.resources.responses import Responses

    return frozenset(inspect.signature(Responses.parse).parameters)
