"""Zhipu (Z.ai): GLM."""

from __future__ import annotations

from dataclasses import replace

from langchain_cometapi._vendors.base import (
    BLANK_REASONING,
    CHAT_ONLY,
    COMETAPI_DOCS,
    EMBEDDINGS_ONLY,
    TEXT_ONLY,
    THINKING_DISABLED,
    Vendor,
)

_GLM = Vendor(
    "glm",
    r"(glm|chatglm)",
    max_tokens_field="max_tokens",
    developer_role=False,
    reasoning_replay="tool_calls",
    foreign_reasoning=BLANK_REASONING,
    thinking_off=THINKING_DISABLED,
    # Z.ai API reference: a string, but for users
    string_roles=frozenset({"system", "assistant", "tool"}),
    empty_messages=False,  # zed-industries/zed#38153, gptme/gptme#1444
    # Z.ai's own endpoint takes no tool choice but "auto" (vectorize-io/hindsight#4246); of
    # CometAPI's it is not known. JSON with the schema in the prompt works either way, and so it
    # does for ReflexioAI/reflexio#372.
    structured_output="json_mode",
    json_object=True,
    stop_limit=1,  # zai-org/ChatGLM3#798, and Z.ai's API reference
    source=COMETAPI_DOCS + "; Z.ai API reference, chat completion",
)

ROWS = (
    Vendor(
        "glm",
        r"embedding-[23]",
        max_texts=64,
        endpoints=EMBEDDINGS_ONLY,
        source="Zhipu's API reference, text embedding; 2026-11",
    ),
    # BigPizzaV3/CodexPlusPlus#1760; the ones with a "v" take images, of 5.3 it is not known.
    replace(_GLM, pattern=r"glm-(4\.[56](-|$)|5(-turbo)?$|5\.[0-2](-|$))", **TEXT_ONLY),
    replace(_GLM, pattern=r"glm-\d(\.\d)?v", images=True, files=True, video=True),
    replace(_GLM, pattern=r"glm-5\.3-flashx", endpoints=CHAT_ONLY),
    _GLM,
)
