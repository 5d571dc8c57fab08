"""Checks of the generation config and of the safety settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._routes.generate_content.errors import refuse
from langchain_cometapi.emulator._routes.generate_content.request.messages import snake
from langchain_cometapi.emulator._routes.generate_content.request.schemas import (
    read_json_schema,
    read_schema,
)
from langchain_cometapi.emulator._rules.google_native import (
    ASPECT_RATIOS,
    IMAGE_SIZES,
    MAX_STOP_SEQUENCES,
)

if TYPE_CHECKING:
    from langchain_cometapi.emulator._rules.google_native import GeminiRules
    from langchain_cometapi.emulator._rules.schema_dialect import SchemaDialect

Message = dict[str, Any]

_CONFIG = "* GenerateContentRequest.generation_config"
_MIME_TYPES = ("application/json", "application/xml", "application/yaml", "text/plain")
_ENUM_TYPE = "text/x.enum"
_RANGES = (("temperature", 0, 2), ("topP", 0, 1))
_POSITIVE = ("candidateCount", "maxOutputTokens", "topK")


@dataclass(frozen=True)
class Thinking:
    """How a request is thought about.

    Attributes:
        level: The level; empty for no thinking.
        budget: How many tokens at most; `None` for no limit of its own.
        shown: Whether the response has the thoughts.
    """

    level: str
    budget: int | None
    shown: bool


def check_config(config: Message, model: str, rules: GeminiRules) -> None:
    """Check the generation config, apart from schemas and thinking.

    Args:
        config: The config.
        model: The model's id.
        rules: The model's rules.

    Raises:
        PassedOnError: In Google's words.
    """
    for name, least, most in _RANGES:
        if not least <= config.get(name, least) <= most:
            field, bounds = snake(name), f"[{least:.1f}, {most:.1f}]"
            refuse(f"{_CONFIG}.{field}: {field} must be in the range {bounds}.\n")
    for name in _POSITIVE:
        if config.get(name, 1) < 1:
            refuse(f"{_CONFIG}.{snake(name)}: {snake(name)} must be positive.\n")
    limit = config.get("maxOutputTokens", 1)
    if limit > rules.max_output:
        refuse(
            f"Unable to submit request because it has a maxOutputTokens value of {limit} but the"
            f" supported range is from 1 (inclusive) to {rules.max_output + 1} (exclusive). Update"
            " the value and try again."
        )
    _check_stops(config.get("stopSequences", []))
    if config.get("candidateCount", 1) > rules.candidates:
        if rules.candidates == 1:
            refuse("Multiple candidates is not enabled for this model")
        refuse(f"The supported range of candidate_count is from 1 to {rules.candidates}.")
    # google-gemini/cookbook#1290; mscraftsman/generative-ai#135
    if config.get("presencePenalty") or config.get("frequencyPenalty"):
        refuse("Penalty is not enabled for this model")
    if config.get("responseLogprobs") or "logprobs" in config:
        refuse(f"Logprobs is not enabled for models/{model}")
    _check_outputs(config, rules)


def check_safety(settings: list[Message]) -> None:
    """Check the safety settings.

    Args:
        settings: The settings.

    Raises:
        PassedOnError: If one lacks something, or two are for one category.
    """
    seen = set()
    for index, setting in enumerate(settings):
        path = f"* GenerateContentRequest.safety_settings[{index}]"
        if "category" not in setting:
            refuse(f"{path}.category: element predicate failed: $.category in (...)\n")
        if setting["category"] in seen:
            msg = f"Duplicate safety setting for category {setting['category']}."
            refuse(f"{path}: {msg}\n")
        seen.add(setting["category"])


def read_thinking(config: Message, rules: GeminiRules) -> Thinking:
    """Return how a request is thought about.

    Args:
        config: The `thinkingConfig`.
        rules: The model's rules.

    Raises:
        PassedOnError: If the model does not accept it.
    """
    level, budget = config.get("thinkingLevel"), config.get("thinkingBudget")
    shown = config.get("includeThoughts", False)
    level = None if level == "THINKING_LEVEL_UNSPECIFIED" else level
    if level is not None and budget is not None:
        refuse("You can only set only one of thinking budget and thinking level.")
    if level is not None and not rules.levels:
        refuse("Thinking level is not supported for this model.")
    if level is not None and level not in rules.levels:
        msg = f"Thinking level {level} is not supported for this model."
        refuse(f"{msg} Please retry with other thinking level.")
    if budget is None:
        if shown and not rules.default_level:
            msg = "include_thoughts is only enabled when thinking is enabled."
            refuse(f"{_CONFIG}.thinking_config.{msg}\n")
        return Thinking(level or rules.default_level, None, shown)
    return _read_budget(budget, rules, shown=shown)


def _read_budget(budget: int, rules: GeminiRules, *, shown: bool) -> Thinking:
    if rules.budgets is None:
        refuse("Thinking budget is not supported for this model.")
    if budget == 0:
        if not rules.can_stop_thinking:
            refuse("Budget 0 is invalid. This model only works in thinking mode.")
        if shown:
            msg = "include_thoughts is only enabled when thinking is enabled."
            refuse(f"{_CONFIG}.thinking_config.{msg}\n")
        return Thinking("", 0, shown)
    if budget == -1:
        return Thinking(rules.default_level or "MEDIUM", None, shown)
    least, most = rules.budgets
    if not least <= budget <= most:
        msg = (
            f"The thinking budget {budget} is invalid. Please choose a value between {least} and"
            f" {most}."
        )
        refuse(msg)
    return Thinking(rules.default_level or "MEDIUM", budget, shown)


def read_format(config: Message, dialect: SchemaDialect) -> Message | None:
    """Return the format of the text as the chat route names it, or `None` for plain text.

    Args:
        config: The generation config.
        dialect: Which parts of JSON Schema Google refuses.

    Raises:
        PassedOnError: If there is no such format, or a schema is refused.
    """
    mime_type = config.get("responseMimeType", "text/plain")
    if mime_type not in (*_MIME_TYPES, _ENUM_TYPE):
        allowed = f"{', '.join(_MIME_TYPES)} and {_ENUM_TYPE}"
        msg = f"response_mime_type: allowed mimetypes are {allowed}."
        refuse(f"{_CONFIG}.{msg}\n")
    has_schema = {"responseSchema", "responseJsonSchema"} & config.keys()
    if len(has_schema) > 1:
        msg = "response_schema and response_json_schema must not both be set."
        refuse(f"{_CONFIG}: {msg}\n")
    if has_schema and mime_type not in ("application/json", _ENUM_TYPE):
        name = "response_schema" if "responseSchema" in config else "response_json_schema"
        msg = f"{name}: only allowed when response_mime_type is application/json"
        refuse(f"{_CONFIG}.{msg} or {_ENUM_TYPE}.\n")
    if "responseSchema" in config:
        path = "generation_config.response_schema"
        schema = read_schema(config["responseSchema"], path, dialect)
    elif "responseJsonSchema" in config:
        path = "generation_config.response_json_schema"
        schema = read_json_schema(config["responseJsonSchema"], path)
    else:
        return {"type": "json_object"} if mime_type == "application/json" else None
    return {"type": "json_schema", "json_schema": {"name": mime_type, "schema": schema}}


def _check_stops(stops: list[str]) -> None:
    if len(stops) > MAX_STOP_SEQUENCES:
        msg = (
            "stop_sequences: The number of stop sequences must be at most"
            f" {MAX_STOP_SEQUENCES}, but is {len(stops)}."
        )
        refuse(f"{_CONFIG}.{msg}\n")
    for index, stop in enumerate(stops):
        if not stop:
            refuse(f"{_CONFIG}.stop_sequences[{index}]: must not be empty.\n")


def _check_outputs(config: Message, rules: GeminiRules) -> None:
    wanted = config.get("responseModalities", [])
    if any(modality not in rules.outputs for modality in wanted):
        given = ",".join(modality.lower() for modality in wanted)
        can = ",".join(modality.lower() for modality in rules.outputs)
        msg = (
            f"Model does not support the requested response modalities: {given} (it supports {can})"
        )
        refuse(msg)
    if "speechConfig" in config and "AUDIO" not in rules.outputs:
        refuse("Speech config is not enabled for this model")
    image = config.get("imageConfig", {})
    if image and "IMAGE" not in rules.outputs:
        refuse("Image config is not enabled for this model")
    for name, words, known in (
        ("aspectRatio", "aspect_ratio", ASPECT_RATIOS),
        ("imageSize", "image_size", IMAGE_SIZES),
    ):
        if image.get(name, "") and image[name] not in known:
            allowed = ", ".join(sorted(known))
            msg = f"{words} must be one of the following: {allowed}."
            refuse(f"{_CONFIG}.image_config.{msg}\n")
