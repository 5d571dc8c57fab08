"""Values found in a prompt."""

from __future__ import annotations

from langchain_cometapi.emulator._generation.facts import read_facts


def test_facts_are_read_from_a_prompt() -> None:
    facts = read_facts(
        "What's up? Book 'The Ritz' in San Francisco, CA for 1,200 dollars, -3.5 or 7."
        ' Ask Ann Lee and "Bob".'
    )
    assert [*facts.numbers] == [1200, -3.5, 7]
    assert [*facts.quoted] == ["The Ritz", "Bob"]
    assert [*facts.names] == ["San Francisco, CA", "Ann Lee"]
    assert [*facts.openings] == []
    assert [*read_facts("Nothing ventured").openings] == ["Nothing"]
