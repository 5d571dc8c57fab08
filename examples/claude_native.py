"""Claude over its own protocol: `python examples/claude_native.py [FILE]`.

Claude answers by a handbook, which is cached, and thinks through a tool loop; then another vendor's
model goes on with the thread. At last Claude quotes from FILE, a PDF file or a text, and says
where. It needs the extra `anthropic`.
"""

from __future__ import annotations

import argparse
import base64
from pathlib import Path
from typing import Any

from langchain_core.language_models import LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from langchain_core.runnables import Runnable
from langchain_core.tools import tool

from langchain_cometapi import ChatCometAPI, ChatCometAPIAnthropic

from _service import call, choose_service

HANDBOOK = Path(__file__).parents[1] / "docs" / "errors.md"
INVOICE = Path(__file__).parent / "files" / "invoice.pdf"
QUESTIONS = (
    "Request 4711 failed. What happened, and shall I send it again?",
    "And how do I find the right id?",
)


@tool
def look_up_request(request_id: str) -> str:
    """Look up what became of a request, by its id."""
    return f"{request_id}: HTTP 503, code model_not_found, model gpt-5.4-minj"


def show(message: AIMessage) -> None:
    for block in message.content_blocks:
        if block["type"] == "reasoning":
            print("  thinks:", block.get("reasoning") or "(not shown)")
        elif block["type"] == "tool_call":
            print("  calls:", block["name"], block["args"])
        elif block["type"] == "text":
            print("  says:", block["text"])
    if usage := message.usage_metadata:
        details = usage.get("input_token_details", {})
        written = details.get("cache_creation") or details.get("ephemeral_5m_input_tokens", 0)
        read = details.get("cache_read", 0)
        print(f"  {usage['input_tokens']:,} tokens in, {written:,} to the cache, {read:,} from it")


def run_loop(model: Runnable[LanguageModelInput, AIMessage], messages: list[BaseMessage]) -> None:
    """Ask until the model calls no tool any more; `messages` is what it is asked, and grows."""
    while True:
        message = model.invoke(messages)
        messages.append(message)  # its thinking and the signature of that stay in it
        show(message)
        if not message.tool_calls:
            return
        messages += [look_up_request.invoke(tool_call) for tool_call in message.tool_calls]


def answer_by_the_handbook() -> None:
    # What each request begins with is marked: from the second request on, it comes from the cache.
    handbook: dict[str, Any] = {
        "type": "text",
        "text": f"You are the support desk. Be brief. The handbook:\n{HANDBOOK.read_text('utf-8')}",
        "cache_control": {"type": "ephemeral"},
    }
    model = ChatCometAPIAnthropic(
        model="claude-sonnet-5-5",
        max_tokens=4000,
        thinking={"type": "adaptive", "display": "summarized"},
        reasoning_effort="low",
    )
    messages: list[BaseMessage] = [SystemMessage([handbook])]
    for question in QUESTIONS:
        print(question)
        messages.append(HumanMessage(question))
        run_loop(model.bind_tools([look_up_request]), messages)

    # Any other class goes on with the thread. Claude's thinking is for Claude alone.
    messages.append(HumanMessage("Sum this up for the customer, in a sentence."))
    summary = ChatCometAPI(model="gpt-5.4-mini").invoke(messages)
    print(f"gpt-5.4-mini sums up: {summary.text}\n")


def quote(path: Path) -> None:
    is_pdf = path.suffix == ".pdf"
    document: dict[str, Any] = {
        "type": "file",
        "base64": base64.b64encode(path.read_bytes()).decode(),
        "mime_type": "application/pdf" if is_pdf else "text/plain",
        "citations": {"enabled": True},
    }
    if not is_pdf:
        document = {
            "type": "document",
            "source": {"type": "text", "media_type": "text/plain", "data": path.read_text("utf-8")},
            "citations": {"enabled": True},
        }
    question: list[Any] = [document, {"type": "text", "text": f"What is in {path.name}?"}]
    model = ChatCometAPIAnthropic(model="claude-haiku-5-5", max_tokens=1000)
    message = model.invoke([HumanMessage(question)])
    print(path.name)
    for block in message.content_blocks:
        if block["type"] == "text":
            print("  says:", block["text"])
            for annotation in block.get("annotations", []):
                if annotation["type"] == "citation":
                    print("  quotes:", annotation.get("cited_text"))


def main() -> None:
    parser = argparse.ArgumentParser(description="Claude over its own protocol.")
    parser.add_argument("file", metavar="FILE", nargs="?", type=Path, default=INVOICE)
    arguments = parser.parse_args()
    choose_service(OFFLINE)
    answer_by_the_handbook()
    quote(arguments.file)


OFFLINE: dict[str, list[dict[str, Any]]] = {  # what the emulator replies in place of the models
    "claude-sonnet-5-5": [
        {
            "reasoning": "I have to see the request before I can say anything.",
            "tool_calls": [call("look_up_request", request_id="4711")],
        },
        {
            "reasoning": "The code is model_not_found: the handbook says that it never passes.",
            "text": "The gateway has no model gpt-5.4-minj. Do not send it again as it is.",
        },
        {"text": "The error names the nearest ids; the first is gpt-5.4-mini."},
    ],
    "claude-haiku-5-5": [{"fault": "delay; seconds=0"}],  # in its own words: it quotes by itself
    "gpt-5.4-mini": [
        {"text": "The model id had a typing error: use gpt-5.4-mini, and send it again."}
    ],
}


if __name__ == "__main__":
    main()
