"""Streamed tool calls: fragments sorted into calls, re-indexed, and checked at the end."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from langchain_core.messages.tool import invalid_tool_call, tool_call_chunk

from langchain_cometapi._chat.response.renamed_calls import RenamedCall
from langchain_cometapi._chat.response.streamed_call import StreamedCall
from langchain_cometapi._chat.response.wire_calls import (
    list_calls,
    name_call_extras,
    read_call,
    read_fragment,
)
from langchain_cometapi._content.ids import make_unique_id
from langchain_cometapi._content.merging import build

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from langchain_core.messages import InvalidToolCall, ToolCallChunk

    from langchain_cometapi._chat.response.wire_calls import WireCall


class _Place(NamedTuple):
    """A fragment, and the calls it may belong to."""

    fragment: WireCall
    wire_index: object
    here: StreamedCall | None
    """The call at its index; the last call if it has no index."""
    last: StreamedCall | None
    same_id: StreamedCall | None
    """The call its id names."""


def _repeats_id_for_new_call(place: _Place) -> bool:
    """Some hosts give every call the same id.

    Another call begins where a fragment names the tool and has arguments of its own, and no
    more can follow those before.
    """
    call, fragment = place.same_id, place.fragment
    if call is None or call.is_custom or not fragment.name:
        return False
    arguments = fragment.arguments
    begins = isinstance(arguments, str) and arguments.startswith("{")
    return begins and call.is_complete and arguments != call.arguments


def _has_known_id(place: _Place) -> bool:
    """An id says more than an index, which some hosts count wrongly."""
    return place.same_id is not None


def _is_bare_rest(place: _Place) -> bool:
    """Arguments without id and name go on, even at an index that has no call."""
    fragment = place.fragment
    return place.here is None and bool(fragment.arguments) and not (fragment.id or fragment.name)


def _has_index_without_call(place: _Place) -> bool:
    """Anything else at a new index is a new call, or waits until a call begins there."""
    return place.here is None


def _has_new_id(place: _Place) -> bool:
    """A new id opens a call even at a used index, unless the call there still waits for its id."""
    call, fragment = place.here, place.fragment
    if call is None or not fragment.id:
        return False
    return bool(call.wire_id or (fragment.name and call.name))


def _has_new_name(place: _Place) -> bool:
    """A name opens a call after a complete one, and so does another name after a whole name."""
    call, fragment = place.here, place.fragment
    if call is None or fragment.id or not (fragment.name and call.name):
        return False
    may_be_fragment = place.wire_index is not None and not call.has_arguments
    return call.is_complete or (fragment.name != call.name and not may_be_fragment)


def _fills_placeholder(place: _Place) -> bool:
    """Some hosts send `{}` before the arguments, and name the call again with these."""
    call, fragment = place.here, place.fragment
    if call is None or place.wire_index is None or not fragment.arguments:
        return False
    same = fragment.name in (None, call.name) and fragment.id in (None, call.wire_id)
    return same and call.has_placeholder


def _new_call(_: _Place) -> None:
    return None


_RULES: tuple[tuple[Callable[[_Place], bool], Callable[[_Place], StreamedCall | None]], ...] = (
    (_fills_placeholder, attrgetter("here")),
    (_repeats_id_for_new_call, _new_call),
    (_has_known_id, attrgetter("same_id")),
    (_is_bare_rest, attrgetter("last")),
    (_has_index_without_call, _new_call),
    (_has_new_id, _new_call),
    (_has_new_name, _new_call),
)
"""When a fragment belongs to which call; the first rule that holds decides.

Where none does, the fragment belongs to the call at its index.
"""


class ToolCallStream:
    """Sorts the fragments of streamed tool calls before LangChain merges them by index."""

    __slots__ = ("_by_id", "_by_index", "_calls", "_names", "_seen")

    def __init__(self, names: Mapping[str, str] | None = None) -> None:
        """Start without calls.

        Args:
            names: The own names of tools that were sent under another, by that other name.
        """
        self._names = names
        self._calls: list[StreamedCall] = []
        self._by_index: dict[object, StreamedCall] = {}
        self._by_id: dict[str, StreamedCall] = {}
        self._seen: Counter[str] = Counter()
        """How many calls have come with an id."""

    def __len__(self) -> int:
        """Return how many calls there are so far."""
        return sum(call.is_open for call in self._calls)

    @property
    def extras(self) -> dict[str, Any]:
        """The extra fields of the calls, as keys of `additional_kwargs`."""
        return name_call_extras(
            {call.id: build(call.extra_content) for call in self._calls if call.extra_content},
            {call.id: build(call.extras) for call in self._calls if call.extras},
        )

    def push(self, fragments: object) -> list[ToolCallChunk]:
        """Take in the fragments of one delta and return what LangChain sees of them.

        There is one chunk for each call: core merges by index between messages, and never
        within one.
        """
        chunks: dict[int, ToolCallChunk] = {}
        for fragment in list_calls(fragments):
            chunk = self._push_fragment(fragment) if isinstance(fragment, dict) else None
            if chunk is None:
                continue
            index = chunk["index"] or 0
            chunks[index] = _join(chunks[index], chunk) if index in chunks else chunk
        return list(chunks.values())

    def push_extras(self, calls: object) -> None:
        """Take in the extra fields of whole calls that repeat those that were streamed."""
        by_id: dict[str | None, deque[StreamedCall]] = defaultdict(deque)
        for call in self._calls:
            by_id[call.wire_id].append(call)
        for raw in list_calls(calls):
            repeated = read_call(raw)
            if repeated.id and (same := by_id[repeated.id]):
                same.popleft().push_extras(repeated, repeats=True)

    def _push_fragment(self, raw: dict[str, Any]) -> ToolCallChunk | None:
        fragment = read_fragment(raw)
        if not (fragment.opens or fragment.extra_content or fragment.extras):
            return None
        wire_index = raw.get("index")
        if not isinstance(wire_index, (int, str)):
            wire_index = None
        call = self._find(wire_index, fragment) or self._add(wire_index)
        new_id = None
        if fragment.id and call.wire_id is None:  # an id that comes late is still the call's id
            new_id = self._set_id(call, fragment.id)
        return call.push(fragment, new_id)

    def _find(self, wire_index: object, fragment: WireCall) -> StreamedCall | None:
        """Return the call that a fragment belongs to, `None` if it opens one."""
        last = self._calls[-1] if self._calls else None
        here = last if wire_index is None else self._by_index.get(wire_index)
        same_id = self._find_by_id(wire_index, fragment, here)
        place = _Place(fragment, wire_index, here, last, same_id)
        for holds, get_call in _RULES:
            if holds(place):
                return get_call(place)
        return here

    def _find_by_id(
        self, wire_index: object, fragment: WireCall, here: StreamedCall | None
    ) -> StreamedCall | None:
        """Return the call that the id of a fragment names.

        Some hosts give two calls one id: a name at a new index is of another call, and so is
        whatever comes at the index of a call that has no id yet.
        """
        if fragment.id is None:
            return None
        is_here = here is not None and here.wire_id == fragment.id
        known = here if is_here else self._by_id.get(fragment.id)
        if known is None:
            return None
        if wire_index is None or known.wire_index in (None, wire_index):
            return known
        is_other = bool(fragment.name) if here is None else not here.wire_id
        return None if is_other else known

    def _add(self, wire_index: object) -> StreamedCall:
        index = len(self._calls)
        call = (
            RenamedCall(index, wire_index, self._names)
            if self._names
            else StreamedCall(index, wire_index)
        )
        self._calls.append(call)
        self._by_index[wire_index] = call
        return call

    def _set_id(self, call: StreamedCall, id_: str) -> str:
        call.wire_id = id_
        call.id = make_unique_id(id_, self._seen[id_])
        self._seen[id_] += 1
        self._by_id[id_] = call
        return call.id

    def close(self, finish_reason: object) -> tuple[list[ToolCallChunk], dict[str, str]]:
        """Check every call.

        Returns:
            What had to wait for the end: generated ids, as the gateway might have sent its own
            late, the input of custom tools, and what makes a call invalid that must not run;
            and the reason for each of these by call id.
        """
        chunks: list[ToolCallChunk] = []
        errors: dict[str, str] = {}
        calls = [call for call in self._calls if call.is_open]
        for call in calls:
            rest, error = call.close(finish_reason, is_last=call is calls[-1])
            if error is not None:
                errors[call.id] = error
            name, id_ = call.take_start()
            if not call.wire_id:
                id_ = call.id
            if rest or id_ or name:
                chunks.append(tool_call_chunk(name=name, args=rest, id=id_, index=call.index))
        return chunks, errors

    def list_unfinished(self, reason: str) -> list[InvalidToolCall]:
        """Return the calls of a stream that broke; none may run, however whole it looks."""
        return [
            invalid_tool_call(name=call.own_name, args=call.arguments, id=call.id, error=reason)
            for call in self._calls
            if call.is_open
        ]


def _join(first: ToolCallChunk, second: ToolCallChunk) -> ToolCallChunk:
    """Return two chunks of one call as one."""
    return tool_call_chunk(
        name=(first["name"] or "") + (second["name"] or "") or None,
        args=(first["args"] or "") + (second["args"] or ""),
        id=first["id"] or second["id"],
        index=first["index"],
    )
