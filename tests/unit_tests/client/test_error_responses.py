"""Each error response of the gateway, and the error that it must become."""

from __future__ import annotations

from typing import Any

import pytest

from langchain_cometapi.exceptions import (
    CometAPIAuthenticationError,
    CometAPIContentFilterError,
    CometAPIContextOverflowError,
    CometAPIError,
    CometAPIInsufficientBalanceError,
    CometAPIInvalidRequestError,
    CometAPIModelNotFoundError,
    CometAPIOverloadedError,
    CometAPIPermissionDeniedError,
    CometAPIRateLimitError,
    CometAPIServerError,
)
from tests.support import (
    Fails,
    Gateway,
    all_ways,
    ask,
    ask_and_fail,
    check_error,
    fixture_names,
    recorded,
)

QUOTED_ID = "20261101120000000000000abcdefgh"
HEADER_ID = "req-1"
MODEL = " (model gpt-5.4-mini)."
TOP_UP = f"{MODEL} Top up the account"
SHORTEN = f"{MODEL} Shorten the messages"


def case(kind: type[CometAPIError], message: str, **fields: Any) -> tuple[Any, ...]:
    """Return a class, the beginning of a message behind its status, and the fields of `Fails`."""
    return kind, message, fields


# By fixture, whose name has the status. Those with the id "req-1" have it from a header.
CASES = {
    "error_400_validation.json": case(
        CometAPIInvalidRequestError,
        f": model name is required{MODEL} [",
        type="comet_api_error",
        request_id=QUOTED_ID,
    ),
    "error_400_context.json": case(
        CometAPIContextOverflowError,
        ": This model's maximum context length is 131072 tokens. However, you requested 140000 "
        f"tokens{SHORTEN}",
        type="invalid_request_error",
        code="context_length_exceeded",
        param="messages",
    ),
    "error_400_convert.json": case(
        CometAPIInvalidRequestError,
        f": not supported model for image generation{MODEL}",
        type="comet_api_error",
        code="convert_request_failed",
    ),
    "error_400_filter.json": case(
        CometAPIContentFilterError,
        ": The response was filtered due to the prompt triggering Azure OpenAI's content",
        code="content_filter",
        param="prompt",
    ),
    "error_400_gemini.json": case(
        CometAPIInvalidRequestError,
        f": Function call is missing a thought_signature in functionCall parts{MODEL}",
        code="400",
    ),
    "error_400_number.json": case(
        CometAPIInvalidRequestError, f": Bad request{MODEL}", type="comet_api_error", code="400"
    ),
    "error_400_string.json": case(
        CometAPIInvalidRequestError, f": temperature must be at most 2{MODEL}"
    ),
    "error_401.json": case(
        CometAPIAuthenticationError,
        f": Invalid token{MODEL} Check `api_key` or COMETAPI_KEY",
        type="comet_api_error",
        request_id=HEADER_ID,
    ),
    "error_402.json": case(
        CometAPIInsufficientBalanceError,
        f": Insufficient Balance{TOP_UP}",
        type="unknown_error",
        code="invalid_request_error",
        request_id=HEADER_ID,
    ),
    "error_403.json": case(
        CometAPIPermissionDeniedError,
        f": You are not allowed to use this model{MODEL}",
        type="comet_api_error",
        code="permission_denied",
        request_id=HEADER_ID,
    ),
    "error_403_quota.json": case(
        CometAPIInsufficientBalanceError, f": user quota is not enough{TOP_UP}"
    ),
    "error_403_prepaid.json": case(
        CometAPIInsufficientBalanceError,
        f": user [1001] quota [1200] preConsumedQuota [64000] is not enough{TOP_UP}",
        type="comet_api_error",
        code="insufficient_user_quota",
    ),
    "error_404.json": case(
        CometAPIModelNotFoundError,
        f": Invalid URL (POST /v1/x){MODEL} Does `base_url`",
        type="invalid_request_error",
        request_id=HEADER_ID,
    ),
    "error_404_model.json": case(
        CometAPIModelNotFoundError,
        f": The model `gpt-9` does not exist{MODEL} Check `model`",
        type="invalid_request_error",
        code="model_not_found",
    ),
    "error_413.json": case(
        CometAPIInvalidRequestError,
        f": Request body too large{MODEL}",
        type="comet_api_error",
        code="read_request_body_failed",
        request_id=HEADER_ID,
    ),
    "error_422.json": case(
        CometAPIInvalidRequestError,
        ': [{"loc": ["body", "temperature"], "msg": "Input should be a valid number"',
        request_id=HEADER_ID,
    ),
    "error_429.json": case(
        CometAPIRateLimitError,
        f": Rate limit reached for requests{MODEL} Send fewer requests at once",
        type="requests",
        code="rate_limit_exceeded",
        request_id=HEADER_ID,
        retry_after=7.5,
        retryable=True,
    ),
    "error_429_context.json": case(
        CometAPIContextOverflowError,
        f": prompt is too long: 210000 tokens > 200000 maximum{SHORTEN}",
        type="rate_limit_error",
        code="429",
    ),
    "error_429_quota.json": case(
        CometAPIInsufficientBalanceError,
        f": You exceeded your current quota, please check your plan and billing details{TOP_UP}",
        type="insufficient_quota",
        code="insufficient_quota",
    ),
    "error_500.json": case(
        CometAPIServerError,
        f": internal server error{MODEL}",
        type="comet_api_error",
        request_id=HEADER_ID,
        retryable=True,
    ),
    "error_500_invalid.json": case(
        CometAPIInvalidRequestError,
        f": field messages is required{MODEL}",
        type="comet_api_error",
        code="invalid_request",
        request_id=QUOTED_ID,
    ),
    "error_500_text.txt": case(
        CometAPIServerError, f": upstream connect error{MODEL}", retryable=True
    ),
    "error_503_model.json": case(
        CometAPIModelNotFoundError,
        f": no available channel for group default and model gpt-9 (distributor){MODEL}",
        type="comet_api_error",
        code="model_not_found",
        request_id="20260205132859798638387SIHCnxzJ",
    ),
    "error_503_busy.json": case(
        CometAPIOverloadedError,
        f": The model is currently busy, please try again later{MODEL}",
        type="bad_response_status_code",
        code="bad_response_status_code",
        retryable=True,
    ),
    "error_503_saturated.json": case(
        CometAPIOverloadedError,
        ": 当前分组上游负载已饱和",
        type="comet_api_error",
        request_id=HEADER_ID,
        retryable=True,
    ),
    "error_524.html": case(
        CometAPIServerError,
        f" with an HTML page{MODEL}",
        request_id=HEADER_ID,
        retryable=True,
    ),
    "error_529.json": case(
        CometAPIOverloadedError,
        f": Overloaded{MODEL}",
        type="overloaded_error",
        request_id=HEADER_ID,
        retryable=True,
    ),
}
# The gateway sends this one with each of them.
OTHER_STATUSES = [("error_503_busy.json", status) for status in (500, 502, 504)]


def _headers(fields: dict[str, Any]) -> dict[str, str]:
    headers = {}
    if fields.get("request_id") == HEADER_ID:
        headers["x_request_id"] = HEADER_ID
    if "retry_after" in fields:
        headers["retry_after"] = str(fields["retry_after"])
    return headers


@all_ways
@pytest.mark.parametrize(
    ("name", "status"),
    [*((name, int(name.removeprefix("error_")[:3])) for name in CASES), *OTHER_STATUSES],
)
async def test_error_response_becomes_its_error(name: str, status: int, way: str) -> None:
    """A status fails before the first chunk, so a stream fails as a whole response does."""
    kind, message, fields = CASES[name]
    gateway = Gateway(recorded(f"chat/{name}", status, **_headers(fields)))
    error = await ask_and_fail(gateway, way)
    check_error(error, Fails(kind, f"HTTP {status}{message}", status=status, **fields))
    assert len(gateway.requests) == 1


def test_table_has_every_fixture() -> None:
    assert CASES.keys() | {"error_400_stream_options.json"} == {
        name for name in fixture_names("chat") if name.startswith(("error_4", "error_5"))
    }


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
