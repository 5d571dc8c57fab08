"""Tool calls of tools that were sent under another name, with the tool's own name again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi._chat.response.streamed_call import StreamedCall

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from langchain_core.messages import ToolCallChunk

    from langchain_cometapi._chat.response.wire_calls import WireCall


def restore_names(calls: Iterable[Any], names: Mapping[str, str]) -> None:
    """Give tool calls their tools' own names, in place.

    Args:
        calls: Calls in LangChain's form.
        names: The own names, by those that were sent.
    """
    for call in calls:
        call["name"] = names.get(call["name"], call["name"])


class RenamedCall(StreamedCall):
    """A streamed tool call that may be of a tool which was sent under another name.

    Its name may come in fragments, so nothing is passed on before it is whole: with the first
    field of arguments, or at the end.
    """

    __slots__ = ("_has_passed_on", "_id", "_names")

    def __init__(self, index: int, wire_index: object, names: Mapping[str, str]) -> None:
        """Start a call.

        Args:
            index: Its index for LangChain.
            wire_index: Its index on the wire, if it has one.
            names: The tools' own names, by those that were sent.
        """
        super().__init__(index, wire_index)
        self._names = names
        self._id: str | None = None
        self._has_passed_on = False

    @property
    def own_name(self) -> str | None:
        """The tool's own name."""
        return self._names.get(self.name, self.name) if self.name else self.name

    def push(self, fragment: WireCall, new_id: str | None) -> ToolCallChunk | None:
        """Take in a fragment; see `StreamedCall.push`."""
        chunk = super().push(fragment, new_id)
        if self._has_passed_on:
            return chunk
        self._id = self._id or new_id
        if chunk is None or not self.has_arguments:
            return None
        chunk["name"], chunk["id"] = self.take_start()
        return chunk

    def take_start(self) -> tuple[str | None, str | None]:
        """Return name and id if they have waited."""
        if self._has_passed_on:
            return None, None
        self._has_passed_on = True
        return self.own_name, self._id
