"""Counts of tokens are nearer to what a model reports after a call to it, on every route."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    HumanMessage,
    SystemMessage,
    ToolCall,
    ToolMessage,
    trim_messages,
)

from langchain_cometapi import ChatCometAPI, CometAPILLM
from langchain_cometapi._content.reported_tokens import forget_reports, get_factor
from langchain_cometapi._content.tokens import create_estimator
from langchain_cometapi._vendors.registry import get_vendor
from langchain_cometapi.exceptions import CometAPIStreamTruncatedError
from tests.support import (
    City,
    Gateway,
    all_ways,
    answer,
    ask,
    chunk,
    completion,
    get_weather,
    stream,
)
from tests.unit_tests.models.cost_gateway import reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_cometapi._client.sdk import httpx

PROMPT = "The lighthouse stands at the end of a narrow road. " * 10
MODELS = ("gpt-5.4-mini", "gpt-6-sol", "claude-sonnet-5-5")
HISTORY: list[BaseMessage] = [
    SystemMessage("You are a guide."),
    *(
        message
        for number in range(40)
        for message in (HumanMessage(f"{number}: {PROMPT}"), AIMessage(f"{number}. Fine."))
    ),
    HumanMessage("And now?"),
]


def report(input_tokens: int, /, **usage: Any) -> Callable[[httpx.Request], httpx.Response]:
    """Answer on either route, whole or as a stream, with this usage."""
    names = ("prompt_tokens", "input_tokens", "total_tokens")
    return reply(**{**dict.fromkeys(names, input_tokens), **usage})


def count_messages(model: Any) -> int:
    count: int = model.get_num_tokens_from_messages([HumanMessage(PROMPT)])
    return count


@pytest.mark.parametrize(
    ("kind", "name", "part"),
    [
        (ChatCometAPI, "gpt-5.4-mini", 0.6),
        (ChatCometAPI, "gpt-6-sol", 1.7),
        (CometAPILLM, "claude-sonnet-5-5", 1.7),
    ],
)
@all_ways
async def test_count_after_a_call_is_nearer_to_what_was_reported(
    way: str, kind: Any, name: str, part: float
) -> None:
    estimated = count_messages(ChatCometAPI(model=name, api_key="k"))
    reported = int(part * estimated)
    model = Gateway(report(reported)).make(kind, model=name)
    await ask(model, way, PROMPT)
    after = count_messages(model)
    assert abs(after - reported) < 0.2 * abs(estimated - reported)
    text = model.get_num_tokens(PROMPT)
    assert abs(text - part * create_estimator(get_vendor(name)).count(PROMPT)) < 15
    # Neither another model nor another host has said so.
    assert count_messages(ChatCometAPI(model=f"{name}-2", api_key="k")) == estimated
    other = ChatCometAPI(model=name, api_key="k", base_url="https://b.example/v1")
    assert count_messages(other) == estimated


def factor_of(model: ChatCometAPI) -> float:
    return get_factor(str(model.cometapi_api_base), model.model_name)


IMAGE: dict[str, Any] = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
SEEN = [HumanMessage([{"type": "text", "text": PROMPT}, IMAGE])]


@pytest.mark.parametrize(
    ("name", "prompt", "options", "usage"),
    [
        # More input than the text that is sent.
        ("gpt-5.4-mini", SEEN, {}, {}),
        ("gpt-6-sol", SEEN, {}, {}),
        ("gpt-5.4-mini", PROMPT, {"extra_body": {"plugins": [{"id": "web"}]}}, {}),
        ("gpt-5.4-mini", PROMPT, {"response_format": {"type": "json_object"}}, {}),
        ("gpt-6-sol", PROMPT, {"response_format": {"type": "json_object"}}, {}),
        ("gpt-6-sol", PROMPT, {"tools": [{"type": "web_search"}]}, {}),
        ("gpt-6-sol", PROMPT, {"previous_response_id": "resp_0"}, {}),
        # Usage of a cache, of another medium, or of nothing.
        ("gpt-5.4-mini", PROMPT, {}, {"prompt_tokens_details": {"cached_tokens": 50}}),
        ("gpt-5.4-mini", PROMPT, {}, {"cache_read_input_tokens": 5000}),
        ("gpt-5.4-mini", PROMPT, {}, {"cache_creation_input_tokens": 50}),
        ("gpt-5.4-mini", PROMPT, {}, {"prompt_tokens_details": {"audio_tokens": 50}}),
        ("gpt-5.4-mini", PROMPT, {}, {"prompt_tokens": 0, "input_tokens": 0}),
    ],
)
def test_input_that_is_not_all_text_teaches_nothing(
    name: str, prompt: Any, options: dict[str, Any], usage: dict[str, Any]
) -> None:
    model = Gateway(report(900, **usage)).model(name)
    model.invoke(prompt, **options)
    assert factor_of(model) == 1


@pytest.mark.parametrize("name", MODELS[:2])
def test_parameter_that_adds_no_input_does_not_matter(name: str) -> None:
    model = Gateway(report(900)).model(name)
    model.invoke(PROMPT, verbosity="low", max_tokens=9, reasoning_effort="low")
    assert factor_of(model) == 2


def test_cut_stream_teaches_nothing() -> None:
    usage = {"prompt_tokens": 900, "completion_tokens": 1}
    gateway = Gateway(stream(chunk("Hel"), {"choices": [], "usage": usage}, done=False))
    model = gateway.model()
    with pytest.raises(CometAPIStreamTruncatedError):
        list(model.stream(PROMPT))
    model.stream_truncation = "ignore"
    list(model.stream(PROMPT))
    assert factor_of(model) == 1


def test_tools_and_calls_are_in_the_estimate() -> None:
    call = ToolCall(name="get_weather", args={"city": "Paris " * 50}, id="call_1")
    messages = [
        HumanMessage(PROMPT),
        AIMessage("", tool_calls=[call]),
        ToolMessage("Sunny. " * 50, tool_call_id="call_1"),
    ]
    for name in MODELS:
        plain = ChatCometAPI(model=name, api_key="k")
        estimated = plain.get_num_tokens_from_messages(messages, tools=[get_weather])
        model = Gateway(report(estimated)).model(name)
        model.bind_tools([get_weather]).invoke(messages)
        assert factor_of(model) == pytest.approx(1, abs=0.02)


def test_schema_that_is_stated_is_in_the_estimate() -> None:
    name = "claude-opus-4-5-thinking"  # the schema is stated in its prompt
    gateway = Gateway(answer(completion('{"name": "Paris"}')))
    gateway.model(name).with_structured_output(City).invoke(PROMPT)
    sent = gateway.bodies[0]["messages"]
    assert "JSON Schema" in sent[0]["content"]
    forget_reports()
    estimated = ChatCometAPI(model=name, api_key="k").get_num_tokens_from_messages(sent)
    told = Gateway(report(estimated)).model(name)
    told.with_structured_output(City, include_raw=True).invoke(PROMPT)
    assert len(sent) == 2
    assert factor_of(told) == pytest.approx(1, abs=0.03)


def test_estimate_is_made_for_few_of_many_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[int] = []

    def estimate(text: str, _: Any) -> int:
        counted.append(len(text))
        return 1

    monkeypatch.setattr("langchain_cometapi._content.tokens.estimate_tokens", estimate)
    model = Gateway(report(9)).model()
    for _ in range(70):
        model.invoke("Hi")
    assert len(counted) == 7


def test_explain_makes_no_estimate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("langchain_cometapi._content.tokens.estimate_tokens", None)
    model = Gateway(report(9)).model()
    for _ in range(9):
        model.explain("Hi")


async def test_async_call_counts_what_is_sent_at_the_same_time() -> None:
    model = Gateway(report(150)).model()
    await asyncio.gather(*(model.ainvoke(PROMPT) for _ in range(20)))
    estimated = create_estimator(get_vendor(model.model_name)).count(PROMPT) + 7
    assert factor_of(model) == pytest.approx(150 / estimated, rel=0.05)


# -- trim_messages -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*MODELS[1:], "some-new-thing"])
@pytest.mark.parametrize("factor", [1.0, 1.5])
@pytest.mark.parametrize(
    "options",
    [
        {"strategy": "first"},
        {"strategy": "first", "allow_partial": True},
        {"strategy": "last"},
        {"strategy": "last", "include_system": True, "start_on": "human"},
        {"strategy": "last", "allow_partial": True, "include_system": True},
    ],
    ids=str,
)
def test_trimmed_history_has_the_tokens_that_were_asked_for(
    options: dict[str, Any], factor: float, name: str
) -> None:
    model = ChatCometAPI(model=name, api_key="k")
    if factor != 1:
        estimated = count_messages(model)
        taught = Gateway(report(int(factor * estimated))).model(name)
        taught.invoke(PROMPT)
    count = model.get_num_tokens_from_messages
    trimmed = trim_messages(HISTORY, max_tokens=1000, token_counter=model, **options)
    assert 600 < count(trimmed) <= 1000
    assert count(HISTORY) > 3000


def test_trimming_counts_each_message_a_few_times(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[str] = []

    def estimate(text: str, _: Any) -> int:
        counted.append(text)
        return 100

    monkeypatch.setattr("langchain_cometapi._content.tokens.estimate_tokens", estimate)
    model = ChatCometAPI(model="gpt-5.4-mini", api_key="k")
    for strategy in ("first", "last"):
        trimmed = trim_messages(HISTORY, max_tokens=3000, token_counter=model, strategy=strategy)
        assert len(trimmed) == 28
    assert len(counted) < 8 * len(HISTORY)
