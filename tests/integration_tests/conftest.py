"""Integration tests talk to the emulator, or with LIVE=1 to the real service."""

from __future__ import annotations

import gc
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openai
import pytest
from langchain_tests.conftest import CustomPersister, CustomSerializer, base_vcr_config
from vcr import VCR  # type: ignore[import-untyped]

from langchain_cometapi.emulator import CometAPIEmulator
from tests.integration_tests.callers import SYNC, over_aiohttp
from tests.integration_tests.raw_callers import KINDS, Caller, require_aiohttp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.integration_tests.loop_requests import Outputs

_ASSERTING = ("faults", "loop_requests", "meter", "tool_loops")
pytest.register_assert_rewrite(*(f"tests.integration_tests.{name}" for name in _ASSERTING))

LIVE = os.environ.get("LIVE") == "1"
_COMETAPI = ("COMETAPI_KEY", "COMETAPI_API_KEY", "COMETAPI_BASE_URL", "COMETAPI_API_BASE")


_NEEDY = re.compile(r"(interop|llmock|native|ray)$|test_(interop)\w*\.py$")
"""Folders and files that need an environment of their own, with the name of their marker."""


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Import nothing of what the markers leave out: each worker would, for half of its start."""
    needy = _NEEDY.match(collection_path.name)
    return (needy is not None and f"not {needy[1] or needy[2]}" in config.option.markexpr) or None


def _is_repeated(item: pytest.Item) -> bool:
    """Whether a test of synchronous calls is there once more, for the other carrier."""
    params = item.callspec.params if hasattr(item, "callspec") else {}
    return params.get("carrier") == "aiohttp" and params.get("way") in SYNC


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what says nothing new, and with LIVE=1 what only the emulator can answer."""
    items[:] = [item for item in items if not _is_repeated(item)]
    if LIVE:
        reason = "needs the emulator; LIVE=1 runs what the real service can answer"
        for item in items:
            if item.get_closest_marker("live") is None:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def emulator() -> Iterator[CometAPIEmulator]:
    """One emulator for the whole run."""
    with CometAPIEmulator() as running:
        yield running


@pytest.fixture(autouse=True)
def _service(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Point `COMETAPI_*` at the emulator, so that no key of a user's is ever spent."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))  # a catalogue is cached there
    if LIVE:
        return
    running: CometAPIEmulator = request.getfixturevalue("emulator")
    for name in _COMETAPI:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COMETAPI_KEY", running.api_key)
    monkeypatch.setenv("COMETAPI_BASE_URL", running.base_url)
    running.clear()


@pytest.fixture
def outputs(monkeypatch: pytest.MonkeyPatch) -> Outputs:
    """What the emulator has answered on the Responses route."""
    # Imported late, as what asserts is rewritten above.
    from tests.integration_tests.loop_requests import record_outputs

    return record_outputs(monkeypatch)


@pytest.fixture(scope="module")
def quick_collections() -> Iterator[None]:
    """Make collections after each test quick: what is there now is not looked at again."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture
def _nothing_is_left(quick_collections: None) -> Iterator[None]:
    """Have all collected that a test leaves: a warning about anything not closed is an error."""
    yield
    gc.collect()


def _unless_slow(kinds: Iterable[str], slow: str) -> list[Any]:
    """Mark the kinds with a word in their name, which repeat what a quick one tests."""
    return [pytest.param(kind, marks=[pytest.mark.slow] * (slow in kind)) for kind in kinds]


@pytest.fixture(params=_unless_slow(["httpx", "aiohttp"], "aiohttp"))
def carrier(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Send asynchronous calls through the HTTP library, and then over aiohttp."""
    name: str = request.param
    if name == "aiohttp":
        require_aiohttp()
        over_aiohttp(monkeypatch.setattr)
    return name


@pytest.fixture(params=_unless_slow(KINDS, "uvloop"))
def caller(request: pytest.FixtureRequest) -> Iterator[Caller]:
    """A model over one carrier after the other, on each event loop."""
    with Caller(request.param) as made:
        yield made


@pytest.fixture(scope="session")
def vcr_config() -> dict[str, Any]:
    """Keep ports, ids and keys out of the cassettes."""
    config = base_vcr_config()
    config["match_on"] = ["method", "path", "body"]
    hidden = ("authorization", "host", "x-api-key", "x-goog-api-key")
    config["filter_headers"] = [(name, "PLACEHOLDER") for name in hidden]
    config["serializer"] = "yaml.gz"
    config["path_transformer"] = VCR.ensure_suffix(".yaml.gz")
    config["cassette_library_dir"] = str(Path(__file__).parents[1] / "cassettes")
    return config


def pytest_recording_configure(config: dict[str, Any], vcr: VCR) -> None:
    """Store cassettes compressed."""
    vcr.register_persister(CustomPersister())
    vcr.register_serializer("yaml.gz", CustomSerializer())


@pytest.fixture(scope="module")
def running(quick_collections: None) -> Iterator[CometAPIEmulator]:
    with CometAPIEmulator() as emulator:
        yield emulator


@pytest.fixture
def faulty(running: CometAPIEmulator) -> Iterator[CometAPIEmulator]:
    """An emulator with no fault yet and no connection; none may be left behind."""
    running.fault = None
    running.clear()
    assert running.open_connections == 0
    yield running
    assert running.wait_for_connections(0), "a connection was left open"
    gc.collect()  # a warning about anything not closed is an error


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK waits half a second and more before it tries again."""
    monkeypatch.setattr(openai._base_client, "INITIAL_RETRY_DELAY", 0.001)
    monkeypatch.setattr(openai._base_client, "MAX_RETRY_DELAY", 0.001)
