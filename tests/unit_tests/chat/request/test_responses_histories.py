"""Messages of the Responses route, sent on the chat route to any family."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import HumanMessage

from langchain_cometapi import CometAPIParameterWarning
from tests.support import Gateway, record_losses, say_hello
from tests.unit_tests.chat.request.histories import (
    CLAUDE,
    DEEPSEEK,
    GEMINI,
    GPT,
    KIMI,
    PLACEHOLDER,
    UNKNOWN,
)
from tests.unit_tests.responses.request.received import (
    BUILT_IN,
    CALL,
    COMPUTER_CALL,
    CUSTOM_CALL,
    HI,
    NEXT,
    REASONING,
    SECOND_CALL,
    TEXT,
    receive,
    result,
    say,
)

FAMILIES = (CLAUDE, GEMINI, DEEPSEEK, KIMI, GPT, UNKNOWN)
VERSIONS = (None, "v0", "v1")


def sent(model_id: str, history: list[Any], **settings: Any) -> list[dict[str, Any]]:
    """The messages that the chat route gets."""
    model = Gateway(say).model(model_id, endpoint="chat", **settings)
    messages: list[dict[str, Any]] = model.explain(history).body["messages"]
    return messages


@pytest.mark.parametrize("model_id", FAMILIES)
@pytest.mark.parametrize(
    ("received", "output_version"), [("invoke", None), ("stream", "v0"), ("stream", "v1")]
)
def test_text_and_calls_go_to_every_family_once(
    model_id: str, received: str, output_version: str | None
) -> None:
    output = (REASONING, *BUILT_IN, TEXT, CALL, SECOND_CALL, CUSTOM_CALL)
    made = receive(*output, way=received, output_version=output_version)
    results = [result(f"call_{number}") for number in (1, 2, 3)]
    with record_losses() as losses:
        _, answer, *outputs, _ = sent(model_id, [HI, made, *results, NEXT])
    assert not losses
    calls = [call["function"] for call in answer["tool_calls"]]
    assert sorted((call["name"], call["arguments"]) for call in calls) == [
        ("get_weather", '{"city": "Paris"}'),
        ("get_weather", '{"city": "Paris"}'),
        ("run", '{"__arg1": "print(1)"}'),
    ]
    assert len({call["id"] for call in answer["tool_calls"]}) == 3
    assert answer["content"] == ("Hello" if output_version == "v0" else "HelloNo.")
    assert [output["content"] for output in outputs] == ["Rain"] * 3
    allowed = {"role", "content", "tool_calls"}
    if model_id in (DEEPSEEK, KIMI):  # which want a placeholder for the reasoning of others
        allowed |= {"reasoning_content"}
        assert not answer["reasoning_content"].strip()
    assert answer.keys() == allowed
    if model_id == GEMINI:
        assert answer["tool_calls"][0]["extra_content"] == PLACEHOLDER


@pytest.mark.parametrize("replay_reasoning", [True, False, "auto"])
@pytest.mark.parametrize("output_version", VERSIONS)
def test_reasoning_does_not_go_to_the_chat_route(
    replay_reasoning: Any, output_version: str | None
) -> None:
    made = receive(REASONING, TEXT, output_version=output_version)
    _, answer, _ = sent(GPT, [HI, made, NEXT], replay_reasoning=replay_reasoning)
    assert answer.keys() == {"role", "content"}


@pytest.mark.parametrize("output_version", VERSIONS)
def test_refusal_alone_goes_as_text(output_version: str | None) -> None:
    refusal = {"type": "refusal", "refusal": "No."}
    made = receive({**TEXT, "content": [refusal]}, output_version=output_version)
    _, answer, _ = sent(CLAUDE, [HI, made, NEXT])
    assert answer["content"] == "No."


@pytest.mark.parametrize(
    "content",
    [
        [{"type": "custom_tool_call_output", "output": "1"}],
        [{"type": "function_call_output", "output": "1", "call_id": "call_3"}],
        [{"type": "custom_tool_call_output", "output": [{"type": "input_text", "text": "1"}]}],
    ],
)
def test_result_in_the_form_of_an_item_goes_as_its_text(content: Any) -> None:
    made = receive(CUSTOM_CALL)
    *_, output, _ = sent(CLAUDE, [HI, made, result("call_3", content), NEXT])
    is_text = isinstance(content[0]["output"], str)
    assert output["role"] == "tool"
    assert output["content"] == ("1" if is_text else [{"type": "text", "text": "1"}])


@pytest.mark.parametrize("output_version", VERSIONS)
def test_call_of_a_computer_and_its_result_stay_behind_with_a_warning(
    output_version: str | None,
) -> None:
    made = receive(REASONING, COMPUTER_CALL, TEXT, output_version=output_version)
    image = {"type": "input_image", "image_url": "data:image/png;base64,aW1n"}
    with pytest.warns(CometAPIParameterWarning, match="calls of built-in tools of another model"):
        Gateway(say_hello).model(CLAUDE).invoke([HI, made, result("call_4", [image]), NEXT])
    roles = [message["role"] for message in sent(CLAUDE, [HI, made, result("call_4"), NEXT])]
    assert roles == ["user", "assistant", "user"]


def test_approval_stays_behind_with_a_warning() -> None:
    made = receive(REASONING, BUILT_IN[5], TEXT)
    approval = {"type": "mcp_approval_response", "approval_request_id": "mcpr_1", "approve": True}
    gateway = Gateway(say_hello)
    with pytest.warns(CometAPIParameterWarning, match="has no 'mcp_approval_response'"):
        gateway.model(GPT).invoke([HI, made, HumanMessage([approval, "Go on"])])
    assert gateway.bodies[0]["messages"][-1]["content"] == [{"type": "text", "text": "Go on"}]
