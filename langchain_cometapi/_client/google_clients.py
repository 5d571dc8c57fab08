"""What google-genai's `Models` sends with, in place of its own client: that of `openai`.

The SDK's own looks at the status alone before it repeats a request, passes over how long the
gateway asks to wait, and reads `GOOGLE_*` variables and certificates for each model.
"""

from __future__ import annotations

import json
from types import MappingProxyType, SimpleNamespace
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qsl, urlencode

from google.genai import errors
from google.genai.models import AsyncModels, Models
from langchain_google_genai import chat_models as partner

from langchain_cometapi import exceptions as exc
from langchain_cometapi._client.checks import check_headers
from langchain_cometapi._client.clients import AsyncClient, Client
from langchain_cometapi._client.google_json import to_documented_form
from langchain_cometapi._client.json_body import dump_body
from langchain_cometapi._client.native_calls import NativeSettings, current_call
from langchain_cometapi._client.route import JSON, Route
from langchain_cometapi._client.sdk import httpx
from langchain_cometapi._client.shared_clients import PLACEHOLDER_KEY, AttemptError
from langchain_cometapi._json import load_json

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from langchain_cometapi._client.errors import Failure
    from langchain_cometapi._client.responses import JSONResponse

FOREIGN = MappingProxyType(
    {
        "google_api_key": "api_key",
        "client_options": "base_url",
        "additional_headers": "default_headers",
        "client_args": "http_client",
        "credentials": "api_key",
        "project": "api_key",
        "location": "base_url",
        "api_version": "base_url",
        "vertexai": "api_key",
    }
)
"""The arguments of `ChatGoogleGenerativeAI` for a connection, and the names of ours."""

_ONE_CANDIDATE = "`n` must be 1 when streaming: a LangChain stream carries one message."
_OPTIONS = frozenset({"timeout", "headers", "extra_body", "retry_options"})
"""What `http_options` of a call may have."""


def _check_prompt(response: JSON, failure: Failure) -> None:
    """Check that a response or an event is not that of a prompt that was blocked.

    `ChatGoogleGenerativeAI` makes an empty message of it.

    Raises:
        CometAPIContentFilterError: If it is.
    """
    reason = (response.get("promptFeedback") or {}).get("blockReason")
    if reason and not response.get("candidates"):
        raise failure.build(
            exc.CometAPIContentFilterError,
            f"The prompt was blocked (blockReason {reason})",
            body=response,
            advice="Change it, or `safety_settings`, if the reason is one of its categories.",
        )


def _check(response: JSONResponse) -> None:
    """Check that a response has candidates.

    Raises:
        CometAPIError: If it has not.
    """
    _check_prompt(response.data, response.failure)
    candidates = response.data.get("candidates")
    if response.events or not candidates or not isinstance(candidates, list):
        raise response.failure.from_body(response.content, "The response has no `candidates`")


GENERATE_CONTENT = Route(
    ":generateContent",
    result_field="candidates",
    is_finish=lambda event: any(one.get("finishReason") for one in event.get("candidates") or ()),
    check=_check,
)


class GoogleSettings(NativeSettings):
    """Builds the clients of `openai` for Google's protocol; they have no key."""

    key_header = "x-goog-api-key"
    failed = AttemptError

    def build_sync(self) -> Client:
        """Build the synchronous client."""
        http_client = self.http(is_async=False)
        return Client(api_key=PLACEHOLDER_KEY, http_client=http_client, **self.options())

    def build_async(self) -> AsyncClient:
        """Build the asynchronous client."""
        http_client = self.http(is_async=True)
        return AsyncClient(api_key=PLACEHOLDER_KEY, http_client=http_client, **self.options())


def _read_options(options: Any) -> tuple[JSON, JSON]:
    """Return the options of `openai` for the `http_options` of a call, and what its body has more.

    Raises:
        CometAPIUnsentRequestError: If there is one that changes nothing here.
    """
    arguments: JSON = {}
    for name in options.model_fields_set if options else ():
        value = getattr(options, name)
        if name not in _OPTIONS:
            msg = f"`http_options` may have {', '.join(sorted(_OPTIONS))}, and not `{name}`."
            raise exc.CometAPIUnsentRequestError(msg)
        if value is None or name == "extra_body":
            continue
        if name == "timeout":
            arguments["timeout"] = value / 1000  # from milliseconds
        elif name == "retry_options":
            arguments["max_retries"] = value.attempts
        else:
            check_headers(value, "http_options")
            arguments["headers"] = value
    return arguments, getattr(options, "extra_body", None) or {}


def _prepare(path: str, body: JSON, options: Any) -> tuple[str, JSON]:
    """Return the path of a request of the SDK's, and the arguments of `openai` to post it.

    Fields that are empty are left out: the SDK writes some that the user has not set.
    """
    path, _, query = path.partition("?")
    if query and (body.get("generationConfig", {}).get("candidateCount") or 1) > 1:
        raise exc.CometAPIUnsentRequestError(_ONE_CANDIDATE)
    arguments, extra = _read_options(options)
    if query:
        arguments["params"] = dict(parse_qsl(query))
    sent = {name: body[name] for name in body if body[name] and not name.startswith("_")}
    content = dump_body({**to_documented_form(sent), **extra})
    return path, {"content": content, "options": arguments, "stream": bool(query)}


def _read(response: Any) -> Any:
    body = json.dumps(load_json(response.content))
    return SimpleNamespace(headers=dict(response.headers), body=body)


def _read_event(event: bytes) -> Any:
    """Read an event as `GuardedBody` writes it."""
    text = event.removeprefix(b"data: ").decode()
    if "blockReason" in text and (call := current_call.get()) is not None:
        _check_prompt(json.loads(text), call.failure)
    return SimpleNamespace(headers={}, body=text)


class GoogleTransport:
    """Posts the requests of google-genai's `Models`; it has the methods that these call."""

    vertexai = False

    def __init__(self, root: str, client: Callable[[], Client | AsyncClient]) -> None:
        """Use the clients of a model.

        Args:
            root: The base URL without its version.
            client: Returns the client, synchronous or asynchronous as the methods called.
        """
        self._root = root
        self._client = client

    def _verify_response(self, _: object) -> None:
        """Do what the SDK's own does, which is nothing."""

    def _post(self, path: str, body: JSON, options: Any) -> Any:
        path, arguments = _prepare(path, body, options)
        post: Any = self._client().post
        return post(f"{self._root}/v1beta/{path}", cast_to=httpx.Response, **arguments)

    def request(self, _: str, path: str, body: JSON, options: Any = None) -> Any:
        """Return the response to a request."""
        return _read(self._post(path, body, options))

    def request_streamed(self, _: str, path: str, body: JSON, options: Any = None) -> Iterator[Any]:
        """Yield the events of the response to a request."""
        yield from map(_read_event, self._post(path, body, options).stream)

    async def async_request(self, _: str, path: str, body: JSON, options: Any = None) -> Any:
        """Return the response to a request."""
        return _read(await self._post(path, body, options))

    async def async_request_streamed(
        self, _: str, path: str, body: JSON, options: Any = None
    ) -> AsyncIterator[Any]:
        """Return the events of the response to a request."""
        response = await self._post(path, body, options)
        return (_read_event(event) async for event in response.stream)


def make_client(model: Any) -> Any:
    """Return what LangChain's class calls: the part of google-genai's client that CometAPI serves.

    Args:
        model: A `Connected` model, whose settings build the clients.
    """
    root = model._client_settings().root
    sync: Any = GoogleTransport(root, model._root_client)
    asynchronous: Any = GoogleTransport(root, model._root_async_client)
    aio = SimpleNamespace(models=AsyncModels(asynchronous))
    return SimpleNamespace(models=Models(sync), aio=aio)


def write_request(root: str, request: JSON, *, stream: bool) -> tuple[str, JSON]:
    """Return the URL and the body of a request, and send nothing.

    Args:
        root: The base URL without its version.
        request: The arguments of the SDK.
        stream: Whether it is that of a stream.
    """
    written: JSON = {}

    def post(url: str, *, content: bytes, options: JSON, **_: Any) -> Any:
        query = urlencode(options.get("params") or {})
        written.update(url=f"{url}?{query}" if query else url, body=json.loads(content))
        return SimpleNamespace(headers={}, content=b"{}", stream=())

    client: Any = SimpleNamespace(post=post)
    models = Models(cast("Any", GoogleTransport(root, lambda: client)))
    if stream:
        list(models.generate_content_stream(**request))
    else:
        models.generate_content(**request)
    return written["url"], written["body"]


class SDKAttributes(Exception):  # noqa: N818 - one of the classes of an error
    """What google-genai's errors say of a response, read of what ours say."""

    body: Any

    @property
    def details(self) -> Any:
        """The JSON of the response."""
        return self.body

    @property
    def status(self) -> Any:
        """Google's word for the error, such as `RESOURCE_EXHAUSTED`, or `None`."""
        body = self.body[0] if isinstance(self.body, list) and self.body else self.body
        error = body.get("error") if isinstance(body, dict) else None
        return error.get("status") if isinstance(error, dict) else None


_CLIENT = (SDKAttributes, errors.ClientError)

ERROR_CLASSES = MappingProxyType(
    {
        exc.CometAPIContextOverflowError: (SDKAttributes, partner.GoogleContextOverflowError),
        exc.CometAPIInvalidRequestError: (*_CLIENT, partner.GoogleInvalidRequestError),
        exc.CometAPIAuthenticationError: (*_CLIENT, partner.GoogleAuthenticationError),
        exc.CometAPIPermissionDeniedError: (*_CLIENT, partner.GooglePermissionDeniedError),
        exc.CometAPIModelNotFoundError: (*_CLIENT, partner.GoogleModelNotFoundError),
        exc.CometAPIRateLimitError: (*_CLIENT, partner.GoogleRateLimitError),
        exc.CometAPIServerError: (SDKAttributes, partner.GoogleAPIError),
        exc.CometAPIError: (SDKAttributes, errors.APIError),
    }
)
"""What our errors are in google-genai and in LangChain's package: of the first that fits."""
