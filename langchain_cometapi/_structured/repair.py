"""`repair=True`: broken JSON, repaired by the package `json-repair`."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from langchain_cometapi._json import replace_surrogates
from langchain_cometapi._structured.candidates import find_start

if TYPE_CHECKING:
    from collections.abc import Iterator

_INSTALL = (
    "`repair=True` needs the package `json-repair`: install it with "
    "`pip install 'langchain-cometapi[repair]'`."
)


def check_installed() -> None:
    """Refuse to repair JSON without the package for it.

    Raises:
        ImportError: If it is not installed.
    """
    if find_spec("json_repair") is None:
        raise ImportError(_INSTALL)


def find_repaired(text: str) -> Iterator[list[Any]]:
    """Yield what the package makes of the broken JSON in a text, if there is any."""
    import json_repair

    begun = find_start(text)
    value = json_repair.loads(begun) if begun else None
    if isinstance(value, dict | list) and value:
        yield [replace_surrogates(value)]
