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
from tests.unit_tests.emulator.refusals import accepts, refuses

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
UNEXPECTED = (
    "messages.0.content.0: unexpected `tool_use_id` found in `tool_result` blocks: toolu_1. Each"
    " `tool_result` block must have a corresponding `tool_use` block in the previous message."
)
PATTERN = "String should match pattern '^[a-zA-Z0-9_-]+$'"
SERVER_CALL = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}}
SERVER_RESULT = {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []}
REASONING = {"type": "reasoning", "reasoning": "Hm"}
FOUND = {"type": "web_search_result", "encrypted_content": "Eo8", "title": "t", "url": "u"}


def sent(*messages: Any) -> dict[str, Any]:
    return {"messages": list(messages)}


def asked(*content: Any) -> dict[str, Any]:
    """A request of one message with such content."""
    return sent(said(list(content)))


def answered(*content: Any) -> dict[str, Any]:
    """A request that ends with an answer of such content."""
    return sent(said("Hi"), said(list(content), "assistant"))


def after_a_call(*content: Any) -> dict[str, Any]:
    """A request that ends with such content, right after a call of `f`."""
    return sent(*LOOP[:2], said(list(content)))


test_conversation_is_refused = refuses(
    ({"messages": "Hi"}, "messages: Input should be a valid array"),
    (sent(), "messages: at least one message is required"),
    (sent("Hi"), "messages.0: Input should be a valid dictionary"),
    (sent({"role": "user"}), "messages.0.content: Field required"),
    (sent({"content": "Hi"}), "messages.0.role: Field required"),
    (sent({**said("Hi"), "name": "Ann"}), "messages.0.name: Extra inputs are not permitted"),
    (sent(said(None)), "messages.0.content: Input should be a valid list"),
    (sent(said("Hi", "tool")), 'messages: Unexpected role "tool". Allowed roles are "user" or'),
    (sent(said("Hi", "assistant"), said("Hi")), 'messages: first message must use the "user" role'),
    (sent(said("")), "messages.0: all messages must have non-empty content except for the"),
    (sent(said([])), "messages.0: all messages must have non-empty content except for the"),
    (sent(said("Hi"), said("", "assistant"), said("Hi")), "messages.1: all messages must have"),
    (sent(said(" ")), "messages: text content blocks must contain non-whitespace text"),
    (asked(text("")), "messages: text content blocks must be non-empty"),
    (asked(text("\n\t")), "messages: text content blocks must contain non-whitespace text"),
    (asked("Hi"), "messages.0.content.0: Input should be a valid dictionary"),
    (asked({"text": "Hi"}), "messages.0.content.0.type: Field required"),
    (asked({"type": "input_text"}), "messages.0.content.0: Input tag 'input_text' found"),
    (asked({"type": "text"}), "messages.0.content.0.text.text: Field required"),
    (asked(text("Hi", index=0)), "messages.0.content.0.text.index: Extra inputs are not"),
    (asked(text("Hi", citations=[{"type": "x"}])), "text.citations.0: Input tag 'x' found"),
    (asked(called()), "messages.0.content.0: `tool_use` blocks can only be in `assistant`"),
    (answered(returned()), "messages.1.content.0: `tool_result` blocks can only be in `user`"),
    (answered(REASONING), "messages.1.content.0: Input tag 'reasoning' found using 'type' does"),
    # the end
    (sent(said("Hi"), said("Well,", "assistant")), PREFILL),
    (sent(said("Hi"), said("", "assistant")), PREFILL),
    # calls and results
    (answered(called()), UNANSWERED.format(ids="toolu_1")),
    (
        sent(*answered(called(), called("toolu_2"))["messages"], said([returned()])),
        UNANSWERED.format(ids="toolu_2"),
    ),
    (sent(*LOOP[:2], said("Hi")), UNANSWERED.format(ids="toolu_1")),
    (after_a_call(text("Hi"), returned()), UNANSWERED.format(ids="toolu_1")),
    (asked(returned()), UNEXPECTED),
    (after_a_call(returned("toolu_9")), "unexpected `tool_use_id` found in"),
    (sent(*LOOP, said("Ok", "assistant"), said([returned()])), "messages.4.content.0: unexpected"),
    (after_a_call(returned(), returned()), "messages.2.content.1: each tool_use must have a"),
    (sent(*LOOP, *LOOP[1:]), "messages.3.content.0: `tool_use` ids must be unique"),
    (answered(called("functions.f:0")), f"messages.1.content.0.tool_use.id: {PATTERN}"),
    (after_a_call(returned("a b")), f"messages.2.content.0.tool_result.tool_use_id: {PATTERN}"),
    (answered({**called(), "input": "{}"}), "tool_use.input: Input should be a valid dictionary"),
    (answered({**called(), "args": {}}), "tool_use.args: Extra inputs are not permitted"),
    (
        after_a_call(returned(content=[{"type": "thinking"}])),
        "tool_result.content.0: Input tag 'thinking'",
    ),
    # tools that Anthropic runs
    (answered(SERVER_RESULT), "found in `web_search_tool_result` blocks: srvtoolu_1. Each"),
    (
        answered({**SERVER_CALL, "id": "toolu_1"}),
        "messages.1.content.0.server_tool_use.id: String should match pattern '^srvtoolu_",
    ),
    (
        answered(SERVER_CALL, {**SERVER_RESULT, "content": [FOUND]}),
        "Invalid `encrypted_content` in",
    ),
)

test_conversation_is_accepted = accepts(
    ("one role twice", sent(said("Hi"), said("there"))),
    ("two blocks", asked(text("Hi"), text("there"))),
    ("text after a result", after_a_call(returned(), text("And?"))),
    ("message after a result", sent(*LOOP, said("And?"))),
    ("result without content", after_a_call({"type": "tool_result", "tool_use_id": "toolu_1"})),
    ("empty result", after_a_call(returned(content="", is_error=True))),
    (
        "calls in two messages",
        sent(
            *LOOP[:2],
            said([called("toolu_2")], "assistant"),
            said([returned("toolu_2"), returned()]),
        ),
    ),
    ("search of Anthropic's", answered(SERVER_CALL, SERVER_RESULT)),
    ("system message", sent(said("Hi"), said("Be brief.", "system"), said("And?"))),
)


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
