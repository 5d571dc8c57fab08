"""Signatures of thinking, which only the emulator can create and read."""

from __future__ import annotations

import json
from typing import NamedTuple

from langchain_cometapi.emulator._sealed import is_sealed, seal, unseal


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
