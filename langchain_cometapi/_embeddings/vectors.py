"""Texts in batches, and vectors out of answers; knows nothing of sockets."""

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

from langchain_cometapi._content.tokens import count_tokens
from langchain_cometapi.exceptions import CometAPIContextOverflowError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from langchain_cometapi._client.responses import JSONResponse
    from langchain_cometapi._vendors.registry import Vendor
    from langchain_cometapi.exceptions import CometAPIError

Vector = list[float]

_MAX_TOKENS_PER_REQUEST = 250_000
"""OpenAI takes 300,000 in all inputs of a request; the counts here are estimates."""

_QUOTED_BYTES = 500  # of an answer that is broken

_MOST_RUNS = 10

_QUOTED_INPUT = re.compile(r"input\[(\d+)\]")


@dataclass(frozen=True)
class Batch:
    """Texts of one request, and the position of the first among all."""

    start: int
    texts: list[str]

    @property
    def end(self) -> int:
        """The position after the last."""
        return self.start + len(self.texts)


def check_texts(texts: Sequence[Any]) -> None:
    """Refuse what has no vector.

    Raises:
        ValueError: If a text is none or is empty; its position is named.
    """
    if not isinstance(texts, (list, tuple)):
        msg = f"A list of texts is needed, and this is a {type(texts).__name__}."
        raise ValueError(msg)  # noqa: TRY004 - as below
    for position, text in enumerate(texts):
        if not isinstance(text, str):
            msg = f"Text {position} is a {type(text).__name__}; only texts can be embedded."
            raise ValueError(msg)  # noqa: TRY004 - a value in the user's data
        if not text.strip():
            msg = f"Text {position} is empty or blank; leave it out, or put a word in its place."
            raise ValueError(msg)
        try:
            text.encode()
        except UnicodeEncodeError as error:
            msg = f"Text {position} holds half a character and cannot be sent: {error}"
            raise ValueError(msg) from None


def _weigh(text: str, vendor: Vendor) -> int:
    """Estimate the tokens of a text in any script: outside of ASCII, each character is one."""
    if text.isascii():
        return count_tokens(text, vendor)
    plain = text.encode("ascii", "ignore").decode()
    return count_tokens(plain, vendor) + len(text) - len(plain)


def make_batches(texts: Sequence[str], chunk_size: int, vendor: Vendor) -> Iterator[Batch]:
    """Part texts into batches, bounded in number and in estimated tokens."""
    batch: list[str] = []
    start, tokens = 0, 0
    for position, text in enumerate(texts):
        size = _weigh(text, vendor)
        if batch and (len(batch) == chunk_size or tokens + size > _MAX_TOKENS_PER_REQUEST):
            yield Batch(start, batch)
            batch, start, tokens = [], position, 0
        batch.append(text)
        tokens += size
    if batch:
        yield Batch(start, batch)


def read_vectors(answer: JSONResponse, batch: Batch, dimensions: int | None) -> list[Vector]:
    """Return the vectors of an answer in the order of their texts.

    Args:
        answer: What the gateway said.
        batch: What it was asked.
        dimensions: The numbers a vector must have, if that was asked for.

    Raises:
        CometAPIUnexpectedResponseError: If a vector is missing, doubled, broken or of another size.
    """

    def broken(what: str) -> CometAPIError:
        return answer.failure.from_body(to_json(answer.data)[:_QUOTED_BYTES], what)

    items = answer.data.get("data")
    if not isinstance(items, list) or len(items) != len(batch.texts):
        number = len(items) if isinstance(items, list) else "no"
        msg = f"The answer has {number} vectors for {len(batch.texts)} texts"
        raise broken(msg)
    vectors: list[Vector | None] = [None] * len(items)
    for place, item in enumerate(items):
        index = None
        if isinstance(item, dict):
            index = place if item.get("index") is None else item["index"]
        if type(index) is not int or not 0 <= index < len(items) or vectors[index] is not None:
            msg = f"The answer's vector at place {place} has the index {index!r}"
            raise broken(msg)
        try:
            vectors[index] = _read_vector(item.get("embedding"))
        except ValueError as error:
            msg = f"The vector of text {batch.start + index} is broken: {error}"
            raise broken(msg) from None
    found = [vector for vector in vectors if vector is not None]
    sizes = {len(vector) for vector in found} | (
        {dimensions} if isinstance(dimensions, int) else set()
    )
    if len(sizes) > 1:
        msg = f"The answer's vectors have {sorted(sizes)} numbers; all must have the same"
        raise broken(msg)
    return found


def _read_vector(embedding: object) -> Vector:
    vector = _decode(embedding) if isinstance(embedding, str) else _read_list(embedding)
    if not math.isfinite(sum(vector)) and not all(map(math.isfinite, vector)):
        msg = "it has a number that is not finite"
        raise ValueError(msg)
    return vector


def _read_list(embedding: object) -> Vector:
    if not isinstance(embedding, list) or not embedding:
        msg = "it is no list of numbers"
        raise ValueError(msg)
    kinds = set(map(type, embedding))
    if kinds == {float}:
        return embedding
    if strange := kinds - {float, int}:
        msg = f"it has a {strange.pop().__name__} among its numbers"
        raise ValueError(msg)
    try:
        return [float(number) for number in embedding]
    except OverflowError as error:
        raise ValueError(str(error)) from None


def _decode(text: str) -> Vector:
    """Return the numbers of little-endian 32-bit floats in base64."""
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None
    if not data or len(data) % 4:
        msg = f"it has {len(data)} bytes, which are no 32-bit floats"
        raise ValueError(msg)
    try:
        import numpy as np
    except ImportError:
        pass  # the standard library does it, too
    else:
        numbers: Vector = np.frombuffer(data, dtype="<f4").tolist()
        return numbers
    floats = array("f", data)
    if sys.byteorder == "big":
        floats.byteswap()
    return floats.tolist()


def blame(
    error: CometAPIError, batch: Batch, vectors: list[Vector | None], vendor: Vendor
) -> CometAPIError:
    """Return an error that says what was done, and which text it is about."""
    total = len(vectors)
    where = f"It is about texts {batch.start} to {batch.end - 1} of {total}"
    quoted = _QUOTED_INPUT.search(error.message)
    if len(batch.texts) == 1:
        where = f"It is about text {batch.start} of {total}"
    elif quoted and int(quoted[1]) < len(batch.texts):
        where = f"It is about text {batch.start + int(quoted[1])} of {total}"
    elif isinstance(error, CometAPIContextOverflowError):
        sizes = [_weigh(text, vendor) for text in batch.texts]
        longest = max(range(len(sizes)), key=sizes.__getitem__)
        where += f"; the longest is text {batch.start + longest}, of about {sizes[longest]} tokens"
    if "per request" in error.message:
        where += "; lower `chunk_size`"
    error.message += f" {where}. {_describe_done(vectors)}"
    error.args = (error.message,)
    error.return_partial = vectors
    return error


def _describe_done(vectors: Sequence[Vector | None]) -> str:
    """Say which texts were embedded, in runs."""
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
    said = ", ".join(f"{first} to {last}" for first, last in runs[:_MOST_RUNS])
    more = ", and more" if len(runs) > _MOST_RUNS else ""
    number = sum(last - first + 1 for first, last in runs)
    return f"{number} were embedded ({said}{more}); `return_partial` holds their vectors."
