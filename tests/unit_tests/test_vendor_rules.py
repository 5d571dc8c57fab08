"""What a family takes besides messages: stop, tools, response formats, endpoints."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from pydantic import BaseModel

from tests.support import Gateway, amerge, answer, chunk, completion, merge, stream


class City(BaseModel):
    """A city."""

    name: str


def get_weather(city: str) -> str:
    """Get the weather in a city."""
    return city


def gateway() -> Gateway:
    def respond(request: Any) -> Any:
        if b'"stream":true' in request.content:
            return stream(chunk("Hello"), chunk(finish_reason="stop"))
        return answer(completion())

    return Gateway(respond)


async def sent(model_id: str, /, **kwargs: Any) -> dict[str, Any]:
    """Return the body of a call, the same for all four ways of calling."""
    served = gateway()
    model = served.model(model_id)
    model.invoke("Hi", **kwargs)
    await model.ainvoke("Hi", **kwargs)
    merge(model.stream("Hi", **kwargs))
    await amerge(model.astream("Hi", **kwargs))
    streaming = ("stream", "stream_options")
    bodies = [{k: v for k, v in b.items() if k not in streaming} for b in served.bodies]
    assert len(bodies) == 4
    assert all(body == bodies[0] for body in bodies)
    assert model.explain("Hi", **kwargs).body == bodies[0]
    return bodies[0]


async def assert_refused(model_id: str, words: str, /, **kwargs: Any) -> None:
    """Assert that no way of calling sends anything."""
    served = gateway()
    model = served.model(model_id)
    with pytest.raises(ValueError, match=words):
        model.invoke("Hi", **kwargs)
    with pytest.raises(ValueError, match=words):
        await model.ainvoke("Hi", **kwargs)
    with pytest.raises(ValueError, match=words):
        merge(model.stream("Hi", **kwargs))
    with pytest.raises(ValueError, match=words):
        await amerge(model.astream("Hi", **kwargs))
    with pytest.raises(ValueError, match=words):
        model.explain("Hi", **kwargs)
    assert served.requests == []


def assert_dropped(
    caplog: pytest.LogCaptureFixture, model_id: str, name: str, /, **kwargs: Any
) -> None:
    """Assert one warning, and an error instead where nothing may be lost."""
    assert [record.getMessage().split("`")[1] for record in caplog.records] == [name]
    served = gateway()
    with pytest.raises(ValueError, match=f"`{name}`: {model_id}"):
        served.model(model_id, strict_params=True).invoke("Hi", **kwargs)
    assert served.requests == []


# -- stop --------------------------------------------------------------------------------------


@pytest.mark.parametrize("model_id", ["gpt-5.4-mini", "o3", "grok-4.5"])
@pytest.mark.parametrize("stop", [["END"], "END"])
async def test_stop_is_dropped_where_it_is_an_error(
    model_id: str, stop: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert "stop" not in await sent(model_id, stop=stop)
    assert_dropped(caplog, model_id, "stop", stop=stop)


@pytest.mark.parametrize(
    ("model_id", "most"), [("glm-5.3", 1), ("gpt-4o", 4), ("kimi-k3", 5), ("claude-opus-5", None)]
)
async def test_more_stops_than_the_model_takes(model_id: str, most: int | None) -> None:
    given = [str(n) for n in range(most or 20)]
    assert (await sent(model_id, stop=given))["stop"] == given
    assert (await sent(model_id, stop="END"))["stop"] == "END"
    if most:
        words = f"`stop` has {most + 1} sequences; {model_id} takes {most} at most"
        await assert_refused(model_id, words, stop=[*given, "END"])


# -- tools -------------------------------------------------------------------------------------


@pytest.mark.parametrize("wanted", [True, False])
@pytest.mark.parametrize(("model_id", "taken"), [("o3", False), ("gpt-4o", True), ("any", True)])
async def test_parallel_tool_calls(
    model_id: str, taken: bool, wanted: bool, caplog: pytest.LogCaptureFixture
) -> None:
    bound: Any = gateway().model(model_id).bind_tools([get_weather], parallel_tool_calls=wanted)
    with caplog.at_level(logging.WARNING):
        body = await sent(model_id, **bound.kwargs)
    assert body.get("parallel_tool_calls") == (wanted if taken else None)
    if not taken:
        assert_dropped(caplog, model_id, "parallel_tool_calls", **bound.kwargs)


def test_structured_output_asks_for_what_the_model_takes() -> None:
    served = Gateway(answer(completion({"role": "assistant", "content": '{"name": "Oslo"}'})))
    call = {
        "id": "call_1",
        "type": "function",
        "function": {"name": "City", "arguments": '{"name": "Oslo"}'},
    }
    called = Gateway(answer(completion({"role": "assistant", "tool_calls": [call]})))
    for model_id, asked in (("o3", None), ("claude-sonnet-5-5", False)):
        model = called.model(model_id, strict_params=True)
        assert model.with_structured_output(City, method="function_calling").invoke("Hi")
        assert called.bodies[-1].get("parallel_tool_calls") is asked
    assert served.model("o3").with_structured_output(City).invoke("Hi") == City(name="Oslo")


THINKING_OFF = {"extra_body": {"thinking": {"type": "disabled"}}}
NAMED = {"type": "function", "function": {"name": "City"}}


@pytest.mark.parametrize(
    ("model_id", "options", "sent_choice", "told"),
    [
        ("deepseek-v4-pro", {}, "auto", True),
        ("deepseek-v4-pro", THINKING_OFF, NAMED, False),
        ("kimi-k2.6", {}, "auto", True),
        ("kimi-k3", {}, "required", False),
        ("gpt-4o", {}, NAMED, False),
        ("gpt-4o", {"model": "deepseek-v4-pro"}, "auto", True),
    ],
)
def test_the_choice_that_structured_output_infers(
    model_id: str,
    options: dict[str, Any],
    sent_choice: Any,
    told: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    served = gateway()
    structured: Any = served.model(model_id).with_structured_output(
        City, method="function_calling", include_raw=True, **options
    )
    with caplog.at_level(logging.WARNING):
        structured.invoke("Hi")
    body = served.bodies[0]
    assert body["tool_choice"] == sent_choice
    assert "inferred_parameters" not in body
    assert bool(caplog.records) is told
    strict = served.model(model_id, strict_params=True).with_structured_output(
        City, method="function_calling", **options
    )
    if told:
        with pytest.raises(ValueError, match=r"`tool_choice`: .* refuses a forced tool choice"):
            strict.invoke("Hi")


def test_what_is_disabled_is_not_sent_by_structured_output_either() -> None:
    served = gateway()
    model = served.model(
        "weird", disabled_params={"parallel_tool_calls": None, "tool_choice": None}
    )
    model.with_structured_output(City, include_raw=True).invoke("Hi")
    assert not {"parallel_tool_calls", "tool_choice"} & served.bodies[0].keys()


def test_the_method_suits_the_model_of_the_call() -> None:
    served = gateway()
    model = served.model("gpt-5.4").with_structured_output(
        City, include_raw=True, model="deepseek-v4-pro"
    )
    model.invoke("Hi")
    assert "tools" in served.bodies[0]
    assert "response_format" not in served.bodies[0]


def test_a_choice_of_the_users_is_not_an_inferred_one() -> None:
    structured: Any = gateway().model("deepseek-v4-pro").with_structured_output(City)
    named = {"type": "function", "function": {"name": "Other"}}
    with pytest.raises(ValueError, match="names a tool while it thinks"):
        structured.first.bind(tool_choice=named).invoke("Hi")


FORMS: list[tuple[Any, Any]] = [
    ({"type": "auto"}, "auto"),
    ({"type": "none"}, "none"),
    ({"type": "any"}, "required"),
    (
        {"type": "tool", "name": "get_weather"},
        {"type": "function", "function": {"name": "get_weather"}},
    ),
    ({"type": "allowed_tools", "x": 1}, {"type": "allowed_tools", "x": 1}),
    ("any", "required"),
]


@pytest.mark.parametrize(("given", "expected"), FORMS)
async def test_forms_of_a_tool_choice(given: Any, expected: Any) -> None:
    bound: Any = gateway().model("claude-sonnet-5-5").bind_tools([get_weather])
    body = await sent("claude-sonnet-5-5", **{**bound.kwargs, "tool_choice": given})
    assert body["tool_choice"] == expected
    asked = {**bound.kwargs, "tool_choice": given}
    if expected in ("auto", "none", {"type": "allowed_tools", "x": 1}):
        assert (await sent("deepseek-v4-pro", **asked))["tool_choice"] == expected
    elif expected == "required":
        assert (await sent("deepseek-v4-pro", **asked))["tool_choice"] == "auto"
    else:
        await assert_refused("deepseek-v4-pro", "names a tool while it thinks", **asked)


@pytest.mark.parametrize("wanted", [True, False])
@pytest.mark.parametrize(
    ("model_id", "taken"), [("claude-sonnet-5-5", False), ("gpt-4o", True), ("any", True)]
)
async def test_strict_tools(
    model_id: str, taken: bool, wanted: bool, caplog: pytest.LogCaptureFixture
) -> None:
    bound: Any = gateway().model(model_id).bind_tools([get_weather], strict=wanted)
    before = [dict(tool["function"]) for tool in bound.kwargs["tools"]]
    with caplog.at_level(logging.WARNING):
        body = await sent(model_id, **bound.kwargs)
    (function,) = (tool["function"] for tool in body["tools"])
    assert function.get("strict") == (wanted if taken else None)
    assert function["parameters"] == before[0]["parameters"]
    assert [tool["function"] for tool in bound.kwargs["tools"]] == before  # the user's own
    if not taken:
        assert_dropped(caplog, model_id, "strict", **bound.kwargs)


# -- response formats --------------------------------------------------------------------------

SCHEMA = {"type": "json_schema", "json_schema": {"name": "c", "schema": {"type": "object"}}}


@pytest.mark.parametrize("model_id", ["deepseek-v4-pro", "gpt-4", "gpt-3.5-turbo"])
async def test_a_format_that_is_not_there(model_id: str) -> None:
    words = (
        rf"{model_id} takes no `response_format` of the type 'json_schema'\. Use "
        r'`with_structured_output\(\.\.\., method="function_calling"\)` or '
        r'`response_format=\{"type": "json_object"\}`'
    )
    await assert_refused(model_id, words, response_format=SCHEMA)
    asked = {"type": "json_object"}
    assert (await sent(model_id, response_format=asked))["response_format"] == asked


async def test_no_format_at_all() -> None:
    for asked in (SCHEMA, {"type": "json_object"}):
        words = r'Use `with_structured_output\(\.\.\., method="function_calling"\)`\.'
        await assert_refused("minimax-m2", words, response_format=asked)


@pytest.mark.parametrize("model_id", ["gpt-5.4-mini", "kimi-k3", "claude-sonnet-5-5", "any"])
async def test_formats_that_are_there_or_unknown(model_id: str) -> None:
    for asked in (SCHEMA, {"type": "json_object"}, {"type": "text"}):
        assert (await sent(model_id, response_format=asked))["response_format"] == asked


# -- endpoints ---------------------------------------------------------------------------------


async def test_a_model_that_is_served_elsewhere() -> None:
    words = "serves gpt-5.4-pro by responses, not by chat: pass `use_responses_api=True`"
    await assert_refused("gpt-5.4-pro", words)


async def test_responses_where_they_are_not_served() -> None:
    served = gateway()
    model = served.model("claude-sonnet-5-5", use_responses_api=True)
    words = "by chat, messages, not by responses: pass `use_responses_api=False`"
    with pytest.raises(ValueError, match=words):
        model.invoke("Hi")
    with pytest.raises(ValueError, match=words):
        await model.ainvoke("Hi")
    with pytest.raises(ValueError, match=words):
        merge(model.stream("Hi"))
    with pytest.raises(ValueError, match=words):
        await amerge(model.astream("Hi"))
    assert served.requests == []
