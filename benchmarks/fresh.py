"""What must be measured in a process of its own: imports, the first model, peak memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tracemalloc
from typing import TYPE_CHECKING

from benchmarks.measure import Figures, Results

if TYPE_CHECKING:
    from collections.abc import Mapping

_TIMED = """
import json, time
wall, cpu = time.perf_counter(), time.process_time()
{}
print(json.dumps([time.process_time() - cpu, time.perf_counter() - wall]))
"""
FIRST = "from {} import {}; {}(model='gpt-5.4-mini', api_key='sk-bench')"

IMPORTS = {
    "ChatCometAPI": "import langchain_cometapi",
    "ChatOpenAI": "import langchain_openai",
    "openai SDK": "import openai",
    "LangChain's floor": "import langchain_core.language_models",
}
FIRST_MODELS = {
    "ChatCometAPI": FIRST.format("langchain_cometapi", "ChatCometAPI", "ChatCometAPI"),
    "ChatOpenAI": FIRST.format("langchain_openai", "ChatOpenAI", "ChatOpenAI"),
}
STARTS = (("import", 0.02, IMPORTS), ("import and first model", 1.05, FIRST_MODELS))

# Chunks in a stream, after a small one that warms up.
SHORT, LONG = 2_000, 20_000


def _child(*arguments: str) -> list[float]:
    command = [sys.executable, *arguments]
    # An installed package has its bytecode; that of a checkout is written the first time.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=env)  # noqa: S603
    numbers: list[float] = json.loads(done.stdout)
    return numbers


def measure_imports(statements: Mapping[str, str], rounds: int) -> Results:
    """Run each statement in turn. The first round writes bytecode and does not count."""
    results = {name: Figures() for name in statements}
    for count in range(rounds + 1):
        for name, statement in statements.items():
            cpu, wall = _child("-c", _TIMED.format(statement))
            if count:
                results[name].cpu.append(cpu)
                results[name].wall.append(wall)
    return results


def measure_memory(names: list[str], url: str) -> dict[str, list[float]]:
    """Return by how many bytes a short stream, and a long one, made the Python heap grow."""
    return {name: _child("-m", "benchmarks.fresh", name, url) for name in names}


def _peaks(name: str, url: str) -> list[float]:
    from benchmarks.canned import HI
    from benchmarks.clients import ALL

    ALL[name](f"{url}/text/50/v1").stream(HI)
    peaks: list[float] = []
    tracemalloc.start()
    for chunks in (SHORT, LONG):
        client = ALL[name](f"{url}/text/{chunks}/v1")
        tracemalloc.reset_peak()
        before, _ = tracemalloc.get_traced_memory()
        client.stream(HI)
        peaks.append(tracemalloc.get_traced_memory()[1] - before)
    return peaks


if __name__ == "__main__":
    print(json.dumps(_peaks(*sys.argv[1:])))
