"""Items of the type `reasoning`: summaries and encrypted content."""

from __future__ import annotations

from typing import Any

from langchain_cometapi._responses.response.items import (
    Block,
    Item,
    StreamedText,
    drop_none,
    drop_odd_id,
    read_list,
    read_str,
)

_PART_TYPES = {"summary": "summary_text", "content": "reasoning_text"}


class ReasoningItem(Item):
    """Reasoning, as far as it has come."""

    __slots__ = ("_index", "_sent", "_texts")

    def __init__(self, kind: str, id_: str, place: int | None, index: int) -> None:
        """Start an item.

        Args:
            kind: Its type.
            id_: Its id.
            place: Its `output_index`.
            index: The index of its block.
        """
        super().__init__(kind, id_, place)
        self._index = index
        self._sent: set[str] = set()
        self._texts: dict[tuple[str, int], StreamedText] = {}

    @property
    def text(self) -> str:
        """The text of its summaries so far; else that of the reasoning itself."""
        fields = {field for field, _ in self._texts}
        field = "summary" if "summary" in fields else "content"
        parts = sorted(key for key in self._texts if key[0] == field)
        return "".join(self._texts[key].text for key in parts)

    def open(self, item: dict[str, Any]) -> list[Block]:
        """Take in the item as it begins: its encrypted content is whole only at its end."""
        fields = {k: v for k, v in item.items() if k not in ("encrypted_content", "status")}
        return self._read(fields, is_end=False)

    def push(self, field: str, number: int, piece: object) -> list[Block]:
        """Take in a piece of a text.

        Args:
            field: `summary` or `content`.
            number: Which part of the field it is.
            piece: The piece.
        """
        is_new = (field, number) not in self._texts
        added = self._text(field, number).push(piece)
        # Core makes a block of each summary, and each of them has the id.
        id_ = {"id": self.id} if is_new and self.id else {}
        return self._list({**self._part_of(field, number, added), **id_}) if added else []

    def finish(self, field: str, number: int, whole: object) -> list[Block]:
        """Take in a whole text."""
        rest = self._text(field, number).finish(whole)
        return self._list(self._part_of(field, number, rest)) if rest else []

    def read(self, item: dict[str, Any]) -> list[Block]:
        """Take in the whole item and return what of it was not passed on yet."""
        return self._read(item, is_end=True)

    def _read(self, item: dict[str, Any], *, is_end: bool) -> list[Block]:
        block: Block = {}
        for name, value in drop_odd_id(item).items():
            if name == "type" or value is None:
                continue
            if name in _PART_TYPES:
                self._read_parts(name, value, block, is_end=is_end)
            elif name not in self._sent:
                self._sent.add(name)
                block[name] = drop_none(value)
        if block and is_end:
            block.setdefault("summary", [])  # by which LangChain knows the form of the block
        return self._list(block)

    def _read_parts(self, field: str, value: object, block: Block, *, is_end: bool) -> None:
        if isinstance(value, str):  # of hosts that have one text in place of the list
            value = [{"type": _PART_TYPES[field], "text": value}]
        added: list[Block] = []
        for number, part in enumerate(read_list(value)):
            is_new = (field, number) not in self._texts
            text = self._text(field, number)
            whole = read_str(part.get("text"))
            rest = text.finish(whole) if is_end else text.push(whole)
            if is_new:
                added.append({**drop_none(part), "text": rest, "index": number})
            elif rest:
                added.append(self._part(field, number, rest))
        if added or field not in self._sent:
            block[field] = added
        self._sent.add(field)

    def _text(self, field: str, number: int) -> StreamedText:
        return self._texts.setdefault((field, number), StreamedText())

    def _part_of(self, field: str, number: int, text: str) -> Block:
        """Return a piece of a block; without a summary, core would not know its form."""
        parts = {field: [self._part(field, number, text)]}
        return parts if field == "summary" else {"summary": [], **parts}

    def _part(self, field: str, number: int, text: str) -> Block:
        self._sent.add(field)
        return {"index": number, "type": _PART_TYPES[field], "text": text}

    def _list(self, fields: Block) -> list[Block]:
        return [{"type": "reasoning", **fields, "index": self._index}] if fields else []
