"""The profiles that a model object has shown."""

from __future__ import annotations

from typing import Any


class ShownProfiles(dict[tuple[str, str], Any]):
    """The profiles of a model object, by the id of the model and the route.

    They are kept so that a change in place stays, as LangChain documents it. They are no part of a
    model's identity: models that differ in them are equal.
    """

    def __eq__(self, other: object) -> bool:
        """Return whether the other is of this class."""
        return isinstance(other, ShownProfiles)

    __hash__ = None
