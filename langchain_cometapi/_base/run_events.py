"""What the callback handlers of a run are asked and told around its requests."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from langchain_cometapi._client.retry_events import RetryEvents

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

_CORE = "langchain_core.language_models.chat_models"
_MAX_FRAMES = 8


class RequestCheck:
    """A mixin for callback handlers that may refuse a request.

    Core calls `on_chat_model_start` before it looks into its cache, and an error of it reaches no
    other handler. It calls nothing when an `ainvoke` is cancelled.
    """

    check_request: Callable[[str], None]
    """Is called right before a request is sent, with the id of the model.

    What it raises ends the run.
    """

    count_cancelled: Callable[[UUID], None]
    """Is called when a request is cancelled, with the id of the run."""


def begin_request(run_manager: Any, model: str) -> RetryEvents | None:
    """Ask the handlers of a run if it may send a request; return what reports its repeats.

    Args:
        run_manager: Of the run, or `None`.
        model: The id of the model.

    Returns:
        `None` if there is nobody to report to.
    """
    handlers = getattr(run_manager, "handlers", None)
    if not handlers:
        return None
    for handler in handlers:
        if isinstance(handler, RequestCheck):
            handler.check_request(model)
    return RetryEvents(run_manager.on_retry, model)


def report_cancelled(run_manager: Any) -> None:
    """Tell the handlers of a run that its request was cancelled."""
    for handler in getattr(run_manager, "handlers", None) or ():
        if isinstance(handler, RequestCheck):
            handler.count_cancelled(run_manager.run_id)


def find_run_manager() -> Any:
    """Return the run manager of the stream that is being opened, or `None`.

    Core passes it to `_generate`, but keeps it to itself where it calls `_stream`: it is a local
    variable of the method that does. Nothing but callbacks depends on it.
    """
    frame = sys._getframe(1)
    for _ in range(_MAX_FRAMES):
        if frame.f_globals.get("__name__") == _CORE:
            return frame.f_locals.get("run_manager")
        if frame.f_back is None:
            break
        frame = frame.f_back
    return None
