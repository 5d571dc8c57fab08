"""What may happen to a history between two requests."""

from __future__ import annotations

import json
import pickle
from typing import TYPE_CHECKING, Any

from langchain_core.load import dumps, loads
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    HumanMessage,
    SystemMessage,
    ToolMessage,
    message_chunk_to_message,
    messages_from_dict,
    messages_to_dict,
    trim_messages,
)
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.graph.message import add_messages

if TYPE_CHECKING:
    from collections.abc import Callable


def _trim(history: list[Any]) -> list[Any]:
    older = [SystemMessage("Rules"), HumanMessage("Old"), AIMessage("Older"), *history]
    trimmed = trim_messages(
        older, max_tokens=len(history) + 1, token_counter=len, include_system=True, start_on="human"
    )
    assert len(trimmed) == len(history) + 1
    return trimmed[1:]


def _load(history: list[Any]) -> list[Any]:
    allowed: list[Any] = [HumanMessage, AIMessage, AIMessageChunk, ToolMessage]
    return [loads(dumps(message), allowed_objects=allowed) for message in history]


def _checkpoint(history: list[Any]) -> list[Any]:
    serde = JsonPlusSerializer()
    restored: list[Any] = serde.loads_typed(serde.dumps_typed(history))
    return restored


ROUND_TRIPS: dict[str, Callable[[list[Any]], list[Any]]] = {
    "dumps": _load,
    "dict": lambda history: messages_from_dict(messages_to_dict(history)),
    "json": lambda history: messages_from_dict(json.loads(json.dumps(messages_to_dict(history)))),
    "pickle": lambda history: pickle.loads(pickle.dumps(history)),  # noqa: S301 - our own
    "checkpoint": _checkpoint,
    "deep copy": lambda history: [message.model_copy(deep=True) for message in history],
    "trim": _trim,
    "add_messages": lambda history: list(add_messages([], list(history))),
    "whole": lambda history: [message_chunk_to_message(message) for message in history],
}
