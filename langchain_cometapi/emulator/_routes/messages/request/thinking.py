"""Thinking: whether a request has it, and whether the blocks of it that come back are right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._errors import PassedOnError
from langchain_cometapi.emulator._routes.messages.request.fields import (
    Field,
    Fields,
    anything,
    one_of,
    refuse,
    tagged,
    whole,
)
from langchain_cometapi.emulator._routes.messages.request.headers import has_beta
from langchain_cometapi.emulator._routes.messages.signatures import (
    is_of_anthropic,
    is_redacted,
    read_signature,
)

if TYPE_CHECKING:
    from langchain_cometapi.emulator._routes.messages.request.conversation import Turn
    from langchain_cometapi.emulator._rules.messages import MessagesRules

_MIN_BUDGET = 1024
_GUIDE = (
    " Please consult our documentation at"
    " https://docs.claude.com/en/docs/build-with-claude/extended-thinking"
)
_DISPLAY = Field(one_of("summarized", "omitted", "updates"), nullable=True)
_BINDING = Field(anything, nullable=True)
_KINDS: dict[str, Fields] = {
    "adaptive": {"display": _DISPLAY, "block_binding": _BINDING},
    "between_tools": {},
    "disabled": {},
    "enabled": {
        "budget_tokens": Field(whole(_MIN_BUDGET), required=True),
        "display": _DISPLAY,
        "block_binding": _BINDING,
    },
}
_THINKING_BLOCKS = ("redacted_thinking", "thinking")
_HIGH_EFFORTS = ("xhigh", "max")


@dataclass(frozen=True)
class Thinking:
    """The thinking of a request.

    Attributes:
        kind: Its type; "disabled" for none.
        budget: The tokens that it may have; `None` for any number.
        is_shown: Whether the response has its text, and not the signature alone.
        is_asked_for: Whether the request asks for it, rather than the model thinking by default.
    """

    kind: str
    budget: int | None = None
    is_shown: bool = True
    is_asked_for: bool = True

    @property
    def is_on(self) -> bool:
        """Whether the model may think."""
        return self.kind != "disabled"


def read_thinking(
    value: Any, rules: MessagesRules, *, effort: str, max_tokens: int, betas: list[str]
) -> Thinking:
    """Return the thinking of a request.

    Args:
        value: The request's `thinking`, or `None`.
        rules: What the model accepts.
        effort: The effort of the request.
        max_tokens: The limit of tokens, which thinking counts towards.
        betas: The betas that the request asks for.

    Raises:
        GatewayError: For the first broken rule.
    """
    if value is None:
        kind = "adaptive" if rules.thinks_by_default else "disabled"
        return Thinking(kind, is_shown=rules.display == "summarized", is_asked_for=False)
    if isinstance(value, dict) and value.get("type") == "adaptive" and "budget_tokens" in value:
        # Seen behind the gateway in the form of Amazon Bedrock, which has a `message` alone.
        msg = "thinking.adaptive.budget_tokens: Extra inputs are not permitted"
        raise PassedOnError(400, {"message": msg})
    kind = tagged(value, "thinking", _KINDS)
    _check_kind(kind, rules, effort)
    display = value.get("display") or rules.display
    if display == "updates" and not has_beta(betas, "thinking-display-updates-"):
        refuse(f"thinking.{kind}.display", "Input should be 'summarized' or 'omitted'")
    budget = value.get("budget_tokens")
    interleaved = has_beta(betas, "interleaved-thinking-")
    if budget is not None and budget >= max_tokens and not interleaved:
        refuse("", f"`max_tokens` must be greater than `thinking.budget_tokens`.{_GUIDE}")
    return Thinking(kind, budget, display != "omitted")


def _check_kind(kind: str, rules: MessagesRules, effort: str) -> None:
    needs_low_effort = kind == "disabled" and rules.disabled_needs_low_effort
    if kind in rules.thinking and not (needs_low_effort and effort in _HIGH_EFFORTS):
        return
    if kind in rules.thinking:  # the words are the emulator's own
        refuse("", f'"thinking.type.disabled" is not supported with the effort "{effort}".')
    if kind == "adaptive":
        refuse("", "adaptive thinking is not supported on this model")
    if "between_tools" in rules.thinking and kind == "disabled":
        # The beginning is known from Anthropic (2026-10), the end is the emulator's own.
        msg = (
            '"thinking.type.disabled" is not supported for this model. To turn thinking off on this'
            ' model, send "thinking": {"type": "between_tools"}.'
        )
        refuse("", msg)
    msg = (  # tinovyatkin/amazon-bedrock-copilot-chat#526
        f'"thinking.type.{kind}" is not supported for this model. Use "thinking.type.adaptive" and'
        ' "output_config.effort" to control thinking behavior.'
    )
    refuse("", msg)


def check_thinking_blocks(turns: list[Turn], thinking: Thinking) -> None:
    """Check the blocks of thinking that a conversation sends back.

    Args:
        turns: The conversation.
        thinking: The thinking of the request.

    Raises:
        GatewayError: For the first broken rule.
    """
    assistant = [turn for turn in turns if turn.role == "assistant"]
    for turn in assistant:
        for path, block in turn.blocks:
            if block["type"] in _THINKING_BLOCKS:
                _check_thinking_block(path, block)
        if (
            turn.blocks and turn.blocks[-1][1]["type"] in _THINKING_BLOCKS
        ):  # tailcallhq/forgecode#2107
            path, block = turn.blocks[-1]
            index = path.partition(".content")[0]
            refuse(index, f"The final block in an assistant message cannot be `{block['type']}`.")
    # Anthropic's page on adaptive thinking: there, no turn needs to begin with thinking.
    if thinking.kind == "enabled" and assistant:
        _check_last(turns, assistant[-1])


def _check_thinking_block(path: str, block: dict[str, Any]) -> None:
    if block["type"] == "redacted_thinking":
        if not is_redacted(block["data"]):
            refuse(path, "Invalid `data` in `redacted_thinking` block")
        return
    if is_of_anthropic(block["signature"]):
        return
    signed = read_signature(block["signature"])
    if signed is None:  # anthropics/anthropic-sdk-python#1598
        refuse(path, "Invalid `signature` in `thinking` block")
    # With `display` "omitted" the model has sent the signature alone.
    if block["thinking"] not in ("", signed.text):  # anthropics/claude-code#63203
        refuse(
            path,
            "`thinking` or `redacted_thinking` blocks in the latest assistant message cannot be"
            " modified. These blocks must remain as they were in the original response.",
        )


def _check_last(turns: list[Turn], last: Turn) -> None:
    """Check that the turn that the model goes on with begins with thinking."""
    ends_with_results = turns[-1].role == "user" and any(
        block["type"] == "tool_result" for _, block in turns[-1].blocks
    )
    if not ends_with_results and turns[-1] is not last:
        return
    path, first = last.blocks[0] if last.blocks else (f"messages.{last.index}.content.0", {})
    kind = first.get("type", "text")
    if kind not in _THINKING_BLOCKS:  # pydantic/pydantic-ai#2075
        refuse(
            f"{path}.type",
            f"Expected `thinking` or `redacted_thinking`, but found `{kind}`. When `thinking` is"
            " enabled, a final `assistant` message must start with a thinking block (preceeding the"
            " lastmost set of `tool_use` and `tool_result` blocks). We recommend you include"
            " thinking blocks from previous turns. To avoid this requirement, disable `thinking`."
            f"{_GUIDE}",
        )
