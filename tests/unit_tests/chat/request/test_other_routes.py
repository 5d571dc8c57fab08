"""Parameters of the Responses route and of functions: said before sending, with what works."""

from __future__ import annotations

from typing import Any

import pytest

from langchain_cometapi import ChatCometAPI, CometAPILLM, CometAPIUnsentRequestError
from langchain_cometapi._chat.request.other_routes import RESPONSES_ONLY
from tests.support import Gateway, all_ways, answer, ask

VALUES: dict[str, Any] = {
    "background": True,
    "context_management": [{"type": "compaction"}],
    "conversation": "conv_1",
    "include": ["reasoning.encrypted_content"],
    "instructions": "Be brief",
    "max_output_tokens": 50,
    "max_tool_calls": 2,
    "previous_response_id": "resp_1",
    "prompt": {"id": "pmpt_1"},
    "reasoning": {"effort": "low", "summary": "auto"},
    "text": {"verbosity": "low", "stop": 1},
    "truncation": "auto",
    "use_previous_response_id": True,
}
RESPONSE = {"id": "resp_1", "object": "response", "output": [], "model": "m"}


def test_values_cover_every_parameter_of_the_responses_route() -> None:
    assert VALUES.keys() == RESPONSES_ONLY.keys()


@pytest.mark.parametrize(
    "name", [*sorted(VALUES.keys() - {"max_output_tokens"}), "functions", "function_call"]
)
def test_parameter_of_another_route_is_refused_before_sending(gateway: Gateway, name: str) -> None:
    parameters: Any = {name: VALUES.get(name, [{"name": "f"}])}
    why = "belongs to the Responses route|was replaced by `tool|is not known to work"
    words = rf"`{name}(\['\w+'\])?` ({why})"
    models: list[Any] = [gateway.model()]
    if name != "prompt":  # which is an argument of LangChain's own
        models.append(gateway.make(CometAPILLM, model="gpt-4o"))
    for model in models:
        with pytest.raises(CometAPIUnsentRequestError, match=words):
            model.invoke("Hi", **parameters)
        with pytest.raises(CometAPIUnsentRequestError, match=words):
            model.bind(**parameters).invoke("Hi")
    for fields in (parameters, {"model_kwargs": parameters}):
        if name in ChatCometAPI.model_fields and fields is not parameters:
            continue
        with pytest.raises(ValueError, match=words):
            gateway.model(**fields)
    assert gateway.requests == []


@pytest.mark.parametrize("name", sorted(VALUES.keys() - {"background"}))
def test_parameter_of_the_responses_route_is_sent_there(name: str) -> None:
    """What the advice `endpoint="responses"` leads to."""
    gateway = Gateway(answer(RESPONSE))
    parameters: Any = {name: VALUES[name]}
    gateway.model(endpoint="responses", **parameters).invoke("Hi")
    if name != "use_previous_response_id":
        gateway.model(endpoint="responses").invoke("Hi", **parameters)
        assert [body[name] for body in gateway.bodies] == [VALUES[name]] * 2
    assert all(request.url.path == "/v1/responses" for request in gateway.requests)


SCHEMA = {"name": "s", "schema": {"type": "object", "properties": {}}}


@pytest.mark.parametrize(
    ("parameters", "sent", "renamed"),
    [
        ({"reasoning": {"effort": "low"}}, {"reasoning_effort": "low"}, "reasoning.effort"),
        ({"max_output_tokens": 50}, {"max_completion_tokens": 50}, "max_output_tokens"),
        ({"text": {"verbosity": "low"}}, {"verbosity": "low"}, "text.verbosity"),
        (
            {"text": {"format": {"type": "json_schema", **SCHEMA}}},
            {"response_format": {"type": "json_schema", "json_schema": SCHEMA}},
            "text.format",
        ),
    ],
)
def test_parameter_of_the_responses_route_with_an_equal_is_renamed(
    gateway: Gateway, parameters: dict[str, Any], sent: dict[str, Any], renamed: str
) -> None:
    for model, call in (
        (gateway.model("gpt-5.4", **parameters), {}),
        (gateway.model("gpt-5.4", max_tokens=9, reasoning_effort="none"), parameters),
    ):
        model.invoke("Hi", **call)
        assert sent.items() <= gateway.bodies[-1].items()
        assert not parameters.keys() & gateway.bodies[-1].keys()
        changes = model.explain("Hi", **call).changes
        assert (renamed, "renamed") in [(change.parameter, change.action) for change in changes]


@pytest.mark.parametrize("endpoint", ["chat", "responses"])
@pytest.mark.parametrize(
    "parameters",
    [
        {"reasoning": {"effort": "low"}, "reasoning_effort": "high"},
        {"text": {"verbosity": "low"}, "verbosity": "high"},
        {"max_output_tokens": 5, "max_tokens": 6},
        {
            "text": {"format": {"type": "json_object"}},
            "response_format": {"type": "json_schema", "json_schema": SCHEMA},
        },
    ],
)
def test_two_names_of_one_parameter_that_differ_are_refused(
    gateway: Gateway, endpoint: Any, parameters: dict[str, Any]
) -> None:
    model = gateway.model("gpt-5.4", endpoint=endpoint)
    with pytest.raises(CometAPIUnsentRequestError, match="set the same thing to different values"):
        model.invoke("Hi", **parameters)
    first, second = parameters.items()
    for passed in (dict([first]), dict([second])):
        assert model.explain("Hi", **passed).body


@all_ways
@pytest.mark.parametrize("endpoint", ["chat", "responses"])
async def test_background_is_refused_on_both_routes(
    gateway: Gateway, endpoint: str, way: str
) -> None:
    words = r"`background` .*is not known to work on CometAPI.* `ainvoke` in a task instead"
    with pytest.raises(CometAPIUnsentRequestError, match=words):
        await ask(gateway.model(endpoint=endpoint), way, background=True)
    assert gateway.requests == []
    assert (await ask(gateway.model(endpoint=endpoint), way, background=False)).text == "Hello"


@pytest.mark.parametrize(
    ("model_id", "parameters", "words"),
    [
        ("gpt-5.4", {"include": ["x"]}, 'Set `endpoint="responses"` on the mod'),
        ("gpt-5.4", {"instructions": "Be brief"}, "Pass a `SystemMessage` or"),
        ("claude-sonnet-5-5", {"include": ["x"]}, r"claude-sonnet-5-5 .*\. Leave it out\."),
    ],
)
def test_advice_names_what_works_with_the_model(
    gateway: Gateway, model_id: str, parameters: dict[str, Any], words: str
) -> None:
    with pytest.raises(CometAPIUnsentRequestError, match=words):
        gateway.model(model_id).invoke("Hi", **parameters)


@pytest.mark.parametrize("use_responses_api", [False, None])
def test_output_version_of_the_responses_route_is_refused_on_chat(
    gateway: Gateway, use_responses_api: bool | None
) -> None:
    words = 'Pass `output_version="v1"` or set `endpoint="responses"`'
    with pytest.raises(ValueError, match=words):
        gateway.model(output_version="responses/v1", use_responses_api=use_responses_api)
    model = gateway.model()
    model.output_version = "responses/v1"
    with pytest.raises(CometAPIUnsentRequestError, match=words):
        model.invoke("Hi")
    assert gateway.requests == []
    assert gateway.model(output_version="v1").invoke("Hi").content_blocks[0]["type"] == "text"
    responses = Gateway(answer(RESPONSE))
    responses.model(output_version="responses/v1", endpoint="responses").invoke("Hi")
    assert responses.requests[0].url.path == "/v1/responses"


def test_output_version_that_there_is_not_is_refused(gateway: Gateway) -> None:
    with pytest.raises(ValueError, match="`output_version` is 'v2'; pass"):
        gateway.model(output_version="v2")


@pytest.mark.parametrize(
    "parameters",
    [
        {"api_key": "sk-other"},
        {"default_headers": {"X": "1"}},
        {"max_retries": 3},
        {"model_name": "o3"},
        {"streaming": True},
    ],
)
@all_ways
async def test_argument_of_the_constructor_in_a_call_is_refused_and_the_advice_works(
    gateway: Gateway, way: str, parameters: dict[str, Any]
) -> None:
    (name,) = parameters
    model = gateway.model()
    with pytest.raises(CometAPIUnsentRequestError, match=f"`{name}` is an argument of") as raised:
        await ask(model, way, **parameters)
    assert "sk-other" not in str(raised.value)
    assert gateway.requests == []
    assert (await ask(model.model_copy(update=parameters), way)).text == "Hello"
