"""Tool calls and their outputs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit_tests.emulator.refusals import accepts, refuses
from tests.unit_tests.emulator.responses_client import ResponsesClient, called, returned, said

CUSTOM = {"type": "custom_tool_call", "call_id": "call_1", "name": "f", "input": "x"}
DUPLICATE = "Duplicate function_call_output for call_id 'call_1'."
COMPUTER = {"type": "computer_call", "id": "cu_1", "call_id": "call_1"}
SCREEN = {"type": "computer_call_output", "call_id": "call_1", "output": {}}


def items(*given: Any) -> dict[str, Any]:
    return {"input": [said("Hi"), *given]}


test_order_is_refused = refuses(
    (items(called()), "No tool output found for function call call_1."),
    (items(called(), called("call_2"), returned()), "function call call_2."),
    (items(CUSTOM), "No tool output found for custom tool call call_1."),
    (items(COMPUTER), "No tool output found for computer call call_1."),
    (items(returned()), "No tool call found for function call output with call_id call_1."),
    (items(returned(), called()), "No tool call found"),
    (items(CUSTOM, returned()), "No tool call found for function call output with call_id call_1."),
    (items(called(), returned(), returned()), f"{DUPLICATE} Each function_call must have exactly"),
    (items(called(), returned(), said("Hi"), called(), returned()), DUPLICATE),
)

test_order_is_accepted = accepts(
    ("call and output", items(called(), returned())),
    ("in any order", items(called(), called("b"), said("Hi"), returned("b"), returned())),
    ("computer", items(COMPUTER, SCREEN)),
    ("output without a call id", items({"type": "tool_search_output", "tools": []})),
)


@pytest.mark.parametrize("answer", [True, False])
def test_calls_of_the_previous_response_count(client: ResponsesClient, answer: bool) -> None:
    tool = {"type": "function", "name": "f"}
    first = client.respond(tools=[tool], tool_choice=tool)
    call = first["output"][-1]
    given = returned(call["call_id"]) if answer else said("Hi")
    response = client.post(input=[given], previous_response_id=first["id"])
    assert (response.status_code == 200) is answer
