"""Joins values that come in pieces, at a cost that is linear in their bytes.

A value stays as it came until a second piece of it comes. From then on it is a node that takes in
further pieces in place; `build` returns the whole value.
"""

from __future__ import annotations

import json
from typing import Any

from langchain_cometapi._content.media_blocks import join_base64

# Strings that grow: each fragment is appended, even if it equals the last one.
_GROWING = frozenset(
    {"text", "thinking", "reasoning", "summary", "data", "transcript", "encrypted_content"}
)

# These strings name something: a later one does not continue it.
_NAMES = frozenset({"id", "type", "object", "model", "name", "role", "format", "thought_signature"})

# Items of these lists come whole, perhaps repeatedly: none of them is continued.
_WHOLE = frozenset({"annotations", "citations", "images", "search_results"})

# Items of these types are continued by the next fragment even without an index, until signed.
_GROWING_TYPES = frozenset(
    {"thinking", "reasoning", "reasoning.text", "reasoning.summary", "text", "summary_text"}
)

_MAX_OPEN = 8
"""How many of the last items with one type and index are checked for one to continue."""


def is_empty(value: object) -> bool:
    """Whether a value is empty; `0` and `False` are not."""
    if isinstance(value, _Node):
        return False
    return value is None or (isinstance(value, (str, list, dict)) and not value)


class _Node:
    """A value of several pieces."""

    __slots__ = ()


class _Text(_Node):
    """A string."""

    __slots__ = ("length", "pieces")

    def __init__(self, text: str) -> None:
        self.pieces = [text]
        self.length = len(text)

    def build(self) -> str:
        if len(self.pieces) > 1:
            self.pieces = ["".join(self.pieces)]
        return self.pieces[0]

    def push(self, name: str, new: str, *, repeats: bool) -> None:
        if name in _NAMES:
            return
        if repeats:
            known = self.build()
            if new in known:
                return
            if new.startswith(known) or (name == "data" and join_base64(known) == new):
                self.pieces, self.length = [new], len(new)
                return
        if len(new) == self.length and name not in _GROWING and self.build() == new:
            return  # a string that does not grow may be repeated with every delta
        self.pieces.append(new)
        self.length += len(new)


class _Items(_Node):
    """A list."""

    __slots__ = ("items", "open", "seen")

    def __init__(self, items: list[Any]) -> None:
        self.items = list(items)
        self.seen = set(map(_canonical, items))
        self.open: dict[tuple[str, str], list[int]] = {}
        """The places of items that may be continued, by their type and index."""
        for place, item in enumerate(items):
            self._remember(place, item)

    def build(self) -> list[Any]:
        return list(map(build, self.items))

    def merge(self, name: str, new: list[Any], *, repeats: bool) -> None:
        known = set(map(_canonical, self.build())) if repeats else set()
        for item in new:
            place = None if name in _WHOLE else self._find_open(item)
            if place is not None and not (repeats and _canonical(item) in known):
                self.items[place] = merge_value("", self.items[place], item, repeats=repeats)
            else:
                self.add(item)

    def add(self, item: Any) -> None:
        """Append an item unless an equal one is there."""
        if (key := _canonical(item)) not in self.seen:
            self.seen.add(key)
            self._remember(len(self.items), item)
            self.items.append(item)

    def _remember(self, place: int, item: Any) -> None:
        if isinstance(item, dict):
            key = str(item.get("type")), str(item.get("index"))
            self.open.setdefault(key, []).append(place)

    def _find_open(self, new: object) -> int | None:
        """Return the place of the last item that a new one continues."""
        if not isinstance(new, dict):
            return None
        places = self.open.get((str(new.get("type")), str(new.get("index"))), [])
        last = reversed(places[-_MAX_OPEN:])
        return next((place for place in last if _continues(self.items[place], new)), None)


class _Fields(_Node):
    """An object."""

    __slots__ = ("fields",)

    def __init__(self, fields: dict[str, Any]) -> None:
        self.fields = dict(fields)

    def build(self) -> dict[str, Any]:
        return {name: build(value) for name, value in self.fields.items()}


def build(value: Any) -> Any:
    """Return a value as a whole."""
    return value.build() if isinstance(value, (_Text, _Items, _Fields)) else value


def build_fields(fields: dict[str, Any]) -> dict[str, Any]:
    """Return an object whose values may be nodes."""
    return {name: build(value) for name, value in fields.items()}


def _open(known: Any) -> Any:
    """Return a value as a node that takes in pieces, if it can."""
    if isinstance(known, str):
        return _Text(known)
    if isinstance(known, dict):
        return _Fields(known)
    return _Items(known) if isinstance(known, list) else known


def merge_value(name: str, known: Any, new: Any, *, repeats: bool = False) -> Any:
    """Return the value of a field that two deltas have.

    Args:
        name: The field.
        known: Its value so far.
        new: Its value in the later delta.
        repeats: Whether the later one may repeat the text of the earlier one.
    """
    if is_empty(known) or is_empty(new):
        return new if is_empty(known) else known
    node = _open(known)
    if isinstance(node, _Fields) and isinstance(new, dict):
        fields = node.fields
        for key, value in new.items():
            fields[key] = merge_value(key, fields.get(key), value, repeats=repeats)
    elif isinstance(node, _Items) and isinstance(new, list):
        node.merge(name, new, repeats=repeats)
    elif isinstance(node, _Text) and isinstance(new, str):
        node.push(name, new, repeats=repeats)
    else:
        return new
    return node


def update_value(known: Any, new: Any) -> Any:
    """Return a field of the whole response, updated with its value in a later chunk.

    Lists and objects may come in parts; of anything else the last value counts, as some hosts
    send a filter's verdict, a state or mere padding with every chunk.
    """
    if isinstance(known, (dict, _Fields)) and isinstance(new, dict):
        node = _open(known)
        for key, value in new.items():
            if value is not None:
                node.fields[key] = update_value(node.fields.get(key), value)
            else:
                node.fields.setdefault(key)
        return node
    if isinstance(known, (list, _Items)) and isinstance(new, list):
        node = _open(known)
        for item in new:
            node.add(item)
        return node
    return new


def append_value(known: Any, new: Any) -> Any:
    """Return the value of a field whose lists follow each other, such as logprobs."""
    if isinstance(known, (dict, _Fields)) and isinstance(new, dict):
        node = known if isinstance(known, _Fields) else _Fields({})
        if node is not known:
            append_value(node, known)
        for key, value in new.items():
            if value is not None:
                node.fields[key] = append_value(node.fields.get(key), value)
            else:
                node.fields.setdefault(key)
        return node
    if isinstance(new, list):
        known = known if isinstance(known, list) else []
        known.extend(new)
        return known
    return new


def _canonical(value: Any) -> str:
    return json.dumps(build(value), sort_keys=True)


def _continues(known: Any, new: dict[str, Any]) -> bool:
    """Whether an item continues a known one: the same type at the same index."""
    fields = known.fields if isinstance(known, _Fields) else known
    if build(fields.get("type")) != new.get("type") or fields.get("index") != new.get("index"):
        return False
    may_grow = new.get("type") in _GROWING_TYPES and not fields.get("signature")
    if new.get("index") is None and not may_grow:
        return False
    return not _contradict("", fields, new)


def _contradict(name: str, known: Any, new: object) -> bool:
    """Whether two items are different ones: a field of both differs, such as the id."""
    if is_empty(known) or is_empty(new) or name in _GROWING:
        return False
    if isinstance(known, _Fields):
        known = known.fields
    if isinstance(known, dict) and isinstance(new, dict):
        return any(_contradict(key, known[key], new[key]) for key in known.keys() & new.keys())
    if isinstance(known, (list, _Items)) and isinstance(new, list):
        return False
    return bool(build(known) != new)
