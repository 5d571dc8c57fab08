"""`ask`: one streamed answer."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from langchain_cometapi._cli.options import (
    base_url_option,
    check_seconds,
    create_messages,
    create_model,
    emulator_option,
    native_option,
    open_service,
    parameter_option,
    read_parameters,
    read_text,
    system_option,
)
from langchain_cometapi._cli.output import (
    INTERRUPTED,
    create_console,
    is_terminal,
    make_printable,
)
from langchain_cometapi._cli.usage import describe_usage

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk

_SHOWN = frozenset({"text", "reasoning", "refusal"})


@click.command()
@click.argument("model")
@click.argument("prompt")
@system_option
@parameter_option
@native_option
@click.option(
    "--timeout",
    type=float,
    callback=check_seconds,
    metavar="SECONDS",
    help="Seconds to wait for content; by default 600, and 3600 for models that think for long.",
)
@base_url_option
@emulator_option
def ask(
    model: str,
    prompt: str,
    *,
    system: str | None,
    parameters: tuple[str, ...],
    native: bool,
    timeout: float | None,
    base_url: str | None,
    emulator: bool,
) -> None:
    """Send PROMPT to MODEL, and print the answer as it comes. Every call is billed.

    PROMPT - reads the standard input. The answer alone goes to the standard output; reasoning,
    usage and cost go to the standard error.
    """
    values = read_parameters(parameters)
    messages = create_messages(read_text(prompt), system)
    limits = {} if timeout is None else {"timeout": timeout, "stream_chunk_timeout": timeout}
    with open_service(base_url, emulator=emulator) as service:
        chat, rest = create_model(model, values, native=native, **service.arguments(), **limits)
        with chat:
            _Printer(model).print(chat.stream(messages, **rest))


class _Printer:
    """Prints an answer: its text on one stream, and all else on the other."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._notes = create_console(stderr=True)
        self._is_seen = is_terminal(sys.stdout)
        self._whole: AIMessageChunk | None = None
        self._last = ""
        self._in_reasoning = False

    def print(self, chunks: Any) -> None:
        """Print an answer as it comes, then what it cost.

        Raises:
            Exit: After Ctrl-C.
        """
        started = time.monotonic()
        try:
            for chunk in chunks:
                self._whole = chunk if self._whole is None else self._whole + chunk
                self._add(chunk)
        except KeyboardInterrupt:
            self._end()
            self._note("Interrupted: this is what had arrived.")
            raise click.exceptions.Exit(INTERRUPTED) from None
        finally:
            self._end()
        if self._whole is not None:
            self._conclude(self._whole, time.monotonic() - started)

    def _conclude(self, message: AIMessageChunk, seconds: float) -> None:
        """Print refusals, which content is not shown, and what the answer cost.

        Raises:
            Exit: If it is a refusal.
        """
        blocks: list[Any] = list(message.content_blocks)
        # Core has a standard block for refusals from 1.7.5 on; before, it is not standard.
        content = message.content if isinstance(message.content, list) else []
        parts = [part.get("refusal") for part in content if isinstance(part, dict)]
        refusal = message.additional_kwargs.get("refusal") or "".join(filter(None, parts))
        if refusal:
            self._note(f"The model refuses: {refusal}")
        others = sorted({block["type"] for block in blocks} - _SHOWN)
        if others:
            self._note(f"Not shown, as it is not text: {', '.join(others)}.")
        self._note(describe_usage(message, seconds, self._model))
        if refusal:
            raise click.exceptions.Exit(1)

    def _add(self, chunk: AIMessageChunk) -> None:
        for block in chunk.content_blocks:
            if block["type"] == "reasoning" and block.get("reasoning"):
                self._in_reasoning = True
                self._note(block["reasoning"], end="")
        if chunk.text:
            self._end_reasoning()
            self._write(chunk.text)

    def _write(self, text: str) -> None:
        self._last = text[-1]  # first: Ctrl-C may come at any point
        sys.stdout.write(make_printable(text) if self._is_seen else text)
        sys.stdout.flush()

    def _end_reasoning(self) -> None:
        if self._in_reasoning:
            self._in_reasoning = False
            self._note("\n")

    def _end(self) -> None:
        """Go on at the start of a line, once."""
        self._end_reasoning()
        if self._last not in {"", "\n"}:
            self._write("\n")

    def _note(self, text: str, end: str = "\n") -> None:
        self._notes.print(Text(make_printable(text), style="dim"), end=end, soft_wrap=True)
