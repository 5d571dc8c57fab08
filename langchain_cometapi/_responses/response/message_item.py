"""Items of the type `message`: texts with annotations, and refusals."""

from __future__ import annotations

import logging
from typing import Any

from langchain_cometapi._responses.response.items import (
    Block,
    ItemOfBlocks,
    StreamedText,
    drop_none,
    read_list,
)

logger = logging.getLogger(__name__)


class Part:
    """A part of a message: a text, a refusal, or something that is passed on whole."""

    __slots__ = ("annotations", "has_id", "index", "kind", "text")

    def __init__(self, kind: str, index: int) -> None:
        """Start a part, whose block has this index."""
        self.kind = kind
        self.index = index
        self.text = StreamedText()
        self.annotations = 0
        """How many were passed on."""
        self.has_id = False


class MessageItem(ItemOfBlocks):
    """A message, as far as it has come."""

    __slots__ = ("_parts", "_phase")

    def __init__(self, *args: Any) -> None:
        """Start an item; see `ItemOfBlocks`."""
        super().__init__(*args)
        self._parts: dict[int, Part] = {}
        self._phase: Any = None

    @property
    def text(self) -> str:
        """Its text so far."""
        return self._join("text")

    @property
    def refusal(self) -> str:
        """The text of its refusals so far."""
        return self._join("refusal")

    def _join(self, kind: str) -> str:
        return "".join(part.text.text for part in self._parts.values() if part.kind == kind)

    def is_like(self, item: dict[str, Any]) -> bool:
        """Whether a whole message begins with the text of this one."""
        whole = "".join(
            part["text"] for part in _list_parts(item) if isinstance(part.get("text"), str)
        )
        return bool(text := self.text) and whole.startswith(text)

    def open(self, item: dict[str, Any]) -> None:
        """Take in the phase of a message that begins, which each block carries."""
        self._phase = item.get("phase") or self._phase

    def get_open_text(self, content_index: int) -> Part | None:
        """Return the text to which a piece can be added without anything else."""
        part = self._parts.get(content_index)
        if part is None or part.kind != "text" or part.text.is_whole:
            return None
        return part

    def push(self, kind: str, content_index: int, piece: object) -> list[Block]:
        """Take in a piece of a text or a refusal.

        Args:
            kind: `"text"` or `"refusal"`.
            content_index: Which part of the message it is.
            piece: The piece.
        """
        if not (isinstance(piece, str) and piece):
            return []
        part, block = self._open(kind, content_index)
        if added := part.text.push(piece):
            block[part.kind] = added
        return _list(part, block)

    def finish(self, kind: str, content_index: int, whole: object) -> list[Block]:
        """Take in a whole text or refusal."""
        if not isinstance(whole, str):
            return []
        part, block = self._open(kind, content_index)
        return _list(part, self._finish(part, block, whole))

    def add_annotation(self, content_index: int, number: object, annotation: object) -> list[Block]:
        """Take in an annotation; one that came before is not passed on again.

        Args:
            content_index: Which part of the message has it.
            number: Its number in the part.
            annotation: The annotation.
        """
        if not isinstance(annotation, dict):
            return []
        part, block = self._open("text", content_index)
        if part.kind == "text" and (not isinstance(number, int) or number >= part.annotations):
            part.annotations += 1
            block["annotations"] = [describe_annotation(annotation)]
        return _list(part, block)

    def read(self, item: dict[str, Any]) -> list[Block]:
        """Take in the whole item and return what of it was not passed on yet."""
        self.open(item)
        blocks: list[Block] = []
        for content_index, content in enumerate(_list_parts(item)):
            kind = "refusal" if content.get("type") == "refusal" else "text"
            whole = content.get(kind)
            if not isinstance(whole, str):
                blocks += self._read_other(content_index, content)
                continue
            part, block = self._open(kind, content_index)
            block = self._finish(part, block, whole)
            new = read_list(content.get("annotations"))[part.annotations :]
            if part.kind == "text" and (new or "type" in block):
                part.annotations += len(new)
                block["annotations"] = [describe_annotation(one) for one in new]
            blocks += _list(part, block)
        return blocks

    def _read_other(self, content_index: int, content: dict[str, Any]) -> list[Block]:
        """Return a part of a type that is not known, once."""
        kind = content.get("type")
        if content_index in self._parts or not isinstance(kind, str) or kind.endswith("text"):
            return []
        part = self._parts[content_index] = Part(kind, self._count_block())
        return _list(part, {**drop_none(content), **({"id": self.id} if self.id else {})})

    def _open(self, kind: str, content_index: int) -> tuple[Part, Block]:
        """Return a part and a block for it, with what the block's first piece has."""
        part = self._parts.get(content_index)
        if part is not None:
            return part, {}
        part = self._parts[content_index] = Part(kind, self._count_block())
        block: Block = {"type": kind, kind: ""}
        if self._phase is not None:
            block["phase"] = self._phase
        return part, block

    def _finish(self, part: Part, block: Block, whole: str) -> Block:
        was_whole = part.text.is_whole
        if rest := part.text.finish(whole):
            block[part.kind] = rest
        if part.text.differs and not was_whole:
            logger.warning(
                "A piece of a stream is lost: the text that came in pieces is not the one that the "
                "end of message %r has. Call `invoke`, or stream again.",
                self.id,
            )
        if self.id and not part.has_id:
            part.has_id = True
            block["id"] = self.id
        return block


def _list_parts(item: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the parts of a whole message; some hosts have texts in their place."""
    content = item.get("content")
    parts = content if isinstance(content, list) else [content]
    return read_list(
        [{"type": "output_text", "text": part} if isinstance(part, str) else part for part in parts]
    )


def _list(part: Part, block: Block) -> list[Block]:
    return [{"type": part.kind, **block, "index": part.index}] if block else []


def describe_annotation(annotation: dict[str, Any]) -> dict[str, Any]:
    """Return an annotation with `file_index` for `index`, which core takes for its own."""
    annotation = drop_none(annotation)
    if annotation.get("type") == "url_citation":
        annotation.setdefault("url", "")  # core's blocks cannot be without one
    if annotation.get("type") == "file_citation" and "index" in annotation:
        return {"file_index" if k == "index" else k: v for k, v in annotation.items()}
    return annotation
