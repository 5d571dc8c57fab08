"""Parameters by the rules of each family."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support import Gateway, answer, completion, merge

if TYPE_CHECKING:
    from langchain_cometapi import ChatCometAPI


def changes(asked: ChatCometAPI, /, **kwargs: Any) -> list[tuple[str, str]]:
    return [(c.parameter, c.action) for c in asked.explain("Hi", **kwargs).changes]


def get_weather(city: str) -> str:
    """Get the weather in a city."""
    return city


# -- the token limit ---------------------------------------------------------------------------


@pytest.mark.parametrize("given", ["max_tokens", "max_completion_tokens"])
@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize(
    ("model_id", "name"),
    [("gpt-5.4-mini", "max_completion_tokens"), ("claude-sonnet-5-5", "max_tokens")],
)
def test_token_limit_is_sent_under_the_name_of_the_family(
    model_id: str, name: str, given: str, strict: bool
) -> None:
    served = Gateway(answer(completion()))
    limit: dict[str, Any] = {given: 5}
    model = served.model(model_id, strict_params=strict)
    model.invoke("Hi", **limit)
    served.model(model_id, strict_params=strict, **limit).invoke("Hi")
    for body in served.bodies:
        assert {key: value for key, value in body.items() if "tokens" in key} == {name: 5}
    assert changes(model, **limit) == ([] if given == name else [(given, "renamed")])


def test_token_limit_of_an_unknown_model_keeps_its_name() -> None:
    served = Gateway(answer(completion()))
    served.model("some-new-thing").invoke("Hi", max_completion_tokens=5)
    served.model("some-new-thing").invoke("Hi", max_tokens=5)
    assert ["max_tokens" in body for body in served.bodies] == [False, True]
    assert ["max_completion_tokens" in body for body in served.bodies] == [True, False]


@pytest.mark.parametrize("model_id", ["gpt-5.4", "claude-sonnet-5-5", "some-new-thing"])
@pytest.mark.parametrize("of_model", ["max_tokens", "max_completion_tokens"])
@pytest.mark.parametrize("of_call", ["max_tokens", "max_completion_tokens"])
def test_token_limit_of_a_call_replaces_that_of_the_model(
    model_id: str, of_model: str, of_call: str
) -> None:
    served = Gateway(answer(completion()))
    limit: dict[str, Any] = {of_model: 100}
    call: dict[str, Any] = {of_call: 50}
    served.model(model_id, **limit).invoke("Hi", **call)
    (body,) = served.bodies
    assert [value for name, value in body.items() if "tokens" in name] == [50]


# -- types and defaults ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"stop": 5}, "`stop` is a int; expected a text or a list of texts"),
        ({"n": "2"}, "`n` is a str; expected a whole number"),
        ({"extra_body": "x"}, "`extra_body` is a str; expected a dict"),
    ],
)
async def test_parameters_of_a_wrong_type_are_refused(wrong: dict[str, Any], words: str) -> None:
    served = Gateway(answer(completion()))
    model = served.model()
    with pytest.raises(ValueError, match=words):
        model.invoke("Hi", **wrong)
    with pytest.raises(ValueError, match=words):
        merge(model.stream("Hi", **wrong))
    with pytest.raises(ValueError, match=words):
        await model.ainvoke("Hi", **wrong)
    assert served.requests == []


def test_model_of_a_call_that_is_none_is_that_of_the_model() -> None:
    served = Gateway(answer(completion()))
    served.model("gpt-4o").invoke("Hi", model=None)
    assert served.bodies[0]["model"] == "gpt-4o"


@pytest.mark.parametrize("how", ["disabled", "for tools", "bound"])
async def test_stream_where_core_disables_it_is_not_sent(how: str) -> None:
    served = Gateway(answer(completion()))
    options: dict[str, Any] = {"streaming": True, "disable_streaming": True}
    if how == "for tools":
        options["disable_streaming"] = "tool_calling"
    model: Any = served.model(**options)
    if how == "for tools":
        model = model.bind_tools([get_weather])
    if how == "bound":
        model = model.bind(stream=True, stream_usage=True)
    assert model.invoke("Hi").text == "Hello"
    assert (await model.ainvoke("Hi")).text == "Hello"
    assert merge(model.stream("Hi")).text == "Hello"
    for body in served.bodies:
        assert not {"stream", "stream_options", "stream_usage"} & body.keys()
        assert model.explain("Hi", stream=True).body == body
