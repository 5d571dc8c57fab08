"""How many tokens a text takes, by what its characters weigh in the tokenizer of the family.

All that looks at characters is a method of `bytes`, so that a megabyte takes 20 to 50 ms.
"""

from __future__ import annotations

import math
from operator import mul
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from langchain_cometapi._vendors.token_weights import TokenWeights

# -- classes of ASCII characters -----------------------------------------------------------------

_NOT_ASCII = ord("?")
"""What `str.encode` replaces other characters with."""


def _classify(number: int) -> str:
    char = chr(number)
    if char in "\r\n":
        return "n"
    if char.islower():
        return "l"
    if char.isupper():
        return "u"
    if char.isdigit():
        return "d"
    return "s" if char.isspace() else "p"


_ASCII_CLASSES = "".join(
    _classify(number) if chr(number).isascii() else "x" for number in range(256)
)
_CLASSES = _ASCII_CLASSES.encode()
_MIXED_CLASSES = _CLASSES[:_NOT_ASCII] + b"x" + _CLASSES[_NOT_ASCII + 1 :]


def _mark(classes: bytes) -> bytes:
    """Return a table that makes `a` of these classes, and a space of all others."""
    return bytes(ord("a" if number in classes else " ") for number in range(256))


_START = b" a"
_BLANKS, _MANY_BLANKS = b"s" * 16, b"s" * 128
_TABS = "\t" * 16
_LETTERS, _DIGITS, _PUNCTUATION = _mark(b"lux"), _mark(b"d"), _mark(b"p")

# -- scripts -------------------------------------------------------------------------------------

# The first byte of the code unit in UTF-16 (Unicode's blocks) -> the script; in the order of the
# weights from `latin` on, which ASCII is in, too.
_BLOCKS: tuple[tuple[tuple[int, int], ...], ...] = (
    ((0x00, 0x00),),  # latin
    ((0x01, 0x02),),  # latin_extended
    ((0x1E, 0x1E),),  # vietnamese
    ((0x03, 0x03), (0x1F, 0x1F)),  # greek
    ((0x04, 0x04),),  # cyrillic
    ((0x05, 0x05), (0xFB, 0xFB)),  # hebrew
    ((0x06, 0x08), (0xFC, 0xFD)),  # arabic
    ((0x09, 0x0D),),  # indic
    ((0x0E, 0x0E),),  # thai
    ((0x0F, 0x10), (0x12, 0x1D)),  # other_script
    ((0x11, 0x11), (0xAC, 0xD7)),  # hangul
    ((0x30, 0x30),),  # kana
    ((0x31, 0x9F), (0xF9, 0xFA)),  # han
    ((0x20, 0x20),),  # typographic
    ((0x21, 0x2F), (0xFE, 0xFE)),  # symbol
    ((0xFF, 0xFF),),  # fullwidth
    ((0xD8, 0xDB),),  # emoji: the first half of a pair
    ((0xA0, 0xAB), (0xE0, 0xF8)),  # unknown
)
_SECOND_HALF = bytes([len(_BLOCKS)])
_SCRIPTS = bytes(
    next(
        (
            number
            for number, ranges in enumerate(_BLOCKS)
            if any(low <= byte <= high for low, high in ranges)
        ),
        _SECOND_HALF[0],
    )
    for byte in range(256)
)

# A text is of a language with accents where one letter in so many has one; German has one in 60.
_LETTERS_PER_ACCENT = 60


def estimate_tokens(text: str, weights: TokenWeights) -> int:
    """Return about how many tokens a text takes, at least 1 unless it is empty.

    Args:
        text: The text.
        weights: Those of the family's tokenizer.
    """
    tokens: float = sum(map(mul, weights.values, _count_features(text)))
    return max(1, math.ceil(tokens)) if text else 0


def _count_features(text: str) -> Iterable[float]:
    """Return how often a text has what each field of `TokenWeights` is about, in their order."""
    if is_ascii := text.isascii():
        classes = text.encode().translate(_CLASSES)
    else:
        bare = text.replace("?", "!").encode("ascii", "replace")
        classes = bare.translate(_MIXED_CLASSES)
    classes = b"n" + classes
    count = classes.count
    lowercase = count(b"l")
    features: list[float] = [
        classes.translate(_LETTERS).count(_START),
        lowercase,
        count(b"u"),
        count(b"lu"),
        count(b"d"),
        classes.translate(_DIGITS).count(_START),
        count(b"p"),
        classes.translate(_PUNCTUATION).count(_START),
        count(b"n") - 1,
        count(b"ns") + count(_BLANKS),
        count(_MANY_BLANKS),
        text.count(_TABS),
    ]
    if is_ascii:
        return features
    scripts = text.encode("utf-16-be", "surrogatepass")[::2].translate(_SCRIPTS)
    latin, *others = map(scripts.count, range(len(_BLOCKS)))
    latin -= len(text) - count(b"x")
    accents = latin + others[0] + others[1]
    accented = lowercase * min(1.0, _LETTERS_PER_ACCENT * accents / (lowercase + 1))
    return (*features, accented, latin, *others)
