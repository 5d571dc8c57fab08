"""A tokenizer of tiktoken without a vocabulary: each byte is a token."""

from __future__ import annotations

import base64
import hashlib
import zlib
from typing import TYPE_CHECKING, Any

from tiktoken import Encoding

if TYPE_CHECKING:
    from pathlib import Path

# Like tiktoken's own patterns, it runs out of the stack on too many spaces.
PATTERN = r"\S+|\s+(?!\S)|\s+"
SPECIAL = {"<|end|>": 256}


def create_ranks(name: str) -> dict[bytes, int]:
    """Return the ids of the bytes, other ones for each name."""
    shift = zlib.crc32(name.encode()) % 256
    return {bytes([byte]): (byte + shift) % 256 for byte in range(256)}


def create_encoding(name: str) -> Encoding:
    """Return the tokenizer of this name."""
    return Encoding(**describe_encoding(name, create_ranks(name)))


def write_vocabulary(folder: Path, url: str, name: str) -> str:
    """Write a vocabulary where tiktoken keeps it, and return its hash.

    Args:
        folder: tiktoken's cache.
        url: Where tiktoken would have it from.
        name: The name of the encoding.
    """
    ranks = create_ranks(name).items()
    data = b"".join(base64.b64encode(token) + b" %d\n" % rank for token, rank in ranks)
    (folder / hashlib.sha1(url.encode(), usedforsecurity=False).hexdigest()).write_bytes(data)
    return hashlib.sha256(data).hexdigest()


def describe_encoding(name: str, ranks: dict[bytes, int]) -> dict[str, Any]:
    """Return the arguments of an `Encoding`, as the constructors in tiktoken's registry do."""
    return {"name": name, "pat_str": PATTERN, "mergeable_ranks": ranks, "special_tokens": SPECIAL}
