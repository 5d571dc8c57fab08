"""Messages: their roles and content, and the order of calls and results."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit_tests.emulator.messages_client import (
    LOOP,
    OLD,
    SONNET,
    MessagesClient,
    called,
    returned,
    said,
    text,
)

OLD_SONNET = "claude-sonnet-4-6"
PREFILL = (
    "This model does not support assistant message prefill. The conversation must end with a user"
    " message."
)
UNANSWERED = (
    "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after:"
    " {ids}. Each `tool_use` block must have a corresponding `tool_result` block in the next"
    " message."
)
SERVER_CALL = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}}
SERVER_RESULT = {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []}


@pytest.mark.parametrize(
    ("messages", "words"),
    [
        ("Hi", "messages: Input should be a valid array"),
        ([], "messages: at least one message is required"),
        (["Hi"], "messages.0: Input should be a valid dictionary"),
        ([{"role": "user"}], "messages.0.content: Field required"),
        ([{"content": "Hi"}], "messages.0.role: Field required"),
        ([{**said("Hi"), "name": "Ann"}], "messages.0.name: Extra inputs are not permitted"),
        ([said(None)], "messages.0.content: Input should be a valid list"),
        ([said("Hi", "tool")], 'messages: Unexpected role "tool". Allowed roles are "user" or'),
        ([said("Hi", "assistant"), said("Hi")], 'messages: first message must use the "user" role'),
        ([said("")], "messages.0: all messages must have non-empty content except for the"),
        ([said([])], "messages.0: all messages must have non-empty content except for the"),
        ([said("Hi"), said("", "assistant"), said("Hi")], "messages.1: all messages must have"),
        ([said([text("")])], "messages: text content blocks must be non-empty"),
        ([said(" ")], "messages: text content blocks must contain non-whitespace text"),
        ([said([text("\n\t")])], "messages: text content blocks must contain non-whitespace text"),
        ([said(["Hi"])], "messages.0.content.0: Input should be a valid dictionary"),
        ([said([{"text": "Hi"}])], "messages.0.content.0.type: Field required"),
        ([said([{"type": "input_text"}])], "messages.0.content.0: Input tag 'input_text' found"),
        ([said([{"type": "text"}])], "messages.0.content.0.text.text: Field required"),
        ([said([text("Hi", index=0)])], "messages.0.content.0.text.index: Extra inputs are not"),
        ([said([text("Hi", citations=[{"type": "x"}])])], "text.citations.0: Input tag 'x' found"),
        ([said([called()])], "messages.0.content.0: `tool_use` blocks can only be in `assistant`"),
        (
            [said("Hi"), said([returned()], "assistant")],
            "messages.1.content.0: `tool_result` blocks can only be in `user` messages",
        ),
        (
            [said("Hi"), said([{"type": "reasoning", "reasoning": "Hm"}], "assistant")],
            "messages.1.content.0: Input tag 'reasoning' found using 'type' does not match",
        ),
        # the end
        ([said("Hi"), said("Well,", "assistant")], PREFILL),
        ([said("Hi"), said("", "assistant")], PREFILL),
        # calls and results
        ([said("Hi"), said([called()], "assistant")], UNANSWERED.format(ids="toolu_1")),
        (
            [said("Hi"), said([called(), called("toolu_2")], "assistant"), said([returned()])],
            UNANSWERED.format(ids="toolu_2"),
        ),
        ([*LOOP[:2], said("Hi")], UNANSWERED.format(ids="toolu_1")),
        ([*LOOP[:2], said([text("Hi"), returned()])], UNANSWERED.format(ids="toolu_1")),
        (
            [said([returned()])],
            (
                "messages.0.content.0: unexpected `tool_use_id` found in `tool_result` blocks:"
                " toolu_1. Each `tool_result` block must have a corresponding `tool_use` block in"
                " the previous message."
            ),
        ),
        ([*LOOP[:2], said([returned("toolu_9")])], "unexpected `tool_use_id` found in"),
        ([*LOOP, said("Ok", "assistant"), said([returned()])], "messages.4.content.0: unexpected"),
        (
            [*LOOP[:2], said([returned(), returned()])],
            "messages.2.content.1: each tool_use must have a single result. Found multiple",
        ),
        ([*LOOP, *LOOP[1:]], "messages.3.content.0: `tool_use` ids must be unique"),
        (
            [said("Hi"), said([called("functions.f:0")], "assistant")],
            "messages.1.content.0.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'",
        ),
        (
            [*LOOP[:2], said([returned("a b")])],
            "messages.2.content.0.tool_result.tool_use_id: String should match pattern",
        ),
        (
            [said("Hi"), said([{**called(), "input": "{}"}], "assistant")],
            "messages.1.content.0.tool_use.input: Input should be a valid dictionary",
        ),
        (
            [said("Hi"), said([{**called(), "args": {}}], "assistant")],
            "messages.1.content.0.tool_use.args: Extra inputs are not permitted",
        ),
        (
            [*LOOP[:2], said([returned(content=[{"type": "thinking"}])])],
            "messages.2.content.0.tool_result.content.0: Input tag 'thinking' found",
        ),
        (
            [said("Hi"), said([SERVER_RESULT], "assistant")],
            "unexpected `tool_use_id` found in `web_search_tool_result` blocks: srvtoolu_1. Each",
        ),
        (
            [said("Hi"), said([{**SERVER_CALL, "id": "toolu_1"}], "assistant")],
            "messages.1.content.0.server_tool_use.id: String should match pattern '^srvtoolu_",
        ),
        (
            [
                said("Hi"),
                said(
                    [
                        SERVER_CALL,
                        {
                            **SERVER_RESULT,
                            "content": [
                                {
                                    "type": "web_search_result",
                                    "encrypted_content": "Eo8",
                                    "title": "t",
                                    "url": "u",
                                }
                            ],
                        },
                    ],
                    "assistant",
                ),
            ],
            "messages.1.content.1: Invalid `encrypted_content` in `search_result` block",
        ),
    ],
)
def test_conversation_is_refused(client: MessagesClient, messages: Any, words: str) -> None:
    assert words in client.error(messages=messages)


@pytest.mark.parametrize(
    "messages",
    [
        [said("Hi"), said("there")],
        [said([text("Hi"), text("there")])],
        [*LOOP[:2], said([returned(), text("And?")])],
        [*LOOP[:2], said([returned()]), said("And?")],
        [*LOOP[:2], said([{"type": "tool_result", "tool_use_id": "toolu_1"}])],
        [*LOOP[:2], said([returned(content="", is_error=True)])],
        [
            said("Hi"),
            said([called()], "assistant"),
            said([called("toolu_2")], "assistant"),
            said([returned("toolu_2"), returned()]),
        ],
        [said("Hi"), said([SERVER_CALL, SERVER_RESULT], "assistant")],
        [said("Hi"), said("Be brief.", "system"), said("And?")],
    ],
    ids=str,
)
def test_conversation_is_taken(client: MessagesClient, messages: Any) -> None:
    client.message(messages=messages)


def test_older_models_take_no_system_messages(client: MessagesClient) -> None:
    messages = [said("Hi"), said("Be brief.", "system"), said("And?")]
    words = client.error(model=OLD_SONNET, messages=messages)
    assert words.startswith('messages: Unexpected role "system". The Messages API accepts a top-')


@pytest.mark.parametrize(
    ("beta", "change"),
    [
        ("mid-conversation-system-clear-at-2026-08-21", {"clear_at": "never"}),
        ("mid-conversation-output-config-2026-07-01", {"output_config": {"effort": "low"}}),
        (
            "mid-conversation-tool-changes-2026-07-01",
            {"content": [{"type": "tool_removal", "tool": {"type": "tool", "name": "f"}}]},
        ),
    ],
)
def test_system_messages_do_more_with_a_beta(
    client: MessagesClient, beta: str, change: dict[str, Any]
) -> None:
    messages = [said("Hi"), {**said("Be brief.", "system"), **change}, said("And?")]
    client.error(messages=messages)
    client.message({"anthropic-beta": beta}, messages=messages)


def test_older_models_go_on_with_the_beginning_of_an_answer(client: MessagesClient) -> None:
    messages = [said("Hi"), said("Well,", "assistant")]
    assert client.message(model=OLD, messages=messages)["stop_reason"] == "end_turn"
    messages[1]["content"] = "Well, "
    assert client.error(model=OLD, messages=messages) == (
        "messages: final assistant content cannot end with trailing whitespace"
    )


def test_results_are_read_by_the_name_of_their_tool(client: MessagesClient) -> None:
    messages = [
        said("Hi"),
        said([called("toolu_1", "a"), called("toolu_2", "b")], "assistant"),
        said([returned("toolu_2", [text("two")]), returned("toolu_1", "one")]),
    ]
    answer = client.message(model=SONNET, messages=messages)["content"][-1]["text"]
    assert answer.endswith("b returned two; a returned one")
