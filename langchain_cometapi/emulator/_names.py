"""The emulator's keys, names and address; each name says that it is an emulator."""

from __future__ import annotations

from typing import Final

EMULATOR_API_KEY: Final = "sk-cometapi-emulator"
"""The key that the emulator accepts by default."""

RATE_LIMITED_API_KEY: Final = "sk-emulator-rate-limited"
"""A key whose requests always get a 429."""

SERVER_HEADER: Final = "cometapi-emulator"
SYSTEM_FINGERPRINT: Final = "fp_cometapi_emulator"
OWNED_BY: Final = "cometapi-emulator"
REQUEST_ID_HEADER: Final = "X-Cometapi-Request-Id"
DEFAULT_HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8765
