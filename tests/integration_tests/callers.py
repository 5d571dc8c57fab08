"""What the tests of a model's life call, also in other processes and interpreters."""

from __future__ import annotations

import asyncio
import gc
import logging
import multiprocessing
import os
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_core.messages import BaseMessage

from langchain_cometapi import ChatCometAPI
from langchain_cometapi._client import http_clients as _http_clients
from langchain_cometapi._client import pools as _pools
from tests import support
from tests.support import City, get_weather

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MODEL = "gpt-5.4-mini"
SYNC, ASYNC, WAYS = support.SYNC, support.ASYNC, support.WAYS
ANSWER = f"This is the CometAPI emulator answering as {MODEL}: you said: Hi"


def over_aiohttp(set_attribute: Callable[[Any, str, Any], None] = setattr) -> None:
    """Send asynchronous calls over aiohttp, as with `http_transport="aiohttp"`."""
    set_attribute(_pools, "build_async_client", _http_clients.AiohttpPoolClient)


def ask(model: Any, way: str, text: str = "Hi") -> str:
    """Return the text of a synchronous call."""
    return _to_text(support.ask_sync(model, way, text))


async def aask(model: Any, way: str, text: str = "Hi") -> str:
    """Return the text of a call in any of the four ways."""
    return _to_text(await support.ask(model, way, text))


def ask_anyhow(model: Any, way: str) -> str:
    """Return the text of a call, an asynchronous one in a loop of its own."""
    return asyncio.run(aask(model, way)) if way in ASYNC else ask(model, way)


def _to_text(output: Any) -> str:
    return output.text if isinstance(output, BaseMessage) else repr(output)


DERIVED: dict[str, Callable[[ChatCometAPI], Any]] = {
    "plain": lambda model: model,
    "bind_tools": lambda model: model.bind_tools([get_weather]),
    "with_structured_output": lambda model: model.with_structured_output(City),
    "with_config": lambda model: model.with_config(tags=["t"]),
    "with_retry": lambda model: model.with_retry(),
    "with_fallbacks": lambda model: model.with_fallbacks([model.bind(seed=2)]),
}


def ask_every_way(model: Any) -> list[str]:
    """Return the texts of one call of each kind; run in another process."""
    warnings.simplefilter("error")
    return [ask_anyhow(model, way) for way in WAYS]


def sockets() -> set[str]:
    """Return the sockets this process holds (on Linux; nothing elsewhere)."""
    return {name for name in open_files() if name.startswith("socket:")}


def open_files() -> set[str]:
    """Return what the file descriptors of this process stand for (on Linux)."""
    names = set()
    for link in Path("/proc/self/fd").glob("*"):
        with suppress(FileNotFoundError):  # the one that listed them
            names.add(str(link.readlink()))
    return names


# -- whole programs, run in an interpreter of their own that takes warnings for errors -----------


def _start() -> ChatCometAPI:
    # Asyncio's debug mode logs every step that took long, which says nothing here.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    return ChatCometAPI(model=MODEL, max_retries=0)


def _check(answers: Iterable[str], number: int) -> None:
    assert list(answers) == [ANSWER] * number


def end_without_closing() -> None:
    """Call every way and end."""
    _check(ask_every_way(_start()), 4)


def end_after_closing() -> None:
    """Close in every way there is; no socket is left by any of them."""
    before = sockets()
    model = _start()
    _check(ask_every_way(model), 4)
    model.close()
    assert sockets() == before
    with model:
        _check(ask_every_way(model), 4)
    assert sockets() == before

    async def close() -> None:
        own = sockets()
        async with model:
            _check([await aask(model, way) for way in ASYNC], 2)
            _check([ask(model, way) for way in SYNC], 2)
        assert sockets() == own
        _check([await aask(model, way) for way in ASYNC], 2)
        await model.aclose()
        assert sockets() == own

    asyncio.run(close())
    assert sockets() == before


def _ask_in_child(model: ChatCometAPI, theirs: set[str]) -> None:
    _check(ask_every_way(model), 4)
    gc.collect()
    if theirs:
        assert sockets() - theirs, "the child used a connection of its parent"


def _fork(model: ChatCometAPI) -> None:
    process = multiprocessing.get_context("fork").Process(
        target=_ask_in_child, args=(model, sockets())
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # 3.12 warns of other threads
        process.start()
    process.join()
    assert process.exitcode == 0
    process.close()


def fork() -> None:
    """Fork after calls, twice: between loops, and within one."""
    model = _start()
    _check(ask_every_way(model), 4)
    before = sockets()
    _fork(model)
    _check([ask(model, way) for way in SYNC], 2)
    assert sockets() == before  # the parent still had its connection

    async def fork_within_a_loop() -> None:
        _check([await aask(model, way) for way in ASYNC], 2)
        own = sockets()
        _fork(model)
        _check([await aask(model, way) for way in ASYNC], 2)
        assert sockets() == own

    asyncio.run(fork_within_a_loop())


def fork_while_locked() -> None:
    """Fork while another thread is about to open connections: the child can open its own."""
    model = _start()
    _check(ask_every_way(model), 4)
    taken, forking = threading.Event(), threading.Event()
    os.register_at_fork(before=forking.set)

    def open_slowly() -> None:
        with _pools._lock:
            taken.set()
            forking.wait()

    with ThreadPoolExecutor(1) as pool:
        opened = pool.submit(open_slowly)
        taken.wait()
        _fork(model)
        opened.result()
    _check(ask_every_way(model), 4)
