"""A model id has one row on every route, in any case and with any prefix."""

from __future__ import annotations

from typing import Any

import pytest

from langchain_cometapi import CometAPILLM, CometAPIUnsentRequestError
from tests.support import Gateway, answer, ask, name_lost, record_losses, say_hello

RESPONSE = {"id": "resp_1", "object": "response", "output": [], "model": "m"}
SAMPLING = {"temperature": 0.2, "top_p": 0.9}

# Model id, effort -> what is sent of the sampling.
KEPT: list[tuple[str, str | None, dict[str, float]]] = [
    ("gpt-5-mini", None, {}),
    ("gpt-5.1", None, SAMPLING),
    ("gpt-5.2", "none", SAMPLING),
    ("gpt-5.2", "low", {}),
    ("gpt-5.4", None, SAMPLING),
    ("gpt-5.4", "low", {}),
    ("gpt-5.5", None, {}),
    ("gpt-5.5", "none", SAMPLING),
    ("gpt-6-astra", None, {}),
    ("gpt-6-sol", None, {}),
]


@pytest.mark.parametrize("form", [str.lower, str.upper, str.title, "openai/{}".format])
@pytest.mark.parametrize(("model_id", "effort", "kept"), KEPT)
async def test_rules_of_a_model_are_the_same_on_every_route(
    model_id: str, effort: str | None, kept: dict[str, float], form: Any
) -> None:
    name = form(model_id)
    parameters: dict[str, Any] = (
        {**SAMPLING}
        if effort is None
        else {
            **SAMPLING,
            "reasoning_effort": effort,
        }
    )
    dropped = sorted(SAMPLING.keys() - kept.keys())
    chat, responses = Gateway(say_hello), Gateway(answer(RESPONSE))
    models: list[tuple[Gateway, Any]] = [
        (chat, chat.model(name, endpoint="chat", **parameters)),
        (chat, chat.make(CometAPILLM, model=name, endpoint="chat", **parameters)),
        (responses, responses.model(name, endpoint="responses", **parameters)),
    ]
    for gateway, model in models:
        with record_losses() as losses:
            await ask(model, "invoke")
        assert sorted(name_lost(losses)) == dropped
        body = gateway.bodies[-1]
        assert {key: body[key] for key in SAMPLING if key in body} == kept
        assert body["model"] == name
    explained = models[-1][1].explain("Hi")
    assert explained.body == responses.bodies[-1]
    assert sorted(change.parameter for change in explained.changes) == dropped


async def test_losses_on_the_responses_route_are_errors_with_strict_params() -> None:
    gateway = Gateway(answer(RESPONSE))
    model = gateway.model("GPT-5-Mini", endpoint="responses", strict_params=True)
    for parameters in ({"temperature": 0.2}, {"stop": ["END"]}, {"presence_penalty": 0.5}):
        for way in ("invoke", "ainvoke", "stream", "astream"):
            with pytest.raises(CometAPIUnsentRequestError, match="`strict_params=True`"):
                await ask(model, way, **parameters)
    assert gateway.requests == []
