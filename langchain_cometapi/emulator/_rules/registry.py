"""What the emulated gateway knows about each model: frozen rows, no code.

A `FamilyRules` row says what one vendor family accepts, refuses and sends; a `ModelRow` says which
family a model id belongs to and what differs for that id alone. Everything else in the emulator
asks these rows and never looks at a model's name.

Where CometAPI's documents or a vendor's own error messages state a rule, the row enforces it.
Where nothing is known, the row accepts: the emulator shall not invent rejections.

Deliberately independent of the client half of this package: a mistake there must not be able to
repeat itself here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

NO_STREAM_OPTIONS_MODEL = "emulator-no-stream-options"
"""A model id that answers 400 to any request with `stream_options`."""

RATE_LIMITED_MODEL = "emulator-rate-limited"
"""A model id that always answers 429."""

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

_BASE_PARTS = frozenset({"text", "image_url", "input_audio", "file"})
_VIDEO_PARTS = _BASE_PARTS | {"video_url"}
_TEXT_PARTS = frozenset({"text"})
_ROLES = frozenset({"system", "user", "assistant", "tool"})

_DEEPSEEK_REPLAY = "The reasoning_content in the thinking mode must be passed back to the API."
_KIMI_REPLAY = (
    "thinking is enabled but reasoning_content is missing in assistant tool call message"
    " at index {index}"
)
_DEEPSEEK_FORCED = "Thinking mode does not support this tool_choice"
_QWEN_FORCED = (
    "<400> InternalError.Algo.InvalidParameter: The tool_choice parameter does not support being"
    " set to required or object in thinking mode"
)


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
    user_parts: frozenset[str] = _BASE_PARTS
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


_GPT_ROLES = _ROLES | {"developer"}
_EFFORTS_54 = frozenset({"none", "low", "medium", "high", "xhigh"})
_JSON_WORD = (
    "'messages' must contain the word 'json' in some form, to use 'response_format' of type"
    " 'json_object'."
)

_GPT_CLASSIC = FamilyRules(
    "gpt",
    "OpenAI",
    roles=_GPT_ROLES,
    strict_fields=True,
    strict_schemas=True,
    tool_parts=_TEXT_PARTS,
    tool_image_error=Refusal(  # OpenHands/OpenHands#7700
        "Invalid '{message}'. Image URLs are only allowed for messages with role 'user', but this"
        " message with role 'tool' contains an image URL.",
        "invalid_value",
    ),
    stop=StopRules(most=4),
    efforts=frozenset(),
    call_ids=CallIdRules(longest=40),  # microsoft/autogen#6377, vercel/ai#5171
    json_word_error=Refusal(_JSON_WORD),
    obfuscation=True,
    usage_style="full",
)
_GPT_5_MINI = replace(
    _GPT_CLASSIC,
    max_tokens=False,
    # huggingface/smolagents#1671 and #1868, bolna-ai/bolna#1019, langgenius/dify#18971.
    stop=StopRules(
        refused=Refusal(
            "Unsupported parameter: 'stop' is not supported with this model.",
            "unsupported_parameter",
        )
    ),
    sampling="refused",
    efforts=frozenset({"minimal", "low", "medium", "high"}),
    default_effort="medium",
    logprobs=False,
    endpoints=("openai", "openai-response"),
)
_O_SERIES = replace(
    _GPT_5_MINI,
    efforts=frozenset({"low", "medium", "high"}),
    parallel_tool_calls=False,  # run-llama/llama_index#20865
)
_GPT_5_4 = replace(
    _GPT_5_MINI,
    sampling="effort_none_only",
    efforts=_EFFORTS_54,
    default_effort="none",
    tools_need_no_effort=True,
    logprobs=True,
)
# These think by default, and OpenAI refuses function tools on the chat route while they do.
_GPT_6 = replace(_GPT_5_4, efforts=_EFFORTS_54 | {"minimal", "max"}, default_effort="medium")
# These cannot but think: nothing lets tools or a temperature through (genkit-ai/genkit#6303,
# bolna-ai/bolna#1019).
_GPT_6_THINKER = replace(
    _GPT_6,
    sampling="refused",
    efforts=frozenset({"low", "medium", "high", "xhigh", "max"}),
    logprobs=False,
)
_CLAUDE_4 = FamilyRules(
    "claude",
    "Anthropic",
    extra_params=frozenset({"thinking", "top_k"}),
    roles=_GPT_ROLES,
    sampling="one_of",
    # farion1231/cc-switch#1181, maximhq/bifrost#5097; anthropics/claude-code#20693 and #21317.
    call_ids=CallIdRules(
        pattern="^[a-zA-Z0-9_-]+$",
        malformed=Refusal("{block}.{field}: String should match pattern '{pattern}'"),
        unique=True,
        repeated=Refusal("{block}: `tool_use` ids must be unique"),
    ),
    logprobs=False,
    many_choices=False,
    usage_style="claude",
    endpoints=("anthropic", "openai"),
)
_CLAUDE = replace(_CLAUDE_4, sampling="refused")
# Function declarations are Google's own message, which knows no other fields
# (router-for-me/CLIProxyAPI#97, zed-industries/zed#44875, pizza-bot-app/pizza-bot#62,
# genspark-ai/genoffice#186).
_GEMINI_DIALECT = SchemaDialect(
    unknown_keywords=frozenset(
        {
            "$ref",
            "$schema",
            "additionalProperties",
            "allOf",
            "const",
            "examples",
            "exclusiveMaximum",
            "exclusiveMinimum",
            "multipleOf",
            "oneOf",
            "propertyNames",
            "uniqueItems",
        }
    ),
    type_lists=False,
)
_GEMINI = FamilyRules(
    "gemini",
    "Google",
    extra_params=frozenset(
        {"extra_body", "google", "safety_settings", "thinking", "thinking_config", "top_k"}
    ),
    roles=_GPT_ROLES,
    user_parts=_VIDEO_PARTS,
    dropped_parts=frozenset({"video_url"}),
    stop=StopRules(kept=5),  # cut by the gateway (new-api)
    schema_dialect=_GEMINI_DIALECT,
    signs_tool_calls=True,
    usage_style="full",
    endpoints=("gemini", "openai"),
)
_DEEPSEEK = FamilyRules(
    "deepseek",
    "DeepSeek",
    extra_params=frozenset({"thinking", "top_k"}),
    stop=StopRules(most=16),
    json_schema_error=Refusal("This response_format type is unavailable now"),  # browser-use#215
    json_word_error=Refusal(  # vercel/ai#7913
        "Prompt must contain the word 'json' in some form to use 'response_format' of type"
        " 'json_object'."
    ),
    many_choices=False,
    reasoning_text=True,
    replay_error=_DEEPSEEK_REPLAY,
    replay_turns="all",  # openclaw/openclaw#73417
    forced_any_error=_DEEPSEEK_FORCED,
    forced_one_error=_DEEPSEEK_FORCED,
    empty_tool_content="",
)
_DEEPSEEK_BLIND = replace(
    _DEEPSEEK,
    user_parts=_TEXT_PARTS,
    part_error=Refusal(  # rikkahub/rikkahub#1433
        "Failed to deserialize the JSON body into the target type: {message}: unknown variant"
        " `{kind}`, expected `text`"
    ),
)
_KIMI_NAMED = "tool_choice 'specified' is incompatible with thinking enabled"
_KIMI = FamilyRules(
    "kimi",
    "Moonshot",
    extra_params=frozenset({"thinking"}),
    user_parts=_VIDEO_PARTS,
    stop=StopRules(most=5, longest=32),  # platform.kimi.ai
    # MoonshotAI/Kimi-K2, docs/tool_call_guidance.md
    call_ids=CallIdRules(form="functions.{name}:{index}"),
    # kodustech/kodus-ai#1120, CherryHQ/cherry-studio#12691.
    fixed_sampling=FixedSampling(temperature=1, unthinking_temperature=0.6, top_p=0.95),
    # MoonshotAI/kimi-code#2661, luxus/pi-hindsight#550, Hmbown/Codewhale#3265.
    schema_dialect=SchemaDialect(
        type_beside_any_of=False,
        enum_without_type=False,
        root_error=Refusal('tools.function.parameters.type is required and must be "object"'),
    ),
    reasoning_text=True,
    replay_error=_KIMI_REPLAY,
    forced_any_error="tool_choice 'required' is incompatible with thinking enabled",
    forced_one_error=_KIMI_NAMED,
    empty_tool_content="",
)
_KIMI_CODE = replace(
    _KIMI,
    unthinking_error=Refusal(  # MoonshotAI/Kimi-K2#141
        "invalid thinking: only type=enabled is allowed for this model"
    ),
)
# K3 takes `required` while thinking; only a named function is refused.
_KIMI_3 = replace(_KIMI, forced_any_error=None)
_GLM = FamilyRules(
    "glm",
    "Zhipu AI",
    extra_params=frozenset({"do_sample", "request_id", "thinking", "tool_stream", "user_id"}),
    user_parts=_VIDEO_PARTS,
    stop=StopRules(  # zai-org/ChatGLM3#798
        most=1, too_many=Refusal("stop:最大只能有{most}个停止词", "1214")
    ),
    reasoning_text=True,
    replay_error=_DEEPSEEK_REPLAY,
    thinks_with_tools_anyway=True,
    empty_tool_content="",
)
_GLM_BLIND = replace(
    _GLM,
    user_parts=_TEXT_PARTS,
    part_error=Refusal(  # BigPizzaV3/CodexPlusPlus#1760
        "messages.content.type 参数非法\N{FULLWIDTH COMMA}取值范围 ['text']", "1210"
    ),
)
_MIMO = FamilyRules(
    "mimo",
    "Xiaomi",
    extra_params=frozenset({"thinking"}),
    user_parts=_VIDEO_PARTS,
    reasoning_text=True,
    replay_error=_DEEPSEEK_REPLAY,
    empty_tool_content="",
    endpoints=("openai", "openai-response", "anthropic"),
)
_QWEN = FamilyRules(
    "qwen",
    "Alibaba",
    extra_params=frozenset(
        {"enable_search", "enable_thinking", "repetition_penalty", "thinking_budget", "top_k"}
    ),
    user_parts=_VIDEO_PARTS,
    json_word_error=Refusal(  # agno-agi/agno#5317
        f"<400> InternalError.Algo.InvalidParameter: {_JSON_WORD}", "invalid_parameter_error"
    ),
    reasoning_text=True,
    forced_any_error=_QWEN_FORCED,
    forced_one_error=_QWEN_FORCED,
    empty_tool_content="",
)
_GROK = FamilyRules(
    "grok",
    "xAI",
    extra_params=frozenset({"deferred", "search_parameters"}),
    roles=_GPT_ROLES,
    stop=StopRules(  # BerriAI/litellm#12635
        refused=Refusal("Argument not supported on this model: stop")
    ),
    reasoning_text=True,
    usage_style="full",
)
_DOUBAO = FamilyRules(
    "doubao", "ByteDance", extra_params=frozenset({"thinking"}), user_parts=_VIDEO_PARTS
)
_OPENAI_OTHER = FamilyRules("gpt", "OpenAI", endpoints=("embeddings",))
_OPENAI_IMAGE = FamilyRules("gpt", "OpenAI", endpoints=("image-generation",))
_EMULATOR = FamilyRules("emulator", "CometAPI emulator")

_ROWS: tuple[ModelRow, ...] = (
    # Snapshot dates: documented for gpt-5.4-mini and gpt-4.1-nano; the announcement's date or the
    # emulator's own choice for the rest, because only the form matters to a client.
    ModelRow("gpt-4.1-nano", _GPT_CLASSIC, "2025-04-14"),
    ModelRow("gpt-4o-mini", _GPT_CLASSIC, "2024-07-18"),
    ModelRow("o3", _O_SERIES, "2025-04-16"),
    ModelRow("o4-mini", _O_SERIES, "2025-04-16"),
    ModelRow("gpt-5-mini", _GPT_5_MINI, "2025-08-07"),
    ModelRow("gpt-5.4", _GPT_5_4, "2026-03-05"),
    ModelRow("gpt-5.4-mini", _GPT_5_4, "2026-03-17", context="400K", max_output="128K"),
    ModelRow("gpt-5.4-nano", _GPT_5_4, "2026-03-17"),
    ModelRow("gpt-5.4-pro", _GPT_5_4, "2026-03-05", chat=False),
    ModelRow("gpt-5.5", _GPT_5_4, "2026-05-12", context=1_050_000, max_output=128_000),
    ModelRow("gpt-5.5-pro", _GPT_5_4, "2026-05-12", chat=False),
    ModelRow("gpt-5.6", _GPT_6, "2026-07-09"),
    ModelRow("gpt-5.6-luna", _GPT_6, "2026-07-09"),
    ModelRow("gpt-5.6-sol", _GPT_6, "2026-07-09"),
    ModelRow("gpt-5.6-terra", _GPT_6, "2026-07-09"),
    ModelRow("gpt-6-astra", _GPT_6_THINKER, "2026-09-05"),
    ModelRow("gpt-6-sol", _GPT_6_THINKER, "2026-09-05"),
    ModelRow("gpt-6.1-sol", _GPT_6, "2026-09-30"),
    ModelRow("claude-haiku-4-5", _CLAUDE_4),
    ModelRow("claude-sonnet-4-6", _CLAUDE_4, pricing=(3, 15), context="200K", max_output="64K"),
    ModelRow("claude-opus-4-7", _CLAUDE),
    ModelRow("claude-opus-4-8", _CLAUDE),
    ModelRow("claude-fable-5", _CLAUDE_4),
    ModelRow("claude-sonnet-5", _CLAUDE_4),
    ModelRow("claude-opus-5", _CLAUDE),
    ModelRow("claude-opus-5-5", _CLAUDE),
    ModelRow("claude-sonnet-5-5", _CLAUDE_4),
    ModelRow("claude-haiku-5-5", _CLAUDE_4, context="1M", max_output="128K"),
    ModelRow("gemini-3.1-pro-preview", _GEMINI),
    ModelRow("gemini-3.5-flash", _GEMINI),
    ModelRow("gemini-3.5-flash-lite", _GEMINI),
    ModelRow("gemini-3.8-flash", _GEMINI),
    ModelRow("gemini-4-hydrogen", _GEMINI),
    ModelRow("deepseek-v4-flash", _DEEPSEEK),
    ModelRow("deepseek-v4-flash-vision", _DEEPSEEK, reports_cost=True),
    ModelRow("deepseek-v4-pro", _DEEPSEEK_BLIND, pricing=(0.416, 0.832)),
    ModelRow("grok-4.3", _GROK),
    ModelRow("grok-4.5", _GROK),
    ModelRow("grok-4.7", _GROK),
    ModelRow("qwen3.7-max", _QWEN),
    ModelRow("qwen3.7-plus", _QWEN),
    ModelRow("qwen3.8-flash", _QWEN),
    ModelRow("qwen3.8-max", _QWEN),
    ModelRow("qwen4-max-preview", _QWEN),
    ModelRow("glm-5.2", _GLM_BLIND, context="1M", max_output="128K"),
    ModelRow("glm-5.3", _GLM),
    ModelRow("glm-5.3-flashx", _GLM),
    ModelRow("kimi-k2.6", _KIMI),
    ModelRow("kimi-k2.7-code", _KIMI_CODE),
    ModelRow("kimi-k3", _KIMI_3),
    ModelRow("mimo-v2.6-flash", _MIMO),
    ModelRow("mimo-v2.6-pro", _MIMO),
    ModelRow("mimo-v2.6-pro-ultraspeed", _MIMO),
    ModelRow("doubao-seed-2.0-lite", _DOUBAO),
    ModelRow("gpt-image-2", _OPENAI_IMAGE, kind="image", chat=False, pricing=(4, 24)),
    ModelRow("text-embedding-3-small", _OPENAI_OTHER, kind="embedding", dimensions=1536),
    ModelRow("text-embedding-3-large", _OPENAI_OTHER, kind="embedding", dimensions=3072),
    ModelRow(
        "text-embedding-ada-002", _OPENAI_OTHER, kind="embedding", dimensions=1536, shortens=False
    ),
    ModelRow(NO_STREAM_OPTIONS_MODEL, _EMULATOR, stream_options=False, listed=False),
    ModelRow(RATE_LIMITED_MODEL, _EMULATOR, rate_limited=True, listed=False),
)

MODELS: Mapping[str, ModelRow] = MappingProxyType({row.id: row for row in _ROWS})
"""Every model the emulator serves, by id."""
