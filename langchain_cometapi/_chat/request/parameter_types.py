"""Types of parameters: a value that no vendor reads is refused before sending, and named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi._chat.request.json_values import SCALARS, check_json
from langchain_cometapi.exceptions import CometAPIUnsentRequestError

if TYPE_CHECKING:
    from collections.abc import Mapping

_Expected = tuple[tuple[type, ...], str]

_NUMBER: _Expected = ((int, float), "a number")
_WHOLE: _Expected = ((int,), "a whole number")
_BOOLEAN: _Expected = ((bool,), "true or false")
_TEXT: _Expected = ((str,), "a text")
_DICT: _Expected = ((dict,), "a dict")
_LIST: _Expected = ((list, tuple), "a list")

_EXPECTED: dict[str, _Expected] = {
    "audio": _DICT,
    "dimensions": _WHOLE,
    "encoding_format": _TEXT,
    "extra_body": _DICT,
    "frequency_penalty": _NUMBER,
    "logit_bias": _DICT,
    "logprobs": _BOOLEAN,
    "max_completion_tokens": _WHOLE,
    "max_tokens": _WHOLE,
    "metadata": _DICT,
    "modalities": _LIST,
    "n": _WHOLE,
    "parallel_tool_calls": _BOOLEAN,
    "prediction": _DICT,
    "presence_penalty": _NUMBER,
    "prompt_cache_key": _TEXT,
    "reasoning_effort": _TEXT,
    "safety_identifier": _TEXT,
    "seed": _WHOLE,
    "service_tier": _TEXT,
    "stop": ((str, list, tuple), "a text or a list of texts"),
    "store": _BOOLEAN,
    "stream_options": _DICT,
    "temperature": _NUMBER,
    "tool_choice": ((str, dict), "a text or a dict"),
    "tools": _LIST,
    "top_logprobs": _WHOLE,
    "top_p": _NUMBER,
    "user": _TEXT,
    "verbosity": _TEXT,
    "web_search_options": _DICT,
}

# Python's own numbers: JSON has none of a `Decimal`, of numpy's, or NaN.
_NUMBERS = {_NUMBER: "a finite number, as a `float`", _WHOLE: "a whole number, as an `int`"}

_NUMERIC = frozenset(name for name, kind in _EXPECTED.items() if kind in (_NUMBER, _WHOLE))

# Options of the HTTP request, and what is checked where it is encoded.
_NOT_CHECKED = frozenset(
    {"extra_headers", "extra_query", "messages", "response_format", "timeout", "tools"}
)


def check_parameters(parameters: Mapping[str, Any], where: str = "") -> None:
    """Check that each parameter is JSON, and of the type that it has in all vendors' requests.

    Args:
        parameters: The parameters; those of `extra_body` are checked as well.
        where: What the error adds to a name, such as `` of `extra_body` ``.

    Raises:
        CometAPIUnsentRequestError: If a value is wrong; the parameter is named.
    """
    for name, value in parameters.items():
        if value is None:
            continue
        if name == "extra_body" and isinstance(value, dict):
            check_parameters(value, " of `extra_body`")
            continue
        if type(value) not in SCALARS and name not in _NOT_CHECKED:
            check_json(value, f"`{name}`{where}", _advise(name))
        if name in _EXPECTED:
            _check_type(name, value, where)


def check_arguments(arguments: Mapping[str, Any]) -> None:
    """Check the parameters among the arguments of a constructor, which reads numbers from text.

    Args:
        arguments: The arguments as they were passed.

    Raises:
        CometAPIUnsentRequestError: If a value is wrong; the parameter is named.
    """
    for name in _NUMERIC & arguments.keys():
        check_json(arguments[name], f"`{name}`", _advise(name))
        if isinstance(arguments[name], bool):  # which Pydantic takes for a number
            _check_type(name, arguments[name], "")
    for name in ("model_kwargs", "extra_body"):
        if isinstance(inner := arguments.get(name), dict):
            check_parameters(inner, f" of `{name}`")


def _advise(name: str) -> str:
    """Return what a parameter can be, `""` if any value will do."""
    expected = _EXPECTED.get(name)
    return _NUMBERS.get(expected, expected[1]) if expected else ""


def _check_type(name: str, value: Any, where: str) -> None:
    types, expected = _EXPECTED[name]
    is_right = isinstance(value, types) and (types is _BOOLEAN[0] or not isinstance(value, bool))
    if name == "stop" and is_right and not isinstance(value, str):
        is_right = all(isinstance(item, str) for item in value)
    if not is_right:
        msg = f"`{name}`{where} is a {type(value).__name__}; expected {expected}."
        raise CometAPIUnsentRequestError(msg)
