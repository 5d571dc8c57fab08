"""Where the examples send their requests: CometAPI with a key, an emulator without one."""

from __future__ import annotations

import atexit
import os
from typing import TYPE_CHECKING, Any

from langchain_cometapi import ChatCometAPI

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from langchain_cometapi.emulator import CometAPIEmulator, Fault


def choose_service(offline: Mapping[str, Iterable[Mapping[str, Any]]] | None = None) -> None:
    """Choose the service for this process and those it starts, and print which one it is.

    Args:
        offline: What the emulator replies, for each model, as the fields of its `Reply`; without
            it, the emulator decides.
    """
    emulator = start_unless_key()
    if emulator is None:
        print(f"Asking {ChatCometAPI(model='any').cometapi_api_base}.\n")
        return
    from langchain_cometapi.emulator import Reply

    for model, steps in (offline or {}).items():
        emulator.script([Reply(**step) for step in steps], model=model)
    print("Asking a local emulator, because COMETAPI_KEY is not set: no model runs.\n")


def start_unless_key(fault: Fault | None = None) -> CometAPIEmulator | None:
    """Start an emulator and set the variables for it; return `None` where a key is set.

    Args:
        fault: What goes wrong with its responses.
    """
    if any(os.environ.get(name, "").strip() for name in ("COMETAPI_KEY", "COMETAPI_API_KEY")):
        return None
    from langchain_cometapi.emulator import CometAPIEmulator

    emulator = CometAPIEmulator(fault=fault).start()
    atexit.register(emulator.stop)
    os.environ.update(COMETAPI_KEY=emulator.api_key, COMETAPI_BASE_URL=emulator.base_url)
    bypass_proxy()
    return emulator


def bypass_proxy() -> None:
    """Send requests to this machine without a proxy of yours, which has no way to an emulator."""
    direct = (os.environ.get("no_proxy") or os.environ.get("NO_PROXY"), "127.0.0.1")
    os.environ["no_proxy"] = ",".join(filter(None, direct))


def call(name: str, **args: Any) -> dict[str, Any]:
    """Return a tool call, for what the emulator replies."""
    return {"name": name, "args": args}
