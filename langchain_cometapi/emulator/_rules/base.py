"""The types of the rows that state a vendor's rules.

`FamilyRules` states what one vendor's model family accepts, refuses and sends; `ModelRow` names the
family of a model id and what differs for that id. All other emulator code asks these rows and never
looks at a model's name.

A row refuses only what CometAPI's documents or a vendor's own error messages say is refused. Where
nothing is known, it accepts: the emulator does not invent rejections.

These rows are independent of the client's own table of vendors, so that a mistake in one of the two
fails a test.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from langchain_cometapi.emulator._errors import vendor_error
from langchain_cometapi.emulator._rules.openai_params import OPENAI_PARAMS
from langchain_cometapi.emulator._rules.schema_dialect import ANY_SCHEMA

if TYPE_CHECKING:
    from langchain_cometapi.emulator._errors import GatewayError
    from langchain_cometapi.emulator._rules.schema_dialect import SchemaDialect

Sampling = Literal["free", "refused", "effort_none_only"]
ReasoningTurns = Literal["tool_calls", "all"]
UsageStyle = Literal["full", "claude", "plain"]

PENALTIES = frozenset({"frequency_penalty", "presence_penalty"})

BASE_PARTS = frozenset({"text", "image_url", "input_audio", "file"})
VIDEO_PARTS = BASE_PARTS | {"video_url"}
TEXT_PARTS = frozenset({"text"})
_ROLES = frozenset({"system", "user", "assistant", "tool"})
ROLES_WITH_DEVELOPER = _ROLES | {"developer"}

REASONING_CONTENT_MISSING = (
    "The reasoning_content in the thinking mode must be passed back to the API."
)
"""DeepSeek's wording; Zhipu AI and Xiaomi use the same."""

JSON_WORD_MISSING = (
    "'messages' must contain the word 'json' in some form, to use 'response_format' of type"
    " 'json_object'."
)
"""OpenAI's wording; Alibaba's contains it."""


@dataclass(frozen=True)
class Refusal:
    """A 400 in a vendor's wording.

    Attributes:
        text: The wording, with placeholders in braces.
        code: The vendor's error code.
    """

    text: str
    code: str = "invalid_request_error"

    def error(self, **values: Any) -> GatewayError:
        """Return the error to raise.

        Args:
            values: Values of the placeholders.
        """
        return vendor_error(self.text.format(**values), self.code)


_UNSUPPORTED = Refusal(
    "Unsupported parameter: '{name}' is not supported with this model.", "unsupported_parameter"
)

_TOO_MANY_STOPS = Refusal(
    "Invalid 'stop': array too long. Expected an array with maximum length {max_count},"
    " but got an array with length {count} instead.",
    "array_above_max_length",
)


@dataclass(frozen=True)
class StopRules:
    """How a vendor treats `stop`.

    Attributes:
        error: The 400 for any `stop`, if the parameter is refused.
        max_count: How many stop sequences are accepted; `None` for any number.
        too_many_error: The 400 for more: OpenAI's wording, unless the vendor's is known.
        max_bytes: How long each may be; `None` for any length.
        max_used: How many take effect while the rest is ignored; `None` if all do.
    """

    error: Refusal | None = None
    max_count: int | None = None
    too_many_error: Refusal = _TOO_MANY_STOPS
    max_bytes: int | None = None
    max_used: int | None = None


@dataclass(frozen=True)
class FixedSampling:
    """The only values of the sampling parameters that a model accepts.

    Attributes:
        temperature: The accepted `temperature` while thinking is on.
        temperature_without_thinking: The accepted `temperature` while it is off.
        top_p: The accepted `top_p`, in both cases.
        error: The 400 for another value; `name` and `value` are filled in.
    """

    temperature: float
    temperature_without_thinking: float
    top_p: float
    error: Refusal


@dataclass(frozen=True)
class CallIdRules:
    """What a vendor requires of tool call ids, in calls and in results.

    The 400s may name the `id`, its `length`, the `pattern` and the `max_length`, and where the id
    is: OpenAI gives its `path`, Anthropic the `block` and the `field` in it.

    Attributes:
        template: The form of the ids that the emulator generates, from the tool's `name`, the
            `index` of the call in the conversation and a unique `serial`.
        pattern: What the whole id must match; `None` for any text.
        pattern_error: The 400 for an id that does not match.
        max_length: How many characters an id may have; `None` for any number.
        length_error: The 400 for a longer one.
        unique_in_conversation: Whether an id may occur only once in the conversation; otherwise
            once per message.
        duplicate_error: The 400 for an id that occurs again.
    """

    template: str = "call_emulator{serial:08d}"
    pattern: str | None = None
    pattern_error: Refusal = Refusal("Invalid '{path}'.", "invalid_value")
    max_length: int | None = None
    length_error: Refusal = Refusal(
        "Invalid '{path}': string too long. Expected a string with maximum length {max_length},"
        " but got a string with length {length} instead.",
        "string_above_max_length",
    )
    unique_in_conversation: bool = False
    duplicate_error: Refusal = Refusal("Duplicate value for 'tool_call_id' of '{id}' in message.")


@dataclass(frozen=True)
class ImageTokens:
    """What an image is billed as.

    Attributes:
        low: Tokens with the detail "low".
        high: Tokens of 1024 x 1024 pixels otherwise; the emulator looks into no image.
    """

    low: int
    high: int


@dataclass(frozen=True)
class SignatureRules:
    """How a vendor signs tool calls and checks the signatures that come back.

    Attributes:
        placeholder: The value that is accepted for calls of another vendor's model.
        missing_error: The 400 for a missing signature; the tool's `name` and the message's `index`
            are filled in.
        invalid_error: The 400 for a signature that does not belong to the call; its `id` is filled
            in.
    """

    placeholder: str
    missing_error: Refusal
    invalid_error: Refusal


@dataclass(frozen=True)
class FamilyRules:
    """The server-side rules of one vendor's model family.

    Attributes:
        name: Family name; reasoning text is only valid within its own family.
        provider: The vendor's name in the public catalogue.
        extra_params: Top-level parameters accepted beyond OpenAI's.
        roles: Accepted message roles.
        user_parts: Accepted content part types of user messages.
        part_error: The 400 for any other part type; OpenAI's if `None`.
        tool_parts: Accepted content part types of tool messages; those of the user if `None`.
        tool_image_error: The 400 for an image in a tool message; that of other parts if `None`.
        dropped_parts: Accepted part types that the gateway silently drops.
        strict_fields: Whether unknown keys of a message are refused.
        strict_schemas: Whether `strict: true` schemas are checked as OpenAI does.
        max_tokens: Whether the older parameter `max_tokens` is accepted.
        stop: How `stop` is treated.
        sampling: When `temperature` and `top_p` are accepted.
        sampling_pair_error: The 400 for `temperature` and `top_p` together, if refused.
        fixed_sampling: The only accepted values of `temperature` and `top_p`, if there are such.
        efforts: Accepted values of `reasoning_effort`; empty if the parameter is refused, `None`
            for any value.
        default_effort: The effort of a request that names none.
        tools_with_effort_error: The 400 for function tools unless the effort is "none", if refused;
            the `model` is filled in.
        tools_with_default_effort: Whether they are accepted in a request that names no effort.
        parallel_tool_calls: Whether the parameter of that name is accepted.
        tool_name: What the name of a tool must match.
        tool_name_error: The 400 for another name; OpenAI's if `None`. The `path` and the `index` of
            the tool are filled in.
        named_roles: The roles whose messages may have a `name`; `None` for any role.
        name_error: The 400 for a `name` in a message of another role.
        string_roles: The roles whose content must be a string.
        string_error: The 400 for a list there; the `message` is filled in.
        empty_text_error: The 400 for an empty text part, if refused; the `index` of the message,
            that of the part as `position`, and the `role` are filled in.
        empty_message_error: The 400 for a message without content, if refused; the same are filled
            in.
        blank_is_empty: Whether text of blanks alone counts as empty.
        call_ids: What tool call ids must look like.
        schema_dialect: Which parts of JSON Schema are refused in tool parameters.
        strict_dialect: The same with `strict: true`, where it is not OpenAI's.
        format_dialect: The same of the schema of a response format.
        json_schema_error: The 400 for `response_format` "json_schema", if refused.
        json_thinking_error: The 400 for JSON as `response_format` while thinking, if refused.
        json_word_error: The 400 for `response_format` "json_object" without the word "json" in the
            messages, if required.
        logprobs: Whether log probabilities can be requested.
        logprobs_error: The 400 if not; the `name` and the `model` are filled in.
        refused_params: Parameters that are refused with any value but their default.
        refused_param_error: The 400 for them; `name`, `camel_name` and `model` are filled in.
        refuses_defaults: Whether they are refused with their default, too.
        multiple_choices: Whether `n` may exceed 1.
        max_prompt: How many tokens a prompt may have; `None` where that is not known. By the
            profiles of LangChain's packages and by models.dev (2026-11-26).
        reasoning_text: Whether reasoning is returned as `reasoning_content`.
        thinking_disabled_error: The 400 for a `thinking` other than "enabled", if refused.
        reasoning_missing_error: The 400 for an assistant message without its `reasoning_content`,
            if required; the message's `index` is filled in.
        reasoning_turns: Which assistant messages need it: those with tool calls, or all.
        required_choice_error: The 400 for `tool_choice` "required" while thinking, if refused.
        named_choice_error: The 400 for a `tool_choice` that names a tool while thinking, if
            refused.
        thinks_if_asked: Whether thinking, which is never returned, is off unless `thinking` or an
            effort asks for it.
        always_thinks_with_tools: Whether `thinking: disabled` is ignored when there are tools.
        signatures: How tool calls are signed, if they are.
        obfuscation: Whether stream chunks have OpenAI's `obfuscation` padding.
        usage_style: The shape of the `usage` object.
        image_tokens: What an image is billed as.
        tool_tokens: What is billed for tools besides their definitions.
        content_with_tool_calls: The `content` of a message with tool calls: `None` or an empty
            string.
        endpoints: `supported_endpoint_types` in the model lists.
        responses_route: Whether the Responses route serves it.
        responses_efforts: Efforts that the Responses route accepts besides.
        phases: Whether the messages of the Responses route have a `phase`.
        reasoning_items_have_text: Whether reasoning items of the Responses route have `content`.
    """

    name: str
    provider: str
    extra_params: frozenset[str] = frozenset()
    roles: frozenset[str] = _ROLES
    user_parts: frozenset[str] = BASE_PARTS
    part_error: Refusal | None = None
    tool_parts: frozenset[str] | None = None
    tool_image_error: Refusal | None = None
    dropped_parts: frozenset[str] = frozenset()
    strict_fields: bool = False
    strict_schemas: bool = False
    max_tokens: bool = True
    stop: StopRules = StopRules()
    sampling: Sampling = "free"
    sampling_pair_error: Refusal | None = None
    fixed_sampling: FixedSampling | None = None
    efforts: frozenset[str] | None = None
    default_effort: str | None = None
    tools_with_effort_error: Refusal | None = None
    tools_with_default_effort: bool = False
    parallel_tool_calls: bool = True
    tool_name: str = "[a-zA-Z0-9_-]{1,64}"
    tool_name_error: Refusal | None = None
    named_roles: frozenset[str] | None = None
    name_error: Refusal | None = None
    string_roles: frozenset[str] = frozenset()
    string_error: Refusal | None = None
    empty_text_error: Refusal | None = None
    empty_message_error: Refusal | None = None
    blank_is_empty: bool = False
    call_ids: CallIdRules = CallIdRules()
    schema_dialect: SchemaDialect = ANY_SCHEMA
    strict_dialect: SchemaDialect | None = None
    format_dialect: SchemaDialect | None = None
    json_schema_error: Refusal | None = None
    json_thinking_error: Refusal | None = None
    json_word_error: Refusal | None = None
    logprobs: bool = True
    logprobs_error: Refusal = _UNSUPPORTED
    refused_params: frozenset[str] = frozenset()
    refused_param_error: Refusal = _UNSUPPORTED
    refuses_defaults: bool = False
    multiple_choices: bool = True
    max_prompt: int | None = None
    reasoning_text: bool = False
    thinking_disabled_error: Refusal | None = None
    reasoning_missing_error: Refusal | None = None
    reasoning_turns: ReasoningTurns = "tool_calls"
    required_choice_error: Refusal | None = None
    named_choice_error: Refusal | None = None
    thinks_if_asked: bool = False
    always_thinks_with_tools: bool = False
    signatures: SignatureRules | None = None
    obfuscation: bool = False
    usage_style: UsageStyle = "plain"
    image_tokens: ImageTokens = ImageTokens(1000, 1000)
    tool_tokens: int = 0
    content_with_tool_calls: str | None = None
    endpoints: tuple[str, ...] = ("openai",)
    responses_route: bool = False
    responses_efforts: frozenset[str] = frozenset()
    phases: bool = False
    reasoning_items_have_text: bool = False

    @property
    def params(self) -> frozenset[str]:
        """Every accepted top-level parameter."""
        return OPENAI_PARAMS | self.extra_params


@dataclass(frozen=True)
class ModelRow:
    """One model id that the emulator serves.

    Attributes:
        id: The model id in requests.
        rules: The family's rules, with this id's own differences applied.
        snapshot: Date appended to the id in responses, as GPT models do; `None` echoes the id.
        kind: What the model is for.
        chat: Whether the chat route serves it. Pro models are Responses-only.
        stream_options: Whether `stream_options` is accepted.
        rate_limited: Whether every request gets a 429.
        reports_cost: Whether `usage.cost` is sent.
        dimensions: Vector size of an embedding model.
        accepts_dimensions: Whether an embedding model accepts the parameter `dimensions`.
        max_texts: How many texts an embeddings request may have.
        too_many_texts_error: The 400 for more; OpenAI's if `None`.
        pricing: Input and output price in the public catalogue, where documented.
        context: `context_length` in the public catalogue, in any of its documented spellings.
        max_output: `max_completion_tokens` in the public catalogue.
        listed: Whether the model lists name it.
    """

    id: str
    rules: FamilyRules
    snapshot: str | None = None
    kind: Literal["text", "image", "embedding"] = "text"
    chat: bool = True
    stream_options: bool = True
    rate_limited: bool = False
    reports_cost: bool = False
    dimensions: int = 0
    accepts_dimensions: bool = True
    max_texts: int = 2048
    too_many_texts_error: Refusal | None = None
    pricing: tuple[float, float] | None = None
    context: str | int | None = None
    max_output: str | int | None = None
    listed: bool = True

    @property
    def served_name(self) -> str:
        """The `model` value of a response: the dated snapshot where there is one."""
        return f"{self.id}-{self.snapshot}" if self.snapshot else self.id
