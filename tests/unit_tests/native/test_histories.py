"""Messages of the native classes in the history of `ChatCometAPI`, and of each other.

A request with such a message is the one with a plain message of the same text and calls: nothing
that another model cannot read is sent, and nothing that it can read is lost.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage

from langchain_cometapi import ChatCometAPI, CometAPIUnsentRequestError
from tests.support import SYNC, Gateway, ask_sync
from tests.support.messages import MessagesGateway, replies, text
from tests.unit_tests.native import gemini_gateway

pytestmark = [
    pytest.mark.native,
    pytest.mark.filterwarnings("ignore:(?s).*Output may vary each run"),  # of code that Gemini runs
]

SIGNATURE = "c2lnbmF0dXJl"
CALL = {"type": "tool_use", "id": "toolu_1", "name": "city", "input": {"name": "Köln"}}
SEARCH: list[dict[str, Any]] = [
    {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "x"}},
    {
        "type": "web_search_tool_result",
        "tool_use_id": "srvtoolu_1",
        "content": [
            {
                "type": "web_search_result",
                "title": "T",
                "url": "https://a.example",
                "encrypted_content": "ZW5j",
                "page_age": None,
            }
        ],
    },
]
CODE: list[dict[str, Any]] = [
    {
        "type": "server_tool_use",
        "id": "srvtoolu_2",
        "name": "code_execution",
        "input": {"code": "print(1)"},
    },
    {
        "type": "code_execution_tool_result",
        "tool_use_id": "srvtoolu_2",
        "content": {
            "type": "code_execution_result",
            "stdout": "1",
            "stderr": "",
            "return_code": 0,
            "content": [],
        },
    },
]
CITED = {
    "type": "text",
    "text": "It rains",
    "citations": [
        {
            "type": "char_location",
            "cited_text": "rain",
            "document_index": 0,
            "document_title": "T",
            "start_char_index": 0,
            "end_char_index": 4,
            "file_id": None,
        }
    ],
}
THINKING = {"type": "thinking", "thinking": "Hmm.", "signature": SIGNATURE}
REDACTED = {"type": "redacted_thinking", "data": "eHh4"}
CLAUDES: dict[str, list[dict[str, Any]]] = {
    "text": [text("It rains")],
    "thinking": [THINKING, REDACTED, text("It rains")],
    "thinking, call": [THINKING, text("It rains"), CALL],
    "call": [REDACTED, CALL],
    "search, citations": [*SEARCH, CITED, text(" in Köln.")],
    "code, call": [THINKING, *CODE, text("It rains"), {**CALL, "caller": {"type": "direct"}}],
}
GEMINIS: dict[str, list[dict[str, Any]]] = {
    "text": [{"text": "It rains"}],
    "thoughts": [
        {"text": "Hmm.", "thought": True},
        {"text": "It rains", "thoughtSignature": SIGNATURE},
    ],
    "thoughts, call": [
        {"text": "Hmm.", "thought": True},
        {"text": "It rains"},
        {
            "functionCall": {"id": "call-1", "name": "city", "args": {"name": "Köln"}},
            "thoughtSignature": SIGNATURE,
        },
    ],
    "signature alone": [{"text": "It rains"}, {"text": "", "thoughtSignature": SIGNATURE}],
    "code": [
        {"executableCode": {"language": "PYTHON", "code": "print(1)"}},
        {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "1"}},
        {"text": "It rains"},
    ],
}
VERSIONS = ("v0", "v1")
of_claude = pytest.mark.parametrize(("form", "version", "way"), [*product(CLAUDES, VERSIONS, SYNC)])
of_gemini = pytest.mark.parametrize(("form", "version", "way"), [*product(GEMINIS, VERSIONS, SYNC)])
# One of each kind of rules: reasoning demanded, signatures, ids, and the Responses route.
ASKED: dict[str, dict[str, Any]] = {
    "deepseek-v4-pro": {},
    "kimi-k3": {},
    "gemini-3.8-flash": {},
    "claude-sonnet-5-5": {},
    "gpt-5.4-mini": {},
    "gpt-6-astra": {},
    "mimo-v2.6-pro": {"endpoint": "responses"},
    "some-new-thing": {},
}


def ask_claude(blocks: list[dict[str, Any]], way: str, **settings: Any) -> AIMessage:
    """Return what the class for Claude makes of these blocks."""
    model = MessagesGateway(replies(*blocks)).claude(max_tokens=4000, **settings)
    tools = [{"name": "city", "input_schema": {"type": "object", "properties": {}}}]
    message: AIMessage = ask_sync(model.bind(tools=tools), way)
    return message


def ask_gemini(parts: list[dict[str, Any]], way: str, **settings: Any) -> AIMessage:
    """Return what the class for Gemini makes of these parts."""
    gateway = Gateway(gemini_gateway.reply(*parts))
    message: AIMessage = ask_sync(gemini_gateway.make(gateway, **settings), way)
    return message


def go_on(message: AIMessage) -> list[Any]:
    """Return a history with a message and the results of its calls."""
    results = [ToolMessage("Done", tool_call_id=str(c["id"])) for c in message.tool_calls]
    return [HumanMessage("Hi"), message, *results, HumanMessage("Go on")]


def make_plain(message: AIMessage) -> AIMessage:
    """Return a message of the same text and calls, and nothing else."""
    return AIMessage(message.text, tool_calls=message.tool_calls)


def assert_sent_as_plain(message: AIMessage) -> None:
    """Assert what each family is sent of a message, in the request and in `explain()`."""
    for model_id, settings in ASKED.items():
        model = ChatCometAPI(model=model_id, api_key="sk-test", strict_params=True, **settings)
        sent = model.explain(go_on(message))
        assert sent.body == model.explain(go_on(make_plain(message))).body, model_id
        assert SIGNATURE not in str(sent.body)
        assert "Hmm." not in str(sent.body)
        assert sent.changes == ()


@of_claude
def test_message_of_claude_is_sent_as_a_plain_one(form: str, version: str, way: str) -> None:
    message = ask_claude(CLAUDES[form], way, output_version=version)
    assert message.text in ("It rains", "It rains in Köln.", "")
    assert bool(message.tool_calls) is ("call" in form)
    assert_sent_as_plain(message)


@of_gemini
def test_message_of_gemini_is_sent_as_a_plain_one(form: str, version: str, way: str) -> None:
    message = ask_gemini(GEMINIS[form], way, output_version=version)
    assert message.text == "It rains"
    assert bool(message.tool_calls) is ("call" in form)
    assert_sent_as_plain(message)


# -- from one native class to the other ----------------------------------------------------------


@of_claude
def test_message_of_claude_goes_to_gemini_as_a_plain_one(form: str, version: str, way: str) -> None:
    message = ask_claude(CLAUDES[form], way, output_version=version)
    gateway = Gateway(gemini_gateway.reply({"text": "Hi"}))
    for answer in (message, make_plain(message)):
        ask_sync(gemini_gateway.make(gateway), way, go_on(answer))
    assert gateway.bodies[0] == gateway.bodies[1]
    assert len(gateway.bodies[0]["contents"]) == (4 if message.tool_calls else 3)


@of_gemini
def test_message_of_gemini_goes_to_claude_as_a_plain_one(form: str, version: str, way: str) -> None:
    message = ask_gemini(GEMINIS[form], way, output_version=version)
    gateway = MessagesGateway(replies())
    for answer in (message, make_plain(message)):
        ask_sync(gateway.claude(), way, go_on(answer))
    assert gateway.bodies[0] == gateway.bodies[1]
    assert len(gateway.bodies[0]["messages"]) == 3


@of_claude
def test_own_message_of_claude_goes_back_as_it_came(form: str, version: str, way: str) -> None:
    blocks = CLAUDES[form]
    message = ask_claude(blocks, way, output_version=version)
    gateway = MessagesGateway(replies())
    gateway.claude().invoke(go_on(message))
    sent = gateway.bodies[0]["messages"][1]["content"]
    sent = [text(sent)] if isinstance(sent, str) else sent
    assert [block["type"] for block in sent] == [block["type"] for block in blocks]
    for block, came in zip(sent, blocks, strict=True):
        kept = {k: v for k, v in came.items() if k not in {"citations", "caller"}}
        assert {name: block.get(name) for name in kept} == kept


# -- what only the classes notice ----------------------------------------------------------------


@pytest.mark.parametrize("way", SYNC)
@pytest.mark.parametrize("model", ["claude-sonnet-4-6", "claude-sonnet-5-5"])
def test_system_messages_that_the_class_for_claude_refuses_come_first(model: str, way: str) -> None:
    """A thread has one at its start, and another one after an answer."""
    gateway = MessagesGateway(replies(text("Ok")))
    claude = gateway.claude(model=model)
    history = [SystemMessage("One"), HumanMessage("Hi"), AIMessage("Hello")]
    history += [SystemMessage("Two"), HumanMessage("Go on")]
    ask_sync(claude, way, history)
    body = gateway.bodies[-1]
    assert [block["text"] for block in body["system"]] == ["One", "Two"]
    assert [message["role"] for message in body["messages"]] == ["user", "assistant", "user"]
    (change,) = claude.explain(history).changes
    assert (change.parameter, change.action) == ("messages", "rewritten")


@pytest.mark.parametrize("way", SYNC)
def test_file_that_the_class_for_gemini_cannot_load_is_an_error_before_sending(
    way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(url: str) -> None:
        raise ConnectionError(url)

    monkeypatch.setattr("langchain_google_genai._image_utils.requests.get", fail)
    gateway = Gateway(gemini_gateway.reply({"text": "Ok"}))
    image = {"type": "image", "url": "https://a.example/b.png?key=secret"}
    history = [HumanMessage([image, {"type": "text", "text": "What is it?"}])]
    with pytest.raises(CometAPIUnsentRequestError, match="Pass its content as `base64`") as caught:
        ask_sync(gemini_gateway.make(gateway), way, history)
    assert "secret" not in str(caught.value)
    assert gateway.requests == []
