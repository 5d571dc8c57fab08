"""Faults: what the emulator can be told to do wrong, and when.

A fault has a name and parameters, and is written `Fault("429", retry_after=2, times=1)` or, which
also fits into a header and a command line, `"429; retry_after=2; times=1"`. How each one looks on
the wire is the business of `_faults/responses.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

FAULT_HEADER: Final = "X-Emulator-Fault"
"""The request header that asks for a fault; it decides over the emulator's own."""

NO_FAULT: Final = "none"


FAULTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "invalid_request": (),
        "html": (),
        "empty": (),
        "cut": ("after",),
        "choices_null": (),
        "error_200": ("status",),
        "stream_error": ("status", "after"),
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
"""The names of the faults, and the parameters each of them takes besides `times`, `rate`, `seed`.

Any HTTP status from 400 to 599 is a name too; it takes `retry_after`.
"""

_DEFAULTS: Mapping[str, Mapping[str, float]] = {
    "cut": {"after": 3},
    "stream_error": {"after": 3, "status": 503},
    "error_200": {"status": 503},
    "delay": {"seconds": 1.0},
    "drip": {"seconds": 0.01, "size": 1},
    "stall": {"after": 0},
    "keep_alive": {"after": 0, "seconds": 0.1},
    "reset_midway": {"after": 3},
    "half_close": {"after": 3},
}
_ALWAYS = ("times", "rate", "seed")
_LOWEST_STATUS, _HIGHEST_STATUS = 400, 599


@dataclass(frozen=True)
class Fault:
    """One fault: what goes wrong, and for which requests.

    Args:
        name: One of `FAULTS`, or an HTTP status from 400 to 599.
        status: Status that the error object inside a 200 stands for (503).
        retry_after: Seconds for the `Retry-After` header of an HTTP error; none by default.
        after: Chunks of the stream that are sent first. By default 3, which is the role and
            forty characters of text; 0 for "stall" and "keep_alive". An answer that is not
            streamed is cut in half by any number but 0.
        seconds: How long to wait: before the answer ("delay": 1), between two pieces ("drip":
            0.01) or between two comments ("keep_alive": 0.1).
        size: Bytes in a piece ("drip": 1).
        times: How many requests it hits, from the first on; all of them by default.
        rate: Which share of the requests it hits, drawn at random.
        seed: Seed of these draws: the same seed hits the same requests.

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
        """Check everything, and fill in what was not given."""
        takes = FAULTS.get(self.name)
        if self.http_status is not None:
            takes = ("retry_after",)
        if takes is None:
            msg = (
                f"{self.name!r} is no fault of the emulator; there are {', '.join(FAULTS)} "
                f"and the HTTP statuses {_LOWEST_STATUS} to {_HIGHEST_STATUS}"
            )
            raise ValueError(msg)
        for name in ("status", "retry_after", "after", "seconds", "size"):
            value = getattr(self, name)
            if value is None:
                value = _DEFAULTS.get(self.name, {}).get(name)
                object.__setattr__(self, name, value)
            elif name not in takes:
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
        """The status this fault answers with, if it is named by one."""
        if not (self.name.isascii() and self.name.isdecimal()):
            return None
        status = int(self.name)
        return status if _LOWEST_STATUS <= status <= _HIGHEST_STATUS else None

    @classmethod
    def parse(cls, text: str) -> Fault:
        """Read a fault as it is written in a header: `name; parameter=value; ...`.

        Args:
            text: The text.

        Raises:
            ValueError: If it is no fault.
        """
        name, *rest = (part.strip() for part in text.split(";"))
        values: dict[str, int | float] = {}
        for part in filter(None, rest):
            key, _, value = (piece.strip() for piece in part.partition("="))
            if key not in _NUMBERS:
                msg = f"{key!r} is no parameter of a fault; there are {', '.join(_NUMBERS)}"
                raise ValueError(msg)
            try:
                values[key] = _NUMBERS[key](value)
            except ValueError:
                msg = f"{key!r} of the fault {name!r} is no number: {value!r}"
                raise ValueError(msg) from None
        return cls(name, **values)  # type: ignore[arg-type] # `_NUMBERS` knows each one's type


_NUMBERS: Mapping[str, type[int | float]] = {
    field.name: float if field.name in ("retry_after", "seconds", "rate") else int
    for field in fields(Fault)
    if field.name != "name"
}
