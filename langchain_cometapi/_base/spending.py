"""What requests have used and cost, read from what LangChain's callbacks are called with."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from langchain_core.outputs import ChatGeneration, ChatGenerationChunk

from langchain_cometapi._client.errors import may_have_arrived
from langchain_cometapi._json import read_count
from langchain_cometapi.exceptions import (
    CometAPIConnectionError,
    CometAPIError,
    CometAPITimeoutError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from langchain_core.messages import BaseMessage
    from langchain_core.outputs import LLMResult

_FIRST_ERROR = 400

# By what the keys of details end, for any service tier. langchain-anthropic counts what it knows
# the lifetime of under that alone.
_CACHE_CREATION = ("cache_creation", "ephemeral_5m_input_tokens", "ephemeral_1h_input_tokens")


@dataclass(frozen=True)
class Spending:
    """What requests have used and cost.

    Amounts are in USD. What was reported and what was estimated is never mixed: `cost` adds them
    up for callers that want one number.

    Attributes:
        requests: Calls of a model for which a request was sent and that have ended.
        retries: Requests that were sent again within these calls.
        errors: Calls that have ended with an error.
        input_tokens: All tokens of the prompts.
        cached_input_tokens: Those of them that the vendor had in its cache.
        cache_creation_tokens: Those of them that it has written to its cache.
        output_tokens: All tokens of the responses, with their reasoning.
        reasoning_tokens: Those of them that are reasoning.
        reported_cost: What the gateway says.
        estimated_cost: What the other requests cost by the prices of their models.
        unknown_cost: How many requests are in neither, because no price is known or because they
            broke off.
        unknown_tokens: How many requests have no token counts.
    """

    requests: int = 0
    retries: int = 0
    errors: int = 0
    input_tokens: int = 0
    cached_input_tokens: int = 0
    cache_creation_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0
    reported_cost: float = 0.0
    estimated_cost: float = 0.0
    unknown_cost: int = 0
    unknown_tokens: int = 0

    @property
    def total_tokens(self) -> int:
        """Input and output."""
        return self.input_tokens + self.output_tokens

    @property
    def cost(self) -> float:
        """What was reported and what was estimated, in USD; see `unknown_cost` for the rest."""
        return self.reported_cost + self.estimated_cost

    def __add__(self, other: Spending) -> Spending:
        """Return both together."""
        return Spending(
            **{
                field.name: getattr(self, field.name) + getattr(other, field.name)
                for field in fields(Spending)
            }
        )


def find_message(response: LLMResult) -> BaseMessage | None:
    """Return the message of a result which has the usage: the first."""
    for generations in response.generations:
        for generation in generations:
            if isinstance(generation, ChatGeneration):
                return generation.message
    return None


def has_partial_message(response: LLMResult) -> bool:
    """Whether a result has what a stream had sent; core adds what it reads of an error response."""
    first = next((g for generations in response.generations for g in generations), None)
    return isinstance(first, ChatGenerationChunk)


def find_metadata(response: LLMResult, message: BaseMessage | None) -> dict[str, Any]:
    """Return what is known of the first generation; of an LLM, the message has not all of it."""
    first = next((g for generations in response.generations for g in generations), None)
    return {
        **(message.response_metadata if message is not None else {}),
        **(getattr(first, "generation_info", None) or {}),
    }


def read_tokens(usage: Any) -> dict[str, int]:
    if not usage:
        return {"unknown_tokens": 1}
    details = (usage.get("input_token_details") or {}, usage.get("output_token_details") or {})

    def add_up(names: str | tuple[str, ...], counts: Mapping[str, Any]) -> int:
        """Return a count, of any service tier."""
        return sum(read_count(n) or 0 for key, n in counts.items() if key.endswith(names))

    return {
        "input_tokens": read_count(usage.get("input_tokens")) or 0,
        "cached_input_tokens": add_up("cache_read", details[0]),
        "cache_creation_tokens": add_up(_CACHE_CREATION, details[0]),
        "output_tokens": read_count(usage.get("output_tokens")) or 0,
        "reasoning_tokens": add_up("reasoning", details[1]),
    }


def may_be_billed(error: BaseException) -> bool:
    """Whether a request may have a cost that ended with an error.

    It has none if an error status came, or if it did not reach the gateway. One whose connection
    broke later may have: what the gateway does with it then is not known.
    """
    if not isinstance(error, Exception):
        return True
    if not isinstance(error, CometAPIError):
        return False
    if error.partial_message is not None:
        return True
    if error.status_code is not None:
        return bool(error.status_code < _FIRST_ERROR)
    if isinstance(error, (CometAPIConnectionError, CometAPITimeoutError)):
        return may_have_arrived(error)
    return True
