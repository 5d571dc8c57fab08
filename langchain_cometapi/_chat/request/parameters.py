"""Parameters by the rules of the vendor: renamed, rewritten, dropped with a warning, or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi._chat.request.native_features import drop_effort, refuse_native_features
from langchain_cometapi._chat.request.other_routes import refuse_functions, refuse_other_routes
from langchain_cometapi._chat.request.parameter_types import check_parameters
from langchain_cometapi._chat.request.parameter_warnings import LOSSY
from langchain_cometapi._chat.request.refused_parameters import drop_refused
from langchain_cometapi._chat.request.response_format import check_response_format
from langchain_cometapi._chat.request.sampling import drop_sampling
from langchain_cometapi._chat.request.schema_rules import adapt_schemas
from langchain_cometapi._chat.request.tool_choice import (
    keep_forced_choice,
    keep_json_output,
    normalize_tool_choice,
)
from langchain_cometapi._chat.request.tool_parameters import (
    drop_parallel_tool_calls,
    drop_strict,
    leave_out_cache_control,
)
from langchain_cometapi.exceptions import CometAPIUnsentRequestError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from langchain_cometapi._context import CallContext

INFERRED = "inferred_parameters"
"""Key of the parameters that follow from a schema and are not the user's; never sent."""

STATEMENT = "statement"
"""Key among them of the sentence that states the schema in the prompt."""

CHANGES = "changes"
"""Key among them of what was changed in a schema before; see `CallContext.record_change`."""


def apply_rules(payload: dict[str, Any], context: CallContext, inferred: Mapping[str, Any]) -> None:
    """Make the parameters of a payload fit its model, in place.

    Args:
        payload: The request.
        context: The call; what is changed is recorded there.
        inferred: The parameters that are not the user's.

    Raises:
        CometAPIUnsentRequestError: If a parameter is refused.
    """
    for change in inferred.get(CHANGES, ()):
        context.record_change(*change)
    if context.endpoint == "chat":
        refuse_other_routes(payload, context.model, context.vendor)
    else:
        refuse_functions(payload)
    check_parameters(payload)
    check_response_format(payload.get("response_format"), context)
    normalize_tool_choice(payload)
    _rename_token_limit(payload, context)
    drop_sampling(payload, context)
    drop_refused(payload, context)
    _drop_stop(payload, context)
    drop_parallel_tool_calls(payload, context, inferred)
    drop_strict(payload, context)
    leave_out_cache_control(payload, context)
    adapt_schemas(payload, context)
    keep_forced_choice(payload, context)
    keep_json_output(payload, context)
    if context.endpoint == "chat":
        # After a choice that allows no reasoning anyway, on the vendor's own protocol neither.
        refuse_native_features(payload, context.model, context.vendor)
        drop_effort(payload, context)
    refuse_losses(context)


def refuse_losses(context: CallContext) -> None:
    """Refuse what was dropped or replaced, with `strict_params`.

    Raises:
        CometAPIUnsentRequestError: If something was.
    """
    lossy = [change for change in context.changes if change.action in LOSSY]
    if context.strict_params and lossy:
        reasons = " ".join(f"`{change.parameter}`: {change.reason}." for change in lossy)
        msg = f"With `strict_params=True` nothing is dropped or replaced. {reasons}"
        raise CometAPIUnsentRequestError(msg)


# -- rules ---------------------------------------------------------------------------------------


def _rename_token_limit(payload: dict[str, Any], context: CallContext) -> None:
    field = context.vendor.max_tokens_field
    other = "max_tokens" if field == "max_completion_tokens" else "max_completion_tokens"
    if field is None or other not in payload or field in payload:
        return
    payload[field] = payload.pop(other)
    context.record_change(other, "renamed", f"takes it as `{field}`")


def _drop_stop(payload: dict[str, Any], context: CallContext) -> None:
    """Drop stop sequences where they are an error.

    Raises:
        CometAPIUnsentRequestError: If there are more than the model takes.
    """
    stop, limit = payload.get("stop"), context.vendor.stop_limit
    if stop is None or limit is None:
        return
    if limit == 0:
        del payload["stop"]
        context.record_change("stop", "dropped", "takes none")
    elif not isinstance(stop, str) and len(stop) > limit:
        msg = f"`stop` has {len(stop)} sequences; {context.model} takes {limit} at most."
        raise CometAPIUnsentRequestError(msg)
