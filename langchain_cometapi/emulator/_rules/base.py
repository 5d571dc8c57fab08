"""What a vendor's rules consist of: frozen rows, no code.

A `FamilyRules` row says what one vendor family accepts, refuses and sends; a `ModelRow` says which
family a model id belongs to and what differs for that id alone. Everything else in the emulator
asks these rows and never looks at a model's name.

Where CometAPI's documents or a vendor's own error messages state a rule, the row enforces it.
Where nothing is known, the row accepts: the emulator does not invent rejections.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Sampling = Literal["free", "one_of", "refused", "effort_none_only"]
ReplayTurns = Literal["tool_calls", "all"]
UsageStyle = Literal["full", "claude", "plain"]

_OPENAI_PARAMS = frozenset(
    {
        "audio",
        "frequency_penalty",
        "logit_bias",
        "logprobs",
        "max_completion_tokens",
        "max_tokens",
        "messages",
        "metadata",
        "modalities",
        "model",
        "n",
        "parallel_tool_calls",
        "prediction",
        "presence_penalty",
        "prompt_cache_key",
        "prompt_cache_retention",
        "reasoning_effort",
        "response_format",
        "safety_identifier",
        "seed",
        "service_tier",
        "stop",
        "store",
        "stream",
        "stream_options",
        "temperature",
        "tool_choice",
        "tools",
        "top_logprobs",
        "top_p",
        "user",
        "verbosity",
        "web_search_options",
    }
)

BASE_PARTS = frozenset({"text", "image_url", "input_audio", "file"})
VIDEO_PARTS = BASE_PARTS | {"video_url"}
TEXT_PARTS = frozenset({"text"})
_ROLES = frozenset({"system", "user", "assistant", "tool"})
ROLES_WITH_DEVELOPER = _ROLES | {"developer"}

REASONING_CONTENT_MISSING = (
    "The reasoning_content in the thinking mode must be passed back to the API."
)
"""In DeepSeek's words, which Zhipu AI and Xiaomi share."""

JSON_WORD_MISSING = (
    "'messages' must contain the word 'json' in some form, to use 'response_format' of type"
    " 'json_object'."
)
"""In OpenAI's words, which Alibaba wraps."""


@dataclass(frozen=True)
class Refusal:
    """A 400 in a vendor's words.

    Attributes:
        text: The wording; what stands in braces is filled in.
        code: The vendor's error code.
    """

    text: str
    code: str = "invalid_request_error"


_TOO_MANY_STOPS = Refusal(
    "Invalid 'stop': array too long. Expected an array with maximum length {most},"
    " but got an array with length {count} instead.",
    "array_above_max_length",
)


@dataclass(frozen=True)
class StopRules:
    """What a vendor makes of `stop`.

    Attributes:
        refused: The 400 for any `stop` at all, if the parameter is refused.
        most: How many stop sequences are accepted; `None` if any number.
        too_many: The 400 for more; where a vendor's words are not known, OpenAI's.
        longest: How many bytes each may have; `None` if any number.
        kept: How many take effect, the rest being silently dropped; `None` if all do.
    """

    refused: Refusal | None = None
    most: int | None = None
    too_many: Refusal = _TOO_MANY_STOPS
    longest: int | None = None
    kept: int | None = None


@dataclass(frozen=True)
class FixedSampling:
    """The only values of the sampling parameters that a model takes.

    Attributes:
        temperature: The `temperature` of a model that thinks.
        unthinking_temperature: The `temperature` of the same model when it does not.
        top_p: The `top_p` of both.
    """

    temperature: float
    unthinking_temperature: float
    top_p: float


@dataclass(frozen=True)
class CallIdRules:
    """What a vendor wants of the ids of tool calls, in calls as in results.

    In the 400s, `id`, `length`, `pattern` and `longest` are filled in; as OpenAI writes it, the
    `path` of the id; as Anthropic writes it, its `block` and the `field` therein.

    Attributes:
        form: What the ids of its own calls look like: their `name`, their `index` among all calls
            of the conversation, and a `serial` that no other call has, are filled in.
        pattern: What the whole id must match; `None` if it may be anything.
        malformed: The 400 for any other.
        longest: How many characters it may have; `None` if any number.
        too_long: The 400 for more.
        unique: Whether no two calls of a conversation may have the same, and not only no two of a
            message.
        repeated: The 400 for one that comes again.
    """

    form: str = "call_emulator{serial:08d}"
    pattern: str | None = None
    malformed: Refusal = Refusal("Invalid '{path}'.", "invalid_value")
    longest: int | None = None
    too_long: Refusal = Refusal(
        "Invalid '{path}': string too long. Expected a string with maximum length {longest},"
        " but got a string with length {length} instead.",
        "string_above_max_length",
    )
    unique: bool = False
    repeated: Refusal = Refusal("Duplicate value for 'tool_call_id' of '{id}' in message.")


@dataclass(frozen=True)
class SchemaDialect:
    """What a vendor's subset of JSON Schema leaves out of the parameters of tools.

    Attributes:
        unknown_keywords: Keywords the vendor has no field for.
        type_lists: Whether `type` may be a list.
        type_beside_any_of: Whether a schema with `anyOf` may have a `type` too.
        enum_without_type: Whether a schema with `enum` may go without a `type`.
        root_error: The 400 for a root that is not of type "object", if not OpenAI's.
    """

    unknown_keywords: frozenset[str] = frozenset()
    type_lists: bool = True
    type_beside_any_of: bool = True
    enum_without_type: bool = True
    root_error: Refusal | None = None


@dataclass(frozen=True)
class FamilyRules:
    """The server-side rules of one vendor family on the chat route.

    Attributes:
        name: Family name; reasoning text is only valid within its own family.
        provider: The vendor, as the public catalogue spells it.
        extra_params: Top-level parameters accepted beyond OpenAI's.
        roles: Message roles the vendor knows.
        user_parts: Content part types of user messages.
        part_error: The 400 for any other part type, if not OpenAI's.
        tool_parts: Content part types of tool messages; `None` if they are those of the user.
        tool_image_error: The 400 for a picture among other part types of them, if not as above.
        dropped_parts: Accepted part types that the gateway silently drops.
        strict_fields: Whether unknown keys of a message are refused.
        strict_schemas: Whether `strict: true` schemas are checked as OpenAI does.
        max_tokens: Whether the old `max_tokens` parameter is accepted.
        stop: What becomes of `stop`.
        sampling: What becomes of `temperature` and `top_p`.
        fixed_sampling: The only values of `temperature` and `top_p`, if there are such.
        efforts: Values of `reasoning_effort`; empty if the parameter is refused, `None` if any.
        default_effort: The effort in force when the request names none.
        tools_need_no_effort: Function tools are refused on this route unless the effort is "none".
        parallel_tool_calls: Whether the parameter of that name is accepted.
        call_ids: What the ids of tool calls are like.
        schema_dialect: What is left out of the schemas of tools.
        json_schema_error: The 400 for a `response_format` with a schema, if refused.
        json_word_error: The 400 for JSON mode without the word in the messages, if demanded.
        logprobs: Whether log probabilities can be asked for.
        many_choices: Whether `n` may exceed 1.
        reasoning_text: Whether thoughts come back as `reasoning_content`.
        unthinking_error: The 400 for a `thinking` other than "enabled", if refused.
        replay_error: The 400 for an assistant turn without its reasoning, if demanded.
        replay_turns: Which turns it is demanded of: those with tool calls, or all.
        forced_any_error: The 400 for `tool_choice: "required"` while thinking, if refused.
        forced_one_error: The 400 for a `tool_choice` that names a tool while thinking, if refused.
        thinks_with_tools_anyway: `thinking: disabled` is ignored when tools are present.
        signs_tool_calls: Whether the first tool call of a message carries a Google thought
            signature.
        obfuscation: Whether stream chunks carry OpenAI's `obfuscation` padding.
        usage_style: The shape of the `usage` object.
        empty_tool_content: `content` next to tool calls: `None` or an empty string.
        endpoints: `supported_endpoint_types` in the model lists.
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
    fixed_sampling: FixedSampling | None = None
    efforts: frozenset[str] | None = None
    default_effort: str | None = None
    tools_need_no_effort: bool = False
    parallel_tool_calls: bool = True
    call_ids: CallIdRules = CallIdRules()
    schema_dialect: SchemaDialect = SchemaDialect()
    json_schema_error: Refusal | None = None
    json_word_error: Refusal | None = None
    logprobs: bool = True
    many_choices: bool = True
    reasoning_text: bool = False
    unthinking_error: Refusal | None = None
    replay_error: str | None = None
    replay_turns: ReplayTurns = "tool_calls"
    forced_any_error: str | None = None
    forced_one_error: str | None = None
    thinks_with_tools_anyway: bool = False
    signs_tool_calls: bool = False
    obfuscation: bool = False
    usage_style: UsageStyle = "plain"
    empty_tool_content: str | None = None
    endpoints: tuple[str, ...] = ("openai",)

    @property
    def params(self) -> frozenset[str]:
        """Every top-level parameter this family accepts."""
        return _OPENAI_PARAMS | self.extra_params


@dataclass(frozen=True)
class ModelRow:
    """One model id the emulator serves.

    Attributes:
        id: The id a request names.
        rules: The family's rules, with this id's own differences applied.
        snapshot: Date appended to the id in answers, as GPT models do; `None` echoes the id.
        kind: What the model is for.
        chat: Whether the chat route serves it (Pro models are Responses-only).
        stream_options: Whether `stream_options` is accepted.
        rate_limited: Whether every request is answered with 429.
        reports_cost: Whether `usage.cost` is sent.
        dimensions: Vector size of an embedding model.
        shortens: Whether an embedding model accepts `dimensions`.
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
    shortens: bool = True
    pricing: tuple[float, float] | None = None
    context: str | int | None = None
    max_output: str | int | None = None
    listed: bool = True

    @property
    def served_name(self) -> str:
        """The `model` value of an answer: the dated snapshot where there is one."""
        return f"{self.id}-{self.snapshot}" if self.snapshot else self.id
