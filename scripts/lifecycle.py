"""Write `docs/lifecycle.md`: where two classes can live, and what becomes of their requests.

    python -m scripts.lifecycle

Each scenario runs once with plain `ChatOpenAI` and once with `ChatCometAPI` against emulators of
its own. The same words come out each time, so that a test can compare the page with what is true.
`python -m scripts.lifecycle -` prints the page.
"""

from __future__ import annotations

import asyncio
import copy
import gc
import multiprocessing
import os
import pickle
import ssl
import sys
import warnings
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import openai
from langchain_core.runnables import ConfigurableField
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from langchain_cometapi import ChatCometAPI
from langchain_cometapi._client.sdk import httpx
from langchain_cometapi.emulator import CometAPIEmulator
from langchain_cometapi.rate_limiters import SharedRateLimiter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "lifecycle.md"

_MODEL = "gpt-5.4-mini"
_RUNS = 6
_KEY_VARIABLES = ("OPENAI_API_KEY", "COMETAPI_KEY")
_ENVIRONMENT_KEY = "sk-of-the-environment"
_FIELDS = {
    ChatOpenAI: ("openai_api_key", "openai_api_base"),
    ChatCometAPI: ("cometapi_api_key", "cometapi_api_base"),
}

Model: TypeAlias = type[ChatOpenAI] | type[ChatCometAPI]


def _build(cls: Model, emulator: CometAPIEmulator, **kwargs: Any) -> Any:
    options: dict[str, Any] = {
        "model": _MODEL,
        "api_key": emulator.api_key,
        "base_url": emulator.base_url,
        "max_retries": 0,
        "use_responses_api": False,
    }
    return cls(**{**options, **kwargs})


def _cause(error: BaseException) -> str:
    """Return what an error goes back to, in one line."""
    while (cause := error.__cause__ or error.__context__) is not None:
        if type(cause).__name__ == "_RemoteTraceback":  # of a pool of processes: it says nothing
            break
        error = cause
    said = str(error).splitlines()[0].split(" {")[0].rstrip(" -")
    return f'"{said}"'


def _sent(emulator: CometAPIEmulator) -> int:
    """Return how many requests for an answer the server has seen, the last one included."""
    httpx.get(f"{emulator.root_url}/api/models")  # what came before it has been read then
    return sum(request.path.endswith("/completions") for request in emulator.requests)


def _try(call: Callable[[], object]) -> Exception | None:
    try:
        call()
    except Exception as error:  # noqa: BLE001 - any of them is what the table is about
        return error
    return None


def _tally(emulator: CometAPIEmulator, calls: Sequence[Callable[[], object]]) -> str:
    """Make calls and count: how many were sent, how many answered, and why others were not."""
    # Kept to the end: what an error holds must not disconnect before it is counted.
    errors = [error for error in map(_try, calls) if error is not None]
    answered = len(calls) - len(errors)
    said = f"{_sent(emulator)} sent, {answered} of {len(calls)} answered"
    return ": ".join([said, *sorted({_cause(error) for error in errors})])


# -- event loops ---------------------------------------------------------------------------------


async def _astream(model: Any) -> None:
    async for _ in model.astream("Hi"):
        pass


def _loops(cls: Model) -> str:
    with CometAPIEmulator() as emulator:
        model = _build(cls, emulator)
        return _tally(emulator, [lambda: asyncio.run(model.ainvoke("Hi"))] * _RUNS)


def _loops_streaming(cls: Model) -> str:
    with CometAPIEmulator() as emulator:
        model = _build(cls, emulator)
        return _tally(emulator, [lambda: asyncio.run(_astream(model))] * _RUNS)


def _loops_with_retries(cls: Model) -> str:
    with CometAPIEmulator() as emulator:
        model = _build(cls, emulator, max_retries=2)
        return _tally(emulator, [lambda: asyncio.run(model.ainvoke("Hi"))] * _RUNS)


def _loops_fresh(cls: Model) -> str:
    with CometAPIEmulator() as emulator:

        def call() -> object:
            return asyncio.run(_build(cls, emulator).ainvoke("Hi"))

        return _tally(emulator, [call] * _RUNS)


def _threads(cls: Model) -> str:
    """One after the other, as threads at once would come out differently each time."""
    with CometAPIEmulator() as emulator:
        model = _build(cls, emulator)

        def call() -> None:
            with ThreadPoolExecutor(1) as pool:
                pool.submit(asyncio.run, model.ainvoke("Hi")).result()

        return _tally(emulator, [call] * _RUNS)


def _running_loop(cls: Model) -> str:
    with CometAPIEmulator() as emulator:
        model = _build(cls, emulator)

        async def cells() -> str:
            return _tally(emulator, [lambda: model.invoke("Hi")] * _RUNS)

        return asyncio.run(cells())


def _left_by_loop(cls: Model) -> str:
    with CometAPIEmulator() as emulator:
        model = _build(cls, emulator)
        asyncio.run(model.ainvoke("Hi"))
        emulator.wait_for_connections(0, timeout=1)
        return f"{emulator.open_connections} left open"


# -- copies and other processes ------------------------------------------------------------------


def _copied(cls: Model, duplicate: Callable[[Any], Any], *, called: bool) -> str:
    with CometAPIEmulator() as emulator:
        model = _build(cls, emulator)
        if called:
            model.invoke("Hi")
            emulator.clear()
        return _tally(emulator, [lambda: duplicate(model).invoke("Hi")])


def _by_pickle(thing: Any) -> Any:
    return pickle.loads(pickle.dumps(thing))  # noqa: S301 - our own bytes


def _pickled_bound(cls: Model) -> str:
    def bind(model: Any) -> Any:
        return _by_pickle(model.with_retry().with_config(tags=["t"]))

    return _copied(cls, bind, called=True)


def _ask(model: Any) -> str:
    return str(model.invoke("Hi").text)


def _spawned(cls: Model) -> str:
    context = multiprocessing.get_context("spawn")
    with CometAPIEmulator() as emulator, ProcessPoolExecutor(1, mp_context=context) as pool:
        model = _build(cls, emulator)
        return _tally(emulator, [lambda: pool.submit(_ask, model).result()])


def _key_in_pickle(cls: Model, *, explicit: bool) -> str:
    for name in _KEY_VARIABLES:
        os.environ[name] = _ENVIRONMENT_KEY
    try:
        key = "sk-explicit" if explicit else _ENVIRONMENT_KEY
        passed: dict[str, Any] = {"api_key": key} if explicit else {}
        model = cls(model=_MODEL, **passed)
        return "in it" if key.encode() in pickle.dumps(model) else "not in it"
    except TypeError as error:
        return _cause(error)
    finally:
        for name in _KEY_VARIABLES:
            del os.environ[name]


def _forked(cls: Model) -> str:
    with CometAPIEmulator() as emulator:
        model = _build(cls, emulator)
        model.invoke("Hi")
        context = multiprocessing.get_context("fork")
        here, there = context.Pipe()

        def work() -> None:
            model.invoke("Hi")
            there.send("answered")
            there.recv()

        process = context.Process(target=work)
        process.start()
        here.recv()
        own = emulator.open_connections - 1
        here.send("done")
        process.join()
        return f"{own} of its own"


# -- changes -------------------------------------------------------------------------------------


def _assign(model: Any, changes: Mapping[str, Any]) -> Any:
    for name, value in changes.items():
        setattr(model, name, value)
    return model


def _copy(model: Any, changes: Mapping[str, Any]) -> Any:
    return model.model_copy(update=changes)


def _configure(model: Any, changes: Mapping[str, Any]) -> Any:
    fields: dict[str, Any] = {name: ConfigurableField(id=name) for name in changes}
    return model.configurable_fields(**fields).with_config(configurable=changes)


Change: TypeAlias = "Callable[[Any, Mapping[str, Any]], Any]"


def _another_gateway(cls: Model, change: Change) -> str:
    key, base = _FIELDS[cls]
    with CometAPIEmulator() as old, CometAPIEmulator(api_key="sk-of-the-new") as new:
        model = _build(cls, old)
        model.invoke("Hi")
        change(model, {key: SecretStr(new.api_key), base: new.base_url}).invoke("Hi")
        return f"{len(new.requests)} to the new gateway, {len(old.requests) - 1} to the old one"


def _another_header(cls: Model, change: Change) -> str:
    with CometAPIEmulator() as emulator:
        model = _build(cls, emulator, default_headers={"X-Team": "old"})
        model.invoke("Hi")
        change(model, {"default_headers": {"X-Team": "new"}}).invoke("Hi")
        return f"the {emulator.requests[-1].headers['x-team']} header is sent"


def _another_timeout(cls: Model) -> str:
    with CometAPIEmulator() as emulator:
        model = _build(cls, emulator, timeout=3)
        model.invoke("Hi")
        model.request_timeout = 0.2
        emulator.fault = "delay; seconds=1"
        try:
            model.invoke("Hi")
        except Exception:  # noqa: BLE001 - each class has its own
            return "the new timeout ends the call"
        return "the old timeout holds"


# -- what is opened and closed -------------------------------------------------------------------


def _constructed(cls: Model, models: int, **kwargs: Callable[[int], Any]) -> str:
    kinds = {
        "SDK clients": (openai.OpenAI, openai.AsyncOpenAI),
        "HTTP clients": (httpx.Client, httpx.AsyncClient),
        "TLS contexts": (ssl.SSLContext,),
    }

    def count() -> list[int]:
        gc.collect()
        objects = gc.get_objects()
        return [sum(issubclass(type(o), kind) for o in objects) for kind in kinds.values()]

    before = count()
    kept = [
        cls(
            model=_MODEL,
            api_key=SecretStr("sk-1"),
            base_url="http://127.0.0.1:9/v1",
            **{name: value(number) for name, value in kwargs.items()},
        )
        for number in range(models)
    ]
    made = [after - first for first, after in zip(before, count(), strict=True)]
    del kept
    if not any(made):
        return "opens nothing"
    return ", ".join(f"{number} {kind}" for number, kind in zip(made, kinds, strict=True))


def _closed(cls: Model) -> str:
    with CometAPIEmulator() as emulator:
        model = _build(cls, emulator)
        model.invoke("Hi")
        if not hasattr(model, "close"):
            return f"no such method; {emulator.open_connections} left open"
        model.close()
        emulator.wait_for_connections(0)
        return f"{emulator.open_connections} left open"


def _own_client(cls: Model) -> str:
    with CometAPIEmulator() as emulator, httpx.Client() as client:
        model = _build(cls, emulator, http_client=client)
        model.invoke("Hi")
        if hasattr(model, "close"):
            model.close()
        del model
        gc.collect()
        return "closed" if client.is_closed else "stays open"


# -- keys and limits -----------------------------------------------------------------------------


def _expired_key(cls: Model) -> str:
    with CometAPIEmulator() as emulator:
        keys = ["sk-expired"]

        def ask_for_key() -> str:
            return keys.pop() if keys else emulator.api_key

        model = _build(cls, emulator, api_key=ask_for_key)
        said = _tally(emulator, [lambda: model.invoke("Hi")])
        return said.split(":")[0]


def _told_to_wait(cls: Model) -> str:
    limiter = SharedRateLimiter(requests_per_second=1000, max_bucket_size=10)
    with CometAPIEmulator(fault="429; retry_after=60") as emulator:
        model = _build(cls, emulator, rate_limiter=limiter)
        _tally(emulator, [lambda: model.invoke("Hi")])
    return "go on" if limiter.acquire(blocking=False) else "wait"


Scenario: TypeAlias = "Callable[[Model], str]"

TABLES: Mapping[str, Mapping[str, Scenario]] = {
    "Event loops and threads": {
        "six `asyncio.run`, one model": _loops,
        "six `asyncio.run`, one model, `astream`": _loops_streaming,
        "six `asyncio.run`, one model, `max_retries=2`": _loops_with_retries,
        "six `asyncio.run`, a fresh model each": _loops_fresh,
        "six threads in a row, each with a loop": _threads,
        "six `invoke` inside a running loop": _running_loop,
        "connections when the loop has ended": _left_by_loop,
    },
    "Copies and processes": {
        "`pickle` before a call": lambda cls: _copied(cls, _by_pickle, called=False),
        "`pickle` after a call": lambda cls: _copied(cls, _by_pickle, called=True),
        "`pickle` of `with_retry().with_config()`": _pickled_bound,
        "`deepcopy` before a call": lambda cls: _copied(cls, copy.deepcopy, called=False),
        "`deepcopy` after a call": lambda cls: _copied(cls, copy.deepcopy, called=True),
        "`copy` after a call": lambda cls: _copied(cls, copy.copy, called=True),
        "`multiprocessing` with `spawn`": _spawned,
        "connections of a child after `fork`": _forked,
        "key of the environment in a pickle": lambda cls: _key_in_pickle(cls, explicit=False),
        "key given as an argument in a pickle": lambda cls: _key_in_pickle(cls, explicit=True),
    },
    "Changes after a call": {
        "key and base URL by assignment": lambda cls: _another_gateway(cls, _assign),
        "key and base URL by `model_copy`": lambda cls: _another_gateway(cls, _copy),
        "key and base URL by `configurable_fields`": lambda cls: _another_gateway(cls, _configure),
        "headers by assignment": lambda cls: _another_header(cls, _assign),
        "headers by `model_copy`": lambda cls: _another_header(cls, _copy),
        "headers by `configurable_fields`": lambda cls: _another_header(cls, _configure),
        "timeout by assignment": _another_timeout,
    },
    "What is opened, and closed": {
        "1,000 models": lambda cls: _constructed(cls, 1000),
        "10 models, a timeout each": lambda cls: _constructed(cls, 10, timeout=lambda n: 91.5 + n),
        "connections after `close()`": _closed,
        "an `http_client` of the user's": _own_client,
    },
    "Keys and limits": {
        "a callable key, the first one expired": _expired_key,
        "others with the same rate limiter after a 429 with `Retry-After`": _told_to_wait,
    },
}

SAME = {
    "six `invoke` inside a running loop",
    "`copy` after a call",
    "an `http_client` of the user's",
}
"""Where nothing is known to be wrong with `ChatOpenAI`; each other row must tell a difference."""


def _run(scenario: Scenario, cls: Model) -> str:
    try:
        return scenario(cls)
    except Exception as error:  # noqa: BLE001 - any of them is what the table is about
        return f"error: {_cause(error)}"
    finally:
        gc.collect()


def render() -> str:
    """Return the page."""
    about = (
        "What happens to a model in loops, threads, copies and processes: `ChatOpenAI` of "
        f"langchain-openai {version('langchain-openai')} (openai {version('openai')}) and "
        "`ChatCometAPI`, both with `max_retries=0` unless it says otherwise."
    )
    legend = (
        '"Sent" is counted by the server. An error is shown by the message of its first '
        "cause. Connections are counted by the server, clients and TLS contexts in memory."
    )
    origin = "This page is generated: `python -m scripts.lifecycle`."
    lines = ["# Lifecycle", "", about, "", legend, "", origin]
    for title, scenarios in TABLES.items():
        lines += ["", f"## {title}", "", "| scenario | `ChatOpenAI` | `ChatCometAPI` |"]
        lines.append("| --- | --- | --- |")
        for name, scenario in scenarios.items():
            cells = (name, _run(scenario, ChatOpenAI), _run(scenario, ChatCometAPI))
            lines.append(f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |")
    return "\n".join(lines) + "\n"


def read_rows(page: str) -> dict[str, tuple[str, str]]:
    """Return what a page says of `ChatOpenAI` and `ChatCometAPI`, by scenario.

    Args:
        page: The page's text.
    """
    rows = {}
    for line in page.splitlines():
        if line.startswith("| ") and not line.startswith(("| ---", "| scenario")):
            name, openai_, cometapi = line.removeprefix("| ").removesuffix(" |").split(" | ")
            rows[name] = (openai_, cometapi)
    return rows


def main() -> int:
    """Write the page, or print it."""
    for name in list(os.environ):
        if name.startswith(("OPENAI_", "LANGCHAIN_", "LANGSMITH_", "LC_", "COMETAPI_")):
            del os.environ[name]
    warnings.simplefilter("ignore")  # `ChatOpenAI` leaves connections to the collector
    page = render()
    if sys.argv[1:] == ["-"]:
        sys.stdout.write(page)
        return 0
    PAGE.write_text(page, encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
