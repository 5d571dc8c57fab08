"""Variables of other products reach no request of a native class: neither key, host nor proxy."""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING

import pytest

from tests.support import POISON, POISONED, WAYS, ask, poison_native
from tests.support.native import each_protocol

if TYPE_CHECKING:
    from langchain_cometapi.emulator import CometAPIEmulator
    from tests.support.native import Protocol

pytestmark = [pytest.mark.native, pytest.mark.usefixtures("_poisoned")]

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
            seen.append(protocol.path_of(way))
    assert [request.path for request in emulator.requests] == seen
    for request in emulator.requests:
        assert POISON not in str(vars(request)).lower()
        sent = {name: value for name, value in request.headers.items() if name in KEY_HEADERS}
        assert sent == {protocol.key_header: emulator.api_key}
        assert "key" not in request.query
