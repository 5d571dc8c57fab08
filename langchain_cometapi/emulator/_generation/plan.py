"""What a response is going to say, by a script or from the prompt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from langchain_cometapi.emulator._generation.answers import ReadyAnswer, find_answer
from langchain_cometapi.emulator._generation.text import emulated_reasoning, emulated_text
from langchain_cometapi.emulator._generation.tool_calls import choose_calls

if TYPE_CHECKING:
    from langchain_cometapi.emulator._generation.prompt import Prompt
    from langchain_cometapi.emulator._script import Reply


@dataclass(frozen=True)
class Plan:
    """What a response is going to say.

    Attributes:
        request: The request.
        reply: What the script says; `None` without one.
        answer: The answer that is ready for the question; `None` if there is none.
        calls: The names of the tools to call, each with its arguments as JSON.
    """

    request: Prompt
    reply: Reply | None
    answer: ReadyAnswer | None
    calls: list[tuple[str, str]]

    @classmethod
    def create(cls, request: Prompt, reply: Reply | None) -> Plan:
        """Return the plan of the response to a request.

        Args:
            request: A valid request.
            reply: What the script says; `None` without one.
        """
        if reply is not None and reply.is_fault_alone:
            reply = None
        if reply is not None:
            return cls(request, reply, None, reply.calls())
        answer = find_answer(request)
        calls = answer.choose_calls(request) if answer is not None else []
        return cls(request, None, answer, calls or choose_calls(request))

    @property
    def is_scripted(self) -> bool:
        """Whether a script says what comes."""
        return self.reply is not None

    def text(self) -> str:
        """Return the text."""
        if self.reply is not None:
            return self.reply.text
        return emulated_text(self.request, self.answer)

    def reasoning(self) -> str:
        """Return the reasoning."""
        if self.reply is not None and self.reply.reasoning is not None:
            return self.reply.reasoning
        if self.answer is not None:
            return self.answer.reason(self.request)
        return emulated_reasoning(self.request, [name for name, _ in self.calls])
