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
    reason = message.response_metadata.get("finish_reason")
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
            f"incomplete. {_ADVICE[finish]}"
        )
        raise create_error(msg, message)


def create_error(text: str, message: AIMessage) -> CometAPIStructuredOutputError:
    """Return the error of a message without an output of the requested form."""
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
    }
