"""Whether a JSON value fits a JSON schema, and where it does not.

The keywords of draft 2020-12, and what older drafts and OpenAPI write for them. A schema that
cannot be read (a reference to another document, a pattern of another regular expression syntax)
refuses nothing. `format` is a hint, as in the drafts.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, TypeGuard

from langchain_cometapi._schemas.references import References

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from langchain_cometapi._schemas.merge import JSONSchema


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


_TYPES: dict[str, Callable[[Any], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: _is_number(value) and value == value // 1,
    "number": _is_number,
    "string": lambda value: isinstance(value, str),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}


def find_misfit(value: Any, schema: Any) -> str | None:
    """Return what is wrong with a value and where, or `None` if it fits.

    Args:
        value: A JSON value.
        schema: A JSON schema.
    """
    return next(_Checker(schema).check(value, schema, ""), None)


def _canonical(value: Any) -> Any:
    """Return a value that is equal where JSON values are: `1` is `1.0`, and not `true`."""
    if isinstance(value, dict):
        return ("object", frozenset((key, _canonical(one)) for key, one in value.items()))
    if isinstance(value, list):
        return ("array", tuple(map(_canonical, value)))
    return (isinstance(value, bool), value)


def _at(path: str) -> str:
    return f" at `{path[1:]}`" if path else ""


class _Checker:
    """Checks values against the subschemas of one schema."""

    def __init__(self, root: Any) -> None:
        self._references = References(root)

    def check(
        self, value: Any, schema: Any, path: str, references: tuple[str, ...] = ()
    ) -> Iterator[str]:
        """Yield what is wrong with a value.

        Args:
            value: The value.
            schema: The subschema.
            path: Where the value is.
            references: Those that led here from the same value: a circle of them says nothing.
        """
        if schema is False:
            yield f"nothing may be{_at(path) or ' here'}"
        if not isinstance(schema, dict):
            return
        if value is None and schema.get("nullable") is True:  # OpenAPI
            return
        reference = schema.get("$ref")
        if isinstance(reference, str) and reference not in references:
            definition = self._references.find(reference)
            yield from self.check(value, definition, path, (*references, reference))
        yield from _check_type(value, schema, path)
        yield from _check_equality(value, schema, path)
        yield from self._check_combinations(value, schema, path, references)
        if isinstance(value, dict):
            yield from self._check_object(value, schema, path)
        elif isinstance(value, list):
            yield from self._check_array(value, schema, path)
        elif isinstance(value, str):
            yield from _check_string(value, schema, path)
        elif _is_number(value):
            yield from _check_number(value, schema, path)

    def _fits(self, value: Any, schema: Any, path: str, references: tuple[str, ...] = ()) -> bool:
        return next(self.check(value, schema, path, references), None) is None

    # -- combinations ------------------------------------------------------------------------------

    def _check_combinations(
        self, value: Any, schema: JSONSchema, path: str, references: tuple[str, ...]
    ) -> Iterator[str]:
        for one in _list(schema, "allOf"):
            yield from self.check(value, one, path, references)
        for name in ("anyOf", "oneOf"):
            choices = _list(schema, name)
            misfits = [next(self.check(value, one, path, references), None) for one in choices]
            fitting = misfits.count(None)
            if choices and not fitting:
                reasons = "; ".join(dict.fromkeys(map(str, misfits)))
                yield f"no choice fits{_at(path)}: {reasons}"
            if name == "oneOf" and fitting > 1:
                yield f"{fitting} choices of `oneOf` fit{_at(path)}, and one must"
        if "not" in schema and self._fits(value, schema["not"], path, references):
            yield f"the value{_at(path)} is one that `not` excludes"
        if "if" in schema:
            name = "then" if self._fits(value, schema["if"], path, references) else "else"
            yield from self.check(value, schema.get(name), path, references)

    # -- objects and arrays ------------------------------------------------------------------------

    def _check_object(self, value: dict[str, Any], schema: JSONSchema, path: str) -> Iterator[str]:
        yield from _check_names(value, schema, path)
        properties = _dict(schema, "properties")
        patterns = _dict(schema, "patternProperties")
        others = schema.get("additionalProperties")
        for name, one in value.items():
            where = f"{path}.{name}"
            matching = [sub for pattern, sub in patterns.items() if _matches(pattern, name)]
            if name in properties:
                matching.append(properties[name])
            if not matching and others is False:
                yield f"`{name}` is unknown{_at(path)}"
            for subschema in matching or [others]:
                yield from self.check(one, subschema, where)
            yield from self.check(name, schema.get("propertyNames"), where)
        for name, subschema in _dict(schema, "dependentSchemas").items():
            if name in value:
                yield from self.check(value, subschema, path)

    def _check_array(self, value: list[Any], schema: JSONSchema, path: str) -> Iterator[str]:
        prefix, rest = _list(schema, "prefixItems"), schema.get("items")
        if isinstance(rest, list):  # until draft 2019-09
            prefix, rest = rest, schema.get("additionalItems")
        for index, one in enumerate(value):
            subschema = prefix[index] if index < len(prefix) else rest
            if subschema is False:
                yield f"there are more than {len(prefix)} items{_at(path)}"
                break
            yield from self.check(one, subschema, f"{path}.{index}")
        yield from _check_size(len(value), schema, "Items", path)
        if schema.get("uniqueItems") is True and len(set(map(_canonical, value))) < len(value):
            yield f"an item is there twice{_at(path)}"
        if "contains" in schema:
            count = sum(self._fits(one, schema["contains"], path) for one in value)
            least = schema.get("minContains", 1)
            if count < least or count > schema.get("maxContains", count):
                yield f"{count} items are what `contains` says{_at(path)}"


def _list(schema: JSONSchema, name: str) -> list[Any]:
    value = schema.get(name)
    return value if isinstance(value, list) else []


def _dict(schema: JSONSchema, name: str) -> dict[str, Any]:
    value = schema.get(name)
    return value if isinstance(value, dict) else {}


# -- values ----------------------------------------------------------------------------------------


def _check_type(value: Any, schema: JSONSchema, path: str) -> Iterator[str]:
    types = schema.get("type")
    names = [types] if isinstance(types, str) else types
    if not isinstance(names, list) or not names:
        return
    known = [_TYPES.get(str(name).lower()) for name in names]  # Gemini's are in upper case
    if not any(fits is None or fits(value) for fits in known):
        yield f"{_show(value)}{_at(path)} is not of the type {' or '.join(map(str, names))}"


def _check_equality(value: Any, schema: JSONSchema, path: str) -> Iterator[str]:
    for choices in (schema.get("enum"), [schema["const"]] if "const" in schema else None):
        if isinstance(choices, list) and _canonical(value) not in map(_canonical, choices):
            yield f"{_show(value)}{_at(path)} is not one of {_show(choices)}"


def _check_names(value: dict[str, Any], schema: JSONSchema, path: str) -> Iterator[str]:
    for name in _list(schema, "required"):
        if name not in value:
            yield f"`{name}` is missing{_at(path)}"
    for name in _dict(schema, "dependentRequired").keys() & value:
        for other in _list(schema["dependentRequired"], name):
            if other not in value:
                yield f"`{other}` is missing beside `{name}`{_at(path)}"
    yield from _check_size(len(value), schema, "Properties", path)


def _check_string(value: str, schema: JSONSchema, path: str) -> Iterator[str]:
    yield from _check_size(len(value), schema, "Length", path)
    pattern = schema.get("pattern")
    if isinstance(pattern, str) and not _matches(pattern, value):
        yield f"{_show(value)}{_at(path)} does not match {pattern!r}"


def _check_number(value: float, schema: JSONSchema, path: str) -> Iterator[str]:
    least, most = schema.get("minimum"), schema.get("maximum")
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    if above is True:  # draft 4
        above, least = least, None
    if below is True:
        below, most = most, None
    is_outside = (
        (_is_number(least) and value < least)
        or (_is_number(most) and value > most)
        or (_is_number(above) and value <= above)
        or (_is_number(below) and value >= below)
    )
    if is_outside:
        yield f"{_show(value)}{_at(path)} is out of range"
    divisor = schema.get("multipleOf")
    if _is_number(divisor) and divisor and not _is_multiple(value, divisor):
        yield f"{_show(value)}{_at(path)} is no multiple of {divisor}"


def _is_multiple(value: float, divisor: float) -> bool:
    try:
        return not Decimal(str(value)) % Decimal(str(divisor))
    except InvalidOperation:  # too large for a remainder
        return True


def _check_size(size: int, schema: JSONSchema, what: str, path: str) -> Iterator[str]:
    least, most = schema.get(f"min{what}"), schema.get(f"max{what}")
    if (_is_number(least) and size < least) or (_is_number(most) and size > most):
        yield f"the number of {_COUNTED[what]}{_at(path)} is {size}, which is out of range"


_COUNTED = {"Length": "characters", "Items": "items", "Properties": "properties"}


def _matches(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return True


def _show(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}..."


_MAX_SHOWN = 80
