"""`cometapi_chat_model` with both extras, and advice that names a native class."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.messages import HumanMessage

from langchain_cometapi import ChatCometAPI, cometapi_chat_model, explain_choice
from langchain_cometapi.native import ChatCometAPIAnthropic, ChatCometAPIGoogle
from tests.support import Gateway, ask_sync
from tests.support.messages import MessagesGateway, replies
from tests.unit_tests.native import gemini_gateway

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.native

CLAUDE, GEMINI = "claude-sonnet-5-5", "gemini-3.8-flash"
CLASSES: dict[str, Any] = {CLAUDE: ChatCometAPIAnthropic, GEMINI: ChatCometAPIGoogle}
GATEWAYS: dict[str, Callable[[], Gateway]] = {
    CLAUDE: lambda: MessagesGateway(replies()),
    GEMINI: lambda: Gateway(gemini_gateway.reply({"text": "Hello"})),
}
both = pytest.mark.parametrize("model_id", CLASSES)


@both
def test_class_is_the_native_one_where_its_extra_is_there(model_id: str) -> None:
    choice = explain_choice(model_id)
    assert choice.class_name == CLASSES[model_id].__name__
    assert choice.advice == ""
    assert "which chat does not" in choice.reason
    assert type(cometapi_chat_model(model_id, api_key="sk-test")) is CLASSES[model_id]


def test_extras_are_looked_for_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "langchain_google_genai", None)
    assert explain_choice(CLAUDE).class_name == "ChatCometAPIAnthropic"
    assert explain_choice(GEMINI).class_name == "ChatCometAPI"


@pytest.mark.parametrize("model_id", [*CLASSES, "deepseek-v4-pro"])
def test_shared_arguments_mean_the_same_in_each_class(model_id: str) -> None:
    arguments: dict[str, Any] = {
        "base_url": "https://a.example/v1",
        "max_retries": 1,
        "max_tokens": 100,
        "reasoning_effort": "low",
        "stop": ["x"],
        "timeout": 7,
        "default_headers": {"X-A": "b"},
        "streaming": True,
        "strict_params": True,
        "output_version": "v1",
    }
    if model_id not in CLASSES:
        built: Any = cometapi_chat_model(model_id, api_key="sk-test", **arguments)
        sent = {"max_tokens": 100, "stop": ["x"], "reasoning_effort": "low"}
        assert built.explain("Hi").body.items() >= sent.items()
        return
    gateway = GATEWAYS[model_id]()
    built = gateway.make(cometapi_chat_model, model=model_id, **arguments)
    assert ask_sync(built, "invoke").content[0]["text"] in ("Hello", "Hel")
    (request,), (body,) = gateway.requests, gateway.bodies
    assert request.url.host == "a.example"
    assert request.headers["x-a"] == "b"
    assert request.extensions["timeout"]["connect"] == 7
    if model_id == CLAUDE:
        assert (body["max_tokens"], body["stop_sequences"]) == (100, ["x"])
        assert body["output_config"] == {"effort": "low"}
    else:
        config = body["generationConfig"]
        assert (config["maxOutputTokens"], config["stopSequences"]) == (100, ["x"])
        (level,) = config["thinkingConfig"].values()
        assert level.lower() == "low"


@both
@pytest.mark.parametrize("name", ["endpoint", "logprobs", "n", "seed", "replay_reasoning"])
def test_argument_of_the_other_class_is_an_error(model_id: str, name: str) -> None:
    """But where the native class has it, too."""
    value: Any = {"endpoint": "chat"}.get(name, 1)
    if name in CLASSES[model_id].model_fields:
        assert getattr(cometapi_chat_model(model_id, api_key="k", **{name: value}), name) == value
        return
    words = f"`{name}` is an argument of `ChatCometAPI`, and not of `{CLASSES[model_id].__name__}`"
    with pytest.raises(ValueError, match=words):
        cometapi_chat_model(model_id, api_key="sk-test", **{name: value})


@both
def test_unknown_argument_is_an_error(model_id: str) -> None:
    with pytest.raises(ValueError, match="temprature"):
        cometapi_chat_model(model_id, api_key="sk-test", temprature=1)


BETA = "context-management-2025-06-27"
CLEAR = {"type": "clear_tool_uses_20250919"}
VIDEO = HumanMessage([{"type": "video", "base64": "AAAA", "mime_type": "video/mp4"}])

# What the chat route refuses: arguments of a model, parameters of a call, and the prompt.
_ADVISED: list[tuple[str, dict[str, Any], dict[str, Any], Any]] = [
    (CLAUDE, {"thinking": {"type": "adaptive"}}, {}, "Hi"),
    (CLAUDE, {"betas": ["files-api-2025-04-14"]}, {}, "Hi"),
    (CLAUDE, {"reasoning_effort": "low", "strict_params": True}, {}, "Hi"),
    (CLAUDE, {"model_kwargs": {"inference_geo": "eu"}}, {}, "Hi"),
    (CLAUDE, {"context_management": {"edits": [CLEAR]}, "betas": [BETA]}, {}, "Hi"),
    (CLAUDE, {}, {"thinking": {"type": "adaptive"}}, "Hi"),
    (CLAUDE, {}, {"tools": [{"type": "web_search_20250305", "name": "web_search"}]}, "Hi"),
    (GEMINI, {"thinking_level": "low"}, {}, "Hi"),
    (GEMINI, {"thinking_budget": 100, "include_thoughts": True}, {}, "Hi"),
    (GEMINI, {"safety_settings": {"HARM_CATEGORY_HARASSMENT": "BLOCK_NONE"}}, {}, "Hi"),
    (GEMINI, {"response_modalities": ["TEXT", "IMAGE"]}, {}, "Hi"),
    (GEMINI, {}, {"tools": [{"google_search": {}}]}, "Hi"),
    (GEMINI, {}, {}, [VIDEO]),
]


@pytest.mark.parametrize("way", ["invoke", "stream"])
@pytest.mark.parametrize(("model_id", "fields", "call", "prompt"), _ADVISED)
def test_following_the_advice_of_the_chat_route_works(
    *, model_id: str, fields: dict[str, Any], call: dict[str, Any], prompt: Any, way: str
) -> None:
    advised = CLASSES[model_id].__name__
    gateway = GATEWAYS[model_id]()
    with pytest.raises(ValueError, match=rf"Use `{advised}` \(`pip install"):
        ask_sync(gateway.make(ChatCometAPI, model=model_id, **fields), way, prompt, **call)
    assert gateway.requests == []
    model = gateway.make(CLASSES[model_id], model=model_id, **fields)
    if tools := call.get("tools"):
        model, call = model.bind_tools(tools), {}
    assert ask_sync(model, way, prompt, **call).text == "Hello"
    assert len(gateway.requests) == 1


@pytest.mark.parametrize("model", ["claude-sonnet-5-5", "gemini-3.8-flash", "gpt-5.4-mini"])
def test_second_name_of_a_model_is_an_error(model: str) -> None:
    """Else it would be called in the place of the one that has chosen the class."""
    with pytest.raises(ValueError, match="`model_name` is another name of `model`"):
        cometapi_chat_model(model, model_name="claude-haiku-4-5", api_key="sk-test")
