"""How deep the values of a recursive schema are at least."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from langchain_cometapi.emulator._schemas.nodes import resolve
from langchain_cometapi.emulator._schemas.types import listed_types
from langchain_cometapi.emulator._schemas.validation import positional_items

_MAX_HEIGHT = 12


@dataclass
class Heights:
    """Finds the least depth of a value, by which a recursion ends.

    Attributes:
        root: The schema that `$ref` points into.
    """

    root: dict[str, Any]
    _known: dict[tuple[int, int], tuple[Any, bool]] = field(default_factory=dict)

    def of(self, schema: Any) -> int:
        """Return how many levels a value of a schema has at least; many if it has no end.

        Args:
            schema: The schema.
        """
        return next(
            (height for height in range(_MAX_HEIGHT) if self._ends(schema, height)), _MAX_HEIGHT
        )

    def _ends(self, schema: Any, height: int) -> bool:
        """Return whether a schema has values of no more than so many levels."""
        if not isinstance(schema, dict):
            return True
        if height < 0:
            return False
        key = (id(schema), height)
        if key not in self._known:
            self._known[key] = (schema, False)  # until it is known: a circle does not end
            self._known[key] = (schema, self._find_end(schema, height))
        return self._known[key][1]

    def _find_end(self, schema: dict[str, Any], height: int) -> bool:
        if "const" in schema or schema.get("enum") or "null" in listed_types(schema):
            return True
        parts = [*schema.get("allOf", ())]
        if "$ref" in schema:
            parts.append(resolve(schema["$ref"], self.root))
        if not all(self._ends(part, height) for part in parts):
            return False
        for key in ("anyOf", "oneOf"):
            if schema.get(key) and not any(self._ends(option, height) for option in schema[key]):
                return False
        properties = schema.get("properties") or {}
        required = schema.get("required") or ()
        inside = [properties.get(name, {}) for name in required]
        if int(schema.get("minProperties", 0)) > len(required):
            others = [child for name, child in properties.items() if name not in required]
            others.append(schema.get("additionalProperties", {}))
            ending = (child is not False and self._ends(child, height - 1) for child in others)
            if height < 1 or not any(ending):
                return False
        least = int(schema.get("minItems", 0))
        if least:
            first, rest = positional_items(schema)
            inside += [*first, rest][: max(least, len(first))]
        return all(self._ends(child, height - 1) for child in inside)
