"""The chat route: which chunk has content."""

from __future__ import annotations

from typing import Any

import pytest

from langchain_cometapi._chat.resource import has_content
from tests.support import USAGE_CHUNK, chunk


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (chunk("Hi"), True),
        (chunk({"reasoning_content": "Hmm."}), True),
        (chunk({"tool_calls": [{"index": 0}]}), True),
        (chunk(None, "stop"), True),
        ({"choices": [{"message": {"content": "Hi"}}]}, True),
        ({"choices": [{"delta": {}}, {"delta": {"content": "Hi"}}]}, True),
        ({"choices": ["text"]}, True),
        (USAGE_CHUNK, True),
        (chunk(), False),
        (chunk(""), False),
        (chunk({"role": "assistant", "content": None}), False),
        ({"choices": [{"delta": "text"}]}, False),
        ({"choices": None}, False),
        ({"choices": [], "usage": None}, False),
        ({}, False),
    ],
    ids=repr,
)
def test_chunk_has_content_unless_it_is_a_heartbeat(
    event: dict[str, Any], *, expected: bool
) -> None:
    assert has_content(event) is expected
