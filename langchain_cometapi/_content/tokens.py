"""Tokens of a text, by estimate: nothing is downloaded, and no model is refused."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_cometapi._vendors.registry import Vendor

# Where a vendor's row has no value: OpenAI's rule of thumb, and about what most vendors count
# for an image of 1024 x 1024 pixels.
CHARACTERS_PER_TOKEN = 4.0
TOKENS_PER_IMAGE = 1000


def count_tokens(text: str, vendor: Vendor) -> int:
    """Return about how many tokens a text takes."""
    return math.ceil(len(text) / (vendor.characters_per_token or CHARACTERS_PER_TOKEN))


def read_token_ids(text: str, tokenize: Callable[[str], list[int]] | None) -> list[int]:
    """Return the ids of a text's tokens.

    Args:
        text: The text.
        tokenize: The model's `custom_get_token_ids`.

    Raises:
        NotImplementedError: If that is not set: each vendor has a tokenizer of its own, most
            publish none, and none is downloaded.
    """
    if tokenize is None:
        msg = (
            "Token ids need the tokenizer of the model's vendor: set `custom_get_token_ids` to a "
            "function that returns them. `get_num_tokens` estimates without it."
        )
        raise NotImplementedError(msg)
    return tokenize(text)
