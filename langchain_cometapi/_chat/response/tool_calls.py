"""Tool calls as gateways send them: re-indexed while they stream, validated at the end."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_core.messages.tool import invalid_tool_call, tool_call, tool_call_chunk
from langchain_core.utils.json import parse_partial_json

from langchain_cometapi._content.extras import (
    TOOL_CALL_EXTRA_CONTENT,
    TOOL_CALL_EXTRAS,
    is_empty,
    merge_values,
)

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


def _unique_id(id_: str, number: int) -> str:
    """Return the id of a call where other calls of the message have come with the same.

    Results and signatures are told apart by it alone. It is made of the gateway's, so that it
    is the same whenever the answer is read.

    Args:
        id_: What the gateway calls it.
        number: How many calls before it have come with that id.
    """
    if not number:
        return id_
    return f"call_{hashlib.sha256(f'{id_}#{number}'.encode()).hexdigest()[:24]}"


def _as_list(calls: object) -> list[Any]:
    """Some hosts send a single call without a list around it."""
    if isinstance(calls, dict) and ("function" in calls or "custom" in calls):
        return [calls]
    return calls if isinstance(calls, list) else []


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


@dataclass
class _Fragment:
    """What a call, or a fragment of one, says."""

    id: str | None
    name: str | None
    arguments: object
    extra_content: object
    extras: dict[str, Any]
    """Every other field that is not standard."""
    is_custom: bool


_CALL_FIELDS = {"index", "id", "type", "function", "custom", "extra_content"}
_FUNCTION_FIELDS = {"name", "arguments"}
_CUSTOM_FIELDS = {"name", "input"}


def _read_call(call: dict[str, Any]) -> _Fragment:
    custom = call.get("custom")
    is_custom = isinstance(custom, dict)
    inner = custom if is_custom else call.get("function")
    inner = inner if isinstance(inner, dict) else {}
    extras = {k: v for k, v in call.items() if k not in _CALL_FIELDS and not is_empty(v)}
    standard = _CUSTOM_FIELDS if is_custom else _FUNCTION_FIELDS
    if beside := {k: v for k, v in inner.items() if k not in standard and not is_empty(v)}:
        extras["custom" if is_custom else "function"] = beside
    if call.get("type") not in (None, "", "function"):
        extras["type"] = call["type"]
    return _Fragment(
        _text(call.get("id")),
        _text(inner.get("name")),
        inner.get("input" if is_custom else "arguments"),
        call.get("extra_content"),
        extras,
        is_custom,
    )


def _wrap_input(text: object) -> dict[str, Any]:
    """Return the input of a custom tool, which is free text, as LangChain has it in `args`."""
    return {"__arg1": "" if text is None else text}


def read_tool_calls(
    raw_calls: object, finish_reason: str | None
) -> tuple[list[ToolCall], list[InvalidToolCall], dict[str, Any]]:
    """Read the tool calls of a whole message.

    Returns:
        The calls that may run, those that may not, and what they carry beside that, as keys of
        `additional_kwargs`.
    """
    valid: list[ToolCall] = []
    invalid: list[InvalidToolCall] = []
    extra_content: dict[str, Any] = {}
    extras: dict[str, Any] = {}
    seen: Counter[str] = Counter()
    calls = _as_list(raw_calls)
    for number, raw in enumerate(calls, 1):
        call = _read_call(raw if isinstance(raw, dict) else {})
        id_ = _unique_id(call.id, seen[call.id]) if call.id else make_id()
        seen[call.id or ""] += 1
        if call.extra_content:
            extra_content[id_] = call.extra_content
        if call.extras:
            extras[id_] = call.extras
        arguments = call.arguments
        is_last = number == len(calls)
        if call.is_custom:
            parsed = _wrap_input(arguments)
            error = _check_custom(call.name, finish_reason, is_last=is_last)
        else:
            parsed, error = _check(call.name, arguments, finish_reason, is_last=is_last)
        if error is None and call.name:
            valid.append(tool_call(name=call.name, args=parsed, id=id_))
        else:
            text = arguments if isinstance(arguments, str) else json.dumps(arguments)
            invalid.append(invalid_tool_call(name=call.name, args=text, id=id_, error=error))
    return valid, invalid, _name_extras(extra_content, extras)


def _name_extras(extra_content: dict[str, Any], extras: dict[str, Any]) -> dict[str, Any]:
    named = {TOOL_CALL_EXTRA_CONTENT: extra_content, TOOL_CALL_EXTRAS: extras}
    return {key: by_id for key, by_id in named.items() if by_id}


def _check_custom(name: str | None, finish_reason: str | None, *, is_last: bool) -> str | None:
    """Return why a call with free text must not run, if it must not."""
    if not name:
        return "the call names no tool"
    if finish_reason == "length" and is_last:  # free text does not show whether it is whole
        return _why("the input may not be whole", finish_reason)
    return None


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
        "extras",
        "id",
        "index",
        "is_custom",
        "is_open",
        "name",
        "passing",
        "wire_id",
        "wire_index",
    )

    def __init__(self, index: int, wire_index: object) -> None:
        self.index = index
        self.wire_index = wire_index
        self.wire_id: str | None = None
        self.id = make_id()
        self.name: str | None = None
        self.extra_content: Any = None
        self.extras: dict[str, Any] = {}
        self.is_custom = False
        """Whether its input is free text."""
        self.is_open = False
        """Whether LangChain has seen it: not while it is but a signature."""
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
        if self.is_custom:
            return ""
        if self.passing:
            return fragment
        # `null` means no arguments, which core would call invalid: nothing goes out before
        # it is clear that an object has begun.
        self.passing = self.text.lstrip().startswith("{")
        return self.text if self.passing else ""

    def take_extras(self, said: _Fragment, *, whole: bool = False) -> None:
        """Take in what a fragment brings beside the call."""
        if said.extra_content:
            self.extra_content = merge_values(
                "extra_content", self.extra_content, said.extra_content, whole=whole
            )
        if said.extras:
            self.extras = merge_values("", self.extras, said.extras, whole=whole)

    def check(self, finish_reason: str | None, *, is_last: bool) -> str | None:
        """Return why the call must not run, if it must not."""
        if self.is_custom:
            return _check_custom(self.name, finish_reason, is_last=is_last)
        return _check(self.name, self.text, finish_reason, is_last=is_last)[1]

    @property
    def is_complete(self) -> bool:
        if not self.text.strip():
            return False
        try:
            parse_arguments(self.text)
        except ArgumentsError:
            return False
        return True

    def is_repeated(self, said: _Fragment) -> bool:
        """Whether a fragment with the id of this call begins another one after it.

        It does if it names the tool and has arguments of its own, where no more can follow.
        """
        arguments = said.arguments
        begins = bool(said.name) and isinstance(arguments, str) and arguments.startswith("{")
        return begins and arguments != self.text and not self.is_custom and self.is_complete


class ToolCallStream:
    """Sorts the fragments of streamed tool calls before LangChain merges them by index.

    A new id, or a new name after a finished call, opens a new call even on a used index; a
    fragment without an id goes to the last open call of its index, or to the last call if
    it has none. Some hosts give two calls one id: a name at a new index opens a call, too.
    """

    __slots__ = ("_at", "_by_id", "_calls", "_seen")

    def __init__(self) -> None:
        """Start without calls."""
        self._calls: list[_Call] = []
        self._at: dict[object, _Call] = {}
        self._by_id: dict[str, _Call] = {}
        self._seen: Counter[str] = Counter()
        """How many calls have come with an id."""

    def __len__(self) -> int:
        """Return how many calls there are so far."""
        return sum(call.is_open for call in self._calls)

    @property
    def extras(self) -> dict[str, Any]:
        """What the calls brought beside their functions, as keys of `additional_kwargs`."""
        return _name_extras(
            {call.id: call.extra_content for call in self._calls if call.extra_content},
            {call.id: call.extras for call in self._calls if call.extras},
        )

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

    def push_extras(self, calls: object) -> None:
        """Take in what whole calls, which repeat those that were streamed, bring beside them."""
        seen: Counter[str] = Counter()
        for raw in _as_list(calls):
            said = _read_call(raw if isinstance(raw, dict) else {})
            if not said.id:
                continue
            same = [call for call in self._calls if call.wire_id == said.id]
            for call in same[seen[said.id] :][:1]:
                call.take_extras(said, whole=True)
            seen[said.id] += 1

    def _fragment(self, fragment: dict[str, Any], chunks: dict[int, ToolCallChunk]) -> None:
        said = _read_call(fragment)
        wire_index = fragment.get("index")
        if not isinstance(wire_index, (int, str)):
            wire_index = None
        if said.arguments is not None and not isinstance(said.arguments, str):
            said.arguments = json.dumps(said.arguments)
        name, arguments = said.name, said.arguments
        opens = bool(said.id or name or arguments)
        if not (opens or said.extra_content or said.extras):
            return
        call = self._find(wire_index, said) or self._add(wire_index)
        call.take_extras(said)
        call.is_custom = call.is_custom or said.is_custom
        news = tool_call_chunk(name=None, args="", id=None, index=call.index)
        if said.id and call.wire_id is None:  # an id that comes late is still the call's id
            call.wire_id = said.id
            call.id = news["id"] = _unique_id(said.id, self._seen[said.id])
            self._seen[said.id] += 1
            self._by_id[said.id] = call
        if name and not call.began_arguments and name != call.name:
            call.name = (call.name or "") + name  # core joins the parts of a name, too
            news["name"] = name
        call.began_arguments = call.began_arguments or arguments is not None
        news["args"] = call.pass_on(arguments)
        if opens and not call.is_open:
            call.is_open = True
        elif not (news["id"] or news["name"] or news["args"]):
            return
        if known := chunks.get(call.index):
            news["id"] = known["id"] or news["id"]
            news["name"] = (known["name"] or "") + (news["name"] or "") or None
            news["args"] = (known["args"] or "") + (news["args"] or "")
        chunks[call.index] = news

    def _find(self, wire_index: object, said: _Fragment) -> _Call | None:
        """Return the call a fragment continues, or `None` if it opens one."""
        last = self._calls[-1] if self._calls else None
        call = last if wire_index is None else self._at.get(wire_index)
        if said.id in self._by_id:
            same = call is not None and call.wire_id == said.id
            known = call if call is not None and same else self._by_id[said.id]
            moved = wire_index is not None and known.wire_index not in (None, wire_index)
            # An id without a name may stand at a wrong index.
            is_other = moved and (bool(said.name) if call is None else not call.wire_id)
            if not is_other:
                return None if known.is_repeated(said) else known
        if call is None:
            # Without id and name, arguments go on; what else there is waits for its call.
            return last if said.arguments and not (said.id or said.name) else None
        if said.id and (call.wire_id or (said.name and call.name)):
            return None
        if not said.id and said.name and call.name:
            in_parts = wire_index is not None and not call.began_arguments
            if call.is_complete or (said.name != call.name and not in_parts):
                return None
        return call

    def _add(self, wire_index: object) -> _Call:
        call = _Call(len(self._calls), wire_index)
        self._calls.append(call)
        self._at[wire_index] = call
        return call

    def close(self, finish_reason: str | None) -> tuple[list[ToolCallChunk], dict[str, str]]:
        """Validate every call.

        Returns:
            What has waited for the end: ids that were made up, as the gateway might have sent
            them late, the input of custom tools, and the fragments that make a call invalid
            which must not run; and the reason for each of these by call id.
        """
        chunks: list[ToolCallChunk] = []
        errors: dict[str, str] = {}
        calls = [call for call in self._calls if call.is_open]
        for call in calls:
            error = call.check(finish_reason, is_last=call is calls[-1])
            rest = ""
            if error is not None:
                errors[call.id] = error
                rest = "" if call.passing else call.text
                rest += _spoiler(call.text)
            elif call.is_custom:
                rest = json.dumps(_wrap_input(call.text), ensure_ascii=False)
            id_ = None if call.wire_id else call.id
            if rest or id_:
                chunks.append(tool_call_chunk(name=None, args=rest, id=id_, index=call.index))
        return chunks, errors

    def unfinished(self, reason: str) -> list[InvalidToolCall]:
        """Return the calls of a stream that broke: whatever they look like, none may run."""
        return [
            invalid_tool_call(name=call.name, args=call.text, id=call.id, error=reason)
            for call in self._calls
            if call.is_open
        ]


def _spoiler(arguments: str) -> str:
    """Return what to append so that core cannot complete the arguments to an object."""
    return next(spoiler for spoiler in _SPOILERS if not _core_completes(arguments + spoiler))


def _core_completes(arguments: str) -> bool:
    try:
        return isinstance(parse_partial_json(arguments), dict)
    except ValueError:
        return False
