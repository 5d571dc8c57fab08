"""Ids that this package makes up."""

from __future__ import annotations

import re

MADE_UP = "<made up>"
"""Stands for the id this package generates for a call that came without one."""

_MADE_UP_ID = re.compile(r"call_[0-9a-f]{24}")


def normal_id(id_: str | None) -> str | None:
    """The id of a call, or `MADE_UP`."""
    return MADE_UP if id_ and _MADE_UP_ID.fullmatch(id_) else id_
