"""The routes `GET /api/models` and `GET /api/model/{code}`, in the documented form.

The real catalogue has no one form: `endpoints` is a list, an object or a text of JSON, lengths are
texts, numbers or null, and prices may be absent in whole or in part. Here the form of an entry
depends on its vendor, so that a reader meets them all.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, TypeAlias

from starlette.responses import Response

from langchain_cometapi.emulator._errors import GatewayError
from langchain_cometapi.emulator._rules.registry import MODELS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from langchain_cometapi.emulator._rules.base import ModelRow

UPCOMING_MODEL = "emulator-upcoming"
"""A model that the catalogue announces, and that is not served yet."""

_PATHS = {
    "openai": "/v1/chat/completions",
    "openai-response": "/v1/responses",
    "anthropic": "/v1/messages",
    "gemini": "/v1beta/models/{model}:generateContent",
    "embeddings": "/v1/embeddings",
    "openai-image": "/v1/images/generations",
}

_FEATURES = {"text": ["text-to-text"], "image": ["text-to-image"], "embedding": []}

_RATIO = 0.8
"""273 of 276 entries of the real catalogue had this one (a billing project, 2026-07)."""

_Paths: TypeAlias = dict[str, dict[str, str]]

_ENDPOINT_FORMS: Mapping[str, Callable[[_Paths], Any]] = {
    "gemini": json.dumps,
    "deepseek": lambda paths: {name: json.dumps(path) for name, path in paths.items()},
    "grok": lambda paths: {name: path["path"] for name, path in paths.items()},
    "qwen": lambda paths: [{"key": name, **path} for name, path in paths.items()],
    "mimo": lambda paths: json.dumps(list(paths)),
}
"""The forms of endpoints by family; a list of names for the others."""

_UNKNOWN_PRICES: Mapping[str, dict[str, Any]] = {
    "kimi": {},
    "glm": {"pricing": None},
    "qwen": {"pricing": {"ratio": _RATIO}},
}
"""The forms of prices that are not known, by family; each is null for the others."""

# 2026, from CometAPI's announcements.
_PUBLISHED: Mapping[str, int] = {
    "gemini-4-hydrogen": 1794528000,  # 11-13
    "qwen4-max-preview": 1794528000,
    "claude-haiku-5-5": 1791417600,  # 10-08
    "gpt-6.1-sol": 1790726400,  # 09-30
    "claude-sonnet-5-5": 1790640000,  # 09-29
    "gpt-6-astra": 1788566400,  # 09-05
    "gemini-3.8-flash": 1788307200,  # 09-02
    "qwen3.8-max": 1785801600,  # 08-04
}


def respond_catalogue(if_none_match: str | None) -> Response:
    """Return the response to `GET /api/models`, or a 304 if the caller has this version.

    Args:
        if_none_match: The header of this name.
    """
    entries = [_entry(row) for row in MODELS.values() if row.listed]
    entries.append(_upcoming_entry())
    body = {"success": True, "page": 0, "page_size": 0, "total": len(entries), "data": entries}
    content = json.dumps(body, ensure_ascii=False).encode()
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    known = [tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")]
    if etag in known or "*" in known:
        return Response(status_code=304, headers={"ETag": etag})
    return Response(content, media_type="application/json", headers={"ETag": etag})


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


def list_endpoint_types(row: ModelRow) -> list[str]:
    """Return the endpoints of a model, as both model lists name them."""
    return ["openai-response"] if row.kind == "text" and not row.chat else list(row.rules.endpoints)


def _entry(row: ModelRow) -> dict[str, Any]:
    entry = {
        "id": row.id,
        "code": _code(row),
        "name": row.id,
        "description": f"{row.id} as answered by the CometAPI emulator",
        "provider": row.rules.provider,
        "provider_code": row.rules.provider.lower().replace(" ", "-"),
        "provider_sort": 0,
        "model_sort": None,
        "model_type": row.kind,
        "features": _FEATURES[row.kind],
        "endpoints": _endpoints(row),
        "api_doc_url": "https://apidoc.cometapi.com/api/text/chat" if row.chat else None,
        "latest_model_name": row.served_name if row.snapshot else None,
        "context_length": row.context,
        "max_completion_tokens": row.max_output,
        "published_at": _PUBLISHED.get(row.id),
        "upcoming": False,
    }
    return {**entry, **_pricing(row)}


def _upcoming_entry() -> dict[str, Any]:
    return {
        "id": UPCOMING_MODEL,
        "code": UPCOMING_MODEL,
        "provider": "CometAPI emulator",
        "model_type": "text",
        "features": None,
        "endpoints": None,
        "pricing": None,
        "upcoming": True,
    }


def _code(row: ModelRow) -> str:
    return row.id.replace(".", "-")


def _endpoints(row: ModelRow) -> Any:
    """Return the endpoints in one of the forms that the real catalogue mixes."""
    names = ["openai-image"] if row.kind == "image" else list_endpoint_types(row)
    paths: _Paths = {name: {"path": _PATHS[name], "method": "POST"} for name in names}
    if row.kind == "image":
        return json.dumps(paths)
    if row.kind == "embedding":
        return paths
    return _ENDPOINT_FORMS.get(row.rules.name, list)(paths)


def _pricing(row: ModelRow) -> dict[str, Any]:
    """Return the prices where one is documented, else one of the forms of none."""
    currency = "USD / M Tokens"
    by_unit = {"per_request": None, "per_second": None}
    if row.pricing is None:
        unknown = {"currency": currency, "input": None, "output": None, **by_unit}
        return _UNKNOWN_PRICES.get(row.rules.name, {"pricing": unknown})
    prices = {"input": row.pricing[0], "output": row.pricing[1], **by_unit}
    return {"pricing": {"currency": currency, **prices, "ratio": _RATIO}}
