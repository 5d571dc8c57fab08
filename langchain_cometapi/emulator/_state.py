"""What the emulator remembers between requests; safe to use from several threads."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Hashable

_REMEMBERED = 4096
_RECORDED = 100_000


@dataclass(frozen=True)
class RecordedRequest:
    """One request the emulator received, whatever it answered.

    Attributes:
        method: HTTP method.
        path: Path, without the query.
        query: Query parameters; of a repeated one, the last.
        headers: Headers, with lower-case names.
        body: The parsed JSON body, or `None` if there was none or it was no JSON.
    """

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


class _BoundedSet:
    """A set that forgets its oldest members."""

    def __init__(self, size: int) -> None:
        self._items: OrderedDict[Hashable, None] = OrderedDict()
        self._size = size

    def add(self, item: Hashable) -> None:
        self._items[item] = None
        self._items.move_to_end(item)
        while len(self._items) > self._size:
            self._items.popitem(last=False)

    def __contains__(self, item: Hashable) -> bool:
        return item in self._items


class EmulatorState:
    """The emulator's memory: requests seen, reasoning issued, prompts cached."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: deque[RecordedRequest] = deque(maxlen=_RECORDED)
        self._reasoning = _BoundedSet(_REMEMBERED)
        self._signatures = _BoundedSet(_REMEMBERED)
        self._prefixes = _BoundedSet(_REMEMBERED)
        self._serial = 0

    def next_serial(self) -> int:
        """Return 1, 2, 3 ... for ids that must differ."""
        with self._lock:
            self._serial += 1
            return self._serial

    def record(self, request: RecordedRequest) -> None:
        """Remember a request.

        Args:
            request: The request received.
        """
        with self._lock:
            self._requests.append(request)

    def requests(self) -> list[RecordedRequest]:
        """Return the requests received so far, oldest first; of very many, the newest."""
        with self._lock:
            return list(self._requests)

    def clear_requests(self) -> None:
        """Forget the requests received so far."""
        with self._lock:
            self._requests.clear()

    def issue_reasoning(self, family: str, text: str) -> None:
        """Remember a reasoning text, so that its replay can be told from an invention.

        Args:
            family: The family it was issued for.
            text: The whole text.
        """
        with self._lock:
            self._reasoning.add((family, text))

    def was_reasoning_issued(self, family: str, text: str) -> bool:
        """Tell whether a reasoning text was issued for a family.

        Args:
            family: The family of the model now asked.
            text: The text sent back.
        """
        with self._lock:
            return (family, text) in self._reasoning

    def issue_signature(self, call_id: str) -> str:
        """Make and remember the thought signature of a tool call.

        Args:
            call_id: The tool call's id.
        """
        signature = hashlib.sha256(f"cometapi-emulator:{call_id}".encode()).hexdigest()
        with self._lock:
            self._signatures.add((call_id, signature))
        return signature

    def was_signature_issued(self, call_id: str, signature: str) -> bool:
        """Tell whether a signature was issued for this very tool call.

        Args:
            call_id: The tool call's id.
            signature: The signature sent back.
        """
        with self._lock:
            return (call_id, signature) in self._signatures

    def cache_prefixes(self, keys: list[str]) -> int:
        """Look up and store the growing prefixes of a prompt.

        Args:
            keys: One key per prefix, shortest first.

        Returns:
            How many of them, from the shortest on, were stored before.
        """
        with self._lock:
            known = 0
            for key in keys:
                if key not in self._prefixes:
                    break
                known += 1
            for key in keys:
                self._prefixes.add(key)
            return known
