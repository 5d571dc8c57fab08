"""`check_rules`: a test of vendors' rules, one line each, in the rows and on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pytest

from langchain_cometapi._vendors.registry import get_vendor
from tests.unit_tests.vendors.checks import CHECKS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


def check_rules(*rules: tuple[str, str, object]) -> Callable[..., Awaitable[None]]:
    """Return a test of rules.

    A rule holds if the rows of its models have its value, and if requests to these models, and
    the messages read from their responses, are as the value says. Of models that the chat route
    does not serve, only the row and the endpoints are checked.

    What is unknown for all models of a vendor has no rule: `test_unknown.py` says what `None` means
    on the wire, and `resolved_rows.txt` pins it for each model.

    Args:
        *rules: Model ids separated by spaces, the name of a field of `Vendor`, and its value.
    """

    @pytest.mark.parametrize(
        ("model_id", "field", "value"),
        [
            pytest.param(model_id, field, value, id=f"{model_id}-{field}")
            for model_ids, field, value in rules
            for model_id in model_ids.split()
        ],
    )
    async def test(model_id: str, field: str, value: object) -> None:
        vendor = get_vendor(model_id)
        found = getattr(vendor, field)
        if isinstance(found, Mapping):
            found = dict(found)
        assert (found, type(found)) == (value, type(value))
        of_any_route = field in {"endpoints", "max_texts"}
        if of_any_route or vendor.endpoints is None or "chat" in vendor.endpoints:
            await CHECKS[field](model_id, value)

    return test
