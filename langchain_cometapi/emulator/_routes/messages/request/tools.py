"""Tools and the choice among them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._routes.messages.request.blocks import CACHE_CONTROL
from langchain_cometapi.emulator._routes.messages.request.fields import (
    Field,
    Fields,
    anything,
    array,
    boolean,
    dictionary,
    join,
    one_of,
    record,
    refuse,
    tagged,
    text,
    texts,
)
from langchain_cometapi.emulator._routes.messages.request.fields import check_object as check
from langchain_cometapi.emulator._routes.messages.request.headers import has_beta
from langchain_cometapi.emulator._rules.messages import TOOL_TYPES
from langchain_cometapi.emulator._schemas.dialect import check_dialect, tool_parameter

if TYPE_CHECKING:
    from langchain_cometapi.emulator._routes.messages.request.thinking import Thinking
    from langchain_cometapi.emulator._rules.base import FamilyRules
    from langchain_cometapi.emulator._rules.messages import MessagesRules

_NAME = "^[a-zA-Z0-9_-]{1,128}$"
_CUSTOM: Fields = {
    "type": Field(one_of("custom"), nullable=True),
    "name": Field(text, required=True),
    "input_schema": Field(dictionary, required=True),
    "description": Field(text),
    "allowed_callers": Field(texts),
    "cache_control": Field(record(CACHE_CONTROL), nullable=True),
    "defer_loading": Field(boolean),
    "eager_input_streaming": Field(boolean, nullable=True),
    "input_examples": Field(array),
    "strict": Field(boolean),
}
_OWN_FIELDS = (
    *("allowed_callers", "allowed_domains", "blocked_domains", "citations", "configs"),
    *("default_config", "defer_loading", "display_height_px", "display_number"),
    *("display_width_px", "enable_zoom", "input_examples", "max_characters"),
    *("max_content_tokens", "max_tokens", "max_uses", "mcp_server_name", "model", "strict"),
    *("url_sources", "use_cache", "user_location", "caching"),
)
_OWN: Fields = {
    "cache_control": Field(record(CACHE_CONTROL), nullable=True),
    **{name: Field(anything) for name in ("type", "name", *_OWN_FIELDS)},
}
_PARALLEL: Fields = {"disable_parallel_tool_use": Field(boolean)}
_CHOICES: dict[str, Fields] = {
    "auto": _PARALLEL,
    "any": _PARALLEL,
    "tool": {"name": Field(text, required=True), **_PARALLEL},
    "none": {},
}
_FORCED = {"any": "required"}


@dataclass(frozen=True)
class Tools:
    """The tools of a request.

    Attributes:
        functions: The tools that the client runs, as `function` objects of the chat route.
        server: The names of those that Anthropic runs, and the emulator plays.
        choice: "none", "auto", "required" or the name of a tool.
        parallel: Whether a response may have several calls.
    """

    functions: list[dict[str, Any]]
    server: list[str]
    choice: str
    parallel: bool


def read_tools(
    parameters: dict[str, Any],
    family: FamilyRules,
    rules: MessagesRules,
    thinking: Thinking,
    betas: list[str],
) -> Tools:
    """Return the tools of a request.

    Args:
        parameters: The body.
        family: The rules of the model's family.
        rules: What the model accepts.
        thinking: The thinking of the request.
        betas: The betas that it asks for.

    Raises:
        GatewayError: For the first broken rule.
    """
    tools = parameters.get("tools", [])
    array(tools, "tools")
    functions: list[dict[str, Any]] = []
    server: list[str] = []
    names: list[str] = []
    for index, tool in enumerate(tools):
        path = f"tools.{index}"
        kind = tool.get("type") if isinstance(tool, dict) else None
        if kind in (None, "custom"):
            functions.append(_read_custom(tool, index, family))
        else:
            name = _check_own(tool, str(kind), path, rules, betas)
            if name in rules.server_tools:
                server.append(name)
            elif name:
                functions.append({"name": name, "description": "", "parameters": {}})
        if isinstance(tool.get("name"), str):
            names.append(tool["name"])
    if len(set(names)) < len(names):
        refuse("tools", "Tool names must be unique.")
    choice, parallel = _read_choice(parameters, names, family, rules, thinking)
    return Tools(functions, server, choice, parallel)


def _read_custom(tool: Any, index: int, family: FamilyRules) -> dict[str, Any]:
    path = f"tools.{index}.custom"
    check(tool, path, _CUSTOM)
    if not re.fullmatch(_NAME, tool["name"]):
        refuse(f"{path}.name", f"String should match pattern '{_NAME}'")
    schema, parameter = tool["input_schema"], tool_parameter(index)
    check_dialect(schema, parameter, family.schema_dialect)
    if schema.get("type") != "object":
        refuse(f"{path}.input_schema.type", "Input should be 'object'")
    if tool.get("strict") and family.format_dialect is not None:
        check_dialect(schema, parameter, family.format_dialect)
    return {
        "name": tool["name"],
        "description": tool.get("description", ""),
        "parameters": schema,
    }


def _check_own(
    tool: dict[str, Any], kind: str, path: str, rules: MessagesRules, betas: list[str]
) -> str:
    """Check one of Anthropic's own tools, and return the name by which the model calls it."""
    name, beta = TOOL_TYPES.get(kind, ("", "none"))
    if kind not in TOOL_TYPES or (beta and not has_beta(betas, beta)):
        expected = ", ".join(f"'{one}'" for one, (_, beta) in TOOL_TYPES.items() if not beta)
        refuse(
            path,
            f"Input tag '{kind}' found using 'type' does not match any of the expected tags:"
            f" 'custom', {expected}",
        )
    path = join(path, kind)
    check(tool, path, _OWN)
    if name and tool.get("name") != name:
        refuse(f"{path}.name", f"Input should be '{name}'")
    if tool.get("allowed_domains") and tool.get("blocked_domains"):
        refuse(path, "Only one of `allowed_domains` and `blocked_domains` can be set.")
    if name == "web_fetch" and name not in rules.server_tools:
        refuse("", f"'{kind}' is not supported on this model")
    return name


def _read_choice(
    parameters: dict[str, Any],
    names: list[str],
    family: FamilyRules,
    rules: MessagesRules,
    thinking: Thinking,
) -> tuple[str, bool]:
    value = parameters.get("tool_choice")
    if value is None:
        return "auto", True
    kind = tagged(value, "tool_choice", _CHOICES)
    if not parameters.get("tools"):
        refuse("tool_choice", "tool_choice may only be specified while providing tools.")
    if kind in ("any", "tool"):
        if not rules.forced_choice:
            # Anthropic's migration guides say that this is a 400; the words are the emulator's own.
            refuse("tool_choice", "Forced tool use is not supported for this model.")
        if thinking.is_on and thinking.is_asked_for and family.required_choice_error:
            raise family.required_choice_error.error()
    if kind == "tool" and value["name"] not in names:
        refuse("", f"Tool '{value['name']}' not found in provided tools")
    choice = value["name"] if kind == "tool" else _FORCED.get(kind, kind)
    return choice, not value.get("disable_parallel_tool_use", False)
