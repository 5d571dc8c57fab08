"""Facts about the vendors behind the gateway, one row per model family.

Code asks the row and never the name of a model. `None` means unknown, and where a fact is
unknown the request says what the user wrote. The first row whose pattern matches wins; a
resolution test pins the row of every model id we know.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Endpoint = Literal["chat", "responses", "messages", "generate_content"]


@dataclass(frozen=True)
class SchemaDialect:
    """Where a family's JSON Schema differs from everybody else's.

    Attributes:
        inline_refs: Whether `$ref` is unknown, so that what it names must stand in its place.
        const_as_enum: Whether `const` is unknown and written as an `enum` of one value.
        one_type: Whether a list of types is unknown and written as `anyOf`.
        any_of_only: Whether `oneOf` and `allOf` are unknown; the one is written as `anyOf`, what
            the other has is joined.
        typed: Whether an `enum` needs a `type` beside it, and `anyOf` takes none.
        left_out: Further keywords that are refused; they guide a model, and none is a promise.
    """

    inline_refs: bool = False
    const_as_enum: bool = False
    one_type: bool = False
    any_of_only: bool = False
    typed: bool = False
    left_out: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Vendor:
    """What is known of one model family.

    Attributes:
        family: Name of the family; rows of one vendor whose models understand each other's
            reasoning share it.
        pattern: Matches the model ids of the row, in lower case and without a `vendor/` prefix.
        max_tokens_field: The name under which the family takes its token limit.
        sampling: What becomes of `temperature` and `top_p`: taken, refused unless they are 1,
            refused always because the family has its own fixed values, taken only with
            `reasoning_effort="none"`, or taken one at a time.
        default_effort: The `reasoning_effort` in force when none is set.
        developer_role: Whether the role `developer` is known; it is `system` to the others.
        reasoning_replay: Which assistant turns are refused without `reasoning_content`: all of
            them, those with tool calls, or none.
        foreign_reasoning: What to send in its place for a turn that another family took.
        signed_tool_calls: Whether the first tool call of a turn is refused without the
            signature it came with.
        foreign_extra_content: What to send in its place for a turn that another family took.
        think_tags: Whether thoughts come as `<think>...</think>` at the head of the content.
        forced_any_while_thinking: Whether a thinking model takes `tool_choice="required"`.
        forced_one_while_thinking: Whether a thinking model takes a `tool_choice` that names
            a tool.
        thinking_off: What to add to the body to switch thinking off.
        structured_output: The best method for `with_structured_output`.
        tool_call_ids: What the whole id of a tool call must match.
        unique_tool_call_ids: Whether an id that an earlier turn has used is an error.
        tool_media: Whether media in tool results are taken or an error.
        parallel_tool_calls: Whether the parameter of this name is taken or an error.
        strict_tools: Whether `strict` in a tool is kept to; `False` where it is ignored.
        json_schema: Whether a `response_format` of this type is taken or an error.
        json_object: Whether a `response_format` of this type is taken; `False` where it is an
            error or ignored.
        schema_dialect: What the schemas of tools must be rewritten to.
        stop_limit: Most stop sequences; 0 where `stop` is an error.
        cache_control: Whether `cache_control` on a content part is taken or an error.
        images: Whether pictures are taken or an error.
        audio: Whether audio is taken; `False` where it is an error or dropped without a word.
        files: Whether files such as PDF are taken or an error.
        video: Whether video is taken; `False` where it is an error or dropped without a word.
        audio_ids: Whether a spoken answer goes back by its id.
        tokens_per_image: Tokens of a picture of 1024 x 1024 pixels.
        characters_per_token: Characters of English text to a token.
        endpoints: Where CometAPI serves the family.
        source: Where the facts are from, and when they were read.
    """

    family: str
    pattern: str
    max_tokens_field: Literal["max_tokens", "max_completion_tokens"] | None = None
    sampling: Literal["free", "refused", "fixed", "effort_none", "one_of"] | None = None
    default_effort: str | None = None
    developer_role: bool | None = None
    reasoning_replay: Literal["all", "tool_calls", "none"] | None = None
    foreign_reasoning: str | None = None
    signed_tool_calls: bool | None = None
    foreign_extra_content: Mapping[str, Any] | None = None
    think_tags: bool | None = None
    forced_any_while_thinking: bool | None = None
    forced_one_while_thinking: bool | None = None
    thinking_off: Mapping[str, Any] | None = None
    structured_output: Literal["function_calling", "json_schema", "json_mode"] | None = None
    tool_call_ids: str | None = None
    unique_tool_call_ids: bool | None = None
    tool_media: bool | None = None
    parallel_tool_calls: bool | None = None
    strict_tools: bool | None = None
    json_schema: bool | None = None
    json_object: bool | None = None
    schema_dialect: SchemaDialect | None = None
    stop_limit: int | None = None
    cache_control: bool | None = None
    images: bool | None = None
    audio: bool | None = None
    files: bool | None = None
    video: bool | None = None
    audio_ids: bool | None = None
    tokens_per_image: int | None = None
    characters_per_token: float | None = None
    endpoints: frozenset[Endpoint] | None = None
    source: str = ""


_OPENAI = "OpenAI API reference, chat completions and model pages; 2026-11"
_FACTS = "CometAPI documentation, announcements and answers seen in public; 2026-11"

# An empty string is refused by DeepSeek V4 Pro, a space is not (NousResearch/hermes-agent#18263).
_BLANK_THOUGHT = " "

# Of models that refuse every part but text.
_TEXT_ALONE: dict[str, Any] = dict.fromkeys(("images", "audio", "files", "video"), False)

_THINKING_DISABLED = MappingProxyType({"thinking": {"type": "disabled"}})

_CHAT: frozenset[Endpoint] = frozenset({"chat"})
_CHAT_AND_RESPONSES: frozenset[Endpoint] = frozenset({"chat", "responses"})
_RESPONSES: frozenset[Endpoint] = frozenset({"responses"})

_GPT = Vendor(
    "gpt",
    r"(chat)?gpt-",
    max_tokens_field="max_completion_tokens",
    developer_role=True,
    reasoning_replay="none",
    structured_output="json_schema",
    tool_call_ids=r".{1,40}",  # microsoft/autogen#6377, agno-agi/agno#5382
    tool_media=False,  # OpenHands/OpenHands#7700
    parallel_tool_calls=True,
    strict_tools=True,
    json_schema=True,
    json_object=True,
    stop_limit=4,
    cache_control=False,
    images=True,
    files=True,
    audio_ids=True,
    tokens_per_image=765,  # 85 + 170 for each of four tiles
    characters_per_token=4.0,
    source=_OPENAI,
)
# From GPT-5 on, `stop` is refused whatever the effort (huggingface/smolagents#1671, #1868).
_GPT_5 = replace(
    _GPT,
    sampling="refused",
    stop_limit=0,
    tokens_per_image=630,  # 70 + 140 for each of four tiles
    endpoints=_CHAT_AND_RESPONSES,
)
# Measured for 5.5 and 6: 1.2 tokens for each patch of 32 x 32 (JOHNISKING/image-token-cost).
_GPT_5_4 = replace(
    _GPT_5,
    sampling="effort_none",
    default_effort="none",
    tokens_per_image=1229,
    source=_OPENAI + "; CometAPI announcement 86",
)
_GPT_OLD = replace(
    _GPT,
    max_tokens_field="max_tokens",
    sampling="free",
    structured_output="function_calling",
    json_schema=False,  # web-infra-dev/midscene#259
)
_O = replace(
    _GPT,
    family="o-series",
    sampling="refused",
    parallel_tool_calls=False,  # any value, false as well: run-llama/llama_index#20865
    stop_limit=None,
    audio_ids=None,
    tokens_per_image=675,  # 75 + 150 for each of four tiles
    endpoints=_CHAT_AND_RESPONSES,
)
_CLAUDE = Vendor(
    "claude",
    r"(cometapi-(opus|sonnet|haiku|fable)|claude)",
    max_tokens_field="max_tokens",
    sampling="one_of",
    reasoning_replay="none",
    structured_output="function_calling",
    # Anthropic's characters (farion1231/cc-switch#1181), and Bedrock's length for the same models
    # (earendil-works/pi#781); anthropics/claude-code#20631 for an id that comes twice.
    tool_call_ids=r"[a-zA-Z0-9_-]{1,64}",
    unique_tool_call_ids=True,
    tool_media=True,
    parallel_tool_calls=True,
    strict_tools=False,  # ignored by Anthropic's own compatibility layer, too
    cache_control=True,
    images=True,
    audio=False,
    files=True,
    tokens_per_image=1369,  # a token for each patch of 28 x 28
    characters_per_token=3.5,
    endpoints=frozenset({"chat", "messages"}),
    source=_FACTS + "; Anthropic, OpenAI SDK compatibility, vision and glossary",
)
_DEEPSEEK = Vendor(
    "deepseek",
    r"deepseek",
    max_tokens_field="max_tokens",
    developer_role=False,
    reasoning_replay="all",  # also turns without tool calls: openclaw/openclaw#73417
    foreign_reasoning=_BLANK_THOUGHT,
    forced_any_while_thinking=False,
    forced_one_while_thinking=False,
    thinking_off=_THINKING_DISABLED,
    structured_output="function_calling",
    tool_media=False,  # DeepSeek API docs: the content of a tool message is a string
    json_schema=False,  # browser-use/browser-use#215
    json_object=True,
    stop_limit=16,
    characters_per_token=3.3,
    source=_FACTS + "; DeepSeek API docs, token usage and vision; microsoft/agent-framework#5538, "
    "langchain-ai/langchain#40769",
)
_KIMI = Vendor(
    "kimi",
    r"(kimi|moonshot)",
    max_tokens_field="max_tokens",
    developer_role=False,
    reasoning_replay="tool_calls",
    foreign_reasoning=_BLANK_THOUGHT,
    forced_any_while_thinking=False,
    forced_one_while_thinking=False,
    thinking_off=_THINKING_DISABLED,
    structured_output="function_calling",
    json_object=True,
    schema_dialect=SchemaDialect(typed=True),  # MoonshotAI/kimi-code#2661, vercel/ai#18921
    stop_limit=5,
    source=_FACTS + "; Kimi API docs; MoonshotAI/walle, mfjs-spec; iOfficeAI/AionUi#2746",
)
# From K2.5 on, both have fixed values of their own (CherryHQ/cherry-studio#12691).
_KIMI_NEW = replace(_KIMI, sampling="fixed", json_schema=True, images=True, video=True)
_GLM = Vendor(
    "glm",
    r"(glm|chatglm)",
    max_tokens_field="max_tokens",
    developer_role=False,
    reasoning_replay="tool_calls",
    foreign_reasoning=_BLANK_THOUGHT,
    thinking_off=_THINKING_DISABLED,
    structured_output="function_calling",
    json_object=True,
    stop_limit=1,  # zai-org/ChatGLM3#798, and z.ai's API reference
    source=_FACTS + "; Z.ai API reference, chat completion",
)
_MIMO = Vendor(
    "mimo",
    r"mimo",
    max_tokens_field="max_tokens",
    developer_role=False,
    reasoning_replay="tool_calls",
    foreign_reasoning=_BLANK_THOUGHT,
    thinking_off=_THINKING_DISABLED,
    structured_output="function_calling",
    endpoints=frozenset({"chat", "responses", "messages"}),
    source=_FACTS + "; CometAPI announcement 141",
)
_GROK = Vendor(
    "grok",
    r"grok",
    structured_output="function_calling",
    parallel_tool_calls=True,
    strict_tools=True,
    json_schema=True,
    json_object=True,
    source=_FACTS + "; docs.x.ai, structured outputs and reasoning",
)
_QWEN = Vendor(
    "qwen",
    r"(qwen|qwq)",
    developer_role=False,
    forced_any_while_thinking=False,
    forced_one_while_thinking=False,
    thinking_off=MappingProxyType({"enable_thinking": False}),
    structured_output="function_calling",
    parallel_tool_calls=True,
    json_object=True,
    source=_FACTS + "; Model Studio docs, JSON mode and error codes",
)
_MINIMAX = Vendor(
    "minimax",
    r"(minimax|abab)",
    think_tags=True,
    structured_output="function_calling",
    source="MiniMax M2 guide, interleaved thinking; 2026-11",
)
_DOUBAO = Vendor(
    "doubao",
    r"(doubao|seed-)",
    developer_role=False,
    structured_output="function_calling",
    json_schema=True,
    json_object=True,
    images=True,
    video=True,
    source=_FACTS + "; anomalyco/models.dev#5772",
)
_LLAMA = Vendor("llama", r"(meta-)?llama", structured_output="function_calling", source=_FACTS)

VENDORS = (
    Vendor("gpt-oss", r"gpt-oss", structured_output="function_calling", source=_FACTS),
    replace(_GPT_5, pattern=r"(chat)?gpt-[\d.]+-pro", endpoints=_RESPONSES),
    # Astra and its like know no effort "none" (genkit-ai/genkit#6303, bolna-ai/bolna#1019).
    replace(_GPT_5_4, pattern=r"(chat)?gpt-6-", sampling="refused", default_effort="medium"),
    replace(_GPT_5_4, pattern=r"(chat)?gpt-(5\.[6-9]|[6-9]|\d\d)", default_effort="medium"),
    # Patches of 32 x 32 again, at 1.62 and 2.46 tokens (OpenAI's guide to images).
    replace(_GPT_5_4, pattern=r"(chat)?gpt-5\.[4-5]-mini", tokens_per_image=1659),
    replace(_GPT_5_4, pattern=r"(chat)?gpt-5\.[4-5]-nano", tokens_per_image=2520),
    replace(_GPT_5_4, pattern=r"(chat)?gpt-5\.[4-5]"),
    # It takes neither tools nor schemas, and `stop` (CopilotKit/CopilotKit#7191).
    replace(
        _GPT_5,
        pattern=r"(chat)?gpt-5(\.\d)?-chat",
        sampling="free",
        structured_output="json_mode",
        json_schema=False,
        stop_limit=4,
    ),
    replace(_GPT_5, pattern=r"(chat)?gpt-5-mini", tokens_per_image=1659),
    replace(_GPT_5, pattern=r"(chat)?gpt-5-nano", tokens_per_image=2520),
    replace(_GPT_5, pattern=r"(chat)?gpt-5"),
    replace(_GPT_OLD, pattern=r"(chatgpt-4o|gpt-4-turbo)"),
    replace(_GPT_OLD, pattern=r"gpt-(3\.5|4(-|$))", images=False, files=False),
    replace(
        _GPT,
        pattern=r"gpt-4o-mini",
        max_tokens_field="max_tokens",
        sampling="free",
        tokens_per_image=25_501,  # the tiles of 4o, at another rate
    ),
    replace(_GPT, max_tokens_field="max_tokens", sampling="free"),
    # dify#18971 for o4-mini, crewAI#2738 for o3; OpenAI's reference names both.
    replace(_O, pattern=r"o(3(?!-mini)|4-mini)", stop_limit=0),
    # OpenAI's matrix of the first o-models: no pictures, and o1-mini has neither schemas nor tools.
    replace(_O, pattern=r"o1-mini", images=False, json_schema=False, json_object=False),
    replace(_O, pattern=r"o3-mini", images=False),
    replace(_O, pattern=r"o\d"),
    # The tokenizer since Opus 4.7: "1M tokens are about 2.5M characters".
    replace(
        _CLAUDE,
        pattern=r"(claude|cometapi)-opus-(4[-.][789]|[5-9])",
        sampling="refused",
        characters_per_token=2.5,
    ),
    _CLAUDE,
    Vendor(
        "gemini",
        r"gemini",
        max_tokens_field="max_tokens",
        reasoning_replay="none",
        signed_tool_calls=True,
        foreign_extra_content=MappingProxyType(
            {"google": {"thought_signature": "skip_thought_signature_validator"}}
        ),
        structured_output="function_calling",
        json_schema=True,
        json_object=True,
        # router-for-me/CLIProxyAPI#97, zed-industries/zed#44875, pizza-bot-app/pizza-bot#62,
        # genspark-ai/genoffice#186, openswarm-ai/openswarm#24
        schema_dialect=SchemaDialect(
            inline_refs=True,
            const_as_enum=True,
            one_type=True,
            any_of_only=True,
            left_out=frozenset(
                {
                    "$schema",
                    "additionalProperties",
                    "examples",
                    "exclusiveMaximum",
                    "exclusiveMinimum",
                    "multipleOf",
                    "propertyNames",
                    "uniqueItems",
                }
            ),
        ),
        stop_limit=5,
        images=True,
        audio=True,
        files=True,
        video=False,
        tokens_per_image=1120,
        characters_per_token=4.0,
        endpoints=frozenset({"chat", "generate_content"}),
        source=_FACTS + "; Google's guides to thought signatures, tokens and media, 2026",
    ),
    replace(_DEEPSEEK, pattern=r"deepseek.*vision", images=True, tokens_per_image=384),
    # These do not think by default, and a model that does not takes any tool choice.
    replace(
        _DEEPSEEK,
        pattern=r"deepseek(.*-nothinking|-v3|-chat)",
        reasoning_replay="tool_calls",
        forced_any_while_thinking=None,
        forced_one_while_thinking=None,
        **_TEXT_ALONE,
    ),
    # rikkahub/rikkahub#1433; of V4 Flash it is not known.
    replace(_DEEPSEEK, pattern=r"deepseek-(v4-pro|reasoner)", **_TEXT_ALONE),
    _DEEPSEEK,
    # K3 takes `required` while it thinks, and refuses a named tool alone. Neither it nor K2.7 Code
    # can be kept from thinking (MoonshotAI/Kimi-K2#141).
    replace(
        _KIMI_NEW,
        pattern=r"kimi-k([3-9]|\d\d)",
        forced_any_while_thinking=None,
        thinking_off=None,
    ),
    replace(_KIMI_NEW, pattern=r"kimi-k2\.7-code", thinking_off=None),
    replace(_KIMI_NEW, pattern=r"kimi-k2\.[5-9]"),
    replace(
        _KIMI,
        pattern=r"kimi-k2(-instruct|-\d{4}|-turbo|$)",
        forced_any_while_thinking=None,
        forced_one_while_thinking=None,
    ),
    _KIMI,
    # BigPizzaV3/CodexPlusPlus#1760; the ones with a "v" see, of 5.3 it is not known.
    replace(_GLM, pattern=r"glm-(4\.[56](-|$)|5(-turbo)?$|5\.[0-2](-|$))", **_TEXT_ALONE),
    replace(_GLM, pattern=r"glm-\d(\.\d)?v", images=True, files=True, video=True),
    replace(_GLM, pattern=r"glm-5\.3-flashx", endpoints=_CHAT),
    _GLM,
    # theopenco/llmgateway#4173; the others are not known.
    replace(_MIMO, pattern=r"mimo-v2\.6-flash", json_schema=True, json_object=True, images=True),
    _MIMO,
    # BerriAI/litellm#12635, mnfst/modelparams.dev#330, and docs.x.ai of reasoning models.
    replace(
        _GROK,
        pattern=r"grok-([4-9]|\d\d)",
        stop_limit=0,
        images=True,
        tokens_per_image=1792,
    ),
    _GROK,
    replace(_QWEN, pattern=r"(qwen4-max|qwen3\.8-max)", endpoints=_CHAT),
    replace(
        _QWEN,
        pattern=r"qwen.*(coder|instruct)",
        forced_any_while_thinking=None,
        forced_one_while_thinking=None,
    ),
    _QWEN,
    # M2 sees nothing and ignores response formats (MiniMax-AI/MiniMax-M2.5#4, openclaw#64644).
    replace(
        _MINIMAX,
        pattern=r"minimax-m2",
        json_schema=False,
        json_object=False,
        images=False,
        video=False,
    ),
    replace(_MINIMAX, pattern=r"minimax-m3", images=True, video=True),
    _MINIMAX,
    replace(_DOUBAO, pattern=r"doubao-seed-2-0-code", json_schema=False, json_object=False),
    _DOUBAO,
    replace(_LLAMA, pattern=r"(meta-)?llama-?4", images=True),
    _LLAMA,
)

UNKNOWN = Vendor("unknown", r"", structured_output="function_calling")


@lru_cache(maxsize=1024)
def get_vendor(model: str) -> Vendor:
    """Return the row for a model id, `UNKNOWN` if there is none."""
    name = model.lower().rpartition("/")[2]
    return next((row for row in VENDORS if re.match(row.pattern, name)), UNKNOWN)
