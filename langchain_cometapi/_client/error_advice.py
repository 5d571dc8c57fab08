"""What an error says to do about it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from langchain_cometapi import exceptions as exc
from langchain_cometapi._credentials import KEY_PAGE, MODEL_LIST_URL, describe_unread_key

if TYPE_CHECKING:
    from langchain_cometapi._client.error_body import ErrorBody

_ADVICE: dict[type[exc.CometAPIError], str] = {
    # Gateways of this kind were seen to answer 401 for single models: A.2 of the facts of 2026-11.
    exc.CometAPIAuthenticationError: (
        f"Check `api_key` or COMETAPI_KEY; create keys at {KEY_PAGE}. If other models answer with "
        "this key, it is right, and the gateway's own channel for this model is broken: use "
        "another model."
    ),
    exc.CometAPIInsufficientBalanceError: (
        "Top up the account or raise the quota of the key in the CometAPI console; a large "
        "`max_tokens` is charged in advance, so a smaller one may pass."
    ),
    exc.CometAPIModelNotFoundError: (
        f"Check `model`: models retire often, and {MODEL_LIST_URL} lists what is served now."
    ),
    exc.CometAPIContextOverflowError: "Shorten the messages, or use a model with more context.",
    exc.CometAPIRateLimitError: "Send fewer requests at once, or pass a `rate_limiter`.",
    exc.CometAPITimeoutError: "Raise `timeout` (seconds) if the model needs longer.",
}

WRONG_PATH = "Does `base_url` (or COMETAPI_BASE_URL) end in its version path, `/v1`?"
_NO_EMBEDDINGS = (
    "The model has no embeddings: pass one that has as `model`, such as text-embedding-3-small."
)
_ON_RESPONSES = 'This request belongs on the Responses route: pass `endpoint="responses"`.'
_ON_CHAT = 'This model is not served on the Responses route: pass `endpoint="chat"`.'
_NOT_STORED = (
    "The server does not have what the history refers to: pass the whole history and "
    "`store=False`, and neither `previous_response_id` nor `use_previous_response_id`."
)
_NO_RESPONSES = 'If the host has no Responses route, pass `endpoint="chat"`.'
_NO_CHAT = (
    "Pass a chat model as `model`. Embeddings come from `CometAPIEmbeddings`, and images from an "
    "endpoint that this package does not call."
)
_TOO_LARGE = (
    "The host takes no request of this size: send fewer or smaller images and files, or a shorter "
    "history."
)
_FIREWALL = (
    "A firewall in front of the host has refused the request, not the API: check the network, a "
    "proxy or VPN, and headers such as `User-Agent`."
)

# What is said of a model, or a path, that the route does not have. The first that fits decides.
_Words = tuple[tuple[str, str], ...]
_EMBEDDING_WORDS: _Words = (("invalid url", WRONG_PATH), ("v1/embeddings", _NO_EMBEDDINGS))
_CHAT_WORDS: _Words = (
    ("invalid url", WRONG_PATH),
    ("not a chat model", _NO_CHAT),
    ("v1/embeddings", _NO_CHAT),
    ("v1/images", _NO_CHAT),
    ("v1/responses", _ON_RESPONSES),
)
_RESPONSES_WORDS: _Words = (
    ("item with id", _NOT_STORED),
    ("previous response with id", _NOT_STORED),
    ("invalid url (post /v1/responses", _ON_CHAT),
    ("invalid url", WRONG_PATH),
    ("not a chat model", _NO_CHAT),
    ("v1/embeddings", _NO_CHAT),
    ("v1/images", _NO_CHAT),
    ("v1/chat/completions", _ON_CHAT),
    ("not supported in the v1/responses", _ON_CHAT),
    ("not supported with the responses api", _ON_CHAT),
    ("not support the responses api", _ON_CHAT),
    # new-api, of a channel whose vendor has no such route: QuantumNous/new-api, `relay/channel`.
    ("not implemented", _ON_CHAT),
)

# Of the native routes, whose models have another class on the chat route.
_ON_CHAT_MODEL = "This model is not served on this route: use `ChatCometAPI`."
_NATIVE_WORDS: _Words = (
    ("invalid url", WRONG_PATH),
    ("v1/chat/completions", _ON_CHAT_MODEL),
    ("v1/responses", _ON_CHAT_MODEL),
    ("not implemented", _ON_CHAT_MODEL),
)
_NATIVE = re.compile(r"/messages$|:(stream)?generateContent$", re.IGNORECASE)

_ROUTE = re.compile(r"/(chat/completions|responses|embeddings|messages)$")

_BAD_REQUEST, _FORBIDDEN, _NOT_FOUND, _NOT_ALLOWED, _TOO_LARGE_STATUS = 400, 403, 404, 405, 413


def get_advice(
    kind: type[exc.CometAPIError],
    body: ErrorBody,
    status: int | None,
    *,
    url: str | None,
    model: str | None = None,
    is_page: bool = False,
) -> str:
    """Return what to do about an error; an empty text where nothing is known.

    Args:
        kind: Its class.
        body: What its body says.
        status: The HTTP status, or `None` where it does not matter.
        url: The URL that was called.
        model: The model that was asked for.
        is_page: Whether the body is an HTML page, which no API sends.
    """
    words = body.words
    is_responses = (url or "").endswith("/responses")
    if is_page and status in {_NOT_FOUND, _NOT_ALLOWED}:
        return f"{WRONG_PATH} {_NO_RESPONSES}" if is_responses else WRONG_PATH
    if is_page and status == _FORBIDDEN and issubclass(kind, exc.CometAPIPermissionDeniedError):
        return _FIREWALL
    if status == _TOO_LARGE_STATUS and kind is exc.CometAPIInvalidRequestError:
        return _TOO_LARGE
    by_words: tuple[tuple[str, str], ...] = _RESPONSES_WORDS if is_responses else _CHAT_WORDS
    if (url or "").endswith("/embeddings"):
        by_words = _EMBEDDING_WORDS
    if _NATIVE.search(url or ""):
        by_words = _NATIVE_WORDS
    if (found := next((text for phrase, text in by_words if phrase in words), None)) is not None:
        return found
    general = next((text for cls, text in _ADVICE.items() if issubclass(kind, cls)), "")
    special = _describe_call(kind, status, url or "", model)
    return f"{general} {special}".strip()


def _describe_call(
    kind: type[exc.CometAPIError], status: int | None, url: str, model: str | None
) -> str:
    """Return what is known of the model or the key of a call, without a request."""
    if issubclass(kind, exc.CometAPIAuthenticationError):
        return describe_unread_key()
    if not model:
        return ""
    from langchain_cometapi._catalog.advice import describe_missing, describe_retired

    if issubclass(kind, exc.CometAPIModelNotFoundError):
        type_ = "embedding" if url.endswith("/embeddings") else "text"
        return describe_missing(model, type_=type_, base_url=_ROUTE.sub("", url))
    # That a model is retired is a 400 with some vendors, and not every one says so.
    if kind is exc.CometAPIInvalidRequestError and status in {None, _BAD_REQUEST}:
        return describe_retired(model)
    return ""
