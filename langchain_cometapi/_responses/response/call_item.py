"""Items that call the user's own tools: their blocks, and LangChain's tool calls."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from langchain_core.messages.tool import invalid_tool_call, tool_call_chunk

from langchain_cometapi._chat.response.arguments import ArgumentsError, parse_arguments
from langchain_cometapi._chat.response.streamed_call import StreamedCall
from langchain_cometapi._chat.response.wire_calls import WireCall
from langchain_cometapi._content.ids import make_unique_id
from langchain_cometapi._responses.response.items import (
    Block,
    Item,
    StreamedText,
    drop_none,
    drop_odd_id,
    read_str,
)

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping

    from langchain_core.messages import InvalidToolCall, ToolCallChunk

ARGUMENTS = {"function_call": "arguments", "custom_tool_call": "input"}

_NOT_ENDED = "the call has no end"
_DIFFERS = "the arguments that came in pieces are not those of the whole call"


def find_defect(item: dict[str, Any]) -> str | None:
    """Return why a whole item must not run although its arguments can be read, if so."""
    if (status := item.get("status")) in ("incomplete", "failed", "cancelled"):
        return f"the call has the status {status!r}"
    return None


def read_arguments(item: dict[str, Any], field: str) -> Any:
    """Return the arguments of an item as text; some hosts do not encode them."""
    arguments = item.get(field)
    return arguments if arguments is None or isinstance(arguments, str) else json.dumps(arguments)


class CallItem(Item):
    """A call, as far as it has come."""

    __slots__ = (
        "_call",
        "_defect",
        "_has_end",
        "_index",
        "_seen",
        "_sent",
        "_text",
        "_tool_names",
        "_unsent",
        "call_id",
        "chunks",
    )

    def __init__(
        self,
        kind: str,
        id_: str,
        place: int | None,
        *,
        index: int,
        seen: Counter[str],
        tool_names: Mapping[str, str],
    ) -> None:
        """Start a call.

        Args:
            kind: `function_call` or `custom_tool_call`.
            id_: The id of the item.
            place: Its `output_index`.
            index: The index of its block, and of its call.
            seen: How many calls have come with an id.
            tool_names: The own names of tools that were sent under another, by that other name.
        """
        super().__init__(kind, id_, place)
        self._index = index
        self._seen = seen
        self._tool_names = tool_names
        self._call = StreamedCall(index, index)
        self._call.is_custom = kind == "custom_tool_call"
        self._text = StreamedText()
        self._sent: set[str] = set()
        self._unsent: list[str] = []
        """Arguments that came before the name, after which a call takes in no name."""
        self._has_end = False
        self._defect: str | None = None
        self.call_id = ""
        """The id of the call on the wire."""
        self.chunks: list[ToolCallChunk] = []
        """The part for LangChain's tool calls; taken by the reader."""

    @property
    def tool_call_id(self) -> str:
        """The id of LangChain's tool call."""
        return self._call.id

    @property
    def _field(self) -> str:
        return ARGUMENTS[self.kind]

    def is_like(self, item: dict[str, Any]) -> bool:
        """Whether a whole item has the id of this call."""
        return bool(self.call_id) and item.get("call_id") == self.call_id

    def is_same_call(self, item: dict[str, Any]) -> bool:
        """Whether a whole item calls the same tool with the same arguments."""
        name = read_str(item.get("name"))
        arguments = read_arguments(item, self._field)
        if not name or arguments is None or self._tool_names.get(name, name) != self._call.name:
            return False
        return self._means(self._text.text, arguments)

    def open(self, item: dict[str, Any]) -> list[Block]:
        """Take in the item as it begins."""
        added = self._text.push(read_arguments(item, self._field))
        return self._add({self._field: added, **self._take_fields(item)}, added)

    def push(self, piece: object) -> list[Block]:
        """Take in a piece of the arguments."""
        added = self._text.push(piece)
        return self._add({self._field: added}, added) if added else []

    def finish(self, event: dict[str, Any]) -> list[Block]:
        """Take in the whole arguments, perhaps with the name."""
        rest = self._finish(read_arguments(event, self._field))
        named = {name: event[name] for name in ("name", "call_id") if event.get(name)}
        fields = self._take_fields(named)
        return self._add({self._field: rest, **fields} if rest else fields, rest)

    def read(self, item: dict[str, Any]) -> list[Block]:
        """Take in the whole item and return what of it was not passed on yet."""
        self._defect = self._defect or find_defect(item)
        rest = self._finish(read_arguments(item, self._field))
        fields = self._take_fields(item)
        if rest or (fields and self._field not in self._sent):
            fields[self._field] = rest
        return self._add(fields, rest)

    def _finish(self, whole: str | None) -> str:
        """Return what the whole arguments add to the pieces of them."""
        self._has_end = True
        known = self._text.text
        goes_on = known == whole if self._text.is_whole else bool(whole and whole.startswith(known))
        if whole and known and not (goes_on or self._means(known, whole)):
            self._defect = _DIFFERS
        return self._text.finish(whole)

    def _means(self, known: str, whole: str) -> bool:
        """Whether two texts are the same arguments, written in another way."""
        if self._call.is_custom:
            return known == whole
        try:
            first, second = (
                json.dumps(parse_arguments(text), sort_keys=True) for text in (known, whole)
            )
        except ArgumentsError:
            return False
        return first == second

    def _take_fields(self, item: dict[str, Any]) -> Block:
        """Return the fields that were not passed on yet, without the arguments."""
        fields = {
            name: drop_none(value)
            for name, value in drop_odd_id(item).items()
            if value is not None
            and name not in self._sent
            and name not in ("type", self._field)
            # A call in progress has another status at its end, and core would join the two.
            and not (name == "status" and value == "in_progress")
        }
        for name in ("call_id", "name"):
            if not read_str(fields.get(name, "x")):
                del fields[name]
        self._sent.update(fields)
        self.id = self.id or read_str(item.get("id"))
        if "call_id" in fields:
            self.call_id = fields["call_id"]
            fields["call_id"] = self._call.id = make_unique_id(
                self.call_id, self._seen[self.call_id]
            )
            self._seen[self.call_id] += 1
        if "name" in fields:
            fields["name"] = self._tool_names.get(fields["name"], fields["name"])
        return fields

    def _add(self, fields: Block, arguments: str) -> list[Block]:
        """Pass on fields of the block, and what of them the call takes in."""
        if self._field in fields:
            self._sent.add(self._field)
        if arguments:
            self._unsent.append(arguments)
        name, id_ = fields.get("name"), fields.get("call_id")
        if name or id_ or (arguments and self._call.name):
            has_name = bool(name or self._call.name)
            self._push_call(name, id_, "".join(self._unsent) if has_name else None)
            if has_name:
                self._unsent.clear()
        return [{"type": self.kind, **fields, "index": self._index}] if fields else []

    def _push_call(self, name: str | None, id_: str | None, arguments: str | None) -> None:
        if id_:
            self._call.wire_id = id_
        fragment = WireCall(id_, name, arguments, None, {}, is_custom=self._call.is_custom)
        if chunk := self._call.push(fragment, id_):
            self.chunks.append(chunk)

    def close(self, finish_reason: str | None, *, is_last: bool) -> tuple[list[Block], str | None]:
        """End the call.

        Args:
            finish_reason: Why the model stopped, in the words of the chat route.
            is_last: Whether nothing follows it in the output, so that it may be cut off.

        Returns:
            What had to wait for the end, and why the call must not run, if so. What LangChain's
            tool calls get of it is in `chunks`.
        """
        if self._unsent:
            self._push_call(None, None, "".join(self._unsent))
        call = self._call
        if not self._has_end and (call.is_custom or not call.arguments):
            self._defect = self._defect or _NOT_ENDED
        rest, error = call.close(finish_reason, is_last=is_last, defect=self._defect)
        new_id = None if call.wire_id else call.id
        blocks: list[Block] = []
        if new_id or (rest and call.is_custom):  # a chunk of free text is not a block of its own
            named = {"call_id": new_id} if new_id else {}
            blocks = [{"type": self.kind, **named, "index": self._index}]
        if rest or new_id:
            self.chunks.append(tool_call_chunk(name=None, args=rest, id=new_id, index=self._index))
        return blocks, error

    def to_unfinished(self, reason: str) -> InvalidToolCall:
        """Return the call of a stream that broke; it may not run, however whole it looks."""
        call = self._call
        arguments = call.arguments + "".join(self._unsent)
        return invalid_tool_call(name=call.name, args=arguments, id=call.id, error=reason)
