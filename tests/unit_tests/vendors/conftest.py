"""Failures of the shared checks show the values that they compare."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite(
    "tests.unit_tests.vendors.calls",
    "tests.unit_tests.vendors.checks",
    "tests.unit_tests.vendors.rules",
)
