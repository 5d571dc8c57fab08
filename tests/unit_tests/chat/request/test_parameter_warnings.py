"""Warnings of parameters that a vendor refuses: of what, how often, from where."""

from __future__ import annotations

import pickle
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi import ChatCometAPI, CometAPILLM, CometAPIParameterWarning
from langchain_cometapi._chat.request import parameter_warnings
from tests.support import City, Gateway, all_ways, ask, calls, get_weather, name_lost, record_losses

if TYPE_CHECKING:
    from collections.abc import Callable


@all_ways
@pytest.mark.parametrize("kind", [ChatCometAPI, CometAPILLM])
async def test_warning_names_model_and_ways_out_at_the_line_of_the_call(
    gateway: Gateway, way: str, kind: Callable[..., Any]
) -> None:
    model = gateway.make(kind, model="gpt-5-mini", temperature=0.2)
    with pytest.warns(CometAPIParameterWarning) as caught:
        await ask(model, way)
    (warning,) = caught
    text = str(warning.message)
    assert text.startswith("`temperature` was dropped: gpt-5-mini takes the default alone.")
    assert "strict_params=True" in text
    assert "category=CometAPIParameterWarning" in text
    # `ask` calls the model; core's `ainvoke` hides that line in a task.
    where = parameter_warnings.__file__ if way == "ainvoke" else calls.__file__
    assert warning.filename == where


def test_warning_in_a_thread_without_the_users_line_is_at_the_package(gateway: Gateway) -> None:
    model = gateway.model("gpt-5-mini", temperature=0.2)
    with pytest.warns(CometAPIParameterWarning) as caught, ThreadPoolExecutor(1) as executor:
        executor.submit(model.invoke, "Hi").result()
    assert [warning.filename for warning in caught] == [parameter_warnings.__file__]


def test_model_warns_once_for_each_model_id_and_parameter(gateway: Gateway) -> None:
    model = gateway.model("gpt-5-mini", temperature=0.2)
    bound = model.bind(model="o3")
    with record_losses() as losses:
        for _ in range(2):
            model.invoke("Hi")
            bound.invoke("Hi")
            bound.explain("Hi")
            model.invoke("Hi", top_p=0.5)
    named = [(name, text.split()[3]) for name, text in zip(name_lost(losses), losses, strict=True)]
    assert named == [("temperature", "gpt-5-mini"), ("temperature", "o3"), ("top_p", "gpt-5-mini")]
    with record_losses() as losses:
        gateway.model("gpt-5-mini", temperature=0.2).invoke("Hi")
    assert name_lost(losses) == ["temperature"]


def test_model_that_is_called_by_many_threads_warns_once(gateway: Gateway) -> None:
    model, barrier = gateway.model("gpt-5-mini", temperature=0.2), threading.Barrier(8, timeout=10)

    def call(_: int) -> None:
        barrier.wait()
        model.invoke("Hi")

    with record_losses() as losses, ThreadPoolExecutor(8) as executor:
        list(executor.map(call, range(8)))
    assert name_lost(losses) == ["temperature"]


def test_warning_that_a_filter_makes_an_error_is_raised_at_every_call(gateway: Gateway) -> None:
    model = gateway.model("gpt-5-mini", temperature=0.2)
    for _ in range(2):
        with warnings.catch_warnings():
            warnings.simplefilter("error", CometAPIParameterWarning)
            with pytest.raises(CometAPIParameterWarning, match="`temperature` was dropped"):
                model.invoke("Hi")
    assert gateway.requests == []


def test_warnings_given_are_no_part_of_the_model(gateway: Gateway) -> None:
    model = gateway.model("gpt-5-mini", temperature=0.2)
    same = model.model_copy(deep=True)
    with record_losses() as losses:
        model.invoke("Hi")
        assert model == same
        same.invoke("Hi")
    assert len(losses) == 2
    assert pickle.dumps(model._parameter_warnings) == pickle.dumps(same._parameter_warnings)


def test_strict_that_only_langchain_sets_is_left_out_without_a_warning(gateway: Gateway) -> None:
    """As `create_agent` binds the tools of a model with a response format."""
    schema = {"name": "City", "schema": City.model_json_schema()}
    response_format = {"type": "json_schema", "json_schema": schema}
    model = gateway.model("claude-sonnet-5-5", strict_params=True)
    bound = model.bind_tools([get_weather], strict=True, response_format=response_format)
    bound.invoke("Hi")
    assert "strict" not in gateway.bodies[0]["tools"][0]["function"]
    assert ("strict", "left out") in [(c.parameter, c.action) for c in bound.explain("Hi").changes]


def test_strict_of_the_user_is_dropped_with_a_warning(gateway: Gateway) -> None:
    with record_losses() as losses:
        gateway.model("claude-sonnet-5-5").bind_tools([get_weather], strict=True).invoke("Hi")
    assert name_lost(losses) == ["strict"]
