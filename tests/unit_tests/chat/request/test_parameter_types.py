"""Parameters of a type that no vendor reads are refused before anything is sent."""

from __future__ import annotations

import enum
import math
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest

from langchain_cometapi import ChatCometAPI, CometAPILLM, CometAPIUnsentRequestError
from tests.support import Gateway, all_ways, ask

if TYPE_CHECKING:
    from collections.abc import Callable

NUMBERS = ("temperature", "top_p", "presence_penalty", "frequency_penalty")
WHOLE = ("n", "seed", "max_tokens", "max_completion_tokens", "top_logprobs")

FLOAT = "a finite number, as a `float`."
INT = "a whole number, as an `int`."


class Plain(enum.Enum):
    HIGH = "high"


NO_JSON: list[Any] = [math.nan, -math.inf, Decimal("0.5"), Fraction(1, 2), np.float32(0.5)]

WRONG: list[tuple[str, Any, str]] = [
    *((name, "warm", "is a str; expected a number") for name in NUMBERS),
    ("temperature", True, "is a bool; expected a number"),
    *((name, 2.5, "is a float; expected a whole number") for name in WHOLE),
    ("seed", True, "is a bool; expected a whole number"),
    ("logprobs", 5, "is a int; expected true or false"),
    ("logit_bias", [1], "is a list; expected a dict"),
    ("logit_bias", {"1": Decimal(1)}, r"\['1'\] is a Decimal"),
    ("parallel_tool_calls", "yes", "is a str; expected true or false"),
    ("reasoning_effort", 3, "is a int; expected a text"),
    ("stop", 5, "is a int; expected a text or a list of texts"),
    ("stop", ["a", 5], "is a list; expected a text or a list of texts"),
    ("tool_choice", 5, "is a int; expected a text or a dict"),
    ("tools", "search", "is a str; expected a list"),
    ("user", 5, "is a int; expected a text"),
    ("user", object(), "is a object, which JSON does not have. Pass a text"),
    *(("top_p", value, f"is .*, which JSON does not have. Pass {FLOAT}$") for value in NO_JSON),
    *(("seed", value, f"is .*, which JSON does not have. Pass {INT}$") for value in NO_JSON),
    ("reasoning_effort", math.nan, "is nan, which JSON does not have. Pass a text"),
    ("user", Plain.HIGH, "is a Plain, which JSON does not have. Pass a text"),
    ("logprobs", np.True_, "is a bool, which JSON does not have. Pass true or false"),
    ("stop", b"a", "is a bytes, which JSON does not have. Pass a text or a list of texts"),
]


@pytest.mark.parametrize(("name", "value", "words"), WRONG)
def test_parameter_of_a_wrong_type_is_refused_and_named(
    gateway: Gateway, name: str, value: Any, words: str
) -> None:
    with pytest.raises(CometAPIUnsentRequestError, match=f"`{name}` ?{words}"):
        gateway.model("gpt-4o").invoke("Hi", **{name: value})
    assert gateway.requests == []


@all_ways
async def test_parameter_of_a_wrong_type_is_refused_wherever_it_is_passed(
    gateway: Gateway, way: str
) -> None:
    model: Any = gateway.model("gpt-4o")
    changed = gateway.model("gpt-4o")
    changed.model_kwargs = {"seed": "2"}  # past the constructor
    for asked, parameters, words in (
        (model, {"seed": "2"}, "`seed` is"),
        (model.bind(seed="2"), {}, "`seed` is"),
        (model, {"extra_body": {"seed": "2"}}, "`seed` of `extra_body` is"),
        (model, {"extra_body": "x"}, "`extra_body` is a str; expected a dict"),
        (changed, {}, "`seed` "),
    ):
        with pytest.raises(CometAPIUnsentRequestError, match=words):
            await ask(asked, way, **parameters)
        with pytest.raises(CometAPIUnsentRequestError, match=words):
            asked.explain("Hi", **parameters)
    assert gateway.requests == []


@pytest.mark.parametrize("kind", [ChatCometAPI, CometAPILLM])
@pytest.mark.parametrize("name", [*NUMBERS, *WHOLE])
def test_number_that_json_does_not_have_is_refused_by_the_constructor(
    gateway: Gateway, kind: Callable[..., Any], name: str
) -> None:
    advice = FLOAT if name in NUMBERS else INT
    for value in NO_JSON:
        words = f"`{name}` is .*, which JSON does not have. Pass {advice}"
        with pytest.raises(ValueError, match=words):
            gateway.make(kind, model="gpt-4o", **{name: value})
    with pytest.raises(ValueError, match=f"`{name}` is a bool; expected a "):
        gateway.make(kind, model="gpt-4o", **{name: True})


@pytest.mark.parametrize("place", ["model_kwargs", "extra_body"])
def test_field_that_json_does_not_have_is_refused_by_the_constructor(
    gateway: Gateway, place: str
) -> None:
    fields: dict[str, Any] = {place: {"custom": {"inner": [math.nan]}}}
    with pytest.raises(ValueError, match=rf"`custom` of `{place}`\['inner'\]\[0\] is "):
        gateway.model("gpt-4o", **fields)


@pytest.mark.parametrize("value", [v for v in NO_JSON if math.isfinite(cast("Any", v))])
def test_number_that_json_does_not_have_is_sent_as_advised(gateway: Gateway, value: Any) -> None:
    gateway.model("gpt-4o", temperature=float(value), seed=int(value)).invoke("Hi")
    assert gateway.bodies[0]["temperature"] == float(value)
    assert gateway.bodies[0]["seed"] == int(value)


@pytest.mark.parametrize("value", [np.float64(0.5), 1])
def test_number_that_json_has_is_sent(gateway: Gateway, value: float) -> None:
    gateway.model("gpt-4o").invoke("Hi", temperature=value, extra_body={"custom": value})
    gateway.model("gpt-4o", temperature=value).invoke("Hi")
    assert [body["temperature"] for body in gateway.bodies] == [value, value]
    assert gateway.bodies[0]["custom"] == value


def test_parameters_of_every_type_are_sent_as_they_are(gateway: Gateway) -> None:
    parameters: dict[str, Any] = {
        "logit_bias": {"1": 5},
        "logprobs": True,
        "max_tokens": 5,
        "seed": 7,
        "stop": ("a", "b"),
        "temperature": 1,
        "top_logprobs": 2,
        "user": "me",
    }
    gateway.model("gpt-4o").invoke("Hi", **parameters)
    body = gateway.bodies[0]
    assert {name: body[name] for name in parameters} == {**parameters, "stop": ["a", "b"]}
