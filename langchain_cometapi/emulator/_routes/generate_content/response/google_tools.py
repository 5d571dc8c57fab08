"""Tools that Google runs: what a response shows of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from langchain_cometapi.emulator._generation.conversation import last_user_text
from langchain_cometapi.emulator._generation.tokens import count_tokens
from langchain_cometapi.emulator._generation.words import content_stems
from langchain_cometapi.emulator._rules.google_native import MAX_URLS

if TYPE_CHECKING:
    from langchain_cometapi.emulator._routes.generate_content.request.generate_content_request import (  # noqa: E501
        GenerateContentRequest,
    )

Message = dict[str, Any]

SOURCE_URL: Final = "https://example.com/emulated"
SOURCE_TITLE: Final = "example.com"

_CODE = content_stems("code python calculate compute plot sum")
_QUOTE = content_stems("quote recite lyrics verbatim")
_URL = re.compile(r"https?://[^\s'\"<>)]+")
_SENTENCE = re.compile(r"[^.!?\n]*[.!?]*\s*")
_PAGE_TOKENS = 50


@dataclass
class ToolUse:
    """What a response shows of the tools that Google has run for it.

    Attributes:
        parts: The parts before the text.
        queries: What was searched for.
        urls: What was read.
        tokens: Tokens of the prompts of these tools.
        quotes: Whether the text is from a source.
    """

    parts: list[Message] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)
    tokens: int = 0
    quotes: bool = False


def use_tools(request: GenerateContentRequest) -> ToolUse:
    """Return what a response shows of the tools that Google runs.

    Google's search is used whenever it may be; the others if the prompt has something for them.

    Args:
        request: A valid request that calls no function.
    """
    use = ToolUse()
    prompt = last_user_text(request.turns)
    stems = content_stems(prompt)
    use.quotes = bool(_QUOTE & stems)
    if not request.turns or request.turns[-1]["role"] != "user":
        return use
    tools = request.tool_set.google
    if {"googleSearch", "googleSearchRetrieval"} & tools.keys():
        use.queries = [prompt]
        if request.body.get("toolConfig", {}).get("includeServerSideToolInvocations"):
            use.parts = _shown_search(prompt)
    if "urlContext" in tools:
        use.urls = _URL.findall(prompt)[:MAX_URLS]
        use.tokens = _PAGE_TOKENS * len(use.urls)
    if "codeExecution" in tools and _CODE & stems:
        output = f"{prompt}\n"
        use.parts += [
            {"executableCode": {"language": "PYTHON", "code": f"print({prompt!r})"}},
            {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": output}},
        ]
        use.tokens += count_tokens(output)
    return use


def _shown_search(prompt: str) -> list[Message]:
    """Return the parts of a search, for requests that want to see them."""
    search = {"id": "search_emulator", "toolType": "GOOGLE_SEARCH_WEB"}
    results = {"search_suggestions": [prompt]}
    return [
        {"toolCall": {**search, "args": {"queries": [prompt]}}},
        {"toolResponse": {**search, "response": results}},
    ]


def describe(use: ToolUse, text: str, part: int) -> Message:
    """Return the fields of a candidate that say where its text is from.

    Args:
        use: Which tools were used.
        text: The text.
        part: The index of its part.
    """
    fields: Message = {}
    if use.queries:
        fields["groundingMetadata"] = _ground(use.queries, text, part)
    if use.urls:
        status = "URL_RETRIEVAL_STATUS_SUCCESS"
        fields["urlContextMetadata"] = {
            "urlMetadata": [{"retrievedUrl": url, "urlRetrievalStatus": status} for url in use.urls]
        }
    if use.quotes and text:
        source = {"startIndex": 0, "endIndex": len(text.encode()), "uri": SOURCE_URL}
        fields["citationMetadata"] = {"citationSources": [source]}
    return fields


def _ground(queries: list[str], text: str, part: int) -> Message:
    supports = []
    start = 0
    for sentence in _SENTENCE.findall(text):
        end = start + len(sentence.rstrip().encode())
        if end > start:
            # Like all numbers of protobuf, indices of 0 are left out.
            places = {"partIndex": part, "startIndex": start}
            segment = {name: value for name, value in places.items() if value}
            segment |= {"endIndex": end, "text": sentence.rstrip()}
            supports.append({"segment": segment, "groundingChunkIndices": [0]})
        start += len(sentence.encode())
    rendered = f'<div class="container"><a href="{SOURCE_URL}">emulated search</a></div>'
    return {
        "searchEntryPoint": {"renderedContent": rendered},
        "groundingChunks": [{"web": {"uri": SOURCE_URL, "title": SOURCE_TITLE}}],
        "groundingSupports": supports,
        "webSearchQueries": queries,
    }
