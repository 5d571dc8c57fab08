"""Generates a chat completion, cut at the limits that the request sets."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._generation.budget import Budget
from langchain_cometapi.emulator._generation.plan import Plan
from langchain_cometapi.emulator._generation.tokens import count_tokens
from langchain_cometapi.emulator._generation.tool_calls import make_calls
from langchain_cometapi.emulator._generation.usage import (
    CompletionCount,
    count_prompt,
    hidden_reasoning_tokens,
)
from langchain_cometapi.emulator._routes.chat.response.audio import silent_audio
from langchain_cometapi.emulator._routes.chat.response.completion import Choice, Completion
from langchain_cometapi.emulator._routes.chat.response.usage import count_prediction, usage_object

if TYPE_CHECKING:
    from langchain_cometapi.emulator._routes.chat.request.chat_request import ChatRequest
    from langchain_cometapi.emulator._script import Reply
    from langchain_cometapi.emulator._state import EmulatorState


def complete(request: ChatRequest, state: EmulatorState, reply: Reply | None = None) -> Completion:
    """Return the chat completion for a valid request.

    Args:
        request: The request.
        state: The emulator's memory.
        reply: What the script says; `None` without one.
    """
    prompt = count_prompt(request, state)
    plan = Plan.create(request, reply)
    choices = [_generate_choice(request, plan, state, index) for index in range(request.choices)]
    completion = CompletionCount(
        total=sum(choice.tokens.total for choice in choices),
        reasoning=sum(choice.tokens.reasoning for choice in choices),
        audio=sum(choice.tokens.audio for choice in choices),
        accepted=sum(choice.tokens.accepted for choice in choices),
        rejected=sum(choice.tokens.rejected for choice in choices),
    )
    return Completion(
        request=request,
        id=f"chatcmpl-emulator{state.next_serial():08d}",
        created=int(time.time()),
        choices=choices,
        usage=usage_object(request.row, prompt, completion),
    )


def _generate_choice(request: ChatRequest, plan: Plan, state: EmulatorState, index: int) -> Choice:
    rules = request.row.rules
    budget = Budget(request.max_tokens)
    hidden = budget.spend(hidden_reasoning_tokens(request))
    reasoning = None
    if request.thinking:
        reasoning = budget.cut(plan.reasoning())
        state.issue_reasoning(rules.name, reasoning)
    calls = _cut_calls(make_calls(request, plan.calls, state), budget)
    text = ""
    if plan.is_scripted or not plan.calls:
        text = plan.text()
        if index and request.response_format is None and not plan.is_scripted:
            text = f"{text} (choice {index + 1})"
        text = budget.cut(_until_stop(text, request.stop))
    has_audio = request.audio and not plan.calls and request.response_format is None
    audio_tokens = count_tokens(text) if has_audio else 0
    reasoning_tokens = hidden + count_tokens(reasoning or "")
    content: str | None = text
    if plan.calls and not text:
        content = rules.content_with_tool_calls
    elif has_audio:
        content = None
    call_tokens = sum(
        count_tokens(call["function"]["name"]) + count_tokens(call["function"]["arguments"])
        for call in calls
    )
    accepted, rejected = count_prediction(request.prediction, text)
    finish = "tool_calls" if plan.calls else "stop"
    return Choice(
        reasoning=reasoning,
        content=content,
        calls=calls,
        audio=silent_audio(text, state) if has_audio else None,
        finish="length" if budget.exceeded else finish,
        tokens=CompletionCount(
            total=reasoning_tokens + call_tokens + count_tokens(text) + rejected,
            reasoning=reasoning_tokens,
            audio=audio_tokens,
            accepted=accepted,
            rejected=rejected,
        ),
    )


def _cut_calls(calls: list[dict[str, Any]], budget: Budget) -> list[dict[str, Any]]:
    """Return tool calls cut at the limit; as with real models, that can break their JSON."""
    cut_calls = []
    for call in calls:
        function = call["function"]
        if budget.cut(function["name"]) != function["name"]:
            break
        arguments = budget.cut(function["arguments"])
        cut_calls.append({**call, "function": {**function, "arguments": arguments}})
    return cut_calls


def _until_stop(text: str, stops: tuple[str, ...]) -> str:
    ends = [text.find(stop) for stop in stops if stop]
    return text[: min((end for end in ends if end >= 0), default=len(text))]
