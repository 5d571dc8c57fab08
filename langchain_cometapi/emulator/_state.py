"""The emulator's memory of requests, safe to use from several threads."""

from __future__ import annotations

import hashlib
import re
import threading
from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._script import Scripts
from langchain_cometapi.emulator._stored_responses import StoredResponses

if TYPE_CHECKING:
    from collections.abc import Hashable

_MAX_ISSUED = 4096
_MAX_REQUESTS = 100_000


_SECRET = re.compile(
    r"authorization|cookie|credential|password|secret|api[-_]?key|(access|auth)[-_]?token"
    r"|^(key|token)$",
    re.IGNORECASE,
)
"""Names of values that may be secrets."""

_PLAIN_HEADERS = re.compile(
    r"accept(-encoding)?|connection|content-(length|type)|host|user-agent|x-(emulator|stainless)-.*"
)
"""Headers that hold no secret; any other may, because users choose their names."""

_REDACTED = "**REDACTED**"


@dataclass(frozen=True, repr=False)
class RecordedRequest:
    """One request that the emulator received, whatever the response was.

    Its attributes are what was received; its `repr`, which a failed assertion shows, leaves out
    what may be a secret.

    Attributes:
        method: HTTP method.
        path: Path, without the query.
        query: Query parameters; the last value of a repeated one.
        headers: Headers, with lower-case names.
        body: The parsed JSON body, or `None` if there was none or it was not JSON.
    """

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any

    def __repr__(self) -> str:
        headers = {
            name: value if _PLAIN_HEADERS.fullmatch(name) else _REDACTED
            for name, value in self.headers.items()
        }
        query = dict.fromkeys(self.query, _REDACTED)
        return (
            f"RecordedRequest(method={self.method!r}, path={self.path!r}, query={query!r},"
            f" headers={headers!r}, body={_redact(self.body)!r})"
        )


def _redact(value: Any) -> Any:
    """Return JSON without what may be a secret, such as the headers of an MCP server."""
    if isinstance(value, list):
        return [_redact(item) for item in value]
    if not isinstance(value, dict):
        return value
    redacted: dict[Any, Any] = {}
    for name, item in value.items():
        if name == "headers" and isinstance(item, dict):
            redacted[name] = dict.fromkeys(item, _REDACTED)
        else:
            redacted[name] = _REDACTED if _SECRET.search(name) else _redact(item)
    return redacted


class _BoundedSet:
    """A set that drops its oldest items above a maximum size."""

    def __init__(self, max_size: int) -> None:
        self._items: OrderedDict[Hashable, None] = OrderedDict()
        self._max_size = max_size

    def add(self, item: Hashable) -> None:
        self._items[item] = None
        self._items.move_to_end(item)
        while len(self._items) > self._max_size:
            self._items.popitem(last=False)

    def __contains__(self, item: Hashable) -> bool:
        return item in self._items


class EmulatorState:
    """The requests received, the reasoning and signatures issued, and the prompts cached.

    Attributes:
        responses: What the Responses route has stored.
        scripts: The scripts in use.
    """

    def __init__(self) -> None:
        self.responses = StoredResponses()
        self.scripts = Scripts()
        self._lock = threading.Lock()
        self._requests: deque[RecordedRequest] = deque(maxlen=_MAX_REQUESTS)
        self._reasoning = _BoundedSet(_MAX_ISSUED)
        self._signatures = _BoundedSet(3 * _MAX_ISSUED)  # three items for each
        self._prefixes = _BoundedSet(_MAX_ISSUED)
        self._serial = 0

    def next_serial(self) -> int:
        """Return 1, 2, 3 ... to make ids unique."""
        with self._lock:
            self._serial += 1
            return self._serial

    def record(self, request: RecordedRequest) -> None:
        """Record a request.

        Args:
            request: The request received.
        """
        with self._lock:
            self._requests.append(request)

    def requests(self) -> list[RecordedRequest]:
        """Return the requests received so far, oldest first, up to a maximum number."""
        with self._lock:
            return list(self._requests)

    def clear_requests(self) -> None:
        """Forget the requests received so far."""
        with self._lock:
            self._requests.clear()

    def issue_reasoning(self, family: str, text: str) -> None:
        """Record a reasoning text, so that its replay is accepted.

        Args:
            family: The family it was issued for.
            text: The whole text.
        """
        with self._lock:
            self._reasoning.add((family, text))

    def was_reasoning_issued(self, family: str, text: str) -> bool:
        """Return whether a reasoning text was issued for a family.

        Args:
            family: The family of the requested model.
            text: The text that the request sends back.
        """
        with self._lock:
            return (family, text) in self._reasoning

    def issue_signature(self, call_id: str) -> str:
        """Return a new thought signature for a tool call, and record it.

        Args:
            call_id: The tool call's id.
        """
        signature = hashlib.sha256(f"cometapi-emulator:{call_id}".encode()).hexdigest()
        with self._lock:
            for item in ((call_id, signature), call_id, signature):
                self._signatures.add(item)
        return signature

    def was_signature_issued(self, call_id: str, signature: str) -> bool:
        """Return whether a signature was issued for this tool call.

        Args:
            call_id: The tool call's id.
            signature: The signature that the request sends back.
        """
        with self._lock:
            return (call_id, signature) in self._signatures

    def is_prefix_cached(self, key: str) -> bool:
        """Return whether a prefix of a prompt is stored.

        Args:
            key: Its key.
        """
        with self._lock:
            return key in self._prefixes

    def cache_prefix(self, key: str) -> None:
        """Store a prefix of a prompt.

        Args:
            key: Its key.
        """
        with self._lock:
            self._prefixes.add(key)

    def is_signature(self, signature: str, call_id: str | None) -> bool:
        """Return whether a signature was issued, for this tool call if the call is known.

        Args:
            signature: The signature that the request sends back.
            call_id: The tool call's id; `None` for what has none.
        """
        with self._lock:
            if call_id in self._signatures:
                return (call_id, signature) in self._signatures
            return signature in self._signatures

    def cache_prefixes(self, keys: list[str]) -> int:
        """Store the prefixes of a prompt, and return how many were stored before.

        Args:
            keys: One key per prefix, shortest first. Counting ends at the first new one.
        """
        with self._lock:
            stored = 0
            for key in keys:
                if key not in self._prefixes:
                    break
                stored += 1
            for key in keys:
                self._prefixes.add(key)
            return stored
