"""The id under which data about a model are filed."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# As in `gpt-5.4-mini-2026-03-17`, `claude-opus-4-5-20251101`, `doubao-seed-2-0-mini-260215` and
# `grok-4-0709`.
_DATE = re.compile(r"-(\d{4}-\d\d-\d\d|\d{8}|\d{6}|\d{4})$")
# CometAPI's own endings, which switch the reasoning of a model on or off.
_THINKING = re.compile(r"-(no)?thinking$")
_OWN_PREFIX = re.compile(r"cometapi-(?=opus|sonnet|haiku|fable)")


@lru_cache(maxsize=1024)
def spellings(model: str) -> tuple[str, ...]:
    """Return the ids that may stand for a model, the closest one first.

    CometAPI answers to a model also by the id of a dated snapshot, by one that ends with
    `-thinking`, and to Claude by names of its own; data know a model by one of these alone.

    Args:
        model: The id, in any case, with or without a prefix such as `openai/`.
    """
    return tuple(dict.fromkeys(_spell(model.lower().rpartition("/")[2])))


def _spell(name: str) -> Iterator[str]:
    yield name
    claude = _OWN_PREFIX.sub("claude-", name)
    yield claude
    base = _THINKING.sub("", claude)
    yield _DATE.sub("", claude)
    yield base
    yield _DATE.sub("", base)
