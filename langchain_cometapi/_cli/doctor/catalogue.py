"""Whether the catalogue can be read."""

from __future__ import annotations

import os
import time
import warnings
from typing import TYPE_CHECKING

from langchain_cometapi._cli.doctor.check import Check

if TYPE_CHECKING:
    from langchain_cometapi._cli.options import Service

_OFF = "COMETAPI_CATALOG"


def check_catalogue(service: Service) -> Check:
    """Check that the catalogue can be read; requests do not need it."""
    if os.environ.get(_OFF, "").strip().lower() == "off":
        return Check("catalogue", "skipped", f"{_OFF} is off")
    from langchain_cometapi.catalog import list_models

    started = time.monotonic()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of single entries, which are none of this check's
        cards = list_models(refresh=True, **service.arguments())
    seconds = time.monotonic() - started
    sources = {card.source for card in cards}
    details = {"models": len(cards), "seconds": round(seconds, 3), "sources": sorted(sources)}
    if sources & {"live", "v1/models"}:
        message = f"{len(cards)} models, read in {seconds:.2f} s"
        return Check("catalogue", "ok", message, details=details)
    source = "the copy on this machine" if "cache" in sources else "the snapshot in this package"
    message = f"it cannot be read; {source} is used ({len(cards)} models)."
    advice = f"Requests do not need it. {_OFF}=off keeps it from being read."
    return Check("catalogue", "warning", message, advice, details)
