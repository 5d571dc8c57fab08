"""The output of one response, whole or as a stream of events, in LangChain's blocks.

Sans-IO. A stream passes each item on as it comes, and each item comes once more as a whole: at its
end and at the end of the response. What was missing, repeated or in another order is mended
there, so an event that is lost or sent twice does no harm.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from langchain_cometapi._responses.response.call_item import ARGUMENTS, CallItem
from langchain_cometapi._responses.response.items import (
    CALL_TYPES,
    Item,
    OtherItem,
    read_index,
    read_item,
    read_kind,
    read_list,
    read_str,
)
from langchain_cometapi._responses.response.message_item import MessageItem
from langchain_cometapi._responses.response.reasoning_item import ReasoningItem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from langchain_core.messages import InvalidToolCall, ToolCallChunk

    from langchain_cometapi._responses.response.items import Block
    from langchain_cometapi._responses.response.message_item import Part

T = TypeVar("T", CallItem, MessageItem, ReasoningItem)
_Event = dict[str, Any]


@dataclass(slots=True)
class OutputDelta:
    """What an event adds to the message.

    Attributes:
        content: Blocks, or pieces of blocks, with their indices.
        tool_call_chunks: Pieces of tool calls, which have the indices of their blocks.
        message_id: The id of a message that begins.
    """

    content: list[Block] = field(default_factory=list)
    tool_call_chunks: list[ToolCallChunk] = field(default_factory=list)
    message_id: str | None = None


class OutputReader:
    """Reads the items of one response."""

    def __init__(self, tool_names: Mapping[str, str] | None = None) -> None:
        """Start without items.

        Args:
            tool_names: The own name of each tool that was sent under another name, by that name.
        """
        self._tool_names = tool_names or {}
        self._items: list[Item] = []
        self._known: dict[tuple[object, ...], Item] = {}
        """The last item of a kind, with an id, at a place, and with both."""
        self._blocks = 0
        self._seen_call_ids: Counter[str] = Counter()
        self._last_item: Item | None = None
        """The last item in the output of the final response, if it has any."""
        self.logprobs: list[Any] = []

    @property
    def text(self) -> str:
        """The text of all messages so far."""
        return "".join(item.text for item in self._items if isinstance(item, MessageItem))

    @property
    def refusal(self) -> str:
        """The text of all refusals so far."""
        return "".join(item.refusal for item in self._items if isinstance(item, MessageItem))

    @property
    def reasoning(self) -> str:
        """The text of all summaries of reasoning so far."""
        return "".join(item.text for item in self._items if isinstance(item, ReasoningItem))

    @property
    def calls(self) -> list[CallItem]:
        """The calls of the user's own tools so far."""
        return [item for item in self._items if isinstance(item, CallItem)]

    @property
    def is_empty(self) -> bool:
        """Whether nothing has come that a user would see."""
        return not self.text and all(
            isinstance(item, (MessageItem, ReasoningItem)) for item in self._items
        )

    def push(self, event: _Event) -> OutputDelta:
        """Take in an event and return what it adds; nothing for an event that is not known."""
        delta = OutputDelta()
        read = _READERS.get(read_str(event.get("type")))
        if read is not None:
            read(self, event, delta)
        return delta

    def get_open_text(self, event: _Event) -> Part | None:
        """Return the text part that an event continues, if it does nothing else; a fast path."""
        id_, place = event.get("item_id"), event.get("output_index")
        if not (isinstance(id_, str) and isinstance(place, int)) or event.get("logprobs"):
            return None
        item = self._known.get(("message", id_, place))
        if not isinstance(item, MessageItem):
            return None
        return item.get_open_text(read_index(event.get("content_index")))

    def read_output(self, output: object) -> OutputDelta:
        """Take in all items of a response and return what of them was not passed on yet."""
        delta = OutputDelta()
        streamed, claimed = list(self._items), set[int]()
        has_logprobs = bool(self.logprobs)
        items = [read_item(raw) for raw in read_list(output)]
        call_ids = [raw.get("call_id") for raw in items if raw]
        for place, raw in enumerate(items):
            if raw is None:
                continue
            item = self._claim(raw, place, streamed, claimed)
            if item is None:
                item = self._find_renamed(raw, streamed, claimed, call_ids)
            if item is None:
                item = self._create(read_kind(raw), read_str(raw.get("id")), place)
                self._items.append(item)
            item.id = item.id or read_str(raw.get("id"))
            claimed.add(id(item))
            self._add(delta, item, item.read(raw))
            item.is_done = True
            self._last_item = item
            if isinstance(item, MessageItem) and not has_logprobs:
                for part in read_list(raw.get("content")):
                    self._add_logprobs(part.get("logprobs"))
        return delta

    def close(self, finish_reason: str | None) -> tuple[OutputDelta, dict[str, str]]:
        """End the output.

        Args:
            finish_reason: Why the model stopped, in the words of the chat route.

        Returns:
            What had to wait for the end, and why a tool call must not run, by its id.
        """
        delta = OutputDelta()
        errors: dict[str, str] = {}
        last = self._last_item or (self._items[-1] if self._items else None)
        for item in self.calls:
            blocks, error = item.close(finish_reason, is_last=item is last)
            self._add(delta, item, blocks)
            if error is not None:
                errors[item.tool_call_id] = error
        return delta, errors

    def list_unfinished(self, reason: str) -> list[InvalidToolCall]:
        """Return the calls of a stream that broke, none of which may run."""
        return [item.to_unfinished(reason) for item in self.calls]

    # -- events ---------------------------------------------------------------------------

    def _open_item(self, event: _Event, delta: OutputDelta) -> None:
        raw = read_item(event.get("item"))
        if raw is None:
            return
        item, is_new = self._find(event, read_kind(raw), raw.get("id"), opened=raw)
        if isinstance(item, MessageItem):
            item.open(raw)
            delta.message_id = item.id if is_new else None
        elif isinstance(item, (CallItem, ReasoningItem)) and is_new:
            self._add(delta, item, item.open(raw))

    def _read_item(self, event: _Event, delta: OutputDelta) -> None:
        raw = read_item(event.get("item"))
        if raw is not None:
            item, _ = self._find(event, read_kind(raw), raw.get("id"))
            self._add(delta, item, item.read(raw))
            item.is_done = True

    def _push_text(self, event: _Event, delta: OutputDelta) -> None:
        kind, piece = _TEXT_EVENTS[event["type"]]
        item = self._get(event, "message", MessageItem)
        if item is None:
            return
        number = read_index(event.get("content_index"))
        read = item.push if piece == "delta" else item.finish
        self._add(delta, item, read(kind, number, event.get(piece)))
        if piece == "delta":
            self._add_logprobs(event.get("logprobs"))

    def _add_annotation(self, event: _Event, delta: OutputDelta) -> None:
        item = self._get(event, "message", MessageItem)
        if item is not None:
            number = read_index(event.get("content_index"))
            added = item.add_annotation(
                number, event.get("annotation_index"), event.get("annotation")
            )
            self._add(delta, item, added)

    def _push_arguments(self, event: _Event, delta: OutputDelta) -> None:
        kind = "custom_tool_call" if "custom" in event["type"] else "function_call"
        if not any(event.get(name) for name in ("delta", "name", ARGUMENTS[kind])):
            return
        item = self._get(event, kind, CallItem)
        if item is not None:
            is_delta = event["type"].endswith(".delta")
            blocks = item.push(event.get("delta")) if is_delta else item.finish(event)
            self._add(delta, item, blocks)

    def _push_reasoning(self, event: _Event, delta: OutputDelta) -> None:
        field_, number_field, piece = _REASONING_EVENTS[event["type"]]
        item = self._get(event, "reasoning", ReasoningItem)
        if item is not None:
            number = read_index(event.get(number_field))
            read = item.push if piece == "delta" else item.finish
            self._add(delta, item, read(field_, number, event.get(piece)))

    def _add_logprobs(self, logprobs: object) -> None:
        if isinstance(logprobs, list):
            self.logprobs += logprobs

    # -- items ----------------------------------------------------------------------------

    def _count_block(self) -> int:
        self._blocks += 1
        return self._blocks - 1

    def _get(self, event: _Event, kind: str, expected: type[T]) -> T | None:
        """Return the item of an event, opened by the event if its own has not come."""
        item, _ = self._find(event, kind, event.get("item_id"))
        return item if isinstance(item, expected) else None

    def _find(
        self, event: _Event, kind: str, id_: object, opened: _Event | None = None
    ) -> tuple[Item, bool]:
        """Return the item of an event, and whether the event opens it.

        The id decides: after some built-in tools the events of one item have different places
        (langchain-ai/langchain, on `output_index`). Some hosts give each event another id, where
        the place decides, and some send neither.

        Args:
            event: The event.
            kind: The type of its item.
            id_: The id of its item.
            opened: The item, where the event is the one that opens it.
        """
        id_ = read_str(id_)
        place = event.get("output_index")
        place = place if isinstance(place, int) else None
        item = self._find_known(kind, id_, place, opened)
        if item is None:
            item = self._create(kind, id_, place)
            self._items.append(item)
            self._remember(item, id_, place)
            return item, True
        if item.id != id_ or item.place != place:
            item.id = item.id or id_
            item.place = place if item.place is None else item.place
            self._remember(item, id_, place)
        return item, False

    def _find_known(
        self, kind: str, id_: str, place: int | None, opened: _Event | None
    ) -> Item | None:
        same = self._known.get((kind, id_, place)) if id_ or place is not None else None
        if same is not None and not (opened and _is_other_call(same, opened)):
            return same
        same = self._known.get((kind, id_)) if id_ else None
        if same is not None and (opened is None or None in (place, same.place)):
            return same
        if place is None:
            return None if opened is not None or id_ else self._find_last(kind)
        same = self._known.get((kind, place))
        if same is None or same.is_done:
            return None
        is_other = opened is not None and (bool(id_ and same.id) or _is_other_call(same, opened))
        return None if is_other else same

    def _find_last(self, kind: str) -> Item | None:
        """Return the last item of a type, unless it is whole."""
        last = next((item for item in reversed(self._items) if item.kind == kind), None)
        return None if last is None or last.is_done else last

    def _remember(self, item: Item, id_: str, place: int | None) -> None:
        kind = item.kind
        if id_:
            self._known[kind, id_] = item
        if place is not None:
            self._known[kind, place] = item
        self._known[kind, id_, place] = item

    def _claim(
        self, raw: _Event, place: int, streamed: list[Item], claimed: set[int]
    ) -> Item | None:
        """Return the known item that a whole item, at the end of the response, repeats, if any.

        Args:
            raw: The whole item.
            place: Its place in the output.
            streamed: The items that have come before the end.
            claimed: Which of them were returned for another one.
        """
        kind, id_ = read_kind(raw), read_str(raw.get("id"))
        keys: tuple[tuple[object, ...], ...] = ((kind, id_, place), (kind, place))
        keys = (keys[0], (kind, id_), keys[1]) if id_ else keys
        for key in keys:
            item = self._known.get(key)
            if item is not None and id(item) not in claimed and not _is_other_call(item, raw):
                return item
        unclaimed = (one for one in streamed if one.kind == kind and id(one) not in claimed)
        return next((one for one in unclaimed if one.is_like(raw)), None)

    @staticmethod
    def _find_renamed(
        raw: _Event, streamed: list[Item], claimed: set[int], call_ids: list[object]
    ) -> Item | None:
        """Return the call that comes once more under another id (vllm-project/vllm#47916).

        Args:
            raw: The whole item.
            streamed: The items that have come before the end.
            claimed: Which of them were returned for another one.
            call_ids: The ids of all calls at the end.
        """
        for item in streamed:
            if not isinstance(item, CallItem) or item.kind != read_kind(raw):
                continue
            is_free = id(item) not in claimed and item.call_id not in call_ids
            if is_free and item.is_same_call(raw):
                return item
        return None

    def _create(self, kind: str, id_: str, place: int | None) -> Item:
        if kind == "message":
            return MessageItem(kind, id_, place, self._count_block)
        if kind in CALL_TYPES:
            index = self._count_block()
            return CallItem(
                kind,
                id_,
                place,
                index=index,
                seen=self._seen_call_ids,
                tool_names=self._tool_names,
            )
        if kind == "reasoning":
            return ReasoningItem(kind, id_, place, self._count_block())
        return OtherItem(kind, id_, place, self._count_block)

    @staticmethod
    def _add(delta: OutputDelta, item: Item, blocks: list[Block]) -> None:
        delta.content += blocks
        if isinstance(item, CallItem) and item.chunks:
            delta.tool_call_chunks += item.chunks
            item.chunks = []


def _is_other_call(item: Item, raw: _Event) -> bool:
    """Whether an item that comes is another call than one that is known."""
    call_id = raw.get("call_id")
    return isinstance(item, CallItem) and bool(call_id and item.call_id not in ("", call_id))


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
