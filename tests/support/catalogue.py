"""Bodies of the catalogue in `tests/catalogue`, and the cards that each becomes."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_cometapi._client.sdk import httpx
from langchain_cometapi.catalog import ModelCard

if TYPE_CHECKING:
    import pytest

    from tests.support.gateway import Gateway

FOLDER = Path(__file__).parents[1] / "catalogue"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json") if ".expected" not in path.name)


def read_body(name: str) -> bytes:
    """Return a body as it comes over the wire."""
    return (FOLDER / f"{name}.json").read_bytes()


def read_expected_cards(name: str) -> dict[str, Any]:
    """Return what a body becomes: `cards` and `problems`, or an `error`."""
    expected: dict[str, Any] = json.loads((FOLDER / f"{name}.expected.json").read_bytes())
    return expected


def describe_card(card: ModelCard) -> dict[str, Any]:
    """Return what is known of a model, without where it is from."""
    blank = ModelCard(card.id)
    found = {
        field.name: getattr(card, field.name)
        for field in fields(card)
        if field.name not in {"source", "read_at"}
        and (field.name == "id" or getattr(card, field.name) != getattr(blank, field.name))
    }
    return {
        name: value.isoformat()
        if isinstance(value, date)
        else list(value)
        if isinstance(value, tuple)
        else value
        for name, value in found.items()
    }


def listing(*ids: str, **fields: Any) -> httpx.Response:
    """Return a response of `/api/models`."""
    entries = [{"id": id_, "model_type": "text", **fields} for id_ in ids]
    return httpx.Response(200, json={"success": True, "data": entries})


def replace_network(monkeypatch: pytest.MonkeyPatch, gateway: Gateway) -> None:
    """Send all requests of the HTTP library's own transports to a gateway."""

    async def respond(_: object, request: httpx.Request) -> httpx.Response:
        return gateway(request)

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", lambda _, request: gateway(request))
    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", respond)
