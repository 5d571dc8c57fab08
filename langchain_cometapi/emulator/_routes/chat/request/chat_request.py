"""A chat request: checked from top to bottom, then handed on as one frozen object."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._errors import GatewayError, malformed
from langchain_cometapi.emulator._routes.chat.request.messages import check_messages
from langchain_cometapi.emulator._routes.chat.request.parameters import check_parameters
from langchain_cometapi.emulator._routes.chat.request.response_format import (
    check_json_word,
    check_response_format,
)
from langchain_cometapi.emulator._routes.chat.request.tools import check_tool_choice, check_tools
from langchain_cometapi.emulator._rules.registry import find_model

if TYPE_CHECKING:
    from langchain_cometapi.emulator._rules.base import ModelRow
    from langchain_cometapi.emulator._state import EmulatorState


@dataclass(frozen=True)
class ChatRequest:
    """What the answering half needs to know of a valid request.

    Attributes:
        row: The model asked.
        messages: The conversation.
        tools: The `function` objects of the tools, in order.
        tool_choice: "none", "auto", "required" or the name of a tool.
        parallel: Whether several tool calls may be made at once.
        thinking: Whether reasoning text is produced.
        effort: The reasoning effort in force.
        limit: Most completion tokens, if limited.
        stop: Stop sequences that take effect.
        choices: Number of choices.
        stream: Whether to answer as server-sent events.
        include_usage: Whether the stream ends with a usage chunk.
        logprobs: Alternatives per token, or `None` for no log probabilities at all.
        audio: Whether spoken output was asked for.
        response_format: The `response_format` object, or `None`.
    """

    row: ModelRow
    messages: list[dict[str, Any]]
    tools: list[dict[str, Any]]
    tool_choice: str
    parallel: bool
    thinking: bool
    effort: str | None
    limit: int | None
    stop: tuple[str, ...]
    choices: int
    stream: bool
    include_usage: bool
    logprobs: int | None
    audio: bool
    response_format: dict[str, Any] | None


def read_chat_request(body: Any, state: EmulatorState) -> ChatRequest:
    """Check a chat request as strictly as gateway and vendor do.

    Args:
        body: The parsed JSON body.
        state: The emulator's memory, which knows the reasoning it has issued.

    Returns:
        The request, ready to be answered.

    Raises:
        GatewayError: With the status and wording of the first rule that is broken.
    """
    row = find_model(body)
    messages = body.get("messages")
    if messages is None:
        msg = "field messages is required"
        raise malformed(msg)
    if not isinstance(messages, list):
        msg = "field messages must be an array"
        raise malformed(msg)
    if row.kind == "text" and not row.chat:
        msg = "This model is only supported in v1/responses and not in v1/chat/completions."
        raise GatewayError(404, msg, code="invalid_request_error")
    if row.kind != "text":
        msg = (
            "This is not a chat model and thus not supported in the v1/chat/completions endpoint."
            " Did you mean to use another endpoint?"
        )
        raise GatewayError(404, msg, code="invalid_request_error")

    # The vendors read an explicit null as an absent parameter.
    given = {key: value for key, value in body.items() if value is not None}
    rules = row.rules
    effort = given.get("reasoning_effort", rules.default_effort)
    tools = check_tools(given.get("tools"), rules)
    thinking = rules.reasoning_text and _thinking_enabled(given, row, has_tools=bool(tools))
    check_parameters(given, row, effort=effort, has_tools=bool(tools), thinking=thinking)
    choice = check_tool_choice(given.get("tool_choice"), tools, rules, thinking=thinking)
    response_format = check_response_format(given.get("response_format"), rules)
    check_messages(messages, rules, state, thinking=thinking)
    if response_format is not None and response_format["type"] == "json_object":
        check_json_word(messages, rules)
    limit = given.get("max_completion_tokens", given.get("max_tokens"))
    stop = given.get("stop", ())
    stops = (stop,) if isinstance(stop, str) else tuple(stop)
    stream_options = given.get("stream_options") or {}
    return ChatRequest(
        row=row,
        messages=messages,
        tools=tools,
        tool_choice=choice,
        parallel=given.get("parallel_tool_calls", True),
        thinking=thinking,
        effort=effort,
        limit=limit,
        stop=stops[: rules.stop.kept],
        choices=given.get("n", 1),
        stream=given.get("stream", False),
        include_usage=bool(stream_options.get("include_usage")),
        logprobs=given.get("top_logprobs", 0) if given.get("logprobs") else None,
        audio="audio" in given.get("modalities", ()),
        response_format=response_format,
    )


def _thinking_enabled(given: dict[str, Any], row: ModelRow, *, has_tools: bool) -> bool:
    thinking = given.get("thinking")
    disabled = (
        (isinstance(thinking, dict) and thinking.get("type") == "disabled")
        or given.get("enable_thinking") is False
        or given.get("reasoning_effort") == "none"
    )
    return not disabled or (row.rules.thinks_with_tools_anyway and has_tools)
