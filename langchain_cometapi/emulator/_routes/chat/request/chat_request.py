"""A valid chat request, and the function that checks one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._errors import GatewayError, unreadable
from langchain_cometapi.emulator._generation.conversation import without_result_media
from langchain_cometapi.emulator._generation.prompt import Prompt
from langchain_cometapi.emulator._routes.chat.request.call_ids import check_call_ids
from langchain_cometapi.emulator._routes.chat.request.messages import check_messages
from langchain_cometapi.emulator._routes.chat.request.options import (
    read_prediction,
    read_service_tier,
    reads_cache_implicitly,
)
from langchain_cometapi.emulator._routes.chat.request.order import check_order
from langchain_cometapi.emulator._routes.chat.request.parameters import check_parameters
from langchain_cometapi.emulator._routes.chat.request.replay import check_replay
from langchain_cometapi.emulator._routes.chat.request.response_format import (
    check_json_word,
    check_response_format,
)
from langchain_cometapi.emulator._routes.chat.request.texts import check_texts
from langchain_cometapi.emulator._routes.chat.request.tools import check_tool_choice, check_tools
from langchain_cometapi.emulator._rules.registry import find_model

if TYPE_CHECKING:
    from langchain_cometapi.emulator._rules.base import ModelRow
    from langchain_cometapi.emulator._state import EmulatorState


@dataclass(frozen=True)
class ChatRequest(Prompt):
    """A valid chat request.

    Attributes:
        max_tokens: The maximum of completion tokens, if limited.
        stop: Stop sequences that take effect.
        choices: Number of choices.
        stream: Whether to respond with server-sent events.
        include_usage: Whether the stream ends with a usage chunk.
        logprobs: Alternatives per token; `None` for no log probabilities.
        audio: Whether audio output is requested.
        service_tier: The tier that an OpenAI model's response names.
        prediction: The text that is predicted, or `None`.
    """

    max_tokens: int | None
    stop: tuple[str, ...]
    choices: int
    stream: bool
    include_usage: bool
    logprobs: int | None
    audio: bool
    service_tier: str
    prediction: str | None


def read_chat_request(body: Any, state: EmulatorState) -> ChatRequest:
    """Return a chat request that the gateway and the vendor accept.

    Args:
        body: The parsed JSON body.
        state: The emulator's memory of issued reasoning and signatures.

    Raises:
        GatewayError: With the status and wording of the first rule that is broken.
    """
    row = find_model(body)
    messages = body.get("messages")
    if messages is None:
        msg = "field messages is required"
        raise unreadable(msg)
    if not isinstance(messages, list):
        msg = "field messages must be an array"
        raise unreadable(msg)
    if row.kind == "text" and not row.chat:
        msg = "This model is only supported in v1/responses and not in v1/chat/completions."
        raise GatewayError(404, msg, code="invalid_request_error")
    if row.kind != "text":
        msg = (
            "This is not a chat model and thus not supported in the v1/chat/completions endpoint."
            " Did you mean to use another endpoint?"
        )
        raise GatewayError(404, msg, code="invalid_request_error")

    # Vendors treat null as an absent parameter.
    parameters = {key: value for key, value in body.items() if value is not None}
    rules = row.rules
    effort = parameters.get("reasoning_effort", rules.default_effort)
    tools = check_tools(parameters.get("tools"), rules)
    thinking = rules.reasoning_text and _thinking_enabled(parameters, row, has_tools=bool(tools))
    check_parameters(parameters, row, effort=effort, has_tools=bool(tools), thinking=thinking)
    choice = check_tool_choice(
        parameters.get("tool_choice"),
        tools,
        rules,
        thinking=thinking or (rules.thinks_if_asked and _thinking_asked_for(parameters)),
    )
    response_format = check_response_format(
        parameters.get("response_format"), rules, thinking=thinking
    )
    check_messages(messages, rules)
    check_texts(messages, rules)
    check_call_ids(messages, rules.call_ids)
    check_order(messages)
    check_replay(messages, rules, state, thinking=thinking)
    if response_format is not None and response_format["type"] == "json_object":
        check_json_word(messages, rules)
    max_tokens = parameters.get("max_completion_tokens", parameters.get("max_tokens"))
    stop = parameters.get("stop", ())
    stops = (stop,) if isinstance(stop, str) else tuple(stop)
    stream_options = parameters.get("stream_options") or {}
    return ChatRequest(
        row=row,
        messages=messages,
        turns=without_result_media(messages),
        tools=tools,
        tool_choice=choice,
        parallel=parameters.get("parallel_tool_calls", True),
        thinking=thinking,
        effort=effort,
        max_tokens=max_tokens,
        stop=stops[: rules.stop.max_used],
        choices=parameters.get("n", 1),
        stream=parameters.get("stream", False),
        include_usage=bool(stream_options.get("include_usage")),
        logprobs=parameters.get("top_logprobs", 0) if parameters.get("logprobs") else None,
        audio="audio" in parameters.get("modalities", ()),
        response_format=response_format,
        service_tier=read_service_tier(parameters),
        prediction=read_prediction(parameters),
        implicit_cache=reads_cache_implicitly(parameters),
    )


def _thinking_asked_for(parameters: dict[str, Any]) -> bool:
    thinking = parameters.get("thinking")
    if isinstance(thinking, dict):
        return bool(thinking.get("type") != "disabled")
    return bool(parameters.get("reasoning_effort", "none") != "none")


def _thinking_enabled(parameters: dict[str, Any], row: ModelRow, *, has_tools: bool) -> bool:
    thinking = parameters.get("thinking")
    disabled = (
        (isinstance(thinking, dict) and thinking.get("type") == "disabled")
        or parameters.get("enable_thinking") is False
        or parameters.get("reasoning_effort") == "none"
    )
    return not disabled or (row.rules.always_thinks_with_tools and has_tools)
