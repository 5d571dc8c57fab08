"""What all items of a response's `output` share, and the items that are passed on whole.

Core puts the pieces of a block together by its `index`: texts are joined, lists are appended,
everything else is sent once. So an item remembers what of it has been passed on, and a whole item,
at its end or in a response that was not streamed, gives what is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

Block = dict[str, Any]

CALL_TYPES = ("function_call", "custom_tool_call")
"""Items that call the user's own tools."""


def drop_none(value: Any) -> Any:
    """Return JSON without the fields that are null, as the SDK's models are dumped."""
    if isinstance(value, dict):
        return {key: drop_none(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [drop_none(item) for item in value]
    return value


def drop_odd_id(item: dict[str, Any]) -> dict[str, Any]:
    """Return an item without an id that is not a text, by which core could not merge its pieces."""
    if isinstance(item.get("id", ""), str):
        return item
    return {name: value for name, value in item.items() if name != "id"}


def read_list(value: object) -> list[dict[str, Any]]:
    """Return the objects of a list; nothing of any other value."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def read_item(value: object) -> dict[str, Any] | None:
    """Return an item whose type is known by something, without an id that is not a text."""
    if not (isinstance(value, dict) and read_kind(value)):
        return None
    if value.get("id") is None or isinstance(value["id"], str):
        return value
    return {name: field for name, field in value.items() if name != "id"}


def read_str(value: object) -> str:
    """Return a text; the empty one for any other value."""
    return value if isinstance(value, str) else ""


def read_index(value: object) -> int:
    """Return the index of a part; 0 for any other value."""
    return value if isinstance(value, int) else 0


def read_kind(item: dict[str, Any]) -> str:
    """Return the type of an item, by its fields if it does not say so; `""` if nothing does."""
    if kind := read_str(item.get("type")):
        return kind
    if "call_id" in item:
        return "custom_tool_call" if "input" in item else "function_call"
    if "content" in item:
        return "message"
    return "reasoning" if "summary" in item else ""


class StreamedText:
    """A text that comes in pieces, and then once more as a whole."""

    __slots__ = ("_pieces", "differs", "is_whole")

    def __init__(self) -> None:
        """Start without a piece."""
        self._pieces: list[str] = []
        self.is_whole = False
        self.differs = False
        """Whether the whole text was not what its pieces had begun."""

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._pieces)

    def push(self, piece: object) -> str:
        """Return what a piece adds: nothing to a text that is whole."""
        if self.is_whole or not isinstance(piece, str):
            return ""
        self._pieces.append(piece)
        return piece

    def finish(self, whole: object) -> str:
        """Return what the whole text adds to its pieces, which cannot be taken back."""
        rest = ""
        if not self.is_whole and isinstance(whole, str):
            known = self.text
            if whole.startswith(known):
                rest = self.push(whole[len(known) :])
            else:
                self.differs = True
        self.is_whole = True
        return rest


class Item:
    """One item, as far as it has come.

    Attributes:
        kind: Its type on the wire.
        id: Its id, `""` if none has come.
        place: The first `output_index` of its events.
        is_done: Whether its end has come.
    """

    __slots__ = ("id", "is_done", "kind", "place")

    def __init__(self, kind: str, id_: str, place: int | None) -> None:
        """Start an item."""
        self.kind = kind
        self.id = id_
        self.place = place
        self.is_done = False

    def read(self, item: dict[str, Any]) -> list[Block]:
        """Take in the whole item and return what of it was not passed on yet."""
        raise NotImplementedError

    def is_like(self, item: dict[str, Any]) -> bool:  # noqa: ARG002
        """Whether a whole item, of another id and at another place, is this one once more."""
        return False


class ItemOfBlocks(Item):
    """An item whose blocks get an index as they come."""

    __slots__ = ("_count_block",)

    def __init__(
        self, kind: str, id_: str, place: int | None, count_block: Callable[[], int]
    ) -> None:
        """Start an item.

        Args:
            kind: Its type.
            id_: Its id.
            place: Its `output_index`.
            count_block: Returns the index of a new block.
        """
        super().__init__(kind, id_, place)
        self._count_block = count_block


class OtherItem(ItemOfBlocks):
    """An item that is passed on whole, at its end: built-in tools, and types of the future."""

    __slots__ = ("_is_sent",)

    def __init__(self, *args: Any) -> None:
        """Start an item; see `ItemOfBlocks`."""
        super().__init__(*args)
        self._is_sent = False

    def read(self, item: dict[str, Any]) -> list[Block]:
        """Take in the whole item and return it, unless it was passed on."""
        if self._is_sent:
            return []
        self._is_sent = True
        return [{**drop_none(drop_odd_id(item)), "type": self.kind, "index": self._count_block()}]
