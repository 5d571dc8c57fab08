"""`cometapi_chat_model` where the extras may be missing: which class it takes, and what it says."""

from __future__ import annotations

import logging
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from langchain_cometapi import (
    ChatCometAPI,
    CometAPIUnsentRequestError,
    cometapi_chat_model,
    explain_choice,
)
from langchain_cometapi._client.sdk import httpx
from langchain_cometapi.native import Choice

CLAUDE, GEMINI = "claude-sonnet-5-5", "gemini-3.8-flash"
ARGUMENTS: dict[str, Any] = {
    "api_key": "sk-test",
    "base_url": "https://a.example/v1",
    "max_retries": 1,
    "max_tokens": 100,
    "reasoning_effort": "low",
    "stop": ["x"],
    "temperature": 0.5,
    "timeout": 7,
}


@pytest.fixture
def _without_extras(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("anthropic", "langchain_anthropic", "google.genai", "langchain_google_genai"):
        monkeypatch.setitem(sys.modules, name, None)


@pytest.mark.usefixtures("_without_extras")
@pytest.mark.parametrize(
    ("model", "extra", "class_name"),
    [
        (CLAUDE, "anthropic", "ChatCometAPIAnthropic"),
        ("cometapi-opus-4-6", "anthropic", "ChatCometAPIAnthropic"),
        (GEMINI, "google", "ChatCometAPIGoogle"),
    ],
)
def test_without_the_extra_the_words_say_what_it_would_bring(
    model: str, extra: str, class_name: str
) -> None:
    choice = explain_choice(model)
    assert (choice.class_name, choice.endpoint) == ("ChatCometAPI", "chat")
    assert choice.reason == f"the extra `{extra}` is not installed."
    upgrade = "" if httpx.__name__ == "httpx2" else " -U"
    assert choice.advice.startswith(
        f'`pip install{upgrade} "langchain-cometapi[{extra}]"` brings `{class_name}`, which '
    )
    assert str(choice) == (
        f"{model} is called by `ChatCometAPI` on /v1/chat/completions: "
        f"{choice.reason} {choice.advice}"
    )
    assert type(cometapi_chat_model(model, api_key="sk-test")) is ChatCometAPI


@pytest.mark.usefixtures("_without_extras")
@pytest.mark.parametrize(
    ("model", "endpoint", "reason"),
    [
        ("gpt-6-astra", "responses", "there the model has all of its features"),
        ("gpt-5.4-mini", "chat", "this is the route of the model"),
        ("kimi-k3", "chat", "this is the route of the model"),
        ("mimo-v2.6-pro", "chat", "this is the route of the model"),
        ("claude-opus-4-5-20251101-thinking", "chat", "this is the route of the model"),
        ("some-new-thing", "chat", "nothing is known of this model"),
    ],
)
def test_other_models_are_called_by_the_usual_class(
    model: str, endpoint: str, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    choice = explain_choice(model)
    assert choice == Choice(model, "ChatCometAPI", choice.endpoint, choice.reason)
    assert choice.endpoint == endpoint
    assert choice.reason.startswith(reason)
    with caplog.at_level(logging.INFO, logger="langchain_cometapi.native.choice"):
        built: Any = cometapi_chat_model(model, **ARGUMENTS)
    assert caplog.messages == [str(choice)]
    assert type(built) is ChatCometAPI
    url = built.explain("Hi").url
    assert url.endswith("/responses" if endpoint == "responses" else "/chat/completions")
    assert built == ChatCometAPI(model=model, **ARGUMENTS)


@pytest.mark.usefixtures("_without_extras")
def test_extras_beside_another_http_library_are_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("langchain_cometapi.native.choice.httpx", SimpleNamespace(__name__="httpx"))
    monkeypatch.setattr("langchain_cometapi.native.choice.find_spec", lambda _: object())
    choice = explain_choice(CLAUDE)
    assert (choice.class_name, choice.reason) == (
        "ChatCometAPI",
        "the extra `anthropic` needs openai 3.",
    )
    assert choice.advice.startswith("`pip install -U ")


def test_model_that_is_not_for_chat_is_an_error() -> None:
    with pytest.raises(CometAPIUnsentRequestError, match="pass it to `CometAPIEmbeddings`"):
        cometapi_chat_model("text-embedding-3-small", api_key="sk-test")


@pytest.mark.usefixtures("_without_extras")
def test_argument_of_a_class_that_is_missing_names_its_extra() -> None:
    thinking = {"type": "adaptive"}
    with pytest.raises(ValueError, match=r'pip install "langchain-cometapi\[anthropic\]"'):
        cometapi_chat_model(CLAUDE, api_key="sk-test", thinking=thinking)
    with pytest.raises(ValueError, match=r'pip install "langchain-cometapi\[google\]"'):
        cometapi_chat_model(GEMINI, api_key="sk-test", thinking_level="low")


@pytest.mark.parametrize("name", ["extra_body", "model_kwargs"])
@pytest.mark.parametrize("model", [CLAUDE, GEMINI])
def test_argument_that_depends_on_what_is_installed_is_an_error(model: str, name: str) -> None:
    with pytest.raises(ValueError, match=f"`{name}` means another thing on each route"):
        cometapi_chat_model(model, api_key="sk-test", **{name: {"top_k": 4}})
    built: Any = cometapi_chat_model("kimi-k3", api_key="sk-test", **{name: {"top_k": 4}})
    assert getattr(built, name) == {"top_k": 4}
