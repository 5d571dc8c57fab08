"""The routes `GET /v1/models`, `GET /api/models` and `GET /api/model/{code}`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._errors import GatewayError
from langchain_cometapi.emulator._names import OWNED_BY
from langchain_cometapi.emulator._rules.registry import MODELS

if TYPE_CHECKING:
    from langchain_cometapi.emulator._rules.base import ModelRow

_CREATED = 1_626_777_600
_FEATURES = {"text": ["text-to-text"], "image": ["text-to-image"], "embedding": []}


def list_models() -> dict[str, Any]:
    """Return the body of `GET /v1/models`."""
    return {
        "data": [
            {
                "id": row.id,
                "object": "model",
                "created": _CREATED,
                "owned_by": OWNED_BY,
                "supported_endpoint_types": _endpoints(row),
            }
            for row in MODELS.values()
            if row.listed
        ],
        "object": "list",
        "success": True,
    }


def catalogue() -> dict[str, Any]:
    """Return the body of `GET /api/models`."""
    entries = [_entry(row) for row in MODELS.values() if row.listed]
    return {"success": True, "page": 0, "page_size": 0, "total": len(entries), "data": entries}


def catalogue_entry(code: str) -> dict[str, Any]:
    """Return the body of `GET /api/model/{code}`.

    Args:
        code: A model's code, which is its id with dashes for dots.

    Raises:
        GatewayError: If no listed model has that code.
    """
    for row in MODELS.values():
        if row.listed and _code(row) == code:
            return {"success": True, "data": _entry(row)}
    msg = f"model {code} not found"
    raise GatewayError(404, msg)


def _entry(row: ModelRow) -> dict[str, Any]:
    prices = row.pricing or (None, None)
    return {
        "id": row.id,
        "code": _code(row),
        "name": row.id,
        "description": f"{row.id} as answered by the CometAPI emulator",
        "provider": row.rules.provider,
        "provider_code": row.rules.provider.lower().replace(" ", "-"),
        "model_type": row.kind,
        "features": _FEATURES[row.kind],
        "endpoints": _catalogue_endpoints(row),
        "pricing": {
            "currency": "USD / M Tokens",
            "input": prices[0],
            "output": prices[1],
            "per_request": None,
            "per_second": None,
        },
        "context_length": row.context,
        "max_completion_tokens": row.max_output,
        "upcoming": False,
    }


def _code(row: ModelRow) -> str:
    return row.id.replace(".", "-")


def _endpoints(row: ModelRow) -> list[str]:
    return ["openai-response"] if row.kind == "text" and not row.chat else list(row.rules.endpoints)


def _catalogue_endpoints(row: ModelRow) -> Any:
    """Return the endpoints in one of the three forms that the real catalogue mixes."""
    if row.kind == "image":
        paths = {"openai-image": {"path": "/v1/images/generations", "method": "POST"}}
        return json.dumps(paths)
    if row.kind == "embedding":
        return {"embeddings": {"path": "/v1/embeddings", "method": "POST"}}
    return _endpoints(row)
