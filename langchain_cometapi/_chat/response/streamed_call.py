"""One tool call of a stream."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from langchain_core.messages.tool import tool_call_chunk

from langchain_cometapi._chat.response.arguments import (
    ArgumentsError,
    BracketScanner,
    EscapedSurrogates,
    parse_arguments,
)
from langchain_cometapi._chat.response.tool_calls import check_call, make_id, wrap_input
from langchain_cometapi._content.merging import merge_value

if TYPE_CHECKING:
    from langchain_core.messages import ToolCallChunk

    from langchain_cometapi._chat.response.wire_calls import WireCall

_MAX_PLACEHOLDER_PIECES = 16
_BEGUN = re.compile(r"\s*(?:\{\s*\}\s*)*(?=\{\s*[^\s}])")
_PLACEHOLDER = re.compile(r"\s*\{\s*\}\s*")


class StreamedCall:
    """One tool call of a stream, as far as it has come."""

    __slots__ = (
        "_buffered",
        "_escapes",
        "_forwarded_end",
        "_fragments",
        "_is_broken",
        "_scanner",
        "extra_content",
        "extras",
        "has_arguments",
        "id",
        "index",
        "is_custom",
        "is_forwarding",
        "is_open",
        "name",
        "wire_id",
        "wire_index",
    )

    def __init__(self, index: int, wire_index: object) -> None:
        """Start a call.

        Args:
            index: Its index for LangChain.
            wire_index: Its index on the wire, if it has one.
        """
        self.index = index
        self.wire_index = wire_index
        self.wire_id: str | None = None
        self.id = make_id()
        self.name: str | None = None
        self.extra_content: Any = None
        self.extras: Any = {}
        self.is_custom = False
        """Whether its input is free text."""
        self.is_open = False
        """Whether LangChain has seen it: not while there is only a signature."""
        self.has_arguments = False
        """Whether a field for arguments has come, if only an empty one: the name is whole then."""
        self.is_forwarding = False
        """Whether arguments are passed on as they come: not before an object has begun."""
        self._fragments: list[str] = []
        self._buffered: list[str] = []
        """What was not passed on: before the object has begun, and after its end."""
        self._forwarded_end = False
        """Whether the object that is passed on has ended."""
        self._is_broken = False
        self._scanner = BracketScanner()
        self._escapes = EscapedSurrogates()

    @property
    def arguments(self) -> str:
        """The arguments so far."""
        return "".join(self._fragments)

    @property
    def own_name(self) -> str | None:
        """The name of the tool as the user knows it."""
        return self.name

    def take_start(self) -> tuple[str | None, str | None]:
        """Return the name and the id if they have waited for the end."""
        return None, None

    @property
    def is_complete(self) -> bool:
        """Whether the arguments are whole: no more can follow."""
        if self._is_broken or self.is_custom or not self._scanner.is_at_rest:
            return False
        try:
            parse_arguments(self.arguments)
        except ArgumentsError:
            self._is_broken = True
            return False
        return True

    @property
    def has_placeholder(self) -> bool:
        """Whether the arguments are `{}` so far, which some hosts send before the object."""
        if self.is_forwarding or self.is_custom or len(self._buffered) > _MAX_PLACEHOLDER_PIECES:
            return False
        return bool(_PLACEHOLDER.fullmatch("".join(self._buffered)))

    def push(self, fragment: WireCall, new_id: str | None) -> ToolCallChunk | None:
        """Take in a fragment.

        Args:
            fragment: The fragment.
            new_id: The id of the call if this fragment has brought it.

        Returns:
            What LangChain sees of it, if anything.
        """
        self.push_extras(fragment)
        self.is_custom = self.is_custom or fragment.is_custom
        new_name = self._push_name(fragment.name)
        self.has_arguments = self.has_arguments or fragment.arguments is not None
        passed_on = self._push_arguments(fragment.arguments)
        if not (new_id or new_name or passed_on) and (self.is_open or not fragment.opens):
            return None
        self.is_open = True
        return tool_call_chunk(name=new_name, args=passed_on, id=new_id, index=self.index)

    def _push_name(self, name: str | None) -> str | None:
        if not name or self.has_arguments or name == self.name:
            return None
        self.name = (self.name or "") + name  # core joins the fragments of a name, too
        return name

    def _push_arguments(self, fragment: str | None) -> str:
        """Take in a fragment of the arguments and return what of them is passed on now."""
        if not fragment:
            return ""
        if self.is_custom:
            self._fragments.append(fragment)
            return ""
        fragment = self._escapes.push(fragment)
        if not fragment:
            return ""
        self._fragments.append(fragment)
        if not self.is_forwarding:
            return self._begin(fragment)
        return self._forward(fragment)

    def _begin(self, fragment: str) -> str:
        """Return the arguments so far if an object has begun.

        `null`, `{}` and an object that was encoded twice may be placeholders or not the object
        itself: nothing is passed on before it is clear that an object has begun.
        """
        self._buffered.append(fragment)
        if len(self._buffered) > _MAX_PLACEHOLDER_PIECES:
            self._scanner.push(fragment)
            return ""
        head = "".join(self._buffered)
        if begun := _BEGUN.match(head):
            self.is_forwarding = True
            self._buffered.clear()
            self._scanner = BracketScanner()
            return self._forward(head[begun.end() :])
        self._scanner.push(fragment)
        return ""

    def _forward(self, fragment: str) -> str:
        """Return what belongs to the object that has begun; another one is not passed on."""
        if self._forwarded_end:
            self._scanner.push(fragment)
            self._buffered.append(fragment)
            return ""
        if "}" not in fragment:
            self._scanner.push(fragment)
            return fragment
        end = self._scanner.find_end(fragment)
        if end is None:
            return fragment
        self._forwarded_end = True
        if end < len(fragment):
            self._buffered.append(fragment[end:])
        return fragment[:end]

    def push_extras(self, call: WireCall, *, repeats: bool = False) -> None:
        """Take in the extra fields of a fragment, or of the whole call that repeats this one."""
        if call.extra_content:
            self.extra_content = merge_value(
                "extra_content", self.extra_content, call.extra_content, repeats=repeats
            )
        if call.extras:
            self.extras = merge_value("", self.extras, call.extras, repeats=repeats)

    def close(
        self, finish_reason: object, *, is_last: bool, defect: str | None = None
    ) -> tuple[str, str | None]:
        """Return the rest of the arguments, and the reason if the call must not run.

        Args:
            finish_reason: Why the model stopped.
            is_last: Whether it is the last call, which alone is cut off.
            defect: Why it must not run although its arguments can be read, if so.
        """
        rest = self._escapes.close()
        if rest:
            self._fragments.append(rest)
            self._buffered.append(rest)
            self._scanner.push(rest)
        parsed, error = check_call(
            self.name,
            self.arguments,
            finish_reason,
            is_custom=self.is_custom,
            is_last=is_last,
        )
        error = error or defect
        buffered = "".join(self._buffered)
        if error is not None:
            return (self.arguments if self.is_custom else buffered) + self._find_spoiler(), error
        if self.is_custom:
            return json.dumps(wrap_input(self.arguments), ensure_ascii=False), None
        if self.is_forwarding:
            return "", None  # what is buffered repeats the object
        if _PLACEHOLDER.fullmatch(buffered):
            return buffered, None
        return json.dumps(parsed, ensure_ascii=False) if parsed else "", None

    def _find_spoiler(self) -> str:
        """Return what to append so that core cannot complete the arguments to an object."""
        if self.is_custom:
            self._scanner.push(self.arguments)
        return self._scanner.get_spoiler()
