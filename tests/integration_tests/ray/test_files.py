"""What `examples/ray_batch.py` reads and keeps, without a Ray."""

from __future__ import annotations

import json
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.ray


@pytest.fixture
def example() -> Any:
    # mypy knows the examples by the names under which they import each other.
    return import_module("examples.ray_batch")


ROWS = [
    {"id": "007", "prompt": "Name a\nriver."},
    {"id": "8", "prompt": 'Name a "lake", please. é'},
    {"id": "8", "prompt": 'Name a "lake", please. é'},
]
READ = {row["id"]: row["prompt"] for row in ROWS}


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_prompts_are_read_from_each_format(example: Any, tmp_path: Path, suffix: str) -> None:
    import pandas as pd

    path = tmp_path / f"prompts.{suffix}"
    frame = pd.DataFrame(ROWS)
    match suffix:
        case "csv":
            frame.to_csv(path, index=False, encoding="utf-8-sig")
        case "jsonl":
            frame.to_json(path, orient="records", lines=True)
        case "parquet":
            frame.to_parquet(path)
    assert example.read_prompts(path) == READ


def write_lines(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def test_a_row_without_an_id_is_named_by_its_prompt(example: Any, tmp_path: Path) -> None:
    river, lake = {"prompt": "Name a river."}, {"prompt": "Name a lake.", "id": None}
    first = example.read_prompts(write_lines(tmp_path / "a.jsonl", river, lake, river))
    second = example.read_prompts(write_lines(tmp_path / "b.jsonl", lake, river))
    assert first == second
    assert sorted(first.values()) == ["Name a lake.", "Name a river."]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([{"id": 1, "prompt": "a"}, {"id": 1, "prompt": "b"}], "row 2 .* the id of an earlier row"),
        ([{"id": 1, "prompt": " "}], "row 1 .* has no text"),
        ([{"id": 1, "question": "a"}], "row 1 .* has no text"),
    ],
)
def test_row_without_a_text_or_with_a_taken_id_is_refused(
    example: Any, tmp_path: Path, rows: list[dict[str, Any]], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        example.read_prompts(write_lines(tmp_path / "a.jsonl", *rows))


def test_file_of_another_format_is_refused(example: Any, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="none of"):
        example.read_prompts(tmp_path / "prompts.xlsx")


def test_rows_that_failed_are_dropped_from_the_output(example: Any, tmp_path: Path) -> None:
    folder = example.open_folder(tmp_path.as_uri())

    def row(row_id: str, error: str | None = None) -> dict[str, Any]:
        return {"id": row_id, "prompt": "?", "error": error}

    example.write(folder, "a.parquet", [row("1"), row("2", "E: e"), row("3")])
    example.write(folder, "b.parquet", [row("4", "E: e")])
    example.write(folder, "c.parquet", [row("3"), row("5")])  # 3 is there already
    example.write(folder, "d.parquet", [row("6")])
    untouched = (tmp_path / "d.parquet").stat().st_mtime_ns
    (tmp_path / "_cut-off.parquet").write_bytes(b"PAR1")
    (tmp_path / "notes.txt").touch()

    assert example.drop_unfinished(folder) == {"1", "3", "5", "6"}
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["a.parquet", "c.parquet", "d.parquet", "notes.txt"]
    assert (tmp_path / "d.parquet").stat().st_mtime_ns == untouched
    assert example.drop_unfinished(folder) == {"1", "3", "5", "6"}


def test_a_batch_that_is_written_is_not_asked_again(example: Any, tmp_path: Path) -> None:
    import pyarrow as pa

    worker = example.Worker(tmp_path.as_uri(), "gpt-5.4-mini", 2, 1, 0)
    batch = pa.Table.from_pylist([{"id": "1", "prompt": "Hello"}])
    worker(batch)
    (path,) = tmp_path.iterdir()
    written = path.read_bytes()
    worker.model = None  # it would fail if it asked
    assert worker(batch).to_pylist() == [{"id": "1"}]
    assert path.read_bytes() == written
