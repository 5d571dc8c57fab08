"""The row of a model family, and what the rows of several vendors have in common."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Endpoint = Literal[
    "chat",
    "responses",
    "messages",
    "generate_content",
    "embeddings",
    "images",
    "audio",
    "videos",
]
StructuredOutput = Literal["function_calling", "json_schema", "json_mode", "prompt"]
Tokenizer = Literal["o200k", "cl100k", "claude", "claude_4_7", "gemma", "deepseek", "qwen"]


@dataclass(frozen=True)
class SchemaDialect:
    """What a family does not know of JSON Schema; by default it knows all of it.

    Attributes:
        object_root: Whether the root must be an object, and no union.
        inline_refs: Whether `$ref` is unknown: the definition replaces the reference, and a
            recursion ends at some depth.
        acyclic_refs: Whether a recursion of `$ref` is unknown; other references are sent.
        lone_refs: Whether a `$ref` must have no keywords beside it, and lead to `$defs`.
        const_as_enum: Whether `const` is unknown: it becomes an `enum` of one value.
        one_type: Whether a list of types is unknown: it becomes `anyOf`.
        any_of_only: Whether `oneOf` and `allOf` are unknown: `oneOf` becomes `anyOf`, and the
            schemas of `allOf` are merged.
        lone_any_of: Whether an `anyOf` must have no keywords beside it but a description: they
            move into its schemas.
        bare_any_of: Whether it must have no description either.
        typed: Whether every schema needs a `type`, or an `anyOf` without one beside it.
        any_types: What stands for a schema of any value where that is unknown. `"list"`: a list of
            all types. `"text"`: a text, number, boolean or null; lists and objects come as JSON in
            the text. None: an empty schema, which is known.
        text_enums: Whether an enumeration has texts alone.
        nullable: Whether the keyword of this name says that a value may be null.
        closed_objects: Whether objects have no properties but those that they name: a free dict
            becomes a list of pairs.
        all_required: Whether all properties are required: an optional one may be null instead.
        no_tuples: Whether arrays have one schema for all of their items: a tuple becomes an
            object.
        items_needed: Whether arrays need a schema for their items.
        property_names: A regular expression that whole names of properties must match.
        formats: The only values of `format` that are known.
        no_lookaround: Whether a `pattern` must not look ahead or behind.
        keywords: The only keywords that are known; all others move into the description. Where
            there is such a list, `required` names properties alone. None: all keywords are sent.
        max_depth: The highest number of objects inside of each other.
        max_properties: The highest number of properties of all objects together.
        max_enum_values: The highest number of values of all enumerations together.
        max_characters: The highest number of characters of all names of properties and
            definitions, and of all values of enumerations, together.
    """

    object_root: bool = False
    inline_refs: bool = False
    acyclic_refs: bool = False
    lone_refs: bool = False
    const_as_enum: bool = False
    one_type: bool = False
    any_of_only: bool = False
    lone_any_of: bool = False
    bare_any_of: bool = False
    typed: bool = False
    any_types: Literal["list", "text"] | None = None
    text_enums: bool = False
    nullable: bool = False
    closed_objects: bool = False
    all_required: bool = False
    no_tuples: bool = False
    items_needed: bool = False
    property_names: str | None = None
    formats: frozenset[str] | None = None
    no_lookaround: bool = False
    keywords: frozenset[str] | None = None
    max_depth: int | None = None
    max_properties: int | None = None
    max_enum_values: int | None = None
    max_characters: int | None = None


@dataclass(frozen=True)
class NativeRoute:
    """A vendor's own protocol, which carries more than the chat route and has a class here.

    Attributes:
        endpoint: Where CometAPI serves it.
        class_name: The class that speaks it.
        extra: The extra of this package that brings the class.
        package: The package of LangChain's that the extra installs for it.
        features: What it carries and the chat route does not, in words.
        parameters: Its parameters that the chat route does not have.
        tools: A regular expression that matches its built-in tools: their types, or their only
            keys where they have no type.
        media: The media that it takes and the chat route does not, as fields of the row.
    """

    endpoint: Endpoint
    class_name: str
    extra: str
    package: str
    features: str
    parameters: frozenset[str] = frozenset()
    tools: str = r"(?!)"
    media: frozenset[str] = frozenset()

    @property
    def install(self) -> str:
        """The command that installs the extra."""
        return f'pip install "langchain-cometapi[{self.extra}]"'


@dataclass(frozen=True)
class Vendor:
    """The row of a model family: its rules, as far as they are known.

    Every field between `pattern` and `source` may be `None`, which means unknown. Where a fact is
    unknown, the request says what the user wrote; each field below says what that comes to.

    Attributes:
        family: The name of the family. Rows share a family where their models understand each
            other's reasoning.
        pattern: A regular expression that matches the start of the family's model ids, in lower
            case and without a prefix such as `openai/`.
        max_tokens_field: The parameter that limits the tokens of a response; the other name is
            renamed to it. None: both are sent as they are.
        sampling: What happens to `temperature` and `top_p`. `"free"`: both are sent. `"refused"`:
            only 1, the default, is sent. `"fixed"`: neither is sent. `"effort_none"`: sent with
            `reasoning_effort="none"`, else as `"refused"`. `"one_of"`: one of the two is sent.
            None: both are sent.
        default_effort: The `reasoning_effort` of a request that sets none; it decides
            `sampling="effort_none"` and `refused_while_reasoning`. None: such a request counts as
            one that reasons.
        refused_parameters: Further parameters that are refused with any value; they are dropped.
            None: they are sent.
        refused_while_reasoning: Those that are taken with `reasoning_effort="none"` alone.
        max_choices: The highest `n`; more is an error. None: any number is sent.
        developer_role: Whether the role `developer` is taken; where it is False, the message is
            sent as `system`. None: the role is sent.
        reasoning_replay: Which assistant turns must have `reasoning_content`: `"all"` of them,
            those with `"tool_calls"`, or `"none"`. None: as `"none"`.
        foreign_reasoning: The `reasoning_content` of such a turn that another family wrote.
            None: there is no such turn.
        reasoning_items: Whether the family's reasoning goes back as an item of the Responses
            route; a model that does not reason refuses such items. None: it goes back.
        signed_tool_calls: Whether the first tool call of a turn needs the signature it came
            with. None: a signature is sent back where the message has one.
        foreign_extra_content: The `extra_content` of such a call that another family made.
            None: the call is sent without.
        think_tags: Whether reasoning comes as `<think>...</think>` at the start of the content.
            None: tags are content like any other.
        forced_any_while_thinking: Whether a model takes `tool_choice="required"` while it
            reasons; where it is False, reasoning is switched off for that call, or the call is an
            error. None: the choice is sent.
        forced_one_while_thinking: The same of a `tool_choice` with the name of a tool; where only
            this is False, that tool alone is sent, with `"required"`.
        json_while_thinking: Whether a model takes a `response_format` of JSON while it reasons;
            where it is False, reasoning is switched off for that call, or the call is an error.
            None: the format is sent.
        thinking_off: The fields of the body that switch reasoning off; none at all where a model
            reasons only when it is asked to. None: it is unknown how, or impossible.
        structured_output: The method of `with_structured_output` when the user names none, which
            is one that the family can keep. With `"json_mode"` the package states the schema in
            the prompt, with `"prompt"` it does only that. None: `"function_calling"`.
        string_roles: The roles whose content must be a string if it is text alone; a list of text
            parts is joined. None: lists are sent.
        empty_messages: Whether messages without text are taken; where it is False, they are left
            out. None: they are sent.
        named_roles: The roles whose messages may have a `name`; it is left out of others. None:
            all of them.
        tool_names: A regular expression that whole names of tools must match; other names are
            replaced, and restored in the response. None: that of OpenAI.
        tool_call_ids: A regular expression that whole ids of tool calls must match; other ids
            are replaced by `call_` and 24 hexadecimal digits. None: any id is sent.
        unique_tool_call_ids: Whether an id that an earlier turn has used is an error; the second
            one is replaced. None: ids may repeat.
        tool_media: Whether tool results may contain images and files; where it is False, they
            move to a user message. None: they are sent in the result.
        parallel_tool_calls: Whether the parameter of this name is taken; where it is False, it
            is dropped. None: it is sent.
        strict_tools: Whether `strict` in a tool is enforced; where it is False, it is dropped.
            None: it is sent.
        json_schema: Whether a `response_format` of this type is taken; where it is False, it is
            an error. None: it is sent.
        json_object: The same of the type `json_object`.
        schema_dialect: What the schemas of tools and response formats are rewritten to.
            None: they are sent as they are.
        format_dialect: The same of response formats alone, where that is another dialect.
            None: `schema_dialect`.
        strict_dialect: What they are rewritten to with `strict`. None: OpenAI's.
        strict_formats: Whether `strict` in a response format is known; where it is False, it is
            left out. None: it is sent.
        stop_limit: The highest number of stop sequences; more are an error, and with 0, `stop`
            is dropped. None: any number is sent.
        cache_control: Whether `cache_control` is taken; where it is False, it is left out.
            None: it is sent.
        images: Whether images are taken; where it is False, they are an error. None: they are
            sent.
        audio: The same of audio.
        files: The same of files such as PDF; where it is False, text files are sent as text.
        video: The same of video.
        audio_ids: Whether the model's own audio goes back by its id, also in a message that does
            not say which model wrote it. None: in such a message the transcript goes back.
        tokens_per_image: The tokens of an image of 1024 x 1024 pixels. None: about 1000.
        tokens_per_low_image: Those of any image with `"detail": "low"`. None: as of another one.
        tokens_for_tools: What a vendor adds to each request with tools, its instructions for them.
            None: nothing.
        tokenizer: The public tokenizer that the family has, or has nearly, whose weights estimate
            its tokens. None: the mean of several.
        tiktoken_encoding: The name of tiktoken's encoding, which counts tokens where its vocabulary
            is on the machine. None: tokens are estimated.
        max_texts: The highest number of texts in a request to `/embeddings`; batches have no more,
            unless the user sets `chunk_size`. None: `chunk_size` alone decides.
        endpoints: The endpoints at which CometAPI serves the family; another one is an error.
            None: any endpoint may be called.
        endpoint: The endpoint that `endpoint="auto"` takes. None: chat.
        reasoning_endpoints: The endpoints at which the model can reason. None: wherever it is
            served, if it can at all.
        native: The vendor's own protocol, where this package has a class for it, which serves the
            model better than `ChatCometAPI`. None: there is no such class.
        response_timeout: Seconds to wait for a response, or for content of a stream, unless the
            user says how many. None: the limits of all models.
        source: Where the facts are from, and when they were read.
    """

    family: str
    pattern: str
    max_tokens_field: Literal["max_tokens", "max_completion_tokens"] | None = None
    sampling: Literal["free", "refused", "fixed", "effort_none", "one_of"] | None = None
    default_effort: str | None = None
    refused_parameters: frozenset[str] | None = None
    refused_while_reasoning: frozenset[str] | None = None
    max_choices: int | None = None
    developer_role: bool | None = None
    reasoning_replay: Literal["all", "tool_calls", "none"] | None = None
    foreign_reasoning: str | None = None
    reasoning_items: bool | None = None
    signed_tool_calls: bool | None = None
    foreign_extra_content: Mapping[str, Any] | None = None
    think_tags: bool | None = None
    forced_any_while_thinking: bool | None = None
    forced_one_while_thinking: bool | None = None
    json_while_thinking: bool | None = None
    thinking_off: Mapping[str, Any] | None = None
    structured_output: StructuredOutput | None = None
    string_roles: frozenset[str] | None = None
    empty_messages: bool | None = None
    named_roles: frozenset[str] | None = None
    tool_names: str | None = None
    tool_call_ids: str | None = None
    unique_tool_call_ids: bool | None = None
    tool_media: bool | None = None
    parallel_tool_calls: bool | None = None
    strict_tools: bool | None = None
    json_schema: bool | None = None
    json_object: bool | None = None
    schema_dialect: SchemaDialect | None = None
    format_dialect: SchemaDialect | None = None
    strict_dialect: SchemaDialect | None = None
    strict_formats: bool | None = None
    stop_limit: int | None = None
    cache_control: bool | None = None
    images: bool | None = None
    audio: bool | None = None
    files: bool | None = None
    video: bool | None = None
    audio_ids: bool | None = None
    tokens_per_image: int | None = None
    tokens_per_low_image: int | None = None
    tokens_for_tools: int | None = None
    tokenizer: Tokenizer | None = None
    tiktoken_encoding: str | None = None
    max_texts: int | None = None
    endpoints: frozenset[Endpoint] | None = None
    endpoint: Literal["chat", "responses"] | None = None
    reasoning_endpoints: frozenset[Endpoint] | None = None
    native: NativeRoute | None = None
    response_timeout: float | None = None
    source: str = ""


# -- what the rows of several vendors have in common ----------------------------------------------

COMETAPI_DOCS = "CometAPI documentation, announcements and responses seen in public; 2026-11"

# DeepSeek V4 Pro refuses an empty string and takes a space (NousResearch/hermes-agent#18263).
BLANK_REASONING = " "

THINKING_DISABLED = MappingProxyType({"thinking": {"type": "disabled"}})

# The media fields of models that take text only.
TEXT_ONLY: Mapping[str, Any] = MappingProxyType(
    {"images": False, "audio": False, "files": False, "video": False}
)

PENALTIES = frozenset({"presence_penalty", "frequency_penalty"})

LOGPROBS = frozenset({"logprobs", "top_logprobs"})

CHAT_ONLY: frozenset[Endpoint] = frozenset({"chat"})

EMBEDDINGS_ONLY: frozenset[Endpoint] = frozenset({"embeddings"})

# OpenAI's guide to structured outputs, supported schemas (2026-11): the keywords of each type, all
# properties required and no others, no union at the root, the limits, `$defs` and recursion.
# `$ref` beside other keywords is refused (openai-python's `to_strict_json_schema` opens it), and so
# are items without a type and patterns that look ahead (pydantic/pydantic-ai#4425 and its profile).
STRICT_FORMATS = frozenset(
    {"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"}
)
STRICT = SchemaDialect(
    object_root=True,
    lone_refs=True,
    any_of_only=True,
    lone_any_of=True,
    typed=True,
    any_types="text",
    closed_objects=True,
    all_required=True,
    no_tuples=True,
    items_needed=True,
    formats=STRICT_FORMATS,
    no_lookaround=True,
    keywords=frozenset(
        {
            "$ref",
            "additionalProperties",
            "anyOf",
            "const",
            "description",
            "enum",
            "exclusiveMaximum",
            "exclusiveMinimum",
            "format",
            "items",
            "maxItems",
            "maximum",
            "minItems",
            "minimum",
            "multipleOf",
            "pattern",
            "properties",
            "required",
            "type",
        }
    ),
    max_depth=10,
    max_properties=5000,
    max_enum_values=1000,
    max_characters=120_000,
)
