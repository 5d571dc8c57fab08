"""What a resource needs to know of the endpoint that it posts to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_cometapi._client.responses import JSONResponse

JSON: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Route:
    """An endpoint of the gateway."""

    path: str
    """Its path below the base URL, such as `/embeddings`."""

    result_field: str | None = None
    """A field of each response and each streamed object, by which they differ from an error."""

    event_field: str | None = None
    """The same of streamed objects alone, where it differs."""

    has_content: Callable[[JSON], bool] = bool
    """Whether a streamed object is more than a sign of life."""

    is_last: Callable[[JSON], bool] | None = None
    """Whether nothing follows a streamed object; where it is `None`, `[DONE]` alone says so."""

    is_finish: Callable[[JSON], bool] | None = None
    """Whether a streamed object says that the message is whole: a stream without one was cut.

    Of the native routes alone: the others read it where they read the message.
    """

    whole: str = ""
    """The `type` of a whole response, where it would not do as an object of a stream."""

    check: Callable[[JSONResponse], None] | None = None
    """Raises a `CometAPIError` for a response that is not one of this route."""
