"""Names under which the emulator goes; every one of them says what it is."""

from __future__ import annotations

from typing import Final

EMULATOR_API_KEY: Final = "sk-cometapi-emulator"
"""The key the emulator accepts unless told otherwise."""

RATE_LIMITED_API_KEY: Final = "sk-emulator-rate-limited"
"""A key that is always answered with 429."""

SERVER_HEADER: Final = "cometapi-emulator"
SYSTEM_FINGERPRINT: Final = "fp_cometapi_emulator"
OWNED_BY: Final = "cometapi-emulator"
REQUEST_ID_HEADER: Final = "X-Cometapi-Request-Id"
DEFAULT_HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8765
