"""Models of no vendor, which exist for one behaviour of the gateway each."""

from __future__ import annotations

from langchain_cometapi.emulator._rules.base import FamilyRules, ModelRow

NO_STREAM_OPTIONS_MODEL = "emulator-no-stream-options"
"""A model id that answers 400 to any request with `stream_options`."""

RATE_LIMITED_MODEL = "emulator-rate-limited"
"""A model id that always answers 429."""
_EMULATOR = FamilyRules("emulator", "CometAPI emulator")

ROWS = (
    ModelRow(NO_STREAM_OPTIONS_MODEL, _EMULATOR, stream_options=False, listed=False),
    ModelRow(RATE_LIMITED_MODEL, _EMULATOR, rate_limited=True, listed=False),
)
