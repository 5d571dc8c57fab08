"""A valid Responses request, and the function that checks one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._errors import (
    GatewayError,
    empty_array,
    unreadable,
    vendor_error,
    wrong_type,
)
from langchain_cometapi.emulator._generation.conversation import without_result_media
from langchain_cometapi.emulator._generation.prompt import Prompt
from langchain_cometapi.emulator._routes.chat.request.options import (
    read_service_tier,
    reads_cache_implicitly,
)
from langchain_cometapi.emulator._routes.responses.request.conversation import to_messages
from langchain_cometapi.emulator._routes.responses.request.items import check_items
from langchain_cometapi.emulator._routes.responses.request.order import check_order
from langchain_cometapi.emulator._routes.responses.request.parameters import (
    check_parameters,
    read_effort,
)
from langchain_cometapi.emulator._routes.responses.request.replay import (
    check_pairs,
    check_reasoning,
    resolve_items,
)
from langchain_cometapi.emulator._routes.responses.request.text import (
    check_json_word,
    read_format,
)
from langchain_cometapi.emulator._routes.responses.request.tools import Tools, read_tools
from langchain_cometapi.emulator._rules.registry import find_model

if TYPE_CHECKING:
    from langchain_cometapi.emulator._rules.base import ModelRow
    from langchain_cometapi.emulator._state import EmulatorState

Item = dict[str, Any]


@dataclass(frozen=True)
class ResponsesRequest(Prompt):
    """A valid Responses request.

    Attributes:
        parameters: The body without its nulls.
        items: The whole conversation, with that of the previous response.
        tool_set: The tools, also those that OpenAI runs.
        service_tier: The tier that the response names.
    """

    parameters: dict[str, Any]
    items: list[Item]
    tool_set: Tools
    service_tier: str

    @property
    def stream(self) -> bool:
        """Whether to respond with server-sent events."""
        return bool(self.parameters.get("stream"))

    @property
    def store(self) -> bool:
        """Whether to store the response."""
        return bool(self.parameters.get("store", True))

    @property
    def max_tokens(self) -> int | None:
        """The maximum of output tokens, if limited."""
        return self.parameters.get("max_output_tokens")

    @property
    def include(self) -> list[str]:
        """What the response has besides."""
        return list(self.parameters.get("include", ()))

    @property
    def obfuscation(self) -> bool:
        """Whether the deltas of a stream are padded."""
        options = self.parameters.get("stream_options") or {}
        return self.row.rules.obfuscation and options.get("include_obfuscation") is not False


def read_responses_request(body: Any, state: EmulatorState) -> ResponsesRequest:
    """Return a Responses request that the gateway and the vendor accept.

    Args:
        body: The parsed JSON body.
        state: The emulator's memory.

    Raises:
        GatewayError: With the status and wording of the first rule that is broken.
    """
    row = find_model(body)
    _check_route(row)
    parameters = {key: value for key, value in body.items() if value is not None}
    if not {"input", "messages"} & parameters.keys():
        msg = "input is required"
        raise unreadable(msg)
    check_parameters(parameters, row)
    rules = row.rules
    tools = read_tools(parameters.get("tools"), parameters.get("tool_choice"), rules)
    response_format = read_format(parameters.get("text"), rules)
    items = _read_items(parameters, row, state)
    messages = to_messages(items, parameters.get("instructions"))
    if response_format is not None and response_format["type"] == "json_object":
        check_json_word(messages, rules)
    effort = read_effort(parameters, row)
    return ResponsesRequest(
        row=row,
        messages=messages,
        turns=without_result_media(messages),
        tools=tools.functions,
        tool_choice=tools.choice,
        parallel=parameters.get("parallel_tool_calls", True),
        thinking=rules.reasoning_text and effort != "none" and not _is_disabled(parameters),
        effort=effort,
        response_format=response_format,
        implicit_cache=reads_cache_implicitly(parameters),
        parameters=parameters,
        items=items,
        tool_set=tools,
        service_tier=read_service_tier(parameters),
    )


def _is_disabled(parameters: dict[str, Any]) -> bool:
    thinking = parameters.get("thinking")
    return isinstance(thinking, dict) and thinking.get("type") == "disabled"


def _check_route(row: ModelRow) -> None:
    if row.kind != "text":
        msg = f"The requested model '{row.id}' cannot be used with the Responses API."
        raise vendor_error(msg, param="model")
    if not row.rules.responses_route:
        # The gateway converts requests for vendors of other APIs, and has no conversion of these:
        # the code is known from CometAPI, the words from New API.
        msg = "not implemented"
        raise GatewayError(500, msg, code="convert_request_failed")


def _read_items(parameters: dict[str, Any], row: ModelRow, state: EmulatorState) -> list[Item]:
    """Return the items of the whole conversation."""
    value = parameters["input"]
    if isinstance(value, str):
        items = [{"type": "message", "role": "user", "content": value}]
    elif isinstance(value, list):
        items = check_items(value, row.rules)
    else:
        raise wrong_type(value, "one of a string or array of input items", "input")
    previous = parameters.get("previous_response_id")
    earlier = _read_history(previous, state) if previous is not None else []
    if not items and not earlier:
        raise empty_array(path="input")
    store = bool(parameters.get("store", True))
    items = resolve_items(items, earlier, state.responses, store=store)
    check_reasoning(items, row)
    check_pairs(items, state.responses)
    check_order([*earlier, *items])
    return [*earlier, *items]


def _read_history(response_id: str, state: EmulatorState) -> list[Item]:
    if not response_id.startswith("resp"):
        msg = (
            f"Invalid 'previous_response_id': '{response_id}'. Expected an ID that begins with"
            " 'resp'."
        )
        raise vendor_error(msg, "invalid_value", "previous_response_id")
    history = state.responses.history(response_id)
    if history is None:  # maximhq/bifrost#2441, bigduu/Bamboo-agent#513, smg-project/smg#916
        msg = f"Previous response with id '{response_id}' not found."
        raise vendor_error(msg, "previous_response_not_found", "previous_response_id")
    return history
