"""How the cost of a stream grows with each field of it: twice the bytes, how many times the CPU?

    make bench_linear

It reads streams of many small pieces as `ChatCometAPI` does, without the network and without what
core does with the chunks, and fails where twice the bytes cost more than `MAX_FACTOR` times the
CPU. What is above is measured once more.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from typing import TYPE_CHECKING, Any

from langchain_cometapi._base.routes import CHAT
from langchain_cometapi._base.routes import RESPONSES as RESPONSES_ROUTE
from langchain_cometapi._client.errors import Failure
from langchain_cometapi._client.responses import ResponseInfo
from langchain_cometapi._client.sdk import httpx
from langchain_cometapi._client.sse import ChunkReader
from langchain_cometapi._content.blocks import translate_content
from langchain_cometapi._context import CallContext

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_FACTOR = 2.3
SIZE = 2000
"""Pieces of the smaller stream."""

ROUNDS = 5
_TEXT = "word " * 20
_AUDIO = "QUJD" * 1024


def _call(arguments: str, **fields: Any) -> dict[str, Any]:
    call = {"index": 0, "id": None, "function": {"arguments": arguments}, **fields}
    return {"tool_calls": [call]}


def _arguments(opened: str) -> Callable[[int], dict[str, Any]]:
    """Pieces of the arguments of one call; the first one opens something."""
    first = {"id": "call_1", "function": {"name": "write", "arguments": opened}}
    return lambda n: _call("", **first) if n == 0 else _call(f'"{_TEXT}",')


def _note(n: int) -> dict[str, Any]:
    url = {"url": f"https://example.com/{n}", "start_index": n, "end_index": n + 1}
    return {"type": "url_citation", "url_citation": url}


_DETAIL = {"type": "reasoning.text", "text": _TEXT, "index": 0}

DELTAS: dict[str, Callable[[int], dict[str, Any]]] = {
    "content": lambda _: {"content": _TEXT},
    "content in parts": lambda _: {"content": [{"type": "text", "text": _TEXT}]},
    "content, half an emoji each": lambda n: {"content": ("\ude00a\ud83d", "\ude00\ud83d")[n % 2]},
    "content that waits for a tag": lambda _: {"content": "no tag, "},
    "<think> held back": lambda n: {"content": "\n" if n else "<think>x"},
    "blanks at the head": lambda _: {"content": " \n "},
    "an image in Markdown": lambda n: {"content": "QUJD" if n else "![a](data:image/png;base64,"},
    "brackets of images": lambda _: {"content": "![" * 10},
    "reasoning_content": lambda _: {"reasoning_content": _TEXT},
    "reasoning twice": lambda _: {"reasoning_content": _TEXT, "reasoning": _TEXT},
    "reasoning, then again": lambda n: {("thinking", "reasoning")[n >= SIZE // 2]: _TEXT},
    "reasoning_details": lambda _: {"reasoning_details": [_DETAIL]},
    "reasoning_details, many": lambda n: {"reasoning_details": [{**_DETAIL, "id": str(n)}]},
    "thinking_blocks": lambda _: {"thinking_blocks": [{"type": "thinking", "thinking": _TEXT}]},
    "annotations": lambda n: {"annotations": [_note(n)]},
    "audio": lambda _: {"audio": {"id": "a", "data": _AUDIO, "transcript": _TEXT}},
    "refusal": lambda _: {"refusal": _TEXT},
    "function_call": lambda _: {"function_call": {"arguments": _TEXT}},
    "a text of the vendor's": lambda n: {"extra_text": f"{n} {_TEXT}"},
    "a list of the vendor's": lambda n: {"extra_list": [{"n": n, "text": _TEXT}]},
    "an object of the vendor's": lambda n: {"extra_content": {f"key {n}": _TEXT}},
    "tool arguments": _arguments('{"texts": {"a": ['),
    "tool arguments in a list": _arguments("[" * 50),
    "tool arguments encoded twice": _arguments('"{'),
    "tool arguments, named each time": lambda n: _call(
        "{" if n == 0 else f'"{n}":"{_TEXT}",',
        id="call_1",
        function={"name": "write", "arguments": "{" if n == 0 else f'"{n}":"{_TEXT}",'},
    ),
    "blanks before tool arguments": lambda n: _call(" ", id="call_1" if n == 0 else None),
    "many tool calls": lambda n: {
        "tool_calls": [{"index": n, "id": str(n), "function": {"name": "a", "arguments": "{}"}}]
    },
    "signatures of a tool call": lambda n: _call(
        "", extra_content={"google": {"parts": [{"n": n, "text": _TEXT}]}}
    ),
}

_LOGPROB = {"content": [{"token": "a", "logprob": -0.1, "bytes": [97], "top_logprobs": []}]}
CHUNKS: dict[str, Callable[[int], dict[str, Any]]] = {
    "logprobs": lambda _: _chunk({"content": "a"}, logprobs=_LOGPROB),
    "citations of the response": lambda n: {**_chunk({}), "citations": [f"https://a/{n}"]},
    "an object of the response": lambda n: {**_chunk({}), "state": {f"key {n}": _TEXT}},
    "usage": lambda n: {**_chunk({}), "usage": {"prompt_tokens": n, f"count {n % 20}": n}},
}


def _chunk(delta: dict[str, Any], **choice: Any) -> dict[str, Any]:
    return {"id": "1", "model": "m", "choices": [{"index": 0, "delta": delta, **choice}]}


def _events(name: str, size: int) -> Iterator[bytes]:
    make = CHUNKS.get(name) or (lambda n: _chunk(DELTAS[name](n)))
    for n in range(size):
        yield f"data: {json.dumps(make(n))}\n\n".encode()


def _bare_objects(size: int) -> Iterator[bytes]:
    """Objects without `data:`, each of them cut into pieces, and lines that are none."""
    for n in range(size):
        line = json.dumps(_chunk({"content": str(n)})).encode()
        yield from (line[:20], line[20:40], line[40:], b'\n{"choices": cut\n')


_CALL = {"type": "function_call", "name": "write", "arguments": ""}
_PLACE = {"item_id": "a", "output_index": 0}


def _delta(kind: str, delta: str = _TEXT, **fields: Any) -> dict[str, Any]:
    return {"type": f"response.{kind}.delta", **_PLACE, "delta": delta, **fields}


def _item(n: int, event: str = "done", **fields: Any) -> dict[str, Any]:
    item = {"id": str(n), "type": "message", "content": [], **fields}
    return {"type": f"response.output_item.{event}", "output_index": n, "item": item}


def _of_call(n: int, kind: str, event: str, **opened: Any) -> dict[str, Any]:
    """Pieces of one call, which the first event opens."""
    if n == 0:
        return _item(0, "added", **{**_CALL, "id": "a", "call_id": "c", "type": kind, **opened})
    return _delta(event, f'{"[{" if n == 1 else ""}"{_TEXT}",')


def _citation(n: int) -> dict[str, Any]:
    citation = {"type": "url_citation", "url": f"https://example.com/{n}"}
    kind = "response.output_text.annotation.added"
    return {"type": kind, **_PLACE, "annotation_index": n, "annotation": citation}


def _of_message(**part: Any) -> list[dict[str, Any]]:
    return [{"type": "output_text", "text": _TEXT, **part}]


RESPONSES: dict[str, Callable[[int], dict[str, Any]]] = {
    "text": lambda _: _delta("output_text"),
    "text of many parts": lambda n: _delta("output_text", content_index=n),
    "text without ids": lambda _: {"type": "response.output_text.delta", "delta": _TEXT},
    "text with another id each": lambda n: _delta("output_text", item_id=str(n)),
    "text with log probabilities": lambda _: _delta("output_text", logprobs=_LOGPROB["content"]),
    "refusal": lambda _: _delta("refusal"),
    "summary": lambda _: _delta("reasoning_summary_text"),
    "many summaries": lambda n: _delta("reasoning_summary_text", summary_index=n),
    "reasoning": lambda _: _delta("reasoning_text"),
    "arguments": lambda n: _of_call(n, "function_call", "function_call_arguments"),
    "arguments without a name": lambda n: _of_call(
        n, "function_call", "function_call_arguments", name=None
    ),
    "input": lambda n: _of_call(n, "custom_tool_call", "custom_tool_call_input", input=""),
    "annotations": _citation,
    "many messages": lambda n: _item(n, content=_of_message()),
    "many calls": lambda n: _item(n, **{**_CALL, "call_id": str(n), "arguments": "{}"}),
    "many calls with one id": lambda n: _item(n, **{**_CALL, "call_id": "c", "arguments": "{}"}),
    "many items": lambda n: _item(n, type="web_search_call", action={"query": _TEXT}),
    "an event that is not known": lambda n: {"type": "response.new", "n": n, "text": _TEXT},
    "signs of life": lambda n: {"type": "response.in_progress", "response": {f"{n % 20}": _TEXT}},
}
"""Events of the Responses route."""


def _response_events(name: str, size: int) -> Iterator[bytes]:
    """Return the events, and the whole of their items at the end."""
    items = []
    for n in range(size):
        event = RESPONSES[name](n)
        items += [event["item"]] if event["type"] == "response.output_item.done" else []
        yield f"data: {json.dumps({**event, 'sequence_number': n})}\n\n".encode()
    end = {"type": "response.completed", "response": {"id": "resp_1", "output": items}}
    yield f"data: {json.dumps(end)}\n\n".encode()


_ROUTE = "Responses route: "


def _bodies() -> dict[str, Callable[[int], Iterator[bytes]]]:
    named = {name: lambda size, n=name: _events(n, size) for name in (*DELTAS, *CHUNKS)}
    named |= {_ROUTE + name: lambda size, n=name: _response_events(n, size) for name in RESPONSES}
    return {**named, "bare JSON objects cut into pieces": _bare_objects}


BODIES = _bodies()

_response = httpx.Response(200, request=httpx.Request("POST", "https://example.com/v1"))
_FAILURE = Failure(model="m", response=_response)


def read_stream(pieces: list[bytes], name: str = "") -> int:
    """Read the stream of a field to its end and make its blocks; return how many chunks it had."""
    context = CallContext.create(
        "m", "https://example.com/v1", think_tags=True, stream_truncation="ignore"
    )
    is_response = name.startswith(_ROUTE)
    reader = ChunkReader(_FAILURE, "type" if is_response else "choices")
    route = RESPONSES_ROUTE if is_response else CHAT
    converter = route.converter(_FAILURE, context)
    count = 0
    for piece in [*pieces, b""]:
        for event in reader.feed(piece) if piece else reader.close():
            converter.convert(event)
            count += 1
    if reader.error is not None:
        raise reader.error
    end = converter.convert_end(ResponseInfo.read(_response))
    translate_content(end.message)  # type: ignore[arg-type]
    return count


def measure(name: str, size: int) -> float:
    """Return the CPU seconds of a stream with this many pieces, the least of some rounds."""
    pieces = list(BODIES[name](size))
    seconds = []
    for _ in range(ROUNDS):
        gc.collect()
        gc.disable()
        start = time.process_time()
        count = read_stream(pieces, name)
        seconds.append(time.process_time() - start)
        gc.enable()
        assert count >= size, f"{count} chunks of {size}"
    return min(seconds)


def main() -> int:
    """Print the table, and return 1 if a field is above the factor twice."""
    failed = []
    print(f"| field, {SIZE} pieces and twice as many | once | twice | factor | |")
    print("| --- | ---: | ---: | ---: | --- |")
    for name in sys.argv[1:] or BODIES:
        factor = 0.0
        for attempt in ("above, once more:", "**failed**"):
            once, twice = measure(name, SIZE), measure(name, 2 * SIZE)
            factor = twice / once
            verdict = "passed" if factor <= MAX_FACTOR else attempt
            print(f"| {name} | {once:.3f} s | {twice:.3f} s | {factor:.2f} | {verdict} |")
            sys.stdout.flush()
            if verdict == "passed":
                break
        else:
            failed.append(f"{name}: {factor:.2f}")
    print("\n" + ("\n".join(failed) or "Every field is linear."))
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
