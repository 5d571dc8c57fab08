"""The profile of a model: found when it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from langchain_core.language_models import ModelProfile
from langchain_core.language_models.chat_models import BaseChatModel
from pydantic import PrivateAttr, model_validator
from typing_extensions import override

from langchain_cometapi._catalog.profiles import Route, get_profile


class ShownProfiles(dict[tuple[str, str], Any]):
    """The profiles of a model object, by the id of the model and the route.

    They are kept so that a change in place stays, as LangChain documents it. They are no part of a
    model's identity: models that differ in them are equal.
    """

    def __eq__(self, other: object) -> bool:
        """Return whether the other is of this class."""
        return isinstance(other, ShownProfiles)

    __hash__ = None


class ProfileOnRead(BaseChatModel):
    """Finds the profile of a chat model when it is read, as model and route are then.

    Core stores the profile at construction. There it would stay when the model or the route is
    assigned, and go into the next model that `configurable_fields` builds. So nothing is stored,
    unless the user has passed one, and `__getattr__` answers: it costs nothing until it is read.
    """

    _profiles: ShownProfiles = PrivateAttr(default_factory=ShownProfiles)

    @model_validator(mode="after")
    @override
    def _set_model_profile(self) -> Self:
        """Leave the profile to be found when it is read."""
        if self.__dict__.get("profile") is None:
            self.__dict__.pop("profile", None)
        return self

    if not TYPE_CHECKING:  # else any attribute would pass for one

        def __getattr__(self, name: str) -> Any:
            """Return the profile where the user has passed none; it is that of model and route."""
            if name == "profile":
                return self._resolve_model_profile()
            return super().__getattr__(name)

    def _find_profile_on(self, model: str, endpoint: Route) -> ModelProfile | None:
        key = (model, endpoint)
        profile: ModelProfile | None = self._profiles.get(key)
        if profile is None and (profile := get_profile(model, endpoint)) is not None:
            self._profiles[key] = profile
        return profile
