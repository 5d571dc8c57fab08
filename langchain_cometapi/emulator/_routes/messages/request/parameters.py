"""Parameters of a Messages request besides its conversation, tools and thinking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._routes.messages.request.blocks import CACHE_CONTROL
from langchain_cometapi.emulator._routes.messages.request.fields import (
    Field,
    Fields,
    anything,
    boolean,
    check_object,
    dictionary,
    number,
    one_of,
    record,
    refuse,
    tagged,
    text,
    texts,
    whole,
)
from langchain_cometapi.emulator._routes.messages.request.headers import has_beta
from langchain_cometapi.emulator._rules.messages import BETA_FIELDS
from langchain_cometapi.emulator._schemas.dialect import RESPONSE_FORMAT, check_dialect

if TYPE_CHECKING:
    from langchain_cometapi.emulator._routes.messages.request.thinking import Thinking
    from langchain_cometapi.emulator._rules.base import FamilyRules, ModelRow
    from langchain_cometapi.emulator._rules.messages import MessagesRules

_MAX_USER_ID = 256
_THINKING_TOP_P = 0.95
_FORMATS: dict[str, Fields] = {"json_schema": {"schema": Field(dictionary, required=True)}}


def _user_id(value: Any, path: str) -> None:
    text(value, path)
    if len(value) > _MAX_USER_ID:
        refuse(path, f"String should have at most {_MAX_USER_ID} characters")


def _container(value: Any, path: str) -> None:
    if not isinstance(value, str):
        check_object(value, path, {"id": Field(text, nullable=True), "skills": Field(anything)})


def _stops(value: Any, path: str) -> None:
    texts(value, path)
    if any(not stop.strip() for stop in value):
        refuse(path, "each stop sequence must contain non-whitespace")


_OUTPUT: Fields = {
    "effort": Field(one_of("low", "medium", "high", "xhigh", "max"), nullable=True),
    "format": Field(anything, nullable=True),
    "task_budget": Field(dictionary, nullable=True),
}
_BODY: Fields = {
    "model": Field(text, required=True),
    "max_tokens": Field(whole(), required=True),
    "messages": Field(anything, required=True),
    "cache_control": Field(record(CACHE_CONTROL), nullable=True),
    "container": Field(_container, nullable=True),
    "diagnostics": Field(
        record({"previous_message_id": Field(text, nullable=True)}), nullable=True
    ),
    "inference_geo": Field(text, nullable=True),
    "metadata": Field(record({"user_id": Field(_user_id, nullable=True)})),
    "output_config": Field(record(_OUTPUT)),
    "service_tier": Field(one_of("auto", "standard_only")),
    "speed": Field(one_of("standard", "fast"), nullable=True),
    "stop_sequences": Field(_stops),
    "stream": Field(boolean),
    "system": Field(anything),
    "temperature": Field(number(0, 1)),
    "thinking": Field(anything),
    "tool_choice": Field(anything),
    "tools": Field(anything),
    "top_k": Field(whole()),
    "top_p": Field(number(0, 1)),
}


def check_parameters(
    parameters: dict[str, Any], row: ModelRow, rules: MessagesRules, betas: list[str]
) -> None:
    """Check which parameters there are, and those that stand alone.

    Args:
        parameters: The body.
        row: The model.
        rules: What it accepts.
        betas: The betas that the request asks for.

    Raises:
        GatewayError: For the first broken rule.
    """
    beta_fields = {
        name: Field(anything) for name, needed in BETA_FIELDS.items() if has_beta(betas, *needed)
    }
    check_object(parameters, "", {**_BODY, **beta_fields})
    limit = rules.max_output
    if parameters["max_tokens"] > limit:
        refuse(
            "max_tokens",
            f"{parameters['max_tokens']} > {limit}, which is the maximum allowed number of output"
            f" tokens for {row.id}",
        )
    output = parameters.get("output_config") or {}
    if output.get("task_budget") is not None and not has_beta(betas, "task-budgets-"):
        refuse("output_config.task_budget", "Extra inputs are not permitted")


def read_effort(parameters: dict[str, Any], rules: MessagesRules) -> str:
    """Return the effort of a request.

    Args:
        parameters: The body.
        rules: What the model accepts.

    Raises:
        GatewayError: If the model does not take it.
    """
    effort = (parameters.get("output_config") or {}).get("effort")
    if effort is None:
        return rules.default_effort
    if not rules.efforts:
        refuse("", "This model does not support the effort parameter.")
    if effort not in rules.efforts:
        levels = ", ".join(sorted(rules.efforts))
        msg = f"This model does not support effort level '{effort}'. Supported levels: {levels}."
        refuse("", msg)
    return str(effort)


def check_sampling(
    parameters: dict[str, Any], rules: MessagesRules, family: FamilyRules, thinking: Thinking
) -> None:
    """Check the sampling parameters.

    Args:
        parameters: The body.
        rules: What the model accepts.
        family: The rules of its family.
        thinking: The thinking of the request.

    Raises:
        GatewayError: For the first one that is refused.
    """
    sent = {
        name: parameters[name] for name in ("temperature", "top_p", "top_k") if name in parameters
    }
    if not rules.sampling:
        for name, value in sent.items():
            if name == "top_k" or value != 1:  # UKGovernmentBEIS/inspect_ai#3721
                refuse("", f"`{name}` is deprecated for this model.")
        return
    if family.sampling_pair_error is not None and {"temperature", "top_p"} <= sent.keys():
        raise family.sampling_pair_error.error()
    if not thinking.is_on or not thinking.is_asked_for:
        return
    if sent.get("temperature", 1) != 1:
        refuse("", "`temperature` may only be set to 1 when thinking is enabled.")
    if "top_k" in sent:
        refuse("", "`top_k` must be unset when thinking is enabled.")
    if sent.get("top_p", 1) < _THINKING_TOP_P:
        msg = (
            f"`top_p` must be greater than or equal to {_THINKING_TOP_P} or unset when thinking is"
            " enabled."
        )
        refuse("", msg)


def read_format(parameters: dict[str, Any], family: FamilyRules) -> dict[str, Any] | None:
    """Return the format of the text, as the chat route states it.

    Args:
        parameters: The body.
        family: The rules of the model's family.

    Raises:
        GatewayError: If its schema is refused.
    """
    value = (parameters.get("output_config") or {}).get("format")
    if value is None:
        return None
    tagged(value, "output_config.format", _FORMATS)
    if family.format_dialect is not None:
        check_dialect(value["schema"], RESPONSE_FORMAT, family.format_dialect)
    return {"type": "json_schema", "json_schema": {"name": "output", "schema": value["schema"]}}
