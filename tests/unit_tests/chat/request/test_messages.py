"""A history of any origin as each family takes it: the exact JSON that is sent."""

from __future__ import annotations

import json
from typing import Any

import pytest
from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    ChatMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)

from tests.unit_tests.chat.request.histories import (
    CACHE,
    CALLS,
    CLAUDE,
    DEEPSEEK,
    FOREIGN,
    GEMINI,
    GPT,
    KIMI,
    PLACEHOLDER,
    UNKNOWN,
    call,
    explain_changes,
    result,
    sent,
    text,
    turn_with_calls,
)

PLAIN_CALLS = [call("call_1"), call("call_2", '{"city": "Köln"}')]
SIGNED_CALLS = [call("call_1", extra_content=PLACEHOLDER), PLAIN_CALLS[1]]
AS_TAKEN: dict[str, dict[str, Any]] = {
    GPT: {"tool_calls": PLAIN_CALLS},
    CLAUDE: {"tool_calls": PLAIN_CALLS},
    GEMINI: {"tool_calls": SIGNED_CALLS},
    DEEPSEEK: {"tool_calls": PLAIN_CALLS, "reasoning_content": " "},
    KIMI: {"tool_calls": PLAIN_CALLS, "reasoning_content": " "},
    UNKNOWN: {"tool_calls": PLAIN_CALLS},
}


@pytest.mark.parametrize("mode", ["auto", True])
@pytest.mark.parametrize("author", FOREIGN)
@pytest.mark.parametrize("model", AS_TAKEN)
def test_history_of_another_provider_is_sent_as_the_family_takes_it(
    model: str, author: str, mode: Any
) -> None:
    results = [
        ToolMessage("Rain", tool_call_id="call_1", name="get_weather", artifact={"a": 1}),
        ToolMessage([{"type": "text", "text": "Sun"}], tool_call_id="call_2", status="error"),
    ]
    history = [HumanMessage("Hi"), FOREIGN[author], *results, AIMessage("Both."), HumanMessage("?")]
    final = {"role": "assistant", "content": "Both."}
    look = {"role": "assistant", "content": "Let me look.", **AS_TAKEN[model]}
    second: Any = [{"type": "text", "text": "Sun"}]
    if model == DEEPSEEK:
        second = "Sun"
        final["reasoning_content"] = " "
        if author == "chat_deepseek" and mode is True:
            look["reasoning_content"] = "Hmm."
    assert sent(model, history, replay_reasoning=mode) == [
        {"role": "user", "content": "Hi"},
        look,
        {"role": "tool", "tool_call_id": "call_1", "content": "Rain"},
        {"role": "tool", "tool_call_id": "call_2", "content": second},
        final,
        {"role": "user", "content": "?"},
    ]


@pytest.mark.parametrize("model", AS_TAKEN)
def test_history_in_anthropic_form_is_sent_as_the_family_takes_it(model: str) -> None:
    uses: list[Any] = [b for b in FOREIGN["anthropic"].content if isinstance(b, dict)]
    results: list[Any] = [
        {"type": "tool_result", "tool_use_id": "call_1", "content": "Rain"},
        {"type": "tool_result", "tool_use_id": "call_2", "content": "Sun", "is_error": False},
        {"type": "text", "text": "Well?"},
    ]
    body = sent(model, [HumanMessage("Hi"), AIMessage(uses), HumanMessage(results)])
    assert body[1:] == [
        {"role": "assistant", "content": "Let me look.", **AS_TAKEN[model]},
        {"role": "tool", "tool_call_id": "call_1", "content": "Rain"},
        {"role": "tool", "tool_call_id": "call_2", "content": "Sun"},
        {"role": "user", "content": [{"type": "text", "text": "Well?"}]},
    ]


@pytest.mark.parametrize("model", AS_TAKEN)
def test_turn_with_reasoning_alone_is_sent_empty_or_left_out(model: str) -> None:
    turn = AIMessage([{"type": "thinking", "thinking": "Hmm.", "signature": "c2ln"}])
    expected = [{"role": "assistant", "content": ""}]
    if model == DEEPSEEK:
        expected[0]["reasoning_content"] = " "
    if model in (CLAUDE, GEMINI, KIMI):
        expected = []
    assert sent(model, [HumanMessage("Hi"), turn, HumanMessage("?")])[1:-1] == expected


# -- roles and cache control -------------------------------------------------------------------


BREAKPOINT = {"mode": "explicit"}
FIELDS: dict[str, Any] = {"prompt_cache_breakpoint": BREAKPOINT}


@pytest.mark.parametrize(
    "block",
    [
        {"type": "text", "text": "Hi"},
        {"type": "image", "base64": "AAAA", "mime_type": "image/png", "extras": FIELDS},
        {"type": "file", "file_id": "file_1", "extras": FIELDS},
        {"type": "image", "base64": "AAAA", "mime_type": "image/png"},
        {"type": "image", "url": "https://a.example/b.png"},
        {"type": "image_url", "image_url": {"url": "https://a.example/b.png"}},
        {"type": "image", "source": {"type": "url", "url": "https://a.example/b.png"}},
        {"type": "file", "base64": "AAAA", "mime_type": "application/pdf"},
        {"type": "file", "file": {"file_id": "file_1"}},
        {"type": "input_file", "file_id": "file_1"},
    ],
)
def test_cache_breakpoint_of_a_block_is_sent(block: dict[str, Any]) -> None:
    marked = block if "extras" in block else {**block, **FIELDS}
    content = sent(GPT, [HumanMessage([{"type": "text", "text": "See"}, marked])])[0]["content"]
    assert content[0] == {"type": "text", "text": "See"}
    assert content[1]["prompt_cache_breakpoint"] == BREAKPOINT


@pytest.mark.parametrize(("model", "kept"), [(GPT, False), (CLAUDE, True), (UNKNOWN, True)])
def test_cache_control_where_it_is_refused_is_left_out(model: str, kept: bool) -> None:
    marked = {"cache_control": CACHE}
    history: list[BaseMessage] = [
        SystemMessage([{"type": "text", "text": "Rules", **marked}]),
        HumanMessage([{"type": "text", "text": "Hi", "extras": marked}]),
        HumanMessage([{"type": "image", "url": "https://a.example/b.png", **marked}]),
        AIMessage([{"type": "text", "text": "Look", **marked}], tool_calls=CALLS[:1]),
        ToolMessage([{"type": "text", "text": "Rain", **marked}], tool_call_id="call_1"),
    ]
    parts = [m["content"] for m in sent(model, history)]
    for content in parts:
        if kept:
            assert content[0]["cache_control"] == CACHE
        else:
            assert "cache_control" not in json.dumps(content)
    texts = [c if isinstance(c, str) else c[0].get("text") for c in parts]
    assert texts == ["Rules", "Hi", None, "Look", "Rain"]


def test_developer_role_of_a_chat_message_is_renamed_and_recorded() -> None:
    history: list[BaseMessage] = [
        ChatMessage(content="Rules", role="developer"),
        HumanMessage("Hi"),
    ]
    assert sent(DEEPSEEK, history)[0] == {"role": "system", "content": "Rules"}
    assert sent(GPT, history)[0] == {"role": "developer", "content": "Rules"}
    change = ("developer", "renamed", "deepseek-v4-pro takes it as `system`")
    assert explain_changes(DEEPSEEK, history) == [change]
    assert explain_changes(GPT, history) == []


# -- tool results in Anthropic's form ----------------------------------------------------------


def tool_result(id_: str = "call_1", content: Any = "Rain", **more: Any) -> dict[str, Any]:
    return {"type": "tool_result", "tool_use_id": id_, "content": content, **more}


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
        (tool_result(content=2, is_error=True), "Error: 2", "Error: 2"),
        (
            tool_result(content=[text("a")], is_error=True),
            [text("Error:"), text("a")],
            [text("Error:"), text("a")],
        ),
    ],
)
def test_tool_result_block_with_cache_control_or_error_keeps_them(
    block: dict[str, Any], on_claude: Any, on_gpt: Any
) -> None:
    for model, expected in ((CLAUDE, on_claude), (GPT, on_gpt)):
        for message in (HumanMessage([block]), result("call_1", [block])):
            assert sent(model, [turn_with_calls("call_1"), message])[1]["content"] == expected


@pytest.mark.parametrize(
    ("second", "contents"),
    [
        (HumanMessage([tool_result("call_2"), text("Two")]), [[text("One")], [text("Two")], "?"]),
        (result("call_2"), [[text("One")], "?"]),
    ],
)
def test_tool_result_blocks_in_several_messages_go_before_their_texts(
    second: BaseMessage, contents: list[Any]
) -> None:
    turn, first = turn_with_calls("call_1", "call_2"), HumanMessage([tool_result(), text("One")])
    messages = sent(CLAUDE, [turn, first, second, HumanMessage("?")])[1:]
    ids = [message.get("tool_call_id") for message in messages]
    assert ids == ["call_1", "call_2", *(None for _ in contents)]
    assert [message["content"] for message in messages[2:]] == contents


def test_tool_result_block_among_other_blocks_is_opened() -> None:
    history = [turn_with_calls("call_1"), result("call_1", [tool_result(), text("Sun")])]
    assert sent(GPT, history)[1]["content"] == [text("Rain"), text("Sun")]


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
def test_tool_result_block_of_any_value_is_sent_as_text(content: Any, expected: Any) -> None:
    for message in (HumanMessage([tool_result(content=content)]), [tool_result(content=content)]):
        tool = message if isinstance(message, HumanMessage) else result("call_1", message)
        assert sent(GPT, [turn_with_calls("call_1"), tool])[1]["content"] == expected


# -- other classes and dialects ------------------------------------------------------------------


@pytest.mark.parametrize("model", [GPT, DEEPSEEK])
def test_chat_message_of_the_assistant_is_sent_as_its_turn(model: str) -> None:
    def history(turn: BaseMessage) -> list[BaseMessage]:
        return [HumanMessage("Hi"), turn, HumanMessage("?")]

    turn = ChatMessage(role="assistant", content="Hello", name="Ann Lee")
    assert sent(model, history(turn)) == sent(model, history(AIMessage("Hello", name="Ann Lee")))


@pytest.mark.parametrize("model", [GPT, DEEPSEEK])
def test_blocks_of_bedrock_are_sent_as_text(model: str) -> None:
    history = [
        HumanMessage([{"text": "Hi"}, {"cachePoint": {"type": "default"}}]),
        turn_with_calls("call_1"),
        ToolMessage([{"json": {"a": 1}}], tool_call_id="call_1"),
    ]
    messages = sent(model, history)
    assert messages[0]["content"] == [{"type": "text", "text": "Hi"}]
    result = '{"a": 1}'
    text = result if model == DEEPSEEK else [{"type": "text", "text": result}]
    assert messages[2]["content"] == text
    assert explain_changes(model, history)[0][:2] == ("cachePoint", "left out")
