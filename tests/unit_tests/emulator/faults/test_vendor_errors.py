"""The errors of the vendors: sent for their models, and read for what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from langchain_cometapi.emulator import FAULT_HEADER, FAULTS
from langchain_cometapi.emulator._faults.vendor_errors import VENDOR_ERRORS
from langchain_cometapi.emulator._rules.registry import MODELS
from tests.support import Gateway, answer, ask_and_fail

if TYPE_CHECKING:
    from tests.unit_tests.emulator.client import Client

KINDS = {
    "balance": "CometAPIInsufficientBalanceError",
    "overflow": "CometAPIContextOverflowError",
    "filter": "CometAPIContentFilterError",
    "quota": "CometAPIRateLimitError",
}
CASES = [(fault, family) for fault, errors in VENDOR_ERRORS.items() for family in errors]


def test_every_kind_is_a_fault_with_words_for_any_vendor() -> None:
    assert VENDOR_ERRORS.keys() == KINDS.keys() <= FAULTS.keys()
    assert all("gpt" in errors for errors in VENDOR_ERRORS.values())


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("fault", KINDS)
def test_fault_is_in_the_words_of_the_models_vendor(
    client: Client, fault: str, stream: bool
) -> None:
    errors = VENDOR_ERRORS[fault]
    chat = [row for row in MODELS.values() if row.kind == "text" and row.chat and row.listed]
    for family, model in {row.rules.name: row.id for row in chat}.items():
        response = client.post({FAULT_HEADER: fault}, model=model, stream=stream)
        assert (response.status_code, response.json()) == errors.get(family, errors["gpt"])


@pytest.mark.parametrize(("fault", "family"), CASES)
async def test_words_of_each_vendor_are_read_as_what_they_say(fault: str, family: str) -> None:
    status, body = VENDOR_ERRORS[fault][family]
    error = await ask_and_fail(Gateway(answer(body, status)))
    assert type(error).__name__ == KINDS[fault]
    assert error.is_retryable is (fault == "quota")


@pytest.mark.parametrize("fault", KINDS)
def test_errors_of_claude_are_not_in_the_form_of_another_vendor(fault: str) -> None:
    _, body = VENDOR_ERRORS[fault]["claude"]
    assert body.get("type") == "error" or body.keys() == {"message"}  # the latter is Bedrock's
