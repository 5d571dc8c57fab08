from __future__ import annotations

import pytest

from tests.unit_tests.emulator.client import Client

pytest.register_assert_rewrite("tests.unit_tests.emulator.refusals")


@pytest.fixture
def client() -> Client:
    return Client()
