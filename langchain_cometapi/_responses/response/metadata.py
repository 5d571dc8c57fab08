"""`response_metadata` of the Responses route."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi._chat.response.metadata import describe_response
from langchain_cometapi._chat.response.usage import create_usage_metadata
from langchain_cometapi._content.finish_reasons import is_cut
from langchain_cometapi._content.origin import ORIGIN
from langchain_cometapi._responses.response.items import drop_none, read_str

if TYPE_CHECKING:
    from langchain_core.messages.ai import UsageMetadata

    from langchain_cometapi._client.responses import ResponseInfo
    from langchain_cometapi._context import CallContext
    from langchain_cometapi._responses.response.output_reader import OutputReader

# What LangChain keeps of a response; more of it repeats the request.
_RESPONSE_FIELDS = (
    "id",
    "created_at",
    "status",
    "incomplete_details",
    "metadata",
    "model",
    "service_tier",
    "user",
    "cost",
    "cost_details",
)

# Why a response is incomplete, in the words of the chat route.
_FINISH_REASONS = {"max_output_tokens": "length"}


def read_finish_reason(response: dict[str, Any], *, has_calls: bool) -> str:
    """Return why the model stopped, in the words of the chat route.

    Args:
        response: The response.
        has_calls: Whether it calls the user's own tools.
    """
    if response.get("status") == "incomplete":
        details = response.get("incomplete_details")
        reason = read_str(details.get("reason")) if isinstance(details, dict) else ""
        reason = _FINISH_REASONS.get(reason, reason)
        # A reason that nobody knows must not pass for the end of a whole message.
        return reason if is_cut(reason) else "incomplete"
    return "tool_calls" if has_calls else "stop"


def create_usage(response: dict[str, Any]) -> UsageMetadata | None:
    """Return the usage of a response in LangChain's terms, if it has one."""
    usage = response.get("usage")
    if not isinstance(usage, dict) or not usage:
        return None
    return create_usage_metadata(usage, response.get("service_tier"))


def describe(
    response: dict[str, Any],
    reader: OutputReader,
    info: ResponseInfo,
    context: CallContext,
    tool_call_errors: dict[str, str],
) -> dict[str, Any]:
    """Return what `response_metadata` says of a response.

    Args:
        response: The response, without its output.
        reader: What has read its output.
        info: Its request id, retries and headers.
        context: The call.
        tool_call_errors: Why a call must not run, by its id.
    """
    # `object` tells blocks of this route from those of the other, also where a host leaves it out.
    kept = {"object": "response"}
    kept |= {name: response[name] for name in _RESPONSE_FIELDS if response.get(name) is not None}
    identity = drop_none(kept)
    if model := read_str(response.get("model")):
        identity["model_name"] = model
    usage = response.get("usage")
    described = describe_response(
        identity, usage if isinstance(usage, dict) and usage else None, info, context
    )
    described["finish_reason"] = read_finish_reason(response, has_calls=bool(reader.calls))
    if reader.logprobs:
        described["logprobs"] = {"content": reader.logprobs}  # as on the chat route
    # Items, their ids and what is encrypted in them go back to the same family and host alone.
    described[ORIGIN] = context.origin.mark("", 0)
    if response.get("store", context.store) is False:
        described[ORIGIN]["stored"] = False  # no id of it can be referred to
    if tool_call_errors:
        described["tool_call_errors"] = tool_call_errors
    return described
