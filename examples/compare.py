"""One question, eight families at once: `python examples/compare.py ["QUESTION"]`.

One class, one key, one event loop: a live table shows the time to the first token, the tokens and
the cost of each.
"""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import dataclass, field
from typing import Any

from langchain_core.messages import AIMessageChunk
from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.table import Table

from langchain_cometapi import ChatCometAPI, CometAPIError, catalog

from _service import choose_service

QUESTION = "Why is the sky blue?"
MODELS = (
    "gpt-5.4-mini",
    "claude-sonnet-5-5",
    "gemini-3.8-flash",
    "deepseek-v4-pro",
    "grok-4.5",
    "qwen3.8-max",
    "glm-5.2",
    "kimi-k3",
)


@dataclass
class Answer:
    model: str
    started: float = field(default_factory=time.perf_counter)
    first_token: float | None = None
    seconds: float | None = None
    message: AIMessageChunk = field(default_factory=lambda: AIMessageChunk(content=""))
    error: CometAPIError | None = None

    async def ask(self, question: str) -> None:
        try:
            async for chunk in ChatCometAPI(model=self.model).astream(question):
                if self.first_token is None and chunk.text:
                    self.first_token = time.perf_counter() - self.started
                self.message += chunk
        except CometAPIError as error:
            self.error = error  # the others go on
        self.seconds = time.perf_counter() - self.started

    def cost(self) -> str:
        """Return what the gateway states, else an estimate by its prices; `?` if unknown."""
        if (stated := self.message.response_metadata.get("cost")) is not None:
            return f"{stated:.6f}"
        estimate = catalog.estimate_cost(self.message)
        return "?" if estimate is None else f"~{estimate.amount:.6f}"

    def cells(self) -> list[str]:
        text = f"{len(self.message.text.split())} words"
        if self.error is not None:
            text = type(self.error).__name__
        usage = self.message.usage_metadata
        return [
            self.model,
            "" if self.first_token is None else f"{1000 * self.first_token:.0f} ms",
            "" if self.seconds is None else f"{1000 * self.seconds:.0f} ms",
            f"{usage['input_tokens']}/{usage['output_tokens']}" if usage else "",
            self.cost() if self.seconds is not None and self.error is None else "",
            text,
        ]


def make_table(answers: list[Answer]) -> Table:
    table = Table(title="Eight families, one question")
    table.add_column("model", no_wrap=True)
    for name in ("first token", "whole", "tokens in/out", "USD", "text"):
        table.add_column(name, justify="right")
    for answer in answers:
        table.add_row(*answer.cells())
    return table


async def compare(question: str, console: Console) -> None:
    answers = [Answer(model) for model in MODELS]
    with Live(make_table(answers), console=console, auto_refresh=False) as live:
        running = [asyncio.create_task(answer.ask(question)) for answer in answers]
        while not all(task.done() for task in running):
            await asyncio.wait(running, timeout=0.1)
            live.update(make_table(answers), refresh=True)
    finished = [answer for answer in answers if answer.seconds and not answer.error]
    for answer in sorted(finished, key=lambda one: one.seconds or 0)[:1]:
        console.print(f"\n[bold]{answer.model}[/bold] was first: {escape(answer.message.text)}\n")
    console.print("~ is an estimate by the prices of the catalogue; ? is not known.")


def main() -> None:
    choose_service(OFFLINE)
    question = " ".join(sys.argv[1:]) or QUESTION
    print(f"{question}\n")
    asyncio.run(compare(question, Console()))


# The emulator has the answer; here it sends it as slowly as a network would.
OFFLINE: dict[str, list[dict[str, Any]]] = {
    model: [{"fault": f"drip; seconds={seconds / 100}; size=250"}]
    for seconds, model in zip((2, 3, 1, 4, 2, 3, 4, 5), MODELS, strict=True)
}


if __name__ == "__main__":
    main()
