"""Scripted responses: what the model says next, decided by a test."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from langchain_cometapi.emulator._errors import GatewayError
from langchain_cometapi.emulator._faults.fault import Fault
from langchain_cometapi.emulator._faults.schedule import FaultLike, read_fault
from langchain_cometapi.emulator._generation.conversation import last_user_text
from langchain_cometapi.emulator._generation.prompt import Prompt

_SHOWN = 120
_REASONING = ("reasoning", "thinking")
"""Types of content blocks with reasoning, each under the same name."""


@dataclass(frozen=True)
class Reply:
    """One scripted response.

    Args:
        text: Its text.
        tool_calls: Its tool calls, as LangChain writes them: dicts with `name` and `args`. `args`
            is a dict, or a text that is sent as it is, such as broken JSON.
        reasoning: Its reasoning, for models that return some; by default the emulator's own.
        fault: What goes wrong with it: a `Fault`, its text or an HTTP status.
        model: The id of the model that may give it; any if `None`.
        match: A regular expression that is searched for in the newest user message; `None` for any
            message.

    Raises:
        TypeError: If a tool call has no name or no arguments.
        ValueError: If there is no such fault.
    """

    text: str = ""
    tool_calls: Sequence[Mapping[str, Any]] = ()
    reasoning: str | None = None
    fault: FaultLike = None
    model: str | None = None
    match: str | None = None

    def __post_init__(self) -> None:
        """Check the tool calls and the fault."""
        for call in self.tool_calls:
            if not isinstance(call.get("name"), str) or not isinstance(
                call.get("args"), (Mapping, str)
            ):
                msg = f'a scripted tool call needs "name" and "args": {dict(call)!r}'
                raise TypeError(msg)
        object.__setattr__(self, "fault", read_fault(self.fault))

    @property
    def is_fault_alone(self) -> bool:
        """Whether the emulator chooses the text, and only the fault is scripted."""
        return not self.text and not self.tool_calls and self.fault is not None

    def calls(self) -> list[tuple[str, str]]:
        """Return the names of the tools to call, each with its arguments as text."""
        return [(call["name"], _write(call["args"])) for call in self.tool_calls]

    def fits(self, request: Prompt) -> bool:
        """Return whether this may be the response to a request."""
        if self.model not in (None, request.row.id):
            return False
        return self.match is None or bool(re.search(self.match, last_user_text(request.turns)))


Step = Reply | Fault | str | int | Any
"""A `Reply`, a text, a `Fault` or an HTTP status, or LangChain's `AIMessage`."""


@dataclass(eq=False)
class Script:
    """Responses that are given in order, each once.

    As a context manager it ends with its block: what it has left then is an `AssertionError`,
    unless the block itself failed.

    Attributes:
        remaining: The responses that nobody has asked for yet.
        model: The id of the model whose requests it is for; any if `None`.
        match: A regular expression that is searched for in the newest user message.
    """

    remaining: list[Reply]
    model: str | None
    match: str | None
    _scripts: Scripts = field(repr=False)

    def __enter__(self) -> Script:  # noqa: PYI034 - typing has no Self before 3.11
        """Return the script, which is in use already."""
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the script.

        Raises:
            AssertionError: If responses remain.
        """
        self._scripts.remove(self)
        if exc_type is None and self.remaining:
            msg = f"nobody asked for {len(self.remaining)} of the scripted responses: " + "; ".join(
                repr(reply) for reply in self.remaining
            )
            raise AssertionError(msg)

    def fits(self, request: Prompt) -> bool:
        """Return whether its next response is for a request."""
        own = Reply(model=self.model, match=self.match)
        return bool(self.remaining) and own.fits(request) and self.remaining[0].fits(request)


class Scripts:
    """The scripts in use, in the order in which they were added; safe in several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._scripts: list[Script] = []

    def add(self, steps: Iterable[Step], model: str | None, match: str | None) -> Script:
        """Return a new script, which is in use from now on.

        Args:
            steps: The responses.
            model: The id of the model whose requests it is for; any if `None`.
            match: What the newest user message must contain; a regular expression.

        Raises:
            ValueError: If there is no such fault.
            TypeError: If something is not a response.
        """
        script = Script([_read_step(step) for step in steps], model, match, self)
        with self._lock:
            self._scripts.append(script)
        return script

    def remove(self, script: Script) -> None:
        """End a script; nothing happens if it has ended."""
        with self._lock:
            self._scripts = [other for other in self._scripts if other is not script]

    def clear(self) -> None:
        """End all scripts."""
        with self._lock:
            self._scripts = []

    def take(self, request: Prompt) -> Reply | None:
        """Return the next scripted response to a request; `None` if no script is in use.

        Args:
            request: A valid request.

        Raises:
            GatewayError: If scripts are in use, and none has a response to it; or if it calls a
                tool that the request does not offer.
        """
        with self._lock:
            if not self._scripts:
                return None
            script = next((one for one in self._scripts if one.fits(request)), None)
            if script is None:
                raise _error(self._explain(request))
            reply = script.remaining[0]
            offered = [tool["name"] for tool in request.tools]
            for name, _ in reply.calls():
                if name not in offered:
                    msg = f"the script calls the tool {name!r}; the request offers {offered}"
                    raise _error(msg)
            return script.remaining.pop(0)

    def _explain(self, request: Prompt) -> str:
        prompt = last_user_text(request.turns)[:_SHOWN]
        waiting = [one.remaining[0] for one in self._scripts if one.remaining]
        state = f"it waits for {waiting}" if waiting else "all its responses were given"
        return f"the script has no response to {request.row.id} for {prompt!r}: {state}"


def _error(message: str) -> GatewayError:
    return GatewayError(400, message, kind="emulator_error")


def _read_step(step: Step) -> Reply:
    if isinstance(step, Reply):
        return step
    if isinstance(step, str):
        return Reply(step)
    if isinstance(step, Fault) or (isinstance(step, int) and not isinstance(step, bool)):
        return Reply(fault=step)
    if hasattr(step, "content") and hasattr(step, "tool_calls"):
        return Reply(
            step.text if isinstance(step.text, str) else step.text(),
            tool_calls=step.tool_calls,
            reasoning=step.additional_kwargs.get("reasoning_content")
            or _read_thinking(step.content),
        )
    msg = f"a script consists of texts, AIMessages, `Reply`s, faults and statuses, not of {step!r}"
    raise TypeError(msg)


def _read_thinking(content: Any) -> str | None:
    """Return the reasoning in the content of a message, which native classes have there."""
    blocks = [block for block in content if isinstance(block, dict)]
    named = [(block, kind) for block in blocks if (kind := block.get("type")) in _REASONING]
    return "".join(str(block.get(kind, "")) for block, kind in named) or None


def _write(arguments: Mapping[str, Any] | str) -> str:
    return arguments if isinstance(arguments, str) else json.dumps(dict(arguments))
