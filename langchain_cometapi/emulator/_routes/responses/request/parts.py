"""Checks of content parts: in messages, and in the outputs of tools."""

from __future__ import annotations

from typing import Any

from langchain_cometapi.emulator._errors import (
    invalid_value,
    missing_parameter,
    vendor_error,
    wrong_type,
)
from langchain_cometapi.emulator._routes.responses.request.fields import (
    ANY,
    ARRAY,
    INTEGER,
    OBJECT,
    STRING,
    TEXT_OR_PARTS,
    Shape,
    check_shape,
)

_MARK = {"prompt_cache_breakpoint": OBJECT}
_DETAIL = frozenset({"auto", "high", "low", "original"})
_PARTS = {
    "input_text": Shape({"text": STRING}, {"type": STRING, **_MARK}),
    "input_image": Shape(
        {}, {"type": STRING, "image_url": ANY, "file_id": STRING, "detail": _DETAIL, **_MARK}
    ),
    "input_file": Shape(
        {},
        {
            "type": STRING,
            "detail": _DETAIL,
            "file_data": STRING,
            "file_id": STRING,
            "file_url": STRING,
            "filename": STRING,
            **_MARK,
        },
    ),
    "output_text": Shape({"text": STRING}, {"type": STRING, "annotations": ARRAY, "logprobs": ANY}),
    "refusal": Shape({"refusal": STRING}, {"type": STRING}),
    "computer_screenshot": Shape(
        {}, {"type": STRING, "file_id": STRING, "image_url": STRING, "detail": _DETAIL}
    ),
}
_ANNOTATIONS = {
    "file_citation": Shape({"file_id": STRING, "filename": STRING, "index": INTEGER}),
    "url_citation": Shape(
        {"end_index": INTEGER, "start_index": INTEGER, "title": STRING, "url": STRING}
    ),
    "container_file_citation": Shape(
        {
            "container_id": STRING,
            "end_index": INTEGER,
            "file_id": STRING,
            "filename": STRING,
            "start_index": INTEGER,
        }
    ),
    "file_path": Shape({"file_id": STRING, "index": INTEGER}),
}

INPUT_PARTS = frozenset({"input_text", "input_image", "input_file"})
"""What users say, and what tools return."""

OUTPUT_PARTS = frozenset({"output_text", "refusal"})
"""What models say (jeremychone/rust-genai#119)."""

_FILE_SOURCES = ("file_data", "file_id", "file_url")


def check_content(content: Any, path: str, allowed: frozenset[str]) -> None:
    """Check a content: a text, or parts.

    Args:
        content: The content.
        path: Its path.
        allowed: The types of parts that may stand there.

    Raises:
        GatewayError: If a part is malformed, or of another type.
    """
    if isinstance(content, str):
        return
    if not isinstance(content, list):
        raise wrong_type(content, TEXT_OR_PARTS, path)
    for index, part in enumerate(content):
        _check_part(part, f"{path}[{index}]", allowed)


def _check_part(part: Any, path: str, allowed: frozenset[str]) -> None:
    if not isinstance(part, dict):
        raise wrong_type(part, OBJECT, path)
    kind = part.get("type")
    if kind is None:
        raise missing_parameter(path, "type")
    if not isinstance(kind, str) or kind not in allowed:
        raise invalid_value(kind, allowed, f"{path}.type")
    check_shape(part, _PARTS[kind], path)
    if kind == "input_image":
        _check_image(part, path)
    elif kind == "input_file" and not any(part.get(name) for name in _FILE_SOURCES):
        raise missing_parameter(path, "file_id")
    elif kind == "output_text":
        for index, annotation in enumerate(part.get("annotations") or ()):
            _check_annotation(annotation, f"{path}.annotations[{index}]")


def _check_image(part: dict[str, Any], path: str) -> None:
    url = part.get("image_url")
    if url is None:
        if part.get("file_id") is None:
            raise missing_parameter(path, "image_url")
        return
    if not isinstance(url, str):
        raise wrong_type(url, "an image URL", f"{path}.image_url")
    if not url.startswith(("http://", "https://", "data:")):
        msg = (
            f"Invalid '{path}.image_url'. Expected a valid URL, but got a value with an invalid"
            " format."
        )
        raise vendor_error(msg, "invalid_value", f"{path}.image_url")


def _check_annotation(annotation: Any, path: str) -> None:
    if not isinstance(annotation, dict):
        raise wrong_type(annotation, OBJECT, path)
    kind = annotation.get("type")
    if not isinstance(kind, str) or kind not in _ANNOTATIONS:
        raise invalid_value(kind, _ANNOTATIONS, f"{path}.type")
    shape = _ANNOTATIONS[kind]
    check_shape(annotation, Shape(shape.required, {"type": STRING}), path)
