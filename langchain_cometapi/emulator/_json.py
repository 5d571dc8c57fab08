"""JSON texts and JSON responses."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import Response


def to_json(value: Any) -> str:
    """Return a value as JSON in the form that models write: compact, letters not escaped.

    Args:
        value: A JSON value.
    """
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def json_response(body: Any, status: int = 200) -> Response:
    """Return a response with a JSON body.

    Args:
        body: A JSON value.
        status: HTTP status.
    """
    return Response(
        json.dumps(body, ensure_ascii=False), status_code=status, media_type="application/json"
    )
