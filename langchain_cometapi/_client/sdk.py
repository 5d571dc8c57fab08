"""The `openai` SDK and the HTTP library it is built on.

`openai` 3 runs on `httpx2`, an API-identical successor of `httpx`; `openai` 2 runs on
`httpx`. What is built for the SDK comes from its own library; the user's own client may come
from either, so errors of both are known.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import openai

if TYPE_CHECKING:
    import httpcore
    import httpx
elif int(openai.__version__.partition(".")[0]) >= 3:  # noqa: PLR2004
    import httpcore2 as httpcore
    import httpx2 as httpx
else:
    import httpcore
    import httpx

__all__ = ["as_timeout", "httpcore", "httpx", "openai", "timeout_errors", "transport_errors"]


def as_timeout(timeout: Any) -> Any:
    """Return the HTTP library's object for a `(connect, read, ...)` tuple; keep anything else."""
    return httpx.Timeout(tuple(timeout)) if isinstance(timeout, (tuple, list)) else timeout


def _get_errors(name: str) -> tuple[type[Exception], ...]:
    modules = (sys.modules.get("httpx"), sys.modules.get("httpx2"))
    return tuple(getattr(module, name) for module in modules if module is not None)


def timeout_errors() -> tuple[type[Exception], ...]:
    """Return the timeout exceptions of every HTTP library in use."""
    return _get_errors("TimeoutException")


def transport_errors() -> tuple[type[Exception], ...]:
    """Return the connection, protocol and decoding exceptions of every library in use."""
    return _get_errors("RequestError")
