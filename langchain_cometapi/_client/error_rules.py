"""Chooses a class of exception for an error body, by rules.

The body decides before the status does, because the gateway's status is not reliable: a
malformed request comes as 500, an unknown model as 503 (facts of 2026-11, section 3.2). Of the
body, codes that mean one thing decide before words, and words before codes that mean anything: xAI
has one code for a missing permission and a filter, OpenAI one for everything that is invalid.
"""

from __future__ import annotations

import re

from langchain_cometapi import exceptions as exc
from langchain_cometapi._client.error_body import ErrorBody, read_code
from langchain_cometapi._client.error_tables import (
    EXCEPTIONS,
    GENERIC_CODES,
    NOT_SPENT,
    RULES,
    SPENT,
)

__all__ = ["ErrorBody", "classify", "is_error"]

_KIND_BY_STATUS: dict[int, type[exc.CometAPIError]] = {
    401: exc.CometAPIAuthenticationError,
    402: exc.CometAPIInsufficientBalanceError,
    403: exc.CometAPIPermissionDeniedError,
    404: exc.CometAPIModelNotFoundError,
    408: exc.CometAPITimeoutError,
    409: exc.CometAPIServerError,  # a lock timeout to the SDK, which tries again
    429: exc.CometAPIRateLimitError,
    451: exc.CometAPIContentFilterError,
    529: exc.CometAPIOverloadedError,
}

_MESSAGES = ("message", "msg", "error_msg", "errmsg")
_SUCCESS_CODES = frozenset({"0", "200", "20000", "ok", "success"})

_STATUS_IN_CODE = re.compile(r"([45]\d\d)(\d\d)?")
_STATUS_IN_WORDS = re.compile(r"(?:status|error)[ _]?(?:code)?[ :=]{1,3}([45]\d\d)\b")


def classify(status: int | None, body: ErrorBody) -> type[exc.CometAPIError]:
    """Return the class for a status (`None` inside a stream) and an error body."""
    kind = (
        _kind_of_code(body)
        or _kind_of_words(status, body)
        or _kind_of_quota(body)
        or _kind_of_generic(status, body)
    )
    if kind is not None:
        return kind
    return _kind_of_upstream(body) if status in {None, 200} else _kind_of_status(status)


def _kind_of_code(body: ErrorBody) -> type[exc.CometAPIError] | None:
    for code, words, kind in EXCEPTIONS:
        if code in body.codes and words.search(body.words):
            return kind
    return next((rule.kind for rule in RULES if rule.codes & body.codes), None)


def _kind_of_words(status: int | None, body: ErrorBody) -> type[exc.CometAPIError] | None:
    for rule in RULES:
        if rule.words is None or (rule.statuses is not None and status not in rule.statuses):
            continue
        if rule.words.search(body.words) and not (rule.unless and rule.unless.search(body.words)):
            return rule.kind
    return None


def _kind_of_quota(body: ErrorBody) -> type[exc.CometAPIError] | None:
    """Return the class of a used-up quota: no balance, or a rate limit if it comes back."""
    if not SPENT.search(body.words):
        return None
    comes_back = body.retry_after is not None or "resourceexhausted" in body.codes
    if comes_back or NOT_SPENT.search(body.words):
        return exc.CometAPIRateLimitError
    return exc.CometAPIInsufficientBalanceError


def _kind_of_generic(status: int | None, body: ErrorBody) -> type[exc.CometAPIError] | None:
    for kind, codes, statuses in GENERIC_CODES:
        if codes & body.codes and status in statuses:
            return kind
    return None


def _kind_of_upstream(body: ErrorBody) -> type[exc.CometAPIError]:
    """Return the class for the status of the vendor, which some channels put into the body."""
    for code in (body.code, *sorted(body.codes)):
        if code and (found := _STATUS_IN_CODE.fullmatch(code)) and int(found[1]) < 600:  # noqa: PLR2004
            return _kind_of_status(int(found[1]))
    if found := _STATUS_IN_WORDS.search(body.words):
        return _kind_of_status(int(found[1]))
    return exc.CometAPIServerError


def _kind_of_status(status: int | None) -> type[exc.CometAPIError]:
    if status is None:
        return exc.CometAPIServerError
    if kind := _KIND_BY_STATUS.get(status):
        return kind
    if status >= 500:  # noqa: PLR2004
        return exc.CometAPIServerError
    if status >= 400:  # noqa: PLR2004
        return exc.CometAPIInvalidRequestError
    return exc.CometAPIUnexpectedResponseError


def is_error(body: object, result_field: str | None = None) -> bool:
    """Whether a JSON value is an error object, in an envelope or without one.

    Args:
        body: The value.
        result_field: A field that no error without an envelope has.
    """
    if isinstance(body, list) and len(body) == 1:
        body = body[0]  # Google's errors, where the length of a response is not known
    if not isinstance(body, dict):
        return False
    if body.get("error") or body.get("object") == "error" or _has_failed(body.get("base_resp")):
        return True
    codes = (read_code(body.get(name)) for name in ("code", "error_code", "errcode"))
    code = next((code for code in codes if code is not None), None)
    if body.get(result_field) or (code is not None and code.lower() in _SUCCESS_CODES):
        return False
    has_message = any(isinstance(body.get(name), str) for name in _MESSAGES)
    if has_message and (code is not None or body.get("success") is False):
        return True
    is_described = any(name in body for name in ("code", "type", "__type", "status"))
    says_so = bool(body.get("errors")) or (isinstance(body.get("message"), str) and is_described)
    return says_so and result_field not in body


def _has_failed(base_resp: object) -> bool:
    """Whether `base_resp`, which each response of MiniMax has, reports a failure."""
    if not isinstance(base_resp, dict):
        return False
    code = read_code(base_resp.get("status_code"))
    return code is not None and code not in _SUCCESS_CODES
