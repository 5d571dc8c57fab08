"""Scripted responses of the emulator, on both routes and in all four ways of calling."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import AIMessage, ToolMessage

from langchain_cometapi import (
    ChatCometAPI,
    CometAPIInvalidRequestError,
    CometAPIRateLimitError,
    CometAPIStreamTruncatedError,
)
from langchain_cometapi.emulator import CometAPIEmulator, Fault, Reply
from tests.support import all_ways, ask, get_weather

MODELS = ["gpt-5.4-mini", "claude-sonnet-5-5", "deepseek-v4-pro", "gpt-6-astra"]
"""The last one is called on the Responses route."""

CALL = {"name": "get_weather", "args": {"city": "Oslo"}}


def chat(model: str, **fields: Any) -> ChatCometAPI:
    return ChatCometAPI(model=model, max_retries=0, **fields)


@all_ways
@pytest.mark.parametrize("name", MODELS)
async def test_script_decides_texts_calls_and_faults_in_order(
    emulator: CometAPIEmulator, name: str, way: str
) -> None:
    model: Any = chat(name)
    look = AIMessage("Look.", tool_calls=[{**CALL, "id": "1"}])
    rome = {**CALL, "args": {"city": "Rome"}}
    steps = [Reply(tool_calls=[CALL, rome]), "It rains.", Fault("429"), look]
    with emulator.script(steps) as script:
        bound = model.bind_tools([get_weather])
        first = await ask(bound, way, "The weather?")
        called = [(call["name"], call["args"]["city"]) for call in first.tool_calls]
        assert called == [("get_weather", "Oslo"), ("get_weather", "Rome")]
        results = [ToolMessage("rain", tool_call_id=call["id"]) for call in first.tool_calls]
        assert (await ask(bound, way, ["The weather?", first, *results])).text == "It rains."
        with pytest.raises(CometAPIRateLimitError):
            await ask(model, way, "Once more")
        assert len(script.remaining) == 1
        last = await ask(bound, way, "And now?")
        assert (last.text, last.tool_calls[0]["args"]) == ("Look.", {"city": "Oslo"})
    assert "you said: Hi" in (await ask(model, way, "Hi")).text


@pytest.mark.parametrize("way", ["stream", "astream"])
@pytest.mark.parametrize("name", MODELS)
async def test_script_cuts_a_stream_after_some_of_its_text(
    emulator: CometAPIEmulator, name: str, way: str
) -> None:
    text = "Once upon a time there was a gateway. " * 20
    with emulator.script([Reply(text, fault="cut; after=10")]):
        with pytest.raises(CometAPIStreamTruncatedError) as caught:
            await ask(chat(name), way, "A story")
        partial: Any = caught.value.partial_message
        assert partial.text
        assert text.startswith(partial.text)


def test_fault_alone_cuts_what_the_emulator_says(emulator: CometAPIEmulator) -> None:
    with (
        emulator.script([Reply(fault="cut; after=3")]),
        pytest.raises(CometAPIStreamTruncatedError) as caught,
    ):
        list(chat("gpt-5.4-mini").stream("A story"))
    assert caught.value.partial_message is not None
    assert caught.value.partial_message.text.startswith("This is the CometAPI emulator")


@pytest.mark.parametrize("name", MODELS)
def test_script_sends_broken_arguments_as_they_are(emulator: CometAPIEmulator, name: str) -> None:
    broken = {"name": "get_weather", "args": '{"city": "Os'}
    with emulator.script([Reply(tool_calls=[broken])]):
        message: Any = chat(name).bind_tools([get_weather]).invoke("The weather?")
    assert message.tool_calls == []
    assert message.invalid_tool_calls[0]["args"].startswith('{"city": "Os')


def test_script_has_reasoning_of_its_own(emulator: CometAPIEmulator) -> None:
    with emulator.script([Reply("Four.", reasoning="Two and two ...")]):
        message = chat("deepseek-v4-pro").invoke("2 + 2?")
    assert message.text == "Four."
    assert message.content_blocks[0]["type"] == "reasoning"
    assert "Two and two" in str(message.content_blocks[0])


def test_scripts_of_models_and_prompts_run_side_by_side(emulator: CometAPIEmulator) -> None:
    with (
        emulator.script(["claude 1", "claude 2"], model="claude-sonnet-5-5"),
        emulator.script(["rain"], match="(?i)weather"),
        emulator.script([Reply("kimi", model="kimi-k3"), "anyone"]),
    ):
        claude, gpt = chat("claude-sonnet-5-5"), chat("gpt-5.4-mini")
        assert claude.invoke("Hi").text == "claude 1"
        assert gpt.invoke("The WEATHER?").text == "rain"
        with pytest.raises(CometAPIInvalidRequestError, match=r"no response to gpt-5\.4-mini"):
            gpt.invoke("The weather?")
        assert chat("kimi-k3").invoke("Hi").text == "kimi"
        assert gpt.invoke("The weather?").text == "anyone"
        assert claude.invoke("Hi").text == "claude 2"


def test_request_without_a_scripted_response_is_an_error_that_is_not_retried(
    emulator: CometAPIEmulator,
) -> None:
    model = ChatCometAPI(model="gpt-5.4-mini")
    with emulator.script(["only one"]):
        model.invoke("Hi")
        emulator.clear()
        with pytest.raises(CometAPIInvalidRequestError, match=r"'Again': all its responses were"):
            model.invoke("Again")
        assert len(emulator.requests) == 1


def test_script_that_calls_a_tool_nobody_offers_is_an_error(emulator: CometAPIEmulator) -> None:
    with emulator.script([Reply(tool_calls=[{"name": "delete", "args": {}}])]) as script:
        with pytest.raises(CometAPIInvalidRequestError, match=r"tool 'delete'.*\['get_weather'\]"):
            chat("glm-5.3").bind_tools([get_weather]).invoke("Hi")
        script.remaining.clear()


def test_script_with_responses_left_fails_at_the_end_of_its_block(
    emulator: CometAPIEmulator,
) -> None:
    with (
        pytest.raises(AssertionError, match="nobody asked for 1 of the scripted responses"),
        emulator.script(["a", "b"]),
    ):
        chat("glm-5.3").invoke("Hi")
    with pytest.raises(ZeroDivisionError), emulator.script(["a"]):
        _ = 1 / 0
    assert "you said" in chat("glm-5.3").invoke("Hi").text  # both have ended


def test_requests_are_checked_before_the_script_is_asked(emulator: CometAPIEmulator) -> None:
    with emulator.script(["a"]) as script:
        with pytest.raises(CometAPIInvalidRequestError):
            chat("kimi-k3").invoke("Hi", extra_body={"temperature": 0.3})
        assert len(script.remaining) == 1
        assert chat("kimi-k3").invoke("Hi").text == "a"


def test_clear_scripts_ends_what_has_no_block(emulator: CometAPIEmulator) -> None:
    emulator.script(["a", "b"])
    assert chat("glm-5.3").invoke("Hi").text == "a"
    emulator.clear_scripts()
    assert "you said" in chat("glm-5.3").invoke("Hi").text


@pytest.mark.parametrize("step", [b"bytes", True])
def test_step_that_is_none_is_refused_when_the_script_is_made(
    emulator: CometAPIEmulator, step: Any
) -> None:
    with pytest.raises(TypeError, match=f"not of {step}"):
        emulator.script([step])
    with emulator.script([503]) as script:
        assert len(script.remaining) == 1
        script.remaining.clear()


def test_reply_checks_its_tool_calls_and_fault() -> None:
    with pytest.raises(TypeError, match='needs "name" and "args"'):
        Reply(tool_calls=[{"name": "f"}])
    with pytest.raises(ValueError, match="unknown fault"):
        Reply("a", fault="no such fault")
