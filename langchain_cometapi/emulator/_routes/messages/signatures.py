"""Signatures of thinking, which only the emulator can create and read."""

from __future__ import annotations

import base64
import json
from typing import NamedTuple

from langchain_cometapi.emulator._sealed import is_sealed, seal, unseal

_MIN_BYTES = 64
_BYTES_FIELD, _VERSION_FIELD = 0x12, 0x18
"""The tags of the second and the third field of a protobuf message."""


class Signed(NamedTuple):
    """What a signature says.

    Attributes:
        model: The model that has thought.
        text: The thinking.
    """

    model: str
    text: str


def sign(model: str, text: str) -> str:
    """Return the signature of a thinking.

    Args:
        model: The model.
        text: The thinking.
    """
    return seal(json.dumps(["thinking", model, text]))


def read_signature(signature: str) -> Signed | None:
    """Return what a signature says; `None` if it is not one of the emulator's.

    Args:
        signature: The signature.
    """
    content = unseal(signature)
    if content is None:
        return None
    try:
        said = json.loads(content)
    except ValueError:
        return None  # encrypted reasoning of the Responses route
    if not isinstance(said, list) or said[:1] != ["thinking"]:
        return None
    return Signed(*said[1:])


def is_of_anthropic(signature: str) -> bool:
    """Return whether a signature has the form of Anthropic's, which nobody else can check.

    It is a protobuf message in base64: a field of bytes, at times with a version after it. As in
    the thinking that LangChain's standard tests send (langchain-tests 1.1.9).

    Args:
        signature: The signature.
    """
    try:
        data = base64.b64decode(signature, validate=True)
    except ValueError:
        return False
    if len(data) < _MIN_BYTES or data[0] != _BYTES_FIELD:
        return False
    size, at = data[1] & 0x7F, 2
    if data[1] & 0x80:  # a second byte of the length
        size, at = size | data[2] << 7, 3
    rest = data[at + size :]
    return len(data) >= at + size and (not rest or rest[0] == _VERSION_FIELD)


def redact(text: str) -> str:
    """Return a thinking that nobody can read.

    Args:
        text: The thinking.
    """
    return seal(text)


def is_redacted(data: str) -> bool:
    """Return whether the data are a redacted thinking of the emulator's.

    Args:
        data: The data.
    """
    return is_sealed(data)
