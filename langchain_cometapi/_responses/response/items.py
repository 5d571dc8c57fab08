"""The items of a response's `output`, each read as it comes or whole, in LangChain's blocks.

Core puts the pieces of a block together by its `index`: texts are joined, lists are appended,
everything else is sent once. So an item remembers what of it has been passed on, and a whole item,
at its end or in a response that was not streamed, gives what is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from langchain_core.messages import ToolCallChunk

    from langchain_cometapi._chat.response.tool_call_stream import ToolCallStream

Block = dict[str, Any]

CALL_TYPES = ("function_call", "custom_tool_call")
"""Items that call a tool of the user's."""

_ARGUMENTS = {"function_call": "arguments", "custom_tool_call": "input"}


def drop_none(value: Any) -> Any:
    """Return JSON without the fields that are null, as the SDK's models are dumped."""
    if isinstance(value, dict):
        return {key: drop_none(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [drop_none(item) for item in value]
    return value


def read_list(value: object) -> list[dict[str, Any]]:
    """Return the objects of a list; nothing of any other value."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def read_str(value: object) -> str:
    """Return a text; the empty one for any other value."""
    return value if isinstance(value, str) else ""


class Item(Protocol):
    """One item, as far as it has come."""

    id: str

    def read(self, item: dict[str, Any]) -> list[Block]:
        """Take in the whole item and return what of it was not passed on yet."""


class _Text:
    """A text that comes in pieces, and then once more as a whole."""

    __slots__ = ("_pieces", "is_whole")

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self.is_whole = False

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    def push(self, piece: object) -> str:
        """Return what a piece adds: nothing to a text that is whole."""
        if self.is_whole or not isinstance(piece, str):
            return ""
        self._pieces.append(piece)
        return piece

    def finish(self, whole: object) -> str:
        """Return what the whole text adds to its pieces, which are right where they differ."""
        rest = ""
        if not self.is_whole and isinstance(whole, str):
            known = self.text
            if whole.startswith(known):
                rest = self.push(whole[len(known) :])
        self.is_whole = True
        return rest


class _Part:
    """A part of a message: text with annotations, or a refusal."""

    __slots__ = ("annotations", "has_id", "index", "kind", "text")

    def __init__(self, kind: str, index: int) -> None:
        self.kind = kind
        self.index = index
        self.text = _Text()
        self.annotations = 0
        """How many were passed on."""
        self.has_id = False


class MessageItem:
    """An item of the type `message`: texts and refusals."""

    def __init__(self, id_: str, count_block: Callable[[], int]) -> None:
        """Start an item.

        Args:
            id_: Its id.
            count_block: Returns the index of a new block.
        """
        self.id = id_
        self._count_block = count_block
        self._parts: dict[int, _Part] = {}
        self._phase: Any = None
        self._has_phase = False

    @property
    def text(self) -> str:
        """Its text so far."""
        return "".join(part.text.text for part in self._parts.values() if part.kind == "text")

    def set_phase(self, phase: object) -> None:
        """Take in the phase, which each block carries."""
        self._phase = phase

    def push(self, kind: str, content_index: int, piece: object) -> list[Block]:
        """Take in a piece of a text or a refusal.

        Args:
            kind: `"text"` or `"refusal"`.
            content_index: Which part of the message it is.
            piece: The piece.
        """
        part, block = self._open(kind, content_index)
        if added := part.text.push(piece):
            block[part.kind] = added
        return self._list(part, block)

    def finish(self, kind: str, content_index: int, whole: object) -> list[Block]:
        """Take in a whole text or refusal."""
        part, block = self._open(kind, content_index)
        return self._list(part, self._finish(part, block, whole))

    def add_annotation(self, content_index: int, number: object, annotation: object) -> list[Block]:
        """Take in an annotation; one that came before is not passed on again.

        Args:
            content_index: Which part of the message has it.
            number: Its number in the part.
            annotation: The annotation.
        """
        part, block = self._open("text", content_index)
        is_new = not isinstance(number, int) or number >= part.annotations
        if is_new and isinstance(annotation, dict):
            part.annotations += 1
            block["annotations"] = [describe_annotation(drop_none(annotation))]
        return self._list(part, block)

    def read(self, item: dict[str, Any]) -> list[Block]:
        """Take in the whole item and return what of it was not passed on yet."""
        self.set_phase(item.get("phase"))
        blocks: list[Block] = []
        for content_index, content in enumerate(read_list(item.get("content"))):
            kind = "refusal" if content.get("type") == "refusal" else "text"
            whole = content.get(kind)
            if not isinstance(whole, str):
                continue
            part, block = self._open(kind, content_index)
            block = self._finish(part, block, whole)
            new = read_list(content.get("annotations"))[part.annotations :]
            if kind == "text" and (new or "type" in block):
                part.annotations += len(new)
                block["annotations"] = [describe_annotation(drop_none(one)) for one in new]
            blocks += self._list(part, block)
        return blocks

    def _open(self, kind: str, content_index: int) -> tuple[_Part, Block]:
        """Return a part and a block for it, with what the block's first piece has."""
        part = self._parts.get(content_index)
        if part is not None:
            return part, {}
        part = self._parts[content_index] = _Part(kind, self._count_block())
        block: Block = {"type": kind, kind: ""}
        if self._phase is not None:
            block["phase"] = self._phase
        return part, block

    def _finish(self, part: _Part, block: Block, whole: object) -> Block:
        if rest := part.text.finish(whole):
            block[part.kind] = rest
        if self.id and not part.has_id:
            part.has_id = True
            block["id"] = self.id
        return block

    @staticmethod
    def _list(part: _Part, block: Block) -> list[Block]:
        if not block:
            return []
        return [{"type": part.kind, **block, "index": part.index}]


def describe_annotation(annotation: dict[str, Any]) -> dict[str, Any]:
    """Return an annotation with `file_index` for `index`, which core takes for its own."""
    if annotation.get("type") == "file_citation" and "index" in annotation:
        return {"file_index" if k == "index" else k: v for k, v in annotation.items()}
    return annotation


class CallItem:
    """A call of a tool: its block, and its pieces for LangChain's tool calls."""

    def __init__(
        self, kind: str, index: int, calls: ToolCallStream, tool_names: Mapping[str, str]
    ) -> None:
        """Start a call.

        Args:
            kind: `function_call` or `custom_tool_call`.
            index: The index of its block.
            calls: Takes in its pieces.
            tool_names: The own names of tools that were sent under another, by that other name.
        """
        self._names = tool_names
        self.id = ""
        self.kind = kind
        self._index = index
        self._calls = calls
        self._arguments = _Text()
        self._sent: set[str] = set()
        self.chunks: list[ToolCallChunk] = []
        """What of it LangChain's tool calls shall see; taken by the reader."""

    def open(self, item: dict[str, Any]) -> list[Block]:
        """Take in the item as it begins."""
        field = _ARGUMENTS[self.kind]
        added = self._arguments.push(item.get(field))
        self._push_call(item, added)
        return self._list({**self._restore_name(self._take_fields(item)), field: added})

    def push(self, piece: object) -> list[Block]:
        """Take in a piece of the arguments."""
        added = self._arguments.push(piece)
        if not added:
            return []
        self._push_call({}, added)
        return self._list({_ARGUMENTS[self.kind]: added})

    def finish(self, event: dict[str, Any]) -> list[Block]:
        """Take in the whole arguments, perhaps with the name."""
        field = _ARGUMENTS[self.kind]
        rest = self._arguments.finish(event.get(field))
        named = {"name": event["name"]} if event.get("name") and "name" not in self._sent else {}
        if not (rest or named):
            return []
        self._push_call(named, rest)
        self._sent.update(named)
        named = self._restore_name(named)
        return self._list({**named, field: rest} if rest else named)

    def read(self, item: dict[str, Any]) -> list[Block]:
        """Take in the whole item and return what of it was not passed on yet."""
        field = _ARGUMENTS[self.kind]
        rest = self._arguments.finish(item.get(field))
        fields = self._take_fields(item)
        if rest or "call_id" in fields or "name" in fields:
            self._push_call(fields, rest)
        if rest or (fields and field not in self._sent):
            fields[field] = rest
        self._sent.add(field)
        return self._list(self._restore_name(fields))

    def _restore_name(self, fields: Block) -> Block:
        """Return fields with the tool's own name."""
        name = self._names.get(fields.get("name", ""))
        return fields if name is None else {**fields, "name": name}

    def _take_fields(self, item: dict[str, Any]) -> Block:
        """Return the fields that were not passed on yet, without the arguments."""
        fields = {
            name: drop_none(value)
            for name, value in item.items()
            if value is not None
            and name not in self._sent
            and name not in ("type", _ARGUMENTS[self.kind])
            # A call in progress has another status at its end, and core would join the two.
            and not (name == "status" and value == "in_progress")
        }
        self._sent.update(fields)
        self.id = self.id or read_str(item.get("id"))
        return fields

    def _push_call(self, item: dict[str, Any], arguments: str) -> None:
        inner = {"name": item.get("name")} if item.get("name") else {}
        call: dict[str, Any] = {"index": self._index, "id": item.get("call_id")}
        if self.kind == "custom_tool_call":
            call |= {"type": "custom", "custom": {**inner, "input": arguments}}
        else:
            call["function"] = {**inner, "arguments": arguments}
        self.chunks += self._calls.push([call])

    def _list(self, fields: Block) -> list[Block]:
        return [{"type": self.kind, **fields, "index": self._index}] if fields else []


class ReasoningItem:
    """An item of the type `reasoning`: summaries, and what only its model can read."""

    def __init__(self, index: int) -> None:
        """Start an item, whose block has this index."""
        self.id = ""
        self._index = index
        self._sent: set[str] = set()
        self._texts: dict[tuple[str, int], _Text] = {}

    @property
    def text(self) -> str:
        """The text of its summaries so far."""
        parts = sorted(key for key in self._texts if key[0] == "summary")
        return "".join(self._texts[key].text for key in parts)

    def open(self, item: dict[str, Any]) -> list[Block]:
        """Take in the item as it begins: its encrypted content is whole only at its end."""
        fields = {k: v for k, v in item.items() if k not in ("encrypted_content", "status")}
        return self.read(fields, is_end=False)

    def push(self, field: str, number: int, piece: object) -> list[Block]:
        """Take in a piece of a text.

        Args:
            field: `summary` or `content`.
            number: Which part of the field it is.
            piece: The piece.
        """
        return self._list(self._parts(field, number, self._text(field, number).push(piece)))

    def finish(self, field: str, number: int, whole: object) -> list[Block]:
        """Take in a whole text."""
        rest = self._text(field, number).finish(whole)
        return self._list(self._parts(field, number, rest)) if rest else []

    def read(self, item: dict[str, Any], *, is_end: bool = True) -> list[Block]:
        """Take in the whole item and return what of it was not passed on yet."""
        self.id = self.id or read_str(item.get("id"))
        block: Block = {}
        for name, value in item.items():
            if name == "type" or value is None:
                continue
            if name in ("summary", "content") and isinstance(value, list):
                self._read_parts(name, read_list(value), block, is_end=is_end)
            elif name not in self._sent:
                self._sent.add(name)
                block[name] = drop_none(value)
        if block and is_end:
            block.setdefault("summary", [])  # by which LangChain knows the form of the block
        return self._list(block)

    def _read_parts(
        self, field: str, parts: list[dict[str, Any]], block: Block, *, is_end: bool
    ) -> None:
        added: list[Block] = []
        for number, part in enumerate(parts):
            text = self._text(field, number)
            is_new = not text.text
            rest = text.finish(part.get("text")) if is_end else text.push(part.get("text"))
            if is_new:
                added.append({**drop_none(part), "index": number})
            elif rest:
                added += self._parts(field, number, rest)[field]
        if added or field not in self._sent:
            block[field] = added
        self._sent.add(field)

    def _text(self, field: str, number: int) -> _Text:
        return self._texts.setdefault((field, number), _Text())

    def _parts(self, field: str, number: int, text: str) -> Block:
        self._sent.add(field)
        kind = "summary_text" if field == "summary" else "reasoning_text"
        return {field: [{"index": number, "type": kind, "text": text}]}

    def _list(self, fields: Block) -> list[Block]:
        return [{"type": "reasoning", **fields, "index": self._index}] if fields else []


class OtherItem:
    """An item that is passed on whole, at its end: built-in tools, and types of the future."""

    def __init__(self, id_: str, count_block: Callable[[], int]) -> None:
        """Start an item; it takes its place when it is whole."""
        self.id = id_
        self._count_block = count_block
        self._is_sent = False

    def read(self, item: dict[str, Any]) -> list[Block]:
        """Take in the whole item and return it, unless it was passed on."""
        if self._is_sent:
            return []
        self._is_sent = True
        return [{**drop_none(item), "index": self._count_block()}]
