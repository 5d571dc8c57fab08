"""What a vendor's own protocol alone carries: refused on chat, with the name of the class."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import HumanMessage
from langchain_core.runnables import ConfigurableField

from langchain_cometapi import ChatCometAPI, CometAPILLM
from langchain_cometapi._vendors.registry import get_vendor
from tests.support import Gateway, all_ways, ask, name_lost, record_losses

CLAUDE, GEMINI = "claude-sonnet-5-5", "gemini-3.8-flash"
ENABLED = {"type": "enabled", "budget_tokens": 2048}
SERVER_TOOL = {"type": "web_search_20250305", "name": "web_search"}
VIDEO = HumanMessage([{"type": "video", "url": "https://a.example/v.mp4"}])

_ADVICE = {
    CLAUDE: r"`ChatCometAPIAnthropic` \(`pip install \"langchain-cometapi\[anthropic\]\"`\)",
    GEMINI: r"`ChatCometAPIGoogle` \(`pip install \"langchain-cometapi\[google\]\"`\)",
}

_NATIVE = [
    (CLAUDE, "thinking", ENABLED),
    ("cometapi-opus-4-6", "thinking", {"type": "adaptive"}),
    ("anthropic/Claude-Opus-5", "thinking", True),
    (CLAUDE, "thinking_budget", 2048),
    (CLAUDE, "betas", ["files-api-2025-04-14"]),
    (CLAUDE, "output_config", {"effort": "high"}),
    (CLAUDE, "context_management", {"edits": [{"type": "clear_tool_uses_20250919"}]}),
    (GEMINI, "thinking_level", "high"),
    (GEMINI, "thinking_budget", 0),
    (GEMINI, "safety_settings", {"HARM_CATEGORY_HARASSMENT": "BLOCK_NONE"}),
    (GEMINI, "response_modalities", ["IMAGE"]),
]


def _get_advice(model_id: str) -> str:
    return _ADVICE[GEMINI if model_id == GEMINI else CLAUDE]


@pytest.mark.parametrize("place", ["argument", "model_kwargs", "extra_body", "bind", "call"])
@pytest.mark.parametrize(("model_id", "name", "value"), _NATIVE)
def test_native_parameter_is_refused_before_sending(
    gateway: Gateway, *, model_id: str, name: str, value: Any, place: str
) -> None:
    passed = {name: value}
    fields = {
        "argument": passed,
        "model_kwargs": {"model_kwargs": passed},
        "extra_body": {"extra_body": passed},
    }.get(place, {})
    if place == "model_kwargs" and name in ChatCometAPI.model_fields:
        return  # it must be an argument
    bound, called = (passed if place == one else {} for one in ("bind", "call"))
    with pytest.raises(ValueError, match=rf"`{name}` would do nothing: .*{_get_advice(model_id)}"):
        gateway.model(model_id, **fields).bind(**bound).invoke("Hi", **called)
    assert gateway.requests == []


@all_ways
async def test_native_parameter_of_a_configured_model_is_refused(
    gateway: Gateway, way: str
) -> None:
    field = ConfigurableField(id="model")
    model = gateway.model("deepseek-v4-pro", extra_body={"thinking": ENABLED})
    configurable = model.configurable_fields(model_name=field)
    await ask(configurable, way)
    with pytest.raises(ValueError, match=_ADVICE[CLAUDE]):
        await ask(configurable.with_config(configurable={"model": CLAUDE}), way)
    assert [body["model"] for body in gateway.bodies] == ["deepseek-v4-pro"]


@pytest.mark.parametrize(
    "fields",
    [
        {"reasoning_effort": "high"},
        {"reasoning": {"effort": "low"}},
        {"extra_body": {"reasoning_effort": "high"}},
        {"extra_body": {"reasoning": {"effort": "high"}}},
    ],
)
def test_effort_that_does_nothing_is_dropped_with_the_name_of_the_class(
    gateway: Gateway, fields: dict[str, Any]
) -> None:
    """It is a parameter of every model, so that one setting may serve several."""
    with record_losses() as losses:
        gateway.model(CLAUDE, **fields).invoke("Hi")
    (body,) = gateway.bodies
    assert not body.keys() & {"reasoning", "reasoning_effort"}
    assert name_lost(losses) in (["reasoning_effort"], ["reasoning"])
    assert "Use `ChatCometAPIAnthropic` (`pip install" in losses[0]
    assert losses[0].lower().count("leave it out") == 1
    with pytest.raises(ValueError, match=r"Use `ChatCometAPIAnthropic` \(`pip install"):
        gateway.model(CLAUDE, **fields, strict_params=True).invoke("Hi")
    assert len(gateway.requests) == 1


@pytest.mark.parametrize(
    ("model_id", "tool"),
    [
        (CLAUDE, SERVER_TOOL),
        (CLAUDE, {"type": "code_execution_20260521", "name": "code_execution"}),
        (GEMINI, {"google_search": {}}),
        (GEMINI, {"type": "url_context"}),
        (GEMINI, {"code_execution": {}}),
    ],
)
@pytest.mark.parametrize("place", ["bind_tools", "bind"])
def test_native_tool_is_refused_before_sending(
    gateway: Gateway, model_id: str, tool: dict[str, Any], place: str
) -> None:
    model = gateway.model(model_id)
    bind = model.bind_tools if place == "bind_tools" else lambda tools: model.bind(tools=tools)
    with pytest.raises(ValueError, match=rf"The tool .* would do nothing: .*{_ADVICE[model_id]}"):
        bind([tool]).invoke("Hi")
    assert gateway.requests == []


def test_video_is_refused_with_the_name_of_the_class_that_takes_it(gateway: Gateway) -> None:
    with pytest.raises(
        ValueError, match=rf"takes no video .* Use {_ADVICE[GEMINI]} or send single"
    ):
        gateway.model(GEMINI).invoke([VIDEO])
    with pytest.raises(ValueError, match=r"takes no video .*, so it is not sent\. Send single"):
        gateway.model("deepseek-v4-pro").invoke([VIDEO])
    assert gateway.requests == []


@pytest.mark.parametrize(
    ("model_id", "fields"),
    [
        (CLAUDE, {"extra_body": {"thinking": {"type": "disabled"}}}),
        (CLAUDE, {"reasoning_effort": "none"}),
        (CLAUDE, {"model_kwargs": {"betas": None}}),
        # The gateway switches thinking on by the ending of the id.
        ("claude-opus-4-5-20251101-thinking", {"extra_body": {"thinking": ENABLED}}),
        ("glm-5.2", {"extra_body": {"thinking": ENABLED}}),
        (GEMINI, {"reasoning_effort": "low"}),
        ("some-new-thing", {"extra_body": {"thinking_level": "high"}}),
    ],
)
def test_what_asks_for_nothing_or_is_not_known_is_sent(
    gateway: Gateway, model_id: str, fields: dict[str, Any]
) -> None:
    gateway.model(model_id, strict_params=True, **fields).invoke("Hi")
    sent = {**fields, **fields.get("extra_body", {}), **fields.get("model_kwargs", {})}
    assert (
        gateway.bodies[0].items()
        >= {
            name: value
            for name, value in sent.items()
            if name not in {"extra_body", "model_kwargs"}
        }.items()
    )


def test_completion_class_names_the_native_class_too() -> None:
    with pytest.raises(ValueError, match=_ADVICE[CLAUDE]):
        CometAPILLM(model=CLAUDE, thinking=ENABLED)  # type: ignore[call-arg]


def test_class_is_that_of_the_row() -> None:
    for model_id, endpoint in ((CLAUDE, "messages"), (GEMINI, "generate_content")):
        vendor = get_vendor(model_id)
        assert vendor.native is not None
        assert vendor.native.endpoint == endpoint
        assert endpoint in (vendor.endpoints or ())
