"""Tools that Anthropic runs: which of them a response uses, and what it shows of that."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._generation.conversation import last_user_text
from langchain_cometapi.emulator._generation.words import content_stems
from langchain_cometapi.emulator._sealed import seal

if TYPE_CHECKING:
    from langchain_cometapi.emulator._routes.messages.request.messages_request import (
        MessagesRequest,
    )
    from langchain_cometapi.emulator._state import EmulatorState

Block = dict[str, Any]

SOURCE_URL = "https://example.com/emulated"
SOURCE_TITLE = "A page of the emulator"
_CITED_TEXT = "The emulator has searched nothing."
_CALLER = {"type": "direct"}
_OLD_CODE = "code_execution_20250522"
_STEMS = {
    "web_search": content_stems("search web internet news latest online"),
    "web_fetch": content_stems("fetch url"),
    "code_execution": content_stems("code python calculate compute plot"),
}
_PAUSE = content_stems("pause")
_URL = re.compile(r"https?://[^\s'\"<>)]+")


@dataclass
class ServerUse:
    """What a response shows of the tools that Anthropic has run for it.

    Attributes:
        blocks: The calls and their results.
        counts: How often each tool was used.
        citation: The citation of the text; `None` for none.
        is_paused: Whether the turn ends here, to be continued by the client.
        has_container: Whether code was run.
    """

    blocks: list[Block] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    citation: dict[str, Any] | None = None
    is_paused: bool = False
    has_container: bool = False


def use_server_tools(request: MessagesRequest, state: EmulatorState) -> ServerUse:
    """Return what a response shows of the tools that Anthropic runs.

    A tool is used if the prompt has words of it, or if `tool_choice` names it or any. With the word
    "pause", the turn is paused after that.

    Args:
        request: A valid request that calls no function.
        state: The emulator's memory; it numbers the calls.
    """
    use = ServerUse()
    prompt = last_user_text(request.turns)
    stems = content_stems(prompt)
    is_asked = request.messages[-1]["role"] == "user" and request.tool_choice != "none"
    for name in request.tool_set.server if is_asked else ():
        wanted = bool(_STEMS[name] & stems) or (name == "web_fetch" and _URL.search(prompt))
        if request.tool_choice in (name, "required") or (wanted and request.tool_choice == "auto"):
            _run(name, prompt, request, state, use)
    if request.is_continued:
        use.citation = _web_citation() if _has_searched(request) else None
    use.is_paused = bool(use.blocks) and bool(_PAUSE & stems)
    return use


def _has_searched(request: MessagesRequest) -> bool:
    content = request.parameters["messages"][-1]["content"]
    return any(block["type"] == "web_search_tool_result" for block in content)


def _run(
    name: str, prompt: str, request: MessagesRequest, state: EmulatorState, use: ServerUse
) -> None:
    kind, given, result = name, {"query": prompt}, f"{name}_tool_result"
    content: Any
    if name == "web_search":
        content = [
            {
                "type": "web_search_result",
                "url": SOURCE_URL,
                "title": SOURCE_TITLE,
                "encrypted_content": seal(prompt),
                "page_age": None,
            }
        ]
        use.citation = _web_citation()
    elif name == "web_fetch":
        url = _URL.search(prompt)
        given = {"url": url.group() if url else SOURCE_URL}
        content = _page(given["url"])
    else:
        use.has_container = True
        is_old = any(tool.get("type") == _OLD_CODE for tool in request.parameters["tools"])
        kind = "code_execution" if is_old else "bash_code_execution"
        given = {"code" if is_old else "command": f"echo {prompt!r}"}
        result = f"{kind}_tool_result"
        content = {
            "type": f"{kind}_result",
            "content": [],
            "return_code": 0,
            "stderr": "",
            "stdout": f"{prompt}\n",
        }
    use.counts[name] = use.counts.get(name, 0) + 1
    call_id = f"srvtoolu_emulator{state.next_serial():08d}"
    call = {"id": call_id, "input": given, "name": kind, "caller": _CALLER}
    answer: Block = {"type": result, "tool_use_id": call_id, "content": content}
    if name != "code_execution":
        answer["caller"] = _CALLER
    use.blocks += [{"type": "server_tool_use", **call}, answer]


def _page(url: str) -> dict[str, Any]:
    return {
        "type": "web_fetch_result",
        "url": url,
        "content": {
            "type": "document",
            "source": {
                "type": "text",
                "media_type": "text/plain",
                "data": "The emulator has fetched nothing.",
            },
            "title": SOURCE_TITLE,
            "citations": None,
        },
        "retrieved_at": None,
    }


def _web_citation() -> dict[str, Any]:
    return {
        "type": "web_search_result_location",
        "cited_text": _CITED_TEXT,
        "url": SOURCE_URL,
        "title": SOURCE_TITLE,
        "encrypted_index": seal(_CITED_TEXT),
    }
