"""From LangChain's messages and parameters to the body of a request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_cometapi._chat.request.messages import convert_messages
from langchain_cometapi._chat.request.parameters import apply_rules
from langchain_cometapi._chat.request.parts import Target
from langchain_cometapi._chat.request.tool_rounds import fit_tool_rounds
from langchain_cometapi._chat.request.validation import check_endpoint, check_messages
from langchain_cometapi._chat.structured import create_response_format
from langchain_cometapi._content.origin import Origin
from langchain_cometapi._vendors.registry import get_vendor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langchain_core.messages import BaseMessage

    from langchain_cometapi._chat.request.parameters import Change
    from langchain_cometapi._content.origin import ReplayReasoning


@dataclass(frozen=True)
class EncodingOptions:
    """How a model wants its requests made."""

    base_url: str
    replay_reasoning: ReplayReasoning
    strict_params: bool


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
    messages: Sequence[BaseMessage], parameters: dict[str, Any], options: EncodingOptions
) -> tuple[dict[str, Any], list[Change]]:
    """Make the payload of a request.

    Args:
        messages: The history.
        parameters: The parameters, of the model and of the call.
        options: What the model says about encoding.

    Returns:
        The payload, and what was changed in it by the rules of the vendor.

    Raises:
        ValueError: If something cannot be sent to this model.
    """
    payload = dict(parameters)
    for name in ("stream", "stop"):  # false and empty are what they are without being said
        if not payload.get(name):
            payload.pop(name, None)
    if (schema := payload.get("response_format")) is not None:
        payload["response_format"] = create_response_format(schema)
    vendor = get_vendor(payload["model"])
    check_endpoint(payload["model"], vendor, "chat")
    changes = apply_rules(payload, vendor, strict=options.strict_params)
    origin = Origin.of(payload["model"], options.base_url)
    target = Target(payload["model"], vendor)
    encoded = convert_messages(messages, target, origin, options.replay_reasoning)
    check_messages(encoded)
    payload["messages"] = fit_tool_rounds(encoded, vendor)
    return payload, changes + [c for c in target.changes if c not in changes]
