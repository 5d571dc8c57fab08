"""The advice of an error in the words of a command line: options in place of arguments."""

from __future__ import annotations

import json
import re
from ast import literal_eval

# What an error of this package says, and what it is on a command line.
_WORDS = (
    ("`base_url` (or COMETAPI_BASE_URL)", "--base-url (or COMETAPI_BASE_URL)"),
    ("`base_url` is blank", "--base-url is blank"),
    ("`api_key` (or COMETAPI_KEY)", "COMETAPI_KEY"),
    ("`api_key` or COMETAPI_KEY", "COMETAPI_KEY"),
    ("pass `api_key`, or set ", "set "),
    (" See `partial_message` for what had arrived.", ""),
    ("`stream_chunk_timeout` (seconds), or switch it off with `None`", "--timeout (seconds)"),
    ("`timeout` and `stream_chunk_timeout`", "--timeout"),
    ("`timeout`", "--timeout"),
    (", or pass a `rate_limiter`", ""),
    ("Check `model`", "Check the model"),
    (" as `model`", ""),
    ("pass it to `CometAPIEmbeddings`", "choose a chat model"),
)
_NATIVE = re.compile(r"Use `ChatCometAPI(?:Anthropic|Google)` \(")
_SETTING = re.compile(r"`(\w+)=(\"[^\"`]*\"|True|False|None|\d[\d.]*)`")
_OF_PROGRAMS = " Leave it out, or pass `strict_params"
"""Where a warning goes on about what a program can do."""


def as_command_line(text: str) -> str:
    """Return a message with its arguments as options, and on one line."""
    text = " ".join(text.split()).partition(_OF_PROGRAMS)[0]
    for argument, option in _WORDS:
        text = text.replace(argument, option)
    return _SETTING.sub(_as_parameter, _NATIVE.sub("Pass --native (", text))


def _as_parameter(match: re.Match[str]) -> str:
    value = literal_eval(match[2])
    return f"--param {match[1]}={value if isinstance(value, str) else json.dumps(value)}"
