"""Streams ask for token usage until their model refuses to be asked."""

from __future__ import annotations

import pytest

from langchain_cometapi.exceptions import CometAPIInvalidRequestError
from tests.support import Gateway, amerge, answer, chunk, merge, stream

REFUSAL = answer({"error": {"message": "Unknown parameter: 'stream_options'."}}, 400)
HELLO = stream(chunk("Hello"), chunk(finish_reason="stop"))


def asked(gateway: Gateway) -> list[bool]:
    """Return for each request whether it asks for usage."""
    return ["stream_options" in body for body in gateway.bodies]


async def test_stream_options_that_are_refused_are_left_out_from_then_on() -> None:
    gateway = Gateway(REFUSAL, HELLO)
    model = gateway.model("refuses-stream-options")
    assert merge(model.stream("Hi")).text == "Hello"
    assert (await amerge(model.astream("Hi"))).text == "Hello"
    assert asked(gateway) == [True, False, False]


def test_stream_options_that_are_not_sent_are_not_to_blame() -> None:
    gateway = Gateway(REFUSAL)
    model = gateway.model("always-refuses-stream-options")
    for expected in ([True, False], [True, False, False]):
        with pytest.raises(CometAPIInvalidRequestError):
            merge(model.stream("Hi"))
        assert asked(gateway) == expected


def test_stream_options_refused_at_one_base_url_are_sent_to_another() -> None:
    name = "refuses-stream-options-here"
    merge(Gateway(REFUSAL, HELLO).model(name).stream("Hi"))
    gateway = Gateway(HELLO)
    merge(gateway.model(name, base_url="https://other.example/v1").stream("Hi"))
    assert asked(gateway) == [True]


async def test_stream_options_of_the_user_that_are_refused_are_an_error() -> None:
    gateway = Gateway(REFUSAL)
    model = gateway.model("refuses-options-of-the-user")
    options = {"include_usage": True}
    with pytest.raises(CometAPIInvalidRequestError):
        merge(model.stream("Hi", stream_options=options))
    with pytest.raises(CometAPIInvalidRequestError):
        await amerge(model.astream("Hi", stream_options=options))
    assert asked(gateway) == [True, True]
