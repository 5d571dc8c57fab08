"""The route `POST /v1/embeddings`: unit vectors, near each other for texts that share words."""

from __future__ import annotations

import base64
import hashlib
import math
import struct
from array import array
from collections import Counter
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._errors import unreadable, vendor_error, wrong_type
from langchain_cometapi.emulator._generation.tokens import count_tokens
from langchain_cometapi.emulator._generation.words import stem, words
from langchain_cometapi.emulator._rules.registry import find_model

if TYPE_CHECKING:
    from langchain_cometapi.emulator._rules.base import ModelRow

_PARAMS = frozenset({"dimensions", "encoding_format", "input", "model", "user"})
_MAX_TOKENS = 8191
_MEAN_BYTE = 127.5


def embed(body: Any) -> dict[str, Any]:
    """Return the response body for an embeddings request.

    Args:
        body: The parsed JSON body.

    Raises:
        GatewayError: If the request is refused.
    """
    row = find_model(body)
    parameters = {key: value for key, value in body.items() if value is not None}
    if row.kind != "embedding":
        msg = f"The model {row.id} does not support the v1/embeddings endpoint."
        raise vendor_error(msg)
    if "input" not in parameters:
        msg = "field input is required"
        raise unreadable(msg)
    unknown = sorted(parameters.keys() - _PARAMS)
    if unknown:
        msg = f"Unrecognized request argument supplied: {unknown[0]}"
        raise vendor_error(msg, "unknown_parameter")
    size = _dimensions(parameters, row)
    encoding = parameters.get("encoding_format", "float")
    if encoding not in ("float", "base64"):
        msg = f"Invalid value: '{encoding}'. Supported values are: 'float' and 'base64'."
        raise vendor_error(msg, "invalid_value")
    texts = _texts(parameters["input"], row)
    tokens = [_count(text) for text in texts]
    if max(tokens) > _MAX_TOKENS:
        msg = (
            f"This model's maximum context length is {_MAX_TOKENS} tokens, however you requested"
            f" {max(tokens)} tokens. Please reduce your prompt."
        )
        raise vendor_error(msg, "context_length_exceeded")
    vectors = [_vector(text, size) for text in texts]
    return {
        "object": "list",
        "data": [
            {
                "object": "embedding",
                "index": index,
                "embedding": _base64(vector) if encoding == "base64" else list(vector),
            }
            for index, vector in enumerate(vectors)
        ],
        "model": row.id,
        "usage": {"prompt_tokens": sum(tokens), "total_tokens": sum(tokens)},
    }


def _dimensions(parameters: dict[str, Any], row: ModelRow) -> int:
    size = parameters.get("dimensions")
    if size is None:
        return row.dimensions
    if not row.accepts_dimensions:
        msg = "This model does not support specifying dimensions."
        raise vendor_error(msg)
    if isinstance(size, bool) or not isinstance(size, int):
        raise wrong_type(size, "an integer", "dimensions")
    if not 1 <= size <= row.dimensions:
        msg = f"Invalid value for 'dimensions' = {size}. Must be in [1, {row.dimensions}]."
        raise vendor_error(msg)
    return size


def _texts(inputs: Any, row: ModelRow) -> list[str | tuple[int, ...]]:
    """Return the inputs of any of the four documented forms as a list."""
    items = inputs if isinstance(inputs, list) else [inputs]
    if items and all(_is_token(item) for item in items):
        return [tuple(items)]
    msg = "'$.input' is invalid. Please check the API reference."
    if len(items) > row.max_texts and row.too_many_texts_error is not None:
        raise row.too_many_texts_error.error()
    if not 0 < len(items) <= row.max_texts:
        raise vendor_error(msg)
    texts: list[str | tuple[int, ...]] = []
    for item in items:
        if isinstance(item, str) and item:
            texts.append(item)
        elif isinstance(item, list) and item and all(_is_token(token) for token in item):
            texts.append(tuple(item))
        else:
            raise vendor_error(msg)
    return texts


def _is_token(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _count(text: str | tuple[int, ...]) -> int:
    return count_tokens(text) if isinstance(text, str) else len(text)


def _vector(text: str | tuple[int, ...], size: int) -> array[float]:
    """Return the sum of one pseudo-random direction per word, scaled to length one.

    The direction of a word does not depend on the size, so that a shorter vector is the beginning
    of a longer one, as with real models.
    """
    if isinstance(text, str):
        found = Counter(stem(word) for word in words(text)) or Counter([text])
    else:
        found = Counter(f"#{token}" for token in text)
    total = [0.0] * size
    for word, times in found.items():
        weight = math.sqrt(times)
        direction = hashlib.shake_256(word.encode()).digest(size)
        for index, value in enumerate(direction):
            total[index] += weight * (value - _MEAN_BYTE)
    length = math.sqrt(sum(value * value for value in total))
    return array("f", (value / length for value in total))


def _base64(vector: array[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
