"""Checks of the fields of `Vendor` that say something of the Responses route."""

from __future__ import annotations

from tests.unit_tests.responses.items import bare
from tests.unit_tests.responses.request.received import HI, NEXT, REASONING, TEXT, items_of, receive
from tests.unit_tests.vendors.check_table import check


@check("reasoning_items")
async def _(model_id: str, value: bool | None) -> None:
    sent = items_of([HI, receive(REASONING, TEXT, model=model_id), NEXT], model_id)
    assert sent == ([bare(TEXT, "id")] if value is False else [REASONING, TEXT])
