"""Models of the emulator itself, each for one behaviour of the gateway."""

from __future__ import annotations

from langchain_cometapi.emulator._rules.base import FamilyRules, ModelRow

NO_STREAM_OPTIONS_MODEL = "emulator-no-stream-options"
"""A model id that refuses `stream_options` with a 400."""

RATE_LIMITED_MODEL = "emulator-rate-limited"
"""A model id that always responds with a 429."""

RETIRED_MODEL = "emulator-retired"
"""A model id that is refused with a 400, as a retired model is by some vendors."""

_EMULATOR = FamilyRules("emulator", "CometAPI emulator", responses_route=True)

ROWS = (
    ModelRow(NO_STREAM_OPTIONS_MODEL, _EMULATOR, stream_options=False, listed=False),
    ModelRow(RATE_LIMITED_MODEL, _EMULATOR, rate_limited=True, listed=False),
)
