"""Write the table of `docs/profiles.md`: the profile of each text model of the snapshot.

    python -m scripts.profile_table

A test checks that the table is as the profiles are now.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_cometapi._catalog.known import load_snapshot
from langchain_cometapi._catalog.profiles import get_profile
from langchain_cometapi._vendors.registry import get_vendor

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).resolve().parents[1] / "docs" / "profiles.md"
START, END = "<!-- python -m scripts.profile_table -->\n", "<!-- end of the table -->\n"

_INPUTS = {
    "image_inputs": "images",
    "pdf_inputs": "PDF",
    "audio_inputs": "audio",
    "video_inputs": "video",
}
_ANSWERS = {True: "yes", False: "no", None: ""}
_HEAD = (
    "| model | route | input tokens | output tokens | reads | reasoning | temperature "
    "| agents ask by |\n| --- | --- | ---: | ---: | --- | --- | --- | --- |\n"
)


def create_table() -> str:
    """Return the table."""
    return _HEAD + "".join(f"| {' | '.join(cells)} |\n" for cells in _list_rows())


def _list_rows() -> Iterator[tuple[str, ...]]:
    for id_, card in sorted(load_snapshot().items()):
        if card.type != "text":
            continue
        route = get_vendor(id_).endpoint or "chat"
        profile: Any = get_profile(id_, route) or {}
        yield (
            f"`{id_}`",
            route,
            _format_limit(profile.get("max_input_tokens")),
            _format_limit(profile.get("max_output_tokens")),
            ", ".join(word for key, word in _INPUTS.items() if profile.get(key)),
            _ANSWERS[profile.get("reasoning_output")],
            _ANSWERS[profile.get("temperature")],
            "schema" if profile.get("structured_output") else "tool",
        )


def _format_limit(tokens: int | None) -> str:
    return "" if tokens is None else f"{tokens:,}"


def insert_table(text: str) -> str:
    """Return the text of the page with the table as it is now."""
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n{create_table()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(insert_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"wrote {PAGE.name}")
