"""Turns of a conversation: what a tool returned is no new question."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit_tests.emulator.client import CLAUDE, GPT, KIMI, Client, called, result, tool, user

PICTURE = tool("picture", "Draw a picture.")
IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk="}}
PROMPT = user("Draw a picture of a cat.")
RETURNED = {
    "role": "user",
    "content": [{"type": "text", "text": "From the result of picture (call call_1):"}, IMAGE],
}


def reply(client: Client, messages: list[dict[str, Any]], **body: Any) -> dict[str, Any]:
    return client.message(messages=messages, tools=[PICTURE], **body)


@pytest.mark.parametrize("model", [GPT, CLAUDE])
def test_user_message_with_the_media_of_a_result_is_no_new_turn(client: Client, model: str) -> None:
    messages = [PROMPT, called(name="picture"), result(content="See below."), RETURNED]
    message = reply(client, messages, model=model)
    assert "tool_calls" not in message
    assert "picture returned See below. (with 1 image_url)" in message["content"]


@pytest.mark.parametrize(
    "added",
    [
        [RETURNED, user("Another picture!")],
        [user("A picture of a dog too!")],
        [{"role": "user", "content": [{"type": "text", "text": "Picture!"}]}],
    ],
)
def test_text_of_a_user_after_a_result_is_a_new_turn(
    client: Client, added: list[dict[str, Any]]
) -> None:
    assert reply(client, [PROMPT, called(name="picture"), result(), *added])["tool_calls"]


def test_user_message_with_media_is_a_turn_where_no_result_is_before_it(client: Client) -> None:
    assert reply(client, [RETURNED])["tool_calls"]


def test_tools_called_before_the_media_of_a_result_count_as_called(client: Client) -> None:
    other = tool("frame", "Frame it.")
    messages = [PROMPT, called(name="picture"), result(), RETURNED]
    body = client.message(messages=messages, tools=[PICTURE, other], tool_choice="required")
    assert [call["function"]["name"] for call in body["tool_calls"]] == ["frame"]


def test_reasoning_begins_with_the_prompt_of_the_user(client: Client) -> None:
    call = {**called("picture:0", "picture"), "reasoning_content": " "}
    messages = [PROMPT, call, result("picture:0"), RETURNED]
    message = reply(client, messages, model=KIMI)
    assert "The prompt begins: 'Draw a picture of a cat.'" in message["reasoning_content"]
