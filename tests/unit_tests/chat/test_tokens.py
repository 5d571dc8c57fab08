"""Token counts of messages and tools: by estimate, for every model, without a download."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, RemoveMessage, ToolCall, ToolMessage
from langchain_core.prompt_values import ChatPromptValue, StringPromptValue
from langchain_core.tools import tool
from langchain_core.utils.function_calling import convert_to_openai_tool
from typing_extensions import TypedDict

from langchain_cometapi import ChatCometAPI, CometAPILLM
from langchain_cometapi._content.reported_tokens import forget_reports
from tests.support import KEY, City, Gateway, answer, completion, get_weather

WORDS = "word" * 100
TEXT = base64.b64encode(WORDS.encode()).decode()
MEDIUM = "A" * 90_000


def model(name: str = "gpt-5.4-mini", **kwargs: Any) -> ChatCometAPI:
    return ChatCometAPI(model=name, api_key="sk-test", **kwargs)


def receive(message: dict[str, Any], name: str, **settings: Any) -> AIMessage:
    """The message of a model; that its tokens were reported is forgotten."""
    reply = completion({"role": "assistant", "content": "Yes", **message})
    received = Gateway(answer(reply)).model(name, **settings).invoke("Hi")
    forget_reports()
    return received


@pytest.mark.parametrize(
    ("name", "tokens"),
    [
        ("gpt-5.4-mini", 17),
        ("claude-sonnet-4-6", 19),
        ("claude-opus-5", 25),
        ("deepseek-v4-pro", 18),
        ("some-new-thing", 18),
    ],
)
def test_text_is_counted_by_the_family(name: str, tokens: int) -> None:
    text = "The lighthouse stands at the end of a narrow road, three miles from the village."
    assert model(name).get_num_tokens(text) == tokens
    assert model(name).get_num_tokens("") == 0
    assert model(name).get_num_tokens("a") == 1


MEDIA: list[dict[str, Any]] = [
    {"type": "image", "base64": MEDIUM, "mime_type": "image/png"},
    {"type": "image", "url": "https://a.example/b.png"},
    {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{MEDIUM}"}},
    {"type": "input_image", "image_url": f"data:image/png;base64,{MEDIUM}"},
    {"type": "file", "base64": MEDIUM, "mime_type": "application/pdf"},
    {"type": "input_audio", "input_audio": {"data": MEDIUM, "format": "wav"}},
    {"type": "input_video", "video_url": f"data:video/mp4;base64,{MEDIUM}"},
    {"type": "text-plain", "base64": "/w==", "mime_type": "text/plain"},
]
MEDIA += [
    {"type": "tool_result", "content": MEDIA[:1]},
    {"type": "non_standard", "value": MEDIA[2]},
]


@pytest.mark.parametrize("block", MEDIA, ids=lambda block: str(block["type"]))
def test_media_are_counted_as_images(block: dict[str, Any]) -> None:
    count = model("gpt-5.5").get_num_tokens_from_messages
    text = {"type": "text", "text": "Look."}
    message = HumanMessage([text, block])
    assert count([message]) - count([HumanMessage([text])]) == 1229
    assert message.content[1] == block  # counted, not changed


@pytest.mark.parametrize(
    "block",
    [
        {"type": "text-plain", "base64": TEXT, "mime_type": "text/plain"},
        {"type": "text-plain", "text": WORDS},
        {"type": "input_text", "text": WORDS},
        {"type": "tool_result", "content": WORDS},
        {"type": "document", "source": {"type": "text", "data": WORDS}},
        WORDS,
    ],
)
def test_text_in_any_block_is_counted_as_text(block: Any) -> None:
    count = model().get_num_tokens_from_messages
    assert count([HumanMessage([block])]) == count([HumanMessage(WORDS)])


def test_reasoning_of_others_is_not_counted() -> None:
    count = model().get_num_tokens_from_messages
    with_reasoning = {"type": "thinking", "thinking": "Hm. " * 99}
    assert count([HumanMessage(["Hi", with_reasoning])]) == count([HumanMessage("Hi")])


class CityDict(TypedDict):
    """A city."""

    name: str


TOOLS: list[Any] = [
    get_weather,
    tool(get_weather),
    City,
    CityDict,
    convert_to_openai_tool(get_weather),
    convert_to_openai_tool(get_weather)["function"],
    {"name": "get_weather", "input_schema": City.model_json_schema()},
    City.model_json_schema(),
    {"type": "custom", "name": "run", "description": "Runs any code that is given to it."},
    {"type": "web_search", "search_context_size": "medium", "user_location": {"type": "city"}},
]


@pytest.mark.parametrize(
    ("name", "around"), [("gpt-5.4-mini", 0), ("gpt-6-sol", 0), ("claude-opus-5", 346)]
)
@pytest.mark.parametrize("form", TOOLS)
def test_tool_of_any_form_is_counted_by_its_definition(form: Any, name: str, around: int) -> None:
    count = model(name).get_num_tokens_from_messages
    messages = [HumanMessage("How is the weather?")]
    one, two = (count(messages, tools=[form] * n) - count(messages) for n in (1, 2))
    assert two - one == one - around
    assert 10 <= two - one <= 90
    assert count(messages, tools=[]) == count(messages)


@pytest.mark.parametrize("name", ["gpt-5.4-mini", "gpt-6-sol"])
def test_messages_of_any_form_are_counted_alike(name: str) -> None:
    count: Any = model(name).get_num_tokens_from_messages
    forms = [
        [HumanMessage("How is it?")],
        ["How is it?"],
        [("user", "How is it?")],
        [{"role": "user", "content": "How is it?"}],
        "How is it?",
        ChatPromptValue(messages=[HumanMessage("How is it?")]),
        StringPromptValue(text="How is it?"),
    ]
    assert len(set(map(count, forms))) == 1
    assert count([]) == 0
    assert count(["", RemoveMessage(id="1")]) == count([""])  # it is never sent


CALL: dict[str, Any] = {"id": "call_1", "type": "function"}
CALL["function"] = {"name": "f", "arguments": '{"a": "' + "b" * 400 + '"}'}


@pytest.mark.parametrize("output_version", ["v0", "v1"])
@pytest.mark.parametrize(
    ("name", "alone", "with_calls"),
    [
        ("deepseek-v4-pro", True, True),
        ("kimi-k3", False, True),
        ("grok-4.5", False, False),
        ("gpt-5.4", False, False),
    ],
)
def test_reasoning_is_counted_where_it_is_sent_back(
    name: str, alone: bool, with_calls: bool, output_version: str
) -> None:
    count = model(name).get_num_tokens_from_messages
    for counted, message in ((alone, {}), (with_calls, {"tool_calls": [CALL]})):
        plain, with_reasoning = (
            receive({**message, **reasoning}, name, output_version=output_version)
            for reasoning in ({}, {"reasoning_content": "Well. " * 100})
        )
        tokens = count([with_reasoning]) - count([plain])
        assert (100 <= tokens <= 300) if counted else tokens == 0
        # Reasoning without an origin is not sent, so it does not count.
        foreign = with_reasoning.model_copy(update={"response_metadata": {}})
        assert count([foreign]) == count([plain])


@pytest.mark.parametrize("name", ["deepseek-v4-pro", "grok-4.5"])
@pytest.mark.parametrize(
    ("settings", "counted"),
    [
        ({"replay_reasoning": False}, ()),
        ({}, ("deepseek-v4-pro",)),
        ({"replay_reasoning": True}, ("deepseek-v4-pro", "grok-4.5")),
        ({"replay_reasoning": True, "base_url": "https://other.example/v1"}, ()),
    ],
)
def test_reasoning_is_counted_by_mode_and_endpoint(
    name: str, settings: dict[str, Any], counted: tuple[str, ...]
) -> None:
    message = receive({"reasoning_content": "Well. " * 100}, name)
    tokens = model(name, **settings).get_num_tokens_from_messages([message])
    assert (tokens > 100) is (name in counted)


def test_message_in_both_output_versions_is_counted_alike() -> None:
    message: dict[str, Any] = {
        "images": [{"type": "image_url", "image_url": {"url": "https://a.example/b"}}],
        "reasoning_content": "Hm. " * 99,
        "audio": {"id": "a", "data": "A" * 9000},
        "tool_calls": [CALL],
    }
    count = model("gpt-5.4").get_num_tokens_from_messages
    v0, v1 = (count([receive(message, "gpt-5.4", output_version=v)]) for v in ("v0", "v1"))
    assert v0 == v1
    assert 40 < v0 < 100  # the call


def test_refusal_transcript_and_call_blocks_are_counted() -> None:
    count = model().get_num_tokens_from_messages
    for extras in ({"refusal": "No. " * 100}, {"audio": {"transcript": "Hi. " * 100}}):
        assert count([AIMessage("", additional_kwargs=extras)]) >= 100
    use: Any = {"type": "tool_use", "id": "call_1", "name": "f", "input": {"a": "b" * 400}}
    assert count([AIMessage([use])]) >= 40


def test_name_of_a_message_is_counted_but_not_that_of_a_result() -> None:
    count = model().get_num_tokens_from_messages
    name = "planner of long journeys"
    assert count([HumanMessage("Hi", name=name)]) > count([HumanMessage("Hi")])
    results = [ToolMessage("Hi", tool_call_id="call_1", name=one) for one in (name, None)]
    assert count(results[:1]) == count(results[1:])


def test_own_tokenizer_replaces_the_estimate() -> None:
    own = model(custom_get_token_ids=lambda text: [0] * len(text.split()))
    assert own.get_num_tokens("one two three") == 3
    count = own.get_num_tokens_from_messages
    assert count([HumanMessage("one two")]) == 2
    assert count([HumanMessage([{"type": "text", "text": "one two"}, MEDIA[0]])]) == 1661
    call = ToolCall(name="f", args={"a": "b c d"}, id="call_1")
    assert count([AIMessage("one two", tool_calls=[call])]) == 2 + 5
    assert count([HumanMessage("one two")], tools=[get_weather]) > 2 + 5


@pytest.mark.parametrize("kind", [ChatCometAPI, CometAPILLM])
@pytest.mark.parametrize("name", ["gpt-5.4", "claude-sonnet-5-5", "unheard-of"])
def test_token_ids_without_a_tokenizer_name_what_to_set(
    kind: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tiktoken.registry.get_encoding", None)  # it would download a vocabulary
    fields = {"model": name, "api_key": KEY}
    with pytest.raises(NotImplementedError, match="set `custom_get_token_ids` to a function"):
        kind(**fields).get_token_ids("one two")
    assert kind(**fields).get_num_tokens("one two") in (2, 3)
    told = kind(**fields, custom_get_token_ids=lambda text: [len(word) for word in text.split()])
    assert told.get_token_ids("one three") == [3, 5]
