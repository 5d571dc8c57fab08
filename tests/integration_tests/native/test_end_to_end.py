"""Native models end to end: streams that a host cuts, the SDKs' own logs, agents that cache."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from langchain.agents import create_agent
from langchain_anthropic.middleware import AnthropicPromptCachingMiddleware

from langchain_cometapi._client import pools as _pools
from langchain_cometapi.exceptions import CometAPIError, CometAPIStreamTruncatedError
from tests.integration_tests.callers import ask_anyhow
from tests.integration_tests.raw_host import Host
from tests.support import get_weather
from tests.support.native import CLAUDE, TEXT, TOOL, each_protocol, encode

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_cometapi.emulator import CometAPIEmulator
    from tests.integration_tests.raw_host import Line
    from tests.support.native import Protocol

pytestmark = pytest.mark.native

ROOT = Path(__file__).parents[3]
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"


def cutting(events: list[bytes], end: str) -> Callable[[Line], None]:
    """Answer each request with one event more than the one before it, and then no more."""
    numbers = iter(range(1, len(events)))

    def follow(line: Line) -> None:
        while line.receive() is not None:
            sent = b"".join(events[: next(numbers)])
            line.send(HEAD + f"{len(sent):x}\r\n".encode() + sent + b"\r\n")
            if end == "is reset":
                line.reset()
            return

    return follow


@each_protocol
@pytest.mark.parametrize("end", ["is closed", "is reset"])
@pytest.mark.parametrize("way", ["stream", "astream"])
def test_stream_that_a_host_cuts_is_an_error_and_its_call_never_runs(
    protocol: Protocol, end: str, way: str
) -> None:
    events = [encode(event) for event in protocol.events()]
    with Host(cutting(events, end)) as host:
        model = protocol.kind(model=protocol.model, base_url=host.url, api_key="k", max_retries=0)
        asked, texts = model.bind_tools([TOOL]), []
        for _ in events[1:]:
            with pytest.raises(CometAPIError) as caught:
                ask_anyhow(asked, way)
            error = caught.value
            assert isinstance(error, CometAPIStreamTruncatedError)
            if error.partial_message is not None:
                assert error.partial_message.tool_calls == []
                texts.append(error.partial_message.text)
        assert end == "is reset" or texts[-1] == TEXT  # a reset may overtake what was sent
        assert len(host.requests) == len(events) - 1
        _pools.sync_pools.close()  # which models of other tests share
        assert host.wait_for_connections(0)


LOGGING = """
import asyncio, logging, sys
logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
from tests.support.native import PROTOCOLS
from tests.integration_tests.callers import ask_every_way
for protocol in PROTOCOLS.values():
    headers = {"x-token": sys.argv[1]}
    model = protocol.kind(model=protocol.model, max_retries=0, default_headers=headers)
    print(len(ask_every_way(model)))
    model.cometapi_api_key = type(model.cometapi_api_key)("wrong-" + sys.argv[1])
    try:
        model.invoke("Hi")
    except Exception as error:
        print(repr(error))
"""


def test_logs_of_the_sdks_show_no_key(emulator: CometAPIEmulator) -> None:
    variables = {
        "ANTHROPIC_LOG": "debug",
        "OPENAI_LOG": "debug",
        "GOOGLE_GENAI_DEBUG": "true",
        "GOOGLE_SDK_PYTHON_LOGGING_SCOPE": "google",
        "PYTHONPATH": str(ROOT),
    }
    run = subprocess.run(
        [sys.executable, "-c", LOGGING, emulator.api_key],
        cwd=ROOT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr.replace(emulator.api_key, "<the key>")
    assert run.stdout.count("4\n") == 2
    assert "401" in run.stdout
    assert len(run.stderr) > 1000
    assert emulator.api_key not in run.stdout + run.stderr


def test_agent_of_claude_reads_its_prompt_from_the_cache(emulator: CometAPIEmulator) -> None:
    prompt = "You answer questions about the weather, and are short. " * 400
    caching = AnthropicPromptCachingMiddleware(unsupported_model_behavior="raise")
    agent: Any = create_agent(
        CLAUDE.kind(model=CLAUDE.model),
        [get_weather],
        system_prompt=prompt,
        middleware=[caching],
    )
    ask: Any = {"messages": [("user", "What does get_weather say of Oslo?")]}
    first = agent.invoke(ask)["messages"]
    second = asyncio.run(agent.ainvoke(ask))["messages"]
    assert [message.type for message in first] == ["human", "ai", "tool", "ai"]
    written = [m.usage_metadata["input_token_details"] for m in first if m.type == "ai"]
    read = [m.usage_metadata["input_token_details"] for m in second if m.type == "ai"]
    assert written[0].get("ephemeral_5m_input_tokens", 0) > 1000
    assert all(details["cache_read"] > 1000 for details in [written[1], *read])
    for request in emulator.requests:
        assert request.body["cache_control"] == {"type": "ephemeral", "ttl": "5m"}
