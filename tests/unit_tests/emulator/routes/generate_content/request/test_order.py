"""Function calls, and the function responses right after them."""

from __future__ import annotations

from typing import Any

from tests.unit_tests.emulator.generate_content_client import (
    SIGNED,
    called,
    model,
    returned,
    said,
    user,
)
from tests.unit_tests.emulator.refusals import accepts, refuses

ASK = said("Hi")

NUMBER = (
    "Please ensure that the number of function response parts is equal to the number of function"
    " call parts of the function call turn."
)
RESPONSE = "Please ensure that function response turn comes immediately after a function call turn."
OTHER_ID = "functionResponse.id does not match"
CALL_TURN = "Please ensure that function call turn comes immediately after a user turn or after a"


def turns(*contents: Any) -> dict[str, Any]:
    return {"contents": [*contents]}


def with_id(part: dict[str, Any], call_id: str) -> dict[str, Any]:
    (kind,) = (name for name in part if name.startswith("function"))
    return {**part, kind: {**part[kind], "id": call_id}}


TWO = model(with_id(SIGNED, "a"), with_id(called(), "b"))

test_order_is_refused = refuses(
    (turns(ASK, model(SIGNED)), NUMBER),
    (turns(ASK, model(SIGNED), said("So?")), NUMBER),
    (turns(ASK, model(SIGNED, called("g")), user(returned())), NUMBER),
    (turns(ASK, model(SIGNED), user(returned(), returned())), NUMBER),
    (turns(ASK, model(SIGNED, called("g")), user(returned()), user(returned("g"))), NUMBER),
    (turns(user(returned())), RESPONSE),
    (turns(ASK, said("Yes", "model"), user(returned())), RESPONSE),
    (turns(ASK, model(SIGNED), said("Wait"), user(returned())), NUMBER),
    (turns(model(SIGNED), user(returned())), CALL_TURN),
    (turns(ASK, said("Ok", "model"), model(SIGNED)), CALL_TURN),
    (turns(ASK, model(SIGNED), model(SIGNED), user(returned())), NUMBER),
    (turns(ASK, model(SIGNED), user(returned("g"))), "name of its function call: 'g'"),
    (turns(ASK, model(SIGNED, called("g")), user(returned("g"), returned())), "'g' at position 0"),
    (turns(ASK, TWO, user(returned(id="a"), returned(id="c"))), OTHER_ID),
    (turns(ASK, TWO, user(returned(id="a"), returned(id="a"))), OTHER_ID),
)

test_order_is_accepted = accepts(
    ("call and response", turns(ASK, model(SIGNED), user(returned()))),
    ("role function", turns(ASK, model(SIGNED), {**user(returned()), "role": "function"})),
    ("two", turns(ASK, model(SIGNED, called("g")), user(returned(), returned("g")))),
    ("two by their ids", turns(ASK, TWO, user(returned(id="b"), returned(id="a")))),
    ("ids of responses alone", turns(ASK, model(SIGNED), user(returned(id="x")))),
    ("ids of calls alone", turns(ASK, TWO, user(returned(), returned()))),
    ("text with it", turns(ASK, model(SIGNED), user(returned(), {"text": "And?"}))),
    ("text before it", turns(ASK, model({"text": "Ok"}, SIGNED), user(returned()))),
    ("steps", turns(ASK, model(SIGNED), user(returned()), model(SIGNED), user(returned()))),
)
