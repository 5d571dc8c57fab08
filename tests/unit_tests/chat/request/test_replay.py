"""Reasoning and signatures go back to the model they came from, as they were, and nowhere else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from langchain_core.messages import (
    AIMessage,
    HumanMessage,
    ToolMessage,
    merge_message_runs,
)

from tests.support import Gateway, answer, chunk, completion, merge, stream
from tests.unit_tests.chat.request.histories import (
    DEEPSEEK,
    GEMINI,
    GPT,
    GROK,
    KIMI,
    PLACEHOLDER,
    UNKNOWN,
    call,
    sent,
)

MODES: tuple[Any, ...] = ("auto", True, False)
HI, NEXT = HumanMessage("Hi"), HumanMessage("And now?")


def receive(
    model_id: str, message: dict[str, Any], *, streamed: bool = False, **kw: Any
) -> AIMessage:
    """Return the message of a model, whole or as a stream."""
    body = {"role": "assistant", **message}
    parts = [chunk({name: value}) for name, value in body.items()]
    reply = stream(*parts, chunk(finish_reason="stop")) if streamed else answer(completion(body))
    model = Gateway(reply).model(model_id, **kw)
    found = merge(model.stream("Hi")) if streamed else model.invoke("Hi")
    assert isinstance(found, AIMessage)
    return found


def sent_back(model_id: str, message: AIMessage, *more: Any, **kw: Any) -> dict[str, Any]:
    """Return the assistant turn of the next request."""
    request = (
        Gateway(answer(completion())).model(model_id, **kw).explain([HI, message, *more, NEXT])
    )
    return dict(request.body["messages"][1])


CALL = {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
RESULT = ToolMessage("1", tool_call_id="call_1")


def receive_call(model: str, streamed: bool, fields: dict[str, Any], **settings: Any) -> AIMessage:
    """Return the message of a model with a tool call and these fields."""
    message = {"content": None, "tool_calls": [call(index=0)], **fields}
    return receive(model, message, streamed=streamed, **settings)


# -- modes -------------------------------------------------------------------------------------


REASONING = {"reasoning_content": "Hmm.\n"}
BLOCKS = {"thinking_blocks": [{"type": "thinking", "thinking": "Hmm.", "signature": "c2ln"}]}
REPLAYED: list[tuple[str, dict[str, Any], Any, dict[str, Any]]] = [
    *((model, REASONING, "auto", REASONING) for model in (DEEPSEEK, KIMI)),
    *((model, REASONING, "auto", {}) for model in (GPT, GEMINI, UNKNOWN)),
    *((model, REASONING, True, REASONING) for model in (DEEPSEEK, KIMI, GROK, UNKNOWN)),
    *((model, REASONING, False, {}) for model in (DEEPSEEK, KIMI, GEMINI, UNKNOWN)),
    (DEEPSEEK, {"reasoning": "Hmm."}, "auto", {"reasoning_content": "Hmm."}),
    (GROK, {"reasoning": "Hmm."}, True, {"reasoning": "Hmm."}),
    (DEEPSEEK, {}, "auto", {"reasoning_content": " "}),
    (GROK, {}, True, {}),
    (UNKNOWN, BLOCKS, True, BLOCKS),
]


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(("model", "fields", "mode", "expected"), REPLAYED)
def test_reasoning_goes_back_by_mode_and_family(
    model: str, fields: dict[str, Any], mode: Any, expected: dict[str, Any], streamed: bool
) -> None:
    body = sent(model, [receive_call(model, streamed, fields), RESULT], replay_reasoning=mode)[0]
    calls = body.pop("tool_calls")
    assert body == {"role": "assistant", "content": None, **expected}
    unsigned = model != GEMINI or mode is False
    assert calls == ([call()] if unsigned else [call(extra_content=PLACEHOLDER)])


def test_mode_true_sends_every_captured_field_but_no_second_text() -> None:
    detail = {"type": "reasoning.text", "text": "Hm.", "signature": "S", "index": 0}
    signed = {"reasoning_details": [detail]}
    second = {"reasoning_content": "Hm.", "reasoning": "Something else."}
    for fields, more in ((signed, signed), (second, {})):
        message = receive(DEEPSEEK, {"content": "A", **fields})
        asked = {mode: sent_back(DEEPSEEK, message, replay_reasoning=mode) for mode in MODES}
        plain = {"role": "assistant", "content": "A"}
        assert asked[False] == plain
        assert asked["auto"] == {**plain, "reasoning_content": "Hm."}
        assert asked[True] == {**plain, "reasoning_content": "Hm.", **more}


@pytest.mark.parametrize("output_version", ["v0", "v1"])
@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(
    "fields",
    [
        {"reasoning_content": "Hm."},
        {"reasoning": "Hm."},
        {"reasoning_details": [{"type": "reasoning.text", "text": "Hm.", "index": 0}]},
        {"thinking_blocks": [{"type": "thinking", "thinking": "Hm.", "signature": "S"}]},
        {"reasoning_content": "Hm.", "reasoning": "Hm."},
        {"content": [{"type": "thinking", "thinking": "Hm."}, {"type": "text", "text": "A"}]},
    ],
)
def test_reasoning_of_every_form_goes_back_where_it_is_demanded(
    fields: dict[str, Any], streamed: bool, output_version: str
) -> None:
    said = {"content": "A", **fields}
    message = receive(DEEPSEEK, said, streamed=streamed, output_version=output_version)
    assert sent_back(DEEPSEEK, message)["reasoning_content"] == "Hm."


@pytest.mark.parametrize("streamed", [False, True])
def test_mode_true_sends_extra_fields_of_calls_but_not_their_type(streamed: bool) -> None:
    raw = {**CALL, "index": 0, "type": "builtin_function", "note": "x"}
    message = receive(UNKNOWN, {"reasoning": "Hm.", "tool_calls": [raw]}, streamed=streamed)
    body = sent_back(UNKNOWN, message, RESULT, replay_reasoning=True)
    assert body["tool_calls"] == [{**CALL, "note": "x"}]


# -- origins -----------------------------------------------------------------------------------


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(
    ("base_url", "same", "endpoint"),
    [
        (
            "https://API.Gateway.example:443/v1",
            "https://api.gateway.example/v1",
            "api.gateway.example",
        ),
        ("http://localhost:8080/v1", "http://localhost:8080/v1", "localhost:8080"),
    ],
)
def test_origin_of_a_base_url_is_its_host_and_port(
    base_url: str, same: str, endpoint: str, streamed: bool
) -> None:
    fields = {"reasoning_content": "Hm.", "content": "A"}
    message = receive(DEEPSEEK, fields, streamed=streamed, base_url=base_url)
    assert message.response_metadata["reasoning_origin"] == {
        "family": "deepseek",
        "endpoint": endpoint,
        "field": "reasoning_content",
        "length": 3,
    }
    assert sent_back(DEEPSEEK, message, base_url=same)["reasoning_content"] == "Hm."
    for other in ("https://api.gateway.example:8443/v1", "https://other.example/v1"):
        assert sent_back(DEEPSEEK, message, base_url=other)["reasoning_content"] == " "


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("mode", ["auto", True])
def test_reasoning_of_another_endpoint_is_not_sent(streamed: bool, mode: Any) -> None:
    here, there = "https://api.cometapi.com/v1", "https://gateway.example/v1"
    signature = {"google": {"thought_signature": "c2"}}
    signed = {"tool_calls": [call(index=0, extra_content=signature)]}
    for model, fields in ((DEEPSEEK, REASONING), (GEMINI, signed), (GROK, REASONING)):
        message = receive_call(model, streamed, fields, base_url=there)
        foreign, own = (
            sent_back(model, message, RESULT, replay_reasoning=mode, base_url=url)
            for url in (here, there)
        )
        assert "Hmm." not in json.dumps(foreign)
        assert "c2" not in json.dumps(foreign)
        if model == GEMINI:
            assert foreign["tool_calls"] == [call(extra_content=PLACEHOLDER)]
            assert own["tool_calls"] == [call(extra_content=signature)]
        else:
            assert foreign.get("reasoning_content") == (" " if model == DEEPSEEK else None)
            assert ("reasoning_content" in own) is (model == DEEPSEEK or mode is True)


@pytest.mark.parametrize("mode", ["auto", True])
def test_reasoning_of_an_unknown_model_goes_to_itself_alone(mode: Any) -> None:
    message = receive("foo-1", {"reasoning_content": "Hm.", "content": "A"})
    own = sent_back("foo-1", message, replay_reasoning=mode)
    assert own.get("reasoning_content") == ("Hm." if mode is True else None)
    assert "reasoning_content" not in sent_back("bar-9", message, replay_reasoning=mode)


def test_reasoning_of_merged_messages_is_not_sent() -> None:
    first = receive(DEEPSEEK, {"reasoning_content": "T", "content": "A"})
    second = receive(KIMI, {"reasoning_content": "U", "content": "B"})
    foreign = AIMessage("C", additional_kwargs={"reasoning_content": "V"})
    for other in (second, foreign):
        (joined,) = merge_message_runs([first, other])
        assert isinstance(joined, AIMessage)
        assert sent_back(DEEPSEEK, joined)["reasoning_content"] == " "
    assert sent_back(DEEPSEEK, first)["reasoning_content"] == "T"


# -- signatures --------------------------------------------------------------------------------


ENCRYPTED = [{"type": "reasoning.encrypted", "data": "SIG", "id": "call_1", "index": 0}]


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("mode", ["auto", True, False])
def test_signatures_in_openrouter_form_go_back(mode: Any, streamed: bool) -> None:
    message = receive(
        GEMINI,
        {"reasoning_details": ENCRYPTED, "tool_calls": [{**CALL, "index": 0}]},
        streamed=streamed,
    )
    body = sent_back(GEMINI, message, RESULT, replay_reasoning=mode)
    assert body.get("reasoning_details") == (None if mode is False else ENCRYPTED)
    assert "extra_content" not in body["tool_calls"][0]
    foreign = sent_back(GEMINI, message, RESULT, base_url="https://other.example/v1")
    assert "reasoning_details" not in foreign
    assert "thought_signature" in repr(foreign["tool_calls"][0]["extra_content"])
    assert "reasoning_details" not in sent_back(GPT, message, RESULT)


@pytest.mark.parametrize("streamed", [False, True])
def test_signature_of_text_goes_back(streamed: bool) -> None:
    signature = {"google": {"thought_signature": "S"}}
    message = receive(GEMINI, {"content": "A", "extra_content": signature}, streamed=streamed)
    assert sent_back(GEMINI, message)["extra_content"] == signature
    assert "extra_content" not in sent_back(GEMINI, message, replay_reasoning=False)
    assert "extra_content" not in sent_back("claude-sonnet-5-5", message)


@pytest.mark.parametrize("odd", [["x"], "x", 5, {"call_1": "x"}])
@pytest.mark.parametrize("mode", ["auto", True])
def test_signatures_of_a_wrong_type_are_ignored(mode: Any, odd: Any) -> None:
    message = receive(DEEPSEEK, {"reasoning_content": "Hm.", "tool_calls": [CALL]})
    message.additional_kwargs["tool_call_extras"] = odd
    message.additional_kwargs["tool_call_extra_content"] = odd if mode is True else [odd]
    if isinstance(odd, dict):
        del message.additional_kwargs["tool_call_extra_content"]
    body = sent_back(DEEPSEEK, message, RESULT, replay_reasoning=mode)
    assert body["tool_calls"] == [CALL]


# -- reasoning of the user, and of other packages ------------------------------------------------


def turn_of(*, blocks: Any = None, **metadata: Any) -> AIMessage:
    """Return a turn with reasoning that this package has not captured."""
    if blocks:
        content = [*blocks, {"type": "text", "text": "Hello"}]
        return AIMessage(content, response_metadata=metadata)
    extras = {"reasoning_content": "Hmm."}
    return AIMessage("Hello", additional_kwargs=extras, response_metadata=metadata)


CHAT_DEEPSEEK = {"model_provider": "deepseek", "model_name": "deepseek-reasoner"}
THINKING = {"type": "thinking", "thinking": "Hmm.", "signature": "c2ln"}


@pytest.mark.parametrize(
    ("model", "turn", "expected"),
    [
        (DEEPSEEK, turn_of(), "Hmm."),
        (DEEPSEEK, turn_of(**CHAT_DEEPSEEK), "Hmm."),
        (DEEPSEEK, turn_of(model_provider="deepseek"), "Hmm."),
        (DEEPSEEK, turn_of(model_provider="openai", model_name="deepseek-v4-flash"), "Hmm."),
        (DEEPSEEK, turn_of(blocks=[{"type": "reasoning", "reasoning": "Hmm."}]), "Hmm."),
        (DEEPSEEK, turn_of(blocks=[THINKING]), "Hmm."),
        (KIMI, turn_of(), "Hmm."),
        (UNKNOWN, turn_of(), "Hmm."),
        (UNKNOWN, turn_of(model_name=UNKNOWN), "Hmm."),
        # of another family
        (DEEPSEEK, turn_of(model_name="kimi-k3"), " "),
        (DEEPSEEK, turn_of(blocks=[THINKING], model_provider="anthropic"), " "),
        (KIMI, turn_of(**CHAT_DEEPSEEK), None),
        (UNKNOWN, turn_of(model_name="another-new-thing"), None),
        # of no use to the model
        (GPT, turn_of(), None),
    ],
)
def test_mode_true_sends_reasoning_that_the_user_has_put_into_the_history(
    model: str, turn: AIMessage, expected: str | None
) -> None:
    body = sent(model, [HI, turn, NEXT], replay_reasoning=True)[1]
    assert (body["content"], body.get("reasoning_content")) == ("Hello", expected)
    explained = sent_back(model, turn, replay_reasoning=True)
    assert explained == body


def test_reasoning_of_the_user_that_is_left_out_is_explained() -> None:
    model = Gateway().model(GPT, replay_reasoning=True)
    (change,) = model.explain([HI, turn_of(), NEXT]).changes
    assert (change.parameter, change.action) == ("reasoning_content", "left out")


@pytest.mark.parametrize("mode", ["auto", False])
def test_reasoning_of_the_user_is_sent_by_mode_true_alone(mode: Any) -> None:
    expected = {"auto": " ", False: None}[mode]
    body = sent(DEEPSEEK, [HI, turn_of(**CHAT_DEEPSEEK), NEXT], replay_reasoning=mode)[1]
    assert body.get("reasoning_content") == expected
