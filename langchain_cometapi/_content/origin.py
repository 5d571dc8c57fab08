"""Where thoughts and signatures came from, and when they go back to their model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from langchain_cometapi._content.extras import (
    REASONING_CONTENT_PARTS,
    TOOL_CALL_EXTRA_CONTENT,
    TOOL_CALL_EXTRAS,
)
from langchain_cometapi._content.reasoning import SIGNED_FORMS, TEXT_FIELDS, get_reasoning
from langchain_cometapi._vendors.registry import UNKNOWN

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

    from langchain_cometapi._vendors.registry import Vendor

ReplayReasoning = Literal["auto"] | bool

PROVIDER = "cometapi"
"""`model_provider` of our messages, and the key of the translator of their blocks."""

ORIGIN = "reasoning_origin"
"""Key in `response_metadata` for where captured reasoning came from."""

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Origin:
    """Whose reasoning it is: the family understands it, the endpoint has issued it."""

    family: str
    endpoint: str

    @classmethod
    def create(cls, model: str, vendor: Vendor, base_url: str) -> Origin:
        """Return the origin of what a model at a base URL says.

        A model that is not known is a family of its own.
        """
        parts = urlsplit(base_url)
        endpoint = parts.hostname or ""  # in lower case, and never with the name of a user
        if parts.port not in (None, _PORTS.get(parts.scheme)):
            endpoint = f"{endpoint}:{parts.port}"
        return cls(model if vendor is UNKNOWN else vendor.family, endpoint)

    def mark(self, field: str, length: int) -> dict[str, Any]:
        """Return what is kept beside captured reasoning.

        Args:
            field: The field it came in, `""` if only signatures came.
            length: Its characters: reasoning of another length is not what was captured.
        """
        return {
            "family": self.family,
            "endpoint": self.endpoint,
            "field": field,
            "length": length,
        }

    def fits(self, message: AIMessage) -> bool:
        """Whether a message's reasoning was captured here, and is still what was captured.

        `merge_message_runs` joins the thoughts of two messages and keeps one mark.
        """
        mark = message.response_metadata.get(ORIGIN)
        if not isinstance(mark, dict):
            return False
        same = (mark.get("family"), mark.get("endpoint")) == (self.family, self.endpoint)
        return same and mark.get("length") == len(get_reasoning(message))


def replay(
    message: AIMessage,
    body: dict[str, Any],
    vendor: Vendor,
    origin: Origin,
    mode: ReplayReasoning,
) -> None:
    """Add to an encoded assistant turn what its model thought, where the vendor's row says so.

    What another family thought, or the same one elsewhere, is not sent: signatures bind, and
    thoughts are read by their own kind only. Where a field is demanded all the same, the row
    says what stands in for it.
    """
    if mode is False:
        return
    own = origin.fits(message)
    has_calls = bool(body.get("tool_calls"))
    if mode is True and own:
        _replay_as_it_came(message, body)
    demanded = vendor.reasoning_replay == "all" or (
        vendor.reasoning_replay == "tool_calls" and has_calls
    )
    if demanded:
        reasoning = get_reasoning(message) if own else ""
        body["reasoning_content"] = reasoning or vendor.foreign_reasoning
    if own and (has_calls or mode is True or vendor.signed_tool_calls):
        _replay_signatures(message, body, vendor)
    if has_calls and vendor.signed_tool_calls:
        _sign_first_call(body, vendor)


def _replay_as_it_came(message: AIMessage, body: dict[str, Any]) -> None:
    extras = message.additional_kwargs
    field = message.response_metadata[ORIGIN].get("field")
    if field in TEXT_FIELDS and (text := get_reasoning(message)):
        body[field] = text
    for signed in SIGNED_FORMS:
        value = extras.get(signed)
        if value and not isinstance(value, str):
            body[signed] = value
    if parts := extras.get(REASONING_CONTENT_PARTS):
        body["reasoning_content"] = parts
    if signature := extras.get("signature"):
        body["signature"] = signature
    others = _as_dict(extras.get(TOOL_CALL_EXTRAS))
    for call in body.get("tool_calls") or ():
        own = _as_dict(others.get(call["id"]))
        call.update({k: v for k, v in own.items() if k not in ("type", "function", "custom")})


def _replay_signatures(message: AIMessage, body: dict[str, Any], vendor: Vendor) -> None:
    extras = message.additional_kwargs
    of_calls = _as_dict(extras.get(TOOL_CALL_EXTRA_CONTENT))
    for call in body.get("tool_calls") or ():
        if extra := of_calls.get(call["id"]):
            call["extra_content"] = extra
    if extra := extras.get("extra_content"):
        body["extra_content"] = extra
    if vendor.signed_tool_calls and _is_encrypted(details := extras.get("reasoning_details")):
        body["reasoning_details"] = details  # OpenRouter's form of the same signatures


def _as_dict(value: object) -> dict[str, Any]:
    """Return what was captured, nothing if somebody has put another thing in its place."""
    return value if isinstance(value, dict) else {}


def _is_encrypted(details: object) -> bool:
    return isinstance(details, list) and any(
        isinstance(item, dict) and item.get("type") == "reasoning.encrypted" for item in details
    )


def _sign_first_call(body: dict[str, Any], vendor: Vendor) -> None:
    """Put in what stands for a signature where another family made the call."""
    first, stand_in = body["tool_calls"][0], vendor.foreign_extra_content
    if stand_in and "extra_content" not in first and "reasoning_details" not in body:
        first["extra_content"] = dict(stand_in)
