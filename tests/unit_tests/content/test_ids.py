import re

import pytest

from langchain_cometapi._content.ids import make_unique_id

MISTRAL = re.compile("[a-zA-Z0-9]{9}")
LETTERS = re.compile("[a-zA-Z0-9_-]+")


def test_id_seen_for_the_first_time_is_kept() -> None:
    assert make_unique_id("get weather:0", 0) == "get weather:0"


def test_id_seen_before_gets_another_one_for_each_count() -> None:
    ids = [make_unique_id("call_1", count) for count in range(50)]

    assert ids[0] == "call_1"
    assert len(set(ids)) == 50
    assert all(LETTERS.fullmatch(id_) for id_ in ids)


def test_id_that_matches_the_pattern_is_kept() -> None:
    assert make_unique_id("abcDEF123", 0, MISTRAL) == "abcDEF123"


@pytest.mark.parametrize("id_", ["get weather:0", "", "é", "a\nb", "call_1\n"])
def test_id_that_does_not_match_the_pattern_is_replaced(id_: str) -> None:
    new = make_unique_id(id_, 0, LETTERS)

    assert new != id_
    assert LETTERS.fullmatch(new)
    assert make_unique_id(id_ + "x y", 0, LETTERS) != new


def test_id_made_in_another_request_is_the_same() -> None:
    """A vendor's prompt cache holds no longer than the ids of the history stay the same."""
    assert make_unique_id("call_1", 1) == "call_d7a05e0c3216b7682adc5d05"
    assert make_unique_id("call 1", 0, LETTERS) == "call_21c5c2a600ce3c16f8a2e523"


@pytest.mark.parametrize("half", ["\ud83d", "call_\ud83d"])
def test_id_with_half_a_surrogate_pair_is_made_unique(half: str) -> None:
    first, second = (make_unique_id(half, count, LETTERS) for count in (0, 1))

    assert first != second
    assert make_unique_id(half, 0) == half
    assert make_unique_id(half, 1) == second
    assert all(id_.isascii() for id_ in (first, second))
