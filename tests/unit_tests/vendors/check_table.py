"""The table of checks: one for each field of `Vendor`, in `checks.py` and `parameter_checks.py`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

Check: TypeAlias = Callable[[str, Any], Awaitable[None]]

CHECKS: dict[str, Check] = {}


def check(*names: str) -> Callable[[Check], Check]:
    """Register a function as the check of fields.

    Args:
        *names: The names of the fields. The function is called with a model id, and the value of
            the field in its row.
    """

    def register(function: Check) -> Check:
        CHECKS.update(dict.fromkeys(names, function))
        return function

    return register
