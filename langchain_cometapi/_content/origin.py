"""Where reasoning and signatures came from, and when they go back to their model."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from langchain_cometapi._content.reasoning import get_reasoning
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
    """The model family and the endpoint that reasoning came from; only these two can use it."""

    family: str
    endpoint: str

    @classmethod
    def create(cls, model: str, vendor: Vendor, base_url: str) -> Origin:
        """Return the origin of reasoning that a model at a base URL returns.

        Each unknown model counts as a family of its own.
        """
        return cls(model if vendor is UNKNOWN else vendor.family, _read_endpoint(base_url))

    def mark(self, field: str, length: int) -> dict[str, Any]:
        """Return the record of this origin that a message stores with its reasoning.

        Args:
            field: The field it came in, `""` if only signatures came.
            length: Its length in characters, which shows later whether it was changed.
        """
        return {
            "family": self.family,
            "endpoint": self.endpoint,
            "field": field,
            "length": length,
        }

    def has_stored(self, message: AIMessage) -> bool:
        """Whether this endpoint has stored the response of a message, as far as is known."""
        return self.is_origin_of(message) and message.response_metadata[ORIGIN].get("stored", True)

    def is_origin_of(self, message: AIMessage) -> bool:
        """Whether a message was received from this family at this endpoint."""
        mark = message.response_metadata.get(ORIGIN)
        if not isinstance(mark, dict):
            return False
        return (mark.get("family"), mark.get("endpoint")) == (self.family, self.endpoint)

    def fits(self, message: AIMessage) -> bool:
        """Whether a message's reasoning came from this origin and was not changed since.

        `merge_message_runs` joins the reasoning of two messages and keeps one mark.
        """
        if not self.is_origin_of(message):
            return False
        length: Any = message.response_metadata[ORIGIN].get("length")
        return bool(length == len(get_reasoning(message)))


@lru_cache(maxsize=256)
def _read_endpoint(base_url: str) -> str:
    """Return the host of a base URL, with its port if it is not the usual one."""
    parts = urlsplit(base_url)
    endpoint = parts.hostname or ""  # in lower case, and never with the name of a user
    if parts.port not in (None, _PORTS.get(parts.scheme)):
        endpoint = f"{endpoint}:{parts.port}"
    return endpoint
