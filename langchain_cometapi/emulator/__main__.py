"""Serve the emulator in the foreground: `python -m langchain_cometapi.emulator`."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from typing import TYPE_CHECKING

from langchain_cometapi.emulator._names import DEFAULT_HOST, DEFAULT_PORT

if TYPE_CHECKING:
    from collections.abc import Sequence

_WAIT_SECONDS = 1.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted.

    Args:
        arguments: Command line arguments; `sys.argv` by default.

    Returns:
        The exit code: 0, or 1 if the address cannot be bound, or 2 if an argument is wrong or the
        extra `emulator` is not installed.
    """
    parser = argparse.ArgumentParser(
        prog="python -m langchain_cometapi.emulator",
        description="A local, strict CometAPI for demos, tests and offline work. No model runs.",
    )
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="TCP port, 0 for any")
    parser.add_argument("--host", default=DEFAULT_HOST, help="address to listen on")
    parser.add_argument(
        "--fault",
        action="append",
        metavar="'NAME; PARAMETER=VALUE'",
        help="what goes wrong with requests for generated text; if repeated, one fault per request",
    )
    parser.add_argument(
        "--allowed-host",
        action="append",
        default=[],
        metavar="NAME",
        help="name by which other machines or containers reach it; may be repeated",
    )
    options = parser.parse_args(arguments)
    faults = options.fault[0] if options.fault and len(options.fault) == 1 else options.fault

    try:
        from langchain_cometapi.emulator import CometAPIEmulator
    except ModuleNotFoundError as error:
        parser.exit(2, f"{error}\n")
    try:
        emulator = CometAPIEmulator(
            port=options.port,
            host=options.host,
            fault=faults,
            allowed_hosts=options.allowed_host,
        )
    except ValueError as error:
        parser.error(str(error))
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    try:
        emulator.start()
    except OSError as error:
        parser.exit(1, f"cannot listen on {options.host}:{options.port}: {error.strerror}\n")
    key_setting = f"COMETAPI_KEY={emulator.api_key}"
    url_setting = f"COMETAPI_BASE_URL={emulator.base_url}"
    _print_now(f"CometAPI emulator (no model runs here)\n  base URL: {emulator.base_url}")
    _print_now(f"  API key:  {emulator.api_key}")
    _print_now(f"Use it:  export {key_setting} {url_setting}")
    _print_now("Stop it: Ctrl-C")
    try:
        # Windows notices Ctrl-C only between waits; elsewhere a signal ends the wait.
        while not stopped.wait(_WAIT_SECONDS):
            pass
    finally:
        emulator.stop()
    return 0


def _print_now(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
