"""A valid request, and the function that checks one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._errors import GatewayError
from langchain_cometapi.emulator._generation.conversation import without_result_media
from langchain_cometapi.emulator._generation.prompt import Prompt
from langchain_cometapi.emulator._generation.usage import count_tokens_of
from langchain_cometapi.emulator._routes.generate_content.errors import refuse
from langchain_cometapi.emulator._routes.generate_content.request.config import (
    Thinking,
    check_config,
    check_safety,
    read_format,
    read_thinking,
)
from langchain_cometapi.emulator._routes.generate_content.request.contents import (
    check_contents,
    check_instruction,
)
from langchain_cometapi.emulator._routes.generate_content.request.conversation import to_messages
from langchain_cometapi.emulator._routes.generate_content.request.messages import read_message
from langchain_cometapi.emulator._routes.generate_content.request.order import check_order
from langchain_cometapi.emulator._routes.generate_content.request.signatures import (
    check_signatures,
)
from langchain_cometapi.emulator._routes.generate_content.request.tools import Tools, read_tools
from langchain_cometapi.emulator._rules.google_messages import REQUEST
from langchain_cometapi.emulator._rules.google_native import GEMINI_RULES, GeminiRules
from langchain_cometapi.emulator._rules.registry import find_model

if TYPE_CHECKING:
    from langchain_cometapi.emulator._routes.generate_content.route import Target
    from langchain_cometapi.emulator._rules.base import ModelRow
    from langchain_cometapi.emulator._state import EmulatorState


@dataclass(frozen=True)
class GenerateContentRequest(Prompt):
    """A valid request.

    Attributes:
        body: The request, with the names of its fields in camel case.
        gemini: The model's rules on this route.
        tool_set: The tools, also Google's own.
        think: How it is thought about.
        stream: Whether the response comes in parts.
        as_array: Whether these parts are a JSON array rather than events.
    """

    body: dict[str, Any]
    gemini: GeminiRules
    tool_set: Tools
    think: Thinking
    stream: bool
    as_array: bool

    @property
    def config(self) -> dict[str, Any]:
        """The generation config."""
        config: dict[str, Any] = self.body.get("generationConfig", {})
        return config

    @property
    def outputs(self) -> tuple[str, ...]:
        """The modalities of the response."""
        return tuple(self.config.get("responseModalities") or self.gemini.outputs)


def read_generate_content_request(
    target: Target, body: Any, state: EmulatorState
) -> GenerateContentRequest:
    """Return a request that the gateway and Google accept.

    Args:
        target: What the path says.
        body: The parsed JSON body.
        state: The emulator's memory.

    Raises:
        GatewayError: With the status and wording of the first rule that is broken.
    """
    model = target.model
    row = find_model({"model": model})
    rules = _find_rules(row)
    read = read_message(body, REQUEST)
    if read.get("model", model).removeprefix("models/") != model:
        refuse("The model of the body is not that of the path.")
    contents, instruction = read.get("contents", []), read.get("systemInstruction")
    check_contents(contents, rules)
    check_instruction(instruction)
    config = read.get("generationConfig", {})
    check_config(config, row.id, rules)
    check_safety(read.get("safetySettings", []))
    dialect = row.rules.schema_dialect
    tools = read_tools(read, rules, dialect)
    think = read_thinking(config.get("thinkingConfig", {}), rules)
    response_format = read_format(config, dialect)
    if "cachedContent" in read:
        _refuse_cache(read["cachedContent"], rules)
    check_order(contents)
    check_signatures(contents, rules, state)
    messages = to_messages(contents, instruction)
    request = GenerateContentRequest(
        # Videos are dropped on the chat route alone.
        row=replace(row, rules=replace(row.rules, dropped_parts=frozenset())),
        messages=messages,
        turns=without_result_media(messages),
        tools=tools.functions,
        tool_choice=tools.choice,
        parallel=True,
        thinking=think.shown,
        effort=None,
        response_format=response_format,
        implicit_cache=True,
        body=read,
        gemini=rules,
        tool_set=tools,
        think=think,
        stream=target.stream,
        as_array=target.as_array,
    )
    tokens = count_tokens_of(request)
    if tokens > rules.max_prompt:
        msg = (
            f"The input token count ({tokens}) exceeds the maximum number of tokens allowed"
            f" ({rules.max_prompt})."
        )
        refuse(msg)
    return request


def _find_rules(row: ModelRow) -> GeminiRules:
    if row.rules.provider != "Google":
        # As on the Responses route: the gateway does not convert requests for other vendors.
        msg = "not implemented"
        raise GatewayError(500, msg, code="convert_request_failed")
    if row.id not in GEMINI_RULES:
        msg = (
            f"models/{row.id} is not found for API version v1beta, or is not supported for"
            " generateContent. Call ListModels to see the list of available models and their"
            " supported methods."
        )
        refuse(msg, 404)
    return GEMINI_RULES[row.id]


def _refuse_cache(name: str, rules: GeminiRules) -> None:
    """Refuse a cache: the gateway has no route that makes one, so none is there."""
    if not rules.caches:
        refuse("Explicit caching is not supported for this model.")
    if not name.startswith("cachedContents/"):
        msg = f"* GenerateContentRequest.cached_content: Invalid cached content name: {name}\n"
        refuse(msg)
    msg = "CachedContent not found (or permission denied)"
    refuse(msg, 403)
