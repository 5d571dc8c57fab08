"""The peers' section of docs/performance.md, on made-up figures. Nothing is timed here."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest

from benchmarks import cases
from benchmarks.clients import OURS, THEIRS, TWO, over_aiohttp
from benchmarks.measure import Figures, Results, measure
from benchmarks.peers.__main__ import not_installed
from benchmarks.peers.registry import PEERS
from benchmarks.peers.run import _attempt
from benchmarks.peers.section import MARK, Found, found_in, kept, reason_of, replaced, section

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.clients import Client

ONE, OTHER = PEERS[:2]


def _results(**cpu: float) -> Results:
    return {name: Figures([value, value]) for name, value in cpu.items()}


def _line(case: str, results: Results, reason: str | None = None) -> str:
    figures = {client: asdict(each) for client, each in results.items()}
    return json.dumps({"case": case, "reason": reason, "results": figures})


def test_section_has_ratios_ranges_and_numbered_reasons() -> None:
    invoke = {ONE.title: Figures([26.0]), OURS: Figures([0.8]), THEIRS: Figures([2.0])}
    fails = {OURS: Figures([1.0]), THEIRS: Figures([2.0])}
    one = Found(ONE, {"x": "1.0", "openai": "3.0"}, {"invoke": invoke, "batch": fails})
    one.reasons = {"batch": "RuntimeError: no"}
    other = Found(OTHER, reason="not installed")
    other.cases = {"invoke": {OURS: Figures([1.0]), THEIRS: Figures([2.0])}}
    lines = section(["invoke", "batch"], [one, other]).splitlines()
    assert f"| case | {OURS} | {ONE.title} | {OTHER.title} |" in lines
    assert "| invoke | 0.40 to 0.50 | 13 | - (1) |" in lines
    assert "| batch | 0.50 | - (2) | - (1) |" in lines
    assert lines.index("1. `not installed`") + 1 == lines.index("2. `RuntimeError: no`")
    assert f"| {ONE.title} | x 1.0, openai 3.0 |" in lines
    assert f"| {OTHER.title} | - |" in lines


def test_section_without_reasons_has_no_list() -> None:
    results = {ONE.title: Figures([1.0]), OURS: Figures([0.5]), THEIRS: Figures([2.0])}
    lines = section(["invoke"], [Found(ONE, {}, {"invoke": results})]).splitlines()
    assert "| invoke | 0.25 | 0.50 |" in lines
    assert not [line for line in lines if line.startswith("1.")]


def test_output_that_breaks_off_keeps_what_was_measured() -> None:
    versions = json.dumps({"openai": "3.0"})
    lines = [versions, _line("invoke", _results(a=1.0)), _line("batch", {}, "TypeError: no")]
    found = found_in("\n".join(lines).encode(), ONE, "not done after 300 s")
    assert found.versions == {"openai": "3.0"}
    assert found.cases["invoke"]["a"].cpu == [1.0, 1.0]
    assert found.reasons == {"batch": "TypeError: no"}
    assert "| stream | - | - (1) |\n\n1. `not done after 300 s`" in section(["stream"], [found])


def test_no_output_leaves_the_reason() -> None:
    assert found_in(b"", ONE, "ended with status 1") == Found(ONE, reason="ended with status 1")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ValueError(), "ValueError"),
        (ValueError("one\n  `two`"), "ValueError: one 'two'"),
        (
            RuntimeError("<Event object at 0x7f4b9ddf0690 [unset]>"),
            "RuntimeError: <Event object [unset]>",
        ),
        (ValueError("x" * 200), f"ValueError: {'x' * 145}..."),
    ],
)
def test_reason_is_one_short_line(error: Exception, reason: str) -> None:
    assert reason_of(error) == reason


def test_a_failing_peer_leaves_the_two_measured() -> None:
    def run(*, alone: bool) -> Results:
        if not alone:
            msg = "no batches"
            raise NotImplementedError(msg)
        return _results(two=1.0)

    assert _attempt(run) == (_results(two=1.0), "NotImplementedError: no batches")


def test_a_failure_without_the_peer_is_not_called_its_own() -> None:
    def run(*, alone: bool) -> Results:
        msg = f"broken, alone={alone}"
        raise ValueError(msg)

    with pytest.raises(ValueError, match="alone=True"):
        _attempt(run)


def test_missing_environment_is_explained_by_pip(tmp_path: Path) -> None:
    assert not_installed(tmp_path / "none") == "not installed"
    log = "WARNING: slow\nERROR: No matching distribution found for x==9\nERROR: more\n"
    (tmp_path / "pip.log").write_text(log, encoding="utf-8")
    assert not_installed(tmp_path) == "not installed: No matching distribution found for x==9"
    (tmp_path / ".ready-3.11").touch()
    assert not_installed(tmp_path) is None


def test_page_keeps_the_peers_and_changes_them_alone(tmp_path: Path) -> None:
    path = tmp_path / "performance.md"
    assert kept(path) == ""
    path.write_text("# Performance\n", encoding="utf-8")
    assert kept(path) == ""
    page = replaced(replaced("# Performance\n", "## Peers\n\nold\n"), "## Peers\n\nnew\n")
    assert page == f"# Performance\n{MARK}\n## Peers\n\nnew\n"
    path.write_text(page, encoding="utf-8")
    assert replaced("# Performance, measured again\n" + kept(path), "") == (
        f"# Performance, measured again\n{MARK}\n"
    )
    assert kept(path).endswith("## Peers\n\nnew\n")


def test_aiohttp_is_asked_for_by_chat_comet_api_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, str]] = []
    monkeypatch.setattr("benchmarks.clients.ChatCometAPI", lambda **options: asked.append(options))
    makers = over_aiohttp(TWO)
    makers[OURS]("http://127.0.0.1:9/answer/v1")
    assert [options.get("http_transport") for options in asked] == ["aiohttp"]
    assert makers[THEIRS] is TWO[THEIRS]


@pytest.mark.parametrize(("seconds", "rounds"), [(0.0, 2), (1000.0, 7)])
def test_rounds_end_when_the_time_is_over(
    monkeypatch: pytest.MonkeyPatch, seconds: float, rounds: int
) -> None:
    monkeypatch.setattr("gc.collect", lambda: 0)  # slow amid thousands of tests
    calls: list[Client] = []
    case = cases.Case("none", "call", 1, calls.append)
    results = measure(case, "", {"a": lambda _: "client"}, 7, seconds)  # type: ignore[dict-item,return-value]
    assert len(results["a"].cpu) == rounds
    assert len(calls) == rounds + 1
