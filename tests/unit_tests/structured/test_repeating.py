"""`max_repairs`: a model that is asked again, on both routes and in all ways of calling it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import HumanMessage, SystemMessage
from pydantic import BaseModel

from langchain_cometapi.exceptions import (
    CometAPIContentFilterError,
    CometAPIRefusalError,
    CometAPIStructuredOutputError,
    CometAPIUnsentRequestError,
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
    record_losses,
    stream,
)
from tests.support.replies import Call, reply
from tests.unit_tests.structured.test_failures import Picky

METHODS = ("json_schema", "json_mode", "function_calling")
WRONG = '{"name": "Oslo"}'
OSLO = '{"name": "Oslo", "inhabitants": 717710}'

each_route = pytest.mark.usefixtures("_each_route")


class City(BaseModel):
    """A city."""

    name: str
    inhabitants: int


_CITY = City(name="Oslo", inhabitants=717710)


class Runs(BaseCallbackHandler):
    """Records the runs of models, and those of their parents."""

    def __init__(self) -> None:
        self.parents: list[Any] = []
        self.names: dict[Any, str] = {}
        self.usage: list[Any] = []

    def on_chain_start(self, *_: Any, run_id: Any, name: str | None = None, **__: Any) -> None:
        self.names[run_id] = str(name)

    def on_chat_model_start(self, *_: Any, parent_run_id: Any = None, **__: Any) -> None:
        self.parents.append(self.names[parent_run_id])

    def on_llm_end(self, response: Any, **_: Any) -> None:
        self.usage.append(response.generations[0][0].message.usage_metadata)


def _serve(*messages: str | Call, **fields: Any) -> Gateway:
    """Return a gateway that replies with one message after the other; the last one repeats."""
    replies = [lambda request, part=part: reply(request, part, **fields) for part in messages]
    return Gateway(*replies)


def _write(method: str, text: str, id_: str = "call_1") -> str | Call:
    return Call(text, id=id_) if method == "function_calling" else text


@each_route
@pytest.mark.parametrize("method", METHODS)
@all_ways
async def test_error_goes_back_to_the_model_with_what_it_wrote(method: Any, way: str) -> None:
    first, second = _write(method, WRONG), _write(method, OSLO, "call_2")
    gateway = _serve(first, second)
    structured = gateway.model().with_structured_output(City, method=method, max_repairs=2)
    assert await ask(structured, way, "JSON, please") == _CITY
    first_body, second_body = gateway.bodies
    name = "input" if "input" in first_body else "messages"
    asked, (written, error) = second_body[name][:-2], second_body[name][-2:]
    assert asked == first_body[name]
    assert {k: v for k, v in second_body.items() if k != name} == {
        k: v for k, v in first_body.items() if k != name
    }
    assert "Oslo" in json.dumps(written)
    said = json.dumps(error)
    assert "inhabitants" in said
    assert "Field required" in said
    assert "https://" not in said
    if method == "function_calling":
        assert '"call_1"' in json.dumps(written)
        assert '"call_1"' in said
    else:
        assert error["role"] == "user"


@each_route
@pytest.mark.parametrize("method", METHODS)
@all_ways
async def test_attempts_are_runs_whose_usage_is_added_up(method: Any, way: str) -> None:
    gateway = _serve(*(_write(method, text, f"call_{n}") for n, text in enumerate([WRONG] * 2)))
    gateway.answers.append(lambda request: reply(request, _write(method, OSLO)))
    structured = gateway.model().with_structured_output(
        City, method=method, max_repairs=3, include_raw=True
    )
    runs = Runs()
    output = await ask_raw(structured, way, "JSON, please", config={"callbacks": [runs]})
    assert output["parsed"] == _CITY
    assert output["parsing_error"] is None
    assert runs.parents == ["RepeatingModel"] * 3
    raw = output["raw"]
    assert raw.response_metadata["attempts"] == 3
    usage = {"input_tokens": 9, "output_tokens": 6, "total_tokens": 15}
    assert usage.items() <= raw.usage_metadata.items()
    assert sum(one["total_tokens"] for one in runs.usage) == raw.usage_metadata["total_tokens"]
    content = raw.tool_calls[0]["args"] if method == "function_calling" else json.loads(raw.text)
    assert content == json.loads(OSLO)  # a stream is that of the last attempt alone


@each_route
@pytest.mark.parametrize("method", METHODS)
@all_ways
async def test_last_error_says_how_many_attempts_there_were(method: Any, way: str) -> None:
    model = _serve(_write(method, WRONG)).model()
    options: Any = {"method": method, "max_repairs": 2}
    with pytest.raises(CometAPIStructuredOutputError, match="After 3 attempts") as caught:
        await ask(model.with_structured_output(City, **options), way, "JSON, please")
    assert caught.value.attempts == 3
    assert caught.value.raw_message.usage_metadata["total_tokens"] == 15
    raw = model.with_structured_output(City, **options, include_raw=True)
    output = await ask_raw(raw, way, "JSON, please")
    assert output["parsed"] is None
    assert output["parsing_error"].attempts == 3
    assert output["raw"].response_metadata["attempts"] == 3


@pytest.mark.parametrize(("costs", "cost"), [((0.25, 0.5), 0.75), ((None, 0.5), None)])
@all_ways
async def test_costs_of_attempts_are_added_up_where_all_are_known(
    costs: tuple[Any, Any], cost: Any, way: str
) -> None:
    def respond(text: str, cost: float | None) -> Any:
        usage: dict[str, Any] = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
        usage |= {} if cost is None else {"cost": cost}
        last = {**USAGE_CHUNK, "usage": usage}

        def answer_with(request: Any) -> Any:
            if b'"stream":true' in request.content:
                return stream(chunk(text), chunk(finish_reason="stop"), last)
            return answer(completion(text, usage=usage))

        return answer_with

    gateway = Gateway(*map(respond, (WRONG, OSLO), costs))
    structured = gateway.model().with_structured_output(City, max_repairs=1, include_raw=True)
    output = await ask_raw(structured, way)
    assert output["raw"].response_metadata.get("cost") == cost


_ANSWERS: dict[str, Any] = {
    "refusal": (CometAPIRefusalError, "refusal"),
    "filter": (CometAPIContentFilterError, "content_filter"),
    "limit": (CometAPIStructuredOutputError, "length"),
    "host": (CometAPIStructuredOutputError, "insufficient_system_resource"),
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("kind", "reason"), _ANSWERS.values(), ids=_ANSWERS)
@all_ways
async def test_refused_or_cut_off_output_is_not_repaired(
    kind: Any, reason: str, method: Any, way: str
) -> None:
    gateway = _serve(_write(method, WRONG), finish_reason=reason)
    structured = gateway.model().with_structured_output(City, method=method, max_repairs=2)
    with pytest.raises(kind) as caught:
        await ask(structured, way, "JSON, please")
    assert len(gateway.requests) == 1
    assert caught.value.attempts == 1


@pytest.mark.parametrize("method", METHODS)
@all_ways
async def test_refusal_of_the_second_attempt_ends_it(method: Any, way: str) -> None:
    gateway = _serve(_write(method, WRONG))
    gateway.answers.append(lambda request: reply(request, "No.", finish_reason="refusal"))
    structured = gateway.model().with_structured_output(City, method=method, max_repairs=5)
    with pytest.raises(CometAPIRefusalError, match=re.escape("No.")) as caught:
        await ask(structured, way, "JSON, please")
    assert len(gateway.requests) == caught.value.attempts == 2


@each_route
@pytest.mark.parametrize(
    ("method", "written", "role"),
    [
        ("function_calling", "Oslo is nice.", "user"),
        ("function_calling", Call("{}", name="other"), "tool"),
        ("function_calling", Call('{"name": "Oslo", "inhabitants": 7177'), "tool"),
        ("json_schema", "Oslo is nice.", "user"),
        ("json_schema", Call('{"name": 1}'), "user"),
    ],
)
async def test_other_form_is_repaired_too(method: Any, written: Any, role: str) -> None:
    for way in ("invoke", "astream"):
        gateway = _serve(written, _write(method, OSLO, "call_2"))
        structured = gateway.model().with_structured_output(City, method=method, max_repairs=1)
        assert await ask(structured, way) == _CITY
        body = gateway.bodies[1]
        last = (body.get("input") or body["messages"])[-1]
        is_result = last.get("type") == "function_call_output" or last.get("role") == "tool"
        assert is_result is (role == "tool")


def test_history_is_kept_before_the_attempts() -> None:
    gateway = _serve(WRONG, OSLO)
    structured = gateway.model().with_structured_output(City, max_repairs=1)
    history = [SystemMessage("Be brief."), HumanMessage("Which city?")]
    structured.invoke(history)
    assert len(history) == 2
    roles = [message["role"] for message in gateway.bodies[1]["messages"]]
    assert roles == ["system", "user", "assistant", "user"]


def test_batch_repairs_each_output() -> None:
    def respond(request: Any) -> Any:
        body = json.loads(request.content)
        return reply(request, OSLO if len(body["messages"]) > 1 else WRONG)

    gateway = Gateway(respond)
    structured = gateway.model().with_structured_output(City, max_repairs=1)
    assert structured.batch(["a", "b", "c"]) == [_CITY] * 3
    assert len(gateway.requests) == 6


@pytest.mark.parametrize("model_id", ["deepseek-v4-pro", "qwen3.8-max", "glm-5.3"])
@all_ways
async def test_each_attempt_is_sent_by_the_rules_of_the_family(model_id: str, way: str) -> None:
    by_call = model_id != "glm-5.3"
    first, second = (Call(text) if by_call else text for text in (WRONG, OSLO))
    gateway = _serve(first, second)
    structured = gateway.model(model_id).with_structured_output(City, max_repairs=1)
    with record_losses():
        assert await ask(structured, way) == _CITY
    bodies = gateway.bodies
    assert len(bodies) == 2
    for body in bodies:
        if by_call:  # forced, and its thinking off
            assert body["tool_choice"] != "auto"
            assert body.get("enable_thinking", body.get("thinking")) in (
                False,
                {"type": "disabled"},
            )
        else:  # the schema is stated in the prompt, once
            assert json.dumps(body["messages"]).count("JSON Schema") == 1


def test_explanation_is_that_of_the_first_request() -> None:
    gateway = _serve(OSLO)
    structured: Any = gateway.model().with_structured_output(City, max_repairs=1)
    structured.invoke("Hi")
    assert structured.first.explain("Hi").body == gateway.bodies[0]


@all_ways
async def test_model_that_does_not_stream_is_asked_again_too(way: str) -> None:
    gateway = _serve(WRONG, OSLO)
    model = gateway.model(disable_streaming=True)
    raw = model.with_structured_output(City, max_repairs=1, include_raw=True)
    output = await ask_raw(raw, way)
    assert output["parsed"] == _CITY
    assert output["raw"].usage_metadata["total_tokens"] == 10


@all_ways
async def test_error_that_is_none_of_the_model_is_raised_at_once(way: str) -> None:
    gateway = _serve('{"name": "Rome"}')
    structured = gateway.model().with_structured_output(Picky, max_repairs=2)
    with pytest.raises(KeyError):
        await ask(structured, way)
    assert len(gateway.requests) == 1


def test_negative_number_of_repairs_is_refused() -> None:
    with pytest.raises(CometAPIUnsentRequestError, match="`max_repairs` is -1"):
        Gateway().model().with_structured_output(City, max_repairs=-1)


def test_stream_of_the_last_attempt_grows() -> None:
    gateway = _serve(WRONG, OSLO)
    schema = {**City.model_json_schema(), "title": "City"}
    structured = gateway.model().with_structured_output(schema, max_repairs=1)
    outputs = []
    for output in structured.stream("Hi"):
        outputs.append(output)
        assert len(gateway.requests) == 2
    assert len(outputs) > 1
    assert outputs[-1] == json.loads(OSLO)
