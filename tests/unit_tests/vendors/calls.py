"""A request to a model, made by a synchronous call and by an asynchronous stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support import (
    Gateway,
    ask,
    get_weather,
    name_lost,
    record_losses,
    say_hello,
)

if TYPE_CHECKING:
    from langchain_core.language_models import LanguageModelInput


_WAYS = ("invoke", "astream")
"""All four ways encode a request by the same code; its tests call the other two."""


def gateway() -> Gateway:
    """Return a gateway that answers any request, streamed or not, with a short text."""
    return Gateway(say_hello)


def bind(model_id: str, **kwargs: Any) -> dict[str, Any]:
    """Return the parameters of a call after `bind_tools([get_weather], **kwargs)`."""
    bound: Any = gateway().model(model_id, endpoint="chat").bind_tools([get_weather], **kwargs)
    parameters: dict[str, Any] = bound.kwargs
    return parameters


async def get_body(
    model_id: str, messages: LanguageModelInput = "Hi", /, **kwargs: Any
) -> dict[str, Any]:
    """Return the body of a request, which is the same whole and streamed, and in `explain`."""
    body, _ = await _get_body_and_losses(model_id, messages, kwargs)
    return body


async def _get_body_and_losses(
    model_id: str, messages: LanguageModelInput, kwargs: dict[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """Return the body of a request, and the names of the parameters that are warned of."""
    served = gateway()
    model = served.model(model_id, endpoint="chat")
    with record_losses() as losses:
        for way in _WAYS:
            await ask(model, way, messages, **kwargs)
    streaming = ("stream", "stream_options")
    bodies = [{k: v for k, v in b.items() if k not in streaming} for b in served.bodies]
    assert bodies[0] == bodies[1]
    assert model.explain(messages, **kwargs).body == bodies[0]
    return bodies[0], name_lost(losses)


async def assert_refused(
    model_id: str,
    words: str,
    messages: LanguageModelInput = "Hi",
    /,
    *,
    endpoint: str = "chat",
    **kwargs: Any,
) -> None:
    """Assert that a call and a stream send nothing, and that the error has these words."""
    served = gateway()
    model = served.model(model_id, endpoint=endpoint)
    for way in _WAYS:
        with pytest.raises(ValueError, match=words):
            await ask(model, way, messages, **kwargs)
    with pytest.raises(ValueError, match=words):
        model.explain(messages, **kwargs)
    assert served.requests == []


async def assert_dropped(model_id: str, name: str, /, **kwargs: Any) -> dict[str, Any]:
    """Return the body of a request that loses a parameter.

    There is one warning, however often the model is called, and with `strict_params` an error
    instead.
    """
    body = await assert_lost(model_id, name, **kwargs)
    assert name not in body
    return body


async def assert_lost(model_id: str, name: str, /, **kwargs: Any) -> dict[str, Any]:
    """Return the body of a request that loses a parameter, or has another value of it."""
    body, losses = await _get_body_and_losses(model_id, "Hi", kwargs)
    assert losses == [name]
    served = gateway()
    with pytest.raises(ValueError, match=f"`{name}`: {model_id}"):
        served.model(model_id, endpoint="chat", strict_params=True).invoke("Hi", **kwargs)
    assert served.requests == []
    return body
