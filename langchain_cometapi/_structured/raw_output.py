"""`include_raw=True`: the message with its parsed output, or with the parsing error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_core.runnables import AddableDict
from langchain_core.runnables.base import RunnableSerializable
from typing_extensions import override

from langchain_cometapi._structured.parsers import OutputReader, StructuredOutputParser

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from langchain_core.runnables import RunnableConfig


class RawOutput(RunnableSerializable[dict[str, Any], dict[str, Any]]):
    """Adds `parsed` and `parsing_error` to a message in `raw`, whole and streamed.

    Core's fallbacks could do this for a whole message, but they no longer catch an error once a
    stream has begun.
    """

    parser: StructuredOutputParser
    """The parser of the message."""

    @override
    def invoke(
        self,
        input: dict[str, Any],
        config: RunnableConfig | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        return self._call_with_config(self._parse, input, config, run_type="parser")

    @override
    async def ainvoke(
        self,
        input: dict[str, Any],
        config: RunnableConfig | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        return await self._acall_with_config(self._aparse, input, config, run_type="parser")

    @override
    def transform(
        self,
        input: Iterator[dict[str, Any]],
        config: RunnableConfig | None = None,
        **kwargs: Any | None,
    ) -> Iterator[dict[str, Any]]:
        yield from self._transform_stream_with_config(
            input, self._transform, config, run_type="parser"
        )

    @override
    async def atransform(
        self,
        input: AsyncIterator[dict[str, Any]],
        config: RunnableConfig | None = None,
        **kwargs: Any | None,
    ) -> AsyncIterator[dict[str, Any]]:
        async for chunk in self._atransform_stream_with_config(
            input, self._atransform, config, run_type="parser"
        ):
            yield chunk

    @override
    def stream(
        self, input: dict[str, Any], config: RunnableConfig | None = None, **kwargs: Any
    ) -> Iterator[dict[str, Any]]:
        return self.transform(iter([input]), config, **kwargs)

    def _parse(self, output: dict[str, Any]) -> dict[str, Any]:
        parsed, error = None, None
        try:
            parsed = self.parser.parse_message(output["raw"])
        except Exception as raised:  # noqa: BLE001 - the user's validators may raise anything
            error = raised
        return {**output, "parsed": parsed, "parsing_error": error}

    async def _aparse(self, output: dict[str, Any]) -> dict[str, Any]:
        return self._parse(output)

    def _transform(self, chunks: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        reader = _Reader(self.parser)
        for chunk in chunks:
            yield from reader.push(chunk)
        yield reader.close()

    async def _atransform(
        self, chunks: AsyncIterator[dict[str, Any]]
    ) -> AsyncIterator[dict[str, Any]]:
        reader = _Reader(self.parser)
        async for chunk in chunks:
            for output in reader.push(chunk):
                yield output
        yield reader.close()


class _Reader:
    """Reads the chunks of one output and raises nothing."""

    def __init__(self, parser: StructuredOutputParser) -> None:
        self._reader = OutputReader(parser)

    def push(self, chunk: dict[str, Any]) -> list[dict[str, Any]]:
        """Return a chunk, and the output so far if it has changed it."""
        try:
            parsed = self._reader.push(chunk["raw"])
        except Exception:  # noqa: BLE001 - part of a message may be invalid; `close` reads the whole
            parsed = []
        return [AddableDict(chunk), *(AddableDict(parsed=output) for output in parsed)]

    def close(self) -> dict[str, Any]:
        """Return the last chunk: `parsing_error`, and `parsed` unless the last one is the same."""
        try:
            parsed = self._reader.close()
        except Exception as error:  # noqa: BLE001 - the user's validators may raise anything
            return AddableDict(parsed=None, parsing_error=error)
        last = AddableDict(parsing_error=None)
        if parsed:
            last["parsed"] = parsed[0]
        return last
