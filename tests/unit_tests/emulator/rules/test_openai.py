"""GPT-5.1 and GPT-5.2: between GPT-5 and GPT-5.4."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.unit_tests.emulator.client import tool

if TYPE_CHECKING:
    from tests.unit_tests.emulator.client import Client

MODELS = pytest.mark.parametrize("model", ["gpt-5.1", "gpt-5.2"])
SAMPLING = ({"temperature": 0.5}, {"top_p": 0.5}, {"logprobs": True})


@MODELS
@pytest.mark.parametrize("sampling", SAMPLING)
def test_sampling_is_accepted_without_reasoning_alone(
    client: Client, model: str, sampling: dict[str, Any]
) -> None:
    client.chat(model=model, **sampling)
    client.chat(model=model, reasoning_effort="none", **sampling)
    assert client.refusal(model=model, reasoning_effort="low", **sampling)[0] == 400


@MODELS
def test_tools_are_accepted_whatever_the_effort(client: Client, model: str) -> None:
    for effort in ("none", "low", "medium", "high"):
        client.chat(model=model, reasoning_effort=effort, tools=[tool("f")])


@MODELS
@pytest.mark.parametrize(
    "body", [{"stop": ["x"]}, {"max_tokens": 9}, {"reasoning_effort": "minimal"}]
)
def test_what_gpt_5_refuses_is_refused(client: Client, model: str, body: dict[str, Any]) -> None:
    assert client.refusal(model=model, **body)[0] == 400


def test_highest_effort_came_with_gpt_5_2(client: Client) -> None:
    assert client.refusal(model="gpt-5.1", reasoning_effort="xhigh")[0] == 400
    usage = client.chat(model="gpt-5.2", reasoning_effort="xhigh")["usage"]
    assert usage["completion_tokens_details"]["reasoning_tokens"] == 256


@MODELS
def test_response_names_the_snapshot(client: Client, model: str) -> None:
    assert client.chat(model=model)["model"].startswith(f"{model}-2025-")


def test_pro_model_is_not_on_the_chat_route(client: Client) -> None:
    assert client.refusal(model="gpt-5.2-pro")[0] == 404
