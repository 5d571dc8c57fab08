"""Which fault each request gets."""

from __future__ import annotations

from typing import Any

import pytest

from langchain_cometapi.emulator import Fault
from langchain_cometapi.emulator._faults.schedule import FaultSwitch, plan


def hits(faults: Any, requests: int = 6) -> str:
    """One letter for each request: the fault's first, or a dot."""
    planned = plan(faults)
    drawn = [next(planned, None) for _ in range(requests)]
    return "".join(fault.name[0] if fault else "." for fault in drawn)


@pytest.mark.parametrize(
    ("faults", "expected"),
    [
        (None, "......"),
        ("none", "......"),
        (429, "444444"),
        ("reset", "rrrrrr"),
        (Fault("html", times=2), "hh...."),
        ("html; times=0", "......"),
        (["429", None, "none", Fault("reset"), 529], "4..r5."),
        (["429; times=3", "reset"], "444r.."),
        ([], "......"),
        ("reset; rate=0", "......"),
    ],
)
def test_plan_yields_the_fault_of_each_request(faults: Any, expected: str) -> None:
    assert hits(faults) == expected


def test_plan_with_rate_depends_on_the_seed() -> None:
    half = hits("reset; rate=0.5; seed=1", 200)
    assert half == hits("reset; rate=0.5; seed=1", 200)
    assert half != hits("reset; rate=0.5; seed=2", 200)
    assert 70 < half.count("r") < 130
    assert hits("reset; rate=0.5; times=3", 200).count("r") == 3


def test_faults_by_header_have_their_own_count() -> None:
    switch = FaultSwitch(["reset"])
    drawn = [switch.draw("429; times=1"), switch.draw("429; times=1"), switch.draw("none")]
    assert drawn == [Fault("429", times=1), None, None]
    assert switch.draw(None) == Fault("reset")
    assert switch.draw(None) is None
    switch.set("html")
    assert switch.faults == "html"
    assert switch.draw(None) == Fault("html")
    assert switch.draw("429; times=1") is not None


def test_number_of_remembered_headers_is_limited() -> None:
    switch = FaultSwitch()
    for number in range(2500):
        assert switch.draw(f"429; times=1; seed={number}") is not None
    assert len(switch._plans_by_header) <= 1000


def test_set_wrong_fault_keeps_the_old_one() -> None:
    switch = FaultSwitch("html")
    with pytest.raises(ValueError, match="sulk"):
        switch.set(["429", "sulk"])
    assert switch.draw(None) == Fault("html")
