"""From texts to batches, and from responses to vectors; sends nothing itself."""

from __future__ import annotations

import base64
import binascii
import math
import re
import sys
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json

from langchain_cometapi.exceptions import CometAPIContextOverflowError, CometAPIUnsentRequestError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from langchain_cometapi._client.responses import JSONResponse
    from langchain_cometapi._vendors.registry import Vendor
    from langchain_cometapi.exceptions import CometAPIError

Vector = list[float]

_MAX_TOKENS_PER_REQUEST = 250_000
"""OpenAI takes 300,000 in one request; the counts here are estimates."""

_MAX_QUOTED_BYTES = 500
"""How much of an invalid response an error message quotes."""

_MAX_RUNS = 10
"""How many runs of embedded texts an error message lists."""

_QUOTED_INPUT = re.compile(r"input\[(\d{1,9})\]")

_TOO_MANY = re.compile(
    r"per request|batch size|in one batch|(too many|number of) (inputs|texts|items)"
    r"|array (is )?too long|批(次|量)|条数",
    re.IGNORECASE,
)
_LIMIT = re.compile(
    r"(?:at most|larger than|greater than|exceed|maximum (?:length|of|size)|max(?:imum)?|up to"
    r"|不(?:能)?超过|最多)\D{0,25}(\d{1,4})\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Batch:
    """The texts of one request, and the position of the first among all texts."""

    start: int
    texts: list[str]

    @property
    def end(self) -> int:
        """The position after the last text."""
        return self.start + len(self.texts)


def check_texts(texts: Sequence[Any], advice: str | None = "leave it out") -> None:
    """Check that each text can be embedded.

    Args:
        texts: The texts.
        advice: What to do about a blank one; `None` if one is allowed.

    Raises:
        CometAPIUnsentRequestError: If one is not a string, is blank or cannot be sent; its
            position is named.
    """
    if not isinstance(texts, (list, tuple)):
        msg = f"A list of texts is needed, and this is a {type(texts).__name__}."
        raise CometAPIUnsentRequestError(msg)
    for position, text in enumerate(texts):
        if not isinstance(text, str):
            msg = f"Text {position} is a {type(text).__name__}; only texts can be embedded."
            raise CometAPIUnsentRequestError(msg)
        if advice and not text.strip():
            msg = f"Text {position} is empty or blank; {advice}, or put a word in its place."
            raise CometAPIUnsentRequestError(msg)
        try:
            text.encode()
        except UnicodeEncodeError as error:
            msg = f"Text {position} holds half a character and cannot be sent: {error}"
            raise CometAPIUnsentRequestError(msg) from None


def _estimate_tokens(text: str) -> int:
    """Return an estimate that is rather too high than too low, as a batch must not be too long.

    Four ASCII characters are a token, and so is each other character.
    """
    ascii_characters = len(text) if text.isascii() else len(text.encode("ascii", "ignore"))
    return math.ceil(ascii_characters / 4) + len(text) - ascii_characters


def split_texts(texts: Sequence[str], chunk_size: int) -> Iterator[Batch]:
    """Yield the texts in batches of limited number and estimated tokens."""
    batch: list[str] = []
    start, tokens = 0, 0
    for position, text in enumerate(texts):
        size = _estimate_tokens(text)
        if batch and (len(batch) == chunk_size or tokens + size > _MAX_TOKENS_PER_REQUEST):
            yield Batch(start, batch)
            batch, start, tokens = [], position, 0
        batch.append(text)
        tokens += size
    if batch:
        yield Batch(start, batch)


def read_vectors(response: JSONResponse, batch: Batch, dimensions: int | None) -> list[Vector]:
    """Return the vectors of a response in the order of their texts.

    Args:
        response: The response of the gateway.
        batch: The batch that was sent.
        dimensions: The size that was requested, if one was.

    Raises:
        CometAPIUnexpectedResponseError: If a vector is missing, doubled, invalid or of another
            size.
    """

    def invalid(reason: str) -> CometAPIError:
        return response.failure.from_body(to_json(response.data)[:_MAX_QUOTED_BYTES], reason)

    items = response.data.get("data")
    if not isinstance(items, list) or len(items) != len(batch.texts):
        number = len(items) if isinstance(items, list) else "no"
        msg = f"The response has {number} vectors for {len(batch.texts)} texts"
        raise invalid(msg)
    vectors: list[Vector | None] = [None] * len(items)
    for place, item in enumerate(items):
        index = None
        if isinstance(item, dict):
            index = place if item.get("index") is None else item["index"]
        if type(index) is not int or not 0 <= index < len(items) or vectors[index] is not None:
            msg = f"The vector at place {place} of the response has the index {index!r}"
            raise invalid(msg)
        try:
            vectors[index] = _read_vector(item.get("embedding"))
        except ValueError as error:
            msg = f"The vector of text {batch.start + index} is invalid: {error}"
            raise invalid(msg) from None
    complete = [vector for vector in vectors if vector is not None]
    sizes = {len(vector) for vector in complete}
    if isinstance(dimensions, int):
        sizes.add(dimensions)
    if len(sizes) > 1:
        msg = f"The vectors of the response have {sorted(sizes)} numbers; all must have the same"
        raise invalid(msg)
    return complete


def _read_vector(embedding: object) -> Vector:
    vector = _decode_base64(embedding) if isinstance(embedding, str) else _read_list(embedding)
    if not math.isfinite(sum(vector)) and not all(map(math.isfinite, vector)):
        msg = "it has a number that is not finite"
        raise ValueError(msg)
    return vector


def _read_list(embedding: object) -> Vector:
    if not isinstance(embedding, list) or not embedding:
        msg = "it is not a list of numbers"
        raise ValueError(msg)
    types = set(map(type, embedding))
    if types == {float}:
        return embedding
    if wrong := types - {float, int}:
        msg = f"it has a {wrong.pop().__name__} among its numbers"
        raise ValueError(msg)
    try:
        return [float(number) for number in embedding]
    except OverflowError as error:
        raise ValueError(str(error)) from None


def _decode_base64(text: str) -> Vector:
    """Return the numbers of little-endian 32-bit floats in base64."""
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None
    if not data or len(data) % 4:
        msg = f"it has {len(data)} bytes, which are not 32-bit floats"
        raise ValueError(msg)
    try:
        import numpy as np
    except ImportError:
        pass  # the standard library is slower, and needs no package
    else:
        numbers: Vector = np.frombuffer(data, dtype="<f4").tolist()
        return numbers
    floats = array("f", data)
    if sys.byteorder == "big":
        floats.byteswap()
    return floats.tolist()


def add_position(
    error: CometAPIError, batch: Batch, vectors: list[Vector | None], vendor: Vendor
) -> CometAPIError:
    """Return the error, with its text and the vectors so far added to it.

    Args:
        error: The error of a request.
        batch: The batch of that request.
        vectors: A vector for each text that was embedded.
        vendor: The row of the model.
    """
    total = len(vectors)
    where = f"It is about texts {batch.start} to {batch.end - 1} of {total}"
    quoted = _QUOTED_INPUT.search(error.message)
    if len(batch.texts) == 1:
        where = f"It is about text {batch.start} of {total}"
    elif quoted and int(quoted[1]) < len(batch.texts):
        where = f"It is about text {batch.start + int(quoted[1])} of {total}"
    elif isinstance(error, CometAPIContextOverflowError):
        sizes = [_estimate_tokens(text) for text in batch.texts]
        longest = max(range(len(sizes)), key=sizes.__getitem__)
        where += f"; the longest is text {batch.start + longest}, of about {sizes[longest]} tokens"
    where += _advise_chunk_size(error, batch, vendor)
    error.message += f" {where}. {_describe_embedded(vectors)}"
    error.args = (error.message,)
    error.return_partial = vectors
    return error


def _advise_chunk_size(error: CometAPIError, batch: Batch, vendor: Vendor) -> str:
    """Return the advice to send fewer texts at once, where that helps."""
    if len(batch.texts) == 1 or error.is_retryable or not _TOO_MANY.search(error.message):
        return ""
    named = _LIMIT.search(error.message)
    limit = vendor.max_texts or (int(named[1]) if named else 0)
    target = f" to {limit}" if 0 < limit < len(batch.texts) else ""
    return f"; lower `chunk_size`{target}"


def _describe_embedded(vectors: Sequence[Vector | None]) -> str:
    """Return which texts were embedded, as runs of positions."""
    runs: list[list[int]] = []
    for position, vector in enumerate(vectors):
        if vector is None:
            continue
        if runs and runs[-1][1] == position - 1:
            runs[-1][1] = position
        else:
            runs.append([position, position])
    if not runs:
        return "None were embedded."
    listed = ", ".join(f"{first} to {last}" for first, last in runs[:_MAX_RUNS])
    more = ", and more" if len(runs) > _MAX_RUNS else ""
    number = sum(last - first + 1 for first, last in runs)
    return f"{number} were embedded ({listed}{more}); `return_partial` holds their vectors."
