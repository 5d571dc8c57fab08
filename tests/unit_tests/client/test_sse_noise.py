"""Bytes of a stream, cut anywhere and dressed in legal noise, make the same message."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from langchain_cometapi._chat.response.stream import StreamGuard
from langchain_cometapi._client.sse import ChunkReader
from langchain_cometapi.exceptions import CometAPIError
from tests.support import cut, fixture, fixture_names
from tests.unit_tests.client.test_sse import failure

STREAMS = sorted(fixture_names("stream"))

NOISE = (
    b":",
    b": PING",
    b":OPENROUTER PROCESSING",
    b": data: {}",
    b"id: 7",
    b"id:",
    b"retry: 3000",
    b"event: message",
    b"event:",
)
LINE_ENDS = (b"\n", b"\r\n", b"\r")
BOM = b"\xef\xbb\xbf"


@st.composite
def dressed(draw: st.DrawFn, name: str) -> list[bytes]:
    """The bytes of a fixture with legal noise, cut at random."""
    body = fixture(f"stream/{name}")
    if name != "only_done.sse" and draw(st.booleans()):
        body = body.replace(b"data: [DONE]\n\n", b"").replace(b"data: [DONE]\n", b"")
    noises = [noise for noise in NOISE if b"event: error" not in body or b"event" not in noise]
    ends = draw(st.sampled_from([*((end,) for end in LINE_ENDS), LINE_ENDS]))
    *lines, rest = body.split(b"\n")
    count = len(lines)
    noisy = set(draw(st.lists(st.integers(0, count), max_size=4)))
    tight = draw(st.booleans())
    end, dressed_lines = b"", []
    for number, line in enumerate((*lines, rest)):
        extra = [draw(st.sampled_from(noises))] if number in noisy else []
        for part in (*extra, line):
            last_end, end = end, draw(st.sampled_from(ends)) if len(ends) > 1 else ends[0]
            if not part and last_end == b"\r" and end == b"\n":
                end = b"\r\n"  # else the two would be one line end
            kept = b"data:" + part[6:] if tight and part.startswith(b"data: ") else part
            dressed_lines.append(kept + end)
    if not rest:
        dressed_lines.pop()
    else:
        dressed_lines[-1] = dressed_lines[-1].rstrip(b"\r\n")
    body = (BOM if draw(st.booleans()) else b"") + b"".join(dressed_lines)
    if draw(st.integers(0, 9)) == 0:
        return [bytes([byte]) for byte in body]
    return cut(body, *draw(st.lists(st.integers(0, len(body)), max_size=8)))


def outcome(pieces: list[bytes]) -> str:
    """Everything that comes of these bytes, with the ids this package made up numbered."""
    built = failure()
    reader, guard = ChunkReader(built, "choices"), StreamGuard(built, "error")
    said: list[object] = []
    try:
        for piece in (*pieces, None):
            found = reader.close() if piece is None else reader.feed(piece)
            said.extend(asdict(d) for chunk in found if (d := guard.push(chunk)))
            if reader.error:
                raise reader.error
            if reader.done:
                break
        said.append(asdict(guard.close()))
    except CometAPIError as error:
        partial = error.partial_message or guard.partial_message()
        said.append([type(error).__name__, str(error), partial.model_dump()])
    text = json.dumps(said, sort_keys=True)
    for number, id_ in enumerate(dict.fromkeys(re.findall(r"call_[0-9a-f]{24}", text))):
        text = text.replace(id_, f"made-up-{number}")
    return text


def check(name: str, examples: int, run: Any) -> None:
    """Run a property with the same examples in every run of the suite."""
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
    options: dict[str, Any] = {"deadline": None, "database": None, "derandomize": True}
    with_settings = settings(max_examples=examples, suppress_health_check=checks, **options)
    with_settings(given(dressed(name))(run))()


@pytest.mark.parametrize("name", STREAMS)
def test_outcome_does_not_depend_on_cuts_and_noise(name: str) -> None:
    expected = outcome([fixture(f"stream/{name}")])

    def run(pieces: list[bytes]) -> None:
        assert outcome(pieces) == expected

    check(name, 15, run)


def test_noise_is_really_added() -> None:
    """A property over undisturbed bytes would prove nothing."""
    plain = fixture("stream/normal.sse")
    seen: set[str] = set()

    def run(pieces: list[bytes]) -> None:
        body = b"".join(pieces)
        seen.update(
            name
            for name, holds in {
                "BOM": body.startswith(BOM),
                "CR": b"\r" in body and b"\n" not in body,
                "CRLF": body.count(b"\r\n") == body.count(b"\n") > 0,
                "LF": b"\r" not in body,
                "comment": b": PING" in body,
                "field": b"retry: 3000" in body,
                "no blank": b"data:{" in body,
                "no [DONE]": b"[DONE]" not in body,
                "pieces": len(pieces) > 3,
                "bytes": len(pieces) == len(body),
                "plain": body == plain,
            }.items()
            if holds
        )

    check("normal.sse", 100, run)
    assert len(seen) == 11
