"""Messages: their roles, their content, their order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._routes.messages.request.blocks import (
    ALL_BLOCKS,
    ASSISTANT_BLOCKS,
    SERVER_RESULTS,
    SYSTEM_BLOCKS,
    TEXT_BLOCKS,
    USER_BLOCKS,
    Block,
    check_blocks,
)
from langchain_cometapi.emulator._routes.messages.request.fields import (
    Field,
    anything,
    array,
    check_object,
    refuse,
)
from langchain_cometapi.emulator._routes.messages.request.headers import has_beta

if TYPE_CHECKING:
    from langchain_cometapi.emulator._rules.messages import MessagesRules

_OWN_BLOCKS = {"assistant": ASSISTANT_BLOCKS, "user": USER_BLOCKS}
_OTHER = {"assistant": "user", "user": "assistant"}
# What messages of the role "system" have with betas of these beginnings.
_SYSTEM_FIELDS = {
    "clear_at": "mid-conversation-system-",
    "output_config": "mid-conversation-output-config-",
}
_TOOL_BETAS = ("inline-tools-", "mid-conversation-tool-changes-")
_FIELDS = {"role": Field(anything, required=True), "content": Field(anything, required=True)}
_UNFINISHED = ("server_tool_use", "mcp_tool_use", "mcp_tool_result", "compaction", *SERVER_RESULTS)
"""Blocks at the end of a turn that was paused, which is sent back to be continued."""


@dataclass(frozen=True)
class Turn:
    """A message, or several in a row of the same role, which are one turn.

    Attributes:
        role: "user", "assistant" or "system".
        index: The index of the first message.
        blocks: The blocks, each with its path.
    """

    role: str
    index: int
    blocks: list[tuple[str, Block]]


def read_turns(value: Any, rules: MessagesRules, betas: list[str]) -> list[Turn]:
    """Return the turns of a conversation.

    Args:
        value: The request's `messages`.
        rules: What the model accepts.
        betas: The betas that the request asks for.

    Raises:
        GatewayError: For the first broken rule.
    """
    array(value, "messages")
    if not value:
        refuse("messages", "at least one message is required")
    turns: list[Turn] = []
    for index, message in enumerate(value):
        role = _check_message(message, index, rules, betas)
        blocks = _read_blocks(message["content"], f"messages.{index}.content")
        if not blocks and not (role == "assistant" and index == len(value) - 1):
            refuse(
                f"messages.{index}",
                "all messages must have non-empty content except for the optional final assistant"
                " message",
            )
        if turns and turns[-1].role == role:
            turns[-1].blocks.extend(blocks)
        else:
            turns.append(Turn(role, index, blocks))
    if turns[0].role != "user":
        refuse("messages", 'first message must use the "user" role')
    _check_end(turns[-1], rules)
    return turns


def is_paused(turns: list[Turn]) -> bool:
    """Return whether a conversation ends with a turn of the model that was paused.

    Args:
        turns: The conversation.
    """
    last = turns[-1]
    return (
        last.role == "assistant"
        and bool(last.blocks)
        and last.blocks[-1][1]["type"] in (_UNFINISHED)
    )


def check_system(value: Any) -> list[Block]:
    """Return the blocks of the system prompt.

    Args:
        value: The request's `system`.

    Raises:
        GatewayError: For the first broken rule.
    """
    if isinstance(value, str):
        return [{"type": "text", "text": value}] if value else []
    check_blocks(value, "system", TEXT_BLOCKS)
    for block in value:
        _check_text(block, "system")
    return list(value)


def _check_message(message: Any, index: int, rules: MessagesRules, betas: list[str]) -> str:
    path = f"messages.{index}"
    role = message.get("role") if isinstance(message, dict) else None
    more = {
        name: Field(anything)
        for name, beta in _SYSTEM_FIELDS.items()
        if role == "system" and has_beta(betas, beta)
    }
    check_object(message, path, {**_FIELDS, **more})
    if role == "system" and not rules.system_messages:
        refuse(
            "messages",
            'Unexpected role "system". The Messages API accepts a top-level `system` parameter,'
            ' not "system" as an input message role.',
        )
    if role not in ("user", "assistant", "system"):
        refuse(
            "messages",
            f'Unexpected role "{role}". Allowed roles are "user" or "assistant".',
        )
    content = message["content"]
    if isinstance(content, str):
        return str(role)
    if not isinstance(content, list):
        refuse(f"{path}.content", "Input should be a valid list")
    changes_tools = has_beta(betas, *_TOOL_BETAS)
    own = _OWN_BLOCKS.get(str(role), SYSTEM_BLOCKS if changes_tools else TEXT_BLOCKS)
    for position, block in enumerate(content):
        kind = block.get("type") if isinstance(block, dict) else None
        if isinstance(kind, str) and kind in ALL_BLOCKS and kind not in own and role in _OTHER:
            refuse(
                f"{path}.content.{position}",
                f"`{kind}` blocks can only be in `{_OTHER[str(role)]}` messages",
            )
    check_blocks(content, f"{path}.content", own if role == "system" else ALL_BLOCKS)
    return str(role)


def _read_blocks(content: Any, path: str) -> list[tuple[str, Block]]:
    if isinstance(content, str):
        blocks = [{"type": "text", "text": content}] if content else []
    else:
        blocks = content
    for block in blocks:
        _check_text(block, "messages")
    return [(f"{path}.{position}", block) for position, block in enumerate(blocks)]


def _check_text(block: Block, where: str) -> None:
    # anthropics/claude-code#59812 and #23440
    if block["type"] != "text":
        return
    if not block["text"]:
        refuse(where, "text content blocks must be non-empty")
    if not block["text"].strip():
        refuse(where, "text content blocks must contain non-whitespace text")


def _check_end(turn: Turn, rules: MessagesRules) -> None:
    """Check the beginning of a response that the model is to continue."""
    if turn.role != "assistant" or (turn.blocks and turn.blocks[-1][1]["type"] in _UNFINISHED):
        return
    last = turn.blocks[-1][1] if turn.blocks else {"type": "text", "text": ""}
    if last["type"] == "tool_use":
        return  # the order of calls and results says what is wrong
    if not rules.prefill:
        msg = (
            "This model does not support assistant message prefill. The conversation must end with"
            " a user message."
        )
        refuse("", msg)
    if last["type"] == "text" and re.search(r"\s$", last["text"]):
        refuse("messages", "final assistant content cannot end with trailing whitespace")
