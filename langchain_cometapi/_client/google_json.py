"""The JSON of Gemini's protocol in the form that CometAPI documents.

Google's servers read names in snake case and either alphabet of base64, and google-genai writes
both; CometAPI documents camel case alone ("Generate content", seen 2026-11-26), and a gateway may
read no other.
"""

from __future__ import annotations

import re
from typing import Any

from langchain_cometapi._vendors.google import SIGNATURE_STAND_INS

_UNDERSCORE = re.compile(r"_+([a-z0-9])")
_TO_STANDARD = str.maketrans("-_", "+/")

_BYTES = frozenset({"data", "thoughtSignature"})
_AS_THEY_ARE = frozenset(
    {"args", "response", "labels", "parametersJsonSchema", "responseJsonSchema", "example"}
    | {"default", "enum"}
)
"""Fields whose value is the user's own."""
_OWN_NAMES = frozenset({"properties", "defs", "$defs"})
"""Fields with names of the user's, and values that are Google's."""


def to_documented_form(value: Any) -> Any:
    """Return a part of a request with names in camel case and bytes in standard base64."""
    if isinstance(value, list):
        return [to_documented_form(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {(key := _to_camel(name)): _convert(key, item) for name, item in value.items()}


def _to_camel(name: str) -> str:
    return _UNDERSCORE.sub(lambda found: found[1].upper(), name) if "_" in name else name


def _convert(name: str, value: Any) -> Any:
    if name in _AS_THEY_ARE:
        return value
    if name in _BYTES and isinstance(value, str):
        return value if value in SIGNATURE_STAND_INS else value.translate(_TO_STANDARD)
    if name in _OWN_NAMES and isinstance(value, dict):
        return {own: to_documented_form(item) for own, item in value.items()}
    return to_documented_form(value)
