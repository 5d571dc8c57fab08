"""Faults: how they are written, and their parameters."""

from __future__ import annotations

import pytest

import langchain_cometapi.emulator
from langchain_cometapi.emulator import FAULTS, Fault


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("429", Fault("429")),
        ("429; retry_after=2.5; times=1", Fault("429", retry_after=2.5, times=1)),
        (" stall ;after=2; ", Fault("stall", after=2)),
        ("drip;size=7;seconds=0.5", Fault("drip", size=7, seconds=0.5)),
        ("reset; rate=0.25; seed=3", Fault("reset", rate=0.25, seed=3)),
        ("error_200; status=429", Fault("error_200", status=429)),
    ],
)
def test_parse_text_returns_fault(text: str, fault: Fault) -> None:
    assert Fault.parse(text) == fault


def test_status_may_be_a_number() -> None:
    assert Fault(429, times=1) == Fault("429", times=1)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "unknown fault ''; the emulator has invalid_request, html,"),
        ("sulk", "unknown fault 'sulk'"),
        ("399", "unknown fault '399'"),
        ("600", "unknown fault '600'"),
        ("reset; after=2", "'reset' takes no 'after'"),
        ("429; seconds=2", "'429' takes no 'seconds'"),
        ("stall; after=-1", "'after' of the fault 'stall' is too small: -1"),
        ("drip; size=0", "'size' of the fault 'drip' is too small: 0"),
        ("stall; after=two", "'after' of the fault 'stall' is not a number: 'two'"),
        ("stall; after", "is not a number: ''"),
        ("stall; until=2", "'until' is not a parameter of faults; they have status, retry_after"),
        ("reset; rate=2", "`rate` is between 0 and 1"),
        ("reset; times=-1", "`times` is not negative"),
    ],
)
def test_parse_wrong_text_raises(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=r"fault|rate|times") as caught:
        Fault.parse(text)
    assert complaint in str(caught.value)


def test_parameter_that_is_not_set_has_the_default_of_its_fault() -> None:
    assert (Fault("cut").after, Fault("stall").after, Fault("html").after) == (3, 0, None)
    assert (Fault("drip").size, Fault("delay").seconds) == (1, 1.0)
    assert [Fault(name).http_status for name in ("429", "reset")] == [429, None]


def test_every_fault_is_in_the_table() -> None:
    documented = langchain_cometapi.emulator.__doc__
    assert documented is not None
    rows = [line for line in documented.splitlines() if line.startswith("| `")]
    table = {
        name.strip(" `"): parameters for name, parameters in (row.split("|")[1:3] for row in rows)
    }
    for name, parameters in FAULTS.items():
        assert table[name].strip() == ", ".join(f"`{parameter}`" for parameter in parameters)
