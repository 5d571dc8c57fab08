"""Why a message has no structured output: refused, filtered, cut off or simply missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_openai.chat_models.base import OpenAIRefusalError

from langchain_cometapi._content.finish_reasons import Finish, read_finish_reason
from langchain_cometapi.exceptions import CometAPIOutputFilteredError as _OutputFilteredError
from langchain_cometapi.exceptions import CometAPIRefusalError as _RefusalError
from langchain_cometapi.exceptions import CometAPIStructuredOutputError

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage


_CUT_OFF = {Finish.LENGTH: "at the token limit", Finish.BROKEN: "by the vendor"}
_ADVICE = {
    Finish.LENGTH: "Raise `max_tokens`, or lower the reasoning effort.",
    Finish.BROKEN: "The same request may succeed.",
}


ATTEMPTS = "attempts"
"""Key in `response_metadata` of the number of times that a model was asked for an output."""


# The public classes, which are the error of `ChatOpenAI` here too: code written for that goes on
# working, and `exceptions` need not import langchain-openai.
class CometAPIRefusalError(_RefusalError, OpenAIRefusalError):
    __doc__ = _RefusalError.__doc__


class CometAPIOutputFilteredError(_OutputFilteredError, OpenAIRefusalError):
    __doc__ = _OutputFilteredError.__doc__


def check_finished(message: AIMessage) -> None:
    """Refuse a message that its model did not finish, even where its output looks complete.

    Raises:
        CometAPIRefusalError: If the model refused.
        CometAPIOutputFilteredError: If a moderation filter stopped it.
        CometAPIStructuredOutputError: If it reached the token limit, or the vendor stopped it.
    """
    metadata = message.response_metadata
    reason = metadata.get("finish_reason") or metadata.get("stop_reason")  # the latter of Claude
    finish = read_finish_reason(reason)
    refusal = _find_refusal(message)
    if refusal or finish is Finish.REFUSAL:
        text = refusal or message.text or "The model refused to produce the requested output."
        raise CometAPIRefusalError(text, **_describe(message))
    if finish is Finish.FILTER:
        msg = (
            f"The output was cut off by a content filter (finish_reason {reason!r}), so it may be "
            "incomplete. The same request will hardly succeed: change the prompt."
        )
        raise CometAPIOutputFilteredError(msg, **_describe(message))
    if finish in _CUT_OFF:
        msg = (
            f"The output was cut off {_CUT_OFF[finish]} (finish_reason {reason!r}), so it may be "
            f"incomplete. {_describe_budget(message)}{_ADVICE[finish]}"
        )
        raise _create(msg, message)


def create_misfit(
    message: AIMessage, misfit: Exception, tool: str | None
) -> CometAPIStructuredOutputError:
    """Return the error of a message whose output does not fit the schema.

    Args:
        message: The message.
        misfit: What is wrong with the output.
        tool: The name of the tool that was to be called, if one was.
    """
    called = [call["name"] for call in message.tool_calls]
    if tool is None or not called or tool in called:
        return _create(f"The output does not have the requested form: {misfit}", message)
    names = ", ".join(map(repr, called))
    msg = f"The model did not return the requested form, but a call of {names}: {misfit}"
    return _create(msg, message)


def create_missing(message: AIMessage, tool: str | None) -> CometAPIStructuredOutputError:
    """Return the error of a message without JSON.

    Args:
        message: The message.
        tool: The name of the tool that was to be called, if one was.
    """
    found = _name_content(message, tool)
    reason = message.response_metadata.get("finish_reason")
    msg = f"The model did not return the requested form, but {found} (finish_reason {reason!r})."
    if not message.text.strip() and (budget := _describe_budget(message)):
        msg = f"{msg} {budget}{_ADVICE[Finish.LENGTH]}"
    return _create(msg, message)


def _name_content(message: AIMessage, tool: str | None) -> str:
    if errors := [call["error"] for call in message.invalid_tool_calls]:
        return f"broken arguments: {errors}"
    if not message.text.strip():
        return "nothing"
    return "text without JSON" if tool is None else f"text instead of a call of {tool!r}"


def _describe_budget(message: AIMessage) -> str:
    """Return how much of the output was reasoning, if the usage says so."""
    usage = message.usage_metadata
    reasoning = usage and usage.get("output_token_details", {}).get("reasoning")
    if not usage or not reasoning:
        return ""
    return f"Reasoning took {reasoning} of its {usage['output_tokens']} output tokens. "


def _create(text: str, message: AIMessage) -> CometAPIStructuredOutputError:
    attempts = message.response_metadata.get(ATTEMPTS, 1)
    if attempts > 1:
        text = f"After {attempts} attempts: {text}"
    return CometAPIStructuredOutputError(text, **_describe(message))


def _find_refusal(message: AIMessage) -> str:
    if refusal := message.additional_kwargs.get("refusal"):
        return str(refusal)
    content = message.content if isinstance(message.content, list) else ()
    texts = [
        str(block.get("refusal") or "")
        for block in content
        if isinstance(block, dict) and block.get("type") == "refusal"
    ]
    return "".join(texts)


def _describe(message: AIMessage) -> dict[str, Any]:
    metadata = message.response_metadata
    return {
        "raw_message": message,
        "model": metadata.get("model_name"),
        "request_id": metadata.get("request_id"),
        "attempts": metadata.get(ATTEMPTS, 1),
    }
