"""Checks of `tools` and `tool_choice`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._errors import empty_array, vendor_error, wrong_type
from langchain_cometapi.emulator._schemas.dialect import check_dialect, tool_parameter
from langchain_cometapi.emulator._schemas.strict import (
    check_function_schema,
    check_root_type,
    check_strict_schema,
)

if TYPE_CHECKING:
    from langchain_cometapi.emulator._rules.base import FamilyRules


def check_tools(tools: Any, rules: FamilyRules) -> list[dict[str, Any]]:
    """Check `tools` and return their `function` objects.

    Args:
        tools: The request's `tools`, or `None`.
        rules: The family's rules.

    Raises:
        GatewayError: If a tool is not a well-formed function.
    """
    if tools is None:
        return []
    if not isinstance(tools, list):
        raise wrong_type(tools, "an array", "tools")
    if not tools:
        raise empty_array(path="tools")
    functions = []
    for index, tool in enumerate(tools):
        path = f"tools[{index}]"
        if not isinstance(tool, dict):
            raise wrong_type(tool, "an object", path)
        if tool.get("type") != "function":
            msg = f"Invalid value: '{tool.get('type')}'. Supported values are: 'function'."
            raise vendor_error(msg, "invalid_value")
        function = _check_function(tool.get("function"), f"{path}.function")
        check_tool_name(function["name"], f"{path}.function", index, rules)
        if function.get("parameters") is not None:
            _check_parameters(function, index, rules)
        functions.append(function)
    names = [function["name"] for function in functions]
    if len(set(names)) != len(names):
        msg = "Tool names must be unique."
        raise vendor_error(msg)
    return functions


def _check_function(function: Any, path: str) -> dict[str, Any]:
    if not isinstance(function, dict):
        msg = f"Missing required parameter: '{path}'."
        raise vendor_error(msg, "missing_required_parameter")
    name = function.get("name")
    if not isinstance(name, str):
        msg = f"Missing required parameter: '{path}.name'."
        raise vendor_error(msg, "missing_required_parameter")
    return function


def check_tool_name(name: str, path: str, index: int, rules: FamilyRules) -> None:
    """Check the name of a tool, offered or called.

    Args:
        name: The name.
        path: Where it stands.
        index: The index of the tool, or of the message with the call.
        rules: The family's rules.

    Raises:
        GatewayError: If the vendor takes no such name.
    """
    if re.fullmatch(rules.tool_name, name):
        return
    if rules.tool_name_error is not None:
        raise rules.tool_name_error.error(path=path, index=index)
    msg = (
        f"Invalid '{path}.name': string does not match pattern. Expected a string that"
        " matches the pattern '^[a-zA-Z0-9_-]+$'."
    )
    raise vendor_error(msg, "invalid_value")


def _check_parameters(function: dict[str, Any], index: int, rules: FamilyRules) -> None:
    name, parameters = function["name"], function["parameters"]
    if not isinstance(parameters, dict):
        raise wrong_type(parameters, "an object", f"tools[{index}].function.parameters")
    dialect, parameter = rules.schema_dialect, tool_parameter(index)
    label, code = f"Invalid schema for function '{name}'", "invalid_function_parameters"
    if dialect.root_error is not None and parameters.get("type") != "object":
        raise dialect.root_error.error()
    if not parameters:
        return
    check_dialect(parameters, parameter, dialect)
    check_root_type(parameters, label, code)
    if rules.strict_schemas:
        check_function_schema(parameters, label)
        if function.get("strict"):
            check_strict_schema(parameters, label, code)
    if rules.strict_dialect is not None and function.get("strict"):
        check_dialect(parameters, parameter, rules.strict_dialect)


def check_tool_choice(
    choice: Any, tools: list[dict[str, Any]], rules: FamilyRules, *, thinking: bool
) -> str:
    """Check `tool_choice` and return it as one string.

    Args:
        choice: The request's `tool_choice`, or `None`.
        tools: The function objects of the request's tools.
        rules: The family's rules.
        thinking: Whether thinking is on for this request.

    Returns:
        "none", "auto", "required" or the name of the tool to call.

    Raises:
        GatewayError: If the choice is malformed, names an unknown tool or is refused by the vendor.
    """
    if choice is None:
        return "auto"
    if not tools:
        msg = (
            "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are"
            " specified."
        )
        raise vendor_error(msg)
    if choice in ("none", "auto"):
        return str(choice)
    if choice == "required":
        if thinking and rules.required_choice_error:
            raise rules.required_choice_error.error()
        return "required"
    if isinstance(choice, str):
        msg = f"Invalid value: '{choice}'. Supported values are: 'none', 'auto', and 'required'."
        raise vendor_error(msg, "invalid_value")
    function = choice.get("function") if isinstance(choice, dict) else None
    name = function.get("name") if isinstance(function, dict) else None
    if not isinstance(choice, dict) or choice.get("type") != "function" or not name:
        msg = "Invalid value for 'tool_choice': expected a function with its name."
        raise vendor_error(msg, "invalid_value")
    if name not in {tool["name"] for tool in tools}:
        msg = (
            f"Invalid value for 'tool_choice': no function named '{name}' was specified in the"
            " 'tools' parameter."
        )
        raise vendor_error(msg, "invalid_value")
    if thinking and rules.named_choice_error:
        raise rules.named_choice_error.error()
    return str(name)
