from __future__ import annotations

import pytest

from tests.unit_tests.emulator.messages_client import MessagesClient


@pytest.fixture
def client() -> MessagesClient:
    return MessagesClient()
