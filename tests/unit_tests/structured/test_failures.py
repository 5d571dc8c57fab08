"""Messages without an output: refused, filtered, cut off or of another form."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from langchain_core import exceptions as core
from langchain_core.messages import AIMessage
from langchain_openai.chat_models.base import OpenAIRefusalError
from pydantic import BaseModel, field_validator

from langchain_cometapi.exceptions import (
    CometAPIContentFilterError,
    CometAPIOutputFilteredError,
    CometAPIRefusalError,
    CometAPIStructuredOutputError,
)
from tests.support import (
    USAGE_CHUNK,
    Gateway,
    all_ways,
    answer,
    ask,
    ask_raw,
    chunk,
    completion,
    get_weather,
    stream,
)
from tests.support.replies import Call, serve

METHODS = ("function_calling", "json_schema", "json_mode")


class City(BaseModel):
    """A city."""

    name: str


class Picky(BaseModel):
    """A city whose validator fails in a way of its own."""

    name: str

    @field_validator("name")
    @classmethod
    def _look_up(cls, name: str) -> str:
        return {"Oslo": name}[name]


def _serve(*deltas: dict[str, Any] | str, finish_reason: str = "stop") -> Gateway:
    """Return a gateway whose message consists of these deltas, whole or streamed."""
    chunks = [chunk(delta) for delta in deltas]
    message: dict[str, Any] = {"role": "assistant", "content": None}
    for delta in deltas:
        fields = {"content": delta} if isinstance(delta, str) else delta
        for name, value in fields.items():
            message[name] = value if message.get(name) is None else message[name] + value
    whole = answer(completion(message, finish_reason))

    def respond(request: Any) -> Any:
        if b'"stream":true' in request.content:
            return stream(*chunks, chunk(finish_reason=finish_reason))
        return whole

    return Gateway(respond)


def _call(arguments: str, name: str = "City") -> dict[str, Any]:
    function = {"name": name, "arguments": arguments}
    return {"tool_calls": [{"index": 0, "id": "call_1", "type": "function", "function": function}]}


async def _fail(gateway: Gateway, method: Any, way: str, schema: Any = City) -> Any:
    """Return the error of a call, after the same with `include_raw`, which returns it."""
    model = gateway.model()
    raw = model.with_structured_output(schema, method=method, include_raw=True)
    output = await ask(raw, way)  # of an output in chunks, the last one counts
    assert output["parsed"] is None
    assert isinstance((await ask_raw(raw, way))["raw"], AIMessage)
    with pytest.raises(type(output["parsing_error"])) as caught:
        await ask(model.with_structured_output(schema, method=method), way)
    return caught.value


@all_ways
@pytest.mark.parametrize("method", METHODS)
async def test_refusal_has_its_whole_text_and_message(method: str, way: str) -> None:
    gateway = _serve({"refusal": "I cannot "}, {"refusal": "help with that."})
    error = await _fail(gateway, method, way)
    assert isinstance(error, CometAPIRefusalError)
    assert isinstance(error, getattr(core, "ModelRefusalError", core.ModelError))
    assert isinstance(error, OpenAIRefusalError)
    assert str(error) == "I cannot help with that."
    assert error.raw_message.additional_kwargs["refusal"] == "I cannot help with that."
    assert not error.is_retryable
    copied = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    assert (type(copied), copied.raw_message) == (type(error), error.raw_message)


@all_ways
@pytest.mark.parametrize("method", METHODS)
async def test_refusal_that_only_the_finish_reason_names_is_one(method: str, way: str) -> None:
    error = await _fail(_serve("I will ", "not.", finish_reason="refusal"), method, way)
    assert isinstance(error, CometAPIRefusalError)
    assert not isinstance(error, CometAPIContentFilterError)
    assert str(error) == "I will not."


@all_ways
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("reason", "deltas"),
    [
        ("content_filter", ('{"na', 'me": "Oslo"}')),
        ("SAFETY", (_call('{"name": "Oslo"}'),)),
        ("sensitive", ()),
    ],
)
async def test_filtered_output_is_an_error_of_its_own(
    reason: str, deltas: tuple[Any, ...], method: str, way: str
) -> None:
    error = await _fail(_serve(*deltas, finish_reason=reason), method, way)
    assert isinstance(error, CometAPIOutputFilteredError)
    assert isinstance(error, CometAPIContentFilterError)
    assert isinstance(error, getattr(core, "ModelRefusalError", core.ModelError))
    assert f"content filter (finish_reason '{reason}')" in str(error)
    assert error.raw_message.response_metadata["finish_reason"] == reason
    assert error.model == "gpt-5.4-mini-2026-03-17"


@all_ways
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("reason", "deltas"),
    [
        ("length", ('{"na',)),
        ("length", ('{"name": "Os"}',)),
        ("max_tokens", (_call('{"na'),)),
        ("MAX_TOKENS", ()),
    ],
)
async def test_output_that_was_cut_off_says_so(
    reason: str, deltas: tuple[Any, ...], method: str, way: str, recwarn: pytest.WarningsRecorder
) -> None:
    error = await _fail(_serve(*deltas, finish_reason=reason), method, way)
    assert isinstance(error, CometAPIStructuredOutputError)
    assert isinstance(error, core.OutputParserException)
    assert f"cut off at the token limit (finish_reason '{reason}')" in str(error)
    assert "Raise `max_tokens`" in str(error)
    assert error.llm_output == error.raw_message.text
    assert all("token limit" in str(warning.message) for warning in recwarn)


def _serve_reasoning(text: str | None, finish_reason: str) -> Gateway:
    """Return a gateway whose model reasons for 90 of 100 tokens."""
    details = {"reasoning_tokens": 90}
    usage = {"prompt_tokens": 3, "completion_tokens": 100, "total_tokens": 103}
    usage_chunk = {**USAGE_CHUNK, "usage": {**usage, "completion_tokens_details": details}}

    def respond(request: Any) -> Any:
        if b'"stream":true' in request.content:
            parts = [chunk(text)] if text else []
            return stream(*parts, chunk(finish_reason=finish_reason), usage_chunk)
        message = {"role": "assistant", "content": text}
        return answer(completion(message, finish_reason, usage=usage_chunk["usage"]))

    return Gateway(respond)


@all_ways
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("text", "reason", "words"),
    [
        (None, "length", "cut off at the token limit"),
        ('{"na', "length", "cut off at the token limit"),
        (None, "stop", "but nothing (finish_reason 'stop')"),
    ],
)
@pytest.mark.filterwarnings("ignore:The message is empty")
async def test_error_says_how_much_of_the_budget_was_reasoning(
    text: str | None, reason: str, words: str, method: str, way: str
) -> None:
    error = await _fail(_serve_reasoning(text, reason), method, way)
    assert words in str(error)
    assert "Reasoning took 90 of its 100 output tokens. Raise `max_tokens`" in str(error)
    assert error.finish_reason == reason
    assert error.attempts == 1
    copied = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    assert (copied.finish_reason, copied.attempts, str(copied)) == (reason, 1, str(error))


_OTHER_FORMS = [
    ("function_calling", ("Oslo is ", "nice."), "text instead of a call"),
    ("function_calling", ("",), "but nothing"),
    ("function_calling", (_call("{}", "Town"),), "a call of 'Town'"),
    ("function_calling", (_call('{"name": '),), "broken arguments"),
    ("json_schema", ("Oslo is ", "nice."), "text without JSON"),
    ("json_schema", ('{"town": ', '"Oslo"}'), "Field required"),
    ("json_mode", ('{"na', 'me": "Os'), "requested form"),
]


@all_ways
@pytest.mark.parametrize(("method", "deltas", "words"), _OTHER_FORMS)
async def test_other_form_of_output_is_an_error(
    method: str, deltas: tuple[Any, ...], words: str, way: str
) -> None:
    error = await _fail(_serve(*deltas), method, way)
    assert isinstance(error, CometAPIStructuredOutputError)
    assert words in str(error)
    assert error.llm_output == error.raw_message.text
    assert isinstance(error.raw_message, AIMessage)


@all_ways
@pytest.mark.parametrize("method", METHODS)
async def test_error_of_a_validator_is_not_raised_with_include_raw(method: str, way: str) -> None:
    text = '{"name": "Rome"}'
    gateway = _serve(_call(text, "Picky") if method == "function_calling" else text)
    error = await _fail(gateway, method, way, Picky)
    assert isinstance(error, KeyError)


@all_ways
@pytest.mark.parametrize("method", METHODS)
async def test_output_with_include_raw_has_all_keys(method: Any, way: str) -> None:
    text = '{"name": "Oslo"}'
    gateway = serve(Call(text) if method == "function_calling" else text)
    raw = gateway.model().with_structured_output(City, method=method, include_raw=True)
    output = await ask_raw(raw, way)
    assert output.keys() == {"raw", "parsed", "parsing_error"}
    assert (output["parsed"], output["parsing_error"]) == (City(name="Oslo"), None)
    assert isinstance(output["raw"], AIMessage)


@all_ways
async def test_call_of_a_tool_beside_a_schema_is_no_output(way: str) -> None:
    gateway = _serve(_call('{"city": "Oslo"}', "get_weather"), finish_reason="tool_calls")
    model = gateway.model()
    options: Any = {"method": "json_schema", "tools": [get_weather]}
    assert await ask(model.with_structured_output(City, **options), way) is None
    raw = model.with_structured_output(City, include_raw=True, **options)
    output = await ask_raw(raw, way)
    assert output.keys() == {"raw", "parsed", "parsing_error"}
    assert (output["parsed"], output["parsing_error"]) == (None, None)
    assert output["raw"].tool_calls[0]["name"] == "get_weather"


@all_ways
async def test_stream_of_a_model_that_does_not_stream_is_parsed(way: str) -> None:
    model = _serve('{"name": "Oslo"}').model(disable_streaming=True)
    raw: Any = model.with_structured_output(City, include_raw=True)
    assert await ask(model.with_structured_output(City), way) == City(name="Oslo")
    assert (await ask(raw, way))["parsing_error"] is None


@all_ways
async def test_class_as_response_format_has_no_output_of_a_refusal(way: str) -> None:
    model = _serve({"refusal": "I cannot "}, {"refusal": "do that."}).model()
    message = await ask(model, way, response_format=City)
    assert message.additional_kwargs == {"refusal": "I cannot do that.", "parsed": None}


@all_ways
@pytest.mark.parametrize(
    ("text", "reason", "kind"),
    [
        ('{"name": "Oslo"}', "content_filter", CometAPIOutputFilteredError),
        ('{"name": "Os', "length", CometAPIStructuredOutputError),
        ("Oslo is nice.", "stop", CometAPIStructuredOutputError),
    ],
)
async def test_class_as_response_format_without_an_output_is_an_error(
    text: str, reason: str, kind: type[Exception], way: str
) -> None:
    model = _serve(text, finish_reason=reason).model()
    with pytest.raises(kind) as caught:
        await ask(model, way, response_format=City)
    error: Any = caught.value
    assert error.raw_message.text == text
