"""What LLMock is to answer in the tests of the standard suite that ask for more than a schema."""

from __future__ import annotations

import json
from typing import Any


def call_tool(name: str, arguments: dict[str, Any], times: int | None = 1) -> dict[str, Any]:
    """Return the behaviour that calls a tool, so often or always."""
    call = {"name": name, "arguments": arguments}
    return {"type": "reply", "tool_calls": [call], "times": times}


def say(text: str, times: int | None = 1) -> dict[str, Any]:
    """Return the behaviour that says a text, so often or always."""
    return {"type": "reply", "text": text, "times": times}


_MAGIC = [call_tool("magic_function", {"input": 3}, times=None)]
_JOKE = {"setup": "Why do cats sit on keyboards?", "punchline": "To keep an eye on the mouse."}
SCRIPTS: dict[str, list[dict[str, Any]]] = {
    "test_tool_calling": _MAGIC,
    "test_tool_calling_async": _MAGIC,
    "test_json_mode": [say(json.dumps(_JOKE), times=None)],
    "test_unicode_tool_call_integration": [
        call_tool("unicode_customer", {"customer_name": name, "description": "a company"})
        for name in ("你好啊集团", "こんにちは株式会社")
    ],
}
