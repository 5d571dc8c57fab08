"""`temperature` and `top_p` by the rules of each family."""

from __future__ import annotations

import re
from typing import Any

import pytest

from langchain_cometapi import ChatCometAPI, CometAPILLM, CometAPIUnsentRequestError
from tests.support import Gateway, name_lost, record_losses

BOTH = {"temperature": 0.2, "top_p": 0.9}
NONE = {"reasoning_effort": "none"}
SAMPLING: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    # free
    ("gpt-4o-mini", BOTH, BOTH),
    # refused, unless at the default
    ("gpt-5-mini", BOTH, {}),
    ("gpt-5-mini", {"temperature": 0, "top_p": 1}, {"top_p": 1}),
    # fixed to values of its own
    ("kimi-k3", {"temperature": 1, "top_p": 1}, {}),
    # one of the two
    ("claude-sonnet-5-5", BOTH, {"temperature": 0.2}),
    ("claude-sonnet-5-5", {"top_p": 0.9}, {"top_p": 0.9}),
    # with the effort "none" alone: the default of 5.4 and 5.5, not of the later ones
    ("gpt-5.4-mini", BOTH, BOTH),
    ("gpt-5.4-mini", {**BOTH, "reasoning_effort": "low"}, {"reasoning_effort": "low"}),
    ("gpt-5.6-sol", BOTH, {}),
    ("gpt-5.6-sol", {**BOTH, **NONE}, {**BOTH, **NONE}),
    ("gpt-6.1-sol", {**BOTH, "extra_body": NONE}, {**BOTH, **NONE}),
]


@pytest.mark.parametrize(("model_id", "given", "expected"), SAMPLING)
def test_sampling_is_sent_or_dropped_with_a_warning(
    gateway: Gateway, model_id: str, given: dict[str, Any], expected: dict[str, Any]
) -> None:
    dropped = sorted(given.keys() - expected.keys() - {"extra_body"})
    for fields, parameters in ((given, {}), ({}, given)):
        model: Any = gateway.model(model_id, endpoint="chat", **fields)
        with record_losses() as losses:
            model.invoke("Hi", **parameters)
        body = gateway.bodies[-1]
        assert {k: v for k, v in body.items() if k not in ("model", "messages")} == expected
        assert sorted(name_lost(losses)) == dropped
        assert all(re.search(f"was dropped: {model_id} (takes|has fixed)", text) for text in losses)
    strict: Any = gateway.model(model_id, endpoint="chat", strict_params=True, **given)
    if not dropped:
        strict.invoke("Hi")
        return
    with pytest.raises(CometAPIUnsentRequestError, match="`strict_params=True`") as raised:
        strict.invoke("Hi")
    named = re.findall(rf"`(\w+)`: {model_id} (?:takes|has fixed)", str(raised.value))
    assert sorted(named) == dropped


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ({"temperature": 0.5, "top_p": 1}, "top_p"),
        ({"temperature": 1, "top_p": 0.9}, "temperature"),
        ({"temperature": 1, "top_p": 1}, "temperature"),
    ],
)
def test_sampling_at_its_default_beside_the_other_is_left_out_without_loss(
    gateway: Gateway, given: dict[str, Any], left: str
) -> None:
    model = gateway.model("claude-sonnet-5-5", strict_params=True, **given)
    model.invoke("Hi")
    assert {name: gateway.bodies[0].get(name) for name in given} == {**given, left: None}
    (change,) = model.explain("Hi").changes
    assert (change.parameter, change.action) == (left, "left out")


BY_GPT = [case for case in SAMPLING if case[0].startswith("gpt-")]


@pytest.mark.parametrize("case", BY_GPT)
@pytest.mark.parametrize(
    ("kind", "endpoint", "form"),
    [
        (ChatCometAPI, "chat", str.title),
        (CometAPILLM, "chat", "openai/{}".format),
        (ChatCometAPI, "responses", str.upper),
    ],
)
def test_sampling_goes_by_the_same_rules_on_every_route_and_in_any_form_of_the_id(
    gateway: Gateway,
    kind: Any,
    endpoint: str,
    form: Any,
    case: tuple[str, dict[str, Any], dict[str, Any]],
) -> None:
    model_id, given, expected = case
    model: Any = gateway.make(kind, model=form(model_id), endpoint=endpoint, **given)
    with record_losses() as losses:
        model.invoke("Hi")
    assert gateway.bodies[0]["model"] == form(model_id)  # sent as the user wrote it
    kept = {name: gateway.bodies[0].get(name) for name in BOTH}
    assert kept == {name: expected.get(name) for name in BOTH}
    assert sorted(name_lost(losses)) == sorted(BOTH.keys() & given.keys() - expected.keys())


@pytest.mark.parametrize(
    "parameters", [{"temperature": 0.2}, {"stop": ["END"]}, {"presence_penalty": 0.5}]
)
def test_losses_on_the_responses_route_are_errors_with_strict_params(
    gateway: Gateway, parameters: dict[str, Any]
) -> None:
    model = gateway.model("gpt-5-mini", endpoint="responses", strict_params=True)
    with pytest.raises(CometAPIUnsentRequestError, match="`strict_params=True`"):
        model.invoke("Hi", **parameters)
    assert gateway.requests == []
