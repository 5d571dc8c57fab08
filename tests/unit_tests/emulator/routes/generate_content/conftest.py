from __future__ import annotations

import pytest

from tests.unit_tests.emulator.generate_content_client import GenerateContentClient


@pytest.fixture
def client() -> GenerateContentClient:
    return GenerateContentClient()
