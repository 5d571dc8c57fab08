"""`temperature` and `top_p` by the rules of each family."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import (
    Gateway,
    answer,
    chunk,
    completion,
    merge,
    name_lost,
    record_losses,
    stream,
)

if TYPE_CHECKING:
    from langchain_cometapi import ChatCometAPI


def changes(asked: ChatCometAPI, /, **kwargs: Any) -> list[tuple[str, str]]:
    return [(c.parameter, c.action) for c in asked.explain("Hi", **kwargs).changes]


BOTH = {"temperature": 0.2, "top_p": 0.9}
SAMPLING: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    # free, and unknown
    ("gpt-4o-mini", BOTH, BOTH),
    ("some-new-thing", BOTH, BOTH),
    # refused, unless at the default, which all take
    ("gpt-5-mini", BOTH, {}),
    ("gpt-5-mini", {"temperature": 1, "top_p": 1.0}, {"temperature": 1, "top_p": 1.0}),
    ("gpt-5-mini", {"temperature": 0}, {}),
    ("gpt-5-mini", {"temperature": 0.2, "top_p": 1}, {"top_p": 1}),
    # fixed to values of its own
    ("kimi-k3", BOTH, {}),
    ("kimi-k3", {"temperature": 1, "top_p": 1}, {}),
    # one of the two
    ("claude-sonnet-5-5", BOTH, {"temperature": 0.2}),
    ("claude-sonnet-5-5", {"temperature": 0.2}, {"temperature": 0.2}),
    ("claude-sonnet-5-5", {"top_p": 0.9}, {"top_p": 0.9}),
    # with the effort "none" alone: the default of 5.4 and 5.5, not of the later ones
    ("gpt-5.4-mini", BOTH, BOTH),
    ("gpt-5.4-mini", {**BOTH, "reasoning_effort": "none"}, {**BOTH, "reasoning_effort": "none"}),
    ("gpt-5.4-mini", {**BOTH, "reasoning_effort": "low"}, {"reasoning_effort": "low"}),
    ("gpt-5.6-sol", BOTH, {}),
    ("gpt-5.6-sol", {**BOTH, "reasoning_effort": "none"}, {**BOTH, "reasoning_effort": "none"}),
    (
        "gpt-6.1-sol",
        {**BOTH, "extra_body": {"reasoning_effort": "none"}},
        {**BOTH, "reasoning_effort": "none"},
    ),
]


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("per_call", [False, True])
@pytest.mark.parametrize(("model_id", "given", "expected"), SAMPLING)
def test_sampling_is_sent_or_dropped_with_a_warning(
    model_id: str,
    given: dict[str, Any],
    expected: dict[str, Any],
    per_call: bool,
    *,
    streamed: bool,
) -> None:
    parts = stream(chunk("Hello"), chunk(finish_reason="stop"))
    served = Gateway(parts) if streamed else Gateway(answer(completion()))
    model = served.model(model_id, endpoint="chat", **({} if per_call else given))
    kwargs = given if per_call else {}
    with record_losses() as losses:
        for _ in range(3):
            merge(model.stream("Hi", **kwargs)) if streamed else model.invoke("Hi", **kwargs)
    rest = {"model", "messages", "stream", "stream_options"}
    for body in served.bodies:
        assert {k: v for k, v in body.items() if k not in rest} == expected
    dropped = sorted(given.keys() - expected.keys() - {"extra_body"})
    assert sorted(name_lost(losses)) == dropped
    assert all(re.search(f"was dropped: {model_id} (takes|has fixed)", text) for text in losses)


@pytest.mark.parametrize(("model_id", "given", "expected"), SAMPLING)
def test_sampling_with_strict_params_is_refused_where_dropped(
    model_id: str, given: dict[str, Any], expected: dict[str, Any]
) -> None:
    dropped = sorted(given.keys() - expected.keys() - {"extra_body"})
    served = Gateway(answer(completion()))
    model = served.model(model_id, endpoint="chat", strict_params=True, **given)
    if not dropped:
        model.invoke("Hi")
        assert len(served.requests) == 1
        return
    with pytest.raises(ValueError, match="`strict_params=True`") as raised:
        model.invoke("Hi")
    with pytest.raises(ValueError, match="`strict_params=True`"):
        model.explain("Hi")
    assert served.requests == []
    for name in ("temperature", "top_p"):
        found = re.search(f"`{name}`: {model_id} (takes|has fixed)", str(raised.value))
        assert bool(found) is (name in dropped)


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ({"temperature": 0.5, "top_p": 1}, "top_p"),
        ({"temperature": 1, "top_p": 0.9}, "temperature"),
        ({"temperature": 1, "top_p": 1}, "temperature"),
    ],
)
def test_sampling_at_its_default_beside_the_other_is_left_out_without_loss(
    given: dict[str, float], left: str
) -> None:
    served = Gateway(answer(completion()))
    options: dict[str, Any] = {**given, "strict_params": True}
    model = served.model("claude-sonnet-5-5", **options)
    model.invoke("Hi")
    sent = {name: served.bodies[0].get(name) for name in given}
    assert sent == {**given, left: None}
    assert changes(model) == [(left, "left out")]
