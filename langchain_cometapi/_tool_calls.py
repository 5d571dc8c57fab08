"""Tool calls as gateways send them: re-indexed while they stream, validated at the end."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from langchain_core.messages.tool import invalid_tool_call, tool_call, tool_call_chunk
from langchain_core.utils.json import parse_partial_json

if TYPE_CHECKING:
    from langchain_core.messages import InvalidToolCall, ToolCall, ToolCallChunk

# Appended to arguments that must not run. Core reads streamed arguments with a parser that
# closes whatever is open; only a closing bracket that fits nothing makes it give up.
_SPOILERS = ("]", '"]', '""]', "}]", '"}]')


class ArgumentsError(ValueError):
    """Arguments that are no JSON object."""


def parse_arguments(arguments: object) -> dict[str, Any]:
    """Read the arguments of a call strictly.

    `""`, `null`, `"null"` and nothing at all mean no arguments. An object that was not
    encoded is taken as it is.

    Raises:
        ArgumentsError: If they are cut, broken or no object.
    """
    if arguments is None:
        return {}
    if isinstance(arguments, str):
        if arguments.strip() in {"", "null"}:
            return {}
        try:
            # As core does: a raw line break inside a string is no reason to refuse a call.
            arguments = json.loads(arguments, strict=False)
        except ValueError as error:
            msg = f"the arguments are no JSON: {error}"
            raise ArgumentsError(msg) from None
    if not isinstance(arguments, dict):
        msg = f"the arguments are no JSON object but {type(arguments).__name__}"
        raise ArgumentsError(msg)
    return arguments


def make_id() -> str:
    """Make up the id of a call that came without one."""
    return f"call_{uuid.uuid4().hex[:24]}"


def _as_list(calls: object) -> list[Any]:
    """Some hosts send a single call without a list around it."""
    if isinstance(calls, dict) and "function" in calls:
        return [calls]
    return calls if isinstance(calls, list) else []


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def read_tool_calls(
    raw_calls: object, finish_reason: str | None
) -> tuple[list[ToolCall], list[InvalidToolCall], dict[str, object]]:
    """Read the tool calls of a whole message.

    Returns:
        The calls that may run, those that may not, and the extra content of each by id.
    """
    valid: list[ToolCall] = []
    invalid: list[InvalidToolCall] = []
    extra_content: dict[str, object] = {}
    calls = _as_list(raw_calls)
    for number, raw in enumerate(calls, 1):
        call = raw if isinstance(raw, dict) else {}
        function = call.get("function")
        function = function if isinstance(function, dict) else {}
        id_ = _text(call.get("id")) or make_id()
        name, arguments = _text(function.get("name")), function.get("arguments")
        if extra := call.get("extra_content"):
            extra_content[id_] = extra
        parsed, error = _check(name, arguments, finish_reason, is_last=number == len(calls))
        if error is None and name:
            valid.append(tool_call(name=name, args=parsed, id=id_))
        else:
            text = arguments if isinstance(arguments, str) else json.dumps(arguments)
            invalid.append(invalid_tool_call(name=name, args=text, id=id_, error=error))
    return valid, invalid, extra_content


def _check(
    name: str | None, arguments: object, finish_reason: str | None, *, is_last: bool
) -> tuple[dict[str, Any], str | None]:
    """Return the arguments of a call, and why it must not run if it must not."""
    if not name:
        return {}, "the call names no tool"
    try:
        parsed = parse_arguments(arguments)
    except ArgumentsError as reason:
        return {}, _why(str(reason), finish_reason)
    if finish_reason == "length" and is_last and arguments in (None, ""):
        return {}, _why("the arguments had not begun", finish_reason)
    return parsed, None


def _why(reason: str, finish_reason: str | None) -> str:
    if finish_reason == "length":
        return f"cut off by the token limit (finish_reason 'length'): {reason}"
    return reason


class _Call:
    __slots__ = (
        "arguments",
        "began_arguments",
        "extra_content",
        "id",
        "index",
        "name",
        "passing",
        "wire_id",
    )

    def __init__(self, index: int, wire_id: str | None, name: str | None) -> None:
        self.index = index
        self.wire_id = wire_id
        self.id = wire_id or make_id()
        self.name = name
        self.extra_content: object = None
        self.arguments: list[str] = []
        self.began_arguments = False
        """Whether there was a field for arguments, be it empty: the name is whole then."""
        self.passing = False
        """Whether fragments go out as they come: not before the object has begun."""

    @property
    def text(self) -> str:
        return "".join(self.arguments)

    def pass_on(self, fragment: str | None) -> str:
        """Take in a fragment of the arguments and return what of them goes out now."""
        if not fragment:
            return ""
        self.arguments.append(fragment)
        if self.passing:
            return fragment
        # `null` means no arguments, which core would call invalid: nothing goes out before
        # it is clear that an object has begun.
        self.passing = self.text.lstrip().startswith("{")
        return self.text if self.passing else ""

    @property
    def is_complete(self) -> bool:
        if not self.text.strip():
            return False
        try:
            parse_arguments(self.text)
        except ArgumentsError:
            return False
        return True


class ToolCallStream:
    """Sorts the fragments of streamed tool calls before LangChain merges them by index.

    A new id, or a new name after a finished call, opens a new call even on a used index; a
    fragment without an id goes to the last open call of its index, or to the last call if
    it has none.
    """

    __slots__ = ("_at", "_by_id", "_calls", "extra_content")

    def __init__(self) -> None:
        """Start without calls."""
        self._calls: list[_Call] = []
        self._at: dict[object, _Call] = {}
        self._by_id: dict[str, _Call] = {}
        self.extra_content: dict[str, object] = {}
        """What each call brought with it beside its function, such as Gemini's signature."""

    def __len__(self) -> int:
        """Return how many calls there are so far."""
        return len(self._calls)

    def push(self, fragments: object) -> list[ToolCallChunk]:
        """Take in the fragments of one delta and return what LangChain shall see of them.

        There is one chunk for each call: core merges by index between messages, and never
        within one.
        """
        chunks: dict[int, ToolCallChunk] = {}
        for fragment in _as_list(fragments):
            if isinstance(fragment, dict):
                self._fragment(fragment, chunks)
        return list(chunks.values())

    def _fragment(self, fragment: dict[str, Any], chunks: dict[int, ToolCallChunk]) -> None:
        function = fragment.get("function")
        function = function if isinstance(function, dict) else {}
        wire_index, id_ = fragment.get("index"), _text(fragment.get("id"))
        if not isinstance(wire_index, (int, str)):
            wire_index = None
        name, arguments = _text(function.get("name")), function.get("arguments")
        if arguments is not None and not isinstance(arguments, str):
            arguments = json.dumps(arguments)
        extra = fragment.get("extra_content")
        if not (id_ or name or arguments or extra):
            return
        call = self._find(wire_index, id_, name)
        chunk = None if call is None else chunks.get(call.index)
        if call is None:
            call = self._open(wire_index, id_, name)
            chunk = tool_call_chunk(name=name, args="", id=call.id, index=call.index)
        elif name and not call.began_arguments and (call.name is None or name != call.name):
            call.name = (call.name or "") + name  # core joins the parts of a name, too
            chunk = chunk or tool_call_chunk(name=None, args="", id=None, index=call.index)
            chunk["name"] = name
        call.began_arguments = call.began_arguments or arguments is not None
        if call.extra_content is None and extra:
            call.extra_content = extra
            self.extra_content[call.id] = extra
        if passed := call.pass_on(arguments):
            chunk = chunk or tool_call_chunk(name=None, args="", id=None, index=call.index)
            chunk["args"] = (chunk["args"] or "") + passed
        if chunk is not None:
            chunks[call.index] = chunk

    def _find(self, wire_index: object, id_: str | None, name: str | None) -> _Call | None:
        """Return the call a fragment continues, or `None` if it opens one."""
        if id_ and id_ in self._by_id:
            return self._by_id[id_]
        last = self._calls[-1] if self._calls else None
        call = last if wire_index is None else self._at.get(wire_index)
        if call is None:
            return None if id_ or name else last
        if id_ and (call.wire_id or name):
            return None
        if not id_ and name and call.name:
            in_parts = wire_index is not None and not call.began_arguments
            if call.is_complete or (name != call.name and not in_parts):
                return None
        return call

    def _open(self, wire_index: object, id_: str | None, name: str | None) -> _Call:
        call = _Call(len(self._calls), id_, name)
        self._calls.append(call)
        self._at[wire_index] = call
        if id_:
            self._by_id[id_] = call
        return call

    def close(self, finish_reason: str | None) -> tuple[list[ToolCallChunk], dict[str, str]]:
        """Validate every call.

        Returns:
            The fragments that make a call invalid which must not run, and the reason for
            each by call id.
        """
        chunks: list[ToolCallChunk] = []
        errors: dict[str, str] = {}
        for call in self._calls:
            _, error = _check(call.name, call.text, finish_reason, is_last=call is self._calls[-1])
            if error is None:
                continue
            errors[call.id] = error
            sent = call.text if call.passing else ""
            rest = "" if call.passing else call.text
            chunks.append(
                tool_call_chunk(
                    name=None, args=rest + _spoiler(sent + rest), id=None, index=call.index
                )
            )
        return chunks, errors

    def unfinished(self, reason: str) -> list[InvalidToolCall]:
        """Return the calls of a stream that broke: whatever they look like, none may run."""
        return [
            invalid_tool_call(name=call.name, args=call.text, id=call.id, error=reason)
            for call in self._calls
        ]


def _spoiler(arguments: str) -> str:
    """Return what to append so that core cannot complete the arguments to an object."""
    return next(spoiler for spoiler in _SPOILERS if not _core_completes(arguments + spoiler))


def _core_completes(arguments: str) -> bool:
    try:
        return isinstance(parse_partial_json(arguments), dict)
    except ValueError:
        return False
