"""Error responses: status, request id and stream options; `tests/wire` has the rest."""

from __future__ import annotations

import pytest

from langchain_cometapi.exceptions import CometAPIOverloadedError
from tests.support import ExpectedError, Gateway, all_ways, ask, ask_and_fail, check_error, recorded


@all_ways
@pytest.mark.parametrize("status", [500, 502, 504])
async def test_busy_model_is_overloaded_with_any_status(status: int, way: str) -> None:
    gateway = Gateway(recorded("chat/error_503_busy.json", status))
    expected = ExpectedError(
        CometAPIOverloadedError,
        f"HTTP {status}: The model is currently busy, please try again later (model",
        status=status,
        type="bad_response_status_code",
        code="bad_response_status_code",
        retryable=True,
    )
    check_error(await ask_and_fail(gateway, way), expected)
    assert len(gateway.requests) == 1


@all_ways
async def test_cometapis_request_id_goes_before_that_of_a_proxy(way: str) -> None:
    headers = {"x_cometapi_request_id": "from-header", "x_request_id": "proxy"}
    error = await ask_and_fail(Gateway(recorded("chat/error_401.json", 401, **headers)), way)
    assert error.request_id == "from-header"
    assert str(error).endswith("[request id: from-header]")


@pytest.mark.parametrize("way", ["stream", "astream"])
async def test_stream_options_that_a_model_refuses_are_left_out(way: str) -> None:
    """`stream_usage` is a wish of this package, so a refusal of it is no error of the user."""
    gateway = Gateway(
        recorded("chat/error_400_stream_options.json", 400), recorded("stream/minimal.sse")
    )
    message = await ask(gateway.model(f"model-that-refuses-{way}"), way)
    assert message.content == "Hello"
    assert ["stream_options" in body for body in gateway.bodies] == [True, False]
