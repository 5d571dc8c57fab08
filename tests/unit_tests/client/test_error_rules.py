"""Which class of exception a status and an error body make."""

from __future__ import annotations

import pytest

from langchain_cometapi._client.error_rules import ErrorBody, classify, is_error
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
    CometAPITimeoutError,
)
from tests.support import Gateway, ask_and_fail, raw

STATUSES: dict[type[CometAPIError], tuple[int, ...]] = {
    CometAPIInvalidRequestError: (400, 413, 418, 422),
    CometAPIAuthenticationError: (401,),
    CometAPIInsufficientBalanceError: (402,),
    CometAPIPermissionDeniedError: (403,),
    CometAPIModelNotFoundError: (404,),
    CometAPITimeoutError: (408,),
    CometAPIServerError: (409, 500, 502, 503, 504, 524, 599),
    CometAPIRateLimitError: (429,),
    CometAPIContentFilterError: (451,),
    CometAPIOverloadedError: (529,),
}


@pytest.mark.parametrize(
    ("kind", "status"), [(kind, status) for kind in STATUSES for status in STATUSES[kind]]
)
@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b'{"error":null}', b"oops", b"\xff"])
async def test_status_decides_without_an_error_in_the_body(
    kind: type[CometAPIError], status: int, body: bytes
) -> None:
    error = await ask_and_fail(Gateway(raw(body, status)))
    assert type(error) is kind
    assert str(error).startswith(f"HTTP {status}: ")
    assert error.status_code == status


# Status (`None` in a stream) and error object, by the class that they make; `tests/errors` has
# those of the vendors.
BODIES: dict[type[CometAPIError], list[tuple[int | None, dict[str, object]]]] = {
    CometAPIInvalidRequestError: [
        (500, {"code": "invalid_request"}),
        (400, {"message": "Incorrect API key provided"}),
    ],
    CometAPIModelNotFoundError: [
        (503, {"code": "model_not_found"}),
        (500, {"message": "No available channel for model x"}),
    ],
    CometAPIInsufficientBalanceError: [
        (403, {"message": "User quota is not enough"}),
        (403, {"code": "insufficient_user_quota"}),
        (403, {"code": "pre_consume_token_quota_failed"}),
        (429, {"type": "insufficient_quota", "code": ""}),
    ],
    CometAPIContextOverflowError: [
        (429, {"code": "context_length_exceeded"}),
        (413, {"message": "prompt is too long"}),
    ],
    CometAPIContentFilterError: [(400, {"code": "sensitive_words_detected"})],
    CometAPIOverloadedError: [
        (504, {"code": "bad_response_status_code", "message": "The model is currently busy"}),
        (500, {"type": "overloaded_error"}),
        (429, {"message": "当前分组上游负载已饱和"}),
    ],
    CometAPIPermissionDeniedError: [(403, {"code": "permission_denied"})],
    CometAPIAuthenticationError: [(403, {"message": "Invalid token"}), (None, {"code": "401"})],
    CometAPIRateLimitError: [(429, {"code": None, "type": "requests"}), (None, {"code": 429})],
    CometAPIServerError: [  # no code of theirs has a meaning
        (500, {"code": "", "type": "comet_api_error"}),
        (500, {"code": None}),
        (500, {"code": 400}),
        (None, {"code": 7}),
        (None, {"message": "?"}),
    ],
}


@pytest.mark.parametrize(
    ("kind", "status", "error"), [(kind, *case) for kind in BODIES for case in BODIES[kind]]
)
def test_body_decides_before_the_status(
    kind: type[CometAPIError], status: int | None, error: dict[str, object]
) -> None:
    bodies: list[object] = [{"error": error}, [{"error": error}], error]
    assert [classify(status, ErrorBody.read(body)) for body in bodies] == [kind] * 3


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"error": {"message": "m", "code": "", "type": None}}, ErrorBody("m")),
        ({"error": {"message": "m", "code": None, "type": ""}}, ErrorBody("m")),
        ({"error": {"message": "m", "code": 1, "type": "t"}}, ErrorBody("m", "1", "t")),
        ({"error": {"message": "m", "code": 1.5}}, ErrorBody("m", "1.5")),
        ({"error": {"message": "m", "code": True}}, ErrorBody("m")),
        ({"error": {"message": "m", "param": "p"}}, ErrorBody("m", param="p")),
        ({"code": None, "message": "m"}, ErrorBody("m")),
        ({"error": "m", "code": "c"}, ErrorBody("m", "c")),
        ({"detail": "m"}, ErrorBody("m")),
        ({"msg": "m", "code": 40001}, ErrorBody("m", "40001")),
        ("m", ErrorBody("m")),
        ("", ErrorBody()),
        ({}, ErrorBody()),
        ([], ErrorBody()),
        (None, ErrorBody()),
        (5, ErrorBody()),
    ],
    ids=repr,
)
def test_error_body_is_read_in_each_of_its_forms(body: object, expected: ErrorBody) -> None:
    assert ErrorBody.read(body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"error": "?", "result": 1}, True),
        ({"object": "error"}, True),
        ({"message": "?", "code": None}, True),
        ({"message": "?", "code": None, "result": 1}, False),
        ({"message": {"role": "assistant"}, "code": None}, False),
        ({"message": "?"}, False),
        ({"result": 1}, False),
        ([{"error": "?"}], True),
        ([{"error": "?"}, {"error": "?"}], False),
    ],
    ids=repr,
)
def test_error_differs_from_a_result_by_its_fields(body: object, *, expected: bool) -> None:
    assert is_error(body, "result") is expected
