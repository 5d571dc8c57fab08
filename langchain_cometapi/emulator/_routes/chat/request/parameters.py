"""Checks of a chat request's plain parameters, in the vendors' wording."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._errors import vendor_error, wrong_type

if TYPE_CHECKING:
    from langchain_cometapi.emulator._rules.base import FamilyRules, ModelRow, StopRules

_RANGES: dict[str, tuple[str, float | None, float | None]] = {
    "temperature": ("decimal", 0, 2),
    "top_p": ("decimal", 0, 1),
    "presence_penalty": ("decimal", -2, 2),
    "frequency_penalty": ("decimal", -2, 2),
    "n": ("integer", 1, 128),
    "top_logprobs": ("integer", 0, 20),
    "max_tokens": ("integer", 1, None),
    "max_completion_tokens": ("integer", 1, None),
    "seed": ("integer", None, None),
}
_BOOLEANS = ("logprobs", "parallel_tool_calls", "store", "stream")
_OBJECTS = ("audio", "logit_bias", "metadata", "thinking")


def check_parameters(
    parameters: dict[str, Any],
    row: ModelRow,
    *,
    effort: str | None,
    has_tools: bool,
    thinking: bool,
) -> None:
    """Check the top-level parameters of a request.

    Args:
        parameters: The body without its nulls.
        row: The requested model.
        effort: The reasoning effort, by default the model's own.
        has_tools: Whether the request has function tools.
        thinking: Whether thinking is on for this request.

    Raises:
        GatewayError: If a parameter is unknown, out of range or refused by this model.
    """
    rules = row.rules
    unknown = sorted(parameters.keys() - rules.params)
    if unknown:
        msg = f"Unrecognized request argument supplied: {unknown[0]}"
        raise vendor_error(msg, "unknown_parameter")
    _check_ranges(parameters)
    _check_stop(parameters.get("stop"), rules.stop)
    _check_modalities(parameters.get("modalities", []))
    _check_max_tokens(parameters, rules)
    if "parallel_tool_calls" in parameters:
        _check_parallel(rules, has_tools=has_tools)
    _check_streaming(parameters, row)
    _check_effort(parameters, row, effort=effort, has_tools=has_tools)
    _check_thinking(parameters.get("thinking", {}), rules)
    _check_sampling(parameters, rules, effort=effort)
    _check_fixed_sampling(parameters, rules, thinking=thinking)
    _check_choices(parameters, row, effort=effort)
    _check_refused(parameters, row)


def _check_ranges(parameters: dict[str, Any]) -> None:
    for name in _BOOLEANS:
        if name in parameters and not isinstance(parameters[name], bool):
            raise wrong_type(parameters[name], "a boolean", name)
    for name in _OBJECTS:
        if name in parameters and not isinstance(parameters[name], dict):
            raise wrong_type(parameters[name], "an object", name)
    for name, (kind, low, high) in _RANGES.items():
        if name in parameters:
            check_range(parameters[name], name, kind, low, high)


def check_range(value: Any, name: str, kind: str, low: float | None, high: float | None) -> None:
    """Check a number.

    Args:
        value: The parameter's value.
        name: The parameter's name.
        kind: "decimal" or "integer".
        low: The smallest value; `None` for any.
        high: The largest value; `None` for any.

    Raises:
        GatewayError: If it is not of that kind, or out of range.
    """
    types = (int, float) if kind == "decimal" else (int,)
    if isinstance(value, bool) or not isinstance(value, types):
        raise wrong_type(value, "a decimal" if kind == "decimal" else "an integer", name)
    if low is not None and value < low:
        msg = (
            f"Invalid '{name}': {kind} below minimum value. Expected a value >= {low},"
            f" but got {value} instead."
        )
        raise vendor_error(msg, f"{kind}_below_min_value", name)
    if high is not None and value > high:
        msg = (
            f"Invalid '{name}': {kind} above maximum value. Expected a value <= {high},"
            f" but got {value} instead."
        )
        raise vendor_error(msg, f"{kind}_above_max_value", name)


def _check_stop(stop: Any, rules: StopRules) -> None:
    if stop is None:
        return
    if rules.error is not None:
        raise rules.error.error()
    if isinstance(stop, str):
        _check_stop_length(stop, "stop", rules)
        return
    if not isinstance(stop, list):
        raise wrong_type(stop, "a string or an array of strings", "stop")
    for index, item in enumerate(stop):
        if not isinstance(item, str):
            raise wrong_type(item, "a string", f"stop[{index}]")
        _check_stop_length(item, f"stop[{index}]", rules)
    if rules.max_count is not None and len(stop) > rules.max_count:
        raise rules.too_many_error.error(max_count=rules.max_count, count=len(stop))


def _check_stop_length(stop: str, path: str, rules: StopRules) -> None:
    size = len(stop.encode())
    if rules.max_bytes is not None and size > rules.max_bytes:
        msg = (
            f"Invalid '{path}': string too long. Expected a string with maximum length"
            f" {rules.max_bytes}, but got a string with length {size} instead."
        )
        raise vendor_error(msg, "string_above_max_length")


def _check_modalities(modalities: Any) -> None:
    if not isinstance(modalities, list):
        raise wrong_type(modalities, "an array", "modalities")
    for item in modalities:
        if item not in ("text", "audio"):
            msg = f"Invalid value: '{item}'. Supported values are: 'text' and 'audio'."
            raise vendor_error(msg, "invalid_value")


def _check_max_tokens(parameters: dict[str, Any], rules: FamilyRules) -> None:
    if "max_tokens" not in parameters:
        return
    if not rules.max_tokens:
        msg = (
            "Unsupported parameter: 'max_tokens' is not supported with this model."
            " Use 'max_completion_tokens' instead."
        )
        raise vendor_error(msg, "unsupported_parameter")
    if "max_completion_tokens" in parameters:
        msg = "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported."
        raise vendor_error(msg, "invalid_parameter_combination")


def _check_parallel(rules: FamilyRules, *, has_tools: bool) -> None:
    if not rules.parallel_tool_calls:
        msg = "Unsupported parameter: 'parallel_tool_calls' is not supported with this model."
        raise vendor_error(msg, "unsupported_parameter")
    if rules.strict_fields and not has_tools:
        msg = (
            "Invalid value for 'parallel_tool_calls': 'parallel_tool_calls' is only allowed when"
            " 'tools' are specified."
        )
        raise vendor_error(msg)


def _check_streaming(parameters: dict[str, Any], row: ModelRow) -> None:
    options = parameters.get("stream_options")
    if options is None:
        return
    if not row.stream_options:
        msg = "Unsupported parameter: 'stream_options' is not supported with this model."
        raise vendor_error(msg, "unsupported_parameter")
    if not parameters.get("stream"):
        msg = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
        raise vendor_error(msg)
    if not isinstance(options, dict):
        raise wrong_type(options, "an object", "stream_options")
    for key, value in options.items():
        if key not in ("include_usage", "include_obfuscation"):
            msg = f"Unknown parameter: 'stream_options.{key}'."
            raise vendor_error(msg, "unknown_parameter")
        if not isinstance(value, bool):
            raise wrong_type(value, "a boolean", f"stream_options.{key}")


def _check_effort(
    parameters: dict[str, Any], row: ModelRow, *, effort: str | None, has_tools: bool
) -> None:
    rules = row.rules
    if "reasoning_effort" in parameters:
        if not isinstance(effort, str):
            raise wrong_type(effort, "a string", "reasoning_effort")
        if rules.efforts is not None and not rules.efforts:
            msg = "Unrecognized request argument supplied: reasoning_effort"
            raise vendor_error(msg, "unknown_parameter")
        if rules.efforts is not None and effort not in rules.efforts:
            supported = ", ".join(f"'{value}'" for value in sorted(rules.efforts))
            msg = (
                f"Unsupported value: 'reasoning_effort' does not support '{effort}' with this"
                f" model. Supported values are: {supported}."
            )
            raise vendor_error(msg, "unsupported_value")
    named_or_refused = "reasoning_effort" in parameters or not rules.tools_with_default_effort
    if (
        has_tools
        and rules.tools_with_effort_error is not None
        and effort != "none"
        and named_or_refused
    ):
        raise rules.tools_with_effort_error.error(model=row.id)


def _check_thinking(thinking: dict[str, Any], rules: FamilyRules) -> None:
    refusal = rules.thinking_disabled_error
    if refusal is not None and thinking.get("type", "enabled") != "enabled":
        raise refusal.error()


def _check_sampling(parameters: dict[str, Any], rules: FamilyRules, *, effort: str | None) -> None:
    names = [name for name in ("temperature", "top_p") if name in parameters]
    if rules.sampling_pair_error is not None and len(names) > 1:
        raise rules.sampling_pair_error.error()
    refused = rules.sampling == "refused" or (
        rules.sampling == "effort_none_only" and effort != "none"
    )
    for name in names:
        if refused and parameters[name] != 1:
            msg = (
                f"Unsupported value: '{name}' does not support {parameters[name]} with this model."
                " Only the default (1) value is supported."
            )
            raise vendor_error(msg, "unsupported_value")


def _check_fixed_sampling(
    parameters: dict[str, Any], rules: FamilyRules, *, thinking: bool
) -> None:
    fixed = rules.fixed_sampling
    if fixed is None:
        return
    temperature = fixed.temperature if thinking else fixed.temperature_without_thinking
    for name, value in (("temperature", temperature), ("top_p", fixed.top_p)):
        if parameters.get(name, value) != value:
            raise fixed.error.error(name=name, value=value)


def _check_choices(parameters: dict[str, Any], row: ModelRow, *, effort: str | None) -> None:
    rules = row.rules
    if not rules.multiple_choices and parameters.get("n", 1) > 1:
        msg = "Invalid 'n': this model only supports n = 1."
        raise vendor_error(msg, "unsupported_value")
    logprobs_refused = not rules.logprobs or (
        rules.sampling == "effort_none_only" and effort != "none"
    )
    if logprobs_refused and parameters.get("logprobs"):
        raise rules.logprobs_error.error(name="logprobs", model=row.id)
    if parameters.get("top_logprobs") and not parameters.get("logprobs"):
        msg = "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled."
        raise vendor_error(msg)


def _check_refused(parameters: dict[str, Any], row: ModelRow) -> None:
    rules = row.rules
    for name in sorted(rules.refused_params & parameters.keys()):
        if rules.refuses_defaults or parameters[name]:
            head, *rest = name.split("_")
            camel_name = head + "".join(word.title() for word in rest)
            raise rules.refused_param_error.error(name=name, camel_name=camel_name, model=row.id)
