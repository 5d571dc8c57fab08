"""Generates a response, cut at the limit that the request sets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._generation.budget import Budget
from langchain_cometapi.emulator._generation.images import PNG
from langchain_cometapi.emulator._generation.plan import Plan
from langchain_cometapi.emulator._generation.tokens import count_tokens
from langchain_cometapi.emulator._generation.tool_calls import make_calls
from langchain_cometapi.emulator._generation.usage import count_prompt
from langchain_cometapi.emulator._routes.chat.response.length import stretch
from langchain_cometapi.emulator._routes.generate_content.response.content_response import (
    Candidate,
    ContentResponse,
)
from langchain_cometapi.emulator._routes.generate_content.response.google_tools import (
    ToolUse,
    describe,
    use_tools,
)
from langchain_cometapi.emulator._routes.generate_content.response.stream import count_call
from langchain_cometapi.emulator._routes.generate_content.response.usage import (
    Usage,
    thought_tokens,
)

if TYPE_CHECKING:
    from langchain_cometapi.emulator._routes.generate_content.request.generate_content_request import (  # noqa: E501
        GenerateContentRequest,
    )
    from langchain_cometapi.emulator._script import Reply
    from langchain_cometapi.emulator._state import EmulatorState

Message = dict[str, Any]

_MALFORMED = "MALFORMED_FUNCTION_CALL"


def generate(
    request: GenerateContentRequest,
    state: EmulatorState,
    length: int | None,
    reply: Reply | None = None,
) -> ContentResponse:
    """Return the response to a valid request.

    Args:
        request: The request.
        state: The emulator's memory.
        length: How long its text is to be; `None` for its own length.
        reply: What the script says; `None` without one.
    """
    prompt = count_prompt(request, state)
    plan = Plan.create(request, reply)
    calls_function = bool(plan.calls) or plan.is_scripted
    use = ToolUse() if calls_function else use_tools(request)
    writers = [
        _Writer(request, plan, use, state, length=length, index=index)
        for index in range(request.config.get("candidateCount", 1))
    ]
    candidates = [writer.write() for writer in writers]
    return ContentResponse(
        request=request,
        id=f"emulator{state.next_serial():08d}",
        candidates=candidates,
        usage=Usage(request, prompt, use.tokens, sum(writer.thoughts for writer in writers)),
    )


class _Writer:
    """Writes one candidate.

    Attributes:
        thoughts: Tokens of its thoughts.
    """

    def __init__(
        self,
        request: GenerateContentRequest,
        plan: Plan,
        use: ToolUse,
        state: EmulatorState,
        *,
        length: int | None,
        index: int,
    ) -> None:
        self.thoughts = 0
        self._request = request
        self._state = state
        self._plan = plan
        self._use = use
        self._length = length
        self._index = index
        self._signs = request.gemini.needs_signatures or bool(request.think.level)
        self._budget = Budget(request.config.get("maxOutputTokens"))
        self._parts: list[Message] = []
        self._tokens = 0

    def write(self) -> Candidate:
        """Return the candidate."""
        request, plan = self._request, self._plan
        self._think()
        fields: Message = {}
        images = 0
        if plan.calls:
            if plan.is_scripted and plan.text():
                self._add_text(plan.text())
            return self._call()
        self._parts += [dict(part) for part in self._use.parts]
        if "TEXT" in request.outputs or plan.is_scripted:
            place = len(self._parts)
            text = self._add_text(self._text())
            fields = describe(self._use, text, place)
        if "IMAGE" in request.outputs and not self._budget.exceeded:
            self._parts.append({"inlineData": {"mimeType": "image/png", "data": PNG}})
            images = request.row.rules.image_tokens.high
        if self._signs and self._parts and not self._budget.exceeded:
            serial = self._state.next_serial()
            signature = self._state.issue_signature(f"part_emulator{serial:08d}")
            self._parts[-1]["thoughtSignature"] = signature
        finish = "MAX_TOKENS" if self._budget.exceeded else "STOP"
        return Candidate(self._parts, finish, fields, self._tokens, images)

    def _think(self) -> None:
        self.thoughts = self._budget.spend(thought_tokens(self._request))
        scripted = self._plan.reply is not None and self._plan.reply.reasoning is not None
        if self._request.think.shown and (self.thoughts or scripted):
            self._parts.append({"text": self._plan.reasoning(), "thought": True})

    def _text(self) -> str:
        text = self._plan.text()
        response_format = self._request.response_format or {}
        name = response_format.get("json_schema", {}).get("name")
        if name == "text/x.enum" and not self._plan.is_scripted:
            text = str(json.loads(text))
        if self._index and not response_format and not self._plan.is_scripted:
            text = f"{text} (candidate {self._index + 1})"
        return text

    def _add_text(self, text: str) -> str:
        if self._length is not None:
            text = stretch(text, self._length)
        stops = self._request.config.get("stopSequences", [])
        ends = [text.find(stop) for stop in stops]
        text = text[: min((end for end in ends if end >= 0), default=len(text))]
        text = self._budget.cut(text)
        self._tokens += count_tokens(text)
        if text:
            self._parts.append({"text": text})
        return text

    def _call(self) -> Candidate:
        """Return a candidate with function calls; one that is cut is left out."""
        for call in make_calls(self._request, self._plan.calls, self._state):
            name, arguments = call["function"]["name"], call["function"]["arguments"]
            args = _read_object(arguments)
            if args is None:
                message = f"Malformed function call: {name}({arguments})"
                return Candidate(self._parts, _MALFORMED, {"finishMessage": message}, self._tokens)
            fits = self._budget.cut(name) == name and self._budget.cut(arguments) == arguments
            if not fits:
                break
            part: Message = {"functionCall": {"name": name, "args": args, "id": call["id"]}}
            self._tokens += count_call(part["functionCall"])
            google = call.get("extra_content", {}).get("google", {})
            if self._signs and "thought_signature" in google:
                part["thoughtSignature"] = google["thought_signature"]
            self._parts.append(part)
        finish = "MAX_TOKENS" if self._budget.exceeded else "STOP"
        return Candidate(self._parts, finish, {}, self._tokens)


def _read_object(text: str) -> Message | None:
    """Return the JSON object in a text; `None` if it is not one."""
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
