"""Objects and free dicts in a vendor's dialect."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from langchain_cometapi._schemas.codecs import (
    KEY,
    VALUE,
    Field,
    ObjectCodec,
    PairsCodec,
)
from langchain_cometapi._schemas.keywords import without
from langchain_cometapi._schemas.merge import merge_schemas
from langchain_cometapi._schemas.parts import (
    KEYWORDS_OF_TYPES,
    MISSING,
    DoesNotFitError,
    Sent,
    write_value,
)
from langchain_cometapi._schemas.unions import add_null
from langchain_cometapi.exceptions import CometAPIUnsentRequestError

if TYPE_CHECKING:
    from langchain_cometapi._schemas.merge import JSONSchema
    from langchain_cometapi._schemas.rewriter import Path, Rewriter

_REST = "additional_properties"
"""The property with the pairs of an object that has named properties, too."""

_OTHER_CHARACTERS = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST_NAME = 60


@dataclass
class _Object:
    """What the schema of an object says.

    Attributes:
        named: Its properties.
        required: The names of those that must be there.
        patterns: The schemas of other properties, by the patterns of their names.
        others: The schema of further properties.
        is_free: Whether there may be any that are not named.
    """

    named: dict[str, Any]
    required: set[str]
    patterns: dict[str, Any]
    others: Any
    is_free: bool

    @classmethod
    def read(cls, node: JSONSchema) -> _Object:
        """Read a schema; where it does not say so, an object with properties has no others."""
        named, listed = node.get("properties"), node.get("required")
        patterns, others = node.get("patternProperties"), node.get("additionalProperties")
        patterns = patterns if isinstance(patterns, dict) else {}
        is_open = others is True or isinstance(others, dict)
        is_bare = "properties" not in node and others is None
        return cls(
            named=named if isinstance(named, dict) else {},
            required={one for one in listed if isinstance(one, str)}
            if isinstance(listed, list)
            else set(),
            patterns=patterns,
            others=others if isinstance(others, dict) else others is not False,
            is_free=bool(patterns) or is_open or is_bare,
        )

    def find_schema(self, name: str) -> Any:
        """Return the schema of a property that is not named."""
        for pattern, schema in self.patterns.items():
            try:
                if re.search(pattern, name):
                    return schema
            except re.error:
                continue
        return self.others

    def get_free_schema(self, *, is_only: bool) -> Any:
        """Return a schema for all properties that are not named."""
        choices = list(self.patterns.values())
        if isinstance(self.others, dict) or (self.others and is_only and not choices):
            choices.append(self.others)
        choices = [choice for choice in choices if choice is not False]
        if len(choices) == 1:
            return choices[0]
        return {"anyOf": choices} if choices else {}


@dataclass
class _Properties:
    """The named properties as they are sent."""

    schemas: JSONSchema = field(default_factory=dict)
    fields: dict[str, Field] = field(default_factory=dict)
    required: list[str] = field(default_factory=list)


def visit_object(rewriter: Rewriter, node: JSONSchema, path: Path) -> Sent | None:
    """Return an object as it is sent; `None` if it can have no value."""
    dialect = rewriter.dialect
    own = _Object.read(node)
    is_only_free = own.is_free and not own.named.keys() | own.required
    keeps_form = rewriter.lossless or rewriter.is_branch
    if dialect.closed_objects and is_only_free and not keeps_form:
        return _visit_pairs(rewriter, own, node, path)
    properties = _visit_properties(rewriter, own, path)
    if properties is None:
        return None
    notes: list[str] = []
    new = _list_own(rewriter, own, node, properties)
    codec = ObjectCodec(properties.fields)
    if not dialect.closed_objects:
        _add_others(rewriter, own, path, (new, codec))
    elif own.is_free:
        _add_free(rewriter, own, node, path, (new, codec, notes))
    elif not _knows_closing(rewriter):
        new["additionalProperties"] = MISSING
    elif dialect.keywords is not None:  # else it is the default
        new["additionalProperties"] = False
    schema = rewriter.build(node, "object", new, tuple(notes))
    has_codec = not codec.is_plain or codec.others or any(f.codec for f in codec.fields.values())
    return Sent(schema, codec if has_codec else None)


def _list_own(
    rewriter: Rewriter, own: _Object, node: JSONSchema, properties: _Properties
) -> dict[str, Any]:
    """Return the keywords of an object about its named properties."""
    dialect = rewriter.dialect
    new: dict[str, Any] = {"type": "object"} if "type" in node or dialect.typed else {}
    if own.named or "properties" in node or dialect.all_required:
        new["properties"] = properties.schemas
    if dialect.all_required:
        new["required"] = properties.required
    elif dialect.keywords is not None:  # none but those that are named
        new["required"] = properties.required or MISSING
    elif "required" in node:
        renamed = {known.name: name for name, known in properties.fields.items()}
        new["required"] = [renamed.get(name, name) for name in node["required"]]
    return new


def _knows_closing(rewriter: Rewriter) -> bool:
    keywords = rewriter.dialect.keywords
    return keywords is None or "additionalProperties" in keywords


def _visit_properties(rewriter: Rewriter, own: _Object, path: Path) -> _Properties | None:
    dialect = rewriter.dialect
    found = _Properties()
    named = dict(own.named)
    if dialect.closed_objects and (dialect.all_required or not rewriter.lossless):
        for name in sorted(own.required - named.keys()):
            named[name] = own.find_schema(name) or {}
    for name, schema in named.items():
        is_optional = name not in own.required
        sent = rewriter.visit(schema, path)
        if sent is None:
            if is_optional or schema is False:
                continue
            return None
        known = Field(name, sent.codec)
        sent_schema = sent.schema
        if dialect.all_required and is_optional:
            sent_schema = _require(rewriter, schema, sent_schema, known)
        sent_name = _choose_name(rewriter, name, found.schemas)
        found.schemas[sent_name], found.fields[sent_name] = sent_schema, known
        if dialect.all_required or not is_optional:
            found.required.append(sent_name)
    return found


def _require(rewriter: Rewriter, own: Any, sent: JSONSchema, known: Field) -> JSONSchema:
    """Return the schema of an optional property that must be there, and may be null instead."""
    if rewriter.accepts_null(own):
        rewriter.changes["all properties are required"] = None
        return sent
    if rewriter.lossless:
        rewriter.changes["all properties are required"] = None
        return sent
    rewriter.changes["optional properties may be null"] = None
    known.null_is_absent = True
    return add_null(rewriter, sent)


def _choose_name(rewriter: Rewriter, name: str, taken: JSONSchema) -> str:
    """Return the name that a property is sent under."""
    pattern = rewriter.dialect.property_names
    if pattern is None or rewriter.lossless or re.fullmatch(pattern, name, re.DOTALL):
        return name
    rewriter.changes["other names of properties"] = None
    base = _OTHER_CHARACTERS.sub("_", name).strip("_")[:_LONGEST_NAME]
    chosen, number = base or "property", 1
    while chosen in taken or not re.fullmatch(pattern, chosen):
        number += 1
        chosen = f"{base or 'property'}_{number}"
    return chosen


# -- free dicts ----------------------------------------------------------------------------------


def _add_others(
    rewriter: Rewriter, own: _Object, path: Path, made: tuple[dict[str, Any], ObjectCodec]
) -> None:
    """Add what is known of further properties, where they are known at all."""
    new, codec = made
    keywords = rewriter.dialect.keywords
    if keywords is None and own.patterns:
        new["patternProperties"] = {
            pattern: _visit_or_none(rewriter, schema, path)
            for pattern, schema in own.patterns.items()
        }
    elif own.patterns:
        rewriter.changes["`patternProperties` as `additionalProperties`"] = None
        free = own.get_free_schema(is_only=False)
        sent = rewriter.visit(free, path)
        if own.others is True or sent is None:
            new["additionalProperties"] = True
        else:
            new["additionalProperties"], codec.others = sent.schema, sent.codec
        return
    if isinstance(own.others, dict):
        sent = rewriter.visit(own.others, path) if own.others else Sent({})
        new["additionalProperties"] = False if sent is None else sent.schema
        codec.others = None if sent is None else sent.codec


def _visit_or_none(rewriter: Rewriter, schema: Any, path: Path) -> Any:
    sent = rewriter.visit(schema, path)
    return False if sent is None else sent.schema


def _add_free(
    rewriter: Rewriter,
    own: _Object,
    node: JSONSchema,
    path: Path,
    made: tuple[dict[str, Any], ObjectCodec, list[str]],
) -> None:
    """Add free properties to an object that cannot have any.

    Raises:
        DoesNotFitError: If values would need another form.
        CometAPIUnsentRequestError: If they would, and the model takes no other schema.
    """
    new, codec, notes = made
    if not rewriter.lossless:
        named = new.get("properties", {})
        rest = _choose_rest_name(named)
        sent = _visit_pairs(rewriter, own, node if not named else {}, path)
        new["properties"] = {**named, rest: without(sent.schema, "description")}
        new["propertyNames"] = new["minProperties"] = new["maxProperties"] = MISSING
        if rewriter.dialect.all_required:
            new["required"] = [*named, rest]
        new["additionalProperties"] = False if _knows_closing(rewriter) else MISSING
        codec.rest = rest
        codec.pairs = sent.codec if isinstance(sent.codec, PairsCodec) else None
        new["patternProperties"] = MISSING
        return
    if rewriter.dialect.all_required:
        msg = "it has a free dict"
        raise DoesNotFitError(msg)
    if rewriter.dialect.keywords is not None and _knows_closing(rewriter):
        msg = (
            "The schema has a dict of any keys, and the model takes none in a response format. Use "
            "`with_structured_output(schema)`, which makes pairs of them and back, or in "
            "`create_agent` `ToolStrategy(schema)`."
        )
        raise CometAPIUnsentRequestError(msg)
    if _knows_closing(rewriter):
        _add_others(rewriter, own, path, (new, codec))
        return
    rewriter.changes["free dicts as objects with a description"] = None
    new["additionalProperties"] = MISSING
    free = own.get_free_schema(is_only=True)
    if isinstance(free, dict) and free:
        opened = rewriter.visit(free, path)
        if opened is not None and (kind := _name_type(opened.schema)):
            notes.append(f"Any names; each value is {kind}.")


def _name_type(schema: JSONSchema) -> str:
    """Return a word for the values of a schema."""
    type_ = schema.get("type")
    if not isinstance(type_, str):
        return ""
    article = "an" if type_[0] in "aio" else "a"
    named = ", ".join(schema.get("properties") or ())
    return f"{article} {type_} with {named}" if named else f"{article} {type_}"


def _choose_rest_name(taken: JSONSchema) -> str:
    name, number = _REST, 1
    while name in taken:
        number += 1
        name = f"{_REST}_{number}"
    return name


def _visit_pairs(rewriter: Rewriter, own: _Object, node: JSONSchema, path: Path) -> Sent:
    """Return a list of pairs for a free dict."""
    rewriter.changes["free dicts as lists of pairs"] = None
    sent = rewriter.visit(own.get_free_schema(is_only=True), path)
    key = _describe_keys(rewriter, own, node)
    is_closed = _knows_closing(rewriter)
    pair: JSONSchema = {
        "type": "object",
        "properties": {KEY: key, VALUE: {"type": "string"} if sent is None else sent.schema},
        "required": [KEY, VALUE],
        **({"additionalProperties": False} if is_closed else {}),
    }
    sizes = {"minItems": node.get("minProperties"), "maxItems": node.get("maxProperties")}
    if sent is None:
        sizes["maxItems"] = 0
    new = {
        "type": "array",
        "items": pair,
        **{name: size for name, size in sizes.items() if isinstance(size, int)},
    }
    schema = rewriter.build(without(node, "type", *KEYWORDS_OF_TYPES["object"]), "array", new)
    return Sent(schema, PairsCodec(None if sent is None else sent.codec))


def _describe_keys(rewriter: Rewriter, own: _Object, node: JSONSchema) -> JSONSchema:
    """Return the schema of the names of a free dict."""
    names = node.get("propertyNames")
    keys: JSONSchema = {"type": "string"}
    if isinstance(names, dict):
        keys = merge_schemas(names, keys)
    elif len(own.patterns) == 1 and not isinstance(own.others, dict):
        keys["pattern"] = next(iter(own.patterns))
    elif own.patterns:
        keys["description"] = f"Patterns: {', '.join(map(write_value, own.patterns))}."
    sent = rewriter.visit(keys, ())
    return {"type": "string"} if sent is None or sent.codec else sent.schema
