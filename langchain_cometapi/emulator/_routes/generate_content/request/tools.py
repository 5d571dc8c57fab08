"""Checks of the tools and of how they may be called."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._routes.generate_content.errors import refuse
from langchain_cometapi.emulator._routes.generate_content.request.schemas import (
    read_json_schema,
    read_schema,
)
from langchain_cometapi.emulator._rules.google_native import MAX_DECLARATIONS

if TYPE_CHECKING:
    from langchain_cometapi.emulator._rules.google_native import GeminiRules
    from langchain_cometapi.emulator._rules.schema_dialect import SchemaDialect

Message = dict[str, Any]

_NAME = "[a-zA-Z_][a-zA-Z0-9_.:-]{0,63}"
_BAD_NAME = (  # google-gemini/gemini-cli#2966; kaitranntt/ccs#25
    "Invalid function name. Must start with a letter or an underscore. Must be alphameric (a-z,"
    " A-Z, 0-9), underscores (_), dots (.), colons (:), or dashes (-), with a maximum length of 64."
)
# cloudwego/eino-ext#761; snailyp/gemini-balance#17 for models before Gemini 3
_MIX_NEEDS_FLAG = (
    "Please enable tool_config.include_server_side_tool_invocations to use Built-in tools with"
    " Function calling."
)
_NO_MIX = "Tool use with function calling is unsupported"
_NO_RETRIEVAL = "google_search_retrieval is not supported. Please use google_search tool instead."


@dataclass(frozen=True)
class Tools:
    """The tools of a request.

    Attributes:
        functions: The functions, as `function` objects of the chat route.
        choice: How the chat route says what may be called.
        google: Google's own tools, each by its name.
    """

    functions: list[Message] = field(default_factory=list)
    choice: str = "auto"
    google: dict[str, Any] = field(default_factory=dict)


def read_tools(body: Message, rules: GeminiRules, dialect: SchemaDialect) -> Tools:
    """Return the tools of a request.

    Args:
        body: The request.
        rules: The model's rules.
        dialect: Which parts of JSON Schema Google refuses.

    Raises:
        PassedOnError: In Google's words.
    """
    functions: list[Message] = []
    google: dict[str, Any] = {}
    for index, tool in enumerate(body.get("tools", ())):
        declarations = tool.get("functionDeclarations", ())
        for position, declaration in enumerate(declarations):
            path = f"tools[{index}].function_declarations[{position}]"
            functions.append(_read_function(declaration, path, dialect))
        google |= {name: value for name, value in tool.items() if name != "functionDeclarations"}
    _check_functions(functions, rules)
    config = body.get("toolConfig", {})
    is_mixed = bool(functions and google)
    if "googleSearchRetrieval" in google:
        refuse(_NO_RETRIEVAL)
    if is_mixed and not rules.mixes_tools:
        refuse(_NO_MIX)
    if is_mixed and not config.get("includeServerSideToolInvocations"):
        refuse(_MIX_NEEDS_FLAG)
    _check_format(body, rules, functions=bool(functions), google=bool(google))
    return _choose(functions, google, config.get("functionCallingConfig", {}))


def _check_functions(functions: list[Message], rules: GeminiRules) -> None:
    if functions and not rules.functions:
        refuse("Function calling is not enabled for this model")
    if len(functions) > MAX_DECLARATIONS:
        msg = f"At most {MAX_DECLARATIONS} function declarations can be specified."
        refuse(msg)
    names = [function["name"] for function in functions]
    for name in names:
        if names.count(name) > 1:
            refuse(f"Duplicate function declaration found: {name}")


def _check_format(body: Message, rules: GeminiRules, *, functions: bool, google: bool) -> None:
    """Check that tools go with the format of the text, which is new in Gemini 3."""
    mime_type = body.get("generationConfig", {}).get("responseMimeType", "text/plain")
    if rules.mixes_tools or mime_type == "text/plain":
        return
    if functions:
        refuse(f"Function calling with a response mime type: '{mime_type}' is unsupported")
    if google:
        refuse(f"Tool use with a response mime type: '{mime_type}' is unsupported")


def _read_function(declaration: Message, path: str, dialect: SchemaDialect) -> Message:
    name = declaration.get("name", "")
    if not re.fullmatch(_NAME, name):
        refuse(f"* GenerateContentRequest.{path}.name: {_BAD_NAME}\n")
    function: Message = {"name": name, "description": declaration.get("description", "")}
    if "parameters" in declaration and "parametersJsonSchema" in declaration:
        msg = "parameters and parameters_json_schema must not both be set."
        refuse(f"* GenerateContentRequest.{path}: {msg}\n")
    if "parametersJsonSchema" in declaration:
        function["parameters"] = read_json_schema(
            declaration["parametersJsonSchema"], f"{path}.parameters_json_schema"
        )
    elif "parameters" in declaration:
        where = f"{path}.parameters"
        function["parameters"] = read_schema(declaration["parameters"], where, dialect)
    kind = function.get("parameters", {}).get("type", "object")
    if kind != "object" and "parameters" in declaration:
        msg = "schema at top-level must be of type OBJECT"
        refuse(f"* GenerateContentRequest.{path}.parameters: {msg}\n")
    return function


def _choose(functions: list[Message], google: dict[str, Any], calling: Message) -> Tools:
    mode = calling.get("mode", "AUTO")
    allowed = calling.get("allowedFunctionNames", [])
    names = [function["name"] for function in functions]
    if allowed and mode not in ("ANY", "VALIDATED"):
        msg = (
            "Allowed function names can only be set when the function calling mode is ANY or"
            " VALIDATED."
        )
        refuse(msg)
    for name in allowed:
        if name not in names:
            msg = (
                "Allowed function name is not one of the function declarations."
                f" allowed_function_names: {name}"
            )
            refuse(msg)
    if mode in ("ANY", "VALIDATED") and not functions and not google:
        msg = "Function calling config is set without function_declarations."
        refuse(msg)
    if allowed:
        functions = [function for function in functions if function["name"] in allowed]
    choice = {"ANY": "required", "NONE": "none"}.get(mode, "auto")
    return Tools(functions, choice, google)
