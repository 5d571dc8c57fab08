"""`register()`: models of this package from text."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from langchain.agents import create_agent
from langchain.agents.middleware import SummarizationMiddleware
from langchain.chat_models import init_chat_model
from langchain.embeddings import init_embeddings

import langchain_cometapi
from langchain_cometapi import ChatCometAPI, CometAPIEmbeddings

if TYPE_CHECKING:
    from collections.abc import Iterator

MODULES = ("langchain.chat_models.base", "langchain.embeddings.base")


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMETAPI_KEY", "test-key")


@pytest.fixture
def registered() -> Iterator[None]:
    langchain_cometapi.register()
    yield
    langchain_cometapi.unregister()


def providers() -> list[dict[str, Any]]:
    return [importlib.import_module(name)._BUILTIN_PROVIDERS for name in MODULES]


@pytest.mark.usefixtures("registered")
def test_register_lets_langchain_make_models_from_text() -> None:
    model = init_chat_model("cometapi:claude-sonnet-5-5", max_tokens=5)
    assert isinstance(model, ChatCometAPI)
    assert (model.model_name, model.max_tokens) == ("claude-sonnet-5-5", 5)
    assert isinstance(init_chat_model("glm-5.3", model_provider="cometapi"), ChatCometAPI)
    embeddings = init_embeddings("cometapi:text-embedding-3-small")
    assert isinstance(embeddings, CometAPIEmbeddings)
    assert embeddings.model == "text-embedding-3-small"


@pytest.mark.usefixtures("registered")
def test_register_lets_configurable_models_choose_at_run_time() -> None:
    model = init_chat_model(configurable_fields="any")
    for name in ("kimi-k3", "gpt-6-astra"):
        config = {"configurable": {"model": f"cometapi:{name}"}}
        configured: Any = model.with_config(config)  # type: ignore[arg-type]
        chosen = configured._model().bound
        assert isinstance(chosen, ChatCometAPI)
        assert chosen.model_name == name


@pytest.mark.usefixtures("registered")
def test_register_lets_agents_and_middleware_take_text() -> None:
    middleware = SummarizationMiddleware(model="cometapi:glm-5.3", trigger=("tokens", 1000))
    assert isinstance(middleware.model, ChatCometAPI)
    agent = create_agent("cometapi:claude-sonnet-5-5", middleware=[middleware])
    assert "SummarizationMiddleware.before_model" in agent.nodes


def test_unregister_restores_the_tables_and_forgets_the_class() -> None:
    before = [dict(table) for table in providers()]
    for _ in range(2):
        langchain_cometapi.register()
        langchain_cometapi.register()
        init_chat_model("cometapi:glm-5.3")
        init_embeddings("cometapi:text-embedding-3-small")
        langchain_cometapi.unregister()
        langchain_cometapi.unregister()
        assert providers() == before
        with pytest.raises(ValueError, match="cometapi"):
            init_chat_model("glm-5.3", model_provider="cometapi")
        with pytest.raises(ValueError, match="cometapi"):
            init_embeddings("cometapi:text-embedding-3-small")


def test_register_leaves_an_entry_of_langchains_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for table in providers():
        monkeypatch.setitem(table, "cometapi", ("elsewhere", "Other", None))
    langchain_cometapi.register()
    langchain_cometapi.unregister()
    assert [table["cometapi"][0] for table in providers()] == ["elsewhere", "elsewhere"]


class _ProviderSpec(NamedTuple):
    """The form of entries that LangChain has under review."""

    module_path: str
    class_name: str
    creator_func: Any
    package: str = "langchain-openai"


def test_register_takes_over_the_type_of_the_other_entries(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chat, _ = providers()
    spec = _ProviderSpec(*chat["openai"])
    monkeypatch.setitem(chat, "openai", spec)
    langchain_cometapi.register()
    try:
        assert chat["cometapi"] == _ProviderSpec(
            "langchain_cometapi", "ChatCometAPI", spec.creator_func, "langchain-cometapi"
        )
        assert isinstance(chat["cometapi"], _ProviderSpec)
    finally:
        langchain_cometapi.unregister()


def test_register_names_what_works_where_the_table_is_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr("langchain.chat_models.base._BUILTIN_PROVIDERS")
    with pytest.raises(ImportError, match=r"Pass an instance such as `ChatCometAPI"):
        langchain_cometapi.register()


def test_register_without_langchain_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "langchain.chat_models.base", None)
    with pytest.raises(ImportError, match=r'pip install "langchain>=1\.4"'):
        langchain_cometapi.register()
