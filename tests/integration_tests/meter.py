"""A meter before the emulator: how many requests are under way, and when each arrived."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from langchain_cometapi.emulator import CometAPIEmulator

_PATIENCE = 60.0


class Meter:
    """Stands before the emulator: counts what is under way, and answers only `together` at once."""

    def __init__(self) -> None:
        self.emulator: CometAPIEmulator
        self._arrival = threading.Condition()
        self.reset()

    def reset(self, together: int = 1) -> None:
        self.together = together
        self.arrivals: list[float] = []
        self.peak = self._now = 0
        self._waiting: list[asyncio.Event] = []

    def before(self, app: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        async def metered(scope: Any, receive: Any, send: Any) -> None:
            async def counted(message: Any) -> None:
                if message["type"] == "http.response.body" and not message.get("more_body"):
                    self._now -= 1  # now, for the client may ask again before `app` returns
                await send(message)

            self._now += 1
            self.peak = max(self.peak, self._now)
            with self._arrival:
                self.arrivals.append(time.monotonic())
                self._arrival.notify_all()
            self._waiting.append(asyncio.Event())
            mine = self._waiting[-1]
            if len(self._waiting) >= self.together:
                for event in self._waiting:
                    event.set()
                self._waiting = []
            await mine.wait()
            await app(scope, receive, counted)

        return metered

    async def wait_for_arrivals(self, number: int) -> None:
        def wait() -> bool:
            with self._arrival:
                return self._arrival.wait_for(lambda: len(self.arrivals) >= number, _PATIENCE)

        assert await asyncio.to_thread(wait)

    @property
    def prompts(self) -> list[str]:
        """The prompts of the requests that the emulator has answered."""
        return [request.body["messages"][0]["content"] for request in self.emulator.requests]

    def check_rate(self, per_second: float, under_way: int) -> None:
        """No window holds more than the bucket gives, and what was let go before it began."""
        window = 0.25
        for start in self.arrivals:
            seen = sum(start <= arrival < start + window for arrival in self.arrivals)
            assert seen <= window * per_second + 1 + under_way
