"""A JSON schema in the dialect of a vendor, and its values in the form of the user's own schema."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from pydantic_core import to_json

from langchain_cometapi._json import write_json
from langchain_cometapi._schemas.codecs import (
    ROOT,
    Codec,
    Reader,
    RootCodec,
    changes_values,
)
from langchain_cometapi._schemas.keywords import describe, without
from langchain_cometapi._schemas.limits import LEVELS, find_excess
from langchain_cometapi._schemas.parts import DoesNotFitError, Sent
from langchain_cometapi._schemas.rewriter import LIMITED, Bounds, Rewriter, TooLargeError
from langchain_cometapi._schemas.roots import is_object, merge_root
from langchain_cometapi._vendors.base import STRICT, SchemaDialect
from langchain_cometapi.exceptions import CometAPIUnsentRequestError

if TYPE_CHECKING:
    from langchain_cometapi._schemas.merge import JSONSchema
    from langchain_cometapi._vendors.registry import Vendor

# Definitions that name each other grow with each level that is opened, so a prompt would be all
# schema. Where the parts that come from definitions are more than the last number, less is opened,
# in every branch alike. A recursion without repeats comes before objects of any form: what a model
# writes into those hardly ever fits.
_BOUNDS = (
    Bounds(3, None, 300),
    Bounds(2, None, 600),
    Bounds(1, None, 2000),
    Bounds(0, None, 2000),
    Bounds(1, 4, 2000),
    Bounds(1, 2, 3000),
    Bounds(1, 1, 5000),
    Bounds(0, 0, None),
)

# What all vendors demand: the parameters of a tool are an object.
_PLAIN = SchemaDialect(object_root=True)

_ANY_ROOT = SchemaDialect()

IN_OTHER_WORDS = ("in other words",)
"""The changes of a schema that says what it said before, such as that there are no other keys."""

Use = Literal["tool", "format"]
"""What a schema is for: the parameters of a tool, or a response format."""


@dataclass(frozen=True)
class Rewritten:
    """A schema in another dialect.

    Attributes:
        schema: The schema to send; it must not be changed.
        changes: What was changed, a phrase each; empty if nothing was.
        fits: Whether the schema is one of the dialect. Where it is not, it is the user's own, and
            must be sent without `strict`.
    """

    schema: JSONSchema
    changes: tuple[str, ...] = ()
    fits: bool = True
    _codec: Codec | None = field(default=None, repr=False)

    def decode(self, value: Any, *, partial: bool = False) -> Any:
        """Return a value of the schema as a value of the user's own schema.

        Args:
            value: What the model returned. A value of another form is returned as it is; nothing
                is raised.
            partial: Whether it has not come whole yet.
        """
        if self._codec is None:
            return value
        try:
            return self._codec.decode(value, Reader(self.schema, partial=partial))
        except RecursionError:
            return value


def rewrite(schema: JSONSchema, dialect: SchemaDialect, *, lossless: bool = False) -> Rewritten:
    """Return a schema in the dialect of a vendor.

    Args:
        schema: A JSON schema of JSON values alone; it is not changed.
        dialect: What its reader does not know.
        lossless: Whether all values must keep their form, because somebody else reads them.

    Raises:
        CometAPIUnsentRequestError: If the schema cannot be sent in any form; it says why.
    """
    return _rewrite_text(_write(schema), dialect, lossless)


def rewrite_for(
    vendor: Vendor, schema: JSONSchema, use: Use, *, strict: bool = False, lossless: bool = False
) -> Rewritten:
    """Return a schema in the dialect that a vendor takes for a use.

    Args:
        vendor: The row of the vendor.
        schema: A JSON schema of JSON values alone; it is not changed.
        use: What it is for.
        strict: Whether it goes with `strict`; where the vendor does not know that, it does not.
        lossless: Whether all values must keep their form, because somebody else reads them.

    Returns:
        The schema; where it does not fit the dialect of `strict`, it is in the other one, and must
        be sent without.

    Raises:
        CometAPIUnsentRequestError: If the schema cannot be sent in any form; it says why.
    """
    known = vendor.strict_tools if use == "tool" else vendor.strict_formats
    if strict and known is not False:
        rewritten = rewrite(schema, vendor.strict_dialect or STRICT, lossless=lossless)
        if rewritten.fits:
            return rewritten
        other = rewrite_for(vendor, schema, use, lossless=lossless)
        return replace(other, changes=(*rewritten.changes, *other.changes), fits=False)
    dialect = vendor.schema_dialect
    if use == "format" and vendor.format_dialect is not None:
        dialect = vendor.format_dialect
    if use == "tool" or not lossless:
        dialect = _demand_object(dialect)
    return rewrite(schema, dialect or _ANY_ROOT, lossless=lossless)


@lru_cache
def _demand_object(dialect: SchemaDialect | None) -> SchemaDialect:
    return _PLAIN if dialect is None else replace(dialect, object_root=True)


def _write(schema: JSONSchema) -> bytes | str:
    """Return a schema as JSON.

    Raises:
        CometAPIUnsentRequestError: If it is nested too deeply.
    """
    try:
        return to_json(schema)
    except ValueError:  # half a surrogate pair, or more levels than the fast writer has
        pass
    try:
        return write_json(schema)
    except RecursionError as error:
        raise _create_depth_error() from error


@lru_cache(maxsize=512)
def _rewrite_text(text: bytes | str, dialect: SchemaDialect, lossless: bool) -> Rewritten:
    """Return what `rewrite` does, remembered: agents send the same tools again and again."""
    schema: JSONSchema = json.loads(text)
    try:
        return _rewrite(schema, dialect, lossless=lossless)
    except DoesNotFitError as error:
        return Rewritten(schema, (str(error),), fits=False)


def _create_depth_error() -> CometAPIUnsentRequestError:
    return CometAPIUnsentRequestError("A schema is nested too deeply to be sent.")


def _rewrite(schema: JSONSchema, dialect: SchemaDialect, *, lossless: bool) -> Rewritten:
    for bounds in _BOUNDS:
        try:
            sent, changes = _rewrite_root(schema, dialect, bounds, lossless=lossless)
        except (TooLargeError, RecursionError):
            continue
        if excess := find_excess(sent.schema, dialect):
            if excess.startswith(LEVELS) and LIMITED in changes and bounds != _BOUNDS[-1]:
                continue
            raise DoesNotFitError(excess)
        if sent.schema == schema or _is_same(sent.schema, schema, dialect):
            return Rewritten(schema)
        codec = sent.codec if changes_values(sent.codec) else None
        return Rewritten(sent.schema, tuple(changes) or IN_OTHER_WORDS, _codec=codec)
    raise _create_depth_error()


def _is_same(sent: JSONSchema, schema: JSONSchema, dialect: SchemaDialect) -> bool:
    """Return whether a schema has lost nothing but definitions that nothing refers to."""
    known = schema.get("$defs")
    if dialect.keywords is not None or not isinstance(known, dict):
        return False
    used = sent.get("$defs", {})
    is_same = without(sent, "$defs") == without(schema, "$defs")
    return is_same and all(known.get(name) == one for name, one in used.items())


def _rewrite_root(
    schema: JSONSchema, dialect: SchemaDialect, bounds: Bounds, *, lossless: bool
) -> tuple[Sent, dict[str, None]]:
    """Return a schema as it is sent, and what was changed."""
    if lossless and not schema:
        return Sent(schema), {}  # no parameters at all
    changes: dict[str, None] = {}
    root = schema
    if dialect.object_root and not is_object(schema):
        root = merge_root(schema, changes, keeps_form=lossless)
        if dialect.all_required and changes:
            msg = "its root is a union"
            raise DoesNotFitError(msg)
    rewriter = Rewriter(root, dialect, bounds, lossless=lossless)
    sent = rewriter.rewrite() or _create_empty(dialect)
    if dialect.object_root and sent.schema and not is_object(sent.schema):
        sent, rewriter = _wrap(root, dialect, bounds, lossless=lossless)
        changes["the root in an object"] = None
    elif dialect.object_root and sent.schema and "type" not in sent.schema:
        sent = replace(sent, schema={"type": "object", **sent.schema})
    rewriter.codecs["#"] = sent.codec
    if rewriter.definitions:
        sent = replace(sent, schema={**sent.schema, "$defs": rewriter.definitions})
    return sent, {**changes, **rewriter.changes}


def _create_empty(dialect: SchemaDialect) -> Sent:
    """Return an object for a schema that no value fits."""
    if not dialect.all_required:
        return Sent({"type": "object"})
    closed = {"properties": {}, "required": [], "additionalProperties": False}
    return Sent({"type": "object", **closed})


def _wrap(
    root: JSONSchema, dialect: SchemaDialect, bounds: Bounds, *, lossless: bool
) -> tuple[Sent, Rewriter]:
    """Return an object around a value that is not an object.

    Raises:
        CometAPIUnsentRequestError: If its values must keep their form.
    """
    if lossless:
        msg = (
            "The root of the schema is not an object, and the model takes nothing else there. Put "
            "it into a class or an object with one field, or use `with_structured_output(schema)`, "
            "which does that."
        )
        raise CometAPIUnsentRequestError(msg)
    inner_dialect = replace(dialect, object_root=False)
    rewriter = Rewriter(root, inner_dialect, bounds, lossless=lossless, moved_root=True)
    inner = rewriter.rewrite() or Sent({"type": "null"})
    wrapped: JSONSchema = {
        "type": "object",
        "properties": {ROOT: inner.schema},
        "required": [ROOT],
    }
    if dialect.closed_objects and (
        dialect.keywords is None or "additionalProperties" in dialect.keywords
    ):
        wrapped["additionalProperties"] = False
    if isinstance(text := inner.schema.get("description"), str):
        wrapped = describe(wrapped, text)
    return Sent(wrapped, RootCodec(inner.codec)), rewriter
