"""Words, names, numbers and sentences: what the emulator can read out of a prompt."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+(?:'[a-z]+)?")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:,\d{3})*(?:\.\d+)?(?![\w])")
# A quote must not touch a letter outside, or every apostrophe would open one.
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
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[^\W_a-z]|[`\"'(*\[])")

_STOPWORDS_TEXT = """
    a about above after all also am an and any are as at be been but by can could did do does
    doing for from get give had has have having he her him his how i if in into is it its just
    like make may me might more most must my no nor not of off on once one only or other our out
    over own please shall she should so some such tell than that the their them then there these
    they this those through to too under until up use used using very want was we were what
    what's when where which while who why will with would you your
"""
_STOPWORDS = frozenset(_STOPWORDS_TEXT.split())
_STARTERS_TEXT = """
    add answer ask book build calculate call check compare compute convert count create define
    describe do explain fetch find generate hello hi how is list look make name now open plan
    provide read return say search send set show summarise summarize tell thanks translate try
    using write yes
"""
_STARTERS = frozenset(_STARTERS_TEXT.split())


def words(text: str) -> list[str]:
    """Return the lower-case words of a text; identifiers are split at `_` and case changes.

    Args:
        text: Any text.
    """
    return [word.lower() for word in _WORD.findall(_CAMEL.sub(" ", text))]


def stem(word: str) -> str:
    """Return a word without its commonest English endings.

    Args:
        word: A lower-case word.
    """
    for ending in ("ings", "ing", "ies", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:  # noqa: PLR2004
            word = word[: -len(ending)]
            break
    return word.rstrip("e") if len(word) > 3 else word  # noqa: PLR2004


def content_stems(text: str) -> set[str]:
    """Return the stems of the words that carry meaning.

    Args:
        text: Any text.
    """
    return {stem(word) for word in words(text) if word not in _STOPWORDS}


@dataclass(frozen=True)
class Facts:
    """What a prompt offers for filling in a form.

    Attributes:
        text: The prompt itself.
        numbers: Its numbers, in order.
        quoted: What stands in quotation marks.
        names: Capitalised names inside its sentences.
        openings: Capitalised words that open a sentence: names perhaps.
    """

    text: str
    numbers: tuple[float, ...]
    quoted: tuple[str, ...]
    names: tuple[str, ...]
    openings: tuple[str, ...] = ()

    def mentions(self, name: str) -> bool:
        """Tell whether the prompt uses every word of a field's name.

        Args:
            name: The field's name.
        """
        wanted = {stem(word) for word in words(name)}
        return bool(wanted) and wanted <= {stem(word) for word in words(self.text)}

    def denies(self, name: str) -> bool:
        """Tell whether the prompt says to do without a field ("no x", "without x", "not x").

        Args:
            name: The field's name.
        """
        label = r"[\s_]+".join(re.escape(word) for word in words(name))
        pattern = rf"\b(?:no|not|without|omit|skip)\s+(?:an?\s+|the\s+|any\s+)?{label}"
        return bool(label) and re.search(pattern, self.text, re.IGNORECASE) is not None

    def labelled(self, name: str) -> str | None:
        """Return the value the prompt assigns to a field: "x = 3", "x: Ann", "x is 3".

        Args:
            name: The field's name.
        """
        label = r"[\s_]+".join(re.escape(word) for word in words(name))
        if not label:
            return None
        found = re.search(
            rf"(?<!\w){label}['\"`]?\s*(?:=|:|\bis\b|\bof\b|\bnamed\b)\s*"
            rf"(?:['\"`]([^'\"`\n]+)['\"`]|({_CAPITALISED}(?: {_CAPITALISED})*|[-\w.]*\w))",
            self.text,
            re.IGNORECASE if len(label) > 1 else 0,
        )
        if found is None:
            return None
        value = found.group(1) or found.group(2)
        return None if value.lower() in _STOPWORDS else value


def read_facts(text: str) -> Facts:
    """Read a prompt's numbers, quotations and names.

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
        if first.lower() in _STOPWORDS | _STARTERS:
            if rest:
                inside.append(rest)
        else:
            opening.append(name)
    return Facts(text, numbers, quoted, tuple(dict.fromkeys(inside)), tuple(dict.fromkeys(opening)))


def _number(text: str) -> float:
    value = float(text.replace(",", ""))
    return int(value) if value.is_integer() and "." not in text else value


@dataclass(frozen=True)
class Passage:
    """A quotable piece of a document.

    Attributes:
        text: The sentence, bullet or code block.
        heading: The heading it stands under.
    """

    text: str
    heading: str


def passages(document: str) -> list[Passage]:
    """Cut a (Markdown) document into sentences, bullets, table rows and code blocks.

    Args:
        document: The whole text.
    """
    found: list[Passage] = []
    heading = ""
    paragraph: list[str] = []
    code: list[str] | None = None

    def flush() -> None:
        text = " ".join(paragraph)
        paragraph.clear()
        found.extend(Passage(piece, heading) for piece in _SENTENCE_END.split(text) if piece)

    for raw in document.splitlines():
        line = raw.strip()
        if line.startswith("```"):
            if code is None:
                flush()
                code = []
            else:
                found.append(Passage("\n".join(code), heading))
                code = None
        elif code is not None:
            code.append(raw)
        elif line.startswith("#"):
            flush()
            heading = line.lstrip("# ")
        elif not line:
            flush()
        else:
            if line.startswith(("- ", "* ", "+ ", "|")) or re.match(r"\d+[.)] ", line):
                flush()
            paragraph.append(line)
    flush()
    if code:
        found.append(Passage("\n".join(code), heading))
    return [passage for passage in found if content_stems(passage.text)]


def best_passage(question: str, document: str) -> str | None:
    """Return the passage of a document that shares most with a question.

    Rare words weigh more than words the whole document is full of; a heading's words count half.

    Args:
        question: The question.
        document: The document.

    Returns:
        The passage, or `None` if no word is shared.
    """
    pieces = passages(document)
    wanted = content_stems(question)
    bodies = [content_stems(piece.text) for piece in pieces]
    headings = [content_stems(piece.heading) for piece in pieces]
    spread = {
        word: sum(word in body or word in head for body, head in zip(bodies, headings, strict=True))
        for word in wanted
    }
    best: tuple[float, str] | None = None
    for piece, body, head in zip(pieces, bodies, headings, strict=True):
        score = sum(1 / spread[word] for word in wanted & body)
        score += sum(0.5 / spread[word] for word in (wanted & head) - body)
        # Of equals, the one with the least besides.
        score += 0.01 * len(wanted & body) / len(body)
        if score and (best is None or score > best[0]):
            best = (score, piece.text)
    return best[1] if best else None
