"""Faults: their names, their parameters, and how they are written.

A fault is written as an object, `Fault("429", retry_after=2, times=1)`, or in a header or on a
command line as a text, `"429; retry_after=2; times=1"`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Final

FAULT_HEADER: Final = "X-Emulator-Fault"
"""The request header that sets a fault; it overrides the emulator's own."""

NO_FAULT: Final = "none"


FAULTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "invalid_request": (),
        "html": ("status",),
        "balance": (),
        "bedrock": ("status",),
        "overflow": (),
        "filter": (),
        "refusal": (),
        "quota": (),
        "empty": (),
        "cut": ("after",),
        "choices_null": (),
        "error_200": ("status",),
        "stream_error": ("status", "after"),
        "failed": ("status", "after"),
        "no_finish": (),
        "delay": ("seconds",),
        "drip": ("seconds", "size"),
        "hang": (),
        "stall": ("after",),
        "keep_alive": ("after", "seconds"),
        "reset": (),
        "reset_midway": ("after",),
        "half_close": ("after",),
        "garbage": (),
        NO_FAULT: (),
    }
)
"""The names of the faults, with the parameters that only some of them take.

All take `times`, `rate` and `seed`. Any HTTP status from 400 to 599 is a name, too, and takes
`retry_after`.
"""

_DEFAULTS: Mapping[str, Mapping[str, float]] = {
    "cut": {"after": 3},
    "bedrock": {"status": 400},
    "html": {"status": 200},
    "stream_error": {"after": 3, "status": 503},
    "failed": {"after": 3, "status": 503},
    "error_200": {"status": 503},
    "delay": {"seconds": 1.0},
    "drip": {"seconds": 0.01, "size": 1},
    "stall": {"after": 0},
    "keep_alive": {"after": 0, "seconds": 0.1},
    "reset_midway": {"after": 3},
    "half_close": {"after": 3},
}
_COMMON_PARAMETERS = ("times", "rate", "seed")
_MIN_STATUS, _MAX_STATUS = 400, 599


@dataclass(frozen=True)
class Fault:
    """What goes wrong, and for which requests.

    Args:
        name: One of `FAULTS`, or an HTTP status from 400 to 599; a number is written as text.
        status: HTTP status of the error in a 200 response, by default 503; of a page ("html"),
            by default 200; of an error in Amazon Bedrock's form ("bedrock"), by default 400.
        retry_after: Seconds in the `Retry-After` header of an HTTP error; no header by default.
        after: Chunks of the stream that are sent first; deltas on the Responses and Messages
            routes, parts of generateContent. By default 3, which is the role and forty characters
            of text, or sixty characters; 0 for "stall" and "keep_alive". A response that is not
            streamed is cut in half, unless it is 0.
        seconds: How long to wait: before the response ("delay": 1), between two parts of it
            ("drip": 0.01) or between two comments ("keep_alive": 0.1).
        size: Bytes per part ("drip": 1).
        times: How many requests it affects, from the first on; all by default.
        rate: The share of requests that it affects, chosen at random.
        seed: Random seed for `rate`: the same seed affects the same requests.

    Raises:
        ValueError: If there is no such fault, or it does not take a parameter.
    """

    name: str
    status: int | None = None
    retry_after: float | None = None
    after: int | None = None
    seconds: float | None = None
    size: int | None = None
    times: int | None = None
    rate: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        """Check the parameters and set their defaults."""
        object.__setattr__(self, "name", str(self.name))
        accepted = FAULTS.get(self.name)
        if self.http_status is not None:
            accepted = ("retry_after",)
        if accepted is None:
            msg = (
                f"unknown fault {self.name!r}; the emulator has {', '.join(FAULTS)} "
                f"and the HTTP statuses {_MIN_STATUS} to {_MAX_STATUS}"
            )
            raise ValueError(msg)
        for name in ("status", "retry_after", "after", "seconds", "size"):
            value = getattr(self, name)
            if value is None:
                value = _DEFAULTS.get(self.name, {}).get(name)
                object.__setattr__(self, name, value)
            elif name not in accepted:
                msg = f"the fault {self.name!r} takes no {name!r}"
                raise ValueError(msg)
            if value is not None and value < (1 if name == "size" else 0):
                msg = f"{name!r} of the fault {self.name!r} is too small: {value}"
                raise ValueError(msg)
        if not 0 <= self.rate <= 1 or (self.times is not None and self.times < 0):
            msg = "`rate` is between 0 and 1, `times` is not negative"
            raise ValueError(msg)

    @property
    def http_status(self) -> int | None:
        """The HTTP status of the response, if the fault is named after one."""
        if not (self.name.isascii() and self.name.isdecimal()):
            return None
        status = int(self.name)
        return status if _MIN_STATUS <= status <= _MAX_STATUS else None

    @classmethod
    def parse(cls, text: str) -> Fault:
        """Return the fault that a text states: `name; parameter=value; ...`.

        Args:
            text: The text.

        Raises:
            ValueError: If there is no such fault, or it does not take a parameter.
        """
        name, *rest = (part.strip() for part in text.split(";"))
        values: dict[str, int | float] = {}
        for part in filter(None, rest):
            key, _, value = (text.strip() for text in part.partition("="))
            if key not in _PARAMETER_TYPES:
                known = ", ".join(_PARAMETER_TYPES)
                msg = f"{key!r} is not a parameter of faults; they have {known}"
                raise ValueError(msg)
            try:
                values[key] = _PARAMETER_TYPES[key](value)
            except ValueError:
                msg = f"{key!r} of the fault {name!r} is not a number: {value!r}"
                raise ValueError(msg) from None
        return cls(name, **values)  # type: ignore[arg-type] # `_PARAMETER_TYPES` has the type of each


_PARAMETER_TYPES: Mapping[str, type[int | float]] = {
    field.name: float if field.name in ("retry_after", "seconds", "rate") else int
    for field in fields(Fault)
    if field.name != "name"
}
