"""Checks of the contents: their roles, their parts and the media in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NoReturn

from langchain_cometapi.emulator._routes.generate_content.errors import refuse
from langchain_cometapi.emulator._rules.google_messages import PART_DATA
from langchain_cometapi.emulator._rules.google_native import (
    MAX_INLINE_BYTES,
    MEDIA_TYPES,
    TEXT_TYPES,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_cometapi.emulator._rules.google_native import GeminiRules

Message = dict[str, Any]

_ROLES = ("model", "user")
_OF_MODEL = frozenset({"codeExecutionResult", "executableCode", "functionCall", "toolCall"})
_UPLOADED = re.compile(r"(?:https://generativelanguage\.googleapis\.com/v\w+/)?files/([\w-]+)")
_OFFSET = re.compile(r"\d+(\.\d+)?s")
_MAX_FPS = 24
_NAME = "[a-zA-Z_][a-zA-Z0-9_.:-]{0,63}"


def check_contents(contents: list[Message], rules: GeminiRules) -> None:
    """Check the contents of a request.

    Args:
        contents: The contents; those without a role get the user's.
        rules: The model's rules.

    Raises:
        PassedOnError: In Google's words.
    """
    if not contents:
        msg = "* GenerateContentRequest.contents: contents is not specified\n"
        refuse(msg)
    for index, content in enumerate(contents):
        role = content.setdefault("role", "user") or "user"
        if role not in (*_ROLES, "function"):
            msg = "Please use a valid role: user, model."
            refuse(msg)
        content["role"] = "user" if role == "function" else role
        _check_parts(content, f"contents[{index}]", rules)
    size = sum(len(blob.get("data", "")) * 3 // 4 for blob in _blobs(contents))
    if size > MAX_INLINE_BYTES:
        msg = f"Request payload size exceeds the limit: {MAX_INLINE_BYTES} bytes."
        refuse(msg)


def check_instruction(instruction: Message | None) -> None:
    """Check the system instruction.

    Args:
        instruction: The content; `None` without one.

    Raises:
        PassedOnError: If there is something else than text in it.
    """
    parts = (instruction or {}).get("parts", [])
    if instruction is not None and not parts:
        _refuse_empty("system_instruction.parts")
    for index, part in enumerate(parts):
        if not part.get("text"):
            if not part.keys() & PART_DATA - {"text"}:
                _refuse_empty(f"system_instruction.parts[{index}].data")
            msg = "System instruction must have text parts only."
            refuse(msg)


def modality_of(media_type: str) -> str | None:
    """Return the modality of a media type; `None` if Gemini takes no such thing.

    Args:
        media_type: The media type, in lower case.
    """
    if media_type.startswith("text/") or media_type in TEXT_TYPES:
        return "TEXT"
    return next((name for name, types in MEDIA_TYPES.items() if media_type in types), None)


def _check_parts(content: Message, path: str, rules: GeminiRules) -> None:
    parts = content.get("parts", [])
    if not parts:
        msg = f"* GenerateContentRequest.{path}.parts: contents.parts must not be empty.\n"
        refuse(msg)
    for index, part in enumerate(parts):
        _check_part(part, f"{path}.parts[{index}]", content["role"], rules)


def _check_part(part: Message, path: str, role: str, rules: GeminiRules) -> None:
    kind = next((name for name in part if name in PART_DATA), None)
    # A text may be empty if it carries a signature, as at the end of a stream.
    if kind is None or (kind == "text" and not part["text"] and "thoughtSignature" not in part):
        _refuse_empty(f"{path}.data")
    if "videoMetadata" in part:
        _check_video(part, path)
    if kind in ("functionCall", "functionResponse"):
        _check_call(part[kind], f"{path}.{kind}")
    if role == "user" and kind in _OF_MODEL:
        msg = f"* GenerateContentRequest.{path}: {kind} is not valid in a turn of the user\n"
        refuse(msg)
    if role == "model" and kind == "functionResponse":
        msg = "Please ensure that function response turn comes immediately after a function call"
        refuse(f"{msg} turn.")
    for name, media in _media_of(part):
        _check_media(media, f"{path}.{name}", rules)


def _check_call(call: Message, path: str) -> None:
    if not call.get("name"):
        words = "Name cannot be empty."
        msg = f"* GenerateContentRequest.{_snake_path(path)}.name: {words}\n"
        refuse(msg)
    if not re.fullmatch(_NAME, call["name"]):
        msg = f"* GenerateContentRequest.{_snake_path(path)}.name: Invalid function name."
        refuse(msg)
    if path.endswith("functionResponse") and "response" not in call:
        msg = f"* GenerateContentRequest.{_snake_path(path)}.response: Response must be set.\n"
        refuse(msg)


def _check_video(part: Message, path: str) -> None:
    blob = part.get("inlineData") or part.get("fileData") or {}
    video = part["videoMetadata"]
    # A URI may lack a media type, as those of YouTube do.
    if modality_of(str(blob.get("mimeType", "video/mp4")).lower()) != "VIDEO" or not blob:
        msg = f"* GenerateContentRequest.{path}.video_metadata: only allowed for video\n"
        refuse(msg)
    for name in ("startOffset", "endOffset"):
        if name in video and not _OFFSET.fullmatch(video[name]):
            where = f"{path}.video_metadata.{_snake_path(name)}"
            kind = "type.googleapis.com/google.protobuf.Duration"
            msg = f"Invalid value at '{where}' ({kind}), Illegal duration format"
            refuse(msg)
    if not 0 < video.get("fps", 1) <= _MAX_FPS:
        msg = f"* GenerateContentRequest.{path}.video_metadata.fps: must be in (0.0, 24.0]\n"
        refuse(msg)


def _check_media(media: Message, path: str, rules: GeminiRules) -> None:
    is_file = path.endswith("fileData")
    path = _snake_path(path)
    if is_file:
        _check_uri(media.get("fileUri", ""), path)
    elif not media.get("data"):
        refuse(f"* GenerateContentRequest.{path}.data: Data cannot be empty.\n")
    media_type = str(media.get("mimeType", "")).lower().partition(";")[0]
    if not media_type:
        if is_file:  # a URI may say what it is, as those of YouTube do
            return
        refuse(f"* GenerateContentRequest.{path}.mime_type: MIME type must be set.\n")
    modality = modality_of(media_type)
    if modality is None:
        msg = f"Unsupported MIME type: {media_type}"
        refuse(msg)
    if modality != "TEXT" and modality not in rules.inputs:
        msg = f"{modality.capitalize()} input modality is not enabled for this model"
        refuse(msg)


def _check_uri(uri: str, path: str) -> None:
    if not uri:
        refuse(f"* GenerateContentRequest.{path}.file_uri: File URI must be set.\n")
    uploaded = _UPLOADED.fullmatch(uri)
    if uploaded is not None:  # the gateway has no route to upload one
        msg = f"You do not have permission to access the File {uploaded[1]} or it may not exist."
        refuse(msg, 403)
    if not uri.startswith(("https://", "http://", "gs://")):
        refuse(f"Invalid or unsupported file uri: {uri}")


def _media_of(part: Message) -> Iterator[tuple[str, Message]]:
    for name in ("inlineData", "fileData"):
        if name in part:
            yield name, part[name]
    for index, inner in enumerate(part.get("functionResponse", {}).get("parts", ())):
        for name in ("inlineData", "fileData"):
            if name in inner:
                yield f"functionResponse.parts[{index}].{name}", inner[name]


def _blobs(contents: list[Message]) -> Iterator[Message]:
    for content in contents:
        for part in content["parts"]:
            yield from (media for _, media in _media_of(part))


def _snake_path(path: str) -> str:
    return re.sub(r"[A-Z]", lambda found: f"_{found[0].lower()}", path)


def _refuse_empty(path: str) -> NoReturn:
    words = "required oneof field 'data' must have one initialized field"
    refuse(f"* GenerateContentRequest.{path}: {words}\n")
