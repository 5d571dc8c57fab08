"""Builds the exception for a failed request or a bad body, with a message for people."""

from __future__ import annotations

import email.utils
import json
import math
import re
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from langchain_cometapi import exceptions as exc
from langchain_cometapi._client.error_rules import ErrorBody, classify, preview
from langchain_cometapi._client.sdk import openai
from langchain_cometapi._credentials import KEY_PAGE, MODEL_LIST_URL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from langchain_core.messages import AIMessage

REQUEST_ID_HEADERS = ("x-cometapi-request-id", "x-request-id")
_NOT_SENT_ERRORS = {
    "ConnectError",
    "ConnectTimeout",
    "PoolTimeout",
    "ProxyError",
    "UnsupportedProtocol",
}
"""Names of the HTTP library's exceptions for a request that was not sent."""
_MIN_SECRET_LENGTH = 8
"""Shorter keys are invented for local servers, and would be found in any text."""
_OMITTED_HEADERS = {"content-encoding", "content-length", "transfer-encoding", "set-cookie"}
_REQUEST_ID_IN_TEXT = re.compile(r"\s*\(request id: ([\w.-]+)\)")


_ADVICE: dict[type[exc.CometAPIError], str] = {
    exc.CometAPIAuthenticationError: (
        f"Check `api_key` or COMETAPI_KEY; create keys at {KEY_PAGE}."
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

_WRONG_PATH = "Does `base_url` (or COMETAPI_BASE_URL) end in its version path, `/v1`?"
_NO_EMBEDDINGS = (
    "The model has no embeddings: pass one that has as `model`, such as text-embedding-3-small."
)
_WRONG_ENDPOINT = "This model is not served on the chat route; try `use_responses_api=True`."


def is_retryable_response(response: Any) -> bool:
    """Whether the request of a failed response may succeed when repeated; the body was read."""
    return classify(response.status_code, ErrorBody.read(_json_or_text(response))).is_retryable


def get_request_id(headers: Mapping[str, str]) -> str | None:
    """Return CometAPI's request id, else the standard one."""
    return next((headers[name] for name in REQUEST_ID_HEADERS if headers.get(name)), None)


def get_retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds to wait that the response asks for, or `None`."""
    for name, divisor in (("retry-after-ms", 1000), ("retry-after", 1)):
        if (value := _number(headers.get(name, ""))) is not None:
            return value / divisor
    try:
        date = email.utils.parsedate_tz(headers.get("retry-after"))
        return None if date is None else max(0.0, email.utils.mktime_tz(date) - time.time())
    except (TypeError, ValueError, OverflowError):
        return None


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None


def clean_url(url: object) -> str | None:
    """Return a URL without user, password, query and fragment."""
    if url is None:
        return None
    parts = urlsplit(str(url))
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _json_or_text(response: Any) -> object:
    try:
        return response.json()
    except (ValueError, RecursionError):
        return response.text


def _innermost(error: BaseException) -> str:
    """Return the message of the first error in a chain that has one; later ones may be empty."""
    text = ""
    seen: BaseException | None = error
    while seen is not None:
        text = preview(str(seen)) or text
        seen = seen.__cause__ or seen.__context__
    return text or type(error).__name__


def _text_if_read(response: Any) -> str:
    try:
        text: str = response.text
    except RuntimeError:  # of the HTTP library, for a body that was not read
        return ""
    return text


class Failure:
    """Builds the exceptions of one request from its model, request and response."""

    __slots__ = ("model", "request", "response")

    def __init__(self, *, model: str | None, response: Any = None, request: Any = None) -> None:
        """Remember the request.

        Args:
            model: The model that was asked for.
            response: The response, where one was received.
            request: The request, where none was.
        """
        self.model = model
        self.response = response
        self.request = request if response is None else response.request

    def from_sdk(self, error: openai.APIError) -> exc.CometAPIError:
        """Build the error for an exception of the SDK's."""
        if isinstance(error, exc.CometAPIError):
            return error
        if isinstance(error, openai.APIStatusError):
            self.response, self.request = error.response, error.response.request
            return self.from_response()
        self.request = error.request
        url = clean_url(error.request.url)
        if isinstance(error, openai.APITimeoutError):
            return self._build(exc.CometAPITimeoutError, f"No response from {url} in time")
        cause = error.__cause__ or error
        reached = type(cause).__name__ not in _NOT_SENT_ERRORS
        what = f"The connection to {url} broke" if reached else f"Could not reach {url}"
        return self._build(exc.CometAPIConnectionError, f"{what}: {_innermost(cause)}")

    def from_response(self) -> exc.CometAPIError:
        """Build the error of a response with an error status."""
        status = self.response.status_code
        body = _json_or_text(self.response)
        read = ErrorBody.read(body)
        kind = classify(status, read)
        if 300 <= status < 400:  # noqa: PLR2004
            target = clean_url(self.response.headers.get("location")) or "no location"
            what = f"Redirected to {target}, which is not followed: the key stays with its host"
            return self._build(kind, what, body=body, advice=_WRONG_PATH, is_retryable=False)
        if self._is_html():
            advice = _WRONG_PATH if status < 500 else None  # noqa: PLR2004
            return self._build(kind, f"HTTP {status} with an HTML page", body=body, advice=advice)
        message = read.message or "no message"
        return self._build(kind, f"HTTP {status}: {message}", body=body, read=read)

    def from_error_object(
        self, body: object, *, in_stream: bool, partial_message: AIMessage | None = None
    ) -> exc.CometAPIError:
        """Build the error of an error object that came with status 200."""
        read = ErrorBody.read(body)
        kind = classify(None, read)
        where = "Error inside the stream" if in_stream else "Error with HTTP 200"
        return self._build(
            exc.stream_variant(kind) if in_stream else kind,
            f"{where}: {read.message or 'no message'}",
            body=body,
            read=read,
            partial_message=partial_message,
        )

    def from_body(self, content: bytes, reason: str) -> exc.CometAPIError:
        """Build the error of a body that is not what the route returns."""
        text = content.decode("utf-8", "replace")
        html = self._is_html() or text.lstrip()[:1] == "<"
        shown = preview(text) or "an empty body"
        return self._build(
            exc.CometAPIUnexpectedResponseError,
            f"{'An HTML page instead of a completion' if html else reason}: {shown}",
            body=text,
            advice=_WRONG_PATH if html else "",
            is_retryable=not html,
        )

    def from_transport(self, error: Exception, *, timed_out: bool) -> exc.CometAPIError:
        """Build the error of a connection that broke inside the stream."""
        reason = _innermost(error)
        if timed_out:
            return self._build(exc.CometAPITimeoutError, f"The stream fell silent: {reason}")
        return self._build(
            exc.CometAPIStreamTruncatedError,
            f"The connection broke before the model had finished: {reason}",
            advice="See `partial_message` for what had arrived.",
        )

    def from_truncation(self, partial_message: AIMessage | None) -> exc.CometAPIError:
        """Build the error of a stream that ended without a finish reason."""
        return self._build(
            exc.CometAPIStreamTruncatedError,
            "The stream ended before the model had finished (no `finish_reason`)",
            advice=(
                "See `partial_message` for what had arrived. If this host never sends a finish "
                'reason, pass `stream_truncation="warn"` or `"ignore"`.'
            ),
            partial_message=partial_message,
        )

    def from_silence(self, seconds: float) -> exc.CometAPIError:
        """Build the error of a stream without content for longer than allowed."""
        return self._build(
            exc.CometAPITimeoutError,
            f"No content in the stream for {seconds:g} s",
            advice="Raise `stream_chunk_timeout` (seconds), or switch it off with `None`.",
        )

    def _is_html(self) -> bool:
        return "html" in str(self.response.headers.get("content-type", "")).lower()

    def _build(
        self,
        kind: type[exc.CometAPIError],
        what: str,
        *,
        body: object = None,
        read: ErrorBody | None = None,
        advice: str | None = None,
        is_retryable: bool | None = None,
        partial_message: AIMessage | None = None,
    ) -> exc.CometAPIError:
        read = read or ErrorBody()
        headers = {} if self.response is None else self.response.headers
        request_id = get_request_id(headers)
        if quoted := _REQUEST_ID_IN_TEXT.search(what):
            request_id = request_id or quoted[1]
            what = _REQUEST_ID_IN_TEXT.sub("", what)
        url = clean_url(getattr(self.request, "url", None))
        what = what.rstrip(" .")
        if self.model:
            what += f" (model {self.model})"
        message = " ".join(part for part in (f"{what}.", advice or _advice(kind, what)) if part)
        if request_id:
            message += f" [request id: {request_id}]"
        request, response = self._without_key()
        return kind(
            self._redact(message),
            status_code=None if self.response is None else self.response.status_code,
            code=read.code,
            type=read.type,
            param=read.param,
            request_id=request_id,
            retry_after=get_retry_after(headers),
            model=self.model,
            url=url,
            body=self._redact_body(body),
            is_retryable=is_retryable,
            partial_message=partial_message,
            request=request,
            response=response,
        )

    def _redact(self, text: str) -> str:
        """Return the text without the key, which some gateways quote."""
        if self.request is None:
            return text
        key = str(self.request.headers.get("authorization", "")).removeprefix("Bearer ")
        if len(key) < _MIN_SECRET_LENGTH:
            return text
        return re.sub(rf"(?<![\w-]){re.escape(key)}(?![\w-])", "sk-***", text)

    def _redact_body(self, body: object) -> object:
        if body is None:
            return None
        text = json.dumps(body)
        redacted = self._redact(text)
        return body if redacted == text else json.loads(redacted)

    def _without_key(self) -> tuple[Any, Any]:
        """Return request and response without the headers and the body that were sent."""
        if self.request is None:
            return None, None
        bare = type(self.request)(self.request.method, clean_url(self.request.url))
        if self.response is None:
            return bare, None
        kept = type(self.response)(
            self.response.status_code,
            headers=[
                (name, value)
                for name, value in self.response.headers.multi_items()
                if name not in _OMITTED_HEADERS
            ],
            content=self._redact(_text_if_read(self.response)),
            request=bare,
        )
        return bare, kept


def _advice(kind: type[exc.CometAPIError], what: str) -> str:
    lowered = what.lower()
    if "invalid url" in lowered:
        return _WRONG_PATH
    if "v1/embeddings" in lowered:
        return _NO_EMBEDDINGS
    if "v1/responses" in lowered or "not a chat model" in lowered:
        return _WRONG_ENDPOINT
    return next((text for cls, text in _ADVICE.items() if issubclass(kind, cls)), "")
