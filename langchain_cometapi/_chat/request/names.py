"""Names of tools and of message authors, as the vendor takes them.

Tools of an MCP server are called `files.read file`, agents `Research Agent`. Every vendor refuses
some of these. A tool gets another name in the request, and the calls in the response get the tool's
own name back. No response contains the names of authors.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

from langchain_cometapi._chat.request.tool_parameters import get_function

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from langchain_cometapi._context import CallContext

# OpenAI's pattern for tools, and the narrowest but for the first character, which is also chosen
# where a family's own is unknown.
_TOOL_NAME = r"[a-zA-Z0-9_-]{1,64}"

# OpenAI's pattern for authors, "^[^\s<|\\/>]+$", and length.
_AUTHOR = re.compile(r"[^\s<|\\/>]{1,64}")
_NO_AUTHOR = re.compile(r"[\s<|\\/>]+")

MAX_LENGTH = 64


# -- authors of messages -------------------------------------------------------------------------


def convert_author(
    name: object, role: str, context: CallContext, taken: dict[str, str]
) -> str | None:
    """Return the name of a message's author as it is sent, or `None` if it is left out.

    Args:
        name: The name.
        role: The role of the message.
        context: The call; another name than the user's is recorded there.
        taken: Names so far, each with the one that is sent for it; this one is added.
    """
    if name is None:
        return None
    roles = context.vendor.named_roles
    if roles is not None and role not in roles:
        context.record_change("name", "left out", f"takes none in messages of the role {role!r}")
        return None
    if not isinstance(name, str) or not (sent := taken.get(name) or _rewrite_author(name, taken)):
        context.record_change("name", "left out", "takes no empty name")
        return None
    taken[name] = sent
    if sent != name:
        context.record_change("name", "rewritten", f"takes {name!r} as {sent!r}")
    return sent


def _rewrite_author(name: str, taken: dict[str, str]) -> str:
    """Return the nearest allowed name that no other author has; `""` if nothing is left."""
    allowed = name if _AUTHOR.fullmatch(name) else _NO_AUTHOR.sub("_", name).strip("_")
    if len(allowed) > MAX_LENGTH or allowed in taken.values():
        return _add_hash(allowed, name)
    return allowed


def _add_hash(start: str, name: str) -> str:
    """Return a unique name, the same in each request, so that prompt caches keep working."""
    digest = hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()[:8]
    return f"{start[: MAX_LENGTH - 9]}_{digest}"


# -- tools ---------------------------------------------------------------------------------------


def rename_tools(
    payload: dict[str, Any], messages: list[dict[str, Any]], context: CallContext
) -> None:
    """Give tools, the choice of one and the calls of earlier turns names that the model takes.

    Args:
        payload: The request without its messages; what is changed in it is copied.
        messages: The encoded messages; changed in place.
        context: The call: the tools' own names are recorded there, for the response.
    """
    _rename_schema(payload, context)
    tools = map(get_function, payload.get("tools") or ())
    offered = [name for tool in tools if isinstance(name := tool.get("name"), str)]
    called = dict.fromkeys(_list_called(messages))
    if not offered and not called:
        return
    pattern = re.compile(context.vendor.tool_names or _TOOL_NAME)
    renamed = _choose_names(offered, pattern, ())
    if not renamed and all(map(pattern.fullmatch, called)):
        return
    kept = set(offered) - renamed.keys()
    others = [name for name in called if name not in renamed and name not in kept]
    renamed |= _choose_names(others, pattern, kept | set(renamed.values()))
    for message in messages:
        _rename_calls(message, renamed)
    if payload.get("tools"):
        payload["tools"] = [_rename_tool(tool, renamed) for tool in payload["tools"]]
    if payload.get("tool_choice"):
        payload["tool_choice"] = _rename_choice(payload["tool_choice"], renamed)
    context.tool_names.update({sent: name for name, sent in renamed.items()})
    for name, sent in renamed.items():
        context.record_change("tools", "rewritten", f"takes the name {name!r} as {sent!r}")


def _choose_names(
    names: list[str], pattern: re.Pattern[str], taken: Collection[str]
) -> dict[str, str]:
    """Return the names that cannot be sent, each with the one that is sent for it.

    Args:
        names: The names; one that can be sent is kept, unless it is taken.
        pattern: What a whole name must match.
        taken: Names that other tools have.
    """
    wrong = [name for name in names if name in taken or not pattern.fullmatch(name)]
    if not wrong:
        return {}
    used = {*taken, *(name for name in names if name not in wrong)}
    chosen: dict[str, str] = {}
    for name in dict.fromkeys(wrong):
        sent = _rewrite_tool_name(name, pattern)
        chosen[name] = _add_hash(sent, name) if sent in used or len(sent) > MAX_LENGTH else sent
        used.add(chosen[name])
    return chosen


def _rewrite_tool_name(name: str, pattern: re.Pattern[str]) -> str:
    """Return the nearest name in characters that every vendor takes, of any length."""
    allowed = re.sub(r"[^a-zA-Z0-9_-]+", "_", name)
    if not re.search("[a-zA-Z0-9]", allowed):  # such as a name in Chinese
        return _add_hash("tool", name)
    return allowed if pattern.fullmatch(allowed[0]) else f"tool_{allowed}"


def _list_called(messages: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the names of tools in calls, and in the older form of calls and results."""
    for message in messages:
        if "tool_calls" in message:
            for call in message["tool_calls"]:
                yield call["function"]["name"]
        elif "function_call" in message or message["role"] == "function":
            holder = message.get("function_call", message)
            if isinstance(holder, dict) and isinstance(name := holder.get("name"), str):
                yield name


def _rename_calls(message: dict[str, Any], renamed: dict[str, str]) -> None:
    for call in message.get("tool_calls") or ():
        name = call["function"]["name"]
        if name in renamed:
            call["function"] = {**call["function"], "name": renamed[name]}
    older = message.get("function_call")
    if isinstance(older, dict) and older.get("name") in renamed:
        message["function_call"] = {**older, "name": renamed[older["name"]]}
    if message["role"] == "function" and message.get("name") in renamed:
        message["name"] = renamed[message["name"]]


def _rename_tool(tool: Any, renamed: dict[str, str]) -> Any:
    inner = get_function(tool)
    if inner.get("name") not in renamed:
        return tool
    kind = "function" if tool.get("function") else "custom"
    return {**tool, kind: {**inner, "name": renamed[inner["name"]]}}


def _rename_choice(choice: Any, renamed: dict[str, str]) -> Any:
    """Return a tool choice, which names a tool or lists those that are allowed."""
    allowed = choice.get("allowed_tools") if isinstance(choice, dict) else None
    if not isinstance(allowed, dict) or not isinstance(allowed.get("tools"), list):
        return _rename_tool(choice, renamed)
    tools = [_rename_tool(tool, renamed) for tool in allowed["tools"]]
    return {**choice, "allowed_tools": {**allowed, "tools": tools}}


def _rename_schema(payload: dict[str, Any], context: CallContext) -> None:
    """Give the schema of a response format a name that is allowed; no response has it."""
    format_: Any = payload.get("response_format")
    inner = format_.get("json_schema") if isinstance(format_, dict) else None
    if not isinstance(inner, dict) or not isinstance(name := inner.get("name"), str):
        return
    pattern = re.compile(_TOOL_NAME)
    if sent := _choose_names([name], pattern, ()).get(name):
        payload["response_format"] = {**format_, "json_schema": {**inner, "name": sent}}
        context.record_change("response_format", "rewritten", f"takes {name!r} as {sent!r}")
