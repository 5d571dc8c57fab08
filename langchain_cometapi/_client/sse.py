"""From the bytes of a streamed body, cut anywhere, to the JSON objects in it.

The readers are sans-IO: they take in what arrived and return what it completed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic_core import from_json

from langchain_cometapi._client.error_rules import is_error
from langchain_cometapi._client.surrogates import SurrogateJoiner
from langchain_cometapi._json import TooDeepError, load_json, load_with_surrogates
from langchain_cometapi.exceptions import CometAPIError

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_cometapi._client.errors import Failure
    from langchain_cometapi._client.route import JSON

_DONE = b"[DONE]"
_BOM = b"\xef\xbb\xbf"
_OBJECT, _OBJECT_END = b"data: {", b"}\n\n"

MAX_BYTES = 64 * 2**20
"""Limit in bytes for one event or one run of other lines; a response with images fits in."""

_MAX_NOISE = 2**20
"""Limit in bytes for other lines between events; an error that comes as bare JSON fits in."""

_HEAD = 1000
_LINE_COST = 64
"""Bytes that a line costs in memory besides its own."""


class ErrorPayload(bytes):
    """The data of an event whose name is `error`."""

    __slots__ = ()


class TooLongError(ValueError):
    """An event, or lines outside of events, that would fill the memory.

    Its argument is the beginning of what came last.
    """


class SSEReader:
    """Reads a stream of server-sent events, cut anywhere, into the data of its events.

    Follows the HTML standard, section 9.2.6: lines end in LF, CRLF or CR, a space after the
    colon is optional, comments and unknown fields are passed over, a BOM at the start is
    dropped. Lines that are not a field of an event stream are kept in `stray`, such as a JSON
    response or an HTML page, unless one is an event of its own: a gateway's bare JSON error.
    """

    __slots__ = (
        "_after_cr",
        "_data",
        "_data_size",
        "_event",
        "_first",
        "_has_events",
        "_is_bare_event",
        "_parts",
        "_parts_size",
        "_stray_size",
        "stray",
    )

    def __init__(self, is_bare_event: Callable[[bytes], bool] = lambda _: False) -> None:
        """Start at the beginning of a stream.

        Args:
            is_bare_event: Whether a line without `data:` is an event; each is asked about once.
        """
        self._is_bare_event = is_bare_event
        self._parts: list[bytes] = []
        self._parts_size = 0
        self._data: list[bytes] = []
        self._data_size = 0
        self._stray_size = 0
        self._has_events = False
        self._event = b""
        self._after_cr = False
        self._first = True
        self.stray: list[bytes] = []

    @property
    def is_between(self) -> bool:
        """Whether the last event has ended, and nothing of the next one is there."""
        return not (self._parts or self._data or self._event or self._first or self.stray)

    def feed(self, chunk: bytes) -> list[bytes]:
        """Take in what arrived and return the data of the events it completed.

        Raises:
            TooLongError: If an event, or a run of other lines, is too long.
        """
        if not chunk:
            return []
        if self._after_cr:
            chunk = chunk.removeprefix(b"\n")
        self._after_cr = chunk.endswith(b"\r")
        if b"\r" in chunk:
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if b"\n" not in chunk:
            self._parts.append(chunk)
            self._parts_size += len(chunk)
            if self._parts_size > MAX_BYTES:
                raise TooLongError(chunk[:_HEAD])
            return []
        if self._parts:
            self._parts.append(chunk)
            chunk = b"".join(self._parts)
        lines = chunk.split(b"\n")
        rest = lines.pop()
        self._parts = [rest] if rest else []
        self._parts_size = len(rest)
        return self._read(lines)

    def close(self) -> list[bytes]:
        """Return the data of the last event if its closing blank line is missing."""
        lines = [b"".join(self._parts), b""]
        self._parts = []
        return self._read(lines)

    def _read(self, lines: list[bytes]) -> list[bytes]:
        if self._first:
            self._first = False
            lines[0] = lines[0].removeprefix(_BOM)
        events: list[bytes] = []
        for line in lines:
            if line.startswith(b"data:"):
                self._add_data(line, events)
            elif not line:
                self._dispatch(events)
                self._event = b""
            elif not line.startswith(b":"):
                self._field(line, events)
        return events

    def _add_data(self, line: bytes, events: list[bytes]) -> None:
        data = line[6:] if line[5:6] == b" " else line[5:]
        if self._data and _starts_new_event(self._data[-1], data):
            self._dispatch(events)
        self._data.append(data)
        self._data_size += len(data)
        if self._data_size > MAX_BYTES:
            raise TooLongError(data[:_HEAD])

    def _dispatch(self, events: list[bytes]) -> None:
        if not self._data:
            return
        data = self._data[0] if len(self._data) == 1 else b"\n".join(self._data)
        events.append(ErrorPayload(data) if self._event == b"error" else data)
        self._data = []
        self._data_size = 0
        self._has_events = True

    def _field(self, line: bytes, events: list[bytes]) -> None:
        name, _, value = line.partition(b":")
        if name == b"event":
            self._event = value.strip()
        elif name == b"data":
            self._data.append(b"")
        elif name.lstrip() == b"data":
            self._add_data(line.lstrip(), events)  # indented, against the standard
        elif self._is_bare_event(line):
            self._dispatch(events)
            events.append(line)
        elif name not in {b"id", b"retry"}:
            self.stray.append(line)
            self._stray_size += len(line) + _LINE_COST
            if self._stray_size > (_MAX_NOISE if self._has_events else MAX_BYTES):
                raise TooLongError(line[:_HEAD])


def _starts_new_event(before: bytes, data: bytes) -> bool:
    """Whether a blank line is missing before `data`: no JSON continues with `{` after a `}`."""
    return before.rstrip().endswith(b"}") and data.lstrip().startswith((b"{", _DONE))


class ChunkReader:
    """Reads the body of a streamed response into its JSON objects.

    `done` is true once `[DONE]` was read. `error` is set when the body carries an error or
    something that is not JSON; what came before it is returned first.
    """

    __slots__ = (
        "_events",
        "_failure",
        "_is_between",
        "_joiner",
        "_quoted_fields",
        "_read_any",
        "_result_field",
        "done",
        "error",
    )

    def __init__(self, failure: Failure, result_field: str | None = None) -> None:
        """Start at the beginning of a body.

        Args:
            failure: Builds the errors of the request.
            result_field: A field of each object that no error has.
        """
        self._events = SSEReader(self._is_bare_object)
        self._failure = failure
        self._result_field = result_field
        fields = ("error", result_field) if result_field else ("error",)
        self._quoted_fields = [f'"{field}"'.encode() for field in fields]
        self._joiner = SurrogateJoiner()
        self._read_any = False
        self._is_between = False
        """Whether the last object has ended, and nothing of the next one is there."""
        self.done = False
        self.error: CometAPIError | None = None

    def feed(self, data: bytes) -> list[JSON]:
        """Take in what arrived and return the objects it completed."""
        if self._is_between and data[:7] == _OBJECT and data[-3:] == _OBJECT_END:
            # A piece that is exactly one event, as most hosts send them, takes a shortcut.
            text = data[6:-2]
            if b"\n" not in text and b"\r" not in text:
                try:
                    parsed = from_json(text)
                except ValueError:
                    pass  # read below, by the parser that accepts more
                else:
                    is_plain = not parsed.get("error") and "base_resp" not in parsed
                    if is_plain and parsed.get(self._result_field):
                        return [parsed]
        chunks: list[JSON] = []
        try:
            for event in self._events.feed(data):
                self._parse(event, chunks)
        except CometAPIError as error:
            self.error = error
        except TooLongError as error:
            self.error = self._from_too_long(error)
        may_shorten = self._read_any and not (self.done or self._joiner.is_waiting)
        self._is_between = may_shorten and self._events.is_between
        return chunks

    def close(self) -> list[JSON]:
        """Return the objects that only the end of the body completed."""
        chunks: list[JSON] = []
        try:
            for event in self._events.close():
                # The last line may be cut off: then whatever reads the objects misses their end.
                *lines, last = [event] if _is_json(event) else event.split(b"\n")
                is_cut = _is_cut(last)
                for line in lines if is_cut else [*lines, last]:
                    self._parse(line, chunks)
                self._read_any = self._read_any or is_cut
            self._read_rest(b"\n".join(self._events.stray), chunks)
            chunks += self._joiner.close()
        except CometAPIError as error:
            self.error = error
        except TooLongError as error:
            self.error = self._from_too_long(error)
        return chunks

    def _from_too_long(self, error: TooLongError) -> CometAPIError:
        return self._failure.from_body(error.args[0], "The stream does not come to an event's end")

    def _parse(self, event: bytes, chunks: list[JSON]) -> None:
        self._read_any = True
        text = event.strip()
        if self.done or not text:
            return
        if text.startswith(_DONE):
            self.done = True
            chunks += self._joiner.close()
            return
        invalid = False
        try:
            parsed = self._load(text)
        except TooDeepError as error:
            raise self._failure.from_body(event, f"The stream has an event {error}") from None
        except ValueError:
            invalid = True
        if invalid:  # not while the parser's error is handled: that one holds all of the event
            raise self._failure.from_body(event, "The stream has an event that is not JSON")
        if isinstance(event, ErrorPayload) or is_error(parsed, self._result_field):
            raise self._failure.from_error_object(parsed, in_stream=True)
        if isinstance(parsed, dict):
            chunks.append(parsed)
        elif parsed:  # `null`, `[]` and `""` are ignored
            raise self._failure.from_body(event, "The stream has JSON that is not an object")

    def _load(self, text: bytes) -> Any:
        """Parse an event, and join characters that were cut into two of them."""
        try:
            parsed = from_json(text)
        except ValueError:
            parsed = load_with_surrogates(text)
        else:
            if not self._joiner.is_waiting:
                return parsed
        return self._joiner.push(parsed)

    def _is_bare_object(self, line: bytes) -> bool:
        """Whether a line without `data:` is an error or a result of its own."""
        is_object = line.startswith(b"{") and any(f in line for f in self._quoted_fields)
        return is_object and _is_json(line)

    def _read_rest(self, body: bytes, chunks: list[JSON]) -> None:
        """Read what is not an event stream: an object over several lines, or another body."""
        body = body.strip()
        if body.startswith((b"{", b"[{")) and _is_json(body):
            if b'"error"' in body or not self._read_any:
                self._parse(body, chunks)
        elif not self._read_any:
            what = "Text instead of a stream" if body else "An empty body instead of a stream"
            raise self._failure.from_body(body, what)
        # else: noise between real events; an SSE client ignores unknown fields


def _is_cut(line: bytes) -> bool:
    """Whether a line is the beginning of an object or of `[DONE]`, and no more."""
    line = line.strip()
    if line.startswith(b"{"):
        return not _is_json(line)
    return line != _DONE and _DONE.startswith(line)


def _is_json(data: bytes) -> bool:
    try:
        load_json(data)
    except ValueError:
        return False
    return True
