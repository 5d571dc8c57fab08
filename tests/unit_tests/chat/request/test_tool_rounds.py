"""Tool calls and results of one family, as another takes them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    ChatMessage,
    HumanMessage,
    ToolMessage,
)

from tests.support import Gateway, answer, completion

GPT, CLAUDE, GEMINI = "gpt-5.4-mini", "claude-sonnet-5-5", "gemini-3.8-flash"
DEEPSEEK, KIMI, UNKNOWN = "deepseek-v4-pro", "kimi-k3", "some-new-thing"
CACHE = {"type": "ephemeral"}


def sent(model: str, history: list[BaseMessage]) -> list[dict[str, Any]]:
    gateway = Gateway(answer(completion()))
    gateway.model(model).invoke(history)
    messages: list[dict[str, Any]] = gateway.bodies[0]["messages"]
    return messages


def said(*ids: str | None, name: str = "f") -> AIMessage:
    return AIMessage("", tool_calls=[{"name": name, "args": {}, "id": id_} for id_ in ids])


def result(id_: str, content: Any = "Rain") -> ToolMessage:
    return ToolMessage(content, tool_call_id=id_)


def ids(messages: list[dict[str, Any]]) -> tuple[list[str], list[str]]:
    """The ids of the calls, and those of the results."""
    calls = [call["id"] for message in messages for call in message.get("tool_calls", ())]
    return calls, [m["tool_call_id"] for m in messages if m["role"] == "tool"]


# -- ids -----------------------------------------------------------------------------------------

LONG = "fc_" + "0" * 60


@pytest.mark.parametrize(
    ("model", "pattern", "foreign"),
    [
        (CLAUDE, r"[a-zA-Z0-9_-]{1,64}", ["functions.f:0", "functions_f.0", "a|b", "x" * 65]),
        (GPT, r".{1,40}", [LONG, LONG + "1"]),
        ("o3", r".{1,40}", [LONG]),
    ],
)
def test_foreign_ids_are_rewritten(model: str, pattern: str, foreign: list[str]) -> None:
    history = [said("call_1", *foreign), *map(result, ["call_1", *foreign])]
    calls, results = ids(sent(model, history))
    assert calls == results
    assert calls[0] == "call_1"
    assert len(set(calls)) == len(calls)
    assert all(re.fullmatch(pattern, id_) for id_ in calls)
    # The same in the next turn, and whatever comes after: a cached prompt stays one.
    later = sent(model, [*history, said("functions.g:0"), result("functions.g:0")])
    assert later[: len(history)] == sent(model, history)


@pytest.mark.parametrize("model", [KIMI, DEEPSEEK, GEMINI, UNKNOWN])
def test_ids_stay_where_anything_goes(model: str) -> None:
    history = [said("functions.f:0", LONG), result("functions.f:0"), result(LONG)]
    assert ids(sent(model, history)) == (["functions.f:0", LONG],) * 2


def test_ids_that_come_again_in_a_later_turn() -> None:
    turn: list[BaseMessage] = [said("f:0", "call_1"), result("call_1"), result("f:0")]
    calls, results = ids(sent(CLAUDE, [*turn, *turn, *turn]))
    assert len(set(calls)) == 6
    assert calls[1] == "call_1"
    assert [results[n] for n in (1, 0, 3, 2, 5, 4)] == calls
    assert ids(sent(KIMI, [*turn, *turn])) == (["f:0", "call_1"] * 2, ["call_1", "f:0"] * 2)
    assert ids(sent(GPT, [*turn, *turn])) == (["f:0", "call_1"] * 2, ["call_1", "f:0"] * 2)


# -- media in results ----------------------------------------------------------------------------

IMAGE = {"type": "image_url", "image_url": {"url": "https://x.example/a.png"}}
PDF = {"type": "file", "file": {"file_id": "file-1"}}


def test_media_of_parallel_results_come_after_the_last() -> None:
    history = [
        said("call_1", "f:1", name="look"),
        result("call_1", ["Seen", IMAGE]),
        result("f:1", [PDF]),
        HumanMessage("And now?"),
    ]
    follows = "The result follows in the next user message."
    assert sent(GPT, history)[1:] == [
        {"role": "tool", "tool_call_id": "call_1", "content": [{"type": "text", "text": "Seen"}]},
        {"role": "tool", "tool_call_id": "f:1", "content": follows},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "From the result of look (call call_1):"},
                IMAGE,
                {"type": "text", "text": "From the result of look (call f:1):"},
                PDF,
            ],
        },
        {"role": "user", "content": "And now?"},
    ]
    for model in (CLAUDE, KIMI, UNKNOWN):
        assert [m["role"] for m in sent(model, history)] == ["assistant", "tool", "tool", "user"]


# -- calls in other places -----------------------------------------------------------------------

ARGS = {"city": "Köln"}
WRITTEN = json.dumps(ARGS, ensure_ascii=False)
IN_CONTENT: list[dict[str, Any]] = [
    {"type": "tool_call", "id": "call_1", "name": "f", "args": ARGS},
    {"type": "function_call", "id": "fc", "call_id": "call_1", "name": "f", "arguments": WRITTEN},
    {"type": "function_call", "name": "f", "args": ARGS, "id": "call_1"},
    {"type": "tool_use", "id": "call_1", "name": "f", "input": WRITTEN},
    {"type": "tool_use", "id": "call_1", "name": "f", "input": {}, "partial_json": WRITTEN},
]


@pytest.mark.parametrize("block", IN_CONTENT)
def test_calls_in_the_content_alone(block: dict[str, Any]) -> None:
    turn = AIMessage([{"type": "text", "text": "Look"}, block])
    function = {"name": "f", "arguments": WRITTEN}
    assert sent(GPT, [HumanMessage("Hi"), turn, result("call_1")])[1] == {
        "role": "assistant",
        "content": "Look",
        "tool_calls": [{"type": "function", "id": "call_1", "function": function}],
    }


@pytest.mark.parametrize(
    ("block", "arguments"),
    [
        ({"type": "tool_use", "id": "call_1", "name": "f"}, {}),
        (
            {"type": "tool_use", "id": "call_1", "name": "f", "partial_json": '{"a'},
            {"invalid_arguments": '{"a'},
        ),
    ],
)
def test_arguments_are_an_object(block: dict[str, Any], arguments: Any) -> None:
    body = sent(GPT, [AIMessage([block]), result("call_1")])[0]
    assert json.loads(body["tool_calls"][0]["function"]["arguments"]) == arguments


def test_calls_that_were_taken_back_stay_so() -> None:
    function = {"name": "f", "arguments": "{}"}
    raw = {"id": "call_1", "type": "function", "function": function}
    use = {"type": "tool_use", "id": "call_1", "name": "f", "input": {}}
    for turn in (AIMessage("Hi", additional_kwargs={"tool_calls": [raw]}), AIMessage([use])):
        emptied = turn.model_copy(update={"tool_calls": []})
        assert "tool_calls" not in sent(GPT, [HumanMessage("Hi"), emptied, HumanMessage("?")])[1]


def test_a_call_without_a_name() -> None:
    bad: Any = {"name": None, "args": "{", "id": "call_1", "error": "no name"}
    turn = AIMessage("", invalid_tool_calls=[bad])
    body = sent(GPT, [turn, result("call_1")])[0]
    assert body["tool_calls"][0]["function"]["name"] == "unnamed_tool"


# -- results of Anthropic's form -----------------------------------------------------------------


def tool_result(id_: str = "call_1", content: Any = "Rain", **more: Any) -> dict[str, Any]:
    return {"type": "tool_result", "tool_use_id": id_, "content": content, **more}


def text(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": text, **more}


@pytest.mark.parametrize(
    ("block", "on_claude", "on_gpt"),
    [
        (tool_result(), "Rain", "Rain"),
        (
            tool_result(cache_control=CACHE),
            [text("Rain", cache_control=CACHE)],
            [text("Rain")],
        ),
        (
            tool_result(content=[text("a"), text("b")], cache_control=CACHE),
            [text("a"), text("b", cache_control=CACHE)],
            [text("a"), text("b")],
        ),
        (tool_result(is_error=True), "Error: Rain", "Error: Rain"),
        (tool_result(content="An error!", is_error=True), "An error!", "An error!"),
        (tool_result(content="", is_error=True), "Error", "Error"),
        (
            tool_result(content=[text("a")], is_error=True),
            [text("Error:"), text("a")],
            [text("Error:"), text("a")],
        ),
    ],
)
def test_what_is_beside_a_result(block: dict[str, Any], on_claude: Any, on_gpt: Any) -> None:
    for model, expected in ((CLAUDE, on_claude), (GPT, on_gpt)):
        for message in (HumanMessage([block]), result("call_1", [block])):
            assert sent(model, [said("call_1"), message])[1]["content"] == expected


def test_results_in_several_messages_go_before_what_is_said() -> None:
    history = [
        said("call_1", "call_2"),
        HumanMessage([tool_result(), text("One")]),
        HumanMessage([tool_result("call_2"), text("Two")]),
        HumanMessage("Three"),
    ]
    messages = sent(CLAUDE, history)[1:]
    assert [m.get("tool_call_id") for m in messages] == ["call_1", "call_2", None, None, None]
    assert [m["content"] for m in messages[2:]] == [[text("One")], [text("Two")], "Three"]


def test_a_result_among_other_parts() -> None:
    history = [said("call_1"), result("call_1", [tool_result(), text("Sun")])]
    assert sent(GPT, history)[1]["content"] == [text("Rain"), text("Sun")]


# -- the order -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("history", "words"),
    [
        ([said("call_1"), HumanMessage("?")], "Message 0 makes the tool calls 'call_1', and there"),
        ([said("call_1"), AIMessage("?")], "no result of them before message 1. Put a `ToolMess"),
        ([said("a", "b"), result("a"), HumanMessage("?")], "Message 0 makes the tool calls 'b'"),
        ([said("a", "b"), result("a")], "Message 0 makes the tool calls 'b'"),
        ([said("a"), HumanMessage("?"), result("a")], "Message 0 makes the tool calls 'a'"),
        ([said("a"), result("a"), result("a")], "Message 2 is a second result .*'a' of message 0"),
        (
            [said("a"), result("a"), HumanMessage("?"), result("a")],
            "Message 3 is the result .* nothing but results may stand between them",
        ),
    ],
)
def test_calls_and_results_out_of_order(history: list[BaseMessage], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        sent(GPT, history)


def test_calls_at_the_very_end_are_sent() -> None:
    assert ids(sent(GPT, [HumanMessage("Hi"), said("call_1")])) == (["call_1"], [])


# -- what was spoken -----------------------------------------------------------------------------

AUDIO = {"id": "audio_1", "data": "AA", "transcript": "Hello there"}
ID = {"id": "audio_1"}


@pytest.mark.parametrize(
    ("model", "metadata", "expires_at", "content", "audio"),
    [
        (DEEPSEEK, {}, 1, "Hello there", None),
        (GPT, {}, 1, "Hello there", None),
        (GPT, {}, 32_503_680_000, "", ID),  # the year 3000
        (UNKNOWN, {}, None, "Hello there", None),
        (GPT, {"model_provider": "cometapi", "model_name": "gpt-audio"}, None, "", ID),
        (GPT, {"model_provider": "cometapi", "model_name": "kimi-k3"}, None, "Hello there", None),
        (UNKNOWN, {"model_provider": "cometapi", "model_name": "a-new-voice"}, None, "", ID),
    ],
)
def test_spoken_answers(
    model: str, metadata: dict[str, str], expires_at: float | None, content: str, audio: Any
) -> None:
    spoken = {"audio": {**AUDIO, "expires_at": expires_at}}
    turn = AIMessage("", additional_kwargs=spoken, response_metadata=metadata)
    body = sent(model, [HumanMessage("Hi"), turn, HumanMessage("?")])[1]
    assert (body["content"], body.get("audio")) == (content, audio)


# -- what is told of it --------------------------------------------------------------------------


def changes(model: str, history: list[Any], **kwargs: Any) -> list[tuple[str, str, str]]:
    asked: Any = Gateway(answer(completion())).model(model, strict_params=True)
    found = asked.explain(history, **kwargs).changes
    return [(change.parameter, change.action, change.reason) for change in found]


def test_the_role_of_a_developer_in_a_chat_message() -> None:
    history: list[BaseMessage] = [
        ChatMessage(content="Rules", role="developer"),
        HumanMessage("Hi"),
    ]
    assert sent(DEEPSEEK, history)[0] == {"role": "system", "content": "Rules"}
    assert sent(GPT, history)[0] == {"role": "developer", "content": "Rules"}
    told = ("developer", "renamed", "deepseek-v4-pro takes it as `system`")
    assert changes(DEEPSEEK, history) == [told]
    assert changes(GPT, history) == []


def test_cache_control_left_out_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    part = text("Hi", cache_control=CACHE)
    function = {"name": "f", "parameters": {"type": "object", "properties": {}}}
    tool = {"type": "function", "function": function}
    history: list[BaseMessage] = [HumanMessage([part, part]), HumanMessage([part])]
    kwargs: Any = {"tools": [{**tool, "cache_control": CACHE}, tool], "cache_control": CACHE}
    for model, kept in ((GPT, False), ("o3", False), (CLAUDE, True), (UNKNOWN, True)):
        told = changes(model, history, **kwargs)
        assert told == ([] if kept else [("cache_control", "left out", f"{model} refuses it")])
        gateway = Gateway(answer(completion()))
        gateway.model(model, strict_params=True).invoke(history, **kwargs)
        assert ("cache_control" in gateway.bodies[0]) is kept
        assert gateway.bodies[0]["tools"] == (kwargs["tools"] if kept else [tool, tool])
        assert json.dumps(gateway.bodies[0]).count("cache_control") == (5 if kept else 0)
    assert caplog.text == ""


# -- what is odd ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (1.5, "1.5"),
        (0, "0"),
        (True, "true"),
        (None, ""),
        ({"a": "ü"}, '{"a": "ü"}'),
        (text("Rain"), [text("Rain")]),
    ],
)
def test_a_result_of_any_value(content: Any, expected: Any) -> None:
    for message in (HumanMessage([tool_result(content=content)]), [tool_result(content=content)]):
        tool = message if isinstance(message, HumanMessage) else result("call_1", message)
        assert sent(GPT, [said("call_1"), tool])[1]["content"] == expected
    (wrong,) = sent(GPT, [said("call_1"), HumanMessage([tool_result(content=2, is_error=True)])])[
        1:
    ]
    assert wrong["content"] == "Error: 2"


def test_a_result_that_does_not_say_of_which_call() -> None:
    nameless = ChatMessage(content="Rain", role="tool")
    for model in (GPT, CLAUDE, KIMI):
        for call in (said(None), said("call_1")):
            with pytest.raises(
                ValueError, match=r"Message 1 is the result .* not say of which. Pa"
            ):
                sent(model, [call, nameless])
    with pytest.raises(ValueError, match="Message 1 is the result of the tool call ''"):
        sent(GPT, [said("call_1"), HumanMessage([{"type": "tool_result", "tool_use_id": None}])])


def test_half_a_character_in_an_id() -> None:
    half = "call_\ud83d"
    calls, results = ids(sent(CLAUDE, [said(half), result(half)]))
    assert calls == results
    assert re.fullmatch("call_[0-9a-f]{24}", calls[0])
