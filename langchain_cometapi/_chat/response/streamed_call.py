"""One tool call of a stream."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from langchain_core.messages.tool import tool_call_chunk
from langchain_core.utils.json import parse_partial_json

from langchain_cometapi._chat.response.tool_calls import (
    ArgumentsError,
    check_call,
    make_id,
    parse_arguments,
    wrap_input,
)
from langchain_cometapi._content.extras import merge_values

if TYPE_CHECKING:
    from langchain_core.messages import ToolCallChunk

    from langchain_cometapi._chat.response.wire_calls import WireCall

# Appended to arguments that must not run. Core reads streamed arguments with a parser that
# closes whatever is open; only a closing bracket that fits nothing makes it give up.
_SPOILERS = ("]", '"]', '""]', "}]", '"}]')


class StreamedCall:
    """One tool call of a stream, as far as it has come."""

    __slots__ = (
        "_fragments",
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
        self.extras: dict[str, Any] = {}
        self.is_custom = False
        """Whether its input is free text."""
        self.is_open = False
        """Whether LangChain has seen it: not while there is only a signature."""
        self.has_arguments = False
        """Whether a field for arguments has come, if only an empty one: the name is whole then."""
        self.is_forwarding = False
        """Whether arguments are passed on as they come: not before an object has begun."""
        self._fragments: list[str] = []

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
        if not self.arguments.strip():
            return False
        try:
            parse_arguments(self.arguments)
        except ArgumentsError:
            return False
        return True

    def push(self, fragment: WireCall, new_id: str | None) -> ToolCallChunk | None:
        """Take in a fragment.

        Args:
            fragment: The fragment.
            new_id: The id of the call if this fragment has brought it.

        Returns:
            What LangChain shall see of it, if anything.
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
        self._fragments.append(fragment)
        if self.is_custom:
            return ""
        if self.is_forwarding:
            return fragment
        # `null` means no arguments, which core would call invalid: nothing is passed on before
        # it is clear that an object has begun.
        self.is_forwarding = self.arguments.lstrip().startswith("{")
        return self.arguments if self.is_forwarding else ""

    def push_extras(self, call: WireCall, *, repeats: bool = False) -> None:
        """Take in the extra fields of a fragment, or of the whole call that repeats this one."""
        if call.extra_content:
            self.extra_content = merge_values(
                "extra_content", self.extra_content, call.extra_content, repeats=repeats
            )
        if call.extras:
            self.extras = merge_values("", self.extras, call.extras, repeats=repeats)

    def close(self, finish_reason: str | None, *, is_last: bool) -> tuple[str, str | None]:
        """Return the rest of the arguments, and the reason if the call must not run."""
        _, error = check_call(
            self.name,
            self.arguments,
            finish_reason,
            is_custom=self.is_custom,
            is_last=is_last,
        )
        if error is not None:
            buffered = "" if self.is_forwarding else self.arguments
            return buffered + _find_spoiler(self.arguments), error
        if self.is_custom:
            return json.dumps(wrap_input(self.arguments), ensure_ascii=False), None
        return "", None


def _find_spoiler(arguments: str) -> str:
    """Return what to append so that core cannot complete the arguments to an object."""
    return next(spoiler for spoiler in _SPOILERS if not _core_completes(arguments + spoiler))


def _core_completes(arguments: str) -> bool:
    try:
        return isinstance(parse_partial_json(arguments), dict)
    except ValueError:
        return False
