"""Checks of a Responses request's plain parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._errors import (
    unknown_parameter,
    vendor_error,
)
from langchain_cometapi.emulator._routes.chat.request.parameters import check_range
from langchain_cometapi.emulator._routes.responses.request.fields import (
    ANY,
    ARRAY,
    BOOLEAN,
    INTEGER,
    OBJECT,
    STRING,
    Kind,
    Shape,
    check_shape,
    check_type,
)

if TYPE_CHECKING:
    from langchain_cometapi.emulator._rules.base import ModelRow

# OpenAI's reference, create a model response; 2026-11.
_PARAMETERS: dict[str, Kind] = {
    "background": BOOLEAN,
    "context_management": ARRAY,
    "conversation": ANY,
    "include": ARRAY,
    "input": ANY,
    "instructions": STRING,
    "max_output_tokens": INTEGER,
    "max_tool_calls": INTEGER,
    "metadata": OBJECT,
    "model": STRING,
    "moderation": OBJECT,
    "parallel_tool_calls": BOOLEAN,
    "previous_response_id": STRING,
    "prompt": OBJECT,
    "prompt_cache_key": STRING,
    "prompt_cache_options": OBJECT,
    "prompt_cache_retention": frozenset({"24h", "in_memory"}),
    "reasoning": OBJECT,
    "safety_identifier": STRING,
    "service_tier": STRING,
    "store": BOOLEAN,
    "stream": BOOLEAN,
    "stream_options": OBJECT,
    "temperature": ANY,
    "text": OBJECT,
    "tool_choice": ANY,
    "tools": ARRAY,
    "top_logprobs": ANY,
    "top_p": ANY,
    "truncation": frozenset({"auto", "disabled"}),
    "user": STRING,
}
_RANGES: dict[str, tuple[str, float | None, float | None]] = {
    "max_output_tokens": ("integer", 16, None),  # vectorize-io/hindsight#58
    "max_tool_calls": ("integer", 1, None),
    "temperature": ("decimal", 0, 2),
    "top_logprobs": ("integer", 0, 20),
    "top_p": ("decimal", 0, 1),
}
# The words are quoted in a commit of Helicone/helicone (892fa0e).
_MOVED = {
    "functions": "tools",
    "function_call": "tool_choice",
    "max_completion_tokens": "max_output_tokens",
    "max_tokens": "max_output_tokens",
    "messages": "input",
    "reasoning_effort": "reasoning.effort",
    "response_format": "text.format",
    "verbosity": "text.verbosity",
}
_MOVED_TEXT = (
    "Unsupported parameter: '{name}'. In the Responses API, this parameter has moved to '{to}'. Try"
    " again with the new parameter. See the API documentation for more information:"
    " https://platform.openai.com/docs/api-reference/responses/create."
)
_UNSUPPORTED = "Unsupported parameter: '{name}' is not supported with this model."
_INCLUDABLE = frozenset(
    {
        "code_interpreter_call.outputs",
        "computer_call_output.output.image_url",
        "file_search_call.results",
        "message.input_image.image_url",
        "message.output_text.logprobs",
        "reasoning.encrypted_content",
        "web_search_call.action.sources",
        "web_search_call.results",
    }
)
LOGPROBS = "message.output_text.logprobs"
ENCRYPTED_REASONING = "reasoning.encrypted_content"
_SUMMARIES = frozenset({"auto", "concise", "detailed"})
_REASONING = Shape(
    {},
    {
        "context": frozenset({"all_turns", "auto", "current_turn"}),
        "effort": STRING,
        "generate_summary": _SUMMARIES,
        "mode": STRING,
        "summary": _SUMMARIES,
    },
)
_STREAM_OPTIONS = Shape({}, {"include_obfuscation": BOOLEAN})
_MAX_METADATA = 16


def check_parameters(parameters: dict[str, Any], row: ModelRow) -> None:
    """Check the top-level parameters of a request, but for its input, tools and text.

    Args:
        parameters: The body without its nulls.
        row: The requested model.

    Raises:
        GatewayError: If a parameter is unknown, out of range or refused by this model.
    """
    _check_names(parameters, row)
    for name, (kind, low, high) in _RANGES.items():
        if name in parameters:
            check_range(parameters[name], name, kind, low, high)
    _check_include(parameters.get("include", []), row)
    _check_metadata(parameters.get("metadata", {}))
    _check_unserved(parameters)
    _check_reasoning(parameters.get("reasoning", {}), row)
    _check_sampling(parameters, row)
    if "stream_options" in parameters:
        # BigPizzaV3/CodexPlusPlus#234: it does not know `include_usage`.
        check_shape(parameters["stream_options"], _STREAM_OPTIONS, "stream_options")
        if not parameters.get("stream"):
            msg = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
            raise vendor_error(msg, param="stream_options")


def _check_names(parameters: dict[str, Any], row: ModelRow) -> None:
    for name, value in parameters.items():
        if name in _PARAMETERS:
            check_type(value, _PARAMETERS[name], name)
        elif name in _MOVED:
            text = _MOVED_TEXT.format(name=name, to=_MOVED[name])
            raise vendor_error(text, "unsupported_parameter", name)
        elif name not in row.rules.extra_params:
            raise unknown_parameter(name)


def _check_unserved(parameters: dict[str, Any]) -> None:
    """Refuse what needs routes that CometAPI does not document."""
    if parameters.get("background"):
        text = _UNSUPPORTED.format(name="background")
        raise vendor_error(text, "unsupported_parameter", "background")
    conversation = parameters.get("conversation")
    if conversation is not None:
        if isinstance(conversation, dict):
            conversation = conversation.get("id")
        msg = f"Conversation with id '{conversation}' not found."
        raise vendor_error(msg, param="conversation")


def _check_include(include: list[Any], row: ModelRow) -> None:
    for index, item in enumerate(include):
        check_type(item, _INCLUDABLE, f"include[{index}]")
    if ENCRYPTED_REASONING in include and not reasons(row):
        # NousResearch/hermes-agent#24234, OpenHands/software-agent-sdk#1208.
        msg = "Encrypted content is not supported with this model."
        raise vendor_error(msg, param="include")


def reasons(row: ModelRow) -> bool:
    """Return whether a model reasons at all.

    Args:
        row: The model.
    """
    return row.rules.reasoning_text or row.rules.efforts is None or bool(row.rules.efforts)


def _check_metadata(metadata: dict[str, Any]) -> None:
    if len(metadata) > _MAX_METADATA:
        msg = (
            "Invalid 'metadata': too many properties. Expected an object with at most"
            f" {_MAX_METADATA} properties, but got an object with {len(metadata)} properties"
            " instead."
        )
        raise vendor_error(msg, "object_above_max_properties", "metadata")
    for name, value in metadata.items():
        check_type(value, STRING, f"metadata.{name}")


def _check_reasoning(reasoning: dict[str, Any], row: ModelRow) -> None:
    check_shape(reasoning, _REASONING, "reasoning")
    for name in ("effort", "summary"):
        if reasoning.get(name) is not None and not reasons(row):
            path = f"reasoning.{name}"
            raise vendor_error(_UNSUPPORTED.format(name=path), "unsupported_parameter", path)
    effort, rules = reasoning.get("effort"), row.rules
    efforts = None if rules.efforts is None else rules.efforts | rules.responses_efforts
    if effort is not None and efforts is not None and effort not in efforts:
        supported = ", ".join(f"'{value}'" for value in sorted(efforts))
        msg = (  # openai/codex#6647, anomalyco/opencode#4451
            f"Unsupported value: '{effort}' is not supported with the '{row.id}' model. Supported"
            f" values are: {supported}."
        )
        raise vendor_error(msg, "unsupported_value", "reasoning.effort")


def read_effort(parameters: dict[str, Any], row: ModelRow) -> str | None:
    """Return the reasoning effort, by default the model's own.

    Args:
        parameters: The body without its nulls.
        row: The requested model.
    """
    effort = (parameters.get("reasoning") or {}).get("effort")
    return row.rules.default_effort if effort is None else str(effort)


def _check_sampling(parameters: dict[str, Any], row: ModelRow) -> None:
    rules = row.rules
    effort_refuses = rules.sampling == "effort_none_only" and read_effort(parameters, row) != "none"
    if rules.sampling == "refused" or effort_refuses:
        for name in ("temperature", "top_p"):
            if parameters.get(name, 1) != 1:  # OpenHands/software-agent-sdk#1837
                text = _UNSUPPORTED.format(name=name)
                raise vendor_error(text, "unsupported_parameter", name)
    wants_logprobs = parameters.get("top_logprobs") or LOGPROBS in parameters.get("include", ())
    if wants_logprobs and (not rules.logprobs or effort_refuses):
        msg = "logprobs are not supported with reasoning models."
        raise vendor_error(msg, param="include")
