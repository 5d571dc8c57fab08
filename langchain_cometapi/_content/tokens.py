"""Tokens of a text: counted where it can be, else estimated. Nothing is downloaded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from langchain_cometapi._content.token_estimate import estimate_tokens
from langchain_cometapi._content.vocabularies import find_encoding
from langchain_cometapi._vendors.token_weights import WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tiktoken import Encoding

    from langchain_cometapi._vendors.registry import Vendor

# About what most vendors count for an image of 1024 x 1024 pixels; for rows that have no value.
TOKENS_PER_IMAGE = 1000

# Of OpenAI's: `<|im_start|>`, the role, `<|im_sep|>` and `<|im_end|>` around each message, and a
# head of three for the answer (OpenAI cookbook, how to count tokens with tiktoken).
_TOKENS_PER_MESSAGE = 4
_TOKENS_PER_REQUEST = 3


@dataclass(frozen=True)
class TextCounter:
    """Counts the tokens of texts for a model.

    Attributes:
        count: Returns the tokens of a text.
        per_message: Tokens of a message besides its text.
        per_request: Tokens of a request besides its messages.
        is_estimate: Whether `count` only estimates.
    """

    count: Callable[[str], int]
    per_message: int = _TOKENS_PER_MESSAGE
    per_request: int = _TOKENS_PER_REQUEST
    is_estimate: bool = False


def choose_counter(vendor: Vendor, tokenize: Callable[[str], list[int]] | None) -> TextCounter:
    """Return what counts the tokens of texts for a model.

    That is the user's own function, else tiktoken where its vocabulary is on this machine and the
    family is OpenAI's, else the estimate.

    Args:
        vendor: The model's row.
        tokenize: The model's `custom_get_token_ids`.
    """
    if tokenize is not None:
        # It says all that there is to know, so nothing is added for what it was not asked.
        return TextCounter(lambda text: len(tokenize(text)), per_message=0, per_request=0)
    encoding = find_encoding(vendor.tiktoken_encoding)
    if encoding is not None:
        return TextCounter(lambda text: sum(map(len, _encode(text, encoding))))
    return create_estimator(vendor)


def create_estimator(vendor: Vendor) -> TextCounter:
    """Return what estimates the tokens of texts for a model."""
    weights = WEIGHTS[vendor.tokenizer]
    return TextCounter(lambda text: estimate_tokens(text, weights), is_estimate=True)


def read_token_ids(
    text: str, vendor: Vendor, tokenize: Callable[[str], list[int]] | None
) -> list[int]:
    """Return the ids of a text's tokens.

    Args:
        text: The text.
        vendor: The model's row.
        tokenize: The model's `custom_get_token_ids`.

    Raises:
        NotImplementedError: If that is not set, and no vocabulary of the family is on this machine:
            most vendors publish none, and none is downloaded.
    """
    if tokenize is not None:
        return tokenize(text)
    encoding = find_encoding(vendor.tiktoken_encoding)
    if encoding is not None:
        return [id_ for ids in _encode(text, encoding) for id_ in ids]
    what = "Token ids need the tokenizer of the model's vendor"
    if vendor.tiktoken_encoding is not None:
        what += (
            f", and tiktoken's vocabulary `{vendor.tiktoken_encoding}` is not on this machine. "
            "Put it there (docs/tokens.md says how), or"
        )
    else:
        what += ":"
    msg = (
        f"{what} set `custom_get_token_ids` to a function that returns them. `get_num_tokens` "
        "estimates without it."
    )
    raise NotImplementedError(msg)


# tiktoken 0.14 runs out of its stack on a million spaces in a row, and ends in an error that is no
# `Exception`.
_MAX_CHARACTERS = 100_000
_BEFORE_WORD = re.compile(r".*[A-Za-z](?= [A-Za-z])", re.DOTALL)
_TAIL = 1000


def _encode(text: str, encoding: Encoding) -> Iterator[list[int]]:
    """Yield the ids of a text, in pieces; what looks like a special token is text."""
    start = 0
    while len(text) - start > _MAX_CHARACTERS:
        end = start + _MAX_CHARACTERS
        # A word with its space begins a token whatever comes before it.
        if found := _BEFORE_WORD.match(text, end - _TAIL, end):
            end = found.end()
        yield encoding.encode_ordinary(text[start:end])
        start = end
    yield encoding.encode_ordinary(text[start:])
