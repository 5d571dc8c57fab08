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
    read_error,
    returned,
    said,
    text,
)
from tests.unit_tests.emulator.refusals import refuses

ADAPTIVE = {"type": "adaptive"}
OFF = {"type": "disabled"}
FORCED: dict[str, Any] = {"tools": [WEATHER], "tool_choice": {"type": "any"}}
NAMED = {"type": "tool", "name": "get_weather"}
UNFORCED = "Thinking may not be enabled when tool_choice forces tool use."
ASKED = said("The weather in Rome?")
REDACTING = "ANTHROPIC_MAGIC_STRING_TRIGGER_REDACTED_THINKING_46C9"
KINDS: dict[str, Any] = {
    "enabled": BUDGET,
    **{kind: {"type": kind} for kind in ("adaptive", "between_tools", "disabled")},
}


def kinds(content: list[dict[str, Any]]) -> list[str]:
    return [block["type"] for block in content]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("model", MESSAGES_RULES)
def test_each_model_takes_its_kinds(client: MessagesClient, model: str, kind: str) -> None:
    body = {"model": model, "thinking": KINDS[kind]}
    if kind in MESSAGES_RULES[model].thinking:
        thinks = kind in ("enabled", "adaptive")
        assert kinds(client.message(**body)["content"]) == ["thinking"] * thinks + ["text"]
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
    assert kinds(client.message(model=model)["content"]) == ["thinking"] * thinks + ["text"]


test_thinking_is_refused = refuses(
    ({"thinking": {}}, "thinking.type: Field required"),
    ({"thinking": {"type": "on"}}, "thinking: Input tag 'on' found using 'type' does not"),
    ({"thinking": True}, "thinking: Input should be a valid dictionary"),
    ({"thinking": {"type": "enabled"}}, "thinking.enabled.budget_tokens: Field required"),
    ({"thinking": {**BUDGET, "budget_tokens": 1023}}, "Input should be greater than"),
    ({"thinking": {**BUDGET, "x": 1}}, "thinking.enabled.x: Extra inputs are not permitted"),
    ({"thinking": {**BUDGET, "display": "all"}}, "thinking.enabled.display: Input should be"),
    ({"thinking": {**BUDGET, "display": "updates"}}, "thinking.enabled.display: Input should"),
    ({"thinking": BUDGET, "max_tokens": 1024}, "`max_tokens` must be greater than"),
    (
        {"model": OPUS, "thinking": OFF, "output_config": {"effort": "max"}},
        '"thinking.type.disabled" is not supported with the effort "max".',
    ),
    ({"model": SONNET, "thinking": OFF}, 'send "thinking": {"type": "between_tools"}.'),
    ({"thinking": BUDGET, **FORCED}, UNFORCED),
    ({"model": OPUS, "thinking": ADAPTIVE, **FORCED, "tool_choice": NAMED}, UNFORCED),
    model=OLD,
)


def test_budget_of_adaptive_thinking_is_refused_in_bedrocks_form(client: MessagesClient) -> None:
    response = client.post(thinking={"type": "adaptive", "budget_tokens": 2000})
    assert response.status_code == 400
    words = "thinking.adaptive.budget_tokens: Extra inputs are not permitted"
    assert response.json() == {"message": words}


def test_betas_change_what_thinking_may_be(client: MessagesClient) -> None:
    beta = {"anthropic-beta": "interleaved-thinking-2025-05-14"}
    client.message(beta, model=OLD, thinking=BUDGET, max_tokens=1024)
    beta = {"anthropic-beta": "thinking-display-updates-2026-08-18"}
    message = client.message(beta, thinking={**ADAPTIVE, "display": "updates"})
    assert message["content"][0]["thinking"]


def test_forced_choice_is_taken_while_thinking_is_not_asked_for(client: MessagesClient) -> None:
    assert kinds(client.message(**FORCED)["content"]) == ["tool_use"]
    client.message(**FORCED, thinking=OFF)


@pytest.mark.parametrize(
    ("model", "display", "shown"),
    [
        (OPUS, None, False),
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


def send(client: MessagesClient, model: str, *messages: Any, **body: Any) -> Any:
    """Send messages, with a tool, to a model that thinks."""
    thinking = BUDGET if model == OLD else ADAPTIVE
    common = {"model": model, "thinking": thinking, "tools": [WEATHER], "messages": [*messages]}
    return client.post(**{**common, **body})


def ask(client: MessagesClient, model: str = OLD, **body: Any) -> list[dict[str, Any]]:
    """Ask a question that calls a tool, and return the blocks of the answer."""
    content: list[dict[str, Any]] = send(client, model, ASKED, **body).json()["content"]
    return content


def go_on(client: MessagesClient, content: Any, model: str = OLD, **body: Any) -> Any:
    """Send an answer back with the result of its call."""
    result = said([returned(content[-1]["id"], "sunny")])
    return send(client, model, ASKED, said(content, "assistant"), result, **body)


def refused(client: MessagesClient, content: Any) -> str:
    """Send an answer back, and return the words of the error."""
    response = go_on(client, content)
    assert response.status_code == 400
    return read_error(response, "invalid_request_error")


@pytest.mark.parametrize("model", [OLD, MIDDLE, OPUS, SONNET])
def test_thinking_that_comes_back_unchanged_is_taken(client: MessagesClient, model: str) -> None:
    content = ask(client, model)
    assert kinds(content) == ["thinking", "tool_use"]
    answer = go_on(client, content, model).json()
    assert answer["content"][-1]["text"].endswith("get_weather returned sunny")


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


FORGED = (
    *("", "EqQBCkYIBRgC", seal("Emulated."), seal("7")),
    *(GENUINE[:-8], f"Er{GENUINE}", GENUINE[:48], "c2ln" * 30),
)
INVALID = "messages.1.content.0: Invalid `signature` in `thinking` block"
MODIFIED = (
    "messages.1.content.0: `thinking` or `redacted_thinking` blocks in the latest assistant message"
    " cannot be modified."
)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        *(({"signature": signature}, INVALID) for signature in FORGED),
        ({"thinking": "Something else."}, MODIFIED),
        ({"thinking": None}, "messages.1.content.0.thinking.thinking: Input should be a valid"),
        ({"cache_control": {"type": "ephemeral"}}, "thinking.cache_control: Extra inputs are not"),
    ],
)
def test_thinking_that_comes_back_changed_is_refused(
    client: MessagesClient, change: dict[str, Any], words: str
) -> None:
    thought, call = ask(client)
    assert words in refused(client, [{**thought, **change}, call])


@pytest.mark.parametrize("missing", ["signature", "thinking"])
def test_thinking_needs_its_fields(client: MessagesClient, missing: str) -> None:
    thought, call = ask(client)
    del thought[missing]
    words = f"messages.1.content.0.thinking.{missing}: Field required"
    assert refused(client, [thought, call]) == words


@pytest.mark.parametrize("content", [[called()], [text("Let me see."), called()]])
def test_turn_of_a_tool_loop_begins_with_thinking(client: MessagesClient, content: Any) -> None:
    assert refused(client, content).startswith(
        "messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found"
        f" `{content[0]['type']}`. When `thinking` is enabled, a final `assistant` message must"
    )


def test_turn_of_a_tool_loop_may_begin_otherwise_without_a_budget(client: MessagesClient) -> None:
    assert go_on(client, [called()], thinking=OFF).status_code == 200
    assert go_on(client, [called()], MIDDLE).status_code == 200


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
    content = ask(client, messages=[said(f"The weather in Rome? {REDACTING}")])
    assert kinds(content) == ["redacted_thinking", "tool_use"]
    assert go_on(client, content).status_code == 200
    content[0]["data"] = "EmwKAhgBEgy3va3pzix"
    assert "Invalid `data` in `redacted_thinking` block" in refused(client, content)


def test_between_tools_the_model_thinks_after_results_alone(client: MessagesClient) -> None:
    between = {"type": "between_tools"}
    content = ask(client, SONNET, thinking=between)
    assert kinds(content) == ["tool_use"]
    answer = go_on(client, content, SONNET, thinking=between).json()
    assert kinds(answer["content"]) == ["thinking", "text"]
