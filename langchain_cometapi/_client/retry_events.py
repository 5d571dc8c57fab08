"""Tells a run of each time that its request is sent again: LangChain's `on_retry`.

The SDK repeats requests where no argument of ours reaches. A `ContextVar` does, and is set only
for a run that somebody listens to: it belongs to one thread or task, so that calls at the same
time do not see each other's.
"""

from __future__ import annotations

import time
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from tenacity import RetryAction, RetryCallState, Retrying  # of langchain-core, for `on_retry`

from langchain_cometapi._client.errors import Failure
from langchain_cometapi._client.sdk import openai
from langchain_cometapi.exceptions import CometAPIAuthenticationError

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_cometapi.exceptions import CometAPIError


class RetryEvents:
    """The repeats of one call, which may be those of several requests to a route."""

    __slots__ = ("_attempts", "_begun", "_model", "_report", "_seconds", "read_limits", "request")

    def __init__(self, report: Callable[[RetryCallState], Any], model: str) -> None:
        """Begin a call.

        Args:
            report: The `on_retry` of a run manager; it returns an awaitable for asynchronous runs.
            model: The model that is called.
        """
        self._report = report
        self._model = model
        self._attempts = 0
        self._seconds = 0.0
        self._begun = time.monotonic()
        self.request: Any = None
        """The last attempt, one of the HTTP library's requests."""
        self.read_limits: tuple[str, ...] = ("timeout",)
        """The arguments that limit the wait for the response."""

    def report(self, error: CometAPIError, seconds: float) -> Any:
        """Report a repeat, and return the awaitable if the run is asynchronous.

        Args:
            error: Why the last attempt failed.
            seconds: How long the next one waits.
        """
        self._attempts += 1
        self._seconds += seconds
        state = RetryCallState(Retrying(), fn=None, args=(), kwargs={})
        state.start_time = self._begun
        state.attempt_number = self._attempts
        state.set_exception((type(error), error, error.__traceback__))
        state.idle_for = self._seconds
        state.upcoming_sleep = seconds
        state.next_action = RetryAction(seconds)
        return self._report(state)

    def report_failure(self, response: Any, raised: BaseException | None, seconds: float) -> Any:
        """Report that an attempt failed which is repeated after a wait.

        Args:
            response: The error response, which was read; `None` if there was none.
            raised: What the HTTP library has raised, if there was no response.
            seconds: How long the next attempt waits.
        """
        failure = Failure(model=self._model, response=response, request=self.request)
        failure.read_limits = self.read_limits
        if response is not None:
            return self.report(failure.from_response(), seconds)
        names = {kind.__name__ for kind in type(raised).__mro__}  # of either HTTP library
        kind = openai.APITimeoutError if "TimeoutException" in names else openai.APIConnectionError
        error = kind(request=self.request)
        error.__cause__ = raised
        return self.report(failure.from_sdk(error), seconds)

    def report_expired_key(self, response: Any) -> Any:
        """Report that the key is asked for again, because the last one was refused."""
        failure = Failure(model=self._model, response=response)
        what = "HTTP 401: the key was refused, and the callable `api_key` is asked again"
        return self.report(failure.build(CometAPIAuthenticationError, what), 0.0)


current_events: ContextVar[RetryEvents | None] = ContextVar("cometapi_retry_events", default=None)
"""The call whose request is being sent, if its run has handlers."""
