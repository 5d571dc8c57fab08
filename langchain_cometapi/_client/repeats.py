"""Tells a run that an SDK repeats a request, before it waits for that.

The SDKs of OpenAI and Anthropic have the same private methods here: a test pins them for each.
"""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from langchain_cometapi._client.retry_events import current_events
from langchain_cometapi._client.sdk import httpx, transport_errors
from langchain_cometapi._client.shared_clients import acall, call

if TYPE_CHECKING:
    from collections.abc import Callable


class _Repeats:
    """A mixin for a client of an SDK."""

    _report_and_wait: Callable[[Callable[[], Any], Callable[[], Any]], Any]

    # The only place of the SDK's that knows of a repeat before it waits for it.
    def _sleep_for_retry(
        self, *, retries_taken: int, max_retries: int, options: Any, response: Any
    ) -> Any:
        """Report a repeat to the run, if it has handlers, and wait as the SDK does."""
        own: Any = super()
        waits = {"retries_taken": retries_taken, "max_retries": max_retries, "options": options}
        if (events := current_events.get()) is None:
            return own._sleep_for_retry(response=response, **waits)
        headers = None if response is None else response.headers
        remaining = max_retries - retries_taken
        seconds = self._calculate_retry_timeout(remaining, options, headers)  # type: ignore[attr-defined]
        # The wait is partly random: this is how the SDK takes the one that was reported.
        planned = httpx.Response(200, headers={"retry-after-ms": repr(seconds * 1000)})
        raised = sys.exception() if response is None else None
        if raised is not None and not isinstance(raised, transport_errors()):
            raised = raised.__cause__ or raised  # Anthropic's SDK has wrapped it
        return self._report_and_wait(
            partial(events.report_failure, response, raised, seconds),
            partial(own._sleep_for_retry, response=planned, **waits),
        )


class ReportedRepeats(_Repeats):
    """The mixin for a synchronous client."""

    @staticmethod
    def _report_and_wait(report: Callable[[], Any], wait: Callable[[], Any]) -> None:
        call(report)
        wait()


class AsyncReportedRepeats(_Repeats):
    """The mixin for an asynchronous client."""

    @staticmethod
    async def _report_and_wait(report: Callable[[], Any], wait: Callable[[], Any]) -> None:
        await acall(report)
        await wait()
