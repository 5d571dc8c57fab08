"""A valid Messages request, and the function that checks one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._errors import GatewayError, vendor_error
from langchain_cometapi.emulator._generation.conversation import without_result_media
from langchain_cometapi.emulator._generation.prompt import Prompt
from langchain_cometapi.emulator._routes.messages.request.caching import Segment, list_segments
from langchain_cometapi.emulator._routes.messages.request.calls import check_calls
from langchain_cometapi.emulator._routes.messages.request.conversation import (
    check_system,
    is_paused,
    read_turns,
)
from langchain_cometapi.emulator._routes.messages.request.documents import (
    Document,
    check_citations,
    list_documents,
)
from langchain_cometapi.emulator._routes.messages.request.headers import read_betas
from langchain_cometapi.emulator._routes.messages.request.parameters import (
    check_parameters,
    check_sampling,
    read_effort,
    read_format,
)
from langchain_cometapi.emulator._routes.messages.request.thinking import (
    Thinking,
    check_thinking_blocks,
    read_thinking,
)
from langchain_cometapi.emulator._routes.messages.request.tools import Tools, read_tools
from langchain_cometapi.emulator._routes.messages.request.words import to_messages
from langchain_cometapi.emulator._rules.messages import MESSAGES_RULES, MessagesRules
from langchain_cometapi.emulator._rules.registry import find_model

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class MessagesRequest(Prompt):
    """A valid Messages request.

    Attributes:
        parameters: The body.
        rules: What the model accepts on this route.
        config: The thinking of the request.
        tool_set: The tools, also those that Anthropic runs.
        segments: The parts of the prompt after which a cached prefix can end.
        documents: The documents that may be cited.
        is_continued: Whether the model goes on with a turn that it has paused.
    """

    parameters: dict[str, Any]
    rules: MessagesRules
    config: Thinking
    tool_set: Tools
    segments: list[Segment]
    documents: list[Document]
    is_continued: bool

    @property
    def stream(self) -> bool:
        """Whether to respond with server-sent events."""
        return bool(self.parameters.get("stream"))

    @property
    def max_tokens(self) -> int:
        """The maximum of output tokens."""
        return int(self.parameters["max_tokens"])

    @property
    def stops(self) -> list[str]:
        """The sequences that end the text."""
        return list(self.parameters.get("stop_sequences", ()))


def read_messages_request(body: Any, headers: Mapping[str, str]) -> MessagesRequest:
    """Return a Messages request that the gateway and Anthropic accept.

    Args:
        body: The parsed JSON body.
        headers: The headers, with lower-case names.

    Raises:
        GatewayError: With the status and wording of the first rule that is broken.
    """
    row = find_model(body)
    family, rules = row.rules, MESSAGES_RULES.get(row.id)
    if rules is None:
        # As on the Responses route: the gateway has no conversion for vendors of other APIs.
        msg = "not implemented"
        raise GatewayError(500, msg, code="convert_request_failed")
    betas = read_betas(headers)
    check_parameters(body, row, rules, betas)
    effort = read_effort(body, rules)
    config = read_thinking(
        body.get("thinking"), rules, effort=effort, max_tokens=body["max_tokens"], betas=betas
    )
    check_sampling(body, rules, family, config)
    tools = read_tools(body, family, rules, config, betas)
    response_format = read_format(body, family)
    system = check_system(body.get("system", ""))
    turns = read_turns(body["messages"], rules, betas)
    check_calls(turns)
    check_thinking_blocks(turns, config)
    check_citations(turns, has_format=response_format is not None)
    segments = list_segments(body, system, turns, family)
    _check_length(segments, family.max_prompt)
    messages = to_messages(system, turns)
    return MessagesRequest(
        row=row,
        messages=messages,
        turns=without_result_media(messages),
        tools=tools.functions,
        tool_choice=tools.choice,
        parallel=tools.parallel,
        thinking=config.is_on,
        effort=effort,
        response_format=response_format,
        implicit_cache=False,
        parameters=body,
        rules=rules,
        config=config,
        tool_set=tools,
        segments=segments,
        documents=list_documents(turns),
        is_continued=is_paused(turns),
    )


def _check_length(segments: list[Segment], most: int | None) -> None:
    tokens = sum(segment.tokens for segment in segments)
    if most is not None and tokens > most:
        msg = f"prompt is too long: {tokens} tokens > {most} maximum"
        raise vendor_error(msg)
