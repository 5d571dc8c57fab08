"""A history of LangChain messages as the messages of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from langchain_core.messages import (
    AIMessage,
    ChatMessage,
    FunctionMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)

from langchain_cometapi._chat.request.assistant_messages import convert_assistant_message
from langchain_cometapi._chat.request.blocks import (
    TOOL_OUTPUT_BLOCKS,
    is_type,
    list_item_calls,
    read_tool_result,
)
from langchain_cometapi._chat.request.names import convert_author
from langchain_cometapi._chat.request.parts import convert_content
from langchain_cometapi._chat.request.replay import replay_reasoning
from langchain_cometapi.exceptions import CometAPIUnsentRequestError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from langchain_core.messages import BaseMessage

    from langchain_cometapi._context import CallContext

Numbered: TypeAlias = "tuple[int, BaseMessage]"
"""A message and its place in the user's history."""


def convert_messages(messages: Sequence[BaseMessage], context: CallContext) -> list[dict[str, Any]]:
    """Return the messages of a request for a history.

    Args:
        messages: The history; nothing in it is changed.
        context: The call; what is changed for its model is recorded there.

    Raises:
        CometAPIUnsentRequestError: If a content block cannot be sent to this model.
        CometAPIUnsentRequestError: If a message is of no known class.
    """
    return [encoded for _, encoded in convert_each(messages, context)]


def convert_each(
    messages: Sequence[BaseMessage], context: CallContext
) -> Iterator[tuple[BaseMessage, dict[str, Any]]]:
    """Yield each message of a history and what is sent of it; see `convert_messages`."""
    history = leave_out_item_results(split_tool_results(messages), context)
    authors: dict[str, str] = {}
    for (number, message), answered in zip(history, find_answered_calls(history), strict=True):
        try:
            yield message, _convert_message_to_dict(message, context, answered, authors)
        except ValueError as error:
            msg = f"Message {number}: {error}"
            raise CometAPIUnsentRequestError(msg) from error
        except RecursionError:
            msg = f"Message {number} is nested too deeply to be sent."
            raise CometAPIUnsentRequestError(msg) from None


# -- tool results --------------------------------------------------------------------------------


def split_tool_results(messages: Sequence[BaseMessage]) -> list[Numbered]:
    """Return a history with Anthropic's tool results as tool messages.

    Anthropic has them in user messages; those of parallel calls may be in several. All results go
    before the other blocks of these messages, as nothing may come between a call and its result.
    """
    if all(isinstance(message.content, str) for message in messages):
        return list(enumerate(messages))
    history: list[Numbered] = []
    delayed: list[Numbered] = []
    for number, message in enumerate(messages):
        results = _read_tool_results(message)
        if not results:
            if delayed and not isinstance(message, ToolMessage):
                history += delayed
                delayed = []
            history.append((number, message))
            continue
        history += [(number, result) for result in results]
        if others := [block for block in message.content if not is_type(block, "tool_result")]:
            delayed.append((number, message.model_copy(update={"content": others})))
    return history + delayed


def _read_tool_results(message: BaseMessage) -> list[ToolMessage]:
    if not isinstance(message, HumanMessage) or not isinstance(message.content, list):
        return []
    return [
        ToolMessage(
            [block],
            tool_call_id=block.get("tool_use_id") or "",
            status="error" if block.get("is_error") else "success",
        )
        for block in message.content
        if isinstance(block, dict) and is_type(block, "tool_result")
    ]


def leave_out_item_results(history: list[Numbered], context: CallContext) -> list[Numbered]:
    """Return a history without the results of calls that are left out themselves.

    Other models and routes cannot take calls of OpenAI's own tools, such as a computer's.
    """
    left_out: set[object] = set()
    for _, message in history:
        if isinstance(message, AIMessage):
            ids = list_item_calls(message)
            if ids and not context.keeps_items_of(message):
                left_out.update(ids)
    if not left_out:
        return history
    kept = [
        (number, message)
        for number, message in history
        if not (isinstance(message, ToolMessage) and message.tool_call_id in left_out)
    ]
    if len(kept) < len(history):
        reason = "reads no calls of built-in tools of another model, nor their results"
        context.record_change("messages", "dropped", reason)
    return kept


def find_answered_calls(history: list[Numbered]) -> list[frozenset[str]]:
    """Return for each message the calls that the tool messages right after it answer."""
    answered: list[frozenset[str]] = []
    after: frozenset[str] = frozenset()
    for _, message in reversed(history):
        answered.append(after)
        after = after | {message.tool_call_id} if isinstance(message, ToolMessage) else frozenset()
    return answered[::-1]


def unwrap_tool_result(content: str | list[Any]) -> str | list[Any]:
    """Return the content inside of a block that is a result, so that text stays text.

    A block with `cache_control` is kept, as only parts can carry it.
    """
    if not isinstance(content, list) or len(content) != 1:
        return content
    block = content[0]
    if is_type(block, "tool_result"):
        return content if block.get("cache_control") else read_tool_result(block)
    inner = block.get("value") if is_type(block, "non_standard") else block
    is_output = isinstance(inner, dict) and inner.get("type") in TOOL_OUTPUT_BLOCKS
    if is_output and isinstance(output := inner.get("output"), (str, list)):
        return output
    return content


# -- messages ------------------------------------------------------------------------------------


def _convert_message_to_dict(
    message: BaseMessage,
    context: CallContext,
    answered: Collection[str],
    authors: dict[str, str],
) -> dict[str, Any]:
    if isinstance(message, ToolMessage):
        content = convert_content(unwrap_tool_result(message.content), context)
        return {"role": "tool", "tool_call_id": message.tool_call_id, "content": content}
    if isinstance(message, ChatMessage) and message.role == "assistant":
        # The model's own turn, whatever class it has: some families demand its reasoning.
        message = AIMessage(**message.model_dump(exclude={"type", "role"}))
    if isinstance(message, AIMessage):
        body = convert_assistant_message(message, context, answered)
    else:
        body = {
            "role": _get_role(message, context),
            "content": convert_content(message.content, context),
        }
    name = message.name or message.additional_kwargs.get("name")
    if body["role"] != "function":  # there it is the name of a tool
        name = convert_author(name, body["role"], context, authors)
    if name is not None:
        body["name"] = name
    if isinstance(message, AIMessage) and context.endpoint == "chat":
        replay_reasoning(message, body, context)
    return body


def _get_role(message: BaseMessage, context: CallContext) -> str:
    if isinstance(message, HumanMessage):
        return "user"
    if isinstance(message, FunctionMessage):
        return "function"
    if isinstance(message, SystemMessage):
        role = str(message.additional_kwargs.get("__openai_role__", "system"))
    elif isinstance(message, ChatMessage):
        role = message.role
    else:
        msg = f"Messages of the type {type(message).__name__} cannot be sent."
        raise CometAPIUnsentRequestError(msg)
    if role == "developer" and context.vendor.developer_role is False:
        context.record_change("developer", "renamed", "takes it as `system`")
        return "system"
    return role
