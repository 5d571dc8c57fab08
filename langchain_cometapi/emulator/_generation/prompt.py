"""What a response is generated from, whichever route the request came by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from langchain_cometapi.emulator._rules.base import ModelRow


@dataclass(frozen=True)
class Prompt:
    """A conversation, and what the response to it may have.

    Attributes:
        row: The requested model.
        messages: The conversation, in the words of the chat route.
        turns: The conversation without user messages that continue the results of tools.
        tools: The `function` objects of the tools, in order.
        tool_choice: "none", "auto", "required" or the name of a tool.
        parallel: Whether a response may have several tool calls.
        thinking: Whether the response has reasoning text.
        effort: The reasoning effort, by default the model's own.
        response_format: The `response_format` object of the chat route, or `None`.
        implicit_cache: Whether a long prompt is cached without a mark.
    """

    row: ModelRow
    messages: list[dict[str, Any]]
    turns: list[dict[str, Any]]
    tools: list[dict[str, Any]]
    tool_choice: str
    parallel: bool
    thinking: bool
    effort: str | None
    response_format: dict[str, Any] | None
    implicit_cache: bool
