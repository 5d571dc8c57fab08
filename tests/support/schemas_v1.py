"""A class of Pydantic 1, which core does without from Python 3.14 on."""

from __future__ import annotations

from pydantic.v1 import BaseModel, Field


class OldAddress(BaseModel):
    """An address."""

    city: str


class OldPerson(BaseModel):
    """A class of Pydantic 1."""

    name: str = Field(description="The full name.")
    age: int | None = None
    friends: list[OldAddress] = []


OldPerson.update_forward_refs()
