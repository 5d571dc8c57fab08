"""Corrects estimates by what models have reported in this process.

An estimate of a request is compared with the input tokens of its usage: for the 1st, 2nd, 4th, 8th
... call of a model, and for a call that follows a count, until enough is known; then for one of
eight of these, so that nothing is estimated again and again for nothing. The `usage_metadata` of
messages is not read: which of them there are depends on where a history is cut, and `trim_messages`
needs counts that grow with it.
"""

from __future__ import annotations

import itertools
import threading

# So many tokens count as estimated rightly beforehand: a greeting says little.
_BELIEVED = 20

# Reports that are further off are about something else, such as a system prompt of the gateway's.
_BOUNDS = (0.5, 2.0)

# More of them, and older ones count half: a gateway may put another model behind an id.
_REMEMBERED = 100_000

# When so many tokens were estimated, more of them say little that is new.
_ENOUGH = 10_000

_MAX_MODELS = 1024


class _Record:
    """What is known of a model at a base URL."""

    __slots__ = ("calls", "estimated", "is_wanted", "reported")

    def __init__(self) -> None:
        self.calls = itertools.count(1)
        self.is_wanted = False
        """Whether a count was asked for since the last call."""
        self.estimated = self.reported = _BELIEVED


_records: dict[tuple[str, str], _Record] = {}
_lock = threading.Lock()


def _get_record(base_url: str, model: str) -> _Record:
    key = (base_url, model)
    record = _records.get(key)
    if record is None:
        with _lock:
            if len(_records) >= _MAX_MODELS:
                del _records[next(iter(_records))]
            record = _records.setdefault(key, _Record())
    return record


def is_estimate_due(base_url: str, model: str) -> bool:
    """Return whether the request that is sent next should be estimated.

    Args:
        base_url: The base URL of the request.
        model: The id of the model.
    """
    record = _get_record(base_url, model)
    call = next(record.calls)
    is_power = call & (call - 1) == 0
    if record.estimated >= _ENOUGH:
        return is_power and call.bit_length() % 3 == 1
    if is_power or record.is_wanted:
        record.is_wanted = False
        return True
    return False


def get_factor(base_url: str, model: str) -> float:
    """Return what to multiply an estimate of text by; 1.0 before anything was reported.

    Args:
        base_url: The base URL of the model.
        model: Its id.
    """
    record = _get_record(base_url, model)
    record.is_wanted = True
    low, high = _BOUNDS
    return min(high, max(low, record.reported / record.estimated))


def add_report(base_url: str, model: str, *, estimated: int, reported: int) -> None:
    """Take in what a model has reported.

    Args:
        base_url: The base URL of the request.
        model: The id of the model.
        estimated: The tokens of the request, estimated without a factor.
        reported: Its input tokens.
    """
    record = _get_record(base_url, model)
    with _lock:
        if record.estimated > _REMEMBERED:
            record.estimated //= 2
            record.reported //= 2
        record.estimated += estimated
        record.reported += reported


def forget_reports() -> None:
    """Forget all models, as a new process does; for tests."""
    with _lock:
        _records.clear()
