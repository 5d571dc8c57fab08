"""Write `docs/wire-shapes.md`: what two classes make of every shape an answer comes in.

    python -m scripts.wire_shapes

Each fixture of the tests is answered once to `ChatCometAPI` and once to plain `ChatOpenAI`, without
a socket. The descriptions below are the only part that is written by hand; a test checks that every
fixture has one, and that the column of `ChatCometAPI` is as it is now.
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
    from collections.abc import Callable, Mapping

    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage

ROOT = Path(__file__).resolve().parents[1]
FIXTURES = ROOT / "tests" / "fixtures"
PAGE = ROOT / "docs" / "wire-shapes.md"

_MODEL = re.compile(rb'"model": ?"([^"]+)"')
_ANY_MODEL = "gpt-5.4-mini"
_SHOWN = 48
_USUAL_REASONS = {"stop", "tool_calls"}
_STATUS = re.compile(r"chat/error_(\d{3})")
_CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".sse": "text/event-stream",
    ".txt": "text/plain",
}

WHOLE = {
    "chat/normal.json": "as OpenAI documents it",
    "chat/minimal.json": "no usage",
    "chat/usage_null.json": "`usage: null`",
    "chat/content_list.json": "`content` is a list of text parts",
    "chat/no_role.json": "the message has no `role`",
    "chat/two_choices.json": "two choices (`n=2`)",
    "chat/structured_plain.json": "JSON as text",
    "chat/structured_fenced.json": "JSON in a Markdown fence",
    "chat/length_empty.json": "all tokens went into thoughts: empty text",
    "chat/length_null.json": "all tokens went into thoughts: `content: null`",
    "chat/reasoning_content.json": "thoughts in `reasoning_content`",
    "chat/reasoning_details.json": "thoughts in `reasoning` and signed `reasoning_details`",
    "chat/thinking_blocks.json": "thoughts in signed `thinking_blocks`",
    "chat/think_tags.json": "thoughts in `<think>` tags",
    "chat/images.json": "`message.images`",
    "chat/annotations.json": "citations in `annotations`",
    "chat/tool_signature_google.json": "a call signed in `extra_content.google`",
    "chat/tool_signature_vertex.json": "a call signed in `extra_content.vertex`",
    "chat/tool_signature_first_of_two.json": "two calls, the first one signed",
    "chat/tool_arguments_empty.json": 'a call with arguments `""`',
    "chat/tool_arguments_null.json": "a call with arguments `null`",
    "chat/tool_arguments_null_text.json": 'a call with arguments `"null"`',
    "chat/tool_arguments_object.json": "a call whose arguments are an object, not text",
    "chat/tool_arguments_cut.json": "a call cut off by the token limit",
    "chat/tool_arguments_broken.json": "two calls, the first one's arguments without an end",
    "chat/tool_arguments_no_object.json": "a call whose arguments are a list",
    "chat/tool_without_id.json": "a call without an id",
    "chat/tool_without_name.json": "two calls, the first one without a name",
    "chat/usage_cost.json": "usage with cost and details of every kind",
    "chat/usage_anthropic.json": "usage with Anthropic's cache counts beside OpenAI's",
    "chat/usage_anthropic_native.json": "usage under Anthropic's names alone",
    "chat/usage_claude.json": "usage with CometAPI's `claude_cache_creation_5_m_tokens`",
    "chat/usage_cache_hit.json": "usage with `prompt_cache_hit_tokens`",
    "chat/usage_floats.json": "token counts as floats",
    "chat/usage_empty_details.json": "usage whose details are empty",
    "chat/usage_reasoning_apart.json": "reasoning tokens not among the completion tokens",
}

FAILING = {
    "chat/error_with_200.json": 'status 200, `{"error": ...}`',
    "chat/error_in_choice.json": "status 200, an error inside the choice",
    "chat/finish_error.json": 'status 200, `finish_reason: "error"`',
    "chat/choices_null.json": "status 200, `choices: null`",
    "chat/choices_empty.json": "status 200, `choices: []`",
    "chat/choices_missing.json": "status 200, no `choices`",
    "chat/page.html": "status 200, an HTML page",
    "chat/text.txt": "status 200, text of a proxy",
    "chat/cut.txt": "status 200, JSON cut off",
    "chat/empty.txt": "status 200, no body",
    "chat/list.json": "status 200, a JSON list",
    "chat/error_400_validation.json": "400, a parameter is wrong",
    "chat/error_400_string.json": "400, `error` is text",
    "chat/error_400_number.json": "400, `code` is a number",
    "chat/error_400_context.json": "400, `context_length_exceeded`",
    "chat/error_400_convert.json": "400, `convert_request_failed`",
    "chat/error_400_filter.json": "400, blocked by a content filter",
    "chat/error_400_gemini.json": "400, Gemini's list of errors",
    "chat/error_400_stream_options.json": "400, `stream_options` is unknown",
    "chat/error_401.json": "401, the key is wrong",
    "chat/error_402.json": "402, the balance is used up",
    "chat/error_403.json": "403, no permission",
    "chat/error_403_quota.json": "403, the quota is used up, without an envelope",
    "chat/error_403_prepaid.json": "403, the charge in advance exceeds the quota",
    "chat/error_404.json": "404, a wrong path",
    "chat/error_404_model.json": "404, no such model",
    "chat/error_413.json": "413, the body is too large",
    "chat/error_422.json": "422, FastAPI's `detail`",
    "chat/error_429.json": "429, a rate limit",
    "chat/error_429_context.json": "429 that is a context overflow",
    "chat/error_429_quota.json": "429 that is a used-up quota",
    "chat/error_500.json": "500",
    "chat/error_500_invalid.json": "500 that is an invalid request",
    "chat/error_500_text.txt": "500 with plain text",
    "chat/error_503_busy.json": "503, the model is busy",
    "chat/error_503_model.json": "503 that is an unknown model",
    "chat/error_503_saturated.json": "503, the upstream is saturated, in Chinese",
    "chat/error_524.html": "524, a page of a proxy",
    "chat/error_529.json": "529, Anthropic is overloaded",
}

STREAMED = {
    "stream/normal.sse": "as OpenAI documents it, usage in a last chunk of its own",
    "stream/minimal.sse": "no usage",
    "stream/keepalive_first.sse": "keep-alive comments first",
    "stream/no_blank_lines.sse": "events without blank lines between them",
    "stream/no_role.sse": "no `role` in any chunk",
    "stream/choices_empty.sse": "`choices: []` amid the text, without usage",
    "stream/choices_null.sse": "`choices: null` amid the text",
    "stream/delta_missing.sse": "no `delta` in some chunks",
    "stream/delta_null.sse": "`delta: null` in some chunks",
    "stream/content_list.sse": "`content` is a list of text parts",
    "stream/two_choices.sse": "two choices that take turns",
    "stream/finish_twice.sse": "two chunks with a `finish_reason`, the second by another model",
    "stream/message_at_end.sse": "the whole `message` again at the end",
    "stream/message_with_tools_again.sse": "a call, and again in the whole `message` at the end",
    "stream/message_with_tools_at_end.sse": "a call begun, then the whole `message` at the end",
    "stream/length_empty.sse": "all tokens went into thoughts: empty text",
    "stream/usage_after_finish.sse": "usage in a chunk with an empty delta, after the end",
    "stream/usage_with_finish.sse": "usage beside the `finish_reason`",
    "stream/usage_in_choice.sse": "usage inside the choice (Kimi)",
    "stream/usage_cumulative.sse": "usage so far on every chunk",
    "stream/usage_details.sse": "usage with cost and details",
    "stream/usage_cache_hit.sse": "usage with `prompt_cache_hit_tokens`",
    "stream/usage_anthropic.sse": "usage with Anthropic's cache counts",
    "stream/usage_claude.sse": "usage with CometAPI's `claude_cache_creation_5_m_tokens`",
    "stream/reasoning_content.sse": "thoughts in `reasoning_content`",
    "stream/reasoning_both.sse": "the same thoughts in `reasoning` and `reasoning_content`",
    "stream/reasoning_details.sse": "thoughts in `reasoning_details`, signed in the last fragment",
    "stream/thinking_blocks.sse": "thoughts in signed `thinking_blocks`",
    "stream/think_tags.sse": "thoughts in `<think>` tags, cut anywhere",
    "stream/images.sse": "`delta.images`",
    "stream/annotations.sse": "citations in `delta.annotations`",
    "stream/tool_normal.sse": "two calls in fragments, each with its index",
    "stream/tool_first_chunk.sse": "whole calls in the first chunk",
    "stream/tool_no_index.sse": "two calls without `index`",
    "stream/tool_index_null.sse": "two calls with `index: null`",
    "stream/tool_same_index_whole.sse": "two whole calls on one index",
    "stream/tool_same_index_fragmented.sse": "two calls in fragments on one index",
    "stream/tool_id_repeated.sse": "every fragment repeats the id",
    "stream/tool_without_id.sse": "a call without an id",
    "stream/tool_malformed_fragment.sse": "a call between fragments that are none",
    "stream/tool_signature_google.sse": "a call signed in `extra_content.google`",
    "stream/tool_signature_vertex.sse": "a call signed in `extra_content.vertex`",
    "stream/tool_signature_first_of_two.sse": "two calls, the first one signed",
    "stream/tool_arguments_empty.sse": 'a call with arguments `""`',
    "stream/tool_arguments_null.sse": "a call with arguments `null`",
    "stream/tool_arguments_null_text.sse": 'a call with arguments `"null"`',
    "stream/tool_arguments_null_split.sse": 'a call with arguments `"null"` in two fragments',
    "stream/tool_arguments_object.sse": "a call whose arguments are an object, not text",
    "stream/tool_arguments_cut.sse": "a call cut off by the token limit",
    "stream/tool_arguments_broken.sse": "two calls, the first one's arguments without an end",
    "stream/tool_arguments_no_object.sse": "a call whose arguments are a list",
    "stream/error_before_text.sse": "an error object as the first event",
    "stream/error_after_text.sse": "an error object after some text",
    "stream/error_after_finish.sse": "an error object after the `finish_reason`",
    "stream/error_tool_call.sse": "an error object after a whole call",
    "stream/error_number_code.sse": "an error object whose `code` is 429",
    "stream/error_overflow.sse": "an error object that is a context overflow",
    "stream/error_event.sse": "an event named `error`",
    "stream/error_in_choice.sse": "an error inside the choice",
    "stream/error_finish_reason.sse": '`finish_reason: "error"`',
    "stream/error_bare_line.sse": "an error as a line without `data:`",
    "stream/error_bare_line_cut.sse": "the same without an end of line",
    "stream/error_bare_pretty.sse": "an error over several lines without `data:`",
    "stream/no_finish.sse": "`[DONE]` without a `finish_reason`",
    "stream/no_finish_no_done.sse": "the body ends after some text",
    "stream/no_finish_tool_call.sse": "the body ends inside a call's arguments",
    "stream/cut_event.sse": "the body ends inside an event",
    "stream/no_json.sse": "an event that is no JSON",
    "stream/only_done.sse": "`[DONE]` and nothing else",
    "stream/nothing.sse": "comments and nothing else",
}

TABLES: Mapping[str, Mapping[str, str]] = {
    "Whole answers": WHOLE,
    "Whole answers that are none": FAILING,
    "Streams": STREAMED,
}


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
            use_responses_api=False,
        ),
    )


def _model(fixture: str) -> str:
    """Return the model that answers, which some shapes are peculiar to."""
    named = _MODEL.search((FIXTURES / fixture).read_bytes())
    return named[1].decode() if named else _ANY_MODEL


def _client(fixture: str) -> Any:
    """Return an HTTP client that answers everything with a fixture."""
    path = FIXTURES / fixture
    status = _STATUS.match(fixture)
    headers = {"content-type": _CONTENT_TYPES[path.suffix]}

    def answer(_: Any) -> Any:
        return httpx.Response(
            int(status[1]) if status else 200, headers=headers, content=path.read_bytes()
        )

    return httpx.Client(transport=httpx.MockTransport(answer))


def _ask(fixture: str, build: Callable[[], BaseChatModel]) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            model = build()
            message: Any
            if fixture.startswith("stream/"):
                message = reduce(add, model.stream("Hi"))
            else:
                message = model.invoke("Hi")
            return _describe(message)
        except Exception as error:  # noqa: BLE001 - any of them is what the table is about
            return _describe_error(error)


def _describe(message: AIMessage) -> str:
    said = []
    if isinstance(message.content, list):
        said.append("a list of parts")
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


def _call(name: str | None, arguments: Any) -> str:
    if isinstance(arguments, dict):
        arguments = ", ".join(f"{key}={json.dumps(value)}" for key, value in arguments.items())
    return f"`{name or '?'}({arguments or ''})`"


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
    tokens = f"{usage['input_tokens']} + {usage['output_tokens']} tokens"
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
    shown = " ".join(text.split())
    if len(shown) > _SHOWN:
        shown = shown[:_SHOWN] + "..."
    return f'"{shown}"'.replace("`", "'").replace("<", "&lt;")


def _escape(cell: str) -> str:
    return cell.replace("|", "\\|")


def render() -> str:
    """Return the page."""
    about = (
        "Every shape of an answer that the tests know, and what becomes of it: `ChatOpenAI` of "
        f"langchain-openai {version('langchain-openai')} (openai {version('openai')}) beside "
        "`ChatCometAPI`, both on the chat route. The first column is the file in `tests/fixtures/`."
    )
    legend = (
        "An answer is told by its text, its tool calls, the names in `additional_kwargs`, its "
        "tokens (input + output, details in brackets), its cost, and its `finish_reason` unless "
        "that is `stop` or `tool_calls`. An error is told by its class and, behind `with`, by the "
        "text its `partial_message` keeps."
    )
    origin = "This page is generated: `python -m scripts.wire_shapes`."
    lines = ["# Wire shapes", "", about, "", legend, "", origin]
    for title, shapes in TABLES.items():
        lines += ["", f"## {title}", "", "| fixture | shape | `ChatOpenAI` | `ChatCometAPI` |"]
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
