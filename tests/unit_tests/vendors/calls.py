"""A request to a model, made in all four ways of calling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import BaseModel

from tests.support import WAYS, Gateway, ask, say_hello

if TYPE_CHECKING:
    from langchain_core.language_models import LanguageModelInput


def gateway() -> Gateway:
    """Return a gateway that answers any request, streamed or not, with a short text."""
    return Gateway(say_hello)


def get_weather(city: str) -> str:
    """Get the weather in a city."""
    return city


def bind(model_id: str, **kwargs: Any) -> dict[str, Any]:
    """Return the parameters of a call after `bind_tools([get_weather], **kwargs)`."""
    bound: Any = gateway().model(model_id).bind_tools([get_weather], **kwargs)
    parameters: dict[str, Any] = bound.kwargs
    return parameters


async def get_body(
    model_id: str, messages: LanguageModelInput = "Hi", /, **kwargs: Any
) -> dict[str, Any]:
    """Return the body of a request, which is the same in all four ways and in `explain`."""
    served = gateway()
    model = served.model(model_id)
    for way in WAYS:
        await ask(model, way, messages, **kwargs)
    streaming = ("stream", "stream_options")
    bodies = [{k: v for k, v in b.items() if k not in streaming} for b in served.bodies]
    assert len(bodies) == 4
    assert all(body == bodies[0] for body in bodies)
    assert model.explain(messages, **kwargs).body == bodies[0]
    return bodies[0]


async def assert_refused(
    model_id: str,
    words: str,
    messages: LanguageModelInput = "Hi",
    /,
    *,
    use_responses_api: bool = False,
    **kwargs: Any,
) -> None:
    """Assert that none of the ways sends anything, and that the error has these words."""
    served = gateway()
    model = served.model(model_id, use_responses_api=use_responses_api)
    for way in WAYS:
        with pytest.raises(ValueError, match=words):
            await ask(model, way, messages, **kwargs)
    with pytest.raises(ValueError, match=words):
        model.explain(messages, **kwargs)
    assert served.requests == []


async def assert_dropped(
    model_id: str, name: str, caplog: pytest.LogCaptureFixture, /, **kwargs: Any
) -> dict[str, Any]:
    """Return the body of a request that loses a parameter.

    There is one warning, however often the test does this, and with `strict_params` an error
    instead.
    """
    body = await get_body(model_id, **kwargs)
    assert name not in body
    assert [record.getMessage().split("`")[1] for record in caplog.records] == [name]
    served = gateway()
    with pytest.raises(ValueError, match=f"`{name}`: {model_id}"):
        served.model(model_id, strict_params=True).invoke("Hi", **kwargs)
    assert served.requests == []
    return body


# -- structured output by function calling ---------------------------------------------------------


class City(BaseModel):
    """A city."""

    name: str


CITY_CHOICE = {"type": "function", "function": {"name": "City"}}
CITY_CALL = {
    "role": "assistant",
    "tool_calls": [
        {
            "id": "call_1",
            "type": "function",
            "function": {"name": "City", "arguments": '{"name": "Oslo"}'},
        }
    ],
}


def assert_inferred_choice(
    model_id: str, choice: Any, caplog: pytest.LogCaptureFixture, **options: Any
) -> None:
    """Assert the `tool_choice` that structured output sends, without a warning or an error."""
    _structured(model_id, choice, options)
    _structured(model_id, choice, options, strict_params=True)
    assert caplog.records == []


def assert_inferred_choice_replaced(
    model_id: str, caplog: pytest.LogCaptureFixture, **options: Any
) -> None:
    """Assert that structured output forces no tool, with a warning, or an error if strict."""
    _structured(model_id, "auto", options)
    assert [record.getMessage().split("`")[1] for record in caplog.records] == ["tool_choice"]
    with pytest.raises(ValueError, match=r"`tool_choice`: .* refuses a forced tool choice"):
        _structured(model_id, "auto", options, strict_params=True)


def _structured(model_id: str, choice: Any, options: dict[str, Any], **fields: Any) -> None:
    served = gateway()
    structured = served.model(model_id, **fields).with_structured_output(
        City, method="function_calling", include_raw=True, **options
    )
    structured.invoke("Hi")
    assert served.bodies[0]["tool_choice"] == choice
    assert "inferred_parameters" not in served.bodies[0]
