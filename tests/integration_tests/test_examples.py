"""The examples, each run on its own emulator, and on a service with a key."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import httpx
import pytest
from langchain.agents.middleware.model_call_limit import ModelCallLimitExceededError

from langchain_cometapi._credentials import API_KEY_VARIABLES, BASE_URL_VARIABLES
from langchain_cometapi.emulator import RATE_LIMITED_MODEL, CometAPIEmulator, Reply

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
VARIABLES = (*API_KEY_VARIABLES, *BASE_URL_VARIABLES)
NO_KEY = "Asking a local emulator, because COMETAPI_KEY is not set: no model runs.\n"


class Run(Protocol):
    """Runs an example with the arguments of its command line; returns what it printed."""

    def __call__(self, example: ModuleType, *arguments: str) -> str: ...


@pytest.fixture(autouse=True)
def _as_scripts(monkeypatch: pytest.MonkeyPatch, emulator: CometAPIEmulator) -> Iterator[None]:
    monkeypatch.syspath_prepend(str(EXAMPLES))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))  # of the processes that they start
    monkeypatch.setenv("no_proxy", "")  # they set it; this brings back what was there
    yield
    emulator.clear_scripts()


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"example_{Path(name).stem}", EXAMPLES / name)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[module.__name__] = module  # where type hints of its classes are looked up
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    def run_example(example: ModuleType, *arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", [str(example.__file__), *arguments])
        capfd.readouterr()
        example.main()
        return capfd.readouterr().out

    return run_example


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[CometAPIEmulator]]:
    """Take the key away; return the emulators that the example starts then."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    emulators: list[CometAPIEmulator] = []
    start = CometAPIEmulator.start

    def record_start(emulator: CometAPIEmulator) -> CometAPIEmulator:
        emulators.append(emulator)
        return start(emulator)

    monkeypatch.setattr(CometAPIEmulator, "start", record_start)
    yield emulators
    for emulator in emulators:
        emulator.stop()
    for name in VARIABLES:
        os.environ.pop(name, None)


def asked(emulator: CometAPIEmulator) -> list[str]:
    """Return the models of the requests."""
    return [str(request.body["model"]) for request in emulator.requests if request.body]


def test_with_a_key_an_example_asks_the_service(
    run: Run, emulator: CometAPIEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CometAPIEmulator, "start", None)  # it must not be called
    assert run(load("chains.py")).startswith(f"Asking {emulator.base_url}.\n")
    assert len(set(asked(emulator))) == 6


def test_chains_fall_back_with_tools_and_retry(run: Run, started: list[CometAPIEmulator]) -> None:
    printed = run(load("chains.py"))
    assert printed.startswith(NO_KEY)
    assert len(started) == 1
    assert "\npro: Streets without cars" in printed
    assert "\ncon: Who cannot walk" in printed
    assert "\nverdict: Both: keep cars out" in printed
    assert "claude-sonnet-5-5 calls get_population {'city': 'Oslo'}\nresult: 717710" in printed
    assert "attempt 1 failed: CometAPIOverloadedError; again\nGlomma" in printed
    assert printed.endswith("tokens\non_chain_end: explain\n")

    requests = [request.body for request in started[0].requests]
    verdict = next(body for body in requests if body["model"] == "deepseek-v4-pro")
    assert "Streets without cars" in str(verdict)
    assert "Who cannot walk" in str(verdict)
    tools = {body["model"]: len(body["tools"]) for body in requests if "tools" in body}
    assert tools == {"gpt-9-preview": 1, "claude-sonnet-5-5": 1}
    assert asked(started[0]).count("gpt-5.4-mini") == 2


@pytest.mark.parametrize("answer", [None, "y", "n"])
def test_agent_asks_a_human_before_it_books(
    run: Run,
    started: list[CometAPIEmulator],
    monkeypatch: pytest.MonkeyPatch,
    answer: str | None,
) -> None:
    example = load("agent.py")
    monkeypatch.setattr(example.sys.stdin, "isatty", lambda: answer is not None, raising=False)
    monkeypatch.setattr("builtins.input", lambda prompt: answer)
    printed = run(example)

    assert printed.count("\n? book_table {'restaurant': 'Bryggeloftet'") == 1
    # Both tools of the first step ran, in whatever order.
    assert "\n< Bergen: 9 degrees" in printed
    assert "\n< fish in Bergen: Bryggeloftet" in printed
    assert ("booked as B-2041" in printed) is (answer != "n")
    assert "\n= Evening(summary='Fish, after the rain" in printed
    assert "\n= Evening(summary='A table for two" in printed
    assert "The history at the end: summarization, " in printed

    bodies = [request.body for request in started[0].requests]
    assert asked(started[0]).count("gemini-3.8-flash") == 1
    assert all(body["stream"] for body in bodies)
    results = [m["content"] for m in bodies[-1]["messages"] if m["role"] == "tool"]
    assert any("booked as B-2041" in str(result) for result in results) is (answer != "n")
    assert "Rain until 17:00. Bryggeloftet has fish" in str(bodies[-1]["messages"])


def test_agent_that_never_ends_is_stopped(run: Run, emulator: CometAPIEmulator) -> None:
    example = load("agent.py")
    again = [{"name": "get_weather", "args": {"city": "Bergen"}}]
    emulator.script([Reply("So far: rain.")] * 12, model="gemini-3.8-flash")
    emulator.script([Reply(tool_calls=again)] * 12, model="claude-sonnet-5-5")
    with pytest.raises(ModelCallLimitExceededError):
        run(example)
    assert asked(emulator).count("claude-sonnet-5-5") == 12


@pytest.mark.slow
def test_graph_is_resumed_in_another_process_by_another_vendor(
    run: Run, started: list[CometAPIEmulator]
) -> None:
    printed = run(load("graph.py"))
    steps = printed.split("$ graph.py ")[1:]
    assert [step.splitlines()[-1] for step in steps] == [
        "Waiting for feedback.",
        "Waiting for feedback.",
        "Finished.",
    ]
    assert "deepseek-v4-pro (reasoning, text): In Bergen the sea" in steps[0]
    assert "claude" not in steps[0]
    assert "claude-sonnet-5-5 (text): Bergen: high tide 13:10" in steps[1]

    first, second, revision = (request.body for request in started[0].requests)
    assert [first["model"], second["model"]] == ["deepseek-v4-pro"] * 2
    assert "There is a tool for it" in str(second)  # its own reasoning goes back to DeepSeek
    assert revision["model"] == "claude-sonnet-5-5"
    assert "There is a tool for it" not in str(revision)
    roles = [message["role"] for message in revision["messages"]]
    assert roles == ["user", "assistant", "tool", "assistant", "user"]


def test_graph_is_run_step_by_step(run: Run, emulator: CometAPIEmulator, tmp_path: Path) -> None:
    example = load("graph.py")
    database = ["--database", str(tmp_path / "threads.sqlite")]
    assert run(example, "start", *database).endswith("Waiting for feedback.\n")
    assert run(example, "start", "--thread", "2", *database).endswith("Waiting for feedback.\n")
    assert run(example, "resume", *database).endswith("Finished.\n")
    shorter = ["--feedback", "Shorter, please."]
    printed = run(example, "resume", "--thread", "2", *shorter, *database)
    assert "human: Shorter, please." in printed
    assert asked(emulator) == ["deepseek-v4-pro"] * 4 + ["claude-sonnet-5-5"]


FAMILIES = ["gpt", "claude", "gemini", "deepseek", "grok", "qwen", "glm", "kimi"]


def rows(printed: str) -> dict[str, list[str]]:
    """Return the cells of the last state of a table, by the first of each row."""
    lines = [line.split("│")[1:-1] for line in printed.splitlines() if line.startswith("│")]
    return {cells[0].strip(): [cell.strip() for cell in cells[1:]] for cells in lines}


def test_comparison_asks_eight_families_at_once(run: Run, started: list[CometAPIEmulator]) -> None:
    printed = run(load("compare.py"))
    table = rows(printed)
    assert [name.split("-")[0].rstrip(".0123456789") for name in table] == FAMILIES
    for first_token, whole, tokens, cost, text in table.values():
        assert 0 < int(first_token.removesuffix(" ms")) < int(whole.removesuffix(" ms"))
        assert re.fullmatch(r"\d+/\d+", tokens)
        assert re.fullmatch(r"~0\.\d+|\?", cost)
        assert int(text.removesuffix(" words")) > 50
    assert "was first: [CometAPI emulator] Sunlight is a mix" in printed
    assert sorted(asked(started[0])) == sorted(table)


def test_comparison_shows_a_failure_and_what_the_gateway_charges(
    run: Run, emulator: CometAPIEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    example = load("compare.py")
    monkeypatch.setattr(example, "MODELS", ("deepseek-v4-flash-vision", RATE_LIMITED_MODEL))
    monkeypatch.setenv("COLUMNS", "120")
    table = rows(run(example, "Name", "a", "river."))
    assert re.fullmatch(r"0\.\d+", table["deepseek-v4-flash-vision"][3])
    assert table[RATE_LIMITED_MODEL][2:] == ["", "", "CometAPIRateLimitError"]
    assert "Name a river." in str(emulator.requests[0].body)


@pytest.mark.slow
def test_retrieval_cites_its_sources_and_shows_what_is_not_in_them(
    run: Run, started: list[CometAPIEmulator]
) -> None:
    printed = run(load("retrieval.py"))
    assert re.search(r"^\d+ pieces of [1-9]\d+ documents$", printed, re.MULTILINE)
    citations = re.findall(r"^  - \"(.+)\" \((.+)\)$", printed, re.MULTILINE)
    assert citations == [
        ("for some models, in `usage.cost`", "cost.md#What the gateway says"),
        ("the cost is always 0", "cost.md#What the gateway says: NOT THERE"),
        ("`register()` adds `cometapi` to it", "model-strings.md#"),
    ]
    requests = started[0].requests
    assert {request.path for request in requests} == {"/v1/embeddings", "/v1/chat/completions"}
    assert asked(started[0])[-1] == "claude-sonnet-5-5"
    assert "[model-strings.md#]" in str(requests[-1].body)


@pytest.mark.slow
def test_retrieval_answers_other_questions(run: Run, emulator: CometAPIEmulator) -> None:
    question = "Which functions of the catalogue read a copy in the cache directory?"
    printed = run(load("retrieval.py"), question)
    assert f"\n{question}\n" in printed
    assert "catalogue.md#" in str(emulator.requests[-1].body)


@pytest.mark.slow
def test_migrated_application_answers_where_the_old_one_could_not(
    run: Run, started: list[CometAPIEmulator]
) -> None:
    printed = run(load("migrate.py"))
    parts = re.split(r"^--- (Chat\w+, \S+)$", printed, flags=re.MULTILINE)
    shown = dict(zip(parts[1::2], parts[2::2], strict=True))
    assert list(shown) == [
        "ChatOpenAI, gpt-5.4-mini",
        "ChatCometAPI, gpt-5.4-mini",
        "ChatOpenAI, deepseek-v4-pro",
        "ChatCometAPI, deepseek-v4-pro",
    ]
    before, after, failed, works = shown.values()
    assert before == after
    assert "find_order returned order A-17: sent on Monday" in before
    # DeepSeek refuses a tool loop without its reasoning, which ChatOpenAI drops.
    assert failed.startswith("\nthe desk is closed: ")
    assert "find_order returned order A-17: sent on Monday" in works
    gpt = [request.body for request in started[0].requests if "gpt" in request.body["model"]]
    assert len(gpt) == 8


@pytest.fixture
def server() -> ModuleType:
    pytest.importorskip("fastapi", reason="it comes with the extra `examples`")
    return load("server.py")


def test_server_streams_and_notices_a_client_that_leaves(
    run: Run, started: list[CometAPIEmulator], server: ModuleType
) -> None:
    printed = run(server)
    whole, left = printed.split("\nOnce more, leaving after ten events:\n")
    assert "red is what is left." in whole
    assert '[usage] {"input_tokens": 8' in whole
    assert left.startswith("[CometAPI emulator] Sunlight")
    assert "red is what is left." not in left
    assert left.endswith("[server] The client has left, and the request to CometAPI is closed.\n")


async def test_server_closes_the_request_of_a_client_that_leaves(
    emulator: CometAPIEmulator, server: ModuleType
) -> None:
    emulator.script([Reply(fault="stall; after=4")])  # it would never end by itself
    async with server.serve() as url, httpx.AsyncClient(base_url=url) as client:
        await server.read(client, {"text": "Hello"}, 2)
        assert await asyncio.to_thread(emulator.wait_for_connections, 0)


async def test_server_sends_an_error_as_an_event(
    emulator: CometAPIEmulator, server: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    emulator.script([Reply(fault="cut; after=3")])
    async with server.serve() as url, httpx.AsyncClient(base_url=url) as client:
        await server.read(client, {"text": "Hello", "model": "kimi-k3"}, -1)
    assert '[error] "CometAPIStreamTruncatedError"' in capsys.readouterr().out


def test_the_page_has_every_example() -> None:
    page = (ROOT / "docs" / "examples.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| \[(\w+\.\w+)\]\(https:\S+/examples/\1\)", page, re.MULTILINE)
    there = {path.name for path in EXAMPLES.iterdir() if path.suffix in (".py", ".ipynb")}
    assert sorted(listed) == sorted(name for name in there if not name.startswith("_"))
