"""What one answer says, read the same whether it came whole or in deltas."""

from __future__ import annotations

from typing import Any

from langchain_cometapi._chat.response.content import (
    move_annotation,
    read_content,
    read_function_call,
    write,
)
from langchain_cometapi._chat.response.think_tags import ThinkTagReader
from langchain_cometapi._content.extras import COMMON, PASSED_ON, Extras
from langchain_cometapi._content.reasoning import ReasoningReader


class AnswerReader:
    """Reads text, reasoning and extra fields of one answer."""

    __slots__ = ("_extras", "_passed_on", "_removed", "_tags", "reasoning", "said_other", "text")

    def __init__(self, *, think_tags: bool) -> None:
        """Start an answer.

        Args:
            think_tags: Whether thoughts come as tags at the head of the content.
        """
        self._tags = ThinkTagReader() if think_tags else None
        self._extras = Extras()
        self._removed = 0
        self._passed_on: set[str] = set()
        """Which of the fields that are passed on there were."""
        self.reasoning = ReasoningReader()
        self.text: list[str] = []
        self.said_other = False
        """Whether it has said what is no text, such as an image."""

    @property
    def said_something(self) -> bool:
        """Whether there is an answer so far, beside thoughts and calls."""
        return self.said_other or any(self.text)

    @property
    def extras(self) -> dict[str, Any]:
        """The extra fields so far."""
        fields = self._extras.fields
        annotations = fields.get("annotations")
        if self._removed and isinstance(annotations, list):
            # They count from the head of the content, where the thought was.
            moved = [move_annotation(one, -self._removed) for one in annotations]
            fields = {**fields, "annotations": moved}
        if aside := self.reasoning.aside:
            return {**aside, **fields}
        return fields

    def read(self, delta: dict[str, Any], *, whole: bool = False) -> dict[str, Any]:
        """Take in a message or a delta.

        Args:
            delta: The message or the delta.
            whole: Whether it repeats what the deltas before it have said.

        Returns:
            What is passed on as it comes: text or parts under `content`, and what it adds to
            the reasoning under `reasoning_content`.
        """
        content = delta.get("content")
        plain = delta.keys() <= COMMON and (content is None or isinstance(content, str))
        if plain and self._tags is None:
            if content:
                self.text.append(content)
            return delta
        if not plain:
            delta = self._read_fields(delta, whole=whole)
        if self._tags is not None:
            delta = self._part_thought(delta, self._tags)
        said = delta.get("content")
        if isinstance(said, str):
            self.text.append(said)
        elif said:
            self.said_other = True
            self.text += map(_text_of, said)
        return delta

    def _read_fields(self, delta: dict[str, Any], *, whole: bool) -> dict[str, Any]:
        content = delta.get("content")
        if content and not isinstance(content, str):
            delta = self._read_parts(delta)
        self._extras.push(delta, whole=whole)
        repeated = whole and self.reasoning.field is not None
        reasoning = "" if repeated else self.reasoning.read(delta)
        kept = {name: value for name, value in delta.items() if name in COMMON}
        if refusal := delta.get("refusal"):
            kept["refusal"] = write(refusal)
        if call := delta.get("function_call"):
            kept["function_call"] = read_function_call(call)
        self._passed_on |= kept.keys() & PASSED_ON
        return {**kept, "reasoning_content": reasoning}

    def _read_parts(self, delta: dict[str, Any]) -> dict[str, Any]:
        self.text = ["".join(self.text)]
        content = read_content(delta["content"], self._removed + len(self.text[0]))
        for fields in content.beside:
            self._extras.push(fields)
        delta = {**delta, "content": content.said}
        if content.thoughts:
            known = delta.get("thinking_blocks")
            known = known if isinstance(known, list) else []
            delta["thinking_blocks"] = [*known, *content.thoughts]
        return delta

    def _part_thought(self, delta: dict[str, Any], tags: ThinkTagReader) -> dict[str, Any]:
        """Part the thought in tags from the content: a text, or parts with text among them."""
        content = delta.get("content")
        if not content:
            return delta
        thoughts: list[str] = []
        self._removed += _length(content)
        if isinstance(content, str):
            thought, content = tags.push(content)
            thoughts.append(thought)
        else:
            content = [answer for part in content if (answer := _part(part, tags, thoughts))]
        self._removed -= _length(content)
        if tags.is_done:
            self._tags = None
        delta = {**delta, "content": content}
        if thought := self.reasoning.read_tagged("".join(thoughts)):
            delta["reasoning_content"] = delta.get("reasoning_content", "") + thought
        return delta

    def read_closing(
        self, message: dict[str, Any], delta: dict[str, Any], *, has_calls: bool
    ) -> dict[str, Any]:
        """Take in a whole message after or beside deltas.

        It repeats them, so it is asked only for what they have left out.

        Args:
            message: The message.
            delta: The delta beside it, which counts as said before.
            has_calls: Whether there were tool calls before.

        Returns:
            As `read`.
        """
        read = self.read(delta) if delta else {}
        said = {name for name in COMMON if delta.get(name)} | self._passed_on
        if self.said_something:
            said.add("content")
        if has_calls:
            said.add("tool_calls")
        content = message.get("content")
        if isinstance(content, list) and "content" in said:
            parts = read_content(content)
            for fields in (*parts.beside, {"thinking_blocks": parts.thoughts}):
                self._extras.push(fields, whole=True)
        rest = self.read({k: v for k, v in message.items() if k not in said}, whole=True)
        return {**read, **{name: value for name, value in rest.items() if value}}

    def close(self) -> tuple[str, str]:
        """Return what was held back: a thought that was not closed, and text."""
        if self._tags is None:
            return "", ""
        thought, answer = self._tags.close()
        self.text.append(answer)
        self._removed -= len(answer)
        return self.reasoning.read_tagged(thought), answer


def _part(part: Any, tags: ThinkTagReader, thoughts: list[str]) -> Any:
    """Return what is left of a part without the thought in it."""
    text = _text_of(part)
    if not text:
        return part
    thought, answer = tags.push(text)
    thoughts.append(thought)
    if isinstance(part, str) or not answer:
        return answer
    return {**part, "text": answer}


def _length(content: str | list[Any]) -> int:
    return len(content) if isinstance(content, str) else sum(len(_text_of(p)) for p in content)


def _text_of(part: object) -> str:
    """Return the text of a part of content, if it is one of text."""
    if isinstance(part, str):
        return part
    text = part.get("text") if isinstance(part, dict) else None
    return text if isinstance(text, str) else ""
