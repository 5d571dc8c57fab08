"""A model id has one row on every route, in any case and with any prefix."""

from __future__ import annotations

from typing import Any

import pytest

from langchain_cometapi import ChatCometAPI, CometAPILLM, CometAPIUnsentRequestError
from tests.support import Gateway, name_lost, record_losses

SAMPLING = {"temperature": 0.2, "top_p": 0.9}
LOW = {"reasoning_effort": "low"}

CASES = [
    *(("gpt-5.4", LOW, form) for form in (str.lower, str.upper, str.title, "openai/{}".format)),
    *(
        (model_id, fields, str.lower)
        for model_id in ("gpt-5-mini", "gpt-5.2", "gpt-5.5", "gpt-6-sol")
        for fields in ({}, {"reasoning_effort": "none"})
    ),
]


@pytest.mark.parametrize(("model_id", "fields", "form"), CASES)
def test_rules_of_a_model_are_the_same_on_every_route(
    gateway: Gateway, model_id: str, fields: dict[str, Any], form: Any
) -> None:
    found = set()
    for kind, endpoint in (
        (ChatCometAPI, "chat"),
        (CometAPILLM, "chat"),
        (ChatCometAPI, "responses"),
    ):
        model: Any = gateway.make(
            kind, model=form(model_id), endpoint=endpoint, **SAMPLING, **fields
        )
        with record_losses() as losses:
            model.invoke("Hi")
        body = gateway.bodies[-1]
        assert body["model"] == form(model_id)
        assert sorted(name_lost(losses)) == sorted(SAMPLING.keys() - body.keys())
        found.add(frozenset(SAMPLING.keys() & body.keys()))
    by_row = gateway.model(model_id, endpoint="chat", **SAMPLING, **fields).explain("Hi").body
    assert found == {frozenset(SAMPLING.keys() & by_row.keys())}


@pytest.mark.parametrize(
    "parameters", [{"temperature": 0.2}, {"stop": ["END"]}, {"presence_penalty": 0.5}]
)
def test_losses_on_the_responses_route_are_errors_with_strict_params(
    gateway: Gateway, parameters: dict[str, Any]
) -> None:
    model = gateway.model("GPT-5-Mini", endpoint="responses", strict_params=True)
    with pytest.raises(CometAPIUnsentRequestError, match="`strict_params=True`"):
        model.invoke("Hi", **parameters)
    assert gateway.requests == []
