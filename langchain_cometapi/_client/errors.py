"""Builds the exception for a failed request or a bad body, with a message for people."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from langchain_cometapi import exceptions as exc
from langchain_cometapi._client.error_advice import WRONG_PATH, get_advice
from langchain_cometapi._client.error_body import (
    MAX_BYTES,
    ErrorBody,
    load_body,
    preview,
    read_code,
)
from langchain_cometapi._client.error_rules import classify
from langchain_cometapi._client.redaction import Redactor, clean_url
from langchain_cometapi._client.retry_after import get_retry_after
from langchain_cometapi._client.sdk import openai, transport_errors

if TYPE_CHECKING:
    from collections.abc import Mapping

    from langchain_core.messages import AIMessage

# The last one is Anthropic's.
REQUEST_ID_HEADERS = ("x-cometapi-request-id", "x-request-id", "request-id")
_NOT_SENT_ERRORS = {
    "ConnectError",
    "ConnectTimeout",
    "PoolTimeout",
    "ProxyError",
    "UnsupportedProtocol",
}
"""Names of the HTTP library's exceptions for a request that was not sent."""
_OMITTED_HEADERS = {"content-encoding", "content-length", "transfer-encoding", "set-cookie"}
_REQUEST_ID_IN_TEXT = re.compile(r"\s*\(request id: ([\w.-]+)\)")
_TITLES = [
    re.compile(rf"<{tag}\b[^>]{{0,200}}>(.{{0,500}}?)</{tag}\b", re.IGNORECASE | re.DOTALL)
    for tag in ("title", "h1", "message")
]
_TAG = re.compile(r"<[^>]{0,200}>")
_MAX_CHAIN = 20


def get_request_id(headers: Mapping[str, str]) -> str | None:
    """Return CometAPI's request id, else the standard one."""
    return next((headers[name] for name in REQUEST_ID_HEADERS if headers.get(name)), None)


def _chain(error: BaseException) -> list[BaseException]:
    """Return an error and its chain of causes."""
    found: list[BaseException] = []
    seen: BaseException | None = error
    while seen is not None and len(found) < _MAX_CHAIN:
        found.append(seen)
        seen = seen.__cause__ or seen.__context__
    return found


def _innermost(error: BaseException) -> str:
    """Return the message of the first error in a chain that has one; later ones may be empty."""
    texts = [text for seen in _chain(error) if (text := preview(str(seen)))]
    return texts[-1] if texts else type(error).__name__


def find_cause(
    error: BaseException, sdk_errors: tuple[type[Exception], ...]
) -> BaseException | None:
    """Return what an SDK has raised its own error for: one of the HTTP library, if there is one.

    Args:
        error: What the SDK has raised.
        sdk_errors: The classes of its errors.
    """
    chain = _chain(error)
    found = next((seen for seen in chain if isinstance(seen, transport_errors())), None)
    return found or next((seen for seen in chain if not isinstance(seen, sdk_errors)), None)


def _content_if_read(response: Any) -> bytes:
    try:
        content: bytes = response.content
    except RuntimeError:  # of the HTTP library, for a body that was not read
        return b""
    return content


def may_have_arrived(error: exc.CometAPIError) -> bool:
    """Whether the gateway may have the request of a connection that failed, or that took too long.

    Args:
        error: A `CometAPIConnectionError` or a `CometAPITimeoutError`.
    """
    if isinstance(error, exc.CometAPIStreamTruncatedError):
        return True
    if isinstance(error, exc.CometAPIConnectionError) and error.__cause__ is None:
        return False  # a setting that cannot be used
    return error.is_retryable and type(error.__cause__).__name__ not in _NOT_SENT_ERRORS


class ErrorResponse:
    """What an error response says: its body, as far as it is looked at, and its class."""

    __slots__ = ("body", "kind", "read", "retry_after", "title")

    def __init__(self, response: Any) -> None:
        """Read a response of the HTTP library's; its body must have been read."""
        self.body = load_body(response.content, response.encoding or "utf-8")
        self.title = _read_title(self.body, response.headers)
        self.read = ErrorBody.read(self.body if self.title is None else self.title)
        self.kind = classify(response.status_code, self.read)
        waits = (get_retry_after(response.headers), self.read.retry_after)
        self.retry_after = max((seconds for seconds in waits if seconds is not None), default=None)

    @property
    def is_rate_limit(self) -> bool:
        """Whether too many requests were sent, by its body if not by its status."""
        return issubclass(self.kind, exc.CometAPIRateLimitError)


def _read_title(body: object, headers: Mapping[str, str]) -> str | None:
    """Return the title of a page, which may be empty; `None` for any other body."""
    if not isinstance(body, str):
        return None
    is_page = "html" in headers.get("content-type", "").lower() or body.lstrip()[:1] == "<"
    if not is_page:
        return None
    if "<" not in body:
        return preview(body)  # Cloudflare: "error code: 1020"
    for pattern in _TITLES:
        if (found := pattern.search(body)) and (title := preview(_TAG.sub(" ", found[1]))):
            return html.unescape(title)
    return ""


def _quote_title(title: str | None) -> str:
    return f'It says "{title}". ' if title else ""


class Failure:
    """Builds the exceptions of one request from its model, request and response."""

    __slots__ = ("model", "read_limits", "request", "response")

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
        self.read_limits: tuple[str, ...] = ("timeout",)
        """The arguments that limit the wait for the response."""

    def from_sdk(self, error: openai.APIError) -> exc.CometAPIError:
        """Build the error for an exception of the SDK; its cause is the HTTP library's."""
        if isinstance(error, exc.CometAPIError):
            return error
        built = self._from_sdk(error)
        built.__cause__ = error.__cause__
        return built

    def _from_sdk(self, error: openai.APIError) -> exc.CometAPIError:
        if isinstance(error, openai.APIStatusError):
            self.response, self.request = error.response, error.response.request
            return self.from_response()
        self.request = error.request
        timed_out = isinstance(error, openai.APITimeoutError)
        return self.from_no_response(error.__cause__ or error, timed_out=timed_out)

    def from_no_response(self, cause: BaseException, *, timed_out: bool) -> exc.CometAPIError:
        """Build the error of a request to which no response came.

        Args:
            cause: What the HTTP library has raised; what it quotes of the request is removed.
            timed_out: Whether the time for the response was over.
        """
        url = self._url
        self._scrub(cause)
        if timed_out:
            what = f"No response from {url} in time"
            advice = None
            if type(cause).__name__ == "ReadTimeout":
                limits = " and ".join(f"`{name}`" for name in self.read_limits)
                advice = f"Raise {limits} (seconds) if the model needs longer."
            return self.build(exc.CometAPITimeoutError, what, advice=advice)
        reached = type(cause).__name__ not in _NOT_SENT_ERRORS
        what = f"The connection to {url} broke" if reached else f"Could not reach {url}"
        return self.build(exc.CometAPIConnectionError, f"{what}: {_innermost(cause)}")

    def from_response(self) -> exc.CometAPIError:
        """Build the error of a response with an error status."""
        status = self.response.status_code
        parsed = ErrorResponse(self.response)
        if 300 <= status < 400:  # noqa: PLR2004
            target = clean_url(self.response.headers.get("location")) or "no location"
            what = f"Redirected to {target}, which is not followed: the key stays with its host"
            return self.build(
                parsed.kind, what, body=parsed.body, advice=WRONG_PATH, is_retryable=False
            )
        if parsed.title is None:
            what = f"HTTP {status}: {parsed.read.message or 'no message'}"
        else:
            what = f"HTTP {status} with an HTML page"
        return self.build(
            parsed.kind,
            what,
            body=parsed.body,
            read=parsed.read if parsed.title is None else None,
            retry_after=parsed.retry_after,
            advice=_quote_title(parsed.title)
            + get_advice(
                parsed.kind,
                parsed.read,
                status,
                url=self._url,
                model=self.model,
                is_page=parsed.title is not None,
            ),
        )

    def from_error_object(
        self, body: object, *, in_stream: bool, partial_message: AIMessage | None = None
    ) -> exc.CometAPIError:
        """Build the error of an error object that came with status 200."""
        read = ErrorBody.read(body)
        kind = classify(None, read)
        status = None if self.response is None else self.response.status_code
        where = "Error inside the stream" if in_stream else "Error with HTTP 200"
        return self.build(
            exc.stream_variant(kind) if in_stream else kind,
            f"{where}: {read.message or 'no message'}",
            body=body,
            read=read,
            advice=get_advice(kind, read, status, url=self._url, model=self.model),
            partial_message=partial_message,
        )

    def from_body(self, content: bytes, reason: str) -> exc.CometAPIError:
        """Build the error of a body that is not what the route returns."""
        text = content[:MAX_BYTES].decode("utf-8", "replace")
        title = _read_title(text, self.response.headers)
        is_page = title is not None
        shown = preview(text) or "an empty body"
        title = None if title and title in shown else title
        return self.build(
            exc.CometAPIUnexpectedResponseError,
            f"{'An HTML page instead of a completion' if is_page else reason}: {shown}",
            body=text,
            advice=_quote_title(title) + WRONG_PATH if is_page else "",
            is_retryable=not is_page,
        )

    def from_transport(self, error: Exception, *, timed_out: bool) -> exc.CometAPIError:
        """Build the error of a connection that broke inside the stream."""
        self._scrub(error)
        reason = _innermost(error)
        if timed_out:
            return self.build(exc.CometAPITimeoutError, f"The stream fell silent: {reason}")
        return self.build(
            exc.CometAPIStreamTruncatedError,
            f"The connection broke before the model had finished: {reason}",
            advice="See `partial_message` for what had arrived.",
        )

    def from_silence(self, seconds: float) -> exc.CometAPIError:
        """Build the error of a stream without content for longer than allowed."""
        return self.build(
            exc.CometAPITimeoutError,
            f"No content in the stream for {seconds:g} s",
            advice="Raise `stream_chunk_timeout` (seconds), or switch it off with `None`.",
        )

    @property
    def _url(self) -> str | None:
        return clean_url(getattr(self.request, "url", None))

    def build(
        self,
        kind: type[exc.CometAPIError],
        what: str,
        *,
        body: object = None,
        read: ErrorBody | None = None,
        advice: str | None = None,
        is_retryable: bool | None = None,
        retry_after: float | None = None,
        partial_message: AIMessage | None = None,
    ) -> exc.CometAPIError:
        """Build an error of the request; no part of it has the secrets of the request.

        Args:
            kind: Its class.
            what: What happened, without a full stop.
            body: The body of the response: a JSON value or a text.
            read: What the body says.
            advice: What to do about it; by default, the advice of the class.
            is_retryable: Whether a repeat may succeed; by default, as the class says.
            retry_after: Seconds to wait; by default, as body or headers say.
            partial_message: What a stream had sent.
        """
        read = read or ErrorBody()
        headers = {} if self.response is None else self.response.headers
        request_id = get_request_id(headers)
        if request_id is None and isinstance(body, dict):  # Anthropic's errors
            request_id = read_code(body.get("request_id"))
        if quoted := _REQUEST_ID_IN_TEXT.search(what):
            request_id = request_id or quoted[1]
            what = _REQUEST_ID_IN_TEXT.sub("", what)
        what = what.rstrip(" .")
        if self.model:
            what += f" (model {self.model})"
        if advice is None:
            advice = get_advice(kind, read, None, url=self._url, model=self.model)
        message = f"{what}. {advice}".rstrip()
        if request_id:
            message += f" [request id: {request_id}]"
        if retry_after is None:
            retry_after = read.retry_after
        secrets = Redactor(self.request)
        request, response = self._without_secrets(secrets, body)
        return kind(
            secrets.text(message),
            status_code=None if self.response is None else self.response.status_code,
            code=secrets.optional(read.code),
            type=secrets.optional(read.type),
            param=secrets.optional(read.param),
            request_id=secrets.optional(request_id),
            retry_after=get_retry_after(headers) if retry_after is None else retry_after,
            model=self.model,
            url=self._url,
            body=secrets.value(body),
            is_retryable=is_retryable,
            partial_message=partial_message,
            request=request,
            response=response,
        )

    def _without_secrets(self, secrets: Redactor, body: object) -> tuple[Any, Any]:
        """Return request and response without the headers and the body that were sent."""
        if self.request is None:
            return None, None
        bare = type(self.request)(self.request.method, self._url or "")
        if self.response is None:
            return bare, None
        content = _content_if_read(self.response)[:MAX_BYTES]
        kept = type(self.response)(
            self.response.status_code,
            headers=[
                (name, secrets.text(value))
                for name, value in self.response.headers.multi_items()
                if name not in _OMITTED_HEADERS
            ],
            content=secrets.content(content, body),
            request=bare,
        )
        return bare, kept

    def _scrub(self, error: BaseException) -> None:
        """Remove what must be kept secret from an error that ours is raised from."""
        secrets = Redactor(self.request)
        for seen in _chain(error):
            if getattr(seen, "_request", None) is not None and self.request is not None:
                bare = type(self.request)(self.request.method, self._url or "")
                seen.request = bare  # type: ignore[attr-defined] # of the HTTP library's errors
            seen.args = tuple(secrets.text(a) if isinstance(a, str) else a for a in seen.args)
