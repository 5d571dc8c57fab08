"""Parameters under the names of this route; what it does not have is dropped or refused."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.tools import tool
from pydantic import BaseModel

from langchain_cometapi import CometAPIUnsentRequestError
from tests.support import Gateway, all_ways, ask, name_lost, record_losses
from tests.unit_tests.responses.request.received import MODEL, body_of, say

SCHEMA = {"name": "s", "schema": {"type": "object", "properties": {}}}
FORMAT = {"type": "json_schema", "json_schema": SCHEMA}


class Joke(BaseModel):
    """A joke."""

    text: str


RENAMED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"max_tokens": 9}, {"max_output_tokens": 9}),
    ({"max_completion_tokens": 9}, {"max_output_tokens": 9}),
    ({"max_output_tokens": 9}, {"max_output_tokens": 9}),
    ({"reasoning_effort": "low"}, {"reasoning": {"effort": "low"}}),
    ({"reasoning": {"effort": "low"}}, {"reasoning": {"effort": "low"}}),
    (
        {"reasoning_effort": "low", "reasoning": {"summary": "auto"}},
        {"reasoning": {"summary": "auto", "effort": "low"}},
    ),
    ({"verbosity": "low"}, {"text": {"verbosity": "low"}}),
    ({"response_format": FORMAT}, {"text": {"format": {"type": "json_schema", **SCHEMA}}}),
    ({"response_format": {"type": "json_object"}}, {"text": {"format": {"type": "json_object"}}}),
    (
        {"text": {"format": {"type": "json_schema", **SCHEMA}}, "verbosity": "low"},
        {"text": {"format": {"type": "json_schema", **SCHEMA}, "verbosity": "low"}},
    ),
]
OWN: dict[str, Any] = {
    "context_management": [{"type": "compaction", "compact_threshold": 1000}],
    "conversation": "conv_1",
    "include": ["reasoning.encrypted_content"],
    "instructions": "Be brief",
    "max_tool_calls": 2,
    "parallel_tool_calls": False,
    "previous_response_id": "resp_1",
    "prompt_cache_key": "k",
    "safety_identifier": "u",
    "service_tier": "flex",
    "store": False,
    "truncation": "auto",
    "user": "u",
    "extra_body": {"metadata": {"a": "b"}},  # as an argument, it is LangChain's own
}


@all_ways
@pytest.mark.parametrize(("parameters", "sent"), RENAMED)
async def test_parameter_has_the_name_of_this_route(
    way: str, parameters: dict[str, Any], sent: dict[str, Any]
) -> None:
    gateway = Gateway(say)
    for settings, call in ((parameters, {}), ({}, parameters)):
        model = gateway.model(MODEL, strict_params=True, **settings)
        await ask(model, way, **call)
        body = gateway.bodies[-1]
        stream = {"stream"} if way.endswith("stream") else set()
        assert {name: body[name] for name in body.keys() - {"model", "input"} - stream} == sent


@pytest.mark.parametrize("parameter", ["max_tokens", "max_completion_tokens"])
def test_renamed_limit_is_listed_under_the_name_that_is_sent(parameter: str) -> None:
    limit: Any = {parameter: 9}
    explained = Gateway(say).model(MODEL).explain("Hi", **limit)
    (change,) = explained.changes
    assert (change.parameter, change.action) == (parameter, "renamed")
    assert change.reason == f"{MODEL} takes it as `max_output_tokens`"


@all_ways
async def test_parameters_of_this_route_are_sent_as_they_are(way: str) -> None:
    gateway = Gateway(say)
    await ask(gateway.model(MODEL), way, **OWN)
    await ask(gateway.model(MODEL, **OWN), way)
    expected = {**OWN, **OWN["extra_body"]}
    del expected["extra_body"]
    for body in gateway.bodies:
        assert {name: body.get(name) for name in expected} == expected


@pytest.mark.parametrize("value", [None, False])
def test_nothing_is_sent_that_is_not_set(value: Any) -> None:
    names = ("background", "use_previous_response_id")
    body = Gateway(say).model(MODEL, store=None).explain("Hi", **dict.fromkeys(names, value)).body
    assert body == {
        "model": MODEL,
        "input": [{"type": "message", "role": "user", "content": "Hi"}],
    }


@pytest.mark.parametrize(
    ("settings", "call", "sent"),
    [
        ({"max_tokens": 9}, {"max_output_tokens": 5}, {"max_output_tokens": 5}),
        ({"max_output_tokens": 9}, {"max_tokens": 5}, {"max_output_tokens": 5}),
        (
            {"reasoning_effort": "low"},
            {"reasoning": {"effort": "high"}},
            {"reasoning": {"effort": "high"}},
        ),
        (
            {"reasoning": {"effort": "low", "summary": "auto"}},
            {"reasoning_effort": "high"},
            {"reasoning": {"summary": "auto", "effort": "high"}},
        ),
        ({"verbosity": "low"}, {"text": {"verbosity": "high"}}, {"text": {"verbosity": "high"}}),
        ({"text": {"verbosity": "low"}}, {"verbosity": "high"}, {"text": {"verbosity": "high"}}),
    ],
)
def test_parameter_of_the_call_replaces_that_of_the_model_under_another_name(
    settings: dict[str, Any], call: dict[str, Any], sent: dict[str, Any]
) -> None:
    body = Gateway(say).model(MODEL, **settings).explain("Hi", **call).body
    assert {name: value for name, value in body.items() if name not in ("model", "input")} == sent


# -- parameters of the chat route ----------------------------------------------------------------


@all_ways
@pytest.mark.parametrize(
    "parameters",
    [
        {"temperature": 0.5},
        {"top_p": 0.5},
        {"stop": ["x"]},
        {"presence_penalty": 1},
        {"logit_bias": {"1": 1}},
        {"logprobs": True, "top_logprobs": 2},
    ],
)
async def test_parameter_that_the_model_refuses_anywhere_is_dropped_with_a_warning(
    way: str, parameters: dict[str, Any]
) -> None:
    gateway = Gateway(say)
    with record_losses() as losses:
        await ask(gateway.model(MODEL), way, **parameters)
    assert sorted(name_lost(losses)) == sorted(parameters)
    assert gateway.bodies[0].keys() <= {"model", "input", "stream"}
    strict = gateway.model(MODEL, strict_params=True)
    with pytest.raises(CometAPIUnsentRequestError, match="nothing is dropped"):
        await ask(strict, way, **parameters)


@pytest.mark.parametrize(
    "parameters",
    [
        {"n": 2},
        {"seed": 1},
        {"audio": {"voice": "alloy", "format": "wav"}},
        {"modalities": ["text", "audio"]},
        {"prediction": {"type": "content", "content": "x"}},
        {"web_search_options": {}},
        {"frequency_penalty": 1},
        {"stop": ["x"]},
    ],
)
async def test_parameter_of_the_chat_route_is_refused_and_the_advice_works(
    parameters: dict[str, Any],
) -> None:
    (name,) = parameters
    gateway = Gateway(say)
    model = gateway.model("gpt-4.1", endpoint="responses")
    with pytest.raises(
        CometAPIUnsentRequestError,
        match=rf'`{name}` belongs to the chat route.*[pP]ass `endpoint="chat"` to `ChatCometAPI`',
    ):
        await ask(model, "ainvoke", **parameters)
    assert gateway.requests == []
    chat = gateway.model("gpt-4.1", endpoint="chat").explain("Hi", **parameters)
    assert chat.body[name] == parameters[name]
    pro = gateway.model("gpt-5.4-pro")
    if name not in ("frequency_penalty", "stop"):
        with pytest.raises(CometAPIUnsentRequestError, match="the only route that it has"):
            pro.invoke("Hi", **parameters)


@pytest.mark.parametrize(
    "parameters",
    [{"n": 1}, {"modalities": ["text"]}, {"frequency_penalty": 0}, {"logit_bias": {}}],
)
def test_parameter_that_asks_for_what_happens_anyway_is_left_out(
    parameters: dict[str, Any],
) -> None:
    model = Gateway(say).model("gpt-4.1", endpoint="responses", strict_params=True)
    explained = model.explain("Hi", **parameters)
    assert explained.body.keys() == {"model", "input"}
    assert [change.action for change in explained.changes] == ["left out"]


@pytest.mark.parametrize(
    ("parameters", "sent"),
    [
        ({"logprobs": True}, {}),
        ({"logprobs": True, "top_logprobs": 3}, {"top_logprobs": 3}),
        ({"top_logprobs": 3}, {"top_logprobs": 3}),
        ({"top_logprobs": 3, "include": ["message.output_text.logprobs"]}, {"top_logprobs": 3}),
    ],
)
def test_probabilities_are_asked_for_with_include(
    parameters: dict[str, Any], sent: dict[str, Any]
) -> None:
    body = Gateway(say).model("gpt-4.1", endpoint="responses").explain("Hi", **parameters).body
    assert body["include"] == ["message.output_text.logprobs"]
    assert {name: body[name] for name in body if "logprobs" in name} == sent


async def test_usage_of_a_stream_is_not_asked_for() -> None:
    body = await body_of([("user", "Hi")], "astream", stream_usage=True)  # type: ignore[list-item]
    assert body.keys() == {"model", "input", "stream"}
    options = {"include_usage": True, "include_obfuscation": False}
    explained = Gateway(say).model(MODEL).explain("Hi", stream=True, stream_options=options)
    assert explained.body["stream_options"] == {"include_obfuscation": False}


@all_ways
async def test_background_mode_is_refused(way: str) -> None:
    gateway = Gateway(say)
    with pytest.raises(CometAPIUnsentRequestError, match="`background` is not known to work"):
        await ask(gateway.model(MODEL), way, background=True)
    assert gateway.requests == []


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"reasoning": "low"}, "`reasoning` is a str; expected a dict"),
        ({"text": "low"}, "`text` is a str; expected a dict"),
        ({"max_output_tokens": "9"}, "is a str; expected a whole number"),
        ({"include": {1, 2}}, "`include` is a set, which JSON does not have"),
    ],
)
def test_value_that_cannot_be_read_is_refused(parameters: dict[str, Any], words: str) -> None:
    with pytest.raises(CometAPIUnsentRequestError, match=words):
        Gateway(say).model(MODEL).invoke("Hi", **parameters)


# -- structured output ---------------------------------------------------------------------------


@pytest.mark.parametrize("model_id", [MODEL, "gpt-5.5-pro"])
def test_structured_output_is_a_format_of_the_text_with_tools_beside(model_id: str) -> None:
    @tool
    def search(query: str) -> str:
        """Search."""
        return query

    model: Any = Gateway(say).model(model_id)
    structured = model.with_structured_output(Joke, tools=[search], strict=True)
    body = structured.first.explain("Hi").body
    format_ = body["text"]["format"]
    assert (format_["type"], format_["name"], format_["strict"]) == ("json_schema", "Joke", True)
    assert body["tools"][0].items() >= {"type": "function", "name": "search"}.items()
    assert "response_format" not in body
