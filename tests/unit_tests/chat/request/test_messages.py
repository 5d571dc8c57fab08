"""A history, whoever made it, as each family takes it: the exact JSON that is sent."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    ChatMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)

from tests.support import Gateway, answer, chunk, completion, merge, stream

GPT, CLAUDE, GEMINI = "gpt-5.4-mini", "claude-sonnet-5-5", "gemini-3.8-flash"
DEEPSEEK, KIMI, QWEN = "deepseek-v4-pro", "kimi-k3", "qwen3.8-max"
GLM, MIMO, GROK, UNKNOWN = "glm-5.2", "mimo-v2.6-pro", "grok-4.7", "some-new-thing"
STAND_IN = {"google": {"thought_signature": "skip_thought_signature_validator"}}


def sent(model: str, history: list[BaseMessage], **settings: Any) -> list[dict[str, Any]]:
    """The messages as they stand in the request's body; the history must stay as it was."""
    before = copy.deepcopy(history)
    gateway = Gateway(answer(completion()))
    gateway.model(model, **settings).invoke(history)
    assert history == before
    messages: list[dict[str, Any]] = gateway.bodies[0]["messages"]
    return messages


def call(id_: str = "call_1", arguments: str = '{"city": "Paris"}', **more: Any) -> dict[str, Any]:
    function = {"name": "get_weather", "arguments": arguments}
    return {"type": "function", "id": id_, "function": function, **more}


# -- what others said --------------------------------------------------------------------------

CALLS: list[Any] = [
    {"name": "get_weather", "args": {"city": "Paris"}, "id": "call_1", "type": "tool_call"},
    {"name": "get_weather", "args": {"city": "Köln"}, "id": "call_2", "type": "tool_call"},
]
FOREIGN = {
    "anthropic": AIMessage(
        [
            {"type": "thinking", "thinking": "Hmm.", "signature": "c2ln"},
            {"type": "redacted_thinking", "data": "eHh4"},
            {"type": "text", "text": "Let me look.", "citations": []},
            {"type": "tool_use", "id": "call_1", "name": "get_weather", "input": {"city": "Paris"}},
            {"type": "tool_use", "id": "call_2", "name": "get_weather", "input": {"city": "Köln"}},
        ],
        tool_calls=CALLS,
        response_metadata={"model_provider": "anthropic", "model_name": "claude-sonnet-5-5"},
    ),
    "responses": AIMessage(
        [
            {
                "type": "reasoning",
                "id": "rs_1",
                "summary": [{"type": "summary_text", "text": "Hmm."}],
                "encrypted_content": "gAAA",
            },
            {"type": "web_search_call", "id": "ws_1", "status": "completed"},
            {"type": "text", "text": "Let me look.", "annotations": [], "id": "msg_1"},
            {
                "type": "function_call",
                "id": "fc_1",
                "call_id": "call_1",
                "name": "get_weather",
                "arguments": '{"city": "Paris"}',
            },
        ],
        tool_calls=CALLS,
        id="resp_1",
        response_metadata={"model_provider": "openai", "id": "resp_1"},
    ),
    "chat_deepseek": AIMessage(
        "Let me look.",
        additional_kwargs={"reasoning_content": "Hmm.", "refusal": None},
        tool_calls=CALLS,
        response_metadata={"model_provider": "deepseek", "model_name": "deepseek-v4-pro"},
    ),
    "gemini": AIMessage(
        "Let me look.",
        additional_kwargs={
            "__gemini_function_call_thought_signatures__": {"call_1": "c2ln"},
            "function_call": {"name": "get_weather", "arguments": "{}"},
        },
        tool_calls=CALLS,
        response_metadata={"model_provider": "google_genai"},
    ),
    "v1": AIMessage(
        [
            {"type": "reasoning", "reasoning": "Hmm.", "extras": {"signature": "c2ln"}},
            {"type": "server_tool_call", "id": "ws_1", "name": "web_search", "args": {"q": "x"}},
            {"type": "server_tool_result", "tool_call_id": "ws_1", "status": "success"},
            {"type": "non_standard", "value": {"type": "mcp_list_tools", "tools": []}},
            {"type": "text", "text": "Let me look.", "annotations": []},
            *CALLS,
        ],
        tool_calls=CALLS,
        response_metadata={"model_provider": "anthropic", "output_version": "v1"},
    ),
    "streamed": AIMessageChunk(
        content=[
            {"type": "thinking", "thinking": "Hmm.", "index": 0},
            {"type": "text", "text": "Let me"},
        ],
        tool_call_chunks=[
            {"name": c["name"], "args": json.dumps(c["args"]), "id": c["id"], "index": n}
            for n, c in enumerate(CALLS)
        ],
        response_metadata={"model_provider": "anthropic"},
    )
    + AIMessageChunk(content=[{"type": "text", "text": " look."}], chunk_position="last"),
}
PLAIN_CALLS = [call("call_1"), call("call_2", '{"city": "Köln"}')]
SIGNED_CALLS = [call("call_1", extra_content=STAND_IN), PLAIN_CALLS[1]]
AS_TAKEN: dict[str, dict[str, Any]] = {
    GPT: {"tool_calls": PLAIN_CALLS},
    CLAUDE: {"tool_calls": PLAIN_CALLS},
    GEMINI: {"tool_calls": SIGNED_CALLS},
    DEEPSEEK: {"tool_calls": PLAIN_CALLS, "reasoning_content": " "},
    KIMI: {"tool_calls": PLAIN_CALLS, "reasoning_content": " "},
    GLM: {"tool_calls": PLAIN_CALLS, "reasoning_content": " "},
    MIMO: {"tool_calls": PLAIN_CALLS, "reasoning_content": " "},
    QWEN: {"tool_calls": PLAIN_CALLS},
    GROK: {"tool_calls": PLAIN_CALLS},
    UNKNOWN: {"tool_calls": PLAIN_CALLS},
}


@pytest.mark.parametrize("mode", ["auto", True])
@pytest.mark.parametrize("author", FOREIGN)
@pytest.mark.parametrize("model", AS_TAKEN)
def test_a_foreign_history(model: str, author: str, mode: Any) -> None:
    results = [
        ToolMessage("Rain", tool_call_id="call_1", name="get_weather", artifact={"a": 1}),
        ToolMessage([{"type": "text", "text": "Sun"}], tool_call_id="call_2", status="error"),
    ]
    history = [HumanMessage("Hi"), FOREIGN[author], *results, AIMessage("Both."), HumanMessage("?")]
    final = {"role": "assistant", "content": "Both."}
    if model == DEEPSEEK:
        final["reasoning_content"] = " "
    assert sent(model, history, replay_reasoning=mode) == [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "Let me look.", **AS_TAKEN[model]},
        {"role": "tool", "tool_call_id": "call_1", "content": "Rain"},
        {"role": "tool", "tool_call_id": "call_2", "content": [{"type": "text", "text": "Sun"}]},
        final,
        {"role": "user", "content": "?"},
    ]


@pytest.mark.parametrize("model", AS_TAKEN)
def test_a_history_written_for_anthropic(model: str) -> None:
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
def test_thoughts_alone_leave_an_empty_turn(model: str) -> None:
    said = AIMessage([{"type": "thinking", "thinking": "Hmm.", "signature": "c2ln"}])
    expected = {"role": "assistant", "content": ""}
    if model == DEEPSEEK:
        expected["reasoning_content"] = " "
    assert sent(model, [HumanMessage("Hi"), said, HumanMessage("?")])[1] == expected


def test_a_refusal_and_audio_of_openai() -> None:
    of_responses: Any = [{"type": "refusal", "refusal": "No."}]
    for said in (AIMessage("", additional_kwargs={"refusal": "No."}), AIMessage(of_responses)):
        assert sent(GPT, [HumanMessage("Hi"), said])[1] == {"role": "assistant", "content": "No."}
    said = AIMessage("", additional_kwargs={"audio": {"id": "audio_1", "data": "AAAA"}})
    expected = {"role": "assistant", "content": "", "audio": {"id": "audio_1"}}
    assert sent(GPT, [HumanMessage("Hi"), said])[1] == expected


def test_calls_in_the_old_places() -> None:
    old = {"id": "call_1", "type": "function", "function": call()["function"], "index": 0}
    said = AIMessage("", additional_kwargs={"tool_calls": [old]})
    history = [HumanMessage("Hi"), said, ToolMessage("Rain", tool_call_id="call_1")]
    assert sent(GPT, history)[1]["tool_calls"] == [call()]


# -- invalid tool calls ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "arguments"),
    [
        ('{"city": "Par', {"invalid_arguments": '{"city": "Par'}),
        ("[1]", {"invalid_arguments": "[1]"}),
        ("", {"invalid_arguments": ""}),
        (None, {"invalid_arguments": None}),
        ('{"city": 1}', {"city": 1}),
    ],
)
@pytest.mark.parametrize("model", [GPT, GEMINI, DEEPSEEK])
def test_an_invalid_call_goes_with_its_answer(model: str, written: Any, arguments: Any) -> None:
    bad: Any = {"name": "get_weather", "args": written, "id": "call_9", "error": "no JSON"}
    said = AIMessage("", tool_calls=CALLS[:1], invalid_tool_calls=[bad])
    results = [ToolMessage("Rain", tool_call_id="call_1")]
    assert [c["id"] for c in sent(model, [said, *results])[0]["tool_calls"]] == ["call_1"]
    results.append(ToolMessage("That was no JSON.", tool_call_id="call_9", status="error"))
    body, *answers = sent(model, [said, *results])
    assert [c["id"] for c in body["tool_calls"]] == ["call_1", "call_9"]
    assert [a["tool_call_id"] for a in answers] == ["call_1", "call_9"]
    assert json.loads(body["tool_calls"][1]["function"]["arguments"]) == arguments


@pytest.mark.parametrize(("model", "thought"), [(GPT, {}), (DEEPSEEK, {"reasoning_content": " "})])
def test_an_invalid_call_alone_without_an_answer(model: str, thought: dict[str, str]) -> None:
    bad: Any = {"name": "get_weather", "args": "{", "id": "call_9", "error": "no JSON"}
    raw = {"id": "call_9", "type": "function", "function": {"name": "f", "arguments": "{"}}
    said = AIMessage("", invalid_tool_calls=[bad], additional_kwargs={"tool_calls": [raw]})
    body = sent(model, [HumanMessage("Hi"), said, HumanMessage("?")])[1]
    assert body == {"role": "assistant", "content": "", **thought}


# -- media -------------------------------------------------------------------------------------

PNG = "data:image/png;base64,AAAA"
PDF = "data:application/pdf;base64,AAAA"
FILE = {"type": "file", "file": {"file_data": PDF, "filename": "file.pdf"}}
PDF_URL = "https://a.example/b.pdf"
MEDIA: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        "image URL",
        {"type": "image", "url": "https://a.example/b.png"},
        {"type": "image_url", "image_url": {"url": "https://a.example/b.png"}},
    ),
    (
        "image",
        {"type": "image", "base64": "AAAA", "mime_type": "image/png"},
        {"type": "image_url", "image_url": {"url": PNG}},
    ),
    (
        "image, old block",
        {"type": "image", "source_type": "base64", "data": "AAAA", "mime_type": "image/png"},
        {"type": "image_url", "image_url": {"url": PNG}},
    ),
    (
        "image of OpenAI",
        {"type": "image_url", "image_url": {"url": PNG, "detail": "low"}},
        {"type": "image_url", "image_url": {"url": PNG, "detail": "low"}},
    ),
    (
        "image of Anthropic",
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}},
        {"type": "image_url", "image_url": {"url": PNG}},
    ),
    (
        "image URL of Anthropic",
        {"type": "image", "source": {"type": "url", "url": "https://a.example/b.png"}},
        {"type": "image_url", "image_url": {"url": "https://a.example/b.png"}},
    ),
    ("PDF", {"type": "file", "base64": "AAAA", "mime_type": "application/pdf"}, FILE),
    (
        "PDF with a name",
        {
            "type": "file",
            "base64": "AAAA",
            "mime_type": "application/pdf",
            "extras": {"filename": "bill.pdf"},
        },
        {"type": "file", "file": {"file_data": PDF, "filename": "bill.pdf"}},
    ),
    (
        "PDF URL",
        {"type": "file", "url": PDF_URL, "mime_type": "application/pdf"},
        {"type": "file", "file": {"file_data": PDF_URL, "filename": "file.pdf"}},
    ),
    (
        "file id",
        {"type": "file", "file_id": "file-1"},
        {"type": "file", "file": {"file_id": "file-1"}},
    ),
    (
        "PDF of Anthropic",
        {
            "type": "document",
            "source": {"type": "base64", "media_type": "application/pdf", "data": "AAAA"},
        },
        FILE,
    ),
    (
        "text document of Anthropic",
        {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "x"}},
        {"type": "text", "text": "x"},
    ),
    (
        "audio",
        {"type": "audio", "base64": "AAAA", "mime_type": "audio/wav"},
        {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}},
    ),
    (
        "MP3",
        {"type": "audio", "base64": "AAAA", "mime_type": "audio/mpeg"},
        {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "mp3"}},
    ),
    ("text of Responses", {"type": "input_text", "text": "x"}, {"type": "text", "text": "x"}),
    ("a text file", {"type": "text-plain", "text": "x"}, {"type": "text", "text": "x"}),
    ("a thought", {"type": "thinking", "thinking": "Hmm."}, {}),
    ("of another provider", {"type": "custom", "x": 1}, {"type": "custom", "x": 1}),
]


def assert_refused(model: str, history: list[BaseMessage]) -> None:
    words = r"takes no (images|audio|files|video) on CometAPI's chat route.*\. (Ask|Send|Use) "
    with pytest.raises(ValueError, match=words):
        sent(model, history)


SEES = "deepseek-v4-flash-vision"
# The media that a family is known to refuse, or that CometAPI drops for it.
REFUSED = {
    CLAUDE: ("input_audio",),
    DEEPSEEK: ("image_url", "input_audio", "file", "video_url"),
    GEMINI: ("video_url",),
    "glm-5.2": ("image_url", "input_audio", "file", "video_url"),
    "gpt-3.5-turbo": ("image_url", "file"),
}


# Families whose tool results are text alone.
TEXT_RESULTS = {GPT, SEES, DEEPSEEK, "gpt-3.5-turbo"}
MEDIA_PARTS = {"image_url", "input_audio", "file"}


@pytest.mark.parametrize("model", [GPT, CLAUDE, GEMINI, DEEPSEEK, SEES, KIMI, UNKNOWN, *REFUSED])
@pytest.mark.parametrize(("name", "block", "part"), MEDIA, ids=[name for name, _, _ in MEDIA])
def test_media_of_users_and_tools(
    model: str, name: str, block: dict[str, Any], part: dict[str, Any]
) -> None:
    content: list[Any] = ["Look:", block]
    history = [
        HumanMessage(content),
        AIMessage("", tool_calls=CALLS[:1]),
        ToolMessage(content, tool_call_id="call_1"),
    ]
    if part and part["type"] in REFUSED.get(model, ()):
        assert_refused(model, history)
        return
    user, _, tool, *after = sent(model, history)
    look = {"type": "text", "text": "Look:"}
    expected = [look, *([part] if part else [])]
    assert user == {"role": "user", "content": expected}
    if model in TEXT_RESULTS and part and part["type"] in MEDIA_PARTS:
        says = {"type": "text", "text": "From the result of get_weather (call call_1):"}
        assert after == [{"role": "user", "content": [says, part]}]
        expected = [look]
    else:
        assert after == []
    assert tool == {"role": "tool", "tool_call_id": "call_1", "content": expected}


VIDEO = [
    ({"type": "video", "url": "https://a.example/b.mp4"}, "https://a.example/b.mp4"),
    (
        {"type": "video", "base64": "AAAA", "mime_type": "video/webm"},
        "data:video/webm;base64,AAAA",
    ),
    ({"type": "video_url", "video_url": {"url": "https://a/b"}}, "https://a/b"),
    ({"type": "media", "mime_type": "video/mp4", "data": "AA"}, "data:video/mp4;base64,AA"),
    ({"type": "file", "mime_type": "video/mp4", "base64": "AA"}, "data:video/mp4;base64,AA"),
    ({"type": "non_standard", "value": {"type": "video_url", "video_url": {"url": "a:b"}}}, "a:b"),
]


@pytest.mark.parametrize("role", ["user", "tool"])
@pytest.mark.parametrize(("block", "url"), VIDEO)
def test_video(block: dict[str, Any], url: str, role: str) -> None:
    history: list[BaseMessage] = [HumanMessage([block])]
    if role == "tool":
        result = ToolMessage([block], tool_call_id="call_1")
        history = [HumanMessage("Hi"), AIMessage("", tool_calls=CALLS[:1]), result]
    for model in (KIMI, GPT, UNKNOWN):
        part = sent(model, history)[-1]["content"][-1]
        assert part == {"type": "video_url", "video_url": {"url": url}}
    for model in (GEMINI, DEEPSEEK):
        assert_refused(model, history)


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ({"type": "audio", "url": "https://a.example/b.wav"}, "Audio cannot be sent by URL"),
        ({"type": "image", "source": {"type": "base64"}}, "needs `base64`, `url` or `file_id`"),
        ({"type": "image_url", "image_url": {"url": "/pictures/a.png"}}, "is no URL"),
        (7, "A content block is a int"),
    ],
)
def test_what_cannot_be_sent_is_an_error_before(block: Any, words: str) -> None:
    gateway = Gateway(answer(completion()))
    message = HumanMessage.model_construct(content=[block])
    with pytest.raises(ValueError, match=words):
        gateway.model().invoke([message])
    assert gateway.requests == []


# -- roles and cache control -------------------------------------------------------------------

CACHE = {"type": "ephemeral", "ttl": "1h"}


@pytest.mark.parametrize(
    ("model", "kept"),
    [(GPT, False), ("o3", False), (CLAUDE, True), (SEES, True), (UNKNOWN, True)],
)
def test_cache_control(model: str, kept: bool) -> None:
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


@pytest.mark.parametrize(
    ("model", "role"),
    [
        *((model, "developer") for model in (GPT, "o3", CLAUDE, GEMINI, GROK, UNKNOWN)),
        *((model, "system") for model in (DEEPSEEK, KIMI, GLM, MIMO, QWEN, "doubao-seed-2.0")),
    ],
)
def test_the_developer_role(model: str, role: str) -> None:
    rules = SystemMessage("Rules", additional_kwargs={"__openai_role__": "developer"})
    assert sent(model, [rules, HumanMessage("Hi")])[0] == {"role": role, "content": "Rules"}


def test_names_and_roles_of_ones_own() -> None:
    history = [SystemMessage("Rules", name="boss"), ChatMessage(content="Hi", role="user")]
    system, user = sent(GPT, history)
    assert system == {"role": "system", "content": "Rules", "name": "boss"}
    assert user == {"role": "user", "content": "Hi"}


# -- what this package has captured --------------------------------------------------------------


def captured(model: str, streamed: bool, fields: dict[str, Any], **settings: Any) -> AIMessage:
    """What a model said, with these fields beside a tool call."""
    said = {"role": "assistant", "content": None, "tool_calls": [call(index=0)], **fields}
    whole, parts = completion(said, "tool_calls"), [chunk(said), chunk(finish_reason="tool_calls")]
    built = Gateway(stream(*parts) if streamed else answer(whole)).model(model, **settings)
    message: AIMessage = merge(built.stream("Hi")) if streamed else built.invoke("Hi")
    return message


THOUGHT = {"reasoning_content": "Hmm.\n"}
BLOCKS = {"thinking_blocks": [{"type": "thinking", "thinking": "Hmm.", "signature": "c2ln"}]}
REPLAYED: list[tuple[str, dict[str, Any], Any, dict[str, Any]]] = [
    *((model, THOUGHT, "auto", THOUGHT) for model in (DEEPSEEK, KIMI, GLM, MIMO)),
    *((model, THOUGHT, "auto", {}) for model in (GPT, CLAUDE, GEMINI, QWEN, GROK, UNKNOWN)),
    *((model, THOUGHT, True, THOUGHT) for model in (DEEPSEEK, KIMI, CLAUDE, QWEN, GROK, UNKNOWN)),
    *((model, THOUGHT, False, {}) for model in (DEEPSEEK, KIMI, GLM, MIMO, GEMINI, UNKNOWN)),
    (DEEPSEEK, {"reasoning": "Hmm."}, "auto", {"reasoning_content": "Hmm."}),
    (GROK, {"reasoning": "Hmm."}, True, {"reasoning": "Hmm."}),
    (DEEPSEEK, {}, "auto", {"reasoning_content": " "}),
    (GROK, {}, True, {}),
    (UNKNOWN, BLOCKS, True, BLOCKS),
]


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(("model", "fields", "mode", "expected"), REPLAYED)
def test_replay_modes(
    model: str, fields: dict[str, Any], mode: Any, expected: dict[str, Any], streamed: bool
) -> None:
    history = [captured(model, streamed, fields), ToolMessage("Rain", tool_call_id="call_1")]
    body = sent(model, history, replay_reasoning=mode)[0]
    calls = body.pop("tool_calls")
    assert body == {"role": "assistant", "content": None, **expected}
    unsigned = model != GEMINI or mode is False
    assert calls == ([call()] if unsigned else [call(extra_content=STAND_IN)])


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("mode", ["auto", True])
def test_thoughts_of_another_endpoint_are_not_sent(streamed: bool, mode: Any) -> None:
    here, there = "https://api.cometapi.com/v1", "https://gateway.example/v1"
    signed = {"tool_calls": [call(index=0, extra_content={"google": {"thought_signature": "c2"}})]}
    for model, fields in ((DEEPSEEK, THOUGHT), (GEMINI, signed), (GROK, THOUGHT)):
        history = [
            captured(model, streamed, fields, base_url=there),
            ToolMessage("Rain", tool_call_id="call_1"),
        ]
        foreign, own = (
            sent(model, history, replay_reasoning=mode, base_url=url)[0] for url in (here, there)
        )
        assert "Hmm." not in json.dumps(foreign)
        assert "c2" not in json.dumps(foreign)
        if model == GEMINI:
            assert foreign["tool_calls"] == [call(extra_content=STAND_IN)]
            assert own["tool_calls"] == [
                call(extra_content={"google": {"thought_signature": "c2"}})
            ]
        else:
            assert foreign.get("reasoning_content") == (" " if model == DEEPSEEK else None)
            assert ("reasoning_content" in own) is (model == DEEPSEEK or mode is True)


# -- what a model made -------------------------------------------------------------------------

MADE: list[dict[str, Any]] = [
    {"content": [{"type": "text", "text": "here"}, {"type": "image", "url": "https://a.example"}]},
    {"content": ["here", {"type": "image_url", "image_url": {"url": PNG}}]},
    {"content": ["here", {"type": "image_generation_call", "result": "AAAA"}]},
    {"content": ["here", {"type": "audio", "base64": "AA", "mime_type": "audio/wav"}]},
    {"content": "here", "additional_kwargs": {"images": [{"image_url": {"url": PNG}}]}},
    {
        "content": ["here", {"type": "image", "base64": "AAAA", "mime_type": "image/png"}],
        "additional_kwargs": {"images": [{"image_url": {"url": PNG}}], "videos": ["https://a"]},
    },
]


@pytest.mark.parametrize("made", MADE)
def test_a_picture_that_is_left_out_is_told(
    made: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    drawing = AIMessage(**made)
    history = [HumanMessage("draw"), drawing, HumanMessage("bluer"), drawing, HumanMessage("?")]
    model = f"gemini-3-pro-image-{MADE.index(made)}"
    request = Gateway(answer(completion())).model(model).explain(history)
    assert request.body["messages"][1] == {"role": "assistant", "content": "here"}
    (change,) = request.changes
    assert (change.parameter, change.action) == ("messages", "dropped")
    assert change.reason.startswith(f"{model} is sent the text of assistant messages alone")
    assert "pass it in a user message" in change.reason
    for _ in range(2):
        Gateway(answer(completion())).model(model).invoke(history)
    assert caplog.text.count("pass it in a user message") == 1


@pytest.mark.parametrize("output_version", ["v0", "v1"])
def test_only_what_is_left_out_is_told(output_version: str) -> None:
    spoken = {"id": "audio_1", "data": "AAAA", "transcript": "Hi", "expires_at": 1}
    message = {"role": "assistant", "content": None, "audio": spoken}
    model = Gateway(answer(completion(message))).model(GPT, output_version=output_version)
    said = model.invoke("Hi", modalities=["text", "audio"], audio={"format": "wav"})
    for turn in (said, AIMessage([{"type": "text-plain", "text": "Hi"}]), FOREIGN["v1"]):
        results = [ToolMessage("x", tool_call_id=str(c["id"])) for c in turn.tool_calls]
        assert model.explain([turn, *results, HumanMessage("?")]).changes == ()


# -- what is no message's own form -------------------------------------------------------------


@pytest.mark.parametrize("calls", [[None], ["x"], {"a": 1}, "x", 5, [{"id": ["a"]}], [{"id": "a"}]])
def test_raw_calls_that_are_none(calls: Any) -> None:
    said = AIMessage.model_construct(
        content="A", additional_kwargs={"tool_calls": calls}, tool_calls=[], invalid_tool_calls=[]
    )
    history = [HumanMessage("Hi"), said, HumanMessage("?")]
    assert sent(GPT, history)[1] == {"role": "assistant", "content": "A"}
    with pytest.raises(ValueError, match="Message 2 is the result of the tool call 'a', and no"):
        sent(GPT, [*history[:2], ToolMessage("x", tool_call_id="a")])


def test_the_name_of_a_model_that_is_none() -> None:
    said = AIMessage(
        "",
        additional_kwargs={"audio": {"id": "a", "transcript": "Hi"}},
        response_metadata={"model_provider": "cometapi", "model_name": 5},
    )
    body = sent(UNKNOWN, [HumanMessage("Hi"), said])[1]
    assert body == {"role": "assistant", "content": "Hi"}
