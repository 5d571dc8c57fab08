"""Who thinks aloud, who wants it back, and who signs tool calls."""

from __future__ import annotations

from typing import Any

import pytest

from langchain_cometapi.emulator._state import _BoundedSet
from tests.unit_tests.emulator.client import (
    BOTH,
    CLAUDE,
    DEEPSEEK,
    GEMINI,
    GOOGLE_DUMMY_SIGNATURE,
    GPT,
    KIMI,
    QWEN,
    STOCKS,
    WEATHER,
    Client,
    called,
    deltas,
    joined,
    result,
    user,
)

PROMPT = user("What is the weather in Paris?")
DEMANDING = [DEEPSEEK, KIMI, "glm-5.3", "mimo-v2.6-pro"]
QWEN_OFF = {"enable_thinking": False}
NAMED = {"type": "function", "function": {"name": "get_weather"}}
PASSED_BACK = "The reasoning_content in the thinking mode must be passed back to the API."
DEEPSEEKS = [DEEPSEEK, "deepseek-v4-flash"]
WITHOUT: list[dict[str, Any]] = [{}, {"reasoning_content": None}, {"reasoning_content": ""}]
OFF: dict[str, Any] = {"thinking": {"type": "disabled"}}


@pytest.mark.parametrize("model", [*DEMANDING, QWEN, "grok-4.5"])
def test_reasoning_models_return_reasoning_content(client: Client, model: str) -> None:
    answer = client.chat(model=model)
    thought = answer["choices"][0]["message"]["reasoning_content"]
    assert f"Emulated reasoning of {model}; no model is thinking." in thought
    spent = answer["usage"]["completion_tokens_details"]["reasoning_tokens"]
    assert spent == -(-len(thought) // 4)
    assert answer["usage"]["completion_tokens"] > spent
    assert joined(client.chunks(model=model), "reasoning_content") == thought


@pytest.mark.parametrize("model", [GPT, CLAUDE, GEMINI, "doubao-seed-2.0-lite"])
def test_other_models_return_no_reasoning_content(client: Client, model: str) -> None:
    assert "reasoning_content" not in client.message(model=model)


def test_gpt_reports_hidden_reasoning_tokens(client: Client) -> None:
    def spent(**body: Any) -> int:
        usage = client.chat(**body)["usage"]
        tokens: int = usage["completion_tokens_details"]["reasoning_tokens"]
        assert usage["completion_tokens"] >= tokens
        return tokens

    assert spent() == 0
    efforts = ("low", "medium", "high", "xhigh")
    assert [spent(model="gpt-5.2", reasoning_effort=each) for each in efforts] == [32, 64, 128, 256]
    assert spent(model="gpt-6.1-sol") > 0


@pytest.mark.parametrize(
    ("model", "switch"),
    [(DEEPSEEK, OFF), (KIMI, OFF), (QWEN, QWEN_OFF), (DEEPSEEK, {"reasoning_effort": "none"})],
)
def test_thinking_can_be_switched_off(client: Client, model: str, switch: dict[str, Any]) -> None:
    assert "reasoning_content" not in client.message(model=model, **switch)


def test_glm_thinks_anyway_when_there_are_tools(client: Client) -> None:
    assert "reasoning_content" not in client.message(model="glm-5.3", **OFF)
    assert "reasoning_content" in client.message(model="glm-5.3", tools=[WEATHER], **OFF)


def tool_turn(client: Client, model: str) -> list[dict[str, Any]]:
    message = client.message(model=model, messages=[PROMPT], tools=[WEATHER])
    return [PROMPT, message, result(message["tool_calls"][0]["id"], "sunny")]


def loop(**message: Any) -> list[dict[str, Any]]:
    """A conversation with a call, and its result."""
    return [PROMPT, called(**message), result()]


def plain(**message: Any) -> list[dict[str, Any]]:
    """A conversation with an answer that calls no tool."""
    return [user("x"), {"role": "assistant", "content": "y", **message}, user("z")]


@pytest.mark.parametrize("model", DEMANDING)
def test_a_tool_loop_with_its_reasoning_goes_on(client: Client, model: str) -> None:
    history = tool_turn(client, model)
    answer = client.message(model=model, messages=history, tools=[WEATHER])
    assert "get_weather returned sunny" in answer["content"]
    # White space is enough.
    assert client.post(model=model, messages=loop(reasoning_content=" ")).status_code == 200


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (DEEPSEEK, PASSED_BACK),
        (KIMI, "reasoning_content is missing in assistant tool call message at index 1"),
        ("glm-5.3", "must be passed back"),
        ("mimo-v2.6-pro", "must be passed back"),
    ],
)
@pytest.mark.parametrize("without", WITHOUT)
def test_a_tool_loop_without_its_reasoning_is_refused(
    client: Client, model: str, words: str, without: dict[str, Any]
) -> None:
    assert words in client.error(model=model, messages=loop(**without))


@pytest.mark.parametrize(
    ("model", "messages", "off"),
    [
        (DEEPSEEK, loop(), OFF),
        (QWEN, loop(), {}),
        *((model, plain(), {}) for model in ("kimi-k2.6", "glm-5.3", "mimo-v2.6-pro", QWEN)),
        *(("deepseek-v4-flash", plain(**without), OFF) for without in WITHOUT),
    ],
)
def test_no_reasoning_is_required_where_none_is_made_or_nothing_is_called(
    client: Client, model: str, messages: list[dict[str, Any]], off: dict[str, Any]
) -> None:
    assert client.post(model=model, messages=messages, **off).status_code == 200


@pytest.mark.parametrize("model", DEEPSEEKS)
@pytest.mark.parametrize("without", WITHOUT)
def test_deepseek_wants_the_reasoning_of_every_turn(
    client: Client, model: str, without: dict[str, Any]
) -> None:
    assert client.refusal(model=model, messages=plain(**without))[:2] == (400, PASSED_BACK)


@pytest.mark.parametrize("conversation", [loop, plain])
@pytest.mark.parametrize("model", DEEPSEEKS)
def test_deepseek_knows_its_own_reasoning(client: Client, model: str, conversation: Any) -> None:
    own = client.message(model=DEEPSEEK)["reasoning_content"]
    streamed = joined(client.chunks(model=DEEPSEEK, messages=[PROMPT]), "reasoning_content")
    for accepted in (own, streamed, " "):
        messages = conversation(reasoning_content=accepted)
        assert client.post(model=model, messages=messages).status_code == 200
    other = client.message(model=KIMI)["reasoning_content"]
    for refused in (other, own[:-1], streamed[:-1], "I made this up."):
        messages = conversation(reasoning_content=refused)
        assert "not issued" in client.error(model=model, messages=messages)


def test_kimi_refuses_the_reasoning_of_deepseek(client: Client) -> None:
    assert client.refusal(model=KIMI, messages=tool_turn(client, DEEPSEEK))[0] == 400


@pytest.mark.parametrize(
    ("model", "choice", "words", "off"),
    [
        (DEEPSEEK, "required", "Thinking mode does not support this tool_choice", OFF),
        (DEEPSEEK, NAMED, "Thinking mode does not support this tool_choice", OFF),
        (KIMI, "required", "tool_choice 'required' is incompatible with thinking enabled", OFF),
        (KIMI, NAMED, "tool_choice 'specified' is incompatible with thinking enabled", OFF),
        ("kimi-k3", NAMED, "tool_choice 'specified' is incompatible with thinking enabled", OFF),
        (QWEN, "required", "does not support being set to required or object", QWEN_OFF),
    ],
)
def test_a_forced_choice_is_refused_while_thinking(
    client: Client, model: str, choice: Any, words: str, off: dict[str, Any]
) -> None:
    body: dict[str, Any] = {"model": model, "tools": [WEATHER], "tool_choice": choice}
    assert words in client.error(**body)
    assert client.message(**body, **off)["tool_calls"]


@pytest.mark.parametrize("asked", [{"thinking": {"type": "enabled"}}, {"reasoning_effort": "low"}])
@pytest.mark.parametrize("model", ["claude-sonnet-5-5", "claude-opus-5"])
def test_a_forced_choice_is_refused_while_claude_is_asked_to_think(
    client: Client, model: str, asked: dict[str, Any]
) -> None:
    body: dict[str, Any] = {"model": model, "tools": [WEATHER], "tool_choice": "required"}
    assert client.error(**body, **asked).startswith("Thinking may not be enabled")
    assert len(client.message(**body)["tool_calls"]) == 1
    assert client.message(**body, thinking={"type": "disabled"})["tool_calls"]
    assert client.post(**{**body, "tool_choice": "auto"}, **asked).status_code == 200


@pytest.mark.parametrize(
    ("model", "choice"), [(DEEPSEEK, "auto"), (DEEPSEEK, "none"), ("kimi-k3", "required")]
)
def test_choice_is_taken_while_thinking(client: Client, model: str, choice: str) -> None:
    message = client.message(model=model, tools=[WEATHER], tool_choice=choice)
    assert ("tool_calls" in message) is (choice == "required")


def test_gemini_signs_tool_calls_and_checks_what_comes_back(client: Client) -> None:
    history = tool_turn(client, GEMINI)
    google = history[1]["tool_calls"][0]["extra_content"]["google"]
    assert client.post(model=GEMINI, messages=history).status_code == 200
    google["thought_signature"] = GOOGLE_DUMMY_SIGNATURE
    assert client.post(model=GEMINI, messages=history).status_code == 200
    google["thought_signature"] = "forged"
    assert client.refusal(model=GEMINI, messages=history)[0] == 400
    # Of an earlier turn, too.
    assert client.refusal(model=GEMINI, messages=[*history, PROMPT])[0] == 400


@pytest.mark.parametrize(
    "extra_content", [None, {}, {"google": {}}, {"google": {"thought_signature": ""}}]
)
def test_gemini_refuses_an_unsigned_call_of_the_current_turn(
    client: Client, extra_content: Any
) -> None:
    history = tool_turn(client, GEMINI)
    history[1]["tool_calls"][0]["extra_content"] = extra_content
    message = client.error(model=GEMINI, messages=history)
    assert message.startswith("Function call is missing a thought_signature in functionCall parts.")
    assert "`default_api:get_weather` , position 1." in message


def test_gemini_wants_no_signature_of_an_earlier_turn(client: Client) -> None:
    earlier = [PROMPT, called(), result(), {"role": "assistant", "content": "sunny"}]
    assert client.post(model=GEMINI, messages=[*earlier, PROMPT]).status_code == 200
    now = tool_turn(client, GEMINI)
    assert client.post(model=GEMINI, messages=[*earlier, *now]).status_code == 200
    del now[1]["tool_calls"][0]["extra_content"]
    assert client.refusal(model=GEMINI, messages=[*earlier, *now])[0] == 400


def test_gemini_wants_the_signature_of_the_first_call_of_each_step(client: Client) -> None:
    def step(number: int, *calls: str, signed: int | None) -> list[dict[str, Any]]:
        made = [called(f"call_{number}{name}")["tool_calls"][0] for name in calls]
        if signed is not None:
            dummy = {"google": {"thought_signature": GOOGLE_DUMMY_SIGNATURE}}
            made[signed]["extra_content"] = dummy
        turn = {"role": "assistant", "content": None, "tool_calls": made}
        return [turn, *(result(call["id"]) for call in made)]

    def status(*steps: list[dict[str, Any]]) -> int:
        messages = [PROMPT, *(message for one in steps for message in one)]
        return client.post(model=GEMINI, messages=messages).status_code

    assert status(step(1, "a", "b", signed=0), step(2, "a", signed=0)) == 200
    assert status(step(1, "a", "b", signed=1)) == 400
    assert status(step(1, "a", "b", signed=0), step(2, "a", "b", signed=None)) == 400
    assert status(step(1, "a", signed=None), step(2, "a", signed=0)) == 400


def parallel_calls(client: Client, *, stream: bool) -> list[dict[str, Any]]:
    body: dict[str, Any] = {"model": GEMINI, "messages": [BOTH], "tools": [WEATHER, STOCKS]}
    sources = deltas(client.chunks(**body)) if stream else [client.message(**body)]
    calls = [call for source in sources for call in source.get("tool_calls", ())]
    whole = {"function": {"name": "f", "arguments": "{}"}}
    return [{**call, **whole} for call in calls if "id" in call]


@pytest.mark.parametrize("stream", [False, True])
def test_gemini_signs_the_first_of_parallel_calls(client: Client, *, stream: bool) -> None:
    calls = parallel_calls(client, stream=stream)
    assert ["extra_content" in call for call in calls] == [True, False]

    def history() -> list[dict[str, Any]]:
        turn = {"role": "assistant", "content": None, "tool_calls": calls}
        return [BOTH, turn, *(result(call["id"]) for call in calls)]

    assert client.post(model=GEMINI, messages=history()).status_code == 200
    calls[1]["extra_content"] = calls[0]["extra_content"]  # belongs to its call
    assert "not valid" in client.error(model=GEMINI, messages=history())
    del calls[0]["extra_content"], calls[1]["extra_content"]
    assert "missing a thought_signature" in client.error(model=GEMINI, messages=history())


def test_other_vendors_do_not_sign(client: Client) -> None:
    assert "extra_content" not in tool_turn(client, GPT)[1]["tool_calls"][0]


def test_the_memory_is_bounded() -> None:
    remembered = _BoundedSet(2)
    for item in ("a", "b", "a", "c"):
        remembered.add(item)
    assert [item in remembered for item in "abc"] == [True, False, True]
