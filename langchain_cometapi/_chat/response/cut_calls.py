"""The tool calls of the native classes: one that may lack its end never runs.

LangChain's own classes read arguments that were cut off as if they were whole.
"""

from __future__ import annotations

import json
from typing import Any

from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.messages.tool import invalid_tool_call, tool_call_chunk

from langchain_cometapi._chat.response.arguments import (
    ArgumentsError,
    BracketScanner,
    parse_arguments,
)
from langchain_cometapi._content.finish_reasons import is_cut

_MERGED = {"model_provider", "output_version"}
"""Texts in the metadata of each chunk, of which core keeps one."""

ERRORS = "tool_call_errors"
"""Key of `response_metadata` for why calls must not run, by their ids; as on the chat route."""


def explain_cut(reason: object) -> str | None:
    """Return why the last call of a message may lack its end; `None` if it is whole."""
    # Within a call, a stop sequence or a pause has cut it; both are normal ends of a text.
    if is_cut(reason) or reason in {"pause_turn", "stop_sequence"}:
        return f"the message was cut off (stop reason {reason!r})"
    return None


def spoil_last_call(message: AIMessage, reason: object) -> None:
    """Make the last call of a whole message invalid if it may lack its end.

    Its block leaves the content, if it has one: core would show it as a call that can run.
    """
    error = explain_cut(reason)
    if error is None or not message.tool_calls:
        return
    call, content = message.tool_calls[-1], message.content
    ids = [block.get("id") for block in content if isinstance(block, dict)]
    if call["id"] in ids:
        if ids[-1] != call["id"]:
            return  # what follows a call shows that it is whole
        message.content = content[:-1]
    message.tool_calls.pop()
    arguments = json.dumps(call["args"])
    invalid = invalid_tool_call(name=call["name"], args=arguments, id=call["id"], error=error)
    message.invalid_tool_calls.append(invalid)
    message.response_metadata[ERRORS] = {call["id"]: error}


class StreamedMessage:
    """A message whose chunks come in."""

    def __init__(self) -> None:
        """Start before the first chunk."""
        self._chunks: list[AIMessageChunk] = []
        self._block: int | None = None
        """The index of the last block of the content, if there is one."""
        self._blocks: set[Any] = set()
        """The indices of calls that the content has, too, in Anthropic's form."""
        self._calls: dict[Any, list[Any]] = {}
        """The id and the arguments of each call, by the index of its chunks."""
        self._last: Any = None
        """The index of the call that came last, unless other content follows it."""
        self._named: set[str] = set()
        """The texts in the metadata so far, which core would join to those of later chunks."""
        self.is_closed = False
        self.buffered: list[Any] = []
        """A chunk that waits for the next one."""

    @property
    def is_new(self) -> bool:
        """Whether nothing has come in."""
        return not self._chunks

    def _align(self, chunk: AIMessageChunk) -> None:
        """Make the text after a block a block, too: core translates no text among blocks.

        `ChatAnthropic` streams plain text unless `thinking` is set, and newer models think without.
        """
        content = chunk.content
        if isinstance(content, list):
            for block in content:
                if isinstance(block, dict) and isinstance(index := block.get("index"), int):
                    self._block = index
        elif self._block is not None and content:
            chunk.content = [{"type": "text", "text": content, "index": self._block + 1}]

    @property
    def names_model(self) -> bool:
        """Whether a chunk names the model."""
        return any(chunk.response_metadata.get("model_name") for chunk in self._chunks)

    def get_text(self) -> str:
        """Return the text so far."""
        return "".join(chunk.text for chunk in self._chunks)

    def push(self, chunk: AIMessageChunk) -> None:
        """Take in a chunk; its content may get the form of that before it."""
        self._align(chunk)
        metadata = chunk.response_metadata
        if len(metadata) > 1:
            for name in self._named & metadata.keys():
                del metadata[name]
            self._named.update(name for name, value in metadata.items() if isinstance(value, str))
            self._named -= _MERGED
        if len(self._chunks) == 1 and not self._chunks[0].content and chunk.content:
            # Without content, the first chunk has the form of the second: core would keep a `""`.
            self._chunks[0].content = type(chunk.content)()
        self._chunks.append(chunk)
        for fragment in chunk.tool_call_chunks:
            self._last = fragment["index"]
            call = self._calls.setdefault(self._last, [fragment["id"], ""])
            call[1] += fragment["args"] or ""
            if chunk.content and isinstance(chunk.content[-1], dict):
                self._blocks.add(chunk.content[-1].get("index"))
        if chunk.content and not chunk.tool_call_chunks:
            self._last = None

    def close(self, chunk: AIMessageChunk, reason: object) -> list[AIMessageChunk]:
        """Make calls invalid that must not run.

        Args:
            chunk: The last chunk; a call that is in it alone is changed there.
            reason: Why the model stopped.

        Returns:
            What comes before the last chunk.
        """
        self.is_closed = True
        errors = {}
        added = []
        for index, (id_, arguments) in self._calls.items():
            error = explain_cut(reason) if index == self._last else None
            try:
                parse_arguments(arguments)
            except ArgumentsError as wrong:
                error = f"{error}: {wrong}" if error else str(wrong)
            if error:
                errors[id_] = error
                scanner = BracketScanner()
                scanner.push(arguments)
                added += self._append(chunk, index, scanner.get_spoiler())
        if errors:
            read = AIMessageChunk(content="", tool_call_chunks=chunk.tool_call_chunks)
            chunk.tool_calls, chunk.invalid_tool_calls = read.tool_calls, read.invalid_tool_calls
            chunk.response_metadata[ERRORS] = errors
        return added

    def _append(self, last: AIMessageChunk, index: Any, text: str) -> list[AIMessageChunk]:
        """Append to the arguments of a call; core does not merge two fragments of one chunk."""
        for fragment in last.tool_call_chunks:
            if fragment["index"] == index:
                fragment["args"] = (fragment["args"] or "") + text
                return []
        block = {"type": "input_json_delta", "partial_json": text, "index": index}
        provider = last.response_metadata.get("model_provider")
        return [
            AIMessageChunk(
                content=[block] if index in self._blocks else "",
                tool_call_chunks=[tool_call_chunk(args=text, index=index)],
                response_metadata={"model_provider": provider} if provider else {},
            )
        ]

    def get_partial(self, metadata: dict[str, Any]) -> AIMessage:
        """Return the message so far; its tool calls are all invalid."""
        first, *rest = self._chunks or [AIMessageChunk(content="")]
        merged = first + rest if rest else first
        error = "the stream ended before its message"
        calls = {call["id"] for call in merged.tool_call_chunks}
        errors = {ERRORS: dict.fromkeys(calls, error)} if calls else {}
        content = merged.content
        if isinstance(content, list):  # core would show their blocks as calls that can run
            content = [b for b in content if not (isinstance(b, dict) and b.get("id") in calls)]
        return AIMessage(
            content=content,
            additional_kwargs=merged.additional_kwargs,
            usage_metadata=merged.usage_metadata,
            response_metadata={**merged.response_metadata, **metadata, **errors},
            invalid_tool_calls=[
                invalid_tool_call(name=c["name"], args=c["args"], id=c["id"], error=error)
                for c in merged.tool_call_chunks
            ],
        )
