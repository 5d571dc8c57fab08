"""OpenAI's strict mode as its guide to structured outputs says it, without the package's code.

https://platform.openai.com/docs/guides/structured-outputs#supported-schemas (2026-11)
"""

from __future__ import annotations

import re
from typing import Any

_TYPES = {"string", "number", "boolean", "integer", "object", "array", "null"}

_EVERYWHERE = {"type", "description", "enum", "const", "anyOf", "$ref"}

_OF_TYPE = {
    "string": {"pattern", "format"},
    "number": {"multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum"},
    "integer": {"multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum"},
    "array": {"items", "minItems", "maxItems"},
    "object": {"properties", "required", "additionalProperties"},
    "boolean": set(),
    "null": set(),
}

_FORMATS = {
    "date-time",
    "time",
    "date",
    "duration",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "uuid",
}

_MAX_LEVELS, _MAX_PROPERTIES, _MAX_ENUM, _MAX_TEXT = 10, 5000, 1000, 120_000
_MANY_VALUES, _MAX_VALUES_TEXT = 250, 15_000


def find_violations(schema: Any) -> list[str]:
    """Return the rules of strict mode that a schema breaks, each with the place."""
    checker = _Checker(schema)
    checker.check_root()
    return checker.found


class _Checker:
    def __init__(self, root: Any) -> None:
        self.root = root
        self.found: list[str] = []
        self.levels = self.properties = self.values = self.text = 0

    def check_root(self) -> None:
        root = self.root
        if not isinstance(root, dict) or root.get("type") != "object":
            self.found.append("the root is not an object")
        elif "anyOf" in root:
            self.found.append("the root is a union")
        else:
            definitions = root.get("$defs", {})
            self.text += sum(map(len, definitions))
            for name, one in definitions.items():
                self.check(one, f"#/$defs/{name}", 0)
            self.check({key: one for key, one in root.items() if key != "$defs"}, "#", 0)
        limits = (
            (self.levels, _MAX_LEVELS, "levels"),
            (self.properties, _MAX_PROPERTIES, "properties"),
            (self.values, _MAX_ENUM, "values in enumerations"),
            (self.text, _MAX_TEXT, "characters"),
        )
        for size, limit, what in limits:
            if size > limit:
                self.found.append(f"{size} {what}")

    def check(self, node: Any, path: str, level: int) -> None:
        if not isinstance(node, dict):
            self.found.append(f"{path}: no object")
            return
        if "$ref" in node:
            self._check_reference(node, path)
            return
        types = node.get("type")
        names = types if isinstance(types, list) else [types] if types is not None else []
        if bool(names) is ("anyOf" in node):
            self.found.append(f"{path}: either a type or anyOf")
        if not set(map(str, names)) <= _TYPES or types == []:
            self.found.append(f"{path}: type {types}")
        allowed = _EVERYWHERE.union(*(_OF_TYPE.get(str(name), set()) for name in names))
        for key in node.keys() - allowed:
            self.found.append(f"{path}: {key} is not permitted")
        self._check_values(node, path)
        inner = level + ("object" in names)
        self.levels = max(self.levels, inner)
        if "object" in names:
            self._check_object(node, path, inner)
        if "array" in names:
            self.check(node.get("items"), f"{path}/items", inner)
        choices = node.get("anyOf", [None])
        if not choices:
            self.found.append(f"{path}: an empty anyOf")
        for number, one in enumerate(choices if "anyOf" in node else ()):
            self.check(one, f"{path}/anyOf/{number}", inner)

    def _check_reference(self, node: dict[str, Any], path: str) -> None:
        reference = node["$ref"]
        if node.keys() != {"$ref"}:
            self.found.append(f"{path}: $ref has siblings")
        name = str(reference).removeprefix("#/$defs/")
        if reference != "#" and name not in self.root.get("$defs", {}):
            self.found.append(f"{path}: {reference} leads nowhere")

    def _check_object(self, node: dict[str, Any], path: str, level: int) -> None:
        properties, required = node.get("properties"), node.get("required")
        if node.get("additionalProperties") is not False:
            self.found.append(f"{path}: additionalProperties must be false")
        if not isinstance(properties, dict) or not isinstance(required, list):
            self.found.append(f"{path}: properties and required must be there")
            return
        if sorted(required) != sorted(properties):
            self.found.append(f"{path}: required must have every property")
        self.properties += len(properties)
        self.text += sum(map(len, properties))
        for name, one in properties.items():
            self.check(one, f"{path}/properties/{name}", level)

    def _check_values(self, node: dict[str, Any], path: str) -> None:
        values = node.get("enum")
        if "enum" in node and (not isinstance(values, list) or not values):
            self.found.append(f"{path}: an empty enum")
        listed = [*(values or ()), *([node["const"]] if "const" in node else [])]
        self.values += len(values or ())
        size = sum(len(str(value)) for value in listed)
        self.text += size
        if len(listed) > _MANY_VALUES and size > _MAX_VALUES_TEXT:
            self.found.append(f"{path}: too long an enum")
        if "format" in node and node["format"] not in _FORMATS:
            self.found.append(f"{path}: format {node['format']}")
        if re.search(r"\(\?<?[=!]", str(node.get("pattern", ""))):
            self.found.append(f"{path}: a pattern that looks around")
