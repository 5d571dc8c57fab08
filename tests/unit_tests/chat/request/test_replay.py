"""Thoughts and signatures go back where they came from, as they were, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage, merge_message_runs

from tests.support import Gateway, answer, chunk, completion, merge, stream

MODES: tuple[Any, ...] = ("auto", True, False)
HI, NEXT = HumanMessage("Hi"), HumanMessage("And now?")


def said(model_id: str, message: dict[str, Any], *, streamed: bool = False, **kw: Any) -> AIMessage:
    """Return what a model says, whole or as a stream."""
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


@pytest.mark.parametrize("streamed", [False, True])
def test_the_endpoint_is_a_host_and_never_a_user(streamed: bool) -> None:
    message = said(
        "deepseek-v4-pro",
        {"reasoning_content": "Hm.", "content": "A"},
        streamed=streamed,
        base_url="https://user:secret@API.Gateway.example:443/v1",
    )
    assert "secret" not in repr(message)
    assert message.response_metadata["reasoning_origin"] == {
        "family": "deepseek",
        "endpoint": "api.gateway.example",
        "field": "reasoning_content",
        "length": 3,
    }
    same = sent_back("deepseek-v4-pro", message, base_url="https://api.gateway.example/v1")
    assert same["reasoning_content"] == "Hm."
    for other in ("https://api.gateway.example:8443/v1", "https://other.example/v1"):
        assert sent_back("deepseek-v4-pro", message, base_url=other)["reasoning_content"] == " "


def test_a_port_of_its_own_is_part_of_the_endpoint() -> None:
    base_url = "http://localhost:8080/v1"
    message = said("kimi-k3", {"reasoning_content": "Hm.", "tool_calls": [CALL]}, base_url=base_url)
    assert message.response_metadata["reasoning_origin"]["endpoint"] == "localhost:8080"
    again = sent_back("kimi-k3", message, RESULT, base_url=base_url)
    assert again["reasoning_content"] == "Hm."


@pytest.mark.parametrize("mode", ["auto", True])
def test_unknown_models_do_not_know_each_other(mode: Any) -> None:
    message = said("foo-1", {"reasoning_content": "Hm.", "content": "A"})
    own = sent_back("foo-1", message, replay_reasoning=mode)
    assert own.get("reasoning_content") == ("Hm." if mode is True else None)
    assert "reasoning_content" not in sent_back("bar-9", message, replay_reasoning=mode)


def test_joined_messages_have_no_thoughts_of_one_model() -> None:
    first = said("deepseek-v4-pro", {"reasoning_content": "T", "content": "A"})
    second = said("kimi-k3", {"reasoning_content": "U", "content": "B"})
    foreign = AIMessage("C", additional_kwargs={"reasoning_content": "V"})
    for other in (second, foreign):
        (joined,) = merge_message_runs([first, other])
        assert isinstance(joined, AIMessage)
        assert sent_back("deepseek-v4-pro", joined)["reasoning_content"] == " "
    assert sent_back("deepseek-v4-pro", first)["reasoning_content"] == "T"


ENCRYPTED = [{"type": "reasoning.encrypted", "data": "SIG", "id": "call_1", "index": 0}]


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("mode", ["auto", True, False])
def test_signatures_in_openrouters_form(mode: Any, streamed: bool) -> None:
    message = said(
        "gemini-3.8-flash",
        {"reasoning_details": ENCRYPTED, "tool_calls": [{**CALL, "index": 0}]},
        streamed=streamed,
    )
    body = sent_back("gemini-3.8-flash", message, RESULT, replay_reasoning=mode)
    assert body.get("reasoning_details") == (None if mode is False else ENCRYPTED)
    assert "extra_content" not in body["tool_calls"][0]
    foreign = sent_back("gemini-3.8-flash", message, RESULT, base_url="https://other.example/v1")
    assert "reasoning_details" not in foreign
    assert "thought_signature" in repr(foreign["tool_calls"][0]["extra_content"])
    assert "reasoning_details" not in sent_back("gpt-5.4-mini", message, RESULT)


@pytest.mark.parametrize("streamed", [False, True])
def test_a_signature_of_text_goes_back(streamed: bool) -> None:
    signature = {"google": {"thought_signature": "S"}}
    message = said(
        "gemini-3.8-flash", {"content": "A", "extra_content": signature}, streamed=streamed
    )
    assert sent_back("gemini-3.8-flash", message)["extra_content"] == signature
    assert "extra_content" not in sent_back("gemini-3.8-flash", message, replay_reasoning=False)
    assert "extra_content" not in sent_back("claude-sonnet-5-5", message)


@pytest.mark.parametrize("output_version", ["v0", "v1"])
@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(
    "thought",
    [
        {"reasoning_content": "Hm."},
        {"reasoning": "Hm."},
        {"reasoning_details": [{"type": "reasoning.text", "text": "Hm.", "index": 0}]},
        {"thinking_blocks": [{"type": "thinking", "thinking": "Hm.", "signature": "S"}]},
        {"reasoning_content": "Hm.", "reasoning": "Hm."},
        {"content": [{"type": "thinking", "thinking": "Hm."}, {"type": "text", "text": "A"}]},
    ],
)
def test_every_form_goes_back_where_it_is_demanded(
    thought: dict[str, Any], streamed: bool, output_version: str
) -> None:
    message = said(
        "deepseek-v4-pro",
        {"content": "A", **thought},
        streamed=streamed,
        output_version=output_version,
    )
    assert sent_back("deepseek-v4-pro", message)["reasoning_content"] == "Hm."


def test_true_sends_more_than_is_demanded() -> None:
    details = [{"type": "reasoning.text", "text": "Hm.", "signature": "S", "index": 0}]
    message = said("deepseek-v4-pro", {"content": "A", "reasoning_details": details})
    asked = {mode: sent_back("deepseek-v4-pro", message, replay_reasoning=mode) for mode in MODES}
    plain = {"role": "assistant", "content": "A"}
    assert asked[False] == plain
    assert asked["auto"] == {**plain, "reasoning_content": "Hm."}
    assert asked[True] == {**plain, "reasoning_content": "Hm.", "reasoning_details": details}


@pytest.mark.parametrize("odd", [["x"], "x", 5, {"call_1": "x"}])
@pytest.mark.parametrize("mode", ["auto", True])
def test_signatures_that_were_replaced(mode: Any, odd: Any) -> None:
    message = said("deepseek-v4-pro", {"reasoning_content": "Hm.", "tool_calls": [CALL]})
    message.additional_kwargs["tool_call_extras"] = odd
    message.additional_kwargs["tool_call_extra_content"] = odd if mode is True else [odd]
    if isinstance(odd, dict):
        del message.additional_kwargs["tool_call_extra_content"]
    body = sent_back("deepseek-v4-pro", message, RESULT, replay_reasoning=mode)
    assert body["tool_calls"] == [CALL]
