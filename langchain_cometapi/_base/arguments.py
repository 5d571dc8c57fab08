"""Constructor arguments: sorted into fields and `model_kwargs`, and refused where unknown."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from langchain_cometapi._base.connection import CLIENT_NAMES, describe_mocks
from langchain_cometapi._base.unknown_arguments import describe_unknown
from langchain_cometapi._chat.request.native_features import refuse_native_features
from langchain_cometapi._chat.request.other_routes import (
    RESPONSES_ONLY,
    refuse_legacy_parameters,
    refuse_other_routes,
)
from langchain_cometapi._chat.request.parameter_types import check_arguments
from langchain_cometapi._credentials import MODEL_LIST_URL
from langchain_cometapi._vendors.registry import get_vendor
from langchain_cometapi.exceptions import CometAPIUnsentRequestError

if TYPE_CHECKING:
    from pydantic import BaseModel

_OPENAI_NAMES = {
    "openai_api_key": "`api_key` (or `cometapi_api_key`)",
    "openai_api_base": "`base_url` (or `cometapi_api_base`)",
}

_SECRET_KWARGS = {"extra_headers": "default_headers", "extra_query": "default_query"}
"""Parameters that may hold secrets, and the fields for them, which are left out of dumps."""

_INPUT_FIELDS = ("messages", "input")
"""Fields of a request that are the input of a call."""


def _is_called_on_chat(values: Mapping[str, Any]) -> bool:
    """Return whether a model with these arguments is called on the chat route."""
    switch = values.get("use_responses_api")
    if switch is not None:
        return not switch
    endpoint = values.get("endpoint", "auto")
    if endpoint == "auto":
        endpoint = get_vendor(str(values.get("model") or values["model_name"])).endpoint
    return bool(endpoint != "responses")


def sort_arguments(cls: type[BaseModel], values: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments, with request parameters that are not fields in `model_kwargs`.

    Raises:
        ValueError: If the model is missing, or an argument is unknown, passed twice, in the wrong
            place, or no number where it has to be one.
    """
    values = dict(values)
    known = _field_names(cls)
    require_model(values, "claude-sonnet-5-5")
    check_arguments(values)
    model_kwargs = dict(values.get("model_kwargs") or {})
    refuse_misplaced(cls, values)
    if _is_called_on_chat(values):
        model = str(values.get("model") or values["model_name"])
        passed = {**model_kwargs, **values, "extra_body": None}  # calls may have another one
        refuse_native_features(passed, model, get_vendor(model))
    for name in [name for name in values if name not in known]:
        if name in model_kwargs:
            msg = f"`{name}` is given twice: as an argument and in `model_kwargs`."
            raise ValueError(msg)
        if name in RESPONSES_ONLY and _is_called_on_chat(values):
            model = values.get("model") or values["model_name"]
            refuse_other_routes({name: values[name]}, model, get_vendor(model))
        elif name not in _request_parameters() and name not in RESPONSES_ONLY:
            refuse_legacy_parameters({name: values[name]})
            raise ValueError(describe_unknown(name, known, cls.__name__))
        model_kwargs[name] = values.pop(name)
    if model_kwargs:
        values["model_kwargs"] = model_kwargs
    return values


def refuse_misplaced(cls: type[BaseModel], values: Mapping[str, Any]) -> None:
    """Check that `model_kwargs` has no argument of the model and no input.

    Args:
        cls: The class of the model.
        values: Its arguments.

    Raises:
        ValueError: If it has one, which would override the argument silently.
    """
    model_kwargs = values.get("model_kwargs") or {}
    # As an argument, `metadata` is LangChain's own, for traces, and never sent.
    if misplaced := sorted((_field_names(cls) & model_kwargs.keys()) - {"metadata"}):
        msg = f"Pass {', '.join(misplaced)} as an argument, not in `model_kwargs`."
        raise ValueError(msg)
    extra_body = values.get("extra_body") or model_kwargs.get("extra_body") or {}
    for name in _INPUT_FIELDS:
        if name in values:
            msg = f"`{name}` is the input of a call, and no argument of a model."
            raise ValueError(msg)
        for place, fields in (("model_kwargs", model_kwargs), ("extra_body", extra_body)):
            if name in fields:
                msg = f"`{place}` cannot hold `{name}`: each call passes its own."
                raise ValueError(msg)
    refuse_other_model({}, extra_body)


def refuse_other_model(model_kwargs: Mapping[str, Any], extra_body: Any) -> None:
    """Check that no parameter names another model than the one whose rules apply.

    Args:
        model_kwargs: Those of the model; they may have been set after it was made.
        extra_body: That of the model or the call.

    Raises:
        CometAPIUnsentRequestError: If one does.
    """
    for place, fields in (("model_kwargs", model_kwargs), ("extra_body", extra_body)):
        if isinstance(fields, dict) and "model" in fields:
            msg = f"Pass model as an argument, not in `{place}`."
            raise CometAPIUnsentRequestError(msg)


def refuse_unknown(cls: type[BaseModel], values: dict[str, Any]) -> None:
    """Check that every argument is a field of the model.

    Raises:
        ValueError: If one is not.
    """
    known = _field_names(cls)
    for name in values:
        if name not in known:
            raise ValueError(describe_unknown(name, known, cls.__name__))


def require_model(values: dict[str, Any], example: str) -> None:
    """Check that there is a model id, and that no argument has the name or type of another class.

    Args:
        values: Constructor arguments.
        example: A model id for the message.

    Raises:
        ValueError: If the id is missing, or an argument is OpenAI's or belongs elsewhere.
    """
    for name in ("model_kwargs", "extra_body"):
        if not isinstance(values.get(name) or {}, Mapping):
            msg = f"`{name}` is a {type(values[name]).__name__}; expected a dict."
            raise ValueError(msg)  # noqa: TRY004 - Pydantic takes no other
    for name, right_name in _OPENAI_NAMES.items():
        if values.get(name) is not None:
            msg = f"`{name}` is OpenAI's. Pass {right_name}."
            raise ValueError(msg)
    for name in CLIENT_NAMES:
        if values.get(name) is not None:
            raise ValueError(describe_mocks(name))
    for name, field in _SECRET_KWARGS.items():
        if name in (values.get("model_kwargs") or {}):
            msg = f"Pass `{field}` instead of `{name}` in `model_kwargs`, which dumps show."
            raise ValueError(msg)
    if not (values.get("model") or values.get("model_name")):
        msg = (
            f"`model` is required, for example `model={example!r}`. "
            f"{MODEL_LIST_URL} lists what CometAPI serves now, without a key."
        )
        raise ValueError(msg)


def refuse_constructor_arguments(cls: type[BaseModel], parameters: Mapping[str, Any]) -> None:
    """Check that no parameter of a call is a constructor argument, which would have no effect.

    Raises:
        CometAPIUnsentRequestError: If one is.
    """
    refused = _constructor_arguments(cls)
    if parameters.keys().isdisjoint(refused):
        return
    for name in parameters.keys() & refused:
        msg = (
            f"`{name}` is an argument of `{cls.__name__}`, not a parameter of a call. Pass it "
            f"to the constructor, or `model_copy(update={{{name!r}: ...}})`."
        )
        raise CometAPIUnsentRequestError(msg)


@lru_cache(maxsize=32)
def _constructor_arguments(cls: type[BaseModel]) -> frozenset[str]:
    """Return the arguments of a model that no request has."""
    of_calls = {*_request_parameters(), *RESPONSES_ONLY, "extra_body", "stream_usage", "timeout"}
    return frozenset(_field_names(cls) - of_calls)


@lru_cache(maxsize=32)
def _field_names(cls: type[BaseModel]) -> frozenset[str]:
    aliases = (field.alias for field in cls.model_fields.values() if field.alias)
    return frozenset((*cls.model_fields, *aliases))


def _request_parameters() -> set[str]:
    """Return the documented parameters of a chat request."""
    from openai.types.chat.completion_create_params import CompletionCreateParamsBase

    return set(CompletionCreateParamsBase.__annotations__)
