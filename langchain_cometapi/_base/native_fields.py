"""What the native classes share: the arguments of `ChatCometAPI`, and the vendor's SDK behind them.

A subclass names the vendor's own arguments for key, URL and the like, builds the clients of the
SDK, and says which of the vendor's exceptions each of ours is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from langchain_core.language_models import LangSmithParams, ModelProfile
from pydantic import PrivateAttr, field_validator, model_validator
from typing_extensions import override

from langchain_cometapi._base.arguments import require_model
from langchain_cometapi._base.connection import Connected
from langchain_cometapi._base.profiles import ProfileOnRead
from langchain_cometapi._base.retired_models import warn_if_retired
from langchain_cometapi._base.unknown_arguments import describe_unknown
from langchain_cometapi._chat.request.parameter_warnings import ParameterWarnings
from langchain_cometapi._client.redaction import hide_values
from langchain_cometapi._content.origin import PROVIDER
from langchain_cometapi._version import __version__

GATEWAY = "gateway"
"""Key of `response_metadata` for what stands between LangChain and the vendor, `"cometapi"`."""


class NativeFields(Connected, ProfileOnRead):
    """The fields of a native class, in front of those of LangChain's own class."""

    stream_chunk_timeout: float | None = 600.0
    """Seconds a stream may go without content; `None` or 0 for any time. Pings do not count."""

    strict_params: bool = False
    """Whether a parameter that the model refuses is an error; else it is dropped with a warning."""

    _endpoint: ClassVar[Literal["messages", "generate_content"]]
    _example: ClassVar[str]
    """A model id for messages of errors."""

    _foreign: ClassVar[Mapping[str, str]]
    """The vendor's own arguments for a connection, and the names of ours."""

    _parameters: ClassVar[frozenset[str]]
    """Parameters of a request that are no fields."""

    _body: ClassVar[str] = "extra_body={...}"
    """Where fields go that the SDK does not know, for messages of errors."""

    _unset: ClassVar[Mapping[str, Callable[[str], Any]]] = MappingProxyType({})
    """Fields that follow the model unless the user sets them -> what finds them by its id."""

    _parameter_warnings: ParameterWarnings = PrivateAttr(default_factory=ParameterWarnings)

    @model_validator(mode="before")
    @classmethod
    def build_extra(cls, values: dict[str, Any]) -> Any:
        """Sort constructor arguments; an unknown one is an error, not a warning.

        Raises:
            ValueError: If the model is missing, or an argument is unknown or the vendor's.
        """
        values = dict(values)
        require_model(values, cls._example)
        for name in cls._foreign.keys() & values.keys():
            field = cls.model_fields.get(name)
            # Core builds the model of a configurable field from all fields of another.
            if values[name] not in (None, field and field.default):
                msg = f"`{name}` is for the vendor's own service. Pass `{cls._foreign[name]}`."
                raise ValueError(msg)
            del values[name]
        fields = cls.model_fields
        known = {*fields, *(info.alias for info in fields.values() if info.alias)} - {*cls._foreign}
        extra = dict(values.get("model_kwargs") or {})
        for name in [name for name in values if name not in known]:
            if name not in cls._parameters or name in extra:
                raise ValueError(describe_unknown(name, known, cls.__name__, cls._body))
            extra[name] = values.pop(name)
        return {**values, "model_kwargs": extra} if extra else values

    @model_validator(mode="before")
    @classmethod
    def _resolve_gateway(cls, values: Any) -> Any:
        """Leave LangSmith's gateway out: CometAPI is one."""
        return values

    @field_validator("stream_chunk_timeout")
    @classmethod
    def _check_chunk_timeout(cls, value: float | None) -> float | None:
        if value is not None and not 0 <= value < float("inf"):
            msg = f"`stream_chunk_timeout` is {value}; pass seconds, or `None` for no limit."
            raise ValueError(msg)
        return value or None

    @model_validator(mode="after")
    def _connect(self) -> Self:
        """Resolve key and base URL from arguments and `COMETAPI_*`; builds no client."""
        self._resolve_connection()
        warn_if_retired(self._model_id)
        self._add_version("langchain-cometapi", __version__)
        return self

    @property
    def _model_id(self) -> str:
        model: str = self.model  # type: ignore[attr-defined]
        return model

    # -- what LangChain asks about a model ---------------------------------------------------

    @classmethod
    @override
    def get_lc_namespace(cls) -> list[str]:
        """Return the module of the class: its parent's is that of the parent."""
        return cls.__module__.split(".")

    @override
    def to_json(self) -> Any:
        """Return a dump without the variables that LangChain's own class would be loaded from."""
        dumped: Any = super().to_json()
        secrets = self.lc_secrets
        dumped["kwargs"] = {
            name: {**value, "id": [secrets[name]]} if name in secrets else value
            for name, value in dumped["kwargs"].items()
            if name not in self._foreign
        }
        return dumped

    @override
    def _get_ls_params(self, stop: list[str] | None = None, **kwargs: Any) -> LangSmithParams:
        """Return the vendor as the provider, as in its messages: middleware compares the two."""
        params: Any = super()._get_ls_params(stop=stop, **kwargs)
        params["ls_gateway"] = PROVIDER
        return params  # type: ignore[no-any-return]

    @override
    def _get_invocation_params(
        self, stop: list[str] | None = None, **kwargs: Any
    ) -> dict[str, Any]:
        """Return what traces show, without headers and query parameters: they may hold a key."""
        return hide_values(super()._get_invocation_params(stop=stop, **kwargs))

    @model_validator(mode="after")
    def _leave_unset(self) -> Self:
        """Leave fields to be found when they are read."""
        for name in self._unset:
            if self.__dict__.get(name) is None:
                self.__dict__.pop(name, None)
                self.model_fields_set.discard(name)
        return self

    if not TYPE_CHECKING:  # else any attribute would pass for one

        def __getattr__(self, name: str) -> Any:
            """Return a field that follows the model, where the user has not set it."""
            if name in type(self)._unset:
                return type(self)._unset[name](self._model_id)
            return super().__getattr__(name)

    @override
    def _resolve_model_profile(self) -> ModelProfile | None:
        return self._find_profile_on(self._model_id, self._endpoint)
