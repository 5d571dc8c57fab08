"""What models report corrects estimates: seldom asked for, bounded, for the model alone."""

from __future__ import annotations

import threading

import pytest

from langchain_cometapi._content import reported_tokens
from langchain_cometapi._content.reported_tokens import (
    add_report,
    forget_reports,
    get_factor,
    is_estimate_due,
)

URL, MODEL = "https://a.example/v1", "gpt-5.4-mini"


def due_calls(number: int) -> list[int]:
    return [call for call in range(1, number + 1) if is_estimate_due(URL, MODEL)]


def test_estimate_is_due_for_ever_fewer_calls() -> None:
    assert due_calls(100) == [1, 2, 4, 8, 16, 32, 64]


def test_estimate_is_due_for_few_calls_when_enough_is_known() -> None:
    add_report(URL, MODEL, estimated=20_000, reported=20_000)
    assert due_calls(5000) == [1, 8, 64, 512, 4096]


def test_estimate_is_due_after_a_count() -> None:
    assert due_calls(2) == [1, 2]
    get_factor(URL, MODEL)
    assert due_calls(7) == [1, 2, 6]  # the 3rd, and the 4th and 8th that are due anyway


def test_factor_is_that_of_what_was_reported() -> None:
    assert get_factor(URL, MODEL) == 1
    for _ in range(3):
        add_report(URL, MODEL, estimated=10_000, reported=12_000)
    assert get_factor(URL, MODEL) == pytest.approx(1.2, abs=0.001)
    assert get_factor(URL, "other") == 1
    assert get_factor("https://b.example/v1", MODEL) == 1


@pytest.mark.parametrize(("reported", "factor"), [(1, 0.5), (100_000, 2.0)])
def test_factor_is_bounded(reported: int, factor: float) -> None:
    add_report(URL, MODEL, estimated=1000, reported=reported)
    assert get_factor(URL, MODEL) == factor


def test_short_request_says_little() -> None:
    add_report(URL, MODEL, estimated=10, reported=15)
    assert 1.1 < get_factor(URL, MODEL) < 1.2


def test_old_reports_fade() -> None:
    add_report(URL, MODEL, estimated=1_000_000, reported=2_000_000)
    for _ in range(10):
        add_report(URL, MODEL, estimated=100_000, reported=100_000)
    assert get_factor(URL, MODEL) < 1.1


def test_reports_of_many_threads_are_all_taken_in() -> None:
    def report() -> None:
        for _ in range(1000):
            add_report(URL, MODEL, estimated=1, reported=2)
            is_estimate_due(URL, MODEL)
            get_factor(URL, MODEL)

    threads = [threading.Thread(target=report) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert get_factor(URL, MODEL) == pytest.approx(16_020 / 8020)


def test_models_that_are_remembered_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reported_tokens, "_MAX_MODELS", 3)
    for number in range(10):
        is_estimate_due(URL, f"model-{number}")
    assert len(reported_tokens._records) == 3
    forget_reports()
    assert not reported_tokens._records
