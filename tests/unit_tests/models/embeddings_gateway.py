"""What the tests of `CometAPIEmbeddings` share: a gateway with a vector for each text."""

from __future__ import annotations

import base64
import json
import struct
from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi import CometAPIEmbeddings
from tests.support import EMBEDDING_WAYS, Gateway, answer

if TYPE_CHECKING:
    from langchain_cometapi._client.sdk import httpx

MODEL = "text-embedding-3-small"

each_way = pytest.mark.parametrize("way", EMBEDDING_WAYS)


def vector(text: str, size: int = 3) -> list[float]:
    """Return a vector of 32-bit floats that is different for each text."""
    numbers = [len(text) / 7, *(ord(letter) / 3 for letter in f"{text:<{size}}")][:size]
    return list(struct.unpack(f"<{size}f", struct.pack(f"<{size}f", *numbers)))


def items(body: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for index, text in enumerate(body["input"]):
        numbers: Any = vector(text, body.get("dimensions", 3))
        if body.get("encoding_format") == "base64":
            numbers = base64.b64encode(struct.pack(f"<{len(numbers)}f", *numbers)).decode()
        found.append({"object": "embedding", "index": index, "embedding": numbers})
    return found


def reply(data: Any) -> httpx.Response:
    usage = {"prompt_tokens": 1, "total_tokens": 1}
    return answer({"object": "list", "model": MODEL, "data": data, "usage": usage})


def embed(request: httpx.Request) -> httpx.Response:
    """Return the vectors in reverse order, with their indexes; "fail: MESSAGE" in a text fails."""
    body = json.loads(request.content)
    for index, text in enumerate(body["input"]):
        if text.startswith("fail"):
            message = text[len("fail: ") :].format(index) or "no such thing"
            return answer({"error": {"message": message, "code": None}}, 400)
    return reply(items(body)[::-1])


def make(gateway: Gateway, **kwargs: Any) -> CometAPIEmbeddings:
    return gateway.make(CometAPIEmbeddings, **{"model": MODEL, **kwargs})


TEXTS = [f"text number {n}" for n in range(7)]
VECTORS = [vector(text) for text in TEXTS]
