"""Checks of `tools` and `tool_choice`: functions, custom tools and those that OpenAI runs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._errors import (
    invalid_value,
    missing_parameter,
    unknown_parameter,
    vendor_error,
    wrong_type,
)
from langchain_cometapi.emulator._routes.responses.request.fields import (
    ANY,
    ARRAY,
    BOOLEAN,
    OBJECT,
    STRING,
    Shape,
    check_length,
    check_shape,
)
from langchain_cometapi.emulator._schemas.strict import (
    check_function_schema,
    check_root_type,
    check_strict_schema,
)

if TYPE_CHECKING:
    from langchain_cometapi.emulator._rules.base import FamilyRules

_NAME = re.compile(r"[a-zA-Z0-9_-]+")
_MAX_NAME = 64
_LATER = {"allowed_callers": ARRAY, "defer_loading": BOOLEAN}
_FUNCTION = Shape(
    {"name": STRING},
    {
        "type": STRING,
        "description": STRING,
        "output_schema": OBJECT,
        "parameters": OBJECT,
        "strict": BOOLEAN,
        **_LATER,
    },
)
_CUSTOM = Shape(
    {"name": STRING}, {"type": STRING, "description": STRING, "format": OBJECT, **_LATER}
)
_MCP = Shape({"server_label": STRING}, is_open=True)
BUILT_IN = {
    "apply_patch": Shape(is_open=True),
    "code_interpreter": Shape({"container": ANY}, is_open=True),
    "computer": Shape(is_open=True),
    "computer_use_preview": Shape({"environment": STRING}, is_open=True),
    "file_search": Shape({"vector_store_ids": ARRAY}, is_open=True),
    "image_generation": Shape(is_open=True),
    "local_shell": Shape(is_open=True),
    "mcp": _MCP,
    "namespace": Shape({"name": STRING, "tools": ARRAY}, is_open=True),
    "programmatic_tool_calling": Shape(is_open=True),
    "shell": Shape(is_open=True),
    "tool_search": Shape(is_open=True),
    "web_search": Shape(is_open=True),
    "web_search_2025_08_26": Shape(is_open=True),
    "web_search_preview": Shape(is_open=True),
    "web_search_preview_2025_03_11": Shape(is_open=True),
}
"""The tools that OpenAI runs or defines (its reference of the Responses API; 2026-11)."""

_MODES = ("auto", "none", "required")


@dataclass(frozen=True)
class Tools:
    """The tools of a request.

    Attributes:
        functions: Functions and custom tools, in the words of the chat route.
        custom: The names of the custom tools.
        built_in: The others.
        choice: "none", "auto", "required", or the name of a function or a custom tool.
        chosen_built_in: The type of the other tool that is asked for, or `None`.
    """

    functions: list[dict[str, Any]]
    custom: frozenset[str]
    built_in: list[dict[str, Any]]
    choice: str
    chosen_built_in: str | None


def read_tools(tools: Any, choice: Any, rules: FamilyRules) -> Tools:
    """Check `tools` and `tool_choice` and return them.

    Args:
        tools: The request's `tools`, or `None`.
        choice: The request's `tool_choice`, or `None`.
        rules: The family's rules.

    Raises:
        GatewayError: If one of them is malformed.
    """
    if tools is not None and not isinstance(tools, list):
        raise wrong_type(tools, ARRAY, "tools")
    functions: list[dict[str, Any]] = []
    built_in: list[dict[str, Any]] = []
    custom: set[str] = set()
    for index, tool in enumerate(tools or ()):
        path = f"tools[{index}]"
        kind = _check_tool(tool, path, rules)
        if kind in BUILT_IN:
            built_in.append(tool)
            continue
        if kind == "custom":
            custom.add(tool["name"])
        functions.append({**tool, "parameters": tool.get("parameters")})
    names = [tool["name"] for tool in functions]
    if len(set(names)) != len(names):
        msg = "Tool names must be unique."
        raise vendor_error(msg, param="tools")
    chosen, allowed, chosen_built_in = _read_choice(choice, functions, built_in)
    if allowed is not None:
        functions = [tool for tool in functions if tool["name"] in allowed]
    return Tools(functions, frozenset(custom), built_in, chosen, chosen_built_in)


def _check_tool(tool: Any, path: str, rules: FamilyRules) -> str:
    if not isinstance(tool, dict):
        raise wrong_type(tool, OBJECT, path)
    kind = tool.get("type")
    if kind is None:
        raise missing_parameter(path, "type")
    supported = {"custom", "function", *BUILT_IN}
    if not isinstance(kind, str) or kind not in supported:
        raise invalid_value(kind, supported, f"{path}.type")
    if kind in BUILT_IN:
        check_shape(tool, BUILT_IN[kind], path)
        return kind
    # The shape of the chat route lacks the name (stanfordnlp/dspy#9984).
    check_shape(tool, _FUNCTION if kind == "function" else _CUSTOM, path)
    check_length(tool["name"], f"{path}.name", _MAX_NAME)
    if not _NAME.fullmatch(tool["name"]):
        msg = (
            f"Invalid '{path}.name': string does not match pattern. Expected a string that"
            " matches the pattern '^[a-zA-Z0-9_-]+$'."
        )
        raise vendor_error(msg, "invalid_value", f"{path}.name")
    if tool.get("parameters"):
        _check_parameters(tool, f"{path}.parameters", rules)
    return kind


def _check_parameters(tool: dict[str, Any], path: str, rules: FamilyRules) -> None:
    label = f"Invalid schema for function '{tool['name']}'"
    code = "invalid_function_parameters"
    check_root_type(tool["parameters"], label, code, path)
    if rules.strict_schemas:
        check_function_schema(tool["parameters"], label, path)
        if tool.get("strict"):
            check_strict_schema(tool["parameters"], label, code, path)


_Choice = tuple[str, "set[str] | None", "str | None"]


def _read_choice(
    choice: Any, functions: list[dict[str, Any]], built_in: list[dict[str, Any]]
) -> _Choice:
    """Return the choice, the names of the tools that it allows, and the built-in tool it names."""
    if choice is None:
        return "auto", None, None
    if isinstance(choice, str):
        if choice not in _MODES:
            raise invalid_value(choice, _MODES, "tool_choice")
        if choice == "required" and not functions and not built_in:
            msg = "Tool choice 'required' must be specified with 'tools' parameter."
            raise vendor_error(msg, param="tool_choice")
        return choice, None, None
    if not isinstance(choice, dict):
        raise wrong_type(choice, "one of a string or an object", "tool_choice")
    kind = choice.get("type")
    if kind == "allowed_tools":
        return _read_allowed(choice)
    if kind in ("function", "custom"):
        return _read_named(choice, kind, functions), None, None
    if not isinstance(kind, str) or kind not in BUILT_IN:
        supported = {"allowed_tools", "custom", "function", *BUILT_IN}
        raise invalid_value(kind, supported, "tool_choice.type")
    if kind not in {tool["type"] for tool in built_in}:
        raise _not_found(kind)
    return "auto", None, kind


def _read_named(choice: dict[str, Any], kind: str, functions: list[dict[str, Any]]) -> str:
    for key in choice:
        if key not in ("type", "name"):
            raise unknown_parameter(path=f"tool_choice.{key}")
    name = choice.get("name")
    if not isinstance(name, str):
        raise missing_parameter(path="tool_choice", name="name")
    if name not in {tool["name"] for tool in functions if tool["type"] == kind}:
        raise _not_found(name)
    return name


def _read_allowed(choice: dict[str, Any]) -> _Choice:
    check_shape(
        choice,
        Shape({"mode": frozenset({"auto", "required"}), "tools": ARRAY}, {"type": STRING}),
        "tool_choice",
    )
    allowed = {tool["name"] for tool in choice["tools"] if isinstance(tool.get("name"), str)}
    return choice["mode"], allowed, None


def _not_found(name: str) -> Exception:
    return vendor_error(
        f"Tool choice '{name}' not found in 'tools' parameter.", param="tool_choice"
    )
