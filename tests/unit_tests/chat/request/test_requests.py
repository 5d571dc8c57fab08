"""What is sent, and what is refused before it is."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from langchain_core.exceptions import OutputParserException
from langchain_core.messages import AIMessage, ChatMessage, HumanMessage, ToolMessage
from pydantic import BaseModel, Field, ValidationError

from langchain_cometapi import ChatCometAPI, __version__
from langchain_cometapi._client.sdk import httpx
from tests.support import Gateway, amerge, answer, chunk, completion, merge, stream

PLAIN = {"model": "gpt-5.4-mini", "messages": [{"role": "user", "content": "Hi"}]}


class City(BaseModel):
    """A city."""

    name: str
    population: int | None = Field(default=None, description="Number of people")


def get_weather(city: str) -> str:
    """Get the weather in a city."""
    return city


@pytest.fixture
def gateway() -> Gateway:
    def respond(request: httpx.Request) -> httpx.Response:
        if b'"stream":true' in request.content:
            return stream(chunk("Hello"), chunk(finish_reason="stop"))
        return answer(completion())

    return Gateway(respond)


async def test_nothing_the_user_did_not_set(gateway: Gateway) -> None:
    model = gateway.model()
    model.invoke("Hi")
    await model.ainvoke("Hi", stop=[])
    merge(model.stream("Hi"))
    await amerge(model.astream("Hi"))
    merge(gateway.model(stream_usage=False).stream("Hi"))
    streamed = {**PLAIN, "stream": True, "stream_options": {"include_usage": True}}
    assert gateway.bodies == [PLAIN, PLAIN, streamed, streamed, {**PLAIN, "stream": True}]


def test_headers(gateway: Gateway) -> None:
    gateway.model(default_headers={"X-Mine": "1"}).invoke("Hi", extra_headers={"X-Call": "2"})
    headers = gateway.requests[0].headers
    assert headers["user-agent"].startswith(f"langchain-cometapi/{__version__} ")
    assert headers["x-mine"] == "1"
    assert headers["x-call"] == "2"
    assert headers["content-type"] == "application/json"
    told = {name for name in headers if name.startswith("x-stainless-")}
    assert told <= {
        "x-stainless-retry-count",
        "x-stainless-read-timeout",
        "x-stainless-async",
    }


def test_everything_chat_openai_takes(gateway: Gateway) -> None:
    gateway.model(
        "some-new-thing",  # of which nothing is known: what is written is sent
        temperature=0.5,
        top_p=0.9,
        max_completion_tokens=7,
        stop_sequences=["END"],
        seed=1,
        logprobs=True,
        top_logprobs=2,
        logit_bias={1: 2},
        presence_penalty=0.1,
        frequency_penalty=0.2,
        reasoning_effort="none",
        verbosity="low",
        service_tier="flex",
        store=False,
        modalities=["text"],
        model_kwargs={"user": "u-1"},
        extra_body={"top_k": 3},
    ).invoke("Hi")
    assert gateway.bodies == [
        {
            **PLAIN,
            "model": "some-new-thing",
            "temperature": 0.5,
            "top_p": 0.9,
            "max_tokens": 7,
            "stop": ["END"],
            "seed": 1,
            "logprobs": True,
            "top_logprobs": 2,
            "logit_bias": {"1": 2},
            "presence_penalty": 0.1,
            "frequency_penalty": 0.2,
            "reasoning_effort": "none",
            "verbosity": "low",
            "service_tier": "flex",
            "store": False,
            "modalities": ["text"],
            "user": "u-1",
            "top_k": 3,
        }
    ]


def test_per_call_options(gateway: Gateway) -> None:
    gateway.model().invoke(
        "Hi",
        model="claude-sonnet-5-5",
        max_completion_tokens=7,
        timeout=3,
        extra_query={"trace": "1"},
        extra_body={"top_k": 3},
    )
    assert gateway.bodies == [{**PLAIN, "model": "claude-sonnet-5-5", "max_tokens": 7, "top_k": 3}]
    request = gateway.requests[0]
    assert request.url.params["trace"] == "1"
    assert request.extensions["timeout"]["read"] == 3


@pytest.mark.parametrize(
    ("timeout", "read"),
    [(None, 600), (5, 5), ((1, 7), 7), (httpx.Timeout(9, read=8), 8)],
)
def test_timeouts(gateway: Gateway, timeout: Any, read: float) -> None:
    model = gateway.model(timeout=timeout)
    model.http_client = httpx.Client(transport=httpx.MockTransport(gateway), timeout=600)
    model.invoke("Hi")
    assert gateway.requests[0].extensions["timeout"]["read"] == read
    model.stream_chunk_timeout = 6
    merge(model.stream("Hi"))
    assert gateway.requests[1].extensions["timeout"]["read"] == min(read, 6)
    model.stream_chunk_timeout = None
    merge(model.stream("Hi"))
    assert gateway.requests[2].extensions["timeout"]["read"] == read


@pytest.mark.parametrize(
    ("kwargs", "says"),
    [
        ({}, "`model` is required.*api/models lists"),
        ({"model": ""}, "`model` is required"),
        ({"model": "m", "temprature": 1}, "Unknown argument `temprature`. Did you mean `temp"),
        ({"model": "m", "top_k": 1}, "Unknown argument `top_k`.*`extra_body="),
        ({"model": "m", "temperature": "warm"}, "temperature"),
        ({"model": "m", "model_kwargs": {"temperature": 1}}, "Pass temperature as an argument"),
        ({"model": "m", "user": "a", "model_kwargs": {"user": "b"}}, "`user` is given twice"),
        ({"model": "m", "openai_api_key": "sk"}, "`openai_api_key` is OpenAI's. Pass `api_key`"),
        ({"model": "m", "openai_api_base": "x"}, "Pass `base_url`"),
        ({"model": "m", "n": 0}, "`n` must be at least 1"),
        ({"model": "m", "n": 2, "streaming": True}, "`n` must be 1 when streaming"),
        ({"model": "m", "max_retries": -1}, "max_retries"),
        ({"model": "m", "stream_chunk_timeout": -1}, "`stream_chunk_timeout` is negative"),
        ({"model": "m", "stream_truncation": "maybe"}, "stream_truncation"),
        (
            {"model": "m", "openai_proxy": "http://p.example", "http_client": httpx.Client()},
            "`openai_proxy` or an HTTP client",
        ),
    ],
)
def test_bad_arguments(kwargs: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=f"(?s){says}"):
        ChatCometAPI(api_key="sk-test", **kwargs)


@pytest.mark.parametrize(
    ("messages", "says"),
    [
        ([], "no messages"),
        ([ChatMessage(role="narrator", content="Hi")], "Message 0 has the unknown role 'narrator'"),
        (
            [HumanMessage("Hi"), ToolMessage("Rain", tool_call_id="call_1")],
            "Message 1 is the result of the tool call 'call_1'",
        ),
        (
            [
                AIMessage("", tool_calls=[{"name": "f", "args": {}, "id": "call_2"}]),
                ToolMessage("Rain", tool_call_id="call_1"),
            ],
            "no assistant message before it made",
        ),
        (
            [HumanMessage([{"type": "image_url", "image_url": {"url": "/tmp/no.png"}}])],  # noqa: S108
            "'/tmp/no.png' is no URL",
        ),
        (
            [HumanMessage([{"type": "image_url", "image_url": {"url": "file:///no.png"}}])],
            "is no URL",
        ),
        ([HumanMessage([{"type": "image_url", "image_url": 5}])], "'int' is no URL"),
    ],
)
async def test_bad_messages(gateway: Gateway, messages: list[Any], says: str) -> None:
    model = gateway.model()
    for call in (lambda: model.invoke(messages), lambda: merge(model.stream(messages))):
        with pytest.raises(ValueError, match=says):
            call()
    with pytest.raises(ValueError, match=says):
        await model.ainvoke(messages)
    with pytest.raises(ValueError, match=says):
        await amerge(model.astream(messages))
    assert not gateway.requests


async def test_bad_parameters(gateway: Gateway) -> None:
    with pytest.raises(ValueError, match="`user` cannot be sent as JSON"):
        gateway.model().invoke("Hi", user=object())
    with pytest.raises(ValueError, match="`user` cannot be sent as JSON"):
        await gateway.model().ainvoke("Hi", user=object())
    assert not gateway.requests


@pytest.mark.parametrize(
    ("model_id", "off"),
    [
        ("deepseek-v4-pro", {"thinking": {"type": "disabled"}}),
        ("qwen3.8-max", {"enable_thinking": False}),
    ],
)
def test_forced_tool_choice_of_a_thinking_model(
    gateway: Gateway, model_id: str, off: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    model = gateway.model(model_id)
    model.bind_tools([get_weather], tool_choice="any").invoke("Hi")
    assert gateway.bodies[-1]["tool_choice"] == "auto"
    assert "refuses a forced tool choice while it thinks" in caplog.text
    assert str(off) in caplog.text
    with pytest.raises(ValueError, match="refuses a tool choice that names a tool"):
        model.bind_tools([get_weather], tool_choice="get_weather").invoke("Hi")
    calm = gateway.model(model_id, extra_body=off)
    calm.bind_tools([get_weather], tool_choice="get_weather").invoke("Hi")
    assert gateway.bodies[-1]["tool_choice"]["function"] == {"name": "get_weather"}
    assert len(gateway.requests) == 2


def test_forced_tool_choice_of_others_stays(gateway: Gateway) -> None:
    gateway.model().bind_tools([get_weather], tool_choice="any").invoke("Hi")
    assert gateway.bodies[-1]["tool_choice"] == "required"


@pytest.mark.parametrize("strict", [None, True, False])
def test_response_format_of_a_pydantic_class(gateway: Gateway, strict: bool | None) -> None:
    gateway.answers = [answer(completion('{"name": "Paris", "population": null}'))]
    model = gateway.model().with_structured_output(City, method="json_schema", strict=strict)
    assert model.invoke("Which city?") == City(name="Paris")
    sent = gateway.bodies[0]["response_format"]["json_schema"]
    assert sent["name"] == "City"
    assert sent["strict"] is (strict is not False)
    assert sent["schema"]["properties"]["name"] == {"type": "string"}
    if strict is not False:
        assert sent["schema"]["additionalProperties"] is False
        assert sent["schema"]["required"] == ["name", "population"]


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "Paris"}',
        '```json\n{"name": "Paris"}\n```',
        'Here it is:\n```\n{"name": "Paris"}\n```\nAnything else?',
    ],
)
def test_structured_answers_in_other_words(gateway: Gateway, text: str) -> None:
    gateway.answers = [answer(completion(text))]
    model = gateway.model().with_structured_output(City, method="json_schema")
    assert model.invoke("Which city?") == City(name="Paris")


@pytest.mark.parametrize("finish_reason", ["length", "stop"])
async def test_a_cut_structured_answer_is_an_error(gateway: Gateway, finish_reason: str) -> None:
    gateway.answers = [answer(completion('{"name": "Transfer 10', finish_reason))]
    model = gateway.model().with_structured_output(City, method="json_schema")
    with pytest.raises(OutputParserException):
        model.invoke("Which city?")
    with pytest.raises(OutputParserException):
        await model.ainvoke("Which city?")


def test_a_cut_structured_stream_is_an_error(gateway: Gateway) -> None:
    gateway.answers = [stream(chunk('{"name": "Transfer 10'), chunk(finish_reason="length"))]
    model = gateway.model().with_structured_output(City, method="json_schema")
    with pytest.raises(OutputParserException, match="cut off"):
        list(model.stream("Which city?"))


def test_structured_answer_that_does_not_fit(gateway: Gateway) -> None:
    gateway.answers = [answer(completion('{"town": "Paris"}'))]
    model = gateway.model().with_structured_output(City, method="json_schema", include_raw=True)
    said: Any = model.invoke("Which city?")
    assert said["parsed"] is None
    assert "does not have the requested form" in str(said["parsing_error"])
    assert said["raw"].text == '{"town": "Paris"}'


@pytest.mark.parametrize("model_id", ["gpt-4o-mini", "deepseek-v4-pro"])
async def test_text_instead_of_the_call_is_an_error(gateway: Gateway, model_id: str) -> None:
    model = gateway.model(model_id)
    structured = model.with_structured_output(City, method="function_calling")
    for call in (structured.invoke, lambda prompt: list(structured.stream(prompt))):
        with pytest.raises(OutputParserException, match="text instead of a call") as raised:
            call("Which city?")
        assert raised.value.llm_output == "Hello"
    with pytest.raises(OutputParserException, match="text instead of a call"):
        await structured.ainvoke("Which city?")
    raw = model.with_structured_output(City, method="function_calling", include_raw=True)
    said: Any = await raw.ainvoke("Which city?")
    assert said["raw"].text == "Hello"
    assert said["parsed"] is None
    assert isinstance(said["parsing_error"], OutputParserException)


def test_structured_output_by_tool_call_streams(gateway: Gateway) -> None:
    call = {"index": 0, "id": "call_1", "function": {"name": "City", "arguments": '{"name": '}}
    rest = {"index": 0, "function": {"arguments": '"Paris"}'}}
    deltas = [{"tool_calls": [call]}, {"tool_calls": [rest]}]
    gateway.answers = [stream(*map(chunk, deltas), chunk(finish_reason="tool_calls"))]
    model = gateway.model().with_structured_output(City, method="function_calling")
    assert list(model.stream("Which city?"))[-1] == City(name="Paris")


def test_tools_beside_a_schema_need_the_schema_method() -> None:
    model = ChatCometAPI(model="claude-sonnet-5-5", api_key="sk-test")
    with pytest.raises(ValueError, match='`tools` go with `method="json_schema"`'):
        model.with_structured_output(City, tools=[get_weather])


def test_signed_forms_of_thought_go_back_when_asked(gateway: Gateway) -> None:
    details = [{"type": "reasoning.text", "index": 0, "text": "Hm.", "signature": "c2ln"}]
    said = {"role": "assistant", "content": "Hi", "reasoning": "Hm.", "reasoning_details": details}
    gateway.answers = [answer(completion(said)), answer(completion())]
    model = gateway.model("grok-4.5", replay_reasoning=True)
    model.invoke(["Hi", model.invoke("Hi"), "And now?"])
    assert gateway.bodies[1]["messages"][1] == {
        "role": "assistant",
        "content": "Hi",
        "reasoning": "Hm.",
        "reasoning_details": details,
    }


def test_anthropic_results_inside_a_tool_message(gateway: Gateway) -> None:
    call = AIMessage("", tool_calls=[{"name": "f", "args": {}, "id": "call_1"}])
    inner = [{"type": "text", "text": "Rain"}]
    block = {"type": "tool_result", "tool_use_id": "call_1", "content": inner}
    gateway.model().invoke(["Hi", call, ToolMessage([block], tool_call_id="call_1")])
    assert gateway.bodies[0]["messages"][2]["content"] == inner


def test_files_without_a_name_get_one(gateway: Gateway) -> None:
    block = {"type": "file", "base64": "JVBERg==", "mime_type": "application/pdf"}
    message = HumanMessage([block, {**block, "filename": "mine.pdf"}])
    gateway.model().invoke([message])
    files = [part["file"] for part in gateway.bodies[0]["messages"][0]["content"]]
    assert [file["filename"] for file in files] == ["file.pdf", "mine.pdf"]
    assert "filename" not in message.content[0]
