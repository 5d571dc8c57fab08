"""The exceptions of this package, as one tree.

```text
CometAPIError                             openai.APIError,  langchain_core ModelError
├── CometAPIAuthenticationError           AuthenticationError,   ModelAuthenticationError
│   └── CometAPIInvalidKeyError                                  ValueError
├── CometAPIPermissionDeniedError         PermissionDeniedError, ModelPermissionDeniedError
│   └── CometAPIInsufficientBalanceError
├── CometAPIInvalidRequestError           BadRequestError,       ModelInvalidRequestError
│   ├── CometAPIContextOverflowError                             ContextOverflowError
│   ├── CometAPIContentFilterError
│   │   └── CometAPIOutputFilteredError      CometAPIRefusalError
│   └── CometAPIUnsentRequestError                               ValueError
├── CometAPIModelNotFoundError            NotFoundError,         ModelNotFoundError
├── CometAPIRateLimitError                RateLimitError,        ModelRateLimitError
├── CometAPIServerError                   InternalServerError,   ModelAPIError
│   └── CometAPIOverloadedError
├── CometAPIConnectionError               APIConnectionError,    ModelConnectionError
│   └── CometAPIStreamTruncatedError
├── CometAPITimeoutError                  APITimeoutError,       ModelTimeoutError, TimeoutError
├── CometAPIUnexpectedResponseError       APIResponseValidationError, ModelAPIError
├── CometAPIStreamError                   (an error object inside a stream)
├── CometAPIBudgetExceededError           (the limit of a `CostCallbackHandler`; nothing was sent)
├── CometAPIRefusalError                                         ModelRefusalError
└── CometAPIStructuredOutputError                                OutputParserException
```

The second column is the class of the `openai` SDK, the third that of `langchain_core`, which
each one *also* is: `except openai.RateLimitError` and LangChain's fallback, retry and
summarization middleware keep working. Three are an exception of Python's own too.

A request that is refused before it is sent (an image for a model that takes none, a tool result
without its call) is a `CometAPIUnsentRequestError`, so that one `except CometAPIError` catches what
this package refuses and what the gateway refuses. Wrong arguments of a constructor are Pydantic's
`ValidationError`, except for the key.

An error object inside a stream is a
`CometAPIStreamError` **and** the class of its body, for example a
`CometAPIRateLimitError`.

The last two and `CometAPIOutputFilteredError` are errors of `with_structured_output`: there is a
response, and no output of the requested form in it. Their `raw_message` is the response. Core has
`ModelRefusalError` from 1.7.5 on; with an older one, `CometAPIRefusalError` is a `ModelError`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import openai
from langchain_core import exceptions as core
from langchain_core.messages import AIMessage

_PICKLED_ATTRIBUTES = (
    "message",
    "status_code",
    "code",
    "type",
    "param",
    "request_id",
    "retry_after",
    "model",
    "url",
    "body",
    "is_retryable",
    "partial_message",
    "raw_message",
    "attempts",
    "return_partial",
)

if TYPE_CHECKING:
    from langchain_core.exceptions import ModelRefusalError as _ModelRefusalError
else:  # the floor of langchain-core is older than the class
    _ModelRefusalError = getattr(core, "ModelRefusalError", core.ModelError)


class CometAPIError(openai.APIError, core.ModelError):
    """Base class of every error this package raises for a request.

    Attributes:
        message: What happened, what to do about it, and the request id.
        status_code: HTTP status, or `None` where no response was received.
        code: The gateway's error code as a string, or `None`.
        type: The gateway's error type, or `None`.
        param: The parameter the gateway blames, or `None`.
        request_id: The id CometAPI's support asks for, or `None`.
        retry_after: Seconds the gateway asked to wait, or `None`.
        model: The model that was asked for, or `None`.
        url: The URL that was called, without its query string, or `None`.
        body: The error body (JSON value or text), its first 64 KB, without secrets; or `None`.
        is_retryable: Whether the same request may succeed later.
        partial_message: What a stream had sent before it failed, or `None`.
        raw_message: The message that structured output could not be read from, or `None`.
        attempts: How often the model was asked for a structured output (`max_repairs`), or `None`.
        return_partial: Of `embed_documents`, the vectors in the order of the texts, with `None` for
            those that were not embedded; `None` elsewhere.
    """

    # `Any`, because the SDK's classes declare an `int`, and core's any message; they are an
    # `int | None` and an `AIMessage | None`.
    status_code: Any
    raw_message: Any
    is_retryable: bool

    # The SDK's classes take different arguments each; one signature for the whole tree
    # keeps an error easy to build, to pickle and to reclassify, so their constructors are
    # not called and the attributes they would set are set here.
    def __init__(
        self,
        message: str,
        *,
        status_code: int | None = None,
        code: str | None = None,
        type: str | None = None,  # noqa: A002 - the name of the field on the wire
        param: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        model: str | None = None,
        url: str | None = None,
        body: object = None,
        is_retryable: bool | None = None,
        partial_message: AIMessage | None = None,
        raw_message: AIMessage | None = None,
        attempts: int | None = None,
        return_partial: list[list[float] | None] | None = None,
        request: Any = None,
        response: Any = None,
    ) -> None:
        """Set every attribute; see the class docstring."""
        Exception.__init__(self, message)
        self.message = message
        self.status_code = status_code
        self.code = code
        self.type = type
        self.param = param
        self.request_id = request_id
        self.retry_after = retry_after
        self.model = model
        self.url = url
        self.body = body
        self.partial_message = partial_message
        self.raw_message = raw_message
        self.attempts = attempts
        self.return_partial = return_partial
        self.request = request
        self.response = response
        if is_retryable is not None:
            self.is_retryable = is_retryable

    def __str__(self) -> str:
        """Return the message."""
        return self.message

    def __reduce__(self) -> tuple[Callable[..., CometAPIError], tuple[object, ...]]:
        """Pickle without the HTTP objects, so that errors cross process borders."""
        parts = _parts.get(type(self), (type(self),))
        return _rebuild, (parts, {name: getattr(self, name) for name in _PICKLED_ATTRIBUTES})


class CometAPIAuthenticationError(
    CometAPIError, openai.AuthenticationError, core.ModelAuthenticationError
):
    """The key is missing, malformed, revoked or unknown."""


class CometAPIInvalidKeyError(CometAPIAuthenticationError, ValueError):
    """There is no key, or the one passed cannot be a key; nothing was sent."""


class CometAPIPermissionDeniedError(
    CometAPIError, openai.PermissionDeniedError, core.ModelPermissionDeniedError
):
    """The key is known, and not allowed to do this."""


class CometAPIInsufficientBalanceError(CometAPIPermissionDeniedError):
    """The account balance or the quota of the key is used up."""


class CometAPIInvalidRequestError(
    CometAPIError, openai.BadRequestError, core.ModelInvalidRequestError
):
    """The request is malformed, or has something that the model refuses."""


class CometAPIContextOverflowError(CometAPIInvalidRequestError, core.ContextOverflowError):
    """The input is longer than the context of the model."""


class CometAPIContentFilterError(CometAPIInvalidRequestError):
    """The input or the response was blocked by a moderation filter."""


class CometAPIUnsentRequestError(CometAPIInvalidRequestError, ValueError):
    """The request was refused before it was sent: this model would not take it.

    The message says what to change. Nothing was billed.
    """


class CometAPIModelNotFoundError(CometAPIError, openai.NotFoundError, core.ModelNotFoundError):
    """No such model, no channel that serves it, or no such path."""


class CometAPIRateLimitError(CometAPIError, openai.RateLimitError, core.ModelRateLimitError):
    """Too many requests or tokens in too short a time."""


class CometAPIServerError(CometAPIError, openai.InternalServerError, core.ModelAPIError):
    """The gateway or the vendor behind it failed."""


class CometAPIOverloadedError(CometAPIServerError):
    """The vendor behind the gateway is too busy."""


class CometAPIConnectionError(CometAPIError, openai.APIConnectionError, core.ModelConnectionError):
    """The gateway could not be reached, or the connection broke."""


class CometAPIStreamTruncatedError(CometAPIConnectionError):
    """A stream ended before the model had finished; see `partial_message`."""


class CometAPITimeoutError(
    CometAPIError, openai.APITimeoutError, core.ModelTimeoutError, TimeoutError
):
    """No response, or no next chunk, in the time allowed."""


class CometAPIUnexpectedResponseError(
    CometAPIError, openai.APIResponseValidationError, core.ModelAPIError
):
    """The response is not JSON of the route: HTML, text, an empty or a broken body."""


class CometAPIBudgetExceededError(CometAPIError):
    """A run has spent what its `CostCallbackHandler` allows; the request was not sent.

    It is not retryable, and a fallback model of the same run is refused, too.

    Attributes:
        spent_usd: What the run has spent, in USD: costs that were reported, and estimates.
        spent_tokens: The tokens that it has used, input and output.
        max_usd: The limit in USD, or `None`.
        max_tokens: The limit of tokens, or `None`.
    """

    def __init__(
        self,
        message: str,
        *,
        spent_usd: float = 0.0,
        spent_tokens: int = 0,
        max_usd: float | None = None,
        max_tokens: int | None = None,
        **attributes: Any,
    ) -> None:
        """Set every attribute; see the docstrings of the classes."""
        super().__init__(message, **{**attributes, "is_retryable": False})
        self.spent_usd = spent_usd
        self.spent_tokens = spent_tokens
        self.max_usd = max_usd
        self.max_tokens = max_tokens

    def __reduce__(self) -> tuple[Callable[..., CometAPIError], tuple[object, ...]]:
        """Pickle the limits, too."""
        build, (parts, attributes) = super().__reduce__()
        own = ("spent_usd", "spent_tokens", "max_usd", "max_tokens")
        more = {name: getattr(self, name) for name in own}
        return build, (parts, {**attributes, **more})  # type: ignore[dict-item]


class CometAPIStreamError(CometAPIError):
    """An error object arrived inside a stream; see `partial_message`."""


class CometAPIRefusalError(CometAPIError, _ModelRefusalError):
    """The model declined to produce the requested output; the message is the text of its refusal.

    The same request will hardly succeed. See `raw_message`.
    """


class CometAPIOutputFilteredError(CometAPIContentFilterError, CometAPIRefusalError):
    """A moderation filter stopped the output before it was complete; see `raw_message`."""


class CometAPIStructuredOutputError(CometAPIError, core.OutputParserException):
    """The response has no output of the requested form; see `raw_message`.

    Attributes:
        llm_output: The text of the message, as in other exceptions of LangChain's parsers.
        finish_reason: Why the model stopped, in the words of its host, or `None`.
    """

    # LangChain's retrying parsers read these.
    observation = None
    send_to_llm = False

    def __init__(self, message: str, **attributes: Any) -> None:
        """Set every attribute; see the docstrings of the classes."""
        super().__init__(message, **attributes)
        raw = self.raw_message
        self.llm_output = None if raw is None else str(raw.text)
        self.finish_reason = None if raw is None else raw.response_metadata.get("finish_reason")


class CometAPIParameterWarning(UserWarning):
    """A parameter was dropped or replaced, because the vendor of the model refuses it.

    Each model object warns once for each model id and parameter, and only of what the user set;
    Python's own filter shows a text once for each line that it comes from. `explain()` lists the
    same changes without a warning, and `strict_params=True` makes each of them an error.

    ```python
    import warnings

    from langchain_cometapi import CometAPIParameterWarning

    warnings.filterwarnings("ignore", category=CometAPIParameterWarning)  # or "error"
    ```
    """


class CometAPIUnknownCostWarning(UserWarning):
    """A `CostCallbackHandler` has a limit, and does not know what some requests have cost."""


class CometAPICatalogWarning(UserWarning):
    """An entry of the catalogue cannot be read, and was left out."""


class CometAPIRetiredModelWarning(UserWarning):
    """A model was created with an id that CometAPI has retired, or will retire.

    The text has the day and the replacement, as far as they are known. Nothing is refused: the
    gateway decides. Python's own filter shows the warning once for each line that it comes from.
    """


_variants: dict[tuple[type[Exception], ...], type[CometAPIError]] = {}
_parts: dict[type[CometAPIError], tuple[type[Exception], ...]] = {}
"""The classes that each class of `combine` was new of."""


def stream_variant(kind: type[CometAPIError]) -> type[CometAPIError]:
    """Return the class that is both `CometAPIStreamError` and `kind`, created once."""
    return combine(CometAPIStreamError, kind)


def combine(*kinds: type[Exception]) -> type[CometAPIError]:
    """Return the class that is all of these, created once.

    Args:
        *kinds: One or two classes of this module, then those of a vendor's SDK.
    """
    combined = _variants.get(kinds)
    if combined is None:
        in_stream = kinds[0] is CometAPIStreamError and len(kinds) > 1
        named = kinds[1] if in_stream else kinds[0]
        name = named.__name__.replace("CometAPI", "CometAPIStream", 1) if in_stream else ""
        new = type(name or named.__name__, kinds, {"__doc__": named.__doc__})
        combined = _variants.setdefault(kinds, new)
        _parts[combined] = kinds
    return combined


def add_classes(error: CometAPIError, *kinds: type[Exception]) -> None:
    """Make an error one of a vendor's SDK, too; its traceback and its attributes stay.

    Args:
        error: The error.
        *kinds: Classes of the SDK.
    """
    own = _parts.get(type(error), (type(error),))
    new = tuple(kind for kind in kinds if not isinstance(error, kind))
    if new:
        error.__class__ = combine(*own, *new)


def _rebuild(kinds: tuple[type[Exception], ...], attributes: dict[str, Any]) -> CometAPIError:
    kind: Any = combine(*kinds) if len(kinds) > 1 else kinds[0]
    error: CometAPIError = kind(**attributes)
    return error
