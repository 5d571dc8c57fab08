"""Parameters by the rules of each family, and `explain()`, which tells what is sent."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import Gateway, answer, chunk, completion, merge, stream

if TYPE_CHECKING:
    from langchain_cometapi import ChatCometAPI

LOGGER = "langchain_cometapi._chat.request.parameters"


def get_weather(city: str) -> str:
    """Get the weather in a city."""
    return city


def gateway() -> Gateway:
    return Gateway(answer(completion()))


def changes(asked: ChatCometAPI, /, **kwargs: Any) -> list[tuple[str, str]]:
    return [(c.parameter, c.action) for c in asked.explain("Hi", **kwargs).changes]


# -- sampling ----------------------------------------------------------------------------------

BOTH = {"temperature": 0.2, "top_p": 0.9}
SAMPLING: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    # free
    *((model, BOTH, BOTH) for model in ("gpt-4o-mini", "gpt-5-chat-latest", "some-new-thing")),
    *((model, BOTH, BOTH) for model in ("gemini-3.8-flash", "deepseek-v4-pro", "kimi-k2")),
    # refused
    *((model, BOTH, {}) for model in ("gpt-5-mini", "o3", "claude-opus-5-5", "openai/gpt-5")),
    # fixed to values of its own
    ("kimi-k3", BOTH, {}),
    ("kimi-k2.6", {"temperature": 1, "top_p": 1}, {}),
    # one of the two
    *(
        (model, BOTH, {"temperature": 0.2})
        for model in ("claude-sonnet-5-5", "claude-haiku-4-5", "cometapi-sonnet-4-6")
    ),
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
    # 1 is the default, which all take
    ("gpt-5-mini", {"temperature": 1, "top_p": 1.0}, {"temperature": 1, "top_p": 1.0}),
    ("gpt-5-mini", {"temperature": 0}, {}),
    ("gpt-5-mini", {"temperature": 0.2, "top_p": 1}, {"top_p": 1}),
]


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("per_call", [False, True])
@pytest.mark.parametrize(("model_id", "given", "expected"), SAMPLING)
def test_sampling(
    model_id: str,
    given: dict[str, Any],
    expected: dict[str, Any],
    per_call: bool,
    *,
    streamed: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    parts = stream(chunk("Hello"), chunk(finish_reason="stop"))
    served = Gateway(parts) if streamed else gateway()
    model = served.model(model_id, **({} if per_call else given))
    kwargs = given if per_call else {}
    with caplog.at_level(logging.WARNING, LOGGER):
        for _ in range(3):
            merge(model.stream("Hi", **kwargs)) if streamed else model.invoke("Hi", **kwargs)
    rest = {"model", "messages", "stream", "stream_options"}
    for body in served.bodies:
        assert {k: v for k, v in body.items() if k not in rest} == expected
    dropped = sorted(given.keys() - expected.keys() - {"extra_body"})
    told = [record.getMessage() for record in caplog.records]
    assert [text.split("`")[1] for text in sorted(told)] == dropped
    assert all(re.search(f"was dropped: {model_id} (takes|has fixed)", text) for text in told)


@pytest.mark.parametrize(("model_id", "given", "expected"), SAMPLING)
def test_sampling_when_strict(
    model_id: str, given: dict[str, Any], expected: dict[str, Any]
) -> None:
    dropped = sorted(given.keys() - expected.keys() - {"extra_body"})
    served = gateway()
    model = served.model(model_id, strict_params=True, **given)
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


def test_one_warning_for_each_model(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, LOGGER):
        for _ in range(2):
            gateway().model("gpt-5-mini", temperature=0.2).invoke("Hi")
            gateway().model("o3", temperature=0.3).invoke("Hi")
            gateway().model("o3", temperature=0.3).explain("Hi")
    told = [record.getMessage().partition(" takes")[0] for record in caplog.records]
    assert told == [
        "`temperature` was dropped: gpt-5-mini",
        "`temperature` was dropped: o3",
    ]


def test_explaining_does_not_warn(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, LOGGER):
        assert changes(gateway().model("gpt-5-mini", temperature=0.2))
    assert caplog.records == []


# -- the token limit ---------------------------------------------------------------------------

COMPLETION = ("gpt-5.4-mini", "gpt-5-mini", "gpt-6-sol", "o3", "gpt-5-chat-latest")
PLAIN = ("gpt-4o-mini", "claude-opus-5", "claude-sonnet-5-5", "gemini-3.8-flash", "deepseek-v4-pro")


@pytest.mark.parametrize("given", ["max_tokens", "max_completion_tokens"])
@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize(
    ("model_id", "name"),
    [
        *((model, "max_completion_tokens") for model in COMPLETION),
        *(
            (model, "max_tokens")
            for model in (*PLAIN, "kimi-k2.6", "kimi-k3", "glm-5.2", "mimo-v2")
        ),
    ],
)
def test_the_token_limit(model_id: str, name: str, given: str, strict: bool) -> None:
    served = gateway()
    limit: dict[str, Any] = {given: 5}
    model = served.model(model_id, strict_params=strict)
    model.invoke("Hi", **limit)
    served.model(model_id, strict_params=strict, **limit).invoke("Hi")
    for body in served.bodies:
        assert {key: value for key, value in body.items() if "tokens" in key} == {name: 5}
    assert changes(model, **limit) == ([] if given == name else [(given, "renamed")])


def test_the_token_limit_of_an_unknown_model_keeps_its_name() -> None:
    served = gateway()
    served.model("some-new-thing").invoke("Hi", max_completion_tokens=5)
    served.model("some-new-thing").invoke("Hi", max_tokens=5)
    assert ["max_tokens" in body for body in served.bodies] == [False, True]
    assert ["max_completion_tokens" in body for body in served.bodies] == [True, False]


@pytest.mark.parametrize("model_id", ["gpt-5.4", "claude-sonnet-5-5", "some-new-thing"])
@pytest.mark.parametrize("of_model", ["max_tokens", "max_completion_tokens"])
@pytest.mark.parametrize("of_call", ["max_tokens", "max_completion_tokens"])
def test_the_limit_of_a_call_stands_for_that_of_the_model(
    model_id: str, of_model: str, of_call: str
) -> None:
    served = gateway()
    limit: dict[str, Any] = {of_model: 100}
    call: dict[str, Any] = {of_call: 50}
    served.model(model_id, **limit).invoke("Hi", **call)
    (body,) = served.bodies
    assert [value for name, value in body.items() if "tokens" in name] == [50]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"stop": 5}, "`stop` is a int; expected a text or a list of texts"),
        ({"n": "2"}, "`n` is a str; expected a whole number"),
        ({"extra_body": "x"}, "`extra_body` is a str; expected a dict"),
    ],
)
async def test_types_that_no_rule_fits(wrong: dict[str, Any], words: str) -> None:
    served = gateway()
    model = served.model()
    with pytest.raises(ValueError, match=words):
        model.invoke("Hi", **wrong)
    with pytest.raises(ValueError, match=words):
        merge(model.stream("Hi", **wrong))
    with pytest.raises(ValueError, match=words):
        await model.ainvoke("Hi", **wrong)
    assert served.requests == []


def test_no_model_in_a_call_is_that_of_the_model() -> None:
    served = gateway()
    served.model("gpt-4o").invoke("Hi", model=None)
    assert served.bodies[0]["model"] == "gpt-4o"


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ({"temperature": 0.5, "top_p": 1}, "top_p"),
        ({"temperature": 1, "top_p": 0.9}, "temperature"),
        ({"temperature": 1, "top_p": 1}, "temperature"),
    ],
)
def test_a_default_that_is_left_out_is_no_loss(
    given: dict[str, float], left: str, caplog: pytest.LogCaptureFixture
) -> None:
    served = gateway()
    options: dict[str, Any] = {**given, "strict_params": True}
    model = served.model("claude-sonnet-5-5", **options)
    with caplog.at_level(logging.WARNING, LOGGER):
        model.invoke("Hi")
    sent = {name: served.bodies[0].get(name) for name in given}
    assert sent == {**given, left: None}
    assert changes(model) == [(left, "left out")]
    assert caplog.records == []


@pytest.mark.parametrize("how", ["disabled", "for tools", "bound"])
async def test_where_core_decides_not_to_stream(how: str) -> None:
    served = gateway()
    options: dict[str, Any] = {"streaming": True, "disable_streaming": True}
    if how == "for tools":
        options["disable_streaming"] = "tool_calling"
    model: Any = served.model(**options)
    if how == "for tools":
        model = model.bind_tools([get_weather])
    if how == "bound":
        model = model.bind(stream=True, stream_usage=True)
    assert model.invoke("Hi").text == "Hello"
    assert (await model.ainvoke("Hi")).text == "Hello"
    assert merge(model.stream("Hi")).text == "Hello"
    for body in served.bodies:
        assert not {"stream", "stream_options", "stream_usage"} & body.keys()
        assert model.explain("Hi", stream=True).body == body
