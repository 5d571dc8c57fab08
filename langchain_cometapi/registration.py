"""`register()`: `"cometapi:<model>"` wherever LangChain takes a model as text."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

PROVIDER = "cometapi"
"""The name before the colon, and the value of `model_provider`."""

_PACKAGE = "langchain_cometapi"

# Module of LangChain -> the class that it makes of our entry, and the function that remembers it.
# Neither has a place for other packages (langchain-ai/langchain#34287): `_BUILTIN_PROVIDERS`
# is the table that both look into.
_TABLES = {
    "langchain.chat_models.base": ("ChatOpenAI", "ChatCometAPI", "_get_chat_model_creator"),
    "langchain.embeddings.base": (
        "OpenAIEmbeddings",
        "CometAPIEmbeddings",
        "_get_embeddings_class_creator",
    ),
}


def register() -> None:
    """Let LangChain make models of this package from text such as `"cometapi:claude-sonnet-5-5"`.

    It adds an entry `cometapi` to the two tables of `langchain` that `init_chat_model` and
    `init_embeddings` look into, so that `create_agent`, configurable models and middleware know it
    too. Nothing else is changed, and the classes are imported when the first model is made. An
    entry that LangChain has itself stays as it is. Models that you make yourself need none of this.

    Raises:
        ImportError: If `langchain` is not installed, or keeps its providers in another way.
    """
    for module, name, entry in _entries():
        module._BUILTIN_PROVIDERS.setdefault(name, entry)


def unregister() -> None:
    """Take back what `register` did.

    Raises:
        ImportError: As `register`.
    """
    for module, name, entry in _entries():
        if module._BUILTIN_PROVIDERS.get(name) == entry:
            del module._BUILTIN_PROVIDERS[name]
            getattr(module, _TABLES[module.__name__][2]).cache_clear()


def _entries() -> Iterator[tuple[ModuleType, str, Any]]:
    for path, (openai_class, own_class, _) in _TABLES.items():
        try:
            module = importlib.import_module(path)
        except ModuleNotFoundError as error:
            msg = 'This needs LangChain, which is not installed: pip install "langchain>=1.4"'
            raise ImportError(msg) from error
        replaced = {
            "langchain_openai": _PACKAGE,
            "langchain-openai": _PACKAGE.replace("_", "-"),
            openai_class: own_class,
        }
        try:
            neighbour = module._BUILTIN_PROVIDERS["openai"]
            values = [replaced.get(v, v) if isinstance(v, str) else v for v in neighbour]
        except (AttributeError, KeyError, TypeError) as error:
            msg = (
                f"This version of LangChain keeps its providers in another way than {path} did "
                "until 1.5. Pass an instance such as `ChatCometAPI(...)` instead of text."
            )
            raise ImportError(msg) from error
        # A tuple today; a NamedTuple in langchain-ai/langchain#38784.
        make = getattr(neighbour, "_make", tuple)
        yield module, PROVIDER, make(values)
