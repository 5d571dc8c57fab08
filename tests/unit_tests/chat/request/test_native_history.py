"""Histories for LangChain's own classes of a vendor: what they would send wrong, or lose."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    ChatMessage,
    FunctionMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
    convert_to_messages,
)

from langchain_cometapi import CometAPIUnsentRequestError
from langchain_cometapi._chat.request.native_history import adapt_history
from langchain_cometapi._context import CallContext
from tests.unit_tests.chat.request.histories import CALLS, CLAUDE, FOREIGN, GEMINI, result, text

ENDPOINTS: dict[str, Any] = {CLAUDE: "messages", GEMINI: "generate_content"}
OWN = {CLAUDE: "anthropic", GEMINI: "google_genai"}
SIGNATURES = "__gemini_function_call_thought_signatures__"
PNG = "data:image/png;base64,AAAA"

both = pytest.mark.parametrize("model", ENDPOINTS)


def adapt(model: str, history: list[Any]) -> tuple[list[Any], list[tuple[str, str]]]:
    """Return the history for a model and what is changed; the history must stay as it was."""
    history = convert_to_messages(history)
    before = copy.deepcopy(history)
    context = CallContext.create(model, "https://api.cometapi.com/v1")
    adapted: list[BaseMessage] = adapt_history(history, context, ENDPOINTS[model])
    assert history == before
    return adapted, [(change.parameter, change.action) for change in context.changes]


def own(model: str, content: Any, **more: Any) -> AIMessage:
    metadata = {"model_provider": OWN[model], "model_name": model}
    return AIMessage(content, **{"response_metadata": metadata, **more})


def loop(answer: AIMessage) -> list[Any]:
    return [HumanMessage("Hi"), answer, result("call_1"), result("call_2", "Sun")]


# -- whose messages they are -------------------------------------------------------------------


@both
@pytest.mark.parametrize("form", FOREIGN)
def test_message_of_another_model_becomes_a_plain_one(model: str, form: str) -> None:
    foreign = FOREIGN[form]
    if foreign.response_metadata.get("model_provider") == OWN[model]:
        return
    adapted, changes = adapt(model, loop(foreign))
    assert adapted[1] == AIMessage("Let me look.", tool_calls=CALLS, id=foreign.id)
    assert adapted[2:] == loop(foreign)[2:]
    assert changes == []


@both
def test_own_message_keeps_its_content(model: str) -> None:
    content: list[Any] = [
        {"type": "thinking", "thinking": "Hmm.", "signature": "c2ln"},
        {"type": "text", "text": "Let me look.", "extras": {"signature": "c2ln"}},
        "Soon.",
    ]
    if model == CLAUDE:
        content += [
            {"type": "redacted_thinking", "data": "eHh4"},
            {"type": "server_tool_use", "id": "srv_1", "name": "web_search", "input": {"q": "x"}},
            {"type": "web_search_tool_result", "tool_use_id": "srv_1", "content": []},
            {"type": "tool_use", "id": "call_1", "name": "get_weather", "input": {"city": "Paris"}},
            {"type": "some_new_block", "value": 1},
        ]
    else:
        content.append({"type": "image_url", "image_url": {"url": PNG}})
    extras = {SIGNATURES: {"call_1": "c2ln"}} if model == GEMINI else {}
    answer = own(model, content, tool_calls=CALLS, additional_kwargs=extras)
    adapted, changes = adapt(model, loop(answer))
    assert adapted == loop(answer)
    assert changes == []


@pytest.mark.parametrize(
    ("name", "is_kept"),
    [
        ("claude-opus-5", True),
        ("eu.anthropic.claude-x", True),
        (None, True),
        ("kimi-k3", False),
        ("MiniMax-M3", False),
    ],
)
def test_thinking_of_another_family_with_the_same_protocol_is_left_out(
    name: str | None, *, is_kept: bool
) -> None:
    metadata = {"model_provider": "anthropic", "model_name": name}
    thinking = {"type": "thinking", "thinking": "Hmm.", "signature": "c2ln"}
    answer = own(CLAUDE, [thinking, text("Yes.")], response_metadata=metadata)
    (_, adapted, _), _ = adapt(CLAUDE, ["Hi", answer, "Go on"])
    assert adapted.content == ([thinking, text("Yes.")] if is_kept else "Yes.")


@pytest.mark.parametrize(
    "block",
    [
        {"type": "thinking", "thinking": "Hmm."},
        {"type": "thinking", "thinking": "Hmm.", "signature": ""},
        {"type": "reasoning", "reasoning": "Hmm.", "extras": {"signature": "c2ln"}},
        {"type": "input_json_delta", "partial_json": '{"a', "index": 3},
        {"type": "tool_use", "id": "call_9", "name": "f", "input": {}},
    ],
)
def test_block_that_claude_would_refuse_is_left_out(block: dict[str, Any]) -> None:
    answer = own(CLAUDE, [block, text("Yes.")])
    (_, adapted, _), _ = adapt(CLAUDE, ["Hi", answer, "Go on"])
    assert adapted.content == [text("Yes.")]


@pytest.mark.parametrize("signature", [None, "c2ln"])
def test_standard_reasoning_of_claude_goes_back_with_its_signature(signature: str | None) -> None:
    reasoning: dict[str, Any] = {"type": "reasoning", "reasoning": "Hmm."}
    if signature:
        reasoning["extras"] = {"signature": signature}
    call = {"type": "tool_call", "id": "call_1", "name": "get_weather", "args": {"city": "Paris"}}
    metadata = {"model_provider": "anthropic", "model_name": CLAUDE, "output_version": "v1"}
    answer = own(
        CLAUDE, [reasoning, text("Yes."), call], tool_calls=[call], response_metadata=metadata
    )
    (_, adapted, _), _ = adapt(CLAUDE, ["Hi", answer, result("call_1")])
    assert adapted.content == [*([reasoning] if signature else []), text("Yes."), call]


def test_call_that_the_user_has_edited_is_sent_as_it_is_now() -> None:
    """`ChatAnthropic` would send the block, where that has a `caller`."""
    block = {
        "type": "tool_use",
        "id": "call_1",
        "name": "get_weather",
        "input": {},
        "partial_json": '{"city": "Rome"}',
        "caller": {"type": "direct"},
    }
    answer = own(CLAUDE, [block], tool_calls=CALLS[:1])
    (_, adapted, _), _ = adapt(CLAUDE, ["Hi", answer, result("call_1")])
    sent = {name: value for name, value in block.items() if name != "partial_json"}
    assert adapted.content == [{**sent, "input": {"city": "Paris"}}]


@both
def test_unmarked_message_keeps_what_the_vendor_reads(model: str) -> None:
    """As one that the user has written, or another package without a mark."""
    thinking = {"type": "thinking", "thinking": "Hmm.", "signature": "c2ln"}
    foreign: list[Any] = [
        {"type": "web_search_call", "id": "ws_1"},
        {"type": "function_call", "call_id": "call_1", "name": "get_weather", "arguments": "{}"},
        {"type": "tool_call", "id": "call_1", "name": "get_weather", "args": {}},
    ]
    answer = AIMessage([thinking, *foreign, text("Yes.")], tool_calls=CALLS)
    adapted, _ = adapt(model, loop(answer))
    assert adapted[1] == AIMessage([thinking, text("Yes.")], tool_calls=CALLS)


# -- calls and results ---------------------------------------------------------------------------


@both
@pytest.mark.parametrize("is_own", [True, False])
def test_calls_with_ids_that_come_again_keep_their_own_results(model: str, *, is_own: bool) -> None:
    """Kimi counts its calls anew in each turn."""
    id_, history = "functions.f:0", []
    for value in ("1", "2"):
        call = {"name": "f", "args": {"v": value}, "id": id_, "type": "tool_call"}
        provider = OWN[model] if is_own else "cometapi"
        block: Any = [{"type": "tool_use", "id": id_, "name": "f", "input": {}}] if is_own else ""
        metadata = {"model_provider": provider}
        answer = AIMessage(block, tool_calls=[call], response_metadata=metadata)
        history += [HumanMessage("Hi"), answer, result(id_, value)]
    adapted, _ = adapt(model, history)
    answers: list[Any] = [message for message in adapted if isinstance(message, AIMessage)]
    ids = [message.tool_calls[0]["id"] for message in answers]
    assert len(set(ids)) == 2
    assert [m.tool_call_id for m in adapted if isinstance(m, ToolMessage)] == ids
    if is_own:
        assert [message.content[0]["id"] for message in answers] == ids
    assert (ids[0] == id_) is (model == GEMINI)
    assert adapted == adapt(model, history)[0]  # the same in each request


def test_signature_follows_a_call_whose_id_comes_again() -> None:
    history = []
    for signature in ("YQ==", "Yg=="):
        call = {"name": "f", "args": {}, "id": "call_1"}
        extras = {SIGNATURES: {"call_1": signature}}
        history += ["Hi", own(GEMINI, "", tool_calls=[call], additional_kwargs=extras)]
        history.append(result("call_1"))
    adapted, _ = adapt(GEMINI, history)
    for message, signature in ((adapted[1], "YQ=="), (adapted[4], "Yg==")):
        id_ = message.tool_calls[0]["id"]
        assert message.additional_kwargs[SIGNATURES] == {id_: signature}


@both
def test_id_that_is_too_long_is_replaced_for_claude(model: str) -> None:
    id_ = "a" * 65
    answer = AIMessage("", tool_calls=[{"name": "f", "args": {}, "id": id_}])
    adapted, _ = adapt(model, ["Hi", answer, result(id_)])
    (call,) = adapted[1].tool_calls
    assert adapted[2].tool_call_id == call["id"]
    assert (call["id"] == id_) is (model == GEMINI)


@both
@pytest.mark.parametrize("provider", ["own", "cometapi", None])
def test_invalid_call_goes_with_its_result_or_not_at_all(model: str, provider: str | None) -> None:
    metadata = {} if provider is None else {"model_provider": provider}
    if provider == "own":
        metadata = {"model_provider": OWN[model]}
    invalid = {"name": "f", "args": '{"a": 1', "id": "call_1", "error": "Cut."}
    block = {"type": "tool_use", "id": "call_1", "name": "f", "input": {}}
    content: Any = [text("Yes."), block] if (provider, model) == ("own", CLAUDE) else "Yes."
    answer = AIMessage(
        content,
        invalid_tool_calls=[invalid],
        response_metadata=metadata,
        additional_kwargs={"function_call": {"name": "f", "arguments": '{"a": 1'}},
    )
    adapted, _ = adapt(model, ["Hi", answer, result("call_1", "Error"), "Go on"])
    expected = [{"name": "f", "args": {"invalid_arguments": '{"a": 1'}, "id": "call_1"}]
    assert adapted[1].tool_calls == [{**expected[0], "type": "tool_call"}]
    assert adapted[1].invalid_tool_calls == []
    assert adapted[2].content == "Error"
    (_, alone, _), _ = adapt(model, ["Hi", answer, "Go on"])
    assert alone.tool_calls == alone.invalid_tool_calls == []
    assert alone.text == "Yes."
    assert alone.content in ("Yes.", [text("Yes.")])
    assert alone.additional_kwargs == {}


@both
def test_name_of_a_tool_that_the_vendor_refuses_is_replaced(model: str) -> None:
    call = {"name": "files.read file", "args": {}, "id": "call_1"}
    answer = AIMessage("", tool_calls=[call])
    named = ToolMessage("Rain", tool_call_id="call_1", name="files.read file")
    adapted, changes = adapt(model, ["Hi", answer, named])
    assert adapted[1].tool_calls[0]["name"] == adapted[2].name == "files_read_file"
    assert changes == [("tools", "rewritten")]


@both
@pytest.mark.parametrize(
    ("history", "words"),
    [
        (["Hi", result("call_9")], "no assistant message before it has that call"),
        ([*loop(AIMessage("", tool_calls=CALLS))[:3], HumanMessage("?")], "there is no result"),
        (["Hi", *loop(AIMessage("", tool_calls=CALLS)), result("call_1")], "second result"),
        ([ChatMessage(content="Hi", role="narrator")], "unknown role 'narrator'"),
    ],
)
def test_calls_without_results_and_the_like_are_refused(
    model: str, history: list[Any], words: str
) -> None:
    with pytest.raises(CometAPIUnsentRequestError, match=words):
        adapt(model, history)


@both
def test_call_of_a_computer_and_its_result_stay_behind_with_a_warning(model: str) -> None:
    item = {"type": "computer_call", "call_id": "call_1", "id": "cu_1", "actions": []}
    metadata = {"model_provider": "cometapi"}
    answer = AIMessage([text("Look."), item], response_metadata=metadata)
    shown = {"type": "computer_call_output", "output": {"type": "input_image", "image_url": PNG}}
    approval = {"type": "mcp_approval_response", "approval_request_id": "m_1", "approve": True}
    history = [HumanMessage("Hi"), answer, result("call_1", [shown]), HumanMessage([approval])]
    adapted, changes = adapt(model, [*history, HumanMessage("Go on")])
    assert [message.content for message in adapted] == ["Hi", "Look.", "Go on"]
    assert changes == [("messages", "dropped"), ("messages", "dropped"), ("messages", "left out")]


@both
@pytest.mark.parametrize("provider", ["cometapi", None])
def test_arguments_that_are_nested_too_deeply_are_refused(model: str, provider: str | None) -> None:
    deep: dict[str, Any] = {}
    for _ in range(5_000):
        deep = {"a": deep}
    metadata = {"model_provider": provider} if provider else {}
    answer = AIMessage.model_construct(
        content="",
        tool_calls=[{"name": "f", "args": deep, "id": "call_1", "type": "tool_call"}],
        response_metadata=metadata,
    )
    context = CallContext.create(model, "https://api.cometapi.com/v1")
    with pytest.raises(CometAPIUnsentRequestError, match="nested too deeply"):
        adapt_history([HumanMessage("Hi"), answer, result("call_1")], context, ENDPOINTS[model])


@both
def test_older_forms_become_messages_of_today(model: str) -> None:
    call = {"name": "f", "arguments": '{"a": 1}'}
    history = [
        ChatMessage(content="Be brief.", role="developer"),
        ChatMessage(content="Hi", role="user"),
        AIMessage("", additional_kwargs={"function_call": call}),
        FunctionMessage(content="Rain", name="f"),
        ChatMessage(content="It rains.", role="assistant"),
    ]
    adapted, _ = adapt(model, history)
    assert [m.type for m in adapted] == ["system", "human", "ai", "tool", "ai"]
    (known,) = adapted[2].tool_calls
    assert (known["name"], known["args"]) == ("f", {"a": 1})
    assert (adapted[3].tool_call_id, adapted[3].content) == (known["id"], "Rain")


@both
def test_results_in_the_form_of_anthropic_become_tool_messages(model: str) -> None:
    results: list[Any] = [
        {"type": "tool_result", "tool_use_id": "call_1", "content": "Rain"},
        {"type": "tool_result", "tool_use_id": "call_2", "content": "Failed", "is_error": True},
        text("Well?"),
    ]
    answer = AIMessage("", tool_calls=CALLS)
    adapted, _ = adapt(model, [HumanMessage("Hi"), answer, HumanMessage(results)])
    first, second, question = adapted[2:]
    assert (first.content, first.status) == ("Rain", "success")
    assert (second.content, second.status) == ("Error: Failed", "error")
    assert question.content == [text("Well?")]


# -- media and texts -----------------------------------------------------------------------------

IMAGE = {"type": "image", "base64": "AAAA", "mime_type": "image/png"}
PDF = {"type": "file", "base64": "JVBE", "mime_type": "application/pdf"}

_MEDIA: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"type": "image_url", "image_url": {"url": PNG}}, IMAGE),
    ({"type": "image_url", "image_url": PNG}, IMAGE),
    ({"type": "input_image", "image_url": PNG}, IMAGE),
    ({"type": "image", "source_type": "base64", "data": "AAAA", "mime_type": "image/png"}, IMAGE),
    ({"type": "image", "url": PNG}, IMAGE),
    (IMAGE, IMAGE),
    (
        {"type": "image_url", "image_url": {"url": "https://a.example/b.png"}},
        {"type": "image", "url": "https://a.example/b.png", "mime_type": "image/png"},
    ),
    (PDF, PDF),
    (
        {
            "type": "file",
            "file": {"file_data": "data:application/pdf;base64,JVBE", "filename": "a.pdf"},
        },
        {**PDF, "title": "a.pdf"},
    ),
    ({"type": "input_file", "file_data": "data:application/pdf;base64,JVBE"}, PDF),
    (
        {**IMAGE, "cache_control": {"type": "ephemeral"}},
        {**IMAGE, "cache_control": {"type": "ephemeral"}},
    ),
]


@both
@pytest.mark.parametrize("as_result", [True, False])
@pytest.mark.parametrize(("block", "expected"), _MEDIA)
def test_medium_of_any_dialect_becomes_a_standard_block(
    model: str, block: dict[str, Any], expected: dict[str, Any], *, as_result: bool
) -> None:
    if as_result:
        answer = AIMessage("", tool_calls=[{"name": "f", "args": {}, "id": "call_1"}])
        adapted, _ = adapt(model, ["Hi", answer, result("call_1", [text("Look:"), block])])
    else:
        adapted, _ = adapt(model, [HumanMessage([text("Look:"), block])])
    assert adapted[-1].content == [text("Look:"), expected]


ANTHROPIC_MEDIA: list[Any] = [
    {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}},
    {
        "type": "document",
        "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBE"},
        "citations": {"enabled": True},
    },
    {"type": "document", "source": {"type": "text", "data": "Some text."}, "title": "Notes"},
    {"type": "search_result", "source": "s", "title": "T", "content": [text("Found.")]},
]


def test_anthropic_blocks_stay_for_claude_and_are_translated_for_gemini() -> None:
    history = [HumanMessage(ANTHROPIC_MEDIA)]
    assert adapt(CLAUDE, history)[0] == history
    (adapted,), _ = adapt(GEMINI, history)
    citations = {"citations": {"enabled": True}}
    assert adapted.content == [
        IMAGE,
        {**PDF, **citations},
        text("Notes"),
        text("Some text."),
        text("T\ns"),
        text("Found."),
    ]


def test_google_media_stay_for_gemini_and_are_translated_for_claude() -> None:
    image = {"type": "media", "mime_type": "image/png", "data": b"\x00\x00\x00"}
    video = {"type": "media", "mime_type": "video/mp4", "file_uri": "https://a.example/v"}
    assert adapt(GEMINI, [HumanMessage([image, video])])[0] == [HumanMessage([image, video])]
    (adapted,), _ = adapt(CLAUDE, [HumanMessage([image])])
    assert adapted.content == [IMAGE]


@pytest.mark.parametrize("kind", ["audio", "video"])
def test_media_that_claude_does_not_take_are_refused(kind: str) -> None:
    block = {"type": kind, "base64": "AAAA", "mime_type": f"{kind}/mp4"}
    with pytest.raises(CometAPIUnsentRequestError, match=f"takes no {kind} on .* Messages route"):
        adapt(CLAUDE, [HumanMessage([block])])
    assert adapt(GEMINI, [HumanMessage([block])])[0] == [HumanMessage([block])]


def test_text_file_is_a_text_document_for_claude() -> None:
    file = {"type": "file", "base64": "SGk=", "mime_type": "text/plain", "filename": "a.txt"}
    (adapted,), _ = adapt(CLAUDE, [HumanMessage([file])])
    plain = {"type": "text-plain", "text": "Hi", "mime_type": "text/plain", "title": "a.txt"}
    assert adapted.content == [plain]
    assert adapt(GEMINI, [HumanMessage([file])])[0] == [HumanMessage([file])]


@both
def test_block_without_a_source_is_refused_with_what_it_needs(model: str) -> None:
    for block, words in (
        ({"type": "image"}, "needs `base64` or `url`"),
        ({"type": "image", "base64": "AAAA"}, "needs its MIME type"),
    ):
        with pytest.raises(CometAPIUnsentRequestError, match=f"Message 0: .*{words}"):
            adapt(model, [HumanMessage([block])])


@both
def test_text_of_any_dialect_is_sent_and_blanks_are_left_out(model: str) -> None:
    content: list[Any] = [
        "One",
        {"type": "input_text", "text": "Two"},
        {"text": "Three"},
        text(" "),
        "",
        {"cachePoint": {"type": "default"}},
        {"type": "thinking", "thinking": "Hmm."},
    ]
    (adapted,), changes = adapt(model, [HumanMessage(content)])
    assert adapted.content == [text("One"), text("Two"), text("Three")]
    assert changes == [("cachePoint", "left out")]


@both
@pytest.mark.parametrize("blank", ["", " \n", [], [text(" ")], [{"type": "reasoning", "id": "r"}]])
def test_empty_message_is_left_out(model: str, blank: Any) -> None:
    metadata = {"model_provider": "cometapi"}
    history = [HumanMessage("Hi"), AIMessage(blank, response_metadata=metadata), HumanMessage("?")]
    adapted, changes = adapt(model, history)
    assert adapted == [history[0], history[2]]
    assert changes == [("messages", "left out")]


@both
def test_own_message_that_was_cut_amid_its_thinking_is_left_out(model: str) -> None:
    thinking = {"type": "thinking", "thinking": "Hmm.", "signature": "c2ln"}
    cut = own(model, [thinking], invalid_tool_calls=[{**CALLS[0], "args": "{", "error": ""}])
    adapted, changes = adapt(model, ["Hi", cut, "Go on"])
    assert [message.type for message in adapted] == ["human", "human"]
    assert changes == [("messages", "left out")]


@both
def test_empty_question_is_refused(model: str) -> None:
    with pytest.raises(CometAPIUnsentRequestError, match="The last message is empty"):
        adapt(model, [HumanMessage("Hi"), AIMessage("Yes?"), HumanMessage(" ")])


@both
def test_blank_text_beside_a_call_is_left_out(model: str) -> None:
    """Kimi and others write a line break before their calls."""
    adapted, _ = adapt(model, loop(AIMessage("\n\n", tool_calls=CALLS)))
    assert adapted[1].content == ""


@both
def test_generated_media_of_another_model_are_left_out_with_a_warning(model: str) -> None:
    extras = {"images": [{"type": "image_url", "image_url": {"url": PNG}}]}
    metadata = {"model_provider": "cometapi"}
    answer = AIMessage("Here.", additional_kwargs=extras, response_metadata=metadata)
    adapted, changes = adapt(model, [HumanMessage("Draw."), answer, HumanMessage("Thanks")])
    assert adapted[1] == AIMessage("Here.")
    assert changes == [("messages", "dropped")]


def test_refusal_alone_goes_as_text() -> None:
    metadata = {"model_provider": "cometapi"}
    answer = AIMessage("", additional_kwargs={"refusal": "No."}, response_metadata=metadata)
    assert adapt(CLAUDE, ["Hi", answer, "Why?"])[0][1] == AIMessage("No.")


@both
def test_block_of_an_unmarked_message_that_the_class_does_not_read_is_sent_as_text(
    model: str,
) -> None:
    page = [{"type": "text", "text": "Two"}]
    blocks: list[Any] = [
        {"type": "text-plain", "text": "One", "mime_type": "text/plain"},
        {"type": "search_result", "title": "T", "source": "https://a.example", "content": page},
        {"type": "audio", "base64": "AAAA", "mime_type": "audio/wav"},
    ]
    adapted, changes = adapt(model, ["Hi", AIMessage(blocks), "Go on"])
    assert adapted[1].text == "OneT\nhttps://a.exampleTwo"
    assert changes == [("messages", "dropped")]
    refusal = AIMessage("", additional_kwargs={"refusal": "No."})
    assert adapt(model, ["Hi", refusal, "Why?"])[0][1].content == "No."


def test_text_before_calls_goes_with_them_to_gemini() -> None:
    """It takes calls after the user and after results: not after what another agent has said."""
    spoken = [AIMessage("One"), own(GEMINI, [{"type": "thinking", "thinking": "Hm"}, text("Two")])]
    calls = [*spoken, AIMessage("Three", tool_calls=CALLS)]
    results = [result("call_1"), result("call_2", "Sun")]
    adapted, changes = adapt(GEMINI, ["Hi", *calls, *results, *calls, *results])
    assert [message.type for message in adapted] == ["human", *["ai", "tool", "tool"] * 2]
    for message in (adapted[1], adapted[4]):
        assert message.content == [text("One"), text("Two"), text("Three")]
        assert len(message.tool_calls) == len(CALLS)
    assert changes == []
    history = ["Hi", *spoken, "Go on"]
    assert len(adapt(GEMINI, history)[0]) == len(history)
    assert len(adapt(CLAUDE, ["Hi", *calls, *results])[0]) == 6


# -- instructions -------------------------------------------------------------------


def test_system_message_that_gemini_would_lose_comes_first() -> None:
    system = SystemMessage("Be brief.")
    adapted, changes = adapt(GEMINI, [HumanMessage("Hi"), system, HumanMessage("?")])
    assert [message.type for message in adapted] == ["system", "human", "human"]
    assert changes == [("messages", "rewritten")]
    history = [system, HumanMessage("Hi"), system]
    assert adapt(GEMINI, history) == (history, [])
    history = [HumanMessage("Hi"), system]
    assert adapt(CLAUDE, history) == (history, [])  # it takes them in their place


@both
def test_system_message_is_sent_as_text_alone(model: str) -> None:
    document = {"type": "document", "source": {"type": "text", "data": "Two"}, "title": "T"}
    cached = {**text("Three"), "cache_control": {"type": "ephemeral"}}
    plain = {"type": "text-plain", "text": "One", "mime_type": "text/plain"}
    adapted, changes = adapt(model, [SystemMessage([plain, document, cached]), "Hi"])
    assert adapted[0].content == [text("One"), text("T"), text("Two"), cached]
    assert changes == []


@both
@pytest.mark.parametrize("kind", ["image", "file", "audio", "video"])
def test_medium_in_a_system_message_is_refused(model: str, kind: str) -> None:
    block = {"type": kind, "url": "https://a.example/b"}
    history = [SystemMessage([text("Look:"), block]), HumanMessage("Hi")]
    with pytest.raises(CometAPIUnsentRequestError, match="Put it into a user message"):
        adapt(model, history)
