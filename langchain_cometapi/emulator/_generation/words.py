"""Words of a text and their stems, by which texts are compared."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]+(?:'[a-z]+)?")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

_STOPWORDS_TEXT = """
    a about above after all also am an and any are as at be been but by can could did do does
    doing for from get give had has have having he her him his how i if in into is it its just
    like make may me might more most must my no nor not of off on once one only or other our out
    over own please shall she should so some such tell than that the their them then there these
    they this those through to too under until up use used using very want was we were what
    what's when where which while who why will with would you your
"""

STOPWORDS = frozenset(_STOPWORDS_TEXT.split())


def words(text: str) -> list[str]:
    """Return the lower-case words of a text; identifiers are split at `_` and case changes.

    Args:
        text: A text.
    """
    return [word.lower() for word in _WORD.findall(_CAMEL.sub(" ", text))]


def stem(word: str) -> str:
    """Return a word without its most common English endings.

    Args:
        word: A lower-case word.
    """
    for ending in ("ings", "ing", "ies", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:  # noqa: PLR2004
            word = word[: -len(ending)]
            break
    return word.rstrip("e") if len(word) > 3 else word  # noqa: PLR2004


def content_stems(text: str) -> set[str]:
    """Return the stems of all words but stopwords.

    Args:
        text: A text.
    """
    return {stem(word) for word in words(text) if word not in STOPWORDS}
