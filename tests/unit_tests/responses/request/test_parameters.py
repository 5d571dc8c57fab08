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
NESTED_FORMAT = {"type": "json_schema", "json_schema": SCHEMA}
FORMAT = {"type": "json_schema", **SCHEMA}
JSON_OBJECT = {"type": "json_object"}
LOW, HIGH = {"effort": "low"}, {"effort": "high"}


class Joke(BaseModel):
    """A joke."""

    text: str


RENAMED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"max_tokens": 9}, {"max_output_tokens": 9}),
    ({"max_completion_tokens": 9}, {"max_output_tokens": 9}),
    ({"max_output_tokens": 9}, {"max_output_tokens": 9}),
    ({"reasoning_effort": "low"}, {"reasoning": LOW}),
    ({"reasoning": LOW}, {"reasoning": LOW}),
    (
        {"reasoning_effort": "low", "reasoning": {"summary": "auto"}},
        {"reasoning": {"summary": "auto", "effort": "low"}},
    ),
    ({"verbosity": "low"}, {"text": {"verbosity": "low"}}),
    ({"response_format": NESTED_FORMAT}, {"text": {"format": FORMAT}}),
    ({"response_format": JSON_OBJECT}, {"text": {"format": JSON_OBJECT}}),
    (
        {"text": {"format": FORMAT}, "verbosity": "low"},
        {"text": {"format": FORMAT, "verbosity": "low"}},
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


def explain(parameters: dict[str, Any], model: str = MODEL, **settings: Any) -> Any:
    return Gateway(say).model(model, endpoint="responses", **settings).explain("Hi", **parameters)


def set_in(body: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of a body."""
    return {name: value for name, value in body.items() if name not in ("model", "input")}


@pytest.mark.parametrize(("parameters", "sent"), RENAMED)
def test_parameter_has_the_name_of_this_route(
    parameters: dict[str, Any], sent: dict[str, Any]
) -> None:
    for asked in (
        explain(parameters, strict_params=True),
        explain({}, strict_params=True, **parameters),
    ):
        assert set_in(asked.body) == sent


@pytest.mark.parametrize("parameter", ["max_tokens", "max_completion_tokens"])
def test_renamed_limit_is_listed_under_the_name_that_is_sent(parameter: str) -> None:
    (change,) = explain({parameter: 9}).changes
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
    body = explain(dict.fromkeys(names, value), store=None).body
    message = {"type": "message", "role": "user", "content": "Hi"}
    assert body == {"model": MODEL, "input": [message]}


@pytest.mark.parametrize(
    ("settings", "call", "sent"),
    [
        ({"max_tokens": 9}, {"max_output_tokens": 5}, {"max_output_tokens": 5}),
        ({"max_output_tokens": 9}, {"max_tokens": 5}, {"max_output_tokens": 5}),
        ({"reasoning_effort": "low"}, {"reasoning": HIGH}, {"reasoning": HIGH}),
        (
            {"reasoning": {**LOW, "summary": "auto"}},
            {"reasoning_effort": "high"},
            {"reasoning": {"summary": "auto", **HIGH}},
        ),
        ({"verbosity": "low"}, {"text": {"verbosity": "high"}}, {"text": {"verbosity": "high"}}),
        ({"text": {"verbosity": "low"}}, {"verbosity": "high"}, {"text": {"verbosity": "high"}}),
    ],
)
def test_parameter_of_the_call_replaces_that_of_the_model_under_another_name(
    settings: dict[str, Any], call: dict[str, Any], sent: dict[str, Any]
) -> None:
    assert set_in(explain(call, **settings).body) == sent


# -- parameters of the chat route ----------------------------------------------------------------


@all_ways
@pytest.mark.parametrize("parameters", [{"stop": ["x"]}, {"logprobs": True, "top_logprobs": 2}])
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
    explained = explain(parameters, "gpt-4.1", strict_params=True)
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
    body = explain(parameters, "gpt-4.1").body
    assert body["include"] == ["message.output_text.logprobs"]
    assert {name: body[name] for name in body if "logprobs" in name} == sent


async def test_usage_of_a_stream_is_not_asked_for() -> None:
    body = await body_of([("user", "Hi")], "astream", stream_usage=True)  # type: ignore[list-item]
    assert body.keys() == {"model", "input", "stream"}
    options = {"include_usage": True, "include_obfuscation": False}
    asked = explain({"stream": True, "stream_options": options})
    assert asked.body["stream_options"] == {"include_obfuscation": False}


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
