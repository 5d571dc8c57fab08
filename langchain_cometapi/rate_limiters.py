"""A rate limiter that all models of one key share, and that the gateway can slow down."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import math
import os
import threading
import time
import uuid
import weakref
from collections.abc import Callable
from numbers import Real
from typing import Any
from urllib.parse import urlsplit

from langchain_core.rate_limiters import BaseRateLimiter, InMemoryRateLimiter
from pydantic import SecretStr

from langchain_cometapi._credentials import resolve_api_key, resolve_base_url

__all__ = ["SharedRateLimiter"]

logger = logging.getLogger(__name__)

_limiters: weakref.WeakValueDictionary[str, SharedRateLimiter] = weakref.WeakValueDictionary()
_by_key: dict[str, SharedRateLimiter] = {}
"""Those of `for_key`, which stay: a pause must outlive the model whose request was refused."""

_lock = threading.RLock()

_NOT_SECONDS = ("requests_per_second", "max_bucket_size")


class SharedRateLimiter(BaseRateLimiter):
    """A token bucket for all calls of a process that share it; a 429 pauses them all.

    Pass it to models as `rate_limiter`. When the gateway responds to one of them with 429 and
    `Retry-After`, every model that shares the limiter waits that long. After that the bucket fills
    again at its rate, so that they do not all start at once.

    Copies and pickles stay the same limiter within a process; another process has its own.

    ```python
    from langchain_cometapi import ChatCometAPI
    from langchain_cometapi.rate_limiters import SharedRateLimiter

    limiter = SharedRateLimiter(requests_per_second=20, max_bucket_size=5)
    fast = ChatCometAPI(model="gpt-5.4-mini", rate_limiter=limiter)
    deep = ChatCometAPI(model="claude-opus-5-5", rate_limiter=limiter)
    ```
    """

    def __init__(
        self,
        *,
        requests_per_second: float,
        max_bucket_size: float = 1,
        check_every_n_seconds: float = 0.1,
        max_pause: float = 300,
    ) -> None:
        """Create a new limiter; `for_key` returns the one of a key.

        Args:
            requests_per_second: Tokens the bucket gains per second; each attempt of a request takes
                one, also a repeat after an error.
            max_bucket_size: Number of requests that may start at once.
            check_every_n_seconds: Seconds between two looks at an empty bucket.
            max_pause: Seconds that one 429 can pause all calls; a longer one is shortened, with a
                warning. `resume` ends any pause.

        Raises:
            ValueError: If one is not a finite positive number, or the bucket holds less than one
                request.
        """
        self._options = _check_options(
            requests_per_second=requests_per_second,
            max_bucket_size=max_bucket_size,
            check_every_n_seconds=check_every_n_seconds,
            max_pause=max_pause,
        )
        self._bucket = InMemoryRateLimiter(
            requests_per_second=requests_per_second,
            max_bucket_size=max_bucket_size,
            check_every_n_seconds=check_every_n_seconds,
        )
        self._paused_until = 0.0
        self._name = uuid.uuid4().hex
        _limiters[self._name] = self

    @classmethod
    def for_key(
        cls,
        api_key: str | SecretStr | None = None,
        base_url: str | None = None,
        *,
        requests_per_second: float,
        max_bucket_size: float = 1,
        check_every_n_seconds: float = 0.1,
        max_pause: float = 300,
    ) -> SharedRateLimiter:
        """Return this process's limiter for a key and a host; the first call creates it.

        Args:
            api_key: The key; read from the environment as `ChatCometAPI` does if left out.
            base_url: The base URL; only its host counts. Likewise.
            requests_per_second: See the constructor, also for what follows.
            max_bucket_size: See there.
            check_every_n_seconds: See there.
            max_pause: See there.

        Raises:
            ValueError: If there is no key, or the limiter exists with other numbers.
        """
        key = resolve_api_key(SecretStr(api_key) if isinstance(api_key, str) else api_key)
        if not isinstance(key, SecretStr):
            msg = "`api_key` must be a text; share one limiter between models with a callable."
            raise ValueError(msg)  # noqa: TRY004 - as for any other key that does not do
        host = urlsplit(resolve_base_url(base_url)).netloc.rpartition("@")[2]
        # The name goes into pickles: the key must not be read from it.
        secret = f"{host} {key.get_secret_value()}".encode()
        options = _check_options(
            requests_per_second=requests_per_second,
            max_bucket_size=max_bucket_size,
            check_every_n_seconds=check_every_n_seconds,
            max_pause=max_pause,
        )
        name = hashlib.sha256(secret).hexdigest()
        limiter = _by_key.setdefault(name, _get_or_create(name, options))
        if limiter._options != options:
            msg = f"There is a limiter for this key already, with {limiter._options}."
            raise ValueError(msg)
        return limiter

    def __reduce__(self) -> tuple[Callable[..., SharedRateLimiter], tuple[Any, ...]]:
        return _get_or_create, (self._name, self._options)

    def pause(self, seconds: float) -> None:
        """Let no call start for some time; called for a 429 with `Retry-After`.

        Args:
            seconds: How long, from now on; `max_pause` at most. A pause never shortens another.

        Raises:
            ValueError: If it is not a finite number of at least 0.
        """
        if not _is_finite(seconds) or seconds < 0:
            msg = f"`seconds` is {seconds!r}; it must be a finite number of at least 0."
            raise ValueError(msg)
        if seconds > self._options["max_pause"]:
            longest = self._options["max_pause"]
            logger.warning("The gateway asks for a pause of %g s; pausing %g s.", seconds, longest)
            seconds = longest
        until = time.monotonic() + seconds
        with self._bucket._consume_lock:
            if until > self._paused_until:
                self._paused_until = until
                self._bucket.available_tokens = 0.0
                self._bucket.last = until

    def resume(self) -> None:
        """End a pause."""
        self._paused_until = 0.0
        self._bucket.last = None

    def wait_until_resumed(self) -> None:
        """Wait for the end of a pause and take no token, which LangChain has done for the call."""
        while (pause := self._remaining_pause) > 0:
            time.sleep(pause)

    async def await_until_resumed(self) -> None:
        """Wait without blocking the event loop; see `wait_until_resumed`."""
        while (pause := self._remaining_pause) > 0:  # noqa: ASYNC110 - a pause may grow
            await asyncio.sleep(pause)

    @property
    def _remaining_pause(self) -> float:
        return self._paused_until - time.monotonic()

    def acquire(self, *, blocking: bool = True) -> bool:
        """Take a token, when there is one and no pause.

        Args:
            blocking: Whether to wait for it.

        Returns:
            Whether it was taken.
        """
        while True:
            if (pause := self._remaining_pause) > 0:
                if not blocking:
                    return False
                time.sleep(pause)
            elif self._bucket.acquire(blocking=False):
                return True
            elif not blocking:
                return False
            else:
                time.sleep(self._bucket.check_every_n_seconds)

    async def aacquire(self, *, blocking: bool = True) -> bool:
        """Take a token without blocking the event loop; see `acquire`."""
        while True:
            if (pause := self._remaining_pause) > 0:
                if not blocking:
                    return False
                await asyncio.sleep(pause)
            elif self._bucket.acquire(blocking=False):
                return True
            elif not blocking:
                return False
            else:
                await asyncio.sleep(self._bucket.check_every_n_seconds)


def _is_finite(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, Real):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # an integer beyond every float
        return False


def _check_options(**options: float) -> dict[str, float]:
    """Return the numbers of a limiter.

    Raises:
        ValueError: If one is not a number that can be waited by.
    """
    for name, value in options.items():
        least, words = (1, "at least 1") if name == "max_bucket_size" else (0, "greater than 0")
        most = math.inf if name in _NOT_SECONDS else threading.TIMEOUT_MAX
        if not _is_finite(value) or not least <= value <= most or not value:
            msg = f"`{name}` is {value!r}; it must be a finite number, {words}."
            raise ValueError(msg)
    return options


def _get_or_create(name: str, options: dict[str, float]) -> SharedRateLimiter:
    with _lock:
        limiter = _limiters.get(name)
        if limiter is None:
            limiter = _limiters[name] = SharedRateLimiter(**options)
            limiter._name = name
    return limiter


def _renew_locks() -> None:
    """Replace locks in a forked child: threads of the parent may have locked them."""
    global _lock  # noqa: PLW0603 - the one thing of the parent that is of no use to the child
    _lock = threading.RLock()
    for limiter in [*_limiters.values()]:
        limiter._bucket._consume_lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_locks)
