"""Values that are valid for a JSON schema, taken from the prompt where possible."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._errors import vendor_error
from langchain_cometapi.emulator._generation.bounds import fits, numbers
from langchain_cometapi.emulator._generation.hints import with_hints
from langchain_cometapi.emulator._generation.schema_heights import Heights
from langchain_cometapi.emulator._generation.schema_texts import generated_texts, texts
from langchain_cometapi.emulator._generation.schema_variants import ANY, vary
from langchain_cometapi.emulator._generation.words import words
from langchain_cometapi.emulator._schemas.merging import flatten, merge
from langchain_cometapi.emulator._schemas.types import TYPES, listed_types
from langchain_cometapi.emulator._schemas.validation import is_valid, positional_items, same

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_cometapi.emulator._generation.facts import Facts

_MAX_DEPTH = 5
# From here on, the option that ends a recursion is taken.
_MAX_OPTIONS_DEPTH = 3
_END_DEPTH = 20  # of values that have no end
_MAX_TRIES = 40
_MAX_NODES = 5000
# What a value is if nothing else is valid, as for `not`.
_LAST_RESORTS: tuple[Any, ...] = (
    None,
    "",
    0,
    True,
    [],
    {},
    "emulated",
    1,
    False,
    0.5,
    [0],
    {"a": 0},
)
# The keywords that say what a value without a `type` is.
_TELLING = {
    "object": ("properties", "required", "additionalProperties", "patternProperties",
               "propertyNames", "minProperties", "maxProperties"),
    "array": ("items", "prefixItems", "contains", "minItems", "maxItems", "uniqueItems"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}  # fmt: skip


@dataclass
class SchemaFiller:
    """Generates values for one JSON schema; each name or number is used once if possible.

    Attributes:
        facts: The values in the prompt.
        root: The schema that `$ref` points into.
    """

    facts: Facts
    root: dict[str, Any]
    _numbers: list[float] = field(init=False)
    _strings: list[str] = field(init=False)
    _heights: Heights = field(init=False)
    _nodes: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        """Mark every value of the prompt as unused."""
        self._numbers = list(self.facts.numbers)
        self._strings = [*self.facts.quoted, *self.facts.names]
        self._heights = Heights(self.root)

    def fill(self) -> Any:
        """Return a value that is valid for the root schema."""
        return self.fill_value(self.root, "", 0)

    def fill_value(self, schema: Any, name: str, depth: int) -> Any:
        """Return the first candidate that is valid, or the first of all if none is.

        Args:
            schema: The schema of the value.
            name: The name of the property that it is; empty for none.
            depth: How deep it is in the whole.
        """
        node = flatten(schema, self.root) if isinstance(schema, dict) else ANY
        first: list[Any] = []
        for wanted in with_hints(node):
            for value in islice(self._candidates(wanted, name, depth), _MAX_TRIES):
                if is_valid(value, wanted, self.root):
                    self._use(value)
                    return value
                first = first or [value]
        for value in _LAST_RESORTS:
            if is_valid(value, node, self.root):
                return value
        return first[0] if first else None

    def _use(self, value: Any) -> None:
        """Leave a value of the prompt to no other property."""
        if isinstance(value, str) and value in self._strings:
            self._strings.remove(value)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            self._numbers = [number for number in self._numbers if number != value]

    def _candidates(self, node: dict[str, Any], name: str, depth: int) -> Iterator[Any]:
        self._nodes += 1
        if self._nodes > _MAX_NODES or depth > _END_DEPTH:
            return
        if "const" in node:
            yield node["const"]
        elif node.get("enum"):
            yield self._choice(node["enum"], node, name)
            yield from node["enum"]
        elif "anyOf" in node or "oneOf" in node:
            yield from self._branches(node, "anyOf" if "anyOf" in node else "oneOf", name, depth)
        elif "if" in node:
            rest = {key: value for key, value in node.items() if key not in ("if", "then", "else")}
            yield self.fill_value(merge(merge(rest, node["if"]), node.get("then", {})), name, depth)
            yield self.fill_value(merge(rest, node.get("else", {})), name, depth)
        else:
            for kind in self.list_types(node, name, depth):
                yield from self._typed(node, kind, name, depth)

    def _typed(self, node: dict[str, Any], kind: str, name: str, depth: int) -> Iterator[Any]:
        if kind == "object":
            yield self.fill_object(node, depth)
        elif kind == "array":
            yield from self._arrays(node, name, depth)
        elif kind in ("integer", "number"):
            yield from self._number(node, name, whole=kind == "integer")
        elif kind == "boolean":
            wanted = self._boolean(node, name)
            yield from (wanted, not wanted)
        elif kind == "null":
            yield None
        else:
            yield from texts(node, name, self.facts, self._strings)

    def list_types(self, node: dict[str, Any], name: str, depth: int) -> list[str]:
        """Return the types that a value may have, the best one first.

        Args:
            node: The schema of the value.
            name: The name of the property that it is; empty for none.
            depth: How deep it is in the whole.
        """
        kinds = [kind for kind in listed_types(node) if kind in TYPES]
        if not kinds:
            kinds = [
                kind
                for kind, keywords in _TELLING.items()
                if any(keyword in node for keyword in keywords)
            ] or ["string"]
        if node.get("nullable") is True and "null" not in kinds:
            kinds.append("null")
        if "null" in kinds:
            rest = [kind for kind in kinds if kind != "null"]
            wanted = self._wanted(node, name) and (
                depth < _MAX_DEPTH or not {"object", "array"} & set(rest)
            )
            kinds = [*rest, "null"] if wanted else ["null", *rest]
        return kinds

    def _wanted(self, node: dict[str, Any], name: str) -> bool:
        """Return whether a nullable value should not be null."""
        if not name:
            return True
        if self.facts.excludes(name):
            return False
        return self.facts.mentions(name) or "default" not in node

    def _branches(self, node: dict[str, Any], key: str, name: str, depth: int) -> Iterator[Any]:
        rest = {keyword: value for keyword, value in node.items() if keyword != key}
        options = [
            flatten(merge(rest, option), self.root)
            for option in node[key]
            if isinstance(option, dict)
        ]
        nulls = [option for option in options if listed_types(option) == ["null"]]
        others = [option for option in options if option not in nulls]
        if self._numbers:
            # Prefer a number while the prompt has an unused one, else the first option.
            others.sort(key=lambda option: not _is_number(option))
        ordered = [*others, *nulls] if self._wanted(node, name) else [*nulls, *others]
        if depth >= _MAX_OPTIONS_DEPTH:
            ordered.sort(key=self._heights.of)
        for option in ordered:
            for wanted in with_hints(option):
                yield from self._candidates(wanted, name, depth)

    def _choice(self, options: list[Any], node: dict[str, Any], name: str) -> Any:
        prompt = words(self.facts.text)
        for option in options:
            option_words = words(str(option))
            if option_words and any(
                prompt[start : start + len(option_words)] == option_words
                for start in range(len(prompt))
            ):
                return option
        if None in options and not self._wanted(node, name):
            return None
        rest = [option for option in options if option is not None] or options
        return node["default"] if "default" in node and node["default"] in options else rest[0]

    def fill_object(self, node: dict[str, Any], depth: int) -> dict[str, Any]:
        """Return an object with its required properties, and those that the prompt mentions.

        Args:
            node: The schema of the object.
            depth: How deep it is in the whole.
        """
        properties = node.get("properties") or {}
        required = list(node.get("required") or ())
        filled: dict[str, Any] = {}
        for name, child in properties.items():
            if name in required or (depth < _MAX_DEPTH and self._is_mentioned(child, name)):
                filled[name] = self.fill_value(child, name, depth + 1)
        for name, others in node.get("dependentRequired", {}).items():
            required += others if name in filled or name in required else ()
        for name in required:
            if name not in filled:
                child = properties.get(name, self.find_extra(node, name))
                filled[name] = self.fill_value(child, name, depth + 1)
        self._add_entries(filled, node, depth)
        return filled

    def _add_entries(self, filled: dict[str, Any], node: dict[str, Any], depth: int) -> None:
        """Fill a free object with two entries, and any object up to its least number."""
        properties = node.get("properties") or {}
        least = int(node.get("minProperties", 0))
        # Those that end soonest first: the others may be the whole again.
        for name, child in sorted(properties.items(), key=lambda item: self._heights.of(item[1])):
            if len(filled) < least and name not in filled:
                filled[name] = self.fill_value(child, name, depth + 1)
        extra = node.get("additionalProperties")
        is_free = isinstance(extra, dict) if properties else extra or "properties" not in node
        if is_free and depth < _MAX_DEPTH and not filled:
            least = max(least, 2)
        most = int(node.get("maxProperties", max(least, len(filled))))
        for name in self._new_names(node):
            if len(filled) >= min(least, most):
                break
            if name not in filled and is_valid(name, node.get("propertyNames", {}), self.root):
                child = self.find_extra(node, name)
                if child is not False:
                    filled[name] = self.fill_value(child, name, depth + 1)

    def _new_names(self, node: dict[str, Any]) -> Iterator[str]:
        names = node.get("propertyNames")
        if isinstance(names, dict):
            found = islice(vary(self, names, "", 0), 20)
            yield from (name for name in found if isinstance(name, str))
        for pattern in node.get("patternProperties") or ():
            yield from islice(generated_texts({"pattern": pattern}, "emulated"), 20)
        yield from ("first", "second", *(f"entry{number}" for number in range(3, 50)))

    def find_extra(self, node: dict[str, Any], name: str) -> Any:
        """Return the schema of a property that is not listed.

        Args:
            node: The schema of the object.
            name: The name of the property.
        """
        patterns = node.get("patternProperties") or {}
        found = [child for pattern, child in patterns.items() if re.search(pattern, name)]
        child = found[0] if len(found) == 1 else {"allOf": found}
        if not found:
            child = node.get("additionalProperties", ANY)
        return ANY if child is True or child == {} else child

    def _is_mentioned(self, node: Any, name: str) -> bool:
        if not isinstance(node, dict) or listed_types(flatten(node, self.root)) == ["object"]:
            return False
        return self.facts.mentions(name) and not self.facts.excludes(name)

    def _arrays(self, node: dict[str, Any], name: str, depth: int) -> Iterator[list[Any]]:
        """Yield an array of a length that suits the prompt, then one as short as possible."""
        first, rest = positional_items(node)
        filled = [self.fill_value(item, name, depth + 1) for item in first]
        least = int(node.get("minItems", 0))
        if "contains" in node:
            filled += [
                self.fill_value(node["contains"], name, depth + 1)
                for _ in range(int(node.get("minContains", 1)))
            ]
        if not first and "contains" not in node:
            chosen = self._chosen(rest, node)
            if chosen:
                yield chosen
            yield self._extend([], self._count(rest, node, depth), node, name, depth)
        yield self._extend(filled, least, node, name, depth)
        yield filled[:least]

    def _chosen(self, items: Any, node: dict[str, Any]) -> list[Any]:
        """Return the options of an array's items that the prompt has."""
        options = flatten(items, self.root).get("enum", ()) if isinstance(items, dict) else ()
        prompt = set(words(self.facts.text))
        chosen = [option for option in options if set(words(str(option))) <= prompt]
        return chosen[: int(node.get("maxItems", len(chosen)))]

    def _count(self, items: Any, node: dict[str, Any], depth: int) -> int:
        least = int(node.get("minItems", 0))
        most = int(node.get("maxItems", max(least, 16)))
        if depth >= _MAX_DEPTH or items is False:
            return least
        count = 1
        kinds = listed_types(flatten(items, self.root)) if isinstance(items, dict) else []
        if {"integer", "number"} & set(kinds):
            count = len(self._numbers)
        elif kinds == ["string"]:
            quoted = [text for text in self._strings if text in self.facts.quoted]
            count = len(quoted or self._strings)
        return min(max(count, least, 1), most)

    def _extend(
        self, filled: list[Any], count: int, node: dict[str, Any], name: str, depth: int
    ) -> list[Any]:
        """Return a longer array, as far as there are enough different items."""
        _, items = positional_items(node)
        filled = list(filled)
        while len(filled) < count:
            value = self.fill_value(items, name, depth + 1)
            if node.get("uniqueItems") and _has(filled, value):
                others = islice(vary(self, items, name, depth + 1), 200)
                fresh = [other for other in others if not _has(filled, other)][:1]
                if not fresh:
                    break
                value = fresh[0]
            filled.append(value)
        return filled

    def _boolean(self, node: dict[str, Any], name: str) -> bool:
        if self.facts.excludes(name):
            return False
        labelled = (self.facts.labelled(name) or "").lower()
        if labelled in ("true", "yes", "on", "false", "no", "off"):
            return labelled in ("true", "yes", "on")
        return self.facts.mentions(name) or bool(node.get("default", False))

    def _number(self, node: dict[str, Any], name: str, *, whole: bool) -> Iterator[float]:
        candidates = list(self._numbers)
        labelled = self.facts.labelled(name)
        if labelled is not None:
            try:
                value = float(labelled.replace(",", ""))
            except ValueError:
                pass
            else:
                candidates.insert(0, int(value) if value.is_integer() else value)
        default = node.get("default")
        if isinstance(default, (int, float)) and not isinstance(default, bool):
            candidates.append(default)
        # All numbers are used: repeating one is better than inventing one.
        candidates += self.facts.numbers
        yield from (value for value in candidates if fits(value, node, whole=whole))
        yield from numbers(node, whole=whole)


def _is_number(node: dict[str, Any]) -> bool:
    return bool({"integer", "number"} & set(listed_types(node)))


def _has(items: list[Any], value: Any) -> bool:
    return any(same(item, value) for item in items)


def fill_schema(schema: dict[str, Any], facts: Facts) -> Any:
    """Return a value that is valid for a schema, taken from the prompt where possible.

    Args:
        schema: The JSON schema.
        facts: The values in the prompt.

    Raises:
        GatewayError: If the schema is malformed.
    """
    try:
        return SchemaFiller(facts, schema).fill()
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, re.error) as error:
        msg = f"Invalid schema: {error}"
        raise vendor_error(msg, "invalid_json_schema") from error
