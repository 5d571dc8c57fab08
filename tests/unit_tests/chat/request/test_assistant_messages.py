"""Assistant messages of any origin: their text, tool calls and generated media as they are sent."""

from __future__ import annotations

import json
from typing import Any

import pytest
from langchain_core.messages import (
    AIMessage,
    HumanMessage,
    ToolMessage,
)

from tests.support import Gateway, answer, completion, record_losses
from tests.unit_tests.chat.request.histories import (
    CALLS,
    DEEPSEEK,
    FOREIGN,
    GPT,
    UNKNOWN,
    call,
    result,
    sent,
)


def test_refusal_and_audio_of_openai_are_sent() -> None:
    of_responses: Any = [{"type": "refusal", "refusal": "No."}]
    for turn in (AIMessage("", additional_kwargs={"refusal": "No."}), AIMessage(of_responses)):
        assert sent(GPT, [HumanMessage("Hi"), turn])[1] == {"role": "assistant", "content": "No."}
    turn = AIMessage("", additional_kwargs={"audio": {"id": "audio_1", "data": "AAAA"}})
    expected = {"role": "assistant", "content": "", "audio": {"id": "audio_1"}}
    assert sent(GPT, [HumanMessage("Hi"), turn])[1] == expected


# -- tool calls --------------------------------------------------------------------------------


def test_calls_in_additional_kwargs_with_a_result_are_sent() -> None:
    old = {"id": "call_1", "type": "function", "function": call()["function"], "index": 0}
    turn = AIMessage("", additional_kwargs={"tool_calls": [old]})
    history = [HumanMessage("Hi"), turn, ToolMessage("Rain", tool_call_id="call_1")]
    assert sent(GPT, history)[1]["tool_calls"] == [call()]


@pytest.mark.parametrize("calls", [[None], ["x"], {"a": 1}, "x", 5, [{"id": ["a"]}], [{"id": "a"}]])
def test_calls_in_additional_kwargs_of_a_wrong_type_are_ignored(calls: Any) -> None:
    turn = AIMessage.model_construct(
        content="A", additional_kwargs={"tool_calls": calls}, tool_calls=[], invalid_tool_calls=[]
    )
    history = [HumanMessage("Hi"), turn, HumanMessage("?")]
    assert sent(GPT, history)[1] == {"role": "assistant", "content": "A"}
    with pytest.raises(ValueError, match="Message 2 is the result of the tool call 'a', and no"):
        sent(GPT, [*history[:2], ToolMessage("x", tool_call_id="a")])


ARGS = {"city": "Köln"}
WRITTEN = json.dumps(ARGS, ensure_ascii=False)
USE = {"type": "tool_use", "id": "call_1", "name": "f"}
IN_CONTENT: list[tuple[dict[str, Any], Any]] = [
    ({"type": "tool_call", "id": "call_1", "name": "f", "args": ARGS}, ARGS),
    ({"type": "function_call", "call_id": "call_1", "name": "f", "arguments": WRITTEN}, ARGS),
    ({"type": "function_call", "id": "call_1", "name": "f", "args": ARGS}, ARGS),
    ({**USE, "input": WRITTEN}, ARGS),
    ({**USE, "input": {}, "partial_json": WRITTEN}, ARGS),
    (USE, {}),
    ({**USE, "partial_json": '{"a'}, {"invalid_arguments": '{"a'}),
]


@pytest.mark.parametrize(("block", "arguments"), IN_CONTENT)
def test_call_block_without_a_parsed_call_is_sent(block: dict[str, Any], arguments: Any) -> None:
    turn = AIMessage([{"type": "text", "text": "Look"}, block])
    (_, body, _) = sent(GPT, [HumanMessage("Hi"), turn, result("call_1")])
    (made,) = body.pop("tool_calls")
    assert body == {"role": "assistant", "content": "Look"}
    assert json.loads(made["function"].pop("arguments")) == arguments
    assert made == {"type": "function", "id": "call_1", "function": {"name": "f"}}


def test_calls_removed_from_tool_calls_are_not_sent() -> None:
    raw = {"tool_calls": [call()]}
    use: Any = {**USE, "input": {}}
    for turn in (AIMessage("Hi", additional_kwargs=raw), AIMessage([use])):
        emptied = turn.model_copy(update={"tool_calls": []})
        assert "tool_calls" not in sent(GPT, [HumanMessage("Hi"), emptied, HumanMessage("?")])[1]


@pytest.mark.parametrize(
    ("generated", "arguments"),
    [
        ('{"city": "Par', {"invalid_arguments": '{"city": "Par'}),
        ("[1]", {"invalid_arguments": "[1]"}),
        ('{"a":NaN}', {"invalid_arguments": '{"a":NaN}'}),
        (None, {"invalid_arguments": None}),
        ('{"city": 1}', {"city": 1}),
    ],
)
def test_invalid_call_with_a_result_is_sent_with_an_object(generated: Any, arguments: Any) -> None:
    bad: Any = {"name": "get_weather", "args": generated, "id": "call_9", "error": "no JSON"}
    turn = AIMessage("", tool_calls=CALLS[:1], invalid_tool_calls=[bad])
    body, _ = sent(GPT, [turn, result("call_1")])
    assert [c["id"] for c in body["tool_calls"]] == ["call_1"]
    body, *answers = sent(GPT, [turn, result("call_1"), result("call_9", "That was no JSON.")])
    assert [c["id"] for c in body["tool_calls"]] == ["call_1", "call_9"]
    assert [a["tool_call_id"] for a in answers] == ["call_1", "call_9"]
    assert json.loads(body["tool_calls"][1]["function"]["arguments"]) == arguments


@pytest.mark.parametrize(
    ("model", "reasoning"), [(GPT, {}), (DEEPSEEK, {"reasoning_content": " "})]
)
def test_invalid_call_without_a_result_is_left_out(model: str, reasoning: dict[str, str]) -> None:
    bad: Any = {"name": "get_weather", "args": "{", "id": "call_9", "error": "no JSON"}
    raw = {"id": "call_9", "type": "function", "function": {"name": "f", "arguments": "{"}}
    turn = AIMessage("", invalid_tool_calls=[bad], additional_kwargs={"tool_calls": [raw]})
    body = sent(model, [HumanMessage("Hi"), turn, HumanMessage("?")])[1]
    assert body == {"role": "assistant", "content": "", **reasoning}


@pytest.mark.parametrize("model", [GPT, "gpt-6-astra"])
def test_call_that_gemini_repeats_as_a_function_call_is_not_sent(model: str) -> None:
    """`ChatGoogleGenerativeAI` keeps it, also where the call was taken back."""
    extras = {"function_call": {"name": "f", "arguments": "{}"}}
    metadata = {"model_provider": "google_genai"}
    turn = AIMessage("Hi", additional_kwargs=extras, response_metadata=metadata)
    asked: Any = Gateway(answer(completion())).model(model)
    history = [HumanMessage("Hi"), turn, HumanMessage("?")]
    plain = [HumanMessage("Hi"), AIMessage("Hi"), HumanMessage("?")]
    assert asked.explain(history).body == asked.explain(plain).body


def test_invalid_call_without_a_name_gets_one() -> None:
    bad: Any = {"name": None, "args": "{", "id": "call_1", "error": "no name"}
    turn = AIMessage("", invalid_tool_calls=[bad])
    body = sent(GPT, [turn, result("call_1")])[0]
    assert body["tool_calls"][0]["function"]["name"] == "unnamed_tool"


# -- generated media ---------------------------------------------------------------------------


PNG = "data:image/png;base64,AAAA"
GENERATED: list[dict[str, Any]] = [
    {"content": [{"type": "text", "text": "here"}, {"type": "image", "url": "https://a.example"}]},
    {"content": ["here", {"type": "image_url", "image_url": {"url": PNG}}]},
    {"content": ["here", {"type": "image_generation_call", "result": "AAAA"}]},
    {"content": ["here", {"type": "audio", "base64": "AA", "mime_type": "audio/wav"}]},
    {"content": "here", "additional_kwargs": {"images": [{"image_url": {"url": PNG}}]}},
    {"content": "here", "additional_kwargs": {"audio": b"RIFF"}},
    {
        "content": ["here", {"type": "image", "base64": "AAAA", "mime_type": "image/png"}],
        "additional_kwargs": {"images": [{"image_url": {"url": PNG}}], "videos": ["https://a"]},
    },
]


@pytest.mark.parametrize("generated", GENERATED)
def test_generated_media_are_left_out_with_one_warning(generated: dict[str, Any]) -> None:
    turn = AIMessage(**generated)
    history = [HumanMessage("draw"), turn, HumanMessage("bluer"), turn, HumanMessage("?")]
    model = f"gemini-3-pro-image-{GENERATED.index(generated)}"
    request = Gateway(answer(completion())).model(model).explain(history)
    assert request.body["messages"][1] == {"role": "assistant", "content": "here"}
    (change,) = request.changes
    assert (change.parameter, change.action) == ("messages", "dropped")
    assert change.reason.startswith(f"{model} is sent the text of assistant messages alone")
    assert "pass it in a user message" in change.reason
    asked = Gateway(answer(completion())).model(model)
    with record_losses() as losses:
        for _ in range(2):
            asked.invoke(history)
    assert len(losses) == 1
    assert "pass it in a user message" in losses[0]


@pytest.mark.parametrize("output_version", ["v0", "v1"])
def test_messages_without_generated_images_record_no_change(output_version: str) -> None:
    audio = {"id": "audio_1", "data": "AAAA", "transcript": "Hi", "expires_at": 1}
    message = {"role": "assistant", "content": None, "audio": audio}
    model = Gateway(answer(completion(message))).model(GPT, output_version=output_version)
    reply = model.invoke("Hi", modalities=["text", "audio"], audio={"format": "wav"})
    for turn in (reply, AIMessage([{"type": "text-plain", "text": "Hi"}]), FOREIGN["v1"]):
        results = [ToolMessage("x", tool_call_id=str(c["id"])) for c in turn.tool_calls]
        assert model.explain([turn, *results, HumanMessage("?")]).changes == ()


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
        (UNKNOWN, {"model_provider": "cometapi", "model_name": 5}, None, "Hello there", None),
    ],
)
def test_generated_audio_goes_back_by_id_or_transcript(
    model: str, metadata: dict[str, str], expires_at: float | None, content: str, audio: Any
) -> None:
    extras = {"audio": {**AUDIO, "expires_at": expires_at}}
    turn = AIMessage("", additional_kwargs=extras, response_metadata=metadata)
    body = sent(model, [HumanMessage("Hi"), turn, HumanMessage("?")])[1]
    assert (body["content"], body.get("audio")) == (content, audio)
