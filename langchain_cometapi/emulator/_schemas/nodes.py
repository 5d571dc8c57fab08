"""The schemas in a JSON schema, and what its references point to.

Only places where a schema can stand are looked at. Names of properties and the values of `enum`,
`default` and the like may be any text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_ONE = ("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames")
_LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")
_NAMED = ("properties", "patternProperties")
DEFINITIONS = ("$defs", "definitions")


class Place(NamedTuple):
    """Where a schema stands.

    Attributes:
        numbered: In Google's notation.
        names: The keywords and names on the way to it; options of `anyOf` have no number here, as
            in Moonshot's errors (MoonshotAI/walle, `errors.go`).
        keys: The same with the numbers, as in OpenAI's errors.
    """

    numbered: str
    names: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


class Node(NamedTuple):
    """A schema in a schema.

    Attributes:
        schema: The schema.
        place: Where it stands.
        role: The keyword that it stands under; empty for the root.
    """

    schema: dict[str, Any]
    place: Place
    role: str


def walk(schema: Any, numbered: str = "", *, with_definitions: bool = True) -> Iterator[Node]:
    """Yield a schema and the schemas in it, each before those inside it.

    Args:
        schema: The schema.
        numbered: Where it stands, in Google's notation.
        with_definitions: Whether the schemas in `$defs` and `definitions` are among them.
    """
    pending: list[tuple[Any, Place, str]] = [(schema, Place(numbered), "")]
    while pending:
        node, place, role = pending.pop()
        if isinstance(node, dict):
            yield Node(node, place, role)
            pending += reversed(list(_children(node, place, with_definitions)))


def _children(
    node: dict[str, Any], place: Place, with_definitions: bool
) -> Iterator[tuple[Any, Place, str]]:
    numbered, names, keys = place
    for keyword in (*_NAMED, *(DEFINITIONS if with_definitions else ())):
        named = node.get(keyword)
        for index, (name, child) in enumerate(named.items() if isinstance(named, dict) else ()):
            path = f"{numbered}.{keyword}[{index}].value"
            yield child, Place(path, (*names, keyword, name), (*keys, keyword, name)), keyword
    for keyword in _ONE:
        path = f"{numbered}.{keyword}"
        yield node.get(keyword), Place(path, (*names, keyword), (*keys, keyword)), keyword
    for keyword in _LISTS:
        options = node.get(keyword)
        google = "any_of" if keyword == "anyOf" else keyword
        for index, child in enumerate(options if isinstance(options, list) else ()):
            path = f"{numbered}.{google}[{index}]"
            yield child, Place(path, (*names, keyword), (*keys, keyword, str(index))), keyword


def resolve(ref: Any, root: Any) -> Any:
    """Return what a reference within a schema points to, or `None`.

    Args:
        ref: The value of `$ref`.
        root: The whole schema.
    """
    if not isinstance(ref, str) or not ref.startswith("#"):
        return None
    if ref[1:2] not in ("", "/"):
        return _find_anchor(ref[1:], root)
    target = root
    for step in ref[1:].split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(target, dict):
            target = target.get(key)
        elif isinstance(target, list) and key.isdecimal() and int(key) < len(target):
            target = target[int(key)]
        else:
            return None
    return target


def _find_anchor(name: str, root: Any) -> Any:
    pending = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            if node.get("$anchor") == name:
                return node
            pending += node.values()
        elif isinstance(node, list):
            pending += node
    return None


def find_recursion(root: dict[str, Any]) -> str | None:
    """Return a reference by which a schema contains itself, or `None`.

    Args:
        root: The whole schema.
    """
    done: set[str] = set()

    def visit(schema: Any, above: tuple[str, ...]) -> str | None:
        for node in walk(schema, with_definitions=False):
            ref = node.schema.get("$ref")
            if not isinstance(ref, str) or ref in done:
                continue
            found = ref if ref in above else visit(resolve(ref, root), (*above, ref))
            if found is not None:
                return found
            done.add(ref)
        return None

    return visit(root, ("#",))
