"""ChatCometAPI in seven short sections: `python examples/quickstart.py [FILE] [--model ID]`.

With COMETAPI_KEY in the environment they run on CometAPI, without it on a local emulator. The
models differ to show that one class and one key are enough: any model could do any section.
"""

from __future__ import annotations

import argparse
import asyncio
import atexit
import os
import sys
from pathlib import Path
from typing import Any

from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage
from langchain_core.tools import tool
from pydantic import BaseModel, Field

from langchain_cometapi import ChatCometAPI, CometAPIError

README = Path(__file__).resolve().parents[1] / "README.md"
MOST_CHARACTERS = 60_000


def chat(model: ChatCometAPI) -> None:
    show(model.invoke("Say hello to Ada in one sentence."))


def stream(model: ChatCometAPI) -> None:
    whole = AIMessageChunk(content="")
    for chunk in model.stream("Describe the sea in two sentences."):
        print(chunk.text, end="", flush=True)
        whole += chunk
    print()
    show_usage(whole)


def batch(model: ChatCometAPI) -> None:
    questions = [f"Name a fact about the number {number}." for number in (3, 5, 7, 11)]
    for done, (index, answer) in enumerate(model.batch_as_completed(list(questions)), start=1):
        print(f"[{done}/{len(questions)}] {questions[index]}")
        show(answer)


def asynchronous(model: ChatCometAPI) -> None:
    for answer in asyncio.run(model.abatch(["Name a river.", "Name a lake."])):
        show(answer)


@tool
def get_weather(city: str) -> str:
    """Get the weather in a city."""
    return f"12 degrees and rain in {city}"


def tool_loop(model: ChatCometAPI) -> None:
    with_tools = model.bind_tools([get_weather])
    messages: list[BaseMessage] = [HumanMessage("What is the weather in Paris?")]
    while (answer := with_tools.invoke(messages)).tool_calls:
        messages.append(answer)
        show_usage(answer)
        for call in answer.tool_calls:
            result = get_weather.invoke(call)
            messages.append(result)
            print(f"called {call['name']}({call['args']}), got: {result.text}")
    show(answer)


class City(BaseModel):
    name: str
    inhabitants: int = Field(description="how many people live there")


def structured(model: ChatCometAPI) -> None:
    reader = model.with_structured_output(City, include_raw=True)
    result: Any = reader.invoke("Oslo is a city with 717710 inhabitants.")
    print(repr(result["parsed"] or result["parsing_error"]))
    show_usage(result["raw"])


def document(model: ChatCometAPI, path: Path, text: str) -> None:
    subject = "the models behind CometAPI" if path == README else text.splitlines()[0].strip("#= ")
    question = f"What does it say about {subject[:80]}?"
    print(f"{path.name}, {len(text):,} characters. {question}")
    if len(text) > MOST_CHARACTERS:
        print(f"Only its first {MOST_CHARACTERS:,} characters are sent.")
    show(model.invoke([("system", text[:MOST_CHARACTERS]), ("human", question)]))


def show(message: AIMessage) -> None:
    print(message.text)
    show_usage(message)


def show_usage(message: AIMessage) -> None:
    if usage := message.usage_metadata:
        print(f"    tokens: {usage['input_tokens']} in, {usage['output_tokens']} out")


def choose_service() -> str:
    if any(os.environ.get(name, "").strip() for name in ("COMETAPI_KEY", "COMETAPI_API_KEY")):
        return f"Asking {ChatCometAPI(model='any').cometapi_api_base}: every call is billed."
    from langchain_cometapi.emulator import CometAPIEmulator

    emulator = CometAPIEmulator().start()
    atexit.register(emulator.stop)
    os.environ.update(COMETAPI_KEY=emulator.api_key, COMETAPI_BASE_URL=emulator.base_url)
    os.environ["no_proxy"] = "127.0.0.1"  # a proxy of yours has no way to it
    return "A local emulator, because COMETAPI_KEY is not set: no model runs, nothing is billed."


SECTIONS = [
    (chat, "Chat", "gpt-5.4-mini", "small and quick"),
    (stream, "Token stream", "claude-sonnet-5-5", "prose, printed as it comes"),
    (batch, "Batch with progress", "gemini-3.8-flash", "for many small questions"),
    (asynchronous, "Two calls on one event loop", "claude-sonnet-5-5", "async like all the others"),
    (tool_loop, "Tools", "deepseek-v4-pro", "thinks first, and gets its thoughts back"),
    (structured, "Structured answer", "gpt-5.4-mini", "its vendor enforces the schema"),
]


def main() -> None:
    parser = argparse.ArgumentParser(description="ChatCometAPI in seven short sections.")
    parser.add_argument("file", metavar="FILE", nargs="?", type=Path, default=README)
    parser.add_argument("--model", metavar="ID", help="run every section on this model")
    args = parser.parse_args()
    try:
        text = args.file.read_text(encoding="utf-8").strip() or "an empty file"
    except (OSError, UnicodeDecodeError) as error:
        parser.error(f"cannot read {args.file}: {getattr(error, 'strerror', 'not UTF-8 text')}")

    def about_file(model: ChatCometAPI) -> None:
        document(model, args.file, text)

    sections = [*SECTIONS, (about_file, "A document", "gemini-3.8-flash", "takes long texts")]
    print(choose_service())
    for number, (run, title, model, why) in enumerate(sections, start=1):
        print(f"\n{number}. {title}: {args.model or f'{model}, {why}'}\n")
        run(ChatCometAPI(model=args.model or model))


if __name__ == "__main__":
    try:
        main()
    except (CometAPIError, ValueError, ImportError) as error:
        sys.exit(f"\n{type(error).__name__}: {error}")
