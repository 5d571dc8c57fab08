"""References in a JSON schema: what they lead to, and what the definitions are called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urldefrag, urljoin

if TYPE_CHECKING:
    from langchain_cometapi._schemas.merge import JSONSchema

_OTHER_CHARACTERS = re.compile(r"[^A-Za-z0-9_.-]+")


class References:
    """Finds the definitions of one schema."""

    def __init__(self, root: JSONSchema) -> None:
        """Start with a schema."""
        self._root = root
        self._named: dict[str, Any] | None = None
        self._names: dict[int, str] = {}
        self._taken: set[str] = set()

    def find(self, reference: str) -> Any:
        """Return what a reference leads to, `None` if it is not in this schema."""
        if reference in ("", "#"):
            return self._root
        if reference.startswith("#/"):
            found = _follow(self._root, reference[1:])
            return found if isinstance(found, dict | bool) else None
        named = self._list_named()
        base = str(self._root.get("$id") or "")
        for address in (reference, urljoin(base, reference)):
            if address in named:
                return named[address]
            document, pointer = urldefrag(address)
            if pointer.startswith("/") and document in named:
                return _follow(named[document], pointer)
        return None

    def name(self, reference: str, target: JSONSchema) -> str:
        """Return the name of a definition; every definition has another one.

        Args:
            reference: A reference to it.
            target: The definition.
        """
        known = self._names.get(id(target))
        if known is not None:
            return known
        last = unquote(reference.rpartition("/")[2]).replace("~1", "_").replace("~0", "~")
        wanted = _OTHER_CHARACTERS.sub("_", last).strip("_") or str(target.get("title") or "root")
        wanted = _OTHER_CHARACTERS.sub("_", wanted)
        name, number = wanted, 2
        while name in self._taken:
            name, number = f"{wanted}_{number}", number + 1
        self._taken.add(name)
        self._names[id(target)] = name
        return name

    def _list_named(self) -> dict[str, Any]:
        """Return the subschemas with a `$id` or an `$anchor`, by the references to them."""
        if self._named is None:
            self._named = {}
            pending: list[tuple[Any, str]] = [(self._root, "")]
            while pending:
                node, base = pending.pop()
                if isinstance(node, list):
                    pending += [(item, base) for item in node]
                if not isinstance(node, dict):
                    continue
                if isinstance(own := node.get("$id"), str):
                    base = urljoin(base, own)
                    self._named |= {own: node, base: node}
                for keyword in ("$anchor", "$dynamicAnchor"):
                    if isinstance(anchor := node.get(keyword), str):
                        self._named |= {f"#{anchor}": node, f"{base}#{anchor}": node}
                pending += [(item, base) for item in node.values()]
        return self._named


def _follow(start: Any, pointer: str) -> Any:
    """Return what a JSON pointer leads to, `None` if there is nothing."""
    found = start
    for name in pointer.split("/")[1:]:
        key = name.replace("~1", "/").replace("~0", "~")
        if isinstance(found, dict):
            found = found.get(key, found.get(unquote(key)))
        elif isinstance(found, list) and key.isdecimal() and int(key) < len(found):
            found = found[int(key)]
        else:
            return None
    return found


def find_recursive(root: JSONSchema, references: References) -> bool:
    """Return whether a schema has a reference that leads back to itself."""
    edges: dict[int, list[Any]] = {}
    pending = [root]
    while pending:
        node = pending.pop()
        if id(node) in edges:
            continue
        edges[id(node)] = targets = []
        inner: list[Any] = [node]
        while inner:
            one = inner.pop()
            if isinstance(one, list):
                inner += one
            elif isinstance(one, dict):
                reference = one.get("$ref")
                target = references.find(reference) if isinstance(reference, str) else None
                if isinstance(target, dict):
                    targets.append(target)
                inner += [item for key, item in one.items() if key not in ("$defs", "definitions")]
        pending += targets
    return _has_circle(id(root), {key: [id(one) for one in ones] for key, ones in edges.items()})


def _has_circle(start: int, edges: dict[int, list[int]]) -> bool:
    done: set[int] = set()
    active: set[int] = {start}
    stack = [(start, iter(edges[start]))]
    while stack:
        node, targets = stack[-1]
        for target in targets:
            if target in active:
                return True
            if target not in done:
                active.add(target)
                stack.append((target, iter(edges[target])))
                break
        else:
            stack.pop()
            active.discard(node)
            done.add(node)
    return False
