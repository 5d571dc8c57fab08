"""Whom `ChatCometAPI` is compared with. Their versions stand in `requirements-NAME.txt`."""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.fresh import FIRST

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.clients import Client

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Peer:
    """One of them, in an environment of its own."""

    name: str
    title: str
    maker: str  # what makes a client of a URL, as `module:name`
    first: str  # imports it and makes the first model

    def make(self, url: str) -> Client:
        maker: Callable[[str], Client] = pkgutil.resolve_name(f"benchmarks.peers.{self.maker}")
        return maker(url)

    @property
    def packages(self) -> list[str]:
        lines = (_HERE / f"requirements-{self.name}.txt").read_text(encoding="utf-8").split()
        return [line.partition("==")[0].partition("[")[0] for line in lines]


_PYDANTIC_AI = """
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider
OpenAIChatModel('gpt-5.4-mini', provider=OpenAIProvider(api_key='sk-bench'))
"""
_PYREQWEST = """
import jiter
from pyreqwest.client import SyncClientBuilder
SyncClientBuilder().build()
"""


def _first(module: str, model: str) -> str:
    return FIRST.format(module, model, model)


PEERS = (
    Peer(
        "openrouter",
        "ChatOpenRouter",
        "langchain:openrouter",
        _first("langchain_openrouter", "ChatOpenRouter"),
    ),
    Peer("litellm", "ChatLiteLLM", "langchain:litellm", _first("langchain_litellm", "ChatLiteLLM")),
    Peer(
        "deepseek",
        "ChatDeepSeek",
        "langchain:deepseek",
        _first("langchain_deepseek", "ChatDeepSeek"),
    ),
    Peer(
        "llamaindex",
        "LlamaIndex CometAPI",
        "llamaindex:LlamaIndex",
        _first("llama_index.llms.cometapi", "CometAPI"),
    ),
    Peer("pydantic_ai", "pydantic-ai", "pydantic_ai:PydanticAI", _PYDANTIC_AI),
    Peer("pyreqwest", "pyreqwest and jiter", "pyreqwest:Pyreqwest", _PYREQWEST),
)
