"""Whether the catalogue can be read."""

from __future__ import annotations

import time
from dataclasses import replace

from langchain_cometapi._catalog.read import CatalogError, load_catalog, sort_out
from langchain_cometapi._catalog.reading import CatalogReading
from langchain_cometapi._cli.doctor.check import Check
from langchain_cometapi._client.catalog_http import fetch

_ADVICE = "Requests do not need it: an older copy is used. COMETAPI_CATALOG=off never reads it."
_OK = 200


def check_catalogue(url: str) -> Check:
    """Check that the catalogue of a host can be read; nothing is cached.

    Args:
        url: The base URL.
    """
    request = CatalogReading(url, refresh=True, has_key=False).start()
    if request is None:
        return Check("catalogue", "skipped", "COMETAPI_CATALOG is off")
    started = time.monotonic()
    reply = fetch(replace(request, headers={}))
    seconds = time.monotonic() - started
    try:
        entries, problems = sort_out(load_catalog(reply.content))
    except CatalogError as error:
        entries, problems = [], [str(error)]
    if reply.problem or reply.status != _OK or not entries:
        reason = reply.problem or (f"HTTP {reply.status}" if reply.status != _OK else problems[0])
        return Check("catalogue", "warning", f"{request.url} cannot be read: {reason}", _ADVICE)
    details = {"models": len(entries), "unreadable": len(problems), "seconds": round(seconds, 3)}
    left_out = f"; {len(problems)} more cannot be read" if problems else ""
    message = f"{len(entries)} models in {seconds:.2f} s{left_out}"
    return Check("catalogue", "ok", message, details=details)
