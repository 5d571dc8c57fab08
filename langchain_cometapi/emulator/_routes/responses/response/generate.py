"""Generates a response, cut at the limit that the request sets."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._generation.budget import Budget
from langchain_cometapi.emulator._generation.conversation import last_user_text
from langchain_cometapi.emulator._generation.plan import Plan
from langchain_cometapi.emulator._generation.tokens import count_tokens
from langchain_cometapi.emulator._generation.tool_calls import make_calls
from langchain_cometapi.emulator._generation.usage import (
    PromptCount,
    count_prompt,
    hidden_reasoning_tokens,
)
from langchain_cometapi.emulator._routes.chat.response.length import stretch
from langchain_cometapi.emulator._routes.chat.response.logprobs import list_logprobs
from langchain_cometapi.emulator._routes.responses.request.parameters import (
    ENCRYPTED_REASONING,
    LOGPROBS,
)
from langchain_cometapi.emulator._routes.responses.response.built_in import (
    BuiltInUse,
    use_built_in,
)
from langchain_cometapi.emulator._routes.responses.response.model_response import ModelResponse
from langchain_cometapi.emulator._sealed import seal

if TYPE_CHECKING:
    from langchain_cometapi.emulator._routes.responses.request.responses_request import (
        ResponsesRequest,
    )
    from langchain_cometapi.emulator._script import Reply
    from langchain_cometapi.emulator._state import EmulatorState

Item = dict[str, Any]


def respond(
    request: ResponsesRequest,
    state: EmulatorState,
    length: int | None,
    reply: Reply | None = None,
) -> ModelResponse:
    """Return the response to a valid request, and store it if the request asks for that.

    Args:
        request: The request.
        state: The emulator's memory.
        length: How long its text is to be; `None` for its own length.
        reply: What the script says; `None` without one.
    """
    prompt = count_prompt(request, state)
    writer = _Writer(request, state, length, reply)
    writer.write()
    response = ModelResponse(
        request=request,
        id=f"resp_emulator{state.next_serial():08d}",
        created=int(time.time()),
        output=writer.output,
        usage=_usage(prompt, writer),
        is_cut=writer.budget.exceeded,
    )
    if request.store:
        state.responses.add(response.id, request.items, response.output)
    return response


def _usage(prompt: PromptCount, writer: _Writer) -> dict[str, Any]:
    return {
        "input_tokens": prompt.total,
        "input_tokens_details": {
            "cache_write_tokens": prompt.written,
            "cached_tokens": prompt.cached,
        },
        "output_tokens": writer.tokens,
        "output_tokens_details": {"reasoning_tokens": writer.reasoning_tokens},
        "total_tokens": prompt.total + writer.tokens,
    }


class _Writer:
    """Writes the output items of one response, one after the other.

    Attributes:
        output: The items.
        budget: What may still be generated.
        tokens: How many tokens were generated.
        reasoning_tokens: How many of them are reasoning.
    """

    def __init__(
        self,
        request: ResponsesRequest,
        state: EmulatorState,
        length: int | None,
        reply: Reply | None,
    ) -> None:
        self.output: list[Item] = []
        self.budget = Budget(request.max_tokens)
        self.tokens = 0
        self.reasoning_tokens = 0
        self._request = request
        self._state = state
        self._length = length
        self._plan = Plan.create(request, reply)

    def write(self) -> None:
        """Write all items."""
        plan = self._plan
        if self._request.tool_set.chosen_built_in is not None and not plan.is_scripted:
            plan = self._plan = replace(plan, calls=[])
        self._reason()
        if plan.is_scripted and plan.text():
            self._add_message(BuiltInUse())
        for call in make_calls(self._request, plan.calls, self._state):
            self._call(call)
        if plan.is_scripted or plan.calls or self.budget.exceeded:
            return
        use = use_built_in(self._request, self._state)
        self.output += use.items
        if not use.ends:
            self._add_message(use)

    def _id(self, prefix: str) -> str:
        return f"{prefix}_emulator{self._state.next_serial():08d}"

    def _reason(self) -> None:
        request = self._request
        hidden = self.budget.spend(hidden_reasoning_tokens(request))
        if not hidden and not request.thinking:
            return
        text = self._plan.reasoning()
        item: Item = {"id": self._id("rs"), "type": "reasoning", "summary": []}
        if ENCRYPTED_REASONING in request.include:
            item["encrypted_content"] = seal(text)
        if request.thinking:
            cut = self.budget.cut(text)
            hidden += count_tokens(cut)
            item["content"] = [{"type": "reasoning_text", "text": cut}]
        elif (request.parameters.get("reasoning") or {}).get("summary"):
            item["summary"] = [{"type": "summary_text", "text": text}]
        self.reasoning_tokens = hidden
        self.tokens += hidden
        self.output.append(item)

    def _call(self, call: dict[str, Any]) -> None:
        function = call["function"]
        name = self.budget.cut(function["name"])
        if self.budget.exceeded:
            return
        is_custom = name in self._request.tool_set.custom
        arguments = function["arguments"]
        if is_custom:
            arguments = (
                function["arguments"]
                if self._plan.is_scripted
                else last_user_text(self._request.turns)
            )
        fitting = self.budget.cut(arguments)
        self.tokens += count_tokens(name) + count_tokens(fitting)
        self.output.append(
            {
                "id": self._id("ctc" if is_custom else "fc"),
                "type": "custom_tool_call" if is_custom else "function_call",
                "status": "completed" if fitting == arguments else "incomplete",
                "input" if is_custom else "arguments": fitting,
                "call_id": call["id"],
                "name": name,
            }
        )

    def _add_message(self, use: BuiltInUse) -> None:
        request = self._request
        text = self._plan.text()
        if self._length is not None:
            text = stretch(text, self._length)
        text = self.budget.cut(text)
        self.tokens += count_tokens(text)
        part: Item = {
            "type": "output_text",
            "annotations": [] if use.citation is None else [_place(use.citation, text)],
            "logprobs": [],
            "text": text,
        }
        if LOGPROBS in request.include:
            part["logprobs"] = list_logprobs(text, request.parameters.get("top_logprobs", 0))
        item: Item = {
            "id": self._id("msg"),
            "type": "message",
            "status": "incomplete" if self.budget.exceeded else "completed",
            "content": [part],
            "role": "assistant",
        }
        if request.row.rules.phases:
            item["phase"] = "final_answer"
        self.output.append(item)


def _place(citation: Item, text: str) -> Item:
    """Return a citation with its place in a text."""
    if citation["type"] == "file_citation":
        return {**citation, "index": max(len(text) - 1, 0)}
    return {**citation, "start_index": 0, "end_index": len(text)}
