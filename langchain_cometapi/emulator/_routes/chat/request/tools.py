"""Checks of what a chat request offers and demands: tools, their choice, the answer's format."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._errors import vendor_error
from langchain_cometapi.emulator._routes.chat.request.parameters import wrong_type
from langchain_cometapi.emulator._routes.chat.request.schemas import check_dialect

if TYPE_CHECKING:
    from langchain_cometapi.emulator._rules.registry import FamilyRules

_TOOL_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")


def check_tools(tools: Any, rules: FamilyRules) -> list[dict[str, Any]]:
    """Check the tools offered and return their `function` objects.

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
        msg = (
            "Invalid 'tools': empty array. Expected an array with minimum length 1,"
            " but got an empty array instead."
        )
        raise vendor_error(msg, "empty_array")
    functions = []
    for index, tool in enumerate(tools):
        path = f"tools[{index}]"
        if not isinstance(tool, dict):
            raise wrong_type(tool, "an object", path)
        if tool.get("type") != "function":
            msg = f"Invalid value: '{tool.get('type')}'. Supported values are: 'function'."
            raise vendor_error(msg, "invalid_value")
        function = _check_function(tool.get("function"), f"{path}.function")
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
    if not _TOOL_NAME.fullmatch(name):
        msg = (
            f"Invalid '{path}.name': string does not match pattern. Expected a string that"
            " matches the pattern '^[a-zA-Z0-9_-]+$'."
        )
        raise vendor_error(msg, "invalid_value")
    return function


def _check_parameters(function: dict[str, Any], index: int, rules: FamilyRules) -> None:
    name, parameters = function["name"], function["parameters"]
    if not isinstance(parameters, dict):
        raise wrong_type(parameters, "an object", f"tools[{index}].function.parameters")
    check_dialect(parameters, index, rules.schema_dialect)
    if parameters and parameters.get("type") != "object":
        msg = (
            f"Invalid schema for function '{name}': schema must be a JSON Schema of"
            f" 'type: \"object\"', got 'type: {parameters.get('type')!r}'."
        )
        raise vendor_error(msg, "invalid_function_parameters")
    if function.get("strict") and rules.strict_schemas:
        _check_strict_schema(
            parameters, (), f"Invalid schema for function '{name}'", "invalid_function_parameters"
        )


def check_tool_choice(
    choice: Any, tools: list[dict[str, Any]], rules: FamilyRules, *, thinking: bool
) -> str:
    """Check `tool_choice` and reduce it to one word.

    Args:
        choice: The request's `tool_choice`, or `None`.
        tools: The function objects offered.
        rules: The family's rules.
        thinking: Whether the model thinks on this request.

    Returns:
        "none", "auto", "required" or the name of the tool to call.

    Raises:
        GatewayError: If the choice is malformed, names no offered tool or cannot be forced.
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
        if thinking and rules.forced_any_error:
            raise vendor_error(rules.forced_any_error)
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
    if thinking and rules.forced_one_error:
        raise vendor_error(rules.forced_one_error)
    return str(name)


def check_response_format(value: Any, rules: FamilyRules) -> dict[str, Any] | None:
    """Check `response_format` and return it, or `None` for plain text.

    Args:
        value: The request's `response_format`, or `None`.
        rules: The family's rules.

    Raises:
        GatewayError: If the format is unknown or its schema unusable.
    """
    if value is None:
        return None
    if not isinstance(value, dict):
        raise wrong_type(value, "an object", "response_format")
    kind = value.get("type")
    if kind == "text":
        return None
    if kind == "json_object":
        return value
    if kind != "json_schema":
        msg = (
            f"Invalid value: '{kind}'. Supported values are: 'json_object', 'json_schema',"
            " and 'text'."
        )
        raise vendor_error(msg, "invalid_value")
    if rules.json_schema_error is not None:
        raise vendor_error(rules.json_schema_error.text, rules.json_schema_error.code)
    _check_json_schema(value.get("json_schema"), rules)
    return value


def _check_json_schema(holder: Any, rules: FamilyRules) -> None:
    for name in ("name", "schema"):
        if not isinstance(holder, dict) or holder.get(name) is None:
            msg = f"Missing required parameter: 'response_format.json_schema.{name}'."
            raise vendor_error(msg, "missing_required_parameter")
    if not isinstance(holder["schema"], dict):
        raise wrong_type(holder["schema"], "an object", "response_format.json_schema.schema")
    if holder.get("strict") and rules.strict_schemas:
        label = f"Invalid schema for response_format '{holder['name']}'"
        _check_strict_schema(holder["schema"], (), label, "invalid_json_schema")


def _check_strict_schema(node: Any, where: tuple[str, ...], label: str, code: str) -> None:
    """Refuse what OpenAI's strict mode refuses of an object anywhere in a schema."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            _check_strict_schema(item, (*where, str(index)), label, code)
    if not isinstance(node, dict):
        return
    if node.get("type") == "object":
        flaw = _strict_flaw(node)
        if flaw is not None:
            msg = f"{label}: In context={where!r}, {flaw}"
            raise vendor_error(msg, code)
    for key in ("properties", "$defs", "definitions"):
        children = node.get(key)
        for name, child in children.items() if isinstance(children, dict) else ():
            _check_strict_schema(child, (*where, key, name), label, code)
    for key in ("items", "anyOf", "oneOf", "allOf"):
        _check_strict_schema(node.get(key), (*where, key), label, code)


def _strict_flaw(node: dict[str, Any]) -> str | None:
    """Say what strict mode has against an object schema."""
    if node.get("additionalProperties") is not False:
        return "'additionalProperties' is required to be supplied and to be false."
    properties, required = node.get("properties") or {}, node.get("required") or []
    if not isinstance(properties, dict) or not isinstance(required, list):
        return "'properties' must be an object and 'required' an array."
    missing = sorted(name for name in properties if name not in required)
    if not missing:
        return None
    return (
        "'required' is required to be supplied and to be an array including every key in"
        f" properties. Missing '{missing[0]}'."
    )
