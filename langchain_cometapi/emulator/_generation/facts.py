"""The numbers, names, quotations and field values in a prompt."""

from __future__ import annotations

import re
from dataclasses import dataclass

from langchain_cometapi.emulator._generation.words import STOPWORDS, stem, words

_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:,\d{3})*(?:\.\d+)?(?![\w])")
# No letter may precede an opening quotation mark, or every apostrophe would be one.
_QUOTED = re.compile(
    r"(?<!\w)'([^'\n]+)'(?!\w)"
    r"|(?<!\w)\"([^\"\n]+)\"(?!\w)"
    r"|\u201c([^\u201d\n]+)\u201d"
    r"|\u2018([^\u2019\n]+)\u2019(?!\w)"
    r"|\u300c([^\u300d\n]+)\u300d"
    r"|(?<!\w)`([^`\n]+)`(?!\w)"
)
_CAPITALISED = r"[^\W\d_a-z][\w'-]*"
_PROPER = re.compile(rf"(?<![\w'-])({_CAPITALISED}(?: {_CAPITALISED})*(?:, [A-Z]{{2}}\b)?)")

_STARTERS_TEXT = """
    add answer ask book build calculate call check compare compute convert count create define
    describe do explain fetch find generate hello hi how is list look make name now open plan
    provide read return say search send set show summarise summarize tell thanks translate try
    using write yes
"""
_STARTERS = frozenset(_STARTERS_TEXT.split())


@dataclass(frozen=True)
class Facts:
    """The values in a prompt that a JSON schema can be filled with.

    Attributes:
        text: The prompt.
        numbers: Its numbers, in order.
        quoted: Texts in quotation marks.
        names: Capitalised names inside its sentences.
        openings: Capitalised words at the start of a sentence, which may be names.
    """

    text: str
    numbers: tuple[float, ...]
    quoted: tuple[str, ...]
    names: tuple[str, ...]
    openings: tuple[str, ...] = ()

    def mentions(self, name: str) -> bool:
        """Return whether the prompt contains every word of a field's name.

        Args:
            name: The field's name.
        """
        wanted = {stem(word) for word in words(name)}
        return bool(wanted) and wanted <= {stem(word) for word in words(self.text)}

    def excludes(self, name: str) -> bool:
        """Return whether the prompt excludes a field: "no x", "without x", "not x".

        Args:
            name: The field's name.
        """
        if not self._mentions(name):
            return False
        label = r"[\s_]+".join(re.escape(word) for word in words(name))
        pattern = rf"\b(?:no|not|without|omit|skip)\s+(?:an?\s+|the\s+|any\s+)?{label}"
        return re.search(pattern, self.text, re.IGNORECASE) is not None

    def labelled(self, name: str) -> str | None:
        """Return the value that the prompt assigns to a field: "x = 3", "x: Ann", "x is 3".

        Args:
            name: The field's name.
        """
        if not self._mentions(name):
            return None
        label = r"[\s_]+".join(re.escape(word) for word in words(name))
        found = re.search(
            rf"(?<!\w){label}['\"`]?\s*(?:=|:|\bis\b|\bof\b|\bnamed\b)\s*"
            rf"(?:['\"`]([^'\"`\n]+)['\"`]|({_CAPITALISED}(?: {_CAPITALISED})*|[-\w.]*\w))",
            self.text,
            re.IGNORECASE if len(label) > 1 else 0,
        )
        if found is None:
            return None
        value = found.group(1) or found.group(2)
        return None if value.lower() in STOPWORDS else value

    def _mentions(self, name: str) -> bool:
        """Return whether the prompt has all words of a name; a pattern takes far longer."""
        text = self.text.lower()
        wanted = words(name)
        return bool(wanted) and all(word.lower() in text for word in wanted)


def read_facts(text: str) -> Facts:
    """Return the values found in a prompt.

    Args:
        text: The prompt.
    """
    numbers = tuple(_number(match) for match in _NUMBER.findall(text))
    quoted = tuple(
        next(group for group in match.groups() if group) for match in _QUOTED.finditer(text)
    )
    inside: list[str] = []
    opening: list[str] = []
    for match in _PROPER.finditer(_QUOTED.sub(" ", text)):
        name = match.group(1)
        before = match.string[: match.start()].rstrip()
        if before and before[-1] not in ".!?:\n":
            if name != "I":
                inside.append(name)
            continue
        first, _, rest = name.partition(" ")
        if first.lower() in STOPWORDS | _STARTERS:
            if rest:
                inside.append(rest)
        else:
            opening.append(name)
    return Facts(text, numbers, quoted, tuple(dict.fromkeys(inside)), tuple(dict.fromkeys(opening)))


def _number(text: str) -> float:
    value = float(text.replace(",", ""))
    return int(value) if value.is_integer() and "." not in text else value
