"""Values that are valid for a JSON schema, taken from the prompt where possible."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._errors import vendor_error
from langchain_cometapi.emulator._generation.bounds import fits, nearest_to_zero
from langchain_cometapi.emulator._generation.patterns import text_for
from langchain_cometapi.emulator._generation.words import words

if TYPE_CHECKING:
    from langchain_cometapi.emulator._generation.facts import Facts

_MAX_DEPTH = 5
_FREE_TEXT_NAMES = """
    answer body comment content description input instruction instructions message note prompt
    query question reason request summary task text topic
"""
_FREE_TEXT = frozenset(_FREE_TEXT_NAMES.split())
_FORMATS = {
    "date": (r"\d{4}-\d{2}-\d{2}", "2026-01-01"),
    "date-time": (r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\S*", "2026-01-01T00:00:00Z"),
    "time": (r"\d{2}:\d{2}(?::\d{2})?", "00:00:00"),
    "email": (r"[\w.+-]+@[\w-]+\.[\w.-]*\w", "emulator@example.com"),
    "uri": (r"https?://[^\s'\"<>)]+", "https://example.com/"),
    "uuid": (
        r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
        "00000000-0000-4000-8000-000000000000",
    ),
    "ipv4": (r"\d{1,3}(?:\.\d{1,3}){3}", "192.0.2.1"),
}


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

    def __post_init__(self) -> None:
        """Mark every value of the prompt as unused."""
        self._numbers = list(self.facts.numbers)
        self._strings = [*self.facts.quoted, *self.facts.names]

    def fill(self) -> Any:
        """Return a value that is valid for the root schema."""
        return self._value(self.root, "", 0)

    def _value(self, node: Any, name: str, depth: int) -> Any:
        node = self._resolve(node)
        if "const" in node:
            return node["const"]
        if node.get("enum"):
            return self._choice(node["enum"], node, name)
        for key in ("anyOf", "oneOf"):
            if node.get(key):
                return self._branch(node, key, name, depth)
        return self._typed(node, name, depth)

    def _typed(self, node: dict[str, Any], name: str, depth: int) -> Any:
        value: Any = None
        kind = self._kind(node, name)
        if kind == "object":
            value = self._object(node, depth)
        elif kind == "array":
            value = self._array(node, name, depth)
        elif kind in ("integer", "number"):
            value = self._number(node, name, whole=kind == "integer")
        elif kind == "boolean":
            value = self._boolean(node, name)
        elif kind != "null":
            value = self._string(node, name)
        return value

    def _resolve(self, schema: Any) -> dict[str, Any]:
        """Follow `$ref` and merge `allOf` until a node has neither."""
        if not isinstance(schema, dict):
            return {}
        node: dict[str, Any] = schema
        for _ in range(_MAX_DEPTH):
            if "$ref" in node:
                target: Any = self.root
                for step in str(node["$ref"]).lstrip("#/").split("/"):
                    key = step.replace("~1", "/").replace("~0", "~")
                    target = target.get(key, {}) if isinstance(target, dict) and key else target
                rest = {key: value for key, value in node.items() if key != "$ref"}
                node = {**target, **rest}
            elif node.get("allOf"):
                merged = {key: value for key, value in node.items() if key != "allOf"}
                for part in map(self._resolve, node["allOf"]):
                    properties = {**merged.get("properties", {}), **part.get("properties", {})}
                    required = [*merged.get("required", ()), *part.get("required", ())]
                    merged = {**merged, **part}
                    if properties:
                        merged["properties"] = properties
                        merged["required"] = required
                node = merged
            else:
                break
        return node

    def _kind(self, node: dict[str, Any], name: str) -> str:
        kind = node.get("type")
        if isinstance(kind, list):
            if "null" in kind and not self._wanted(node, name):
                return "null"
            kind = next((item for item in kind if item != "null"), "null")
        if kind is None:
            if "properties" in node:
                return "object"
            return "array" if "items" in node else "string"
        return str(kind)

    def _wanted(self, node: dict[str, Any], name: str) -> bool:
        """Return whether a nullable value should not be null."""
        if not name:
            return True
        if self.facts.excludes(name):
            return False
        return self.facts.mentions(name) or "default" not in node

    def _branch(self, node: dict[str, Any], key: str, name: str, depth: int) -> Any:
        options = [self._resolve(option) for option in node[key]]
        nullable = any(option.get("type") == "null" for option in options)
        if nullable and not self._wanted(node, name):
            return None
        rest = [option for option in options if option.get("type") != "null"]
        if not rest:
            return None
        if depth >= _MAX_DEPTH and nullable:
            return None
        for option in rest:
            # Prefer a number while the prompt has an unused one, else the first branch.
            if option.get("type") in ("integer", "number") and self._numbers:
                return self._value(option, name, depth)
        plain = [option for option in rest if option.get("type") not in ("integer", "number")]
        return self._value((plain or rest)[0], name, depth)

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
        return node["default"] if node.get("default") in options else options[0]

    def _object(self, node: dict[str, Any], depth: int) -> dict[str, Any]:
        properties = node.get("properties") or {}
        required = set(node.get("required") or ())
        filled = {}
        for name, child in properties.items():
            if name in required or (depth < _MAX_DEPTH and self._is_mentioned(child, name)):
                filled[name] = self._value(child, name, depth + 1)
        for name in node.get("required") or ():
            if name not in properties:
                filled[name] = self._string({}, name)
        return filled

    def _is_mentioned(self, node: Any, name: str) -> bool:
        if self._resolve(node).get("type") == "object":
            return False
        return self.facts.mentions(name) and not self.facts.excludes(name)

    def _array(self, node: dict[str, Any], name: str, depth: int) -> list[Any]:
        items = self._resolve(node.get("items", {}))
        min_items = int(node.get("minItems", 0))
        max_items = int(node.get("maxItems", max(min_items, 16)))
        if node.get("prefixItems"):
            return [self._value(item, name, depth + 1) for item in node["prefixItems"]]
        count = 1
        kind = items.get("type")
        if "enum" in items:
            prompt = set(words(self.facts.text))
            chosen = [item for item in items["enum"] if set(words(str(item))) <= prompt]
            if len(chosen) >= max(min_items, 1):
                return chosen[:max_items]
        elif kind in ("integer", "number"):
            count = len(self._numbers)
        elif kind == "string":
            quoted = [text for text in self._strings if text in self.facts.quoted]
            count = len(quoted or self._strings)
        count = min(max(count, min_items, 1), max_items)
        if depth >= _MAX_DEPTH:
            count = min_items
        filled: list[Any] = []
        while len(filled) < count:
            value = self._value(items, name, depth + 1)
            if node.get("uniqueItems") and value in filled:
                value = f"{value} {len(filled) + 1}" if isinstance(value, str) else len(filled)
            filled.append(value)
        return filled

    def _boolean(self, node: dict[str, Any], name: str) -> bool:
        if self.facts.excludes(name):
            return False
        labelled = (self.facts.labelled(name) or "").lower()
        if labelled in ("true", "yes", "on", "false", "no", "off"):
            return labelled in ("true", "yes", "on")
        return self.facts.mentions(name) or bool(node.get("default", False))

    def _number(self, node: dict[str, Any], name: str, *, whole: bool) -> float:
        candidates = list(self._numbers)
        labelled = self.facts.labelled(name)
        if labelled is not None:
            try:
                value = float(labelled.replace(",", ""))
            except ValueError:
                pass
            else:
                candidates.insert(0, int(value) if value.is_integer() else value)
        for value in candidates:
            if fits(value, node, whole=whole):
                if value in self._numbers:
                    self._numbers.remove(value)
                return value
        default = node.get("default")
        if isinstance(default, (int, float)) and not isinstance(default, bool):
            return default
        # All numbers are used: repeating one is better than inventing one.
        for value in self.facts.numbers:
            if fits(value, node, whole=whole):
                return value
        return nearest_to_zero(node, whole=whole)

    def _string(self, node: dict[str, Any], name: str) -> str:
        form = _FORMATS.get(str(node.get("format")))
        if form is not None:
            found = re.search(form[0], self.facts.text)
            return found.group() if found else form[1]
        pattern = node.get("pattern")
        labelled = self.facts.labelled(name) if name else None
        candidates = [labelled] if labelled else []
        free = bool(_FREE_TEXT & set(words(name)))
        if free and not self.facts.quoted:
            candidates.append(self.facts.text.strip())
        candidates += self._strings
        if pattern:
            candidates += [*self.facts.text.split(), text_for(pattern) or ""]
        value = next((text for text in candidates if _text_fits(text, node)), None)
        if value is None and isinstance(node.get("default"), str):
            value = node["default"]
        if value is None:
            value = next((text for text in self.facts.openings if _text_fits(text, node)), None)
        if value in self._strings:
            self._strings.remove(value)
        if value is not None:
            return str(value)
        return _with_length(f"emulated {name or 'value'} for: {self.facts.text.strip()}", node)


def _text_fits(value: str, node: dict[str, Any]) -> bool:
    pattern = node.get("pattern")
    min_length, max_length = node.get("minLength", 0), node.get("maxLength", math.inf)
    return bool(
        value
        and min_length <= len(value) <= max_length
        and (not pattern or re.search(pattern, value))
    )


def _with_length(value: str, node: dict[str, Any]) -> str:
    value = value[: int(node.get("maxLength", 200))]
    return value.ljust(int(node.get("minLength", 0)), ".")


def fill_schema(schema: dict[str, Any], facts: Facts) -> Any:
    """Return a value that is valid for a schema, taken from the prompt where possible.

    Args:
        schema: The JSON schema; `$ref`, `$defs`, `anyOf`, `allOf`, nesting and arrays are
            supported.
        facts: The values in the prompt.

    Raises:
        GatewayError: If the schema is malformed.
    """
    try:
        return SchemaFiller(facts, schema).fill()
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, re.error) as error:
        msg = f"Invalid schema: {error}"
        raise vendor_error(msg, "invalid_json_schema") from error
