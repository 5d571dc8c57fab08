"""What both wings of a route know about one call."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from langchain_cometapi._content.origin import Origin, ReplayReasoning
from langchain_cometapi._vendors.registry import get_vendor

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

    from langchain_cometapi._vendors.registry import Vendor

Action = Literal["renamed", "rewritten", "left out", "dropped", "replaced", "added"]


@dataclass(frozen=True)
class Change:
    """A parameter that is not sent as the user wrote it, or that the user did not write.

    Attributes:
        parameter: Its name.
        action: "dropped" and "replaced" lose something; "renamed" and "rewritten" parameters mean
            the same, and the response does not depend on what was "left out". What was "added" is
            what the rest of the request needs, such as `thinking` that is off.
        reason: Why.
    """

    parameter: str
    action: Action
    reason: str


Truncation = Literal["error", "warn", "ignore"]


# Not frozen: that takes 1.1 us more to make (2026-11), and each call makes one.
@dataclass(kw_only=True, slots=True)
class CallContext:
    """The facts and options of one call, collected once and read by request and response.

    Attributes:
        model: The id of the model.
        vendor: Its row.
        base_url: The base URL of the request.
        endpoint: The route that the request goes to.
        origin: Family and endpoint of the reasoning in the response.
        store: The parameter of this name.
        replay_reasoning: Whether reasoning in the history is sent back.
        strict_params: Whether a parameter that would be dropped or replaced is an error.
        think_tags: Whether `<think>` at the head of the content is reasoning.
        include_response_headers: Whether the headers of the response go into the metadata.
        audio: The parameter of this name: a response does not contain the audio's `format`.
        tool_names: The own names of tools that are sent under another, by that other name.
        schema_class: The Pydantic class that is the `response_format`, or `None`.
        output_version: The form of the content of messages; the route's own if `None`.
        stream_truncation: What to do with a stream that ends without a finish reason, also where
            it came as a plain response.
        estimated_tokens: The input tokens of the request, estimated before it is sent; `None` for
            most calls.
        changes: The parameters that are not sent as the user wrote them, each change once.
    """

    model: str
    vendor: Vendor
    base_url: str
    origin: Origin
    endpoint: Literal["chat", "responses"] = "chat"
    store: Any = None
    replay_reasoning: ReplayReasoning = "auto"
    strict_params: bool = False
    think_tags: bool = False
    include_response_headers: bool = False
    audio: Any = None
    tool_names: dict[str, str] = field(default_factory=dict)
    schema_class: Any = None
    output_version: str | None = None
    stream_truncation: Truncation = "error"
    estimated_tokens: int | None = None
    changes: list[Change] = field(default_factory=list)

    @classmethod
    def create(
        cls, model: str, base_url: str, *, think_tags: bool | None = None, **options: Any
    ) -> CallContext:
        """Return the context of a call to a model at a base URL.

        Args:
            model: The id of the model.
            base_url: The base URL of the request.
            think_tags: See the attribute; by the model's row if `None`.
            **options: The other attributes.
        """
        vendor = get_vendor(model)
        return cls(
            model=model,
            vendor=vendor,
            base_url=base_url,
            origin=Origin.create(model, vendor, base_url),
            think_tags=bool(vendor.think_tags) if think_tags is None else think_tags,
            **options,
        )

    def keeps_items_of(self, message: AIMessage) -> bool:
        """Whether a message is sent back as the items that it was received as."""
        return self.endpoint == "responses" and self.origin.is_origin_of(message)

    def record_change(self, parameter: str, action: Action, reason: str) -> None:
        """Add a change, unless it is there."""
        change = Change(parameter, action, f"{self.model} {reason}")
        if change not in self.changes:
            self.changes.append(change)
