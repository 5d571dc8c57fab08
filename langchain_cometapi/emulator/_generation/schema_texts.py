"""Texts that are valid for a JSON schema, taken from the prompt where possible."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._generation.formats import FORMATS
from langchain_cometapi.emulator._generation.patterns import texts_for
from langchain_cometapi.emulator._generation.words import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_cometapi.emulator._generation.facts import Facts

_FREE_TEXT_NAMES = """
    answer body comment content description input instruction instructions message note prompt
    query question reason request summary task text topic
"""
_FREE_TEXT = frozenset(_FREE_TEXT_NAMES.split())
_MAX_LENGTH = 200


def texts(node: dict[str, Any], name: str, facts: Facts, unused: list[str]) -> Iterator[str]:
    """Yield texts for a schema: from the prompt, the default, then generated ones.

    Args:
        node: The schema of a string.
        name: The name of the property that it is.
        facts: The values in the prompt.
        unused: The texts of the prompt that no other property has.
    """
    form = FORMATS.get(str(node.get("format")))
    if node.get("contentMediaType") == "application/json":
        form = FORMATS["json-string"]
    if form is not None:
        found = form.find(facts.text)
        yield from (text for text in (found,) if text is not None and text_fits(text, node))
    else:
        candidates = _from_prompt(node, name, facts, unused)
        yield from (text for text in candidates if text_fits(text, node))
    yield from generated_texts(node, f"emulated {name or 'value'} for: {facts.text.strip()}")


def _from_prompt(node: dict[str, Any], name: str, facts: Facts, unused: list[str]) -> Iterator[str]:
    labelled = facts.labelled(name) if name else None
    if labelled:
        yield labelled
    if _FREE_TEXT & set(words(name)) and not facts.quoted:
        yield facts.text.strip()
    yield from unused
    if node.get("pattern"):
        yield from facts.text.split()
    elif isinstance(node.get("default"), str):
        yield node["default"]
    if not node.get("pattern"):
        yield from facts.openings


def generated_texts(node: dict[str, Any], base: str) -> Iterator[str]:
    """Yield texts for a schema that are not from the prompt, each another one.

    Args:
        node: The schema of a string.
        base: What a text without a pattern and a format says.
    """
    form = FORMATS.get(str(node.get("format")))
    pattern = node.get("pattern")
    if node.get("contentMediaType") == "application/json":
        form = FORMATS["json-string"]
    if form is not None:
        yield from (text for text in map(form.sample, range(1000)) if text_fits(text, node))
    if pattern:
        for text in texts_for(pattern):
            yield from (padded for padded in _padded(text, node) if text_fits(padded, node))
    low, high = int(node.get("minLength", 0)), int(node.get("maxLength", _MAX_LENGTH))
    for number in range(1000):
        ending = f" {number + 1}" if number else ""
        if number and high < len(base):
            text = f"{number:0{max(low, 1)}d}"[-high:] if high else ""
        else:
            text = (base[: max(high - len(ending), 0)] + ending).ljust(low, ".")
        if text_fits(text, node):
            yield text


def _padded(text: str, node: dict[str, Any]) -> Iterator[str]:
    """Yield a text, and longer ones if a schema needs more than its pattern."""
    yield text
    missing = int(node.get("minLength", 0)) - len(text)
    if missing > 0:
        yield text + text[-1:] * missing
        yield text + "a" * missing
        yield "a" * missing + text


def text_fits(text: str, node: dict[str, Any]) -> bool:
    """Return whether a text has the length and the pattern that a schema asks for.

    Args:
        text: The text.
        node: The schema.
    """
    pattern = node.get("pattern")
    return bool(
        node.get("minLength", 0) <= len(text) <= node.get("maxLength", math.inf)
        and (not pattern or re.search(pattern, text))
        and (node.get("contentMediaType") != "application/json" or _is_json(text))
    )


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
