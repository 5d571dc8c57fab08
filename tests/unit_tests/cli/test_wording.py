"""The advice of errors in the words of a command line."""

from __future__ import annotations

import re

import pytest

from langchain_cometapi import ChatCometAPI
from langchain_cometapi import exceptions as exc
from langchain_cometapi._cli.wording import as_command_line
from langchain_cometapi._client import error_advice
from langchain_cometapi._client.error_body import ErrorBody

KINDS = [getattr(exc, name) for name in dir(exc) if name.endswith("Error")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (error_advice.WRONG_PATH, "Does --base-url (or COMETAPI_BASE_URL) end in its version path"),
        ("`base_url` is blank. Pass a URL", "--base-url is blank. Pass a URL"),
        (
            "by embeddings: pass it to `CometAPIEmbeddings`.",
            "by embeddings: choose a chat model.",
        ),
        ("Raise `timeout` and `stream_chunk_timeout` (seconds)", "Raise --timeout (seconds)"),
        ("Raise `stream_chunk_timeout` (seconds), or switch it off with `None`.", "Raise --time"),
        ("Use `ChatCometAPIAnthropic` (`pip", "Pass --native (`pip"),
        ('pass `endpoint="chat"`.', "pass --param endpoint=chat."),
        ("pass `store=False`, or `seed=7`", "pass --param store=false, or --param seed=7"),
        ("`x` is a bool.\nSecond  line", "`x` is a bool. Second line"),
        ("It broke. See `partial_message` for what had arrived. [id]", "It broke. [id]"),
    ],
)
def test_argument_becomes_an_option(text: str, expected: str) -> None:
    assert as_command_line(text).startswith(expected)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_advice_of_each_error_names_no_argument_of_a_program(
    kind: type[exc.CometAPIError],
) -> None:
    advice = error_advice.get_advice(kind, ErrorBody(), None, url=None)
    names = ChatCometAPI.model_fields.keys() | {"api_key", "base_url", "timeout", "partial_message"}
    named = set(re.findall(r"`(\w+)`", as_command_line(advice)))
    assert named & names <= {"max_tokens"}  # which `--param` takes by this name
