"""Request ids in CometAPI's form."""

from __future__ import annotations

import secrets
import string
import time

_ALPHABET = string.ascii_letters
_NANO = 1_000_000_000


def new_request_id() -> str:
    """Return a new request id in CometAPI's form: UTC time in nanoseconds, then eight letters."""
    seconds, nanos = divmod(time.time_ns(), _NANO)
    stamp = time.strftime("%Y%m%d%H%M%S", time.gmtime(seconds))
    return f"{stamp}{nanos:09d}" + "".join(secrets.choice(_ALPHABET) for _ in range(8))
