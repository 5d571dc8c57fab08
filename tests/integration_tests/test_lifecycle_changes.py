"""What is changed counts from the next call on; HTTP clients of the user's are used and kept."""

from __future__ import annotations

from contextlib import AsyncExitStack
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.runnables import ConfigurableField
from pydantic import SecretStr

from langchain_cometapi import ChatCometAPI, CometAPITimeoutError
from langchain_cometapi._client.sdk import httpx
from langchain_cometapi.emulator import CometAPIEmulator
from tests.integration_tests.callers import ANSWER, MODEL, aask
from tests.support import WAYS, all_ways

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FIELDS = ("cometapi_api_key", "cometapi_api_base", "request_timeout", "default_headers")


@pytest.fixture(scope="module")
def second() -> Iterator[CometAPIEmulator]:
    """Another gateway, with another key."""
    with CometAPIEmulator(api_key="sk-of-the-second") as running:
        yield running


@pytest.fixture(autouse=True)
def _no_faults(emulator: CometAPIEmulator, second: CometAPIEmulator) -> Iterator[None]:
    second.clear()
    yield
    emulator.fault = second.fault = None


def assign(model: ChatCometAPI, changes: dict[str, Any]) -> Any:
    for name, value in changes.items():
        setattr(model, name, value)
    return model


def configure(model: ChatCometAPI, changes: dict[str, Any]) -> Any:
    fields: dict[str, Any] = {name: ConfigurableField(id=name) for name in FIELDS}
    return model.configurable_fields(**fields).with_config(configurable=changes)


def choose(model: ChatCometAPI, changes: dict[str, Any]) -> Any:
    other = model.model_copy(update=changes)
    alternatives = model.configurable_alternatives(ConfigurableField(id="which"), other=other)
    return alternatives.with_config(configurable={"which": "other"})


CHANGE: dict[str, Callable[[ChatCometAPI, dict[str, Any]], Any]] = {
    "assignment": assign,
    "model_copy": lambda model, changes: model.model_copy(update=changes),
    "model_copy, deep": lambda model, changes: model.model_copy(update=changes, deep=True),
    "configurable_fields": configure,
    "configurable_alternatives": choose,
}
changes = pytest.mark.parametrize(
    ("change", "way"),
    [*((CHANGE[name], "ainvoke") for name in CHANGE), *((assign, way) for way in WAYS)],
    ids=[*CHANGE, *WAYS],
)


def build(**kwargs: Any) -> ChatCometAPI:
    return ChatCometAPI(model=MODEL, max_retries=0, **kwargs)


def get_teams(gateway: CometAPIEmulator) -> list[str]:
    return [request.headers["x-team"] for request in gateway.requests]


@changes
async def test_gateway_key_and_headers_that_change_count_at_once(
    emulator: CometAPIEmulator, second: CometAPIEmulator, change: Any, way: str
) -> None:
    model = build(default_headers={"X-Team": "one"})
    for _ in range(2):
        assert await aask(model, way) == ANSWER
    to_second = {
        "cometapi_api_base": second.base_url,
        "cometapi_api_key": SecretStr(second.api_key),
        "default_headers": {"X-Team": "two"},
    }
    changed = change(model, to_second)
    for _ in range(2):
        assert await aask(changed, way) == ANSWER
    if changed is not model:  # and the original is what it was
        assert await aask(model, way) == ANSWER
    assert get_teams(emulator) == ["one"] * (2 if changed is model else 3)
    assert get_teams(second) == ["two"] * 2


@changes
async def test_timeout_that_changes_counts_at_once(
    emulator: CometAPIEmulator, change: Any, way: str
) -> None:
    model = build(timeout=600)
    assert await aask(model, way) == ANSWER
    changed = change(model, {"request_timeout": 0.3})
    emulator.fault = "hang"
    with pytest.raises(CometAPITimeoutError):
        await aask(changed, way)
    assert len(emulator.requests) == 2


@all_ways
async def test_header_changed_in_place_counts_at_once(emulator: CometAPIEmulator, way: str) -> None:
    headers = {"X-Team": "one"}
    model = build(default_headers=headers)
    assert await aask(model, way) == ANSWER
    assert isinstance(model.default_headers, dict)
    model.default_headers["X-Team"] = "two"
    assert await aask(model, way) == ANSWER
    assert get_teams(emulator) == ["one", "two"]


# -- HTTP clients of the user's ------------------------------------------------------------------


def library(name: str) -> Any:
    """Return an HTTP library that the SDK takes clients of."""
    if name == "httpx2" and httpx.__name__ != "httpx2":
        pytest.skip("version 2 of the openai SDK takes clients of httpx only")
    return import_module(name)


@all_ways
@pytest.mark.parametrize("name", ["httpx", "httpx2"])
async def test_clients_of_the_users_are_used_and_stay_open(
    emulator: CometAPIEmulator, name: str, way: str
) -> None:
    lib = library(name)
    async with AsyncExitStack() as stack:
        own: dict[str, Any] = {
            "http_client": stack.enter_context(lib.Client(headers={"X-Mine": name})),
            "http_async_client": await stack.enter_async_context(
                lib.AsyncClient(headers={"X-Mine": name})
            ),
        }
        async with build(**own) as model:
            with model:
                assert await aask(model, way) == ANSWER
            assert await aask(model, way) == ANSWER
        model.close()
        await model.aclose()
        twin = model.model_copy(update={"model_name": MODEL}, deep=True)
        del model
        assert await aask(twin, way) == ANSWER
        assert not any(client.is_closed for client in own.values())
        replaced = twin.model_copy(update=dict.fromkeys(own))
        assert await aask(replaced, way) == ANSWER
        await replaced.aclose()
    sent = [request.headers.get("x-mine") for request in emulator.requests]
    assert sent == [name, name, name, None]
