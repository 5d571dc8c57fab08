"""Keeps query parameters out of the logs of the HTTP library and the SDK: they may hold secrets."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlsplit

_LOGGERS = ("httpx", "httpx2", "openai._base_client", "anthropic._base_client")
_hosts: set[str] = set()
"""The hosts whose queries are hidden; other users of the libraries keep theirs."""


class _QueryFilter(logging.Filter):
    """Takes the query of a URL out of a log record, and what may quote it: headers, an error."""

    def filter(self, record: logging.LogRecord) -> bool:
        args = record.args
        if isinstance(args, dict) and record.name.startswith("anthropic"):
            # Options of a request, which logging has taken out of their tuple.
            hidden = {name: "REDACTED" for name in ("headers", "params") if args.get(name)}
            record.args = ({**args, **hidden},)
        if isinstance(args, tuple) and any(map(_is_hidden, args)):
            record.args = tuple(map(_hide, args))
        error = record.exc_info[1] if record.exc_info else None
        if _is_hidden(getattr(getattr(error, "_request", None), "url", None)):
            record.exc_info = None
        return True


_filter = _QueryFilter()


def _is_hidden(value: Any) -> bool:
    return bool(getattr(value, "query", None)) and value.host in _hosts


def _hide(value: Any) -> Any:
    if _is_hidden(value):
        return value.copy_with(query=b"REDACTED")
    return list(value) if hasattr(value, "multi_items") else value  # the names of headers


def hide_queries(base_url: str) -> None:
    """Hide the query parameters of all requests to the host of a URL from logs.

    Args:
        base_url: The URL.
    """
    if (host := urlsplit(base_url).hostname) is None:
        return
    _hosts.add(host)
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_filter)  # which adds it once
