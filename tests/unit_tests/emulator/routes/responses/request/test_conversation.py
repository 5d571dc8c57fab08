"""Input items as messages of the chat route."""

from __future__ import annotations

from langchain_cometapi.emulator._routes.responses.request.conversation import to_messages
from tests.unit_tests.emulator.responses_client import REASONING, called, returned, said

IMAGE = {"type": "input_image", "image_url": "https://a.example/b.png", "detail": "low"}
FILE = {"type": "input_file", "file_id": "file-1"}


def test_items_of_a_turn_are_one_message() -> None:
    turn = [REASONING, said("I look", "assistant"), called("a", "f"), called("b", "g")]
    user, assistant, *results, last = to_messages(
        [said("Hi"), *turn, returned("a", "1"), returned("b", "2"), said("Done", "assistant")],
        "Be brief.",
    )[1:]
    assert user["role"] == "user"
    assert assistant["reasoning_content"] == "Hm"
    assert assistant["content"] == [{"type": "text", "text": "I look"}]
    assert [call["id"] for call in assistant["tool_calls"]] == ["a", "b"]
    assert [(result["tool_call_id"], result["content"]) for result in results] == [
        ("a", "1"),
        ("b", "2"),
    ]
    assert last == {"role": "assistant", "content": [{"type": "text", "text": "Done"}]}


def test_parts_get_their_names_of_the_chat_route() -> None:
    mark = {"prompt_cache_breakpoint": {"mode": "explicit"}}
    parts = [IMAGE, {**FILE, **mark}]
    (message,) = to_messages([{"type": "message", "role": "user", "content": parts}], None)
    assert message["content"] == [
        {"type": "image_url", "image_url": {"url": IMAGE["image_url"], "detail": "low"}},
        {"type": "file", "file": {"file_id": "file-1"}, **mark},
    ]


def test_calls_of_other_tools_are_answered_too() -> None:
    call = {"type": "computer_call", "id": "cu_1", "call_id": "a", "action": {}}
    screen = {"type": "computer_call_output", "call_id": "a", "output": {"type": "x"}}
    assistant, result = to_messages([call, screen], None)
    assert assistant["tool_calls"][0]["function"]["name"] == "computer_call"
    assert result == {"role": "tool", "tool_call_id": "a", "content": "(no text)"}
