"""Parameters by the rules of each family."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support import Gateway, get_weather, merge

LIMITS = ("max_tokens", "max_completion_tokens")


def find_limits(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if "tokens" in name}


@pytest.mark.parametrize("given", LIMITS)
@pytest.mark.parametrize(
    ("model_id", "name"),
    [("gpt-5.4-mini", "max_completion_tokens"), ("claude-sonnet-5-5", "max_tokens")],
)
def test_token_limit_under_another_name_is_explained(model_id: str, name: str, given: str) -> None:
    limit: dict[str, Any] = {given: 5}
    explained = Gateway().model(model_id, strict_params=True).explain("Hi", **limit)
    assert find_limits(explained.body) == {name: 5}
    changes = [(change.parameter, change.action) for change in explained.changes]
    assert changes == ([] if given == name else [(given, "renamed")])


@pytest.mark.parametrize("model_id", ["gpt-5.4", "claude-sonnet-5-5", "some-new-thing"])
@pytest.mark.parametrize("of_model", LIMITS)
@pytest.mark.parametrize("of_call", LIMITS)
def test_token_limit_of_a_call_replaces_that_of_the_model(
    gateway: Gateway, model_id: str, of_model: str, of_call: str
) -> None:
    limit: dict[str, Any] = {of_model: 100}
    call: dict[str, Any] = {of_call: 50}
    gateway.model(model_id, **limit).invoke("Hi", **call)
    assert list(find_limits(gateway.bodies[0]).values()) == [50]


def test_model_of_a_call_that_is_none_is_that_of_the_model(gateway: Gateway) -> None:
    gateway.model("gpt-4o").invoke("Hi", model=None)
    assert gateway.bodies[0]["model"] == "gpt-4o"


@pytest.mark.parametrize("how", ["disabled", "for tools", "bound"])
async def test_stream_where_core_disables_it_is_not_sent(gateway: Gateway, how: str) -> None:
    options: dict[str, Any] = {"streaming": True, "disable_streaming": True}
    if how == "for tools":
        options["disable_streaming"] = "tool_calling"
    model: Any = gateway.model(**options)
    if how == "for tools":
        model = model.bind_tools([get_weather])
    if how == "bound":
        model = model.bind(stream=True, stream_usage=True)
    assert model.invoke("Hi").text == "Hello"
    assert (await model.ainvoke("Hi")).text == "Hello"
    assert merge(model.stream("Hi")).text == "Hello"
    for body in gateway.bodies:
        assert not {"stream", "stream_options", "stream_usage"} & body.keys()
        assert model.explain("Hi", stream=True).body == body
