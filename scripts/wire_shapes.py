"""Write `docs/wire-shapes.md`: what two classes make of every shape of a response.

    python -m scripts.wire_shapes

Each body in `tests/wire` is sent once to `ChatCometAPI` and once to plain `ChatOpenAI`, without a
socket. Its shape is described in the file of what it must become. A test checks that the page has
every body, and that the column of `ChatCometAPI` is as it is now.
"""

from __future__ import annotations

import json
import os
import re
import sys
import warnings
from functools import reduce
from importlib.metadata import version
from operator import add
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_openai import ChatOpenAI

from langchain_cometapi import ChatCometAPI, CometAPIError, CometAPIStreamError
from langchain_cometapi._client.sdk import httpx

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage

ROOT = Path(__file__).resolve().parents[1]
WIRE = ROOT / "tests" / "wire"
PAGE = ROOT / "docs" / "wire-shapes.md"

_MODEL = re.compile(rb'"model": ?"([^"]+)"')
_ANY_MODEL = "gpt-5.4-mini"
_RESPONSES_MODEL = "gpt-6-astra"
_SHOWN = 48
_USUAL_REASONS = {"stop", "tool_calls"}
_EXPECTED = ".expected.json"
_CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".sse": "text/event-stream",
    ".txt": "text/plain",
}

TITLES = {
    ("chat", "message"): "Whole completions",
    ("chat", "error"): "Whole responses that are errors",
    ("stream", "message"): "Streams",
    ("stream", "error"): "Streams that fail",
    ("responses", "message"): "Whole responses of the Responses route",
    ("responses", "error"): "Whole responses of the Responses route that are errors",
    ("responses_stream", "message"): "Streams of the Responses route",
    ("responses_stream", "error"): "Streams of the Responses route that fail",
}
"""The tables of the page, by folder and by what must come of a body."""


def read_tables() -> dict[str, dict[str, str]]:
    """Return the shape of each body in `tests/wire`, by table and path."""
    tables: dict[str, dict[str, str]] = {title: {} for title in TITLES.values()}
    for file in sorted(WIRE.glob("*/*")):
        if file.name.endswith(_EXPECTED):
            continue
        path = file.relative_to(WIRE).as_posix()
        expected = _read_expected(path)
        outcome = "error" if "error" in expected else "message"
        tables[TITLES[file.parent.name, outcome]][path] = expected["shape"]
    return tables


def _read_expected(path: str) -> dict[str, Any]:
    text = (WIRE / path).with_suffix(_EXPECTED).read_text(encoding="utf-8")
    expected: dict[str, Any] = json.loads(text)
    return expected


def ask_cometapi(fixture: str) -> str:
    """Return what `ChatCometAPI` makes of a fixture.

    Args:
        fixture: Its path, for example `stream/normal.sse`.
    """
    client = _client(fixture)
    return _ask(
        fixture,
        lambda: ChatCometAPI(
            model=_model(fixture), api_key="sk-1", max_retries=0, http_client=client
        ),
    )


def ask_openai(fixture: str) -> str:
    """Return what plain `ChatOpenAI` makes of a fixture.

    Args:
        fixture: Its path.
    """
    client = _client(fixture)
    options: Any = {
        "model": _model(fixture),
        "api_key": "sk-1",
        "base_url": "https://api.cometapi.com/v1",
    }
    return _ask(
        fixture,
        lambda: ChatOpenAI(
            **options,
            max_retries=0,
            http_client=client,
            stream_usage=True,
            use_responses_api=_is_of_responses(fixture),
        ),
    )


def _is_of_responses(fixture: str) -> bool:
    return fixture.startswith("responses")


def _model(fixture: str) -> str:
    """Return the model that answers, which some shapes are peculiar to."""
    if _is_of_responses(fixture):
        return _RESPONSES_MODEL
    named = _MODEL.search((WIRE / fixture).read_bytes())
    return named[1].decode() if named else _ANY_MODEL


def _client(fixture: str) -> Any:
    """Return an HTTP client that answers everything with a fixture."""
    path = WIRE / fixture
    status = _read_expected(fixture).get("status", 200)
    headers = {"content-type": _CONTENT_TYPES[path.suffix]}

    def answer(_: Any) -> Any:
        return httpx.Response(status, headers=headers, content=path.read_bytes())

    return httpx.Client(transport=httpx.MockTransport(answer))


def _ask(fixture: str, build: Callable[[], BaseChatModel]) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            model = build()
            message: Any
            if fixture.startswith(("stream/", "responses_stream/")):
                message = reduce(add, model.stream("Hi"))
            else:
                message = model.invoke("Hi")
            return _describe(message)
        except Exception as error:  # noqa: BLE001 - any of them is what the table is about
            return _describe_error(error)


def _describe(message: AIMessage) -> str:
    said = []
    if isinstance(message.content, list) and not _is_standard(message):
        said.append("a list of parts")
    elif isinstance(message.content, list):
        said += _describe_blocks(message.content)
    elif message.content:
        said.append(_quote(message.content))
    said += [_call(call["name"], call["args"]) for call in message.tool_calls]
    said += [f"invalid {_call(call['name'], call['args'])}" for call in message.invalid_tool_calls]
    if any(call["id"] is None for call in (*message.tool_calls, *message.invalid_tool_calls)):
        said.append("id `None`")
    said += [
        f"`{name}`"
        for name, value in message.additional_kwargs.items()
        if value and name not in {"tool_calls", "refusal", "parsed"}
    ]
    said.append(_tokens(message))
    metadata = message.response_metadata
    if "cost" in metadata or "cost" in (metadata.get("token_usage") or {}):
        said.append("cost")
    reason = metadata.get("finish_reason")
    if reason not in _USUAL_REASONS:
        said.append(f"`{reason}`" if reason else "no `finish_reason`")
    return ", ".join(said)


def _is_standard(message: AIMessage) -> bool:
    """Whether the content has the form of the Responses route."""
    return message.response_metadata.get("object") == "response"


def _describe_blocks(content: list[Any]) -> list[str]:
    """Return the texts of content, and the types of its other blocks but for calls."""
    said = []
    for block in content:
        kind = block.get("type")
        if kind in {"text", "refusal"}:
            said.append(("refusal " if kind == "refusal" else "") + _quote(block.get(kind, "")))
        elif kind not in {"function_call", "custom_tool_call"}:
            said.append(f"`{kind}`")
    return said


def _call(name: str | None, arguments: Any) -> str:
    if isinstance(arguments, dict):
        arguments = ", ".join(f"{key}={json.dumps(value)}" for key, value in arguments.items())
    return f"`{name or '?'}({_shorten(arguments or '')})`"


def _tokens(message: AIMessage) -> str:
    usage = message.usage_metadata
    if usage is None:
        return "no usage"
    details: dict[str, Any] = {}
    details.update(usage.get("input_token_details") or {})
    details.update(
        {f"{kind} out": count for kind, count in (usage.get("output_token_details") or {}).items()}
    )
    shown = [
        f"{count} {kind.replace('_', ' ')}" for kind, count in sorted(details.items()) if count
    ]
    tokens = f"{_shorten(usage['input_tokens'])} + {_shorten(usage['output_tokens'])} tokens"
    return f"{tokens} ({'; '.join(shown)})" if shown else tokens


def _describe_error(error: Exception) -> str:
    kind = type(error)
    said = "error: "
    if isinstance(error, CometAPIStreamError) and kind.__bases__[0] is CometAPIStreamError:
        said = "error in the stream: "
        kind = kind.__bases__[1]
    said += f"`{kind.__name__}`"
    partial = error.partial_message if isinstance(error, CometAPIError) else None
    if partial is not None and partial.text:
        said += f" with {_quote(partial.text)}"
    return said


def _quote(text: str) -> str:
    shown = _shorten(" ".join(text.split()))
    return f'"{shown}"'.replace("`", "'").replace("<", "&lt;")


def _shorten(value: object) -> str:
    text = str(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."


def _escape(cell: str) -> str:
    # Half a surrogate pair, which `ChatOpenAI` passes on, is shown as JSON writes it.
    shown = cell.encode("utf-8", "backslashreplace").decode()
    return shown.replace("|", "\\|")


def render() -> str:
    """Return the page."""
    about = (
        "Every shape of a response that the tests know, and what becomes of it: `ChatOpenAI` of "
        f"langchain-openai {version('langchain-openai')} (openai {version('openai')}) and "
        "`ChatCometAPI`, both on the same route. The first column is the file in `tests/wire/`."
    )
    legend = (
        "A message is described by its text, its tool calls, the types of other blocks of its "
        "content, the names in `additional_kwargs`, its "
        "tokens (input + output, details in brackets), its cost, and its `finish_reason` unless "
        "that is `stop` or `tool_calls`. An error is described by its class and, behind `with`, by "
        "the text of its `partial_message`."
    )
    origin = "This page is generated: `python -m scripts.wire_shapes`."
    lines = ["# Wire shapes", "", about, "", legend, "", origin]
    for title, shapes in read_tables().items():
        lines += ["", f"## {title}", "", "| file | shape | `ChatOpenAI` | `ChatCometAPI` |"]
        lines.append("| --- | --- | --- | --- |")
        for fixture, shape in shapes.items():
            cells = (f"`{fixture}`", shape, ask_openai(fixture), ask_cometapi(fixture))
            lines.append(f"| {' | '.join(map(_escape, cells))} |")
    return "\n".join(lines) + "\n"


def read_rows(page: str) -> dict[str, str]:
    """Return the last column of a page's tables, by fixture.

    Args:
        page: The page's text.
    """
    rows: dict[str, str] = {}
    for line in page.splitlines():
        if line.startswith("| `"):
            cells = line.removeprefix("| ").removesuffix(" |").split(" | ")
            rows[cells[0].strip("`")] = cells[-1].replace("\\|", "|")
    return rows


def main() -> int:
    """Write the page."""
    for name in list(os.environ):
        if name.startswith(("OPENAI_", "LANGCHAIN_", "LANGSMITH_", "LC_", "COMETAPI_")):
            del os.environ[name]
    PAGE.write_text(render(), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
