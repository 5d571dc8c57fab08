"""A tour of ChatCometAPI: `python examples/quickstart.py [FILE] [--model ID]`.

With COMETAPI_KEY in the environment it runs on CometAPI, without it on a local emulator. It needs
`pip install "langchain-cometapi[emulator]"`; with the extra `prices` it knows the cost of more
models. The models differ to show that one class and one key are enough: any could do any part.
"""

from __future__ import annotations

import argparse
import re
import sys
from contextlib import nullcontext
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessageChunk, BaseMessage, HumanMessage
from langchain_core.tools import BaseTool, tool
from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress
from rich.table import Table

from langchain_cometapi import (
    ChatCometAPI,
    CometAPIError,
    CometAPIStreamTruncatedError,
    CostCallbackHandler,
)

from _service import bypass_proxy, start_unless_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

SKY = "Why is the sky blue?"
MOST_CHARACTERS = 60_000


# --- The tour ------------------------------------------------------------------------------------


def stream_an_answer(model: str = "deepseek-v4-pro") -> None:
    """The reasoning comes first, in blocks of its own; here it is dimmed."""
    show(ChatCometAPI(model=model).stream(SKY))


@tool
def get_weather(city: str) -> str:
    """Get today's weather in a city."""
    return {"oslo": "12 degrees, dry until four"}.get(city.lower(), "9 degrees, cloudy")


@tool
def opening_hours(place: str) -> str:
    """Get today's opening hours of a place."""
    return "open from 10 to 21" if "munch" in place.lower() else "open from 9 to 17"


@tool
def convert(amount: float, from_currency: str, to_currency: str) -> str:
    """Convert an amount of money at today's rate."""
    crowns = {"NOK": 1.0, "EUR": 11.7, "USD": 10.1}
    return f"{amount * crowns[from_currency] / crowns[to_currency]:.2f} {to_currency}"


TOOLS: dict[str, BaseTool] = {one.name: one for one in (get_weather, opening_hours, convert)}
TURNS = [
    ("gpt-6-sol", "Plan a day in Oslo for two, with the weather and the museum's opening hours."),
    ("claude-sonnet-5-5", "And if it rains?"),
    ("deepseek-v4-pro", "What does the day cost us in euros?"),
    ("gemini-3.8-flash", "Write it as a message to a friend."),
]


def move_a_thread(model: str | None = None) -> None:
    """One list of messages moves from vendor to vendor, with its reasoning, calls and results."""
    thread: list[BaseMessage] = []
    for number, (vendors_model, question) in enumerate(TURNS):
        if number:
            console.print()
        print_text(f"To {model or vendors_model}: {question}", style="bold")
        thread.append(HumanMessage(question))
        take_a_turn(ChatCometAPI(model=model or vendors_model), thread)


def take_a_turn(model: ChatCometAPI, thread: list[BaseMessage]) -> None:
    """A model calls tools until it has an answer; everything it says joins the thread."""
    with_tools = model.bind_tools(list(TOOLS.values()))
    while True:
        answer = show(with_tools.stream(thread))
        thread.append(answer)
        if not answer.tool_calls:
            return
        for call in answer.tool_calls:
            result = TOOLS[call["name"]].invoke(call)
            thread.append(result)
            arguments = ", ".join(f"{name}={value!r}" for name, value in call["args"].items())
            print_text(f"{call['name']}({arguments}) -> {result.text}", style="cyan")


def survive_a_cut_stream(model: str = "claude-sonnet-5-5") -> None:
    """A stream that breaks off is an error, which has what had arrived."""
    from langchain_cometapi.emulator import CometAPIEmulator

    # No service breaks off on request, so this part never leaves your machine.
    with CometAPIEmulator(fault="cut; after=8") as emulator:
        chat = ChatCometAPI(model=model, base_url=emulator.base_url, api_key=emulator.api_key)
        try:
            show(chat.stream("How does a rainbow form?"))
        except CometAPIStreamTruncatedError as error:
            print_text(f"{type(error).__name__}: {error}", style="red")
            arrived = error.partial_message.text if error.partial_message else ""
            print_text(f"`error.partial_message` has the {len(arrived)} characters that had come.")


def explain_a_request(model: str = "gpt-6-sol") -> None:
    """`explain` sends nothing: it shows the request, and what the vendor's rules changed in it."""
    chat = ChatCometAPI(model=model, temperature=0.2, max_tokens=500, stop=["END"])
    request = chat.explain(SKY)
    print_text(f"{request.method} {request.url}")
    for change in request.changes:
        print_text(f"{change.parameter} {change.action}: {change.reason}", style="yellow")


def answer_a_batch(model: str = "deepseek-v4-flash-vision") -> None:
    """Each answer comes when it is ready, and the bar moves."""
    whys = ("is the sea salty", "does ice float", "do cats purr", "do we yawn", "do stars twinkle")
    questions = [f"Why {why}?" for why in whys]
    answers = ChatCometAPI(model=model).batch_as_completed(questions, config={"max_concurrency": 2})
    bar = Progress(BarColumn(), MofNCompleteColumn(), console=console, transient=True)
    with bar if console.is_terminal else nullcontext():
        asked = bar.add_task("", total=len(questions))
        for index, answer in answers:
            print_text(questions[index], style="bold")
            print_text(answer.text)
            bar.update(asked, advance=1, refresh=True)


def ask_about_a_file(path: Path, text: str, model: str = "gemini-3.8-flash") -> None:
    """A document goes in as a system message, the question after it."""
    question = f"What does it say about {text.splitlines()[0].strip('#= ')[:80]}?"
    print_text(f"{path.name}, {len(text):,} characters. {question}")
    if len(text) > MOST_CHARACTERS:
        print_text(f"Only its first {MOST_CHARACTERS:,} characters are sent.")
    messages = [("system", text[:MOST_CHARACTERS]), ("human", question)]
    show(ChatCometAPI(model=model).stream(messages))


def count_the_cost(costs: CostCallbackHandler) -> None:
    """CometAPI states the cost of some models; for the others there is an estimate."""
    table = Table(box=None, pad_edge=False)
    table.add_column("model", overflow="fold")
    for heading in ("calls", "in", "out", "USD"):
        table.add_column(heading, justify="right", no_wrap=True)
    for model, spent in [*costs.models.items(), ("all", costs.total)]:
        counts = (spent.requests, spent.input_tokens, spent.output_tokens)
        cost = f"{'~' if spent.estimated_cost else ''}{spent.cost:.6f}"
        table.add_row(model, *map(str, counts), cost if spent.cost else "unknown")
    console.print(table)
    print_text(
        "In and out are tokens. ~ is an estimate by CometAPI's catalogue or, with the extra "
        "`prices`, by the vendors' own prices."
    )
    if costs.total.unknown_cost:
        print_text(f"Calls of unknown cost: {costs.total.unknown_cost}; one is the cut stream.")


# --- The screen ----------------------------------------------------------------------------------

console = Console(highlight=False, markup=False, emoji=False)


def print_text(text: str, style: str = "") -> None:
    """Print a text; the lines of a terminal end between words, those of a pipe are whole."""
    console.print(text, style=style, soft_wrap=not console.is_terminal)


class Words:
    """Prints a text as it comes, and breaks the lines of a terminal between words."""

    def __init__(self) -> None:
        self._column = 0
        self._word = ""
        self._style: str | None = None

    def write(self, text: str, style: str = "") -> None:
        """Print the words that are complete; another style begins a line."""
        if self._style not in (None, style):
            self.end()
        self._style = style
        for piece in re.split(r"(\s)", text):
            if not piece.isspace():
                self._word += piece
                continue
            self._print_word()
            if piece == "\n":
                console.print()
                self._column = 0
            elif self._column:
                self._put(" ")

    def end(self) -> None:
        """Print the last word and end the line."""
        self._print_word()
        if self._column:
            console.print()
        self._column = 0

    def _print_word(self) -> None:
        if console.is_terminal and self._column + cell_len(self._word) > console.width:
            console.print()
            self._column = 0
        self._put(self._word)
        self._word = ""

    def _put(self, text: str) -> None:
        console.print(text, end="", style=self._style, soft_wrap=True)
        self._column += cell_len(text)


def show(stream: Iterable[Any]) -> AIMessageChunk:
    """Print a stream as it comes, and return the whole message."""
    whole: AIMessageChunk | None = None
    words = Words()
    try:
        for chunk in stream:
            for block in chunk.content_blocks:
                if block["type"] == "reasoning":
                    words.write(block.get("reasoning", ""), "dim italic")
                elif block["type"] == "text":
                    words.write(block["text"])
            whole = chunk if whole is None else whole + chunk
    finally:
        words.end()
    return AIMessageChunk(content="") if whole is None else whole


def choose_service() -> str:
    """Return what is asked: CometAPI with a key, else an emulator, which is started."""
    from langchain_cometapi.emulator import Fault

    bypass_proxy()  # the stream that breaks off comes from an emulator, also with a key
    pace = Fault("drip", seconds=0.01, size=200) if console.is_terminal else None
    if start_unless_key(pace) is None:
        return f"Asking {ChatCometAPI(model='any').cometapi_api_base}: every call is billed."
    return "A local emulator, because COMETAPI_KEY is not set: no model runs, nothing is billed."


def main() -> None:
    """Run all parts, one after the other."""
    parser = argparse.ArgumentParser(description="A tour of ChatCometAPI.")
    parser.add_argument("file", metavar="FILE", nargs="?", type=Path, help="ask about it, too")
    parser.add_argument("--model", metavar="ID", help="run every part on this model")
    arguments = parser.parse_args()
    text = ""
    if arguments.file:
        try:
            text = arguments.file.read_text(encoding="utf-8").strip() or "an empty file"
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", "not UTF-8 text")
            parser.error(f"cannot read {arguments.file}: {why}")
    chosen = {"model": arguments.model} if arguments.model else {}

    print_text(choose_service())
    costs = CostCallbackHandler()
    parts: list[tuple[str, Callable[[], None]]] = [
        ("A streamed answer and its reasoning", lambda: stream_an_answer(**chosen)),
        ("One thread, four vendors, three tools", lambda: move_a_thread(**chosen)),
        ("A stream that breaks off", lambda: survive_a_cut_stream(**chosen)),
        ("What is sent, and what a rule changed", lambda: explain_a_request(**chosen)),
        ("A batch", lambda: answer_a_batch(**chosen)),
        ("Usage and cost", lambda: count_the_cost(costs)),
    ]
    if arguments.file:
        about = ("A document", lambda: ask_about_a_file(arguments.file, text, **chosen))
        parts.insert(-1, about)
    with costs:
        for number, (title, run) in enumerate(parts, start=1):
            print_text(f"\n{number}. {title}\n", style="bold magenta")
            run()


if __name__ == "__main__":
    for output in (sys.stdout, sys.stderr):
        if isinstance(output, TextIOWrapper):
            output.reconfigure(errors="replace")  # a screen without some of the characters
    try:
        main()
    except (CometAPIError, ValueError, ImportError) as error:
        sys.exit(f"\n{type(error).__name__}: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
