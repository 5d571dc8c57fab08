from __future__ import annotations

import pytest

from tests.support import Gateway, say_hello


@pytest.fixture
def gateway() -> Gateway:
    """Return a gateway that says `Hello`, whole or as a stream."""
    return Gateway(say_hello)
