"""Checks of each input item by itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._errors import (
    invalid_value,
    missing_parameter,
    vendor_error,
    wrong_type,
)
from langchain_cometapi.emulator._routes.responses.request.fields import (
    ANY,
    ARRAY,
    BOOLEAN,
    OBJECT,
    STRING,
    TEXT_OR_PARTS,
    Shape,
    check_length,
    check_shape,
)
from langchain_cometapi.emulator._routes.responses.request.parts import (
    INPUT_PARTS,
    OUTPUT_PARTS,
    check_content,
)

if TYPE_CHECKING:
    from langchain_cometapi.emulator._rules.base import FamilyRules

_STATUS = frozenset({"completed", "incomplete", "in_progress"})
_ROLES = frozenset({"assistant", "developer", "system", "user"})
_NAME = re.compile(r"[a-zA-Z0-9_-]+")
_MAX_ID = 64  # decolua/9router#393, AnswerDotAI/fastllm#45
_MAX_NAME = 128


def _shape(*, required: dict[str, Any], **optional: Any) -> Shape:
    return Shape(required, {"type": STRING, "id": STRING, "status": _STATUS, **optional})


def _open_shape(**required: Any) -> Shape:
    """Return the shape of an item that clients only send back, so its fields are not checked."""
    return Shape(required, {"id": STRING}, is_open=True)


_CALL = {"call_id": STRING, "name": STRING}
_CALLER = {"caller": OBJECT, "namespace": STRING}
_MESSAGE = _shape(
    required={"role": _ROLES, "content": TEXT_OR_PARTS},
    phase=frozenset({"commentary", "final_answer"}),
)
ITEMS = {
    "message": _MESSAGE,
    "function_call": _shape(required={**_CALL, "arguments": STRING}, **_CALLER),
    "function_call_output": _shape(
        required={"call_id": STRING, "output": TEXT_OR_PARTS}, name=STRING, **_CALLER
    ),
    "custom_tool_call": _shape(required={**_CALL, "input": STRING}, **_CALLER),
    "custom_tool_call_output": _shape(
        required={"call_id": STRING, "output": TEXT_OR_PARTS}, name=STRING, **_CALLER
    ),
    # Its `status`, also null, is refused: BerriAI/litellm#13420, 1jehuang/jcode#1028.
    "reasoning": Shape(
        {"summary": ARRAY},
        {"type": STRING, "id": STRING, "content": ARRAY, "encrypted_content": STRING},
    ),
    "item_reference": Shape({"id": STRING}, {"type": STRING}),
    "mcp_approval_response": Shape(
        {"approval_request_id": STRING, "approve": BOOLEAN},
        {"type": STRING, "id": STRING, "reason": STRING},
    ),
    "web_search_call": _open_shape(id=STRING, status=STRING),
    "file_search_call": _open_shape(id=STRING, queries=ARRAY, status=STRING),
    "code_interpreter_call": _open_shape(id=STRING, container_id=STRING),
    "image_generation_call": _open_shape(id=STRING),
    "mcp_list_tools": _open_shape(id=STRING, server_label=STRING, tools=ARRAY),
    "mcp_call": _open_shape(id=STRING, arguments=STRING, name=STRING, server_label=STRING),
    "mcp_approval_request": _open_shape(
        id=STRING, arguments=STRING, name=STRING, server_label=STRING
    ),
    "computer_call": _open_shape(id=STRING, call_id=STRING),
    "computer_call_output": _open_shape(call_id=STRING, output=OBJECT),
    "local_shell_call": _open_shape(id=STRING, call_id=STRING, action=OBJECT),
    "local_shell_call_output": _open_shape(output=STRING),
    "shell_call": _open_shape(call_id=STRING, action=OBJECT),
    "shell_call_output": _open_shape(call_id=STRING, output=ARRAY),
    "apply_patch_call": _open_shape(call_id=STRING, operation=OBJECT, status=STRING),
    "apply_patch_call_output": _open_shape(call_id=STRING, status=STRING),
    "tool_search_call": _open_shape(arguments=ANY),
    "tool_search_output": _open_shape(tools=ARRAY),
    "additional_tools": _open_shape(role=frozenset({"developer"}), tools=ARRAY),
    "compaction": _open_shape(encrypted_content=STRING),
}
"""The types of input items, and their fields (OpenAI's reference of the Responses API; 2026-11)."""

# openai/codex#33176, BigPizzaV3/CodexPlusPlus#1796, jlcodes99/cockpit-tools#2090.
PREFIXES = {
    "message": "msg",
    "function_call": "fc",
    "custom_tool_call": "ctc",
    "reasoning": "rs",
    "web_search_call": "ws",
    "file_search_call": "fs",
    "code_interpreter_call": "ci",
    "image_generation_call": "ig",
    "computer_call": "cu",
    "mcp_call": "mcp",
    "mcp_list_tools": "mcpl",
    "mcp_approval_request": "mcpr",
}
"""What the id of an item begins with."""

OUTPUT_TYPES = frozenset(kind for kind in PREFIXES if kind not in ("message", "reasoning"))
"""The types of items that models make besides messages and reasoning."""


def check_items(items: Any, rules: FamilyRules) -> list[dict[str, Any]]:
    """Check the input of a request and return its items, each with its type.

    Args:
        items: The input, if it is an array.
        rules: The family's rules.

    Raises:
        GatewayError: With OpenAI's wording for the first broken rule.
    """
    return [_check_item(item, f"input[{index}]", rules) for index, item in enumerate(items)]


def _check_item(item: Any, path: str, rules: FamilyRules) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise wrong_type(item, OBJECT, path)
    kind = item.get("type", "message" if "role" in item else None)
    if kind is None:
        raise missing_parameter(path, "type")
    if not isinstance(kind, str) or kind not in ITEMS:
        raise invalid_value(kind, ITEMS, f"{path}.type")
    check_shape(item, ITEMS[kind], path)
    _check_id(item.get("id"), kind, path)
    for name in ("call_id", "name"):
        if kind != "message" and isinstance(item.get(name), str):
            check_length(item[name], f"{path}.{name}", _MAX_ID if name == "call_id" else _MAX_NAME)
    if kind == "message":
        allowed = OUTPUT_PARTS if item["role"] == "assistant" else INPUT_PARTS
        check_content(item["content"], f"{path}.content", allowed)
    elif kind in ("function_call", "custom_tool_call"):
        _check_name(item["name"], f"{path}.name")
    elif kind in ("function_call_output", "custom_tool_call_output"):
        check_content(item["output"], f"{path}.output", INPUT_PARTS)
    elif kind == "reasoning":
        _check_reasoning(item, path, rules)
    return {"type": kind, **item}


def _check_id(item_id: Any, kind: str, path: str) -> None:
    if item_id is None:
        return
    if item_id:  # langchain-ai/langchainjs#11045: an empty one has the wrong prefix
        check_length(item_id, f"{path}.id", _MAX_ID)
    if item_id and not _NAME.fullmatch(item_id):
        msg = (
            f"Invalid '{path}.id': '{item_id}'. Expected an ID that contains letters, numbers,"
            " underscores, or dashes, but this value contained additional characters."
        )
        raise vendor_error(msg, "invalid_value", f"{path}.id")
    prefix = PREFIXES.get(kind, "")
    if not item_id.startswith(prefix):
        msg = f"Invalid '{path}.id': '{item_id}'. Expected an ID that begins with '{prefix}'."
        raise vendor_error(msg, "invalid_value", f"{path}.id")


def _check_name(name: str, path: str) -> None:
    if not _NAME.fullmatch(name):
        msg = (
            f"Invalid '{path}': string does not match pattern. Expected a string that matches the"
            " pattern '^[a-zA-Z0-9_-]+$'."
        )
        raise vendor_error(msg, "invalid_value", path)


def _check_reasoning(item: dict[str, Any], path: str, rules: FamilyRules) -> None:
    for name, part_type in (("summary", "summary_text"), ("content", "reasoning_text")):
        for index, part in enumerate(item.get(name) or ()):
            part_path = f"{path}.{name}[{index}]"
            shape = Shape({"text": STRING, "type": frozenset({part_type})})
            check_shape(part, shape, part_path)
    content = item.get("content")
    # musistudio/claude-code-router#1783, querymt/querymt#976.
    if content and not rules.reasoning_items_have_text:
        msg = (
            f"Invalid '{path}.content': array too long. Expected an array with maximum length 0,"
            f" but got an array with length {len(content)} instead."
        )
        raise vendor_error(msg, "array_above_max_length", f"{path}.content")
