from __future__ import annotations

import pytest

from tests.unit_tests.emulator.responses_client import ResponsesClient


@pytest.fixture
def client() -> ResponsesClient:
    return ResponsesClient()
