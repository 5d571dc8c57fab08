"""A tool and a schema that tests offer to models."""

from __future__ import annotations

from pydantic import BaseModel


class City(BaseModel):
    """A city."""

    name: str


def get_weather(city: str) -> str:
    """Get the weather in a city."""
    return city
