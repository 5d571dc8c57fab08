"""Variables of other products reach no request of a native class, and no key is read from them."""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi import CometAPIInvalidKeyError
from tests.support import POISON, POISONED, WAYS, ask, poison_native
from tests.support.native import PROTOCOLS

if TYPE_CHECKING:
    from langchain_cometapi.emulator import CometAPIEmulator
    from tests.support.native import Protocol

pytestmark = [pytest.mark.native, pytest.mark.usefixtures("_poisoned")]

each_protocol = pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=PROTOCOLS)
KEY_HEADERS = {"authorization", "x-api-key", "x-goog-api-key", "proxy-authorization", "cookie"}


@pytest.fixture
def _poisoned(_service: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**POISONED, **poison_native()}.items():
        monkeypatch.setenv(name, value)


def test_variables_that_are_known_to_matter_are_poisoned() -> None:
    assert {
        "ANTHROPIC_API_KEY",
        "ANTHROPIC_AUTH_TOKEN",
        "ANTHROPIC_BASE_URL",
        "ANTHROPIC_API_URL",
        "ANTHROPIC_CUSTOM_HEADERS",
        "ANTHROPIC_PROXY",
        "GEMINI_API_KEY",
        "GOOGLE_API_KEY",
        "GOOGLE_CLOUD_LOCATION",
        "GOOGLE_CLOUD_PROJECT",
        "GOOGLE_GEMINI_BASE_URL",
        "GOOGLE_GENAI_API_VERSION",
        "GOOGLE_GENAI_CLIENT_MODE",
        "GOOGLE_GENAI_USE_VERTEXAI",
        "GOOGLE_VERTEX_BASE_URL",
    } <= poison_native().keys()


@each_protocol
async def test_variables_of_other_products_change_no_request(
    protocol: Protocol, emulator: CometAPIEmulator
) -> None:
    model = protocol.kind(model=protocol.model, max_retries=0)
    seen = []
    for one in (
        model,
        model.bind(stop=["END"]),
        model.with_config(tags=["t"]),
        copy.copy(model),
        model.model_copy(update={"max_tokens": 50}),
        pickle.loads(pickle.dumps(model)),  # noqa: S301 - our own bytes
    ):
        for way in WAYS:
            assert (await ask(one, way)).text
            seen.append(protocol.stream_path if "stream" in way else protocol.path)
    assert [request.path for request in emulator.requests] == seen
    for request in emulator.requests:
        assert POISON not in str(vars(request)).lower()
        sent = {name: value for name, value in request.headers.items() if name in KEY_HEADERS}
        assert sent == {protocol.key_header: emulator.api_key}
        assert "key" not in request.query


@each_protocol
def test_key_of_another_product_is_no_key(
    protocol: Protocol, emulator: CometAPIEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COMETAPI_KEY")
    with pytest.raises(CometAPIInvalidKeyError, match="COMETAPI_KEY or COMETAPI_API_KEY"):
        protocol.kind(model=protocol.model)
    monkeypatch.setenv("COMETAPI_API_KEY", emulator.api_key)
    assert protocol.kind(model=protocol.model).invoke("Hi").text


@each_protocol
@pytest.mark.parametrize("suffix", ["", "/v1", "/v1/", "/"])
def test_address_may_end_in_the_version_or_not(
    protocol: Protocol, suffix: str, emulator: CometAPIEmulator
) -> None:
    root = emulator.base_url.removesuffix("/v1")
    model = protocol.kind(model=protocol.model, base_url=root + suffix)
    assert model.invoke("Hi").text
    assert [request.path for request in emulator.requests] == [protocol.path]


@each_protocol
async def test_what_a_caller_sets_is_sent(protocol: Protocol, emulator: CometAPIEmulator) -> None:
    model: Any = protocol.kind(
        model=protocol.model,
        default_headers={"x-mine": "header"},
        default_query={"mine": "query"},
        timeout=30,
        max_retries=0,
    )
    for way in WAYS:
        await ask(model, way)
    for request in emulator.requests:
        assert request.headers["x-mine"] == "header"
        assert request.query["mine"] == "query"
