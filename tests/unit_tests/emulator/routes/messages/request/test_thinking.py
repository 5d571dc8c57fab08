"""Thinking: which kind each model takes, and the blocks of it that come back."""

from __future__ import annotations

from typing import Any

import pytest

from langchain_cometapi.emulator import Reply
from langchain_cometapi.emulator._rules.messages import MESSAGES_RULES
from langchain_cometapi.emulator._sealed import seal
from tests.unit_tests.emulator.messages_client import (
    BUDGET,
    MIDDLE,
    OLD,
    OPUS,
    SONNET,
    WEATHER,
    MessagesClient,
    called,
    returned,
    said,
    text,
)

ADAPTIVE = {"type": "adaptive"}
ASKED = said("The weather in Rome?")
REDACTING = "ANTHROPIC_MAGIC_STRING_TRIGGER_REDACTED_THINKING_46C9"
KINDS: dict[str, Any] = {
    "enabled": BUDGET,
    **{kind: {"type": kind} for kind in ("adaptive", "between_tools", "disabled")},
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("model", MESSAGES_RULES)
def test_each_model_takes_its_kinds(client: MessagesClient, model: str, kind: str) -> None:
    body = {"model": model, "thinking": KINDS[kind]}
    if kind in MESSAGES_RULES[model].thinking:
        kinds = [block["type"] for block in client.message(**body)["content"]]
        assert kinds == (["thinking", "text"] if kind in ("enabled", "adaptive") else ["text"])
        return
    words = client.error(**body)
    if kind == "adaptive":
        assert words == "adaptive thinking is not supported on this model"
    else:
        assert words.startswith(f'"thinking.type.{kind}" is not supported for this model.')


@pytest.mark.parametrize(
    ("model", "thinks"), [(OPUS, True), (SONNET, True), (MIDDLE, False), (OLD, False)]
)
def test_thinking_of_a_request_that_names_none(
    client: MessagesClient, model: str, thinks: bool
) -> None:
    kinds = [block["type"] for block in client.message(model=model)["content"]]
    assert kinds == ["thinking"] * thinks + ["text"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"thinking": {}}, "thinking.type: Field required"),
        ({"thinking": {"type": "on"}}, "thinking: Input tag 'on' found using 'type' does not"),
        ({"thinking": True}, "thinking: Input should be a valid dictionary"),
        ({"thinking": {"type": "enabled"}}, "thinking.enabled.budget_tokens: Field required"),
        (
            {"thinking": {**BUDGET, "budget_tokens": 1023}},
            "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024",
        ),
        ({"thinking": {**BUDGET, "x": 1}}, "thinking.enabled.x: Extra inputs are not permitted"),
        ({"thinking": {**BUDGET, "display": "all"}}, "thinking.enabled.display: Input should be"),
        ({"thinking": {**BUDGET, "display": "updates"}}, "thinking.enabled.display: Input should"),
        (
            {"thinking": BUDGET, "max_tokens": 1024},
            "`max_tokens` must be greater than `thinking.budget_tokens`.",
        ),
        (
            {"model": OPUS, "thinking": {"type": "disabled"}, "output_config": {"effort": "max"}},
            '"thinking.type.disabled" is not supported with the effort "max".',
        ),
        (
            {"model": SONNET, "thinking": {"type": "disabled"}},
            'send "thinking": {"type": "between_tools"}.',
        ),
        (
            {"thinking": BUDGET, "tools": [WEATHER], "tool_choice": {"type": "any"}},
            "Thinking may not be enabled when tool_choice forces tool use.",
        ),
        (
            {
                "model": OPUS,
                "thinking": ADAPTIVE,
                "tools": [WEATHER],
                "tool_choice": {"type": "tool", "name": "get_weather"},
            },
            "Thinking may not be enabled when tool_choice forces tool use.",
        ),
    ],
)
def test_thinking_is_refused(client: MessagesClient, body: dict[str, Any], words: str) -> None:
    assert words in client.error(**{"model": OLD, **body})


def test_budget_of_adaptive_thinking_is_refused_in_bedrocks_form(client: MessagesClient) -> None:
    response = client.post(thinking={"type": "adaptive", "budget_tokens": 2000})
    assert response.status_code == 400
    words = "thinking.adaptive.budget_tokens: Extra inputs are not permitted"
    assert response.json() == {"message": words}


def test_betas_change_what_thinking_may_be(client: MessagesClient) -> None:
    client.message(
        {"anthropic-beta": "interleaved-thinking-2025-05-14"},
        model=OLD,
        thinking=BUDGET,
        max_tokens=1024,
    )
    beta = {"anthropic-beta": "thinking-display-updates-2026-08-18"}
    message = client.message(beta, thinking={**ADAPTIVE, "display": "updates"})
    assert message["content"][0]["thinking"]


def test_forced_choice_is_taken_while_thinking_is_not_asked_for(client: MessagesClient) -> None:
    body = {"tools": [WEATHER], "tool_choice": {"type": "any"}}
    message = client.message(**body)
    assert [block["type"] for block in message["content"]] == ["tool_use"]
    client.message(**body, thinking={"type": "disabled"})


@pytest.mark.parametrize(
    ("model", "display", "shown"),
    [
        (OPUS, None, False),
        (OPUS, "omitted", False),
        (OPUS, "summarized", True),
        (MIDDLE, None, True),
        (MIDDLE, "omitted", False),
    ],
)
def test_display_decides_on_the_text(
    client: MessagesClient, model: str, display: str | None, shown: bool
) -> None:
    message = client.message(model=model, thinking={**ADAPTIVE, "display": display})
    (thought, _) = message["content"]
    assert bool(thought["thinking"]) is shown
    assert thought["signature"]
    assert message["usage"]["output_tokens_details"]["thinking_tokens"] > 0


def test_budget_limits_the_thinking(client: MessagesClient) -> None:
    with client.state.scripts.add([Reply("Done.", reasoning="x" * 9000)], None, None):
        message = client.message(model=OLD, thinking=BUDGET)
    assert message["content"][0]["thinking"] == "x" * 4096
    assert message["usage"]["output_tokens_details"] == {"thinking_tokens": 1024}


def ask(client: MessagesClient, model: str = OLD, **body: Any) -> list[dict[str, Any]]:
    """Ask a question that calls a tool, and return the blocks of the answer."""
    thinking = BUDGET if model == OLD else ADAPTIVE
    body = {"model": model, "thinking": thinking, "messages": [ASKED], "tools": [WEATHER], **body}
    content: list[dict[str, Any]] = client.message(**body)["content"]
    return content


def go_on(client: MessagesClient, content: Any, model: str = OLD, **body: Any) -> Any:
    """Send an answer back with the result of its call."""
    call = next(block for block in content if block["type"] == "tool_use")
    messages = [ASKED, said(content, "assistant"), said([returned(call["id"], "sunny")])]
    thinking = BUDGET if model == OLD else ADAPTIVE
    return client.post(
        **{"model": model, "thinking": thinking, "messages": messages, "tools": [WEATHER], **body}
    )


@pytest.mark.parametrize("model", [OLD, MIDDLE, OPUS, SONNET])
def test_thinking_that_comes_back_unchanged_is_taken(client: MessagesClient, model: str) -> None:
    content = ask(client, model)
    assert [block["type"] for block in content] == ["thinking", "tool_use"]
    response = go_on(client, content, model)
    assert response.status_code == 200, response.text
    assert response.json()["content"][-1]["text"].endswith("get_weather returned sunny")


def test_thinking_of_another_model_is_taken(client: MessagesClient) -> None:
    """Anthropic drops what the model cannot read, without an error."""
    assert go_on(client, ask(client, OPUS), SONNET).status_code == 200


GENUINE = (
    "ErUBCkYICBgCIkDCTQUXPc3O7nHXd302Zercaz8WrrpddpOqHITxBih5zeFPoJkwKBvkvZ8ID1aAfJftji6+ZI5gBYDo7X"
    "mNBIkzEgzVDHKopedAn/scG80aDFDXVZrDOWgla7lEBiIwLq5kfFjQjvF/CyuL8J5V7dRwsJN5gQIXaMB6xXTs6T+2Zp0V"
    "diyiMb/hcdrHt+7aKh0z2E1UnjiOCoTlofNFHzOnKk0qPIoPmfGgpPgGNRgC"
)
"""A signature of Anthropic's, of the standard tests of LangChain."""


def test_signature_of_anthropic_cannot_be_checked_and_is_taken(client: MessagesClient) -> None:
    thought, call = ask(client)
    assert go_on(client, [{**thought, "signature": GENUINE}, call]).status_code == 200


@pytest.mark.parametrize("signature", [GENUINE[:-8], f"Er{GENUINE}", GENUINE[:48], "c2ln" * 30])
def test_signature_that_is_like_one_of_anthropic_is_refused(
    client: MessagesClient, signature: str
) -> None:
    thought, call = ask(client)
    assert go_on(client, [{**thought, "signature": signature}, call]).status_code == 400


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"signature": ""}, "messages.1.content.0: Invalid `signature` in `thinking` block"),
        ({"signature": "EqQBCkYIBRgC"}, "Invalid `signature` in `thinking` block"),
        ({"signature": seal("Emulated.")}, "Invalid `signature` in `thinking` block"),
        ({"signature": seal("7")}, "Invalid `signature` in `thinking` block"),
        (
            {"thinking": "Something else."},
            (
                "messages.1.content.0: `thinking` or `redacted_thinking` blocks in the latest"
                " assistant message cannot be modified."
            ),
        ),
        ({"thinking": None}, "messages.1.content.0.thinking.thinking: Input should be a valid"),
        ({"cache_control": {"type": "ephemeral"}}, "thinking.cache_control: Extra inputs are not"),
    ],
)
def test_thinking_that_comes_back_changed_is_refused(
    client: MessagesClient, change: dict[str, Any], words: str
) -> None:
    thought, call = ask(client)
    response = go_on(client, [{**thought, **change}, call])
    assert response.status_code == 400
    assert words in response.json()["error"]["message"]


@pytest.mark.parametrize("missing", ["signature", "thinking"])
def test_thinking_needs_its_fields(client: MessagesClient, missing: str) -> None:
    thought, call = ask(client)
    del thought[missing]
    message = go_on(client, [thought, call]).json()["error"]["message"]
    assert message == f"messages.1.content.0.thinking.{missing}: Field required"


@pytest.mark.parametrize("content", [[called()], [text("Let me see."), called()]])
def test_turn_of_a_tool_loop_begins_with_thinking(client: MessagesClient, content: Any) -> None:
    response = go_on(client, content)
    assert response.status_code == 400
    words = response.json()["error"]["message"]
    assert words.startswith(
        "messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found"
        f" `{content[0]['type']}`. When `thinking` is enabled, a final `assistant` message must"
    )


@pytest.mark.parametrize(
    "body", [{"thinking": {"type": "disabled"}}, {"model": MIDDLE, "thinking": ADAPTIVE}]
)
def test_turn_of_a_tool_loop_may_begin_otherwise_where_no_budget_is_set(
    client: MessagesClient, body: dict[str, Any]
) -> None:
    assert go_on(client, [called()], **body).status_code == 200


def test_earlier_turns_need_no_thinking(client: MessagesClient) -> None:
    messages = [said("Hi"), said("Hello.", "assistant"), said("Bye")]
    client.message(model=OLD, thinking=BUDGET, messages=messages)


def test_thinking_cannot_end_a_message(client: MessagesClient) -> None:
    thought, _ = ask(client)
    messages = [ASKED, said([thought], "assistant"), said("Go on")]
    assert client.error(model=OLD, messages=messages) == (
        "messages.1: The final block in an assistant message cannot be `thinking`."
    )


def test_redacted_thinking_is_sent_and_taken_back(client: MessagesClient) -> None:
    asked = said(f"The weather in Rome? {REDACTING}")
    content = ask(client, messages=[asked])
    assert [block["type"] for block in content] == ["redacted_thinking", "tool_use"]
    assert go_on(client, content).status_code == 200
    content[0]["data"] = "EmwKAhgBEgy3va3pzix"
    response = go_on(client, content)
    assert response.status_code == 400
    assert "Invalid `data` in `redacted_thinking` block" in response.json()["error"]["message"]


def test_between_tools_the_model_thinks_after_results_alone(client: MessagesClient) -> None:
    between = {"type": "between_tools"}
    content = ask(client, SONNET, thinking=between)
    assert [block["type"] for block in content] == ["tool_use"]
    answer = go_on(client, content, SONNET, thinking=between).json()
    assert [block["type"] for block in answer["content"]] == ["thinking", "text"]
