from __future__ import annotations

import pytest

from tests.unit_tests.emulator.client import Client


@pytest.fixture
def client() -> Client:
    return Client()
