"""The endpoints of a catalogue entry, in the words of `_vendors.base.Endpoint`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from langchain_cometapi._catalog.wire_values import read_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from langchain_cometapi._vendors.base import Endpoint

_NAMES: Mapping[str, Endpoint] = {
    # The catalogue's own names and those of new-api, `constant/endpoint_type.go`; read 2026-11.
    "openai": "chat",
    "openai-chat": "chat",
    "chat": "chat",
    "chat-completions": "chat",
    "completions": "chat",
    "openai-response": "responses",
    "openai-responses": "responses",
    "openai-response-compact": "responses",
    "response": "responses",
    "responses": "responses",
    "anthropic": "messages",
    "anthropic-messages": "messages",
    "claude": "messages",
    "messages": "messages",
    "gemini": "generate_content",
    "google": "generate_content",
    "generate-content": "generate_content",
    "generatecontent": "generate_content",
    "embedding": "embeddings",
    "embeddings": "embeddings",
    "openai-embedding": "embeddings",
    "openai-embeddings": "embeddings",
    "image": "images",
    "images": "images",
    "image-generation": "images",
    "image-edit": "images",
    "openai-image": "images",
    "openai-images": "images",
    "openai-image-edit": "images",
    "audio": "audio",
    "openai-audio": "audio",
    "tts": "audio",
    "speech": "audio",
    "transcription": "audio",
    "video": "videos",
    "videos": "videos",
    "openai-video": "videos",
    "openai-videos": "videos",
}

_PATHS: tuple[tuple[str, Endpoint], ...] = (
    ("chat/completions", "chat"),
    ("/responses", "responses"),
    ("/messages", "messages"),
    ("generatecontent", "generate_content"),
    ("/embeddings", "embeddings"),
    (":embedcontent", "embeddings"),
    ("/images/", "images"),
    ("/audio/", "audio"),
    ("/videos", "videos"),
    ("/video/", "videos"),
)
"""A path of an endpoint holds one of these; the first that fits decides."""

_PATH_FIELDS = ("path", "url", "endpoint")
_NAME_FIELDS = ("key", "name", "type", "endpoint_type", "id")
_MAX_DEPTH = 6


def read_endpoints(value: object) -> tuple[str, ...]:
    """Return the endpoints of an entry, each once.

    Args:
        value: A list of names or of objects with `key`; an object by name, whose values are paths
            or objects with `path`; or a text of any of these, as JSON or with commas. The values
            of an object may be texts of JSON, too.
    """
    return tuple(dict.fromkeys(_read(read_json(value), _MAX_DEPTH)))


def _read(value: object, depth: int) -> Iterator[str]:
    if depth == 0:
        return
    if isinstance(value, str):
        for text in value.split(","):
            if word := _read_word(text):
                yield word
    elif isinstance(value, list):
        for item in value:
            yield from _read(read_json(item), depth - 1)
    elif isinstance(value, dict):
        if any(isinstance(value.get(name), str) for name in (*_NAME_FIELDS, *_PATH_FIELDS)):
            yield from _read_object(value)
        else:
            for name, inner in value.items():
                yield from _read_member(name, read_json(inner))


def _read_member(name: object, inner: object) -> Iterator[str]:
    """Yield the endpoint of a member of an object: by its path if that is known, else its name."""
    if inner is False:
        return
    if isinstance(inner, list):
        inner = next((read_json(item) for item in inner), None)
    path = inner
    if isinstance(inner, dict):
        path = next((p for field in _PATH_FIELDS if isinstance(p := inner.get(field), str)), None)
    known = _read_path(path) if isinstance(path, str) else None
    if word := known or (_read_word(name) if isinstance(name, str) else None):
        yield word


def _read_object(value: Mapping[str, object]) -> Iterator[str]:
    texts = [t for field in _PATH_FIELDS if isinstance(t := value.get(field), str)]
    names = [t for field in _NAME_FIELDS if isinstance(t := value.get(field), str)]
    known: str | None = next((found for text in texts if (found := _read_path(text))), None)
    if word := known or next((w for text in (*names, *texts) if (w := _read_word(text))), None):
        yield word


def _read_path(text: str) -> Endpoint | None:
    lowered = text.lower()
    return next((endpoint for part, endpoint in _PATHS if part in lowered), None)


def _read_word(text: str) -> str | None:
    """Return our word for a name or a path, else the name as it is."""
    name = re.sub(r"[\s_]+", "-", text.strip().lower())
    if not name:
        return None
    return _NAMES.get(name) or _read_path(name) or name


def find_endpoint(word: str) -> str:
    """Return our word for an endpoint that a user names: ours, the catalogue's, or a path."""
    plain = word.strip().lower()
    return plain if plain in _NAMES.values() else _read_word(plain) or plain
