"""The JSON values that a model may have meant as its output, the most plausible first.

Models write JSON alone, in a fence, after their reasoning or in a sentence; as a text that is JSON
itself, once or twice; or as a call of a tool that is written into the text, or into the arguments
of the call. Which one it is, the schema decides: the first value that fits is the output.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from langchain_cometapi._json import TooDeepError, check_depth, replace_surrogates

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_FENCE = re.compile(r"```[ \t]*(?:json[a-z0-9]*)?[ \t]*\r?\n?(.*?)```", re.DOTALL | re.IGNORECASE)
_THINK_END = re.compile(r".*</(?:think|thinking|thought|reasoning)>", re.DOTALL | re.IGNORECASE)
_START = re.compile(r"[{\[]")

# What begins so is meant as JSON: where it is broken, no value inside of it is the output.
_MEANT = re.compile(r"""\{\s*(?:["'}]|\w+\s*:)|\[\s*[{\["']""")

# Where JSON that is still to come may have begun, in a sentence or a fence.
_BEGUN = re.compile(rf"```|{_MEANT.pattern}|[{{\[]\s*\Z")

_MAX_FAILURES = 200
"""How many brackets in a sentence are tried that begin no JSON."""

_ARGUMENT_FIELDS = ("arguments", "parameters", "input", "args")
_CALL_FIELDS = frozenset({"name", "type", "id", "function", *_ARGUMENT_FIELDS})

_decoder = json.JSONDecoder(strict=False)  # a raw line break in a string is unambiguous

_NO_JSON = (ValueError, RecursionError)  # or more brackets than Python reads


def load_text(text: str) -> Any:
    """Return the value of a text that is JSON.

    Raises:
        ValueError: If it is not, or is nested too deeply.
    """
    try:
        value = json.loads(text, strict=False)
        check_depth(value)
    except RecursionError:
        raise TooDeepError from None
    return replace_surrogates(value)


def find_groups(text: str) -> Iterator[list[Any]]:
    """Yield the JSON values in a text: the text itself, then those in fences, then all others.

    Of the values in one list, only one should fit the schema: which one is meant nobody knows.
    """
    texts = [text.strip()]
    if (end := _THINK_END.match(text)) is not None:
        texts.append(text[end.end() :].strip())
    for one in texts:
        if (value := _try_load(one)) is not _NONE:
            yield [value]
            return
    text = texts[-1]
    fenced = [_try_load(found[1].strip()) for found in _FENCE.finditer(text)]
    if values := [value for value in fenced if value is not _NONE]:
        yield values
    if values := list(_scan(text)):
        yield values


_NONE: Any = object()


def _try_load(text: str) -> Any:
    try:
        return load_text(text)
    except ValueError:
        return _NONE


def _scan(text: str) -> Iterator[Any]:
    """Yield the objects and arrays in a text, none of those inside of another one."""
    failures = 0
    found = _START.search(text)
    while found is not None and failures < _MAX_FAILURES:
        start = found.start()
        try:
            value, end = _decoder.raw_decode(text, start)
            check_depth(value)
            yield replace_surrogates(value)
        except _NO_JSON:
            if _MEANT.match(text, start):
                return
            failures, end = failures + 1, start + 1
        found = _START.search(text, end)


def find_start(text: str) -> str:
    """Return the text from where its JSON begins, as far as it has; more may follow."""
    if (end := _THINK_END.match(text)) is not None:
        text = text[end.end() :]
    text = text.strip()
    if text[:1] in {"[", '"'}:
        return text
    begun = _BEGUN.search(text)
    is_reasoning = text[:2] == "<t" and "</" not in text
    return "" if begun is None or is_reasoning else text[begun.start() :]


def list_forms(value: Any, name: str | None, properties: Collection[str]) -> Iterator[Any]:
    """Yield a value in the forms that it may be meant in.

    Args:
        value: A JSON value.
        name: The name of the schema.
        properties: Those that the schema declares.
    """
    inner = _unwrap(value, name, properties)
    if inner is not _NONE:
        yield from list_forms(inner, name, properties)
    yield value
    if isinstance(value, str):
        decoded = _try_load(value.strip())
        if isinstance(decoded, dict | list | str):
            yield from list_forms(decoded, name, properties)
    elif isinstance(value, list) and len(value) == 1:
        yield from list_forms(value[0], name, properties)
    else:
        decoded = _decode_texts(value)
        if decoded != value:
            yield decoded


def _unwrap(value: Any, name: str | None, properties: Collection[str]) -> Any:
    """Return the arguments in a value that is a call, as far as the schema has no such names."""
    if not isinstance(value, dict):
        return _NONE
    if len(value) == 1 and name in value and name not in properties:
        return _unwrapped(value[name])
    if not value.keys() <= _CALL_FIELDS:
        return _NONE
    if isinstance(value.get("function"), dict) and "function" not in properties:
        return value["function"]
    fields = [field for field in _ARGUMENT_FIELDS if field in value and field not in properties]
    is_call = "name" in value and len(fields) == 1
    return _unwrapped(value[fields[0]]) if is_call else _NONE


def _unwrapped(inner: Any) -> Any:
    return inner if isinstance(inner, dict | list | str) else _NONE


def _decode_texts(value: Any) -> Any:
    """Return a value with the objects and arrays that it has as texts."""
    if isinstance(value, str) and value.lstrip()[:1] in {"{", "["}:
        decoded = _try_load(value.strip())
        return value if decoded is _NONE else decoded
    if isinstance(value, dict):
        return {key: _decode_texts(one) for key, one in value.items()}
    return [_decode_texts(one) for one in value] if isinstance(value, list) else value
