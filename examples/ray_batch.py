"""Many prompts, many workers, with Ray Data: `python examples/ray_batch.py [PROMPTS] --output DIR`.

PROMPTS is a Parquet, JSONL or CSV file with a column `prompt` and, where rows have names of their
own, `id`. DIR gets Parquet files with one row for each id. Run the same command again to go on
after a crash, and to ask again what failed: rows that have an answer are not asked twice.

Without --address, Ray runs on this machine; workers ask CometAPI if COMETAPI_KEY is set, and else
a local emulator. With --address, Ray is a cluster of yours: COMETAPI_KEY must be in the environment
of its workers, and DIR must be a folder or a URI (s3://...) that they all reach.
"""

from __future__ import annotations

import argparse
import atexit
import csv
import hashlib
import json
import math
import os
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import ray
import ray.data
from pyarrow import fs
from ray.exceptions import RayError

from langchain_cometapi import ChatCometAPI

if TYPE_CHECKING:
    from collections.abc import Iterable

SCHEMA = pa.schema(
    {
        "id": pa.string(),
        "prompt": pa.string(),
        "text": pa.string(),
        "input_tokens": pa.int64(),
        "output_tokens": pa.int64(),
        "cost": pa.float64(),  # in USD, where the gateway sends one
        "model": pa.string(),  # the model that answered; the one asked for, if none did
        "error": pa.string(),  # "ClassName: message", or null
    }
)
FACTS = [{"prompt": f"Name a fact about the number {number}."} for number in range(12)]
OBJECT_STORE_BYTES = 256 * 1024 * 1024  # texts are small; Ray would take a third of the memory


# --- The prompts ----------------------------------------------------------------------------------


def read_prompts(path: Path | None) -> dict[str, str]:
    """Return the prompts by id. A row without an id is named by its prompt's hash."""
    rows = read_rows(path) if path else FACTS
    prompts: dict[str, str] = {}
    for number, row in enumerate(rows, start=1):
        prompt, name = row.get("prompt"), row.get("id")
        if not isinstance(prompt, str) or not prompt.strip():
            msg = f"row {number} of {path} has no text in the column `prompt`"
            raise ValueError(msg)
        row_id = digest([prompt]) if name in (None, "") else str(name)
        # The very same row twice is one row.
        if prompts.setdefault(row_id, prompt) != prompt:
            msg = f"row {number} of {path} has the id of an earlier row, {row_id!r}"
            raise ValueError(msg)
    return prompts


def read_rows(path: Path) -> list[dict[str, Any]]:
    match path.suffix.lower():
        case ".parquet":
            rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
            return rows
        case ".jsonl":
            with path.open(encoding="utf-8") as file:
                return [json.loads(line) for line in file if line.strip()]
        case ".csv":
            csv.field_size_limit(sys.maxsize)  # 128 kB otherwise: prompts may be longer
            with path.open(encoding="utf-8-sig", newline="") as file:
                return list(csv.DictReader(file))
    msg = f"{path} is none of .parquet, .jsonl and .csv"
    raise ValueError(msg)


def digest(texts: Iterable[str]) -> str:
    return hashlib.sha256(json.dumps(list(texts)).encode()).hexdigest()[:32]


# --- The results ----------------------------------------------------------------------------------


def open_folder(uri: str) -> fs.FileSystem:
    """Return a folder, made if need be, as a file system of its own."""
    filesystem, path = fs.FileSystem.from_uri(uri)
    filesystem.create_dir(path)
    return fs.SubTreeFileSystem(path, filesystem)


def files(folder: fs.FileSystem) -> list[str]:
    names = [info.path for info in folder.get_file_info(fs.FileSelector(""))]
    return sorted(name for name in names if name.endswith(".parquet"))


def write(folder: fs.FileSystem, name: str, rows: list[dict[str, Any]]) -> None:
    """Write a file as a whole or not at all, whenever this process is killed."""
    draft = f"_{uuid.uuid4().hex}.parquet"  # readers of Parquet pass over names with a "_"
    pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), draft, filesystem=folder)
    folder.move(draft, name)


def drop_unfinished(folder: fs.FileSystem) -> set[str]:
    """Remove failed rows and drafts; return the ids of the rows that stay."""
    done: set[str] = set()
    for name in files(folder):
        if name.startswith("_"):
            folder.delete_file(name)
            continue
        rows = pq.read_table(name, filesystem=folder, columns=["id", "error"]).to_pylist()
        # Minus `done`: a worker cut off from its cluster may have answered what others did too.
        kept = {row["id"] for row in rows if row["error"] is None} - done
        if not kept:
            folder.delete_file(name)
        elif len(kept) < len(rows):
            whole = pq.read_table(name, filesystem=folder).to_pylist()
            write(folder, name, [row for row in whole if row["id"] in kept])
        done |= kept
    return done


# --- The work -------------------------------------------------------------------------------------


class Worker:
    """Answers batches of rows and writes them down; Ray keeps one in each worker process.

    The worker itself writes, before it takes the next batch: an answer is paid for, and must not
    be lost with the process. Where a worker is killed, Ray starts another and gives it the same
    batch. The file is named by the ids of the batch, so that whoever writes it second replaces it.
    """

    def __init__(
        self, output: str, model: str, concurrency: int, attempts: int, max_retries: int
    ) -> None:
        # The key is read here, from the worker's environment: it never travels with the data.
        self.model = ChatCometAPI(model=model, max_retries=max_retries)
        self.folder = open_folder(output)
        self.concurrency = concurrency
        self.attempts = attempts

    def __call__(self, batch: pa.Table) -> pa.Table:
        name = f"{digest(batch['id'].to_pylist())}.parquet"
        if self.folder.get_file_info(name).type == fs.FileType.NotFound:
            # Where it is there, its writer was killed before Ray knew that it had written.
            write(self.folder, name, self.ask(batch.to_pylist()))
        return batch.select(["id"])

    def ask(self, rows: list[dict[str, str]]) -> list[dict[str, Any]]:
        results: dict[str, Any] = {}
        left = rows
        for _ in range(self.attempts):
            answers = self.model.batch(
                [row["prompt"] for row in left],
                config={"max_concurrency": self.concurrency},
                return_exceptions=True,
            )
            results.update(zip((row["id"] for row in left), answers, strict=True))
            left = [row for row in left if getattr(results[row["id"]], "is_retryable", False)]
        return [{**row, **self.describe(results[row["id"]])} for row in rows]

    def describe(self, result: Any) -> dict[str, Any]:
        if isinstance(result, Exception):
            return {"model": self.model.model_name, "error": f"{type(result).__name__}: {result}"}
        usage = result.usage_metadata or {}
        return {
            # Half an emoji, of a stream that was cut in one, cannot be written.
            "text": result.text.encode("utf-8", "replace").decode(),
            "input_tokens": usage.get("input_tokens"),
            "output_tokens": usage.get("output_tokens"),
            "cost": result.response_metadata.get("cost"),
            "model": result.response_metadata.get("model_name", self.model.model_name),
        }


def answer(prompts: dict[str, str], args: argparse.Namespace) -> None:
    """Have the workers answer these prompts, and wait for them."""
    rows = [{"id": row_id, "prompt": prompt} for row_id, prompt in prompts.items()]
    workers = min(args.workers, len(rows))
    # One block is one batch: what one worker answers, writes, and loses if it is killed.
    blocks = max(workers, math.ceil(len(rows) / args.batch_size))
    ray.data.from_items(rows, override_num_blocks=blocks).map_batches(
        Worker,
        fn_constructor_args=[
            args.output,
            args.model,
            args.concurrency,
            args.attempts,
            args.max_retries,
        ],
        batch_size=None,
        batch_format="pyarrow",
        compute=ray.data.ActorPoolStrategy(size=workers),
        num_cpus=0,  # a worker waits for the gateway: many of them fit on one processor
    ).materialize()


def connect(address: str | None) -> None:
    # Ray reports its usage to its makers otherwise.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    if address:
        ray.init(address=address)
        return
    print(choose_service())
    ray.init(
        address="local",  # a cluster that happens to run here has not our environment
        include_dashboard=False,
        object_store_memory=OBJECT_STORE_BYTES,
    )


def choose_service() -> str:
    if any(os.environ.get(name, "").strip() for name in ("COMETAPI_KEY", "COMETAPI_API_KEY")):
        return f"Asking {ChatCometAPI(model='any').cometapi_api_base}: every call is billed."
    from langchain_cometapi.emulator import CometAPIEmulator

    emulator = CometAPIEmulator().start()
    atexit.register(emulator.stop)
    os.environ.update(COMETAPI_KEY=emulator.api_key, COMETAPI_BASE_URL=emulator.base_url)
    os.environ["no_proxy"] = "127.0.0.1"  # a proxy of yours has no way to it
    return "A local emulator, because COMETAPI_KEY is not set: no model runs, nothing is billed."


# --- The command ----------------------------------------------------------------------------------


def summarize(folder: fs.FileSystem) -> int:
    """Print what is in the folder now; return how many rows failed."""
    table = pq.read_table("", filesystem=folder, schema=SCHEMA)
    failed = table.filter(pc.is_valid(table["error"]))
    for row in table.slice(0, 3).to_pylist():
        print(f"  {row['prompt'][:40]!r} -> {(row['text'] or row['error'])[:100]!r}")
    for row in failed.slice(0, 3).to_pylist():
        print(f"  failed: {row['id']}: {row['error'][:200]}")
    tokens = [pc.sum(table[name]).as_py() or 0 for name in ("input_tokens", "output_tokens")]
    cost = pc.sum(table["cost"]).as_py()
    print(
        f"{len(table)} rows, {len(failed)} of them failed;",
        f"tokens: {tokens[0]} in, {tokens[1]} out;",
        "cost: not told by the gateway" if cost is None else f"cost: {cost:.6f} USD",
    )
    return len(failed)


def as_uri(folder: str) -> str:
    # Workers run in folders of their own.
    return folder if "://" in folder else Path(folder).absolute().as_uri()


def at_least_one(text: str) -> int:
    if (number := int(text)) < 1:
        raise ValueError
    return number


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("prompts", metavar="PROMPTS", nargs="?", type=Path, help="a few of its own if left out")
    add("--output", metavar="DIR", type=as_uri, required=True)
    add("--model", metavar="ID", default="gpt-5.4-mini")
    add("--address", help="of a Ray cluster, HOST:PORT")
    add("--workers", type=at_least_one, default=2, help="processes (%(default)s)")
    add("--concurrency", type=at_least_one, default=8, help="calls at once in each (%(default)s)")
    add("--batch-size", type=at_least_one, default=64, help="rows in a file (%(default)s)")
    add(
        "--attempts",
        type=at_least_one,
        default=2,
        help="for rows that may yet succeed (%(default)s)",
    )
    add("--max-retries", type=int, default=2, help="of the model, in each attempt (%(default)s)")
    return parser.parse_args()


def main() -> int:
    args = read_arguments()
    prompts = read_prompts(args.prompts)
    folder = open_folder(args.output)
    done = drop_unfinished(folder)
    left = {row_id: prompt for row_id, prompt in prompts.items() if row_id not in done}
    print(f"{len(prompts)} prompts, {len(prompts) - len(left)} of them answered before.")
    if left:
        connect(args.address)
        answer(left, args)
    print(f"\nIn {args.output}:")
    return summarize(folder)


if __name__ == "__main__":
    try:
        failed = main()
    except (ValueError, OSError, ImportError, RayError) as error:
        sys.exit(f"\n{type(error).__name__}: {error}")
    sys.exit(1 if failed else 0)
