"""Histories of any model and any route, as LangChain's own class for a vendor can send them.

`ChatAnthropic` and `ChatGoogleGenerativeAI` know their own messages and plain ones. Of others they
send what the vendor refuses (reasoning without its signature, blocks of other vendors, ids that
come twice), or lose it (results of calls that could not be read). So here messages of other models
become plain ones, and media LangChain's standard blocks; the vendor's own messages stay as they
are.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from langchain_core.messages import (
    AIMessage,
    ChatMessage,
    FunctionMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)

from langchain_cometapi._chat.request.assistant_messages import (
    convert_assistant_message,
    find_calls,
)
from langchain_cometapi._chat.request.blocks import is_type
from langchain_cometapi._chat.request.messages import (
    find_answered_calls,
    leave_out_item_results,
    split_tool_results,
    unwrap_tool_result,
)
from langchain_cometapi._chat.request.names import rename_tools
from langchain_cometapi._chat.request.native_content import (
    DIALECTS,
    NativeDialect,
    NativeEndpoint,
    clean_model_content,
    translate_content,
    translate_system,
)
from langchain_cometapi._chat.request.tool_rounds import adapt_tool_rounds
from langchain_cometapi._chat.request.validation import check_messages
from langchain_cometapi._content.image_signatures import KEY, restore_signatures
from langchain_cometapi._vendors.registry import UNKNOWN, get_vendor
from langchain_cometapi.exceptions import CometAPIUnsentRequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from langchain_core.messages import BaseMessage

    from langchain_cometapi._chat.request.messages import Numbered
    from langchain_cometapi._context import CallContext
    from langchain_cometapi._vendors.registry import Vendor

T = TypeVar("T")

_GEMINI_SIGNATURES = "__gemini_function_call_thought_signatures__"
"""Where `ChatGoogleGenerativeAI` keeps the signatures of calls, by the ids of these."""

_SYSTEM_FIRST = "takes system messages for the whole history"

_REASONING = ("thinking", "redacted_thinking", "reasoning")

# Blocks of calls -> their field with the arguments.
_ARGUMENTS = {"tool_use": "input", "tool_call": "args"}

_ROLES: dict[str, type[BaseMessage]] = {
    "assistant": AIMessage,
    "user": HumanMessage,
    "system": SystemMessage,
    "developer": SystemMessage,
}


def write_request(
    write: Callable[[list[BaseMessage]], T],
    messages: Sequence[BaseMessage],
    context: CallContext,
    endpoint: NativeEndpoint,
) -> T:
    """Return the request that LangChain's class for the vendor writes for a history.

    Args:
        write: What writes it.
        messages: The history; nothing in it is changed.
        context: The call; what is changed for its model is recorded there.
        endpoint: The vendor's own route.

    Raises:
        CometAPIUnsentRequestError: If it cannot be sent; see `adapt_history`.
        ValueError: What the class raises.
    """
    history = adapt_history(messages, context, endpoint)
    try:
        return write(history)
    except OSError as error:  # the class for Gemini loads what a block has under `url`
        msg = (
            f"A file at a URL could not be loaded on this machine: {type(error).__name__}. Pass "
            'its content as `base64`, or {"type": "media", "file_uri": ..., "mime_type": ...}.'
        )
        raise CometAPIUnsentRequestError(msg) from None
    except ValueError:  # the class for Claude takes one run of system messages, or a few places
        order = sorted(history, key=lambda message: not isinstance(message, SystemMessage))
        if all(new is old for new, old in zip(order, history, strict=True)):
            raise
    context.record_change("messages", "rewritten", _SYSTEM_FIRST)
    return write(order)


def adapt_history(
    messages: Sequence[BaseMessage], context: CallContext, endpoint: NativeEndpoint
) -> list[BaseMessage]:
    """Return a history that LangChain's class for the vendor sends right.

    Args:
        messages: The history; nothing in it is changed.
        context: The call; what is changed for its model is recorded there.
        endpoint: The vendor's own route.

    Raises:
        CometAPIUnsentRequestError: If a message cannot be sent to this model, or if a call has no
            result, or a result no call.
    """
    dialect = DIALECTS[endpoint]
    # The classes pair calls and results by their ids, so that one that came twice mixes them up.
    vendor = replace(context.vendor, unique_tool_call_ids=True, tool_media=None, **dialect.media)
    context = replace(context, vendor=vendor)  # with the same list of changes
    history = split_tool_results([_set_class(message) for message in messages])
    history = _name_older_calls(leave_out_item_results(history, context))
    if dialect.leading_system:
        history = _lead_with_system(history, context)
    turns: list[_Turn] = []
    for (number, message), answered in zip(history, find_answered_calls(history), strict=True):
        try:
            turn = _create_turn(message, answered, context, dialect)
        except ValueError as error:
            msg = f"Message {number}: {error}"
            raise CometAPIUnsentRequestError(msg) from error
        except RecursionError:
            msg = f"Message {number} is nested too deeply to be sent."
            raise CometAPIUnsentRequestError(msg) from None
        turns.append(turn)
    turns = _leave_out_empty(turns, context)
    if dialect.joins_model_turns:
        turns = _join_model_turns(turns)
    bodies = [turn.body for turn in turns]
    check_messages(bodies)
    rename_tools({}, bodies, context)
    adapt_tool_rounds(bodies, vendor)
    calls = [call for body in bodies for call in body.get("tool_calls", ())]
    names = {call["id"]: call["function"]["name"] for call in calls}
    return [_finish(turn, names) for turn in turns]


# -- other classes -------------------------------------------------------------------------------


def _set_class(message: BaseMessage) -> BaseMessage:
    """Return a message that has a role as one of the class for it.

    Raises:
        CometAPIUnsentRequestError: If there is none.
    """
    if not isinstance(message, ChatMessage):
        return message
    if message.role not in _ROLES:
        known = ", ".join(_ROLES)
        msg = f"A message has the unknown role {message.role!r}; known are {known}."
        raise CometAPIUnsentRequestError(msg)
    return _ROLES[message.role](**message.model_dump(exclude={"type", "role"}))


def _name_older_calls(history: list[Numbered]) -> list[Numbered]:
    """Return a history whose calls of functions, an older form without ids, are tool calls."""
    named: list[Numbered] = []
    for number, message in history:
        if not isinstance(message, FunctionMessage):
            named.append((number, message))
            continue
        id_ = f"call_function_{number}"
        caller = named[-1][1] if named else None
        call = caller.additional_kwargs.get("function_call") if caller is not None else None
        if isinstance(caller, AIMessage) and isinstance(call, dict):
            raw = {"id": id_, "type": "function", "function": call}
            caller = AIMessage(caller.content, additional_kwargs={"tool_calls": [raw]})
            named[-1] = (named[-1][0], caller)
        named.append((number, ToolMessage(message.content, tool_call_id=id_)))
    return named


def _lead_with_system(history: list[Numbered], context: CallContext) -> list[Numbered]:
    """Return a history whose system messages come first, if one of them would be lost."""
    if not history or isinstance(history[0][1], SystemMessage):
        return history
    system = [one for one in history if isinstance(one[1], SystemMessage)]
    if not system:
        return history
    context.record_change("messages", "rewritten", _SYSTEM_FIRST)
    return system + [one for one in history if not isinstance(one[1], SystemMessage)]


# -- single messages -----------------------------------------------------------------------------


@dataclass
class _Turn:
    """A message on its way.

    Attributes:
        message: The message, with the content that is sent.
        body: Its role, ids and names, as the rules of the chat route see and change them.
        calls: Its tool calls as they are sent, but for what the rules change.
    """

    message: BaseMessage
    body: dict[str, Any]
    calls: list[dict[str, Any]] = field(default_factory=list)


def _create_turn(
    message: BaseMessage,
    answered: Collection[str],
    context: CallContext,
    dialect: NativeDialect,
) -> _Turn:
    if isinstance(message, AIMessage):
        return _create_model_turn(message, answered, context, dialect)
    body: dict[str, Any] = {"role": "user", "content": None}
    content = message.content
    if isinstance(message, ToolMessage):
        body = {"role": "tool", "content": None, "tool_call_id": message.tool_call_id}
        content = unwrap_tool_result(content)
    elif isinstance(message, SystemMessage):
        body["role"] = "system"
    elif not isinstance(message, HumanMessage):
        msg = f"Messages of the type {type(message).__name__} cannot be sent."
        raise CometAPIUnsentRequestError(msg)
    is_system = isinstance(message, SystemMessage)
    translate = translate_system if is_system else translate_content
    content = translate(content, context, dialect)
    if content != message.content:
        message = message.model_copy(update={"content": content})
    return _Turn(message, body)


def _create_model_turn(
    message: AIMessage,
    answered: Collection[str],
    context: CallContext,
    dialect: NativeDialect,
) -> _Turn:
    metadata = message.response_metadata
    provider = metadata.get("model_provider")
    is_own = provider in dialect.providers
    if (is_own and _is_of_family(metadata.get("model_name"), context.vendor)) or not provider:
        encoded = find_calls(message, answered)
        ids = {call["id"] for call in encoded}
        is_v1 = metadata.get("output_version") == "v1"
        content = clean_model_content(
            message.content, context, dialect, ids, is_v1=is_v1, is_own=is_own
        )
        content = content or message.additional_kwargs.get("refusal") or ""
        if is_v1 and isinstance(content, list):
            content = restore_signatures(content, message.additional_kwargs.get(KEY))
        # The class would send this in place of the content, where there are no other calls.
        extras = {k: v for k, v in message.additional_kwargs.items() if k != "function_call"}
        kept = message.model_copy(update={"content": content, "additional_kwargs": extras})
    else:
        body = convert_assistant_message(message, context, answered)
        encoded = body.get("tool_calls") or []
        kept = AIMessage(body["content"] or "", id=message.id)
    calls = [
        {"name": call["function"]["name"], "args": args, "id": call["id"], "type": "tool_call"}
        for call, args in zip(encoded, _read_arguments(message, encoded), strict=True)
    ]
    return _Turn(kept, {"role": "assistant", "content": None, "tool_calls": encoded}, calls)


def _read_arguments(message: AIMessage, encoded: list[dict[str, Any]]) -> Iterator[Any]:
    """Yield the arguments of the calls of a message; those of valid calls come first."""
    known = message.tool_calls
    for number, call in enumerate(encoded):
        text = call["function"]["arguments"]
        yield known[number]["args"] if number < len(known) else json.loads(text)


def _is_of_family(model: object, vendor: Vendor) -> bool:
    """Return whether a model is of a family, as far as is known of its name.

    LangChain's class may have called another family that speaks the same protocol.
    """
    known = get_vendor(model) if isinstance(model, str) else UNKNOWN
    return UNKNOWN in (known, vendor) or known.family == vendor.family


def _leave_out_empty(turns: list[_Turn], context: CallContext) -> list[_Turn]:
    """Return the messages that say something.

    Raises:
        CometAPIUnsentRequestError: If the last one does not, and is the user's.
    """
    if context.vendor.empty_messages is not False:
        return turns
    kept = []
    for number, turn in enumerate(turns):
        content, role = turn.message.content, turn.body["role"]
        if not _is_blank(content) or turn.calls or role == "tool":
            kept.append(turn)
        elif number == len(turns) - 1 and role == "user":
            msg = f"The last message is empty, which {context.model} refuses. Put text into it."
            raise CometAPIUnsentRequestError(msg)
        else:
            context.record_change("messages", "left out", "takes no empty messages")
    return kept


def _join_model_turns(turns: list[_Turn]) -> list[_Turn]:
    """Return the messages, with the text of the model in the calls that come right after it."""
    joined: list[_Turn] = []
    for turn in turns:
        if turn.calls:
            texts: list[Any] = []
            while joined and _is_text_turn(joined[-1]):
                texts.insert(0, {"type": "text", "text": joined.pop().message.text})
            if texts:
                content = turn.message.content
                own = [{"type": "text", "text": content}] if isinstance(content, str) else content
                update = {"content": [*texts, *(own if content else ())]}
                turn.message = turn.message.model_copy(update=update)
        joined.append(turn)
    return joined


def _is_text_turn(turn: _Turn) -> bool:
    """Return whether a message of the model has text, and nothing else that has to be sent."""
    content = turn.message.content
    blocks = () if isinstance(content, str) else content
    is_text = all(isinstance(b, str) or is_type(b, "text", *_REASONING) for b in blocks)
    return turn.body["role"] == "assistant" and not turn.calls and is_text


def _is_blank(content: str | list[Any]) -> bool:
    """Return whether a content says nothing: no text, or reasoning alone, as of a cut message."""
    if isinstance(content, str):
        return not content or content.isspace()
    return all(is_type(block, *_REASONING) for block in content)


def _finish(turn: _Turn, names: dict[str, str]) -> BaseMessage:
    """Return a message with the ids and the names that are sent."""
    message, body = turn.message, turn.body
    if isinstance(message, ToolMessage):
        id_ = body["tool_call_id"]
        name = message.name and names.get(id_, message.name)
        if (id_, name) == (message.tool_call_id, message.name):
            return message
        return message.model_copy(update={"tool_call_id": id_, "name": name})
    if not isinstance(message, AIMessage):
        return message
    calls = [
        {**call, "id": sent["id"], "name": sent["function"]["name"]}
        for call, sent in zip(turn.calls, body["tool_calls"], strict=True)
    ]
    update: dict[str, Any] = {"tool_calls": calls, "invalid_tool_calls": []}
    by_id = {old["id"]: new for old, new in zip(turn.calls, calls, strict=True)}
    if isinstance(message.content, list):
        update["content"] = [_write_call_block(block, by_id) for block in message.content]
    signatures = message.additional_kwargs.get(_GEMINI_SIGNATURES)
    if isinstance(signatures, dict):
        renamed = {by_id[id_]["id"]: sig for id_, sig in signatures.items() if id_ in by_id}
        update["additional_kwargs"] = {**message.additional_kwargs, _GEMINI_SIGNATURES: renamed}
    return message.model_copy(update=update)


def _write_call_block(block: Any, calls: dict[Any, dict[str, Any]]) -> Any:
    """Return a block of a call as the call is sent; the user may have edited that alone."""
    if not is_type(block, *_ARGUMENTS) or block.get("id") not in calls:
        return block
    call = calls[block["id"]]
    written = {**block, "id": call["id"], "name": call["name"]}
    written[_ARGUMENTS[block["type"]]] = call["args"]
    written.pop("partial_json", None)  # of a stream, whose `input` is empty
    return written
