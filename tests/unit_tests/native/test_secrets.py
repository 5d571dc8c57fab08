"""No key of a native class is in what it shows, writes, logs, traces or raises."""

from __future__ import annotations

import copy
import io
import logging
import pickle
import traceback
from typing import TYPE_CHECKING, Any

import pytest
from google.genai.types import HttpOptions
from langchain_core.load import dumpd, dumps, load
from pydantic import SecretStr, ValidationError

from langchain_cometapi import CometAPIError
from langchain_cometapi._client.sdk import httpx
from langchain_cometapi._client.shared_clients import PLACEHOLDER_KEY
from tests.integration_tests.tracers import Runs
from tests.support import Gateway, all_ways, ask
from tests.support.native import CLAUDE, GEMINI, TOOL, each_protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.native import Protocol

pytestmark = pytest.mark.native

SECRET = "sk-very-secret-4711"


def build(protocol: Protocol, **kwargs: Any) -> Any:
    kwargs.setdefault("api_key", SECRET)
    return protocol.kind(model=protocol.model, **kwargs)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What every logger writes, however little it matters."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logging.Formatter("%(name)s %(message)s %(args)s"))
    root = logging.getLogger()
    names = ("anthropic", "google_genai", "httpcore", "httpcore2", "httpx", "httpx2", "openai")
    loggers = [root, *map(logging.getLogger, names)]
    levels = [one.level for one in loggers]
    root.addHandler(handler)
    for one in loggers:
        one.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    for one, level in zip(loggers, levels, strict=True):
        one.setLevel(level)


@each_protocol
@pytest.mark.parametrize(
    "key", [SECRET, SecretStr(SECRET), lambda: SECRET], ids=["text", "secret", "callable"]
)
def test_model_and_its_clients_show_no_key(protocol: Protocol, key: Any) -> None:
    model = build(
        protocol,
        api_key=key,
        default_headers={"X-Token": SECRET},
        default_query={"token": SECRET},
        openai_proxy=f"http://user:{SECRET}@proxy.example:3128",
    )
    asked = protocol.make(Gateway(protocol.respond), api_key=key)
    asked.invoke("Hi")
    for one in (model, copy.copy(model), copy.deepcopy(model), model.bind(stop=["x"]), asked):
        assert SECRET not in repr(one) + str(one)
        assert SECRET not in dumps(one) + repr(dumpd(one))
    assert dumpd(model)["kwargs"]["cometapi_api_key"] == {
        "lc": 1,
        "type": "secret",
        "id": ["COMETAPI_KEY"],
    }
    assert SECRET not in repr(model._get_ls_params()) + repr(model._identifying_params)
    assert SECRET not in repr(model.lc_attributes)
    assert SECRET not in str(asked.model_dump()) + "".join(map(repr, vars(asked).values()))
    assert SECRET not in repr(vars(asked.root_client))
    assert PLACEHOLDER_KEY not in dumps(asked)


@pytest.mark.parametrize("kind", [HttpOptions, dict])
def test_parameters_that_traces_show_have_no_headers_of_a_call(kind: Any) -> None:
    options = kind(headers={"x-secret": SECRET})
    shown = build(GEMINI, api_key="sk-other")._get_invocation_params(http_options=options)
    assert SECRET not in str(shown)


@each_protocol
def test_objects_of_the_sdk_hold_no_key(protocol: Protocol) -> None:
    """Whatever a debugger or a crash report shows of them: the key is put into each request."""
    gateway = Gateway(protocol.respond)
    model = protocol.make(gateway, api_key=SECRET)
    model.invoke("Hi")
    for request in gateway.requests:
        assert SECRET in request.headers.values()
    client = model._client if protocol is CLAUDE else model.client
    seen: set[int] = set()

    def walk(value: Any, depth: int) -> None:
        if depth == 0 or id(value) in seen:
            return
        seen.add(id(value))
        assert value != SECRET
        modules = tuple(base.__module__ for base in type(value).__mro__)
        if isinstance(value, dict):
            inner = [*value, *value.values()]
        elif isinstance(value, (list, tuple, set)):
            inner = list(value)
        elif any(module.startswith(("anthropic", "google", "types")) for module in modules):
            inner = list(getattr(value, "__dict__", {}).values())
        else:
            inner = []
        for item in inner:
            walk(item, depth - 1)

    walk(client, 8)
    assert len(seen) > 5


@each_protocol
@pytest.mark.filterwarnings("ignore:The function `load` is in beta")
def test_dump_is_loaded_with_the_key_of_the_environment(
    protocol: Protocol, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMETAPI_KEY", "sk-from-env")
    for name in ("ANTHROPIC_API_KEY", "GOOGLE_API_KEY", "GEMINI_API_KEY"):
        monkeypatch.setenv(name, "sk-of-the-vendor")
    alias = {} if protocol is CLAUDE else {"thinking_level": "low"}  # of a field of Google's class
    model = build(protocol, base_url="https://gateway.example/v1", temperature=0.5, **alias)
    assert '"COMETAPI_KEY"' in dumps(model)
    assert not [name for name in ("ANTHROPIC", "GOOGLE", "GEMINI") if f'"{name}_' in dumps(model)]
    loaded = load(
        dumpd(model),
        allowed_objects=[protocol.kind],
        valid_namespaces=["langchain_cometapi"],
        secrets_from_env=True,
    )
    assert type(loaded) is protocol.kind
    assert loaded.cometapi_api_base == "https://gateway.example/v1"
    assert (loaded.model, loaded.temperature) == (protocol.model, 0.5)
    assert protocol is CLAUDE or loaded.reasoning_effort == "low"
    assert loaded.cometapi_api_key == SecretStr("sk-from-env")


def test_dump_and_repr_have_no_token_of_an_mcp_server() -> None:
    servers = [{"type": "url", "url": "https://a.example", "authorization_token": SECRET}]
    model = build(CLAUDE, api_key="sk-other", mcp_servers=servers)
    assert SECRET not in repr(model) + dumps(model)
    assert dumpd(model)["kwargs"]["mcp_servers"]["id"] == ["COMETAPI_MCP_SERVERS"]


@each_protocol
def test_pickle_has_no_key_of_the_environment(
    protocol: Protocol, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMETAPI_KEY", SECRET)
    model = build(protocol, api_key=None)
    assert SECRET.encode() not in pickle.dumps(model)
    monkeypatch.setenv("COMETAPI_KEY", "sk-of-there")
    loaded = pickle.loads(pickle.dumps(model))  # noqa: S301 - our own bytes
    assert loaded == build(protocol, api_key=None)


@each_protocol
@pytest.mark.parametrize("wrong", [{"temperatur": 1}, {"max_retries": -1}, {"base_url": " "}])
def test_failed_construction_shows_no_key(protocol: Protocol, wrong: dict[str, Any]) -> None:
    with pytest.raises((ValidationError, CometAPIError)) as raised:
        build(protocol, **wrong)
    assert SECRET not in "".join(traceback.format_exception(raised.value))


@each_protocol
@all_ways
async def test_log_has_no_key(protocol: Protocol, way: str, log: io.StringIO) -> None:
    refusal = httpx.Response(401, json=protocol.error(401, f"Wrong key {SECRET}"))
    headers, query = {"X-Token": SECRET}, {"token": SECRET}
    model = protocol.make(
        Gateway(protocol.respond, refusal),
        api_key=SECRET,
        default_headers=headers,
        default_query=query,
    )
    more = {"extra_headers": headers, "extra_query": query} if protocol is CLAUDE else {}
    await ask(model.bind_tools([TOOL]), way, **more)
    with pytest.raises(CometAPIError):
        await ask(model, way)
    assert log.getvalue()
    assert SECRET not in log.getvalue()


@each_protocol
@all_ways
async def test_trace_has_no_key(protocol: Protocol, way: str) -> None:
    tracer = Runs()
    config: Any = {"callbacks": tracer.callbacks}
    refusal = httpx.Response(401, json=protocol.error(401, f"Wrong key {SECRET}"))
    gateway = Gateway(protocol.respond, refusal)
    model = protocol.make(gateway, api_key=SECRET, default_headers={"X-Token": SECRET})
    await ask(model.bind_tools([TOOL]), way, config=config)
    with pytest.raises(CometAPIError):
        await ask(model, way, config=config)
    runs = tracer.read()
    assert len(runs) == 2
    assert SECRET not in repr(runs)


@each_protocol
@all_ways
@pytest.mark.parametrize("broken", [None, httpx.ConnectError(f"refused {SECRET}")])
async def test_error_that_repeats_the_key_is_shown_without_it(
    protocol: Protocol, broken: Exception | None, way: str
) -> None:
    refusal = httpx.Response(401, json=protocol.error(401, f"Incorrect API key: {SECRET}"))
    model = protocol.make(Gateway(refusal if broken is None else broken), api_key=SECRET)
    with pytest.raises(CometAPIError) as raised:
        await ask(model, way)
    error = raised.value
    assert SECRET not in "".join(traceback.format_exception(error))
    assert SECRET not in repr(error) + repr(vars(error))
    assert SECRET.encode() not in pickle.dumps(error)
    while error is not None:
        assert SECRET not in str(error) + repr(error)
        error = error.__cause__ or error.__context__  # type: ignore[assignment]
