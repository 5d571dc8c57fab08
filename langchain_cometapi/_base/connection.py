"""What the three models share: key, base URL and clients; copies, pickles, dumps and closing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Self, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    field_serializer,
    field_validator,
)
from typing_extensions import override

from langchain_cometapi._client.aiohttp_transport import check_aiohttp
from langchain_cometapi._client.checks import check_timeout
from langchain_cometapi._client.clients import AsyncClient, Client, ClientCache, ClientSettings
from langchain_cometapi._client.http_clients import HTTPTransportName, TransportSettings
from langchain_cometapi._client.network import DEFAULT_SOCKET_OPTIONS
from langchain_cometapi._client.sdk import httpx
from langchain_cometapi._credentials import resolve_api_key, resolve_base_url
from langchain_cometapi.exceptions import CometAPIInvalidKeyError

T = TypeVar("T")

CLIENT_NAMES = ("client", "async_client", "root_client", "root_async_client")
"""Fields in which `ChatOpenAI` stores its clients; here they are properties."""


def describe_mocks(name: str) -> str:
    """Return advice on testing a model, for an attempt to replace its client by a mock."""
    library = httpx.__name__
    return (
        f"`{name}` cannot be replaced: each call looks its client up. To test without the service, "
        f"pass `http_client={library}.Client(transport={library}.MockTransport(...))`, and "
        "`http_async_client` likewise for asynchronous calls, or use the fixture "
        "`cometapi_emulator_env` of `langchain_cometapi.emulator.pytest_plugin`."
    )


class Connected(BaseModel):
    """The fields of a connection to the gateway, and the clients built from them."""

    model_config = ConfigDict(hide_input_in_errors=True)  # the input holds the key

    cometapi_api_key: SecretStr | Callable[[], str] | Callable[[], Any] | None = Field(
        default=None, alias="api_key"
    )
    """The key: text, or a synchronous or asynchronous callable that returns it.

    If not passed, it is read from `COMETAPI_KEY`, then `COMETAPI_API_KEY`, and stays out of
    pickles. A callable is called for each request, and once more after a 401.
    """

    cometapi_api_base: str | None = Field(default=None, alias="base_url")
    """Base URL with its version path.

    If not passed, it is read from `COMETAPI_BASE_URL`, then `COMETAPI_API_BASE`; else it is
    `https://api.cometapi.com/v1`.
    """

    request_timeout: float | tuple[float, float] | Any | None = Field(default=None, alias="timeout")
    """Seconds between two reads of a response, or `(connect, read)`; the SDK's 600 if `None`."""

    max_retries: int | None = Field(default=None, ge=0)
    """Times to repeat a request that failed before its first chunk; the SDK's 2 if `None`."""

    default_headers: Mapping[str, str] | None = Field(default=None, exclude=True, repr=False)
    """Headers for every request. Not serialized: they may hold secrets."""

    default_query: Mapping[str, object] | None = Field(default=None, exclude=True, repr=False)
    """Query parameters for every request. Not serialized: they may hold secrets."""

    openai_proxy: str | None = Field(default=None, exclude=True, repr=False)
    """URL of a proxy for this model; without it, `HTTPS_PROXY` and the like are read."""

    http_client: Any | None = Field(default=None, exclude=True)
    """An `httpx.Client` of your own, of the SDK's library; used as it is and never closed."""

    http_async_client: Any | None = Field(default=None, exclude=True)
    """An `httpx.AsyncClient` of your own; it serves the event loop it was used on first."""

    http_socket_options: Sequence[tuple[int, int, int]] | None = Field(default=None, exclude=True)
    """Options for each socket, as `socket.setsockopt` takes them; `()` for none.

    With `None`, the kernel probes idle connections and notices after about 90 seconds that a
    host is gone.
    """

    http_transport: HTTPTransportName = "httpx"
    """The library for asynchronous requests: the SDK's, or aiohttp (extra `aiohttp`).

    aiohttp costs less CPU when many requests run at once. Synchronous requests always use the
    SDK's HTTP library.
    """

    _settings_type: ClassVar[type[ClientSettings]] = ClientSettings
    """What builds the clients."""

    _clients: ClientCache = PrivateAttr(default_factory=ClientCache)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Create a model.

        Raises:
            CometAPIInvalidKeyError: If there is no key, or it cannot be one.
            ValidationError: If another argument is wrong.
        """
        raise_key_error(super().__init__, *args, **kwargs)

    @override
    def model_post_init(self, context: Any, /) -> None:
        """Run core's hook, which Pydantic's own hook for private attributes would replace."""
        super().model_post_init(context)

    @classmethod
    @override
    def model_validate(cls, *args: Any, **kwargs: Any) -> Self:
        """Create a model from a dict; raises what the constructor raises."""
        return raise_key_error(super().model_validate, *args, **kwargs)

    @classmethod
    @override
    def model_validate_json(cls, *args: Any, **kwargs: Any) -> Self:
        """Create a model from JSON; raises what the constructor raises."""
        return raise_key_error(super().model_validate_json, *args, **kwargs)

    def _resolve_connection(self) -> None:
        """Resolve key and base URL from arguments and `COMETAPI_*`; builds no client.

        Raises:
            CometAPIInvalidKeyError: If there is no key, or it cannot be one.
            ValueError: If another setting cannot be used.
            ImportError: If `http_transport` is aiohttp, which is not installed.
        """
        if self.openai_proxy and (self.http_client or self.http_async_client):
            msg = "Pass `openai_proxy` or an HTTP client of your own, not both."
            raise ValueError(msg)
        if self.http_transport == "aiohttp":
            check_aiohttp()
        key, base_url = (
            resolve_api_key(self.cometapi_api_key),
            resolve_base_url(self.cometapi_api_base),
        )
        if key is not self.cometapi_api_key:
            self.cometapi_api_key = key
        if base_url != self.cometapi_api_base:
            self.cometapi_api_base = base_url
        self._client_settings().check()

    @field_validator("request_timeout", mode="before")
    @classmethod
    def _check_timeout(cls, value: Any) -> Any:
        check_timeout(value)  # before Pydantic makes a float of it, which may not fit
        return value

    @field_serializer("cometapi_api_key")
    def _leave_out_key(self, _: object) -> None:
        """Write no key into `model_dump`, which a LangGraph checkpoint stores."""

    @override
    def __setattr__(self, name: str, value: Any) -> None:
        """Set a field by its name or its alias; a key in clear is wrapped.

        Raises:
            AttributeError: If it is a client, which is a property.
        """
        if name in CLIENT_NAMES:
            raise AttributeError(describe_mocks(name))
        name, value = _read_field(type(self), name, value)
        super().__setattr__(name, value)

    @override
    def __delattr__(self, name: str) -> None:
        """Delete a private attribute or an extra; `mock.patch.object` ends here for a client."""
        if name in CLIENT_NAMES:
            raise AttributeError(describe_mocks(name))
        super().__delattr__(name)

    # -- clients --------------------------------------------------------------------------

    def _client_settings(self) -> ClientSettings:
        """Return what the clients depend on, from the fields as they are now."""
        return self._settings_type(
            api_key=resolve_api_key(self.cometapi_api_key),
            base_url=resolve_base_url(self.cometapi_api_base),
            timeout=self.request_timeout,
            max_retries=self.max_retries,
            default_headers=dict(self.default_headers) if self.default_headers else None,
            default_query=dict(self.default_query) if self.default_query else None,
            organization=getattr(self, "openai_organization", None),
            transport=TransportSettings(
                proxy=self.openai_proxy,
                socket_options=(
                    DEFAULT_SOCKET_OPTIONS
                    if self.http_socket_options is None
                    else tuple(self.http_socket_options)
                ),
                http_transport=self.http_transport,
            ),
            http_client=self.http_client,
            http_async_client=self.http_async_client,
            rate_limiter=getattr(self, "rate_limiter", None),
        )

    def _root_client(self) -> Client:
        return self._clients.get(self._client_settings())

    def _root_async_client(self) -> AsyncClient:
        return self._clients.get_async(self._client_settings())

    @property
    def root_client(self) -> Client:
        """The client of the `openai` SDK for synchronous calls, for the settings as they are."""
        return self._root_client()

    @property
    def root_async_client(self) -> AsyncClient:
        """The client of the `openai` SDK for asynchronous calls, for the settings as they are."""
        return self._root_async_client()

    # -- closing --------------------------------------------------------------------------

    def close(self) -> None:
        """Close the connections of synchronous calls that no other model uses.

        The model may be used again: it opens new ones. An `http_client` of your own stays open.
        Asynchronous connections are closed by `aclose`, or with their event loop.
        """
        self._clients.close()

    async def aclose(self) -> None:
        """Close the connections of this event loop, and of synchronous calls; see `close`."""
        await self._clients.aclose()
        self._clients.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    # -- copies, pickles and dumps --------------------------------------------------------

    @classmethod
    def is_lc_serializable(cls) -> bool:
        """Return true: LangChain's cache tells models apart by their dumps."""
        return True

    @property
    def lc_secrets(self) -> dict[str, str]:
        """Return the secrets and the variables they are loaded from."""
        return {"cometapi_api_key": "COMETAPI_KEY"}

    @override
    def __getstate__(self) -> dict[Any, Any]:
        """Return the state to pickle; `EnvironmentKey` leaves itself out.

        Raises:
            TypeError: If the model has an HTTP client, which cannot be pickled.
        """
        if self.http_client or self.http_async_client:
            msg = (
                "A model with `http_client` or `http_async_client` cannot be pickled. Leave them "
                "out (`model_copy(update={'http_client': None, 'http_async_client': None})`) and "
                "set them where it is loaded."
            )
            raise TypeError(msg)
        return super().__getstate__()

    @override
    def __copy__(self) -> Self:
        """Copy, with clients of its own: closing one model must not close the other's clients."""
        copied = super().__copy__()
        copied._clients = ClientCache()
        return copied

    @override
    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Self:
        """Copy deeply, but share the user's HTTP clients, which cannot be copied."""
        memo = {} if memo is None else memo
        for client in (self.http_client, self.http_async_client):
            if client is not None:
                memo[id(client)] = client
        return super().__deepcopy__(memo)

    @override
    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy of the model with other values for some fields.

        Pydantic's own deep copy does not call `__deepcopy__` if there is an update.

        Args:
            update: Values by field name or alias.
            deep: Whether to copy the values of the other fields too.

        Raises:
            ValueError: If there is no such field.
        """
        known = dict(_read_field(type(self), name, value) for name, value in (update or {}).items())
        if unknown := sorted(known.keys() - type(self).model_fields.keys()):
            name = unknown[0]
            msg = f"{type(self).__name__} has no field `{name}`."
            if name in CLIENT_NAMES:
                msg = describe_mocks(name)
            raise ValueError(msg)
        copied = super().model_copy(update=known)
        if not deep:
            return copied
        return copied.__deepcopy__({id(value): value for value in (update or {}).values()})


def raise_key_error(construct: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    """Call a constructor; an error about the key is raised as it is.

    Pydantic would wrap it in a `ValidationError`, like each `ValueError` of a validator.
    """
    key_error = None
    try:
        return construct(*args, **kwargs)
    except ValidationError as error:
        key_error = _find_key_error(error)
        if key_error is None:
            raise
    raise key_error  # here, so that it has no context: Pydantic's error holds the input


def _find_key_error(error: ValidationError) -> CometAPIInvalidKeyError | None:
    for detail in error.errors(include_url=False):
        cause = detail.get("ctx", {}).get("error")
        if isinstance(cause, CometAPIInvalidKeyError):
            return cause
        if detail["loc"] and detail["loc"][0] in {"api_key", "cometapi_api_key"}:
            kind = type(detail["input"]).__name__
            msg = f"`api_key` must be text, or a callable that returns it; this is a {kind}."
            return CometAPIInvalidKeyError(msg)
    return None


def _read_field(cls: type[BaseModel], name: str, value: Any) -> tuple[str, Any]:
    """Return a field's name, for its name or alias, and the value to set; a key is wrapped.

    Raises:
        CometAPIUnsentRequestError: If it is a base URL that cannot be used, or has a password.
    """
    if name not in cls.model_fields and not name.startswith("_"):
        aliases = (field for field, info in cls.model_fields.items() if info.alias == name)
        name = next(aliases, name)
    if name == "cometapi_api_key" and isinstance(value, str):
        value = SecretStr(value)
    if name == "cometapi_api_base" and value is not None:
        value = resolve_base_url(value)
    return name, value
