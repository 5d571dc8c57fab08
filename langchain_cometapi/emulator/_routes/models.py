"""The route `GET /v1/models`."""

from __future__ import annotations

from typing import Any

from langchain_cometapi.emulator._names import OWNED_BY
from langchain_cometapi.emulator._routes.catalogue import list_endpoint_types
from langchain_cometapi.emulator._rules.registry import MODELS

_CREATED = 1_626_777_600


def list_models() -> dict[str, Any]:
    """Return the body of `GET /v1/models`."""
    return {
        "data": [
            {
                "id": row.id,
                "object": "model",
                "created": _CREATED,
                "owned_by": OWNED_BY,
                "supported_endpoint_types": list_endpoint_types(row),
            }
            for row in MODELS.values()
            if row.listed
        ],
        "object": "list",
        "success": True,
    }
