"""The responses that the Responses route has stored, for requests that refer to them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Final

_MAX_RESPONSES: Final = 4096

Item = dict[str, Any]


@dataclass(frozen=True)
class StoredItem:
    """An output item of a stored response.

    Attributes:
        item: The item.
        reasoning_id: The id of the reasoning that led to it, or `None`.
        following_id: The id of what a reasoning item led to, or `None`.
    """

    item: Item
    reasoning_id: str | None
    following_id: str | None


class StoredResponses:
    """Stored responses, safe to use from several threads; the oldest are dropped above a limit."""

    def __init__(self) -> None:
        """Start with none."""
        self._lock = threading.Lock()
        self._histories: OrderedDict[str, list[Item]] = OrderedDict()
        self._items: dict[str, StoredItem] = {}
        self._item_ids: dict[str, list[str]] = {}

    def add(self, response_id: str, history: list[Item], output: list[Item]) -> None:
        """Store a response.

        Args:
            response_id: Its id.
            history: The whole conversation that led to it.
            output: Its output items.
        """
        items = {item["id"]: _link(output, index) for index, item in enumerate(output)}
        with self._lock:
            self._histories[response_id] = [*history, *output]
            self._item_ids[response_id] = list(items)
            self._items.update(items)
            while len(self._histories) > _MAX_RESPONSES:
                oldest, _ = self._histories.popitem(last=False)
                for item_id in self._item_ids.pop(oldest):
                    del self._items[item_id]

    def history(self, response_id: str) -> list[Item] | None:
        """Return a conversation up to a response, or `None` if it is not stored.

        Args:
            response_id: The response's id.
        """
        with self._lock:
            return self._histories.get(response_id)

    def item(self, item_id: str) -> StoredItem | None:
        """Return an output item, or `None` if it is not stored.

        Args:
            item_id: The item's id.
        """
        with self._lock:
            return self._items.get(item_id)


def _link(output: list[Item], index: int) -> StoredItem:
    """Return an output item with the ids of what it belongs to."""
    item = output[index]
    before = [earlier["id"] for earlier in output[:index] if earlier["type"] == "reasoning"]
    after = [later["id"] for later in output[index + 1 :] if later["type"] != "reasoning"]
    if item["type"] == "reasoning":
        return StoredItem(item, None, after[0] if after else None)
    return StoredItem(item, before[-1] if before else None, None)
