r"""Characters that were cut into two events: `"a\ud83d"`, then `"\ude00b"`.

Hosts that cut a stream by UTF-16 units send half a surrogate pair at the end of one event and the
other half at the beginning of the next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi._json import has_surrogates, join_surrogates, replace_surrogates

if TYPE_CHECKING:
    from langchain_cometapi._client.route import JSON

_GROWING = frozenset({"delta", "message"})
"""Texts below these go on in the next event; any other text comes whole."""

_WHOLE = frozenset({"id", "type", "role", "object", "format"})
"""Fields that come whole also there, perhaps in each event."""

_ENCODED = frozenset({"arguments", "input"})
"""Fields that some hosts do not encode as text: they come whole then."""

_PARTS = "content"
"""The list whose items are one text; items of any other list have nothing to do with each other."""

_PLACE_FIELDS = ("type", "item_id", "output_index", "content_index", "summary_index")
"""What says where the text of an event of the Responses route belongs."""

_ALONE = "\ufffd"

_Path = tuple[tuple[str | int, Any], ...]
"""For each level the key, or the place in a list.

A place has the `index` of its item, the key of an event of the Responses route its other fields.
"""


class SurrogateJoiner:
    """Joins halves of surrogate pairs over the events of one stream.

    A half at the end of a text waits for the next text at the same place; a half alone becomes
    U+FFFD.
    """

    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        """Start a stream."""
        self._waiting: dict[_Path, str] = {}

    @property
    def is_waiting(self) -> bool:
        """Whether a half waits for its other half."""
        return bool(self._waiting)

    def push(self, event: Any) -> Any:
        """Return an event, or another value of JSON, whose texts can all be encoded."""
        delta = event.get("delta") if isinstance(event, dict) else None
        if isinstance(delta, str):
            found = ((name, event.get(name)) for name in _PLACE_FIELDS)
            places = tuple(place for place in found if isinstance(place[1], (int, str)))
            path = (("delta", places),)
            return {**replace_surrogates(event), "delta": self._read_text(delta, path)}
        return self._read(event, (), grows=False)

    def close(self) -> list[JSON]:
        """Return an event for each half that was alone at the end.

        Those of an item are not missed: its whole text comes at its end.
        """
        waiting, self._waiting = self._waiting, {}
        return [_create_event(path) for path in waiting if not _has_item(path)]

    def _read(self, value: Any, path: _Path, *, grows: bool) -> Any:
        if isinstance(value, str):
            return self._read_text(value, path) if grows else replace_surrogates(value)
        if isinstance(value, dict):
            read = {}
            for name, inner in value.items():
                key = replace_surrogates(name)
                goes_on = (grows or key in _GROWING) and key not in _WHOLE
                if key in _ENCODED and not isinstance(inner, str):
                    goes_on = False
                read[key] = self._read(inner, (*path, (key, None)), grows=goes_on)
            return read
        if isinstance(value, list):
            is_text = bool(path) and path[-1][0] == _PARTS
            return [
                self._read(
                    item,
                    (*path, _locate(0 if is_text else place, item)),
                    grows=grows and (is_text or isinstance(item, dict)),
                )
                for place, item in enumerate(value)
            ]
        return value

    def _read_text(self, text: str, path: _Path) -> str:
        if text and (half := self._waiting.pop(path, "")):
            text = half + text
        if not has_surrogates(text):
            return text
        text = join_surrogates(text)
        if "\ud800" <= text[-1] <= "\udbff":
            self._waiting[path] = text[-1]
            text = text[:-1]
        return replace_surrogates(text)  # type: ignore[no-any-return]


def _locate(place: int, item: object) -> tuple[int, Any]:
    """Return the place of an item: some hosts send its index in its first event only."""
    index = item.get("index") if isinstance(item, dict) else None
    return (0, index if isinstance(index, (int, str)) else place)


def _has_item(path: _Path) -> bool:
    """Return whether a path leads to a delta of an item of the Responses route."""
    key, places = path[0]
    return key == "delta" and isinstance(places, tuple) and "item_id" in dict(places)


def _create_event(path: _Path) -> JSON:
    """Return an event with U+FFFD at a place, and nothing else."""
    value: Any = _ALONE
    for key, place in reversed(path):
        if isinstance(key, str):
            value = {**dict(place or ()), key: value}
        else:
            value = [{"index": place, **value} if isinstance(value, dict) else value]
    event: JSON = value
    return event
