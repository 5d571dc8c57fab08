"""From LangChain's messages and parameters to the body of a request."""

from __future__ import annotations

import logging
import mimetypes
from typing import TYPE_CHECKING, Any

from langchain_cometapi._check import check_messages
from langchain_cometapi._reasoning import replay_reasoning
from langchain_cometapi._structured import create_response_format
from langchain_cometapi._vendors import get_vendor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langchain_core.messages import BaseMessage

logger = logging.getLogger(__name__)


def name_files(messages: Sequence[BaseMessage]) -> list[BaseMessage]:
    """Give each file block without a name one: OpenAI refuses a file that has none."""
    return [
        message.model_copy(update={"content": [_name_file(block) for block in message.content]})
        if isinstance(message.content, list) and any(map(_is_nameless, message.content))
        else message
        for message in messages
    ]


def _is_nameless(block: object) -> bool:
    return (
        isinstance(block, dict)
        and block.get("type") == "file"
        and ("base64" in block or block.get("source_type") == "base64")
        and not any(
            isinstance(place, dict) and place.get("filename")
            for place in (block, block.get("extras"), block.get("metadata"))
        )
    )


def _name_file(block: Any) -> Any:
    if not _is_nameless(block):
        return block
    return {**block, "filename": f"file{mimetypes.guess_extension(block['mime_type']) or ''}"}


def finish_payload(payload: dict[str, Any], messages: Sequence[BaseMessage]) -> dict[str, Any]:
    """Turn the base class's payload into what this gateway and the model's vendor take.

    Args:
        payload: What `BaseChatOpenAI` made of messages and parameters; changed in place.
        messages: The messages `payload["messages"]` was made of, one for one.
    """
    if not payload.get("stream"):
        payload.pop("stream", None)
    if not payload.get("stop"):
        payload.pop("stop", None)
    if (schema := payload.get("response_format")) is not None:
        payload["response_format"] = create_response_format(schema)
    _name_token_limit(payload)
    _relax_tool_choice(payload)
    replay_reasoning(messages, payload["messages"], payload["model"])
    check_messages(payload["messages"])
    return payload


def _name_token_limit(payload: dict[str, Any]) -> None:
    """Send the token limit under the name the family takes it by."""
    field = get_vendor(payload["model"]).max_tokens_field
    if field is None:
        return
    other = "max_tokens" if field == "max_completion_tokens" else "max_completion_tokens"
    if other in payload and field not in payload:
        payload[field] = payload.pop(other)


def _relax_tool_choice(payload: dict[str, Any]) -> None:
    """Keep a forced tool choice from a thinking model that refuses one.

    Raises:
        ValueError: If the user asked for a tool by name.
    """
    choice = payload.get("tool_choice")
    vendor = get_vendor(payload["model"])
    refuses_any = choice == "required" and vendor.forced_any_while_thinking is False
    refuses_one = isinstance(choice, dict) and vendor.forced_one_while_thinking is False
    if not (refuses_any or refuses_one) or _thinking_is_off(payload):
        return
    if refuses_one:
        msg = (
            f"{payload['model']} refuses a tool choice that names a tool while it thinks. "
            f"Leave the choice to it, or {_HOW_TO_FORCE}."
        )
        raise ValueError(msg)
    payload["tool_choice"] = "auto"
    logger.warning(
        "%s refuses a forced tool choice while it thinks and is left to choose; to force one, %s.",
        payload["model"],
        _HOW_TO_FORCE,
    )


_HOW_TO_FORCE = 'switch thinking off with `extra_body={"thinking": {"type": "disabled"}}`'


def _thinking_is_off(payload: dict[str, Any]) -> bool:
    body = {**payload, **(payload.get("extra_body") or {})}
    thinking = body.get("thinking")
    return (
        (isinstance(thinking, dict) and thinking.get("type") == "disabled")
        or body.get("enable_thinking") is False
        or body.get("reasoning_effort") == "none"
    )
