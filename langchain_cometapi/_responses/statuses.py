"""The words of a response about itself, which its whole body and its events share."""

FAILED = ("failed", "cancelled")
"""The statuses of a response that will not be finished."""
UNFINISHED = ("queued", "in_progress")
"""The statuses of a response that goes on."""

OTHER_ROUTE = 'The host answers as on the chat route: pass `endpoint="chat"`.'
"""What to do where a chat completion replies to a request of this route."""
