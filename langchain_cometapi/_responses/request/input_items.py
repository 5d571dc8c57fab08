"""Encoded messages of the chat route as input items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage, ToolMessage

from langchain_cometapi._chat.request.assistant_messages import CUSTOM_INPUT
from langchain_cometapi._chat.request.blocks import ITEM_INPUTS, is_type, list_item_calls
from langchain_cometapi._responses.request.own_items import create_call, create_own_items
from langchain_cometapi.exceptions import CometAPIUnsentRequestError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from langchain_core.messages import BaseMessage

    from langchain_cometapi._context import CallContext

Item = dict[str, Any]

_NOT_TAKEN = {
    "input_audio": ("Audio", "Send a transcript"),
    "video_url": ("Video", "Send single frames as images"),
}
"""Parts that the Responses route does not have (OpenAI's reference) -> what to do instead."""


class ItemConverter:
    """Converts the messages of one request, in their order."""

    def __init__(
        self, context: CallContext, custom_tools: Iterable[str], *, is_continued: bool
    ) -> None:
        """Start a request.

        Args:
            context: The call.
            custom_tools: The names of the custom tools that the model may call, as they are sent.
            is_continued: Whether the server has the messages before these.
        """
        self._is_continued = is_continued
        self._requests: set[object] = set()
        self._ids: set[object] = set()
        self._context = context
        self._custom_tools = frozenset(custom_tools)
        self._custom_calls: set[str] = set()
        self._item_calls: dict[str, str] = {}
        self._function_call: Item | None = None
        self._functions = 0

    def convert(self, message: BaseMessage, encoded: dict[str, Any]) -> list[Item]:
        """Return the items of a message.

        Args:
            message: The message.
            encoded: The same as the chat route would send it.

        Raises:
            CometAPIUnsentRequestError: If it cannot be sent on this route.
        """
        role = encoded["role"]
        if role == "tool":
            return self._convert_result(message, encoded)
        if role == "assistant" and isinstance(message, AIMessage):
            return self._convert_model_message(message, encoded)
        if role == "function":
            return [self._convert_function_result(encoded)]
        items, content = _convert_content(encoded["content"])
        items = [item for item in items if self._is_known(item)]
        if role == "assistant":
            content = _create_texts(encoded["content"])
        if content or (not items and not isinstance(content, list)):
            items.append({"type": "message", "role": role, "content": content})
        return items

    def note(self, message: BaseMessage) -> None:
        """Remember the calls of a message that the server has, for the results that follow."""
        if isinstance(message, AIMessage):
            self._item_calls |= list_item_calls(message)
            self._custom_calls.update(_list_custom_calls(message.content))

    # -- answers --------------------------------------------------------------------------

    def _convert_model_message(self, message: AIMessage, encoded: dict[str, Any]) -> list[Item]:
        calls = encoded.get("tool_calls") or []
        self._note_custom_calls(message, calls)
        if self._context.keeps_items_of(message) and isinstance(message.content, list):
            self._item_calls |= list_item_calls(message)
            own = self._create_own_items(message, calls)
            self._requests.update(i.get("id") for i in own if i["type"] == "mcp_approval_request")
            return own
        items: list[Item] = []
        if content := _create_texts(encoded.get("content")) or _read_rest(message):
            items.append({"type": "message", "role": "assistant", "content": content})
        items += [create_call(call, self._custom_calls) for call in calls]
        if isinstance(older := encoded.get("function_call"), dict):
            items.append(self._convert_function_call(older))
        return items

    def _create_own_items(self, message: AIMessage, calls: list[dict[str, Any]]) -> list[Item]:
        """Return the items of a message of this family; as new ones if they are there already."""
        own = create_own_items(message, calls, self._context)
        if any(item.get("id") in self._ids for item in own):
            own = create_own_items(message, calls, self._context, is_repeated=True)
        self._ids.update(item["id"] for item in own if "id" in item)
        return own

    def _is_known(self, item: Item) -> bool:
        """Return whether an item stands alone, or what it answers is sent."""
        if item["type"] != "mcp_approval_response" or self._is_continued:
            return True
        if item.get("approval_request_id") in self._requests:
            return True
        reason = "cannot read an approval without its request, which came from another model"
        self._context.record_change("messages", "dropped", reason)
        return False

    def _note_custom_calls(self, message: AIMessage, calls: list[dict[str, Any]]) -> None:
        """Remember which calls are of custom tools; LangChain has them as calls like any other."""
        if not calls:
            return
        custom_ids = _list_custom_calls(message.content)
        if not custom_ids and not self._custom_tools:
            return
        for call, known in zip(calls, message.tool_calls, strict=False):
            is_text = known["args"].keys() == {CUSTOM_INPUT}
            is_custom = known["id"] in custom_ids or call["function"]["name"] in self._custom_tools
            if is_text and is_custom:
                self._custom_calls.add(call["id"])

    def _convert_function_call(self, call: dict[str, Any]) -> Item:
        """Return the item of a call in the older form, which has no id."""
        self._functions += 1
        self._function_call = {
            "type": "function_call",
            "call_id": f"call_function_{self._functions}",
            "name": call.get("name"),
            "arguments": call.get("arguments") or "{}",
        }
        return self._function_call

    # -- results --------------------------------------------------------------------------

    def _convert_function_result(self, encoded: dict[str, Any]) -> Item:
        call = self._function_call
        if call is None or call["name"] != encoded.get("name"):
            msg = (
                f"The result of the function {encoded.get('name')!r} follows no call of it. Pass a "
                "`ToolMessage` with the id of the call."
            )
            raise CometAPIUnsentRequestError(msg)
        self._function_call = None
        content = encoded["content"]
        return {"type": "function_call_output", "call_id": call["call_id"], "output": content}

    def _convert_result(self, message: BaseMessage, encoded: dict[str, Any]) -> list[Item]:
        call_id = encoded["tool_call_id"]
        items, output = _convert_content(encoded["content"])
        for item in items:  # an output that the user has written as the item that it is
            item.setdefault("call_id", call_id)
            _acknowledge(item, message)
        if items:
            return items
        kind = self._item_calls.get(call_id, "")
        if message.additional_kwargs.get("type") == "computer_call_output":
            kind = "computer_call"
        if kind:
            return [_create_output(kind, call_id, output, message)]
        kind = "custom_tool_call" if call_id in self._custom_calls else "function_call"
        return [{"type": f"{kind}_output", "call_id": call_id, "output": output}]


def _create_output(kind: str, call_id: str, output: str | list[Item], message: BaseMessage) -> Item:
    """Return the output of a call of one of OpenAI's own tools that the user has run.

    Args:
        kind: The type of the call.
        call_id: Its id.
        output: The content of the message.
        message: The message.

    Raises:
        CometAPIUnsentRequestError: If the content is not what the tool gives.
    """
    item: Item = {"type": f"{kind}_output", "call_id": call_id}
    failed = isinstance(message, ToolMessage) and message.status == "error"
    if kind == "computer_call":
        return _acknowledge({**item, "output": _find_screenshot(output)}, message)
    text = output if isinstance(output, str) else "".join(part.get("text", "") for part in output)
    if kind == "apply_patch_call":
        return {**item, "status": "failed" if failed else "completed", "output": text}
    if kind == "local_shell_call":
        return {"type": item["type"], "id": call_id, "output": text}
    if kind == "shell_call":
        outcome = {"type": "exit", "exit_code": int(failed)}
        return {**item, "output": [{"stdout": text, "stderr": "", "outcome": outcome}]}
    msg = (
        f"The result of the call {call_id!r} must be a block of the type {item['type']!r} with the "
        "fields that OpenAI documents."
    )
    raise CometAPIUnsentRequestError(msg)


def _find_screenshot(output: str | list[Item]) -> Item:
    if isinstance(output, str):
        return {"type": "input_image", "image_url": output}
    for part in output:
        if part["type"] == "input_image":
            return part
    msg = "The result of a computer call has no screenshot. Pass one as an image."
    raise CometAPIUnsentRequestError(msg)


def _acknowledge(item: Item, message: BaseMessage) -> Item:
    """Add to the output of a computer the safety checks that the user has acknowledged."""
    checks = message.additional_kwargs.get("acknowledged_safety_checks")
    if checks and item["type"] == "computer_call_output":
        item["acknowledged_safety_checks"] = checks
    return item


def _list_custom_calls(content: str | list[Any]) -> set[str]:
    """Return the ids of the calls of custom tools in a content."""
    calls: set[str] = set()
    for block in content if isinstance(content, list) else ():
        inner = block.get("value") if is_type(block, "non_standard") else block
        if is_type(inner, "custom_tool_call") and isinstance(inner.get("call_id"), str):
            calls.add(inner["call_id"])
    return calls


# -- content -------------------------------------------------------------------------------------


def _create_texts(content: str | list[Item] | None) -> list[Item]:
    parts = [{"text": content}] if isinstance(content, str) else content or []
    return [
        {"type": "output_text", "text": part["text"], "annotations": []}
        for part in parts
        if part.get("text")
    ]


def _read_rest(message: AIMessage) -> list[Item]:
    """Return what a message without content says in another field: the transcript of audio."""
    audio = message.additional_kwargs.get("audio")
    transcript = audio.get("transcript") if isinstance(audio, dict) else None
    return _create_texts(transcript if isinstance(transcript, str) else None)


def _convert_content(content: str | list[Item]) -> tuple[list[Item], str | list[Item]]:
    """Return the parts of a content, and before them what is an item of its own."""
    if isinstance(content, str):
        return [], content
    items = [part for part in content if part.get("type") in ITEM_INPUTS]
    parts = [_convert_part(part) for part in content if part.get("type") not in ITEM_INPUTS]
    return [{k: v for k, v in item.items() if k != "index"} for item in items], parts


def _convert_part(part: Item) -> Item:
    kind = part.get("type")
    kept = {k: v for k, v in part.items() if k in ("prompt_cache_breakpoint", "cache_control")}
    if kind == "text":
        return {"type": "input_text", "text": part["text"], **kept}
    if kind == "image_url":
        image = part["image_url"]
        image = {"url": image} if isinstance(image, str) else dict(image)
        return {"type": "input_image", "image_url": image.pop("url"), **image, **kept}
    if kind == "file":
        return {"type": "input_file", **_convert_file(part["file"]), **kept}
    if kind in _NOT_TAKEN:
        what, advice = _NOT_TAKEN[kind]
        msg = (
            f"{what} cannot be sent on the Responses route. {advice}, or call a model that takes "
            f'{what.lower()} with `endpoint="chat"`.'
        )
        raise CometAPIUnsentRequestError(msg)
    return part


def _convert_file(file: dict[str, Any]) -> dict[str, Any]:
    data = file.get("file_data")
    if not isinstance(data, str) or not data.startswith(("http:", "https:")):
        return file
    # A URL has a field of its own here, and its file the name that the URL ends with.
    return {"file_url": data}
