"""The profile of a model by its id and route, before it is that of a model object."""

from __future__ import annotations

import re
from typing import Any, get_type_hints

import pytest
from langchain_core.language_models import ModelProfile

from langchain_cometapi._catalog import profiles
from langchain_cometapi._catalog.card import ModelCard
from langchain_cometapi._catalog.profiles import get_profile, list_published
from langchain_cometapi._vendors.registry import get_vendor

MILLION = 1_000_000
DECLARED = set(get_type_hints(ModelProfile))
EFFORTS = {"reasoning_effort_levels", "reasoning_effort_default"}


def profile_of(model: str, route: Any = "chat") -> dict[str, Any]:
    profile = get_profile(model, route)
    assert profile is not None
    return {**profile}


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("gpt-5.4-mini-2026-03-17", "GPT-5.4 mini"),
        ("openai/GPT-5.4-Mini", "GPT-5.4 mini"),
        ("claude-haiku-4-5-20251001", "Claude Haiku 4.5"),
        ("cometapi-sonnet-4-6-thinking", "Claude Sonnet 4.6"),
        ("doubao-seed-2-1-turbo-260628", "Seed 2.1 Turbo"),
        ("deepseek-v4-flash-vision", "DeepSeek V4 Flash Vision Exp"),
        ("DeepSeek-V3.2-Exp-nothinking", "DeepSeek V3.2 Exp"),
        ("gpt-4o-2024-05-13", "GPT-4o (2024-05-13)"),
    ],
)
def test_profile_of_another_spelling_is_that_of_the_model(model: str, name: str) -> None:
    found = profile_of(model)["name"]
    assert re.sub(r"[^a-z0-9]", "", found.lower()).startswith(
        re.sub(r"[^a-z0-9]", "", name.lower())
    )


@pytest.mark.parametrize("route", ["chat", "responses"])
def test_profiles_have_keys_of_cores_alone_and_say_what_the_rows_say(route: Any) -> None:
    for model in list_published():
        profile, vendor = profile_of(model, route), get_vendor(model)
        assert profile.keys() <= DECLARED, model
        assert profile["structured_output"] is (vendor.json_schema is True), model
        for key, taken in (("image_inputs", vendor.images), ("pdf_inputs", vendor.files)):
            assert taken is None or profile[key] is taken, model
        if profile.get("reasoning_output") is not True:
            assert not profile.keys() & EFFORTS or vendor.reasoning_endpoints is None, model
        default = profile.get("reasoning_effort_default")
        assert vendor.default_effort in {None, default} or default is None, model
        for limit in ("max_input_tokens", "max_output_tokens"):
            assert profile.get(limit, 1) > 0, model


@pytest.mark.parametrize(
    ("model", "route", "expected"),
    [
        ("gpt-5.4-mini", "chat", {"temperature": True, "structured_output": True}),
        ("gpt-5.5", "chat", {"temperature": False, "reasoning_effort_default": "medium"}),
        ("gpt-6-astra", "responses", {"reasoning_output": True, "max_output_tokens": 128_000}),
        ("gpt-5.4-pro", "responses", {"structured_output": False, "tool_choice": True}),
        ("gpt-4o-mini", "chat", {"temperature": True, "reasoning_output": False}),
        ("claude-sonnet-5-5", "chat", {"reasoning_output": False, "max_input_tokens": MILLION}),
        ("claude-sonnet-5-5", "chat", {"structured_output": False, "temperature": True}),
        ("claude-opus-5-5", "chat", {"temperature": False, "image_tool_message": True}),
        ("claude-opus-4-8-thinking", "chat", {"reasoning_output": True, "tool_choice": False}),
        ("gemini-3.8-flash", "chat", {"audio_inputs": True, "video_inputs": False}),
        ("deepseek-v4-pro", "chat", {"structured_output": False, "tool_choice": True}),
        ("deepseek-v4-pro", "chat", {"image_inputs": False, "attachment": False}),
        ("kimi-k2.6", "chat", {"structured_output": True, "temperature": False}),
        ("glm-5.2", "chat", {"image_inputs": False, "image_url_inputs": False}),
        ("grok-4.7", "chat", {"max_input_tokens": 500_000, "structured_output": True}),
        ("mimo-v2.6-flash", "responses", {"audio_inputs": False, "video_inputs": False}),
        ("mimo-v2.6-flash", "chat", {"audio_inputs": True, "video_inputs": True}),
    ],
)
def test_profile_is_that_of_the_vendor_with_row_and_route_on_top(
    model: str, route: Any, expected: dict[str, Any]
) -> None:
    profile = profile_of(model, route)
    assert {key: profile.get(key) for key in expected} == expected


def test_profile_of_claude_on_chat_names_nothing_of_the_vendors_own_protocol() -> None:
    published, profile = list_published()["claude-opus-5-5"], profile_of("claude-opus-5-5")
    lost = {"mid_conversation_system_messages", "mid_conversation_tools", *EFFORTS}
    assert lost <= published.keys()
    assert not lost & profile.keys()


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("gpt-9-new", {"structured_output": True, "image_inputs": True, "temperature": False}),
        ("claude-sonnet-9", {"structured_output": False, "reasoning_output": False}),
        ("kimi-k9", {"structured_output": True, "temperature": False, "video_inputs": True}),
    ],
)
def test_profile_of_a_new_model_of_a_known_family_has_the_familys_facts(
    model: str, expected: dict[str, Any]
) -> None:
    profile = profile_of(model)
    assert {key: profile.get(key) for key in expected} == expected
    assert not {"max_input_tokens", "max_output_tokens", "name"} & profile.keys()


@pytest.mark.parametrize(
    "model", ["some-new-thing", "my-gpt-4o", "text-embedding-3-small", "sora-2"]
)
def test_profile_of_an_unknown_model_or_of_no_chat_model_is_none(model: str) -> None:
    assert get_profile(model, "chat") is None


@pytest.mark.parametrize("model", ["some-new-thing", "acme/some-new-thing", "gpt-9-new"])
def test_profile_of_a_model_of_the_catalogue_alone_has_its_limits(
    monkeypatch: pytest.MonkeyPatch, model: str
) -> None:
    card = ModelCard(
        model.rpartition("/")[2],
        type="text",
        context_tokens=200_000,
        max_output_tokens=64_000,
        input_modalities=("text", "image"),
    )
    monkeypatch.setattr(profiles, "get_known", {card.id: card}.get)
    profile = profile_of(model)
    assert (profile["max_input_tokens"], profile["max_output_tokens"]) == (200_000, 64_000)
    assert profile["image_inputs"] is True
    assert "video_inputs" not in profile  # that a card does not name it says nothing


def test_profile_of_an_image_model_of_the_catalogue_has_no_limits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    card = ModelCard("some-images", type="image", context_tokens=4000)
    monkeypatch.setattr(profiles, "get_known", {card.id: card}.get)
    assert get_profile("some-images", "chat") is None


def test_profile_is_a_new_dict_each_time() -> None:
    profile = profile_of("gpt-5.4-mini")
    profile["reasoning_effort_levels"].append("extreme")
    profile["max_input_tokens"] = 1
    again = profile_of("gpt-5.4-mini")
    assert again["max_input_tokens"] == 400_000
    assert "extreme" not in again["reasoning_effort_levels"]
