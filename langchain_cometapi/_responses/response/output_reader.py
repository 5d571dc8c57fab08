"""The output of one response, whole or as a stream of events, in LangChain's blocks.

Sans-IO. A stream passes each item on as it comes, and each item comes once more as a whole: at its
end and at the end of the response. What was missing, repeated or in another order is mended
there, so an event that is lost or sent twice does no harm.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from langchain_cometapi._chat.response.tool_call_stream import ToolCallStream
from langchain_cometapi._responses.response.items import (
    CALL_TYPES,
    CallItem,
    MessageItem,
    OtherItem,
    ReasoningItem,
    read_list,
    read_str,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from langchain_core.messages import ToolCallChunk

    from langchain_cometapi._responses.response.items import Block

    AnyItem = CallItem | MessageItem | OtherItem | ReasoningItem

T = TypeVar("T", CallItem, MessageItem, ReasoningItem)
_Event = dict[str, Any]


@dataclass(slots=True)
class OutputDelta:
    """What an event adds to the message.

    Attributes:
        content: Blocks, or pieces of blocks, with their indices.
        tool_call_chunks: Pieces of tool calls.
        message_id: The id of a message that begins.
    """

    content: list[Block] = field(default_factory=list)
    tool_call_chunks: list[ToolCallChunk] = field(default_factory=list)
    message_id: str | None = None

    def __bool__(self) -> bool:
        """Whether it adds anything."""
        return bool(self.content or self.tool_call_chunks or self.message_id)


class OutputReader:
    """Reads the items of one response."""

    def __init__(self, tool_names: Mapping[str, str] | None = None) -> None:
        """Start without items.

        Args:
            tool_names: The own names of tools that were sent under another, by that other name.
        """
        self._tool_names = tool_names or {}
        self.tool_calls = ToolCallStream(tool_names)
        self._items: list[AnyItem] = []
        self._by_id: dict[str, AnyItem] = {}
        self._by_index: dict[object, AnyItem] = {}
        self._blocks = 0

    @property
    def text(self) -> str:
        """The text of all messages so far."""
        return "".join(item.text for item in self._items if isinstance(item, MessageItem))

    @property
    def reasoning(self) -> str:
        """The text of all summaries of reasoning so far."""
        return "".join(item.text for item in self._items if isinstance(item, ReasoningItem))

    @property
    def is_empty(self) -> bool:
        """Whether nothing has come that a user would see."""
        return not (self.text or len(self.tool_calls)) and all(
            isinstance(item, (MessageItem, ReasoningItem)) for item in self._items
        )

    def push(self, event: _Event) -> OutputDelta:
        """Take in an event and return what it adds; nothing for an event that is not known."""
        delta = OutputDelta()
        read = _READERS.get(read_str(event.get("type")))
        if read is not None:
            read(self, event, delta)
        return delta

    def read_output(self, output: object) -> OutputDelta:
        """Take in all items of a response and return what of them was not passed on yet."""
        delta = OutputDelta()
        for index, item in enumerate(read_list(output)):
            self._read_item({"item": item, "output_index": index}, delta)
        return delta

    # -- events ---------------------------------------------------------------------------

    def _open_item(self, event: _Event, delta: OutputDelta) -> None:
        raw = event.get("item")
        if not isinstance(raw, dict):
            return
        item, is_new = self._find(event, read_str(raw.get("type")), raw.get("id"))
        if isinstance(item, MessageItem):
            item.set_phase(raw.get("phase"))
            delta.message_id = item.id if is_new else None
        elif isinstance(item, (CallItem, ReasoningItem)) and is_new:
            self._add(delta, item, item.open(raw))

    def _read_item(self, event: _Event, delta: OutputDelta) -> None:
        raw = event.get("item")
        if not isinstance(raw, dict):
            return
        item, _ = self._find(event, read_str(raw.get("type")), raw.get("id"))
        self._add(delta, item, item.read(raw))

    def _push_text(self, event: _Event, delta: OutputDelta) -> None:
        kind, piece = _TEXT_EVENTS[event["type"]]
        item = self._get(event, "message", MessageItem)
        if item is None:
            return
        number = _read_index(event.get("content_index"))
        read = item.push if piece == "delta" else item.finish
        self._add(delta, item, read(kind, number, event.get(piece)))

    def _add_annotation(self, event: _Event, delta: OutputDelta) -> None:
        item = self._get(event, "message", MessageItem)
        if item is not None:
            number = _read_index(event.get("content_index"))
            added = item.add_annotation(
                number, event.get("annotation_index"), event.get("annotation")
            )
            self._add(delta, item, added)

    def _push_arguments(self, event: _Event, delta: OutputDelta) -> None:
        kind = "custom_tool_call" if "custom" in event["type"] else "function_call"
        item = self._get(event, kind, CallItem)
        if item is not None:
            is_delta = event["type"].endswith(".delta")
            self._add(
                delta, item, item.push(event.get("delta")) if is_delta else item.finish(event)
            )

    def _push_reasoning(self, event: _Event, delta: OutputDelta) -> None:
        field_, number_field, piece = _REASONING_EVENTS[event["type"]]
        item = self._get(event, "reasoning", ReasoningItem)
        if item is not None:
            number = _read_index(event.get(number_field))
            read = item.push if piece == "delta" else item.finish
            self._add(delta, item, read(field_, number, event.get(piece)))

    # -- items ----------------------------------------------------------------------------

    def _count_block(self) -> int:
        self._blocks += 1
        return self._blocks - 1

    def _get(self, event: _Event, kind: str, expected: type[T]) -> T | None:
        """Return the item of an event, opened by the event if its own has not come."""
        item, _ = self._find(event, kind, event.get("item_id"))
        return item if isinstance(item, expected) else None

    def _find(self, event: _Event, kind: str, id_: object) -> tuple[AnyItem, bool]:
        """Return the item of an event, and whether the event opens it.

        The id decides: after some built-in tools the events of one item have different places
        (langchain-ai/langchain, on `output_index`).
        """
        id_, place = read_str(id_), event.get("output_index")
        known = self._by_id.get(id_) if id_ else None
        if known is None and isinstance(place, int):
            known = self._by_index.get(place)
            if known is not None and id_ and known.id:
                known = None
        if known is not None:
            if id_ and not known.id:
                known.id = id_
                self._by_id[id_] = known
            return known, False
        item = self._create(kind, id_)
        self._items.append(item)
        if id_:
            self._by_id[id_] = item
        if isinstance(place, int):
            self._by_index.setdefault(place, item)
        return item, True

    def _create(self, kind: str, id_: str) -> AnyItem:
        if kind == "message":
            return MessageItem(id_, self._count_block)
        if kind in CALL_TYPES:
            return CallItem(kind, self._count_block(), self.tool_calls, self._tool_names)
        if kind == "reasoning":
            return ReasoningItem(self._count_block())
        return OtherItem(id_, self._count_block)

    @staticmethod
    def _add(delta: OutputDelta, item: AnyItem, blocks: list[Block]) -> None:
        delta.content += blocks
        if isinstance(item, CallItem):
            delta.tool_call_chunks += item.chunks
            item.chunks = []


def _read_index(value: object) -> int:
    return value if isinstance(value, int) else 0


# Event -> kind of the part, and the field with its text.
_TEXT_EVENTS = {
    "response.output_text.delta": ("text", "delta"),
    "response.output_text.done": ("text", "text"),
    "response.refusal.delta": ("refusal", "delta"),
    "response.refusal.done": ("refusal", "refusal"),
}

# Event -> field of the item, the field with the number of its part, and the field with its text.
_REASONING_EVENTS = {
    "response.reasoning_summary_text.delta": ("summary", "summary_index", "delta"),
    "response.reasoning_summary_text.done": ("summary", "summary_index", "text"),
    "response.reasoning_text.delta": ("content", "content_index", "delta"),
    "response.reasoning_text.done": ("content", "content_index", "text"),
}

_READERS: dict[str, Callable[[OutputReader, _Event, OutputDelta], None]] = {
    "response.output_item.added": OutputReader._open_item,
    "response.output_item.done": OutputReader._read_item,
    "response.output_text.annotation.added": OutputReader._add_annotation,
    "response.function_call_arguments.delta": OutputReader._push_arguments,
    "response.function_call_arguments.done": OutputReader._push_arguments,
    "response.custom_tool_call_input.delta": OutputReader._push_arguments,
    "response.custom_tool_call_input.done": OutputReader._push_arguments,
    **dict.fromkeys(_TEXT_EVENTS, OutputReader._push_text),
    **dict.fromkeys(_REASONING_EVENTS, OutputReader._push_reasoning),
}
