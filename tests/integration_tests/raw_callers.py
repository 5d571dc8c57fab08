"""A model over each carrier and on each event loop, called in the same words."""

from __future__ import annotations

import asyncio
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi import ChatCometAPI
from langchain_cometapi._client.aiohttp_transport import check_aiohttp
from tests.integration_tests.callers import aask, ask

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable
    from typing import Self

LOOPS = ("asyncio",) if sys.platform == "win32" else ("asyncio", "uvloop")
ASYNC_KINDS = tuple(f"{loop}-{carrier}" for carrier in ("httpx", "aiohttp") for loop in LOOPS)
KINDS = ("sync", *ASYNC_KINDS)


def require_aiohttp() -> None:
    """Skip a test where aiohttp cannot be used."""
    try:
        check_aiohttp()
    except ImportError:
        pytest.skip("the adapter for openai 2 is a package of its own")


class Caller:
    """Asks models, on a loop of its own where that is asynchronous."""

    def __init__(self, kind: str) -> None:
        self.is_async = kind != "sync"
        self.is_on_uvloop = kind.startswith("uvloop")
        self.over_aiohttp = kind.endswith("aiohttp")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._models: list[ChatCometAPI] = []
        if self.over_aiohttp:
            require_aiohttp()
        if self.is_async:
            library: Any = import_module(kind.partition("-")[0])
            self._loop = library.new_event_loop()

    def build(
        self, url: str, *, kind: type[ChatCometAPI] = ChatCometAPI, **kwargs: Any
    ) -> ChatCometAPI:
        """Return a model that asks a host; closed with the caller."""
        kwargs.setdefault("max_retries", 0)
        kwargs.setdefault("http_transport", "aiohttp" if self.over_aiohttp else "httpx")
        model = kind(model="m", base_url=f"{url}/v1", api_key="sk-test", **kwargs)
        self._models.append(model)
        return model

    def run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """Run a coroutine on the loop of an asynchronous caller."""
        assert self._loop is not None
        return self._loop.run_until_complete(coroutine)

    def ask(self, model: ChatCometAPI, text: str = "Hi", *, streaming: bool = False) -> str:
        """Return the text of a response."""
        if not self.is_async:
            return ask(model, "stream" if streaming else "invoke", text)
        answer: str = self.run(aask(model, "astream" if streaming else "ainvoke", text))
        return answer

    def ask_all(self, model: ChatCometAPI, texts: Iterable[str], at_once: int = 8) -> list[Any]:
        """Return a text or an error for each question, some asked at once."""
        config: Any = {"max_concurrency": at_once}
        questions: list[Any] = list(texts)
        if self.is_async:
            results = self.run(model.abatch(questions, config, return_exceptions=True))
        else:
            results = model.batch(questions, config, return_exceptions=True)
        return [getattr(result, "text", result) for result in results]

    def wait_for(self, function: Callable[..., bool], *args: Any) -> bool:
        """Wait for what a host does, while the loop runs."""
        if self.is_async:
            done: bool = self.run(asyncio.to_thread(function, *args))
            return done
        return function(*args)

    def close(self) -> None:
        """Close the connections of each model."""
        for model in self._models:
            if self.is_async:
                self.run(model.aclose())
            else:
                model.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        if self._loop is not None:
            self.run(self._loop.shutdown_asyncgens())
            self.run(self._loop.shutdown_default_executor())
            self._loop.close()
