"""The reader of one message, the same whether it comes whole or in deltas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_cometapi._chat.response.content_parts import (
    get_part_text,
    read_content_parts,
    read_function_call,
    to_text,
)
from langchain_cometapi._chat.response.think_tags import ThinkTagReader, take_reasoning_mark
from langchain_cometapi._chat.response.tool_call_stream import ToolCallStream
from langchain_cometapi._content.citations import move_offsets
from langchain_cometapi._content.extras import COMMON, Extras
from langchain_cometapi._content.reasoning import ReasoningReader

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from langchain_core.messages import ToolCallChunk


@dataclass(slots=True)
class Delta:
    """What is passed on of a message as it comes.

    Attributes:
        content: Text, or parts of which one is not text.
        reasoning: What it adds to the reasoning.
        fields: Fields that core merges rightly: `refusal` and `function_call`.
        tool_call_chunks: Fragments of tool calls, one for each call.
    """

    content: str | list[Any] = ""
    reasoning: str = ""
    fields: dict[str, Any] | None = None
    tool_call_chunks: Sequence[ToolCallChunk] = ()


@dataclass(slots=True)
class MessageEnd:
    """What is known of a message when all of it has come.

    Attributes:
        buffered: What had to wait for the end.
        extras: Its extra fields.
        reasoning_field: The field its reasoning came in, if there was any.
        reasoning_length: The length of all its reasoning.
        tool_call_errors: Why a call must not run, by the id of the call.
        is_empty: Whether it has neither content nor tool calls.
    """

    buffered: Delta
    extras: dict[str, Any]
    reasoning_field: str | None
    reasoning_length: int
    tool_call_errors: dict[str, str]
    is_empty: bool


class MessageReader:
    """Reads one message: content, reasoning, extra fields and tool calls.

    Each of them has a reader of its own; this one splits a delta between them.
    """

    __slots__ = (
        "_extras",
        "_has_media",
        "_is_marked_reasoning",
        "_passed_on",
        "_tags",
        "_text_length",
        "_text_start",
        "_texts",
        "reasoning",
        "tool_calls",
    )

    def __init__(self, *, think_tags: bool, tool_names: Mapping[str, str] | None = None) -> None:
        """Start a message.

        Args:
            think_tags: Whether reasoning may come in tags at the head of the content.
            tool_names: The own names of tools that were sent under another, by that other name.
        """
        self._tags = ThinkTagReader() if think_tags else None
        """Reads the content until the text begins."""
        self._is_marked_reasoning = False
        """Whether Google marks the content of the delta as reasoning."""
        self._text_start = 0
        """Where the text begins in the content as it was sent: after reasoning in tags."""
        self._texts: list[str] = []
        self._text_length = 0
        self._has_media = False
        """Whether content has come that is not text, such as an image."""
        self._extras = Extras()
        self._passed_on: set[str] = set()
        """The names of the fields that were passed on."""
        self.reasoning = ReasoningReader()
        self.tool_calls = ToolCallStream(tool_names)

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._texts)

    @property
    def has_content(self) -> bool:
        """Whether there is content so far; reasoning and tool calls do not count."""
        return self._has_media or self._text_length > 0

    def _add_text(self, text: str) -> None:
        self._texts.append(text)
        self._text_length += len(text)

    @property
    def extras(self) -> dict[str, Any]:
        """The extra fields so far, those of tool calls included."""
        fields = self._extras.fields
        annotations = fields.get("annotations")
        if self._text_start and isinstance(annotations, list):
            # Their offsets count in the content as it was sent.
            moved = [move_offsets(one, -self._text_start) for one in annotations]
            fields = {**fields, "annotations": moved}
        return {**self.reasoning.other_fields, **fields, **self.tool_calls.extras}

    def read(self, delta: dict[str, Any], *, repeats: bool = False) -> Delta:
        """Take in a message or a delta.

        Args:
            delta: The message or the delta.
            repeats: Whether it repeats the deltas before it.

        Returns:
            What of it is passed on now.
        """
        content = delta.get("content")
        if (content is None or isinstance(content, str)) and delta.keys() <= COMMON:
            read = Delta(content or "")
            self._is_marked_reasoning = False
        else:
            read = self._read_fields(delta, repeats=repeats)
        if read.content:
            if self._is_marked_reasoning:
                self._expect_reasoning()
            if self._tags is not None:
                self._split_reasoning(read, self._tags)
            if isinstance(read.content, str):
                self._add_text(read.content)
            elif read.content:
                self._has_media = True
                for part in read.content:
                    self._add_text(get_part_text(part))
        if calls := delta.get("tool_calls"):
            if self._tags is not None:
                self._release_text(read, self._tags)
            read.tool_call_chunks = self.tool_calls.push(calls)
        return read

    def _release_text(self, delta: Delta, tags: ThinkTagReader) -> None:
        """Pass on text that waits for a closing tag, which will not come after tool calls."""
        if text := tags.release():
            self._add_text(text)
            content = delta.content
            delta.content = [text, *content] if isinstance(content, list) else text + content
            self._text_start, self._tags = tags.text_start, None

    def _read_fields(self, delta: dict[str, Any], *, repeats: bool) -> Delta:
        """Take in a delta that is more than text and tool calls."""
        self._is_marked_reasoning = False
        if "extra_content" in delta:
            self._is_marked_reasoning, delta = take_reasoning_mark(delta)
        content = delta.get("content") or ""
        if not isinstance(content, str):
            position = self._text_start + self._text_length
            if self._tags is not None:
                position = self._tags.received
            parts = read_content_parts(content, position)
            content = parts.content
            for fields in parts.text_fields:
                self._extras.push(fields)
            if parts.reasoning_blocks:
                known = delta.get("thinking_blocks")
                known = known if isinstance(known, list) else []
                delta = {**delta, "thinking_blocks": [*known, *parts.reasoning_blocks]}
        self._extras.push(delta, repeats=repeats)
        is_known = repeats and self.reasoning.field is not None
        reasoning = "" if is_known else self.reasoning.read(delta)
        passed_on: dict[str, Any] = {}
        if refusal := delta.get("refusal"):
            passed_on["refusal"] = to_text(refusal)
        if (raw_call := delta.get("function_call")) and (call := read_function_call(raw_call)):
            passed_on["function_call"] = call
        self._passed_on |= passed_on.keys()
        return Delta(content, reasoning, passed_on)

    def _expect_reasoning(self) -> None:
        """Read the content from here on as reasoning, which Google marks besides its tags."""
        if self._tags is None:
            self._tags = ThinkTagReader(is_marked=True)
        self._tags.is_marked = True

    def _split_reasoning(self, delta: Delta, tags: ThinkTagReader) -> None:
        """Move reasoning in tags out of the content: a text, or parts with text among them."""
        tags.may_lack_opening = self.reasoning.field is None
        push = tags.push_unmarked if tags.is_marked and not self._is_marked_reasoning else tags.push
        if isinstance(delta.content, str):
            reasoning, delta.content = push(delta.content)
        else:
            reasoning, parts = "", []
            for part in delta.content:
                text = get_part_text(part)
                if not text:
                    parts += [released, part] if (released := tags.release()) else [part]
                    continue
                split = push(text)
                reasoning += split[0]
                if split[1]:
                    parts.append(split[1] if isinstance(part, str) else {**part, "text": split[1]})
            delta.content = parts
        delta.reasoning += self.reasoning.read_tagged(reasoning)
        if tags.is_done:
            self._text_start = tags.text_start
            self._tags = None

    def read_summary(self, message: dict[str, Any], delta: dict[str, Any]) -> Delta:
        """Take in a whole message that comes after deltas and repeats them.

        Only what they have left out is read of it.

        Args:
            message: The message.
            delta: The delta in the same chunk, which counts as before it.

        Returns:
            What of both is passed on now.
        """
        has_calls = bool(self.tool_calls)
        read = self.read(delta)
        known = {name for name in COMMON if delta.get(name)} | self._passed_on
        if self.has_content:
            known.add("content")
        if has_calls:
            known.add("tool_calls")
        content = message.get("content")
        if isinstance(content, list) and "content" in known:
            parts = read_content_parts(content)
            for fields in (*parts.text_fields, {"thinking_blocks": parts.reasoning_blocks}):
                self._extras.push(fields, repeats=True)
        rest = self.read({k: v for k, v in message.items() if k not in known}, repeats=True)
        self.tool_calls.push_extras(message.get("tool_calls"))
        return Delta(
            read.content or rest.content,
            read.reasoning + rest.reasoning,
            {**(read.fields or {}), **(rest.fields or {})},
            read.tool_call_chunks or rest.tool_call_chunks,
        )

    def close(self, finish_reason: str | None) -> MessageEnd:
        """End the message.

        Args:
            finish_reason: Why the model stopped.
        """
        buffered = Delta()
        if self._tags is not None:
            reasoning, text = self._tags.close()
            self._add_text(text)
            buffered.content, buffered.reasoning = text, self.reasoning.read_tagged(reasoning)
        buffered.tool_call_chunks, errors = self.tool_calls.close(finish_reason)
        return MessageEnd(
            buffered,
            self.extras,
            self.reasoning.field,
            len(self.reasoning.text),
            errors,
            is_empty=not (self.has_content or self.tool_calls),
        )
