"""Generates a message, cut at the limits that the request sets."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._generation.budget import Budget
from langchain_cometapi.emulator._generation.conversation import last_user_text
from langchain_cometapi.emulator._generation.plan import Plan
from langchain_cometapi.emulator._generation.tokens import CHARS_PER_TOKEN, count_tokens
from langchain_cometapi.emulator._routes.chat.response.length import stretch
from langchain_cometapi.emulator._routes.messages.response.citations import quote_document
from langchain_cometapi.emulator._routes.messages.response.message import Message
from langchain_cometapi.emulator._routes.messages.response.server_tools import (
    ServerUse,
    use_server_tools,
)
from langchain_cometapi.emulator._routes.messages.response.usage import PromptUse, use_cache
from langchain_cometapi.emulator._routes.messages.signatures import redact, sign

if TYPE_CHECKING:
    from langchain_cometapi.emulator._routes.messages.request.messages_request import (
        MessagesRequest,
    )
    from langchain_cometapi.emulator._script import Reply
    from langchain_cometapi.emulator._state import EmulatorState

Block = dict[str, Any]

# Beginnings of the strings that Anthropic documents for tests of these two.
_REDACT = "ANTHROPIC_MAGIC_STRING_TRIGGER_REDACTED_THINKING"
_REFUSE = "ANTHROPIC_MAGIC_STRING_TRIGGER_REFUSAL"


def write_message(
    request: MessagesRequest,
    state: EmulatorState,
    length: int | None,
    reply: Reply | None = None,
) -> Message:
    """Return the message that answers a valid request.

    Args:
        request: The request.
        state: The emulator's memory.
        length: How long its text is to be; `None` for its own length.
        reply: What the script says; `None` without one.
    """
    prompt = use_cache(request, state)
    writer = _Writer(request, state, length, reply)
    writer.write()
    message = Message(
        request=request,
        id=f"msg_emulator{state.next_serial():08d}",
        content=writer.content,
        inputs=writer.inputs,
        stop_reason=writer.stop_reason,
        stop_sequence=writer.stop_sequence,
        usage=_usage(prompt, writer),
        container=_container(state) if writer.use.has_container else None,
    )
    return message.refused() if _REFUSE in last_user_text(request.turns) else message


def _usage(prompt: PromptUse, writer: _Writer) -> dict[str, Any]:
    usage = {
        **prompt.usage(),
        "output_tokens": writer.tokens,
        "output_tokens_details": {"thinking_tokens": writer.thinking_tokens},
        "service_tier": "standard",
    }
    if writer.use.counts:
        usage["server_tool_use"] = {
            f"{name}_requests": writer.use.counts.get(name, 0)
            for name in ("web_fetch", "web_search")
        }
    return usage


def _container(state: EmulatorState) -> dict[str, Any]:
    expires = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    return {
        "id": f"container_emulator{state.next_serial():08d}",
        "expires_at": expires.isoformat(timespec="seconds").replace("+00:00", "Z"),
    }


class _Writer:
    """Writes the blocks of one message, one after the other.

    Attributes:
        content: The blocks.
        inputs: The input of each call as the model has written it, by the index of its block.
        budget: What may still be generated.
        tokens: How many tokens were generated.
        thinking_tokens: How many of them are thinking.
        stop_reason: Why the message ends.
        stop_sequence: The sequence that has ended it.
        use: What it shows of the tools that Anthropic has run.
    """

    def __init__(
        self,
        request: MessagesRequest,
        state: EmulatorState,
        length: int | None,
        reply: Reply | None,
    ) -> None:
        self.content: list[Block] = []
        self.inputs: dict[int, str] = {}
        self.budget = Budget(request.max_tokens)
        self.tokens = 0
        self.thinking_tokens = 0
        self.stop_reason = "end_turn"
        self.stop_sequence: str | None = None
        self.use = ServerUse()
        self._request = request
        self._state = state
        self._length = length
        self._plan = Plan.create(request, reply)

    def write(self) -> None:
        """Write all blocks."""
        self._write()
        if self.budget.exceeded or not self._request.max_tokens:
            self.stop_reason = "max_tokens"

    def _write(self) -> None:
        request, plan = self._request, self._plan
        if not request.max_tokens:
            return  # the request fills the cache alone
        self._think()
        if plan.is_scripted:
            self._add_text(plan.text(), None)
        self._call(plan.calls)
        if plan.is_scripted or plan.calls or self.budget.exceeded:
            return
        self.use = use_server_tools(request, self._state)
        self.content += self.use.blocks
        if self.use.is_paused:
            self.stop_reason = "pause_turn"
            return
        quoted = None if request.response_format else quote_document(request)
        if quoted is not None:
            quote, citation = quoted
            self._add_text(f"This is the CometAPI emulator answering as {request.row.id}: ", None)
            self._add_text(quote, citation)
        else:
            self._add_text(plan.text(), self.use.citation)

    def _think(self) -> None:
        request, config = self._request, self._request.config
        is_between = request.messages[-1]["role"] == "tool"
        # A forced call and thinking that is asked for are refused together, so that a model which
        # thinks by default is taken not to do so then.
        is_forced = request.tool_choice not in ("auto", "none")
        if not config.is_on or is_forced or (config.kind == "between_tools" and not is_between):
            return
        text = self._plan.reasoning()
        if config.budget is not None:
            text = text[: config.budget * CHARS_PER_TOKEN]
        text = self.budget.cut(text)
        self.thinking_tokens = count_tokens(text)
        self.tokens += self.thinking_tokens
        if _REDACT in last_user_text(request.turns):
            self.content.append({"type": "redacted_thinking", "data": redact(text)})
            return
        # What is cut is not signed, and so cannot be sent back.
        signature = "" if self.budget.exceeded else sign(request.row.id, text)
        shown = text if config.is_shown else ""
        self.content.append({"type": "thinking", "thinking": shown, "signature": signature})

    def _call(self, calls: list[tuple[str, str]]) -> None:
        for name, arguments in calls:
            ended = self.budget.exceeded or self.stop_sequence is not None
            if ended or self.budget.cut(name) != name:
                return
            fitting = self.budget.cut(arguments)
            self.tokens += count_tokens(name) + count_tokens(fitting)
            self.inputs[len(self.content)] = fitting
            self.content.append(
                {
                    "type": "tool_use",
                    "id": f"toolu_emulator{self._state.next_serial():08d}",
                    "name": name,
                    "input": _parse(fitting),
                    "caller": {"type": "direct"},
                }
            )
            self.stop_reason = "tool_use"

    def _add_text(self, text: str, citation: dict[str, Any] | None) -> None:
        if not text or self.stop_sequence is not None or self.budget.exceeded:
            return
        if self._length is not None:
            text = stretch(text, self._length)
        ends = [(text.find(stop), stop) for stop in self._request.stops if stop in text]
        cut = self.budget.cut(text[: min(ends)[0]] if ends else text)
        if ends and not self.budget.exceeded:
            self.stop_reason, self.stop_sequence = "stop_sequence", min(ends)[1]
        self.tokens += count_tokens(cut)
        if cut:
            block: Block = {"type": "text", "text": cut}
            if citation is not None:
                block["citations"] = [citation]
            self.content.append(block)


def _parse(text: str) -> dict[str, Any]:
    """Return the input of a call; of one that is cut, the fields that are whole.

    Args:
        text: The input as the model has written it.
    """
    ends = [len(text), *(at for at in range(len(text) - 1, 0, -1) if text[at] == ",")]
    for end in ends:
        for closing in ("", "}"):
            try:
                value = json.loads(text[:end] + closing)
            except ValueError:
                continue
            if isinstance(value, dict):
                return value
    return {}
