"""Parameters of other routes, which the chat route refuses or ignores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi.exceptions import CometAPIUnsentRequestError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from langchain_cometapi._vendors.registry import Vendor

# Parameter of the Responses route -> what does the same on the chat route, if anything.
RESPONSES_ONLY: dict[str, str] = {
    "background": "",
    "context_management": "",
    "conversation": "the whole history as messages",
    "include": "",
    "instructions": "a `SystemMessage`",
    "max_output_tokens": "`max_tokens`",
    "max_tool_calls": "",
    "previous_response_id": "the whole history as messages",
    "prompt": "",
    "reasoning": "`reasoning_effort`",
    "text": "`verbosity` or `response_format`",
    "truncation": "",
    "use_previous_response_id": "the whole history as messages",
}

# No document of CometAPI's and no report says that responses can be fetched later.
_UNSERVED = {"background": "Call `ainvoke` in a task instead"}

_REPLACED_BY_TOOLS = ("functions", "function_call")
_LEGACY_PARAMETERS = ("best_of", "echo", "suffix")
"""Parameters of the legacy completions route that the chat route does not have."""

_ALL = frozenset((*RESPONSES_ONLY, *_REPLACED_BY_TOOLS, *_LEGACY_PARAMETERS))

RESPONSES_OUTPUT = "responses/v1"
"""The `output_version` of the Responses route alone."""


def refuse_other_routes(parameters: Mapping[str, Any], model: str, vendor: Vendor) -> None:
    """Check that no parameter belongs to another route than the chat route.

    Args:
        parameters: The parameters of a request, or the arguments of a model.
        model: The id of the model.
        vendor: Its row.

    Raises:
        CometAPIUnsentRequestError: If one does; the message names what works.
    """
    if parameters.keys().isdisjoint(_ALL):
        return
    refuse_legacy_parameters(parameters)
    for name in _REPLACED_BY_TOOLS:
        if parameters.get(name) is not None:
            way = "`tools`" if name == "functions" else "`tool_choice`"
            msg = f"`{name}` was replaced by {way}: use `bind_tools`, which takes functions too."
            raise CometAPIUnsentRequestError(msg)
    for name, equal in RESPONSES_ONLY.items():
        # `False` is the default of a field.
        if (value := parameters.get(name)) is None or value is False:
            continue
        if name in _UNSERVED:
            msg = (
                f"`{name}` belongs to the Responses route, and is not known to work on CometAPI. "
                f"{_UNSERVED[name]}."
            )
            raise CometAPIUnsentRequestError(msg)
        if name == "reasoning" and isinstance(value, dict) and value.get("effort"):
            equal = f"`reasoning_effort={value['effort']!r}`"  # noqa: PLW2901
        raise CometAPIUnsentRequestError(_describe(f"`{name}`", equal, model, vendor))


def refuse_legacy_parameters(parameters: Mapping[str, Any]) -> None:
    """Check that no parameter belongs to the legacy completions route.

    Raises:
        CometAPIUnsentRequestError: If one does.
    """
    for name in _LEGACY_PARAMETERS:
        if parameters.get(name) is not None:
            msg = f"`{name}` belongs to the legacy completions route; the chat route lacks it."
            if name == "best_of":
                msg += " Pass `n` and choose among the texts."
            raise CometAPIUnsentRequestError(msg)


def check_output_version(version: str | None, model: str, vendor: Vendor) -> None:
    """Check that the chat route has this version of output.

    Raises:
        CometAPIUnsentRequestError: If only the Responses route has it.
    """
    if version == RESPONSES_OUTPUT:
        name = f"`output_version={version!r}`"
        raise CometAPIUnsentRequestError(_describe(name, '`output_version="v1"`', model, vendor))


def _describe(name: str, equal: str, model: str, vendor: Vendor) -> str:
    ways = [f"pass {equal}"] if equal else []
    if vendor.endpoints is None or "responses" in vendor.endpoints:
        ways.append('set `endpoint="responses"` on the model')
    advice = " or ".join(ways) or "leave it out"
    advice = advice[0].upper() + advice[1:]
    return f"{name} belongs to the Responses route, and {model} is called on chat. {advice}."
