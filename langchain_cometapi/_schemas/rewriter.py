"""The rewriter of one schema: references and conjunctions, and who rewrites what is in them.

`dereference_refs` of LangChain cannot take the references here: definitions that name each other
grow by its result with the factorial of their number (seven make 200 KB), it raises `KeyError`
where a reference leads nowhere, and an end of a recursion loses its type, which Gemini demands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_cometapi._schemas.arrays import visit_array
from langchain_cometapi._schemas.codecs import Codec, ReferenceCodec
from langchain_cometapi._schemas.enums import visit_any, visit_enum
from langchain_cometapi._schemas.keywords import (
    TYPE_NAMES,
    modernize,
    replace_exclusive_bounds,
    split_types,
    without,
)
from langchain_cometapi._schemas.merge import DEFINITIONS, JSONSchema, merge_schemas
from langchain_cometapi._schemas.objects import visit_object
from langchain_cometapi._schemas.parts import ANNOTATIONS, MISSING, Sent, build, infer_type
from langchain_cometapi._schemas.references import References, find_recursive
from langchain_cometapi._schemas.unions import list_choices, visit_union
from langchain_cometapi.exceptions import CometAPIUnsentRequestError

if TYPE_CHECKING:
    from langchain_cometapi._vendors.registry import SchemaDialect

_OTHER_PARTS = frozenset(
    {
        "allOf",
        "contains",
        "dependentSchemas",
        "else",
        "if",
        "not",
        "oneOf",
        "propertyNames",
        "then",
        "unevaluatedItems",
        "unevaluatedProperties",
    }
)

Path = tuple[int, ...]
"""The definitions that a part of a schema is in, by their ids: those that were opened."""


LIMITED = "recursion to a limited depth"
"""The change of a recursion that ends."""


@dataclass(frozen=True)
class Bounds:
    """How far references are opened where they are not known.

    Attributes:
        repeats: How often a definition may be opened inside of itself.
        levels: How many definitions may be opened inside of each other, `None` for all.
        parts: How many parts of the schema may come from definitions, `None` for any number.
    """

    repeats: int
    levels: int | None
    parts: int | None


class TooLargeError(Exception):
    """A schema has grown too large by its references."""


class Rewriter:
    """Rewrites one schema, part by part."""

    def __init__(
        self,
        root: JSONSchema,
        dialect: SchemaDialect,
        bounds: Bounds,
        *,
        lossless: bool,
        moved_root: bool = False,
    ) -> None:
        """Start with a schema.

        Args:
            root: The schema.
            dialect: What its reader does not know.
            bounds: How far references are opened.
            lossless: Whether all values must keep their form.
            moved_root: Whether the root will not be the root of what is sent.
        """
        self.root = root
        self.dialect = dialect
        self.lossless = lossless
        self.references = References(root)
        self.changes: dict[str, None] = {}
        self.definitions: JSONSchema = {}
        self.codecs: dict[str, Codec | None] = {}
        self._moved_root = moved_root
        self._bounds = bounds
        self._remaining = bounds.parts
        self._pending: list[tuple[str, Any]] = []
        self._path: Path = ()
        self.is_branch = False
        """What `visit` was told; of use until a part inside is visited."""
        self._opens_all = dialect.inline_refs or (
            dialect.acyclic_refs and find_recursive(root, self.references)
        )

    def rewrite(self) -> Sent | None:
        """Return the schema as it is sent, with its definitions; `None` if it has no values."""
        node = self.root
        path: Path = ()
        if self.dialect.object_root:
            node, path = self._open_root(node)
        sent = self.visit(node, path)
        while self._pending:
            name, target = self._pending.pop()
            one = self.visit(target, (), is_branch=True) or Sent({"type": "null"})
            self.definitions[name], self.codecs[name] = one.schema, one.codec
        return sent

    def visit(self, schema: Any, path: Path, *, is_branch: bool = False) -> Sent | None:
        """Return a part of the schema as it is sent, `None` if no value can be valid.

        Args:
            schema: The part; `True` and `False` are schemas, too.
            path: The definitions that led to it.
            is_branch: Whether it is, or may become, a branch of a union: its values must not look
                like those of another.
        """
        if schema is False:
            return None
        opened = self._open(schema if isinstance(schema, dict) else {}, path)
        if not isinstance(opened, tuple):
            return opened
        self.is_branch = is_branch
        outer, self._path = self._path, opened[1]
        try:
            return self._visit_opened(*opened)
        finally:
            self._path = outer

    def _visit_opened(self, node: JSONSchema, path: Path) -> Sent | None:
        node = modernize(node)
        if self.dialect.any_of_only:
            node = list_choices(node, self.changes)
        if isinstance(node.get("anyOf"), list):
            return visit_union(self, node, path)
        return self.visit_typed(node, path)

    def visit_typed(self, node: JSONSchema, path: Path) -> Sent | None:
        """Return a part without a union as it is sent."""
        dialect = self.dialect
        is_untyped = dialect.typed and "type" not in node
        if "const" in node and (dialect.const_as_enum or is_untyped):
            node = without(node, "const") | {"enum": [node["const"]]}
        if dialect.keywords is not None and not isinstance(node.get("enum", []), list):
            node = without(node, "enum")
        if isinstance(node.get("enum"), list) and (sent := visit_enum(self, node, path)):
            return sent
        types = node.get("type")
        if isinstance(types, list):
            if self._must_split(node, types):
                return self.visit(split_types(node), path)
            return Sent(self.build(node, types, {}))
        if dialect.typed and types is not None and str(types).lower() not in TYPE_NAMES:
            types, node = None, without(node, "type")
        if types is None and dialect.typed:
            types = infer_type(node)
        if types is None and not node.keys() & {"properties", "items", "prefixItems", "const"}:
            return visit_any(self, node)
        return self._visit_type(node, types, path)

    def _visit_type(self, node: JSONSchema, type_: Any, path: Path) -> Sent | None:
        known = str(type_).lower()
        if known == "object" or (type_ is None and "properties" in node):
            return visit_object(self, node, path)
        if known == "array" or (type_ is None and node.keys() & {"items", "prefixItems"}):
            return visit_array(self, node, path)
        keywords = self.dialect.keywords
        if known == "integer" and keywords is not None and "exclusiveMinimum" not in keywords:
            node = replace_exclusive_bounds(node)
        return Sent(self.build(node, type_, {"type": type_} if type_ else {}))

    def build(
        self, node: JSONSchema, type_: Any, new: JSONSchema, notes: tuple[str, ...] = ()
    ) -> JSONSchema:
        """Return a part with the keywords that are known; see `parts.build`."""
        known = self.dialect.keywords
        for name in node.keys() & _OTHER_PARTS:
            if name not in new and (known is None or name in known):
                new = {**new, name: self._visit_other(name, node[name])}
        return build(node, type_, self.dialect, changes=self.changes, new=new, notes=notes)

    def _visit_other(self, name: str, value: Any) -> Any:
        """Return the parts of a keyword that no other rule is about."""
        if isinstance(value, list):
            return [self._visit_other(name, one) for one in value]
        if name == "dependentSchemas" and isinstance(value, dict):
            return {key: self._visit_other("", one) for key, one in value.items()}
        if not isinstance(value, dict):
            return value
        sent = self.visit(value, self._path)
        return False if sent is None else sent.schema

    def _must_split(self, node: JSONSchema, types: list[Any]) -> bool:
        if self.dialect.any_types == "list" and node.keys() <= {"type", "title", "description"}:
            return False
        has_parts = bool({"object", "array"} & {str(type_) for type_ in types})
        return self.dialect.one_type or (self.dialect.lone_any_of and has_parts)

    # -- references ------------------------------------------------------------------------------

    def _open_root(self, node: JSONSchema) -> tuple[JSONSchema, Path]:
        """Return the root without a reference: it must be an object itself."""
        path: Path = ()
        while isinstance(reference := node.get("$ref"), str):
            target = self._find(reference)
            if id(target) in path or target is self.root:
                break
            path = (*path, id(target))
            node = merge_schemas(target, without(node, "$ref", *DEFINITIONS))
        return node, path if self._opens_all else ()

    def _open(self, node: JSONSchema, path: Path) -> tuple[JSONSchema, Path] | Sent | None:
        """Return a part with `$ref` and `allOf` replaced, and the definitions that it is in.

        A reference that stays is returned as it is sent, the end of a recursion as `None`.
        """
        if path:
            self._count_part()
        while True:
            if self.dialect.any_of_only and "allOf" in node:
                node, path = self._open_all_of(node, path)
            reference = node.get("$ref")
            if not isinstance(reference, str):
                return without(node, *DEFINITIONS), path
            rest = without(node, "$ref")
            target = self._find(reference)
            if not self._opens_all:
                is_bare = rest.keys() <= ANNOTATIONS or not self.dialect.lone_refs
                if is_bare or id(target) in path:
                    return self._refer(reference, target, rest)
            elif self._must_end(target, path):
                return self._end(target, path)
            self.changes["definitions in place of references"] = None
            node = merge_schemas(target, rest)
            path = (*path, id(target))

    def _find(self, reference: str) -> JSONSchema:
        """Return the definition of a reference.

        Raises:
            CometAPIUnsentRequestError: If it is not in the schema, and a guess would not do.
        """
        found = self.references.find(reference)
        if isinstance(found, dict):
            return found
        if found is True:
            return {}
        if self.lossless and not self.dialect.all_required:
            return {"type": "object"}
        msg = (
            f"The schema refers to {reference!r}, which it does not have. Put the definition into "
            "its `$defs`, and refer to it as `#/$defs/<name>`."
        )
        raise CometAPIUnsentRequestError(msg)

    def _refer(self, reference: str, target: JSONSchema, rest: JSONSchema) -> Sent:
        """Return a reference to a definition, which is sent once."""
        seen = set()
        while isinstance(inner := target.get("$ref"), str) and id(target) not in seen:
            seen.add(id(target))
            if not without(target, "$ref").keys() <= ANNOTATIONS:
                break
            reference, target = inner, self._find(inner)
        if target is self.root and not self._moved_root:
            pointer, codec = "#", ReferenceCodec("#", self.codecs)
        else:
            name = self.references.name(reference, target)
            if name not in self.definitions:
                self.definitions[name] = {}
                self._pending.append((name, target))
            pointer, codec = f"#/$defs/{name}", ReferenceCodec(name, self.codecs)
        siblings = self.build(rest, None, dict.fromkeys(DEFINITIONS, MISSING))
        if siblings and self.dialect.lone_refs:
            return Sent({"anyOf": [{"$ref": pointer}], **siblings}, codec)
        return Sent({"$ref": pointer, **siblings}, codec)

    def _open_all_of(self, node: JSONSchema, path: Path) -> tuple[JSONSchema, Path]:
        """Return a part without `allOf`: a lone reference in it stays one."""
        listed = node["allOf"] if isinstance(node["allOf"], list) else []
        rest = without(node, "allOf")
        parts = [one for one in listed if isinstance(one, dict)]
        if len(parts) == 1 and parts[0].keys() == {"$ref"} and rest.keys() <= ANNOTATIONS:
            return {**parts[0], **rest}, path
        opened = [self._open_part(one, path) for one in parts]
        merged = merge_schemas(*(one for one, _ in opened), rest)
        inner = [key for _, ids in opened for key in ids]
        self.changes["`allOf` as one schema"] = None
        return merged, tuple(dict.fromkeys([*path, *inner]))

    def _open_part(self, node: JSONSchema, path: Path) -> tuple[JSONSchema, Path]:
        while True:
            if "allOf" in node:
                node, path = self._open_all_of(node, path)
            reference = node.get("$ref")
            if not isinstance(reference, str):
                return without(node, *DEFINITIONS), path
            target = self._find(reference)
            if id(target) in path:
                return without(node, "$ref", *DEFINITIONS), path
            node, path = merge_schemas(target, without(node, "$ref")), (*path, id(target))

    def _must_end(self, target: JSONSchema, path: Path) -> bool:
        if path.count(id(target)) + (target is self.root) > self._bounds.repeats:
            return True
        levels = self._bounds.levels
        return levels is not None and len(path) >= levels and _contains_reference(target)

    def _end(self, target: JSONSchema, path: Path) -> Sent | None:
        """Return what ends a recursion: nothing, so that all values stay valid.

        Where the definitions are too many, an object of any form ends it.
        """
        self.changes[LIMITED] = None
        if path.count(id(target)) + (target is self.root) > self._bounds.repeats:
            return None
        kept = without(target, *(target.keys() - {"type", "description"}))
        return self.visit({"type": "object", **kept}, ())

    def _count_part(self) -> None:
        if self._remaining is None:
            return
        self._remaining -= 1
        if self._remaining < 0:
            raise TooLargeError

    # -- null ------------------------------------------------------------------------------------

    def accepts_null(self, schema: Any, seen: frozenset[int] = frozenset()) -> bool:
        """Return whether the user's own schema takes null."""
        if not isinstance(schema, dict):
            return schema is not False
        reference = schema.get("$ref")
        if isinstance(reference, str):
            target = self._find(reference)
            if id(target) in seen or not self.accepts_null(target, seen | {id(target)}):
                return False
        unions = (("anyOf", any), ("oneOf", any), ("allOf", all))
        return _says_null(schema) and all(
            takes(self.accepts_null(one, seen) for one in schema[name])
            for name, takes in unions
            if isinstance(schema.get(name), list)
        )


def _says_null(schema: JSONSchema) -> bool:
    """Return whether the type and the values of a schema leave room for null."""
    types = schema.get("type", "null")
    values = schema.get("enum")
    return (
        "null" in (types if isinstance(types, list) else [types])
        and schema.get("const") is None
        and (not isinstance(values, list) or None in values)
    )


def _contains_reference(value: Any) -> bool:
    if isinstance(value, dict):
        return "$ref" in value or any(map(_contains_reference, value.values()))
    return isinstance(value, list) and any(map(_contains_reference, value))
